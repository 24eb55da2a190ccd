"""A paper becomes a PDF: by a program in a process of its own, which a bad paper takes down alone.

What a paper is: plans/reading/paper.py. How it looks: plan.typ.
"""

import hashlib
import logging
import subprocess
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PROGRAM = HERE / "child.py"
SETS_TYPE = ("typst", "fonttools", "fontpkg-public-sans", "font-source-serif-pro")
PATIENCE = 120  # seconds

logger = logging.getLogger(__name__)


class NotTypeset(Exception):
    """The program made no PDF of a paper."""


@cache
def look() -> str:
    """Hash of all that makes the looks of a paper: another release may set the same one anew."""
    digest = hashlib.sha256(repr([(name, version(name)) for name in SETS_TYPE]).encode())
    for source in (HERE / "plan.typ", PROGRAM):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def typeset(paper: bytes) -> bytes:
    """The PDF of a paper, which is JSON in UTF-8. The same paper makes the same bytes.

    Raises:
        NotTypeset: the program refused the paper, stopped, or took too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 -- our own program; what people wrote goes to its stdin
            [sys.executable, "-I", str(PROGRAM)],
            input=paper,
            capture_output=True,
            timeout=PATIENCE,
            env={},  # it needs no secret of ours
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise NotTypeset(f"no PDF after {PATIENCE} seconds") from fault
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NotTypeset(f"exit code {done.returncode}: {said[:300]}")
    return done.stdout
