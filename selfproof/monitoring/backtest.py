"""A back-test: another policy over the stored applications, with outcomes where there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from selfproof import rescoring
from selfproof.rescoring import Summary
from selfproof.store.rescores import Rescored
from selfproof.store.switches import Ended, Loan

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Fate:
    """Applications whose loans ended alike. before, after: sums of effective limits, CNY; loss: as it was, CNY.

    loss_after: the loss if it were proportional to the limit that the loan was given under: an assumption.
    """

    state: Ended
    applications: int
    before: Decimal
    after: Decimal
    loss: Decimal
    loss_after: Decimal


@dataclass(frozen=True, slots=True)
class Backtest:
    """known: those with an outcome, by outcome; unknown: of the others nothing but what would change can be told."""

    known: tuple[Fate, ...]
    unknown: Summary


def backtest(found: Sequence[Rescored], outcomes: Mapping[str, Loan]) -> Backtest:
    """The results of a re-score beside what became of the loans."""
    fates = (_fate(state, [item for item in found if _state(item, outcomes) is state], outcomes) for state in Ended)
    without = [item for item in found if item.application not in outcomes]
    return Backtest(tuple(fate for fate in fates if fate.applications), rescoring.summary(without))


def _state(item: Rescored, outcomes: Mapping[str, Loan]) -> Ended | None:
    known = outcomes.get(item.application)
    return known.state if known else None


def _fate(state: Ended, found: Sequence[Rescored], outcomes: Mapping[str, Loan]) -> Fate:
    losses = [(outcomes[item.application].loss, item) for item in found]
    return Fate(
        state=state,
        applications=len(found),
        before=_sum(item.before.effective for item in found),
        after=_sum(item.after.effective for item in found if item.after),
        loss=_sum(loss for loss, _ in losses),
        loss_after=_sum(_scaled(loss, item) for loss, item in losses),
    )


def _scaled(loss: Decimal, item: Rescored) -> Decimal:
    """The loss at the other limit: none where the policy would not decide, as it was where there was no limit."""
    after = item.after.effective if item.after else Decimal(0)
    return (loss * after / item.before.effective).quantize(_CENT) if item.before.effective else loss


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
