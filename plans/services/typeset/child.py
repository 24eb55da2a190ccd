"""Typesets one paper: JSON comes in, a PDF/UA-1 goes out. A program of its own, started for each.

So a text that takes too long, or too much memory, or makes the typesetter stop, takes no worker
along. It knows nothing of the product: no settings, no database, no network.
"""

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
FONTS = ("fontpkg_public_sans", "font_source_serif_pro")  # packages, each with a folder of files
TYPE = (  # the faces that stand for their families: a family's faces hold the same letters
    ("fontpkg_public_sans", "PublicSans[wght].ttf"),
    ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
)
MOST_MEMORY = 2 * 1024**3  # bytes
MOST_SECONDS = 90  # of a processor
CANNOT = 3  # exit code: the typesetter refused the text, and says why in a line

SPACES = re.compile("[\t-\r\u0085\u2028\u2029\u1680\u2000-\u200a\u202f\u205f\u3000]")
LIKE = {0x2010: "-", 0x2011: "-", 0x2015: "—", 0x2032: "'", 0x2033: '"'}


def main() -> int:
    _limit_itself()
    try:
        sys.stdout.buffer.write(typeset(sys.stdin.buffer.read().decode()))
    except typst.TypstError as fault:
        print(_without_words(str(fault)), file=sys.stderr)  # noqa: T201 -- it is a program
        return CANNOT
    return 0


def typeset(paper: str) -> bytes:
    """The same paper with the same release makes the same bytes.

    Raises:
        typst.TypstError.
    """
    return typst.compile(
        str(HERE / "plan.typ"),
        root=str(HERE),
        font_paths=typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(_folder_of(package)) for package in FONTS],
        ),
        sys_inputs={"paper": json.dumps(_shown_in(json.loads(paper), letters()))},
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=0,  # none of its own: the paper says of when its text is
    )


def _shown_in(value: Any, known: frozenset[int]) -> Any:
    if isinstance(value, str):
        return shown(value, known)
    if isinstance(value, list):
        return [_shown_in(each, known) for each in value]
    if isinstance(value, dict):
        return {name: _shown_in(each, known) for name, each in value.items()}
    return value


def shown(text: str, known: frozenset[int]) -> str:
    """The text with nothing in it that our type cannot show; a paper is refused for such a sign.

    A symbol gives its name, such as “[grinning face]”; letters of other scripts say how many they
    are. What steers the direction of a text is left out: it would turn our own words about.
    """
    return "".join(_parts(unicodedata.normalize("NFC", text), known))


def _parts(text: str, known: frozenset[int]) -> Iterator[str]:
    missing = 0
    for sign in text:
        code = ord(sign)
        if code in known and not missing:
            yield sign
            continue
        as_shown = sign if code in known else _in_place_of(sign)
        if as_shown is None:
            missing += 1
            continue
        if missing and as_shown:
            yield _letters_missing(missing)
            missing = 0
        yield as_shown
    if missing:
        yield _letters_missing(missing)


def _in_place_of(sign: str) -> str | None:
    """None of a letter that cannot be shown."""
    if SPACES.match(sign):
        return " "
    if ord(sign) in LIKE:
        return LIKE[ord(sign)]
    category = unicodedata.category(sign)
    if category in {"Cc", "Cf"} or 0xFE00 <= ord(sign) <= 0xFE0F:
        return ""
    if category in {"So", "Sm", "Sk", "Sc", "Po"}:
        return f"[{unicodedata.name(sign, 'a symbol').lower()}]"
    return None


def _letters_missing(number: int) -> str:
    noun = "character" if number == 1 else "characters"
    return f"[{number} {noun} of another script]"


def letters() -> frozenset[int]:
    """The signs that both families can show between them."""
    known: set[int] = set()
    for package, name in TYPE:
        with TTFont(_folder_of(package) / name, lazy=True) as face:
            known |= face.getBestCmap().keys()
    steering = {code for code in known if unicodedata.category(chr(code)) in {"Cc", "Cf"}}
    return frozenset(known - steering)


def _folder_of(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package “{package}” is not installed.")
    return Path(next(iter(spec.submodule_search_locations))) / "files"


def _without_words(fault: str) -> str:
    """What failed, without what somebody wrote: it goes into a log."""
    return re.sub(r'"[^"]*"|`[^`]*`', "…", fault.strip().partition("\n")[0])[:300]


def _limit_itself() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


if __name__ == "__main__":
    sys.exit(main())
