"""A policy compiled to Polars expressions, once for each shape of row, and run over a snapshot's parts.

The result of a row is what the scalar engine decides of the same application: recommended and effective limit, what
binds, every link of the waterfall and the reason code of every kind (`selfproof.batch.told` turns them into reasons).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from selfproof.batch.columns import WINDOW
from selfproof.batch.fused import Credited, feeds
from selfproof.batch.limits import Chain, stopped
from selfproof.batch.sheet import Sheet, either, lower
from selfproof.batch.shown import Kind, Read, Reader, declared, ordered
from selfproof.credit.credibility import ORIGINAL, SEEN
from selfproof.credit.limit import cycle_days
from selfproof.credit.policy import Industry, Policy
from selfproof.credit.turnover import DECLARED, ORDERS

_PICTURE = 5  # carrier ranks from here on are images
LIMITS = ("recommended", "effective", "base", "binding", "stopped", "b", "uplift", "no_growth")


@dataclass(frozen=True)
class Compiled:
    """A policy for one shape of row; raises PolicyError for a trade that the policy does not know."""

    policy: Policy
    shape: str

    @cached_property
    def version(self) -> str:
        """The policy's, which hashes its whole text each time it is asked."""
        return self.policy.version

    @cached_property
    def _written(self) -> tuple[Sheet, Chain]:
        name, _, two = self.shape.partition("/")
        trade, sheet = self.policy.trade(name), Sheet()
        self._peers(sheet)
        listed = [kind for kind in self.policy.kinds if kind in trade.kinds]
        kinds = [Reader(sheet, self.policy, kind).kind_of(two=kind in two.split("+")) for kind in listed]
        kinds = [declared(sheet, self.policy, kinds), *kinds]
        if ORDERS in trade.part:
            kinds.append(ordered(sheet, self.policy))
        chain = Chain(sheet, self.policy, trade, tuple(kinds))
        self._outcome(sheet, chain, chain.write())
        for kind in kinds:
            sheet.put(f"code.{kind.name}", _code(kind, chain))
        return sheet, chain

    @property
    def steps(self) -> tuple[str, ...]:
        """The names of the waterfall's links in order, from ``base``."""
        return tuple(name for name, _ in self._written[1].steps)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds whose links have a reason code of their own."""
        return tuple(kind.name for kind in self._written[1].kinds)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The columns that a run adds to a row."""
        return (*LIMITS, *(f"step.{name}" for name in self.steps), *(f"code.{name}" for name in self.kinds), "formula")

    def over(
        self, frame: pl.LazyFrame, industries: list[str], keep: tuple[str, ...] = ("application",)
    ) -> pl.LazyFrame:
        """The outputs for every row of a frame of this shape, beside the columns to keep.

        industries: every registered industry that occurs in the frame.
        """
        there = frame.collect_schema().names()
        table = self._table(industries)
        joined = frame.join(table.lazy(), on=["industry", "phase"], how="left", maintain_order="left")
        return self._written[0].over(joined, [*keep, *self.outputs], [*there, *table.columns])

    def _table(self, industries: list[str]) -> pl.DataFrame:
        """The policy's numbers of each registered industry, with the season as it falls for each last month."""
        rows = [
            {"industry": name, "phase": phase, **self._numbers(self.policy.industry(name)[1], phase)}
            for name in sorted(set(industries))
            for phase in range(12)
        ]
        units = {
            unit for trade in self.policy.trades.values() for unit in (*trade.ceilings.values(), *trade.seen.values())
        }
        floats = [f"i.{name}.{unit}" for name in ("cap", "inputs") for unit in sorted(units)]
        floats += [f"i.band{place}.{name}" for place in range(self._bands) for name in ("up_to", "median", "p90")]
        schema: dict[str, pl.DataType] = {
            name: pl.Float64() for name in ("i.margin", "i.cycle", "i.median", "i.p90", "i.unspent", *floats)
        }
        schema |= {f"i.share{month}": pl.Float64() for month in range(WINDOW)}
        return pl.DataFrame(rows, schema={"industry": pl.String(), "phase": pl.Int8()} | schema)

    @property
    def _bands(self) -> int:
        return max(len(row.peer.bands) for row in self.policy.industries.values())

    def _numbers(self, row: Industry, phase: int) -> dict[str, float]:
        trade = self.policy.trade(self.shape.partition("/")[0])
        found = {"i.margin": row.margin, "i.cycle": cycle_days(row.days, trade)}
        found |= {"i.median": row.peer.median, "i.p90": row.peer.p90}
        found |= {f"i.cap.{unit}": rate for unit, rate in row.capacity.items()}
        found |= {f"i.inputs.{unit}": rate for unit, rate in row.inputs.items()} | {"i.unspent": row.unspent(phase + 1)}
        found |= {f"i.share{month}": row.season[(phase - month) % 12] for month in range(WINDOW)}
        for place, band in enumerate(row.peer.bands):
            own = {"up_to": band.up_to, "median": band.median, "p90": band.p90}
            found |= {f"i.band{place}.{name}": value for name, value in own.items()}
        return found

    def _peers(self, sheet: Sheet) -> None:
        """The size band that a full third-party figure tells; all sizes without one."""
        full = [pl.when(amount > 0).then(amount) for _, whole, amount in feeds(self.policy) if whole]
        largest = sheet.put("peer.figure", pl.max_horizontal(*full) if full else pl.lit(None, pl.Float64))
        median, p90 = pl.col("i.median"), pl.col("i.p90")
        for place in reversed(range(self._bands)):
            fits = (largest <= pl.col(f"i.band{place}.up_to")).fill_null(value=False)
            median = pl.when(fits).then(pl.col(f"i.band{place}.median")).otherwise(median)
            p90 = pl.when(fits).then(pl.col(f"i.band{place}.p90")).otherwise(p90)
        sheet.put("peer", median)
        sheet.put("p90", p90)

    def _outcome(self, sheet: Sheet, chain: Chain, found: Credited) -> None:
        rules = self.policy
        kept, base = pl.col("step.kept"), pl.col("existing").round(2)
        stop = sheet.put("stopped", stopped(rules))
        recommended = sheet.put("recommended", either(stop, chain.frozen.round(2), kept.round(2)))
        sheet.put("base", base)
        sheet.put("b", found.b)
        held = pl.lit(value=True) if rules.kill_switch else found.b > rules.fusion.review_contradiction
        sheet.put("effective", either(held, lower(base, recommended), recommended))
        sheet.put("uplift", kept / chain.base_star)
        sheet.put("no_growth", pl.col("final.growth") == 0)
        sheet.put("formula", pl.col("binding.0"))
        sheet.put("binding", pl.when(stop).then(pl.lit("stop")).otherwise(pl.col("free")))


def _code(kind: Kind, chain: Chain) -> pl.Expr:
    """`reasons`' code of a kind's link: a contradiction where it lowers the limit, else what its papers are worth."""
    names = [name for name, _ in chain.steps]
    before = names[names.index(kind.name) - 1]
    falls = pl.col(f"step.{kind.name}") < pl.col(f"step.{before}")
    worse = chain.credited[kind.name].b > chain.credited[before].b
    taken = chain.credited[kind.name].taken.get(kind.name)
    code = _worth(kind, kind.reads[0])
    for place, read in enumerate(kind.reads):
        if place and taken is not None:
            code = pl.when(taken == place).then(_worth(kind, read)).otherwise(code)
    return pl.when(falls & worse).then(pl.lit("X1")).otherwise(code)


def _worth(kind: Kind, read: Read) -> pl.Expr:
    if kind.name == DECLARED:
        return pl.lit("E1")
    picture = pl.when(read.rank >= _PICTURE).then(pl.lit("E2")).otherwise(pl.lit("E3"))
    strong = pl.when(read.level == ORIGINAL).then(pl.lit("E4")).otherwise(pl.lit("E5"))
    return pl.when(read.partial).then(pl.lit("E9")).when(read.level <= SEEN).then(picture).otherwise(strong)
