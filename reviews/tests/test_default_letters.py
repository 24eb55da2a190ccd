"""The default words give, byte for byte, the letters of the release before there were versions."""

from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace as Row

import pytest
from django.template import engines

from plans.workflow import Status, Step, label_for
from reviews.models import Determination
from reviews.models.default_letters import DEFAULT_LETTERS, PLACEHOLDERS, LetterKind
from reviews.services import correcting, correcting_withholding, decision_letter, withholding
from reviews.services.conditions import Stipulation
from reviews.services.letter_words import NAME, fill
from reviews.services.return_letter import Asked, return_values

BEFORE = Path(__file__).parent / "letters_before"
AT = datetime(2026, 11, 3, 15, tzinfo=UTC)
DAY = date(2027, 1, 15)
BY = Row(name="Russell Tucker")
DELEGATION = Row(first_day=date(2026, 9, 1), last_day=date(2026, 12, 31))
CYCLE = Row(mid_year_report_on=DAY, end_of_year_report_on=DAY, expenditure_report_on=DAY)
DISTRICT = Row(name="New London", slug="new-london")
PLAN = Row(
    cycle_id=2027,
    cycle=CYCLE,
    district=DISTRICT,
    get_kind_display=lambda: "Annual amendment",
    events=Row(filter=lambda **_: Row(latest=lambda _: Row(taken_at=AT))),
)
REASONS = "Nineteen of 24.\n\n{district} knows; <b>so</b> & do we."
FINDINGS = ("largely", REASONS, "progress", "Four of nine.")


def as_before(kind, **context):
    """What the template of that release gives, as that release took it: a letter's body."""
    text = engines["django"].from_string((BEFORE / f"{kind}.txt").read_text()).render(context)
    body = text.strip()
    return (body.partition("\n")[2] if "{% subject %}" in _source(kind) else body).strip() + "\n"


def _source(kind):
    return (BEFORE / f"{kind}.txt").read_text()


def now(kind, values):
    assert set(values) >= {one.name for one in PLACEHOLDERS[kind]}
    return fill(DEFAULT_LETTERS[kind], values)


@pytest.mark.parametrize("kind", LetterKind)
def test_the_default_has_each_name_and_no_other(kind):
    named = NAME.findall(DEFAULT_LETTERS[kind])
    assert set(named) == {one.name for one in PLACEHOLDERS[kind]}


def test_approvals_with_all_that_may_be_in_them(monkeypatch):
    permit = Row(rule="R27", what="offset of line 3, $9")
    waiver = Row(given_at=AT, grounds="The books burned.")
    conditions = [Stipulation("Name the tutors.", DAY), Stipulation("Send the list.", DAY)]
    told = ["Last year ended so.", "And so."]
    monkeypatch.setattr(decision_letter, "sentences_on", lambda evidence: evidence)
    for amount, permits, evidence, waived, asked, delegation in product(
        (0, 14_024_284), ([], [permit]), ([], told), (None, waiver), range(3), (None, DELEGATION)
    ):
        packet = Row(
            plan=PLAN,
            version=Row(number=2),
            submission=Row(at=AT),
            signed=Row(money=Row(amount=amount)),
            waiver_of_last_year=waived,
        )
        given = {"by": BY, "delegation": delegation}
        said = {"permits": permits, "evidence": evidence, "conditions": conditions[:asked]}
        values = decision_letter.finding_values(*FINDINGS) | decision_letter.approval_values(
            packet, **said, **given, at=AT
        )
        letter = now(LetterKind.CONDITIONAL if asked else LetterKind.APPROVAL, values)

        assert letter == as_before(
            "approval",
            plan=PLAN,
            district=DISTRICT,
            version=packet.version,
            submitted_at=AT,
            money=packet.signed.money,
            implementation="Largely carried out",
            implementation_reasons=REASONS,
            performance="Progress",
            performance_reasons="Four of nine.",
            conditions=[(one.text, "January 15, 2027") for one in conditions[:asked]],
            permits=decision_letter.sentences_of(permits),
            evidence=evidence,
            waiver_of_last_year=waived,
            decided_at=AT,
            **given,
        )


@pytest.mark.parametrize("delegation", [None, DELEGATION])
@pytest.mark.parametrize("asked", range(3))
def test_corrections(delegation, asked):
    decided = Row(
        **dict(zip(correcting.FINDINGS, FINDINGS, strict=True)),
        version=Row(number=2),
        amount=1_204_000,
        correction="Twenty, not nineteen.",
        decided_at=AT,
        decided_by=BY,
        delegation=delegation,
    )
    former = Row(decided_at=AT)
    conditions = {n: Stipulation(f"Name {n}.", DAY) for n in range(1, asked + 1)}

    values = correcting.correction_values(decided, PLAN, former, conditions)

    assert now(LetterKind.CORRECTION, values) == as_before(
        "correction",
        plan=PLAN,
        district=DISTRICT,
        former=former,
        decided=decided,
        what=decided.correction,
        implementation=Determination.Implementation(decided.implementation).label,
        implementation_reasons=REASONS,
        performance=Determination.Performance(decided.performance).label,
        performance_reasons="Four of nine.",
        conditions=[(n, one.text, "January 15, 2027") for n, one in conditions.items()],
        by=BY,
        delegation=delegation,
    )
    words = "Duty not complied with: this.\nGrounds: that."
    office = {"office": "alliance@csde.example.org"}
    values = correcting_withholding.corrected_withholding_values(
        PLAN, Row(taken_at=AT), what="It.", words=words, by=BY, delegation=delegation, at=AT
    )
    assert now(LetterKind.CORRECTED_WITHHOLDING, values | office) == as_before(
        "corrected_withholding",
        plan=PLAN,
        district=DISTRICT,
        withheld_at=AT,
        decided_at=AT,
        what="It.",
        terms=words,
        by=BY,
        delegation=delegation,
        **office,
    )


@pytest.mark.parametrize("delegation", [None, DELEGATION])
@pytest.mark.parametrize("target", [Status.APPROVED, Status.DRAFT])
@pytest.mark.parametrize("reason", ["", "No report came.\nNor a word."])
def test_withholding_and_release(delegation, target, reason):
    office = {"office": "alliance@csde.example.org"}
    shared = {"plan": PLAN, "district": DISTRICT, "by": BY, "delegation": delegation, "at": AT}
    shared |= {"reason": reason, "link": withholding.link_to(withholding.page_of(PLAN))}
    taken = {"taken_by": BY, "taken_at": AT, "reason": reason, "target": target, "pk": 9}

    event = Row(step=Step.WITHHOLD, **taken)
    values = withholding.values_of_event(PLAN, event, delegation)
    before = as_before("withholding", **shared, **office)
    assert now(LetterKind.WITHHOLDING, values | office) == before or not reason

    values = withholding.values_of_event(PLAN, Row(step=Step.RELEASE, **taken), delegation)
    assert now(LetterKind.RELEASE, values) == as_before(
        "release",
        **shared,
        withheld_on=AT,
        is_approved=target == Status.APPROVED,
        state=label_for(target, is_department=False).words,
    )


@pytest.mark.parametrize("words", ["", "Thank you.\n\nTwo things."])
@pytest.mark.parametrize("count", [1, 2])
def test_returns(words, count):
    asked = [
        Asked(Row(number=n, section="needs", place="", text=f"Say {n}."), DAY, again)
        for n, again in [(1, ""), (2, "The year.")][:count]
    ]
    version = Row(number=3)

    values = return_values(PLAN, version, words, asked)

    assert now(LetterKind.RETURN, values) == as_before(
        "return",
        plan=PLAN,
        district=DISTRICT,
        version=version,
        words=words,
        changes=asked,
        link=values["link"],
    )
