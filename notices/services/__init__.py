"""What can be done with letters: post, withdraw, deliver, remind, send again."""

from notices.services.delivery import deliver_due
from notices.services.outbox import NotDismissed, NotSentAgain, dismiss, post, send_again, withdraw
from notices.services.reminding import Settlement, post_reminders, preview_reminders

__all__ = [
    "NotDismissed",
    "NotSentAgain",
    "Settlement",
    "deliver_due",
    "dismiss",
    "post",
    "post_reminders",
    "preview_reminders",
    "send_again",
    "withdraw",
]
