"""A licence's form: columns of labels, labels outside of them, and the printed lines between."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import median

from extractors._license_marks import Mark, leading, mark_of, rows, spelled
from extractors._license_place import Frame, Piece, frame_of, pieces
from extractors._license_table import (
    ASIDE,
    LOOSE,
    OTHER,
    SHORT,
    STOP,
    UNREAD,
    glyphs,
    label_pattern,
    labels,
    likeliest,
    likeness,
    tails,
)
from selfproof.layout import squash
from selfproof.model import Box, Page, Word

_GAP = 4.0  # heights of white space that end a line
_ENOUGH = 4  # labels that show how a column leans
_AUTHORITY = 16  # characters of an authority's name, behind its label
_PASSES = 2  # over the labels that came in parts: those found first show that the column reaches further
_WRAP = 1.8  # heights from one line of a label to the next
_BEFORE = 5  # stray characters that may be read in one with the label of a number


@dataclass(frozen=True, slots=True)
class Column:
    """Labels under one another, top first; values begin right of `right`. lean: how x moves with y."""

    left: float
    right: float
    marks: tuple[Mark, ...]
    lean: float = 0.0

    @property
    def height(self) -> float:
        """Of its labels' glyphs."""
        return median(mark.height for mark in self.marks)

    @property
    def pitch(self) -> float:
        """From label to label, where none is missing between."""
        steps = [low.y - high.y for high, low in pairwise(self.marks)]
        return min((step for step in steps if step > self.height), default=math.inf)

    def left_at(self, y: float) -> float:
        """The labels' left edge at a height."""
        return self.left + self.lean * (y - self.marks[0].y)

    def right_at(self, y: float) -> float:
        """The labels' right edge at a height."""
        return self.right + self.lean * (y - self.marks[0].y)

    def spans(self, y: float) -> bool:
        """Whether a height lies between its first and its last label."""
        return self.marks[0].y - self.height < y < self.marks[-1].y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces that follow one another in one printed line."""

    pieces: tuple[Piece, ...]

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.pieces[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.pieces[-1].right

    @property
    def y(self) -> float:
        """Its middle, each piece weighed by its width."""
        total = sum(piece.right - piece.left for piece in self.pieces) or 1.0
        return sum(piece.y * (piece.right - piece.left) for piece in self.pieces) / total

    @property
    def height(self) -> float:
        """Of its glyphs."""
        return median(piece.height for piece in self.pieces)

    @property
    def text(self) -> str:
        """Squashed."""
        return squash("".join(piece.text for piece in self.pieces))

    @property
    def words(self) -> tuple[Word, ...]:
        """With their places."""
        return tuple(piece.word for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page taken apart: its columns, the labels outside of columns (code, authority), and the values' lines."""

    page: int
    frame: Frame
    columns: tuple[Column, ...]
    loose: tuple[Mark, ...]
    lines: tuple[Line, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """All labels."""
        return tuple(mark for column in self.columns for mark in column.marks) + self.loose


def sheet(page: Page) -> Sheet:
    """Take a page apart."""
    frame = frame_of(page)
    joined, loose_pieces = spelled(pieces(page.words, frame))
    found = [(piece, leading(piece)) for piece in loose_pieces]
    columns = _columns([*joined, *(hit[0] for _, hit in found if hit is not None)])
    marks: list[Mark] = [*joined]
    rest: list[Piece] = []
    for piece, hit in found:
        for item in _split(piece, hit, columns):
            if isinstance(item, Mark):
                marks.append(item)
            else:
                rest.append(item)
    for _ in range(_PASSES):
        extra, rest = _fragments(_columns(marks), rest)
        marks += extra
    columns = _columns(marks)
    loose = tuple(mark for mark in marks if mark.field in LOOSE)
    return Sheet(page.number, frame, columns, loose, tuple(_lines(rest, columns, marks)))


def _split(piece: Piece, hit: tuple[Mark, Piece | None] | None, columns: Sequence[Column]) -> Iterator[Mark | Piece]:
    """A piece as labels and values: its leading label where that is believable, and labels of another column inside."""
    body: Piece | None = piece
    if hit is not None and _believable(hit[0], hit[1], columns):
        yield hit[0]
        body = hit[1]
    while body is not None:
        inner = next(_inner(body, columns), None)
        if inner is None:
            yield body
            return
        before, mark, body = inner
        if before is not None:
            yield before
        yield mark


def _inner(body: Piece, columns: Sequence[Column]) -> Iterator[tuple[Piece | None, Mark, Piece | None]]:
    """Labels inside of a piece with what stands before and behind."""
    for hit in label_pattern().finditer(body.text):
        mark = mark_of(body.cut(hit.start(), hit.end()))
        before, after = body.text[: hit.start()], body.text[hit.end() :]
        believed = {
            STOP: not after or not re.search(r"[\u4e00-\u9fff]", before),
            ASIDE: len(before) <= _BEFORE,
            "uscc": len(before) <= _BEFORE,
        }
        if before and believed.get(mark.field, _aligned(mark, columns, 2)):
            head = body.cut(0, hit.start()) if re.search(r"\w", before) else None
            yield head, mark, body.cut(hit.end(), len(body.text)) if after else None


def _believable(mark: Mark, after: Piece | None, columns: Sequence[Column]) -> bool:
    if mark.field == STOP:
        return after is None or len(after.text) <= _AUTHORITY
    return mark.field in LOOSE or _aligned(mark, columns, 3)


def _aligned(mark: Mark, columns: Sequence[Column], reach: float) -> bool:
    return any(abs(mark.left - column.left_at(mark.y)) < reach * mark.height for column in columns)


def _columns(marks: Iterable[Mark]) -> tuple[Column, ...]:
    """Labels with a common left edge, left column first; those of `LOOSE` stand outside.

    A label alone makes a column only where its field is in no other.
    """
    groups: list[list[Mark]] = []
    for mark in sorted((item for item in marks if item.field not in LOOSE), key=lambda item: item.left):
        group = next((item for item in groups if abs(_left(item) - mark.left) < 3 * mark.height), None)
        if group is None:
            groups.append([mark])
        else:
            group.append(mark)
    strong = [group for group in groups if any(_strong(mark) for mark in group)]
    shared = {mark.field for group in strong if len(group) > 1 for mark in group}
    return tuple(_column(group) for group in strong if len(group) > 1 or group[0].field not in shared)


def _strong(mark: Mark) -> bool:
    return len(mark.label) > SHORT and mark.field not in (OTHER, UNREAD)


def _left(group: Sequence[Mark]) -> float:
    return median(mark.left for mark in group)


def _column(group: Sequence[Mark]) -> Column:
    marks = tuple(sorted(group, key=lambda mark: mark.y))
    lean = _lean([mark for mark in marks if mark.field != UNREAD])
    shifts = [lean * (mark.y - marks[0].y) for mark in marks]
    left = median(mark.left - shift for mark, shift in zip(marks, shifts, strict=True))
    right = median(mark.right - shift for mark, shift in zip(marks, shifts, strict=True) if _strong(mark))
    return Column(left, right, marks, lean)


def _lean(marks: Sequence[Mark]) -> float:
    """The median slope of the labels' left edges (Theil-Sen), which no single misplaced label moves."""
    slopes = [
        (low.left - high.left) / (low.y - high.y)
        for high, low in combinations(marks, 2)
        if low.y - high.y > 2 * high.height
    ]
    return median(slopes) if len(marks) >= _ENOUGH and slopes else 0.0


def _fragments(columns: Sequence[Column], rest: Sequence[Piece]) -> tuple[list[Mark], list[Piece]]:
    """Labels whose glyphs came as separate words or partly wrong: what stands inside a column of labels."""
    marks: list[Mark] = []
    for column in columns:
        inside = [piece for piece in rest if _inside(column, piece)]
        rest = [piece for piece in rest if piece not in inside]
        for row in rows(inside):
            if _wraps(row, column):
                continue
            mark, after = _joined(row, column)
            marks += [mark] if mark else []
            rest += after
    return marks, list(rest)


def _wraps(row: Sequence[Piece], column: Column) -> bool:
    """Whether a row inside the labels is the end of the label close above it."""
    text, y = _glyphs_of("".join(piece.text for piece in row)), row[0].y
    above = next((mark for mark in reversed(column.marks) if mark.y < y - mark.height / 2), None)
    if above is None or not text or y - above.y > _WRAP * above.height:
        return False
    return len(above.label) > SHORT and (above.label.endswith(text) or above.label + text in labels())


def _inside(column: Column, piece: Piece) -> bool:
    """Whether a piece begins inside the column of labels."""
    above, below = column.marks[0].y - 7 * column.height, column.marks[-1].y + 5 * column.height
    if not above < piece.y < below or piece.height > 2 * column.height:
        return False
    slack = 0.6 if piece.text[0] in tails() else -0.2
    low, high = column.left_at(piece.y) - 2 * column.height, column.right_at(piece.y) + slack * column.height
    return low <= piece.left and piece.left + piece.height / 2 < high


def _joined(row: Sequence[Piece], column: Column) -> tuple[Mark | None, Sequence[Piece]]:
    """The label of which a row's first glyphs are the remains, and the value that was read in one with it.

    The mark is `UNREAD` for a remnant that fits several labels, and None when nothing speaks of a label.
    """
    *head, tail = row
    front = "".join(piece.text for piece in head)
    edge = column.right_at(tail.y) + column.height
    least = 0 if head else 1
    cuts = [stop for stop in range(least, len(tail.text) + 1) if stop <= 1 or tail.middle(stop - 1) < edge]
    stop = max(cuts, key=lambda cut: (likeness(_glyphs_of(front + tail.text[:cut])), cut == len(tail.text)))
    text = _glyphs_of(front + tail.text[:stop])
    label = likeliest(text)
    if label is None and (not text or len(text) > SHORT or not set(text) <= glyphs()):
        return None, row
    whole = [*head, tail.cut(0, stop)] if stop else head
    y, height = median(piece.y for piece in whole), median(piece.height for piece in whole)
    field = labels().get(label or "", UNREAD)
    mark = Mark(field, column.left_at(y), whole[-1].right, y, height, label or text)
    return mark, [tail.cut(stop, len(tail.text))] if stop < len(tail.text) else []


def _glyphs_of(text: str) -> str:
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


def lines_of(words: Iterable[Word], frame: Frame, place: Box) -> list[Line]:
    """Words that hold no labels as lines, cut off at the edges of a place in the levelled page."""
    left, top, right, bottom = place
    inside = [piece for piece in pieces(words, frame) if top < piece.y < bottom]
    cut = [_within(piece, left, right) for piece in inside]
    return _lines([piece for piece in cut if piece is not None], (), ())


def _within(piece: Piece, left: float, right: float) -> Piece | None:
    kept = [index for index in range(len(piece.text)) if left < piece.middle(index) < right]
    return piece.cut(kept[0], kept[-1] + 1) if kept else None


def _lines(rest: Sequence[Piece], columns: Sequence[Column], marks: Sequence[Mark]) -> list[Line]:
    """Values' lines from top to bottom; a label, another column or a wide gap ends one."""
    chains: list[list[Piece]] = []
    for piece in sorted(rest, key=lambda item: item.left):
        growing = [
            chain for chain in chains if _follows(chain[-1], piece, marks) and not _parted(chain[-1], piece, columns)
        ]
        if growing:
            min(growing, key=lambda item: abs(item[-1].y - piece.y)).append(piece)
        else:
            chains.append([piece])
    return sorted((Line(tuple(chain)) for chain in chains), key=lambda line: line.y)


def _follows(last: Piece, piece: Piece, marks: Sequence[Mark]) -> bool:
    height = min(last.height, piece.height)
    if abs(last.y - piece.y) > 0.5 * height or not -0.7 * height <= piece.left - last.right <= _GAP * height:
        return False
    return not any(
        last.right - height < mark.left and mark.right < piece.left + height and abs(mark.y - piece.y) < 0.7 * height
        for mark in marks
    )


def _parted(last: Piece, piece: Piece, columns: Sequence[Column]) -> bool:
    """Whether a column of labels that reaches this height begins between the two."""
    return any(
        column.spans(piece.y) and last.left < column.left_at(piece.y) - column.height < piece.left for column in columns
    )
