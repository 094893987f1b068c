"""From the lines of statements to the level of an invoice: read, kept, cited, checked, believed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from selfproof import extract, pipeline, texts
from selfproof.credit.decide import decide
from selfproof.credit.policy import load
from selfproof.errors import StoreError
from selfproof.graph.flows import amount, network
from selfproof.matching import cited, ledger
from selfproof.matching.select import cite
from selfproof.model import (
    Application,
    Extraction,
    Fact,
    Finding,
    Ledger,
    Method,
    Outcome,
    Payment,
    Place,
    Provenance,
    Value,
)
from selfproof.store import Store
from selfproof.verify import case, verify
from tests.builders import OUR_NAME, OURS, THEIR_NAME, THEIRS, application, document, findings, invoice, thresholds

FIXTURES = Path(__file__).parent.parent / "fixtures"
PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
BOX = (0.1, 0.3, 0.9, 0.32)


def statement(id_: str, *lines: Payment, **changes: Value) -> list[Fact]:
    """A bank's statement of half a year with these lines cited."""
    fields: dict[str, Value] = {
        "first_date": date(2026, 4, 1), "last_date": date(2026, 9, 30), "account_name": OUR_NAME, "chain_breaks": 0,
        **changes,
    }  # fmt: skip
    facts = document(id_, "bank_statement", **fields)
    where = Provenance(Method.TEXT, "bank_statement", id_)
    return [*facts, *(fact for line in lines for fact in cited.facts("bank_statement", line, where))]


def line(row: int, amount: str, day: date = date(2026, 7, 10), party: str = THEIR_NAME, note: str = "") -> Payment:
    place = Place(1, BOX)
    return Payment(row, day, Decimal(amount), Decimal(0), party, note, earned=True, place=place)


def one(check: str, facts: list[Fact], about: str = "a1") -> Finding:
    (found,) = [finding for finding in findings(check, facts) if finding.document == about]
    return found


def test_a_match_names_both_papers_and_both_places() -> None:
    facts = [*invoice(), *statement("s", line(7, "1130.00"), line(8, "50.00", party="路人"))]
    found = one("invoice_matched_to_receipts", facts)
    assert (found.outcome, found.documents) == (PASS, ("s",))
    places = {fact.name: fact.provenance.place for fact in facts if fact.id in found.facts}
    assert places == {"vat_invoice.total_amount": Place(), "bank_statement.rows[7].amount": Place(1, BOX)}
    assert found.message is not None
    assert "1,130.00" in texts.say(found.message, "en")


def test_a_receipt_of_too_little_says_how_much_came_in_and_what_would_help() -> None:
    found = one("invoice_matched_to_receipts", [*invoice(), *statement("s", line(7, "339.05"))])
    assert found.outcome is UNKNOWN
    instalment = one("invoice_matched_to_receipts", [*invoice(), *statement("s", line(7, "847.51"))])
    assert instalment.outcome is UNKNOWN
    share = one("invoice_matched_to_receipts", [*invoice(), *statement("s", line(7, "791.00"))])
    assert (share.outcome, share.message) != (PASS, None)


@pytest.mark.parametrize(
    ("carrier", "changes", "level"),
    [
        ("pdf_text", {"signal_signature__status": "valid", "signal_signature__signer": "云泽银行"}, 4),
        ("pdf_text", {}, 3),
        ("table", {}, 2),
    ],
)
def test_an_invoice_is_lifted_to_four_and_no_higher_than_its_receipts(
    carrier: str, changes: dict[str, Value], level: int
) -> None:
    paper = invoice(total_in_words=None)  # without its words it is no consistent original
    account = statement("s", line(7, "1130.00"), signal_carrier=carrier, **changes)
    assert levels([*paper, *account])["a1"] == level
    assert levels([*paper, *statement("s", signal_carrier=carrier, **changes)])["a1"] == 2


def levels(facts: list[Fact], case: Application | None = None) -> dict[str, int]:
    asked, policy = case or application(), load()
    found = verify(asked, facts, thresholds=policy.thresholds)
    return dict(decide(asked, facts, found, policy).levels)


def test_a_weaker_statement_beside_a_better_one_spoils_no_match() -> None:
    signed = {"signal_signature__status": "valid", "signal_signature__signer": "云泽银行"}
    bank = statement("bank", line(7, "1000.00"), **signed)
    table = statement("table", line(3, "130.00", date(2026, 7, 12)), signal_carrier="table")
    facts = [*invoice(total_in_words=None), *bank, *table]
    assert one("invoice_matched_to_receipts", facts).documents == ("bank",)
    assert levels(facts)["a1"] == 4


def test_of_two_statements_that_show_a_payment_the_applicants_own_counts() -> None:
    signed: dict[str, Value] = {"signal_signature__status": "valid"}
    others = statement("x", line(7, "1130.00"), account_name="云泽市玄武建材厂", **signed)
    own = statement("y", line(7, "1130.00"))
    assert one("invoice_matched_to_receipts", [*invoice(), *others, *own]).documents == ("y",)


def test_receipts_of_a_third_party_lift_like_any_feed() -> None:
    where = Provenance(Method.SOURCE, "bank", version="record")
    values: dict[str, Value] = {"amount": Decimal("1130.00"), "day": date(2026, 7, 10), "party": THEIR_NAME}
    feed = [
        Fact(f"bank.rows[1].{name}", value, str(value), Ledger.THIRD_PARTY, where) for name, value in values.items()
    ]
    paper = invoice(total_in_words=None)
    case = application(*feed)
    (found,) = [
        finding
        for finding in verify(case, paper, thresholds=load().thresholds)
        if finding.check == "invoice_matched_to_receipts"
    ]
    assert (found.outcome, found.documents) == (PASS, ("bank",))
    assert levels(paper, case)["a1"] == 4


def test_a_bank_slip_shows_the_same_payment_as_the_statement_and_is_not_counted_again() -> None:
    slip = document(
        "slip", "bank_slip", payer=THEIR_NAME, payee=OUR_NAME, amount=Decimal("565.00"), date=date(2026, 7, 10)
    )
    both = one("invoice_matched_to_receipts", [*invoice(), *statement("s", line(7, "565.00")), *slip])
    assert both.outcome is not PASS
    alone = one("invoice_matched_to_receipts", [*invoice(total_amount=Decimal("565.00")), *slip])
    assert (alone.outcome, alone.documents) == (PASS, ("slip",))


def test_an_acquirers_list_pays_an_invoice_by_its_gross_amount() -> None:
    taken = Payment(4, date(2026, 6, 6), Decimal("48931.02"), Decimal("294.36"), "", "", earned=True, place=Place())
    where = Provenance(Method.TEXT, "acquirer_statement", "q")
    listed = [*document("q", "acquirer_statement"), *cited.facts("acquirer_statement", taken, where)]
    found = one("invoice_matched_to_receipts", [*invoice(total_amount=Decimal("49225.38")), *listed])
    assert (found.outcome, found.documents) == (PASS, ("q",))


def test_every_copy_of_an_invoice_is_matched() -> None:
    facts = [*invoice("a1"), *invoice("a2"), *statement("s", line(7, "1130.00"))]
    assert {one("invoice_matched_to_receipts", facts, about).outcome for about in ("a1", "a2")} == {PASS}


def test_money_that_went_back_is_asked_about_with_both_places() -> None:
    facts = [
        *invoice(),
        *statement("s", line(7, "1130.00"), line(9, "-1130.00", date(2026, 7, 20), note="退款")),
    ]
    found = one("payment_went_back", facts)
    assert found.outcome is FAIL
    assert len(found.facts) == 3
    assert one("invoice_matched_to_receipts", facts).outcome is UNKNOWN
    told: dict[str, Value] = {
        f"counterparties[{THEIR_NAME}].{name}": Decimal("1130.00") for name in ("total_in", "total_out", "returned")
    }
    round_trip = [*facts, *document("s", "bank_statement", **told)]
    assert one("payment_went_back", round_trip).outcome is UNKNOWN, "told once"
    assert one("no_round_trips", round_trip, "s").outcome is FAIL
    red = invoice(
        "red", invoice_number="26992000000000000009", total_amount=Decimal("-1130.00"), issue_date=date(2026, 7, 19),
        remarks="被红冲蓝字数电票号码：26992000000000000001",
    )  # fmt: skip
    assert one("payment_went_back", [*facts, *red]).outcome is PASS


def deal(kind: str, id_: str, day: date, amount: str, **changes: Value) -> list[Fact]:
    sides = {"purchase_order": ("buyer", "supplier"), "delivery_note": ("consignee", "shipper")}[kind]
    fields = {sides[0]: THEIR_NAME, sides[1]: OUR_NAME, "date": day, "total_amount": Decimal(amount)}
    return document(id_, kind, **fields, **changes)


def test_a_deal_goes_from_contract_over_order_and_delivery_to_the_invoice_and_its_receipt() -> None:
    facts = [
        *document(
            "c", "contract", party_a=THEIR_NAME, party_b=OUR_NAME, total_amount=Decimal(5000),
            sign_date=date(2026, 5, 1),
        ),
        *deal("purchase_order", "o", date(2026, 5, 20), "1130.00"),
        *deal("delivery_note", "d1", date(2026, 6, 1), "430.00"),
        *deal("delivery_note", "d2", date(2026, 6, 3), "700.00"),
        *invoice(),
        *statement("s", line(7, "1130.00")),
    ]  # fmt: skip
    assert one("order_under_contract", facts, "o").documents == ("c",)
    assert one("order_delivered", facts, "o").documents == ("d1", "d2")
    assert one("delivery_invoiced", facts, "d1").documents == ("a1",)
    assert one("delivery_invoiced", facts, "d2").documents == ("a1",)
    assert one("order_invoiced_and_paid", facts, "o").documents == ("a1", "s")
    assert one("contract_invoiced_and_paid", facts, "c").documents == ("a1", "s")
    assert levels(facts)["o"] == levels(facts)["c"] == 3, "as much as invoice and statement, and no more"


def test_invoices_go_to_the_contract_that_they_name_and_else_to_the_oldest_with_room() -> None:
    first = document(
        "c1", "contract", party_a=THEIR_NAME, party_b=OUR_NAME, total_amount=Decimal(1200), contract_number="HT-01",
        sign_date=date(2026, 5, 1),
    )  # fmt: skip
    second = document(
        "c2", "contract", party_a=THEIR_NAME, party_b=OUR_NAME, total_amount=Decimal(1200), contract_number="HT-02",
        sign_date=date(2026, 5, 2),
    )  # fmt: skip
    two = invoice("a2", invoice_number="26992000000000000002")
    found = {
        about: one("contract_against_invoices", [*first, *second, *invoice(), *two], about) for about in ("c1", "c2")
    }
    assert {key: finding.documents for key, finding in found.items()} == {"c1": ("a1",), "c2": ("a2",)}
    named = invoice("a1", remarks="合同号HT-02")
    assert one("contract_against_invoices", [*first, *second, *named], "c2").documents == ("a1",)


def test_a_contract_in_two_files_is_one_contract_and_both_are_told() -> None:
    fields: dict[str, Value] = {
        "party_a": THEIR_NAME, "party_b": OUR_NAME, "total_amount": Decimal(5000), "sign_date": date(2026, 5, 1),
    }  # fmt: skip
    copies = [*document("c1", "contract", **fields), *document("c2", "contract", **fields, signal_carrier="docx")]
    facts = [*copies, *invoice(), *statement("s", line(7, "1130.00"))]
    for about in ("c1", "c2"):
        assert one("contract_invoiced_and_paid", facts, about).documents == ("a1", "s")


def test_an_invoice_and_a_photo_of_it_are_one_bill_which_is_paid_once() -> None:
    shot = invoice("a0", signal_carrier="ocr", invoice_number="26992000000000000007")
    facts = [*shot, *invoice("a1", signal_carrier="xml"), *statement("s", line(7, "1130.00"), line(8, "1130.00"))]
    known = case(application(), facts, thresholds=thresholds())
    book = ledger.book(known)
    assert list(book.bills) == ["a1"]
    assert [link.bill for link in book.matched.links] == ["a1"]
    assert [one("invoice_matched_to_receipts", facts, about).outcome for about in ("a0", "a1")] == [PASS, PASS]
    assert amount(network(known).sales) == Decimal("1130.00")


BOUGHT: dict[str, Value | None] = {
    "seller_name": THEIR_NAME, "seller_tax_id": THEIRS, "buyer_name": OUR_NAME, "buyer_tax_id": OURS,
    "invoice_number": "26992000000000000008", "total_amount": Decimal("904.00"),
}  # fmt: skip


@pytest.mark.parametrize(("out", "outcome"), [("-904.00", PASS), ("-400.00", UNKNOWN), ("904.00", UNKNOWN)])
def test_a_purchase_is_matched_to_what_went_out_for_it(out: str, outcome: Outcome) -> None:
    found = one("purchase_matched_to_payments", [*invoice("b", **BOUGHT), *statement("s", line(7, out))], "b")
    assert found.outcome is outcome
    assert len(found.facts) == (2 if outcome is PASS else 1)


def test_a_supplier_who_also_buys_gives_nothing_back_when_he_pays() -> None:
    paid = statement("s", line(7, "-904.00"), line(9, "904.00", date(2026, 7, 20)))
    facts = [*invoice(total_amount=Decimal("904.00")), *invoice("b", **BOUGHT), *paid]
    assert one("purchase_matched_to_payments", facts, "b").outcome is PASS


def test_a_purchase_invoice_does_not_explain_away_that_a_customers_payment_went_back() -> None:
    paid = statement("s", line(7, "1130.00"), line(9, "-1130.00", date(2026, 7, 20)))
    bought = invoice("b", **{**BOUGHT, "total_amount": Decimal("1130.00"), "issue_date": date(2026, 7, 18)})
    assert one("invoice_matched_to_receipts", [*invoice(), *paid]).outcome is UNKNOWN
    assert one("invoice_matched_to_receipts", [*invoice(), *bought, *paid]).outcome is UNKNOWN


def test_a_line_that_pays_a_purchase_is_cited() -> None:
    extraction = Extraction("s", "bank_statement", 1.0, tuple(statement("s")))
    known = case(application(), [*invoice("b", **BOUGHT), *extraction.facts], thresholds=thresholds())
    cited_lines = list(cite(known, [(extraction, [line(3, "-904.00"), line(4, "-50.00", party="路人")])]))
    assert {fact.field.partition(".")[0] for fact in cited_lines} == {"rows[3]"}


STATEMENT = """
账号,账户名称,交易时间,收入,支出,余额,币种,对方户名,摘要
69990018,台州样例朵佩塑料制品有限公司,2026-07-03 09:15:00,7422.96,0,18000.00,人民币,苏州样例萨檬电器有限公司,货款
69990018,台州样例朵佩塑料制品有限公司,2026-07-05 10:00:00,0.00,1250.50,16749.50,人民币,云岭纸业,纸箱
69990018,台州样例朵佩塑料制品有限公司,2026-07-07 12:00:00,300.00,0.00,17049.50,人民币,云岭银行,结息
"""


def test_the_lines_of_a_statement_are_payments_with_their_places() -> None:
    (found,) = extract.from_bytes(STATEMENT.strip().encode(), "流水.csv")
    amounts = [(one.amount, one.party, one.earned) for one in found.payments]
    assert amounts == [
        (Decimal("7422.96"), "苏州样例萨檬电器有限公司", True),
        (Decimal("-1250.50"), "云岭纸业", False),
        (Decimal("300.00"), "云岭银行", False),
    ]
    assert [one.place.path for one in found.payments] == ["Sheet1!C2", "Sheet1!C3", "Sheet1!C4"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A seller's invoice as XML and the statement that shows its payment."""
    entry = yaml.safe_load((FIXTURES / "applications" / "workshop" / "application.yaml").read_text("utf-8"))
    entry |= {"applicant": {"name": "台州样例朵佩塑料制品有限公司", "uscc": "91331003DEM011012L"}, "third_party": []}
    (tmp_path / "documents").mkdir()
    (tmp_path / "application.yaml").write_text(yaml.safe_dump(entry, allow_unicode=True), "utf-8")
    (tmp_path / "documents" / "a.xml").write_bytes((FIXTURES / "vat_invoice" / "einvoice.xml").read_bytes())
    (tmp_path / "documents" / "b.csv").write_text(STATEMENT.strip(), "utf-8")
    return tmp_path


def test_a_line_that_pays_an_invoice_becomes_a_fact_of_the_decision_and_no_other_line_does(
    store: Store, folder: Path
) -> None:
    found = pipeline.assess(store, folder)
    lines = [fact for fact in found.facts if ".rows[" in fact.name]
    assert {(fact.field, fact.original) for fact in lines} >= {("rows[0].amount", "7422.96"), ("rows[0].note", "货款")}
    assert {fact.field.partition(".")[0] for fact in lines} == {"rows[0]"}
    (match,) = [one for one in found.findings if one.check == "invoice_matched_to_receipts"]
    (amount,) = [fact for fact in lines if fact.id in match.facts]
    assert (match.outcome, amount.provenance.place.path) == (PASS, "Sheet1!C2")
    shown = pipeline.current(store, found.application.id)
    assert shown is not None
    assert amount in shown.facts, "pages show the line beside the invoice"
    kept, anew = pipeline.replay(store, found.decision_id)
    assert kept == anew


def test_missing_payments_are_an_error_and_not_an_empty_statement(store: Store, folder: Path) -> None:
    found = pipeline.assess(store, folder)
    (path,) = (store.home / "rows").glob("*/*.payments.parquet")
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(StoreError, match="payments"):
        pipeline.reassess(store, found.application.id)
