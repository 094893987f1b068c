"""What hides print on a page: a finger, a pen, a slip of paper, a bar drawn over it, and light that burns it out.

Print that a cover cuts off reads as something else: 63.00 for 4,763.00, a town for a firm in it. A cover is told by the
pixels at the very end of the print or within it: in most of the line's height nothing of them is paper, and beyond the
end the like does not go on above and below, as the edge of a page or of a dark panel does. A seal's red is no cover:
print shows through it.

Glare is told where no ink is, past the end of print or in white within it: there the paper is as bright as the lens can
see, it is darker around, and towards there ink fades or the paper's light climbs at once, yet not as at a drawn edge.
A white page, a panel and a page lit too strongly are none: their paper is white all around, has edges, lets ink be ink.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from selfproof.imaging import Image
from selfproof.model import Quad

Point: TypeAlias = NDArray[np.float64]
Shades: TypeAlias = NDArray[np.float32]
_HIGH: Final = 24  # pixels of a line's height as it is looked at
_BESIDE: Final = 30  # pixels that are looked at beyond each end
_WITHIN: Final = 10  # and before it: boxes of print reach into the cover
_NEAR: Final = 14  # pixels beyond the end by which a cover begins: the rest of a sign may stand between
_WIDE: Final = 12  # pixels that it is wide at least: strokes and rules are thinner
_EVEN: Final = 40  # of 255: by which its columns differ at most; print shows through a watermark
_INSIDE: Final = slice(3, _HIGH - 3)  # rows that are surely the line's
_FULL: Final = 0.9  # of a column's pixels
_MOST: Final = 0.6  # of those where it begins: fingers are round
_THEN: Final = 4  # columns by which it is full
_DARK: Final = 0.45  # times the paper's light: deeper than a shadow
_COLOURED: Final = 0.045  # of the share of a colour in a pixel, beyond that in the paper
_RED: Final = 0.1  # the share of red beyond the paper's, where green and blue lack both: a seal's ink
_PALE: Final = 60.0  # percentile of light above which the pixels of a line are paper
_MOSTLY: Final = 0.4  # of a line's pixels: more are what signs stand on
_ALONG: Final = 0.75  # of its columns: a cover leaves more without paper
_AWAY: Final = 3.0  # heights of the line above and below, where the page's edge goes on and a cover mostly does not
_WHITE: Final = 255.0
_BURNT: Final = 248.0  # of 255: nothing is seen there
_BRIGHTER: Final = 1.06  # times the light of the paper around
_AROUND: Final = 6.0  # heights of the line on all sides, where that paper is looked for
_CELLS: Final = 40  # pixels of that place that are looked at, on its shorter side
_GROUND: Final = 35.0  # percentile of their light: less is ink
_BRIGHT: Final = 15  # of a column's inner pixels by light, of 18: its paper
_SMOOTH: Final = 17  # pixels over which the paper's light is taken: dense signs are narrower
_USUAL: Final = 95.0  # percentile of how much darker than paper columns get: the print's usual depth
_INKED: Final = 0.25  # of that depth: less is no ink
_OFF: Final = 4  # pixels beside ink that are its own
_WASHED: Final = 8  # pixels without ink between: a third of a height
_LAST: Final = 6  # pixels of ink before light
_FADED: Final = 0.6  # of the usual depth: more is ink as it is
_SIGN: Final = 32  # pixels: more than a sign
_LEGIBLE: Final = 0.85  # of the usual depth, on paper that is burnt out
_CLIMB: Final = 16  # pixels in which light climbs at once
_DIM: Final = 0.3  # of the way from the paper around to white
_SOFT: Final = 3  # pixels on that way: drawn edges are sharp


def cuts(image: Image, quad: Quad) -> bool:
    """Whether a cover or glare lies at an end of print or in it. quad: of print, in 0..1 of the page; image: BGR."""
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
    if _burnt(line, lambda: _ground(image, (one + two + down * high) / 2, long, high)):
        return True
    foreign = _foreign(line, paper)[_INSIDE]
    first, across = one + down * high / 2, down * high  # the print's begin, half way down
    if _reaches_in(
        line[_INSIDE],
        foreign,
        lambda at, rows: _is_foreign(image, first + along * (at - _BESIDE) / scale + rows * across, paper),
    ):
        return True
    share = foreign.mean(axis=0)
    colours = line[_INSIDE].mean(axis=0)
    reach = _BESIDE + _WITHIN
    within = share[reach:-reach]
    if _begins(np.where(within >= _FULL, within, 0), colours[reach:-reach], len(share)) is not None:
        return True
    ends = (
        (share[:reach][::-1], colours[:reach][::-1], one, -along),
        (share[-reach:], colours[-reach:], two, along),
    )
    return any(
        (start := _begins(columns, shades, _WITHIN + _NEAR)) is not None
        and not _goes_on(image, end + way * (start - _WITHIN + _WIDE / 2) / scale + down * high / 2, down * high, paper)
        for columns, shades, end, way in ends
    )


def _reaches_in(line: Image, foreign: NDArray[np.bool_], lies: Callable[[float, int], bool]) -> bool:
    """Whether a cover hides half of some signs from above or below: it lies on the next line there, and not on both.

    lies: whether there is none of the paper in a column, so many lines away.
    """
    for side in (-1, 1):
        at = _hidden_half(foreign[::-side], line[::-side])
        if at is not None and lies(at, side) and not lies(at, -side):
            return True
    return False


def _hidden_half(foreign: NDArray[np.bool_], line: Image) -> float | None:
    """The column in whose middle a cover of one colour hides the upper half of some signs within print, if one does."""
    half = len(foreign) // 2
    hidden = np.asarray(foreign[:half].all(axis=0), dtype=np.bool_)
    hidden[: _BESIDE + _WITHIN] = hidden[-_BESIDE - _WITHIN :] = False
    colours = line[:half].mean(axis=0)
    starts: list[int] = np.flatnonzero(hidden).tolist()
    for start in starts:
        part = slice(start, start + _WIDE)
        if hidden[part].all() and np.ptp(colours[part], axis=0).max() <= _EVEN:
            return start + _WIDE / 2
    return None


def _line(image: Image, begin: Point, along: Point, down: Point, length: int) -> Image:
    """The line laid level, with what is beside its ends; beyond the page its edge goes on."""
    matrix = np.array([[along[0], down[0], begin[0]], [along[1], down[1], begin[1]]], np.float64)
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    size = (length + 2 * _BESIDE, _HIGH)
    line: Image = cv2.warpAffine(image, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return line


def _burnt(line: Image, ground: Callable[[], float]) -> bool:
    """Whether light hides what may stand beyond the ends of print or in a gap within it."""
    rows = line[_INSIDE].min(axis=2).astype(np.float32)
    light = np.sort(rows, axis=0)[_BRIGHT][None]
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((1, _SMOOTH)))[0]
    around = ground() if light.max() >= _BURNT else _BURNT
    washed = light >= max(_BURNT, _BRIGHTER * around)
    if not washed.any():
        return False
    depth = 1 - rows.min(axis=0) / np.maximum(light, 1)
    depth /= max(float(np.percentile(depth[_BESIDE:-_BESIDE], _USUAL)), 1e-6)
    inked, share, last = np.flatnonzero(depth > _INKED), (light - around) / (_WHITE - around), len(light) - 1
    low, high = _BESIDE - _NEAR, last - _BESIDE + _NEAR  # fading print goes on beyond its box
    return any(
        washed[at + _OFF : after - _OFF + 1].sum() >= _WASHED
        and (
            (low <= at <= high and _hides(depth, washed, share, at))
            or (low <= after <= high and _hides(depth[::-1], washed[::-1], share[::-1], last - after))
        )
        for at, after in itertools.pairwise((-1, *inked.tolist(), last + 1))
    )


def _hides(depth: Shades, washed: NDArray[np.bool_], share: Shades, end: int) -> bool:
    """Whether light hides what comes after a column of ink: ink fades towards it, or paper's light climbs at once."""
    if (depth * washed)[max(end - _SIGN, 0) : end + 1].max() > _LEGIBLE:
        return False  # such light leaves ink as it is: what fades is a full stop or a rule
    start = end + int(washed[end:].argmax())
    climb = share[max(start - _CLIMB, 0) : start + 1]
    soft = ((climb > _DIM / 2) & (climb < 1 - _DIM / 2)).sum() >= _SOFT
    faded = share[: end + 1].min() < 1 - _DIM / 2 and depth[max(end - _LAST, 0) : end + 1].max() < _FADED
    return bool(faded or (start - end <= _NEAR and abs(climb.min()) < _DIM and soft))


def _ground(image: Image, middle: Point, long: float, high: float) -> float:
    """The light of the paper around print, in 0..255."""
    reach = _AROUND * high
    x, y = middle
    left, right, top, bottom = x - long / 2 - reach, x + long / 2 + reach, y - reach, y + reach
    part = image[max(round(top), 0) : max(round(bottom), 1), max(round(left), 0) : max(round(right), 1)]
    if part.size == 0:
        return 255.0
    step = max(min(part.shape[:2]) // _CELLS, 1)
    return float(np.percentile(part[::step, ::step].min(axis=2), _GROUND))


def _paper(line: Image) -> NDArray[np.float64] | None:
    """The colour of what the print stands on; None where it is too dark to tell.

    Of light print on a dark or coloured ground, which fills most of the line with signs all along it, it is the ground.
    """
    pixels = line.reshape(-1, 3).astype(np.float64)
    light = pixels.sum(axis=1)
    paper: NDArray[np.float64] = np.median(pixels[light >= np.percentile(light, _PALE)], axis=0)
    other = _foreign(line, paper) if paper.min() >= 1 else np.zeros(line.shape[:2], bool)
    if other.mean() > _MOSTLY and (~other).any(axis=0).mean() > _ALONG:
        paper = np.median(line[other], axis=0)
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


def _begins(share: NDArray[np.float64], shades: NDArray[np.float64], most: int) -> int | None:
    """Where a run of covered columns begins, before `most` of them, counted outwards: wide enough and of one colour."""
    for start in range(min(most, len(share) - _WIDE + 1)):
        part = slice(start, start + _WIDE)
        if (
            share[part].min() >= _MOST
            and share[part][-_THEN:].min() >= _FULL
            and np.ptp(shades[part], axis=0).max() <= _EVEN
        ):
            return start
    return None


def _goes_on(image: Image, at: Point, down: Point, paper: Point) -> bool:
    """Whether what lies there lies above and below too: the edge of the page, or a panel."""
    return all(_is_foreign(image, at + step * _AWAY * down, paper) for step in (-1, 1))


def _is_foreign(image: Image, at: Point, paper: Point) -> bool:
    x, y = (round(float(value)) for value in at)
    part = image[max(y - 2, 0) : max(y + 3, 0), max(x - 2, 0) : max(x + 3, 0)]
    return part.size == 0 or bool(_foreign(part, paper).mean() > 1 / 2)
