"""Printed lines as one string each, upright labels, and tables whose columns are known by their headings.

A PDF, an OFD page and an OCR engine cut print into runs in their own ways: a label may be one run, one run a glyph,
or share its run with its value. Here every printed line becomes one squashed string whose characters know their
place, so that labels and values are found by patterns over the line and cut out of it as Words.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from statistics import median

from selfproof import layout
from selfproof.identity import Same
from selfproof.model import Page, Word

_RUN = re.compile(r"\S+")
_UPRIGHT = 1.8  # a run of several characters that is this much higher than wide is read from top to bottom
_KEPT = 8  # pages whose lines are kept: every kind that looks at a page asks for the same
_STACK_REACH = 5.0  # glyphs of one upright label stand at most this many of their heights apart


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a word without white space: characters `start` up to `stop` of `source`."""

    word: Word
    source: Word
    start: int
    stop: int


@dataclass(frozen=True)
class Line:
    """One printed line. text: NFKC without white space; spots: for each of its characters (piece, character).

    em: the usual height of a character in shares of the page's width, so that gaps can be judged.
    """

    pieces: tuple[Piece, ...]
    text: str
    spots: tuple[tuple[int, int], ...]
    em: float

    @cached_property
    def top(self) -> float:
        """The highest edge, 0..1 of the page."""
        return min(piece.word.box[1] for piece in self.pieces)

    @cached_property
    def bottom(self) -> float:
        """The lowest edge, 0..1 of the page."""
        return max(piece.word.box[3] for piece in self.pieces)

    @cached_property
    def middle(self) -> float:
        """The usual height of the line's centre."""
        return median(piece.word.centre[1] for piece in self.pieces)

    def left(self, index: int) -> float:
        """Where the character at `index` begins, 0..1 of the page's width."""
        return self._edges(index)[0]

    def right(self, index: int) -> float:
        """Where the character at `index` ends."""
        return self._edges(index)[1]

    def _edges(self, index: int) -> tuple[float, float]:
        piece, char = self.spots[index]
        return self.pieces[piece].word.span(char, char + 1)

    def gap(self, index: int) -> float:
        """The white before the character at `index`, in ems; 0 inside a piece and at the line's start.

        Without end between cells of a sheet, which have places but no white.
        """
        if index <= 0 or self.spots[index - 1][0] == self.spots[index][0]:
            return 0.0
        before, after = self.pieces[self.spots[index - 1][0]], self.pieces[self.spots[index][0]]
        if before.source.path != after.source.path and "!" in after.source.path:
            return math.inf
        return (after.word.box[0] - before.word.box[2]) / self.em

    def run(self, start: int, limit: float, stop: int | None = None) -> int:
        """The end of the text that begins at `start`: the first gap above `limit` ems, or `stop`."""
        end = len(self.text) if stop is None else stop
        return next((index for index in range(start + 1, end) if self.gap(index) > limit), end)

    def cut(self, start: int, stop: int) -> tuple[Word, ...]:
        """The words of the characters `start` up to `stop`; pieces of one word that follow each other are one again."""
        ranges: list[tuple[Word, int, int]] = []
        for index, char in self.spots[start:stop]:
            piece = self.pieces[index]
            at = piece.start + char
            if ranges and ranges[-1][0] is piece.source and at >= ranges[-1][1]:
                ranges[-1] = (piece.source, ranges[-1][1], at + 1)
            else:
                ranges.append((piece.source, at, at + 1))
        return tuple(source.slice(begin, end) for source, begin, end in ranges)


@dataclass(frozen=True, slots=True)
class Stack:
    """An upright label: its text from top to bottom and its box."""

    text: str
    box: tuple[float, float, float, float]


def pieces(words: Iterable[Word]) -> list[Piece]:
    """Every run of print without white space."""
    return [
        Piece(word.slice(*match.span()), word, *match.span()) for word in words for match in _RUN.finditer(word.text)
    ]


def lines(page: Page, parts: Iterable[Piece]) -> list[Line]:
    """The page's printed lines from top to bottom."""
    by_word = {id(part.word): part for part in parts}
    found = layout.rows(part.word for part in by_word.values())
    return [line_of(page, [by_word[id(word)] for word in row]) for row in found]


def printed(page: Page) -> tuple[Line, ...]:
    """All printed lines of a page from top to bottom."""
    return _printed(Same(page))


@lru_cache(maxsize=_KEPT)
def _printed(same: Same[Page]) -> tuple[Line, ...]:
    return tuple(lines(same.one, runs(same.one)))


def runs(page: Page) -> tuple[Piece, ...]:
    """Every run of print of a page without white space."""
    return _runs(Same(page))


@lru_cache(maxsize=_KEPT)
def _runs(same: Same[Page]) -> tuple[Piece, ...]:
    return tuple(pieces(same.one.words))


@cache
def _folded(char: str) -> str:
    return "".join(unicodedata.normalize("NFKC", char).split())


def line_of(page: Page, parts: Sequence[Piece]) -> Line:
    """Pieces in their order as one line."""
    text, spots = "", []
    for index, part in enumerate(parts):
        for place, char in enumerate(part.word.text):
            folded = _folded(char)
            text += folded
            spots += [(index, place)] * len(folded)
    em = median(part.word.height for part in parts) * page.height / (page.width or 1.0)
    return Line(tuple(parts), text, tuple(spots), em or 1.0)


def uprights(page: Page, parts: Sequence[Piece], labels: Sequence[str]) -> tuple[list[Stack], list[Piece]]:
    """The upright labels (runs that are higher than wide, or glyphs set below each other) and all other pieces.

    labels: what upright labels can say; glyphs that recognition lost may be missing, two must be left.
    """
    alphabet = set("".join(labels))
    single = [part for part in parts if len(part.word.text) == 1 and part.word.text in alphabet]
    chains = [label for chain in _chains(page, single) for label in _parted(chain, labels) if _spells(label, labels)]
    chains += [[part] for part in parts if len(part.word.text) > 1 and _upright(page, part) and _spells([part], labels)]
    taken = {id(part) for chain in chains for part in chain}
    return [_stack(chain) for chain in chains], [part for part in parts if id(part) not in taken]


def _chains(page: Page, single: Sequence[Piece]) -> list[list[Piece]]:
    chains: list[list[Piece]] = []
    for part in sorted(single, key=lambda item: item.word.centre[1]):
        home = next((chain for chain in chains if _under(page, chain[-1], part)), None)
        if home is None:
            chains.append([part])
        else:
            home.append(part)
    return chains


def _parted(chain: Sequence[Piece], labels: Sequence[str]) -> list[list[Piece]]:
    """The labels that stand below each other in one column, each as long as it can be."""
    found: list[list[Piece]] = []
    for part in chain:
        if found and _begins([*found[-1], part], labels):
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _begins(chain: Sequence[Piece], labels: Sequence[str]) -> bool:
    text = "".join(part.word.text for part in chain)
    return any(_subsequence(text, label) for label in labels)


def _under(page: Page, above: Piece, part: Piece) -> bool:
    width = above.word.height * page.height / page.width
    beside = abs(above.word.centre[0] - part.word.centre[0]) < 0.6 * width
    down = part.word.centre[1] - above.word.centre[1]
    return beside and 0.5 * above.word.height < down < _STACK_REACH * above.word.height


def _upright(page: Page, part: Piece) -> bool:
    left, _, right, _ = part.word.box
    return part.word.height * page.height > _UPRIGHT * (right - left) * page.width


def _spells(chain: Sequence[Piece], labels: Sequence[str]) -> bool:
    return sum(len(part.word.text) for part in chain) > 1 and _begins(chain, labels)


def _subsequence(text: str, label: str) -> bool:
    rest = iter(label)
    return all(char in rest for char in text)


def _stack(chain: Sequence[Piece]) -> Stack:
    boxes = [part.word.box for part in chain]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Stack("".join(part.word.text for part in chain), (min(lefts), min(tops), max(rights), max(bottoms)))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table by its heading's place (0..1 of the page's width)."""

    name: str
    left: float
    right: float

    def distance(self, left: float, right: float) -> float:
        """How far a cell's span stands from the heading's: 0 when they meet."""
        return max(0.0, left - self.right, self.left - right)


def headings(line: Line, names: Mapping[str, Sequence[str]]) -> list[Column]:
    """The columns whose headings stand in the line, from left to right; names: column → patterns of its headings.

    Longer patterns are tried first; what one of them covers is not tried again.
    """
    some, ordered = _shapes(tuple((name, tuple(all_headings)) for name, all_headings in names.items()))
    found: list[tuple[int, int, str]] = []
    for heading, name in ordered if some.search(line.text) else ():
        for match in heading.finditer(line.text):
            if all(match.end() <= start or match.start() >= stop for start, stop, _ in found):
                found.append((match.start(), match.end(), name))
    return [Column(name, line.left(start), line.right(stop - 1)) for start, stop, name in sorted(found)]


@cache
def _shapes(
    names: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    """Any of a table's headings, which most lines have none of, and each with its column, the longest first."""
    pairs = [(heading, name) for name, all_headings in names for heading in all_headings]
    ordered = sorted(pairs, key=lambda pair: -len(pair[0]))
    some = re.compile("|".join(f"(?:{heading})" for heading, _ in pairs) or "(?!)")
    return some, tuple((re.compile(heading), name) for heading, name in ordered)


def cells(line: Line, limit: float) -> Iterator[tuple[int, int]]:
    """The line cut at gaps above `limit` ems: for each part its first character and the one after its last."""
    start = 0
    while start < len(line.text):
        stop = line.run(start, limit)
        yield start, stop
        start = stop


def matches(line: Line, shape: re.Pattern[str], begin: int = 0, limit: float = 0.4) -> Iterator[tuple[int, int]]:
    """Where a pattern stands in a line from `begin` on; what gaps above `limit` ems set apart is never taken as one."""
    for start, stop in cells(line, limit):
        if stop > begin:
            yield from (match.span() for match in shape.finditer(line.text[:stop], max(start, begin)))
