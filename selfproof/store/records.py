"""Third-party records verbatim, beside the facts that were taken from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from selfproof.store.applications import require
from selfproof.store.codec import dump, load
from selfproof.store.engine import add_missing
from selfproof.store.schema import records as table
from selfproof.tagged import content_id


@dataclass(frozen=True, slots=True)
class Record:
    """What a data holder sent. content: its very text; licence: under which it may give; authorisation: the owner's."""

    source: str
    licence: str
    authorisation: str
    retrieved: date
    content: str


def save(connection: Connection, application_id: str, record: Record) -> str:
    """Keep a record and return its id, a hash of its content; the same record again changes nothing."""
    require(connection, application_id)
    content = dump(record)
    key = content_id(content)
    add_missing(connection, table, [{"application": application_id, "id": key, "content": content}])
    return key


def of(connection: Connection, application_id: str) -> tuple[Record, ...]:
    """All records of an application, the first kept first; raises NotFound."""
    require(connection, application_id)
    query = select(table.c.content).where(table.c.application == application_id).order_by(table.c.number)
    return tuple(load(Record, content) for content in connection.scalars(query))
