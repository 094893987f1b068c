"""Findings, a list for each run of the checks; equal findings of one application are kept once."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert, select

from selfproof.errors import NotFound
from selfproof.model import Finding
from selfproof.store.applications import require
from selfproof.store.codec import canonical, dump
from selfproof.store.engine import add_missing, ids_of, now
from selfproof.store.schema import findings as table
from selfproof.store.schema import verifications
from selfproof.tagged import content_id

_NOUN = TypeAdapter(Finding)  # holds no facts, so that plain JSON is enough to load it


def save(connection: Connection, application_id: str, findings: Sequence[Finding]) -> tuple[str, ...]:
    """Keep what one run of the checks found, in its order; returns an id for each."""
    require(connection, application_id)
    contents = [dump(finding) for finding in findings]
    ids = tuple(content_id(content) for content in contents)
    rows = [
        {"application": application_id, "id": key, "content": text} for key, text in zip(ids, contents, strict=True)
    ]
    add_missing(connection, table, rows)
    if _newest_run(connection, application_id) != ids:
        run = {"application": application_id, "findings": canonical(ids), "at": now()}
        connection.execute(insert(verifications).values(run))
    return ids


def _newest_run(connection: Connection, application_id: str) -> tuple[str, ...] | None:
    query = select(verifications.c.findings).where(verifications.c.application == application_id)
    ids = connection.scalar(query.order_by(verifications.c.number.desc()).limit(1))
    return None if ids is None else ids_of(ids)


def newest(connection: Connection, application_id: str) -> tuple[Finding, ...]:
    """The findings of the last run, none when there was no run; raises NotFound for an unknown application."""
    require(connection, application_id)
    return chosen(connection, application_id, _newest_run(connection, application_id) or ())


def chosen(connection: Connection, application_id: str, ids: Sequence[str]) -> tuple[Finding, ...]:
    """The findings with these ids, in their order; raises NotFound when one of them is not the application's."""
    query = select(table.c.id, table.c.content).where(table.c.application == application_id)
    known = {row.id: row.content for row in connection.execute(query)}
    missing = [finding_id for finding_id in ids if finding_id not in known]
    if missing:
        raise NotFound(f"application {application_id} has no finding {missing[0]}")
    return tuple(_NOUN.validate_json(known[finding_id]) for finding_id in ids)
