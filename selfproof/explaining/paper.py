"""A document of headings, sentences and tables as PDF, its Chinese embedded where the machine has a font for it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

from selfproof.explaining import font as fonts

_ONE = Lock()  # reportlab knows fonts by name for the whole process, and each letter has one of its own
_MARGIN, _SIZE = 56.7, 10.5  # points: 20 mm, and the usual size of a letter


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Sentences, a paragraph each."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. rows: of equally many cells; widths: shares of the line."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document; foot: stands below every page, before its number."""

    title: str
    parts: tuple[Heading | Lines | Grid, ...]
    foot: str


def pdf(sheet: Sheet, *, one_page: bool = False, size: float = _SIZE) -> bytes:
    """The document on A4; equal sheets give equal bytes on one machine.

    one_page: what does not fit is set smaller until it does.
    """
    with _ONE, fonts.set_in(_text(sheet)) as font:
        return _set(sheet, font, one_page=one_page, size=size)


def _text(sheet: Sheet) -> str:
    """Every character that is printed, in any order."""
    said = [sheet.title, sheet.foot]
    for part in sheet.parts:
        if isinstance(part, Heading):
            said.append(part.text)
        else:
            said += part.lines if isinstance(part, Lines) else [cell for row in part.rows for cell in row]
    return "".join(said)


def _set(sheet: Sheet, font: str, *, one_page: bool, size: float) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import KeepInFrame, SimpleDocTemplate

    into, width = io.BytesIO(), A4[0] - 2 * _MARGIN
    edges = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), _MARGIN)
    document = SimpleDocTemplate(into, pagesize=A4, title=sheet.title, invariant=1, **edges)
    story = list(_story(sheet, font, width, size))
    if one_page:
        room = (width - 12, A4[1] - 2 * _MARGIN - 12)  # a frame pads by 6 points on each side
        story = [KeepInFrame(*room, story, mode="shrink")]
    foot = _foot(sheet.foot, font)
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return into.getvalue()


def _foot(text: str, font: str) -> Any:  # noqa: ANN401  reportlab ships no types
    def draw(canvas: Any, document: Any) -> None:  # noqa: ANN401  the same
        canvas.setFont(font, 8)
        canvas.drawString(_MARGIN, _MARGIN / 2, text)
        canvas.drawRightString(document.pagesize[0] - _MARGIN, _MARGIN / 2, str(document.page))

    return draw


def _story(sheet: Sheet, font: str, width: float, size: float) -> Iterator[Any]:
    yield _paragraph(sheet.title, font, size * 1.7, after=size)
    for part in sheet.parts:
        if isinstance(part, Heading):
            yield _paragraph(part.text, font, size * 1.2, before=size * 0.8, after=size * 0.3)
        elif isinstance(part, Lines):
            yield from (_paragraph(line, font, size, after=size * 0.3) for line in part.lines)
        elif part.rows:
            yield _table(part, font, width, size)


def _paragraph(text: str, font: str, size: float, *, before: float = 0.0, after: float = 0.0) -> Any:  # noqa: ANN401  the same
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle("text", fontName=font, fontSize=size, leading=size * 1.5, wordWrap="CJK")
    style.spaceBefore, style.spaceAfter = before, after
    return Paragraph(escape(text), style)


def _table(grid: Grid, font: str, width: float, size: float) -> Any:  # noqa: ANN401  reportlab ships no types
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table

    share = width / sum(grid.widths)
    cells: Sequence[Sequence[Any]] = [[_paragraph(cell, font, size * 0.9) for cell in row] for row in grid.rows]
    table = Table(cells, colWidths=[share * part for part in grid.widths])
    grey = HexColor("#888888")
    table.setStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, grey), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return table
