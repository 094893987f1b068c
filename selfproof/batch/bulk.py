"""Re-scoring a store in bulk: its snapshot brought up to date, then the compiled policy over one file after the other.

Applications without a shape are left to the scalar engine. Everything yields often, so that the caller can keep what
there is and look whether somebody cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import polars as pl

from selfproof.batch import columns
from selfproof.batch.row import Row, reading_key
from selfproof.credit.policy import Policy
from selfproof.store import Store
from selfproof.store.portfolio import Portfolio
from selfproof.store.rescores import Rescored

T = TypeVar("T")
_KEEP = 5_000  # rows that are read before they are kept: they are in memory until then
_OFTEN = 10.0  # seconds after which they are kept in any case: what a kill loses
_SCORED = 5_000  # rows of one call: their results are in memory at once
_NAMES = ("application", "decision", "state")
Pair: TypeAlias = tuple[str, str]
Each: TypeAlias = Callable[[Iterable[tuple[str, tuple[Any, ...]]]], Iterator[Any]]


@dataclass(slots=True)
class Bulk:
    """A policy over a store. each: who does the calls (`Scorer.each`, `Crew.each`); size: applications of a call.

    read, missing: rows that were read for it, and how many have to be.
    """

    store: Store
    rules: Policy
    others: Portfolio
    each: Each
    size: int = 1
    wanted: dict[Pair, str] = field(default_factory=dict)  # application and decision → state, until it is scored
    read: int = 0
    missing: int = 0

    def results(self, todo: Iterable[Pair]) -> Iterator[list[Rescored]]:
        """One result at a time, or none: a tick while others work, or of what was erased meanwhile."""
        known = {(one, two): state for one, two, state in self.store.snapshots.standing(self.others).iter_rows()}
        self.wanted.update({pair: known[pair] for pair in todo if pair in known})
        yield from self._refreshed()
        yield from self._one_by_one(self._compiled())
        yield from self._one_by_one(("scalar", (pairs,)) for pairs in _chunks(list(self.wanted), self.size))

    def _one_by_one(self, calls: Iterable[tuple[str, tuple[Any, ...]]]) -> Iterator[list[Rescored]]:
        for found in self.each(calls):
            yield []
            for item in found or ():
                if self.wanted.pop((item.application, item.decision), None) is not None:
                    yield [item]

    def _compiled(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Calls for all rows that have a shape, each application once."""
        asked: set[str] = set()
        for path in self.store.snapshots.parts(reading_key(self.rules)):
            rows, shape = self.store.snapshots.load(path, _NAMES), shape_of(path)
            if rows is None or not shape:
                continue
            mine = rows.join(self._table(), on=_NAMES, how="semi")["application"].unique(maintain_order=True).to_list()
            for names in _chunks([name for name in mine if name not in asked], _SCORED):
                yield "score", (path, shape, names)
            asked.update(mine)

    def _table(self) -> pl.DataFrame:
        rows = [(*pair, state) for pair, state in self.wanted.items()]
        return pl.DataFrame(rows, schema=dict.fromkeys(_NAMES, pl.String), orient="row")

    def _refreshed(self) -> Iterator[list[Rescored]]:
        """Read what the snapshot does not hold as it is now."""
        key, found = reading_key(self.rules), list[Row]()
        missing = self._table().join(self.store.snapshots.index(key), on=_NAMES, how="anti").rows()
        self.missing, last = len(missing), time.monotonic()
        try:
            for rows in self.each(("rows", (wanted,)) for wanted in _chunks(missing, self.size)):
                found += rows or []
                self.read += len(rows or [])
                if len(found) >= _KEEP or time.monotonic() - last >= _OFTEN:
                    self._keep(key, found)
                    last = time.monotonic()
                yield []
        finally:
            self._keep(key, found)

    def _keep(self, key: str, found: list[Row]) -> None:
        if found:
            self.store.snapshots.add(key, pl.from_dicts(found, schema=columns.schema(self.rules)))
            found.clear()


def shape_of(path: Path) -> str:
    """The shape of a snapshot's file."""
    shape = path.name.partition(".")[0].replace("=", "/")
    return "" if shape == "none" else shape


def _chunks(items: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
