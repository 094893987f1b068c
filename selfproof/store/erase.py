"""The right to deletion: the one place where anything is removed."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, text

from selfproof.store import files, likeness, rescores, snapshots
from selfproof.store.applications import keyed, require
from selfproof.store.codec import canonical
from selfproof.store.engine import now
from selfproof.store.schema import (
    application_versions,
    applications,
    claims,
    consents,
    decisions,
    drafts,
    erasures,
    extractions,
    facts,
    findings,
    fingerprints,
    inquiries,
    jobs,
    ownerships,
    permits,
    photos,
    records,
    second_looks,
    upload_events,
    uploads,
    verifications,
)
from selfproof.store.schema_policies import outcomes, shadow_results

_BY_APPLICATION = (  # children before parents
    jobs, drafts, second_looks, claims, shadow_results, outcomes, decisions, verifications, findings,
    facts, records, inquiries,
    fingerprints, photos, uploads, application_versions, consents, ownerships,
)  # fmt: skip


def erase(connection: Connection, home: Path, application_id: str, *, key: bytes) -> None:
    """Remove an application with all its rows and every original that no other application holds; raises NotFound.

    Must run alone (`files.locked`). Files go before the rows are committed: after a crash in between the application
    is still listed, so that erasing it again ends the work. Keyed hashes of what was erased stay, for the audit.
    """
    require(connection, application_id)
    held = uploads.c.application == application_id
    documents = tuple(connection.scalars(select(uploads.c.document).where(held).order_by(uploads.c.document)))
    connection.execute(insert(permits).values(id=application_id))
    events = upload_events.c.upload.in_(select(uploads.c.id).where(held))
    connection.execute(delete(upload_events).where(events))
    likeness.forget(connection, application_id)
    for table in _BY_APPLICATION:
        connection.execute(delete(table).where(table.c.application == application_id))
    connection.execute(delete(applications).where(applications.c.id == application_id))
    snapshots.forget(home, application_id)
    rescores.forget(connection, home, application_id)
    for document in documents:
        _drop_unless_shared(connection, home, document)
    connection.execute(delete(permits).where(permits.c.id == application_id))
    marks = [keyed(key, "document", document) for document in documents]
    mark = keyed(key, "application", application_id)
    connection.execute(insert(erasures).values(application=mark, documents=canonical(marks), at=now()))


def _drop_unless_shared(connection: Connection, home: Path, document: str) -> None:
    if connection.scalar(select(uploads.c.id).where(uploads.c.document == document).limit(1)) is None:
        connection.execute(delete(extractions).where(extractions.c.document == document))
        files.drop(home, document)


def flush(connection: Connection) -> None:
    """Make the database file forget erased pages, where that is the database's own file (SQLite)."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def sweep(connection: Connection, home: Path) -> int:
    """Remove originals for which no receipt was ever given, left by a crash; must run alone; returns how many."""
    held = set(connection.scalars(select(uploads.c.document).distinct()))
    orphans = [path for path in files.kept(home) if path.name not in held]
    for path in orphans:
        path.unlink()
    return len(orphans)
