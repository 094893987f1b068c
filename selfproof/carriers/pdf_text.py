"""The text layer of a PDF page: glyphs with their places, grouped to words as a person sees them.

The order of glyphs in the stream is not reading order, and labels and values may be drawn apart: glyphs are joined
by geometry. A gap as wide as a column, or a ruled line, ends a word.
"""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from typing import TypeAlias

from selfproof.carriers.pdf_glyphs import TWIN, Frame, Glyph, same_place
from selfproof.geometry import union
from selfproof.model import Box, Word, box_quad

_RUN_GAP = 1.5  # of the em: what one drawn string may leave open inside
_GAP = 0.25  # of the em: between strings that are drawn apart but are one word
_LATIN_GAP = 0.45  # of the em: between Latin words that are drawn apart
_SHARED = 0.5  # of the lower glyph's height, to stand on one line
_Upright: TypeAlias = tuple[float, float, float]  # a vertical line: where, from which height, to which; 0..1
_RULE = 2.0  # of a glyph's height: a shorter line may be a stroke of a letter
_STRAIGHT = 3.0  # degrees: beyond it text is part of a seal or a watermark
_ARC_TOP = 2  # glyphs at the top of a seal's arc that lie level


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
        near = TWIN * (glyph.box[2] - left)
        for after in range(place, len(ordered)):
            if lefts[after] - left > near:
                break
            other = ordered[after]
            if glyph.drawn != other.drawn and glyph.char != other.char and same_place(glyph.box, other.box):
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
        near = marked[start][1] and stop - start <= _ARC_TOP and all(_beside(*pair) for pair in pairwise(arc))
        figured = any(glyph.char.isascii() and glyph.char.isalnum() for glyph in arc[1:-1])
        if near and (_crowns(arc) or not figured):
            marked[start:stop] = [(glyph, False) for glyph in arc[1:-1]]
    return marked


def _crowns(arc: Sequence[Glyph]) -> bool:
    """Whether the glyphs between an arc's two lie between them, and above both or below both.

    A figure of a day under a seal, which the stream may name among the seal's, lies anywhere.
    """
    (first, *inner, last) = ((one.box[0] + one.box[2], one.box[1] + one.box[3]) for one in arc)
    left, right = sorted((first[0], last[0]))
    upper, lower = sorted((first[1], last[1]))
    slack = arc[1].box[3] - arc[1].box[1]  # half a glyph: sums of edges are twice the middles
    crowning = all(down <= upper + slack for _, down in inner) or all(down >= lower - slack for _, down in inner)
    return crowning and all(left < across < right for across, _ in inner)


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
