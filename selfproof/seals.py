"""Print under red seals and watermarks: lost at first, found again once the red is taken out of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from typing import Final

import cv2
import numpy as np

from selfproof import imaging, ocr
from selfproof.geometry import meet, union
from selfproof.imaging import Image
from selfproof.model import Box, Word, box_quad

_TOUCHED: Final = 0.02  # of a word's box that is red: below, no seal lies over it
_CERTAIN: Final = 0.9  # the least certain character of a word that needs no second look
_SIZE: Final = (0.05, 0.45)  # of the page's width: the breadth of a seal
_ROUND: Final = (0.4, 2.5)  # height over breadth of a seal or of a glyph of a watermark
_NEW: Final = 0.7  # the least certain character of a word that only the second look found
_SHARED: Final = 0.3  # of the smaller word's box, that two readings of one print share
_NEW_SIGN: Final = 0.95  # the same where the word is a single character: rings and stars look like some
_DOUBT: Final = 0.8  # a character less certain than this speaks against a reading, a surer one for it
_PIECE: Final = 0.1  # what each piece costs that a reading is broken into
_SMALLEST: Final = 8  # pixels of a region worth reading


def read_under(image: Image, words: Sequence[Word], *, of: str) -> list[Word]:
    """The words, those under red as a second look without it reads them, where that look is the surer one."""
    red = imaging.reddish(image)
    regions = _regions(red, words)
    if not regions:
        return list(words)
    cleaned = imaging.without_red(image)
    lying = {word.box for word in words if _lies(_part(red, word.box))}
    second = [word for region in regions if region not in lying for word in _in_part(cleaned, region, of)]
    second += _as_lines(cleaned, [region for region in regions if region in lying], of)
    touched = [word for word in words if _is_touched(red, word.box)]
    return _chosen(words, second, touched)


def _chosen(first: Sequence[Word], second: Sequence[Word], touched: Sequence[Word]) -> list[Word]:
    """Of each group of readings that lie over each other the surer one; only where a first one is touched by red."""
    kept = list(first)
    for before, after in _groups(first, second):
        if not before:
            kept += [word for word in after if word.confidence >= (_NEW if len(word.text) > 1 else _NEW_SIGN)]
        elif any(word in touched for word in before) and _weight(after) > _weight(before):
            kept = [word for word in kept if word not in before]
            kept += [own for word in after if (own := _own_part(word, kept))]
    return kept


def _own_part(word: Word, others: Sequence[Word]) -> Word | None:
    """The longest part of a word that stands on no other word's place: a region's edge cuts through neighbours."""
    free = [
        not any(_holds(other.box, word.slice(at, at + 1).centre) for other in others) for at in range(len(word.text))
    ]
    if all(free):
        return word
    runs = [(len(list(run)), has) for has, run in groupby(free)]
    starts = list(accumulate((length for length, _ in runs), initial=0))
    length, start = max(
        ((length, start) for (length, has), start in zip(runs, starts, strict=False) if has), default=(0, 0)
    )
    return word.slice(start, start + length) if length else None


def _holds(box: Box, place: tuple[float, float]) -> bool:
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]


def _groups(first: Sequence[Word], second: Sequence[Word]) -> Iterator[tuple[list[Word], list[Word]]]:
    """Words of both readings that share places, directly or through each other."""
    waiting = list(second)
    while waiting:
        after, before = [waiting.pop()], list[Word]()
        grown = True
        while grown:
            more = [word for word in first if word not in before and any(_same_print(word, one) for one in after)]
            before += more
            others = [word for word in waiting if any(_same_print(word, one) for one in before)]
            waiting = [word for word in waiting if word not in others]
            after += others
            grown = bool(more or others)
        yield before, after


def _weight(words: Sequence[Word]) -> float:
    """Certain characters count for a reading, doubtful ones and broken lines against it."""
    return sum(options[0][1] - _DOUBT for word in words for options in word.alternatives) - _PIECE * len(words)


def _same_print(word: Word, other: Word) -> bool:
    (left, top, right, bottom), (x, y, far, low) = word.box, other.box
    wide, high = min(right, far) - max(left, x), min(bottom, low) - max(top, y)
    smaller = min((right - left) * (bottom - top), (far - x) * (low - y))
    return wide > 0 and high > 0 and wide * high > _SHARED * smaller


def _is_touched(red: Image, box: Box) -> bool:
    part = _part(red, box)
    return part.size > 0 and float((part > 0).mean()) > _TOUCHED


def _lies(part: Image) -> bool:
    height, width = part.shape[:2]
    return bool(width >= height)


def _part(image: Image, box: Box) -> Image:
    height, width = image.shape[:2]
    left, top, right, bottom = box
    return image[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]


def _regions(red: Image, words: Sequence[Word]) -> list[Box]:
    """Where a second look is worth it: red marks, with the whole of the doubtful words that they touch."""
    doubtful = [word.box for word in words if word.confidence < _CERTAIN and _is_touched(red, word.box)]
    regions: list[Box] = []
    for box in [*_marks(red), *doubtful]:
        within = [other for other in [*regions, *doubtful] if meet(box, other)]
        grown = union([box, *within])
        regions = [region for region in regions if not meet(region, grown)] + [
            union([grown, *(region for region in regions if meet(region, grown))])
        ]
    return regions


def _marks(red: Image) -> Iterator[Box]:
    """Boxes (0..1) around red marks as broad as a seal, with a margin."""
    height, width = red.shape
    step = max(width // 400, 1)
    small = cv2.morphologyEx(red[::step, ::step], cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    for x, y, broad, high, _ in cv2.connectedComponentsWithStats(small)[2][1:].tolist():
        share = broad * step / width
        if _SIZE[0] < share < _SIZE[1] and _ROUND[0] < high / broad < _ROUND[1]:
            margin = 0.15 * broad
            left, right = (x - margin) * step / width, (x + broad + margin) * step / width
            top, bottom = (y - margin) * step / height, (y + high + margin) * step / height
            yield max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom)


def _in_part(cleaned: Image, box: Box, of: str) -> list[Word]:
    height, width = cleaned.shape[:2]
    crop = np.ascontiguousarray(_part(cleaned, box))
    if min(crop.shape[:2]) < _SMALLEST:
        return []
    x, y = int(box[0] * width) / width, int(box[1] * height) / height
    return [_placed(word, (x, y, crop.shape[1] / width, crop.shape[0] / height)) for word in ocr.recognise(crop, of=of)]


def _as_lines(cleaned: Image, boxes: Sequence[Box], of: str) -> list[Word]:
    """Lines that nothing else is near, read all at once where they were found."""
    crops = [(box, np.ascontiguousarray(_part(cleaned, box))) for box in boxes]
    crops = [(box, crop) for box, crop in crops if min(crop.shape[:2]) >= _SMALLEST]
    read = ocr.read_lines([crop for _, crop in crops], of=of)
    return [replace(word, quad=box_quad(box)) for (box, _), word in zip(crops, read, strict=True) if word.text.strip()]


def _placed(word: Word, part: Box) -> Word:
    x, y, width, height = part
    one, two, three, four = ((round(x + px * width, 6), round(y + py * height, 6)) for px, py in word.quad)
    return replace(word, quad=(one, two, three, four))
