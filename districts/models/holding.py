"""How a row is held that many others name: a district, a person."""

from typing import Any

from django.db import models


class NamedByOthers(models.QuerySet):
    """Held against whoever changes or holds it too, and not against rows that only name it.

    A letter to a person, or a role in a district, is a row that names them. Were the whole row
    held, with its key, an act that holds a person and one that holds a district would each wait
    for the other: somebody starts a plan while an administrator gives them a role.
    """

    def select_for_update(self, **options: Any):  # type: ignore[override]
        return super().select_for_update(**{"no_key": True} | options)
