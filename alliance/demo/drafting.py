"""Writes a plan's rows all at once, as its people would have saved them one by one."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from alliance.demo.content import Content, rows_within
from districts.calendar import EASTERN
from districts.models import User
from plans.documents.kinds import LISTED, SINGLE
from plans.models import Assurance, DraftRow, Plan
from plans.services import save_board_approval
from plans.services.editing import revised

SECTIONS: dict[str, Any] = {  # by their headings in a file
    kind.section.value.replace("-", "_"): kind.model
    for kind in SINGLE.values()
    if kind.key != "collaboration"  # its section's heading is that of its list
} | {"collaboration": SINGLE["collaboration"].model}
ROWS: dict[str, Any] = {key: kind.model for key, kind in LISTED.items()}
NOT_COLUMNS = {"targets", "milestones", "lines"}
MORNING_AFTER = time(8, 30)


def named_row(plan: Plan, name: str) -> DraftRow:
    """The row of the draft that a file means, or its section."""
    kind, _, place = name.partition(" ")
    if not place:
        return SECTIONS[kind]._default_manager.get(plan=plan)
    return ROWS[kind]._default_manager.get(plan=plan, lineage=lineage_of(plan, name))


def lineage_of(plan: Plan, name: str) -> UUID:
    """The same in every run, and from one year to the next; engagement is new every year."""
    year = f"/{plan.cycle_id}" if name.startswith("engagement") else ""
    return uuid5(NAMESPACE_URL, f"demo/{plan.district.slug}{year}/{name}")


def write(plan: Plan, content: Content, people: Mapping[str, User]) -> None:
    """Fill the sections the file has, and add its rows after those that are there."""
    Draft(plan, content, people).write()


class Draft:
    def __init__(self, plan: Plan, content: Content, people: Mapping[str, User]) -> None:
        self.plan = plan
        self.content = content
        self.coordinator, self.fiscal_officer = people["coordinator"], people["fiscal"]
        self.at: datetime = content["drafted_at"]
        self.there = {  # rows that an amendment started with
            kind: model._default_manager.filter(plan=plan).count() if plan.copied_from else 0
            for kind, model in ROWS.items()
        }

    def write(self) -> None:
        self._sections()
        objectives = self._add("objective", self._rows("objective"))
        self._add("target", self._rows_of("target", "objective", objectives))
        strategies = self._add("strategy", self._rows("strategy"))
        self._add("milestone", self._rows_of("milestone", "strategy", strategies))
        self._add("line", self._rows_of("line", "strategy", strategies), by=self.fiscal_officer)
        self._add("engagement", self._rows("engagement"))
        self._board_approval()

    def _sections(self) -> None:
        extra: dict[str, Content] = {
            "cover": {
                "contact_name": self.coordinator.name,
                "contact_email": self.coordinator.email,
            },
            "assurances": {
                "accepted_numbers": _all_assurances(self.plan),
                "evaluation_plan_approved": True,
            },
        }
        for heading, model in SECTIONS.items():
            if heading not in self.content:
                continue
            by = self.fiscal_officer if heading == "budget" else self.coordinator
            values = {**extra.get(heading, {}), **self.content[heading]}
            row = model._default_manager.get(plan=self.plan)
            for column, value in values.items():
                setattr(row, column, value)
            row.version, row.saved_at, row.saved_by = row.version + 1, self.at, by
            row.save()
            revised(self.plan, [row], by=by, at=self.at)

    def _board_approval(self) -> None:
        """Entered on the morning after the vote; a vote to come, with the draft."""
        values = self.content.get("board")
        if values is None:
            return
        approved_on = values.get("approved_on")
        at = self.at
        if approved_on is not None:
            entered_on = approved_on + timedelta(days=1)
            at = datetime.combine(entered_on, MORNING_AFTER, tzinfo=EASTERN)
        save_board_approval(
            plan_id=self.plan.pk,
            version=self.plan.board_approval.version,
            values=values,
            as_typed={},
            by=self.coordinator,
            at=at,
        )

    def _rows(self, kind: str) -> list[tuple[str, Content]]:
        rows = []
        for name, row in rows_within(self.content, kind, after=self.there[kind]):
            values = {column: value for column, value in row.items() if column not in NOT_COLUMNS}
            if kind == "strategy":
                values["target_lineages"] = [
                    lineage_of(self.plan, f"target {number}") for number in row["targets"]
                ]
            rows.append((name, values))
        return rows

    def _rows_of(
        self, kind: str, parent: str, parents: Mapping[str, int]
    ) -> list[tuple[str, Content]]:
        """Rows of the objectives or strategies just added, each with its parent's id."""
        return [
            (name, {**row, f"{parent}_id": parents[_parent_of(name, parent)]})
            for name, row in rows_within(self.content, kind, after=self.there[parent])
        ]

    def _add(
        self, kind: str, rows: Iterable[tuple[str, Content]], *, by: User | None = None
    ) -> dict[str, int]:
        """Add the rows and give the id of each by its name."""
        model, there = ROWS[kind], self.there[kind]
        made: dict[str, Any] = {
            name: model(
                plan=self.plan,
                lineage=lineage_of(self.plan, name),
                position=there + number,
                saved_at=self.at,
                saved_by=by or self.coordinator,
                **values,
            )
            for number, (name, values) in enumerate(rows, start=1)
        }
        model._default_manager.bulk_create(made.values())
        return {name: row.pk for name, row in made.items()}


def _parent_of(name: str, parent: str) -> str:
    """`line 4.2` belongs to `strategy 4`."""
    return f"{parent} {name.partition(' ')[2].partition('.')[0]}"


def _all_assurances(plan: Plan) -> list[int]:
    return list(
        Assurance.objects.filter(cycle=plan.cycle_id)
        .order_by("number")
        .values_list("number", flat=True)
    )
