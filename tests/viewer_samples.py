"""An invented invoice of ten fields, two of which were hard to read, as a case that waits for a reviewer."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

from PIL import Image, ImageDraw

from selfproof import extract
from selfproof.access import Desk
from selfproof.model import Extraction, Fact, Ledger, Method, Place, Provenance, Value
from selfproof.store import Store
from tests.people_samples import about, paused

FIELDS: dict[str, Value] = {
    "invoice_type": "电子发票（普通发票）",
    "invoice_number": "26990000000000000042",
    "issue_date": date(2026, 3, 1),
    "buyer_name": "样例买方商贸有限公司",
    "buyer_tax_id": "91330100MA00000X1Y",
    "seller_name": "青禾样例塑料制品厂",
    "seller_tax_id": "91330100MA00000Y2Z",
    "amount_excl_tax": Decimal("10000.00"),
    "tax_amount": Decimal("1300.00"),
    "total_amount": Decimal("11380.00"),
}
FAINT = ("buyer_name", "total_amount")
_SIZE = (900, 600)


def case(store: Store, owner: Desk, name: str = "青禾样例塑料制品厂") -> str:
    """The case's application."""
    application = owner.create(about(name)).id
    paused(store, application, paper(store, owner, application, "发票.pdf"))
    at_rest(store, application)
    return application


def paper(store: Store, owner: Desk, application: str, name: str) -> tuple[Fact, ...]:
    """Such an invoice, received and read."""
    receipt = owner.receive(application, f"%PDF-1.7 {application} {name}".encode(), name)
    facts = tuple(_fact(receipt.document, number, field) for number, field in enumerate(FIELDS))
    facts += (Fact("document.carrier", "ocr", "ocr", Ledger.SELF, replace(facts[0].provenance, place=Place())),)
    store.save_page_image(application, receipt.upload, 1, _picture())
    found = (Extraction(receipt.document, "vat_invoice", 0.9, facts),)
    store.save_extractions(application, receipt.upload, extract.version(), found)
    return store.add_facts(application, facts)


def beside(store: Store, owner: Desk, application: str) -> None:
    """A letter of which nothing is told, a picture of nothing known, and a statement with an amount under a seal."""
    told: dict[str, dict[str, Value]] = {
        "unknown": {},
        "photo": {"scene": "other"},
        "bank_statement": {
            "institution": "样例商业银行",
            "account": "6999000000000000018",
            "restored_cells": 1,
            "restored_amount": Decimal("49.50"),
            "restored[0].amount": Decimal("49.50"),
        },
    }
    for name, (kind, values) in zip(("一封信.pdf", "风景.jpg", "流水.pdf"), told.items(), strict=True):
        receipt = owner.receive(application, f"{application} {name}".encode(), name)
        where = Provenance(Method.OCR, kind, receipt.document, Place(1, _box(0)), "v1", 0.999)
        facts = [Fact(f"{kind}.{field}", value, "", Ledger.SELF, where) for field, value in values.items()]
        facts.append(Fact("document.carrier", "ocr", "ocr", Ledger.SELF, replace(where, place=Place())))
        store.save_page_image(application, receipt.upload, 1, _picture())
        found = (Extraction(receipt.document, kind, 0.9, tuple(facts)),)
        store.save_extractions(application, receipt.upload, extract.version(), found)
        store.add_facts(application, facts)


def at_rest(store: Store, application: str) -> None:
    """Nothing is left to be read or decided: the decision stays."""
    with store.present() as name:
        while job := store.claim(name, lease=60, application_id=application):
            store.finish(job)


def _box(number: int) -> tuple[float, float, float, float]:
    left, top = (0.08, 0.55)[number % 2], 0.1 + 0.16 * (number // 2)
    return left, top, left + 0.36, top + 0.06


def _fact(document: str, number: int, field: str) -> Fact:
    sure = 0.62 if field in FAINT else 0.999
    where = Provenance(Method.OCR, "vat_invoice", document, Place(1, _box(number)), "v1", sure)
    return Fact(f"vat_invoice.{field}", FIELDS[field], str(FIELDS[field]), Ledger.SELF, where)


def _picture() -> bytes:
    """A page with the values that are no Chinese, and a red round mark."""
    page = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(page)
    for number, value in enumerate(FIELDS.values()):
        if str(value).isascii():
            left, top, *_ = _box(number)
            draw.text((left * _SIZE[0] + 4, top * _SIZE[1] + 6), str(value), fill="black", font_size=22)
    draw.ellipse((380, 240, 520, 360), outline="red", width=5)
    into = io.BytesIO()
    page.save(into, "WEBP", quality=80)
    return into.getvalue()
