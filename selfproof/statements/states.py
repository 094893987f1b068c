"""What acquirers print of a payment beside its amounts: that it failed, that it was paid back, how many it stands for.

Some print what was paid back with a minus, some as a line of its own kind with plain amounts, some only as a state of
the payment itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from selfproof import values
from selfproof.statements.amounts import ZERO
from selfproof.statements.headings import Columns, Row
from selfproof.statements.lines import Line
from selfproof.statements.words import words

_WHOLE_PAID_BACK = re.compile(
    r"(?<!部分)(?:已|全额|全部)?(?:退款|退货|撤销|冲正)(?!失败|关闭|中)|revoked", re.IGNORECASE
)
_PARTLY = re.compile(r"部分")
_TURNED = ("gross", "net", "received")
_OF_A_SALE = ("net", "fee", "received", "discount", "subsidy")  # nothing of it is left where the sale is undone


def failed(columns: Columns, row: Row) -> bool:
    """Whether a line was tried and not paid, or is no payment at all (an authorisation in advance)."""
    state, kind = " ".join(columns.cells("status", row)), " ".join(columns.cells("kind", row))
    return bool(words()["unpaid"].search(state) or words()["unpaid_kind"].search(kind))


def reverses(columns: Columns, row: Row) -> bool:
    """Whether a line is itself one that pays back: by its kind."""
    return bool(words()["reversed"].search(" ".join(columns.cells("kind", row))))


def taken_back(columns: Columns, row: Row) -> bool:
    """Whether a payment's state says that all of it was paid back."""
    state = " ".join(columns.cells("status", row))
    return bool(_WHOLE_PAID_BACK.search(state)) and not _PARTLY.search(state) and not reverses(columns, row)


def negative(amounts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The amounts of a line that pays back.

    Its fee is given back where that is what adds up, and as printed where the other amounts bear a sign already.

    >>> from decimal import Decimal as D
    >>> negative({"gross": D("50.00"), "fee": D("0.19"), "net": D("49.81")})
    {'gross': Decimal('-50.00'), 'fee': Decimal('-0.19'), 'net': Decimal('-49.81')}
    >>> negative({"gross": D("-50.00"), "fee": D("0.00"), "net": D("-50.00")})["fee"]
    Decimal('0.00')
    """
    turned = {name: -abs(amount) if name in _TURNED else amount for name, amount in amounts.items()}
    gross, fee = amounts.get("gross", ZERO), amounts.get("fee", ZERO)
    left = amounts.get("net", amounts.get("received", gross - fee))
    if gross > 0 and fee > 0 and abs(left) == gross - fee:
        turned["fee"] = -fee
    return turned


def undone(lines: Sequence[Line]) -> Iterator[Line]:
    """Payments whose state alone tells that they were paid back count as refunds, unless refunds have lines too."""
    told = any(line.of("refund") for line in lines)
    for line in lines:
        yield replace(line, amounts=_undone(line)) if line.undone and not told else line


def _undone(line: Line) -> dict[str, Decimal]:
    """A payment that says that it was taken back, where nothing else does: what came in went out again."""
    amounts = dict(line.amounts) | {"refund": line.of("gross")}
    return {name: amount for name, amount in amounts.items() if name not in _OF_A_SALE}


def received(lines: Sequence[Line]) -> list[Line]:
    """What each payment left (实收) is what is settled, where the fees are off it in all lines."""
    charged = [line for line in lines if "received" in line.amounts and line.of("fee")]
    if not charged or any("net" in line.amounts for line in lines):
        return list(lines)
    if not all(line.of("gross") - line.of("refund") - line.of("fee") == line.of("received") for line in charged):
        return list(lines)
    return [replace(line, amounts=dict(line.amounts) | {"net": line.of("received")}) for line in lines]


def count(columns: Columns, row: Row) -> int:
    """How many payments a line stands for: one, or what its column says."""
    if "count" not in columns.at and "count_part" not in columns.at:
        return 1
    whole = (found for cell in columns.cells("count", row) if (found := values.count(cell)) is not None)
    parts = [found for cell in columns.cells("count_part", row) if (found := values.count(cell)) is not None]
    return next(whole, sum(parts))
