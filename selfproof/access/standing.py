"""The limit as it holds: the newest decision, and what reviewers released of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from selfproof.access.facts import RELEASE, released
from selfproof.credit import policy as policies
from selfproof.model import Decision
from selfproof.store import Store


@dataclass(frozen=True, slots=True)
class Standing:
    """The limit as it holds. effective: CNY, the recommended one once enough people released it.

    needed: how many reviewers must release it, 0 when nothing is paused; by: who did (origins of their facts).
    suspended: the kill switch is on, so that the limit is back at its base whatever anybody released.
    """

    decision_id: str
    decision: Decision
    effective: Decimal
    needed: int
    by: tuple[str, ...]
    suspended: bool = False

    @property
    def paused(self) -> bool:
        """Whether a recommended limit waits for a reviewer."""
        return len(self.by) < self.needed


@dataclass(frozen=True, slots=True)
class Stake:
    """What the kill switch takes away while it is on. every: applications with a decision; lowered: those it touches.

    holding, base: sums of the effective limits of those it touches, without the switch and with it, CNY.
    """

    every: int
    lowered: int
    holding: Decimal
    base: Decimal


def stake(store: Store) -> Stake:
    """What the kill switch takes away if it is turned on now, or gives back if it is turned off."""
    free, every = store.watching.released(), store.watching.decided()
    kept = ((item.effective, min(item.base, item.effective)) for item in every if item.application not in free)
    pairs = [pair for pair in (*kept, *_freed(store, free)) if pair[0] > pair[1]]
    holding, base = (round(Decimal(math.fsum(side)), 2) for side in zip(*(pairs or [(0.0, 0.0)]), strict=True))
    return Stake(len(every), len(pairs), holding, base)


def _freed(store: Store, applications: frozenset[str]) -> Iterator[tuple[float, float]]:
    """Of applications of which something was released: the effective limits without the switch and with it."""
    for found in (_unsuspended(store, application) for application in applications):
        if found is not None:
            yield float(found.effective), float(_base(found.decision))


def standing(store: Store, application: str) -> Standing | None:
    """The newest decision and what reviewers released of it. A release counts for that very decision only."""
    found = _unsuspended(store, application)
    if found is None or not store.switches.suspended:
        return found
    return replace(found, effective=_base(found.decision), suspended=True)


def _base(decision: Decision) -> Decimal:
    """The effective limit while the kill switch is on."""
    return min(decision.base, decision.effective)


def _unsuspended(store: Store, application: str) -> Standing | None:
    decided = store.decisions(application)
    if not decided:
        return None
    decision = store.decision(decided[-1])
    needed = _needed(store, decided[-1], decision)
    by, amount = released(store.facts(application, RELEASE), decided[-1])
    effective = max(decision.effective, amount) if needed and len(by) >= needed else decision.effective
    return Standing(decided[-1], decision, effective, needed, tuple(sorted(by)))


def _needed(store: Store, decision_id: str, decision: Decision) -> int:
    """Two pairs of eyes above the amount of the policy that decided, else one; a fraud stop is not released."""
    if decision.effective >= decision.recommended:
        return 0
    return 2 if decision.recommended > _four_eyes(store.policy_text(decision_id)) else 1


@lru_cache(maxsize=16)
def _four_eyes(policy_text: str) -> Decimal:
    """Above which amount a policy wants two reviewers; parsed once, since a queue asks for every case."""
    return Decimal(str(policies.parse(policy_text).limit.four_eyes))
