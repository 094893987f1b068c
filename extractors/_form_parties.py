"""Parties that a form names once, beside or above rows of 户名, 账号, 开户行: which of them a row's label speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors import _form_cells as cells
from extractors._form_cells import Mark, Sheet
from selfproof.model import Box, Word

Spot = tuple[str, Sequence[Word]]
_SLACK = 0.01  # of the page: how far a heading may begin right of what it heads
_LEVEL = 0.25  # what a step to the side counts where heading and row are level
_ASIDE = 2.0  # a step down or up counts as two to the side: rows of one party stand close


@dataclass(frozen=True, slots=True)
class Heading:
    """A party's heading: its field and its box, 0..1 of the page. named: whether its name stands right behind it."""

    field: str
    box: Box
    named: bool = False


def headings(sheet: Sheet, fields: Sequence[str], uprights: Mapping[str, str]) -> list[Heading]:
    """Where the parties of these fields are named, level or upright; 付款人户名 heads the rows below it too."""
    level = [
        Heading(field, _box(sheet, mark), sheet.lines[mark.line].text[mark.stop : mark.stop + 1] == ":")
        for mark in sheet.marks
        for field in fields
        if _of(mark.field, field.strip("_"))
    ]
    spelt = [(stack, {uprights[label] for label in uprights if _spelt(stack.text, label)}) for stack in sheet.stacks]
    upright = [Heading(field, stack.box) for stack, found in spelt if len(found) == 1 for field in found]
    return level + [item for item in upright if item.field in fields]


def _of(field: str, party: str) -> bool:
    return field.removeprefix("_") == party or field.startswith(f"{party}_")


def rows(sheet: Sheet, parts: Mapping[str, str], heads: Sequence[Heading]) -> Iterator[tuple[str, Mark]]:
    """Each row's label with the field that it is for its party.

    parts: what is added to a party's field by the label's field: ``{"_name": "", "_account": "_account"}``.
    """
    for mark in sheet.marks:
        if mark.field in parts:
            head = min(heads, key=lambda item: _far(_box(sheet, mark), item), default=None)
            if head is not None and _far(_box(sheet, mark), head) < 1:
                yield head.field.removeprefix("_") + parts[mark.field], mark


def spots(sheet: Sheet, parts: Mapping[str, str], heads: Sequence[Heading], many: Mapping[str, int]) -> Iterator[Spot]:
    """The values of all rows of all parties. many: the lines that a value may take, by its label's field."""
    for field, mark in rows(sheet, parts, heads):
        yield from ((field, words) for words in cells.values(sheet, mark, many.get(mark.field, 1)))


def _box(sheet: Sheet, mark: Mark) -> Box:
    line = sheet.lines[mark.line]
    return line.left(mark.start), line.top, line.right(mark.stop - 1), line.bottom


def _far(row: Box, heading: Heading) -> float:
    """How far a row's label stands from a heading, to the right or below; 1 and more where it cannot be its.

    Rows above a heading are its own only where it stands left of them at half their height, and its name in one.
    """
    head, middle = heading.box, (row[1] + row[3]) / 2
    over = middle < head[1] and (heading.named or row[0] <= head[0] + _SLACK)
    if over or head[0] > row[0] + _SLACK:
        return 1.0
    aside, away = max(0.0, row[0] - head[2]), max(0.0, head[1] - middle, middle - head[3])
    return aside * _LEVEL if away == 0 else aside + _ASIDE * away


def _spelt(text: str, label: str) -> bool:
    rest = iter(label)
    return all(char in rest for char in text)
