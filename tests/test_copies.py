"""The same paper is known again by what it says: with something changed, in another carrier, for another applicant."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from selfproof import pipeline, verify
from selfproof.checks.circles import ASKED, trade_keys
from selfproof.checks.copies import paper_keys
from selfproof.credit.evidence import gather
from selfproof.credit.policy import load
from selfproof.model import Application, Fact, Finding, Outcome, Value
from selfproof.store import Store
from selfproof.texts import say
from tests.builders import (
    OUR_NAME,
    THEIR_NAME,
    THEIRS,
    application,
    code,
    document,
    findings,
    invoice,
    thresholds,
)  # fmt: skip
from tests.test_graph import Elsewhere, sale

FAIL = Outcome.FAIL
GOODS = {"items_0_name": "*塑料制品*水杯", "items_0_quantity": Decimal(300)}


def keys(facts: list[Fact], of: Application | None = None) -> frozenset[str]:
    case = verify.case(of or application(), facts)
    return frozenset(key for view in case.documents for key in paper_keys(view, case))


def failed(check: str, facts: list[Fact], **known: object) -> list[Finding]:
    return [found for found in findings(check, facts, **known) if found.outcome is FAIL]


@pytest.mark.parametrize(
    "edit",
    [
        {"invoice_number": "26992000000000009999"},
        {"invoice_number": "26992000000000009999", "seller_name": OUR_NAME, "items_1_amount": Decimal("401.00")},
        {"invoice_number": "26992000000000009999", "total_in_words": "x", "tax_amount": Decimal("1.00")},
    ],
    ids=["number", "number and an item", "number and tax"],
)
def test_an_invoice_of_which_something_was_changed_is_known_again_for_another(edit: dict[str, Value]) -> None:
    shown = Elsewhere(keys(invoice(**GOODS, **edit)))
    (found,) = failed("paper_elsewhere", invoice(**GOODS), lookup=shown)
    assert found.facts
    assert load().checks["paper_elsewhere"].contradiction


def test_an_invoice_whose_seller_was_replaced_by_another_applicant_is_known_again() -> None:
    other = replace(application().applicant, name="云泽市朱雀建材有限公司", uscc=code("91990100MA0QH0003"))
    theirs = replace(application(), id="other", applicant=other)
    forged = invoice(**GOODS, invoice_number="26992000000000009999", seller_name=other.name, seller_tax_id=other.uscc)
    assert failed("paper_elsewhere", invoice(**GOODS), lookup=Elsewhere(keys(forged, theirs)))


def test_another_invoice_and_the_partners_own_copy_are_no_copies() -> None:
    another = invoice(**GOODS, invoice_number="26992000000000009999", total_amount=Decimal("1131.00"))
    assert failed("paper_elsewhere", invoice(**GOODS), lookup=Elsewhere(keys(another))) == []
    partner = replace(application().applicant, name=THEIR_NAME, uscc=THEIRS)
    bought = replace(application(), id="partner", applicant=partner)
    assert failed("paper_elsewhere", invoice(**GOODS), lookup=Elsewhere(keys(invoice(**GOODS), bought))) == []


PAPERS = [
    ("contract", {"party_a": THEIR_NAME, "party_b": OUR_NAME, "sign_date": date(2026, 5, 1), "contract_number": "A-1",
                  "total_amount": Decimal(9000)}, {"contract_number": "B-7"}, {"total_amount": Decimal(9001)}),
    ("bank_statement", {"account": "6999000000000001", "first_date": date(2026, 1, 1), "last_date": date(2026, 6, 30),
                        "total_in": Decimal(10), "total_out": Decimal(9)}, {"institution": "样例银行"},
     {"total_in": Decimal(11)}),
    ("vehicle_license", {"vin": "LSAMPLE00DE000001", "number": "皖CD0318"}, {"number": "皖CD0319"},
     {"vin": "LSAMPLE00DE000002"}),
    ("bank_slip", {"payer": THEIR_NAME, "payee": OUR_NAME, "date": date(2026, 5, 1), "amount": Decimal(88),
                   "number": "1"}, {"number": "2"}, {"amount": Decimal(89)}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "edit", "other"), PAPERS)
def test_other_papers_are_known_again_within_a_file_and_beyond_it(
    kind: str, fields: dict[str, Value], edit: dict[str, Value], other: dict[str, Value]
) -> None:
    paper, copy = document("a", kind, **fields), document("b", kind, **{**fields, **edit})
    (found,) = failed("same_paper_twice", [*paper, *copy])
    assert (found.document, found.documents) == ("b", ("a",))
    assert len(failed("paper_elsewhere", paper, lookup=Elsewhere(keys(copy)))) == 1
    different = document("b", kind, **{**fields, **edit, **other})
    assert failed("same_paper_twice", [*paper, *different]) == []
    assert failed("paper_elsewhere", paper, lookup=Elsewhere(keys(different))) == []


def test_a_combination_of_which_a_part_was_not_read_is_no_key() -> None:
    assert keys(document("c", "contract", party_a=THEIR_NAME, total_amount=Decimal(9000))) == frozenset()
    assert keys(document("p", "photo", scene="storefront")) == frozenset()


def _counted(facts: list[Fact]) -> list[str]:
    """Documents whose amounts count as sales."""
    found = verify.verify(application(), facts, thresholds=thresholds())
    return [entry.document for entry in gather(application(), facts, found, load()).sold]


XML: dict[str, Value] = {"signal_carrier": "xml"}
PICTURES = {
    "the same number": {},
    "a misread number": {"invoice_number": "26992000000000000007"},
    "no number": {"invoice_number": None},
    "no number and a misread buyer": {
        "invoice_number": None,
        "buyer_tax_id": None,
        "buyer_name": "云泽市白露家电有限公可",
    },
}


@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_of_an_invoice_merges_with_its_original_and_the_better_carrier_counts(picture: str) -> None:
    shot = invoice("a-photo", **{"signal_carrier": "ocr", **PICTURES[picture]})
    ofd, pdf = invoice("b-ofd", signal_carrier="ofd"), invoice("c-pdf")
    assert _counted([*shot, *invoice("d-xml", **XML), *pdf, *ofd]) == ["d-xml"]
    assert _counted([*shot, *ofd]) == ["b-ofd"]


DISTINCT: list[tuple[dict[str, Value | None], dict[str, Value | None]]] = [
    ({"signal_carrier": "ocr"}, {"signal_carrier": "ocr", "invoice_number": "26992000000000000002"}),
    ({**XML}, {"signal_carrier": "pdf_text", "invoice_number": "26992000000000000002"}),
    ({**XML}, {"signal_carrier": "ocr", "invoice_number": "26992000000000054321"}),
    ({**XML}, {"signal_carrier": "ocr", "invoice_number": None, "issue_date": date(2026, 6, 6)}),
    ({**XML}, {"signal_carrier": "ocr", "invoice_number": None, "buyer_name": "云泽市玄武建材厂",
               "buyer_tax_id": code("91990100MA0QH0009")}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two"), DISTINCT)
def test_two_invoices_of_one_day_and_amount_stay_two(
    one: dict[str, Value | None], two: dict[str, Value | None]
) -> None:
    facts = [*invoice("a", **one), *invoice("b", **two)]  # type: ignore[arg-type]
    assert failed("same_invoice_other_carrier", facts) == []
    assert len(_counted(facts)) == 2


def test_one_original_answers_one_picture_only_where_two_were_taken_of_it() -> None:
    shots = [invoice(name, signal_carrier="ocr", invoice_number=None) for name in ("p1", "p2")]
    facts = [*invoice("x", **XML), *shots[0], *shots[1]]
    assert {found.document for found in failed("same_invoice_other_carrier", facts)} == {"p1", "p2"}
    assert _counted(facts) == ["x"]


def test_two_copies_of_one_number_that_say_different_amounts_contradict_each_other_with_both_places() -> None:
    other = invoice("b", total_amount=Decimal("11300.00"), signal_carrier="ocr")
    (found,) = failed("one_number_one_content", [*other, *invoice("a", **XML)])
    assert (found.document, found.documents, len(found.facts)) == ("b", ("a",), 2)
    assert found.message is not None
    assert {found.message.values[side] for side in ("one", "other")} == {"1130.00", "11300.00"}
    doubtful = [replace(fact, provenance=replace(fact.provenance, confidence=0.9)) for fact in other]
    assert failed("one_number_one_content", [*doubtful, *invoice("a", **XML)]) == []
    assert failed("one_number_one_content", [*invoice("b"), *invoice("a", **XML)]) == []


def test_of_two_copies_the_worse_carrier_is_the_one_that_is_told_of() -> None:
    facts = [*invoice("a", signal_carrier="ocr"), *invoice("b", **XML)]
    (found,) = failed("same_invoice_twice", facts)
    assert (found.document, found.documents) == ("a", ("b",))


def _applicant(name: str, tax: str, id_: str) -> Application:
    return replace(application(), id=id_, applicant=replace(application().applicant, name=name, uscc=tax))


def test_a_batch_that_reads_all_marks_once_closes_the_same_circle_as_a_look_up_of_one(tmp_path: Path) -> None:
    ours, theirs = application(), _applicant(THEIR_NAME, THEIRS, "theirs")
    mine = [*sale("us", "b"), *sale("c", "us", number=2)]
    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path / "home") as store:
        for one, facts in ((ours, mine), (theirs, sale("b", "c", number=9))):
            store.save_application(one)
            store.add_facts(one.id, facts)
            pipeline._remember(store, one, tuple(facts))
        for lookup in (store.lookup(ours.id), store.rescores.portfolio().beside(ours)):
            (found,) = failed("circle_closed_elsewhere", mine, lookup=lookup)
            assert found.message is not None
            assert THEIR_NAME in say(found.message)


def test_asking_for_a_circle_closes_none_for_another_who_asks_the_same() -> None:
    case = verify.case(application(), [*sale("us", "b"), *sale("c", "us", number=2)])
    asked = {key for document, key in trade_keys(case) if document == ASKED}
    assert asked

    class Asking(Elsewhere):
        def others(self, key: str) -> list[str]:
            return [ASKED] * (key in asked)

    facts = [*sale("us", "b"), *sale("c", "us", number=2)]
    assert failed("circle_closed_elsewhere", facts, lookup=Asking()) == []


GOODS: dict[str, Value | None] = {"items_0_name": "*塑料制品*收纳箱", "items_0_quantity": Decimal(100)}


def test_invoices_that_differ_only_in_their_number_are_asked_about_once() -> None:
    edited = [invoice(f"b{n}", **XML, **GOODS, invoice_number=f"2699200000000000010{n}") for n in range(3)]
    facts = [*invoice("a", **XML, **GOODS), *edited[0], *edited[1], *edited[2]]
    (found,) = failed("same_invoice_other_number", facts)
    assert {found.document, *found.documents} == {"a", "b0", "b1", "b2"}
    assert found.message is not None
    assert found.message.values["count"] == "4"


@pytest.mark.parametrize(
    "changes",
    [
        {"items_0_quantity": Decimal(90)},
        {"issue_date": date(2026, 6, 6)},
        {"total_amount": Decimal("1130.01")},
        {"invoice_number": "26992000000000000001"},
        {"signal_carrier": "ocr", "invoice_number": None},
    ],
)
def test_another_day_amount_or_quantity_a_copy_or_a_picture_is_not(changes: dict[str, Value | None]) -> None:
    other = invoice("b", **{**XML, **GOODS, "invoice_number": "26992000000000000109", **changes})  # type: ignore[arg-type]
    assert failed("same_invoice_other_number", [*invoice("a", **XML, **GOODS), *other]) == []
