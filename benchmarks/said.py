"""What the tools of measuring say, a line at a time: through a pipe it is read at once."""

import sys


def say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
