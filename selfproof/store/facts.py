"""Facts of an application: only ever added; a correction is one more fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select

from selfproof.errors import NotFound
from selfproof.model import Fact
from selfproof.store.applications import require
from selfproof.store.codec import dump, load
from selfproof.store.engine import add_missing
from selfproof.store.schema import facts as table


def add(connection: Connection, application_id: str, facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Add facts and return them as they are kept, each id once.

    One that the application has already, by its id, stays as it was first added.
    """
    require(connection, application_id)
    by_id: dict[str, Fact] = {}
    for fact in facts:
        by_id.setdefault(fact.id, fact)
    add_missing(connection, table, [_row(application_id, fact_id, fact) for fact_id, fact in by_id.items()])
    return chosen(connection, application_id, tuple(by_id))


def _row(application_id: str, fact_id: str, fact: Fact) -> dict[str, str]:
    found = {"document": fact.provenance.document, "name": fact.name, "content": dump(fact)}
    return {"application": application_id, "id": fact_id, **found}


def of(connection: Connection, application_id: str, *names: str) -> tuple[Fact, ...]:
    """All facts of an application, or those of some names, in the order in which they were added; raises NotFound."""
    require(connection, application_id)
    query = select(table.c.content).where(table.c.application == application_id).order_by(table.c.number)
    named = query.where(table.c.name.op("||")("").in_(names)) if names else query  # not by the index of all names
    return tuple(load(Fact, content) for content in connection.scalars(named))


def chosen(connection: Connection, application_id: str, ids: Sequence[str]) -> tuple[Fact, ...]:
    """The facts with these ids, in their order; raises NotFound when one of them is not the application's."""
    known = {fact.id: fact for fact in of(connection, application_id)}
    missing = [fact_id for fact_id in ids if fact_id not in known]
    if missing:
        raise NotFound(f"application {application_id} has no fact {missing[0]}")
    return tuple(known[fact_id] for fact_id in ids)
