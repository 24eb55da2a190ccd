"""What script/server, script/manage and the others in script/ run inside .venv."""

import argparse
import errno
import sys

import environ

from alliance.embedded import ROOT, CannotRun
from alliance.embedded.checks import check
from alliance.embedded.manage import manage
from alliance.embedded.server import serve
from alliance.embedded.state import State

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main(command: str, arguments: list[str]) -> int:
    environ.Env.read_env(ROOT / ".env")  # never overrides what is set
    if command == "manage":  # whose arguments are all manage.py's own
        return manage(State.chosen(), arguments)
    parser = argparse.ArgumentParser(prog=f"script/{command}")
    if command == "check":
        parser.parse_args(arguments)
        return check()
    if command in ("backup", "restore"):
        parser.add_argument("file", metavar="FILE")
        if command == "restore":
            parser.add_argument("--replace", action="store_true", help="delete what is there now")
        parser.parse_args(arguments)
        return manage(State.chosen(), [command, *arguments])
    parser.add_argument("--port", type=int, default=8000, help="where the web answers (8000)")
    parser.add_argument("--state", metavar="DIR", help="where everything is kept (var/)")
    chosen = parser.parse_args(arguments)
    return serve(State.chosen(chosen.state), port=chosen.port)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], sys.argv[2:]))
    except CannotRun as fault:
        sys.exit(str(fault))
    except OSError as fault:
        if fault.errno not in FULL:
            raise
        sys.exit(f"There is no room to write ({fault.strerror}): make room, then start again.")
    except KeyboardInterrupt:
        sys.exit(130)
