"""What the Department types: in a review, and on what a district spent."""

from reviews.forms.assigning import AssignManyForm, MostForm, plans_sent
from reviews.forms.conflicts import DeclareForm, EndConflictForm
from reviews.forms.deciding import CallBackForm, CorrectForm, SignOffForm, signed_in
from reviews.forms.extending import ExtendForm
from reviews.forms.judging import (
    CONDITIONS,
    SECTION_CHOICES,
    ApproveForm,
    AssignForm,
    CommentForm,
    JudgeForm,
    JudgeRevisionForm,
    MetForm,
    RecommendForm,
    ReleaseForm,
    ReviewerField,
    UndoReturnForm,
    WaiveForm,
    WaiveLastYearForm,
    WithholdForm,
)
from reviews.forms.questioning import (
    AskForm,
    AskFurtherForm,
    CloseQuestionForm,
    JudgeAnswerForm,
)
from reviews.forms.returning import (
    BLANK_ROWS,
    ChangeForm,
    ReturnForm,
    TypedRow,
    WordsForm,
    typed_rows,
)
from reviews.forms.spending import DetermineForm, LineForm, Typed
from reviews.forms.wordings import WordingForm

__all__ = [
    "BLANK_ROWS",
    "CONDITIONS",
    "SECTION_CHOICES",
    "ApproveForm",
    "AskForm",
    "AskFurtherForm",
    "AssignForm",
    "AssignManyForm",
    "CallBackForm",
    "ChangeForm",
    "CloseQuestionForm",
    "CommentForm",
    "CorrectForm",
    "DeclareForm",
    "DetermineForm",
    "EndConflictForm",
    "ExtendForm",
    "JudgeAnswerForm",
    "JudgeForm",
    "JudgeRevisionForm",
    "LineForm",
    "MetForm",
    "MostForm",
    "RecommendForm",
    "ReleaseForm",
    "ReturnForm",
    "ReviewerField",
    "SignOffForm",
    "Typed",
    "TypedRow",
    "UndoReturnForm",
    "WaiveForm",
    "WaiveLastYearForm",
    "WithholdForm",
    "WordingForm",
    "WordsForm",
    "plans_sent",
    "signed_in",
    "typed_rows",
]
