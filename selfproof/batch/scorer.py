"""Who does the work of a re-score: reads rows, runs the compiled policy over them, decides what has no shape.

One of it works in this process, or many do on a cluster (`selfproof.batch.cluster`), each with the store open.
What it is told to do names rows by file and application, so that no rows travel to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
from pydantic import TypeAdapter

from selfproof.batch import told
from selfproof.batch.compiled import Compiled
from selfproof.batch.row import Row, row
from selfproof.batch.standing import score, standing
from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.errors import NotFound, PolicyError
from selfproof.store import Store
from selfproof.store.codec import dump
from selfproof.store.portfolio import Portfolio
from selfproof.store.rescores import Rescored, Side

KEPT = ("application", "decision", "trade", "evidence", "before.side", *told.KEPT)
_SIDE = TypeAdapter(Side)
Pair: TypeAlias = tuple[str, str]


@dataclass(slots=True)
class Scorer:
    """A policy over a store. part: the file that was read last; compiled: by shape."""

    store: Store
    rules: Policy
    others: Portfolio
    part: tuple[Path | None, pl.DataFrame | None] = (None, None)
    compiled: dict[str, Compiled] = field(default_factory=dict)

    def rows(self, wanted: Sequence[tuple[str, str, str]]) -> list[Row]:
        """The rows of applications, each with its decision and state; what was erased has none."""
        return [found for application, decision, state in wanted for found in self._row((application, decision), state)]

    def _row(self, pair: Pair, state: str) -> Iterator[Row]:
        """One that this policy cannot decide on has no shape."""
        try:
            now = standing(self.store, pair, self.rules, self.others)
        except NotFound:
            return
        about = {"decision": pair[1], "state": state, "evidence": now.evidence, "before.side": dump(now.before)}
        try:
            yield row(now.application, now.facts, now.findings, self.rules) | about
        except (PolicyError, ArithmeticError, ValueError):
            yield {"application": pair[0], "trade": now.application.trade, "shape": ""} | about

    def score(self, path: Path, shape: str, applications: Sequence[str]) -> list[Rescored]:
        """Applications of a file of one shape; none where the file was replaced meanwhile."""
        if self.part[0] != path:
            self.part = path, self.store.snapshots.load(path)
        if self.part[1] is None:
            return []
        rows = self.part[1].filter(pl.col("application").is_in(applications)).unique("application", maintain_order=True)
        compiled = self.compiled.setdefault(shape, Compiled(self.rules, shape))
        found = compiled.over(rows.lazy(), rows["industry"].unique().to_list(), keep=KEPT)
        return [_rescored(item, compiled) for item in found.collect(engine="streaming").iter_rows(named=True)]

    def scalar(self, pairs: Sequence[Pair]) -> list[Rescored]:
        """By the scalar engine; none of what was erased."""
        found: list[Rescored] = []
        for pair in pairs:
            try:
                found.append(score(self.store, pair, self.rules, self.others))
            except NotFound:
                continue
        return found

    def each(self, calls: Iterable[tuple[str, tuple[Any, ...]]]) -> Iterator[Any]:
        """Do one call after the other here, as a crew does many at once (`cluster.Crew.each`)."""
        for method, arguments in calls:
            yield getattr(self, method)(*arguments)


def _rescored(item: told.Row, compiled: Compiled) -> Rescored:
    before, after = _SIDE.validate_json(item["before.side"]), told.side(item, compiled)
    return Rescored(item["application"], item["decision"], item["trade"], before, after, item["evidence"])


class FarScorer(Scorer):
    """A scorer in a process of its own, on any machine that reaches the database and the store's folder."""

    def __init__(self, address: str, home: Path, policy: str) -> None:
        store = Store.open(address, home)
        super().__init__(store, policies.parse(policy), store.rescores.portfolio())

    def pid(self) -> int:
        """Of its process."""
        return os.getpid()
