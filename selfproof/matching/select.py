"""Which lines of an applicant's statements pay a paper of his: these are cited as facts before anything is verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from selfproof.matching import cited, ledger
from selfproof.matching.match import match
from selfproof.matching.nouns import Bill, Matched, Receipt
from selfproof.matching.once import once
from selfproof.model import Extraction, Fact, Payment, Provenance
from selfproof.verify import Case

_MOST = 1_000  # lines of one application that become facts, those that pay something first
Lines = Iterable[tuple[Extraction, Iterable[Payment]]]


def cite(case: Case, lines: Lines) -> Iterator[Fact]:
    """The facts of the lines that pay an invoice of the case, and of the other lines of those on the invoices.

    lines: the extractions of statements, each with its payments. Without the policy's thresholds nothing is cited.
    """
    if not set(ledger.THRESHOLDS) <= set(case.thresholds):
        return
    due = {side: ledger.bills(ledger.invoices(case, side), side) for side in (ledger.SELLER, ledger.BUYER)}
    places: dict[str, tuple[Extraction, Payment]] = {}
    every: dict[str, Receipt] = {}
    for extraction, payments in lines if any(due.values()) else ():
        for payment in payments:
            one = cited.receipt(extraction.document, payment)
            if one is not None:
                every[one.id] = one
                places[one.id] = extraction, payment
    matched = [_matched(case, side, bills, every) for side, bills in due.items() if bills]
    for receipt in _chosen(matched, places):
        extraction, payment = places[receipt]
        yield from cited.facts(extraction.kind, payment, _where(extraction))


def _matched(case: Case, side: str, bills: Mapping[str, Bill], every: Mapping[str, Receipt]) -> Matched:
    """One side's invoices put to all lines and to what other papers show."""
    known = dict(ledger.receipts(case, side)) | {name: ledger.seen(one, side) for name, one in every.items()}
    payments = once(known.values(), ledger.ranks(case))
    return match(bills.values(), payments, ledger.rules(case), ledger.since(case))


def _chosen(matched: Sequence[Matched], places: Mapping[str, object]) -> list[str]:
    linked = sorted({link.receipt for one in matched for link in one.links} & places.keys())
    met = {receipt for one in matched for receipt in one.met}
    return [*linked, *sorted(met & places.keys() - set(linked))][:_MOST]


def _where(extraction: Extraction) -> Provenance:
    """The provenance of the document's own facts."""
    return next(fact.provenance for fact in extraction.facts if fact.kind == extraction.kind)
