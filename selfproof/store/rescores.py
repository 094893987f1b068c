"""Re-scores: what another policy would decide on every application, kept beside the standing decisions.

A run goes on until it is done, whoever carries it out: what is kept of it is not computed again. Reached as
`Store.rescores`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Row, Select, func, insert, select

from selfproof.errors import NotFound, StoreError
from selfproof.model import Message
from selfproof.store import files, holders, portfolio
from selfproof.store.decisions import keep_policy
from selfproof.store.engine import add_if_new, add_missing, now, reading, writing
from selfproof.store.portfolio import Portfolio
from selfproof.store.queue import newest_decisions
from selfproof.store.schema import applications, policies, rescore_events, rescore_results, rescores


class Stage(StrEnum):
    """How far a run is; QUEUED until a process takes it up, which one that was cancelled first has to become again."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Step:
    """What one reason did to a limit: `selfproof.model.Reason` without its text. effect: CNY."""

    code: str
    step: str
    effect: Decimal


@dataclass(frozen=True, slots=True)
class Side:
    """A decision as far as it is compared: limits in CNY, versions, why a person must look."""

    base: Decimal
    recommended: Decimal
    effective: Decimal
    binding: str
    policy: str
    engine: str
    steps: tuple[Step, ...]
    review: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Rescored:
    """One application under another policy.

    decision: id of the standing one, whose facts were used. after: None where the policy cannot decide, then `error`
    says why. evidence: whether the checks or the application's file say something else now than they did then.
    """

    application: str
    decision: str
    trade: str
    before: Side
    after: Side | None
    evidence: bool = False
    error: str = ""

    @property
    def change(self) -> Decimal:
        """Of the effective limit, CNY; 0 where there is no new one."""
        return self.after.effective - self.before.effective if self.after else Decimal(0)

    @property
    def moved(self) -> bool:
        """Whether the effective or the recommended limit changes, or there is none any more."""
        return self.after is None or bool(self.change) or self.after.recommended != self.before.recommended


_NOUN = TypeAdapter(Rescored)  # holds no facts, so that plain JSON is enough, and fifty times faster than the codec


@dataclass(frozen=True, slots=True)
class Run:
    """A run and how far it is. policy: hash of the policy's text; alive: whether a process is known to work on it.

    holder: who does or did. total: applications when it began; scored: those with a result.
    """

    id: str
    name: str
    policy: str
    engine: str
    total: int
    scored: int
    at: str
    stage: Stage
    note: str
    alive: bool

    @property
    def open(self) -> bool:
        """Whether somebody may still take it up."""
        return self.stage is not Stage.DONE

    @property
    def share(self) -> float:
        """Done, 0..1."""
        return min(1.0, self.scored / self.total) if self.total else float(self.stage is Stage.DONE)


@dataclass(frozen=True, slots=True)
class Rescores:
    """The runs of a store."""

    engine: Engine
    home: Path
    key: bytes = field(repr=False)

    def portfolio(self) -> Portfolio:
        """What portfolio checks may ask, as it is now, for a whole batch."""
        with reading(self.engine) as connection:
            return portfolio.read(connection, self.key)

    def begin(self, name: str, policy_text: str, engine: str, total: int) -> str:
        """The id of an unfinished run of the same policy and engine that was begun last, else of a new one."""
        with writing(self.engine) as connection:
            policy = keep_policy(connection, policy_text)
            same = (rescores.c.policy == policy, rescores.c.engine == engine)
            last = connection.execute(select(rescores.c.id).where(*same).order_by(rescores.c.number.desc())).first()
            stage = _newest_event(connection, last.id)[0] if last is not None else Stage.DONE
            if last is not None and stage is not Stage.DONE:
                if stage is Stage.CANCELLED:
                    _say(connection, last.id, Stage.QUEUED, "")
                return str(last.id)
            run = f"R-{secrets.token_hex(8)}"
            row = {"id": run, "name": name, "policy": policy, "engine": engine, "total": total, "at": now()}
            connection.execute(insert(rescores).values(row))
            return run

    def get(self, run: str) -> Run:
        """A run as it is now; raises NotFound."""
        with reading(self.engine) as connection:
            row = connection.execute(_runs().where(rescores.c.id == run)).one_or_none()
            if row is None:
                raise NotFound(f"no re-score {run}")
            return self._run(connection, row)

    def newest(self, most: int = 20) -> tuple[Run, ...]:
        """The last runs, the newest first."""
        with reading(self.engine) as connection:
            rows = connection.execute(_runs().order_by(rescores.c.number.desc()).limit(most)).all()
            return tuple(self._run(connection, row) for row in rows)

    def _run(self, connection: Connection, row: Row[*tuple[object, ...]]) -> Run:
        stage, note = _newest_event(connection, str(row.id))
        alive = stage is Stage.RUNNING and not holders.is_gone(self.home, note)
        return Run(**row._asdict(), stage=stage, note=note, alive=alive)

    def policy_text(self, run: str) -> str:
        """The policy file's text; raises NotFound."""
        with reading(self.engine) as connection:
            joined = rescores.join(policies, policies.c.hash == rescores.c.policy)
            text = connection.scalar(select(policies.c.content).select_from(joined).where(rescores.c.id == run))
        if text is None:
            raise NotFound(f"no re-score {run}")
        return str(text)

    def take(self, run: str, holder: str) -> None:
        """Begin or go on with a run; raises StoreError when it is done or cancelled, or another process is at it."""
        with writing(self.engine) as connection:
            stage, at_it = _newest_event(connection, run)
            if stage in {Stage.DONE, Stage.CANCELLED}:
                raise StoreError(f"re-score {run} is {stage}")
            if stage is Stage.RUNNING and not holders.is_gone(self.home, at_it):
                raise StoreError(f"re-score {run} is being carried out")
            if not _say(connection, run, Stage.RUNNING, holder):
                raise StoreError(f"re-score {run} is being carried out")

    def say(self, run: str, stage: Stage, note: str = "") -> None:
        """Note how far a run is; one that is done stays so. Raises NotFound."""
        with writing(self.engine) as connection:
            if connection.scalar(select(rescores.c.id).where(rescores.c.id == run)) is None:
                raise NotFound(f"no re-score {run}")
            if _newest_event(connection, run)[0] is not Stage.DONE:
                _say(connection, run, stage, note)

    def held_by(self, run: str, holder: str) -> bool:
        """Whether a run is still this holder's: nobody has cancelled it."""
        with reading(self.engine) as connection:
            return _newest_event(connection, run) == (Stage.RUNNING, holder)

    def add(self, run: str, found: Sequence[Rescored]) -> None:
        """Keep results; those of applications that were erased meanwhile are dropped, those that are kept stay."""
        with files.locked(self.home), writing(self.engine) as connection:
            names = [item.application for item in found]
            there = set(connection.scalars(select(applications.c.id).where(applications.c.id.in_(names))))
            rows = [
                {
                    "rescore": run,
                    "application": item.application,
                    "decision": item.decision,
                    "content": _NOUN.dump_json(item).decode(),
                }
                for item in found
                if item.application in there
            ]
            add_missing(connection, rescore_results, rows)

    def known(self, run: str) -> set[tuple[str, str]]:
        """(application, standing decision) of every result."""
        table = rescore_results
        with reading(self.engine) as connection:
            query = select(table.c.application, table.c.decision).where(table.c.rescore == run)
            return {(row.application, row.decision) for row in connection.execute(query)}

    def results(self, run: str) -> tuple[Rescored, ...]:
        """The newest result of every application, the longest decided first."""
        table = rescore_results
        state = select(func.count(), func.coalesce(func.max(table.c.number), 0)).where(table.c.rescore == run)
        with reading(self.engine) as connection:
            count, last = connection.execute(state).one()
        return _all_results(self.engine, run, count, last)

    def result(self, run: str, application: str) -> Rescored:
        """The newest result of one application; raises NotFound."""
        found = _results(self.engine, run, application)
        if not found:
            raise NotFound(f"re-score {run} has no result of {application}")
        return found[-1]


@lru_cache(maxsize=2)
def _all_results(engine: Engine, run: str, _count: int, _last: int) -> tuple[Rescored, ...]:
    """Read once for everybody who looks at a run, since every click draws the page anew.

    How many there are and the number of the last tell whether any has come or was erased.
    """
    found = {item.application: item for item in _results(engine, run)}
    with reading(engine) as connection:
        order = [application for application, _ in newest_decisions(connection)]
    return tuple(found[application] for application in order if application in found)


def _results(engine: Engine, run: str, application: str = "") -> list[Rescored]:
    query = select(rescore_results.c.content).where(rescore_results.c.rescore == run)
    chosen = query.where(rescore_results.c.application == application) if application else query
    with reading(engine) as connection:
        texts: Iterable[str] = connection.scalars(chosen.order_by(rescore_results.c.number)).all()
    return [_NOUN.validate_json(text) for text in texts]


def _runs() -> Select[*tuple[object, ...]]:
    scored = select(func.count(rescore_results.c.application.distinct())).where(
        rescore_results.c.rescore == rescores.c.id
    )
    columns = (rescores.c[name] for name in ("id", "name", "policy", "engine", "total", "at"))
    return select(*columns, scored.scalar_subquery().label("scored"))


def _newest_event(connection: Connection, run: str) -> tuple[Stage, str]:
    table = rescore_events
    query = select(table.c.state, table.c.note).where(table.c.rescore == run).order_by(table.c.number.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return (Stage(row.state), row.note) if row else (Stage.QUEUED, "")


def _say(connection: Connection, run: str, stage: Stage, note: str) -> bool:
    """False when somebody else said something in the same moment."""
    count = select(func.coalesce(func.max(rescore_events.c.number), 0)).where(rescore_events.c.rescore == run)
    number = connection.execute(count).scalar_one() + 1
    row = {"rescore": run, "number": number, "state": stage, "note": note, "at": now()}
    return add_if_new(connection, rescore_events, row)
