"""All of one stored decision for auditors: steps, formulas with values, facts with places, versions, other cases."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof import pipeline
from selfproof.credit import waterfall
from selfproof.credit.counterfactual import Counterfactual, counterfactuals
from selfproof.credit.decide import case_of
from selfproof.credit.evidence import gather
from selfproof.explaining.paper import Grid, Heading, Lines, Sheet
from selfproof.lifecycle import withdrawals
from selfproof.lifecycle.force import parsed
from selfproof.model import Decision, Fact, Message, Outcome
from selfproof.store import Store
from selfproof.store.codec import load
from selfproof.store.decisions import Replay
from selfproof.texts import Lang, say, table

_SHORT = 8


@cache
def _formulas() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(
        files("selfproof").joinpath("tables", "formulas.yaml").read_text("utf-8")
    )
    return found


def otherwise(kept: Replay) -> tuple[Counterfactual, ...]:
    """What the engine would recommend if one thing were otherwise; none where a stop froze the limit."""
    if load(Decision, kept.decision).binding == "stop":
        return ()
    case = case_of(gather(kept.application, kept.facts, kept.findings, parsed(kept.policy_text)))
    return counterfactuals(case, waterfall.assess(case))


def said(item: Counterfactual, lang: Lang) -> str:
    """The sentence of another case, with the kind's own name."""
    values = dict(item.text.values)
    if f"steps.{values.get('kind')}" in table():
        values["kind"] = say(f"steps.{values['kind']}", lang)
    return say(Message(item.text.key, values), lang)


def sheet(store: Store, decision_id: str, lang: Lang = "zh") -> Sheet:
    """The report of a decision; raises NotFound."""
    kept = store.replay_inputs(decision_id)
    decision = load(Decision, kept.decision)
    stored, anew = pipeline.replay(store, decision_id)
    head = _head(decision, kept, decision_id, lang, same=stored == anew)
    parts = (*head, *_steps(decision, lang), *_formula_parts(decision, lang), *_grounds(decision, kept, lang))
    parts += (*_brought(store, decision, lang), *_withdrawn(kept, lang), *_checks(kept, lang), *_others(kept, lang))
    return Sheet(say("auditors.title", lang), parts, f"{decision.application} · {decision_id}")


def _head(
    decision: Decision, kept: Replay, decision_id: str, lang: Lang, *, same: bool
) -> tuple[Heading | Lines | Grid, ...]:
    readers = sorted({f"{fact.provenance.origin} {fact.provenance.version[:_SHORT]}" for fact in kept.facts})
    rows = {
        "application": f"{kept.application.applicant.name} · {decision.application} · {decision.as_of}",
        "decision": decision_id,
        "policy": f"{parsed(kept.policy_text).name} · {decision.policy} · sha256 {_sha(kept.policy_text)}",
        "engine": decision.engine,
        "replay": say(f"auditors.replay_{'same' if same else 'differs'}", lang),
        "readers": "; ".join(readers),
        "base": f"{decision.base:,}",
        "recommended": f"{decision.recommended:,} · {decision.binding}",
        "effective": f"{decision.effective:,}",
        "review": " ".join(say(message, lang) for message in decision.review) or "—",
    }
    named = tuple((say(f"auditors.{name}", lang), value) for name, value in rows.items())
    return (Grid(named, (1, 4)),)


def _brought(store: Store, decision: Decision, lang: Lang) -> Iterator[Heading | Grid]:
    """Which of the documents staff brought on the applicant's behalf: who and when."""
    known = {document.partition("#")[0] for document in decision.levels}
    rows = tuple(
        (upload.document[:_SHORT], upload.name, upload.brought_by, f"{upload.received:%Y-%m-%d %H:%M}")
        for upload in store.uploads(decision.application)
        if upload.brought_by and upload.document in known
    )
    if rows:
        yield Heading(say("auditors.brought", lang))
        yield Grid(rows, (1.4, 2, 1.6, 1.4))


def _withdrawn(kept: Replay, lang: Lang) -> Iterator[Heading | Grid]:
    """Which documents their owner had withdrawn, by whose word and when."""
    told = (fact for fact in kept.facts if fact.name == withdrawals.SIGNAL)
    rows = tuple(
        (fact.provenance.document[:_SHORT], fact.provenance.origin, fact.provenance.version[:16]) for fact in told
    )
    if rows:
        yield Heading(say("auditors.withdrawn", lang))
        yield Grid(rows, (1.4, 2, 1.6))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _steps(decision: Decision, lang: Lang) -> Iterator[Heading | Grid]:
    rows = [
        (reason.code, reason.step, f"{reason.effect:+,}", say(reason.text, lang), _ids(reason.facts))
        for reason in decision.reasons
    ]
    yield Heading(say("auditors.steps", lang))
    yield Grid(tuple(rows), (0.6, 1.4, 1.4, 5, 1.6))


def _ids(facts: tuple[str, ...], most: int = 6) -> str:
    more = f" +{len(facts) - most}" if len(facts) > most else ""
    return " ".join(name[:_SHORT] for name in facts[:most]) + more


def _formula_parts(decision: Decision, lang: Lang) -> Iterator[Heading | Grid]:
    yield Heading(say("auditors.formulas", lang))
    rows = []
    for row in _formulas():
        known = (f"{name} = {decision.trace[name]:,.6g}" for name in row["values"] if name in decision.trace)
        rows.append((row["text"], "; ".join(known)))
    yield Grid(tuple(rows), (1, 1))
    yield Heading(say("auditors.values", lang))
    values = sorted(decision.trace.items())
    yield Grid(tuple((name, f"{value:,.6g}") for name, value in values), (2, 1))


def _grounds(decision: Decision, kept: Replay, lang: Lang) -> Iterator[Heading | Grid]:
    """Every fact that a reason names, with its place and how it was read."""
    named = {name for reason in decision.reasons for name in reason.facts}
    facts = [fact for fact in (*kept.application.facts, *kept.facts) if fact.id in named]
    yield Heading(say("auditors.facts", lang))
    yield Grid(tuple(_fact(fact, decision) for fact in facts), (1, 3, 2, 3))


def _fact(fact: Fact, decision: Decision) -> tuple[str, ...]:
    where, level = fact.provenance, decision.levels.get(fact.provenance.document)
    box = "" if where.place.box is None else " [" + ", ".join(f"{edge:.3f}" for edge in where.place.box) + "]"
    place = f"p. {where.place.page}{box}" if where.place.page else where.place.path
    parts = (where.document[:_SHORT], place, f"L{level}" if level is not None else str(fact.ledger), str(where.method))
    told = " · ".join(part for part in (*parts, f"{where.confidence:.2f}", where.repaired) if part)
    return fact.id[:_SHORT], fact.name, f"{fact.value} ({fact.original})", told


def _checks(kept: Replay, lang: Lang) -> Iterator[Heading | Lines | Grid]:
    yield Heading(say("auditors.checks", lang))
    counts = Counter(str(finding.outcome) for finding in kept.findings)
    yield Lines((" · ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "—",))
    failed = [finding for finding in kept.findings if finding.outcome is Outcome.FAIL]
    yield Grid(
        tuple(
            (item.check, item.document[:_SHORT], say(item.message, lang) if item.message else "—", _ids(item.facts))
            for item in failed
        ),
        (2, 1, 4, 1.6),
    )


def _others(kept: Replay, lang: Lang) -> Iterator[Heading | Grid]:
    found = otherwise(kept)
    if found:
        yield Heading(say("auditors.otherwise", lang))
        yield Grid(tuple((f"{item.effect:+,}", item.step, said(item, lang)) for item in found), (1.2, 1.2, 5))
