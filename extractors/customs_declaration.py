"""Export declaration (海关出口货物报关单): what was exported by whom, declared when, worth how much in which currency.

Form: 海关总署公告2018年第60号 and 中华人民共和国海关进出口货物报关单填制规范; the one before it prints 经营单位 and
发货单位. The amount is the sum of the goods' 总价, each the figure before its 币制; there is none where the currencies
differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files

import yaml

from extractors._form import form
from selfproof import layout_table, values
from selfproof.layout_table import Line
from selfproof.model import Document, Word

_FIGURE = re.compile(r"(?<![\d.])\d[\d,]*\.\d{2,4}(?!\d)")
_GOODS = re.compile(r"总价|商品名称")
_GAP = 2.5  # ems that part two columns
_UP = 2  # lines from a currency up to its total


@cache
def _currencies() -> Mapping[str, str]:
    table: dict[str, str] = yaml.safe_load(files("selfproof").joinpath("tables", "currencies.yaml").read_text("utf-8"))
    return {**table, **{code: code for code in table.values()}}


@cache
def _named() -> re.Pattern[str]:
    return re.compile("|".join(sorted(_currencies(), key=len, reverse=True)))


def _number(printed: str) -> str | None:
    """Eighteen figures of the customs house, year, kind and serial.

    >>> _number("999920260996000118"), _number("2026")
    ('999920260996000118', None)
    """
    kept = values.digits(printed)
    return kept if kept and len(kept) in (9, 18) else None


def _sum(printed: str) -> Decimal | None:
    """The sum of all figures.

    >>> _sum("1,200.00 340.50"), _sum("见清单")
    (Decimal('1540.50'), None)
    """
    figures = [values.number(match[0]) for match in _FIGURE.finditer(values.fold(printed))]
    return sum((figure for figure in figures if figure is not None), Decimal(0)) if figures else None


def _currency(printed: str) -> str | None:
    return _currencies().get(values.compact(printed) or "")


def _exporter(printed: str) -> str | None:
    """The name without the code that is printed before or behind it.

    >>> _exporter("(91990100MA0QH00012)样例进出口有限公司"), _exporter("样例贸易有限公司 9901960118")
    ('样例进出口有限公司', '样例贸易有限公司')
    """
    return values.name(re.sub(r"^\(?[\dA-Z]{9,18}\)?|\(?[\dA-Z]{9,18}\)?$", "", values.code(printed) or ""))


_FORM = form("customs_declaration")
FIELDS = {**_FORM.fields, "number": _number, "amount": _sum, "currency": _currency}
FIELDS |= {"exporter": _exporter, "producer": _exporter}
LABELS = _FORM.labels
identify = _FORM.identify


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The goods' totals with their currency, and what stands beside or below the labels."""
    totals = [pair for sheet in _FORM.sheets(document) for pair in _totals(sheet.lines)]
    if len({_currency("".join(word.text for word in currency)) for _, currency in totals}) == 1:
        yield "amount", [word for figure, _ in totals for word in figure]
        yield "currency", totals[0][1]
    yield from _FORM.locate(document)


def _totals(lines: Sequence[Line]) -> Iterator[tuple[tuple[Word, ...], tuple[Word, ...]]]:
    """Each currency below the goods' headings with the figure right before it, beside or above."""
    first = next((place for place, line in enumerate(lines) if _GOODS.search(line.text)), len(lines))
    for place in range(first + 1, len(lines)):
        for match in _named().finditer(lines[place].text):
            figure = _before(lines, place, match.start())
            if figure:
                yield figure, lines[place].cut(*match.span())


def _before(lines: Sequence[Line], place: int, start: int) -> tuple[Word, ...]:
    """The last figure of the same cell, else the nearest one above it, else the one that fills the cell before it."""
    line = lines[place]
    spans = list(layout_table.cells(line, _GAP))
    cell = next(number for number, span in enumerate(spans) if span[0] <= start < span[1])
    beside = list(_FIGURE.finditer(line.text, spans[cell][0], start))
    if beside:
        return line.cut(*beside[-1].span())
    left, right = line.left(start), line.right(start)
    for above in reversed(lines[max(0, place - _UP) : place]):
        for match in _FIGURE.finditer(above.text):
            if above.left(match.start()) - above.em < right and left - above.em < above.right(match.end() - 1):
                return above.cut(*match.span())
    before = spans[cell - 1] if cell else (0, 0)
    return line.cut(*before) if _FIGURE.fullmatch(line.text[slice(*before)]) else ()
