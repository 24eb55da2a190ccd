"""How a plan comes to every state that a reader can tell apart: by the acts that bring it there."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from uuid import uuid4

from districts.models import User
from plans import services
from plans.models import BudgetLine, Comment, Plan
from plans.services.merging import Typed
from plans.workflow import Step
from reviews import services as department
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import read_packet
from reviews.reports.rubrics import rubric_for
from reviews.services.parts import review_of

FINDINGS = {
    "implementation": "first_plan",
    "implementation_reasons": "The first plan here.",
    "performance": "first_plan",
    "performance_reasons": "The first plan here.",
}
AMONG_REVIEWERS = "said among reviewers"  # in all that no district ever reads (R60)
Act = Callable[[Plan, Mapping[str, User], datetime], object]


def _close(plan, people, at):
    services.close_for_signature(plan_id=plan.pk, by=people["coordinator"], at=at)


def _sign(plan, people, at):
    plan.refresh_from_db()
    sha256 = services.current_version(plan).sha256
    for signer in ("former superintendent", "former chair"):
        services.sign(plan_id=plan.pk, sha256=sha256, by=people[signer], at=at)


def _assign(plan, people, at):
    department.assign(
        plan_id=plan.pk,
        program_reviewer_id=people["assigned reviewer"].pk,
        fiscal_reviewer_id=people["assigned, of district"].pk,
        by=people["manager"],
        at=at,
        key=uuid4(),
    )


def _move_dollars(plan, people, at):
    """So many from one line to another that it needs a decision (R44)."""
    ordinary = plan.budgetline_set.filter(funding_source="allocation", line_kind="ordinary")
    first, second = ordinary.order_by("position")[:2]
    for line, more in ((first, -60_000), (second, 60_000)):
        services.save_row(
            plan_id=plan.pk,
            model=BudgetLine,
            row_id=line.pk,
            version=line.version,
            values={"amount": line.amount + more},
            as_typed={},
            by=people["coordinator"],
            at=at,
        )


def _recommend_revision(plan, people, at):
    for who in ("assigned reviewer", "assigned, of district"):
        department.recommend_revision(
            plan_id=plan.pk,
            version=2,
            text=f"Sound: {AMONG_REVIEWERS}.",
            by=people[who],
            at=at,
            key=uuid4(),
        )


def _answer(plan, people, at):
    services.answer_change(
        plan_id=plan.pk, number=1, version=1, answer="Done.", by=people["coordinator"], at=at
    )


def _act(verb, by, **said) -> Act:
    def act(plan, people, at):
        verb(plan_id=plan.pk, by=people[by], at=at, key=uuid4(), **said)

    return act


_RETURN = _act(
    department.return_for_changes,
    "assigned reviewer",
    version=1,
    changes=[department.ChangeAsked("budget", "Name the grades.")],
)
_CONDITION = department.Stipulation("Name the partner.", date(2099, 1, 4))


def _APPROVE(plan, people, at):  # noqa: N802  an act of the story, as the others
    """So long ago that its letters have left."""
    approve = _act(
        department.approve, "commissioner", version=1, conditions=[_CONDITION], **FINDINGS
    )
    approve(plan, people, at - department.HELD_FOR)


_WITHDRAW = _act(services.withdraw, "superintendent", reason="The board said no.")
_WITHHOLD = _act(
    partial(services.take_step, step=Step.WITHHOLD), "commissioner", reason="No report came."
)


def _rate(who: str, level: str = "meets") -> Act:
    """By every criterion of theirs, with evidence; those that both rate, at this level."""

    def act(plan, people, at):
        made_as = review_of(plan, people[who], at=at)
        evidence = f"Thin: {AMONG_REVIEWERS}."
        department.save_ratings(
            plan_id=plan.pk,
            read=1,
            rubric=0,
            typed={
                one.lineage: Typed(
                    {"level": level if one.rated_by == "both" else "meets", "evidence": evidence},
                    {},
                    1,
                )
                for one in rubric_for(plan.cycle_id).of_part(made_as)
            },
            by=people[who],
            at=at,
        )

    return act


def _agree(plan, people, at):
    """On each criterion that the two rated apart."""
    for one in open_disputes(read_packet(Plan.objects.filter(pk=plan.pk))):
        department.record_consensus(
            plan_id=plan.pk,
            version=1,
            about=one.about,
            level="partially",
            words=f"Agreed: {AMONG_REVIEWERS}.",
            key=uuid4(),
            by=people["assigned reviewer"],
            at=at,
        )


_HANDED_IN = [_close, _sign, _act(services.submit, "coordinator")]
_REMARK = _act(
    department.comment,
    "assigned reviewer",
    section="budget",
    audience=Comment.Audience.INTERNAL,
    text=f"Vague: {AMONG_REVIEWERS}.",
)
_ASK_AGAIN = _act(
    department.judge_answer,
    "assigned reviewer",
    number=1,
    version=1,
    seen=0,
    verdict="reopened",
    words=f"Missing: {AMONG_REVIEWERS}.",
    due_on=None,
)
_UNDER_REVIEW = [*_HANDED_IN, _assign, _REMARK, _rate("assigned reviewer")]
_RECOMMEND = [
    _rate("assigned, of district", "does_not"),
    *(
        _act(department.recommend, who, version=1, text=f"Sound: {AMONG_REVIEWERS}.")
        for who in ("assigned reviewer", "assigned, of district")
    ),
    _agree,
]
STATES: dict[str, list[Act] | None] = {
    "not started": None,
    "draft": [],
    "closed": [_close],
    "recalled": [*_HANDED_IN, _act(services.recall, "coordinator")],
    "submitted": _HANDED_IN,
    "under review": _UNDER_REVIEW,
    "returned for changes": [*_UNDER_REVIEW, _RETURN],
    "back, answered": [
        *(*_UNDER_REVIEW, _RETURN, _answer),
        *(_act(services.submit, "coordinator"), _ASK_AGAIN),
    ],
    "recommended": [*_UNDER_REVIEW, *_RECOMMEND],
    "approved": [*_UNDER_REVIEW, *_RECOMMEND, _APPROVE],
    "withdrawn": [*_HANDED_IN, _WITHDRAW],
    "withdrawn unread": [_WITHDRAW],  # as a draft, so the Department never read it
    "withheld": [*_UNDER_REVIEW, _WITHHOLD],
    "withheld unread": [_WITHHOLD],
}

_APPROVED = STATES["approved"] or []
_REVISED = [
    *_APPROVED,
    _act(services.start_revision, "coordinator", sections=["cover", "budget"], reason="A move."),
    _move_dollars,
    _close,
    _sign,
]
_REVISION_HANDED_IN = [*_REVISED, _act(services.hand_in_revision, "coordinator")]
REVISIONS: dict[str, list[Act]] = {  # of a plan that stays approved; its version is the second
    "revision signed": _REVISED,
    "revision handed in": _REVISION_HANDED_IN,
    "revision recommended": [*_REVISION_HANDED_IN, _recommend_revision],
}
