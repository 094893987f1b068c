"""Short ways to state facts and applications in tests; every firm here is invented."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from stdnum.cn import uscc

from selfproof.credit.policy import load
from selfproof.model import Applicant, Application, Fact, Finding, Ledger, Method, Outcome, Provenance, Value
from selfproof.verify import verify

AS_OF = date(2026, 10, 8)


def code(body: str) -> str:
    """A social-credit code with its right check digit from the first 17 signs."""
    return body + uscc.calc_check_digit(body)


OURS = code("91990100MA0QH0001")
THEIRS = code("91990100MA0QH0002")
OUR_NAME = "云泽市青禾塑料制品有限公司"
THEIR_NAME = "云泽市白露家电有限公司"


def application(*facts: Fact) -> Application:
    """The workshop of the tests."""
    applicant = Applicant(OUR_NAME, OURS, "林某", "云泽市临江路1号")
    return Application("test", applicant, AS_OF, "workshop", "plastics", Decimal(100_000), facts)


def document(id_: str, kind: str, **fields: Value) -> list[Fact]:
    """Facts of one document; ``items_0_amount`` stands for ``items[0].amount``, ``signal_qr`` for ``document.qr``."""
    return [_fact(id_, kind, name, value) for name, value in {"signal_carrier": "pdf_text", **fields}.items()]


def _fact(id_: str, kind: str, name: str, value: Value) -> Fact:
    if name.startswith("signal_"):
        full = "document." + name.removeprefix("signal_").replace("__", ".")
    elif name.startswith("items_"):
        _, row, column = name.split("_", 2)
        full = f"{kind}.items[{row}].{column}"
    else:
        full = f"{kind}.{name}"
    where = Provenance(Method.TEXT, kind, id_)
    return Fact(full, value, str(value), Ledger.SELF, where)


def invoice(id_: str = "a1", **changes: Value) -> list[Fact]:
    """A sound sales invoice of the workshop with some fields changed; None takes a field away."""
    fields: dict[str, Value | None] = {
        "invoice_number": "26992000000000000001",
        "issue_date": date(2026, 6, 5),
        "seller_name": OUR_NAME,
        "seller_tax_id": OURS,
        "buyer_name": THEIR_NAME,
        "buyer_tax_id": THEIRS,
        "amount_excl_tax": Decimal("1000.00"),
        "tax_amount": Decimal("130.00"),
        "total_amount": Decimal("1130.00"),
        "total_in_words": "壹仟壹佰叁拾元整",
        "items_0_amount": Decimal("600.00"),
        "items_1_amount": Decimal("400.00"),
        "items_0_tax_rate": "13%",
        **changes,
    }
    return document(id_, "vat_invoice", **{name: value for name, value in fields.items() if value is not None})


@cache
def thresholds() -> Mapping[str, float]:
    """The standard policy's numbers, parsed once."""
    return load().thresholds


def findings(check: str, facts: list[Fact], **kwargs: object) -> Iterator[Finding]:
    """What one check says of these facts."""
    kwargs.setdefault("thresholds", thresholds())
    found = verify(kwargs.pop("application", None) or application(), facts, **kwargs)  # type: ignore[arg-type]
    return (finding for finding in found if finding.check == check)


def outcome(check: str, facts: list[Fact], **kwargs: object) -> Outcome:
    """What one check says of the one document that it runs on."""
    (finding,) = findings(check, facts, **kwargs)
    return finding.outcome
