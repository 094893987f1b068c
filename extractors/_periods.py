"""Stretches of time as forms print them: two days, months, a quarter, a year."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from contextlib import suppress
from datetime import date

from selfproof import layout, values

Span = tuple[date, date]
_TO = r"日?起?(?:[至到~—–-]+|--)(?:今)?"
_YEAR, _MONTH, _DAY, _CUT = r"(20\d{2})", r"(0?[1-9]|1[0-2])", r"(\d{1,2})", r"[年./-]"
_HOUR = re.compile(r"\s+\d{1,2}:\d{2}(?::\d{2})?")
_CLOCK = re.compile(r"(?<=[-./]\d\d[-./]\d\d)\d{2}:\d{2}(?::\d{2})?")  # its white space is lost
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4}


def span(printed: str) -> Span | None:
    """The first and the last day; None for a single day and for what is no time.

    >>> span("2026-01-01 至 2026-03-31") == span("2026年1-3月") == span("2026年第一季度") == span("202601—202603")
    True
    >>> span("2026-01-01 00:00:00 至 2026-03-3123:59:59") == span("2026年第一季度")
    True
    >>> span("2026年02月份"), span("2026年3月5日")
    ((datetime.date(2026, 2, 1), datetime.date(2026, 2, 28)), None)
    """
    text = _CLOCK.sub("", layout.squash(_HOUR.sub("", printed)))
    for shape, read in _SHAPES:
        match = shape.search(text)
        if match is not None:
            with suppress(ValueError):
                first, last = read(*match.groups())
                return (first, last) if first <= last else None
    return None


def printed(text: str) -> str | None:
    """The text of a stretch of time without white space; None when it is none."""
    return values.compact(text) if span(text) else None


def months(found: Span) -> list[str]:
    """The months that a stretch covers whole, as YYYY-MM; none when it begins or ends inside one."""
    first, last = found
    if first.day != 1 or last.day != monthrange(last.year, last.month)[1]:
        return []
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in numbers]


def _days(year: str, month: str, day: str, *end: str) -> Span:
    return date(int(year), int(month), int(day)), date(int(end[0] or year), int(end[1]), int(end[2]))


def _months(year: str, month: str, last_year: str, last_month: str) -> Span:
    end = int(last_year or year), int(last_month)
    return date(int(year), int(month), 1), date(*end, monthrange(*end)[1])


def _month(year: str, month: str) -> Span:
    return _months(year, month, year, month)


def _quarter(year: str, number: str) -> Span:
    last = 3 * int(_QUARTERS.get(number, number))
    return _months(year, str(last - 2), year, str(last))


def _year(year: str) -> Span:
    return _months(year, "1", year, "12")


_SHAPES: tuple[tuple[re.Pattern[str], Callable[..., Span]], ...] = (
    (re.compile(rf"{_YEAR}{_CUT}{_MONTH}[月./-]{_DAY}{_TO}(?:{_YEAR}{_CUT})?{_MONTH}[月./-]{_DAY}(?!\d)"), _days),
    (re.compile(rf"{_YEAR}(\d\d)(\d\d){_TO}{_YEAR}(\d\d)(\d\d)(?!\d)"), _days),
    (re.compile(rf"{_YEAR}(?:{_CUT})?{_MONTH}月?{_TO}{_YEAR}(?:{_CUT})?{_MONTH}(?:月|(?![\d./-]))"), _months),
    (re.compile(rf"{_YEAR}年{_MONTH}月?{_TO}()(0?[1-9]|1[0-2])月"), _months),
    (re.compile(rf"{_YEAR}年?第?([一二三四1-4])季度?"), _quarter),
    (re.compile(rf"(?<!\d){_YEAR}[年./-]{_MONTH}(?:月份?(?!\d)|(?![\d./月-]))"), _month),
    (re.compile(rf"(?<!\d){_YEAR}(0[1-9]|1[0-2])(?!\d)"), _month),
    (re.compile(rf"(?<!\d){_YEAR}年度(?!\d)"), _year),
)  # fmt: skip
