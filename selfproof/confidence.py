"""How sure a reading is, as a probability that holds: of the values with 0.9, nine in ten are right.

Computed from the recogniser's probabilities of the very characters of the value and of all others on its page, from
what proves it (check digits, sums, a second print) and from whether it was repaired; the weights are fitted by
``benchmarks/calibration.py --fit`` on generated photographs and kept in tables/calibration.yaml. What comes from an
exact carrier was not recognised.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from statistics import mean
from typing import Any

import yaml

from selfproof.model import Document, Value, Word

FLOOR = 0.5
"""A recognised value less sure is not told: it is likelier wrong than right."""

_UNCLEAR = math.log(0.03)  # of a page's doubt, from which on print is shaken or out of focus
_RIVAL = 0.1  # of its likelihood: a sign with such a rival is open (of names rightly read none has above 0.01)
_NAME = math.log(40)  # signs: longer texts are no names, and stay what they say with one sign amiss
_LEAST = 1e-4  # of a doubt: the recogniser's own figures end there
_MOST = 5.0  # expected errors: more are no worse
_CLEAR = 1e-2  # of a page's doubt: an edge or a seal is always in doubt


def of(words: Sequence[Word], told: Mapping[str, float]) -> float:
    """0..1, from the `features` of a value; of one that was not recognised sign by sign its words' own confidence."""
    return weighed(told) if told else min((word.confidence for word in words), default=1.0)


def is_open(words: Sequence[Word], value: Value, told: Mapping[str, float]) -> bool:
    """Whether a name on an unclear page has a sign that may as well be another: it is surely misread, and unproved.

    A sign that a repair took out of the value is none of it: a vocabulary has chosen among its rivals.
    """
    if not told or not told["text"] or told["proved"] or told["page"] < _UNCLEAR or told["length"] > _NAME:
        return False
    left = ((sign, other) for sign, other in open_signs(words) if not told["repaired"] or sign in str(value))
    return any((sign + other).isalpha() for sign, other in left)


def open_signs(words: Sequence[Word]) -> Iterator[tuple[str, str]]:
    """The recognised signs that may as well be another one, each with it."""
    for (sign, share), (other, rival), *_ in (many for word in words for many in word.alternatives if len(many) > 1):
        if rival > _RIVAL * share:
            yield sign, other


def weighed(told: Mapping[str, float]) -> float:
    """The probability that features stand for; 1 without any, for what was not recognised is as it was written."""
    if not told:
        return 1.0
    table = _table()
    score = table["intercept"] + sum(table["weights"].get(name, 0.0) * share for name, share in told.items())
    return round(1 / (1 + math.exp(-score)), 4)


def straight_through() -> float:
    """The confidence from which on 0.5 % of fields are wrong at most: below it a person should look."""
    return float(_table()["straight_through"])


def pages(document: Document) -> dict[int, float]:
    """By its number, how much of a page's print the recogniser cannot tell (0..1): it misreads a shaken one surely."""
    return {page.number: mean(_doubts(page.words) or (0.0,)) for page in document.pages}


def _doubts(words: Sequence[Word]) -> list[float]:
    """Of each character that was recognised, the probability that it is another."""
    sure = (options[0][1] for word in words for options in word.alternatives if options and options[0][0].strip())
    return [max(1.0 - share, _LEAST) for share in sure]


def features(
    words: Sequence[Word],
    value: Value,
    *,
    around: Mapping[int, float],
    proof: bool | None = None,
    repaired: str = "",
) -> Mapping[str, float]:
    """What the confidence is computed from; empty for values that were not recognised.

    words: those of the value; around: `pages` of their document; proof: whether what tests it holds, None where
    nothing does; repaired: how, "" for a value as it was read.
    """
    doubts = _doubts(words)
    if not doubts:
        return {}
    return {
        "expected_errors": math.log(sum(doubts)),
        "errors": min(sum(doubts), _MOST),
        "length": math.log(len(doubts)),
        "page": math.log(max(around.get(words[0].page, 0.0), _CLEAR)),
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
