"""Invoice from abroad (in English, German, French or Dutch): recognised, with its day, number and total.

The total is in the currency that is printed, not in CNY. A day whose order of month and day cannot be told is left out.

Source: Council Directive 2006/112/EC, article 226 (what an invoice must show), and like rules elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from extractors._flow import flow
from selfproof import values
from selfproof.model import Carrier, Document, Value, Word

_CARRIERS = (Carrier.PDF_TEXT, Carrier.OCR, Carrier.DOCX)
_LIKELY = 0.7  # below what a kind says that knows its form: a till's receipt may call itself an invoice
_FEW = 12  # Chinese characters that a paper from abroad may show, as a name
_YEAR_LAST = 12  # the highest month


@cache
def _words() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "foreign_words.yaml").read_text("utf-8")
    )
    return table


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    printed = _words()[name]
    shapes = [printed] if isinstance(printed, str) else printed
    parts = {"{day}": _words()["day"], "{amount}": _words()["amount"]}
    for part, shape in parts.items():
        shapes = [each.replace(part, f"(?:{shape})") for each in shapes]
    return tuple(re.compile(shape, re.IGNORECASE) for shape in shapes)


def day(printed: str) -> date | None:
    """A day as printed abroad; None where day and month may be either.

    >>> day("August 3 , 2014"), day("7. Mai 2014"), day("20-10-2015"), day("03/04/2023")
    (datetime.date(2014, 8, 3), datetime.date(2014, 5, 7), datetime.date(2015, 10, 20), None)
    """
    numbers = [int(figures) for figures in re.findall(r"\d+", printed)]
    named = re.search(r"[a-zäéû]{3,}", printed.lower())
    with suppress(ValueError):
        if named and len(numbers) == 2:  # noqa: PLR2004  day and year beside a month's name
            return date(numbers[1], _month(named[0]), numbers[0])
        if len(numbers) == 3 and numbers[0] > 31:  # noqa: PLR2004  the year first
            return date(*numbers)
        if len(numbers) == 3:  # noqa: PLR2004  the year last
            return _told(*numbers)
    return None


def _told(first: int, second: int, year: int) -> date | None:
    """The day where one number cannot be a month, or both are the same."""
    if first != second and first <= _YEAR_LAST and second <= _YEAR_LAST:
        return None
    return date(year, first, second) if second > _YEAR_LAST else date(year, second, first)


def _month(name: str) -> int:
    """The number of a month by how its name begins in any of the languages; 0 for other words."""
    names = _words()["months"]
    fits = [
        (len(start), number) for number, starts in enumerate(names, 1) for start in starts if name.startswith(start)
    ]
    return max(fits, default=(0, 0))[1]


def amount(printed: str) -> Decimal | None:
    """An amount with a comma or a point before the cents.

    >>> amount("€ 1.999,00"), amount("$4,904.94"), amount("Rs1939"), amount("56,02 €")
    (Decimal('1999.00'), Decimal('4904.94'), Decimal('1939.00'), Decimal('56.02'))
    """
    figures = re.sub(r"[^\d.,]", "", printed).strip(".,")
    match = re.fullmatch(r"(\d[\d.,]*?)(?:[.,](\d{2}))?", figures)
    if match is None:
        return None
    whole = re.sub(r"[.,]", "", match[1])
    return Decimal(f"{whole}.{match[2] or '00'}")


FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "issue_date": day,
    "invoice_number": values.code,
    "total_amount": amount,
}
LABELS: Mapping[str, Sequence[str]] = {"invoice_number": ("Invoice No",), "issue_date": ("Invoice date",)}
_FINDERS = {"invoice_number": "number", "issue_date": "date", "total_amount": "total"}


def identify(document: Document) -> float:
    """By the word in one of the languages, a total and a number or a day, on a paper without Chinese print."""
    if document.carrier not in _CARRIERS or len(re.findall(r"[\u4e00-\u9fff]", document.text)) > _FEW:
        return 0.0
    text = flow(document).text
    if not _patterns("title")[0].search(text) or _patterns("never")[0].search(text):
        return 0.0
    total, *told = (_found(text, name) for name in ("total", "number", "date"))
    return _LIKELY if total and any(told) else 0.0


def _found(text: str, name: str) -> bool:
    return any(shape.search(text) for shape in _patterns(name))


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Candidates by the surest label first."""
    prose = flow(document)
    for field, name in _FINDERS.items():
        for shape in _patterns(name):
            yield from ((field, prose.cut(*match.span("value"))) for match in shape.finditer(prose.text))
