"""`selfproof.credit.readings` as expressions: a kind's months read at each level cut-off.

Formulas and order of sums are those of the scalar engine, so that both give the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from selfproof.batch.columns import FRESH, WINDOW
from selfproof.batch.sheet import FALSE, TRUE, Sheet, added, either, lower, some, upper
from selfproof.credit.policy import Policy
from selfproof.credit.turnover import DECLARED, ORDERS

BACK = range(WINDOW - 1, -1, -1)  # months in the order in which the scalar engine sums them: the oldest first
_EDITABLE = 3  # the carrier that a reason names where none is known


@dataclass(frozen=True, slots=True)
class Read:
    """The columns of one reading: those of `selfproof.credit.turnover.Reading`, and what is derived of them alone.

    ok: whether there is one; x: shrunk; full: it counts for the centre; value, least: in the contradiction check, and
    whether it says no more there than that so much was sold.
    """

    ok: pl.Expr
    level: pl.Expr
    raw: pl.Expr
    r: pl.Expr
    sigma: pl.Expr
    seen: pl.Expr
    absent: pl.Expr
    partial: pl.Expr
    rank: pl.Expr
    x: pl.Expr
    full: pl.Expr
    value: pl.Expr
    least: pl.Expr


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of evidence with its readings, strongest first."""

    name: str
    sigma: float
    reads: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class _Months:
    """Some slots of a kind by month. full: whether a month lies in their range; n: how many do."""

    there: dict[int, pl.Expr]
    full: dict[int, pl.Expr]
    counted: dict[int, pl.Expr]
    n: pl.Expr


@dataclass(frozen=True, slots=True)
class _Yearly:
    """One reading's figures before belief. months: of those read."""

    raw: pl.Expr
    seen: pl.Expr
    months: pl.Expr


def credibility(level: pl.Expr, policy: Policy) -> pl.Expr:
    """What a level is worth, 0..1."""
    found = pl.lit(policy.levels[0])
    for number, r in enumerate(policy.levels):
        found = pl.when(level == number).then(pl.lit(r)).otherwise(found)
    return found


@dataclass(frozen=True, slots=True)
class Reader:
    """Writes the readings of a kind into a sheet."""

    sheet: Sheet
    policy: Policy
    kind: str

    def kind_of(self, *, two: bool) -> Kind:
        """The kind with one slot, or with the three cut-offs of two."""
        strong = self._months("a", (0,))
        reads = [self._read("a", (0,), self._yearly("a", strong, {}), strong)]
        if two:
            reads += self._weaker(strong)
        return Kind(self.kind, self.policy.sigma.kind[self.kind], tuple(reads))

    def _weaker(self, strong: _Months) -> list[Read]:
        """The strong papers with months that only weaker ones cover left out, and all papers."""
        both = self._months("ab", (0, 1))
        skip = {
            month: self._put(f"skip{month}", self._there(1, month) & ~strong.there[month] & strong.full[month])
            for month in range(WINDOW)
        }
        weak = self._put("weak", some(skip.values()))
        # What all papers say of the strong ones' months: full as the strong ones', amounts of both.
        whole = self._yearly("whole", self._months("later", (0, 1), strong), {})
        rest = self._yearly("rest", strong, skip)
        rest = _Yearly(self._put("rest.least", lower(rest.raw, whole.raw)), rest.seen, rest.months)
        return [
            self._read("rest", (0,), rest, strong, ok=weak),
            self._read("ab", (0, 1), self._yearly("ab", both, {}), both),
        ]

    def _put(self, name: str, expression: pl.Expr) -> pl.Expr:
        return self.sheet.put(f"{self.kind}/{name}", expression)

    def _slot(self, slot: int, name: str) -> pl.Expr:
        return pl.col(f"{self.kind}.{slot}.{name}")

    def _there(self, slot: int, month: int) -> pl.Expr:
        return self._slot(slot, f"m{month}").is_not_null()

    def _months(self, tag: str, slots: Sequence[int], range_of: _Months | None = None) -> _Months:
        there = {
            month: self._put(f"{tag}.there{month}", some(self._there(slot, month) for slot in slots))
            for month in range(WINDOW)
        }
        last = (pl.when(there[month]).then(pl.lit(month + 1, pl.Int32)) for month in range(WINDOW))
        n = self._put(f"{tag}.n", pl.max_horizontal(*last).fill_null(0)) if range_of is None else range_of.n
        full = {month: n > month for month in range(WINDOW)}
        return _Months(there, full, self._counted(tag, slots, n), n)

    def _sum(self, slots: Sequence[int], name: str) -> pl.Expr:
        first, *rest = (self._slot(slot, name).fill_null(0.0) for slot in slots)
        return added([first, *rest]) if rest else first

    def _counted(self, tag: str, slots: Sequence[int], n: pl.Expr) -> dict[int, pl.Expr]:
        """`readings.monthly`: new invoices fill a month only up to the mean of the older ones."""
        old = {month: self._put(f"{tag}.old{month}", self._sum(slots, f"m{month}")) for month in range(WINDOW)}
        if not self.policy.kinds[self.kind].dated:
            return old
        older, size = pl.col("older"), n - pl.col("older")
        total = added(either((n > month) & (older <= month), old[month], 0.0) for month in BACK)
        mean = self._put(f"{tag}.mean", either(size > 0, total / size, 0.0))
        new = {month: self._sum(slots, f"f{month}") for month in range(FRESH)}
        filled = {
            month: self._put(f"{tag}.month{month}", old[month] + lower(new[month], upper(mean - old[month], 0.0)))
            for month in range(FRESH)
        }
        return old | filled

    def _yearly(self, tag: str, months: _Months, skip: dict[int, pl.Expr]) -> _Yearly:
        share = {month: pl.col(f"i.share{month}") for month in range(WINDOW)}
        read = {
            month: self._put(f"{tag}.read{month}", months.full[month] & ~skip[month] if skip else months.full[month])
            for month in range(WINDOW)
        }
        flat = {month: self._put(f"{tag}.flat{month}", months.counted[month] / share[month]) for month in range(WINDOW)}
        cells = (pl.when(read[month]).then(flat[month]) for month in range(WINDOW))
        most = self._put(f"{tag}.most", self.policy.fusion.month_cap * pl.concat_arr(*cells).arr.median())
        observed = added(either(read[month], lower(flat[month], most) * share[month], 0.0) for month in BACK)
        shares = added(either(read[month], share[month], 0.0) for month in BACK)
        seen = self._put(f"{tag}.sum", added(either(read[month], months.counted[month], 0.0) for month in BACK))
        count = months.n
        for skipped in skip.values():
            count = count - skipped.cast(pl.Int32)
        return _Yearly(
            self._put(f"{tag}.yearly", either(months.n > 0, upper(observed / shares, 0.0), 0.0)),
            seen,
            self._put(f"{tag}.length", count),
        )

    def _read(
        self, tag: str, slots: Sequence[int], yearly: _Yearly, months: _Months, *, ok: pl.Expr | None = None
    ) -> Read:
        rules, name = self.policy.fusion, tag
        shown = sum((month.cast(pl.Int32) for month in months.there.values()), start=pl.lit(0, pl.Int32))
        few = (yearly.months < rules.min_months) | (shown < rules.min_coverage * months.n.cast(pl.Float64))
        there = self._put(f"{name}.ok", (months.n > 0) & (ok if ok is not None else TRUE))
        partial = self._put(f"{name}.partial", few)
        least = self._put(f"{name}.floor", partial | self._channel(slots))
        seen = self._put(f"{name}.seen", upper(yearly.seen, 0.0))
        x = self._put(f"{name}.x", self._shrunk(yearly))
        return Read(
            ok=there,
            level=self._slot(slots[-1], "level"),
            raw=yearly.raw,
            r=self._put(f"{name}.r", self._believed(slots)),
            sigma=self._put(f"{name}.sigma", self._sigma(slots)),
            seen=seen,
            absent=self._put(f"{name}.absent", self._absent(slots, yearly.seen, seen)),
            partial=partial,
            rank=self._put(f"{name}.rank", pl.max_horizontal(*(self._slot(slot, "rank") for slot in slots))),
            x=x,
            full=self._put(f"{name}.full", there & ~partial & (yearly.raw > 0)),
            value=self._put(f"{name}.value", either(there, either(least, seen, x), 0.0)),
            least=least,
        )

    def _shrunk(self, yearly: _Yearly) -> pl.Expr:
        rules, raw, n = self.policy.fusion, yearly.raw, yearly.months.cast(pl.Float64)
        z = n / (n + rules.prior_months)
        prior = z * raw + (1 - z) * lower(pl.col("peer"), rules.peer_multiple * raw)
        return either(yearly.months >= rules.full_months, raw, prior)

    def _believed(self, slots: Sequence[int]) -> pl.Expr:
        weights = [self._slot(slot, "weight").fill_null(0.0) for slot in slots]
        weight = added(weights)
        total = either(weight == 0, 1.0, weight)
        return added(
            credibility(self._slot(slot, "level"), self.policy) * (own / total)
            for slot, own in zip(slots, weights, strict=True)
        )

    def _channel(self, slots: Sequence[int]) -> pl.Expr:
        """Whether all of it is of one channel of payment; an empty slot is of any."""
        return ~some(~self._slot(slot, "channel").fill_null(value=True) for slot in slots)

    def _sigma(self, slots: Sequence[int]) -> pl.Expr:
        kind = self.policy.sigma.kind[self.kind]
        return either(
            some(self._slot(slot, "picture").fill_null(value=False) for slot in slots),
            max(kind, self.policy.sigma.image),
            kind,
        )

    def _absent(self, slots: Sequence[int], total_seen: pl.Expr, seen: pl.Expr) -> pl.Expr:
        total = self._sum(slots, "total")
        missing = self._sum(slots, "missing")
        part = upper(total_seen * missing / either(total == 0, 1.0, total), 0.0)
        return either(pl.col("covered_none"), seen, part)


def declared(sheet: Sheet, policy: Policy, kinds: Sequence[Kind]) -> Kind:
    """The declared turnover, where no kind states an amount."""
    sigma, amount = policy.sigma.kind[DECLARED], pl.col("declared").fill_null(0.0)
    none = ~some(kind.reads[0].ok for kind in kinds)
    there = sheet.put("declared/ok", none & (amount > 0))
    raw = sheet.put("declared/raw", either(there, amount, 0.0))
    zero, level = pl.lit(0.0), pl.lit(1, pl.Int8)
    read = Read(
        ok=there, level=level, raw=raw, r=pl.lit(policy.levels[1]), sigma=pl.lit(sigma), seen=zero, absent=zero,
        partial=FALSE, rank=pl.lit(0, pl.Int8), x=raw, full=there, value=raw, least=FALSE,
    )  # fmt: skip
    return Kind(DECLARED, sigma, (read,))


def ordered(sheet: Sheet, policy: Policy) -> Kind:
    """`orders.as_kind`: contracts, which are never complete."""
    sigma, levels = policy.sigma.kind[ORDERS], range(1, 6)
    amounts = {
        level: sheet.put(
            f"orders/{level}",
            either(pl.col("settled"), pl.col(f"orders.paid.{level}"), pl.col(f"orders.total.{level}")).fill_null(0.0),
        )
        for level in levels
    }
    total = sheet.put("orders/sum", added(amounts.values()))
    there = sheet.put("orders/ok", total > 0)
    r = added(policy.levels[level] * amounts[level] for level in levels) / total
    top = pl.max_horizontal(*(pl.when(amounts[level] > 0).then(pl.lit(level, pl.Int8)) for level in levels))
    seen, zero = sheet.put("orders/seen", either(there, total, 0.0)), pl.lit(0.0)
    read = Read(
        ok=there, level=sheet.put("orders/level", top), raw=zero, r=sheet.put("orders/r", either(there, r, 0.0)),
        sigma=pl.lit(sigma), seen=seen, absent=seen, partial=TRUE, rank=pl.lit(_EDITABLE, pl.Int8), x=zero,
        full=FALSE, value=zero, least=TRUE,
    )  # fmt: skip
    return Kind(ORDERS, sigma, (read,))
