"""What can be done with letters: post, withdraw, deliver, remind, send again."""

from notices.services.delivery import deliver_due
from notices.services.outbox import (
    Letter,
    NotDismissed,
    NotSentAgain,
    call_back,
    dismiss,
    post,
    post_each,
    send_again,
    wake,
    withdraw,
)
from notices.services.reminding import Settlement, post_reminders, preview_reminders

__all__ = [
    "Letter",
    "NotDismissed",
    "NotSentAgain",
    "Settlement",
    "call_back",
    "deliver_due",
    "dismiss",
    "post",
    "post_each",
    "post_reminders",
    "preview_reminders",
    "send_again",
    "wake",
    "withdraw",
]
