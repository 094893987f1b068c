"""A compiled row as a decision is compared: limits, every reason's code and effect, and why a person must look."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from selfproof.batch.compiled import Compiled
from selfproof.credit.decide import ENGINE
from selfproof.credit.policy import Policy
from selfproof.credit.reasons import BINDING, CODES, money
from selfproof.model import Message
from selfproof.store.rescores import Side, Step

Row: TypeAlias = dict[str, Any]
KEPT = ("failed", "lowered", "void", "own", "owes", "own_funds", "existing", "adverse")
"""Columns of the snapshot that reasons are told from."""


def side(row: Row, compiled: Compiled) -> Side:
    """What the scalar engine would say of this row. row: the outputs of `compiled`, and `KEPT`."""
    policy = compiled.policy
    return Side(
        base=money(row["base"]),
        recommended=money(row["recommended"]),
        effective=money(row["effective"]),
        binding=row["binding"],
        policy=compiled.version,
        engine=ENGINE,
        steps=tuple(_stops(row, policy) if row["stopped"] else _steps(row, compiled)),
        review=tuple(_review(row, policy)),
    )


def _stops(row: Row, policy: Policy) -> Iterator[Step]:
    for name in row["failed"].split():
        effect = policy.checks.get(name)
        if effect is not None and effect.stop:
            yield Step(effect.stop, name, Decimal(0))
    yield from (Step("S3", "invoice_status", Decimal(0)) for _ in range(row["void"]))
    lowered = money(row["recommended"]) - money(row["base"])
    if lowered:
        yield Step("P1", "adverse", lowered)


def _steps(row: Row, compiled: Compiled) -> Iterator[Step]:
    yield from _chain(row, compiled)
    yield from _assumed(row)
    effects = [(name, compiled.policy.checks.get(name)) for name in row["failed"].split()]
    yield from (Step(one.contradiction, name, Decimal(0)) for name, one in effects if one and one.contradiction)
    effects = [(name, compiled.policy.checks.get(name)) for name in row["lowered"].split()]
    for name, effect in effects:
        if effect and effect.cap_level is not None and not effect.contradiction:
            yield Step("E8", name, Decimal(0))


def _chain(row: Row, compiled: Compiled) -> Iterator[Step]:
    """The links with an effect, as `reasons.reasons` tells them."""
    before = money(row["step.base"])
    for name in compiled.steps[1:]:
        after = money(row[f"step.{name}"])
        if after != before:
            yield Step(_code(name, row), name, after - before)
        before = after


def _code(name: str, row: Row) -> str:
    if f"code.{name}" in row:
        return str(row[f"code.{name}"])
    return BINDING[row["formula"]] if name == "binding" else CODES[name]


def _assumed(row: Row) -> Iterator[Step]:
    yield Step("E8", "days", Decimal(0))
    if row["own_funds"] is None:
        yield Step("E8", "own_funds", Decimal(0))
    if row["own"]:
        yield Step("E8", "related", Decimal(0))
    if row["owes"]:
        yield Step("E8", "debts", Decimal(0))
    if row["no_growth"]:
        yield Step("E8", "growth", Decimal(0))


def _review(row: Row, policy: Policy) -> Iterator[Message]:
    """As `decide` says it; the scalar engine divides where this one divided already."""
    kept, star = row["step.kept"], max(row["existing"], policy.limit.entry)
    if row["stopped"]:
        yield Message("reasons.review_stop")
    if policy.kill_switch:
        yield Message("reasons.review_kill_switch")
    if row["b"] > policy.fusion.review_contradiction:
        yield Message("reasons.review_contradiction", {"b": f"{row['b']:.1f}"})
    effects = (policy.checks.get(name) for name in row["failed"].split())
    if not row["stopped"] and any(effect is not None and effect.contradiction for effect in effects):
        yield Message("reasons.review_facts")
    if not row["stopped"] and kept >= policy.limit.review_uplift * star:
        yield Message("reasons.review_uplift", {"times": f"{kept / star:.1f}"})
    if row["adverse"]:
        yield Message("reasons.review_adverse")
