"""Who does the work of a re-score: reads rows, runs the compiled policy over them, decides what has no shape.

One of it works in this process, or many do on a cluster (`selfproof.batch.cluster`), each with the store open.
What it is told to do names rows by file and number, so that no rows travel to it.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from selfproof.batch import told
from selfproof.batch.compiled import Compiled
from selfproof.batch.row import Row, region, row
from selfproof.batch.standing import Standing, rescored, standing
from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.errors import NotFound, PolicyError
from selfproof.store import Store, parts, results
from selfproof.store.engine import UNREACHABLE
from selfproof.store.portfolio import Portfolio

GROUP = parts.GROUP  # rows of one call: their results are in memory at once
Wanted: TypeAlias = dict[str, Any]  # application, decision, and the columns of `ledger.STATE`
Found: TypeAlias = tuple[list[Row], list[Row]]  # what was made of applications, and `results.ASIDE` of the others


@dataclass(slots=True)
class Scorer:
    """A policy over a store. compiled: by shape."""

    store: Store
    rules: Policy
    others: Portfolio
    compiled: dict[str, Compiled] = field(default_factory=dict)

    def rows(self, wanted: Sequence[Wanted]) -> Found:
        """The rows of applications, each with its decision and state; what was erased has none."""
        return self._each(wanted, lambda asked, now: self._row(now) | asked)

    def _each(self, wanted: Sequence[Wanted], make: Callable[[Wanted, Standing], Row]) -> Found:
        """What is made of applications one by one, and those of which nothing can be made, for an unforeseen reason."""
        found: Found = [], []
        for asked in wanted:
            pair = asked["application"], asked["decision"]
            try:
                found[0].append(make(asked, standing(self.store, pair, self.rules, self.others)))
            except NotFound:  # erased
                continue
            except UNREACHABLE:
                raise
            except Exception as error:  # noqa: BLE001  the edge: one application must not stop the others
                found[1].append({**asked, "reason": _raised(error)})
        return found

    def _row(self, now: Standing) -> Row:
        """One that this policy cannot decide on has no shape."""
        about = {"evidence": now.evidence, **results.columns("before", now.before)}
        try:
            return row(now.application, now.facts, now.findings, self.rules) | about
        except (PolicyError, ArithmeticError, ValueError):
            return {"trade": now.application.trade, "region": region(now.application), "shape": ""} | about

    def score(self, path: Path, start: int, numbers: Sequence[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Results (`results.SCHEMA`) of the decisions whose rows stand from a row on in a file of one shape.

        Of a file that was replaced meanwhile there are none. Where the compiled policy fails on the rows for an
        unforeseen reason they come back with it (`results.ASIDE`), to be decided one by one.
        """
        none, failed = pl.DataFrame(schema=results.SCHEMA), pl.DataFrame(schema=results.ASIDE)
        rows = self.store.snapshots.load(path, start=start, most=GROUP)
        if rows.is_empty():
            return none, failed
        mine = rows.filter(pl.col("number").is_in(numbers))
        try:
            return self._compiled(mine, shape_of(path)), failed
        except UNREACHABLE:
            raise
        except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001  the edge, as for one application
            return none, mine.select(*list(results.ASIDE)[:-1], reason=pl.lit(_raised(error)))

    def _compiled(self, mine: pl.DataFrame, shape: str) -> pl.DataFrame:
        compiled = self.compiled.setdefault(shape, Compiled(self.rules, shape))
        found = compiled.over(mine.lazy(), mine["industry"].unique().to_list(), keep=told.KEPT)
        return told.results(found.collect(engine="streaming"), compiled)

    def scalar(self, wanted: Sequence[Wanted]) -> Found:
        """Results (`results.SCHEMA`) by the scalar engine; none of what was erased."""
        return self._each(wanted, self._decided)

    def _decided(self, asked: Wanted, now: Standing) -> Row:
        told_of = self._row(now)
        about = {"number": asked["number"], "region": told_of.get("region"), "shown": told_of.get("shown")}
        return results.row(rescored((asked["application"], asked["decision"]), now, self.rules)) | about

    def each(self, calls: Iterable[tuple[str, tuple[Any, ...]]]) -> Iterator[Any]:
        """Do one call after the other here, as a crew does many at once (`cluster.Crew.each`)."""
        for method, arguments in calls:
            yield getattr(self, method)(*arguments)


def shape_of(path: Path) -> str:
    """The shape of a snapshot's file."""
    shape = path.name.partition(".")[0].replace("=", "/")
    return "" if shape == "none" else shape


def _raised(error: BaseException) -> str:
    """What was raised and the last of our lines that it went through."""
    names = ((frame.f_globals.get("__name__", ""), line) for frame, line in traceback.walk_tb(error.__traceback__))
    *_, last = (f"{name.removeprefix('selfproof.')}:{line}" for name, line in names if name.startswith("selfproof."))
    return f"{type(error).__name__} · {last}"


class FarScorer(Scorer):
    """A scorer in a process of its own, on any machine that reaches the database and the store's folder."""

    def __init__(self, address: str, home: Path, policy: str) -> None:
        store = Store.open(address, home)
        super().__init__(store, policies.parse(policy), store.rescores.portfolio())

    def pid(self) -> int:
        """Of its process."""
        return os.getpid()
