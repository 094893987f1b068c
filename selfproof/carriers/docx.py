"""Word documents: paragraphs and table cells in the order of the body, text boxes and page headers included.

python-docx opens the package; the text is walked here because its own paragraphs leave out content controls
(the fill-in fields of contract forms) and text boxes. Deleted text of tracked changes is not read.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import docx
from docx.oxml.ns import qn
from lxml import etree

from selfproof.carriers.pseudo import Cell, page
from selfproof.errors import ReadError
from selfproof.intake import Original
from selfproof.model import Carrier, Document

_BREAKS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_UNREAD = {qn("w:del"), qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_PARAGRAPH, _ROW, _CELL, _TABLE, _TEXT = qn("w:p"), qn("w:tr"), qn("w:tc"), qn("w:tbl"), qn("w:t")
_MOST_PARAGRAPHS = 50_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line stands: its path, and in a table the row (numbered over all tables, 0 outside) and column."""

    path: str
    row: int = 0
    column: int = 0
    columns: int = 1


Block: TypeAlias = tuple[str, Spot]


def read(original: Original) -> Document:
    """One page of paragraphs; paths are "paragraph 12", "table 1 row 2 cell 3" (from 1), "header", "footer"."""
    try:
        package = docx.Document(io.BytesIO(original.data))
    except (zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise ReadError("truncated") from error
    cells = _layout([*_margins(package, "header"), *_blocks(package.element.body), *_margins(package, "footer")])
    return Document(original.id, original.media_type, Carrier.DOCX, (page(cells),))


def _margins(package: docx.document.Document, name: str) -> list[Block]:
    parts = [getattr(section, name) for section in package.sections]
    lines = {paragraph.text.strip(): None for part in parts for paragraph in part.paragraphs}
    return [(text, Spot(name)) for text in lines if text]


def _blocks(body: etree._Element) -> Iterator[Block]:
    """Each line that is not empty, with where it stands."""
    spots = _cell_spots(body)
    number = 0
    for count, paragraph in enumerate(body.iter(_PARAGRAPH)):
        if count > _MOST_PARAGRAPHS:
            raise ReadError("zip_bomb")
        cell = next(paragraph.iterancestors(_CELL), None)
        number += cell is None
        if any(parent.tag in _UNREAD for parent in paragraph.iterancestors()):
            continue
        spot = Spot(f"paragraph {number}") if cell is None else spots[cell]
        lines = "".join(_pieces(paragraph)).split("\n")
        yield from ((line.strip(), spot) for line in lines if line.strip())


def _cell_spots(body: etree._Element) -> dict[etree._Element, Spot]:
    tables = {table: number for number, table in enumerate(body.iter(_TABLE), 1)}
    rows: dict[etree._Element, list[etree._Element]] = {}
    for cell in body.iter(_CELL):
        rows.setdefault(next(cell.iterancestors(_ROW)), []).append(cell)
    lines: Counter[int] = Counter()
    spots = {}
    for identity, (row, cells) in enumerate(rows.items(), 1):
        table = tables[next(row.iterancestors(_TABLE))]
        lines[table] += 1
        for column, cell in enumerate(cells):
            path = f"table {table} row {lines[table]} cell {column + 1}"
            spots[cell] = Spot(path, identity, column, len(cells))
    return spots


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag not in _UNREAD and child.tag != _PARAGRAPH:
            yield from _pieces(child)


def _layout(blocks: list[Block]) -> list[Cell]:
    """Cells of one table row start on one line; a cell's further lines stand below its first."""
    cells: list[Cell] = []
    depth: Counter[int] = Counter()
    line, row, start = -1, 0, 0
    for text, spot in blocks:
        if not spot.row or spot.row != row:
            start, row, depth = line + 1, spot.row, Counter()
        at = start + depth[spot.column]
        depth[spot.column] += 1
        line = max(line, at)
        cells.append(Cell(text, spot.path, at, spot.column, spot.columns))
    return cells
