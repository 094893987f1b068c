"""A second look at a recognised VAT invoice: at what was not read the first time, and at what cannot be right.

A second reading takes the place of the first only where it satisfies what the first did not: a check digit, a sum.
What is printed wrong reads the same twice, and stays for the checks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import TypeAlias

from stdnum.cn import uscc

from extractors import _vat_header, _vat_parties, _vat_sheet
from extractors._vat_sheet import Sheet
from selfproof import layout, read, values
from selfproof.geometry import union
from selfproof.layout_table import matches
from selfproof.model import Box, Carrier, Document, Word

Spot: TypeAlias = tuple[str, Sequence[Word]]

_LABEL_OF = {
    "invoice_number": "invoice_number",
    "issue_date": "issue_date",
    "total_amount": "total_amount",
    "buyer_name": "name",
    "seller_name": "name",
    "seller_tax_id": "tax_id",
}
_SUMS = ("amount_excl_tax", "tax_amount", "total_amount")
_CODE = re.compile(r"[0-9A-Z]{18}")
_AMOUNT = re.compile(r"-?\d[\d,]*\.\d{2}(?!\d)")
_MOST = 6  # looks a page: each costs a recognition
_TITLE_LEFT, _TITLE_RIGHT = 0.18, 0.76  # of the form's width: the title stands between code and number
_TITLE_RISE = 0.06  # of the page's height: how far above the first line of the form it may begin
_TITLE_DROP = 0.25
_SHORT_NAME = 4  # characters: firms have more
_SUM_SLACK = 0.06  # of the form's width: sums stand that much beside their heading
_REACH = 0.3  # of the page's width: how far right of its label a value may stand


def locate(document: Document, sheet: Sheet, found: Collection[str]) -> Iterator[Spot]:
    """What a closer look at the title and right of the labels of missing fields shows; exact carriers need none."""
    if document.carrier is not Carrier.OCR:
        return
    found = {*found, "invoice_number"} if _vat_header.doubtful(sheet) else found
    boxes = list(_boxes(sheet, found))[:_MOST]
    words = [word for box in boxes for word in read.again(document, sheet.page.number, box)]
    if words:
        kept = [word for word in sheet.page.words if not any(_inside(word, box) for box in boxes)]
        closer = _vat_sheet.sheet(sheet.page, [*kept, *words])
        spots = [*_vat_header.locate(closer), *_vat_parties.locate(closer)]
        yield from (spot for spot in spots if spot[0] not in found)


def corrected(document: Document, sheet: Sheet, printed: Sequence[Spot]) -> Iterator[Spot]:
    """Tax ids and sums that a closer look reads rightly where the first reading cannot be right."""
    if document.carrier is not Carrier.OCR:
        return
    first = {spot[0]: spot[1] for spot in reversed(printed)}
    for field in ("buyer_tax_id", "seller_tax_id"):
        text = layout.squash(layout.join(first.get(field, ())))
        if _CODE.fullmatch(text) and not uscc.is_valid(text):
            looks = _look(document, sheet, first[field], _CODE)
            yield from ((field, words) for words in looks if uscc.is_valid(layout.squash(layout.join(words))))
    for field in ("buyer_name", "seller_name"):
        yield from ((field, words) for words in _longer(document, sheet, first.get(field, ())))
    if all(field in first for field in _SUMS) and not _holds([first[field] for field in _SUMS]):
        choices = [[first[field], *_look(document, sheet, first[field], _AMOUNT)] for field in _SUMS]
        right = [choice for choice in product(*choices) if _holds(choice)]
        yield from zip(_SUMS, right[0], strict=True) if len(right) == 1 else ()


def _longer(document: Document, sheet: Sheet, words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A name that breaks off where a seal covers it: a closer look further right that begins with what was read."""
    text = layout.squash(layout.join(words))
    if not words or text == "个人" or (len(text) >= _SHORT_NAME and values.name(text) is not None):
        return
    left, top, right, bottom = union([word.box for word in words])
    for line in _vat_sheet.sheet(
        sheet.page, read.again(document, sheet.page.number, (left, top, max(left + _REACH, right + _REACH / 2), bottom))
    ).lines:
        at = line.text.find(text)
        if at >= 0:
            yield line.cut(at, line.run(at, 1.0))


def _holds(amounts: Sequence[Sequence[Word]]) -> bool:
    """Net + tax = gross; a sum of which a part is no figure (stars) says nothing, and holds."""
    net, tax, gross = (values.money(layout.join(words)) for words in amounts)
    return net is None or tax is None or gross is None or net + tax == gross


def _look(document: Document, sheet: Sheet, words: Sequence[Word], shape: re.Pattern[str]) -> list[Sequence[Word]]:
    box = union([word.box for word in words])
    again = read.again(document, sheet.page.number, box)
    lines = _vat_sheet.sheet(sheet.page, again).lines if again else ()
    return [line.cut(*span) for line in lines for span in matches(line, shape)]


def _boxes(sheet: Sheet, found: Collection[str]) -> Iterator[Box]:
    if "invoice_type" not in found:
        yield _title(sheet)
    for field, label in _LABEL_OF.items():
        if field not in found:
            yield from (_right_of(sheet, hit) for hit in sheet.hits(label) if _vat_parties.fits(sheet, hit, field))
    if not {"amount_excl_tax", "tax_amount"} <= set(found):
        yield from _sums(sheet)


def _sums(sheet: Sheet) -> Iterator[Box]:
    """Under 金额 and 税额, in the line of the sum."""
    columns = {column.name: column for column in sheet.columns}
    for hit in sheet.hits("sum") if {"amount", "tax"} <= set(columns) else ():
        line = sheet.lines[hit.line]
        for name in ("amount", "tax"):
            column = columns[name]
            slack = _SUM_SLACK * (sheet.span[1] - sheet.span[0])
            yield max(0.0, column.left - slack), line.top, min(1.0, column.right + slack), line.bottom


def _title(sheet: Sheet) -> Box:
    left, right = sheet.span
    top = max(0.0, min(line.top for line in sheet.lines) - _TITLE_RISE)
    dated = min((sheet.lines[hit.line].top for hit in sheet.hits("issue_date")), default=top + _TITLE_DROP)
    width = right - left
    return left + _TITLE_LEFT * width, top, left + _TITLE_RIGHT * width, max(dated, top + _TITLE_RISE)


def _right_of(sheet: Sheet, hit: _vat_sheet.Hit) -> Box:
    line = sheet.lines[hit.line]
    left = line.right(hit.stop - 1)
    half = (line.bottom - line.top) / 2
    return left, max(0.0, line.middle - half), min(left + _REACH, 1.0), min(1.0, line.middle + half)


def _inside(word: Word, box: Box) -> bool:
    x, y = word.centre
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
