"""What the checks complain of in one case, with both places and both facts, the heaviest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.findings.catalogue import Severity, clears, effects, severity
from selfproof.model import Fact, Finding, Message, Outcome
from selfproof.pipeline import Assessment
from selfproof.store import Store

ANSWER = "document.answer."
"""Names of facts that answer a question begin so: they stand beside a document and are no value of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint as a person reads it.

    compared: the facts that do not agree, each with its place; files: names of the uploads that it is about, the one
    that is complained of first; answer: the owner's last word on it; documents: in the order of files.
    """

    finding: Finding
    message: Message
    severity: Severity
    effects: tuple[Message, ...]
    clears: Message | None
    compared: tuple[Fact, ...]
    files: tuple[str, ...]
    answer: Fact | None = None
    documents: tuple[str, ...] = ()

    @property
    def is_light(self) -> bool:
        """Whether it moves nothing: worth knowing, but it puts no value in doubt."""
        return self.severity in {Severity.ADVISORY, Severity.UNNAMED}


_ORDER = tuple(Severity)


def complaints(found: Assessment, policy: Policy) -> tuple[Told, ...]:
    """Every failed check of a case that says something, the heaviest first, then in the order of the checks."""
    facts = {fact.id: fact for fact in (*found.application.facts, *found.facts)}
    names = {upload.document: upload.name for upload in found.uploads}
    said = [
        _told(item, item.message, facts=facts, names=names, policy=policy)
        for item in found.findings
        if item.outcome is Outcome.FAIL and item.message
    ]
    return tuple(sorted(said, key=lambda told: _ORDER.index(told.severity)))


def _told(
    finding: Finding, message: Message, *, facts: Mapping[str, Fact], names: Mapping[str, str], policy: Policy
) -> Told:
    row = policy.checks.get(finding.check)
    compared = tuple(facts[name] for name in finding.facts if name in facts)
    documents = (finding.document, *(fact.provenance.document for fact in compared), *finding.documents)
    return Told(
        finding=finding,
        message=message,
        severity=severity(row),
        effects=effects(row, policy),
        clears=clears(finding.check),
        compared=compared,
        files=_files(documents, names),
        documents=documents,
        answer=answer(finding, facts.values()),
    )


def _files(documents: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    found = (names.get(document.partition("#")[0], "") for document in documents)
    return tuple(name for name in dict.fromkeys(found) if name)


def answer(finding: Finding, facts: Iterable[Fact]) -> Fact | None:
    """What the owner last answered to a finding; None while nobody has."""
    named, last = f"{ANSWER}{finding.check}", None
    for fact in facts:
        if fact.name == named and fact.provenance.document == finding.document:
            last = fact if last is None or fact.provenance.version >= last.provenance.version else last
    return last


@lru_cache(maxsize=16)
def rules(policy_text: str) -> Policy:
    """A policy, parsed once: pages ask for it at every look."""
    return policies.parse(policy_text)


def deciding(store: Store, decision_id: str) -> Policy:
    """The policy that a decision was made by."""
    return rules(store.policy_text(decision_id))
