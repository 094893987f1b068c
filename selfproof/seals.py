"""Print under a red seal: lost at first, found again once the red is bleached out of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from selfproof import imaging, ocr
from selfproof.imaging import Image
from selfproof.model import Box, Word
from selfproof.upright import line_picture

_TOUCHED: Final = 0.02  # of a word's box that is red: below, no seal lies over it
_CERTAIN: Final = 0.9  # the least certain character of a word that needs no second look
_BETTER: Final = 0.05  # by which a second reading must be more certain
_SIZE: Final = (0.05, 0.45)  # of the page's width: the breadth of a seal
_NEW: Final = 0.7  # the least certain character of a word that only the second look found
_SHARED: Final = 0.25  # of a word's box, that may lie on words known before
_LINE: Final = 4.0  # pixels added around a word before it is read again


def read_under(image: Image, words: Sequence[Word], *, of: str) -> list[Word]:
    """The words with those under red read again without it, and words added that the red had hidden."""
    red = imaging.reddish(image)
    if not red.any():
        return list(words)
    cleaned = imaging.without_red(image)
    known = _reread(cleaned, red, words)
    hidden = [word for box in _seal_boxes(red) for word in _in_part(cleaned, box, of)]
    return [*known, *_unknown(hidden, known)]


def _reread(cleaned: Image, red: Image, words: Sequence[Word]) -> list[Word]:
    doubtful = [place for place, word in enumerate(words) if word.confidence < _CERTAIN and _is_touched(red, word.box)]
    known = list(words)
    if doubtful:
        crops = [_line(cleaned, words[place]) for place in doubtful]
        for place, second in zip(doubtful, ocr.read_lines(crops), strict=True):
            known[place] = _better(words[place], second)
    return known


def _better(first: Word, second: Word) -> Word:
    """The second reading in the first one's place, when it is surer and has lost nothing."""
    surer = second.confidence > first.confidence + _BETTER and len(second.text.strip()) >= len(first.text) - 1
    return replace(second, quad=first.quad) if surer else first


def _line(image: Image, word: Word) -> Image:
    height, width = image.shape[:2]
    return line_picture(image, np.array(word.quad) * (width, height))


def _is_touched(red: Image, box: Box) -> bool:
    part = _part(red, box)
    return part.size > 0 and float((part > 0).mean()) > _TOUCHED


def _part(image: Image, box: Box) -> Image:
    height, width = image.shape[:2]
    left, top, right, bottom = box
    return image[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]


def _seal_boxes(red: Image) -> Iterator[Box]:
    """Boxes (0..1) around red marks as broad as a seal, with a margin."""
    height, width = red.shape
    step = max(width // 400, 1)
    small = cv2.morphologyEx(red[::step, ::step], cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(small)
    for x, y, broad, high, _ in stats[1:]:
        share = broad * step / width
        if _SIZE[0] < share < _SIZE[1] and 0.4 < high / broad < 2.5:  # noqa: PLR2004  round, oval or square
            margin = 0.15 * share
            tall = margin * width / height
            left, top, right, bottom = (x * step / width, y * step / height, (x + broad) * step / width,
                                        (y + high) * step / height)  # fmt: skip
            yield max(0.0, left - margin), max(0.0, top - tall), min(1.0, right + margin), min(1.0, bottom + tall)


def _in_part(cleaned: Image, box: Box, of: str) -> list[Word]:
    height, width = cleaned.shape[:2]
    crop = np.ascontiguousarray(_part(cleaned, box))
    if min(crop.shape[:2]) < 8:  # noqa: PLR2004  nothing is legible there
        return []
    x, y = int(box[0] * width) / width, int(box[1] * height) / height
    return [_placed(word, (x, y, crop.shape[1] / width, crop.shape[0] / height)) for word in ocr.recognise(crop, of=of)]


def _placed(word: Word, part: Box) -> Word:
    x, y, width, height = part
    one, two, three, four = ((round(x + px * width, 6), round(y + py * height, 6)) for px, py in word.quad)
    return replace(word, quad=(one, two, three, four))


def _unknown(found: Sequence[Word], known: Sequence[Word]) -> list[Word]:
    """Certain words where none was known; two seals over one place find a word only once."""
    added: list[Word] = []
    for word in found:
        if word.confidence >= _NEW and all(_overlap(word, other) < _SHARED for other in [*known, *added]):
            added.append(word)
    return added


def _overlap(word: Word, other: Word) -> float:
    (left, top, right, bottom), (x, y, far, low) = word.box, other.box
    wide, high = min(right, far) - max(left, x), min(bottom, low) - max(top, y)
    area = max((right - left) * (bottom - top), 1e-9)
    return max(wide, 0.0) * max(high, 0.0) / area
