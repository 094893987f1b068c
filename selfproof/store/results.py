"""What a re-score found, as Parquet files in a folder of its own beside the database: one row an application.

Whoever carries out a run adds a file for each batch of rows, so that what was kept before an interruption is there and
an application stands in one row only. Amounts are whole cents (CNY). Rows hold no names; what is erased goes at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from selfproof.model import Message
from selfproof.store import files, parts
from selfproof.store.codec import canonical
from selfproof.store.rescored import Rescored, Side, Step

Row: TypeAlias = dict[str, Any]
STEP = pl.Struct({"code": pl.String, "step": pl.String, "effect": pl.Int64})
MESSAGE = pl.Struct({"key": pl.String, "values": pl.String})  # values: a JSON object
SHIFT = pl.Struct({"code": pl.String, "step": pl.String, "before": pl.Int64, "after": pl.Int64})
_LIMITS, _NAMES = ("base", "recommended", "effective"), ("binding", "policy", "engine")
_CENT = Decimal("0.01")


def side_schema(when: str) -> dict[str, pl.DataType]:
    """The columns of a decision, ``before`` or ``after``."""
    plain = dict.fromkeys(_LIMITS, pl.Int64()) | dict.fromkeys(_NAMES, pl.String())
    lists = {"steps": pl.List(STEP), "review": pl.List(MESSAGE)}
    return {f"{when}.{name}": dtype for name, dtype in (plain | lists).items()}


ABOUT: dict[str, pl.DataType] = {
    "application": pl.String(), "decision": pl.String(), "number": pl.Int64(),  # of the standing decision's row
    "trade": pl.String(), "region": pl.String(), "shown": pl.String(), "evidence": pl.Boolean(),
}  # fmt: skip
"""region: a province's two digits; shown: kinds of evidence, with blanks between; both null where nobody knows."""
SCHEMA = ABOUT | {"error": pl.String()} | side_schema("before") | side_schema("after")
KEPT = SCHEMA | {"shifts": pl.List(SHIFT)}
ASIDE: dict[str, pl.DataType] = {
    "application": pl.String(), "decision": pl.String(), "number": pl.Int64(), "reason": pl.String(),
}  # fmt: skip
"""Of applications that a run set aside, or had to compute one by one.

reason: what was raised and where, without its words: they may quote names.
"""
CHANGE = (pl.col("after.effective") - pl.col("before.effective")).fill_null(0)
REFUSED = pl.col("after.effective").is_null()
MOVED = REFUSED | (CHANGE != 0) | (pl.col("after.recommended") != pl.col("before.recommended"))


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one run. home: the store's folder; folder: where they lie."""

    home: Path
    folder: Path

    def ask(self, query: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
        """What a query finds, by the streaming engine: in memory is a batch of rows and what is found."""
        with files.locked(self.home):
            return query(_scan(self.folder, KEPT)).collect(engine="streaming")

    def ask_aside(self, query: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
        """The same of what was set aside (`ASIDE`)."""
        with files.locked(self.home):
            return query(_scan(parts.aside(self.folder), ASIDE)).collect(engine="streaming")

    def ask_singly(self, query: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
        """The same of what the compiled policy failed on (`ASIDE`), an application once."""
        with files.locked(self.home):
            rows = _scan(parts.singly(self.folder), ASIDE).unique("application", keep="last")
            return query(rows).collect(engine="streaming")

    def count(self) -> int:
        """Applications with a result."""
        return int(self.ask(lambda rows: rows.select(pl.len())).item())

    @property
    def stamp(self) -> tuple[tuple[str, int], ...]:
        """Changes with every row that comes or goes."""
        with files.locked(self.home):
            return tuple((path.name, path.stat().st_mtime_ns) for path in parts.of(self.folder))

    def frames(self) -> Iterator[pl.DataFrame]:
        """All rows, a file at a time, in the order in which they were kept."""
        return self._files(self.folder)

    def aside(self) -> Iterator[pl.DataFrame]:
        """The same of what was set aside (`ASIDE`)."""
        return self._files(parts.aside(self.folder))

    def _files(self, folder: Path) -> Iterator[pl.DataFrame]:
        for path in parts.of(folder):
            with files.locked(self.home):
                found = pl.read_parquet(path) if path.exists() else None
            if found is not None:
                yield found

    def each(self) -> Iterator[Rescored]:
        """Every result, in the order in which they were kept."""
        return (noun(row) for rows in self.frames() for row in rows.iter_rows(named=True))

    def one(self, application: str) -> Rescored | None:
        """The result of one application."""
        found = self.ask(lambda rows: rows.filter(pl.col("application") == application))
        return next((noun(row) for row in found.iter_rows(named=True)), None)

    def add(
        self, rows: pl.DataFrame, set_aside: pl.DataFrame | None = None, singly: pl.DataFrame | None = None
    ) -> None:
        """Keep rows of applications that have none yet; must hold the folder.

        set_aside, singly: others, and those that the compiled policy failed on (`ASIDE`).
        """
        parts.append(self.folder, with_shifts(rows.select(list(SCHEMA))).select(list(KEPT)))
        if set_aside is not None:
            parts.append(parts.aside(self.folder), set_aside)
        if singly is not None:
            parts.append(parts.singly(self.folder), singly)


def _scan(folder: Path, schema: dict[str, pl.DataType]) -> pl.LazyFrame:
    found = parts.of(folder)
    return pl.scan_parquet(found) if found else pl.LazyFrame(schema=schema)


def frame(items: Iterable[Rescored], numbers: Iterable[int | None] = ()) -> pl.DataFrame:
    """Results as rows (`KEPT`). numbers: of the standing decisions."""
    known = iter(numbers)
    rows = [row(item) | {"number": next(known, None)} for item in items]
    return with_shifts(pl.DataFrame(rows, schema=SCHEMA, orient="row"))


def row(item: Rescored) -> Row:
    """One result by column."""
    about = {name: getattr(item, name) for name in ("application", "decision", "trade", "evidence", "error")}
    return about | columns("before", item.before) | (columns("after", item.after) if item.after else {})


def columns(when: str, side: Side) -> Row:
    """A decision by column."""
    found: Row = {name: _cents(getattr(side, name)) for name in _LIMITS}
    found |= {name: getattr(side, name) for name in _NAMES}
    found["steps"] = [{"code": one.code, "step": one.step, "effect": _cents(one.effect)} for one in side.steps]
    found["review"] = [{"key": one.key, "values": canonical(dict(one.values))} for one in side.review]
    return {f"{when}.{name}": value for name, value in found.items()}


def _cents(amount: Decimal) -> int:
    """Raises ValueError for a part of a cent, which no decision has."""
    whole = amount.quantize(_CENT)
    if whole != amount:
        raise ValueError(f"{amount} CNY is no whole number of cents")
    return int(whole.scaleb(2))


def money(cents: int) -> Decimal:
    """CNY of a number of cents."""
    return Decimal(cents).scaleb(-2)


def noun(found: Row) -> Rescored:
    """A row as a noun."""
    after = side_of("after", found) if found["after.effective"] is not None else None
    about = {name: found[name] for name in ("application", "decision", "trade", "evidence", "error")}
    return Rescored(before=side_of("before", found), after=after, **about)


def side_of(when: str, found: Row) -> Side:
    """The decision ``before`` or ``after`` of a row."""
    plain = {name: found[f"{when}.{name}"] for name in _NAMES}
    plain |= {name: money(found[f"{when}.{name}"]) for name in _LIMITS}
    steps = tuple(Step(one["code"], one["step"], money(one["effect"])) for one in found[f"{when}.steps"])
    review = tuple(Message(one["key"], json.loads(one["values"])) for one in found[f"{when}.review"])
    return Side(**plain, steps=steps, review=review)


def with_shifts(rows: pl.DataFrame) -> pl.DataFrame:
    """Each row with `rescored.shifts`: the reasons that come, go, or weigh otherwise."""
    numbered = rows.lazy().with_row_index("row")
    sides = (
        numbered.filter(~REFUSED).select("row", when=pl.lit(when), one=f"{when}.steps") for when in ("before", "after")
    )
    steps = pl.concat([side.explode("one", empty_as_null=False).unnest("one") for side in sides])
    effects = [pl.when(pl.col("when") == when).then("effect").alias(when) for when in ("before", "after")]
    keys = ("row", "code", "step")
    sums = (
        steps.select(*keys, *effects)
        .group_by(keys, maintain_order=True)
        .agg(pl.all().sum(), pl.all().count().name.prefix("n."))
    )
    weighed = sums.select(*keys, *(pl.when(pl.col(f"n.{when}") > 0).then(when) for when in ("before", "after")))
    differ = weighed.filter(pl.col("before").ne_missing(pl.col("after")))
    told = differ.group_by("row").agg(pl.struct("code", "step", "before", "after").alias("shifts"))
    joined = numbered.join(told, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.col("shifts").fill_null([])).drop("row").collect()
