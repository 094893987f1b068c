"""The glyphs of a PDF page, as PDFium tells them, each with its place on the page as shown."""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pypdfium2.raw as pdfium

from selfproof.model import Box

_SPACE = 0x20
TWIN = 0.4  # of a glyph's size: two drawings of it whose edges differ by less are one
_ROUNDED = 1e-3  # of a point: more than single precision loses on a page
_UNMARKED = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_TURNED = 0.5  # of the glyphs: when more lie on their side, the page is turned


class Glyph(NamedTuple):
    """One character. box: 0..1 of the page as shown, top left origin; angle: degrees clockwise, of its baseline.

    drawn: identity of its text object; invisible: drawn without a mark; spaced: white space stands before it in the
    stream; parted: PDFium takes the gap after it for white space.
    """

    char: str
    box: Box
    angle: float
    drawn: int
    invisible: bool = False
    spaced: bool = False
    parted: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """How the page is shown. width, height: in points, as shown; turns: quarters clockwise beyond its own rotation."""

    width: float
    height: float
    turns: int = 0


def glyphs(page: Any, frame: Frame) -> list[Glyph]:  # noqa: ANN401  pypdfium2 ships no types
    """The glyphs that the file itself draws, in stream order; white space included, twins left out."""
    layer, place = _Layer(page.get_textpage()), _Place(page, frame)
    found: list[Glyph] = []
    for index in range(layer.text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(layer.raw, index)
        if pdfium.FPDFText_IsGenerated(layer.raw, index) == 1:
            if found and code == _SPACE:
                found[-1] = found[-1]._replace(parted=True)
            continue
        drawn = layer.drawn(index)
        angle, box = place.angle(drawn.direction), place(layer.box(index, drawn))
        found.append(Glyph(_plain(chr(min(code, 0x10FFFF))), box, angle, drawn.identity, drawn.unmarked))
    return list(_without_twins(found))


class _Drawn(NamedTuple):
    """A text object. unmarked: whether it leaves no mark (as under a searchable scan); bounds: as it tells them.

    direction: where its baseline runs, in the page's own coordinates, which know nothing of its rotation.
    """

    raw: Any
    identity: int
    direction: tuple[float, float]
    unmarked: bool = False
    bounds: Box | None = None


class _Layer:
    """What PDFium tells of a page's characters; one buffer of a sort serves all of them."""

    def __init__(self, text: Any) -> None:  # noqa: ANN401  pypdfium2 ships no types
        self.text, self.raw = text, text.raw
        self._matrix, self._loose = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        self._drawn: dict[int, _Drawn] = {}

    def _direction(self, index: int) -> tuple[float, float]:
        matrix = self._matrix
        known = pdfium.FPDFText_GetMatrix(self.raw, index, matrix)
        x, y = matrix.a, matrix.b
        return (x, y) if known and (x or y) else (1.0, 0.0)

    def drawn(self, index: int) -> _Drawn:
        """The text object of a character; one of its own, with the identity 0, for a character that has none."""
        raw = pdfium.FPDFText_GetTextObject(self.raw, index)
        if not raw:
            return _Drawn(None, 0, self._direction(index))
        identity = ctypes.addressof(raw.contents)  # `cast` would take several times as long
        known = self._drawn.get(identity)
        if known is None:
            unmarked = pdfium.FPDFTextObj_GetTextRenderMode(raw) in _UNMARKED
            known = self._drawn[identity] = _Drawn(raw, identity, self._direction(index), unmarked, _bounds(raw))
        return known

    def box(self, index: int, drawn: _Drawn) -> Box:
        """Left, bottom, right, top in points of the page: the em box, or the ink where the font has no metrics.

        A character that the file tells beside the drawing (``ActualText``, as browsers do of signs that share their
        drawing with a radical) has its object's bounds, which PDFium leaves in the coordinates of the form around it.
        """
        found = self._given(index)
        return self._out_of_form(index, drawn, found) if _is_part(found, drawn.bounds) else found

    def _out_of_form(self, index: int, drawn: _Drawn, box: Box) -> Box:
        inner, outer = pdfium.FS_MATRIX(), pdfium.FS_MATRIX()
        known = pdfium.FPDFPageObj_GetMatrix(drawn.raw, inner) and pdfium.FPDFText_GetMatrix(self.raw, index, outer)
        if not known or not np.linalg.det(_square(inner)):
            return box
        corners = np.array([[box[0], box[1], 1.0], [box[2], box[3], 1.0]])
        (x0, y0, _), (x1, y1, _) = (corners @ np.linalg.inv(_square(inner)) @ _square(outer)).tolist()
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _given(self, index: int) -> Box:
        loose = self._loose
        if pdfium.FPDFText_GetLooseCharBox(self.raw, index, loose):
            found = left, bottom, right, top = loose.left, loose.bottom, loose.right, loose.top
            if right > left and top > bottom:
                return found
        west, east, south, north = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(self.raw, index, west, east, south, north)
        return west.value, south.value, east.value, north.value


def _is_part(box: Box, bounds: Box | None) -> bool:
    """Whether a box is its object's bounds, or the share of them that one of several letters of a ligature gets.

    PDFium rounds the one to single precision anew, the other not.

    >>> bounds = (25.562891, 372.566345, 63.059765, 400.597595)
    >>> [_is_part((25.562891, bottom, 63.059761, 400.597595), bounds) for bottom in (372.566349, 371.0)]
    [True, False]
    """
    if bounds is None or abs(box[1] - bounds[1]) > _ROUNDED or abs(box[3] - bounds[3]) > _ROUNDED:
        return False
    return bounds[0] - _ROUNDED <= box[0] and box[2] <= bounds[2] + _ROUNDED


def _bounds(drawn: Any) -> Box:  # noqa: ANN401  pypdfium2 ships no types
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _square(matrix: Any) -> np.ndarray[Any, np.dtype[np.float64]]:  # noqa: ANN401  pypdfium2 ships no types
    """A PDF's matrix for rows of x, y and 1."""
    return np.array([[matrix.a, matrix.b, 0.0], [matrix.c, matrix.d, 0.0], [matrix.e, matrix.f, 1.0]])


def _plain(char: str) -> str:
    """Some fonts map a character to its look-alike among the radicals.

    >>> _plain("\u2f26") == "子"
    True
    """
    return unicodedata.normalize("NFKC", char) if "\u2e80" <= char <= "\u2fdf" else char


class _Place:
    """The affine map from a page's points to 0..1 as shown, its own rotation and crop box included."""

    def __init__(self, page: Any, frame: Frame) -> None:  # noqa: ANN401  pypdfium2 ships no types
        size = 1_000_000
        self.frame = frame
        corners = [self._shown(page, size, frame.turns, at) for at in ((0.0, 0.0), (100.0, 0.0), (0.0, 100.0))]
        (self.x, self.y), (xx, xy), (yx, yy) = corners
        self.across = (xx - self.x) / 100, (xy - self.y) / 100
        self.up = (yx - self.x) / 100, (yy - self.y) / 100
        self._angles: dict[tuple[float, float], float] = {}

    @staticmethod
    def _shown(page: Any, size: int, turns: int, at: tuple[float, float]) -> tuple[float, float]:  # noqa: ANN401
        x, y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, size, size, turns, at[0], at[1], x, y)
        return x.value / size, y.value / size

    def angle(self, direction: tuple[float, float]) -> float:
        """Degrees clockwise, -180 to 180, of a direction in the page's points, as shown."""
        known = self._angles.get(direction)  # few directions on a page
        if known is None:
            x, y = direction
            across = (self.across[0] * x + self.up[0] * y) * self.frame.width
            down = (self.across[1] * x + self.up[1] * y) * self.frame.height
            known = self._angles[direction] = math.degrees(math.atan2(down, across))
        return known

    def __call__(self, box: Box) -> Box:
        left, bottom, right, top = box
        (xx, xy), (yx, yy) = self.across, self.up
        x, y = self.x + xx * left + yx * bottom, self.y + xy * left + yy * bottom
        to_x, to_y = self.x + xx * right + yx * top, self.y + xy * right + yy * top
        return min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y)


def _without_twins(found: Iterable[Glyph]) -> Iterator[Glyph]:
    """Without the second drawing of a glyph in the same place, by which some programs make letters bold."""
    seen: dict[str, list[Box]] = {}
    for glyph in found:
        if glyph.char.isspace():
            yield glyph
            continue
        drawn, box = seen.setdefault(glyph.char, []), glyph.box
        near = TWIN * (box[2] - box[0])  # the most that `same_place` lets two left edges differ
        if not any(abs(box[0] - other[0]) < near and same_place(box, other) for other in drawn):
            drawn.append(box)
            yield glyph


def same_place(box: Box, other: Box) -> bool:
    """Whether two boxes are those of one glyph that is drawn twice."""
    (left, top, right, bottom), (west, north, east, south) = box, other  # unrolled: asked a million times a long page
    across, down = TWIN * (right - left), TWIN * (bottom - top)
    return abs(left - west) + abs(right - east) < across and abs(top - north) + abs(bottom - south) < down


def upright_turns(found: Sequence[Glyph]) -> int:
    """Quarters clockwise by which the page must be turned so that most of its text lies level."""
    quarters = [round(-glyph.angle / 90) % 4 for glyph in found if not glyph.char.isspace()]
    best = max(range(4), key=quarters.count)
    return best if quarters.count(best) > _TURNED * len(quarters) else 0
