"""A draft that is shared for help, as its district sees it: who reads it, and what they say."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.dateparse import parse_datetime

from plans.documents.rows import PlanWithState
from plans.models import DraftComment
from plans.sections import SECTIONS, SectionKey


@dataclass(frozen=True)
class Reader:
    """Somebody of the Department who may read the draft now."""

    share_id: int
    name: str
    since: datetime | None


@dataclass(frozen=True)
class Remark:
    """What a liaison said of a section of the draft. `done_by`: who said that it is done."""

    pk: int
    section: SectionKey
    text: str
    by: str
    written_at: datetime | None
    done_at: datetime | None = None
    done_by: str = ""

    @property
    def title(self) -> str:
        return SECTIONS[self.section].title


def readers_of(plan: PlanWithState) -> list[Reader]:
    return [
        Reader(one["id"], one["name"], parse_datetime(one["since"]))
        for one in json.loads(plan.readers)
    ]


def open_remarks(plan: PlanWithState) -> list[Remark]:
    """What was said and is not done, in the order of the sections. No query."""
    remarks = [
        Remark(
            one["id"],
            SectionKey(one["section"]),
            one["text"],
            one["by"],
            parse_datetime(one["written_at"]),
        )
        for one in json.loads(plan.remarks)
    ]
    order = list(SECTIONS)
    return sorted(remarks, key=lambda one: order.index(one.section))


def remarks_in(plan: PlanWithState, section: SectionKey) -> list[Remark]:
    """What stands beside the form of this section until it is done. No query."""
    return [one for one in open_remarks(plan) if one.section == section]


def as_remark(comment: DraftComment) -> Remark:
    said = Remark(
        comment.pk,
        SectionKey(comment.section),
        comment.text,
        comment.written_by.name,
        comment.written_at,
    )
    if comment.done_by is None:
        return said
    return replace(said, done_at=comment.done_at, done_by=comment.done_by.name)
