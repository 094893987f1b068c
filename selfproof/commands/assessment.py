"""An assessment as text for people and as JSON for machines; every amount in CNY."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, TypeAlias

from selfproof.commands.printed import plain
from selfproof.findings.catalogue import clears
from selfproof.model import Decision, Fact, Finding, Ledger, Message, Outcome, Reason
from selfproof.pipeline import Assessment
from selfproof.texts import say

Record: TypeAlias = dict[str, Any]
THIRD_PARTY_LEVEL = 5
DECLARED_LEVEL = 1


def as_json(found: Assessment) -> str:
    """The whole assessment as one JSON object, ending in a newline."""
    decision, application = found.decision, found.application
    facts = (*application.facts, *found.facts)
    names = {upload.document: upload.name for upload in found.uploads}
    record: Record = {
        "applicant": {"name": application.applicant.name, "uscc": application.applicant.uscc},
        "application": application.id,
        "as_of": application.as_of.isoformat(),
        "decision": found.decision_id,
        **limits(decision),
        "effective": float(found.effective),
        "limit": float(found.effective),
        "suspended": found.suspended,
        "reasons": [_reason(reason) for reason in decision.reasons],
        "findings": [finding(item, names) for item in found.findings],
        "facts": [fact_record(item, decision, names) for item in facts if item.kind != "document"],
        "advice": [
            {"kind": item.kind, "low": float(item.low), "high": float(item.high), "text": both(item.text)}
            for item in decision.advice
        ],
        "review": [both(message) for message in decision.review],
        "not_read": [{"file": upload.name, "error": upload.note} for upload in found.uploads if upload.note],
        "policy": decision.policy,
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def limits(decision: Decision) -> Record:
    """Base, recommended, effective and limit (= effective) with what binds."""
    return {
        "base": float(decision.base),
        "recommended": float(decision.recommended),
        "effective": float(decision.effective),
        "limit": float(decision.effective),
        "binding": decision.binding,
    }


def both(message: Message) -> Record:
    """A sentence in both languages."""
    return {"zh": say(message), "en": say(message, "en")}


def _reason(reason: Reason) -> Record:
    """A step of the waterfall with the ids of the facts that it rests on, listed under ``facts``."""
    return {
        "code": reason.code,
        "step": reason.step,
        "effect": float(reason.effect),
        "text": both(reason.text),
        "facts": list(reason.facts),
    }


def finding(item: Finding, names: dict[str, str]) -> Record:
    """A finding with the file it is about, those it was compared with, and what would clear it when it failed."""
    cleared = clears(item.check) if item.outcome is Outcome.FAIL else None
    return {
        "check": item.check,
        "outcome": str(item.outcome),
        "file": names.get(item.document.partition("#")[0], ""),
        "document": item.document,
        "text": both(item.message) if item.message else None,
        "clears": both(cleared) if cleared else None,
        "facts": list(item.facts),
        "compared_with": [names.get(document.partition("#")[0], document) for document in item.documents],
    }


def level(fact: Fact, decision: Decision) -> int:
    """How far a fact is believed, L0 to L5: its document's level, else the ledger's."""
    if fact.ledger is Ledger.THIRD_PARTY:
        return THIRD_PARTY_LEVEL
    return decision.levels.get(fact.provenance.document, DECLARED_LEVEL)


def fact_record(fact: Fact, decision: Decision, names: dict[str, str]) -> Record:
    """A fact with its level and provenance down to page and box."""
    where = fact.provenance
    return {
        "id": fact.id,
        "name": fact.name,
        "value": plain(fact.value),
        "ledger": str(fact.ledger),
        "level": level(fact, decision),
        "provenance": {
            "file": names.get(where.document.partition("#")[0], where.origin),
            "document": where.document,
            "page": where.place.page,
            "box": where.place.box,
            "path": where.place.path,
            "method": str(where.method),
            "original": fact.original,
            "confidence": where.confidence,
            "repaired": where.repaired,
        },
    }


def as_text(found: Assessment) -> str:
    """The limit before and after with its waterfall, what was read and what it was worth."""
    application, decision = found.application, found.decision
    lines = [
        f"{application.applicant.name} · {application.as_of} · {found.decision_id}",
        *(f"  {upload.name}: {_upload_line(found, upload.document, upload.note)}" for upload in found.uploads),
        "",
    ]
    if found.suspended:
        lines.append(f"紧急停用中，生效额度 / kill switch is on, effective {found.effective:,.0f}\n")
    return "\n".join(lines) + "\n" + explanation(decision)


def _upload_line(found: Assessment, document: str, note: str) -> str:
    if note:
        return f"未读取 / not read: {note}"
    kinds = sorted({fact.kind for fact in found.facts if fact.provenance.document == document} - {"document"})
    level_ = found.decision.levels.get(document)
    return ", ".join(kinds or ["unknown"]) + (f" · L{level_}" if level_ is not None else "")


def explanation(decision: Decision) -> str:
    """Base to limit, step by step, with the formulas' values."""
    steps = [
        f"  {reason.code:<3}{reason.effect:>+12,.0f}  {say(reason.text)} / {say(reason.text, 'en')}"
        for reason in decision.reasons
    ]
    lines = [
        f"基础额度 base {decision.base:>12,.0f}",
        *steps,
        f"建议额度 recommended {decision.recommended:,.0f} · {decision.binding}",
        f"生效额度 effective {decision.effective:,.0f}",
        *_notes("复核 review", decision.review),
        *_notes("下一步 next", (item.text for item in decision.advice)),
        *(f"  {name} = {value:,.6g}" for name, value in sorted(decision.trace.items())),
        f"policy {decision.policy} · engine {decision.engine}",
    ]
    return "\n".join(lines) + "\n"


def _notes(title: str, messages: Iterable[Message]) -> list[str]:
    return [f"{title}: {say(message)} / {say(message, 'en')}" for message in messages]
