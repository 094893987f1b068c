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


def test_values_below_headings_and_beside_dotted_ones_are_read() -> None:
    rows = [
        ("Invoice", ""),
        ("Number / Date", "Order number / Date"),
        ("6410077 / 03.06.2025", "3068 / 17.12.2024"),
        ("Final amount EUR 11.723,34", ""),
    ]
    kind, found = facts(paper(rows, LEFTS))
    assert kind == "foreign_invoice"
    assert found == {"invoice_number": "6410077", "issue_date": date(2025, 6, 3), "total_amount": Decimal("11723.34")}


def test_a_first_page_without_a_total_is_an_invoice_only_by_a_title_of_its_own() -> None:
    rows = [("Invoice No: A-1001",), ("Invoice date: 2025-04-30",), ("carry over",)]
    assert facts(paper([("Invoice",), *rows], LEFTS))[0] == "foreign_invoice"
    assert facts(paper([("Packing list for this invoice",), *rows], LEFTS))[0] == "unknown"


def test_a_japanese_invoice_is_told_from_a_chinese_paper() -> None:
    rows = [("請求書",), ("請求No.57-2210",), ("発行日 2025/11/30",), ("サンプルのウレタンせいひんをおおくりします",)]
    kind, found = facts(paper([*rows, ("合計請求額 2,724,964",)], LEFTS))
    assert kind == "foreign_invoice"
    assert found["total_amount"] == Decimal(2724964)
