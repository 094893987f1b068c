"""A closer look at cells of a photographed invoice's items that a row must fill: an only glyph is often no line.

Only goods that are priced by a unit have a unit and a quantity, so that only in their rows is anything sought; a
quantity counts when it times the price is the amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median
from typing import TypeAlias

from extractors._vat_items import NUMERIC, Cells
from extractors._vat_sheet import Sheet
from selfproof import layout, read, values
from selfproof.layout_table import Column
from selfproof.model import Box, Carrier, Document, Word

Place: TypeAlias = tuple[int, str]  # item, column

_UNIT = re.compile(r"[\u4e00-\u9fff]{1,3}|[A-Za-z]{1,4}")
_SURE = 0.8  # of a unit's least certain sign
_CENT = Decimal("0.01")
_HIGH = 1.3  # times the height of print: a cell's
_APART = 0.2  # heights of print between a cell and what stands beside it


def completed(document: Document, sheets: Sequence[Sheet], items: Sequence[Cells]) -> list[Cells]:
    """The items with the units and quantities that stand where rows have none; exact carriers need no closer look."""
    found = [dict(item) for item in items]
    if document.carrier is not Carrier.OCR:
        return found
    for sheet in sheets:
        wanted = list(_wanted(sheet, items))
        looks = read.cells(document, sheet.page.number, [box for _, box in wanted]) if wanted else []
        for ((index, name), _), word in zip(wanted, looks, strict=True):
            if word is not None and _holds(name, word, found[index]):
                found[index][name] = (word,)
    return found


def _wanted(sheet: Sheet, items: Sequence[Cells]) -> Iterator[tuple[Place, Box]]:
    """Each empty cell that its row should fill, with its box. Quantities come first: a unit rests on one."""
    for name in ("quantity", "unit"):
        for index, item in enumerate(items):
            here = item.get("amount") and item["amount"][0].page == sheet.page.number
            if here and name not in item and "unit_price" in item:
                yield from (((index, name), box) for box in _box(sheet, item, name))


def _box(sheet: Sheet, item: Cells, name: str) -> Iterator[Box]:
    """The cell under a heading, between what stands left and right of it in the row, at the height of these."""
    columns = sheet.columns
    place = next((index for index, column in enumerate(columns) if column.name == name), None)
    if place is None or not 0 < place < len(columns) - 1:
        return
    figures = [word for column in NUMERIC for word in item.get(column, ())]
    high = median(word.height for word in figures)
    em = high * sheet.page.height / sheet.page.width
    middle = (columns[place].left + columns[place].right) / 2
    left, right = _beside(item, figures, middle)
    begin, end = _edges(columns, place, (left, right), em)
    down = _height_at(left, right, middle)
    if end - begin > em:
        yield begin, down - _HIGH * high / 2, end, down + _HIGH * high / 2


def _edges(columns: Sequence[Column], place: int, beside: tuple[Word | None, Word], em: float) -> tuple[float, float]:
    left, right = beside
    begin = max(columns[place - 1].right, left.box[2] + _APART * em if left else 0.0)
    return begin, min(right.box[0] - _APART * em, columns[place + 1].right)


def _beside(item: Cells, figures: Sequence[Word], middle: float) -> tuple[Word | None, Word]:
    """The nearest words of the row on both sides; of a name over several lines the one in the line of the figures."""
    right = min((word for word in figures if word.centre[0] > middle), key=lambda word: word.box[0])
    others = [word for words in item.values() for word in words if word.centre[0] < middle]
    level = [word for word in others if abs(word.centre[1] - right.centre[1]) < right.height]
    return max(level, key=lambda word: word.box[2], default=None), right


def _height_at(left: Word | None, right: Word, x: float) -> float:
    if left is None:
        return right.centre[1]
    (x0, y0), (x1, y1) = left.centre, right.centre
    return y0 + (y1 - y0) * (x - x0) / ((x1 - x0) or 1.0)


def _holds(name: str, word: Word, item: Cells) -> bool:
    text = layout.squash(word.text)
    if name == "unit":
        return "quantity" in item and word.confidence >= _SURE and _UNIT.fullmatch(text) is not None
    quantity, price, amount = (
        values.number(layout.join(words)) for words in ((word,), item["unit_price"], item["amount"])
    )
    if quantity is None or price is None or amount is None:
        return False
    return abs((quantity * price).quantize(_CENT) - amount) <= _CENT
