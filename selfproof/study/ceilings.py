"""How far any method could come in this world: the marks' figures for readers of the same papers who know more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean

from selfproof.credit.policy import Policy
from selfproof.study.reviewer import agrees
from selfproof.study.trial import Trial


def _honest(give: Callable[[Trial], float]) -> Callable[[Trial], float]:
    """The same for the honest alone; who lies keeps what he has."""
    return lambda row: give(row) if row.truth.honest else row.base


def _unnoticed(row: Trial) -> float:
    """What the perfect reader gives, to liars as well of whom no check says anything that stops or holds."""
    return row.base if not row.truth.honest and (row.ours.stopped or row.ours.held) else row.reader


READERS: dict[str, Callable[[Trial], float]] = {
    "the engine, as it is": lambda row: row.ours.amount,
    "the engine, and nobody who lies is raised": _honest(lambda row: row.ours.amount),
    "the engine's days, margin, own funds and grade on the turnover that he counts; no liar": _honest(
        lambda row: row.upon
    ),
    "a perfect reader": _honest(lambda row: row.reader),
    "the same, but for lies that no check stops or holds": _unnoticed,
    "the careful reviewer himself": lambda row: row.reviewed,
}
"""Each reader in words, with what he gives."""


def table(rows: Sequence[Trial], policy: Policy) -> list[tuple[str, float, float]]:
    """Of each reader the agreement with the careful reviewer and the mean uplift."""
    return [(name, fmean(_agrees(row, give) for row in rows), _uplift(rows, give, policy))
            for name, give in READERS.items()]  # fmt: skip


def _agrees(row: Trial, give: Callable[[Trial], float]) -> bool:
    return agrees(give(row), row.reviewed, row.base)


def _uplift(rows: Sequence[Trial], give: Callable[[Trial], float], policy: Policy) -> float:
    return fmean((give(row) - row.third.amount) / max(row.third.amount, policy.limit.entry) for row in rows)
