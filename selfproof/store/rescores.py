"""Re-scores: what another policy would decide on every application, kept beside the standing decisions.

A run goes on until it is done, whoever carries it out: what is kept of it is not computed again. The database holds the
runs and how far they are; what they found lies in files (`selfproof.store.results`). Reached as `Store.rescores`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from selfproof.errors import NotFound, StoreError
from selfproof.store import applications, files, holders, parts, portfolio
from selfproof.store.decisions import keep_policy
from selfproof.store.engine import add_if_new, now, reading, writing
from selfproof.store.portfolio import Portfolio
from selfproof.store.schema import decisions, policies, rescore_events, rescore_progress, rescores

if TYPE_CHECKING:
    import polars as pl

    from selfproof.store.ledger import Ledger
    from selfproof.store.rescored import Rescored
    from selfproof.store.results import Results


Tell: TypeAlias = Callable[[int], None]


class Stage(StrEnum):
    """How far a run is; QUEUED until a process takes it up, which one that was cancelled first has to become again.

    ASIDE: all but applications that were set aside; taken up again, these are tried again.
    """

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLED = "cancelled"
    ASIDE = "aside"
    DONE = "done"


class Phase(StrEnum):
    """What a run does: compare photos that nobody has compared, look what has changed, read that into rows, score."""

    COMPARING = "comparing"
    PREPARING = "preparing"
    READING = "reading"
    SCORING = "scoring"


@dataclass(frozen=True, slots=True)
class Pace:
    """How far one phase of a run is. first: how many were done when it was taken up, `since` (seconds since 1970).

    at: when `done` was said, on the same clock.
    """

    phase: Phase
    done: int
    total: int
    first: int
    since: float
    at: float

    @property
    def share(self) -> float:
        """Done, 0..1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def left(self) -> float | None:
        """Seconds that the rest takes at the speed so far; None before anything is done.

        >>> Pace(Phase.READING, done=40, total=100, first=10, since=1000.0, at=1015.0).left
        30.0
        """
        made = self.done - self.first
        return (self.at - self.since) / made * (self.total - self.done) if made > 0 else None


@dataclass(frozen=True, slots=True)
class Run:
    """A run and how far it is. policy: hash of the policy's text; alive: whether a process is known to work on it.

    note: who does or did. total: applications when it began; scored: those with a result; pace: of what it last did;
    aside: applications that could not be verified or decided on, for no reason of the policy's.
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
    pace: Pace | None = None
    aside: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody may still take it up."""
        return self.stage is not Stage.DONE


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept at once. rows: `results.SCHEMA`; aside, singly: `results.ASIDE`."""

    rows: pl.DataFrame
    aside: pl.DataFrame
    singly: pl.DataFrame


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

    def begin(self, name: str, policy_text: str, engine: str) -> str:
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
            total = connection.scalar(select(func.count(decisions.c.application.distinct())))
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
        scored, pace = _progress(connection, str(row.id))
        aside = self.aside(str(row.id))
        return Run(**row._asdict(), scored=scored, stage=stage, note=note, alive=alive, pace=pace, aside=aside)

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

    def ledger(self, run: str, known: Portfolio, tell: Tell = lambda _read: None) -> Ledger:
        """The standing decisions, those closed that the run has results of; results of others are dropped.

        Of a run that was taken up: whoever had it before keeps nothing more. tell: called with how many are read.
        """
        from selfproof.store import ledger

        with reading(self.engine) as connection:
            found = ledger.read(connection, known, tell)
        with files.locked(self.home, alone=True):
            _settle(self._folder(run), found)
        return found

    def named(self, numbers: pl.Series) -> pl.DataFrame:
        """number, application and decision of standing decisions that are still there."""
        from selfproof.store import ledger

        with reading(self.engine) as connection:
            return ledger.named(connection, numbers)

    def add(self, run: str, holder: str, found: Found, *, erasures: int) -> int | None:
        """Keep results but for those of applications that were erased meanwhile; returns how many rows.

        erasures: how many there had been when it began (`Ledger.erasures`). None, and nothing is kept, when the run is
        not this holder's any more.
        """
        from selfproof.store import ledger

        with files.locked(self.home):
            with reading(self.engine) as connection:
                if _newest_event(connection, run) != (Stage.RUNNING, holder):
                    return None
                if ledger.erased(connection) != erasures:
                    found = Found(*(_present(connection, rows) for rows in (found.rows, found.aside, found.singly)))
            self.results(run).add(found.rows, found.aside, found.singly)
        return len(found.rows)

    def keep_pace(self, run: str, pace: Pace, scored: int) -> None:
        """Note how far a run is; scored: how many have a result."""
        table, row = rescore_progress, {name: getattr(pace, name) for name in Pace.__slots__} | {"scored": scored}
        with writing(self.engine) as connection:
            if not connection.execute(update(table).where(table.c.rescore == run).values(row)).rowcount:
                connection.execute(insert(table).values(row | {"rescore": run}))

    def results(self, run: str) -> Results:
        """What a run has found, one row for every application."""
        from selfproof.store.results import Results

        return Results(self.home, self._folder(run))

    def result(self, run: str, application: str) -> Rescored:
        """The result of one application; raises NotFound."""
        found = self.results(run).one(application)
        if found is None:
            raise NotFound(f"re-score {run} has no result of {application}")
        return found

    def aside(self, run: str) -> int:
        """How many applications a run has set aside."""
        return sum(map(parts.length, parts.of(parts.aside(self._folder(run)))))

    def _folder(self, run: str) -> Path:
        return _folders(self.home) / run


def forget(connection: Connection, home: Path, application: str) -> None:
    """Take an application out of the results of every run; must run alone (`files.locked`)."""
    table = rescore_progress
    for folder in sorted(_folders(home).glob("*")):
        parts.forget(folder, application)
        scored = sum(map(parts.length, parts.of(folder)))
        connection.execute(update(table).where(table.c.rescore == folder.name).values(scored=scored))


def _folders(home: Path) -> Path:
    return home / "rescores"


def _present(connection: Connection, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(rows["application"].is_in(applications.present(connection, rows["application"].to_list())))


def _settle(folder: Path, found: Ledger) -> None:
    """Close in the ledger what there are results of, and take out what was found of decisions that stand no more.

    What had been set aside is open again.
    """
    import polars as pl

    for path in parts.of(parts.aside(folder)):
        path.unlink()

    for path in parts.of(folder):
        numbers = pl.read_parquet(path, columns=["number"])["number"]
        stands = found.stands(numbers)
        if not stands.all():
            parts.write(path, pl.read_parquet(path).filter(stands))
        found.settle(numbers)


def _runs() -> Select[*tuple[object, ...]]:
    return select(*(rescores.c[name] for name in ("id", "name", "policy", "engine", "total", "at")))


def _progress(connection: Connection, run: str) -> tuple[int, Pace | None]:
    row = connection.execute(select(rescore_progress).where(rescore_progress.c.rescore == run)).one_or_none()
    if row is None:
        return 0, None
    return row.scored, Pace(Phase(row.phase), row.done, row.total, row.first, row.since, row.at)


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
