"""Re-scoring a store in bulk: its snapshot brought up to date, then the compiled policy over one file after the other.

Applications without a shape are left to the scalar engine, and so is a group on which the compiled policy fails.
Everything yields often, so that the caller can keep what there is and look whether somebody cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, compress
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from selfproof.batch import columns
from selfproof.batch.cluster import Deadly
from selfproof.batch.row import Row, reading_key
from selfproof.batch.scorer import GROUP, Wanted, shape_of
from selfproof.credit.policy import Policy
from selfproof.store import Store
from selfproof.store.ledger import STATE, Ledger
from selfproof.store.rescores import Phase
from selfproof.store.results import ASIDE, SCHEMA

_KEEP = 5_000  # rows that are read before they are kept: they are in memory until then
_OFTEN = 10.0  # seconds after which they are kept in any case: what a kill loses
_LISTED = 10_000  # decisions whose names are in memory at once
_NOTHING = pl.DataFrame()
Each: TypeAlias = Callable[[Iterable[tuple[str, tuple[Any, ...]]]], Iterator[Any]]


@dataclass(slots=True)
class Bulk:
    """A policy over a store. each: who does the calls (`Scorer.each`, `Crew.each`); size: applications of a call.

    ledger: what stands and what is still to be scored; phase: of what it does; looked: rows of the snapshot that were
    looked at; read, missing: rows that were read for it, and how many have to be; aside: what could not be scored, and
    singly: what the compiled policy failed on, until they are taken (`results.ASIDE`).
    """

    store: Store
    rules: Policy
    each: Each
    ledger: Ledger
    size: int = 1
    phase: Phase = Phase.PREPARING
    looked: int = 0
    read: int = 0
    missing: int = 0
    aside: list[Row] = field(default_factory=list)
    singly: list[pl.DataFrame] = field(default_factory=list)

    def results(self) -> Iterator[pl.DataFrame]:
        """Results (`results.SCHEMA`) as they come, each application once; an empty table is a tick."""
        yield from self._refreshed()
        self.phase = Phase.SCORING
        for answer in self.each(self._compiled()):
            found, failed = self._left(answer) if isinstance(answer, Deadly) else answer or (None, None)
            self.singly += [] if failed is None else [failed]
            yield self._new(found)
        for rows in self._singly("scalar", self.ledger.open.copy()):
            yield self._new(pl.DataFrame(rows, schema=SCHEMA, orient="row"))

    def take(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """What was set aside since the last time, and what the compiled policy failed on."""
        found = pl.DataFrame(self.aside, schema=ASIDE, orient="row")
        failed = pl.concat([pl.DataFrame(schema=ASIDE), *self.singly])
        self.aside.clear()
        self.singly.clear()
        return found, failed

    def _left(self, deadly: Deadly) -> tuple[None, pl.DataFrame]:
        """The rows of a group that the compiled policy cannot go through: they are decided one by one."""
        path, start, numbers = deadly.call[1]
        rows = self.store.snapshots.load(path, start=start, most=GROUP).filter(pl.col("number").is_in(numbers))
        return None, rows.select(*list(ASIDE)[:-1], reason=pl.lit(deadly.reason))

    def _new(self, found: pl.DataFrame | None) -> pl.DataFrame:
        return _NOTHING if found is None else found.filter(self.ledger.settle(found["number"]))

    def _singly(self, what: str, chosen: NDArray[np.bool_]) -> Iterator[list[Row]]:
        """What is made of chosen applications one by one, as it comes; those that fail are set aside.

        Of a call that ends its workers each application is asked for by itself, so that one alone is set aside.
        """
        deadly: list[Wanted] = []
        for answer in chain(
            self.each((what, (wanted,)) for wanted in self._wanted(chosen)),
            self.each((what, ([one],)) for one in deadly),
        ):
            found, failed = answer if isinstance(answer, tuple) else ((), ())
            if isinstance(answer, Deadly):
                (wanted,) = answer.call[1]
                failed = [{**one, "reason": answer.reason} for one in wanted] if len(wanted) == 1 else ()
                deadly += wanted if len(wanted) > 1 else ()
            new = self.ledger.settle(pl.Series([one["number"] for one in failed], dtype=pl.Int64))
            self.aside += compress(failed, new)
            if self.phase is Phase.READING:
                self.read += len(found) + len(failed)
            yield list(found)

    def _compiled(self) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Calls for all rows that have a shape and are as they would be read now."""
        for path in filter(shape_of, self.store.snapshots.parts(reading_key(self.rules))):
            index = self.store.snapshots.load(path, list(STATE))
            current = self.ledger.current(index)
            for start in range(0, len(index), GROUP):
                numbers = index["number"][start : start + GROUP].filter(pl.Series(current[start : start + GROUP]))
                if len(numbers):
                    yield "score", (path, start, numbers.to_list())

    def _wanted(self, chosen: NDArray[np.bool_]) -> Iterator[list[Wanted]]:
        """Decisions of the ledger by application and id, as many together as one call takes."""
        places = np.flatnonzero(chosen)
        for start in range(0, len(places), _LISTED):
            state = self.ledger.rows(places[start : start + _LISTED])
            named = self.store.rescores.named(state["number"])
            rows = state.join(named, on="number", how="inner", maintain_order="left").to_dicts()
            yield from (rows[at : at + self.size] for at in range(0, len(rows), self.size))

    def _refreshed(self) -> Iterator[pl.DataFrame]:
        """Read what the snapshot does not hold as it is now."""
        key, found = reading_key(self.rules), list[Row]()
        stale = self.ledger.open.copy()
        for path in self.store.snapshots.parts(key):
            index = self.store.snapshots.load(path, list(STATE))
            stale[self.ledger.places(index["number"].filter(pl.Series(self.ledger.current(index))))] = False
            self.looked += len(index)
            yield _NOTHING
        self.phase, self.missing, last = Phase.READING, int(stale.sum()), time.monotonic()
        try:
            for rows in self._singly("rows", stale):
                found += rows
                if len(found) >= _KEEP or time.monotonic() - last >= _OFTEN:
                    self._keep(key, found)
                    last = time.monotonic()
                yield _NOTHING
        finally:
            self._keep(key, found)

    def _keep(self, key: str, found: list[Row]) -> None:
        if found:
            self.store.snapshots.add(key, pl.from_dicts(found, schema=columns.schema(self.rules)))
            found.clear()
