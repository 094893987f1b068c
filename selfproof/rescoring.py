"""Re-scoring: what another policy would decide on every stored application, from stored facts; nothing is read again.

Only verify and decide are repeated, on the facts of the standing decision: read once into a snapshot of wide rows, over
which the compiled policy runs (`selfproof.batch`). Standing decisions stay: results are kept
beside the policy's version (`Store.rescores`), a run can be interrupted at any point and goes on where it was.
A limit that a reviewer released counts on neither side: compared is what the engine decides.

``python -m selfproof.rescoring RUN`` carries out a run in a process of its own; `launch` starts one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import yaml

from selfproof.batch.bulk import Bulk
from selfproof.batch.cluster import joined
from selfproof.batch.scorer import FarScorer, Scorer
from selfproof.credit import policy as policies
from selfproof.credit.decide import ENGINE
from selfproof.credit.policy import Policy
from selfproof.errors import StoreError
from selfproof.store import Store
from selfproof.store.portfolio import Portfolio
from selfproof.store.rescores import Rescored, Run, Side, Stage

_LOOK = 0.5  # seconds between two times at which results are kept and a cancellation is looked for
_TOGETHER = 50  # applications that a worker of a cluster reads before it answers
_NICE = 5  # a batch gives way to the people who wait for a page
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
    run = store.rescores.begin(name, text, ENGINE, len(store.people.newest_decisions()))
    return store.rescores.get(run)


def carry_out(store: Store, run: str, tell: Tell = lambda _done, _total: None, *, address: str = "") -> Stage:
    """Score what a run has not scored yet, until it is done or somebody cancels it; returns which.

    tell: called with how many steps are done and how many there are, one for each application and one more for each
    whose facts have to be read into a row first; address: of a cluster that does it. Raises StoreError
    when another process is at it, and NotFound for an unknown run. However this process ends, what was kept is not
    computed again.
    """
    text = store.rescores.policy_text(run)
    rules, others = policy_of(text, store.rescores.get(run).name), store.rescores.portfolio()
    with store.present() as holder:
        store.rescores.take(run, holder)
        every, known = store.people.newest_decisions(), store.rescores.known(run)
        todo = [pair for pair in every if pair not in known]
        work = _Work(store, run, holder, tell, total=len(every))
        tell(len(every) - len(todo), len(every))
        with _bulk(store, rules, others, text=text, address=address) as bulk:
            if not work.through(bulk, todo):
                return Stage.CANCELLED
        store.rescores.say(run, Stage.DONE)
        return Stage.DONE


@contextmanager
def _bulk(store: Store, rules: Policy, others: Portfolio, *, text: str, address: str) -> Iterator[Bulk]:
    """Work to be done here, or by a crew on a cluster."""
    if not address:
        yield Bulk(store, rules, others, Scorer(store, rules, others).each)
        return
    with joined(address, FarScorer, (store.address, store.home, text)) as crew:
        yield Bulk(store, rules, others, crew.each, _TOGETHER)


@dataclass(frozen=True, slots=True)
class _Work:
    """A run in the hands of one process."""

    store: Store
    run: str
    holder: str
    tell: Tell
    total: int

    def through(self, bulk: Bulk, todo: Sequence[tuple[str, str]]) -> bool:
        """Score them all and keep the results now and then; False when somebody cancelled."""
        found: list[Rescored] = []
        last, done = time.monotonic(), self.total - len(todo)
        try:
            for items in bulk.results(todo):
                if time.monotonic() - last >= _LOOK:
                    self._keep(found)
                    self.tell(done + bulk.read, self.total + bulk.missing)
                    last = time.monotonic()
                    if not self.store.rescores.held_by(self.run, self.holder):
                        return False
                found += items
                done += len(items)
        finally:
            self._keep(found)
        self.tell(self.total + bulk.missing, self.total + bulk.missing)
        return self.store.rescores.held_by(self.run, self.holder)

    def _keep(self, found: list[Rescored]) -> None:
        if found:
            self.store.rescores.add(self.run, found)
            found.clear()


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


@dataclass(frozen=True, slots=True)
class Shift:
    """A reason whose effect on the limit differs; None where it is not there at all. CNY."""

    code: str
    step: str
    before: Decimal | None
    after: Decimal | None


def shifts(item: Rescored) -> tuple[Shift, ...]:
    """Why one application changes: the reasons that come, go, or weigh otherwise; none where nothing was decided."""
    old, new = _effects(item.before), _effects(item.after or item.before)
    keys = dict.fromkeys([*old, *new])
    return tuple(Shift(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))


def _effects(one: Side) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for step in one.steps:
        found[step.code, step.step] = found.get((step.code, step.step), Decimal(0)) + step.effect
    return found


@dataclass(frozen=True, slots=True)
class Band:
    """How many effective limits lie above the band before and up to `up_to` (CNY; None: no bound)."""

    up_to: int | None
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A portfolio before and after. before, after: sums of effective limits, CNY; reasons: code, step, and how many.

    refused: applications on which the policy cannot decide, which are in neither sum; refusals: why, and how many.
    """

    total: int
    up: int
    down: int
    other: int
    refused: int
    evidence: int
    before: Decimal
    after: Decimal
    bands: tuple[Band, ...]
    reasons: tuple[tuple[str, str, int], ...]
    refusals: tuple[tuple[str, int], ...] = ()

    @property
    def same(self) -> int:
        """Those whose limit stays."""
        return self.total - self.up - self.down - self.other - self.refused


def summary(found: Sequence[Rescored]) -> Summary:
    """The distribution and who changes; other: those whose effective limit stays while the recommended one moves."""
    moved = [item for item in found if item.after and item.moved]
    reasons = Counter((shift.code, shift.step) for item in moved for shift in shifts(item))
    return Summary(
        total=len(found),
        up=sum(item.change > 0 for item in moved),
        down=sum(item.change < 0 for item in moved),
        other=sum(not item.change for item in moved),
        refused=sum(item.after is None for item in found),
        evidence=sum(item.evidence for item in found),
        before=sum((item.before.effective for item in found if item.after), Decimal(0)),
        after=sum((item.after.effective for item in found if item.after), Decimal(0)),
        bands=_bands(found),
        reasons=tuple((*key, count) for key, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        refusals=tuple(Counter(item.error for item in found if item.after is None).most_common()),
    )


def changed(found: Iterable[Rescored]) -> list[Rescored]:
    """Who changes, the largest change of the effective limit first."""
    return sorted((item for item in found if item.moved), key=lambda item: (-abs(item.change), item.application))


def _bands(found: Sequence[Rescored]) -> tuple[Band, ...]:
    tops: list[int | None] = [*_tops(), None]
    old = Counter(_band(item.before.effective) for item in found)
    new = Counter(_band(item.after.effective) for item in found if item.after)
    return tuple(Band(top, old[place], new[place]) for place, top in enumerate(tops))


def _band(limit: Decimal) -> int:
    return next((place for place, top in enumerate(_tops()) if limit <= top), len(_tops()))


@cache
def _tops() -> tuple[int, ...]:
    table = files("selfproof").joinpath("tables", "rescoring.yaml").read_text("utf-8")
    return tuple(yaml.safe_load(table)["bands"])


def main(run: str) -> int:
    """Carry out a run until it ends; 1 when it could not be taken up."""
    os.nice(_NICE)
    with Store.open() as store:
        try:
            carry_out(store, run)
        except StoreError as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
