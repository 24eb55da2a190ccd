"""What targets came to, in the page, the files and the API alike: never what few stand behind."""

import csv
import json
import random
import re
from decimal import Decimal
from io import StringIO
from itertools import product
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Figure, left_out
from library.services import take_down
from library.tests.checked import PUBLISHED, decide, published, resubmit, submitted_plan
from library.tests.test_public_pages import address, read
from plans.models import Cycle, TargetOutcome
from plans.tests.documents import complete_document
from plans.workflow import StepNotAllowed

YEAR = "2026-27"
EARLIER = "2025-26"
# Counts of one measure: of two groups, of two grades, of all, and a rate beside them.
STARTS = (3, 1719, 1722, 2, 1720)
RESULTS = (4, 2803, 2807, 5, 2802)


def measured(starts, results, unit="students"):
    """An approved plan in view with targets of one measure, and their certified results."""
    plan = submitted_plan(submitted=False, approved=True)
    of_these = objectives([(str(uuid4()), start) for start in starts], EARLIER, unit=unit)
    resubmit(plan, "As revised.", objectives=of_these)
    targets = of_these[0].targets
    TargetOutcome.objects.bulk_create(
        TargetOutcome(
            plan=plan,
            lineage=target.lineage,
            report="progress/1",
            actual=result,
            measured_in=YEAR,
            certified_at=PUBLISHED,
        )
        for target, result in zip(targets, results, strict=True)
    )
    decide(plan)
    published(plan)
    return plan


def objectives(starts, year, unit="students"):
    """One, whose targets have these lineages and start at these figures."""
    objective = complete_document().objectives[0]
    of_all = {"indicator": None, "measure": "Absent on the first day", "unit": unit}
    shape = objective.targets[0].model_copy(
        update=of_all | {"baseline_year": year, "target_value": Decimal(1)}
    )
    targets = tuple(
        shape.model_copy(
            update={"lineage": lineage, "number": f"1.{place}", "baseline": Decimal(start)}
        )
        for place, (lineage, start) in enumerate(starts, 1)
    )
    return (objective.model_copy(update={"targets": targets}),)


def told_of(client, plan):
    """Every answer that is public of the plan, by its name."""
    pages = {name: read(client, plan, name) for name in ("plan", "text", "summary")}
    files = {
        f"{table}.{kind}": client.get(one).text
        for table in ("targets", "plans", "lines")
        for kind in ("csv", "json")
        for one in (
            address(plan, "plan_data", table=table, kind=kind),
            reverse("library:data", args=[table, kind]),
        )
    }
    of_plan = f"/api/v1/plans/{plan.district.slug}/{plan.cycle_id}"
    answers = {what: client.get(f"{of_plan}{what}").text for what in ("/targets", "/document")}
    return pages | files | answers


def has(figure, answer):
    """Whether it stands there as a number, and not as a part of a hash or a name."""
    return bool(
        re.search(rf"(?<![\w-]){figure}(?![\w-])", answer.replace(f"{figure:,}", str(figure)))
    )


def results_on_page(client, plan):
    page = BeautifulSoup(read(client, plan), "html.parser")
    cells = page.select("#targets td[data-label=Result]")
    return [cell.contents[0].strip() for cell in cells]


@pytest.mark.django_db
def test_a_figure_that_the_page_leaves_out_is_in_no_file_and_no_answer(client):
    plan = measured(STARTS, RESULTS)

    shown = results_on_page(client, plan)
    told = told_of(client, plan)

    assert shown == ["<6", "*", "2,807", "<6", "*"]
    rows = json.loads(told["/targets"])
    assert [row["result"] for row in rows] == [None, None, 2807, None, None]
    assert [row["is_result_suppressed"] for row in rows] == ["yes", "yes", "no", "yes", "yes"]
    assert [row["is_target_met"] for row in rows] == [None, None, "no", None, None]
    assert [row["result_year"] for row in rows] == [YEAR] * 5
    for figure in (1719, 1720, 2803, 2802):
        for name, answer in told.items():
            assert not has(figure, answer), (figure, name)
    assert has(2807, told["plan"])
    in_file = list(csv.DictReader(StringIO(told["targets.csv"].lstrip("\ufeff"))))
    assert [row["result"] for row in in_file] == ["", "", "2807", "", ""]
    assert "2807" in told["targets.json"]


@pytest.mark.django_db
def test_results_are_told_of_an_approved_plan_in_view_and_anew_once_reported_anew(
    client, django_assert_num_queries
):
    plans = [measured((100,), (120,), unit="index points") for _ in range(2)]
    file = reverse("library:data", args=["targets", "json"])
    first, second = client.get(file).json()["rows"]
    assert (first["result"], second["result"]) == (120, 120)
    with django_assert_num_queries(2):  # publications, results
        client.get(file)

    TargetOutcome.objects.filter(plan=plans[0]).update(actual=Decimal("121.5"))
    plans[1].status = "withheld"
    plans[1].save()

    told = {row["district"]: row for row in client.get(file).json()["rows"]}
    of_first, of_second = (told[plan.district.name] for plan in plans)
    assert (of_first["result"], of_first["is_target_met"]) == (121.5, "no")
    assert (of_second["result"], of_second["is_result_suppressed"]) == (None, None)
    take_down(
        plan_id=plans[0].pk,
        publication=plans[0].publications.get().pk,
        reason="A name.",
        key=uuid4(),
        by=person(Role.SYSADMIN),
        at=PUBLISHED,
    )
    assert "121.5" not in client.get(file).text


@pytest.mark.django_db
def test_what_last_years_results_leave_out_is_no_start_of_this_year(client):
    """Where this year names fewer groups, what protected a small one would stand in view."""
    last = measured((100, 900, 1000), (4, 2803, 2807))
    _, other, both = list(last.targetoutcome_set.order_by("pk").values_list("lineage", flat=True))
    assert results_on_page(client, last) == ["<6", "*", "2,807"]
    plan = submitted_plan(district=last.district, cycle=Cycle.objects.get(pk=2028))
    carried = objectives([(str(other), 2803), (str(both), 2807)], YEAR)
    resubmit(plan, "The year after.", objectives=carried)

    publication = published(plan)

    assert publication.kept_back == [str(other)]
    told = told_of(client, plan)
    assert [row["baseline"] for row in json.loads(told["/targets"])] == [None, 2807]
    assert not any(has(2803, answer) for answer in told.values())
    with pytest.raises(StepNotAllowed):
        published(plan)  # it reads just so already
    resubmit(plan, "Measured anew.", objectives=objectives([(str(other), 2900)], YEAR))
    assert published(plan).kept_back == []


@pytest.mark.django_db
def test_what_an_earlier_version_left_out_does_not_come_back_with_the_next(client):
    plan, names = submitted_plan(), [str(uuid4()) for _ in range(3)]
    starts = list(zip(names, (4, 2803, 2807), strict=True))
    resubmit(plan, "The second.", objectives=objectives(starts, YEAR))
    assert published(plan).kept_back == []  # the text itself leaves them out
    assert not has(2803, read(client, plan, "text"))

    resubmit(plan, "The third.", objectives=objectives(starts[1:], YEAR))
    assert published(plan).kept_back == [names[1]]

    for page in ("plan", "text", "changes"):
        assert not has(2803, read(client, plan, page)), page
    assert has(2807, read(client, plan))


def test_nothing_that_is_left_out_can_be_reckoned_by_who_knows_the_rules():
    """Of parts and their sum, every reading that fits what is shown leaves two values or more."""
    made = random.Random(10_262)  # noqa: S311 -- figures to try
    for _ in range(400):
        parts = [made.randint(0, 14) for _ in range(made.randint(2, 4))]
        counts = [*parts, sum(parts)]
        hidden = left_out([Figure("one", "students", Decimal(each)) for each in counts])
        assert all(0 < each > 5 or not each or place in hidden for place, each in enumerate(counts))
        told = [each for place, each in enumerate(counts) if each and place not in hidden]
        ranges = [
            range(1, 6)
            if hidden.get(place) == "<6"
            else range(6, min(told, default=60) + 1)
            if place in hidden
            else [each]
            for place, each in enumerate(counts)
        ]
        fits = [each for each in product(*ranges) if sum(each[:-1]) == each[-1]]
        assert all(len({each[place] for each in fits}) > 1 for place in hidden), (counts, hidden)


def test_what_stands_as_a_start_of_the_same_year_gives_no_result_away():
    results = [Figure("one", "students", Decimal(each)) for each in (4, 20, 24)]
    start = [Figure("one", "students", Decimal(20))]

    assert left_out(results) == {0: "<6", 1: "*"}
    assert left_out(results, beside=start) == {0: "<6", 1: "*", 2: "*"}
