"""What a rendered page shows besides its text layer: ruled lines, and print that the layer does not tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from selfproof.imaging import Image, brightest, darkest, reddish
from selfproof.model import Box, Word

_DARK: Final = 160  # of 255: darker is ink
_FAINT: Final = 215  # of 255: ruled lines are often pale
_RULE: Final = 0.025  # of the page's longer side: the least length of a ruled line, higher than any letter
_ARC: Final = 0.05  # of the longer side: the longest stretch of a seal's ring that looks straight
_SEAL: Final = 0.2  # of the longer side: the width of a seal at most
_SQUARE: Final = 0.6  # times as wide as high at least, or as high as wide
_GLYPH: Final = (0.003, 0.03)  # of the longer side: the height of a letter
_LEAST: Final = 4  # pixels of a mark, and of a cell's sides
_SIGN: Final = 0.35  # of a cell's height: the least height of a sign
_THROUGH: Final = 0.95  # of a cell's height, which is more than that of print
_CONTRAST: Final = 20  # levels between ink and paper, below which nobody sees it


def rules(image: Image) -> list[Box]:
    """Upright ruled lines as boxes, 0..1."""
    height, width = image.shape[:2]
    faint = (darkest(image) < _FAINT).astype(np.uint8)
    long = cv2.morphologyEx(faint, cv2.MORPH_OPEN, np.ones((max(3, round(_RULE * max(width, height))), 1), np.uint8))
    stats = cv2.connectedComponentsWithStats(long)[2][1:]
    return [
        (x / width, y / height, (x + broad) / width, (y + high) / height)
        for x, y, broad, high, _ in stats.tolist()
        if high > 4 * broad  # a filled area is no line
        and not _of_a_seal(image, (x, y, broad, high))
    ]


def _of_a_seal(image: Image, line: tuple[int, int, int, int]) -> bool:
    """Whether a line is a side of a red mark about as wide as high: of the ring or the star of a seal."""
    x, y, broad, high = line
    longer = max(image.shape[:2])
    if high > _ARC * longer or not np.median(reddish(image[y : y + high, x : x + broad])):
        return False
    reach = round(_SEAL * longer)
    left, top = max(0, x - reach), max(0, y - reach)
    red = (reddish(image[top : y + high + reach, left : x + broad + reach]) > 0).astype(np.uint8)
    _, marks, stats, _ = cv2.connectedComponentsWithStats(red)
    wide, tall = stats[marks[y - top + high // 2, x - left + broad // 2]][2:4].tolist()
    return bool(max(wide, tall) <= reach and min(wide, tall) >= _SQUARE * max(wide, tall))


def seen(word: Word, image: Image) -> bool:
    """Whether there is any ink where a word is said to stand: black on a yellow ground differs in two channels alone.

    image: the rendered page with its channels.
    """
    height, width = image.shape[:2]
    left, top, right, bottom = word.box
    part = image[
        max(0, int(top * height)) : int(bottom * height) + 1, max(0, int(left * width)) : int(right * width) + 1
    ]
    return part.size > 0 and int(np.ptp(part, axis=(0, 1)).max()) > _CONTRAST


def without_words(image: Image, words: Sequence[Word]) -> Image:
    """The page with paper where words stand."""
    height, width = image.shape[:2]
    rest = image.copy()
    for word in words:
        left, top, right, bottom = word.box
        corner, other = (int(left * width), int(top * height)), (int(right * width) + 1, int(bottom * height) + 1)
        cv2.rectangle(rest, corner, other, (255, 255, 255), cv2.FILLED)
    return rest


def glyph_count(image: Image, codes: Sequence[Box] = ()) -> int:
    """How many marks have the size of letters; red ones (seals) and those within codes do not count."""
    height, width = image.shape[:2]
    dark = ((brightest(image) < _DARK) & (reddish(image) == 0)).astype(np.uint8)
    for left, top, right, bottom in codes:
        dark[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1] = 0
    stats = cv2.connectedComponentsWithStats(dark)[2][1:]
    low, high = (share * max(width, height) for share in _GLYPH)
    sized = (stats[:, 3] >= low) & (stats[:, 3] <= high) & (stats[:, 2] <= 2 * high) & (stats[:, 2] >= low / 4)
    return int(sized.sum())


def printed(image: Image, box: Box) -> tuple[Image, Box] | None:
    """The print within a cell with a margin, and its box (0..1 of the page); None where there is none.

    Lines of a table run beyond the cell; what is too small for a sign is grain.
    """
    height, width = image.shape[:2]
    left, top = max(0, int(box[0] * width)), max(0, int(box[1] * height))
    cell = image[top : int(box[3] * height) + 1, left : int(box[2] * width) + 1]
    if min(cell.shape[:2]) < _LEAST:
        return None
    marks = _marks(cell)
    if not marks:
        return None
    margin = cell.shape[0] // 8
    xs, ys, far, low = zip(*marks, strict=True)
    x, y = max(0, min(xs) - margin), max(0, min(ys) - margin)
    right, bottom = min(cell.shape[1], max(far) + margin), min(cell.shape[0], max(low) + margin)
    place = (left + x) / width, (top + y) / height, (left + right) / width, (top + bottom) / height
    return np.ascontiguousarray(cell[y:bottom, x:right]), place


def _ruled(dark: Image) -> Image:
    """Upright lines through the whole cell, with their soft edges: a figure may touch one that bounds its column."""
    long = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((max(1, round(_THROUGH * len(dark))), 1), np.uint8))
    return np.asarray(cv2.dilate(long, np.ones((1, 3), np.uint8)), np.uint8)


def _marks(cell: Image) -> list[tuple[int, int, int, int]]:
    """The boxes of what is darker than the paper and does not run beyond both sides of the cell; none of grain only."""
    grey = cv2.cvtColor(cell, cv2.COLOR_BGR2GRAY)
    paper, darkest = float(np.median(grey)), float(np.percentile(grey, 0.5))
    if paper - darkest < _CONTRAST:
        return []
    dark = (grey < paper - 0.4 * (paper - darkest)).astype(np.uint8)
    high, wide = grey.shape
    dark &= 1 - _ruled(dark)
    boxes = [
        (x, y, x + broad, y + tall)
        for x, y, broad, tall, area in cv2.connectedComponentsWithStats(dark)[2][1:].tolist()
        if area >= _LEAST and not (y == 0 and y + tall == high) and not (x == 0 and x + broad == wide)
    ]
    upright = [box for box in boxes if box[3] - box[1] > _SIGN * high]
    return boxes if upright else []
