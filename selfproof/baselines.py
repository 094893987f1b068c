"""How far printed lines of a photographed page still rise and fall: a bent or creased sheet, a lens, a rest of tilt.

A homography lays a flat sheet level; what is left is told by the lines of text themselves. Every word says how much it
rises from its beginning to its end, and words of one row say where it runs between them. A smooth height is fitted to
both, so that words can be put into rows as if the sheet had been flat. Heights and places are shares of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from selfproof.model import Quad, Word

Floats: TypeAlias = npt.NDArray[np.float64]
Levels: TypeAlias = tuple[tuple[float, float], ...]  # upper and lower edge of each word on the level page

_KNOTS: Final = np.linspace(0.0, 1.0, 9)  # across the page, between which heights run straight: folds lie anywhere
_FEWEST: Final = 12  # words that tell something
_LONG: Final = 3.0  # times its height: a word that tells its slope
_NOISE: Final = 0.12  # heights by which the ends of a word are found wrong
_OUTLIER: Final = 3.0  # times the noise
_SMOOTH: Final = 0.6  # weight of a bend between knots against a word's own slope
_GROWTH: Final = 0.03  # the same for a slope that changes down the page
_HELD: Final = 100.0
_BENT: Final = 0.3  # heights: what rises less needs no levelling
_SAME: Final = 0.4  # heights that words of one row may stand apart while it is fitted
_ROUNDS: Final = 3


def levelled(words: Sequence[Word]) -> Levels | None:
    """The words' upper and lower edges if their page were flat; None where it is, or where nothing tells.

    All words stand on one page; only recognised ones are ever bent.
    """
    if len(words) < _FEWEST or not any(word.alternatives for word in words):
        return None
    return _levelled(tuple(word.quad for word in words))


@lru_cache(maxsize=16)
def _levelled(quads: tuple[Quad, ...]) -> Levels | None:
    corners = np.array(quads, dtype=np.float64)
    begin, end = (corners[:, 0] + corners[:, 3]) / 2, (corners[:, 1] + corners[:, 2]) / 2
    heights = (corners[:, 3, 1] - corners[:, 0, 1] + corners[:, 2, 1] - corners[:, 1, 1]) / 2
    usual = float(np.median(heights))
    if usual <= 0:
        return None
    rise = _fitted(begin, end, usual)
    middle = (begin + end) / 2
    risen = _basis(middle) @ rise
    if float(np.ptp(risen)) < _BENT * usual:
        return None
    level = middle[:, 1] - risen
    half = np.maximum(heights, usual / 2) / 2
    return tuple(zip((level - half).tolist(), (level + half).tolist(), strict=True))


def _basis(points: Floats) -> Floats:
    """What the height at each point is made of: hats over the knots, the same growing down the page."""
    hats = np.maximum(0.0, 1 - np.abs(points[:, :1] - _KNOTS) * (len(_KNOTS) - 1))
    down = points[:, 1:] - 0.5
    return np.hstack([hats, hats * down])


def _fitted(begin: Floats, end: Floats, usual: float) -> Floats:
    """The heights at the knots: first by the words' own slopes, then by the rows that these give."""
    width = np.abs(end[:, 0] - begin[:, 0])
    tells = width > _LONG * usual
    slopes = (_basis(end) - _basis(begin))[tells], (end - begin)[tells, 1]
    rise = _solved([slopes], usual)
    middle = (begin + end) / 2
    for _ in range(_ROUNDS):
        rise = _solved([slopes, _rows(middle, rise, usual)], usual)
    return rise


def _solved(told: Sequence[tuple[Floats, Floats]], usual: float) -> Floats:
    """Least squares with outliers weighed down, smooth across and down the page."""
    left, right = np.vstack([each[0] for each in told]), np.concatenate([each[1] for each in told])
    ridge, rise = _ridge(), np.zeros(left.shape[1])
    noise = _NOISE * usual
    for _ in range(4):
        rest = np.abs(left @ rise - right) / noise if rise.any() else np.zeros(len(right))
        weight = 1 / (1 + (rest / _OUTLIER) ** 2) / noise**2
        normal = left.T @ (weight[:, None] * left) + ridge / noise**2
        rise = np.linalg.solve(normal, left.T @ (weight * right))
    return np.asarray(rise, dtype=np.float64)


def _ridge() -> Floats:
    """Weights of bends (second differences) and of growth down the page.

    What rises alike everywhere, and what only draws the page apart, no row can tell: both are held at nothing.
    """
    count = len(_KNOTS)
    bends, slope = np.diff(np.eye(count), 2, axis=0), np.diff(np.eye(count), 1, axis=0)
    ridge = np.zeros((2 * count, 2 * count))
    ridge[:count, :count] = _SMOOTH * bends.T @ bends + _HELD
    ridge[count:, count:] = _SMOOTH * bends.T @ bends + _GROWTH * slope.T @ slope + _HELD
    return ridge + 1e-6 * np.eye(2 * count)


def _rows(middle: Floats, rise: Floats, usual: float) -> tuple[Floats, Floats]:
    """For each word of a row of several: how it stands against the row's middle."""
    basis = _basis(middle)
    level = middle[:, 1] - basis @ rise
    order = np.argsort(level, kind="stable")
    cuts = np.flatnonzero(np.diff(level[order]) > _SAME * usual) + 1
    groups = [group for group in np.split(order, cuts) if len(group) > 2 and np.ptp(level[group]) < 2 * _SAME * usual]  # noqa: PLR2004  two words are no row
    if not groups:
        return np.zeros((0, basis.shape[1])), np.zeros(0)
    left = np.vstack([basis[group] - basis[group].mean(axis=0) for group in groups])
    right = np.concatenate([middle[group, 1] - middle[group, 1].mean() for group in groups])
    return left, right
