"""Print along the ring of a round or oval seal: the name of whose it is, which no straight line of a page says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import pi
from typing import Final

import cv2
import numpy as np

from selfproof import imaging, ocr
from selfproof.imaging import Image
from selfproof.model import Box, Word, box_quad

_STEP: Final = 800  # pixels of the page's width on which rings are sought
_SIZE: Final = (0.06, 0.45)  # of the page's width: the breadth of a seal
_ROUND: Final = (0.6, 1.25)  # height over breadth: that of an invoicing seal is 3 : 4
_HOLLOW: Final = 0.65  # of its box that a ring with its print and star covers at most
_CLOSED: Final = 5  # pixels of a gap in a ring
_MOST: Final = 3  # seals of a page that are read, the largest first
_SMALLEST: Final = 60  # pixels of a seal's breadth, below which its print cannot be read
_RADIUS: Final = 128  # pixels of the ring once it is made round
_PRINT: Final = (0.06, 0.5)  # of the radius from without: between the ring and the star
_LINE: Final = 64  # pixels of the unrolled line's height


def read_along(image: Image, *, of: str) -> Iterator[Word]:
    """The words along each seal, unrolled from its foot clockwise; every one has the seal's box as its place."""
    height, width = image.shape[:2]
    for x, y, broad, high in _rings(imaging.reddish(image)):
        crop = image[y : y + high, x : x + broad]
        box: Box = (x / width, y / height, (x + broad) / width, (y + high) / height)
        yield from (replace(word, quad=box_quad(box)) for word in ocr.recognise(_unrolled(crop), of=of))


def _rings(red: Image) -> list[tuple[int, int, int, int]]:
    """Left, top, breadth and height in pixels of what may be a seal, the largest first."""
    step = max(red.shape[1] // _STEP, 1)
    small = cv2.morphologyEx(
        np.ascontiguousarray(red[::step, ::step]), cv2.MORPH_CLOSE, np.ones((_CLOSED, _CLOSED), np.uint8)
    )
    found = []
    for x, y, broad, high, area in cv2.connectedComponentsWithStats(small)[2][1:].tolist():
        sized = _SIZE[0] < broad / small.shape[1] < _SIZE[1] and broad * step >= _SMALLEST
        if sized and _ROUND[0] < high / broad < _ROUND[1] and area < _HOLLOW * broad * high:
            found.append((x * step, y * step, broad * step, high * step))
    return sorted(found, key=lambda one: -one[2])[:_MOST]


def _unrolled(seal: Image) -> Image:
    """The band inside the ring as one line; what stands at the seal's head is in its middle."""
    size = 2 * _RADIUS
    even = cv2.resize(seal, (size, size), interpolation=cv2.INTER_CUBIC)
    around = round(2 * pi * _RADIUS)
    polar = cv2.warpPolar(even, (_RADIUS, around), (_RADIUS, _RADIUS), _RADIUS, cv2.WARP_POLAR_LINEAR | cv2.INTER_CUBIC)
    line = np.roll(cv2.rotate(polar, cv2.ROTATE_90_COUNTERCLOCKWISE), -around // 4, axis=1)
    band = line[int(_PRINT[0] * _RADIUS) : int(_PRINT[1] * _RADIUS)]
    scale = _LINE / band.shape[0]
    return np.ascontiguousarray(cv2.resize(band, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC))
