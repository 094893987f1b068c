"""Second looks at a licence: where something should stand and was not read, or was read with holes.

A second look is larger and without the red of seals; what it gives counts only under stricter conditions than a first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

from rapidfuzz.distance import LCSseq, Levenshtein

from extractors._license_form import Column, Line, Sheet, lines_of
from extractors._license_marks import Mark
from selfproof import layout, read
from selfproof.model import Box, Document, Page, Word

_LOOKED_UP = ("name", "legal_representative", "established_date")
_CERTAIN = 0.9  # of a value that only a second look shows
_DOUBTFUL = 0.5  # of a line that is worth a second look
_CLEARLY = 0.1  # by which a second reading must be surer
_STRIPS = 4  # of two glyphs' height, that overlap by one
_HOLE = 1.5  # glyphs of white space inside a running text
_SEAL = 10.0  # glyphs that a seal may hide
_SHORT_LINE = 3.0  # glyphs that a line ends before the others
_SKIPPED = 1.6  # line distances between two lines of a running text
_INDENT = 3.0  # glyphs by which the first line of a paragraph is set in
_BEFORE = 0.4  # of a character's width: what begins further before the end of a label belongs to it
_LEVEL = 0.6  # of a label's height, that its value may stand higher or lower
_WATERMARK = re.compile(r"[\u4e00-\u9fff]{3,}")
_ASLANT = 0.25  # rise by run, or run by rise: print is more level, or upright
_SAME = 0.7  # of what the first look read must come again


def code(
    document: Document, form: Sheet, sound: Callable[[Sequence[Line]], Sequence[Word] | None]
) -> Iterator[Sequence[Word]]:
    """A sound code beside or below its label, else line by line above the first label."""
    for place in _code_places(form):
        words = sound(_look(document, form, place))
        if words:
            yield words
            return


def _look(document: Document, form: Sheet, place: Box, *, bold: bool = False) -> list[Line]:
    words = read.again(document, form.page, form.frame.box(*place), bold=bold)
    return lines_of(words, form.frame, place)


def _code_places(form: Sheet) -> Iterator[Box]:
    marks = [mark for mark in form.marks if mark.field == "uscc"]
    for mark in marks:
        high = mark.height
        yield mark.right, mark.y - 0.8 * high, mark.right + 16 * high, mark.y + 0.8 * high
        yield mark.left - high, mark.y + 0.5 * high, mark.right + 6 * high, mark.y + 2.5 * high
    first = min((column.marks[0] for column in form.columns), key=lambda mark: mark.y)
    for step in range(0 if marks else _STRIPS):
        bottom = first.y - (1 + step) * first.height
        yield 0.0, bottom - 2 * first.height, form.frame.width, bottom


def values(document: Document, form: Sheet, found: Mapping[str, object]) -> Iterator[tuple[str, Sequence[Word]]]:
    """What stands beside a label whose value was not read, where that is read with certainty now.

    On a copy with a watermark also what the darkest ink says.
    """
    inks = (False, True) if watermarked(document, form.page) else (False,)
    for column in form.columns:
        for mark in column.marks:
            for bold in inks if mark.field in _LOOKED_UP and mark.field not in found else ():
                place = _value_place(form, column, mark)
                beside = [line for line in _look(document, form, place, bold=bold) if _new(line, mark, form)]
                left = form.frame.box(*place)[0]
                yield from ((mark.field, _from(line.words, left, mark.label)) for line in beside[:1])


def watermarked(document: Document, number: int) -> bool:
    """Whether words are set aslant across a page, as 仅供…使用 is."""
    page = next(page for page in document.pages if page.number == number)
    return any(_WATERMARK.search(word.text) and _ASLANT < _slope(word, page) < 1 / _ASLANT for word in page.words)


def _slope(word: Word, page: Page) -> float:
    (left, top), (right, bottom), *_ = word.quad
    return abs(bottom - top) * page.height / max(abs(right - left) * page.width, 1e-6)


def _from(words: Sequence[Word], left: float, label: str) -> tuple[Word, ...]:
    """The words without the end of a label before a place, which a look with a margin sees: a character or a word."""
    first = words[0]
    if len(words) > 1 and first.box[0] < left and label.endswith(layout.squash(first.text)):
        return tuple(words[1:])
    wide = (first.box[2] - first.box[0]) / len(first.text)
    if len(first.text) > 1 and first.box[0] < left - _BEFORE * wide:
        return (first.slice(1, len(first.text)), *words[1:])
    return tuple(words)


def _value_place(form: Sheet, column: Column, mark: Mark) -> Box:
    """Where the one line beside a label should stand, up to the next column of labels."""
    right = min((other.left for other in form.columns if other.left > column.right), default=form.frame.width)
    return column.right_at(mark.y), mark.y - 0.8 * mark.height, right, mark.y + 0.8 * mark.height


def _new(line: Line, mark: Mark, form: Sheet) -> bool:
    """Whether a line stands on its label's height, is certain, and is none that the first look gave another label."""
    known = any(
        abs(old.y - line.y) < 0.5 * line.height and old.left < line.right and line.left < old.right
        for old in form.lines
    )
    certain = all(word.confidence >= _CERTAIN for word in line.words)
    return certain and not known and abs(line.y - mark.y) < 0.6 * mark.height


def surer(document: Document, form: Sheet, lines: Sequence[Line]) -> Sequence[Line]:
    """The lines; one that was hardly legible as the second look reads it, where that is surer and nearly the same."""
    return [_surer(document, form, line) if _certainty(line) < _DOUBTFUL else line for line in lines]


def _surer(document: Document, form: Sheet, line: Line) -> Line:
    half = 0.6 * line.height
    looked = _look(document, form, (line.left - half, line.y - half, line.right + half, line.y + half))
    anew = [unlabelled(form.marks, line, other) for other in looked]
    best = max(anew, key=_certainty, default=line)
    near = Levenshtein.normalized_similarity(line.text, best.text) >= _SAME
    return best if near and _certainty(best) > _certainty(line) + _CLEARLY else line


def unlabelled(marks: Sequence[Mark], line: Line, anew: Line) -> Line:
    """A second reading of a value's line without the last sign of the label before it, which its margin shows."""
    first, beside = anew.pieces[0], [mark for mark in marks if abs(mark.y - line.y) < _LEVEL * mark.height]
    ends = any(mark.label.endswith(first.text[0]) and mark.left < line.left for mark in beside)
    if not ends or line.text.startswith(first.text[0]) or anew.text[1:2] != line.text[:1]:
        return anew
    rest = (first.cut(1, len(first.text)),) if len(first.text) > 1 else ()
    return Line((*rest, *anew.pieces[1:]))


def _certainty(line: Line) -> float:
    return min(word.confidence for word in line.words)


def running(document: Document, form: Sheet, lines: Sequence[Line]) -> Sequence[Line]:
    """A text over several lines; read anew when it has holes (a seal, a watermark, a line that was passed over)."""
    left, right = min(line.left for line in lines), _right(lines, form)
    if len(lines) < 2 or not _broken(lines, right):  # noqa: PLR2004  a single line shows no line distance and no edge
        return lines
    height = median(line.height for line in lines)
    place = left - height, lines[0].y - 0.7 * height, right + height, lines[-1].y + 0.7 * height
    anew = [line for line in _look(document, form, place) if abs(line.left - left) < _INDENT * height]
    pairs = [(line, min(anew, key=lambda other: abs(other.y - line.y), default=line)) for line in lines]
    mended = [_fuller(line, other) if _level(other, line) else line for line, other in pairs]
    between = [line for line in anew if all(abs(line.y - old.y) > 0.6 * height for old in lines)]
    return sorted([*mended, *between], key=lambda line: line.y)


def _fuller(first: Line, second: Line) -> Line:
    """The second reading of a line where it says more and still says the same."""
    same = LCSseq.similarity(first.text, second.text) >= _SAME * len(first.text)
    return second if same and len(second.text) > len(first.text) else first


def _right(lines: Sequence[Line], form: Sheet) -> float:
    """Where the printed lines end, with what was read of them behind a hole."""
    first, last = lines[0], lines[-1]
    beside = [
        column.left
        for column in form.columns
        if column.left > first.left
        and column.marks[0].y < last.y
        and column.marks[-1].y > first.y - 0.7 * column.height
    ]
    ends = [line.right for line in lines]
    for line in lines:
        ends += [
            other.right
            for other in form.lines
            if 0 < other.left - line.right < _SEAL * line.height and _level(other, line)
        ]
    return max(end for end in ends if end < min(beside, default=form.frame.width) or end in ends[: len(lines)])


def _level(other: Line, line: Line) -> bool:
    return abs(other.y - line.y) < 0.5 * line.height


def _broken(lines: Sequence[Line], right: float) -> bool:
    """Whether a line ends early in mid sentence, has a hole, or a line is missing."""
    short = any(line.right < right - _SHORT_LINE * line.height and not _ended(line.text) for line in lines[:-1])
    holes = any(
        after.left - before.right > _HOLE * line.height and not _ended(before.text)
        for line in lines
        for before, after in pairwise(line.pieces)
    )
    steps = [low.y - high.y for high, low in pairwise(lines)]
    return short or holes or max(steps) > _SKIPPED * median(steps)


def _ended(text: str) -> bool:
    return text.endswith(tuple("。;；,，)）*】]"))
