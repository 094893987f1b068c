"""Which decisions stand, in numbers: what a batch over all applications holds in memory, 29 bytes for each.

A standing decision is known by the number of its row. Whether a row that was read for it is still as it would be read
now is told by three numbers more: of the application's newest version, how often a consent was given or taken back,
and a hash of all that its checks may learn of other applicants.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select

from selfproof.store import portfolio
from selfproof.store.portfolio import Portfolio
from selfproof.store.schema import application_versions, consents, decisions, erasures

Numbers: TypeAlias = NDArray[np.int64]
STATE: dict[str, pl.DataType] = {
    "number": pl.Int64(), "version": pl.Int64(), "words": pl.Int32(), "told": pl.UInt64(),
}  # fmt: skip
_AT_ONCE = 50_000  # rows of a query in memory
_ASKED = 5_000  # values that one statement may name on any database


@dataclass(frozen=True, slots=True)
class Ledger:
    """The standing decisions, by rising number. state: the columns of `STATE`; open: what a run has not settled yet.

    erasures: how many applications had been erased when it was read.
    """

    state: dict[str, Numbers]
    open: NDArray[np.bool_]
    erasures: int

    @property
    def left(self) -> int:
        """How many are open."""
        return int(self.open.sum())

    @property
    def numbers(self) -> Numbers:
        """Of all, rising."""
        return self.state["number"]

    def settle(self, numbers: pl.Series) -> pl.Series:
        """Close decisions; returns which of them were open."""
        places, known = self._places(numbers)
        mine = known & self.open[places] if len(self.open) else known
        self.open[places[mine]] = False
        return pl.Series(mine)

    def stands(self, numbers: pl.Series) -> pl.Series:
        """Whether each number is of a standing decision; of none nobody knows that."""
        return pl.Series(self._places(numbers)[1])

    def current(self, rows: pl.DataFrame) -> NDArray[np.bool_]:
        """Whether each row of a snapshot (`STATE`) is of an open decision, and as it would be read now."""
        places, same = self._places(rows["number"])
        if same.any():
            same &= self.open[places]
            for name, column in self.state.items():
                same &= column[places] == rows[name].to_numpy()
        return same

    def places(self, numbers: pl.Series) -> NDArray[np.intp]:
        """Where standing decisions stand in it."""
        return self._places(numbers)[0]

    def rows(self, places: NDArray[np.intp]) -> pl.DataFrame:
        """The state of some, by place."""
        return pl.DataFrame({name: self.state[name][places] for name in STATE}, schema=STATE)

    def _places(self, numbers: pl.Series) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Where each number stands or would stand, and whether it is there."""
        asked = numbers.fill_null(-1).to_numpy()
        if not len(self.numbers):
            return np.zeros(len(asked), np.intp), np.zeros(len(asked), bool)
        places = np.minimum(np.searchsorted(self.numbers, asked), len(self.numbers) - 1)
        return places, self.numbers[places] == asked


def read(connection: Connection, known: Portfolio, tell: Callable[[int], None]) -> Ledger:
    """As it is now, all open. tell: called with how many are read, now and then."""
    told = {name: int(mark, 16) for name, mark in portfolio.told(known).items()}
    parts = [pl.DataFrame(schema=STATE)]
    for rows in connection.execute(_standing(), execution_options={"yield_per": _AT_ONCE}).partitions():
        plain = [(number, version, words or 0, told.get(name, 0)) for number, name, version, words in rows]
        parts.append(pl.DataFrame(plain, schema=STATE, orient="row"))
        tell(sum(map(len, parts)))
    state: dict[str, Numbers] = {}
    for name in STATE:  # one after the other, so that no more than one is there twice
        state[name] = np.concatenate([part[name].to_numpy() for part in parts])
        parts = [part.drop(name) for part in parts]
    return Ledger(state, np.ones(len(state["number"]), bool), erased(connection))


def erased(connection: Connection) -> int:
    """How many applications have been erased."""
    return connection.scalar(select(func.count()).select_from(erasures)) or 0


def named(connection: Connection, numbers: pl.Series) -> pl.DataFrame:
    """number, application and decision (its id) of decisions that are still there."""
    found: list[tuple[int, str, str]] = []
    schema = {"number": pl.Int64(), "application": pl.String(), "decision": pl.String()}
    columns = select(decisions.c.number, decisions.c.application, decisions.c.id)
    for start in range(0, len(numbers), _ASKED):
        part = numbers[start : start + _ASKED].to_list()
        found += [tuple(row) for row in connection.execute(columns.where(decisions.c.number.in_(part)))]
    return pl.DataFrame(found, schema=schema, orient="row")


def _standing() -> Select[int, str, int, int | None]:
    """Each application's newest decision and version, and how many words on consents there are."""
    table, versions = decisions.c, application_versions.c
    last = select(table.application, func.max(table.number).label("number")).group_by(table.application).subquery()
    newest = select(versions.application, func.max(versions.number).label("version")).group_by(versions.application)
    said = select(consents.c.application, func.count().label("words")).group_by(consents.c.application).subquery()
    two = newest.subquery()
    every = last.join(two, last.c.application == two.c.application)
    every = every.outerjoin(said, last.c.application == said.c.application)
    columns = (last.c.number, last.c.application, two.c.version, said.c.words)
    return select(*columns).select_from(every).order_by(last.c.number)
