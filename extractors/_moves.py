"""A list of movements as a phone's application prints it, where the sums of its months prove that it is whole.

A month's head says year, month and what came in and went out; below it every movement has its name, its amount with a
sign, and its day without the year. Only where the amounts add up to what the head says is none cut off or misread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from selfproof import layout, screens, values
from selfproof.model import Derived, Word

_HEAD = re.compile(r"(20\d{2})[年./-](\d{1,2})月?(?![\d./月-])")
SUMMED = re.compile(r"(支出|收入)[:：]?\s*[¥￥]?\s*(\d[\d,]*\.\d{2})")  # a month's, side by side in one run
_DAY = re.compile(r"(?:(?<!\d)20\d{2}[-/.年])?(?<!\d)(\d{1,2})[-/.月](\d{1,2})日?\s*(?=[0-2]?\d[:：][0-5]\d)")


@dataclass(frozen=True, slots=True)
class Move:
    """An amount with its sign, in CNY, and the day that stands nearest to it."""

    amount: Decimal
    day: date
    word: Word


def heads(words: Sequence[Word]) -> list[tuple[float, int, int]]:
    """The months that the list names, from above: height on the page, year, month."""
    found = ((word, _HEAD.search(layout.squash(word.text))) for word in words)
    return sorted((word.centre[1], int(head[1]), int(head[2])) for word, head in found if head is not None)


def derive(words: Sequence[Word], printed: Mapping[str, Decimal]) -> Iterator[Derived]:
    """Number and span of a list whose months all add up to their printed sums; of several months also their sums.

    printed: total_in and total_out of the page's only month, where they stand apart from its head.
    """
    months = heads(words)
    feet = [*(top for top, *_ in months[1:]), 1.0][: len(months)]
    found: list[Move] = []
    for (top, year, month), foot in zip(months, feet, strict=True):
        part = [word for word in words if top <= word.centre[1] < foot]
        said = _said(part) or (printed if len(months) == 1 else {})
        moves = _moves(part, year, month)
        if not moves or _sums(moves) != said:
            return
        found += moves
    if found:
        yield from _told(found, several=len(months) > 1)


def _told(moves: Sequence[Move], *, several: bool) -> Iterator[Derived]:
    places = tuple(move.word for move in moves)
    yield Derived("n_transactions", len(moves), str(len(moves)), places)
    for name, day in (("first_date", min(move.day for move in moves)), ("last_date", max(move.day for move in moves))):
        yield Derived(name, day, day.isoformat(), places)
    for name, amount in _sums(moves).items() if several else ():
        yield Derived(name, amount, f"{amount}", places)


def _said(part: Sequence[Word]) -> dict[str, Decimal]:
    """What a month's head says; nothing where it does not say both."""
    told = {match[1]: values.money(match[2]) for word in part for match in SUMMED.finditer(word.text)}
    came, went = told.get("收入"), told.get("支出")
    return {} if came is None or went is None else {"total_in": came, "total_out": went}


def _sums(moves: Sequence[Move]) -> dict[str, Decimal]:
    came = sum((move.amount for move in moves if move.amount > 0), Decimal(0))
    return {"total_in": came, "total_out": came - sum((move.amount for move in moves), Decimal(0))}


def _moves(part: Sequence[Word], year: int, month: int) -> list[Move]:
    """The movements of one month; none where one has no day of its own."""
    signed = [word for word in part if screens.shape("signed").search(layout.squash(word.text))]
    dated = [(word, _DAY.search(layout.squash(word.text))) for word in part]
    days = [(word.centre[1], match) for word, match in dated if match is not None]
    if len(days) != len(signed):
        return []
    pairs = zip(sorted(signed, key=lambda word: word.centre[1]), sorted(days, key=lambda one: one[0]), strict=True)
    found = [move for word, (_, match) in pairs for move in _move(word, match, year, month)]
    return found if len(found) == len(signed) else []


def _move(word: Word, day: re.Match[str], year: int, month: int) -> Iterator[Move]:
    amount = values.money(re.sub(r"[^\d.,+-]", "", values.fold(layout.squash(word.text))))
    with suppress(ValueError):
        if amount is not None and int(day[1]) == month:
            yield Move(amount, date(year, month, int(day[2])), word)
