"""Days as banks print them: stamps, Excel's serial numbers, days without a year, and the order of day and month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from selfproof import values

_STAMP = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:[T ]?(?:\d{4,6}|\d{2}:\d{2}(?::\d{2})?))?")
_TIMED = re.compile(r"((?:19|20)\d{2})[-/.](\d{2})[-/.](\d{2})\d{2}:\d{2}(?::\d{2})?")  # recognition joins day and hour
_SHORT = re.compile(r"(\d{2})[-/.](\d{2})[-/.](\d{2})")
_NO_YEAR = re.compile(
    r"(\d{1,2})(?:[-/月.]|(?<=\d{2}))(\d{2}|\d(?=日))日?(?:\s?\d{2}:\d{2}(?::\d{2})?)?|(\d{1,2}) (\d{1,2})"
)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d{2})(?:\s.*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(  # 06 Aug 2025, 06-AUG-25, Aug 6, 2025
    rf"(?:(?P<day>\d{{1,2}})[\s-]?)?(?P<month>{'|'.join(_MONTHS)})[a-z]{{0,6}}\.?"
    r"(?(day)|\s?(?P<after>\d{1,2}))[\s,-]{0,2}(?P<year>(?:20)?\d{2})(?:\s.*)?",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"((?:19|20)\d{2}([-/.])\d{2}\2\d{2})(\d{2}:\d{2}(?::\d{2})?)"
)  # recognised without the white between
_SERIAL = re.compile(r"[2-5]\d{4}(?:\.\d+)?")
_SPANS = re.compile(r"[\s至到~,，;；)）]+|(?<=\d)[-—](?=20\d{2})")
_SIX = re.compile(r"(\d{2})(\d{2})(\d{2})")  # as savings books print them; times of day look alike
_MONTH = re.compile(r"(?<!\d)(20\d{2})\s*[年./-]\s*(\d{1,2})\s*月?(?![\d./-]|\s*\d{1,2}\s*日)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})\s*年(?:\s*月\s*[-/.、]?\s*日|\s?度)")  # over days that only say month and day
_FEWEST_SIX, _LONGEST_SIX = 3, 1500  # lines of them in order, and the days that they span
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Calendar:
    """How one column prints its days.

    last: the latest day that the preamble names, for days without a year. day_first: whether 03/04/2026 is in April;
    None when nothing tells, and then such a day is not read. six: whether six figures are year, month and day.
    """

    last: date | None = None
    day_first: bool | None = None
    six: bool = False

    def parse(self, cell: str) -> date | None:
        """The day of a cell.

        >>> Calendar().parse("20240101123456"), Calendar().parse("24-01-05"), Calendar().parse("45352.5")
        (datetime.date(2024, 1, 1), datetime.date(2024, 1, 5), datetime.date(2024, 3, 1))
        >>> Calendar().parse("2024-03-1514:16:05"), Calendar().parse("2024031514:16:05")
        (datetime.date(2024, 3, 15), datetime.date(2024, 3, 15))
        >>> Calendar(date(2026, 4, 2)).parse("03/15"), Calendar(day_first=False).parse("12/31/2025")
        (datetime.date(2026, 3, 15), datetime.date(2025, 12, 31))
        >>> Calendar(date(2026, 4, 2)).parse("03-15 14:04"), Calendar(date(2026, 4, 2)).parse("03-1514:04:10")
        (datetime.date(2026, 3, 15), datetime.date(2026, 3, 15))
        >>> Calendar().parse("2026-03-1509:30:05")
        datetime.date(2026, 3, 15)
        >>> Calendar().parse("06 Aug 2025"), Calendar().parse("6-SEP-25"), Calendar().parse("May 6, 2025")
        (datetime.date(2025, 8, 6), datetime.date(2025, 9, 6), datetime.date(2025, 5, 6))
        """
        text = _GLUED.sub(r"\1 \3", values.fold(cell).strip())
        with suppress(ValueError, OverflowError):
            return _plain(text) or self._short_of(text) or values.day(text)
        return None

    def _short_of(self, text: str) -> date | None:
        if self.last is not None and (match := _NO_YEAR.fullmatch(text)):
            day = date(self.last.year, int(match[1] or match[3]), int(match[2] or match[4]))
            return day if day <= self.last + timedelta(days=31) else day.replace(year=self.last.year - 1)
        if self.six and (match := _SIX.fullmatch(text)):
            return date(2000 + int(match[1]), int(match[2]), int(match[3]))
        if self.day_first is not None and (match := _YEAR_LAST.fullmatch(text)):
            return _year_last(match, day_first=self.day_first)
        return None


def _plain(text: str) -> date | None:
    if match := _STAMP.fullmatch(text) or _TIMED.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _SHORT.fullmatch(text):
        return date(2000 + int(match[1]), int(match[2]), int(match[3]))
    if match := _NAMED.fullmatch(text):
        month = _MONTHS.index(match["month"].lower()) + 1
        return date(2000 + int(match["year"]) % 100, month, int(match["day"] or match["after"]))
    if _SERIAL.fullmatch(text):
        return _EXCEL_EPOCH + timedelta(days=int(float(text)))
    return None


def _year_last(match: re.Match[str], *, day_first: bool) -> date:
    day, month = (int(match[1]), int(match[2])) if day_first else (int(match[2]), int(match[1]))
    return date(int(match[3]), month, day)


def calendar(context: str, cells: Iterable[str]) -> Calendar:
    """What the preamble, the headings and the whole column tell of its days."""
    column = [values.fold(cell).strip() for cell in cells]
    days = _headed(context, column) or [found for piece in _SPANS.split(context) if (found := values.day(piece))]
    days = days or list(_month_ends(context))
    return Calendar(max(days, default=None), _day_first(column), six=_six(column))


def _headed(context: str, cells: Iterable[str]) -> list[date]:
    """The last day of the year that stands over the days, where these follow one another within it."""
    ends = [date(int(year), 12, 31) for year in _YEAR.findall(values.fold(context))[-1:]]
    short = [cell for cell in cells if _NO_YEAR.fullmatch(cell)] if ends else []
    days = [day for cell in short if (day := Calendar(ends[0]).parse(cell))]
    return ends if days in (sorted(days), sorted(days, reverse=True)) else []


def _month_ends(context: str) -> Iterator[date]:
    """The last days of the months that a title names: 对账单(2026年07月)."""
    for year, month in _MONTH.findall(values.fold(context)):
        with suppress(ValueError):
            yield (date(int(year), int(month), 1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _six(cells: Iterable[str]) -> bool:
    """Whether every six figures of a column are a day and these follow one another: times of day do neither."""
    days, known = [], Calendar(six=True)
    for cell in filter(_SIX.fullmatch, cells):
        with suppress(ValueError):
            days.append(known.parse(cell))
    told = [day for day in days if day is not None]
    ordered = told in (sorted(told), sorted(told, reverse=True))
    return len(told) == len(days) >= _FEWEST_SIX and ordered and abs((told[-1] - told[0]).days) < _LONGEST_SIX


def _day_first(cells: Iterable[str]) -> bool | None:
    """The order in which every cell is a day, and if both are, the one in which the days do not jump."""
    matches = [match for cell in cells if (match := _YEAR_LAST.fullmatch(cell))]
    orders = {}
    for day_first in (True, False):
        with suppress(ValueError):
            orders[day_first] = [_year_last(match, day_first=day_first) for match in matches]
    if len(orders) == 2:  # noqa: PLR2004  both orders are possible
        orders = {key: days for key, days in orders.items() if days in (sorted(days), sorted(days, reverse=True))}
    return next(iter(orders)) if matches and len(orders) == 1 else None
