"""What lies on a page and hides print: a finger, a pen, a slip of paper, a bar drawn over it.

Print that a cover cuts off reads as something else: 63.00 for 4,763.00, a town for a firm in it. A cover is told by the
pixels at the very end of the print: from top to bottom of the line nothing of them is paper, and the like does not go
on above and below, as the edge of a page or of a dark panel does. A seal's red is no cover: print shows through it.
"""

from __future__ import annotations

import math
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from selfproof.imaging import Image
from selfproof.model import Quad

Point: TypeAlias = NDArray[np.float64]
_HIGH: Final = 24  # pixels of a line's height as it is looked at
_BESIDE: Final = 30  # pixels that are looked at beyond each end
_WITHIN: Final = 10  # and before it: boxes of print reach into the cover
_NEAR: Final = 14  # pixels beyond the end by which a cover begins: the rest of a sign may stand between
_WIDE: Final = 12  # pixels that it is wide at least: strokes and rules are thinner
_EVEN: Final = 40  # of 255: by which its columns differ at most; print shows through a watermark
_INSIDE: Final = slice(3, _HIGH - 3)  # rows that are surely the line's
_FULL: Final = 0.9  # of a column's pixels
_DARK: Final = 0.45  # times the paper's light: deeper than a shadow
_COLOURED: Final = 0.045  # of the share of a colour in a pixel, beyond that in the paper
_RED: Final = 0.1  # the share of red beyond the paper's, where green and blue lack both: a seal's ink
_PALE: Final = 60.0  # percentile of light above which the pixels of a line are paper
_AWAY: Final = 3.0  # heights of the line above and below, where the page's edge goes on and a cover mostly does not


def cuts(image: Image, quad: Quad) -> bool:
    """Whether a cover lies at an end of print. quad: of the print, in 0..1 of the page; image: the page's (BGR)."""
    height, width = image.shape[:2]
    one, two, _, four = (np.array((x * width, y * height)) for x, y in quad)
    long, high = math.dist(one, two), math.dist(one, four)
    if min(long, high) < 1:
        return False
    scale = _HIGH / high
    along, down = (two - one) / long, (four - one) / high
    line = _line(image, one - along * _BESIDE / scale, along / scale, down / scale, round(long * scale))
    paper = _paper(line[:, _BESIDE:-_BESIDE])
    if paper is None:
        return False
    covered = _foreign(line, paper)[_INSIDE].mean(axis=0) >= _FULL
    colours = line[_INSIDE].mean(axis=0)
    reach = _BESIDE + _WITHIN
    ends = (
        (covered[:reach][::-1], colours[:reach][::-1], one, -along),
        (covered[-reach:], colours[-reach:], two, along),
    )
    return any(
        (start := _begins(columns, shades)) is not None
        and not _goes_on(image, end + way * (start - _WITHIN + _WIDE / 2) / scale + down * high / 2, down * high, paper)
        for columns, shades, end, way in ends
    )


def _line(image: Image, begin: Point, along: Point, down: Point, length: int) -> Image:
    """The line laid level, with what is beside its ends; beyond the page it is white."""
    matrix = np.array([[along[0], down[0], begin[0]], [along[1], down[1], begin[1]]], np.float64)
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    size = (length + 2 * _BESIDE, _HIGH)
    line: Image = cv2.warpAffine(
        image, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=(255,) * 3
    )
    return line


def _paper(line: Image) -> NDArray[np.float64] | None:
    """The colour of what the print stands on; None where it is too dark to tell."""
    pixels = line.reshape(-1, 3).astype(np.float64)
    light = pixels.sum(axis=1)
    paper: NDArray[np.float64] = np.median(pixels[light >= np.percentile(light, _PALE)], axis=0)
    return paper if paper.min() >= 1 and paper.sum() > 3 * _HIGH else None


def _foreign(pixels: Image, paper: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which pixels are neither paper nor paper in shadow."""
    blurred = cv2.blur(pixels, (3, 3)).astype(np.float64)
    light = blurred.sum(axis=2)
    share = blurred / np.maximum(light, 1.0)[..., None] - paper / paper.sum()
    blue, green, red = share[..., 0], share[..., 1], share[..., 2]
    inked = (red > _RED) & (green < 0) & (blue < 0)
    coloured = np.abs(share).max(axis=2) > _COLOURED
    found: NDArray[np.bool_] = ((light < _DARK * paper.sum()) | coloured) & ~inked
    return found


def _begins(columns: NDArray[np.bool_], shades: NDArray[np.float64]) -> int | None:
    """Where a run of covered columns begins, counted outwards: near the end, wide enough and of one colour."""
    for start in range(_WITHIN + _NEAR):
        part = slice(start, start + _WIDE)
        if columns[part].all() and np.ptp(shades[part], axis=0).max() <= _EVEN:
            return start
    return None


def _goes_on(image: Image, at: Point, down: Point, paper: Point) -> bool:
    """Whether what lies there lies above and below too: the edge of the page, or a panel."""
    return all(_is_foreign(image, at + step * _AWAY * down, paper) for step in (-1, 1))


def _is_foreign(image: Image, at: Point, paper: Point) -> bool:
    x, y = (round(float(value)) for value in at)
    part = image[max(y - 2, 0) : max(y + 3, 0), max(x - 2, 0) : max(x + 3, 0)]
    return part.size == 0 or bool(_foreign(part, paper).mean() > 1 / 2)
