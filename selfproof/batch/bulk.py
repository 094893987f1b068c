"""Re-scoring a store in bulk: its snapshot brought up to date, then the compiled policy over one file after the other.

Applications without a shape are left to the scalar engine. Everything yields often, so that the caller can keep what
there is and look whether somebody cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import polars as pl
from pydantic import TypeAdapter

from selfproof.batch import columns, told
from selfproof.batch.compiled import Compiled
from selfproof.batch.row import Row, reading_key, row
from selfproof.batch.standing import standing
from selfproof.credit.policy import Policy
from selfproof.errors import NotFound, PolicyError
from selfproof.store import Store
from selfproof.store.codec import dump
from selfproof.store.portfolio import Portfolio
from selfproof.store.rescores import Rescored, Side

_AT_ONCE = 2_000  # rows that are read before they are kept
_KEPT = ("application", "decision", "state", "trade", "evidence", "before.side", *told.KEPT)
Pair: TypeAlias = tuple[str, str]
_SIDE = TypeAdapter(Side)


@dataclass(frozen=True, slots=True)
class Bulk:
    """A policy over a store. scalar: how one application is scored that has no shape."""

    store: Store
    rules: Policy
    others: Portfolio
    scalar: Callable[[Pair], list[Rescored]]
    wanted: dict[Pair, str] = field(default_factory=dict)  # application and decision → state, until it is scored

    def results(self, todo: list[Pair]) -> Iterator[list[Rescored]]:
        """One result at a time, or none: a tick while rows are read, or of what was erased meanwhile."""
        states = self.store.snapshots.standing(self.others)
        known = {(one, two): state for one, two, state in states.iter_rows()}
        self.wanted.update({pair: known[pair] for pair in todo if pair in known})
        yield from self._refreshed()
        for shape, path in self._parts():
            rows = self.store.snapshots.load(path)
            if rows is not None and shape:
                yield from self._scored(self._mine(rows), shape)
        for pair in list(self.wanted):
            yield self.scalar(pair)

    def _mine(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of what is still to be done, each once."""
        return rows.join(self._table(), on=["application", "decision", "state"], how="semi").unique(
            "application", maintain_order=True
        )

    def _table(self) -> pl.DataFrame:
        names = dict.fromkeys(("application", "decision", "state"), pl.String)
        return pl.DataFrame([(*pair, state) for pair, state in self.wanted.items()], schema=names, orient="row")

    def _parts(self) -> Iterator[tuple[str, Path]]:
        for path in self.store.snapshots.parts(reading_key(self.rules)):
            yield shape_of(path.name), path

    def _scored(self, rows: pl.DataFrame, shape: str) -> Iterator[list[Rescored]]:
        if rows.is_empty():
            return
        compiled = Compiled(self.rules, shape)
        industries = rows["industry"].unique().to_list()
        found = compiled.over(rows.lazy(), industries, keep=_KEPT).collect(engine="streaming")
        for item in found.iter_rows(named=True):
            self.wanted.pop((item["application"], item["decision"]), None)
            yield [_rescored(item, compiled)]

    def _refreshed(self) -> Iterator[list[Rescored]]:
        """Read what the snapshot does not hold as it is now."""
        key, snapshots = reading_key(self.rules), self.store.snapshots
        missing = self._table().join(snapshots.index(key), on=["application", "decision", "state"], how="anti")
        found: list[Row] = []
        try:
            for one, two, state in missing.iter_rows():
                found += self._read((one, two), state)
                if len(found) >= _AT_ONCE:
                    self._keep(found)
                yield []
        finally:
            self._keep(found)

    def _keep(self, found: list[Row]) -> None:
        if found:
            self.store.snapshots.add(reading_key(self.rules), pl.from_dicts(found, schema=columns.schema(self.rules)))
            found.clear()

    def _read(self, pair: Pair, state: str) -> list[Row]:
        """The row of one application; one that this policy cannot decide on has no shape."""
        try:
            now = standing(self.store, pair, self.rules, self.others)
        except NotFound:
            return []
        about = {"decision": pair[1], "state": state, "evidence": now.evidence, "before.side": dump(now.before)}
        try:
            return [row(now.application, now.facts, now.findings, self.rules) | about]
        except (PolicyError, ArithmeticError, ValueError):
            return [{"application": pair[0], "trade": now.application.trade, "shape": ""} | about]


def shape_of(name: str) -> str:
    """The shape of a snapshot's file."""
    shape = name.partition(".")[0].replace("=", "/")
    return "" if shape == "none" else shape


def _rescored(item: told.Row, compiled: Compiled) -> Rescored:
    before = _SIDE.validate_json(item["before.side"])
    after = told.side(item, compiled)
    return Rescored(item["application"], item["decision"], item["trade"], before, after, item["evidence"])
