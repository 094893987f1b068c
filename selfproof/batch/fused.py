"""`selfproof.credit.turnover` as expressions: kinds and third parties fused into the credited turnover V."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, product

import polars as pl

from selfproof.batch.columns import FEEDS
from selfproof.batch.sheet import FALSE, TRUE, Sheet, added, either, every, lower, some, upper
from selfproof.batch.shown import Kind, Read
from selfproof.credit.policy import Policy, Trade
from selfproof.credit.turnover import ORDERS


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure that may contradict another; name is its own in the sheet."""

    name: str
    value: pl.Expr
    ok: pl.Expr
    sigma: float
    full: pl.Expr


@dataclass(frozen=True, slots=True)
class Core:
    """What does not depend on photos or the ceiling, for one combination of readings."""

    ok: pl.Expr
    b: pl.Expr
    doubt: pl.Expr
    any_full: pl.Expr
    lowered: pl.Expr
    raw: pl.Expr
    part: pl.Expr


@dataclass(frozen=True, slots=True)
class Credited:
    """V under the best combination, its B, and which reading of each kind it took."""

    v: pl.Expr
    b: pl.Expr
    taken: dict[str, pl.Expr]


def feeds(policy: Policy) -> Iterator[tuple[str, bool, pl.Expr]]:
    """Name, whether it is of all trade, and amount of every third-party record, in the policy's order."""
    for source, rule in policy.third_party.items():
        for number in range(FEEDS):
            name = f"feed.{source}.{number}"
            yield name, rule.scope == "full", pl.col(name).fill_null(0.0)


@dataclass(frozen=True, slots=True)
class Fusion:
    """Writes turnover into a sheet."""

    sheet: Sheet
    policy: Policy
    trade: Trade

    @property
    def v3(self) -> pl.Expr:
        """What third parties confirm, at their credibility."""
        r, full = self.policy.levels[5], [amount for _, whole, amount in feeds(self.policy) if whole]
        count = added(either(amount > 0, 1.0, 0.0) for amount in full)
        logs = added(either(amount > 0, amount.log(), 0.0) for amount in full)
        mean = self.sheet.put("v3.mean", either(count > 0, (logs / count).exp(), 0.0))
        return self.sheet.put("v3", upper(mean * r, self.partial * r))

    @property
    def partial(self) -> pl.Expr:
        """The sum of figures that cover a part of the trade, as `selfproof.credit.turnover.partial_sum` takes it."""
        rules = self.policy.third_party
        part = [(name.split(".")[1], amount) for name, whole, amount in feeds(self.policy) if not whole]
        own = [(source, amount) for source, amount in part if not rules[source].receives]
        sources = {name for source, _ in part for name in rules[source].receives}
        paid_out = added(amount for source, amount in own if source in sources)
        banks = added(amount for source, amount in part if rules[source].receives)
        return self.sheet.put("v3.partial", added(amount for _, amount in own) + upper(banks - paid_out, 0.0))

    def credit(
        self, tag: str, kinds: Sequence[Kind], *, photos: pl.Expr = FALSE, ceiling: pl.Expr | None = None
    ) -> Credited:
        """V of these kinds under the best combination; without a ceiling none is set."""
        best: Credited | None = None
        for picks in product(*(range(len(kind.reads)) for kind in kinds)):
            core = self._core(kinds, picks)
            name = f"{tag}[{'.'.join(map(str, picks))}]"
            v = self.sheet.put(f"{name}.v", self._v(core, photos, ceiling))
            best = self._better(name, best, Credited(v, core.b, _taken(kinds, picks)), core.ok)
        if best is None:
            raise ValueError("no combination at all")
        return best

    def _better(self, name: str, best: Credited | None, new: Credited, ok: pl.Expr) -> Credited:
        if best is None:
            return new
        wins = self.sheet.put(f"{name}.wins", ok & (new.v > best.v))
        return Credited(
            self.sheet.put(f"{name}.best", either(wins, new.v, best.v)),
            self.sheet.put(f"{name}.b", either(wins, new.b, best.b)),
            {
                kind: self.sheet.put(f"{name}.{kind}", pl.when(wins).then(new.taken[kind]).otherwise(best.taken[kind]))
                for kind in new.taken
            },
        )

    def _v(self, core: Core, photos: pl.Expr, ceiling: pl.Expr | None) -> pl.Expr:
        rules, v3 = self.policy.fusion, self.v3
        vote = either(photos, 1 - self.policy.photo_credibility, 1.0)
        c = either(core.any_full, lower(1 - core.doubt * vote, rules.corroboration_max), 0.0) / core.b
        v_all = lower(core.lowered, core.raw) if ceiling is None else lower(lower(core.lowered, core.raw), ceiling)
        part = v3 + core.part
        part = part if ceiling is None else lower(part, upper(v3, ceiling))
        return upper(v3 + c * upper(v_all - v3, 0.0), part)

    def _core(self, kinds: Sequence[Kind], picks: Sequence[int]) -> Core:
        chosen = [(kind, kind.reads[pick]) for kind, pick in zip(kinds, picks, strict=True)]
        tag = "core(" + ",".join(f"{kind.name}{pick}" for kind, pick in zip(kinds, picks, strict=True)) + ")"
        b = self.sheet.put(f"{tag}.b", self._b(kinds, picks))
        any_full = self.sheet.put(f"{tag}.any", some(read.full for _, read in chosen))
        lowered, raw = self._centre(tag, chosen, b, any_full)
        return Core(
            ok=every(kind.reads[pick].ok for kind, pick in zip(kinds, picks, strict=True) if pick),
            b=b,
            doubt=self.sheet.put(f"{tag}.doubt", self._doubt(chosen)),
            any_full=any_full,
            lowered=lowered,
            raw=raw,
            part=self.sheet.put(f"{tag}.part", self._part(chosen)),
        )

    def _centre(
        self, tag: str, chosen: Sequence[tuple[Kind, Read]], b: pl.Expr, any_full: pl.Expr
    ) -> tuple[pl.Expr, pl.Expr]:
        """exp(mu − se) and the centre of the raw figures; zeros when nothing is full."""
        put, weights = self.sheet.put, [1 / kind.sigma**2 for kind, _ in chosen]
        reads = [read for _, read in chosen]
        total = put(f"{tag}.w", added(either(read.full, w, 0.0) for read, w in zip(reads, weights, strict=True)))
        x = added(either(read.full, w * self._log(read.x), 0.0) for read, w in zip(reads, weights, strict=True))
        raw = added(either(read.full, w * self._log(read.raw), 0.0) for read, w in zip(reads, weights, strict=True))
        told = put(f"{tag}.told", added(either(read.full, read.r / (read.sigma * read.sigma), 0.0) for read in reads))
        se = either(told > 0, b / told.sqrt(), math.inf)
        lowered = either(any_full, (x / total).exp() * (-se).exp(), 0.0)
        return put(f"{tag}.lowered", lowered), put(f"{tag}.raw", either(any_full, (raw / total).exp(), 0.0))

    def _log(self, value: pl.Expr) -> pl.Expr:
        roots = value.meta.root_names()
        return self.sheet.put(f"log({roots[0]})", value.log()) if roots else value.log()

    def _doubt(self, chosen: Sequence[tuple[Kind, Read]]) -> pl.Expr:
        strong = self.policy.fusion.strong
        proven = [either(read.full & (read.r >= strong), 1 - read.r, 1.0) for _, read in chosen]
        weak = [either(read.full & (read.r < strong), read.r, 0.0) for _, read in chosen]
        doubt = reduce(lambda one, two: one * two, proven, pl.lit(1.0))
        return doubt * (1 - reduce(upper, weak, pl.lit(0.0)))

    def _part(self, chosen: Sequence[tuple[Kind, Read]]) -> pl.Expr:
        stages = [
            either(
                read.ok & (read.partial | (self.v3 > 0)) & (read.r > 0),
                read.r * read.absent * (-read.sigma / read.r.sqrt()).exp(),
                0.0,
            )
            for kind, read in chosen
            if kind.name in self.trade.part
        ]
        return reduce(upper, stages, pl.lit(0.0))

    def _b(self, kinds: Sequence[Kind], picks: Sequence[int]) -> pl.Expr:
        """The worst contradiction; `turnover.Kind.speak` tells which readings of a kind do."""
        told = [
            [*(_claim(kind, place, firm=True) for place in range(pick)), _claim(kind, pick)]
            for kind, pick in zip(kinds, picks, strict=True)
            if kind.name != ORDERS
        ]
        told += [[claim] for claim in self._feeds()]
        pairs = (pair for one, two in combinations(told, 2) for pair in product(one, two))
        return reduce(upper, (self._distance(*pair) for pair in pairs), pl.lit(1.0))

    def _feeds(self) -> Iterator[Claim]:
        sigma = self.policy.sigma.third_party
        for name, whole, amount in feeds(self.policy):
            if whole:
                yield Claim(name, amount, amount > 0, sigma, TRUE)
        if any(rule.scope != "full" for rule in self.policy.third_party.values()):
            yield Claim("partial", self.partial, self.partial > 0, sigma, FALSE)

    def _distance(self, one: Claim, two: Claim) -> pl.Expr:
        scale = math.sqrt((one.sigma**2 + two.sigma**2) / self.policy.fusion.correlation)
        distance = self.sheet.put(f"d({one.name},{two.name})", (one.value / two.value).log())
        counts = (one.full & two.full) | (one.full & (distance < 0)) | (two.full & (distance > 0))
        found = either(one.ok & two.ok & counts, distance.abs() / scale, 0.0)
        return self.sheet.put(f"b({one.name},{two.name})", found)


def _claim(kind: Kind, place: int, *, firm: bool = False) -> Claim:
    """Of one reading; firm: only where its papers are that strong without a match."""
    read, name = kind.reads[place], f"{kind.name}{place}{'f' if firm else ''}"
    there = read.ok & (read.value > 0)
    ok = there & ~pl.col(f"{kind.name}.0.lifted").fill_null(value=False) if firm else there
    return Claim(name, read.value, ok, kind.sigma, ~read.least)


def _taken(kinds: Sequence[Kind], picks: Sequence[int]) -> dict[str, pl.Expr]:
    return {kind.name: pl.lit(pick, pl.Int8) for kind, pick in zip(kinds, picks, strict=True) if len(kind.reads) > 1}
