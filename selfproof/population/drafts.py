"""A paper on its way to facts: what stands in it and what the reader noticed on its carrier."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from selfproof.model import Fact, Ledger, Method, Place, Provenance, Value
from selfproof.verify import REVIEW

VERSION = "simulated"
_METHODS = {"xml": Method.XML, "ocr": Method.OCR}
_CARRIERS = {"signed": "pdf_text", "original": "pdf_text", "sheet": "table", "picture": "ocr"}
_DIGITS, _SMALL, _LARGE = "零壹贰叁肆伍陆柒捌玖", ("", "拾", "佰", "仟"), ("", "万", "亿")


@dataclass(frozen=True, slots=True)
class Draft:
    """One document. kind: an extractor's; name: what tells it from the applicant's others; signals: without prefix.

    page: what is printed, where the reader gave something else or nothing; judged: a reviewer's word on it, "" without;
    issued: what the tax bureau says of an invoice of this number when it is asked.
    """

    kind: str
    name: str
    fields: Mapping[str, Value]
    signals: Mapping[str, Value] = field(default_factory=dict)
    page: Mapping[str, Value] = field(default_factory=dict)
    judged: str = ""
    issued: str = "正常"

    @property
    def carrier(self) -> str:
        """As the reader names it."""
        return str(self.signals["carrier"])

    def changed(self, **fields: Value) -> Draft:
        """With other values of some fields."""
        return replace(self, fields={**self.fields, **fields})

    def told(self, signal: str, value: Value) -> Draft:
        """With another signal."""
        return replace(self, signals={**self.signals, signal: value})

    def document(self, owner: str) -> str:
        """The id of the document."""
        return hashlib.sha256(f"{owner}/{self.kind}/{self.name}".encode()).hexdigest()

    def facts(self, owner: str) -> Iterator[Fact]:
        """As the reader gives them. owner: the applicant's id, so that no two applicants share a document."""
        document = self.document(owner)
        place = Place(page=1)
        method = _METHODS.get(self.carrier, Method.TEXT)
        read = Provenance(method, self.kind, document, place, VERSION)
        for name, value in self.fields.items():
            yield Fact(f"{self.kind}.{name}", value, printed(value), Ledger.SELF, read)
        noticed = replace(read, origin="read")
        for name, value in self.signals.items():
            yield Fact(f"document.{name}", value, printed(value), Ledger.SELF, noticed)
        if self.judged:
            said = Provenance(Method.HUMAN, "reviewer", document, Place(), VERSION)
            yield Fact(REVIEW, self.judged, "", Ledger.SELF, said)


def signals(way: str, signer: str = "") -> dict[str, Value]:
    """What the reader notices on a paper that came this way: signed, original, sheet or picture."""
    found: dict[str, Value] = {"carrier": _CARRIERS.get(way, way)}
    if way == "signed":
        return found | {"signature.status": "valid", "signature.signer": signer}
    return found | ({"signature.status": "none"} if found["carrier"] in ("pdf_text", "ofd") else {})


def printed(value: Value) -> str:
    """As text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def money(amount: float) -> Decimal:
    """CNY to the cent."""
    return Decimal(f"{amount:.2f}")


def words(amount: Decimal) -> str:
    """An amount in capital Chinese numerals, as invoices print it.

    >>> words(Decimal("100203.05")), words(Decimal("20000000"))
    ('壹拾万零贰佰零叁圆零伍分', '贰仟万圆整')
    """
    sign = "（负数）" if amount < 0 else ""
    whole, cents = divmod(int(abs(amount) * 100), 100)
    tens, ones = divmod(cents, 10)
    if not cents:
        return f"{sign}{_integer(whole)}圆整"
    return (
        f"{sign}{_integer(whole)}圆" + (f"{_DIGITS[tens]}角" if tens else "零") + (f"{_DIGITS[ones]}分" if ones else "")
    )


def _integer(number: int) -> str:
    text, rest = "", number
    for power in (2, 1, 0):
        part, rest = divmod(rest, 10_000**power)
        if part:
            text += ("零" if text and part < 1000 else "") + _section(part) + _LARGE[power]  # noqa: PLR2004  a thousand
    return text or "零"


def _section(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _SMALL[place]
        gap = not digit
    return text
