"""Which lines of an applicant's statements pay a paper of his: these are cited as facts before anything is verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from selfproof.matching import cited, ledger
from selfproof.matching.match import match
from selfproof.matching.nouns import Matched
from selfproof.matching.once import once
from selfproof.model import Extraction, Fact, Payment, Provenance
from selfproof.verify import Case

_MOST = 1_000  # lines of one application that become facts, those that pay something first
Lines = Iterable[tuple[Extraction, Iterable[Payment]]]


def cite(case: Case, lines: Lines) -> Iterator[Fact]:
    """The facts of the lines that pay an invoice of the case, and of the other lines of those who are invoiced.

    lines: the extractions of statements, each with its payments. Without the policy's thresholds nothing is cited.
    """
    if not set(ledger.THRESHOLDS) <= set(case.thresholds):
        return
    bills = (ledger.invoice(key, views[0]) for key, views in ledger.invoices(case).items())
    due = [bill for bill in bills if bill is not None]
    known = dict(ledger.receipts(case))
    places: dict[str, tuple[Extraction, Payment]] = {}
    for extraction, payments in lines if due else ():
        for payment in payments:
            one = cited.receipt(extraction.document, payment)
            if one is not None:
                known[one.id] = one
                places[one.id] = extraction, payment
    payments_once = once(known.values(), ledger.ranks(case))
    matched = match(due, payments_once, ledger.rules(case), ledger.since(case))
    for receipt in _chosen(matched, places):
        extraction, payment = places[receipt]
        yield from cited.facts(extraction.kind, payment, _where(extraction))


def _chosen(matched: Matched, places: Mapping[str, object]) -> list[str]:
    linked = sorted({link.receipt for link in matched.links} & places.keys())
    return [*linked, *sorted(matched.met & places.keys() - set(linked))][:_MOST]


def _where(extraction: Extraction) -> Provenance:
    """The provenance of the document's own facts."""
    return next(fact.provenance for fact in extraction.facts if fact.kind == extraction.kind)
