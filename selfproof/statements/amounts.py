"""Amounts as banks print them."""

from __future__ import annotations

import re
from decimal import Decimal

from selfproof import values

ZERO = Decimal(0)
_REFUNDED = re.compile(r"\([^()\d]*退[^()]*\)$")
_CURRENCY = re.compile(r"^(人民币|CNY|RMB|USD|HKD|EUR)|(?<=\d)(CNY|RMB|USD|HKD|EUR)$")
_TRAILING = re.compile(r"(.*\d)\s*([-+]|[cd]r)", re.IGNORECASE)


def parse_amount(cell: str) -> Decimal | None:
    """An amount as banks print it: a trailing minus or DR is out; a wallet's note of a later refund is no part.

    >>> parse_amount("1,234.50-"), parse_amount("￥+3.00"), parse_amount("--"), parse_amount("5.00CR")
    (Decimal('-1234.50'), Decimal('3.00'), None, Decimal('5.00'))
    >>> parse_amount("58.20（已退款12.00）"), parse_amount("58.20(已全额退款)"), parse_amount("(3.00)")
    (Decimal('58.20'), Decimal('58.20'), Decimal('-3.00'))
    """
    text = _REFUNDED.sub("", values.fold(cell).strip())
    text = _CURRENCY.sub("", text)
    match = _TRAILING.fullmatch(text)
    if match:
        negative = match[2].lower() in ("-", "dr")
        text = ("-" if negative else "") + match[1]
    return values.number(text)
