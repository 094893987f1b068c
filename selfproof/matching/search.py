"""Bounded searches for amounts that add up, and what may explain a difference. Amounts are whole 分."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from math import gcd
from typing import Any

import yaml

from selfproof.matching.nouns import Why

RUN = 24  # lines in a row that are looked at
_SUBSET = 14  # lines of which some may add up
_CENT = 1


@cache
def table() -> Mapping[str, Any]:
    """What is usual: fees, roundings, instalments, words (tables/matching.yaml)."""
    found: Mapping[str, Any]
    found = yaml.safe_load(files("selfproof").joinpath("tables", "matching.yaml").read_text("utf-8"))
    return found


@cache
def _fees() -> frozenset[int]:
    return frozenset(round(fee * 100) for fee in table()["transfer_fees"])


@cache
def reach() -> tuple[float, int]:
    """How far a bill may exceed what arrived: as a share of it, and 分 on top."""
    return max(table()["kept_shares"]) * 1.05, max(_fees())


@cache
def pattern(name: str) -> re.Pattern[str]:
    """An expression of the table."""
    return re.compile(table()[name])


def explains(owed: int, arrived: int) -> Why | None:
    """Why this may have arrived for what was owed; None when nothing usual explains the difference.

    >>> explains(113_000, 113_000), explains(113_000, 112_322), explains(113_037, 113_000), explains(113_000, 99_000)
    (<Why.AMOUNT: 'amount'>, <Why.FEE: 'fee'>, <Why.ROUNDED: 'rounded'>, None)
    """
    short = owed - arrived
    if short == 0:
        return Why.AMOUNT
    if short < 0 or arrived <= 0:
        return None
    if short in _fees() or any(abs(round(owed * share) - short) <= _CENT for share in table()["kept_shares"]):
        return Why.FEE
    units = (unit * 100 for unit in table()["rounded_to"])
    rounded = any(short < unit and arrived % unit == 0 for unit in units)
    return Why.ROUNDED if rounded and short <= max(owed * table()["rounded_share"], 100) else None


def is_share(part: int, whole: int) -> bool:
    """Whether an amount is a usual instalment of another, to the 分; round amounts prove nothing.

    >>> is_share(33_939, 113_130), is_share(30_000, 100_000)
    (True, False)
    """
    step = table()["instalment_step"]
    times = round(part / whole / step) if whole else 0
    return 0 < times < round(1 / step) and abs(round(whole * times * step) - part) <= _CENT and part % 10_000 != 0


def run(target: int, amounts: Sequence[int]) -> tuple[int, ...]:
    """The first two or more amounts in a row that add up to the target; none when there are none.

    >>> run(50, [10, 20, 30, 40])
    (1, 2)
    """
    sums = [0, *accumulate(amounts)]
    first = {value: place for place, value in reversed(list(enumerate(sums)))}
    for end, value in enumerate(sums):
        start = first.get(value - target)
        if start is not None and end - start > 1:
            return tuple(range(start, end))
    return ()


def nearly(arrived: int, amounts: Sequence[int]) -> tuple[tuple[int, ...], Why] | None:
    """The only amounts in a row whose sum is explained by what arrived and a usual fee, and how.

    >>> nearly(99_620, [5, 40_000, 60_000])
    ((1, 2), <Why.FEE: 'fee'>)
    """
    sums = [0, *accumulate(amounts)]
    share, most = reach()
    found = [
        (tuple(range(start, end)), why)
        for start in range(len(amounts) - 1)
        for end in range(start + 2, len(sums))
        if arrived < (total := sums[end] - sums[start]) <= arrived * (1 + share) + most
        and (why := explains(total, arrived))
    ]
    return found[0] if len(found) == 1 else None


def subset(target: int, amounts: Sequence[int], doubt: float) -> tuple[int, ...]:
    """The only amounts that add up to the target, out of the first few; none when there are none, or several sets.

    As many of them are tried as give fewer than `doubt` sums by mere chance: of round amounts hardly any are.
    """
    tried = _tried([amount for amount in amounts if amount <= target][:_SUBSET], doubt)
    places = [place for place, amount in enumerate(amounts) if amount <= target][:tried]
    half = tried // 2
    left = _sums(amounts, places[:half])
    found: list[tuple[int, ...]] = []
    for value, chosen in _each(amounts, places[half:]):
        found += [(*other, *chosen) for other in left.get(target - value, ()) if len(other) + len(chosen) > 1]
        if len(found) > 1:
            return ()
    return found[0] if found else ()


def _tried(amounts: Sequence[int], doubt: float) -> int:
    count = len(amounts)
    while count > 1 and 2**count * gcd(*amounts[:count]) > doubt * sum(amounts[:count]):
        count -= 1
    return count if count > 1 else 0


def _each(amounts: Sequence[int], places: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    known: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    for place in places:
        known += [(value + amounts[place], (*chosen, place)) for value, chosen in known]
    yield from known


def _sums(amounts: Sequence[int], places: Sequence[int]) -> dict[int, list[tuple[int, ...]]]:
    found: dict[int, list[tuple[int, ...]]] = {}
    for value, chosen in _each(amounts, places):
        found.setdefault(value, []).append(chosen)
    return found
