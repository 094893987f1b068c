"""The results of a re-score counted: who changes and why, how limits are spread, and the rows in an order.

Everything is asked of tables in pieces (`Ask`), so that ten million results are never in memory at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from importlib.resources import files
from typing import TypeAlias

import polars as pl
import yaml

from selfproof.store.rescored import Rescored
from selfproof.store.results import CHANGE, MOVED, REFUSED, Results, frame, money

Ask: TypeAlias = Callable[[Callable[[pl.LazyFrame], pl.LazyFrame]], pl.DataFrame]
WHICH = {
    "all": MOVED, "up": CHANGE > 0, "down": CHANGE < 0, "other": MOVED & ~REFUSED & (CHANGE == 0), "refused": REFUSED,
}  # fmt: skip
"""Who changes, all of them or in one way; other: those whose recommended limit alone moves."""
_SIZE, _PLACE = CHANGE.abs().alias("size"), "place"


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
    def moved(self) -> int:
        """Those who change in any way."""
        return self.up + self.down + self.other + self.refused

    @property
    def same(self) -> int:
        """Those whose limit stays."""
        return self.total - self.moved


@dataclass(frozen=True, slots=True)
class Group:
    """Applications that have something in common. before, after: sums of effective limits, CNY; reasons: most first.

    name: what they have in common; None where nobody knows.
    """

    name: str | None
    total: int
    up: int
    down: int
    refused: int
    before: Decimal
    after: Decimal
    reasons: tuple[tuple[str, str], ...]


def of(items: Iterable[Rescored]) -> Ask:
    """To ask results in memory."""
    found = frame(items).lazy()
    return lambda query: query(found).collect()


def summary(ask: Ask) -> Summary:
    """The distribution and who changes; other: those whose effective limit stays while the recommended one moves."""
    counts = ask(lambda rows: rows.select(_counts())).row(0, named=True)
    refusals = ask(lambda rows: rows.filter(REFUSED).group_by("error", maintain_order=True).len())
    return Summary(
        **{name: counts[name] for name in ("total", *(name for name in WHICH if name != "all"), "evidence")},
        before=money(counts["before"]),
        after=money(counts["after"]),
        bands=_bands(ask),
        reasons=tuple(_reasons(ask).select("code", "step", "len").rows()),
        refusals=tuple(refusals.sort("len", descending=True, maintain_order=True).rows()),
    )


def set_aside(results: Results) -> tuple[tuple[str, int], ...]:
    """Why applications were set aside, and how many, the most frequent reason first."""
    return _by_reason(results.ask_aside)


def singly(results: Results) -> tuple[tuple[str, int], ...]:
    """The same of those that were computed one by one, since the compiled policy failed on their group."""
    return _by_reason(results.ask_singly)


def _by_reason(ask: Ask) -> tuple[tuple[str, int], ...]:
    found = ask(lambda rows: rows.group_by("reason").len())
    return tuple(found.sort("len", "reason", descending=[True, False]).rows())


def grouped(ask: Ask, by: str) -> tuple[Group, ...]:
    """The results by a column, the largest group first."""
    counts = ask(lambda rows: rows.group_by(by).agg(*_counts())).sort(["total", by], descending=[True, False])
    reasons = _reasons(ask, by).group_by(by, maintain_order=True).agg(pl.struct("code", "step").head(3))
    main = {name: tuple((one["code"], one["step"]) for one in most) for name, most in reasons.rows()}
    numbers = ("total", "up", "down", "refused")
    return tuple(
        Group(
            row[by],
            **{name: row[name] for name in numbers},
            before=money(row["before"]),
            after=money(row["after"]),
            reasons=main.get(row[by], ()),
        )
        for row in counts.iter_rows(named=True)
    )


def _counts() -> list[pl.Expr]:
    sums = [pl.col(f"{when}.effective").filter(~REFUSED).sum().alias(when) for when in ("before", "after")]
    ways = [condition.sum().alias(name) for name, condition in WHICH.items() if name != "all"]
    return [pl.len().alias("total"), *ways, pl.col("evidence").sum(), *sums]


def _reasons(ask: Ask, *by: str) -> pl.DataFrame:
    """How many change for each reason, the most frequent first."""
    lists = ask(lambda rows: _weighed(rows, *by))
    return lists.sort("len", "code", "step", descending=[True, False, False])


def _weighed(rows: pl.LazyFrame, *by: str) -> pl.LazyFrame:
    moved = rows.filter(MOVED).select(*by, "shifts").explode("shifts", empty_as_null=False)
    reason = pl.col("shifts").struct
    return moved.select(*by, reason.field("code"), reason.field("step")).group_by(*by, "code", "step").len()


def _bands(ask: Ask) -> tuple[Band, ...]:
    limits = {"before": pl.col("before.effective"), "after": pl.col("after.effective")}
    tops: list[int | None] = [*_tops(), None]
    counts = ask(
        lambda rows: rows.select(
            _within(limit, low, top).sum().alias(f"{when} {top}")
            for when, limit in limits.items()
            for low, top in zip([None, *tops], tops, strict=False)
        )
    ).row(0, named=True)
    return tuple(Band(top, counts[f"before {top}"], counts[f"after {top}"]) for top in tops)


def _within(limit: pl.Expr, low: int | None, top: int | None) -> pl.Expr:
    found = limit.is_not_null()
    found = found if low is None else found & (limit > 100 * low)
    return found if top is None else found & (limit <= 100 * top)


@cache
def _tops() -> tuple[int, ...]:
    table = files("selfproof").joinpath("tables", "rescoring.yaml").read_text("utf-8")
    return tuple(yaml.safe_load(table)["bands"])


def largest(ask: Ask, which: str, start: int, count: int) -> pl.DataFrame:
    """Some of those who change in a way, the largest change of the effective limit first, then as they were kept."""
    keys = ask(lambda rows: _keys(rows, which).slice(start, count))
    return ask(partial(_between, which=which, part=keys))


def _keys(rows: pl.LazyFrame, which: str) -> pl.LazyFrame:
    """What those who change in a way are put in order by."""
    found = rows.with_row_index(_PLACE).filter(WHICH[which]).select(_SIZE, _PLACE)
    return found.sort("size", _PLACE, descending=[True, False])


def _between(rows: pl.LazyFrame, which: str, part: pl.DataFrame) -> pl.LazyFrame:
    """The rows in order whose keys are those of a part of all keys in order."""
    numbered = rows.with_row_index(_PLACE)
    if part.is_empty():
        return numbered.limit(0)
    top, last = part.row(0, named=True), part.row(-1, named=True)
    mine = WHICH[which] & (top["size"] >= _SIZE) & (last["size"] <= _SIZE)
    mine &= (top["size"] > _SIZE) | (pl.col(_PLACE) >= top[_PLACE])
    mine &= (last["size"] < _SIZE) | (pl.col(_PLACE) <= last[_PLACE])
    return numbered.filter(mine).sort(_SIZE, _PLACE, descending=[True, False])
