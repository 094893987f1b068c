"""The figures of a study from its rows: uplift, credit for what is true, over-crediting, agreement, loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import fmean, pstdev
from typing import Any

import numpy as np

from selfproof.credit.policy import Policy
from selfproof.study import loss
from selfproof.study.reviewer import agrees, close, raises
from selfproof.study.steps import STEPS
from selfproof.study.trial import METHODS, Pair, Trial

MARKS = {"mean_uplift": 0.30, "honest_over_credit": 0.05, "agreement": 0.80}
"""What the product promises: at least, at most, at least."""
_ROUNDING = 1e-6
_NONE = "none that states amounts"
_FEWEST = 5  # rows of an evidence set that is listed

Record = dict[str, Any]


def uplift(row: Trial, entry: float) -> float:
    """The engine's limit over that on third-party data alone, as a share of it; of the entry amount where it is less.

    Without that floor a newcomer's first 30,000 over nothing, or over 1,000, would be any percentage.
    """
    return _uplift(row.ours.amount, row, entry)


def _uplift(amount: float, row: Trial, entry: float) -> float:
    return (amount - row.third.amount) / max(row.third.amount, entry)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean, median and the tenths at both ends."""
    if not values:
        return dict.fromkeys(("mean", "median", "p10", "p90"), 0.0)
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    return {"mean": fmean(values), "median": middle, "p10": low, "p90": high}


def share(rows: Sequence[Trial], true: Callable[[Trial], bool]) -> float:
    """The share of rows of which something holds; 0 of none."""
    return sum(map(true, rows)) / len(rows) if rows else 0.0


def core(rows: Sequence[Trial], policy: Policy) -> Record:
    """The figures that carry the issue's names."""
    honest, liars = [row for row in rows if row.truth.honest], [row for row in rows if not row.truth.honest]
    gains = spread([uplift(row, policy.limit.entry) for row in rows])
    return {
        "mean_uplift": gains["mean"],
        "median": gains["median"],
        "p10": gains["p10"],
        "p90": gains["p90"],
        "honest_over_credit": share(honest, over),
        "liar_over_credit": share(liars, over_lent),
        "agreement": share(rows, agreed),
        "wrongly_stopped": share(honest, lambda row: row.ours.stopped),
        "straight_through": share(rows, lambda row: not row.ours.looked_at),
    }


def reviewers_uplift(rows: Sequence[Trial], policy: Policy) -> dict[str, float]:
    """The spread of what the careful reviewer gives over third-party data alone: what the world has to give."""
    return spread([_uplift(row.reviewed, row, policy.limit.entry) for row in rows])


def visits(tries: Sequence[Sequence[Trial]], policy: Policy) -> list[Record]:
    """The same after each try: the first upload first, then what was brought on advice."""
    return [
        core(rows, policy) | _beside(rows, before, policy) for before, rows in zip((None, *tries), tries, strict=False)
    ]


def _beside(rows: Sequence[Trial], before: Sequence[Trial] | None, policy: Policy) -> Record:
    """Who brought something since the try before, and what the reviewer gives on the same files."""
    more = [one.shown > two.shown for one, two in zip(rows, before or (), strict=False)]
    honest, liars = [row for row in rows if row.truth.honest], [row for row in rows if not row.truth.honest]
    return {
        "brought": sum(more) / len(rows),
        "held_honest": share(honest, lambda row: row.ours.held),
        "liar_uplift": spread([uplift(row, policy.limit.entry) for row in liars])["mean"],
        "raised": share(rows, lambda row: raises(row.ours.amount, row.base)),
        "reviewer_uplift": reviewers_uplift(rows, policy)["mean"],
        "reviewer_raised": share(rows, lambda row: raises(row.reviewed, row.base)),
    }


def over(row: Trial) -> bool:
    """More turnover is credited than there is, whether or not a person stands before it."""
    return row.ours.turnover > row.truth.turnover + 1


def over_lent(row: Trial) -> bool:
    """More turnover is lent on than there is."""
    return row.lent_on > row.truth.turnover + 1


def agreed(row: Trial) -> bool:
    """The engine and the reviewer decide alike."""
    return agrees(row.ours.amount, row.reviewed, row.base)


def every(rows: Sequence[Trial], policy: Policy) -> Record:
    """All figures of a population."""
    honest, liars = [row for row in rows if row.truth.honest], [row for row in rows if not row.truth.honest]
    return {
        **core(rows, policy),
        "applicants": len(rows),
        "liars": len(liars),
        "honest_uplift": spread([uplift(row, policy.limit.entry) for row in honest]),
        "reviewer_uplift": reviewers_uplift(rows, policy),
        "raised": share(rows, lambda row: raises(row.ours.amount, row.base)),
        "reviewer_raised": share(rows, lambda row: raises(row.reviewed, row.base)),
        "sum_uplift": _ratio(sum(row.ours.amount for row in rows), sum(row.third.amount for row in rows)) - 1,
        "believing_honest_over_credit": share(honest, lambda row: _believed(row) > row.truth.turnover + 1),
        "believing_liar_over_credit": share(liars, lambda row: _believed(row) > row.truth.turnover + 1),
        "held_honest": share(honest, lambda row: row.ours.held),
        "liars_noticed": share(liars, lambda row: row.ours.stopped or row.ours.held),
        "agreement_honest": share(honest, agreed),
        "agreement_liars": share(liars, agreed),
        "agreement_alone": share([row for row in rows if not _asked(row)], agreed),
        "agreement_with_person": share(rows, lambda row: _asked(row) or agreed(row)),
        "agreement_amounts": share(rows, lambda row: close(row.ours.amount, row.reviewed)),
        "disagreement": _disagreement(rows),
        "missed": _missed(rows),
        "review_uplift_p95": float(np.quantile([_times(row, policy) for row in rows], 0.95)),
        "credited_share": _by(honest, policy, lambda row: " + ".join(row.truth.evidence) or _NONE),
        "credited_share_by_best": _by(honest, policy, lambda row: row.truth.best or _NONE),
        "credited_share_by_trade": _by(honest, policy, lambda row: row.trade),
        "methods": {name: _method(rows, name) for name in METHODS},
        "equal_loss": _equal(rows),
        "mistakes": _mistakes(honest),
        "left": _left(honest),
        "limits_honest": _limits(honest),
    }


def house(rows: Sequence[Trial], policy: Policy) -> Record:
    """The figures of the lender as a whole, where a person has looked at what waited for one."""
    honest, liars = [row for row in rows if row.truth.honest], [row for row in rows if not row.truth.honest]
    return {
        **core(rows, policy),
        "held_honest": share(honest, lambda row: row.ours.held),
        "agreement_honest": share(honest, agreed),
        "agreement_liars": share(liars, agreed),
        "disagreement": _disagreement(rows),
    }


def _asked(row: Trial) -> bool:
    """Whether the engine leaves the limit to a person."""
    return row.ours.stopped or row.ours.held


def _left(honest: Sequence[Trial]) -> dict[str, Record]:
    """By the papers brought, and of all: the mean share of true turnover that each step towards V leaves."""
    groups: dict[str, list[Trial]] = {"all": []}
    for row in honest:
        if row.truth.turnover > 0:
            groups["all"].append(row)
            groups.setdefault(" + ".join(row.truth.evidence) or _NONE, []).append(row)
    return {
        name: {"applicants": len(group)}
        | {step: fmean(min(1.5, row.steps[step] / row.truth.turnover) for row in group) for step in STEPS}
        for name, group in groups.items()
        if len(group) >= _FEWEST
    }


def _limits(honest: Sequence[Trial]) -> Record:
    """Sums of limits, CNY: what the reviewer gives and what each of the engine's steps leaves of it."""
    return {
        "reviewer": sum(row.reviewed for row in honest),
        "upon": sum(row.upon for row in honest),
        "recommended": sum(row.ours.recommended for row in honest),
        "effective": sum(row.ours.amount for row in honest),
        "third": sum(row.third.amount for row in honest),
        "base": sum(row.base for row in honest),
    }


def _believed(row: Trial) -> float:
    return row.limits["believe_everything"].turnover


def _times(row: Trial, policy: Policy) -> float:
    return row.ours.recommended / max(row.base, policy.limit.entry)


def _ratio(one: float, two: float) -> float:
    return one / two if two else 0.0


def _disagreement(rows: Sequence[Trial]) -> dict[str, float]:
    """In which way, as shares of all."""
    missed = share(rows, lambda row: raises(row.reviewed, row.base) and not raises(row.ours.amount, row.base))
    eager = share(rows, lambda row: raises(row.ours.amount, row.base) and not raises(row.reviewed, row.base))
    return {
        "no_raise_he_raises": missed,
        "raise_he_does_not": eager,
        "raise_too_high": 1 - share(rows, agreed) - missed - eager,
    }


def _missed(rows: Sequence[Trial]) -> dict[str, float]:
    """Why the engine gives no raise where the reviewer does, as shares of all applicants.

    credit: it credits too little turnover; terms: even on his turnover its own days, margin, own funds or grade would
    not raise.
    """
    why = Counter(_why(row) for row in rows if raises(row.reviewed, row.base) and not raises(row.ours.amount, row.base))
    return {name: why[name] / len(rows) if rows else 0.0 for name in ("stopped", "held", "credit", "terms")}


def _why(row: Trial) -> str:
    if row.ours.stopped or row.ours.held:
        return "stopped" if row.ours.stopped else "held"
    return "credit" if raises(row.upon, row.base) else "terms"


def _by(rows: Iterable[Trial], policy: Policy, key: Callable[[Trial], str]) -> dict[str, Record]:
    """Credited turnover over true turnover in groups: how many, mean and median, and how often above the truth."""
    groups: dict[str, list[Trial]] = {}
    for row in rows:
        if row.truth.turnover > 0:
            groups.setdefault(key(row), []).append(row)
    return {name: _group(group, policy.limit.entry) for name, group in sorted(groups.items()) if len(group) >= _FEWEST}


def _group(rows: Sequence[Trial], entry: float) -> Record:
    shares = spread([row.ours.turnover / row.truth.turnover for row in rows])
    third = spread([row.third.turnover / row.truth.turnover for row in rows])
    gain = fmean(uplift(row, entry) for row in rows)
    return {
        "applicants": len(rows),
        **shares,
        "third_party": third["median"],
        "over": share(rows, over),
        "uplift": gain,
    }


def _method(rows: Sequence[Trial], name: str) -> Record:
    """What a method lends and what that costs."""
    limits, truths = [row.limits[name].amount for row in rows], [row.truth for row in rows]
    return {"lent": sum(limits), "expected_loss": loss.total(limits, truths), "loss_rate": loss.rate(limits, truths)}


def _equal(rows: Sequence[Trial]) -> Record:
    """What each method could lend if all its limits were scaled so that it lost as much as third-party data alone."""
    truths = [row.truth for row in rows]
    limits = {name: [row.limits[name].amount for row in rows] for name in METHODS}
    aim = loss.total(limits["third_party_only"], truths)
    scales = {name: loss.scale_for(limits[name], truths, aim) for name in METHODS}
    return {name: {"scale": scales[name], "lent": scales[name] * sum(limits[name])} for name in METHODS}


def _mistakes(honest: Sequence[Trial]) -> dict[str, Record]:
    """What an honest mistake costs."""
    happened = Counter(name for row in honest for name in row.truth.mistakes)
    found: dict[str, Record] = {}
    for name, count in sorted(happened.items()):
        mine = [row for row in honest if name in row.truth.mistakes]
        stopped, held = share(mine, lambda row: row.ours.stopped), share(mine, lambda row: row.ours.held)
        found[name] = {"applicants": count, "stopped": stopped, "held": held, "over": share(mine, over)}
    return found


def lies(found: Mapping[str, Sequence[Pair]]) -> dict[str, Record]:
    """By kind: how often it is noticed, how often it pays, and what it brings."""
    return {kind: _lie(pairs) for kind, pairs in found.items()}


def _lie(pairs: Sequence[Pair]) -> Record:
    liars = [pair.liar for pair in pairs]
    honest = fmean(pair.honest.ours.amount for pair in pairs)
    return {
        "told": len(pairs),
        "noticed": sum(pair.noticed for pair in pairs) / len(pairs),
        "stopped": share(liars, lambda row: row.ours.stopped),
        "pays": sum(pair.gain > _ROUNDING for pair in pairs) / len(pairs),
        "costs": sum(pair.gain < -_ROUNDING for pair in pairs) / len(pairs),
        "gain": fmean(pair.gain for pair in pairs),
        "gain_error": pstdev(pair.gain for pair in pairs) / len(pairs) ** 0.5,
        "gain_share": _ratio(fmean(pair.gain for pair in pairs), honest),
        "over_credit": share(liars, over_lent),
    }
