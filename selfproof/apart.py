"""Whether several papers lie on one picture: by their edges, or by wide gutters between their print.

Points are pixels, x to the right, y down, as in `selfproof.flatten`; gutters are found among words, 0..1 of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from selfproof.flatten import Corners, share_inside
from selfproof.imaging import Image, scaled
from selfproof.model import Word

Band: TypeAlias = tuple[int, float, float]  # axis (0 across, 1 down), where the gutter begins and where it ends

_WORKING: Final = 700  # pixels of the longer side while edges are looked at
_ENOUGH: Final = 0.05  # of the text, on each of several papers
_INSIDE: Final = 0.97  # of the text: a quadrilateral that holds as much is the only page, or all of them together
_TOGETHER: Final = 0.8  # of the text, on all the papers
_PARTED: Final = 0.9  # of a quadrilateral's text, on papers within it
_OVERLAP: Final = 0.05  # of the smaller one's area, that two papers may share
_BESIDE: Final = 6.0  # pixels of the working picture to both sides of an edge, where colours are compared
_SAMPLES: Final = 48  # points along a side
_GROUND: Final = 9.0  # levels by which the ground of a paper differs from it
_GAP: Final = 0.004  # of the picture's longer side, between two papers
_TORN: Final = 0.016  # the same, between the ends of two facing sides of one paper that a crease parts
_FAINT: Final = 64  # levels between a paper and a ground that is nearly as light
_ROUND: Final = 1.15  # times the area around all the papers: a larger page that holds them is what they are printed on
_AROUND: Final = (9, 25)  # pixels of the working picture around all the papers, between which the ground is seen
_CREASE: Final = 0.5  # how much nearer to the paper's colour than to the ground's a crease is
_GUTTER: Final = 0.02  # of the page's longer side
_EITHER: Final = 8  # words on each side of a gutter


def papers(image: Image, lines: Sequence[Corners], quads: Sequence[Corners]) -> list[Corners]:
    """Papers that lie apart and together hold the text, as they are read; none where there are fewer than two.

    Each is of another colour than what lies around it: frames that are printed on one page are no papers. Nor are
    papers that meet (an open booklet), or what is shown on one larger page.
    image: a photograph. quads: what may be papers on it, as `selfproof.flatten.page_quads` finds them.
    """
    held = [(quad, share_inside(quad, lines)) for quad in quads]
    pages = [(quad, share) for quad, share in held if share > _ENOUGH and _on_ground(image, quad)]
    chosen = _chosen(pages)
    found = [quad for quad, _ in chosen]
    if not _are_several(chosen) or not _on_a_desk(image, lines, quads, found) or _creased(image, found):
        return []
    return sorted(found, key=lambda quad: _turn(quad, image.shape[0]))


def _turn(quad: Corners, height: int) -> tuple[int, float]:
    """When a paper is read: row by row, of three, from the left."""
    across, down = quad.mean(axis=0)
    return int(down / height * 3), float(across)


def _on_a_desk(image: Image, lines: Sequence[Corners], quads: Sequence[Corners], found: Sequence[Corners]) -> bool:
    """Whether there is ground between the papers that were found and no larger quadrilateral holds them."""
    near = _GAP * max(image.shape[:2])
    apart = all(_distance(one, other) > near for place, one in enumerate(found) for other in found[place + 1 :])
    around = cv2.contourArea(cv2.convexHull(np.vstack(found).astype(np.float32)))
    larger = (quad for quad in quads if cv2.contourArea(quad.astype(np.float32)) > _ROUND * around)
    on_page = any(share_inside(quad, lines) >= _INSIDE for quad in larger)
    return apart and not on_page


def _are_several(chosen: Sequence[tuple[Corners, float]]) -> bool:
    return len(chosen) > 1 and all(share < _INSIDE for _, share in chosen) and sum(s for _, s in chosen) > _TOGETHER


def torn(one: Corners, other: Corners, near: float) -> bool:
    """Whether two papers are the parts of one: a side of each lies along the other's from end to end.

    near: pixels between the ends of such sides.

    >>> upper, lower = np.array([(0, 0), (90, 0), (90, 50), (0, 50)]), np.array([(0, 51), (90, 51), (90, 99), (0, 99)])
    >>> torn(upper, lower, 2.0), torn(upper, lower + (9, 0), 2.0)
    (True, False)
    """
    sides = [list(zip(quad, np.roll(quad, -1, axis=0), strict=True)) for quad in (one, other)]
    return any(_meet(first, second, near) for first in sides[0] for second in sides[1])


def _meet(side: tuple[Corners, Corners], facing: tuple[Corners, Corners], near: float) -> bool:
    """Whether two sides, which run against each other, end at each other, and more so along them than across."""
    start, stop = side
    along = (stop - start) / max(float(np.hypot(*(stop - start))), 1e-6)
    steps = (facing[1] - start, facing[0] - stop)
    return all(float(np.hypot(*step)) < near and abs(float(step @ along)) < near / 3 for step in steps)


def _creased(image: Image, found: Sequence[Corners]) -> bool:
    """Whether what lies between papers is of their colour and not of the ground's: the crease of one sheet.

    A crease is as dark as a ground that differs little from the paper: there, that they meet like torn parts decides.
    """
    scale = min(1.0, _WORKING / max(image.shape[:2]))
    small = cv2.cvtColor(scaled(image, scale), cv2.COLOR_BGR2LAB)
    outlines = [(quad * scale).astype(np.int32) for quad in found]
    papers, whole = (np.zeros(small.shape[:2], np.uint8) for _ in range(2))
    for outline in outlines:
        cv2.fillConvexPoly(papers, outline, 1)
    cv2.fillConvexPoly(whole, cv2.convexHull(np.vstack(outlines)), 1)
    near, far = (cv2.dilate(whole, np.ones((size, size), np.uint8)) for size in _AROUND)
    between, ground = (whole == 1) & (papers == 0), (far == 1) & (near == 0)
    if not between.any() or not ground.any():
        return False
    paper, gap, beyond = (np.median(small[place], axis=0) for place in (papers == 1, between, ground))
    fold = bool(np.abs(paper - beyond).max() < _FAINT) and len(found) == 2  # noqa: PLR2004  the halves of one sheet
    if fold and torn(found[0], found[1], _TORN * max(image.shape[:2])):
        return True
    return bool(np.abs(gap - paper).max() < _CREASE * np.abs(gap - beyond).max())


def _chosen(pages: Sequence[tuple[Corners, float]]) -> list[tuple[Corners, float]]:
    """Pages that share no ground, largest first; one that is only the outline of several within it is none."""
    chosen: list[tuple[Corners, float]] = []
    for place, (quad, share) in enumerate(pages):
        if not all(_apart(quad, other) for other, _ in chosen):
            continue
        within = _chosen([page for page in pages[place + 1 :] if _covered(page[0], quad)])
        parted = len(within) > 1 and sum(part for _, part in within) >= _PARTED * share
        chosen.extend(within if parted else [(quad, share)])
    return chosen


def _covered(quad: Corners, by: Corners) -> bool:
    return _shared(quad, by) > (1 - _OVERLAP) * cv2.contourArea(quad.astype(np.float32))


def _shared(quad: Corners, other: Corners) -> float:
    return float(cv2.intersectConvexConvex(quad.astype(np.float32), other.astype(np.float32))[0])


def _apart(quad: Corners, other: Corners) -> bool:
    return _shared(quad, other) < _OVERLAP * min(cv2.contourArea(one.astype(np.float32)) for one in (quad, other))


def _distance(quad: Corners, other: Corners) -> float:
    """Between two convex outlines in pixels; 0 where they meet."""
    if _shared(quad, other) > 0:
        return 0.0
    outlines = [one.astype(np.float32) for one in (quad, other)]
    return min(
        -cv2.pointPolygonTest(outline, (float(x), float(y)), True)  # noqa: FBT003  OpenCV takes it by position
        for outline, corners in zip(outlines, outlines[::-1], strict=True)
        for x, y in corners
    )


def _on_ground(image: Image, quad: Corners) -> bool:
    """Whether beyond each side there is another colour than within: an open booklet's pages have one side without."""
    scale = min(1.0, _WORKING / max(image.shape[:2]))
    small = cv2.cvtColor(scaled(image, scale), cv2.COLOR_BGR2LAB)
    corners = quad * scale
    return all(_differs(small, *side) for side in zip(corners, np.roll(corners, -1, axis=0), strict=True))


def _differs(small: Image, start: Corners, end: Corners) -> bool:
    """Whether the colours on both sides of an edge differ by their medians; true where the picture ends beyond it."""
    along = end - start
    normal = np.array((along[1], -along[0])) / max(float(np.hypot(*along)), 1e-6)  # outwards: corners run clockwise
    points = start + np.linspace(0.1, 0.9, _SAMPLES)[:, None] * along
    beyond, within = (_colours(small, points + way * _BESIDE * normal) for way in (1, -1))
    if len(beyond) * 2 < _SAMPLES:
        return True
    return bool(np.abs(np.median(beyond, axis=0) - np.median(within, axis=0)).max() > _GROUND)


def _colours(small: Image, points: Corners) -> npt.NDArray[np.float64]:
    """Of the points that lie within the picture."""
    x, y = np.round(points).astype(int).T
    seen = (x >= 0) & (y >= 0) & (x < small.shape[1]) & (y < small.shape[0])
    return np.asarray(small[y[seen], x[seen]], dtype=np.float64)


def gutters(words: Sequence[Word], width: float, height: float) -> list[Band]:
    """Bands without print from edge to edge with enough words on both sides, widest first, of a page of such a size."""
    longer = max(width, height)
    found = [
        (size * (end - begin), (axis, begin, end))
        for axis, size in enumerate((width, height))
        for begin, end in _bands(words, axis)
        if size * (end - begin) > _GUTTER * longer
    ]
    wide = (band for _, band in sorted(found, reverse=True))
    return [band for band in wide if min(map(len, parted(words, band))) >= _EITHER]


def parted(words: Sequence[Word], band: Band) -> tuple[list[Word], list[Word]]:
    """The words before and after a gutter."""
    axis, begin, _ = band
    before = [word for word in words if word.centre[axis] < begin]
    return before, [word for word in words if word.centre[axis] >= begin]


def _bands(words: Sequence[Word], axis: int) -> Iterator[tuple[float, float]]:
    spans: npt.NDArray[np.float64] = np.array(sorted((word.box[axis], word.box[axis + 2]) for word in words))
    if not len(spans):
        return
    ends = np.maximum.accumulate(spans[:, 1])
    yield from ((float(end), float(start)) for end, start in zip(ends[:-1], spans[1:, 0], strict=True) if start > end)
