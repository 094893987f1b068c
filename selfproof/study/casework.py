"""What a reviewer of the lender's does at a case that waits for him, by what he sees.

That is the page, and what the product shows beside it; no truth. Each act is one that the product gives him
(`selfproof.access.review`, `Desk.correct`, `Desk.fill`):

1. On a paper that is complained of, or lacks what stands on every such paper, he puts right what the reader gave
   otherwise than the page has it. A paper that nothing points at he does not read.
2. Few papers of somebody else, or a statement whose balances do not follow at one place, he sets aside, and asks for
   the whole statement. More of either, and any other stop, he leaves as it is.
3. A held limit he releases where it rests on no more turnover than each of the kinds shows by itself, or third parties
   know: what contradicts lies above it. Else he asks for the rest of the kind that states least, and counts what comes
   signed by a bank or a bureau.
4. Papers that he finds nothing against he accepts, so that the owner is advised again.

He takes back no lie that stands on the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from selfproof.credit.doubts import key_fields
from selfproof.credit.policy import Policy
from selfproof.model import Decision, Finding, Outcome
from selfproof.population import Simulated
from selfproof.population.applicants import told_by
from selfproof.population.chance import table
from selfproof.population.drafts import Draft
from selfproof.population.visits import Asked, bring, wishes
from selfproof.verify import ASIDE, checks

_FIRST = 10  # draws of chance for what he asks for, apart from those of the owner's own visits
_AGAIN = {"receipts": "accounts"}
"""The advice whose wishes are for the rest of a kind; of the others it is the kind's missing months."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The case as it lies before him."""

    simulated: Simulated
    findings: tuple[Finding, ...]
    decision: Decision
    policy: Policy

    @property
    def clashes(self) -> bool:
        """Whether papers contradict each other so far that he cannot let the limit hold."""
        b, bound = self.decision.trace["b"], self.policy.fusion.review_contradiction
        return b > bound and not releases(self.decision, self.policy)

    def papers(self, effect: str) -> frozenset[str]:
        """Documents of which a check complains whose row in the policy has this effect (stop, contradiction)."""
        failed = ((item, self.policy.checks.get(item.check)) for item in self.findings if item.outcome is Outcome.FAIL)
        return frozenset(item.document for item, row in failed if getattr(row, effect, None))


def worked(seen: Seen, turn: int) -> Simulated:
    """The applicant after the reviewer's work and the owner's reply. turn: from 0."""
    gone = frozenset(_aside(seen))
    papers = tuple(_judged(paper, seen, gone) for paper in seen.simulated.file.papers)
    before = told_by(seen.simulated, replace(seen.simulated.file, papers=papers))
    after = bring(before, list(_wanted(seen, gone)), _FIRST + turn)
    if not seen.clashes:
        return after
    taken = (paper if paper in papers else _vouched(paper) for paper in after.file.papers)
    return told_by(after, replace(after.file, papers=tuple(taken)))


def _vouched(paper: Draft) -> Draft:
    """What is brought against a contradiction counts where somebody else vouches for it, by his signature."""
    return paper if paper.signals.get("signature.status") == "valid" else replace(paper, judged="rejected")


def releases(decision: Decision, policy: Policy) -> bool:
    """Whether he lets a held limit hold."""
    trace, least = decision.trace, policy.fusion.min_months
    shown = [trace[f"{kind}.raw"] for kind in policy.kinds if trace.get(f"{kind}.months", 0.0) >= least]
    return bool(shown) and trace["v"] <= max(min(shown), trace["v3"])


def _judged(paper: Draft, seen: Seen, gone: Collection[str]) -> Draft:
    document = paper.document(seen.simulated.application.id)
    if document in gone:
        return replace(paper, judged=ASIDE)
    right = replace(paper, fields=paper.page, page={}) if paper.page and _points_at(paper, document, seen) else paper
    open_yet = document in seen.papers("stop") | seen.papers("contradiction") and right is paper
    doubted = seen.clashes or open_yet
    return right if doubted else replace(right, judged=right.judged or "accepted")


def _points_at(paper: Draft, document: str, seen: Seen) -> bool:
    """Whether the product shows something on this paper that wants a look."""
    blank = any(name not in paper.fields for name in key_fields().get(paper.kind, ()))
    return blank or any(item.document == document and item.outcome is Outcome.FAIL for item in seen.findings)


def _aside(seen: Seen) -> Iterator[str]:
    """Papers that he sets aside: few strangers', and statements with few gaps."""
    rules, owner = table()["review"], seen.simulated.application.id
    passing = frozenset(item.document for item in seen.findings if checks()[item.check].aside)
    wrong = [paper for paper in seen.simulated.file.papers if paper.document(owner) in seen.papers("stop") & passing]
    broken = [paper for paper in wrong if paper.fields.get("chain_breaks")]
    strangers = [paper for paper in wrong if paper not in broken]
    few = strangers if len(strangers) <= rules["foreign_most"] else []
    whole = [paper for paper in broken if int(str(paper.fields["chain_breaks"])) <= rules["breaks_most"]]
    yield from (paper.document(owner) for paper in (*few, *whole))


def _wanted(seen: Seen, gone: Collection[str]) -> Iterator[Asked]:
    """What he asks the owner for."""
    policy, owner = seen.policy, seen.simulated.application.id
    efforts = {kind: typical.effort for kind, typical in policy.advice.kinds.items()}
    kinds = {paper.kind for paper in seen.simulated.file.papers if paper.document(owner) in gone}
    if "bank_statement" in kinds:
        yield Asked("bank", efforts["receipts"])
    lowest = _lowest(seen.decision, policy)
    if lowest and seen.clashes:
        name = _AGAIN.get(lowest, f"{lowest}_months")
        yield from wishes(name, efforts[name])


def _lowest(decision: Decision, policy: Policy) -> str:
    """The kind that states least a year; "" where none states anything."""
    shown = {kind: decision.trace[f"{kind}.raw"] for kind in policy.kinds if decision.trace.get(f"{kind}.raw", 0.0) > 0}
    return min(shown, key=lambda kind: shown[kind], default="")
