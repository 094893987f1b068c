"""Printed forms, lists and certificates: whose they are, and whether their amounts agree with each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from selfproof import values
from selfproof.model import Outcome
from selfproof.names import same_firm
from selfproof.verify import UNKNOWN, Case, Verdict, View, check, fail

_CENT: Final = Decimal("0.01")
_MOST_LINES: Final = 200  # of a list that become facts: the sum of a longer one is not known
_SPELLED: Final = {"acceptance_draft": "amount", "bank_slip": "amount", "tax_certificate": "tax_paid"}
_LISTED: Final = {  # a list's printed total, and the column whose sum it is
    "purchase_order": ("total_amount", "amount"),
    "delivery_note": ("total_amount", "amount"),
    "settlement_sheet": ("total", "amount"),
    "subsidy_record": ("amount", "paid"),
}


@cache
def _owners() -> Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]:
    table: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]
    table = yaml.safe_load(files("selfproof").joinpath("tables", "owners.yaml").read_text("utf-8"))
    return table


@check(per="application", aside=True)
def paper_is_applicants(case: Case) -> Iterator[Verdict]:
    """A return, a list or a permit is the applicant's: by its code, else by a name on it."""
    yield from _belonging(case, "own", "paper_is_applicants_fail")


@check(per="application")
def lent_paper_is_applicants(case: Case) -> Iterator[Verdict]:
    """A meter, premises or a vehicle is the applicant's, or its landlord's as the lease names him."""
    yield from _belonging(case, "lent", "lent_paper_is_applicants_fail")


def _belonging(case: Case, group: str, complaint: str) -> Iterator[Verdict]:
    landlords = list(_landlords(case)) if group == "lent" else []
    for kind, told in _owners()[group].items():
        for view in case.of(kind):
            yield replace(_belongs(view, case, told, (landlords, complaint)), document=view.id)


def _landlords(case: Case) -> Iterator[str]:
    """Who lets premises to the applicant, by leases on which it is the tenant."""
    for lease in case.of("lease"):
        if lease.text("lessor") and _is_applicant(lease.text("lessee"), case):
            yield lease.text("lessor")


def _belongs(view: View, case: Case, told: Mapping[str, Sequence[str]], others: tuple[Sequence[str], str]) -> Verdict:
    """By a code where one is read, else by the names: all must be read before a paper is called another's."""
    landlords, complaint = others
    codes = {view.text(name) for name in told.get("codes", ())} - {""}
    names = [view.text(name) for name in told["names"]]
    ids = view.ids(*told.get("codes", ()), *told["names"])
    if codes and case.application.applicant.uscc:
        known, unread = case.application.applicant.uscc in codes, False
    else:
        known = any(_is_applicant(name, case) or name in landlords for name in names if name)
        unread = not all(names) or any("*" in name for name in names)
    if known:
        return Verdict(Outcome.PASS, facts=ids)
    return UNKNOWN if unread else fail(complaint, ids, printed=names[0] or codes.pop())


def _is_applicant(name: str, case: Case) -> bool:
    applicant = case.application.applicant
    return bool(name) and (name == applicant.legal_representative or same_firm(name, applicant.name))


@check(per="application")
def paper_words_equal_figures(case: Case) -> Iterator[Verdict]:
    """On drafts, slips and tax certificates the amount in words equals the figures."""
    for kind, field in _SPELLED.items():
        for view in case.of(kind):
            yield replace(_spelled(view, field), document=view.id)


def _spelled(view: View, field: str) -> Verdict:
    spelled, figures = values.amount_in_words(view.text("total_in_words")), view.money(field)
    if spelled is None or figures is None:
        return UNKNOWN
    facts = view.ids("total_in_words", field)
    if spelled == figures:
        return Verdict(Outcome.PASS, facts=facts)
    return fail("paper_words_equal_figures_fail", facts, words=spelled, figures=figures)


@check(per="application")
def lines_equal_total(case: Case) -> Iterator[Verdict]:
    """The lines of an order, a delivery, a settlement or a subsidy add up to its printed total, a cent a line apart."""
    for kind, (field, column) in _LISTED.items():
        for view in case.of(kind):
            yield replace(_added(view, field, column), document=view.id)


def _added(view: View, field: str, column: str) -> Verdict:
    total, lines = view.money(field), view.items(column)
    amounts = [fact.value for fact in lines if isinstance(fact.value, Decimal)]
    if total is None or not 0 < len(amounts) < _MOST_LINES or view.facts[field].provenance.repaired:
        return UNKNOWN  # a total that is the sum of its lines proves nothing
    added, facts = sum(amounts, Decimal()), (*view.ids(field), *(fact.id for fact in lines))
    if abs(added - total) <= _CENT * len(amounts):
        return Verdict(Outcome.PASS, facts=facts)
    if view.text("document.carrier") == "ocr":
        return UNKNOWN  # a line that recognition lost is no lie
    return fail("lines_equal_total_fail", facts, lines=added, total=total)
