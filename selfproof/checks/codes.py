"""Numbers that prove themselves: check digits and formats."""

from __future__ import annotations

import re

from stdnum.cn import ric, uscc

from selfproof.verify import UNKNOWN, Answer, Case, View, check, fail

_USCC_LENGTH = 18
_ID_NUMBER = re.compile(r"\d{17}[\dX]")


def _valid(code: str) -> bool | None:
    """Whether the check digit is right; None for lengths without one (15-digit registration numbers)."""
    if len(code) != _USCC_LENGTH:
        return None
    return bool(uscc.is_valid(code) or (_ID_NUMBER.fullmatch(code) and ric.is_valid(code)))


@check(needs=("business_license.uscc",))
def uscc_check_digit(view: View, _case: Case) -> Answer:
    """The licence's social-credit code has a right check digit (GB 32100)."""
    valid = _valid(view.text("uscc"))
    if valid is None:
        return UNKNOWN
    return None if valid else fail("uscc_check_digit_fail", view.ids("uscc"), code=view.text("uscc"))


@check(optional=("vat_invoice.seller_tax_id", "vat_invoice.buyer_tax_id"))
def tax_id_check_digit(view: View, _case: Case) -> Answer:
    """The tax ids on the invoice have right check digits."""
    names = [name for name in ("seller_tax_id", "buyer_tax_id") if _valid(view.text(name)) is not None]
    wrong = [name for name in names if not _valid(view.text(name))]
    if wrong:
        return fail("tax_id_check_digit_fail", view.ids(*wrong), code=view.text(wrong[0]))
    return None if names else UNKNOWN


@check(needs=("declaration.id_number",), per="application")
def id_number_check_digit(case: Case) -> Answer:
    """The declared identity number has a right check digit (GB 11643)."""
    fact = case.stated["declaration.id_number"]
    return None if ric.is_valid(str(fact.value)) else fail("id_number_check_digit_fail", (fact.id,))


@check(needs=("vat_invoice.invoice_number",))
def invoice_number_format(view: View, _case: Case) -> Answer:
    """Invoice number and code have the lengths and parts that tax bureaus give out.

    Fully digital: 20 figures, year 2, province 2, channel 1, sequence 15, no code. Others: 8 figures, code of 10 or 12.
    """
    number, code = view.text("invoice_number"), view.text("invoice_code")
    digital = re.fullmatch(r"2\d{19}", number) and not code
    older = re.fullmatch(r"\d{8}", number) and re.fullmatch(r"\d{10}|\d{12}", code)
    if re.fullmatch(r"\d{8}", number) and not code:
        return UNKNOWN
    return None if digital or older else fail("invoice_number_format_fail", view.ids("invoice_number", "invoice_code"))
