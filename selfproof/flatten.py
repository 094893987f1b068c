"""Where a page lies in a photograph, and the homography that lays it flat and level.

Points are pixels, x to the right, y down. Lines of text are corners, clockwise from where reading begins, as
`selfproof.ocr.lines` gives them. Every correction is judged by the lines of text before it is used: a correction that
leaves text outside, or less level than it was, is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from selfproof.imaging import Homography, Image, scaled

Corners: TypeAlias = npt.NDArray[np.float64]
Flat: TypeAlias = tuple[Homography, tuple[int, int]]

_WORKING: Final = 700  # pixels of the longer side while edges are sought
_SMALLEST: Final = 0.025  # of the picture: a bank card among several papers
_PAGE: Final = 0.12  # of the picture: a smaller quadrilateral is not the page that is shown
_LARGEST: Final = 0.985  # of the picture: a larger one is the picture itself
_INSIDE: Final = 0.97  # of the text that a page must hold
_ON_EDGES: Final = 0.6  # of a page's outline that must lie on edges
_SQUARE: Final = 0.5  # cosine: corners between 60 and 120 degrees
_OUTWARD: Final = 0.012  # of the page's size, kept around it
_SKEWED: Final = 0.008  # of the size: corners nearer than this to a level rectangle need no flattening
_FILLING: Final = 0.6  # of the picture: a level page that fills less is still worth cutting out
_LEVEL: Final = float(np.tan(np.radians(0.35)))  # slope below which lines count as level
_DRAWN: Final = float(np.tan(np.radians(0.1)))  # slope below which the picture is no photograph
_UNEVEN: Final = float(np.tan(np.radians(0.6)))  # slope that lines alone must show: detection is off by a third of it
_ASLANT: Final = float(np.tan(np.radians(1.0)))  # slope of lines on a page whose outline was found amiss
_BETTER: Final = 0.75  # of the unevenness before, that a correction may leave
_STEEPEST: Final = float(np.tan(np.radians(30.0)))
_RIDGE: Final = 0.02  # keeps the perspective terms small where few lines speak for them
_MOST_PIXELS: Final = 4200  # of the longer side of a flattened page


def page_quads(image: Image) -> list[Corners]:
    """Clear quadrilaterals that may be papers, largest first; clockwise from the top left corner."""
    scale = min(1.0, _WORKING / max(image.shape[:2]))
    small = scaled(image, scale)
    edges = _edges(small)
    area = float(small.shape[0] * small.shape[1])
    near = cv2.dilate(edges, np.ones((7, 7), np.uint8))
    found = [quad for quad in _quads(small, edges) if _SMALLEST < cv2.contourArea(quad) / area < _LARGEST]
    clear = [quad for quad in found if _is_square(quad) and _edge_share(quad, near) > _ON_EDGES]
    clear.sort(key=cv2.contourArea, reverse=True)
    return [_clockwise(quad.reshape(4, 2) / scale) for quad in clear]


def _edges(small: Image) -> Image:
    smooth = cv2.bilateralFilter(small, 7, 50, 50)
    channels = [cv2.Canny(channel, 30, 90) for channel in cv2.split(cv2.cvtColor(smooth, cv2.COLOR_BGR2LAB))]
    return np.asarray(np.maximum.reduce(channels), dtype=np.uint8)


def _quads(small: Image, edges: Image) -> Iterator[npt.NDArray[np.float32]]:
    """Four-cornered hulls of what edges enclose and of what is brighter than the rest."""
    kernel = np.ones((5, 5), np.uint8)
    bright = cv2.threshold(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), 0, 255, cv2.THRESH_OTSU)[1]
    wide = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
    for mask in (
        cv2.dilate(edges, kernel),
        cv2.morphologyEx(edges, cv2.MORPH_CLOSE, wide),
        cv2.morphologyEx(cv2.morphologyEx(bright, cv2.MORPH_CLOSE, wide), cv2.MORPH_OPEN, wide),
    ):
        for contour in cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
            if cv2.contourArea(cv2.convexHull(contour)) < _SMALLEST * mask.size:
                continue
            yield from _four_corners(cv2.convexHull(contour))


def _four_corners(hull: npt.NDArray[np.int32]) -> Iterator[npt.NDArray[np.float32]]:
    around = cv2.arcLength(hull, closed=True)
    for tolerance in (0.01, 0.02, 0.035, 0.05):
        outline = cv2.approxPolyDP(hull, tolerance * around, closed=True)
        if len(outline) == 4:  # noqa: PLR2004  corners of a page
            yield outline.astype(np.float32)
            return


def _is_square(quad: npt.NDArray[np.float32]) -> bool:
    corners = quad.reshape(4, 2)
    sides = np.roll(corners, -1, axis=0) - corners
    units = sides / np.maximum(np.linalg.norm(sides, axis=1, keepdims=True), 1e-6)
    return bool(np.all(np.abs((units * np.roll(units, 1, axis=0)).sum(axis=1)) < _SQUARE))


def _edge_share(quad: npt.NDArray[np.float32], near: Image) -> float:
    outline = np.zeros_like(near)
    cv2.polylines(outline, [quad.astype(np.int32)], isClosed=True, color=255, thickness=1)
    on = outline > 0
    return float((near[on] > 0).mean()) if on.any() else 0.0


def _clockwise(corners: Corners) -> Corners:
    centre = corners.mean(axis=0)
    angles = np.arctan2(corners[:, 1] - centre[1], corners[:, 0] - centre[0])
    ordered = corners[np.argsort(angles)]
    first = int(np.argmin(ordered.sum(axis=1)))
    return np.asarray(np.roll(ordered, -first, axis=0), dtype=np.float64)


def is_drawn(lines: Sequence[Corners]) -> bool:
    """Whether lines are as level as no photograph shows them: a scan, or drawn by a machine."""
    return unevenness(lines) < _DRAWN


def flattening(size: tuple[int, int], lines: Sequence[Corners], quads: Sequence[Corners]) -> Flat | None:
    """The homography from a picture to a flat page with its size (width, height); None when it is flat already.

    A clear page on a background is cut out; else the lines of text are made level and parallel.
    size: the picture's width and height. quads: what may be pages on it, as `page_quads` finds them.
    """
    (width, height), before = size, unevenness(lines)
    for quad in _large(quads, width * height):
        filling = cv2.contourArea(quad.astype(np.float32)) > _FILLING * width * height
        if share_inside(quad, lines) < _INSIDE or (filling and (before <= _LEVEL or _is_level(quad))):
            continue
        flat = of_quad(quad)
        if unevenness(mapped(lines, flat[0])) <= max(_BETTER * before, _LEVEL):
            return _finished(flat, lines)
    return _of_lines(lines, width, height) if before > _UNEVEN else None


def _large(quads: Sequence[Corners], area: float) -> Iterator[Corners]:
    yield from (quad for quad in quads if cv2.contourArea(quad.astype(np.float32)) > _PAGE * area)


def _finished(flat: Flat, lines: Sequence[Corners]) -> Flat:
    """The page with its lines made level besides, where its outline was not found well enough to do so."""
    left = mapped(lines, flat[0])
    rest = _of_lines(left, *flat[1]) if unevenness(left) > _ASLANT else None
    return flat if rest is None else (rest[0] @ flat[0], rest[1])


def share_inside(quad: Corners, lines: Sequence[Corners]) -> float:
    """How much of the text, by length, has its middle within a quadrilateral."""
    lengths = np.array([np.linalg.norm(line[1] - line[0]) for line in lines])
    inside = [holds(quad, line) for line in lines]
    return float((lengths * inside).sum() / max(lengths.sum(), 1e-6))


def holds(quad: Corners, line: Corners) -> bool:
    """Whether a line of text has its middle within a quadrilateral."""
    middle = tuple(map(float, line.mean(axis=0)))
    return cv2.pointPolygonTest(quad.astype(np.float32), middle, False) >= 0  # noqa: FBT003  OpenCV takes it by position


def _is_level(quad: Corners) -> bool:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    level = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    return bool(np.abs(quad - level).max() <= _SKEWED * max(right - left, bottom - top))


def of_quad(quad: Corners) -> Flat:
    """The homography from the picture to what lies within a quadrilateral, laid flat, with its size (width, height)."""
    grown = quad + (quad - quad.mean(axis=0)) * 2 * _OUTWARD
    sides = np.linalg.norm(np.roll(grown, -1, axis=0) - grown, axis=1)
    width, height = max(sides[0], sides[2]), max(sides[1], sides[3])
    shrink = min(1.0, _MOST_PIXELS / max(width, height))
    size = max(1, round(width * shrink)), max(1, round(height * shrink))
    target = np.array([(0, 0), (size[0], 0), size, (0, size[1])], dtype=np.float32)
    return cv2.getPerspectiveTransform(grown.astype(np.float32), target), size


def mapped(lines: Sequence[Corners], homography: Homography) -> list[Corners]:
    """Corners after a homography."""
    return [cv2.perspectiveTransform(line.reshape(1, -1, 2), homography).reshape(-1, 2) for line in lines]


def _ends(lines: Sequence[Corners]) -> npt.NDArray[np.float64]:
    """Middle of the beginning and of the end of each line that is long enough to tell its slope: n x 2 x 2."""
    ends = [
        ((line[0] + line[3]) / 2, (line[1] + line[2]) / 2)
        for line in lines
        if np.linalg.norm(line[1] - line[0]) > 4 * np.linalg.norm(line[3] - line[0])
    ]
    kept = [pair for pair in ends if abs(pair[1][1] - pair[0][1]) < _STEEPEST * abs(pair[1][0] - pair[0][0])]
    return np.array(kept, dtype=np.float64).reshape(-1, 2, 2)


def unevenness(lines: Sequence[Corners]) -> float:
    """The slope (tangent) that four fifths of the text, by length, does not exceed; 0 with too few lines to tell."""
    ends = _ends(lines)
    if len(ends) < 3:  # noqa: PLR2004  fewer lines say nothing of a page
        return 0.0
    run = np.abs(ends[:, 1] - ends[:, 0])
    slopes = run[:, 1] / run[:, 0]
    order = np.argsort(slopes)
    share = np.cumsum(run[order, 0]) / run[:, 0].sum()
    return float(slopes[order][int(np.searchsorted(share, 0.8))])


def _of_lines(lines: Sequence[Corners], width: int, height: int) -> Flat | None:
    """Level and parallel lines, by a rotation and two perspective terms; the whole picture stays in view."""
    unit = max(width, height)
    ends = (_ends(lines) - (width / 2, height / 2)) / unit
    terms = _fitted(ends)
    tilt, across, down = terms
    bend = np.array([(1.0, -tilt, 0.0), (tilt, 1.0, 0.0), (across, down, 1.0)])
    centred = np.array([(1 / unit, 0, -width / 2 / unit), (0, 1 / unit, -height / 2 / unit), (0, 0, 1)])
    back = np.array([(unit, 0, 0), (0, unit, 0), (0, 0, 1.0)])
    homography = back @ bend @ centred
    homography, size = _in_view(homography, width, height)
    better = unevenness(mapped(lines, homography)) < _BETTER * unevenness(lines)
    return (homography, size) if better and max(size) < 2 * unit else None


def _fitted(ends: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Tilt and perspective that bring both ends of every line to one height: Gauss-Newton, outliers weighed down."""
    terms = np.zeros(3)
    for _ in range(8):
        rest, slope = _rest(ends, terms), np.empty((len(ends), 3))
        for index in range(3):
            step = np.zeros(3)
            step[index] = 1e-5
            slope[:, index] = (_rest(ends, terms + step) - rest) / 1e-5
        length = np.abs(ends[:, 1, 0] - ends[:, 0, 0])
        weight = length / (1 + (rest / (length * _LEVEL * 2)) ** 2)
        ridge = np.diag([0.0, _RIDGE, _RIDGE]) * weight.sum()
        normal = slope.T @ (weight[:, None] * slope) + ridge * 1e-2 + np.eye(3) * 1e-12
        terms = terms - np.linalg.solve(normal, slope.T @ (weight * rest) + ridge @ terms * 1e-2)
    return terms


def _rest(ends: npt.NDArray[np.float64], terms: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    tilt, across, down = terms
    heights = (tilt * ends[..., 0] + ends[..., 1]) / (1 + across * ends[..., 0] + down * ends[..., 1])
    return np.asarray(heights[:, 1] - heights[:, 0], dtype=np.float64)


def _in_view(homography: Homography, width: int, height: int) -> Flat:
    corners = np.array([[(0, 0), (width, 0), (width, height), (0, height)]], dtype=np.float64)
    seen = cv2.perspectiveTransform(corners, homography)[0]
    low, high = seen.min(axis=0), seen.max(axis=0)
    shift = np.array([(1, 0, -low[0]), (0, 1, -low[1]), (0, 0, 1.0)])
    size = (round(float(high[0] - low[0])), round(float(high[1] - low[1])))
    return shift @ homography, size
