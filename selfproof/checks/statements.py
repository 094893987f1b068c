"""Statements of wallets, platforms and acquirers, and receipts: complete, in their span, adding up, the applicant's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from selfproof import values
from selfproof.checks.parties import holder
from selfproof.model import Outcome
from selfproof.names import same_firm, sign_agrees
from selfproof.verify import UNKNOWN, Answer, Case, Verdict, View, check, fail

_KINDS = ("wallet_statement", "platform_statement", "acquirer_statement")


def _each(case: Case) -> Iterator[View]:
    for kind in _KINDS:
        yield from case.of(kind)


def _of(view: View, verdict: Verdict | None) -> Verdict:
    """A verdict on one document of an application."""
    if verdict is None:
        return Verdict(Outcome.PASS, document=view.id)
    return Verdict(verdict.outcome, verdict.message, verdict.facts, document=view.id)


@check(per="application", aside=True)
def statement_complete(case: Case) -> Iterator[Verdict]:
    """A bill holds as many transactions as it states."""
    for view in _each(case):
        stated, found = view.get("stated_transactions", int), view.get("n_transactions", int)
        if stated is None or found is None:
            yield _of(view, UNKNOWN)
        elif stated != found:
            facts = view.ids("stated_transactions", "n_transactions")
            yield _of(view, fail("statement_complete_fail", facts, stated=stated, found=found))
        else:
            yield _of(view, None)


@check(per="application")
def statement_within_period(case: Case) -> Iterator[Verdict]:
    """No transaction lies outside the span that the bill states."""
    for view in _each(case):
        ends = [day for part in view.text("period").split("/") if (day := values.day(part))]
        days = [day for name in ("first_date", "last_date") if (day := view.get(name, date))]
        if len(ends) != 2 or not days:  # noqa: PLR2004  a first and a last day
            yield _of(view, UNKNOWN)
            continue
        outside = next((day for day in days if not ends[0] <= day <= ends[1]), None)
        facts = view.ids("period", "first_date", "last_date")
        found = fail("statement_within_period_fail", facts, date=outside, period=view.text("period"))
        yield _of(view, found if outside else None)


@check(needs=("platform_statement.sum_breaks",))
def settlement_adds_up(view: View, _case: Case) -> Answer:
    """What is settled is what was sold less refunds and fees, line by line, and so are the printed sums."""
    return _adds_up(view)


@check(needs=("acquirer_statement.sum_breaks",))
def acquirer_adds_up(view: View, _case: Case) -> Answer:
    """The same on an acquirer's list of payments: its lines, its sums and the totals that it states beside them."""
    return _adds_up(view)


def _adds_up(view: View) -> Answer:
    breaks = view.get("sum_breaks", int)
    if breaks and view.text("document.carrier") == "ocr":
        return UNKNOWN  # one misread figure breaks the sums of an honest picture
    return fail("settlement_adds_up_fail", view.ids("sum_breaks"), breaks=breaks) if breaks else None


@check(needs=("acquirer_statement.merchant_name",), aside=True)
def merchant_is_applicant(view: View, case: Case) -> Answer:
    """The merchant is the applicant: by its name, by the brand that a shop's short name shows, or its owner's name."""
    name, applicant = view.text("merchant_name"), case.application.applicant
    owner = applicant.legal_representative
    if "*" in name:
        return UNKNOWN
    if (owner and owner in name) or same_firm(name, applicant.name):
        return None
    agrees = sign_agrees(name, applicant.name)
    if agrees is None:
        return UNKNOWN
    facts = (*view.ids("merchant_name"), *case.declared("name"))
    return None if agrees else fail("merchant_is_applicant_fail", facts, merchant=name)


@check(needs=("wallet_statement.account_name",), aside=True)
def wallet_holder_is_applicant(view: View, case: Case) -> Answer:
    """The wallet is the applicant's, or its legal representative's own."""
    return holder(view, case, "wallet_holder_is_applicant_fail")


@check(needs=("receipt.total_in_words", "receipt.total"))
def receipt_words_equal_figures(view: View, _case: Case) -> Answer:
    """The receipt's total in words equals its figures."""
    spelled, figures = values.amount_in_words(view.text("total_in_words")), view.money("total")
    if spelled is None:
        return UNKNOWN
    facts = view.ids("total_in_words", "total")
    same = spelled == figures
    return None if same else fail("receipt_words_equal_figures_fail", facts, words=spelled, figures=figures)
