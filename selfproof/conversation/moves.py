"""How the limit came from one decision to the next: for each step that moved it, by how much and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, islice, pairwise
from typing import Final

from selfproof.access import Desk, plain
from selfproof.model import Decision, Message, Reason

BASE: Final = "base"
"""The step of a change of the limit that the lender had given before."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one step of the limit did. change: CNY; why: in an owner's words.

    facts: ids of what is new to it; lost: of what it rested on before and no more.
    """

    step: str
    change: Decimal
    why: Message
    facts: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """From one recommended limit to the next, CNY. parts: what moved it this way first; they sum to the whole change.

    held: whether a person has to look before the new one holds.
    """

    before: Decimal
    after: Decimal
    parts: tuple[Part, ...]
    held: bool


def of(desk: Desk, application: str, most: int) -> tuple[Move, ...]:
    """The newest moves of an application, the newest first; decisions that moved nothing are left out."""
    newest_first = (desk.decision(application, name) for name in reversed(desk.decisions(application)))
    found = (between(before, after) for after, before in pairwise(chain(newest_first, [None])) if after is not None)
    return tuple(islice((move for move in found if move.before != move.after), most))


def between(before: Decision | None, after: Decision) -> Move:
    """The move from one decision to another; None stands for the limit before any proof."""
    start = before.recommended if before else after.base
    old = _by_step(before.reasons if before else ())
    new = _by_step(after.reasons)
    parts = [_part(step, old.get(step, ()), new.get(step, ())) for step in dict.fromkeys((*new, *old))]
    if before and before.base != after.base:
        parts.append(Part(BASE, after.base - before.base, Message("conversation.base_changed")))
    rising = after.recommended >= start
    moved = sorted((part for part in parts if part.change), key=lambda part: part.change, reverse=rising)
    return Move(start, after.recommended, tuple(moved), held=after.effective < after.recommended)


def _by_step(reasons: Sequence[Reason]) -> dict[str, tuple[Reason, ...]]:
    found: dict[str, tuple[Reason, ...]] = {}
    for reason in reasons:
        if reason.effect:
            found[reason.step] = (*found.get(reason.step, ()), reason)
    return found


def _part(step: str, old: Sequence[Reason], new: Sequence[Reason]) -> Part:
    """A step's change with the sentence of its heaviest reason; one that is gone says so."""
    change = sum((item.effect for item in new), Decimal(0)) - sum((item.effect for item in old), Decimal(0))
    known, now = (frozenset(fact for item in side for fact in item.facts) for side in (old, new))
    if not new:
        return Part(step, change, Message("conversation.step_gone"), lost=known)
    heaviest = max(new, key=lambda item: abs(item.effect))
    return Part(step, change, plain.why(heaviest), now - known, known - now)
