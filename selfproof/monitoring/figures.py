"""Figures to watch, from stored decisions: straight-through, referral, overrides, drift, and second looks by chance."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from selfproof.monitoring.rules import table
from selfproof.store import Store
from selfproof.store.watching import Decided, Overruled


class Drifted(StrEnum):
    """What a population stability index says."""

    TOO_FEW = "too_few"
    STABLE = "stable"
    MOVED = "moved"
    SHIFTED = "shifted"


@dataclass(frozen=True, slots=True)
class Drift:
    """One distribution earlier and since. shares: band or name, share before, share since, 0..1 each."""

    name: str
    index: float
    verdict: Drifted
    shares: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Second:
    """Straight-through cases that chance drew for a person: how many, how many were closed, how many held."""

    share: float
    drawn: int
    closed: int
    refuted: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All of it. straight, referred: newest decisions that asked for nobody, and that asked; shares are theirs to take.

    why: what referred cases ask a person for, by the sentence's key; uplift: mean of effective / base where base > 0.
    """

    since: date
    decided: int
    straight: int
    why: tuple[tuple[str, int], ...]
    uplift: float | None
    overruled: tuple[Overruled, ...]
    drift: tuple[Drift, ...]
    second: Second

    @property
    def referred(self) -> int:
        """Decisions that ask for a person."""
        return self.decided - self.straight

    @property
    def straight_share(self) -> float | None:
        """Of all decisions; None where there are none."""
        return self.straight / self.decided if self.decided else None


def figures(store: Store, since: date, *, sample: float) -> Figures:
    """Of every application's newest decision. since: from which `as_of` on a decision is recent, for drift.

    sample: the share of straight-through cases that chance draws for a second look.
    """
    every = store.watching.decided()
    straight = [item for item in every if not item.review]
    why = Counter(key for item in every for key in item.review)
    ratios = [item.effective / item.base for item in every if item.base > 0]
    return Figures(
        since=since,
        decided=len(every),
        straight=len(straight),
        why=tuple(sorted(why.items(), key=lambda pair: (-pair[1], pair[0]))),
        uplift=math.fsum(ratios) / len(ratios) if ratios else None,
        overruled=store.watching.overruled(),
        drift=drifts(every, since),
        second=_second(store, straight, sample),
    )


def recent(today: date) -> date:
    """From when on a decision counts as recent where nobody says otherwise."""
    return today - timedelta(days=table()["drift"]["recent_days"])


def _second(store: Store, straight: Iterable[Decided], sample: float) -> Second:
    drawn = {item.application for item in straight if store.people.is_drawn(item.application, sample)}
    closed = drawn & store.watching.closed()
    return Second(sample, len(drawn), len(closed), len(closed & store.watching.rejected()))


def drifts(every: Sequence[Decided], since: date) -> tuple[Drift, ...]:
    """Evidence by kind and by level, limits, and contradiction B: before against since."""
    rules = table()["drift"]
    old, new = [item for item in every if item.as_of < since], [item for item in every if item.as_of >= since]
    parts: Mapping[str, Callable[[Decided], tuple[str, ...]]] = {
        "kinds": lambda item: item.kinds or ("none",),
        "levels": lambda item: tuple(f"L{level}" for level in item.levels) or ("none",),
        "limit": lambda item: (band(item.effective, rules["limits"]),),
        "b": lambda item: () if item.b is None else (band(item.b, rules["contradictions"]),),
    }
    counts = {
        name: tuple(Counter(mark for item in side for mark in part(item)) for side in (old, new))
        for name, part in parts.items()
    }
    enough = min(len(old), len(new)) >= rules["fewest"]
    return tuple(_drift(name, *pair, enough=enough) for name, pair in counts.items())


def band(value: float, bounds: Sequence[float]) -> str:
    """The band of a value by its upper bound.

    >>> band(60_000, [50_000, 100_000]), band(2.5, [1.0, 2.0])
    ('≤ 100,000', '> 2')
    """
    top = next((bound for bound in bounds if value <= bound), None)
    return f"> {bounds[-1]:,g}" if top is None else f"≤ {top:,g}"


def _drift(name: str, old: Counter[str], new: Counter[str], *, enough: bool) -> Drift:
    rules, marks = table()["drift"], sorted({*old, *new})
    index = psi([old[mark] for mark in marks], [new[mark] for mark in marks], smoothing=rules["smoothing"])
    verdict = Drifted.SHIFTED if index >= rules["shifted"] else Drifted.MOVED
    verdict = Drifted.STABLE if index < rules["stable"] else verdict
    shares = tuple((mark, _share(old, mark), _share(new, mark)) for mark in marks)
    return Drift(name, index, verdict if enough else Drifted.TOO_FEW, shares)


def _share(counts: Counter[str], mark: str) -> float:
    return counts[mark] / counts.total() if counts else 0.0


def psi(old: Sequence[int], new: Sequence[int], *, smoothing: float) -> float:
    """The population stability index Σ (q − p)·ln(q / p) of two distributions over the same bands.

    >>> psi([10, 10], [10, 10], smoothing=0.5)
    0.0
    """
    total_old, total_new = (sum(side) + smoothing * len(side) for side in (old, new))
    pairs = (((p + smoothing) / total_old, (q + smoothing) / total_new) for p, q in zip(old, new, strict=True))
    return math.fsum((q - p) * math.log(q / p) for p, q in pairs)
