"""Days on receipts: with two figures for the year, and with day and month in the order of the place of printing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from functools import partial

from selfproof import values

_WHOLE = re.compile(
    r"(?<!\d)(?:19|20)\d{2}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}(?!\d)\s*日?|(?<!\d)20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)"
    r"|(?<!\d)(?:19|20)\d{2}[-/.]\d{2}[-/.]\d{2}(?=\d{1,2}:\d{2})"
    r"|(?<=[期间]:)20\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\d))"
    rf"|{values.DAY_IN_WORDS}"
    r"|(?<!\d)20\d{2}\s*年\s*(?:\d{1,2}|[Ⅱ∥‖])\s*月\s*(?:\d{1,2}|[Ⅱ∥‖])\s*日"
)
_SHORT = re.compile(r"(?<![\d/.-])(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)?\d{2})(?:(?![\d/-]|\.\d)|(?=\d{2}:\d{2}))")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})[\s\-/.]*({'|'.join(_MONTHS)})[a-z]*[\s\-/.,']*((?:19|20)?\d{{2}})(?!\d)"
    rf"|({'|'.join(_MONTHS)})[a-z]*[\s.]*(\d{{1,2}})(?:st|nd|rd|th)?[\s,]+((?:19|20)\d{{2}})(?!\d)",
    re.IGNORECASE,
)
_STROKES = re.compile(r"(?<=[年月])(\s*)[Ⅱ∥‖](?=\s*[月日])")  # two written by hand: no month is a Roman two
_CENTURY = 100


def found(text: str) -> Iterator[tuple[int, int]]:
    """Where days stand in a text, in its order."""
    spans = {match.span() for pattern in (_WHOLE, _SHORT, _NAMED) for match in pattern.finditer(text)}
    yield from sorted(spans)


def plain(printed: str) -> date | None:
    """A day that reads in one way only.

    >>> plain("2026年3月8日"), plain("28/03/2026"), plain("03/04/2026"), plain("8-MAR-26"), plain("2026年Ⅱ月1日")
    (datetime.date(2026, 3, 8), datetime.date(2026, 3, 28), None, datetime.date(2026, 3, 8), datetime.date(2026, 11, 1))
    """
    printed = _STROKES.sub(r"\g<1>11", printed)
    named = _NAMED.search(printed)
    if named:
        day, month, year = named.group(1, 2, 3) if named[1] else named.group(5, 4, 6)
        return _day(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day))
    whole = values.day(printed) if _WHOLE.search(printed) else None
    readings = {day for order in ORDERS.values() if (day := order(printed))}
    return whole or (readings.pop() if len(readings) == 1 else None)


def _ordered(printed: str, order: str) -> date | None:
    match = _SHORT.search(printed)
    if match is None:
        return None
    figures = dict(zip(order, (match[1], match[3], match[4]), strict=True))
    if any(len(figures[part]) > 2 for part in "md") or len(figures["y"]) < 2:  # noqa: PLR2004  four figures are a year
        return None
    return _day(int(figures["y"]), int(figures["m"]), int(figures["d"]))


def _day(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year + 2000 if year < _CENTURY else year, month, day)
    return None


ORDERS: dict[str, Callable[[str], date | None]] = {
    "_day_first": partial(_ordered, order="dmy"),
    "_month_first": partial(_ordered, order="mdy"),
    "_year_first": partial(_ordered, order="ymd"),
}
