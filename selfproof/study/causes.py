"""Where engine and careful reviewer part, cause by cause, and what each would be worth if it were mended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from selfproof.credit.policy import Policy
from selfproof.study.figures import agreed
from selfproof.study.reviewer import raises, rules
from selfproof.study.trial import Trial

CAUSES = {
    "stopped": "he raises: the engine had stopped",
    "held": "he raises: papers contradict each other, the engine waits for a person",
    "not_shown": "he raises: even believed in full the papers show too little; he knows the rest",
    "believed": "he raises: the papers show enough, level, single kind and scatter leave too little of it",
    "terms": "he raises: the engine's days, margin, own funds or grade would not, even on his turnover",
    "liar": "the engine raises a liar",
    "eager_terms": "the engine raises: its days, margin or own funds are kinder than the true ones",
    "eager_credit": "the engine raises: it counts more turnover than he",
    "high_terms": "both raise, the engine too high: kinder days, margin or own funds",
    "high_credit": "both raise, the engine too high: it counts more turnover than he",
}
"""Each cause in words; every disagreement has one."""
_MOST = 3  # groups that are named


@dataclass(frozen=True, slots=True)
class Cause:
    """One row. share: of all applicants, which is what agreement would gain; uplift: the mean's, as the reviewer gives.

    near: of these, how many lie within what counts as no change; trades, papers: the most frequent, with how many.
    """

    cause: str
    share: float
    uplift: float
    near: int
    trades: tuple[tuple[str, int], ...]
    papers: tuple[tuple[str, int], ...]


def table(rows: Sequence[Trial], policy: Policy) -> tuple[Cause, ...]:
    """All causes in order, also those that nobody has."""
    apart: dict[str, list[Trial]] = {name: [] for name in CAUSES}
    for row in rows:
        if not agreed(row):
            apart[cause(row)].append(row)
    return tuple(_row(name, found, len(rows), policy) for name, found in apart.items())


def cause(row: Trial) -> str:
    """Why engine and reviewer part over an applicant."""
    if not raises(row.ours.amount, row.base):
        return _missed(row)
    if not row.truth.honest:
        return "liar"
    way = "high" if raises(row.reviewed, row.base) else "eager"
    return f"{way}_credit" if row.ours.turnover > rules()["haircut"] * row.truth.turnover else f"{way}_terms"


def _missed(row: Trial) -> str:
    if row.ours.stopped or row.ours.held:
        return "stopped" if row.ours.stopped else "held"
    if not raises(row.upon, row.base):
        return "terms"
    return "believed" if raises(row.at_face, row.base) else "not_shown"


def _row(name: str, found: Sequence[Trial], count: int, policy: Policy) -> Cause:
    entry = policy.limit.entry
    gained = sum((row.reviewed - row.ours.amount) / max(row.third.amount, entry) for row in found)
    near = sum(abs(row.reviewed - row.ours.amount) <= rules()["raise"] * max(row.base, entry) for row in found)
    papers = (" + ".join(row.truth.evidence) or "none" for row in found)
    return Cause(
        name, len(found) / count, gained / count, near, _frequent(row.trade for row in found), _frequent(papers)
    )


def _frequent(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST])
