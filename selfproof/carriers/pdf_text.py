"""The text layer of a PDF page: glyphs with their places, grouped to words as a person sees them.

The order of glyphs in the stream is not reading order, and labels and values may be drawn apart: glyphs are joined
by geometry. A gap as wide as a column, or a ruled line, ends a word.
"""

from __future__ import annotations

import ctypes
import math
import statistics
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pypdfium2.raw as pdfium

from selfproof.geometry import union
from selfproof.model import Box, Word, box_quad

_RUN_GAP = 1.5  # of the em: what one drawn string may leave open inside
_GAP = 0.25  # of the em: between strings that are drawn apart but are one word
_LATIN_GAP = 0.45  # of the em: between Latin words that are drawn apart
_SPACE = 0x20
_SHARED = 0.5  # of the lower glyph's height, to stand on one line
_Upright: TypeAlias = tuple[float, float, float]  # a vertical line: where, from which height, to which; 0..1
_RULE = 2.0  # of a glyph's height: a shorter line may be a stroke of a letter
_TWIN = 0.4  # of a glyph's size: two drawings of it whose edges differ by less are one
_ROUNDED = 1e-3  # of a point: more than single precision loses on a page
_STRAIGHT = 3.0  # degrees: beyond it text is part of a seal or a watermark
_ARC_TOP = 2  # glyphs at the top of a seal's arc that lie level
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
        angle, drawn = place.angle(layer.direction(index)), layer.drawn(index)
        box = place(layer.box(index, drawn))
        found.append(Glyph(_plain(chr(min(code, 0x10FFFF))), box, angle, drawn.identity, drawn.unmarked))
    return list(_without_twins(found))


class _Drawn(NamedTuple):
    """A text object. unmarked: whether it leaves no mark (as under a searchable scan); bounds: as it tells them."""

    raw: Any
    identity: int
    unmarked: bool
    bounds: Box | None


class _Layer:
    """What PDFium tells of a page's characters; one buffer of a sort serves all of them."""

    def __init__(self, text: Any) -> None:  # noqa: ANN401  pypdfium2 ships no types
        self.text, self.raw = text, text.raw
        self._matrix, self._loose = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        self._drawn = {0: _Drawn(None, 0, unmarked=False, bounds=None)}

    def direction(self, index: int) -> tuple[float, float]:
        """Where the baseline runs, in the page's own coordinates, which know nothing of its rotation."""
        matrix = self._matrix
        known = pdfium.FPDFText_GetMatrix(self.raw, index, matrix)
        x, y = matrix.a, matrix.b
        return (x, y) if known and (x or y) else (1.0, 0.0)

    def drawn(self, index: int) -> _Drawn:
        """The text object of a character."""
        raw = pdfium.FPDFText_GetTextObject(self.raw, index)
        identity = ctypes.cast(raw, ctypes.c_void_p).value or 0
        if identity not in self._drawn:
            unmarked = pdfium.FPDFTextObj_GetTextRenderMode(raw) in _UNMARKED
            self._drawn[identity] = _Drawn(raw, identity, unmarked, _bounds(raw))
        return self._drawn[identity]

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
        near = _TWIN * (box[2] - box[0])  # the most that `_same_place` lets two left edges differ
        if not any(abs(box[0] - other[0]) < near and _same_place(box, other) for other in drawn):
            drawn.append(box)
            yield glyph


def _same_place(box: Box, other: Box) -> bool:
    (left, top, right, bottom), (west, north, east, south) = box, other  # unrolled: asked a million times a long page
    across, down = _TWIN * (right - left), _TWIN * (bottom - top)
    return abs(left - west) + abs(right - east) < across and abs(top - north) + abs(bottom - south) < down


def upright_turns(found: Sequence[Glyph]) -> int:
    """Quarters clockwise by which the page must be turned so that most of its text lies level."""
    quarters = [round(-glyph.angle / 90) % 4 for glyph in found if not glyph.char.isspace()]
    best = max(range(4), key=quarters.count)
    return best if quarters.count(best) > _TURNED * len(quarters) else 0


@dataclass(frozen=True, slots=True)
class Layer:
    """Level text in stream order. over: what stands in the place of another glyph, with its box."""

    glyphs: tuple[Glyph, ...]
    over: frozenset[tuple[str, Box]]


def level(found: Sequence[Glyph]) -> Layer:
    """What is written level of the glyphs."""
    straight = tuple(glyph for glyph, is_level in _straight(found) if is_level)
    return Layer(straight, frozenset(_painted_over(straight)))


def words(layer: Layer, frame: Frame, rules: Sequence[Box] = ()) -> list[Word]:
    """Words of the level text. rules: vertical lines, 0..1, at which words end.

    A run with a glyph in the place of another one is left out: joined, both would be a number that nobody printed.
    """
    lines = _uprights(rules)
    runs = [run for run in _runs(layer.glyphs, frame, lines) if not _is_over(run, layer)]
    return [word for run in _merged(runs, frame, lines) if (word := _word(run, frame)).text]


def overprinted(layer: Layer, frame: Frame) -> list[str]:
    """The level runs, in stream order, that are painted over each other."""
    runs = _runs(layer.glyphs, frame, ()) if layer.over else ()
    return [_word(run, frame).text for run in runs if _is_over(run, layer)]


def _is_over(run: Sequence[Glyph], layer: Layer) -> bool:
    return bool(layer.over) and any((one.char, one.box) in layer.over for one in run)


def _painted_over(level: Sequence[Glyph]) -> set[tuple[str, Box]]:
    """Letters and figures that stand where another one of their size does, drawn by another object."""
    ordered = sorted((glyph for glyph in level if glyph.char.isalnum()), key=lambda glyph: glyph.box[0])
    lefts = [glyph.box[0] for glyph in ordered]
    over: set[tuple[str, Box]] = set()
    for place, (glyph, left) in enumerate(zip(ordered, lefts, strict=True), 1):
        near = _TWIN * (glyph.box[2] - left)
        for after in range(place, len(ordered)):
            if lefts[after] - left > near:
                break
            other = ordered[after]
            if glyph.drawn != other.drawn and glyph.char != other.char and _same_place(glyph.box, other.box):
                over |= {(glyph.char, glyph.box), (other.char, other.box)}
    return over


def slanted(found: Sequence[Glyph]) -> list[str]:
    """What is written aslant, in stream order: seals and watermarks."""
    level = groupby(_straight(found), key=itemgetter(1))
    texts = ("".join(glyph.char for glyph, _ in group).strip() for straight, group in level if not straight)
    return [text for text in texts if text]


def _straight(found: Sequence[Glyph]) -> list[tuple[Glyph, bool]]:
    """Each glyph with whether it is level print; the few at an arc's top lie level but go on between aslant ones."""
    marked = [(glyph, abs(glyph.angle) <= _STRAIGHT) for glyph in found]
    edges = [at for at in range(1, len(marked)) if marked[at][1] != marked[at - 1][1]]
    for start, stop in pairwise(edges):
        arc = [glyph for glyph, _ in marked[start - 1 : stop + 1]]
        if marked[start][1] and stop - start <= _ARC_TOP and all(_beside(*pair) for pair in pairwise(arc)):
            marked[start:stop] = [(glyph, False) for glyph in arc[1:-1]]
    return marked


def _beside(last: Glyph, glyph: Glyph) -> bool:
    """Whether two glyphs, turned as they may be, stand no further apart than one is large."""
    (left, top, right, bottom), (west, north, east, south) = last.box, glyph.box
    across, down = abs(left + right - west - east) / 2, abs(top + bottom - north - south) / 2
    return across < 1.5 * max(right - left, east - west) and down < 1.5 * max(bottom - top, south - north)


def _runs(level: Sequence[Glyph], frame: Frame, rules: Sequence[_Upright]) -> Iterator[list[Glyph]]:
    """Stretches of the stream that go on to the right on one line."""
    run: list[Glyph] = []
    spaced = False
    for glyph in level:
        if glyph.char.isspace() or not glyph.char.isprintable():
            spaced = True
            continue
        together = spaced or (bool(run) and run[-1].drawn == glyph.drawn)
        most = _RUN_GAP if together else _LATIN_GAP if run and _is_latin(run[-1], glyph) else _GAP
        if run and not _goes_on(run[-1], glyph, frame, most, rules):
            yield run
            run = []
        run.append(glyph._replace(spaced=True) if spaced else glyph)
        spaced = False
    if run:
        yield run


def _is_latin(last: Glyph, glyph: Glyph) -> bool:
    """Words of a Latin sentence whose letters are drawn one by one: figures in columns must stay apart."""
    return last.parted and last.char.isalpha() and last.char.isascii() and glyph.char.isascii() and glyph.char.isalpha()


def _goes_on(last: Glyph, glyph: Glyph, frame: Frame, most: float, rules: Sequence[_Upright]) -> bool:
    (left, top, right, bottom), (next_left, next_top, next_right, next_bottom) = last.box, glyph.box
    if next_top > bottom or top > next_bottom:  # most pairs that are tried
        return False
    shared = min(bottom, next_bottom) - max(top, next_top)
    if shared < _SHARED * min(bottom - top, next_bottom - next_top):
        return False
    em = max(bottom - top, next_bottom - next_top) * frame.height
    gap = (next_left - right) * frame.width
    return -0.5 * em <= gap <= most * em and next_right > left and not _ruled(last.box, glyph.box, rules)


def _uprights(rules: Sequence[Box]) -> list[_Upright]:
    return sorted(((left + right) / 2, top, bottom) for left, top, right, bottom in rules)


def _ruled(box: Box, other: Box, rules: Sequence[_Upright]) -> bool:
    start, stop = (box[0] + box[2]) / 2, (other[0] + other[2]) / 2
    first = bisect_right(rules, start, key=itemgetter(0))
    between = rules[first : bisect_left(rules, stop, lo=first, key=itemgetter(0))]
    middle, least = (box[1] + box[3]) / 2, _RULE * (box[3] - box[1])
    return any(top <= middle <= bottom and bottom - top > least for _, top, bottom in between)


def _merged(runs: list[list[Glyph]], frame: Frame, rules: Sequence[_Upright]) -> list[list[Glyph]]:
    """Runs that stand side by side though they are drawn at different times."""
    merged: list[list[Glyph]] = []
    for run in sorted(runs, key=lambda item: item[0].box[0]):
        before = next((one for one in reversed(merged) if _goes_on(one[-1], run[0], frame, _GAP, rules)), None)
        if before is None or not _same_size(before, run):
            merged.append(list(run))
        else:
            before.extend(run)
    return sorted(merged, key=lambda item: (round(item[0].box[1] * 200), item[0].box[0]))


def _same_size(run: Sequence[Glyph], other: Sequence[Glyph]) -> bool:
    heights = [statistics.median(glyph.box[3] - glyph.box[1] for glyph in one) for one in (run, other)]
    return max(heights) <= 1.5 * min(heights)


def _word(run: Sequence[Glyph], frame: Frame) -> Word:
    """Gaps wider than a third of the em become one space, so that two Latin words stay two."""
    box = union([glyph.box for glyph in run])
    width = (box[2] - box[0]) or 1.0
    em = statistics.median(glyph.box[3] - glyph.box[1] for glyph in run) * frame.height
    text, edges = "", [0.0]
    for last, glyph in zip([None, *run], run, strict=False):
        start = (glyph.box[0] - box[0]) / width
        gap = (glyph.box[0] - last.box[2]) * frame.width if last else 0.0
        told = glyph.spaced or (last is not None and _is_latin(last, glyph))
        if gap > em / 4 or (told and gap > em / 20):
            text += " "
            edges.append(start)
        text += glyph.char
        edges.append((glyph.box[2] - box[0]) / width)
    steps = [round(min(max(edge, 0.0), 1.0), 5) for edge in edges]
    quad = tuple((round(x, 6), round(y, 6)) for x, y in box_quad(box))
    return Word(text, (quad[0], quad[1], quad[2], quad[3]), edges=tuple(sorted(steps)))
