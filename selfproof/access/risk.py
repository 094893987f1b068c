"""What risk staff see: every stored decision, one applicant's inputs for a re-score, never documents or pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from selfproof.access import casework
from selfproof.access.guard import Guard
from selfproof.batch import tally
from selfproof.batch.tally import Summary
from selfproof.monitoring.figures import Figures, figures
from selfproof.rescoring import runs
from selfproof.store import Store
from selfproof.store.rescored import Rescored
from selfproof.store.rescores import Run, Stage
from selfproof.store.results import Results, noun

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk staff's part of a desk."""

    guard: Guard

    def any_decision(self) -> bool:
        """Whether there is anything to re-score."""
        with self.guard.look("look_portfolio") as store:
            return store.people.any_decision()

    def run(self, what: str, action: Callable[[Store], T]) -> T:
        """Run a batch over the whole store, such as a re-score under another policy; what: for the audit log."""
        with self.guard.act("rescore", detail=what) as act:
            self.guard.store.people.note(act)
            return action(self.guard.store)

    def rescore(self, policy_text: str, name: str) -> Run:
        """Start a re-score of all stored applications in a process of its own; raises PolicyError with the reason.

        An unfinished run of the same policy goes on instead.
        """
        runs.policy_of(policy_text, name)
        run = self.run(name, lambda store: runs.begin(store, policy_text, name))
        self.go_on(run.id)
        return run

    def go_on(self, run: str) -> None:
        """Take up a run that was cancelled or whose process ended; nothing happens to one that is being worked on."""
        with self.guard.act("rescore", detail=f"start {run}") as act:
            store = self.guard.store
            known = store.rescores.get(run)
            if known.open and not known.alive:
                store.people.note(act)
                store.rescores.say(run, Stage.QUEUED)
                runs.launch(store, run)

    def cancel(self, run: str) -> None:
        """Have the process that carries out a run stop; what it has computed stays."""
        with self.guard.act("rescore", detail=f"cancel {run}") as act:
            self.guard.store.people.note(act)
            self.guard.store.rescores.say(run, Stage.CANCELLED)

    def runs(self) -> tuple[Run, ...]:
        """The last re-scores with how far they are, the newest first."""
        with self.guard.look("look_portfolio") as store:
            return store.rescores.newest()

    def progress(self, run: str) -> Run:
        """How far one re-score is."""
        with self.guard.look("look_portfolio") as store:
            return store.rescores.get(run)

    def summary(self, run: str) -> Summary:
        """What a re-score has found so far, counted."""
        with self.guard.look("look_portfolio", detail=run) as store:
            found = store.rescores.results(run)
            return _summary(found, found.stamp)

    def set_aside(self, run: str) -> tuple[tuple[str, int], ...]:
        """Why a re-score set applications aside, and how many (`tally.set_aside`)."""
        with self.guard.look("look_portfolio", detail=run) as store:
            return tally.set_aside(store.rescores.results(run))

    def singly(self, run: str) -> tuple[tuple[str, int], ...]:
        """Why a re-score had to compute applications one by one, and how many (`tally.singly`)."""
        with self.guard.look("look_portfolio", detail=run) as store:
            return tally.singly(store.rescores.results(run))

    def largest(self, run: str, which: str, start: int, count: int) -> list[Rescored]:
        """Some of those whom a re-score changes in a way (`tally.WHICH`), the largest change first; no names."""
        with self.guard.look("look_portfolio", detail=run) as store:
            rows = tally.largest(store.rescores.results(run).ask, which, start, count)
            return [noun(row) for row in rows.iter_rows(named=True)]

    def export(self, run: str, write: Callable[[Run, Results], T]) -> T:
        """What somebody writes of a re-score to take away; no names."""
        with self.guard.look("look_portfolio", detail=run) as store:
            return write(store.rescores.get(run), store.rescores.results(run))

    def result(self, run: str, application: str) -> tuple[Rescored, str]:
        """What a re-score found for one application, and the applicant's name, masked."""
        with self.guard.look("look_decision", application, detail=run) as store:
            return store.rescores.result(run, application), masked(store.application(application).applicant.name)

    def figures(self, since: date) -> Figures:
        """What there is to watch, of every newest decision; `since`: from when on a decision is recent."""
        with self.guard.look("look_portfolio", detail="figures") as store:
            return figures(store, since, sample=casework.table()["sample_share"])

    def name(self, application: str) -> str:
        """The applicant's whole name, for who may look at the file."""
        with self.guard.look("look_file", application) as store:
            return store.application(application).applicant.name


@lru_cache(maxsize=4)
def _summary(found: Results, _stamp: object) -> Summary:
    """Counted once for everybody who looks at a run, since every click draws the page anew."""
    return tally.summary(found.ask)


def masked(name: str) -> str:
    """A name that can be told from another at most by its beginning; its length does not show.

    >>> masked("青禾样例塑料制品厂"), masked("林样"), masked("")
    ('青禾＊＊＊', '林＊＊＊', '＊＊＊')
    """
    return name[: min(2, len(name) // 2)] + "＊＊＊"
