"""Where the characters of an OFD page stand: GB/T 33190-2016, 8.5 (graphic objects) and 11 (text).

A TextObject's characters are placed by TextCode X, Y, DeltaX and DeltaY in the object's own space; CTM, then the
origin of Boundary, then the transforms of enclosing composites take them to the page, in millimetres.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias
from xml.etree.ElementTree import Element

from selfproof.model import Box, Point, Quad, Word

Affine: TypeAlias = tuple[float, float, float, float, float, float]
IDENTITY: Affine = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST = 32
_ASCENT, _DESCENT = 0.86, 0.14  # of the size, around the baseline, as CJK fonts have it
_COLUMN_GAP = 6.0  # of the size: characters further apart belong to different columns
_LINE_STEP = 0.3  # of the size: a smaller step up or down is no new line
_JOIN_GAP = 0.6  # of the size: single characters of separate objects that are nearer are one word


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character with its baseline start and its advance, in the object's space."""

    char: str
    x: float
    y: float
    advance: float


@dataclass(frozen=True, slots=True)
class Run:
    """A word in the page's millimetres. size: of the font there; object: the TextObject's ID."""

    word: Word
    size: float
    object: str
    visible: bool


def local(element: Element) -> str:
    """A tag without its namespace: producers use several."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def runs(content: Element, units: Mapping[str, Element]) -> Iterator[Run]:
    """The runs of a page's or template's content; units: composite graphic units by ID."""
    for layer in content.iter():
        if local(layer) == "Layer":
            yield from _walk(layer, units, IDENTITY, 0)


def _walk(parent: Element, units: Mapping[str, Element], outer: Affine, depth: int) -> Iterator[Run]:
    for element in parent if depth < _DEEPEST else ():
        name = local(element)
        if name == "TextObject":
            yield from _text_object(element, outer)
        elif name == "PageBlock":
            yield from _walk(element, units, outer, depth + 1)
        elif name == "CompositeObject" and (unit := units.get(element.get("ResourceID", "").strip())) is not None:
            for content in unit:
                yield from _walk(content, units, compose(outer, placement(element)), depth + 1)


def _text_object(element: Element, outer: Affine) -> Iterator[Run]:
    transform = compose(outer, placement(element))
    size = numbers(element.get("Size"), 1, (3.0,))[0]
    scale = math.sqrt(abs(transform[0] * transform[3] - transform[1] * transform[2])) or 1.0
    visible = element.get("Visible", "true") != "false" and element.get("Alpha", "255") != "0"
    for line in lines(list(glyphs(element, size)), size):
        word = _word(line, size, transform)
        if word.text:
            yield Run(word, size * scale, element.get("ID", "").strip(), visible)


def glyphs(element: Element, size: float) -> Iterator[Glyph]:
    """Every character of a TextObject; a missing X or Y continues from the TextCode before."""
    x = y = 0.0
    stretch = numbers(element.get("HScale"), 1, (1.0,))[0]
    for code in element:
        if local(code) != "TextCode":
            continue
        text = "".join(
            " " if char.isspace() else char for char in code.text or "" if char.isprintable() or char == "\t"
        )
        x, y = numbers(code.get("X"), 1, (x,))[0], numbers(code.get("Y"), 1, (y,))[0]
        natural = [_natural(char, size) * stretch for char in text]
        steps_x = deltas(code.get("DeltaX"), len(text)) or (
            natural if code.get("DeltaY") is None else [0.0] * len(text)
        )
        steps_y = deltas(code.get("DeltaY"), len(text)) or [0.0] * len(text)
        for char, advance, step_x, step_y in zip(text, natural, steps_x, steps_y, strict=True):
            yield Glyph(char, x, y, advance)
            x, y = x + step_x, y + step_y


def _natural(char: str, size: float) -> float:
    return size if unicodedata.east_asian_width(char) in "WF" else size / 2


def deltas(printed: str | None, count: int) -> list[float]:
    """A DeltaX or DeltaY list with its ``g times value`` groups, cut or filled to `count` by its last value.

    >>> deltas("g 2 3 1.5", 5), deltas(None, 3), deltas("x", 2)
    ([3.0, 3.0, 1.5, 1.5, 1.5], [], [])
    """
    parts = iter((printed or "").split())
    steps: list[float] = []
    try:
        for part in parts:
            times, value = (int(float(next(parts))), float(next(parts))) if part == "g" else (1, float(part))
            steps += [value] * min(max(times, 0), count - len(steps))
    except (ValueError, OverflowError, StopIteration):
        return []
    return steps + steps[-1:] * (count - len(steps))


def lines(found: Sequence[Glyph], size: float) -> Iterator[list[Glyph]]:
    """Glyphs split where the text starts a new line or a new column; a vertical text stays one line."""
    upright = [b.y - a.y for a, b in pairwise(found) if abs(b.y - a.y) > _LINE_STEP * size and abs(b.x - a.x) < size]
    vertical = len(found) > 1 and len(upright) == len(found) - 1
    line: list[Glyph] = []
    for glyph in found:
        if line and not vertical and _breaks(line[-1], glyph, size):
            yield line
            line = []
        line.append(glyph)
    if line:
        yield line


def _breaks(before: Glyph, after: Glyph, size: float) -> bool:
    step = after.x - before.x
    return abs(after.y - before.y) > _LINE_STEP * size or step < -size or step > _COLUMN_GAP * size


def _word(line: list[Glyph], size: float, transform: Affine) -> Word:
    while line and line[0].char == " ":
        line = line[1:]
    while line and line[-1].char == " ":
        line = line[:-1]
    if not line:
        return Word("", ((0, 0), (0, 0), (0, 0), (0, 0)))
    down = len(line) > 1 and abs(line[-1].y - line[0].y) > abs(line[-1].x - line[0].x) + size / 2
    corners, edges = _vertical(line, size) if down else _horizontal(line, size)
    one, two, three, four = (apply(transform, corner) for corner in corners)
    return Word("".join(glyph.char for glyph in line), (one, two, three, four), edges=edges)


def _horizontal(line: Sequence[Glyph], size: float) -> tuple[Quad, tuple[float, ...]]:
    left, right, base = line[0].x, line[-1].x + line[-1].advance, line[0].y
    top, bottom = base - _ASCENT * size, base + _DESCENT * size
    edges = _edges([*(glyph.x for glyph in line), right])
    return ((left, top), (right, top), (right, bottom), (left, bottom)), edges


def _vertical(line: Sequence[Glyph], size: float) -> tuple[Quad, tuple[float, ...]]:
    left, right = line[0].x, line[0].x + size
    top, bottom = line[0].y - _ASCENT * size, line[-1].y + _DESCENT * size
    edges = _edges([*(glyph.y - _ASCENT * size for glyph in line), bottom])
    return ((right, top), (right, bottom), (left, bottom), (left, top)), edges


def _edges(places: Sequence[float]) -> tuple[float, ...]:
    span = (places[-1] - places[0]) or 1.0
    return tuple((place - places[0]) / span for place in places)


def joined(found: Sequence[Run]) -> list[Run]:
    """Runs in order; single characters that follow each other on one baseline become one run.

    Files converted from PDF place every character by an object of its own.
    """
    result: list[Run] = []
    for run in found:
        if result and _continues(result[-1], run):
            result[-1] = _merged(result[-1], run)
        else:
            result.append(run)
    return result


def _continues(before: Run, after: Run) -> bool:
    left, right = before.word.box, after.word.box
    near = -0.2 * after.size < right[0] - left[2] < _JOIN_GAP * after.size
    level = abs(left[3] - right[3]) < _LINE_STEP * after.size
    alike = before.visible == after.visible and before.word.path == after.word.path
    return len(after.word.text) == 1 and near and level and alike and math.isclose(before.size, after.size, rel_tol=0.1)


def _merged(before: Run, after: Run) -> Run:
    (left, top, _, bottom), (start, _, right, _) = before.word.box, after.word.box
    edges = before.word.edges or (0.0, 1.0)
    places = [left + (before.word.box[2] - left) * edge for edge in edges[:-1]]
    quad = ((left, top), (right, top), (right, bottom), (left, bottom))
    word = Word(before.word.text + after.word.text, quad, path=before.word.path, edges=_edges([*places, start, right]))
    return Run(word, before.size, before.object, before.visible)


def placement(element: Element) -> Affine:
    """Object space to the space around it."""
    left, top = numbers(element.get("Boundary"), 2, (0.0, 0.0))
    a, b, c, d, e, f = numbers(element.get("CTM"), 6, IDENTITY)
    return a, b, c, d, e + left, f + top


def compose(outer: Affine, inner: Affine) -> Affine:
    """The transform that applies `inner` first."""
    a, b, c, d, e, f = inner
    origin = apply(outer, (e, f))
    return (
        outer[0] * a + outer[2] * b, outer[1] * a + outer[3] * b,
        outer[0] * c + outer[2] * d, outer[1] * c + outer[3] * d, *origin,
    )  # fmt: skip


def apply(transform: Affine, point: Point) -> Point:
    """A point after the transform."""
    a, b, c, d, e, f = transform
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def numbers(printed: str | None, count: int, default: tuple[float, ...]) -> tuple[float, ...]:
    """The first `count` finite numbers of an attribute, or the default when there are not so many."""
    try:
        found = tuple(float(part) for part in (printed or "").replace(",", " ").split()[:count])
    except ValueError:
        return default
    return found if len(found) == count and all(map(math.isfinite, found)) else default


def on_page(word: Word, box: Box) -> Word | None:
    """The word in fractions of the page box (left, top, width, height, mm); None when it lies outside."""
    left, top, width, height = box
    points = [((x - left) / width, (y - top) / height) for x, y in word.quad]
    middle = sum(x for x, _ in points) / 4, sum(y for _, y in points) / 4
    if not all(0 <= place <= 1 for place in middle):
        return None
    one, two, three, four = ((min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)) for x, y in points)
    return Word(word.text, (one, two, three, four), edges=word.edges, path=word.path)
