"""Invoice from abroad (in English, German, French, Dutch or Japanese): recognised, with its day, number and total.

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

from extractors import _form_cells as cells
from extractors._flow import flow, of_words
from selfproof import layout, values
from selfproof.model import Carrier, Document, Page, Value, Word

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
    """A day as printed abroad; None where day and month may be either. Between points the day comes first (DIN 5008).

    >>> day("August 3 , 2014"), day("7. Mai 2014"), day("03.04.2015"), day("03/04/2023")
    (datetime.date(2014, 8, 3), datetime.date(2014, 5, 7), datetime.date(2015, 4, 3), None)
    """
    numbers = [int(figures) for figures in re.findall(r"\d+", printed)]
    named = re.search(r"[a-zäéû]{3,}", printed.lower())
    with suppress(ValueError):
        if named and len(numbers) == 2:  # noqa: PLR2004  day and year beside a month's name
            return date(numbers[1], _month(named[0]), numbers[0])
        if len(numbers) == 3 and numbers[0] > 31:  # noqa: PLR2004  the year first
            return date(*numbers)
        if len(numbers) == 3 and printed.count(".") == 2:  # noqa: PLR2004  day and month with a point each
            return date(*reversed(numbers))
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
    "invoice_number": values.numbered,
    "total_amount": amount,
}
LABELS: Mapping[str, Sequence[str]] = {"invoice_number": ("Invoice No",), "issue_date": ("Invoice date",)}
_FINDERS = {"invoice_number": "number", "issue_date": "date", "total_amount": "total"}


def identify(document: Document) -> float:
    """By the word in one of the languages, on a paper without Chinese print, with a total and a number or a day.

    The first of several pages may have no total; its title fills a cell then, and it has a number and a day.
    """
    if document.carrier not in _CARRIERS or _chinese(document.text):
        return 0.0
    text = flow(document).text
    if not _patterns("title")[0].search(text) or _patterns("never")[0].search(text):
        return 0.0
    told = {field for field, words in locate(document) if FIELDS[field](layout.join(words)) is not None}
    first_page = "total_amount" not in told and _patterns("alone")[0].search(text) is not None
    return _LIKELY if len(told) == len(FIELDS) - first_page or (len(told) > 1 and "total_amount" in told) else 0.0


def _chinese(text: str) -> bool:
    return len(re.findall(r"[\u4e00-\u9fff]", text)) > _FEW and len(_patterns("kana")[0].findall(text)) <= _FEW


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Candidates by the surest label first: in running text, then beside and below the headings of cells."""
    prose = flow(document)
    for field, name in _FINDERS.items():
        for shape in _patterns(name):
            yield from ((field, prose.cut(*match.span("value"))) for match in shape.finditer(prose.text))
    for page in document.pages:
        yield from _in_cells(page)


def _in_cells(page: Page) -> Iterator[tuple[str, Sequence[Word]]]:
    """What stands beside or below a heading and has the field's shape; one heading may be that of two fields."""
    sheet = cells.sheet(page, _headings(), _words()["neighbours"])
    for mark in sheet.marks:
        for words in cells.values(sheet, mark, 1) if mark.field else ():
            cell = of_words(words)
            for field in mark.field.split():
                (shape,) = _patterns(f"cell_{_FINDERS[field]}")
                yield from ((field, cell.cut(*match.span("value"))) for match in shape.finditer(cell.text))


@cache
def _headings() -> Mapping[str, Sequence[str]]:
    return {fields: [_anywhere(shape) for shape in shapes] for fields, shapes in _words()["headings"].items()}


def _anywhere(shape: str) -> str:
    """Without regard to case; a leading ^ stays in front."""
    return f"^(?i:{shape[1:]})" if shape.startswith("^") else f"(?i:{shape})"
