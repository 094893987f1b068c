"""How far a document is believed (credit-method, section 1): a level 0-5 computed from the findings of its checks.

A failed check only lowers. Passing lifts in three ways: consistency of an electronic original (L3), a trusted
signature (L4), a match (at most the level of the weakest document it was matched to). Consistency proves nothing in a
file that its owner can edit, and a match nothing in one that was made to match: tables and Word files stay at L2
whatever passes, pictures whatever they match. The one exception is a contract, on any carrier: where it was invoiced
and paid its words are borne out by others', so it is worth what the weakest invoice or statement is, never more,
whoever signed it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selfproof.credit.papers import Paper
from selfproof.credit.policy import Policy
from selfproof.model import Finding, Ledger, Method, Outcome

Verdicts = Mapping[str, Mapping[str, Finding]]  # document id → check id → the worst finding
_WORST = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.PASS: 2}
REFUSED, DECLARED, SEEN, ORIGINAL, PROVEN, CONFIRMED = range(6)
_EDITABLE = ("table", "docx")
_REFUSING = (
    "rejected",
    "aside",
)  # a reviewer's words; a paper that was set aside is no accusation, and counts as little
_MADE = ("", "ocr", *_EDITABLE)  # carriers that anyone can make to match what he holds


def verdicts(findings: Sequence[Finding]) -> dict[str, dict[str, Finding]]:
    """The worst finding of each check on each document; unknown is worse than pass."""
    found: dict[str, dict[str, Finding]] = {}
    for finding in sorted(findings, key=lambda item: (item.document, item.check, _WORST[item.outcome], item.documents)):
        found.setdefault(finding.document, {}).setdefault(finding.check, finding)
    return found


def levels(papers: Sequence[Paper], findings: Sequence[Finding], policy: Policy) -> dict[str, int]:
    """The level of every document by id. A document with several kinds in it is believed as its weakest part."""
    known, alone = _named(findings, policy), unmatched(papers, findings, policy)
    rests = standing(papers, alone)
    return {
        paper.document: alone[paper.document]
        if paper.withdrawn
        else _lifted(paper, known.get(paper.document, {}), rests, policy)
        for paper in papers
    }


def standing(papers: Sequence[Paper], believed: Mapping[str, int]) -> dict[str, int]:
    """What a match may rest on: a paper that was withdrawn bears out no other."""
    return {**believed, **{paper.document: REFUSED for paper in papers if paper.withdrawn}}


def unmatched(papers: Sequence[Paper], findings: Sequence[Finding], policy: Policy) -> dict[str, int]:
    """The same where no document is matched to any other."""
    known = _named(findings, policy)
    alone: dict[str, int] = {}
    for paper in papers:
        level = _alone(paper, known.get(paper.document, {}), policy)
        alone[paper.document] = min(level, alone.get(paper.document, CONFIRMED))
    return alone


def _named(findings: Sequence[Finding], policy: Policy) -> Verdicts:
    """The verdicts, with what is complained of a group of papers told of each, where the policy says so."""
    known = verdicts(findings)
    for finding in findings:
        effect = policy.checks.get(finding.check)
        if finding.outcome is Outcome.FAIL and effect is not None and effect.every:
            for document in finding.documents:
                known.setdefault(document, {})[finding.check] = finding
    return known


def _passed(name: str | None, known: Mapping[str, Finding]) -> bool:
    return name is not None and name in known and known[name].outcome is Outcome.PASS


def judged(paper: Paper) -> str:
    """A reviewer's word on the whole paper: accepted, rejected or aside; "" without one."""
    review = paper.signals.get("review")
    return str(review.value) if review is not None and review.provenance.method is Method.HUMAN else ""


def _declared(paper: Paper) -> bool:
    """Whether its owner corrected a field: his word alone, until a reviewer accepts the document after it."""
    review = paper.signals.get("review")
    accepted = review.provenance.version if review is not None and review.value == "accepted" else ""
    words = (fact.provenance for fact in paper.fields.values() if fact.provenance.method is Method.HUMAN)
    return any(word.origin.startswith("declaration") and word.version >= accepted for word in words)


def _confirmed(paper: Paper) -> bool:
    fact = paper.signals.get("confirmed")
    return fact is not None and fact.ledger is Ledger.THIRD_PARTY and fact.value is True


def _alone(paper: Paper, known: Mapping[str, Finding], policy: Policy) -> int:
    """The level by carrier, consistency and signature, before any match."""
    if judged(paper) in _REFUSING:
        return REFUSED
    if _declared(paper):
        return min(DECLARED, _cap(known, policy))
    if _confirmed(paper):
        return min(CONFIRMED, _cap(known, policy))
    required = policy.consistency.get(paper.kind, {}).get(paper.signal("carrier"), ())
    level = ORIGINAL if required and all(_passed(name, known) for name in required) else SEEN
    if _signed(paper, known, policy):
        level = PROVEN
    if paper.signal("carrier") in _EDITABLE:
        level = min(level, SEEN)
    return min(level, policy.top.get(paper.kind, CONFIRMED), _cap(known, policy))


def _signed(paper: Paper, known: Mapping[str, Finding], policy: Policy) -> bool:
    return _passed(policy.trusted_signature, known) and paper.signal("signature.status") in ("", "valid")


def _cap(known: Mapping[str, Finding], policy: Policy) -> int:
    """The highest level that the failed checks leave; a stop refuses."""
    cap = CONFIRMED
    for name, finding in known.items():
        effect = policy.checks.get(name)
        if effect is None or finding.outcome is not Outcome.FAIL:
            continue
        cap = min(
            cap, REFUSED if effect.stop else CONFIRMED, CONFIRMED if effect.cap_level is None else effect.cap_level
        )
    return cap


def _lifted(paper: Paper, known: Mapping[str, Finding], alone: Mapping[str, int], policy: Policy) -> int:
    """A match lifts to at most the level of what it was matched to, never above L4, never past a failed check."""
    level, match = alone[paper.document], policy.match.get(paper.kind)
    if match is None or not _passed(match, known) or level == REFUSED or _declared(paper):
        return level
    if paper.signal("carrier") in _MADE and paper.kind not in policy.top:
        return level
    return max(level, min(weakest(known[match], alone, policy), PROVEN, _cap(known, policy)))


def weakest(match: Finding, believed: Mapping[str, int], policy: Policy) -> int:
    """The level of the weakest document that a match rests on; a third-party feed is confirmed, nothing is refused."""
    others = (CONFIRMED if name in policy.third_party else believed.get(name, REFUSED) for name in match.documents)
    return min(others, default=REFUSED)
