"""What a decision that asks for nobody still rests on without anybody having looked: faint print, fields not read.

It moves no money. The case comes to a reviewer, who confirms or corrects, and the next decision counts that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml

from selfproof import confidence
from selfproof.model import Decision, Fact, Method

FAINT, BLANK, WITHDRAWN = "faint", "blank", "withdrawn"
"""A value under a moved limit is below `confidence.straight_through`; a paper that counts lacks a key field; what its
owner withdrew still speaks against the limit."""


@cache
def key_fields() -> Mapping[str, Sequence[str]]:
    """By kind, the fields that stand on every paper of it (`tables/blanks.yaml`)."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "blanks.yaml").read_text("utf-8"))
    found: Mapping[str, Sequence[str]] = table["key"]
    return found


def marks(decision: Decision, facts: Sequence[Fact]) -> tuple[str, ...]:
    """Why a person should look, of the above. facts: all that were decided on, what people said included."""
    return tuple(_marks(decision, facts))


def _marks(decision: Decision, facts: Sequence[Fact]) -> Iterator[str]:
    gone = {fact.provenance.document for fact in facts if fact.name == "document.withdrawn"}
    told = (
        name for reason in decision.reasons if reason.effect or reason.code[:1] in {"S", "X"} for name in reason.facts
    )
    if gone and {fact.id for fact in facts if fact.provenance.document in gone} & {*told}:
        yield WITHDRAWN
    facts = [fact for fact in facts if fact.provenance.document not in gone] if gone else facts
    under = {name for reason in decision.reasons if reason.effect for name in reason.facts}
    if any(fact.id in under and _is_faint(fact) for fact in facts):
        yield FAINT
    there = {(fact.provenance.document, fact.name) for fact in facts}
    papers = {(fact.provenance.document, fact.kind) for fact in facts if decision.levels.get(fact.provenance.document)}
    if any((paper, f"{kind}.{name}") not in there for paper, kind in papers for name in key_fields().get(kind, ())):
        yield BLANK


def _is_faint(fact: Fact) -> bool:
    said = fact.provenance.method in {Method.HUMAN, Method.SOURCE}
    return not said and fact.provenance.confidence < confidence.straight_through()
