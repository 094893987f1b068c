"""A worker for the tests of clusters: some calls end its process."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from selfproof.batch.scorer import FarScorer, Found, Wanted


class Fragile:
    """Doubles numbers; dies of 3 once, of 4 always."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pid(self) -> int:
        return os.getpid()

    def double(self, number: int) -> int:
        if number == 4 or (number == 3 and not (self.folder / "died").exists()):
            (self.folder / "died").touch()
            os._exit(1)
        return 2 * number


class DeadlyScorer(FarScorer):
    """One that ends its process when a method has to do with an application; of a compiled group, with any."""

    def __init__(self, address: str, home: Path, policy: str, method: str, application: str) -> None:
        super().__init__(address, home, policy)
        self.deadly = method, application

    def _met(self, method: str, applications: Iterable[str]) -> None:
        if method == self.deadly[0] and self.deadly[1] in applications:
            os._exit(1)

    def rows(self, wanted: Sequence[Wanted]) -> Found:
        self._met("rows", [one["application"] for one in wanted])
        return super().rows(wanted)

    def score(self, path: Path, start: int, numbers: Sequence[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
        self._met("score", [self.deadly[1]])
        return super().score(path, start, numbers)

    def scalar(self, wanted: Sequence[Wanted]) -> Found:
        self._met("scalar", [one["application"] for one in wanted])
        return super().scalar(wanted)
