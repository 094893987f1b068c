"""The audit log: a chain in which each entry holds the mark of the one before, so that no past entry can be changed.

A mark is an HMAC under the store's key: whoever can write to the database but has not the key cannot make a new chain.
Applications and uploads stand in it as keyed hashes, the same as in `erasures`: the log outlives what is erased.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Row, insert, select, text

from selfproof.store.applications import keyed
from selfproof.store.codec import canonical
from selfproof.store.engine import now, reading
from selfproof.store.schema import audit as table

BEGINNING = "0" * 64
_CHAIN_LOCK = 7_365_002  # an advisory lock of PostgreSQL beside that of the migrations: one writer at a time
_LOOK = timedelta(minutes=1)
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did or looked at. application, upload: ids, or "" where an act has none."""

    account: str
    role: str
    act: str
    application: str = ""
    upload: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the chain. application, upload: keyed hashes of the ids; mark: over all the rest."""

    number: int
    at: str
    account: str
    role: str
    act: str
    application: str
    upload: str
    detail: str
    previous: str
    mark: str

    @property
    def instant(self) -> datetime:
        """When it was, in UTC."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the chain says. entries: how many hold; head: the last good mark; broken: the first bad one."""

    entries: int
    head: str
    broken: int | None = None


def mark_of(key: bytes, subject: str, name: str) -> str:
    """How an application or upload is called in the log; "" stays ""."""
    return keyed(key, subject, name) if name else ""


def note(connection: Connection, act: Act, key: bytes) -> None:
    """Add a link, in a transaction of `writing`: writers wait for each other, so that the chain has no forks."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_CHAIN_LOCK})"))
    last = connection.execute(
        select(table.c.number, table.c.mark).order_by(table.c.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.number + 1, last.mark) if last else (1, BEGINNING)
    row = {
        "number": number,
        "at": now(),
        "account": act.account,
        "role": act.role,
        "act": act.act,
        "application": mark_of(key, "application", act.application),
        "upload": mark_of(key, "upload", act.upload),
        "detail": act.detail,
        "previous": previous,
    }
    connection.execute(insert(table).values(row | {"mark": _mark(key, row)}))


def _mark(key: bytes, row: dict[str, object]) -> str:
    return keyed(key, "audit", canonical(row))


def just_looked(connection: Connection, act: Act, key: bytes, at: datetime) -> bool:
    """Whether the same person looked at the same thing within the last minute: a page drawn again is no new look."""
    query = select(table.c.at).where(
        table.c.application == mark_of(key, "application", act.application),
        table.c.upload == mark_of(key, "upload", act.upload),
        table.c.account == act.account,
        table.c.act == act.act,
        table.c.detail == act.detail,
    )
    last = connection.scalar(query.order_by(table.c.number.desc()).limit(1))
    return last is not None and at - datetime.fromisoformat(last) < _LOOK


def _entry(row: Row[*tuple[object, ...]]) -> Entry:
    return Entry(**row._mapping)  # noqa: SLF001  the public name of a row's mapping begins so


def is_begun(engine: Engine) -> bool:
    """Whether anything has been logged yet."""
    with reading(engine) as connection:
        return connection.scalar(select(table.c.number).limit(1)) is not None


def newest(connection: Connection, most: int) -> tuple[Entry, ...]:
    """The last entries, the newest first."""
    return tuple(_entry(row) for row in connection.execute(select(table).order_by(table.c.number.desc()).limit(most)))


def of(connection: Connection, application_id: str, key: bytes) -> tuple[Entry, ...]:
    """All entries about an application, the first first."""
    query = select(table).where(table.c.application == mark_of(key, "application", application_id))
    return tuple(_entry(row) for row in connection.execute(query.order_by(table.c.number)))


def _all(connection: Connection) -> Iterator[Entry]:
    number = 0
    while rows := connection.execute(
        select(table).where(table.c.number > number).order_by(table.c.number).limit(_PAGE)
    ).all():
        yield from (_entry(row) for row in rows)
        number = rows[-1].number


def verify(connection: Connection, key: bytes, head: str = "") -> Verdict:
    """Follow the chain from its beginning; stops at the first link that does not hold.

    head: a mark that an earlier check ended with, noted outside the database; when it is not in the chain any more,
    the end was cut off, and the first number after what is left is called broken.
    """
    number, previous, met = 0, BEGINNING, head in ("", BEGINNING)
    for entry in _all(connection):
        if not _holds(entry, number + 1, previous, key):
            return Verdict(number, previous, number + 1)
        number, previous = entry.number, entry.mark
        met = met or previous == head
    return Verdict(number, previous, None if met else number + 1)


def _holds(entry: Entry, number: int, previous: str, key: bytes) -> bool:
    names = [name for name in Entry.__dataclass_fields__ if name != "mark"]
    row = dict(zip(names, astuple(entry)[:-1], strict=True))
    return entry.number == number and entry.previous == previous and entry.mark == _mark(key, row)
