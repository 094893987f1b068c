"""A back-test: another policy over the stored applications, with outcomes where there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from selfproof.batch import tally
from selfproof.batch.tally import Ask, Summary
from selfproof.store.results import money
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


def backtest(ask: Ask, outcomes: Mapping[str, Loan]) -> Backtest:
    """The results of a re-score beside what became of the loans. In memory are those with an outcome alone."""
    mine = pl.col("application").is_in(list(outcomes))
    limits = ("application", "before.effective", "after.effective")
    found = ask(lambda rows: rows.filter(mine).select(limits)).rows()
    known = [(outcomes[name], money(before), money(after or 0)) for name, before, after in found]
    fates = (_fate(state, [item for item in known if item[0].state is state]) for state in Ended)
    rest = tally.summary(lambda query: ask(lambda rows: query(rows.filter(~mine))))
    return Backtest(tuple(fate for fate in fates if fate.applications), rest)


def _fate(state: Ended, found: Sequence[tuple[Loan, Decimal, Decimal]]) -> Fate:
    return Fate(
        state=state,
        applications=len(found),
        before=_sum(before for _, before, _ in found),
        after=_sum(after for _, _, after in found),
        loss=_sum(loan.loss for loan, _, _ in found),
        loss_after=_sum(_scaled(loan.loss, before, after) for loan, before, after in found),
    )


def _scaled(loss: Decimal, before: Decimal, after: Decimal) -> Decimal:
    """The loss at the other limit: none where the policy would not decide, as it was where there was no limit."""
    return (loss * after / before).quantize(_CENT) if before else loss


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
