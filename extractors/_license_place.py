"""Words of a licence in a levelled page.

All geometry is in pixels (or points) of the page, turned so that its printed lines run level: a photographed licence
is seldom quite straight.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from extractors._license_table import SHORT, glyphs, listed, shape
from selfproof.layout import squash
from selfproof.model import Box, Page, Point, Word

_STEEP = math.radians(10)  # print that runs so against the page's lines is a stamp or a seal
_LONG = 6  # characters of a word whose direction can be trusted
_SQUARE = 1.3  # times as high as wide at most: a sign whose box reaches down to the next label's
_NAMED = re.compile(r"(?:.{0,4}名)?称:?|.{0,3}字号(?:名称)?:?")  # its glyphs may be set apart
_LEVEL = 0.05  # radians: what is turned further is no print of the form
_PART, _OFTEN = 4, 4  # characters of a watermark's parts, and how many of them show that it is one


@dataclass(frozen=True, slots=True)
class Frame:
    """The page's size and how its printed lines are turned (radians)."""

    width: float
    height: float
    angle: float = 0.0

    def level(self, point: Point) -> Point:
        """A point of the page (0..1) in the levelled page."""
        x, y = point[0] * self.width, point[1] * self.height
        sine, cosine = math.sin(-self.angle), math.cos(-self.angle)
        return x * cosine - y * sine, x * sine + y * cosine

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        """A box of the levelled page as one of the page (0..1), cut off at its edges."""
        sine, cosine = math.sin(self.angle), math.cos(self.angle)
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        xs = [min(max((x * cosine - y * sine) / self.width, 0.0), 1.0) for x, y in corners]
        ys = [min(max((x * sine + y * cosine) / self.height, 0.0), 1.0) for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    def turn(self, word: Word) -> float:
        """How a word runs in the levelled page (radians; a quarter turn is read downwards)."""
        one, two, three, four = (self.level(point) for point in word.quad)
        return math.atan2(two[1] + three[1] - one[1] - four[1], two[0] + three[0] - one[0] - four[0])


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a part of one: left and right end, the middle's y, the glyphs' height."""

    word: Word
    frame: Frame
    left: float
    right: float
    y: float
    height: float

    @property
    def text(self) -> str:
        """As printed."""
        return self.word.text

    def cut(self, start: int, stop: int) -> Piece:
        """The part from character `start` up to `stop`."""
        return _place(self.word.slice(start, stop), self.frame)

    def middle(self, index: int) -> float:
        """Where a character's middle is."""
        glyph = self.cut(index, index + 1)
        return (glyph.left + glyph.right) / 2


def frame_of(page: Page) -> Frame:
    """The page as its long lines run, but for a watermark's: the median direction, each line counted by its length."""
    flat = Frame(page.width, page.height)
    mark = _watermark([squash(word.text) for word in page.words])
    printed = (word for word in page.words if len(word.text) >= _LONG and squash(word.text) not in mark)
    long = [(flat.turn(word), len(word.text)) for word in printed]
    turns = [turn for turn, length in long for _ in range(length) if abs(turn) < math.pi / 4]
    return Frame(page.width, page.height, median(turns) if turns else 0.0)


def pieces(words: Iterable[Word], frame: Frame) -> list[Piece]:
    """The words that may be label or value: upright, and no notes, imprint, stamp or part of a watermark.

    A name of its own is no such part, for many a watermark says whose licence it is: one that stands nowhere else, or
    the one beside its label.
    """
    texts = {word: squash(word.text) for word in words if word.text.strip()}
    mark = _watermark(list(texts.values()))
    marks = {text for text in texts.values() if len(text) >= SHORT and text in mark}
    own = [word for name in marks if shape("name").fullmatch(name) for word in _own(name, texts, frame)]
    noise = listed("noise")
    clean = [word for word, text in texts.items() if not noise.search(text) and (text not in marks or word in own)]
    return [piece for word in clean for piece in _upright(_place(word, frame))]


def _own(name: str, texts: Mapping[Word, str], frame: Frame) -> list[Word]:
    """Where a name is no part of a watermark: the only place, or the level one right of its label, if there is one."""
    places = [word for word, text in texts.items() if text == name]
    labels = [_place(word, frame) for word, text in texts.items() if _NAMED.fullmatch(text)]
    level = [_place(word, frame) for word in places if abs(frame.turn(word)) < _LEVEL]
    beside = [
        piece.word
        for piece in level
        for label in labels
        if abs(piece.y - label.y) < label.height / 2 and label.right <= piece.left
    ]
    return places if len(places) == 1 else beside if len(beside) == 1 else []


def _watermark(texts: Sequence[str]) -> str:
    """What is printed over and over across the page, mostly in parts; "" where nothing is."""
    parts = [text for text in texts if len(text) >= _PART]
    found = {text: sum(part in text for part in parts) for text in texts if len(text) > _LONG}
    most = max(found, key=lambda text: (found[text], len(text)), default="")
    return most if found.get(most, 0) >= _OFTEN else ""


def _place(word: Word, frame: Frame) -> Piece:
    one, two, three, four = (frame.level(point) for point in word.quad)
    if abs(two[1] - one[1]) > abs(two[0] - one[0]):  # read downwards: its outer box tells more
        xs, ys = zip(one, two, three, four, strict=True)
        return Piece(word, frame, min(xs), max(xs), (min(ys) + max(ys)) / 2, max(ys) - min(ys))
    height = (math.dist(one, four) + math.dist(two, three)) / 2
    y = (one[1] + two[1] + three[1] + four[1]) / 4
    return Piece(word, frame, (one[0] + four[0]) / 2, (two[0] + three[0]) / 2, y, height)


def _upright(piece: Piece) -> list[Piece]:
    """The piece itself; the glyphs of labels that were read downwards (名类住) one by one; nothing of slanted print."""
    if len(piece.text) < SHORT:
        return [replace(piece, height=min(piece.height, _SQUARE * (piece.right - piece.left)))]
    turn = abs(piece.frame.turn(piece.word))
    if turn > math.pi / 4:
        return _stacked(piece) if set(piece.text) <= glyphs() else []
    return [piece] if turn < _STEEP else []


def _stacked(piece: Piece) -> list[Piece]:
    """The glyphs of a word that is read downwards: square, the outer ones at its ends, evenly set."""
    side = piece.right - piece.left
    first, step = piece.y - (piece.height - side) / 2, (piece.height - side) / (len(piece.text) - 1)
    return [
        replace(piece.cut(index, index + 1), left=piece.left, right=piece.right, y=first + index * step, height=side)
        for index in range(len(piece.text))
    ]
