"""Accounts that may be of one person: where two people are asked for, it is two accounts that act.

Nobody can know it for certain, so nothing is refused: an administrator is shown them (ADR 28).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    Window,
)
from django.db.models.functions import Lower

from districts.models import Membership, User, comparable, gets_letters
from districts.roles import DEPARTMENT_ROLES

# Many mail services take ann.lee+tag@x and annlee@x for one mailbox.
OFTEN_IGNORED = r"(\+[^@]*|\.)(?=[^@]*@)"


def mailbox(email: str) -> str:
    return re.sub(OFTEN_IGNORED, "", comparable(email))


def perhaps_the_same(
    *, name: str, email: str, is_at_department: bool, but_id: int | None = None
) -> list[User]:
    """Who has nearly this address, or this name where one of the two is of the Department."""
    same_name = Q(plain_name=name.lower())
    if not is_at_department:
        same_name &= Q(is_at_department=True)
    found = _accounts().filter(Q(mailbox=mailbox(email)) | same_name)
    return list(found.exclude(pk=but_id))


def may_be_one_person() -> list[list[User]]:
    """Every group of accounts that look like one person's. One query."""
    alike: dict[tuple[str, str], list[Any]] = defaultdict(list)
    accounts = _accounts().annotate(
        of_mailbox=Window(Count("pk"), partition_by=F("mailbox")),
        of_name=Window(Count("pk"), partition_by=F("plain_name")),
    )
    for account in accounts.filter(Q(of_mailbox__gt=1) | Q(of_name__gt=1)):
        alike["mailbox", account.mailbox].append(account)
        alike["name", account.plain_name].append(account)
    groups = [
        group
        for (what, _), group in alike.items()
        if len(group) > 1 and (what == "mailbox" or any(one.is_at_department for one in group))
    ]
    return [group for place, group in enumerate(groups) if group not in groups[:place]]


def named(people: Iterable[User]) -> str:
    return ", ".join(f"{person.name} ({person.email})" for person in people)


def is_of_department(role: str) -> bool:
    return role in DEPARTMENT_ROLES


def _accounts() -> QuerySet:
    """Those that are in use, each with what it is compared by, by name."""
    held = Membership.objects.current().filter(user=OuterRef("pk"), district=None)
    stripped = Func(
        Lower("email"),
        Value(OFTEN_IGNORED),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return (
        User.objects.filter(gets_letters())
        .annotate(mailbox=stripped, plain_name=Lower("name"), is_at_department=Exists(held))
        .order_by("name", "pk")
    )
