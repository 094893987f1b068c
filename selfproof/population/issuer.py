"""What the tax bureau answers where a lender may ask it about single invoices, as the product does through a connector.

Nobody is connected in the usual world: whose lender is, says `connected`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from selfproof.model import Value
from selfproof.population.applicants import Simulated, told_by
from selfproof.population.drafts import Draft
from selfproof.population.records import Record

SOURCE = "verification"
_OTHERWISE = "不一致"  # what it answers to an amount that is not the invoice's
_AMOUNT = "total_amount"


def connected(simulated: Simulated) -> Simulated:
    """The applicant of a lender that asks about each invoice."""
    file = simulated.file
    return answered(told_by(simulated, replace(file, records=(*file.records, Record(SOURCE, {})))))


def answered(simulated: Simulated) -> Simulated:
    """With answers on all papers that are there by now; as it is where nobody is connected."""
    file = simulated.file
    if all(one.source != SOURCE for one in file.records):
        return simulated
    said = dict(pair for paper in file.of("vat_invoice") for pair in _answer(paper))
    records = tuple(Record(SOURCE, said) if one.source == SOURCE else one for one in file.records)
    return told_by(simulated, replace(file, records=records))


def _answer(paper: Draft) -> Iterator[tuple[str, Value]]:
    """Who asks gives number and amount as they were read; without an amount nobody can."""
    if _AMOUNT in paper.fields:
        misread = bool(paper.page) and paper.page[_AMOUNT] != paper.fields[_AMOUNT]
        yield f"invoices[{paper.fields['invoice_number']}].status", _OTHERWISE if misread else paper.issued
