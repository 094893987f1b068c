"""Self-proof against what third parties say: the issuer, the register, the tax bureau, platforms, the credit bureau.

A source that has not spoken makes no finding but ``unknown``. What they say is told by `selfproof.inquiries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from selfproof.model import Fact, Outcome
from selfproof.names import same_firm
from selfproof.verify import UNKNOWN, Case, Verdict, View, check, fail

_VOID: Final = ("作废", "红冲", "已冲红")
_COMPARED: Final = ("issue_date", "total_amount", "amount_excl_tax", "seller_tax_id", "buyer_tax_id")
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
