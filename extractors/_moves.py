"""A list of movements as a phone's application prints it, where the sums of its months prove that it is whole.

A month's head says year, month and what came in and went out; below it every movement has its name, its amount with a
sign, and its day without the year. Only where the amounts add up to what the head says is none cut off or misread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from selfproof import layout, screens, values
from selfproof.model import Derived, Word

_HEAD = re.compile(r"(20\d{2})[年./-](\d{1,2})月?(?![\d./月-])")
_MONTH_FIRST = re.compile(r"^(\d{1,2})月(20\d{2})年?\W*$")
_FIGURE = re.compile(r"[¥￥]\s*(\d[\d,.]*\.\d{2})(?!\d)")
_POINT_FOR_COMMA = re.compile(r"(?<=\d)\.(?=\d{3}\.\d{2}$)")
_NEUTRAL = "不计收支"  # said of a line whose amount has no sign
_BOTH = 2
SUMMED = re.compile(r"(支出|收入)[:：]?\s*[¥￥]?\s*(\d[\d,]*\.\d{2})")  # a month's, side by side in one run
_DAY = re.compile(r"(?:(?<!\d)20\d{2}[-/.年])?(?<!\d)(\d{1,2})[-/.月](\d{1,2})日?\s*(?=[0-2]?\d[:：][0-5]\d)")


@dataclass(frozen=True, slots=True)
class Move:
    """An amount with its sign, in CNY, and the day that stands nearest to it; 0 where the list counts it as neither."""

    amount: Decimal
    day: date
    word: Word


def heads(words: Sequence[Word]) -> list[tuple[float, int, int]]:
    """The months that the list names, from above: height on the page, year, month."""
    found = [(word.centre[1], *head) for word in words if (head := _month(layout.squash(word.text)))]
    return sorted(found)


def _month(text: str) -> tuple[int, int] | None:
    if head := _HEAD.search(text):
        return int(head[1]), int(head[2])
    turned = _MONTH_FIRST.search(text)
    return None if turned is None else (int(turned[2]), int(turned[1]))


def derive(words: Sequence[Word], printed: Mapping[str, Decimal]) -> Iterator[Derived]:
    """Number and span of a list whose months all add up to their printed sums; of several months also their sums.

    printed: total_in and total_out of the page's only month, where they stand apart from its head.
    """
    months = heads(words)
    feet = [*(top for top, *_ in months[1:]), 1.0][: len(months)]
    found: list[Move] = []
    proved = False  # that figures without their names are the page's sums
    for (top, year, month), foot in zip(months, feet, strict=True):
        part = [word for word in words if top <= word.centre[1] < foot]
        said = _said(part) or (printed if len(months) == 1 else {})
        moves = _moves(part, year, month)
        proved = not said and len(months) == 1 and _is_said(part, moves)
        if not moves or not (proved or _sums(moves) == said):
            return
        found += moves
    if found:
        yield from _told(found, several=len(months) > 1 or proved)


def _told(moves: Sequence[Move], *, several: bool) -> Iterator[Derived]:
    """What the list tells; no number of lines, nor days that only those have, where some move nothing."""
    places, counted = tuple(move.word for move in moves), [move for move in moves if move.amount]
    if len(counted) == len(moves):
        yield Derived("n_transactions", len(moves), str(len(moves)), places)
    for name, end in (("first_date", min), ("last_date", max)):
        day = end(move.day for move in counted)
        if day == end(move.day for move in moves):
            yield Derived(name, day, day.isoformat(), places)
    for name, amount in _sums(moves).items() if several else ():
        yield Derived(name, amount, f"{amount}", places)


def _said(part: Sequence[Word]) -> dict[str, Decimal]:
    """What a month's head says; nothing where it does not say both."""
    told = {match[1]: values.money(match[2]) for word in part for match in SUMMED.finditer(word.text)}
    came, went = told.get("收入"), told.get("支出")
    return {} if came is None or went is None else {"total_in": came, "total_out": went}


def _is_said(part: Sequence[Word], moves: Sequence[Move]) -> bool:
    """Whether the only two figures above the movements are their sums, by whatever signs they are named."""
    top = min((move.word.box[1] for move in moves), default=0.0)
    above = [(word.text, match[1]) for word in part if word.box[3] <= top for match in _FIGURE.finditer(word.text)]
    read = [(text, values.money(_POINT_FOR_COMMA.sub(",", figure))) for text, figure in above]
    sums = _sums(moves)
    came, went = sums["total_in"], sums["total_out"]
    against = any(re.search("支|出", text) and amount == came for text, amount in read) or any(
        re.search("收|入", text) and amount == went for text, amount in read
    )
    apart = came != went and min(came, went) > 0 and not against
    return apart and len(read) == _BOTH and {amount for _, amount in read} == {came, went}


def _sums(moves: Sequence[Move]) -> dict[str, Decimal]:
    came = sum((move.amount for move in moves if move.amount > 0), Decimal(0))
    return {"total_in": came, "total_out": came - sum((move.amount for move in moves), Decimal(0))}


def _moves(part: Sequence[Word], year: int, month: int) -> list[Move]:
    """The movements of one month; none where one has no day of its own."""
    signed = [word for word in part if screens.shape("signed").search(layout.squash(word.text))]
    dated = [(word, _DAY.search(layout.squash(word.text))) for word in part]
    days = [(word.centre[1], match) for word, match in dated if match is not None]
    still = [word for word in part if _NEUTRAL in word.text]
    if not days or len(days) != len(signed) + len(still):
        return []
    resting = [(word, min(days, key=lambda day: abs(day[0] - word.centre[1]))) for word in still]
    days = [day for day in days if day not in [own for _, own in resting]]
    if len(days) != len(signed):
        return []  # two lines that are counted as neither share a day
    pairs = zip(sorted(signed, key=lambda word: word.centre[1]), sorted(days, key=lambda one: one[0]), strict=True)
    found = [move for word, (_, match) in pairs for move in _move(word, match, year, month)]
    found += [rest for word, (_, match) in resting for rest in _move(replace(word, text="0.00"), match, year, month)]
    return found if len(found) == len(signed) + len(still) else []


def _move(word: Word, day: re.Match[str], year: int, month: int) -> Iterator[Move]:
    amount = values.money(re.sub(r"[^\d.,+-]", "", values.fold(layout.squash(word.text))))
    with suppress(ValueError):
        if amount is not None and int(day[1]) == month:
            yield Move(amount, date(year, month, int(day[2])), word)
