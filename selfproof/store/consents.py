"""Consent of an applicant by source of third-party records: the last word counts, the earlier ones stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select

from selfproof.model import Application, Fact, Ledger
from selfproof.store import applications
from selfproof.store.applications import require
from selfproof.store.schema import consents as table


@dataclass(frozen=True, slots=True)
class Consent:
    """One word on one source: given or withdrawn, for which purpose, by whom and when."""

    source: str
    purpose: str
    by: str
    at: datetime
    given: bool = True


def save(connection: Connection, application_id: str, consent: Consent) -> None:
    """Keep that consent was given or withdrawn; raises NotFound for an unknown application."""
    require(connection, application_id)
    row = asdict(consent) | {"application": application_id, "at": consent.at.isoformat()}
    connection.execute(insert(table).values(row))


def of(connection: Connection, application_id: str) -> tuple[Consent, ...]:
    """Everything that was said about consent in an application, the first word first; raises NotFound."""
    require(connection, application_id)
    rows = connection.execute(select(table).where(table.c.application == application_id).order_by(table.c.number))
    return tuple(
        Consent(row.source, row.purpose, row.by, datetime.fromisoformat(row.at), given=bool(row.given)) for row in rows
    )


def given(connection: Connection, application_id: str) -> dict[str, bool]:
    """The last word on each source that was spoken of."""
    return {item.source: item.given for item in of(connection, application_id)}


def apply(connection: Connection, application_id: str, key: bytes) -> None:
    """Make the application's file hold the third-party facts of the sources with consent, and of no others.

    What came in an earlier version and was taken out comes back as it was last, when consent is given again.
    """
    allowed = given(connection, application_id)
    newest = applications.get(connection, application_id)
    kept = tuple(fact for fact in newest.facts if may_use(fact, allowed))
    there = {fact.provenance.origin for fact in kept if fact.ledger is Ledger.THIRD_PARTY}
    back: dict[str, tuple[Fact, ...]] = {}
    for older in applications.history(connection, application_id):
        for source, facts in _by_source(older).items():
            if allowed.get(source) and source not in there:
                back.setdefault(source, facts)
    facts = (*kept, *(fact for source in sorted(back) for fact in back[source]))
    applications.save(connection, replace(newest, facts=facts), key)


def may_use(fact: Fact, allowed: Mapping[str, bool]) -> bool:
    """Whether a fact may be used: a third party's only with consent to its source."""
    return fact.ledger is not Ledger.THIRD_PARTY or allowed.get(fact.provenance.origin, False)


def _by_source(application: Application) -> dict[str, tuple[Fact, ...]]:
    sources: dict[str, list[Fact]] = {}
    for fact in application.facts:
        if fact.ledger is Ledger.THIRD_PARTY:
            sources.setdefault(fact.provenance.origin, []).append(fact)
    return {source: tuple(facts) for source, facts in sources.items()}
