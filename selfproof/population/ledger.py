"""The true ledger: every sale of two years, by single deals with firms and by channel with everybody else.

A month is an integer, year × 12 + month − 1. Amounts are CNY with tax, float64, rounded to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from selfproof.population.chance import Chance, table

CHANNELS = ("bank", "wallet", "cash")
YEAR = 12


@dataclass(frozen=True, slots=True)
class Deal:
    """One sale to a firm.

    customer: its place in the list; invoiced: an invoice was issued; paid: the day; place: its number in the ledger.
    """

    month: int
    day: date
    amount: float
    customer: int
    invoiced: bool
    paid: date
    channel: str
    place: int = 0


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was truly sold. first: the first month; sales: of each month; retail: by channel, of each month."""

    first: int
    sales: tuple[float, ...]
    deals: tuple[Deal, ...]
    retail: Mapping[str, tuple[float, ...]]

    @property
    def last(self) -> int:
        """The last month."""
        return self.first + len(self.sales) - 1

    @property
    def turnover(self) -> float:
        """Of the last twelve months."""
        return sum(self.sales[-YEAR:])

    def channel(self, name: str, month: int) -> float:
        """What came in by a retail channel in a month."""
        known = self.retail.get(name)
        return known[month - self.first] if known and 0 <= month - self.first < len(known) else 0.0


def month_of(when: date) -> int:
    """The number of a day's month."""
    return when.year * YEAR + when.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // YEAR, month % YEAR + 1, 1)


def last_day(month: int) -> date:
    """The last day of a month."""
    return first_day(month + 1) - timedelta(days=1)


def draw(chance: Chance, trade: Mapping[str, Any], *, last: int, age: int, median: float) -> Ledger:
    """A ledger that ends with month `last`. age: months since the business began; median: of yearly turnover, CNY."""
    count = int(table()["months"])
    months = np.arange(last - count + 1, last + 1)
    sales = _sales(chance, trade, months, median) * (months > last - age)
    deals, retail = _deals(chance, trade, months, sales * trade["b2b"]), _retail(chance, trade, sales)
    sold = np.zeros(count)
    for deal in deals:
        sold[deal.month - int(months[0])] += deal.amount
    sold += sum((np.array(part) for part in retail.values()), np.zeros(count))
    return Ledger(int(months[0]), tuple(sold.round(2).tolist()), deals, retail)


def _sales(chance: Chance, trade: Mapping[str, Any], months: np.ndarray, median: float) -> np.ndarray:
    """Size × season × growth × noise, and now and then one order far above the usual."""
    rules, sigma = table(), trade["noise"]
    yearly = median * chance.spread(trade["turnover"]["sigma"])
    season = np.array(trade["season"])[months % YEAR]
    rate = rules["growth"]["mean"] + rules["growth"]["sigma"] * float(chance.numbers.standard_normal())
    trend = np.exp(rate * (months - months[-1] + YEAR / 2) / YEAR)
    noise = np.exp(sigma * chance.numbers.standard_normal(len(months)) - sigma**2 / 2)
    found: np.ndarray = yearly * season * trend * noise
    if chance.happens(rules["one_off"]["share"]):
        found[chance.whole(0, len(months) - 1)] *= chance.between(*rules["one_off"]["times"])
    return found


def _retail(chance: Chance, trade: Mapping[str, Any], sales: np.ndarray) -> dict[str, tuple[float, ...]]:
    """Sales to everybody by channel; how a business splits them is its own."""
    shares = {name: share * chance.spread(0.3) for name, share in trade.get("retail", {}).items()}
    total = sum(shares.values()) or 1.0
    rest = sales * (1 - trade["b2b"])
    return {name: tuple((rest * share / total).round(2).tolist()) for name, share in shares.items()}


def _deals(chance: Chance, trade: Mapping[str, Any], months: np.ndarray, sales: np.ndarray) -> tuple[Deal, ...]:
    if not trade["b2b"]:
        return ()
    numbers, known = chance.numbers, chance.whole(*trade["customers"])
    counts = np.where(sales > 0, numbers.poisson(trade["deals"], len(months)), 0)
    place = np.repeat(np.arange(len(months)), counts)
    weight = numbers.exponential(size=len(place))
    weight = weight / np.maximum(np.bincount(place, weight, len(months)), 1e-12)[place]
    return _assembled(chance, trade, (months[place], (weight * sales[place]).round(2)), known)


def _assembled(
    chance: Chance, trade: Mapping[str, Any], sold: tuple[np.ndarray, np.ndarray], known: int
) -> tuple[Deal, ...]:
    """Each amount with its customer, day, invoice and payment."""
    numbers, (months, amounts) = chance.numbers, sold
    count = len(months)
    liking = numbers.exponential(size=known)
    customers = numbers.choice(known, size=count, p=liking / liking.sum())
    days = numbers.integers(1, 29, count)
    invoiced = numbers.random(count) < chance.share_around(trade["invoiced"])
    delays = numbers.lognormal(np.log(trade["pay"]), 0.5, count).astype(int)
    channels = _channels(chance, trade["paid"], count)
    rows = zip(
        *(column.tolist() for column in (months, days, amounts, customers, invoiced, delays)), channels, strict=True
    )
    return tuple(
        Deal(
            month,
            (when := first_day(month).replace(day=day)),
            amount,
            who,
            billed,
            when + timedelta(days=delay),
            by,
            place,
        )
        for place, (month, day, amount, who, billed, delay, by) in enumerate(rows)
        if amount > 0
    )


def _channels(chance: Chance, paid: Mapping[str, float], count: int) -> Sequence[str]:
    bounds = np.cumsum([paid["bank"], paid["wallet"]])
    return [CHANNELS[place] for place in np.searchsorted(bounds, chance.numbers.random(count)).tolist()]
