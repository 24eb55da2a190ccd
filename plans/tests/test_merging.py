"""A save merges field by field: nobody's words are overwritten by whoever did not touch them."""

from contextlib import suppress
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.models import Cover, Milestone, Objective, Plan, Strategy, Voiding
from plans.services.merging import digest_of, merge
from plans.tests.factories import PlanFactory, closed_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def mine(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Cora")


@pytest.fixture
def theirs(plan):
    return person(Role.FISCAL_OFFICER, plan.district, name="Fay")


@pytest.fixture
def cover(plan):
    cover, _ = Cover.objects.get_or_create(plan=plan)
    return cover


FIELDS = ("contact_name", "contact_title", "contact_email", "contact_phone", "summary")


def filled_from(row, names=FIELDS):
    """What a form says it was filled from, at this moment."""
    return {
        name: digest_of(getattr(row, row._meta.get_field(name).attname), row.as_typed.get(name))
        for name in names
    }


def shown(row, names=FIELDS):
    return {name: getattr(row, name) for name in names}


def save(plan, by, at, page, *, carried, as_typed=None, version=1):
    return services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=version,
        values=page,
        as_typed=as_typed or {},
        filled_from=carried,
        by=by,
        at=at,
    )


# A cell for each way a field can stand: who touched it, and with which words ---------------------

WAS, MINE, THEIRS = "as it was", "by me", "by them"


@pytest.mark.parametrize(
    ("typed", "stored", "kept", "conflicts"),
    [
        (WAS, WAS, WAS, ()),
        (MINE, WAS, MINE, ()),
        (WAS, THEIRS, THEIRS, ()),
        (MINE, MINE, MINE, ()),
        (MINE, THEIRS, THEIRS, ("summary",)),
        ("", THEIRS, THEIRS, ("summary",)),
        ("", WAS, "", ()),
        (WAS, "", "", ()),
    ],
)
def test_a_field_goes_to_whoever_changed_it(
    plan, mine, cover, noon, typed, stored, kept, conflicts
):
    carried = {"summary": digest_of(WAS)}
    Cover.objects.filter(pk=cover.pk).update(summary=stored, version=7)
    cover.refresh_from_db()

    merged = merge(cover, services.Typed({"summary": typed}, {}, 1, carried))

    assert merged.conflicts == conflicts
    assert merged.values.get("summary", stored) == kept


def test_an_untouched_field_never_overwrites_a_colleagues_words(plan, mine, theirs, cover, noon):
    page, carried = shown(cover), filled_from(cover)
    save(plan, theirs, noon, page | {"summary": "Theirs"}, carried=carried)

    save(plan, mine, noon, page | {"contact_name": "Mine"}, carried=carried)

    cover.refresh_from_db()
    assert (cover.summary, cover.contact_name, cover.version) == ("Theirs", "Mine", 3)


def test_only_a_field_that_both_changed_is_asked_about_and_the_others_are_saved(
    plan, mine, theirs, cover, noon
):
    page, carried = shown(cover), filled_from(cover)
    save(plan, theirs, noon, page | {"summary": "Theirs", "contact_title": "T"}, carried=carried)

    with pytest.raises(services.StaleRow) as stale:
        save(plan, mine, noon, page | {"summary": "Mine", "contact_name": "Dana"}, carried=carried)

    cover.refresh_from_db()
    assert stale.value.saved.conflicts == ("summary",)
    assert (stale.value.saved.by, stale.value.saved.at) == (theirs, noon)
    assert shown(cover) == page | {
        "summary": "Theirs",
        "contact_title": "T",
        "contact_name": "Dana",
    }


def test_text_that_no_field_could_read_is_merged_like_any_other(plan, mine, theirs, cover, noon):
    page, carried = shown(cover), filled_from(cover)
    save(plan, theirs, noon, page, as_typed={"contact_email": "dana at"}, carried=carried)

    save(plan, mine, noon, page, as_typed={"contact_phone": "later"}, carried=carried)

    cover.refresh_from_db()
    assert cover.as_typed == {"contact_email": "dana at", "contact_phone": "later"}
    with pytest.raises(services.StaleRow):
        save(plan, mine, noon, page, as_typed={"contact_email": "dana@"}, carried=carried)


def test_text_that_is_mended_is_no_longer_kept_as_typed(plan, mine, cover, noon):
    page = shown(cover)
    save(plan, mine, noon, page, as_typed={"contact_email": "dana at"}, carried=filled_from(cover))
    cover.refresh_from_db()

    save(plan, mine, noon, page | {"contact_email": "d@x.org"}, carried=filled_from(cover))

    cover.refresh_from_db()
    assert (cover.contact_email, cover.as_typed) == ("d@x.org", {})


def test_the_same_form_sent_twice_is_saved_once_and_overwrites_nothing_later(
    plan, mine, theirs, cover, noon
):
    page, carried = shown(cover), filled_from(cover)
    for _ in range(2):
        save(plan, mine, noon, page | {"summary": "Mine"}, carried=carried)
    cover.refresh_from_db()
    assert cover.version == 2
    save(plan, theirs, noon, shown(cover) | {"summary": "Theirs"}, carried=filled_from(cover))

    with pytest.raises(services.StaleRow):
        save(plan, mine, noon, page | {"summary": "Mine"}, carried=carried)

    cover.refresh_from_db()
    assert cover.summary == "Theirs"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("one\r\ntwo ", "one\ntwo"),
        (Decimal("19.4"), Decimal("19.40")),
        (20, Decimal("20.00")),
        (date(2027, 6, 30), "2027-06-30"),
        ([4, 2], [2, 4]),
    ],
)
def test_a_value_is_the_same_however_a_browser_the_database_or_json_says_it(typed, stored):
    assert digest_of(typed) == digest_of(stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [((None,), ("",)), ((True,), (None,)), ((0,), (None,)), (("", "x"), ("x",)), (([],), (None,))],
)
def test_what_is_not_the_same_has_another_digest(one, other):
    assert digest_of(*one) != digest_of(*other)


# Pages that were open before a release ------------------------------------------------------------


def test_a_form_that_carries_no_digests_is_saved_as_a_whole_or_not_at_all(
    plan, mine, theirs, cover, noon
):
    page = shown(cover)
    save(plan, theirs, noon, page | {"summary": "Theirs"}, carried=None)

    with pytest.raises(services.StaleRow) as stale:
        save(plan, mine, noon, page | {"contact_name": "Mine"}, carried=None)

    cover.refresh_from_db()
    assert stale.value.saved.conflicts == ("contact_name", "summary")
    assert (cover.summary, cover.contact_name) == ("Theirs", "")


@pytest.mark.parametrize(("version", "kept"), [(2, "Mine"), (1, "Theirs")])
def test_where_a_digest_is_missing_the_version_answers_for_the_field(
    plan, mine, theirs, cover, noon, version, kept
):
    page = shown(cover)
    save(plan, theirs, noon, page | {"summary": "Theirs"}, carried=None)

    with suppress(services.StaleRow):
        save(plan, mine, noon, page | {"summary": "Mine"}, carried={}, version=version)

    cover.refresh_from_db()
    assert cover.summary == kept


# Many rows in one act -----------------------------------------------------------------------------


@pytest.fixture
def strategy(plan, mine, noon):
    """With three milestones."""
    act = {"plan_id": plan.pk, "as_typed": {}, "by": mine, "at": noon}
    strategy = services.add_row(model=Strategy, values={"title": "Coaches"}, **act)
    for name in ("First", "Second", "Third"):
        values = {"description": name, "strategy_id": strategy.pk}
        services.add_row(model=Milestone, values=values, **act)
    return strategy


def edit(row, column, value):
    carried = filled_from(row, [column])
    return services.RowEdit(type(row), row.pk, services.Typed({column: value}, {}, 1, carried))


def test_many_rows_are_saved_in_one_act_and_make_one_edition(plan, mine, strategy, noon):
    plan.refresh_from_db()
    closed_version(plan)
    edition = Plan.objects.get(pk=plan.pk).edition
    first, second, third = strategy.milestones.order_by("position")

    saved = services.save_rows(
        plan_id=plan.pk,
        edits=[
            edit(strategy, "title", "More coaches"),
            edit(first, "description", "Hired"),
            edit(second, "description", "Trained"),
            edit(third, "description", "Third"),
        ],
        by=mine,
        at=noon,
    )

    assert [each.is_changed for each in saved] == [True, True, True, False]
    assert Plan.objects.get(pk=plan.pk).edition == edition + 1
    assert Voiding.objects.count() == 1
    strategy.refresh_from_db()
    assert strategy.title == "More coaches"
    assert list(strategy.milestones.order_by("position").values_list("description", flat=True)) == [
        "Hired",
        "Trained",
        "Third",
    ]


def test_a_row_in_conflict_or_gone_stops_no_other_from_being_saved(
    plan, mine, theirs, strategy, noon
):
    first, second, third = strategy.milestones.order_by("position")
    edits = [edit(row, "description", "Mine") for row in (first, second, third)]
    colleague = edit(first, "description", "Theirs")
    services.save_rows(plan_id=plan.pk, edits=[colleague], by=theirs, at=noon)
    services.remove_row(plan_id=plan.pk, model=Milestone, row_id=second.pk, by=theirs, at=noon)

    told, gone, saved = services.save_rows(plan_id=plan.pk, edits=edits, by=mine, at=noon)

    assert (told.conflicts, told.by, told.is_changed) == (("description",), theirs, False)
    assert gone is None
    assert saved.row.description == "Mine"
    assert list(strategy.milestones.order_by("position").values_list("description", flat=True)) == [
        "Theirs",
        "Mine",
    ]


def test_nothing_changed_is_no_edit(plan, mine, strategy, noon):
    edition = Plan.objects.get(pk=plan.pk).edition

    services.save_rows(
        plan_id=plan.pk, edits=[edit(strategy, "title", "Coaches")], by=mine, at=noon
    )

    assert Plan.objects.get(pk=plan.pk).edition == edition


def test_a_row_of_another_districts_plan_is_gone(plan, mine, noon):
    other = PlanFactory()
    theirs = Objective.objects.create(plan=other, position=1, lineage=uuid4())

    (gone,) = services.save_rows(
        plan_id=plan.pk, edits=[edit(theirs, "statement", "Mine")], by=mine, at=noon
    )

    theirs.refresh_from_db()
    assert (gone, theirs.statement) == (None, "")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_save_of_many_rows_takes_one_query_for_each_it_changes(
    plan, mine, strategy, noon, rows, django_assert_num_queries
):
    milestones = list(strategy.milestones.order_by("position"))[:rows]
    edits = [edit(row, "description", "Mine") for row in milestones]

    # begin, the plan held, standing, the rows, each of them, the closed version, edition, commit
    with django_assert_num_queries(7 + rows):
        services.save_rows(plan_id=plan.pk, edits=edits, by=mine, at=noon)


@pytest.mark.parametrize(
    ("stored", "comes_back"),
    [("a\r\nb", "a\nb"), ("a  b", "a b"), ("a\u200bb ", "ab"), ("e\u0301", "\u00e9")],
)
def test_text_stored_before_it_was_cleaned_is_not_taken_for_changed(stored, comes_back):
    assert digest_of(stored) == digest_of(comes_back)
    assert digest_of("a\nb") != digest_of("a b")
