"""Opening a database: SQLite (WAL, synced, foreign keys, busy timeout) or PostgreSQL, migrated to the newest schema."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from selfproof.errors import StoreError

UNREACHABLE = (SQLAlchemyError, OSError)
"""What is raised where database or disk do not answer as they should: nothing that was asked for is to blame."""
_BUSY_SECONDS = 60
_MIGRATION_LOCK = 7_365_001  # any number that nothing else in the same database uses for an advisory lock
_ONE_MIGRATION = threading.Lock()  # Alembic keeps its context in globals
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # a receipt outlives a power cut
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is erased is overwritten, not only unlinked
)


def _address(url: str | URL) -> URL:
    address = make_url(url)
    plain = address.drivername in {"postgres", "postgresql"}
    return address.set(drivername="postgresql+psycopg") if plain else address


def _prepare_sqlite(engine: Engine) -> None:
    """Our own BEGIN: the driver would begin late, and an upgrade from read to write ignores the busy timeout."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:  # noqa: ANN401  a driver's connection has no common type
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def open_engine(url: str | URL, home: Path) -> Engine:
    """An engine for the address, its schema brought up to date. home: the folder of the store that it belongs to.

    url: ``sqlite:////path/to/file`` or ``postgresql://user@host/name``; an SQLite file is made if missing, for its
    owner's eyes only. SQLite in memory is not supported: it breaks across threads.

    Raises StoreError for what is no database, cannot be reached or belongs to a newer version.
    """
    try:
        return _opened(_address(url), home)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(f"数据库打不开 / the database cannot be opened: {reason}") from error


def _opened(address: URL, home: Path) -> Engine:
    if address.get_backend_name() == "sqlite":
        Path(str(address.database)).touch(mode=0o600)
        engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})
        _prepare_sqlite(engine)
    else:
        engine = create_engine(address, pool_pre_ping=True)
    try:
        _migrate(engine, home)
    except (SQLAlchemyError, StoreError):
        engine.dispose()
        raise
    return engine


def _migrate(engine: Engine, home: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    head = ScriptDirectory.from_config(config).get_current_head()
    with reading(engine) as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with _ONE_MIGRATION, writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        config.attributes |= {"connection": connection, "home": home}
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise StoreError(f"数据库来自更新的版本 / the database belongs to a newer version: {error}") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection inside one transaction that only reads."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection inside one transaction: all of it is kept, or nothing."""
    with engine.execution_options(begin="BEGIN IMMEDIATE").begin() as connection:
        yield connection


def _insert_missing(connection: Connection, table: Table) -> Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def add_missing(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows that are not there yet, by any unique key."""
    if rows:
        connection.execute(_insert_missing(connection, table), list(rows))


def add_if_new(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert one row; False when it is there already, by any unique key."""
    insert = _insert_missing(connection, table).values(dict(row)).returning(*table.primary_key)
    return connection.execute(insert).first() is not None


def now() -> str:
    """The present instant as it is kept."""
    return datetime.now(UTC).isoformat()


def ids_of(text_of_ids: str) -> tuple[str, ...]:
    """A kept list of ids."""
    return tuple(json.loads(text_of_ids))
