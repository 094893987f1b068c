"""Cases that wait for a person: the newest decision says why, or the applicant asked for one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Connection, Engine, Select, exists, func, select

from selfproof.model import Fact
from selfproof.store import desks
from selfproof.store.codec import load
from selfproof.store.engine import reading
from selfproof.store.schema import (
    ASKS_FOR_A_PERSON,
    MARKED,
    application_versions,
    decisions,
    facts,
    uploads,
    verifications,
)
from selfproof.store.schema import upload_events as events
from selfproof.store.states import State

ASKED, CLAIMED, CLOSED = "request.human", "request.claimed", "request.closed"
LATER = "request.later"
WITHDRAWN, RESTORED = "request.withdrawn", "request.restored"
"""Facts about a case; CLAIMED stands in older stores only, for who is at a case passes (`selfproof.store.desks`)."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # of a case without decision or file: what was asked says since when
_Columns = TypeVarTuple("_Columns")
_AT_ONCE = 1000  # values that one statement may name on any database
_KEPT = 100_000  # decisions whose reasons are kept in memory: some 50 MB


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case. decision: the newest, or ""; since: when it began to wait; asked: in the applicant's words, or "".

    claimed: the name of who is at it, or ""; later: until when a reviewer has put it off, or None.
    held: the decision asks for a person; unread: a file could not be read; sampled: drawn by chance.
    marks: what the newest decision rests on unseen (`credit.doubts`); stake: its recommended limit, CNY.
    """

    application: str
    decision: str
    since: datetime
    asked: str
    claimed: str
    unread: bool = False
    sampled: bool = False
    held: bool = False
    later: datetime | None = None
    marks: tuple[str, ...] = ()
    stake: float | None = None

    @property
    def needs(self) -> bool:
        """Whether something about it needs a person, rather than chance."""
        return self.held or self.unread or bool(self.marks)


def _last() -> Select[str, int]:
    """Each application with the number of its newest decision; answered from an index alone."""
    return select(decisions.c.application, func.max(decisions.c.number).label("number")).group_by(
        decisions.c.application
    )


def newest_decisions(connection: Connection) -> tuple[tuple[str, str], ...]:
    """(application, id of its newest decision) of every application that has one, the longest decided first."""
    last = _last().subquery()
    query = select(decisions.c.application, decisions.c.id).join(last, decisions.c.number == last.c.number)
    return tuple((row.application, row.id) for row in connection.execute(query.order_by(decisions.c.number)))


def asks(engine: Engine, wanted: Iterable[str]) -> dict[str, frozenset[str]]:
    """Why decisions ask for a person, as keys of the texts, by decision; each is read once, for it never changes."""
    known, wanted = _asks_of(engine), tuple(wanted)
    found = {name: why for name in wanted if (why := known.get(name)) is not None}
    missing = [name for name in wanted if name not in found]
    for start in range(0, len(missing), _AT_ONCE):
        query = select(decisions.c.id, decisions.c.content).where(decisions.c.id.in_(missing[start : start + _AT_ONCE]))
        with reading(engine) as connection:
            for name, content in connection.execute(query):
                found[name] = known[name] = frozenset(str(item["key"]) for item in json.loads(content)["review"])
    for name in list(known)[: max(0, len(known) - _KEPT)]:  # the longest known; somebody else may be at it, too
        known.pop(name, None)
    return found


@lru_cache(maxsize=2)
def _asks_of(_engine: Engine) -> dict[str, frozenset[str]]:
    return {}


def stamp(connection: Connection, application: str) -> tuple[int, ...]:
    """The newest version, fact, verification and decision, and how often an upload has changed its state."""
    newest = (
        select(func.coalesce(func.max(table.c.number), 0)).where(table.c.application == application)
        for table in (application_versions, facts, verifications, decisions)
    )
    states = select(func.count()).select_from(events.join(uploads, uploads.c.id == events.c.upload))
    queries = (*newest, states.where(uploads.c.application == application))
    return tuple(int(connection.scalar(query) or 0) for query in queries)


def any_decision(connection: Connection) -> bool:
    """Whether any application has one."""
    return connection.scalar(select(decisions.c.number).limit(1)) is not None


def waiting(
    connection: Connection, *, sampled: Callable[[str], bool] = lambda _: False, only: str = ""
) -> tuple[Waiting, ...]:
    """The cases that no reviewer has closed, the longest waiting first.

    sampled: whether a person looks at an application all the same when its newest decision asks for nobody.
    only: one application, which is found without a look at the others.
    """
    last = {row.application: row.number for row in connection.execute(_of(_last(), decisions.c.application, only))}
    asking, marked = (
        set(connection.scalars(_of(select(decisions.c.number).where(why), decisions.c.application, only)))
        for why in (ASKS_FOR_A_PERSON, MARKED)
    )
    held = {name for name, number in last.items() if number in asking}
    doubted = {name for name, number in last.items() if number in marked}
    unread, said = _unread(connection, only), _said(connection, only)
    needing = held | doubted
    drawn = {name for name in last if name not in needing and sampled(name)}
    names, at_work = {*needing, *unread, *drawn, *said}, desks.claimed(connection, time.time())
    newest = _made(connection, {name: last[name] for name in names if name in last})
    opened = (
        replace(_opened(name, newest.get(name), unread.get(name)), claimed=at_work.get(name, ("", 0.0))[0],
                unread=name in unread, sampled=name in drawn, held=name in held)
        for name in names
    )  # fmt: skip
    cases = (_case(item, said.get(item.application, []), unread.get(item.application)) for item in opened)
    return tuple(sorted((case for case in cases if case), key=lambda case: (case.since, case.application)))


def _of(query: Select[*_Columns], column: ColumnElement[str], only: str) -> Select[*_Columns]:
    return query.where(column == only) if only else query


class _Made(NamedTuple):
    """A decision without its content."""

    id: str
    at: str
    stake: float | None
    marks: str


def _made(connection: Connection, numbers: Mapping[str, int]) -> dict[str, _Made]:
    """The decisions with these numbers, by application."""
    found: dict[str, _Made] = {}
    wanted_columns = (decisions.c.id, decisions.c.at, decisions.c.stake, decisions.c.marks)
    wanted = sorted(numbers.values())
    for start in range(0, len(wanted), _AT_ONCE):
        chosen = decisions.c.number.in_(wanted[start : start + _AT_ONCE])
        query = select(decisions.c.application, *wanted_columns).where(chosen)
        found |= {row[0]: _Made(*row[1:]) for row in connection.execute(query)}
    return found


def _opened(application: str, made: _Made | None, unread: _Failed | None) -> Waiting:
    at = made.at if made else unread and unread.first
    since = datetime.fromisoformat(at) if at else _NEVER
    if made is None:
        return Waiting(application, "", since, "", "")
    return Waiting(application, made.id, since, "", "", marks=tuple(made.marks.split()), stake=made.stake)


class _Failed(NamedTuple):
    """When the first and the last reading of an application's files that failed ended."""

    first: str
    last: str


def _unread(connection: Connection, only: str) -> dict[str, _Failed]:
    """Applications with a file that could not be read and is still to be used."""
    later, gone, back = events.alias("later"), facts.alias("gone"), facts.alias("back")
    newer = exists().where(later.c.upload == events.c.upload, later.c.number > events.c.number)
    mine = [(of.c.application == uploads.c.application) & (of.c.document == uploads.c.document) for of in (gone, back)]
    restored = exists().where(mine[1], back.c.name == RESTORED, back.c.number > gone.c.number)
    withdrawn = exists().where(mine[0], gone.c.name == WITHDRAWN, ~restored)
    query = (
        select(uploads.c.application, func.min(events.c.at), func.max(events.c.at))
        .join_from(uploads, events, events.c.upload == uploads.c.id)
        .where(events.c.state == State.FAILED, ~newer, ~withdrawn)
        .group_by(uploads.c.application)
    )
    return {row[0]: _Failed(*row[1:]) for row in connection.execute(_of(query, uploads.c.application, only))}


def _said(connection: Connection, only: str) -> dict[str, list[Fact]]:
    """What was asked for and done about each case, in its order."""
    found: dict[str, list[Fact]] = {}
    query = select(facts.c.application, facts.c.content).where(facts.c.name.in_([ASKED, CLOSED, LATER]))
    for row in connection.execute(_of(query, facts.c.application, only).order_by(facts.c.number)):
        found.setdefault(row.application, []).append(load(Fact, row.content))
    return found


def _case(item: Waiting, said: Sequence[Fact], unread: _Failed | None) -> Waiting | None:
    """The case as it waits now; None when nothing is open. A file that failed after its end opens it again."""
    closed = [place for place, fact in enumerate(said) if fact.name == CLOSED]
    asks = [fact for fact in said[closed[-1] + 1 if closed else 0 :] if fact.name == ASKED]
    settled = any(said[place].original == item.decision for place in closed)
    if settled and unread is not None:
        settled = datetime.fromisoformat(unread.last) <= datetime.fromisoformat(said[closed[-1]].provenance.version)
    if not asks and (settled or not (item.needs or item.sampled)):
        return None
    put_off = [fact for fact in said[closed[-1] + 1 if closed else 0 :] if fact.name == LATER]
    case = replace(item, later=_put_off(put_off[-1], asks) if put_off else None)
    if not asks:
        return case
    since = datetime.fromisoformat(asks[0].provenance.version)
    return replace(case, since=since, asked=str(asks[-1].value))


def _put_off(word: Fact, asks: Sequence[Fact]) -> datetime | None:
    """Until when, unless that is over or the applicant has asked for a person since."""
    until = datetime.fromisoformat(str(word.value))
    asked_since = any(fact.provenance.version > word.provenance.version for fact in asks)
    return None if asked_since or until <= datetime.now(UTC) else until
