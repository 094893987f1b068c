"""How far the reading of an upload has come: the last of its events, which are only ever added."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, func, insert, select

from selfproof.store.engine import now
from selfproof.store.schema import upload_events as events
from selfproof.store.schema import uploads


class State(StrEnum):
    """How far the reading of an upload has come."""

    RECEIVED = "received"
    READING = "reading"
    READ = "read"
    FAILED = "failed"


def note(connection: Connection, upload: str, state: State, text: str = "") -> None:
    """Add an event; the upload's row is held, so that of two at once each gets a number of its own."""
    connection.execute(select(uploads.c.id).where(uploads.c.id == upload).with_for_update())
    last = connection.scalar(select(func.max(events.c.number)).where(events.c.upload == upload))
    row = {"upload": upload, "number": 0 if last is None else last + 1, "state": state, "note": text, "at": now()}
    connection.execute(insert(events).values(row))
