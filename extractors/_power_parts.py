"""The parts of the day on a power bill (尖峰平谷), in lines or in columns, and the line or column of their whole.

What stands beside or under a part is not what the bill is for; the whole is, where it is printed and no part is more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from extractors import _list_rows
from extractors._list_rows import Cell, Row
from selfproof import layout, values
from selfproof.identity import Same
from selfproof.model import Document, Word

_OF = r"(?:时段?|段)?(?:有功)?(?:计费|结算|抄见|用)?(?:电量|电费|电度电费|电度|电)?"
_PART = re.compile(rf"(?:正向)?(?:有功)?[(（]?(?:尖峰?|高?峰|平|低?谷|深谷)[)）]?{_OF}")
_WHOLE = re.compile(
    r"(?:正向)?(?:有功)?[(（]?(?:合计|总计|总|小计)[)）]?(?:有功)?(?:电量|电费)?|(?:电量|电费|有功)(?:合计|总计|小计)"
)
_GRAND = re.compile("合计|总计")  # before 小计 and 总, which a meter has of its own
_UNIT = r"(?:\((?:千瓦·?时|度|[kK][wW][·.]?[hH]|元)\)|/元)?"
_USED = re.compile(rf"(?:计费|结算|抄见|实用|有功|本期|合计|总|用)*(?:电量|计费数量|用量|数量|电度|度数){_UNIT}")
_COST = re.compile(rf"(?:电度|目录|到户|应收|合计|本期|总)*(?:电费|金额|费用)(?:小计|合计|金额)?{_UNIT}")
_SETTLED = re.compile("结算|计费|合计|总")  # of several columns of power the one that is paid for
_FEWEST = 2  # parts
_KINDS = {"consumption": _USED, "amount": _COST}

Spot = tuple[str, tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class Parts:
    """The lines of a table of parts, and what it is the whole of, by field."""

    rows: tuple[Row, ...]
    whole: tuple[Spot, ...]

    def holds(self, word: Word) -> bool:
        """Whether a word stands in the table."""
        return any(_inside(word, row) for row in self.rows)


def _inside(word: Word, row: Row) -> bool:
    if "!" in word.path:
        return any(word.path == other.path for other in row.words)
    return word.page == row.leaf and abs(word.centre[1] - row.middle) < row.height / 2


def is_part(text: str) -> bool:
    """Whether a text is a part's name, or begins with it and a colon.

    >>> is_part("峰段电量：4000"), is_part("谷"), is_part("合计电量：9000"), is_part("平安路1号")
    (True, True, False, False)
    """
    return _PART.fullmatch(layout.squash(text).partition(":")[0]) is not None


def tables(document: Document) -> tuple[Parts, ...]:
    """Every table of parts, in printed order."""
    return _tables(Same(document))


@lru_cache(maxsize=2)
def _tables(same: Same[Document]) -> tuple[Parts, ...]:
    rows = list(_list_rows.printed_rows(same.one))
    found = (_lines(rows, index) or _columns(rows, index) for index in range(len(rows)))
    return tuple(parts for parts in found if parts is not None)


def _lines(rows: Sequence[Row], index: int) -> Parts | None:
    """A table with a part on each line, below a heading of what was used and what it cost."""
    heads = [cell for cell in rows[index].cells if cell.text]
    at = {name: column for name, shape in _KINDS.items() if (column := _column(heads, shape)) is not None}
    if not at or not rows[index].heads:
        return None
    body = list(takewhile(lambda row: row.leaf == rows[index].leaf and _leads(row) != "", rows[index + 1 :]))
    parts = [row for row in body if _leads(row) == "part"]
    summed = [row for row in body if _leads(row) == "whole"]
    wholes = [row for row in summed if _GRAND.search(_led(row))] or summed
    if len(parts) < _FEWEST:
        return None
    told = (
        (name, cell.words)
        for name, column in at.items()
        if (cell := _only([_under(row, heads, column) for row in wholes])) is not None
        and _covers(cell, [_under(row, heads, column) for row in parts])
    )
    return Parts((rows[index], *body), tuple(told))


def _column(heads: Sequence[Cell], shape: re.Pattern[str]) -> int | None:
    """The column of a heading; of several the one that is settled, or none."""
    found = [index for index, cell in enumerate(heads) if shape.fullmatch(cell.text)]
    settled = [index for index in found if _SETTLED.search(heads[index].text)]
    return next((some[0] for some in (found, settled) if len(some) == 1), None)


def _leads(row: Row) -> str:
    """What a line is of by the texts that lead it: a part, the whole, something else with figures, or "" none."""
    texts = _led(row).split("|")
    if any(map(_PART.fullmatch, texts)):
        return "part"
    if any(map(_WHOLE.fullmatch, texts)):
        return "whole"
    return "other" if len(texts) < len(row.cells) and len(row.cells) > _FEWEST else ""


def _led(row: Row) -> str:
    """The texts before the first figure of a line."""
    return "|".join(cell.text for cell in takewhile(lambda cell: values.number(cell.text) is None, row.cells))


def _under(row: Row, heads: Sequence[Cell], column: int) -> Cell | None:
    """The figure of a line under a heading."""
    if len(row.cells) == len(heads):
        return row.cells[column]
    near = (cell for cell in row.cells if values.number(cell.text) is not None)
    return next(
        (cell for cell in near if min(range(len(heads)), key=lambda at: _away(cell, heads[at])) == column), None
    )


def _away(cell: Cell, head: Cell) -> tuple[float, float]:
    gap = max(head.left - cell.right, cell.left - head.right, 0.0)
    return gap, abs(cell.left + cell.right - head.left - head.right)


def _only(cells: Sequence[Cell | None]) -> Cell | None:
    """The whole where it is printed once, or always alike."""
    known = [cell for cell in cells if cell is not None]
    return known[0] if known and len({values.number(cell.text) for cell in known}) == 1 else None


def _covers(whole: Cell, parts: Sequence[Cell | None]) -> bool:
    amount = values.number(whole.text)
    each = [found for part in parts if part is not None and (found := values.number(part.text)) is not None]
    return amount is not None and bool(each) and max(each) <= amount


def _columns(rows: Sequence[Row], index: int) -> Parts | None:
    """A table with a part in each column, above lines of what was used and what it cost."""
    heads = [cell for cell in rows[index].cells if cell.text]
    parts = [at for at, cell in enumerate(heads) if _PART.fullmatch(cell.text)]
    whole = [at for at, cell in enumerate(heads) if _WHOLE.fullmatch(cell.text)]
    if len(parts) < _FEWEST or not rows[index].heads:
        return None
    body = list(takewhile(lambda row: row.leaf == rows[index].leaf and _figured(row), rows[index + 1 :]))
    told = (
        (name, cell.words)
        for row in body
        for name, shape in _KINDS.items()
        if len(whole) == 1 and shape.fullmatch(row.cells[0].text)
        and (cell := _under(row, heads, whole[0])) is not None
        and _covers(cell, [_under(row, heads, at) for at in parts])
    )  # fmt: skip
    return Parts((rows[index], *body), tuple(told))


def _figured(row: Row) -> bool:
    return len(row.cells) > _FEWEST and all(values.number(cell.text) is not None for cell in row.cells[1:])


def wholes(document: Document) -> Iterator[Spot]:
    """What the tables are the whole of."""
    yield from (spot for parts in tables(document) for spot in parts.whole)
