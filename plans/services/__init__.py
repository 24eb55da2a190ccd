"""What can be done to a plan. `steps` is the only module that writes Plan.status."""

from plans.services.acts import SentBefore, digest_of, is_same, refuse_other_words
from plans.services.attaching import FileNotKept, attach
from plans.services.carrying import NoResult, begin_at_last_result, keep
from plans.services.changes import Answer, answer_change, answer_changes
from plans.services.checking import check_file, check_files
from plans.services.closing import (
    NotReady,
    Since,
    close_for_signature,
    current_version,
    sign,
    since_closing,
)
from plans.services.contents import LARGEST as LARGEST_FILE
from plans.services.cycles import (
    NotTakenBack,
    begin_reminders,
    edit_cycle,
    letters_of_beginning,
    letters_of_edit,
    take_back,
)
from plans.services.drafting import (
    RowEdit,
    RowGone,
    add_row,
    save_board_approval,
    save_row,
    save_rows,
    save_section,
)
from plans.services.editing import SignedSince
from plans.services.extensions import ask_for_time, ask_no_more
from plans.services.lines import (
    LineEdit,
    LineFault,
    LineRemoval,
    LinesRefused,
    SavedLines,
    save_lines,
)
from plans.services.locking import locked_plan
from plans.services.merging import Saved, StaleRow, Typed
from plans.services.moving import Place, Way, move_row
from plans.services.opening import NotOpened, open_cycle
from plans.services.pdfs import (
    NoWorker,
    Pdf,
    PdfState,
    ask_for_pdf,
    draft_pdf,
    hash_of,
    make_pdf,
    passing_pdf,
    remove_old_pdfs,
    version_pdf,
)
from plans.services.placing import Order
from plans.services.presence import Present, note_presence
from plans.services.questions import answer_question
from plans.services.reasons import Given, SaidMeanwhile, give_reasons
from plans.services.removing import NoReason, NotBroughtBack, bring_back, called_as, remove_row
from plans.services.revising import (
    hand_in_revision,
    record_revision,
    refuse_start,
    start_revision,
    withdraw_revision,
)
from plans.services.room import NoRoom
from plans.services.sharing import comment_on_draft, end_share, settle_comment, share_draft
from plans.services.standing import refuse_unless_it_may_file, why_it_may_not_file
from plans.services.starting import start_plan
from plans.services.steps import (
    Blocked,
    already_taken,
    recall,
    reopen,
    submit,
    take_step,
    withdraw,
)
from plans.services.strays import remove_strays

__all__ = [
    "LARGEST_FILE",
    "Answer",
    "Blocked",
    "FileNotKept",
    "Given",
    "LineEdit",
    "LineFault",
    "LineRemoval",
    "LinesRefused",
    "NoReason",
    "NoResult",
    "NoRoom",
    "NoWorker",
    "NotBroughtBack",
    "NotOpened",
    "NotReady",
    "NotTakenBack",
    "Order",
    "Pdf",
    "PdfState",
    "Place",
    "Present",
    "RowEdit",
    "RowGone",
    "SaidMeanwhile",
    "Saved",
    "SavedLines",
    "SentBefore",
    "SignedSince",
    "Since",
    "StaleRow",
    "Typed",
    "Way",
    "add_row",
    "already_taken",
    "answer_change",
    "answer_changes",
    "answer_question",
    "ask_for_pdf",
    "ask_for_time",
    "ask_no_more",
    "attach",
    "begin_at_last_result",
    "begin_reminders",
    "bring_back",
    "called_as",
    "check_file",
    "check_files",
    "close_for_signature",
    "comment_on_draft",
    "current_version",
    "digest_of",
    "draft_pdf",
    "edit_cycle",
    "end_share",
    "give_reasons",
    "hand_in_revision",
    "hash_of",
    "is_same",
    "keep",
    "letters_of_beginning",
    "letters_of_edit",
    "locked_plan",
    "make_pdf",
    "move_row",
    "note_presence",
    "open_cycle",
    "passing_pdf",
    "recall",
    "record_revision",
    "refuse_other_words",
    "refuse_start",
    "refuse_unless_it_may_file",
    "remove_old_pdfs",
    "remove_row",
    "remove_strays",
    "reopen",
    "save_board_approval",
    "save_lines",
    "save_row",
    "save_rows",
    "save_section",
    "settle_comment",
    "share_draft",
    "sign",
    "since_closing",
    "start_plan",
    "start_revision",
    "submit",
    "take_back",
    "take_step",
    "version_pdf",
    "why_it_may_not_file",
    "withdraw",
    "withdraw_revision",
]
