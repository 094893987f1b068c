"""How sure a reading is, as a probability that holds: of the values with 0.9, nine in ten are right.

Computed from the recogniser's probabilities of the very characters of the value, from what proves it (check digits,
sums, a second print) and from whether it was repaired; the weights are fitted by ``benchmarks/calibration.py --fit`` on
generated photographs and kept in tables/calibration.yaml. What comes from an exact carrier was not recognised.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof.model import Value, Word

_LEAST = 1e-4  # of a doubt: the recogniser's own figures end there


def of(words: Sequence[Word], value: Value, *, proof: bool | None = None, repaired: str = "") -> float:
    """0..1. words: those of the value; proof: whether what tests it holds, None where nothing does.

    Of words that were not recognised sign by sign (a scene, an exact carrier) their own confidence.
    """
    told = features(words, value, proof=proof, repaired=repaired)
    return weighed(told) if told else min((word.confidence for word in words), default=1.0)


def weighed(told: Mapping[str, float]) -> float:
    """The probability that features stand for; 1 without any, for what was not recognised is as it was written."""
    if not told:
        return 1.0
    table = _table()
    score = table["intercept"] + sum(table["weights"].get(name, 0.0) * share for name, share in told.items())
    return round(1 / (1 + math.exp(-score)), 4)


def straight_through() -> float:
    """The confidence from which on at most 0.5 % of fields were wrong: below it a person should look."""
    return float(_table()["straight_through"])


def features(
    words: Sequence[Word], value: Value, *, proof: bool | None = None, repaired: str = ""
) -> Mapping[str, float]:
    """What the confidence is computed from; empty for values that were not recognised."""
    sure = [options[0][1] for word in words for options in word.alternatives if options and options[0][0].strip()]
    if not sure:
        return {}
    doubts = [max(1.0 - share, _LEAST) for share in sure]
    return {
        "expected_errors": math.log(sum(doubts)),
        "length": math.log(len(sure)),
        "proved": float(proof is True),
        "disproved": float(proof is False),
        "repaired": float(bool(repaired)),
        "amount": float(isinstance(value, Decimal)),
        "text": float(isinstance(value, str) and not any(char.isdigit() for char in value)),
    }


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(files("selfproof").joinpath("tables", "calibration.yaml").read_text("utf-8"))
    return table
