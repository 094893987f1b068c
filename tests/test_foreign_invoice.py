"""Invoices from abroad: recognised, and nothing told that may be read in two ways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.paper_samples import facts, paper

LEFTS = (0.05, 0.5)


def test_an_invoice_in_another_language_gives_its_number_day_and_total() -> None:
    rows = [
        ("Rechnung",),
        ("Rechnungsnr.", "RG-4410"),
        ("Rechnungsdatum", "7. Mai 2025"),
        ("Gesamtbetrag", "1.204,50 EUR"),
    ]
    kind, found = facts(paper(rows, LEFTS))
    assert kind == "foreign_invoice"
    assert found == {"invoice_number": "RG-4410", "issue_date": date(2025, 5, 7), "total_amount": Decimal("1204.50")}


def test_a_day_that_may_be_a_month_is_left_out() -> None:
    rows = [("INVOICE",), ("Invoice Date: 03/04/2025",), ("Invoice No: A-1001",), ("Total due: $12.00",)]
    assert "issue_date" not in facts(paper(rows, LEFTS))[1]


def test_a_quotation_and_a_paper_in_chinese_are_none() -> None:
    rows = [("Quotation",), ("Invoice address: Sample Street",), ("Date: 2025-04-30",), ("Total due: $12.00",)]
    assert facts(paper(rows, LEFTS))[0] == "unknown"
    chinese = [("INVOICE 样例甲塑料制品有限公司发货通知函件",), ("Invoice No: A-1001",), ("Total due: $12.00",)]
    assert facts(paper(chinese, LEFTS))[0] == "unknown"
