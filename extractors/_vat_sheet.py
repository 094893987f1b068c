"""A printed page of a VAT invoice: its lines, its upright labels, where its labels and its table stand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof.identity import Same
from selfproof.layout_table import (
    Column,
    Line,
    Piece,
    Stack,
    headings,
    line_of,
    lines,
    pieces,
    runs,
    uprights,
)
from selfproof.model import Document, Page, Word

_LEVEL = math.radians(20)  # seals carry slanted glyphs; print is level
_HEADINGS = 3  # this many known headings make a line the head of the table
_MANY_HEADINGS = 5  # without 金额 among them
_LAST_COLUMN = 0.2  # of the width: how far the last column reaches beyond the rate
_BLOCK = 5.0  # line heights: how far a party's lines reach below its first
_UPPER = 0.4  # of the page's height: what is above the table when no label tells
_TIGHT = 2.5  # ems: a wider gap parts two values
_KEPT = 8  # pages that are kept taken apart: the kind is told from what is read afterwards
_LINES = 512  # whose plain text is kept: each is asked for by every field
_WRAPPED, _MOSTLY = 1.6, 0.6  # heights between the lines of a heading; of the second line that headings fill
_FAR = 14.0  # ems: a value may stand this far from its label


@cache
def labels() -> Mapping[str, Any]:
    """The table of printed labels."""
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "vat_labels.yaml").read_text("utf-8")
    )
    return table


@cache
def _old_forms() -> Mapping[int, str]:
    return str.maketrans(labels()["old_forms"])


@lru_cache(maxsize=_LINES)
def plain(text: str) -> str:
    """The text of a title or a label in the signs of today, sign by sign.

    >>> plain("電子發票(增值税专用发票)")
    '电子发票(增值税专用发票)'
    """
    return text.translate(_old_forms())


@cache
def pattern(field: str) -> re.Pattern[str]:
    """Any label of a field, the first listed first."""
    return re.compile("|".join(f"(?:{label})" for label in labels()["labels"][field]))


@cache
def _stops() -> re.Pattern[str]:
    known = [label for group in labels()["labels"].values() for label in group if not label.startswith(("N", "№"))]
    party = [f"(?:{'|'.join(names)})(?=名称|纳税人|统一|税号)" for names in labels()["sides"].values()]
    return re.compile("|".join(f"(?:{label})" for label in (*party, *known, *labels()["other_labels"])))


@dataclass(frozen=True, slots=True)
class Hit:
    """A label: which line, from which character up to which."""

    line: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One printed page. head: index of the line with the table's headings, None when none was found.

    gross: index of the line with the total including tax. columns: the table's, from left to right; those whose
    heading was lost stand where all forms have them.
    """

    page: Page
    lines: tuple[Line, ...]
    stacks: tuple[Stack, ...]
    head: int | None
    gross: int | None
    columns: Sequence[Column] = ()

    @property
    def table_top(self) -> float:
        """The height above which buyer, code and date stand: the headings, or else a block below the first party."""
        if self.head is not None:
            return self.lines[self.head].top
        first = next((self.lines[hit.line] for field in ("tax_id", "name") for hit in self.hits(field)), None)
        return first.top + _BLOCK * (first.bottom - first.top) if first else _UPPER

    @property
    def above(self) -> list[Line]:
        """The lines above the table."""
        top = self.table_top
        return [line for line in self.lines if line.bottom <= top]

    @property
    def table_bottom(self) -> float:
        """The height below which seller and remarks of older forms stand."""
        return self.lines[self.gross].bottom if self.gross is not None else self.table_top

    @property
    def span(self) -> tuple[float, float]:
        """How far the form reaches from left to right, by its table's headings or else by all that is printed."""
        columns = self.columns
        if columns:
            slack = 0.1 * (columns[-1].right - columns[0].left)
            return max(0.0, columns[0].left - slack), min(1.0, columns[-1].right + slack)
        edges = [piece.word.box for line in self.lines for piece in line.pieces]
        return min(box[0] for box in edges), max(box[2] for box in edges)

    def share(self, x: float) -> float:
        """Where a place of the page's width stands on the form, 0 at its left end and 1 at its right."""
        left, right = self.span
        return (x - left) / ((right - left) or 1.0)

    @property
    def crowd(self) -> float:
        """The share of recognised words that stand beside the form: other windows of a screen, other papers."""
        left, right = self.span
        words = [piece.word for line in self.lines for piece in line.pieces if len(piece.word.text) > 1]
        slack = 0.15 * (right - left)
        beside = [word for word in words if not left - slack <= word.centre[0] <= right + slack]
        return len(beside) / (len(words) or 1)

    @property
    def body(self) -> slice:
        """The lines between the table's headings and the total including tax; none unless both are there."""
        whole = self.head is not None and self.gross is not None
        return slice((self.head or 0) + 1, self.gross) if whole else slice(0, 0)

    def hits(self, field: str) -> Iterator[Hit]:
        """Every place where a label of the field is printed, from top to bottom."""
        for index, line in enumerate(self.lines):
            for match in pattern(field).finditer(plain(line.text)):
                yield Hit(index, *match.span())

    def value(self, hit: Hit, bound: float = 1.0) -> tuple[int, int]:
        """The characters after a label up to the next label, a wide gap, or `bound` (0..1 of the width)."""
        line = self.lines[hit.line]
        later = _stops().search(plain(line.text), hit.stop)
        stop = later.start() if later else len(line.text)
        if hit.stop >= stop or line.gap(hit.stop) > _FAR or line.left(hit.stop) > bound:
            return hit.stop, hit.stop
        end = line.run(hit.stop, _TIGHT, stop)
        return hit.stop, next((index for index in range(hit.stop, end) if line.left(index) > bound), end)

    def bound(self, hit: Hit) -> float:
        """How far right the block of a label reaches: to the next upright label, at most a bit over half the page."""
        line = self.lines[hit.line]
        begin = line.left(hit.start)
        right = [
            stack.box[0]
            for stack in self.stacks
            if stack.box[0] > begin and stack.box[1] - 2 * line.em <= line.middle <= stack.box[3] + 2 * line.em
        ]
        return min([*right, begin + 0.58, 1.0])


def sheets(document: Document) -> list[Sheet]:
    """Every printed page of a document."""
    return [found for page in document.pages if (found := _printed(Same(page)))]


@lru_cache(maxsize=_KEPT)
def _printed(same: Same[Page]) -> Sheet | None:
    page = same.one
    kept = {id(word) for word in page.words if _printed_here(word) and _level(word)}
    return _sheet(page, [part for part in runs(page) if id(part.source) in kept]) if kept else None


def _printed_here(word: Word) -> bool:
    return not word.path or word.path.startswith("CustomTag")


def sheet(page: Page, words: Sequence[Word]) -> Sheet:
    """A page with its lines in order and its labels found."""
    return _sheet(page, pieces(words))


def _sheet(page: Page, found: Sequence[Piece]) -> Sheet:
    stacks, rest = uprights(page, found, labels()["uprights"])
    printed = lines(page, rest)
    head = next((index for index, line in enumerate(printed) if _is_head(line)), None)
    ordered, head = (printed, None) if head is None else _whole_heads(page, printed, head)
    gross = (index for index, line in enumerate(ordered) if pattern("gross").search(plain(line.text)))
    columns = () if head is None else _completed(headings(ordered[head], labels()["columns"]))
    return Sheet(page, tuple(ordered), tuple(stacks), head, next(gross, None), columns)


def _whole_heads(page: Page, ordered: Sequence[Line], head: int) -> tuple[Sequence[Line], int]:
    """The lines with the headings in one, where narrow columns break some of them (面积单 over 位); and which it is."""
    near = (index for index in (head - 1, head + 1) if 0 <= index < len(ordered))
    other = next((index for index in near if _same_heads(ordered[head], ordered[index])), None)
    if other is None:
        return ordered, head
    first = min(head, other)
    parts = sorted((*ordered[head].pieces, *ordered[other].pieces), key=lambda piece: piece.word.box[0])
    return (*ordered[:first], line_of(page, parts), *ordered[first + 2 :]), first


def _same_heads(head: Line, other: Line) -> bool:
    """Whether a line close to the headings is made of others of them."""
    known = headings(other, labels()["columns"])
    close = abs(head.middle - other.middle) < _WRAPPED * (head.bottom - head.top)
    named = {column.name for column in known} - {column.name for column in headings(head, labels()["columns"])}
    inside = sum(column.left <= other.left(at) < column.right for column in known for at in range(len(other.text)))
    return close and "name" in named and inside > _MOSTLY * len(other.text)


def _completed(found: list[Column]) -> list[Column]:
    """All forms with a rate have 金额 before and 税额 after it, and those with 金额 and 税额 have a rate between."""
    by_name = {column.name: column for column in found}
    rate, tax, amount, price = (by_name.get(name) for name in ("tax_rate", "tax", "amount", "unit_price"))
    lost = []
    if rate is None and amount and tax:
        rate = _between("tax_rate", amount, tax.left)
        lost.append(rate)
    if rate and tax is None:
        lost.append(_between("tax", rate, min(1.0, rate.right + _LAST_COLUMN)))
    if rate and price and amount is None:
        lost.append(_between("amount", price, rate.left))
    return sorted([*found, *lost], key=lambda column: column.left)


def _between(name: str, before: Column, end: float) -> Column:
    """A column in the middle third of what is left between its neighbours."""
    third = (end - before.right) / 3
    return Column(name, before.right + third, end - third)


def _is_head(line: Line) -> bool:
    names = {column.name for column in headings(line, labels()["columns"])}
    return len(names) >= (_HEADINGS if "amount" in names else _MANY_HEADINGS)


def _level(word: Word) -> bool:
    (x0, y0), (x1, y1), *_ = word.quad
    return len(word.text) == 1 or abs(math.atan2(y1 - y0, (x1 - x0) or 1e-9)) < _LEVEL or _stands(word)


def _stands(word: Word) -> bool:
    """Upright labels are read from top to bottom: their quad may be turned a quarter."""
    return word.text in labels()["uprights"]
