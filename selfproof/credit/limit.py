"""From turnover to a limit (credit-method, section 3): three ceilings, the smallest binds; then grade, caps, rounding.

Amounts are CNY, rates and shares are fractions, days are calendar days over a year of `policy.limit.days`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from selfproof.credit.policy import DayKind, LimitRules, Row, Scorecard, Trade


@dataclass(frozen=True, slots=True)
class Terms:
    """What the formulas need besides V.

    growth: shown by two comparable periods; orders: 0.5·r·unpaid part of growth-worthy orders, CNY; own_funds: as
    declared, None without; need_order: the same as a need of its own, CNY; need_season: of inputs not yet spent;
    deposits: paid on orders; peak: φ; turnover: as declared beside papers that state some, None where nothing else
    does.
    """

    margin: float
    cycle: float
    growth: float = 0.0
    orders: float = 0.0
    own_funds: float | None = None
    loans: float = 0.0
    debt_service: float = 0.0
    grade: float = 1.0
    need_order: float = 0.0
    need_season: float = 0.0
    deposits: float = 0.0
    peak: float = 1.0
    turnover: float | None = None


@dataclass(frozen=True, slots=True)
class Ceilings:
    """The three ceilings in CNY, and the growth, own funds and loans that the need used.

    part: of what was told of these that counts; by: which need leaves most to lend.
    """

    need: float
    cash_flow: float
    turnover_cap: float
    growth: float
    own_funds: float
    loans: float
    part: float = 1.0
    by: str = "cycle"

    @property
    def lowest(self) -> float:
        """The binding amount."""
        return min(self.need, self.cash_flow, self.turnover_cap)

    @property
    def binding(self) -> str:
        """``need``, ``cash_flow`` or ``turnover_cap``; the first of equals."""
        names = {"need": self.need, "cash_flow": self.cash_flow, "turnover_cap": self.turnover_cap}
        return min(names, key=lambda name: names[name])


def cycle_days(days: Mapping[DayKind, float], trade: Trade) -> float:
    """D_inv + D_ar − D_ap + D_pre − D_adv without the days that do not arise in this trade; never below 0."""
    signs: dict[DayKind, int] = {"inventory": 1, "receivable": 1, "prepaid": 1, "payable": -1, "advance": -1}
    counted = ((name, sign) for name, sign in signs.items() if name not in trade.zero_days)
    return max(0.0, sum(sign * days.get(name, 0.0) for name, sign in counted))


def annuity(rate: float, months: int) -> float:
    """Yearly instalments per CNY of loan; 12/n without interest."""
    monthly = rate / 12
    return 12 / months if monthly == 0 else 12 * monthly / (1 - (1 + monthly) ** -months)


def growth(v: float, terms: Terms, rules: LimitRules) -> float:
    """g: the larger of what two periods and orders show, capped; 0 when nothing is shown."""
    ordered = terms.orders / v if v > 0 else 0.0
    return min(rules.growth_max, max(0.0, terms.growth, ordered))


def proportion(v: float, terms: Terms, rules: LimitRules) -> float:
    """The share of the business that `v` is of what its owner declares, never under the policy's `funds_least`.

    Own funds and loans are told of the whole business. Taken whole off the need of its credited part, they would count
    against an owner most where least of his turnover is believed. A season's inputs and orders are needs of the whole
    business already: off them goes all that was told.
    """
    if rules.funds_least is None or not terms.turnover or terms.turnover <= 0:
        return 1.0
    return max(rules.funds_least, min(1.0, v / terms.turnover))


def own_funds(gross: float, part: float, declared: float | None, rules: LimitRules) -> float:
    """Own funds as declared, in proportion, but no less than who declares none is taken to have; his share without."""
    usual = rules.own_funds_share * gross
    return usual if declared is None else min(max(0.0, declared), max(usual, part * max(0.0, declared)))


def ceilings(v: float, terms: Terms, rules: LimitRules, *, needs: tuple[str, ...] = ("cycle",)) -> Ceilings:
    """The three ceilings for a turnover of `v`."""
    margin = min(1.0, max(0.0, terms.margin))
    g = growth(v, terms, rules)
    found = {
        "cycle": v * (1 - margin) * (1 + g) * max(0.0, terms.cycle) / rules.days * terms.peak,
        "order": terms.need_order * (1 - margin) - terms.deposits,
        "season": terms.need_season,
    }
    met = {name: _met(max(0.0, found[name]), proportion(v, terms, rules) if name == "cycle" else 1.0, terms, rules)
           for name in needs}  # fmt: skip
    by = max(needs, key=lambda name: (met[name].left, found[name]), default="")
    used = met.get(by, _Met(0.0, 0.0, 0.0, 1.0))
    surplus = max(0.0, v * margin / rules.dscr - terms.debt_service)
    return Ceilings(
        need=used.left,
        cash_flow=surplus / annuity(rules.annual_rate, rules.months),
        turnover_cap=rules.turnover_cap * v,
        growth=g,
        own_funds=used.own_funds,
        loans=used.loans,
        part=used.part,
        by=by,
    )


@dataclass(frozen=True, slots=True)
class _Met:
    """What of a need is left to lend, CNY, and the own funds, loans and part of them that were taken off."""

    left: float
    own_funds: float
    loans: float
    part: float


def _met(gross: float, part: float, terms: Terms, rules: LimitRules) -> _Met:
    own, loans = own_funds(gross, part, terms.own_funds, rules), part * terms.loans
    return _Met(max(0.0, gross - own - loans), own, loans, part)


def rounded(amount: float, step: float) -> float:
    """Down to a multiple of `step`; a float a hair under a multiple is that multiple."""
    return math.floor(amount / step + 1e-6) * step


def points(row: Row, value: float | str | None) -> float:
    """The points of one row of the scorecard; a value that the row does not know counts as unknown."""
    if value is None:
        return row.unknown
    if isinstance(value, str):
        return row.values.get(value, row.unknown)
    return next((band.points for band in row.bands if band.below is None or value < band.below), row.unknown)


def grade(attributes: Mapping[str, float | str | None], card: Scorecard) -> float:
    """The grade in (0, 1] of the attributes that the scorecard names."""
    rows = {name: getattr(card, name) for name in sorted(Scorecard.model_fields) if name not in ("start", "floor")}
    total = card.start + sum(points(row, attributes.get(name)) for name, row in rows.items())
    return max(card.floor, total) / 100
