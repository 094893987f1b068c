"""Fixtures that several test files share: databases of the store, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from selfproof.store import Store
from selfproof.store.engine import open_engine
from selfproof.vision import models
from tests import homes

# a busy machine stops for longer than any limit, and a hundred examples each take half a minute of the suite
hypothesis.settings.register_profile("any_machine", deadline=None, max_examples=60)
hypothesis.settings.load_profile("any_machine")

if "PYTEST_XDIST_WORKER" in os.environ:  # as a worker's readers: with two threads each, two processes get in the way
    for _setting in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "SELFPROOF_THREADS"):
        os.environ.setdefault(_setting, "1")
sys.dont_write_bytecode = False  # dozens of processes of a run import the same modules: compile each of them once
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

collect_ignore = ["vision_builders.py"]  # looked through for doctests it brings torch into every process of a run

# the files that take longest, some of them with few tests: begun first, so that no process of a run waits for another
_LONGEST = ("goldens", "cli", "kill", "page", "looks", "review_page", "worker", "photograph", "risk_page")

_SERVER_USER = "postgres"
_OPTIONS = "-c listen_addresses='' -c fsync=off -c max_connections=40 -c shared_buffers=16MB"


def pytest_configure(config: pytest.Config) -> None:
    """Have pytest-xdist hand out files in our order, not those with most tests first."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it again and again for garbage takes a twelfth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, all others as they were."""
    turns = {f"test_{name}.py": turn for turn, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: turns.get(item.path.name, len(turns)))


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Data of tests never lands among the user's own; a home that is set is kept, with what was read before.

    What pixels said is computed once for all processes of the run: their homes share one cache.
    """
    if "SELFPROOF_HOME" in os.environ:
        return
    base = tmp_path_factory.getbasetemp()
    everybody = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "read"
    os.environ["SELFPROOF_HOME"] = str(homes.sharing(tmp_path_factory.mktemp("home"), everybody))
    for setting in models.SETTINGS.values():  # models of the machine that tests run on would change what is read
        os.environ.pop(setting, None)


@pytest.fixture(scope="session", autouse=True)
def shipped_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords in earnest; in this process something quick does, for it costs 64 MiB each time."""
    from selfproof.access import passwords

    with pytest.MonkeyPatch.context() as patch:
        shipped = passwords._HASHER
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield shipped


def _missing(program: str) -> None:
    """Skip for want of a program, but never where the whole suite must run."""
    reason = f"{program} is not installed (see the README for the one apt line)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        _missing("postgresql")
    return found[-1].parent if found else Path(str(on_path)).parent


def _run(command: Sequence[str | Path]) -> None:
    """Run a server program, as the server's own user when we are root: initdb refuses root."""
    become = ["runuser", "-u", _SERVER_USER, "--"] if os.geteuid() == 0 else []
    result = subprocess.run([*become, *command], capture_output=True, text=True, check=False, cwd="/")
    assert result.returncode == 0, result.stderr + result.stdout


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A cluster of our own on a socket in a temporary folder; the URL of its first database."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="selfproof-pg-"))
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, _SERVER_USER)
    control = programs / "pg_ctl"
    try:
        _run([programs / "initdb", "-D", data, "-U", "selfproof", "-A", "trust", "-E", "UTF8", "--no-sync"])
        _run([control, "-D", data, "-w", "-l", folder / "log", "-o", f"-k {folder} {_OPTIONS}", "start"])
        try:
            query = {"host": str(folder)}
            yield sa.URL.create("postgresql+psycopg", username="selfproof", database="postgres", query=query)
        finally:
            _run([control, "-D", data, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def new_postgres(postgres_server: sa.URL) -> Callable[[str], sa.URL]:
    """Makes a database at each call, as a copy of the named one; they go with the cluster."""
    admin = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    made: list[str] = []

    def make(template: str) -> sa.URL:
        made.append(f"test_{len(made)}")
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {made[-1]} TEMPLATE {template}"))
        return postgres_server.set(database=made[-1])

    return make


@pytest.fixture(scope="session")
def postgres_template(new_postgres: Callable[[str], sa.URL], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with the store's tables: copying it is faster than migrating each time."""
    address = new_postgres("template0")
    open_engine(address, tmp_path_factory.mktemp("home")).dispose()
    return str(address.database)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """A database without tables, once of each kind."""
    if request.param == "sqlite":
        return sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db"))
    made: sa.URL = request.getfixturevalue("new_postgres")("template0")
    return made


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the store's tables, for the same reason."""
    path = tmp_path_factory.mktemp("template") / "selfproof.db"
    open_engine(sa.URL.create("sqlite", database=str(path)), path.parent).dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """A database that the store opens quickly, once of each kind."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "selfproof.db")
        return sa.URL.create("sqlite", database=str(copied))
    make, template = request.getfixturevalue("new_postgres"), request.getfixturevalue("postgres_template")
    made: sa.URL = make(template)
    return made


@pytest.fixture
def quick(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite, where the kind of database does not matter."""
    database = shutil.copy(sqlite_template, tmp_path / "selfproof.db")
    with Store.open(sa.URL.create("sqlite", database=str(database)), tmp_path) as opened:
        yield opened


@pytest.fixture
def store(database_url: sa.URL, tmp_path: Path) -> Iterator[Store]:
    """An empty store, once on each kind of database."""
    with Store.open(database_url, tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    """A store where pages look for it, and in TEST_TOKEN an owner, Anna, who is signed in."""
    from selfproof.access import Role
    from tests import people_samples

    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as opened:
        monkeypatch.setenv("TEST_TOKEN", people_samples.token(opened, "anna", Role.OWNER))
        yield opened
