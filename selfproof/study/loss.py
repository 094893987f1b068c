"""Expected loss under the stated default model, the same for every method.

The model is ``default`` of ``tables/population.yaml``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from selfproof.population import Truth
from selfproof.population.chance import table

_STEPS = 60
_HALF = 0.5


def default(limit: float, truth: Truth) -> float:
    """How likely a borrower with this limit (CNY) defaults within a year, 0..1."""
    rules = table()["default"]
    odds = rules["odds"].get(truth.band, rules["odds"]["unknown"])
    load = (rules["drawn"] * limit + truth.loans) / max(rules["carry"] * truth.turnover, 1.0)
    log_odds = math.log(odds / (1 - odds)) + rules["per_load"] * max(0.0, math.log2(max(load, 1e-9) / _HALF))
    return 1 / (1 + math.exp(-log_odds - (0 if truth.honest else rules["lie"])))


def expected(limit: float, truth: Truth) -> float:
    """CNY a year."""
    rules = table()["default"]
    return float(default(limit, truth) * rules["loss_given"] * rules["drawn"] * limit)


def total(limits: Sequence[float], truths: Sequence[Truth], scale: float = 1.0) -> float:
    """Of a portfolio whose limits are all multiplied by `scale`, CNY a year."""
    return sum(expected(scale * limit, truth) for limit, truth in zip(limits, truths, strict=True))


def rate(limits: Sequence[float], truths: Sequence[Truth]) -> float:
    """Expected loss over what is drawn, a year."""
    drawn = table()["default"]["drawn"] * sum(limits)
    return total(limits, truths) / drawn if drawn else 0.0


def scale_for(limits: Sequence[float], truths: Sequence[Truth], loss: float) -> float:
    """By what all limits are multiplied for the portfolio to lose as much as `loss`; 0 where nothing is lent."""
    if not any(limits):
        return 0.0
    low, high = 0.0, 1.0
    while total(limits, truths, high) < loss and high < 2**20:
        low, high = high, 2 * high
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if total(limits, truths, middle) < loss else (low, middle)
    return low
