"""The chain of balances: whether each is the one before it plus what came in less what went out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeAlias

from selfproof.statements.amounts import ZERO
from selfproof.statements.ways import Entry

_Step: TypeAlias = tuple[Decimal, Decimal]  # what moved, and the balance printed after it
_OWED = re.compile(r"借|Dr\.?", re.IGNORECASE)  # beside a balance, or beside an amount


def breaks(lines: Iterable[tuple[str, Entry]], *, bridged: bool = False) -> int | None:
    """How often a balance does not follow from the one before it; None when too few tell. lines: each with its sheet.

    Most rows must print a balance, and most of these must follow another one of their account.

    Banks print oldest first or newest first, and some sort within a day: the order that fits best is taken.
    bridged: leaves out a balance that does not fit where the next one fits the amounts since the one before it.
    """
    groups: dict[tuple[str, str, str], list[Entry]] = {}
    for sheet, entry in lines:
        groups.setdefault((sheet, entry.account, entry.currency), []).append(entry)
    rows = sum(map(len, groups.values()))
    told = sum(entry.balance is not None for entries in groups.values() for entry in entries)
    if 2 * told < rows or 2 * (told - len(groups)) < told:
        return None
    return sum(
        min(_breaks(steps, bridged=bridged) for order in _orders(entries) for steps in _signed(order))
        for entries in groups.values()
    )


def _orders(entries: list[Entry]) -> Iterator[list[Entry]]:
    yield entries
    yield entries[::-1]
    yield sorted(entries, key=lambda entry: (entry.day, entry.time))


def _signed(entries: Sequence[Entry]) -> Iterator[list[_Step]]:
    """The steps as printed; where 借 stands beside the first balance also as those of an account overdrawn by it."""
    steps = list(_steps(entries))
    yield steps
    first = next((entry for entry in entries if entry.balance is not None), None)
    if first is not None and any(_OWED.fullmatch(cell.strip()) for cell in first.cells):
        yield [(moved, -balance if place == 0 else balance) for place, (moved, balance) in enumerate(steps)]


def _steps(entries: Iterable[Entry]) -> Iterator[_Step]:
    """Each printed balance with what moved since the one before it."""
    moved = ZERO
    for entry in entries:
        moved += entry.inflow - entry.outflow
        if entry.balance is not None:
            yield moved, entry.balance
            moved = ZERO


def _breaks(steps: Sequence[_Step], *, bridged: bool) -> int:
    """Moves of entries without a printed balance count towards the next balance.

    Of an overdrawn account banks print what is owed without a sign, 借 beside it.
    """
    found, moved = 0, ZERO
    before: Decimal | None = None
    for (step, balance), (following, later) in zip(steps, [*steps[1:], (ZERO, None)], strict=True):
        moved += step
        after = balance if before is None else before + moved
        fits = after in (balance, -abs(balance))
        if bridged and not fits and after + following == later:
            continue
        found += not fits
        before, moved = after if fits else balance, ZERO
    return found
