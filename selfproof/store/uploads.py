"""Uploads of an application. Each comes with the job of reading it; its state is the last of its events."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from selfproof.errors import NotFound
from selfproof.store.applications import require
from selfproof.store.engine import add_if_new, now
from selfproof.store.jobs import SET_ASIDE, Task, to_read
from selfproof.store.schema import jobs, uploads
from selfproof.store.schema import upload_events as events
from selfproof.store.states import State, note
from selfproof.tagged import content_id

_NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an uploader holds: the upload, and whether the application had this very file already.

    Once it is given, the file is on disk and its job in the database.
    """

    upload: str
    document: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file as it comes. size: bytes; brought_by: the account of whoever brings it for its owner, else ""."""

    document: str
    name: str
    size: int
    brought_by: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one application. size: bytes. note: why it failed, a key of errors.yaml, else empty.

    brought_by: the account of whoever brought it on the owner's behalf, "" for the owner; it moves no money.
    """

    id: str
    application: str
    document: str
    name: str
    size: int
    received: datetime
    state: State
    note: str = ""
    brought_by: str = ""


def _printable(name: str) -> str:
    kept = "".join(char for char in name if char.isprintable())
    return kept.encode("utf-8", "replace").decode()[-_NAME_LENGTH:]


def record(connection: Connection, application_id: str, file: Arrival) -> Receipt:
    """Record an upload together with its job; the same file again gives the receipt of the first, as a duplicate.

    A file that was set aside is tried once more when it comes again.
    """
    require(connection, application_id)
    upload = content_id(application_id, file.document)
    row = {"id": upload, "application": application_id, "received": now(), **asdict(file)}
    fresh = add_if_new(connection, uploads, row | {"name": _printable(file.name)})
    again = not fresh and get(connection, application_id, upload)
    if (fresh or (again and again.note == SET_ASIDE)) and to_read(connection, application_id, upload):
        note(connection, upload, State.RECEIVED)
    return Receipt(upload, file.document, duplicate=not fresh)


def _query() -> Select[*tuple[object, ...]]:
    every = events.alias("every")
    last = select(func.max(every.c.number)).where(every.c.upload == uploads.c.id).scalar_subquery()
    joined = uploads.join(events, and_(events.c.upload == uploads.c.id, events.c.number == last))
    return select(uploads, events.c.state, events.c.note, events.c.number.label("event")).select_from(joined)


def _upload(row: Row[*tuple[object, ...]]) -> Upload:
    return Upload(
        id=row.id,
        application=row.application,
        document=row.document,
        name=row.name,
        size=row.size,
        received=datetime.fromisoformat(row.received),
        state=State(row.state),
        note=row.note,
        brought_by=row.brought_by,
    )


def _found(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[Upload, ...]:
    rows = connection.execute(_query().where(*conditions).order_by(uploads.c.number))
    return tuple(_upload(row) for row in rows)


def of(connection: Connection, application_id: str) -> tuple[Upload, ...]:
    """All uploads of an application, first received first; raises NotFound."""
    require(connection, application_id)
    return _found(connection, uploads.c.application == application_id)


def get(connection: Connection, application_id: str, upload_id: str) -> Upload:
    """One upload, only with the application that it belongs to; raises NotFound."""
    found = _found(connection, uploads.c.id == upload_id, uploads.c.application == application_id)
    if not found:
        raise NotFound(f"no upload {upload_id} in application {application_id}")
    return found[0]


def waiting(connection: Connection) -> tuple[Upload, ...]:
    """Uploads of all applications that nobody has begun to read, first received first."""
    free = select(jobs.c.subject).where(jobs.c.task == Task.READ, jobs.c.holder == "")
    return _found(connection, uploads.c.id.in_(free), events.c.state == State.RECEIVED)
