"""One content, several carriers: print, QR code, text layer and attachment must agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from selfproof import values
from selfproof.layout import squash
from selfproof.model import Method, Value
from selfproof.verify import UNKNOWN, Answer, Case, Verdict, View, check, fail

_NET_TYPES = ("01", "04", "10")  # the QR code of these carries the amount without tax; of all others the total
_FIELDS = 6
_AGREEMENT = Decimal("0.9")  # share of printed figures that pixels must show: OCR itself errs in a few


def vat_payload(payloads: str) -> dict[str, Value] | None:
    """The fields of a VAT QR code ``01,type,code,number,amount,YYYYMMDD,check…`` among payloads split by newlines.

    Source: tax bureaus' QR layout as printed since 2017; not signed, so it shows consistency, never authenticity.
    """
    for line in payloads.splitlines():
        parts = line.split(",")
        if parts[0] == "01" and len(parts) > _FIELDS and (found := _payload(parts)):
            return found
    return None


def _payload(parts: list[str]) -> dict[str, Value] | None:
    try:
        amount = Decimal(parts[4])
    except InvalidOperation:
        return None
    name = "amount_excl_tax" if parts[1] in _NET_TYPES else "total_amount"
    found: dict[str, Value | None] = {
        "invoice_code": parts[2] or None,
        "invoice_number": parts[3],
        name: amount,
        "issue_date": values.day(parts[5]),
    }
    return {key: value for key, value in found.items() if value}


@check(needs=("document.qr", "vat_invoice.invoice_number"))
def qr_equals_print(view: View, _case: Case) -> Answer:
    """The QR code says what is printed: number, code, date and amount."""
    payload = vat_payload(view.text("document.qr"))
    if payload is None:
        return UNKNOWN
    printed = {
        name: view.facts[name]
        for name in payload
        if name in view.facts and view.facts[name].provenance.method is not Method.QR
    }
    wrong = [name for name, fact in printed.items() if fact.value != payload[name]]
    if wrong:
        facts = view.ids(*wrong, "document.qr")
        return fail("qr_equals_print_fail", facts, printed=printed[wrong[0]].value, qr=payload[wrong[0]])
    return None if printed else UNKNOWN


@check(needs=("document.text_layer.agreement",))
def text_layer_equals_pixels(view: View, _case: Case) -> Answer:
    """What the file's text says is what its picture shows."""
    share = Decimal(view.text("document.text_layer.agreement"))
    return (
        None
        if share >= _AGREEMENT
        else fail("text_layer_equals_pixels_fail", view.ids("document.text_layer.agreement"))
    )


@check(needs=("document.overprinted_text",))
def figures_not_painted_over(view: View, _case: Case) -> Answer:
    """No figures are painted over other figures; a name or a date under a seal is no forgery."""
    texts = view.text("document.overprinted_text").splitlines()
    figures = [text for text in texts if any(char.isdigit() for char in text)]
    if len(figures) < 2:  # noqa: PLR2004  what lies below and what lies above
        return None
    return fail("figures_not_painted_over_fail", view.ids("document.overprinted_text"), figures=figures[0])


_KEY_FIELDS = ("invoice_number", "total_amount", "amount_excl_tax", "seller_tax_id", "seller_name")


@check(optional=("vat_invoice.invoice_number",))
def attachment_equals_print(view: View, _case: Case) -> Answer:
    """The embedded invoice data says what is printed on the page."""
    if "document.unprinted" in view.facts:
        unprinted = view.text("document.unprinted").split()
        return _unlike(view, unprinted, "attachment_unprinted_fail") if unprinted else None
    if "document.attachment.xml" not in view.facts:
        return UNKNOWN
    data = squash(view.text("document.attachment.xml")).replace(",", "")
    printed = [name for name in _KEY_FIELDS if name in view.facts]
    missing = [name for name in printed if squash(_plain(view.facts[name].value)) not in data]
    if missing:
        return _unlike(view, missing, "attachment_equals_print_fail")
    return None if printed else UNKNOWN


def _unlike(view: View, fields: Sequence[str], key: str) -> Verdict:
    told = [view.facts[name].value for name in fields if name in view.facts]
    return fail(key, view.ids(*fields), value=told[0] if told else "")


def _plain(value: Value) -> str:
    if isinstance(value, Decimal):
        return re.sub(r"\.?0+$", "", f"{value:f}") if "." in f"{value:f}" else f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
