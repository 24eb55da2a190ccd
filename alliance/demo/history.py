"""Takes the steps of a plan's history, through the same verbs as people do, on the days they fell.

Its letters are written as they would have been, and none leaves: they are withdrawn in the
transaction that writes them, each saying why. To mark them sent would claim a delivery that never
was; to leave them waiting would send dozens of letters about last summer at the first start.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from alliance.demo.content import Content, row_of
from alliance.demo.drafting import SECTIONS, named_row
from districts.models import User
from notices.models import REMINDER, Notice
from notices.services import post_reminders
from plans import services as plan_services
from plans.documents.kinds import CARRIED
from plans.models import Plan, PlanVersion, RequiredChange
from plans.services.merging import Typed
from plans.workflow import Status
from reviews import services as review_services
from reviews.models.default_rubric import DEFAULT_CRITERIA
from reviews.services import ChangeAsked
from reviews.services.conditions import Stipulation

SECOND_WORD = "{district}: nothing in my part of the review stands against FY{year}."
NEVER_SENT = "Written for the demo's history, never sent"
FINDINGS = (
    "implementation",
    "implementation_reasons",
    "performance",
    "performance_reasons",
)

People = Mapping[str, User]


def live_through(plan: Plan, content: Content, people: People) -> None:
    """Take every step of the plan's history, in order."""
    for act in content.get("history", []):
        ACTS[act["act"]](plan, act, content, people)


def amend(plan: Plan, content: Content, people: People) -> None:
    """Make the changes that an amendment's file makes to the copy it starts from."""
    for change in content.get("changes", []):
        who_and_when = {"by": people[change["by"]], "at": change["at"]}
        if change.get("remove"):
            row = named_row(plan, change["row"])
            plan_services.remove_row(
                plan_id=plan.pk,
                model=type(row),  # type: ignore[arg-type]
                row_id=row.pk,
                reason=change["reason"],
                **who_and_when,
            )
        else:
            save(plan, change["row"], change["values"], **who_and_when)


def read_carried(plan: Plan, content: Content, people: People) -> None:
    """Keep what the file says was read and is as it was last year."""
    read = content.get("read", [])
    of_sections = {
        key for key, kind in CARRIED.items() if read == "all" or kind.section.value in read
    }
    plan_services.keep(
        plan_id=plan.pk,
        items=plan.carried.unread().filter(kind__in=of_sections).values_list("pk", flat=True),
        by=people["coordinator"],
        at=content["drafted_at"],
    )


def save(plan: Plan, name: str, values: dict[str, Any], *, by: User, at: datetime) -> None:
    """Save columns of a row or a section."""
    row = named_row(plan, name)
    saved: dict[str, Any] = {"plan_id": plan.pk, "model": type(row), "by": by, "at": at}
    saved |= {"version": row.version, "values": values, "as_typed": {}}
    if name in SECTIONS:
        plan_services.save_section(**saved)
    else:
        plan_services.save_row(row_id=row.pk, **saved)


def withdraw_letters(plans: Iterable[Plan], *, at: datetime) -> int:
    """Withdraw the letters that the history of these plans has written; none has left.

    They were written in this transaction, so nobody else can hold one of them: one update does.
    """
    written = Notice.objects.filter(
        about__in=[plan.about for plan in plans], status=Notice.Status.WAITING
    ).exclude(kind=REMINDER)
    return written.update(status=Notice.Status.WITHDRAWN, closed_at=at, outcome=NEVER_SENT)


def withdraw_reminders(*, at: datetime) -> int:
    """Those due by the day the demo is set on: the plans that are late were reminded of before."""
    keys = [letter.key for letter in post_reminders(at=at).leaving]
    written = Notice.objects.filter(key__in=keys, status=Notice.Status.WAITING)
    return written.update(status=Notice.Status.WITHDRAWN, closed_at=at, outcome=NEVER_SENT)


def _revise(plan: Plan, act: Content, content: Content, people: People) -> None:
    column = act["field"]
    values = {column: row_of(content, act["row"])[column]}
    save(plan, act["row"], values, by=people[act["by"]], at=act["at"])


def _close(plan: Plan, act: Content, content: Content, people: People) -> None:
    plan_services.close_for_signature(**_who_and_when(plan, act, people))


def _sign(plan: Plan, act: Content, content: Content, people: People) -> None:
    version = PlanVersion.objects.filter(plan=plan).latest("number")
    plan_services.sign(sha256=version.sha256, **_who_and_when(plan, act, people))


def _submit(plan: Plan, act: Content, content: Content, people: People) -> None:
    plan_services.submit(**_once(plan, act, people))


def _recall(plan: Plan, act: Content, content: Content, people: People) -> None:
    plan_services.recall(**_once(plan, act, people))


def _withdraw(plan: Plan, act: Content, content: Content, people: People) -> None:
    plan_services.withdraw(reason=act["reason"], **_once(plan, act, people))


def _withhold(plan: Plan, act: Content, content: Content, people: People) -> None:
    """Grounds, amount and what cures it stand in the reason, as the page writes them."""
    review_services.withhold(reason=act["reason"], **_once(plan, act, people))


def _release(plan: Plan, act: Content, content: Content, people: People) -> None:
    review_services.release(reason=act.get("reason", ""), **_once(plan, act, people))


def _assign(plan: Plan, act: Content, content: Content, people: People) -> None:
    review_services.assign(
        program_reviewer_id=people[act["program"]].pk,
        fiscal_reviewer_id=people[act["fiscal"]].pk,
        **_once(plan, act, people),
    )


def _comment(plan: Plan, act: Content, content: Content, people: People) -> None:
    said = {name: act[name] for name in ("section", "audience", "text")}
    review_services.comment(**said, **_once(plan, act, people))


def _return(plan: Plan, act: Content, content: Content, people: People) -> None:
    changes = [ChangeAsked(**change) for change in act["changes"]]
    review_services.return_for_changes(changes=changes, **_judging(plan, act, people))


def _answer(plan: Plan, act: Content, content: Content, people: People) -> None:
    change = RequiredChange.objects.get(plan=plan, number=act["number"])
    plan_services.answer_change(
        number=change.number,
        version=change.answer_version,
        answer=act["answer"],
        **_who_and_when(plan, act, people),
    )


def _recommend(plan: Plan, act: Content, content: Content, people: People) -> None:
    """The review that the file has, and the others that are asked for, in a word (R36, R38)."""
    review_services.recommend(text=act["text"], **_judging(plan, act, people))
    others = {one.reviewer.email: one.reviewer for one in plan.assignments.current()}
    others |= {people["manager"].email: people["manager"]}
    others.pop(people[act["by"]].email, None)
    for place, by in enumerate(others.values(), start=1):
        plan.refresh_from_db()
        if plan.status != Status.UNDER_REVIEW:
            return
        said = SECOND_WORD.format(district=plan.district, year=plan.cycle_id)
        when = _judging(plan, act, people) | {"by": by, "at": act["at"] + timedelta(hours=place)}
        review_services.recommend(text=said, **when | {"key": _key(plan, act | {"at": when["at"]})})


def _prepare(plan: Plan, act: Content, content: Content, people: People) -> None:
    """What its approval will say is kept for whoever signs."""
    findings = {name: act[name] for name in FINDINGS}
    said = {name: value for name, value in _judging(plan, act, people).items() if name != "key"}
    conditions = [Stipulation(**each) for each in act.get("conditions", [])]
    review_services.prepare_decision(**findings, conditions=conditions, **said)


def _rate(plan: Plan, act: Content, content: Content, people: People) -> None:
    """By the default rubric, on which the first review of the year is begun."""
    lineages = {one.key: one.lineage for one in DEFAULT_CRITERIA}
    typed = {
        lineages[one["criterion"]]: Typed(
            {"level": one["level"], "evidence": one["evidence"]}, {}, 1
        )
        for one in act["ratings"]
    }
    version = _judging(plan, act, people)["version"]
    review_services.save_ratings(
        read=version, rubric=0, typed=typed, **_who_and_when(plan, act, people)
    )


def _ask(plan: Plan, act: Content, content: Content, people: People) -> None:
    said = {name: act[name] for name in ("section", "text")}
    review_services.ask_question(**said, due_on=None, **_judging(plan, act, people))


def _approve(plan: Plan, act: Content, content: Content, people: People) -> None:
    findings = {name: act[name] for name in FINDINGS}
    permits = act.get("permits", [])
    conditions = [Stipulation(**each) for each in act.get("conditions", [])]
    review_services.approve(
        **findings, permits=permits, conditions=conditions, **_judging(plan, act, people)
    )


ACTS: dict[str, Callable[[Plan, Content, Content, People], None]] = {
    "revise": _revise,
    "close": _close,
    "sign": _sign,
    "submit": _submit,
    "recall": _recall,
    "withdraw": _withdraw,
    "assign": _assign,
    "comment": _comment,
    "return": _return,
    "answer": _answer,
    "recommend": _recommend,
    "prepare": _prepare,
    "rate": _rate,
    "ask": _ask,
    "approve": _approve,
    "withhold": _withhold,
    "release": _release,
}


def _who_and_when(plan: Plan, act: Content, people: People) -> dict[str, Any]:
    return {"plan_id": plan.pk, "by": people[act["by"]], "at": act["at"]}


def _once(plan: Plan, act: Content, people: People) -> dict[str, Any]:
    return {**_who_and_when(plan, act, people), "key": _key(plan, act)}


def _judging(plan: Plan, act: Content, people: People) -> dict[str, Any]:
    version = PlanVersion.objects.handed_in().filter(plan=plan).latest("number")
    return {**_once(plan, act, people), "version": version.number}


def _key(plan: Plan, act: Content) -> UUID:
    return uuid5(NAMESPACE_URL, f"demo/{plan.about}/{act['act']}/{act['at'].isoformat()}")
