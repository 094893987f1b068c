"""`selfproof.credit.limit`, `terms` and `waterfall` as expressions: from turnover to the limit, link by link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import reduce

import polars as pl

from selfproof.batch.fused import Credited, Fusion
from selfproof.batch.sheet import FALSE, Sheet, added, either, lower, some, upper
from selfproof.batch.shown import Kind
from selfproof.credit.credibility import SEEN
from selfproof.credit.limit import annuity
from selfproof.credit.policy import Policy, Row, Scorecard, Trade
from selfproof.credit.waterfall import INVOICING


@dataclass(frozen=True, slots=True)
class Chain:
    """Writes the waterfall of a trade into a sheet. steps: name and column of each link's value, CNY."""

    sheet: Sheet
    policy: Policy
    trade: Trade
    kinds: tuple[Kind, ...]
    steps: list[tuple[str, pl.Expr]] = field(default_factory=list)
    credited: dict[str, Credited] = field(default_factory=dict)

    @property
    def fusion(self) -> Fusion:
        """Of the same sheet."""
        return Fusion(self.sheet, self.policy, self.trade)

    def write(self) -> Credited:
        """Every link in order; returns the turnover that counts."""
        self._link("base", pl.col("existing"))
        found = self._turnover()
        lowest = self._ceilings("final", found.v)
        self._link("binding", lowest)
        self._link("grade", lowest * self.grade)
        binding = self.sheet.put("binding.0", self._formula())
        for name, cap in self._caps():
            before = self.steps[-1][1]
            value = self._link(name, lower(before, cap) if cap is not None else before)
            label = pl.lit("ladder" if name == "ladder" else "policy")
            binding = self.sheet.put(f"binding.{name}", pl.when(value == before).then(binding).otherwise(label))
        step = self.policy.limit.rounding
        rounded = self._link("rounding", (self.steps[-1][1] / step + 1e-6).floor() * step)
        kept = self._link("kept", either(pl.col("adverse"), rounded, upper(rounded, pl.col("existing"))))
        self.sheet.put("free", pl.when(kept > rounded).then(pl.lit("base")).otherwise(binding))
        return found

    @property
    def frozen(self) -> pl.Expr:
        """`decide`'s limit under a stop: existing, or less where an adverse fact lowers what third parties bear."""
        existing, rules = pl.col("existing"), self.policy.limit
        if not rules.stop_lowers:
            return existing
        alone = self._graded("alone", self.fusion.v3)
        for cap in (rules.policy_max, upper(rules.exposure_max - pl.col("exposure"), 0.0), rules.ladder * self.anchor):
            alone = lower(alone, cap)
        alone = (lower(alone, existing) / rules.rounding + 1e-6).floor() * rules.rounding
        return self.sheet.put("frozen", either(pl.col("adverse"), lower(existing, alone), existing))

    def _link(self, name: str, value: pl.Expr) -> pl.Expr:
        column = self.sheet.put(f"step.{name}", value)
        self.steps.append((name, column))
        return column

    def _turnover(self) -> Credited:
        scale = self.policy.limit.turnover_cap
        for count in range(len(self.kinds) + 1):
            name = self.kinds[count - 1].name if count else "third_party"
            self.credited[name] = self.fusion.credit(f"v.{name}", self.kinds[:count])
            self._link(name, scale * self.credited[name].v)
        photos = pl.col("photos")
        self.credited["photos"] = self.fusion.credit("v.photos", self.kinds, photos=photos)
        self._link("photos", scale * self.credited["photos"].v)
        found = self.fusion.credit("v.ceiling", self.kinds, photos=photos, ceiling=self.ceiling)
        self._link("ceiling", scale * found.v)
        return found

    @property
    def ceiling(self) -> pl.Expr:
        """By capacity evidence, else by photos, else the peers' P90."""
        told = [
            pl.when((pl.col(f"capacity.{name}") > 0) & pl.col(f"i.cap.{unit}").is_not_null()).then(
                pl.col(f"capacity.{name}") * pl.col(f"i.cap.{unit}")
            )
            for name, unit in self.trade.ceilings.items()
        ]
        known = self.sheet.put("ceiling.told", pl.min_horizontal(*told) if told else pl.lit(None, pl.Float64))
        return self.sheet.put("ceiling", pl.coalesce(known, self._seen(), pl.col("p90")))

    def _seen(self) -> pl.Expr:
        units = {unit: name for name, unit in self.trade.seen.items()}
        shown = {unit: pl.col(f"seen.{name}").fill_null(0.0) for unit, name in units.items()}
        rules = [
            pl.when(total != 0).then(pl.col(f"i.cap.{unit}") * total / self.policy.photo_shows)
            for unit, total in shown.items()
        ]
        there = some((total != 0) & pl.col(f"i.cap.{unit}").is_not_null() for unit, total in shown.items())
        return pl.when(there).then(pl.min_horizontal(*rules, pl.col("p90")))

    def _ceilings(self, tag: str, v: pl.Expr) -> pl.Expr:
        """The lowest of need, cash flow and turnover cap for a turnover."""
        rules, margin = self.policy.limit, self.margin
        growth = self.sheet.put(f"{tag}.growth", self._growth(v))
        by_cycle = v * (1 - margin) * (1 + growth) * upper(self.cycle, 0.0) / rules.days * self.trade.peak
        deposits = pl.col("deposits").fill_null(0.0)
        by_order = self._orders("need", 0) * (1 - margin) - deposits
        needs = {"cycle": by_cycle, "order": by_order, "season": self._season()}
        surplus = upper(v * margin / rules.dscr - pl.col("debt_service"), 0.0)
        left = (self._left(f"{tag}.{name}", upper(needs[name], 0.0), v) for name in self.trade.needs)
        need = self.sheet.put(f"{tag}.need", reduce(upper, left, pl.lit(0.0)))
        cash = self.sheet.put(f"{tag}.cash_flow", surplus / annuity(rules.annual_rate, rules.months))
        cap = self.sheet.put(f"{tag}.turnover_cap", rules.turnover_cap * v)
        return self.sheet.put(f"{tag}.lowest", lower(lower(need, cash), cap))

    def _left(self, tag: str, amount: pl.Expr, v: pl.Expr) -> pl.Expr:
        """What own funds and loans leave of a need; off the cycle's, which is of `v` alone, they go in proportion."""
        gross = self.sheet.put(f"{tag}.gross", amount)
        usual = self.policy.limit.own_funds_share * gross
        declared = upper(pl.col("own_funds").fill_null(0.0), 0.0)
        part = self.sheet.put(f"{tag}.part", self._proportion(v) if tag.endswith("cycle") else pl.lit(1.0))
        own = either(pl.col("own_funds").is_null(), usual, lower(declared, upper(usual, part * declared)))
        return upper(gross - own - part * pl.col("loans"), 0.0)

    def _season(self) -> pl.Expr:
        """`terms`' need of a season: what the industry does not name takes no inputs."""
        units = self.trade.ceilings.items()
        inputs = (
            pl.col(f"capacity.{name}") * pl.col(f"i.inputs.{unit}").fill_null(0.0) * pl.col("i.unspent")
            for name, unit in units
        )
        return added(inputs) if units else pl.lit(0.0)

    def _proportion(self, v: pl.Expr) -> pl.Expr:
        """`limit.proportion`: v over the declared turnover."""
        least, declared = self.policy.limit.funds_least, pl.col("declared")
        if least is None:
            return pl.lit(1.0)
        beside = some(pl.col(f"{kind}.0.level").is_not_null() for kind in self.policy.kinds)
        told = (declared > 0).fill_null(value=False) & beside
        return either(told, upper(lower(v / declared, 1.0), least), 1.0)

    def _formula(self) -> pl.Expr:
        need, cash, cap = (pl.col(f"final.{name}") for name in ("need", "cash_flow", "turnover_cap"))
        return (
            pl.when((need <= cash) & (need <= cap)).then(pl.lit("need"))
            .when(cash <= cap).then(pl.lit("cash_flow")).otherwise(pl.lit("turnover_cap"))
        )  # fmt: skip

    def _growth(self, v: pl.Expr) -> pl.Expr:
        worth = self._orders("growth", self.policy.limit.order_level)
        ordered = either(v > 0, worth / v, 0.0)
        shown = [self._grown(kind) for kind in ("invoicing", "receipts")]
        return lower(upper(upper(upper(shown[0], shown[1]), ordered), 0.0), self.policy.limit.growth_max)

    def _grown(self, kind: str) -> pl.Expr:
        months, now, before = (pl.col(f"growth.{kind}.{name}") for name in ("months", "now", "before"))
        enough = (months >= self.policy.limit.growth_months) & (before > 0)
        return self.sheet.put(f"grown.{kind}", either(enough, upper(now / before - 1, 0.0), 0.0))

    def _orders(self, name: str, least: int) -> pl.Expr:
        share, levels = self.policy.limit.order_share, self.policy.levels
        worth = (
            share * levels[level] * pl.col(f"orders.unpaid.{level}").fill_null(0.0)
            for level in range(max(1, least), len(levels))
        )
        return self.sheet.put(f"orders.{name}", added(worth))

    @property
    def margin(self) -> pl.Expr:
        """The lowest of declared, observed and the industry's median, within 0..1."""
        months, sales, costs = (pl.col(f"margin.{name}") for name in ("months", "sales", "costs"))
        observed = pl.when((months >= self.policy.fusion.min_months) & (sales > 0)).then(1 - costs / sales)
        known = pl.min_horizontal(pl.col("i.margin"), pl.col("margin.declared"), observed)
        return self.sheet.put("margin", lower(upper(known, 0.0), 1.0))

    @property
    def cycle(self) -> pl.Expr:
        """The industry's days, a shorter declared number of them."""
        declared = pl.col("cycle.declared")
        shorter = pl.min_horizontal(pl.col("i.cycle"), upper(declared, 0.0))
        return self.sheet.put("cycle", pl.when(declared.is_null()).then(pl.col("i.cycle")).otherwise(shorter))

    @property
    def grade(self) -> pl.Expr:
        """Points of the scorecard, 0..1."""
        card = self.policy.scorecard
        names = sorted(name for name in Scorecard.model_fields if name not in ("start", "floor"))
        points = [self.sheet.put(f"points.{name}", _points(getattr(card, name), self._judged(name))) for name in names]
        return self.sheet.put("grade", upper(card.start + added(points), card.floor) / 100)

    def _judged(self, name: str) -> pl.Expr:
        if name != "receipts_volatility":
            return pl.col(name)
        least = self.policy.fusion.min_months
        swings = (
            pl.when(pl.col(f"volatility.{place}.months") >= least).then(pl.col(f"volatility.{place}"))
            for place in range(2)
        )
        return pl.min_horizontal(*swings)

    def _caps(self) -> Iterator[tuple[str, pl.Expr | None]]:
        """The caps in their fixed order; None where the policy sets none."""
        rules, existing = self.policy.limit, pl.col("existing")
        yield "weak_evidence", self._weak_evidence()
        yield "invoicing_cap", self._invoicing()
        unproven = ~pl.col("settled") & (self.fusion.v3 == 0)
        yield "entry", either(unproven, rules.entry, float("inf")) if self.trade.entry_only else None
        yield "policy_max", pl.lit(float(rules.policy_max))
        yield "exposure", upper(rules.exposure_max - pl.col("exposure"), 0.0)
        yield "ladder", rules.ladder * self.anchor
        yield "adverse", either(pl.col("adverse"), existing, float("inf"))

    @property
    def base_star(self) -> pl.Expr:
        """The larger of existing limit and entry amount."""
        return self.sheet.put("base_star", upper(pl.col("existing"), self.policy.limit.entry))

    @property
    def anchor(self) -> pl.Expr:
        """The lowest base of the last year."""
        lowest = upper(pl.col("lowest_base").fill_null(float("inf")), self.policy.limit.entry)
        return self.sheet.put("anchor", lower(self.base_star, lowest))

    def _graded(self, tag: str, v: pl.Expr) -> pl.Expr:
        return self.grade * self._ceilings(tag, v)

    def _weak_evidence(self) -> pl.Expr:
        caps, base = self.policy.limit.caps, self.base_star
        strong = some(read.ok & (read.level >= SEEN) for kind in self.kinds for read in kind.reads)
        share = either(pl.col("photos"), caps.photo, caps.declaration)
        alone = self._graded("alone", self.fusion.v3)  # without any kind V is what third parties confirm
        return either(strong, float("inf"), upper(pl.col("existing") + share * base, alone))

    def _invoicing(self) -> pl.Expr | None:
        mine = [read for kind in self.kinds if kind.name == INVOICING for read in kind.reads]
        if not mine:
            return None
        others = [kind for kind in self.kinds if kind.name != INVOICING]
        without = self.fusion.credit("v.others", others, photos=pl.col("photos"), ceiling=self.ceiling)
        floor = upper(pl.col("existing"), self._graded("others", without.v))
        yearly = [either(read.ok, read.r * either(read.partial, read.seen, read.raw), 0.0) for read in mine]
        most = floor + self.policy.limit.caps.invoicing * _largest(yearly)
        return either(mine[0].ok, most, float("inf"))


def _largest(values: Sequence[pl.Expr]) -> pl.Expr:
    return pl.max_horizontal(*values)


def _points(row: Row, value: pl.Expr) -> pl.Expr:
    """`limit.points`: the first band above the value, or the value's own row; unknown for all else."""
    found = pl.lit(float(row.unknown))
    if row.values:
        for name, points in row.values.items():
            found = pl.when(value == name).then(pl.lit(float(points))).otherwise(found)
        return found
    for band in reversed(row.bands):
        fits = value.is_not_null() if band.below is None else value < band.below
        found = pl.when(fits.fill_null(value=False)).then(pl.lit(float(band.points))).otherwise(found)
    return found


def stopped(policy: Policy) -> pl.Expr:
    """Whether a failed check or a void invoice freezes the limit."""
    stops = [re.escape(name) for name, effect in policy.checks.items() if effect.stop]
    pattern = r"(^| )(" + "|".join(stops) + r")( |$)"
    failed = pl.col("failed").str.contains(pattern) if stops else FALSE
    return failed | (pl.col("void") > 0)
