"""Lines of statements as facts, and back: only lines that pay a paper of the applicant's are cited.

``bank_statement.rows[17].amount`` (what arrived, negative for what left) with ``.day``, ``.party``, ``.note`` and
``.fee`` beside it, each with the place of the line. A third party's record may list receipts under the same names
(``bank.rows[17].amount``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from selfproof.matching.nouns import Receipt
from selfproof.model import Fact, Ledger, Method, Payment, Provenance, Value

_AMOUNT = re.compile(r"rows\[([^\]]+)\]\.amount")
_CENTS = Decimal(100)


def cents(amount: Decimal) -> int:
    """CNY as whole 分."""
    return int((amount * _CENTS).to_integral_value())


def receipt(document: str, payment: Payment) -> Receipt | None:
    """A payment that may settle something; None for an inflow that is no business receipt."""
    if payment.amount > 0 and not payment.earned:
        return None
    amount, fee = cents(payment.amount), cents(payment.fee)
    return Receipt(f"{document}:{payment.row}", payment.party, payment.day, amount, payment.note, fee, document)


def facts(kind: str, payment: Payment, where: Provenance) -> Iterator[Fact]:
    """The facts of one line. where: of the document's other facts; place and certainty are the line's own."""
    values: dict[str, Value] = {"amount": payment.amount, "day": payment.day}
    values |= {name: text for name, text in (("party", payment.party), ("note", payment.note)) if text}
    if payment.fee:
        values["fee"] = payment.fee
    own = Provenance(where.method, kind, where.document, payment.place, where.version, payment.confidence)
    for name, value in values.items():
        yield Fact(f"{kind}.rows[{payment.row}].{name}", value, str(value), Ledger.SELF, own)


def is_row(fact: Fact) -> bool:
    """Whether a fact is a cited line's and was read."""
    return ".rows[" in fact.name and fact.ledger is Ledger.SELF and fact.provenance.method is not Method.HUMAN


def receipts(document: str, fields: Mapping[str, Fact]) -> Iterator[Receipt]:
    """The cited lines of one document (or record) as receipts again. fields: its facts by name without the kind."""
    for name, fact in fields.items():
        match = _AMOUNT.fullmatch(name)
        day = fields.get(f"rows[{match[1]}].day") if match else None
        if match is None or not isinstance(fact.value, Decimal) or day is None or not isinstance(day.value, date):
            continue
        text = {key: str(fields[at].value) for key in ("party", "note") if (at := f"rows[{match[1]}].{key}") in fields}
        fee = fields.get(f"rows[{match[1]}].fee")
        kept = cents(fee.value) if fee is not None and isinstance(fee.value, Decimal) else 0
        yield Receipt(
            f"{document}:{match[1]}", text.get("party", ""), day.value, cents(fact.value), text.get("note", ""), kept,
            document,
        )  # fmt: skip


def amounts(document: str, fields: Mapping[str, Fact]) -> Iterable[tuple[str, str]]:
    """(receipt's id, id of the fact that shows its amount) of the cited lines of one document."""
    found = ((_AMOUNT.fullmatch(name), fact) for name, fact in fields.items())
    return [(f"{document}:{match[1]}", fact.id) for match, fact in found if match]
