"""What is told by a filled bar, a border or a ring stands 3:1 out of what is around it (1.4.11), in
both themes: axe looks at words alone.
"""

import re

import pytest
from django.conf import settings

STYLE = (settings.BASE_DIR / "static/css/alliance.css").read_text()
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLE
    )
}
AROUND = {  # each mark, with the grounds it stands on
    "mark": ["none-bg", "hover", "surface", "sunken", "ground"],  # a meter, what is current
    "line-strong": ["surface", "ground"],  # a field, a box to check
    "action": ["surface"],  # a box that is checked
    "focus": ["surface", "sunken", "ground", "hover"],
}
PAIRS = [(mark, ground) for mark, grounds in AROUND.items() for ground in grounds]


def light_of(color: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([light_of(one), light_of(other)])
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=" on ".join)
def test_each_mark_stands_out_of_its_ground(pair, theme):
    mark, ground = (TOKENS[name][theme] for name in pair)

    assert contrast(mark, ground) >= 3, f"{contrast(mark, ground):.2f}"


def test_contrast_is_that_of_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
