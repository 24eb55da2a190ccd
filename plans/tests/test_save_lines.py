"""Many budget lines saved as one act: all of it or, by line and cell, why none of it."""

from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services
from plans.models import BudgetLine, Carried, Plan, Strategy
from plans.services.merging import digest_of
from plans.services.placing import Order, arranged
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db
FIELDS = ("description", "strategy", "object_code", "quantity", "unit_cost", "amount", "narrative")


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def mine(plan):
    return person(Role.FISCAL_OFFICER, plan.district, name="Fay")


@pytest.fixture
def theirs(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Cora")


@pytest.fixture
def strategy(plan):
    return Strategy.objects.create(plan=plan, position=1, title="Tutors")


def was(row):
    return {
        name: digest_of(getattr(row, row._meta.get_field(name).attname), row.as_typed.get(name))
        for name in FIELDS
    }


def new(lineage=None, as_typed=None, **values):
    return services.LineEdit(
        lineage or uuid4(), services.Typed(values, as_typed or {}), is_new=True
    )


def change(row, **values):
    return services.LineEdit(row.lineage, services.Typed(values, {}, row.version, was(row)))


def remove(row, reason=""):
    return services.LineRemoval(row.lineage, was(row), reason)


@pytest.fixture
def save(plan, mine, noon):
    def _save(*edits, by=mine, **more):
        return services.save_lines(plan_id=plan.pk, edits=edits, by=by, at=noon, **more)

    return _save


def lines(plan, *names):
    rows = BudgetLine.objects.filter(plan=plan).order_by("position", "pk")
    return list(rows.values_list(*(names or ("description",)), flat=len(names) < 2))


def the(plan, description):
    return BudgetLine.objects.get(plan=plan, description=description)


def test_lines_are_added_changed_removed_and_moved_in_one_edition(plan, strategy, save):
    save(new(description="A"), new(description="B"), new(description="C"))
    a, b, c = BudgetLine.objects.filter(plan=plan).order_by("position")
    edition = Plan.objects.get(pk=plan.pk).edition
    d = new(description="D", strategy_id=strategy.pk, amount=500)

    done = save(
        change(a, description="A2", amount=100),
        d,
        removed=[remove(b)],
        order=services.Order(now=[c.lineage, d.lineage, a.lineage], was=[a.lineage, c.lineage]),
    )

    assert lines(plan, "description", "amount", "position") == [
        ("C", None, 1),
        ("D", 500, 2),
        ("A2", 100, 3),
    ]
    assert Plan.objects.get(pk=plan.pk).edition == edition + 1
    assert [each.title for each in done.removals] == ["B"]
    assert done.is_asked is False


def test_the_same_submission_twice_stores_nothing_twice(plan, save):
    first = [new(description="A", amount=5), new(description="B", quantity=Decimal("2.5"))]
    save(*first)
    edition = Plan.objects.get(pk=plan.pk).edition
    save(*first)
    save(removed=[remove(the(plan, "A"))])
    again = services.LineRemoval(first[0].lineage, {})
    save(removed=[again])

    assert lines(plan, "description", "version") == [("B", 1)]
    assert Plan.objects.get(pk=plan.pk).edition == edition + 1  # of the removal alone
    assert plan.removals.count() == 1


def test_a_new_line_goes_on_where_its_answer_was_lost(plan, save, theirs):
    line = new(description="Tut")
    save(line)
    save(new(line.lineage, description="Tutors"))
    assert lines(plan) == ["Tutors"]

    save(change(the(plan, "Tutors"), description="Coaches"), by=theirs)
    told = save(new(line.lineage, description="Tutors, grade 3"))

    assert lines(plan) == ["Coaches"]
    assert told.saved[line.lineage].conflicts == ("description",)
    assert told.saved[line.lineage].by == theirs


def test_different_fields_merge_and_the_same_field_is_asked_about(plan, save, theirs):
    save(new(description="A", amount=1), new(description="B"))
    a, b = the(plan, "A"), the(plan, "B")
    save(change(a, description="Theirs", narrative="For all."), by=theirs)

    done = save(change(a, description="Mine", amount=7), change(b, amount=9))

    assert lines(plan, "description", "amount", "narrative") == [
        ("Theirs", 7, "For all."),
        ("B", 9, ""),
    ]
    assert (done.saved[a.lineage].conflicts, done.saved[a.lineage].by) == (
        ("description",),
        theirs,
    )
    assert done.is_asked is True


def test_a_line_somebody_removed_is_told_and_never_added_again(plan, save, theirs):
    save(new(description="A"), new(description="B"))
    a, b = the(plan, "A"), the(plan, "B")
    save(removed=[remove(a)], by=theirs)

    done = save(
        change(a, description="Mine"),
        change(b, description="B"),
        services.LineEdit(a.lineage, services.Typed({"description": "New"}, {}), is_new=True),
    )

    assert set(done.gone) == {a.lineage}
    assert lines(plan) == ["B"]
    assert save(change(a, description="A")).gone == ()  # nothing was typed in it


def test_a_line_somebody_changed_since_is_not_removed(plan, save, theirs):
    save(new(description="A"))
    page = remove(the(plan, "A"))
    save(change(the(plan, "A"), amount=10), by=theirs)

    done = save(removed=[page])

    assert lines(plan, "description", "amount") == [("A", 10)]
    told = done.changed_since[page.lineage]
    assert (told.conflicts, told.by) == (("amount",), theirs)


def test_a_removed_line_comes_back_as_it_was_and_goes_on(plan, save):
    save(new(description="A", narrative="Why"), new(description="B"))
    a = the(plan, "A")
    save(removed=[remove(a)])

    save(change(a, amount=3), brought_back=[a.lineage])
    save(brought_back=[a.lineage])

    assert lines(plan, "description", "narrative", "amount") == [("A", "Why", 3), ("B", "", None)]
    assert plan.removals.get().brought_back_at is not None


def test_every_fault_is_named_by_line_and_cell_and_nothing_is_saved(plan, save, strategy):
    other = Strategy.objects.create(plan=PlanFactory(), position=1)
    save(new(description="A"), new(description="B"))
    a, b = the(plan, "A"), the(plan, "B")
    Carried.objects.create(plan=plan, kind="line", lineage=b.lineage)
    edition = Plan.objects.get(pk=plan.pk).edition
    stray = new(description="C", strategy_id=other.pk)

    with pytest.raises(services.LinesRefused) as refused:
        save(change(a, description="A2"), stray, removed=[remove(b)])

    assert [(fault.lineage, fault.field) for fault in refused.value.faults] == [
        (stray.lineage, "strategy"),
        (b.lineage, "reason"),
    ]
    assert lines(plan) == ["A", "B"]
    assert Plan.objects.get(pk=plan.pk).edition == edition
    save(removed=[remove(b, "Ended.")])
    assert lines(plan) == ["A"]


def test_a_line_of_another_plan_is_not_touched(plan, save):
    stranger = BudgetLine.objects.create(plan=PlanFactory(), position=1, description="Theirs")

    done = save(change(stranger, description="Mine"), removed=[remove(stranger)])

    stranger.refresh_from_db()
    assert (stranger.description, done.gone, done.removals) == (
        "Theirs",
        (stranger.lineage,),
        (),
    )


def test_what_could_not_be_read_is_kept_as_typed(plan, save):
    save(new(description="A", as_typed={"amount": "1.204.000"}, amount=None))

    assert lines(plan, "amount", "as_typed") == [(None, {"amount": "1.204.000"})]


def test_signatures_that_the_page_did_not_tell_of_are_not_voided(plan, save):
    save(new(description="A"))
    plan.refresh_from_db()
    closed_version(plan, signed=True)

    with pytest.raises(services.SignedSince):
        save(new(description="B"), seen=[])
    assert lines(plan) == ["A"]

    save(*(new(description=str(number)) for number in range(11)))
    assert "Added: 11 budget lines" in Notice.objects.filter(kind="signature_void").first().body


def test_only_drafters_save_and_only_while_the_plan_is_with_them(plan, save):
    with pytest.raises(PermissionDenied):
        save(new(description="A"), by=person(Role.DISTRICT_VIEWER, plan.district))
    submitted = PlanFactory(submitted=True)
    officer = person(Role.FISCAL_OFFICER, submitted.district)
    with pytest.raises(StepNotAllowed):
        services.save_lines(
            plan_id=submitted.pk, edits=[new(description="A")], by=officer, at=plan.started_at
        )
    assert BudgetLine.objects.filter(plan__in=[plan, submitted]).count() == 0


@pytest.mark.parametrize("count", [1, 30])
def test_a_save_takes_as_many_queries_for_one_line_as_for_thirty(
    plan, save, count, strategy, django_assert_num_queries
):
    save(*(new(description=f"{number}") for number in range(count)))
    rows = BudgetLine.objects.filter(plan=plan)
    edits = [change(row, amount=5, strategy_id=strategy.pk) for row in rows]
    edits += [new(description="N", strategy_id=strategy.pk) for _ in range(count)]

    # begin, the plan held, standing, the lines, their strategies, what was removed, new lines,
    # changed lines, the closed version, edition, commit
    with django_assert_num_queries(11):
        save(*edits)

    assert BudgetLine.objects.filter(plan=plan, amount=5).count() == count


# The order of lines ------------------------------------------------------------------------------

A, B, C, D, N = (UUID(int=number) for number in range(1, 6))


@pytest.mark.parametrize(
    ("stored", "now", "was", "placed", "is_theirs"),
    [
        ([A, B, C], [A, B, C], [A, B, C], [A, B, C], False),
        ([A, B, C], [B, A, C], [A, B, C], [B, A, C], False),
        ([B, A, C], [A, B, C], [A, B, C], [B, A, C], False),  # only they moved
        ([B, A, C], [A, C, B], [A, B, C], [B, A, C], True),  # both did
        ([B, A, C], [B, A, C], [A, B, C], [B, A, C], False),  # to the same
        ([A, B, C, D], [C, B], [B, C], [A, C, B, D], False),  # of one page among others
        ([A, C], [B, A, C], [A, B, C], [A, C], False),  # one was removed meanwhile
        ([A, B], [A, N, B], [A, B], [A, N, B], False),
        ([A, B], [N, A, B], [A, B], [N, A, B], False),
        ([A, B, C], [N, B], [B], [A, N, B, C], False),
        ([A, B], [A, B, A], [A, B], [A, B], False),
        ([], [N], [], [N], False),
    ],
)
def test_lines_stand_where_they_were_moved(stored, now, was, placed, is_theirs):
    new = [N] if N in now else []
    assert arranged(stored, Order(now, was), new) == (placed, is_theirs)


ORDERS = st.lists(st.sampled_from([A, B, C, D, N]), max_size=7)


@given(stored=st.permutations([A, B, C]), now=ORDERS, was=ORDERS)
def test_no_line_is_lost_or_doubled_whatever_a_page_says(stored, now, was):
    placed, _ = arranged(stored, Order(now, was), [N])
    assert sorted(placed) == [A, B, C, N]
