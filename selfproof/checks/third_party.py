"""Self-proof against what third parties say: the issuer, the register, the tax bureau, platforms, the credit bureau.

A source that has not spoken makes no finding but ``unknown``. What they say is told by `selfproof.inquiries`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from selfproof.model import Fact, Outcome
from selfproof.names import applicants_side, same_firm
from selfproof.verify import UNKNOWN, Case, Verdict, View, check, fail

_VOID: Final = ("作废", "红冲", "已冲红")
_COMPARED: Final = ("issue_date", "total_amount", "amount_excl_tax", "seller_tax_id", "buyer_tax_id")
_REGISTERED: Final = ("name", "uscc", "legal_representative", "established_date")
_DEBTS: Final = ("debt_service_annual", "working_capital_loans")
_FEEDS: Final = {  # whose figures a statement must not exceed, and what names the account or shop
    "platform": ("platform_statement", "store"),
    "acquirer": ("acquirer_statement", "merchant"),
    "bank": ("bank_statement", "account"),
}
_PARTIES: Final = ("seller_name", "buyer_name")


def _held(view: View, case: Case, field: str) -> Fact | None:
    """What the issuer says of this invoice under a field."""
    return case.stated.get(f"verification.invoices[{view.text('invoice_number')}].{field}")


def _status(case: Case) -> Iterator[tuple[View, Fact | None]]:
    for view in case.of("vat_invoice"):
        yield view, _held(view, case, "status")


@check(per="application")
def invoice_known_to_issuer(case: Case) -> Iterator[Verdict]:
    """The issuer knows an invoice of this number."""
    for view, status in _status(case):
        if status is None:
            yield Verdict(Outcome.UNKNOWN, document=view.id)
        elif status.value == "查无":
            ids = (*view.ids("invoice_number"), status.id)
            found = fail("invoice_known_to_issuer_fail", ids, number=view.text("invoice_number"))
            yield replace(found, document=view.id)
        else:
            yield Verdict(Outcome.PASS, facts=(status.id,), document=view.id)


@check(per="application")
def invoice_valid_at_issuer(case: Case) -> Iterator[Verdict]:
    """The issuer has neither voided nor reversed the invoice since."""
    for view, status in _status(case):
        if status is None or status.value not in (*_VOID, "正常"):
            yield Verdict(Outcome.UNKNOWN, document=view.id)
        elif status.value in _VOID:
            ids = (*view.ids("invoice_number"), status.id)
            found = fail("invoice_valid_at_issuer_fail", ids, number=view.text("invoice_number"), status=status.value)
            yield replace(found, document=view.id)
        else:
            yield Verdict(Outcome.PASS, facts=(status.id,), document=view.id)


@check(per="application")
def invoice_equals_issuers_record(case: Case) -> Iterator[Verdict]:
    """Day, amounts and parties on the invoice are those that its issuer holds."""
    for view, status in _status(case):
        yield replace(_equals(view, case, status), document=view.id)


def _equals(view: View, case: Case, status: Fact | None) -> Verdict:
    number = view.text("invoice_number")
    if status is not None and status.value == "不一致":
        ids = (*view.ids("invoice_number", "issue_date", "total_amount"), status.id)
        return fail("invoice_equals_issuers_record_fail", ids, number=number)
    pairs = [(name, _held(view, case, name)) for name in (*_COMPARED, *_PARTIES)]
    told = [(view.facts[name], held) for name, held in pairs if held is not None and name in view.facts]
    if status is None or not told:
        return UNKNOWN
    for read, held in told:
        if not _same(read, held):
            ids = (read.id, held.id)
            return fail("invoice_equals_issuers_value_fail", ids, number=number, printed=read.value, held=held.value)
    return Verdict(Outcome.PASS, facts=tuple(held.id for _, held in told))


def _same(read: Fact, held: Fact) -> bool:
    if read.field in _PARTIES:
        return same_firm(str(read.value), str(held.value))
    return bool(read.value == held.value)


@check(per="application")
def firm_known_to_registry(case: Case) -> Iterator[Verdict]:
    """The business register knows a firm of the applicant's social-credit code."""
    absent = case.stated.get("registry.listed")
    if absent is None or absent.value is not False:
        known = case.stated.get("registry.uscc")
        yield Verdict(Outcome.PASS, facts=(known.id,)) if known is not None else UNKNOWN
        return
    code = case.application.applicant.uscc
    for view in case.of("business_license") or (None,):
        printed = view.ids("uscc", "name") if view else ()
        found = fail("firm_known_to_registry_fail", (*printed, *case.declared("uscc"), absent.id), code=code)
        yield replace(found, document=view.id if view else "")


@check(per="application")
def registry_matches_licence(case: Case) -> Iterator[Verdict]:
    """The business register says of the firm what its licence says."""
    for view in case.of("business_license"):
        pairs = [(name, case.stated.get(f"registry.{name}")) for name in _REGISTERED]
        told = [(view.facts[name], held) for name, held in pairs if held is not None and name in view.facts]
        wrong = next(((read, held) for read, held in told if not _agrees(read, held)), None)
        if wrong:
            read, held = wrong
            ids = (read.id, held.id)
            found = fail("registry_matches_licence_fail", ids, printed=read.value, held=held.value)
            yield replace(found, document=view.id)
        else:
            facts = tuple(held.id for _, held in told)
            yield Verdict(Outcome.PASS if told else Outcome.UNKNOWN, facts=facts, document=view.id)


def _agrees(read: Fact, held: Fact) -> bool:
    if read.field == "name":
        return same_firm(str(read.value), str(held.value))
    return bool(read.value == held.value)


@check(per="application", uses=("feed_margin",))
def sales_within_tax_record(case: Case) -> Iterator[Verdict]:
    """The invoices of a quarter come to no more than the sales that were reported to the tax bureau for it.

    By quarters, because small taxpayers report so; only those that the record covers whole.
    """
    told = dict(_by_month(case, "tax", "sales"))
    sold = list(_sold(case))
    for quarter in _quarters(told):
        held = [told[month] for month in quarter if month in told]
        mine = [(net, ids) for month, net, ids in sold if month in quarter]
        if mine:
            yield _compared(mine, held, quarter, case)


def _compared(
    mine: Sequence[tuple[Decimal, tuple[str, ...]]], held: Sequence[Fact], quarter: Sequence[str], case: Case
) -> Verdict:
    reported = sum((fact.value for fact in held if isinstance(fact.value, Decimal)), Decimal())
    invoiced = sum((amount for amount, _ in mine), Decimal())
    facts = (*(fact for _, ids in mine for fact in ids), *(fact.id for fact in held))
    if invoiced <= reported * case.threshold("feed_margin"):
        return Verdict(Outcome.PASS, facts=facts)
    first, last = quarter[0], quarter[-1]
    return fail("sales_within_tax_record_fail", facts, invoiced=invoiced, reported=reported, first=first, last=last)


def _quarters(told: Mapping[str, Fact]) -> Iterator[tuple[str, ...]]:
    """The calendar quarters from the first month told of to the last, as far as they lie whole between these."""
    for year in range(int(min(told)[:4]), int(max(told)[:4]) + 1) if told else ():
        for first in (1, 4, 7, 10):
            months = tuple(f"{year:04}-{month:02}" for month in range(first, first + 3))
            if min(told) <= months[0] and months[-1] <= max(told):
                yield months


def _by_month(case: Case, source: str, field: str) -> Iterator[tuple[str, Fact]]:
    """A source's monthly figures, by month as ``2026-03``."""
    pattern = re.compile(rf"{source}\.months\[(\d{{4}}-\d\d)\]\.{field}")
    for name, fact in case.stated.items():
        if match := pattern.fullmatch(name):
            yield match[1], fact


def _sold(case: Case) -> Iterator[tuple[str, Decimal, tuple[str, ...]]]:
    """Month and amount without tax of each invoice that the applicant issued, with its facts; a number counts once."""
    seen: set[tuple[str, str]] = set()
    for view in case.of("vat_invoice"):
        day, net = view.get("issue_date", date), view.money("amount_excl_tax")
        key = (view.text("invoice_code"), view.text("invoice_number"))
        mine = applicants_side(view.text, case.application.applicant) == "seller"
        if mine and day is not None and net is not None and key not in seen:
            seen.add(key)
            yield f"{day:%Y-%m}", net, view.ids("amount_excl_tax")


@check(per="application", uses=("feed_margin",))
def statement_within_feed(case: Case) -> Iterator[Verdict]:
    """No statement shows a month with more receipts than the platform, acquirer or bank itself tells of."""
    for source, (kind, name) in _FEEDS.items():
        told = dict(_by_month(case, source, "receipts"))
        store = case.stated.get(f"{source}.{name}")
        for view in case.of(kind):
            same = store is None or not view.text(name) or view.text(name) == str(store.value)
            if told and same:
                yield replace(_within(view, told, case), document=view.id)


def _within(view: View, told: Mapping[str, Fact], case: Case) -> Verdict:
    pairs = [(month, view.facts.get(f"months[{month}].receipts"), held) for month, held in sorted(told.items())]
    both = [(month, shown, held) for month, shown, held in pairs if shown is not None]
    for month, shown, held in both:
        figure, limit = shown.value, held.value
        if (
            isinstance(figure, Decimal)
            and isinstance(limit, Decimal)
            and figure > limit * case.threshold("feed_margin")
        ):
            ids = (shown.id, held.id)
            return fail("statement_within_feed_fail", ids, month=month, shown=figure, held=limit)
    return Verdict(Outcome.PASS, facts=tuple(held.id for _, _, held in both)) if both else UNKNOWN


@check(per="application", uses=("feed_margin",))
def debts_as_declared(case: Case) -> Iterator[Verdict]:
    """What the applicant says to owe is no less than what the credit bureau tells of."""
    for field in _DEBTS:
        said, held = case.stated.get(f"declaration.{field}"), case.stated.get(f"bureau.{field}")
        if said is None or held is None or not isinstance(said.value, Decimal) or not isinstance(held.value, Decimal):
            continue
        if held.value > said.value * case.threshold("feed_margin"):
            yield fail("debts_as_declared_fail", (said.id, held.id), declared=said.value, held=held.value)
        else:
            yield Verdict(Outcome.PASS, facts=(said.id, held.id))
