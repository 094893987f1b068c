"""Policies that live: draft → submitted → published by somebody else → retired. Reached as `Store.policies`.

A version is the hash of a policy's numbers. Nothing is changed: each move is an event with who, when and, of a
publication, from which day until which. Every move is in the audit log in the transaction that makes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select

from selfproof.errors import NotFound
from selfproof.store import audit
from selfproof.store.audit import Act
from selfproof.store.decisions import keep_policy
from selfproof.store.engine import add_if_new, add_missing, now, reading, writing
from selfproof.store.rescores import Stage
from selfproof.store.schema import policies, rescore_events, rescores
from selfproof.store.schema_policies import policy_events as events
from selfproof.store.schema_policies import policy_files as files
from selfproof.store.schema_policies import policy_versions as versions
from selfproof.texts import both, refused


class Move(StrEnum):
    """What can be done with a version."""

    DRAFTED = "drafted"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    RETIRED = "retired"


class Phase(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    RETIRED = "retired"


_AFTER = {
    Move.DRAFTED: Phase.DRAFT, Move.SUBMITTED: Phase.SUBMITTED, Move.RETURNED: Phase.DRAFT,
    Move.PUBLISHED: Phase.PUBLISHED, Move.RETIRED: Phase.RETIRED,
}  # fmt: skip
_ALLOWED = {
    Move.DRAFTED: frozenset[Phase](),
    Move.SUBMITTED: frozenset({Phase.DRAFT, Phase.RETIRED}),  # a retired one may come back, by the same way
    Move.RETURNED: frozenset({Phase.SUBMITTED}),
    Move.PUBLISHED: frozenset({Phase.SUBMITTED}),
    Move.RETIRED: frozenset({Phase.PUBLISHED}),
}
_WRITERS = frozenset({Move.DRAFTED, Move.SUBMITTED})


@dataclass(frozen=True, slots=True)
class Event:
    """One move. by: an account's id; start, until: days of a publication; note: the reason, or the back-test's id."""

    move: Move
    by: str
    at: str
    start: date | None = None
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version with all that was done with it, the first first. policy: hash of the text that is kept of it."""

    version: str
    name: str
    policy: str
    events: tuple[Event, ...]

    @property
    def phase(self) -> Phase:
        """Where it stands now."""
        return _AFTER[self.events[-1].move]

    @property
    def writers(self) -> frozenset[str]:
        """Accounts that wrote or submitted it; none of them may publish it."""
        return frozenset(event.by for event in self.events if event.move in _WRITERS)

    @property
    def terms(self) -> tuple[Event, ...]:
        """Its publications, each cut short where it was retired; one that was retired before it began is none."""
        found: list[Event] = []
        for event in self.events:
            if event.move is Move.PUBLISHED:
                found.append(event)
            elif event.move is Move.RETIRED and found:
                found.append(_cut(found.pop(), event.start))
        return tuple(term for term in found if term.until is None or term.start is None or term.start < term.until)


def _cut(term: Event, end: date | None) -> Event:
    ends = [day for day in (term.until, end) if day is not None]
    return Event(term.move, term.by, term.at, term.start, min(ends), term.note)


def in_force(known: Iterable[Version], day: date) -> Version | None:
    """The version that holds on a day: of those whose term covers it the one that began last, then published last."""
    held = [(term.start, term.at, item) for item in known for term in item.terms if _covers(term, day)]
    return max(held, key=lambda row: (row[0], row[1]), default=(None, None, None))[2]


def _covers(term: Event, day: date) -> bool:
    return term.start is not None and term.start <= day and (term.until is None or day < term.until)


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """The policies of a store."""

    engine: Engine
    key: bytes = field(repr=False)

    def every(self) -> tuple[Version, ...]:
        """All versions, the first drafted first."""
        with reading(self.engine) as connection:
            return tuple(_every(connection))

    def get(self, version: str) -> Version:
        """A version by its hash or the beginning of it; raises NotFound for none or several."""
        with reading(self.engine) as connection:
            return _get(connection, version)

    def text(self, version: str) -> str:
        """The YAML text of a version, as `get` finds it."""
        with reading(self.engine) as connection:
            kept = _get(connection, version)
            return _content(connection, kept)

    def text_on(self, day: date) -> str | None:
        """The text of the version in force on a day; None where none was ever published for it."""
        with reading(self.engine) as connection:
            held = in_force(_every(connection), day)
            return None if held is None else _content(connection, held)

    def tested(self, version: Version, engine: str) -> str:
        """The newest re-score of this very text that was carried out to its end under this engine; empty: none."""
        with reading(self.engine) as connection:
            return _tested(connection, version.policy, engine) or ""

    def draft(self, version: str, name: str, text: str, act: Act) -> Version:
        """Keep a policy's text under its version; one that is known stays as it is, whoever brings it again."""
        with writing(self.engine) as connection:
            digest = keep_policy(connection, text)
            known = connection.scalar(select(versions.c.version).where(versions.c.version == version))
            if known is None:
                add_missing(connection, versions, [{"version": version, "name": name, "policy": digest}])
                _say(connection, version, Event(Move.DRAFTED, act.account, now()))
                audit.note(connection, act, self.key)
            return _get(connection, version)

    def submit(self, version: str, act: Act) -> Version:
        """Put a draft forward; raises PolicyError when it is no draft."""
        return self._move(version, Event(Move.SUBMITTED, act.account, now()), act)

    def give_back(self, version: str, note: str, act: Act) -> Version:
        """Make a submitted version a draft again, with the reason; raises PolicyError."""
        return self._move(version, Event(Move.RETURNED, act.account, now(), note=note), act)

    def retire(self, version: str, day: date, act: Act) -> Version:
        """End a publication: the version does not hold any more from this day on; raises PolicyError."""
        return self._move(version, Event(Move.RETIRED, act.account, now(), start=day), act)

    def publish(self, version: str, term: tuple[date, date | None], engine: str, act: Act) -> Version:
        """Have a submitted version hold from a day on.

        term: first day, and first day without it, or None. engine: that its back-test must have run under.
        Raises PolicyError when it is not submitted, when the publisher wrote or submitted it, or when no back-test of
        this very text was carried out to its end.
        """
        with writing(self.engine) as connection:
            kept = _get(connection, version)
            _require(kept, Move.PUBLISHED)
            if act.account in kept.writers:
                raise refused(kept.name, both("policies.own"))
            test = _tested(connection, kept.policy, engine)
            if test is None:
                raise refused(kept.name, both("policies.untested", engine=engine))
            _say(connection, kept.version, Event(Move.PUBLISHED, act.account, now(), *term, note=test))
            audit.note(connection, act, self.key)
            return _get(connection, kept.version)

    def files(self, account: str) -> dict[str, str]:
        """What somebody has brought and neither submitted nor discarded: texts by name, the last first."""
        query = select(files.c.name, files.c.content).where(files.c.account == account)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(files.c.at.desc(), files.c.name)).all()
        return {row.name: row.content for row in rows}

    def keep_file(self, account: str, name: str, content: str) -> None:
        """Keep what somebody brings, in place of what had that name before."""
        with writing(self.engine) as connection:
            _drop(connection, account, name)
            connection.execute(insert(files).values(account=account, name=name, content=content, at=now()))

    def drop_file(self, account: str, name: str) -> None:
        """It is submitted, or no longer wanted."""
        with writing(self.engine) as connection:
            _drop(connection, account, name)

    def _move(self, version: str, event: Event, act: Act) -> Version:
        with writing(self.engine) as connection:
            kept = _get(connection, version)
            _require(kept, event.move)
            _say(connection, kept.version, event)
            audit.note(connection, act, self.key)
            return _get(connection, kept.version)


def _drop(connection: Connection, account: str, name: str) -> None:
    connection.execute(delete(files).where(files.c.account == account, files.c.name == name))


def _content(connection: Connection, kept: Version) -> str:
    return str(connection.execute(select(policies.c.content).where(policies.c.hash == kept.policy)).scalar_one())


def _require(kept: Version, move: Move) -> None:
    if kept.phase not in _ALLOWED[move]:
        states = {"phase": both(f"watch.phase_{kept.phase}"), "move": both(f"watch.move_{move}")}
        raise refused(kept.name, both("policies.phase", **states))


def _tested(connection: Connection, policy: str, engine: str) -> str | None:
    """The newest re-score of this text under this engine that is done."""
    done = rescore_events.c.state == Stage.DONE
    query = select(rescores.c.id).join(rescore_events, rescore_events.c.rescore == rescores.c.id)
    mine = query.where(rescores.c.policy == policy, rescores.c.engine == engine, done)
    return connection.scalar(mine.order_by(rescores.c.number.desc()).limit(1))


def _every(connection: Connection) -> Iterator[Version]:
    moves: dict[str, list[Event]] = {}
    for row in connection.execute(select(events).order_by(events.c.version, events.c.number)):
        moves.setdefault(row.version, []).append(_event(row))
    for row in connection.execute(select(versions).order_by(versions.c.number)):
        yield Version(row.version, row.name, row.policy, tuple(moves[row.version]))


def _event(row: Row[*tuple[object, ...]]) -> Event:
    start, until = (date.fromisoformat(day) if day else None for day in (row.start, row.until))
    return Event(Move(row.move), row.by, row.at, start, until, row.note)


def _get(connection: Connection, version: str) -> Version:
    found = [item for item in _every(connection) if version and item.version.startswith(version)]
    if len(found) != 1:
        raise NotFound(f"{len(found) or 'no'} policy versions begin with '{version}'")
    return found[0]


def _say(connection: Connection, version: str, event: Event) -> None:
    count = select(func.coalesce(func.max(events.c.number), 0)).where(events.c.version == version)
    days = {"start": event.start, "until": event.until}
    row = {
        "version": version,
        "number": connection.execute(count).scalar_one() + 1,
        "move": event.move,
        "by": event.by,
        **{name: day.isoformat() if day else "" for name, day in days.items()},
        "note": event.note,
        "at": event.at,
    }
    if not add_if_new(connection, events, row):
        raise refused(version[:12], both("policies.at_once"))
