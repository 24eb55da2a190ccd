"""docs/letters.md says of each kind of letter which act sends it, and to how many."""

import re
from collections import Counter

from django.conf import settings

from reviews.words import KINDS_OF_LETTER

MAY_STAND_TWICE = {"reminder", "roster_changed", "plan_moved"}  # sent by more than one act


def test_every_kind_of_letter_stands_beside_the_act_that_sends_it():
    """Kind: an act that mails people, of which nobody had to say how many."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (settings.BASE_DIR / "docs" / "letters.md").read_text().splitlines()
        if line.startswith("|")
    ]
    named = Counter(kind for row in rows for kind in re.findall(r"`(\w+)`", row[1]))

    assert set(named) == set(KINDS_OF_LETTER)
    assert {kind for kind, times in named.items() if times > 1} <= MAY_STAND_TWICE
    assert all(cell for row in rows for cell in row)
