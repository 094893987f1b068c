"""Whether what a list settles is the country's own money: no other counts as turnover in CNY."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selfproof.statements.lines import Line
from selfproof.statements.settlement import Part
from selfproof.statements.words import words

_OWN = re.compile(r"人民币|(?<![A-Za-z])(?:CNY|RMB)(?![A-Za-z])", re.IGNORECASE)


def in_cny(said: str) -> bool:
    """Whether amounts below a text are in CNY: another currency is not named, nor a market abroad without this one.

    >>> in_cny("抖店结算账单"), in_cny("All amounts in USD"), in_cny("Shopee 拨款明细"), in_cny("Temu 结算币种：CNY")
    (True, False, False, True)
    """
    if words()["foreign"].search(said):
        return False
    return _OWN.search(said) is not None or not words()["market_abroad"].search(said)


def in_own(part: Part) -> Iterator[Line]:
    """The lines in CNY: by their column of currencies, else by what stands over the lines."""
    above = (" ".join(row) for row in part.sheet.rows[: part.at.start])
    kept = in_cny("\n".join([part.sheet.name, *above, *part.at.columns.headings]))
    for line in part.lines:
        named = "".join(part.at.columns.cells("currency", line.cells)[:1]).strip()
        if words()["domestic"].search(named.upper()) if named else kept:
            yield line
