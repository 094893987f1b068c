"""Amounts as banks print them."""

from __future__ import annotations

import re
from decimal import Decimal

from selfproof import values

ZERO = Decimal(0)
_REFUNDED = re.compile(r"\([^()\d]*退[^()]*\)$")
_CURRENCY = re.compile(r"^(人民币元?|CNY|RMB|USD|HKD|EUR)/?|(?<=\d)(CNY|RMB|USD|HKD|EUR)$")
_WAY = re.compile(r"(?:/[A-Z]{3})?(?:\((支出|存入|收入)\))?$")  # what it is in, and which way it went: 9.90/RMB(支出)
_TRAILING = re.compile(r"(.*\d)\s*([-+]|[cd]r)", re.IGNORECASE)


def parse_amount(cell: str) -> Decimal | None:
    """An amount as banks print it: a trailing minus or DR is out; a wallet's note of a later refund is no part.

    >>> parse_amount("1,234.50-"), parse_amount("￥+3.00"), parse_amount("--"), parse_amount("5.00CR")
    (Decimal('-1234.50'), Decimal('3.00'), None, Decimal('5.00'))
    >>> parse_amount("58.20（已退款12.00）"), parse_amount("58.20(已全额退款)"), parse_amount("(3.00)")
    (Decimal('58.20'), Decimal('58.20'), Decimal('-3.00'))
    >>> parse_amount("-9.90/RMB(支出)"), parse_amount("9.90/RMB(支出)"), parse_amount("1,000.00/RMB（存入）")
    (Decimal('-9.90'), Decimal('-9.90'), Decimal('1000.00'))
    >>> parse_amount("人民币元/-3,000.00"), parse_amount("CNY/32.50")
    (Decimal('-3000.00'), Decimal('32.50'))
    """
    text = _REFUNDED.sub("", values.fold(cell).strip())
    way = _WAY.search(text)
    if way and way[0]:
        text = text[: way.start()]
        text = f"-{text}" if way[1] == "支出" and not text.startswith("-") else text
    text = _CURRENCY.sub("", text)
    match = _TRAILING.fullmatch(text)
    if match:
        negative = match[2].lower() in ("-", "dr")
        text = ("-" if negative else "") + match[1]
    return values.number(text)
