"""Cases that wait for a person: the newest decision says why, or the applicant asked for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, func, select

from selfproof.model import Fact
from selfproof.store.codec import load
from selfproof.store.schema import decisions, facts

ASKED, CLAIMED, CLOSED = "request.human", "request.claimed", "request.closed"
_NO_REVIEW = '%"review":[]%'  # canonical JSON has one spelling; within a text the quotes would be escaped


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case. decision: the newest, or ""; since: when it began to wait; asked: in the applicant's words, or ""."""

    application: str
    decision: str
    since: datetime
    asked: str
    claimed: str


def _newest() -> Select[str, str, str]:
    other = decisions.alias()
    last = select(func.max(other.c.number)).where(other.c.application == decisions.c.application).scalar_subquery()
    return select(decisions.c.application, decisions.c.id, decisions.c.at).where(decisions.c.number == last)


def newest_decisions(connection: Connection) -> tuple[tuple[str, str], ...]:
    """(application, id of its newest decision) of every application that has one, the longest decided first."""
    rows = connection.execute(_newest().order_by(decisions.c.number))
    return tuple((row.application, row.id) for row in rows)


def waiting(connection: Connection) -> tuple[Waiting, ...]:
    """The cases that no reviewer has closed, the longest waiting first."""
    held = connection.execute(_newest().where(decisions.c.content.not_like(_NO_REVIEW)))
    found = {row.application: (row.id, row.at) for row in held}
    asked = connection.scalars(select(facts.c.application).where(facts.c.name == ASKED).distinct())
    cases = (_case(connection, name, *found.get(name, ("", ""))) for name in {*found, *asked})
    return tuple(sorted((case for case in cases if case), key=lambda case: (case.since, case.application)))


def _case(connection: Connection, application: str, decision: str, at: str) -> Waiting | None:
    query = select(facts.c.content).where(facts.c.application == application, facts.c.name.startswith("request."))
    said = [load(Fact, content) for content in connection.scalars(query.order_by(facts.c.number))]
    places = [place for place, fact in enumerate(said) if fact.name == CLOSED]
    asks = [fact for fact in said[places[-1] + 1 if places else 0 :] if fact.name == ASKED]
    settled = any(said[place].original == decision for place in places)
    if not asks and (settled or not decision):
        return None
    since = asks[0].provenance.version if asks else at
    claims = [str(fact.value) for fact in said if fact.name in {CLAIMED, CLOSED}]
    claimed = claims[-1] if claims and said[-1].name == CLAIMED else ""
    return Waiting(application, decision, datetime.fromisoformat(since), str(asks[-1].value) if asks else "", claimed)
