"""What monitoring asks of all decisions at once: few fields of many rows. Reached as `Store.watching`."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, func, select

from selfproof.model import Fact
from selfproof.store import holders, jobs
from selfproof.store.codec import load
from selfproof.store.engine import reading
from selfproof.store.jobs import Unattended
from selfproof.store.queue import CLOSED
from selfproof.store.schema import audit, decisions, facts

REVIEW, RELEASE = "document.review", "release.amount"
_OVERRIDES = {"rejected": "reject", "aside": "set_aside"}  # words on a paper that overrule what the engine made of it
_PAGE = 500
_QUIET = 180.0  # seconds: a worker speaks every ten, and one that begins again after an error waits no longer than that
_RAW = ".raw"


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest decision of one application. kinds: of evidence that stated amounts; levels: of its documents.

    review: keys of the sentences that ask for a person, and what is rested on unseen (`selfproof.credit.doubts`), which
    queues a case too; b: the contradiction, None after a stop. Amounts in CNY.
    """

    application: str
    decision: str
    as_of: date
    base: float
    recommended: float
    effective: float
    b: float | None
    kinds: tuple[str, ...]
    levels: tuple[int, ...]
    review: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overruled:
    """How often a reviewer went against what was computed. reason: in his words, or what had paused the limit."""

    reviewer: str
    act: str
    reason: str
    times: int


@dataclass(frozen=True, slots=True)
class Watching:
    """All decisions of a store, for figures."""

    engine: Engine
    home: Path

    @property
    def asleep(self) -> bool:
        """Whether no worker has given a sign of life for some time, so that what comes now is read later."""
        if holders.quiet(self.home) < _QUIET:
            return False
        with reading(self.engine) as connection:
            return not jobs.is_worked_on(connection)

    def strays(self, reader: Mapping[str, str]) -> tuple[str, ...]:
        """In what the worker that is running reads otherwise than `reader`, by sort: what it has read is not found."""
        if holders.quiet(self.home) >= _QUIET:
            return ()
        theirs = holders.reader(self.home)
        return tuple(name for name, mine in reader.items() if theirs.get(name, mine) != mine)

    def unattended(self) -> Unattended | None:
        """What waits while no worker has given a sign of life for some time; None when all is as it should be."""
        if holders.quiet(self.home) < _QUIET:
            return None
        with reading(self.engine) as connection:
            return jobs.unattended(connection, time.time() - _QUIET)

    def decided(self) -> tuple[Decided, ...]:
        """The newest decision of every application, in the order in which they were made."""
        state = select(func.count(), func.coalesce(func.max(decisions.c.number), 0)).select_from(decisions)
        with reading(self.engine) as connection:
            count, last = connection.execute(state).one()
        return _all_decided(self.engine, count, last)

    def overruled(self) -> tuple[Overruled, ...]:
        """Papers rejected or set aside by the reviewer's reason, limits released by what paused them, corrections."""
        counts: Counter[tuple[str, str, str]] = Counter()
        for fact in self._said(REVIEW):
            if fact.value in _OVERRIDES:
                counts[_who(fact), _OVERRIDES[str(fact.value)], fact.original] += 1
        for fact in self._said(RELEASE):
            counts.update((_who(fact), "release", why) for why in self._paused(fact.original))
        query = select(audit.c.account, audit.c.act, func.count().label("times")).group_by(audit.c.account, audit.c.act)
        mine = query.where(audit.c.role == "reviewer", audit.c.act.in_(["correct", "fill"]))
        with reading(self.engine) as connection:
            counts.update({(row.account, row.act, ""): row.times for row in connection.execute(mine)})
        return tuple(Overruled(*key, times) for key, times in sorted(counts.items()))

    def closed(self) -> frozenset[str]:
        """Applications whose case a reviewer has closed at least once."""
        return self._having(CLOSED)

    def released(self) -> frozenset[str]:
        """Applications of which a reviewer released a limit at least once, of whatever decision."""
        return self._having(RELEASE)

    def rejected(self) -> frozenset[str]:
        """Applications with a paper that a reviewer rejected at least once."""
        query = select(facts.c.application, facts.c.content).where(facts.c.name == REVIEW)
        with reading(self.engine) as connection:
            rows = connection.execute(query).all()
        return frozenset(row.application for row in rows if load(Fact, row.content).value == "rejected")

    def _having(self, name: str) -> frozenset[str]:
        with reading(self.engine) as connection:
            return frozenset(connection.scalars(select(facts.c.application).where(facts.c.name == name)))

    def _said(self, name: str) -> list[Fact]:
        with reading(self.engine) as connection:
            texts = connection.scalars(select(facts.c.content).where(facts.c.name == name)).all()
        return [load(Fact, text) for text in texts]

    def _paused(self, decision: str) -> tuple[str, ...]:
        with reading(self.engine) as connection:
            content = connection.scalar(select(decisions.c.content).where(decisions.c.id == decision).limit(1))
        return tuple(item["key"] for item in json.loads(content)["review"]) if content else ()


@lru_cache(maxsize=2)
def _all_decided(engine: Engine, _count: int, _last: int) -> tuple[Decided, ...]:
    """Read once for everybody who looks, since every click draws a page anew.

    How many there are and the number of the last tell whether any has come or was erased.
    """
    return tuple(_decisions(engine))


def _decisions(engine: Engine) -> Iterator[Decided]:
    last = select(func.max(decisions.c.number).label("number")).group_by(decisions.c.application).subquery()
    chosen = select(decisions.c.number, decisions.c.id, decisions.c.content, decisions.c.marks)
    newest, after = chosen.join(last, decisions.c.number == last.c.number).order_by(decisions.c.number), 0
    while True:
        with reading(engine) as connection:
            rows = connection.execute(newest.where(decisions.c.number > after).limit(_PAGE)).all()
        if not rows:
            return
        yield from (_decided(row.id, json.loads(row.content), row.marks.split()) for row in rows)
        after = rows[-1].number


def _who(fact: Fact) -> str:
    return fact.provenance.origin.partition(":")[2]


def _decided(decision: str, told: dict[str, object], marks: Sequence[str]) -> Decided:
    trace, levels, review = told["trace"], told["levels"], told["review"]
    assert isinstance(trace, dict)  # noqa: S101  a decision's own form
    assert isinstance(levels, dict)  # noqa: S101
    assert isinstance(review, list)  # noqa: S101
    b = None if told["binding"] == "stop" else float(trace.get("b", 1.0))
    kinds = tuple(sorted(name.removesuffix(_RAW) for name in trace if name.endswith(_RAW)))
    base, recommended, effective = (float(str(told[name])) for name in ("base", "recommended", "effective"))
    return Decided(
        application=str(told["application"]),
        decision=decision,
        as_of=date.fromisoformat(str(told["as_of"])),
        base=base,
        recommended=recommended,
        effective=effective,
        b=b,
        kinds=kinds,
        levels=tuple(sorted(int(level) for level in levels.values())),
        review=(*(str(item["key"]) for item in review), *marks),
    )
