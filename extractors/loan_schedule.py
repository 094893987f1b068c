"""Loan contract and repayment schedule (借款合同、还款计划表): lender, principal, rate, and what is due when.

A schedule is a list: `items` are its instalments, `instalments` their number, printed or counted. A contract is prose,
read by the same mechanism as other contracts, its parties being `lender` and `borrower`.

Source: 民法典, articles 667 to 680; every lender prints its own schedule.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractors import _prose
from extractors._listing import Spot, listing
from selfproof.model import Derived, Document

_LIST = listing("loan_schedule")
_PROSE = _prose.prose("loan")
FIELDS = {**_LIST.fields, **_PROSE.fields}
LABELS = _LIST.form.labels
CONSTRAINTS = (_LIST.in_yuan,)
ANNEX = True


def identify(document: Document) -> float:
    """As a list of instalments, or as a contract of a loan."""
    return max(_LIST.identify(document), _PROSE.identify(document))


def locate(document: Document) -> Iterator[Spot]:
    """The head and the instalments, or the clauses of the contract."""
    if _PROSE.identify(document) > _LIST.identify(document):
        yield from _PROSE.locate(document)
    else:
        yield from _LIST.locate(document)


def derive(document: Document) -> Iterator[Derived]:
    """How many instalments a schedule lists, where it does not say so."""
    dates = [words for words in _LIST.column(document, "due_date") if words]
    if dates and _LIST.whole(document) and not _LIST.printed(document, "instalments"):
        yield Derived("instalments", len(dates), f"{len(dates)}", dates[0])
