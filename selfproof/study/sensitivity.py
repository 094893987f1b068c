"""Each number of the policy a half down and a half up, one at a time: what that does to the figures."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof.credit.policy import Policy
from selfproof.model import Finding
from selfproof.population import Simulated
from selfproof.study import figures, loss, methods
from selfproof.study.flow import quick
from selfproof.study.reviewer import reviewed
from selfproof.study.trial import Trial

FACTORS = (0.5, 1.5)
SHOWN = ("mean_uplift", "honest_over_credit", "liar_over_credit", "agreement")
_WIDEST = (0.0, 1e12)
_MORE, _SHOWS, _LOSS_SHOWS = 0.02, 0.01, 0.0005  # of uplift, of other shares, of loss: more than the sample's grain

Tree = Any  # a policy as nested mappings, lists and numbers


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the policy.

    p: the section of the credit method that marks it (P), "" for an assumption; fixed: by the method's worked numbers.
    """

    name: str
    at: tuple[str, ...]
    p: str
    bounds: tuple[float, float]
    whole: bool
    power: bool
    fixed: bool = False


@cache
def numbers(name: str = "sensitivity") -> tuple[Number, ...]:
    """The table ``tables/sensitivity.yaml``, of the policy, or ``sensitivity_world.yaml``, of the invented world."""
    rows = yaml.safe_load(files("selfproof").joinpath("tables", f"{name}.yaml").read_text("utf-8"))
    return tuple(
        Number(
            name=name, at=tuple(row["at"]), p=str(row.get("p", "")), bounds=tuple(row.get("bounds", _WIDEST)),
            whole=bool(row.get("whole")), power=row.get("how") == "power", fixed=bool(row.get("fixed")),
        )
        for name, row in rows.items()
    )  # fmt: skip


def varied(policy: Policy, number: Number, factor: float) -> Policy:
    """The policy with this number times a factor, as far as its bounds and the policy's own rules let it."""
    return Policy.model_validate(moved(policy.model_dump(), number, factor))


def moved(tree: Tree, number: Number, factor: float) -> Tree:
    """A copy of a tree in which one number is another."""
    other = copy.deepcopy(tree)
    for path in number.at:
        _change(other, path.split("."), lambda node: _moved(node, number, factor))
    return other


def value(policy: Policy, number: Number) -> float | None:
    """The number where it is a single one, else None."""
    return single(policy.model_dump(), number)


def single(tree: Tree, number: Number) -> float | None:
    """What stands at a number's place where it is a single one, else None."""
    node = tree
    for part in number.at[0].split("."):
        if part == "*":
            return None
        node = node[int(part)] if isinstance(node, list | tuple) else node[part]
    return float(node) if isinstance(node, int | float) else None


def _change(node: Tree, path: Sequence[str], change: Callable[[Tree], Tree]) -> None:
    """Replace what stands at a path; ``*`` is every row, rows that lack the rest of the path stay."""
    head, *rest = path
    for key in _keys(node, head):
        if rest:
            if isinstance(node[key], list | tuple):
                node[key] = list(node[key])
            _change(node[key], rest, change)
        else:
            node[key] = change(node[key])


def _keys(node: Tree, head: str) -> Iterator[Any]:
    if isinstance(node, dict):
        yield from (list(node) if head == "*" else [head] if head in node else [])
    elif isinstance(node, list):
        yield from (range(len(node)) if head == "*" else [int(head)])


def _moved(node: Tree, number: Number, factor: float) -> Tree:
    if isinstance(node, dict):
        return {key: _moved(inner, number, factor) for key, inner in node.items()}
    if isinstance(node, list | tuple):
        return _drawn(node, factor) if number.power else [_moved(inner, number, factor) for inner in node]
    if isinstance(node, bool) or not isinstance(node, int | float):
        return node
    if node < 0:  # points that are taken off
        return node * factor
    low, high = number.bounds
    found = min(high, max(low, node * factor))
    return max(1, round(found)) if number.whole else found


def _drawn(shares: Sequence[float], factor: float) -> list[float]:
    powers = [share**factor for share in shares]
    return [power / sum(powers) for power in powers]


@dataclass(frozen=True, slots=True)
class Known:
    """An applicant with what does not change when the policy does."""

    simulated: Simulated
    findings: tuple[Finding, ...]
    third: methods.Limit
    reviewed: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A population, and beside it as many of each lie, of which the population has too few to tell."""

    everyone: tuple[Known, ...]
    liars: tuple[Known, ...]


def sample(drawn: tuple[Sequence[Simulated], Sequence[Simulated]], policy: Policy) -> Sample:
    """Checked once; third-party data alone is decided under the policy as it is, for uplift to be over one measure."""
    rules = quick(policy)
    everyone, liars = (
        tuple(
            Known(item, methods.findings(item, policy), methods.third_party_only(item, rules), reviewed(item))
            for item in part
        )
        for part in drawn
    )
    return Sample(everyone, liars)


def run(known: Sample, policy: Policy, which: Sequence[Number]) -> Iterator[Mapping[str, Any]]:
    """For each number its figures at half and at one and a half times, beside those of the policy as it is."""
    rules = quick(policy)
    usual = _figures(known, rules, policy)
    for number in which:
        low, high = (_side(known, rules, number, factor) for factor in FACTORS)
        row: dict[str, Any] = {"name": number.name, "p": number.p, "value": value(policy, number)}
        row |= {"usual": usual, "low": low, "high": high}
        yield {**row, "verdict": verdict(row) + ("; fixed by the worked numbers" if number.fixed else "")}


def _side(known: Sample, rules: Policy, number: Number, factor: float) -> Mapping[str, Any]:
    other = varied(rules, number, factor)
    return {"value": value(other, number), **_figures(known, other, rules)}


def _figures(known: Sample, other: Policy, usual: Policy) -> Mapping[str, float]:
    """The figures under another policy; the measure of uplift stays the usual policy's entry amount."""
    rows = [_row(item, other, usual) for item in known.everyone]
    found = figures.core(rows, usual)
    limits, truths = [row.ours.amount for row in rows], [row.truth for row in rows]
    lied = figures.share([_row(item, other, usual) for item in known.liars], figures.over_lent)
    rate = loss.rate(limits, truths)
    return {name: found[name] for name in SHOWN} | {"liar_over_credit": lied, "lent": sum(limits), "loss_rate": rate}


def _row(known: Known, other: Policy, usual: Policy) -> Trial:
    item = known.simulated
    found = known.findings if other.thresholds == usual.thresholds else methods.findings(item, other)
    limits = {"ours": methods.ours(item, found, other), "third_party_only": known.third}
    base = float(item.application.existing_limit)
    return Trial(item.application.trade, item.truth, base, limits, known.reviewed)


def verdict(row: Mapping[str, Any]) -> str:
    """Whether half or one and a half would serve better: more uplift, and nothing that it was held for gets worse."""
    for side, word in (("low", "half"), ("high", "one and a half")):
        if _better(row[side], row["usual"]):
            return f"{word} would raise more at no cost that shows here"
    worst = min(row["low"]["mean_uplift"], row["high"]["mean_uplift"])
    if worst > row["usual"]["mean_uplift"] - _SHOWS:
        return "hardly matters"
    return "kept: more on one side costs safety or agreement, the other lends less"


def _better(side: Mapping[str, float], usual: Mapping[str, float]) -> bool:
    return (
        side["mean_uplift"] >= usual["mean_uplift"] + _MORE
        and side["honest_over_credit"] <= max(figures.MARKS["honest_over_credit"], usual["honest_over_credit"])
        and side["liar_over_credit"] <= usual["liar_over_credit"] + _SHOWS
        and side["agreement"] >= usual["agreement"] - _SHOWS
        and side["loss_rate"] <= usual["loss_rate"] + _LOSS_SHOWS
    )
