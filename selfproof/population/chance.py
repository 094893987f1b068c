"""Chance: one stream of random numbers for an applicant, and the table of assumptions it is drawn by."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import numpy as np
import yaml

T = TypeVar("T")
_WORLD = 2**32 - 1  # stands where an applicant's number would: what all of a seed share
_LOT = 2**32 - 2


_OTHER: ContextVar[Mapping[str, Any] | None] = ContextVar("other", default=None)


def table() -> Mapping[str, Any]:
    """The assumptions: ``tables/population.yaml``, or those that `assuming` puts in their place."""
    return _OTHER.get() or _written()


@contextmanager
def assuming(other: Mapping[str, Any]) -> Iterator[None]:
    """Another world than the table's, for whatever is drawn and judged within."""
    before = _OTHER.set(other)
    try:
        yield
    finally:
        _OTHER.reset(before)


@cache
def _written() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "population.yaml").read_text("utf-8")
    )
    return found


@dataclass(frozen=True, slots=True)
class Chance:
    """Random numbers of one applicant, in the order in which they are asked for."""

    numbers: np.random.Generator

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return bool(self.numbers.random() < share)

    def between(self, low: float, high: float) -> float:
        """Evenly spread."""
        return low + (high - low) * float(self.numbers.random())

    def times(self, low: float, high: float) -> float:
        """A factor, evenly spread in logarithms."""
        return math.exp(self.between(math.log(low), math.log(high)))

    def spread(self, sigma: float) -> float:
        """A factor around 1, log-normal; its median is 1."""
        return math.exp(sigma * float(self.numbers.standard_normal()))

    def whole(self, low: int, high: int) -> int:
        """An integer from `low` up to and with `high`."""
        return int(self.numbers.integers(low, high + 1))

    def share_around(self, mean: float) -> float:
        """A share with this mean, Beta with the weight of eight observations."""
        return float(self.numbers.beta(8 * mean, 8 * (1 - mean))) if 0 < mean < 1 else mean

    def one_of(self, things: Sequence[T]) -> T:
        """Any of them."""
        return things[int(self.numbers.integers(len(things)))]

    def pick(self, shares: Mapping[str, float]) -> str:
        """A name by its share; shares sum to 1."""
        rest, name = float(self.numbers.random()) * sum(shares.values()), ""
        for name, share in shares.items():
            rest -= share
            if rest < 0:
                return name
        return name


def of(seed: int, number: int, stage: int = 0) -> Chance:
    """The chance of one applicant of a seed, anew for each stage, so that a lie leaves all before it as it was."""
    return Chance(np.random.default_rng([seed, number, stage]))


def lot(seed: int, number: int, name: str) -> Chance:
    """What is drawn once for an applicant and holds whenever it is asked for again: an account's share, a habit."""
    return Chance(np.random.default_rng([seed, number, zlib.crc32(name.encode()), _LOT]))


def world(seed: int) -> Mapping[str, Mapping[str, float]]:
    """By trade the factors by which this seed's world differs from the table: of median, margin and days."""
    return _world(seed, tuple(table()["world"].items()), tuple(table()["trades"]))


@cache
def _world(
    seed: int, spread: tuple[tuple[str, float], ...], trades: tuple[str, ...]
) -> Mapping[str, Mapping[str, float]]:
    chance = of(seed, _WORLD)
    return {trade: {name: chance.spread(sigma) for name, sigma in spread} for trade in trades}
