"""Re-scoring: what another policy would decide on every stored application, from stored facts; nothing is read again.

Only verify and decide are repeated, on the facts of the standing decision: read once into a snapshot of wide rows, over
which the compiled policy runs (`selfproof.batch`). Standing decisions stay: results are kept
beside the policy's version (`Store.rescores`), a run can be interrupted at any point and goes on where it was.
A limit that a reviewer released counts on neither side: compared is what the engine decides.

`launch` carries a run out in a process of its own (``python -m selfproof.rescoring RUN``).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeAlias

import polars as pl

from selfproof.batch.bulk import Bulk, Each
from selfproof.batch.cluster import joined
from selfproof.batch.scorer import FarScorer, Scorer
from selfproof.credit import policy as policies
from selfproof.credit.decide import ENGINE
from selfproof.credit.policy import Policy
from selfproof.store import Store
from selfproof.store.portfolio import Portfolio
from selfproof.store.rescores import Found, Pace, Phase, Run, Stage
from selfproof.store.results import SCHEMA

_LOOK = 0.5  # seconds between two times at which results are kept and a cancellation is looked for
_TOGETHER = 50  # applications that a worker of a cluster reads before it answers
Tell: TypeAlias = Callable[[int, int], None]


def policy_of(text: str, name: str = "policy") -> Policy:
    """The policy of a text that anybody may have written; raises PolicyError with line and reason."""
    return policies.parse(text, name=name)


def shipped() -> dict[str, str]:
    """The texts of the shipped policies by name."""
    folder = files("selfproof.credit").joinpath("policies")
    names = sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))
    return {name: policies.text(name) for name in names}


def begin(store: Store, text: str, name: str) -> Run:
    """A run of a policy: an unfinished one of the same text and engine goes on. Raises PolicyError."""
    policy_of(text, name)
    return store.rescores.get(store.rescores.begin(name, text, ENGINE))


def carry_out(store: Store, run: str, tell: Tell = lambda _done, _total: None, *, address: str = "") -> Stage:
    """Score what a run has not scored yet, until it is done or somebody cancels it; returns which.

    tell: called with how many steps are done and how many there are, one for each application and one more for each
    whose facts have to be read into a row first; address: of a cluster that does it. Raises StoreError
    when another process is at it, and NotFound for an unknown run. However this process ends, what was kept is not
    computed again; what was set aside, for an error that nobody foresaw, is tried again by whoever takes the run up.
    """
    text = store.rescores.policy_text(run)
    rules = policy_of(text, store.rescores.get(run).name)
    with store.present() as holder:
        store.rescores.take(run, holder)
        work = _Work(store, run, holder, tell, store.rescores.results(run).count())
        work.compare()
        others = store.rescores.portfolio()
        ledger = store.rescores.ledger(run, others, work.prepared)
        with _each(store, rules, others, text=text, address=address) as (each, size):
            if not work.through(Bulk(store, rules, each, ledger, size)):
                return Stage.CANCELLED
        ended = Stage.ASIDE if store.rescores.aside(run) else Stage.DONE
        store.rescores.say(run, ended)
        return ended


@contextmanager
def _each(store: Store, rules: Policy, others: Portfolio, *, text: str, address: str) -> Iterator[tuple[Each, int]]:
    """Who does the calls, here or on a cluster, and how many applications one call reads."""
    if not address:
        yield Scorer(store, rules, others).each, 1
        return
    with joined(address, FarScorer, (store.address, store.home, text)) as crew:
        yield crew.each, _TOGETHER


@dataclass(slots=True)
class _Work:
    """A run in the hands of one process. scored: applications with a result; aside: without; pace: what it does now."""

    store: Store
    run: str
    holder: str
    tell: Tell
    scored: int = 0
    aside: int = 0
    pace: Pace | None = None

    def compare(self) -> None:
        """Compare the photos of a store of an older version, which no decision has compared."""
        waiting = self.store.likeness.waiting()
        for done, application in enumerate(waiting):
            if not self.store.rescores.held_by(self.run, self.holder):
                return
            self._note(Phase.COMPARING, done, len(waiting))
            self.store.likeness.compare(application)

    def prepared(self, read: int) -> None:
        """So many standing decisions are known: half of what preparing is."""
        self._note(Phase.PREPARING, read, 2 * max(read, self.store.rescores.get(self.run).total))

    def through(self, bulk: Bulk) -> bool:
        """Score all that is open and keep the results now and then; False when somebody cancelled."""
        found: list[pl.DataFrame] = []
        self.scored, last = len(bulk.ledger.numbers) - bulk.ledger.left, time.monotonic()
        self._say(bulk)
        try:
            for rows in bulk.results():
                if time.monotonic() - last >= _LOOK:
                    if not self._keep(found, bulk):
                        return False
                    self._say(bulk)
                    last = time.monotonic()
                found.append(rows)
        finally:
            ours = self._keep(found, bulk)
        self._say(bulk)
        return ours

    def _keep(self, found: list[pl.DataFrame], bulk: Bulk) -> bool:
        """Keep what was found; False when the run is not ours any more."""
        rows = pl.concat([rows for rows in found if len(rows)] or [pl.DataFrame(schema=SCHEMA)])
        found.clear()
        aside, singly = bulk.take()
        what = Found(rows, aside, singly)
        kept = self.store.rescores.add(self.run, self.holder, what, erasures=bulk.ledger.erasures)
        self.scored += kept or 0
        self.aside += len(aside)
        return kept is not None

    def _say(self, bulk: Bulk) -> None:
        """Tell how far it is, here and to whoever looks."""
        every, done = len(bulk.ledger.numbers), self.scored + self.aside
        paces = {
            Phase.PREPARING: (every + min(bulk.looked, every), 2 * every),
            Phase.READING: (bulk.read, bulk.missing),
            Phase.SCORING: (done, every),
        }
        self._note(bulk.phase, *paces[bulk.phase])
        self.tell(done + bulk.read, every + bulk.missing)

    def _note(self, phase: Phase, done: int, total: int) -> None:
        now = time.time()
        first, since = (self.pace.first, self.pace.since) if self.pace and self.pace.phase is phase else (done, now)
        self.pace = Pace(phase, done, total, first, since, now)
        self.store.rescores.keep_pace(self.run, self.pace, self.scored)


def launch(store: Store, run: str) -> None:
    """Carry a run out in a process of its own, which goes on when this one ends."""
    places = {"SELFPROOF_DATABASE": store.address, "SELFPROOF_HOME": str(store.home)}
    process = subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", "selfproof.rescoring", run],
        env=os.environ | places,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()
