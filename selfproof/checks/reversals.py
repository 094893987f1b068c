"""Red-letter invoices and the ones that they take back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from selfproof.graph.flows import pattern
from selfproof.model import Outcome
from selfproof.verify import Case, Verdict, View, check, fail

_CODES = ("seller_tax_id", "buyer_tax_id")


def original(view: View) -> str:
    """The number of the invoice that a red-letter one takes back, as its remarks name it."""
    match = pattern("original").search(unicodedata.normalize("NFKC", view.text("remarks")))
    return match["number"] if match else ""


def red(view: View) -> bool:
    """Whether an invoice takes another back: its total is negative."""
    total = view.money("total_amount") or view.money("amount_excl_tax")
    return total is not None and total < 0


@check(per="application")
def red_letters_paired(case: Case) -> Iterator[Verdict]:
    """A red-letter invoice takes back no more than its original states, of the same two parties."""
    by_number = {view.text("invoice_number"): view for view in case.of("vat_invoice") if not red(view)}
    back: dict[str, list[View]] = {}
    for view in {view.text("invoice_number"): view for view in case.of("vat_invoice") if red(view)}.values():
        back.setdefault(original(view), []).append(view)
    for number, reds in sorted(back.items()):
        blue = by_number.get(number) if number else None
        for view in reds:
            yield replace(_paired(blue, reds) if blue else Verdict(Outcome.UNKNOWN), document=view.id)


def _paired(blue: View, reds: list[View]) -> Verdict:
    """The verdict on all red letters of one original together."""
    stated, taken = blue.money("total_amount"), [view.money("total_amount") for view in reds]
    facts = (*blue.ids("total_amount"), *(name for view in reds for name in view.ids("total_amount")))
    if stated is None or None in taken:
        return Verdict(Outcome.UNKNOWN, facts=facts, documents=(blue.id,))
    total = -sum((amount for amount in taken if amount is not None), Decimal(0))
    number = blue.text("invoice_number")
    if total > stated:
        return fail("red_letters_paired_fail", facts, documents=(blue.id,), number=number, stated=stated, taken=total)
    if other := next((view for view in reds if _parties(view) != _parties(blue)), None):
        ids = (*blue.ids(*_CODES), *other.ids(*_CODES))
        return fail("red_letters_paired_party_fail", ids, documents=(blue.id,), number=number)
    return Verdict(Outcome.PASS, facts=facts, documents=(blue.id,))


def _parties(view: View) -> tuple[str, ...]:
    """By tax ids, which stand on every invoice between firms."""
    return tuple(view.text(name) for name in _CODES)


@check(per="application")
def reversed_is_not_shown(case: Case) -> Iterator[Verdict]:
    """No invoice is shown as a sale that another paper of the same file takes back in full."""
    reds = {original(view): view for view in case.of("vat_invoice") if red(view) and original(view)}
    for view in case.of("vat_invoice"):
        by = reds.get(view.text("invoice_number"))
        if by is not None and not red(view) and by.money("total_amount") == -(view.money("total_amount") or Decimal(0)):
            facts = (*view.ids("total_amount"), *by.ids("total_amount"))
            values: dict[str, Any] = {"number": view.text("invoice_number"), "red": by.text("invoice_number")}
            yield replace(fail("reversed_is_not_shown_fail", facts, documents=(by.id,), **values), document=view.id)
