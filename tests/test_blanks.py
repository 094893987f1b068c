"""A value that was not read can be added: by its own type, by whoever may correct, with who and when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from selfproof import extract, kinds, pipeline
from selfproof.access import Blank, Desk, Role, UnfitError, blanks, casework
from selfproof.credit.doubts import key_fields
from selfproof.errors import Denied
from selfproof.model import Extraction, Fact, Ledger, Method, Place, Provenance, Value
from selfproof.store import Store, Task
from tests.builders import document
from tests.people_samples import Sample, case, desk


@pytest.fixture
def anna(quick: Store) -> Desk:
    return desk(quick, "anna", Role.OWNER)


@pytest.fixture
def rui(quick: Store) -> Desk:
    return desk(quick, "rui", Role.REVIEWER)


def blank(sample: Sample, field: str = "seller_name") -> Blank:
    return Blank(sample.upload, sample.document, f"vat_invoice.{field}")


def open_fields(rui: Desk, sample: Sample) -> dict[str, bool]:
    (sheet,) = rui.review.case(sample.application).sheets
    return {item.field: item.key for paper in sheet.papers for item in paper.blanks}


def test_an_owner_s_value_is_a_declaration_and_a_decision_follows(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    new = anna.fill(sample.application, blank(sample), " 样例塑料制品厂 ")
    assert (new.name, new.value, new.original) == ("vat_invoice.seller_name", "样例塑料制品厂", "")
    assert new.provenance.method is Method.HUMAN
    assert new.provenance.origin == f"declaration:{anna.session.account}"
    assert new.provenance.document == sample.document
    assert new in anna.facts(sample.application)
    assert [job.task for job in anna.jobs(sample.application)].count(Task.DECIDE) == 1
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] == 1
    filled = [(entry.account, entry.detail) for entry in anna.log(sample.application) if entry.act == "fill"]
    assert filled == [(anna.session.account, "vat_invoice.seller_name")]


def test_a_reviewer_s_value_stands_with_who_and_when_and_where_it_was_pointed_at(
    quick: Store, anna: Desk, rui: Desk
) -> None:
    sample = case(quick, anna)
    before = pipeline.reassess(quick, sample.application).decision.levels[sample.document]
    place = Place(1, (0.2, 0.3, 0.4, 0.35))
    new = rui.fill(sample.application, blank(sample, "amount_excl_tax"), "¥ 1 万元", place=place)
    assert (new.value, new.provenance.place) == (Decimal("10000.00"), place)
    assert new.provenance.origin == f"reviewer:{rui.session.account}"
    assert new.provenance.version
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] == before
    file = rui.review.case(sample.application)
    (entry,) = [
        item for paper in file.sheets[0].papers for item in paper.entries if item.read.provenance.method is Method.HUMAN
    ]
    assert (entry.fact, entry.doubt) == (new, casework.Doubt.SAID)
    assert [(casework.deed_name(deed.fact), deed.who) for deed in file.deeds] == [("filled", "rui")]


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        ("amount_excl_tax", "12,000.50", Decimal("12000.50")),
        ("amount_excl_tax", "免税", None),
        ("seller_tax_id", "91330100ma00000x1y", "91330100MA00000X1Y"),
        ("seller_tax_id", "12345", None),
        ("seller_name", "***", None),
        ("seller_name", "厂" * 5000, None),
        ("check_code", "12 34", "1234"),
        ("check_code", "abc", None),
    ],
)
def test_what_is_typed_is_read_by_the_field_s_own_parser(
    quick: Store, anna: Desk, field: str, typed: str, value: object
) -> None:
    sample = case(quick, anna)
    if value is None:
        with pytest.raises(UnfitError):
            anna.fill(sample.application, blank(sample, field), typed)
        assert all(fact.provenance.method is not Method.HUMAN for fact in quick.facts(sample.application))
    else:
        assert anna.fill(sample.application, blank(sample, field), typed).value == value


def test_a_date_that_was_not_read_is_typed_as_people_write_dates(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    other = anna.receive(sample.application, b"another", "b.pdf")
    found = Extraction(other.document, "contract", 0.9, ())
    quick.save_extractions(sample.application, other.upload, extract.version(), (found,))
    new = anna.fill(sample.application, Blank(other.upload, other.document, "contract.sign_date"), "2026年3月5日")
    assert new.value == date(2026, 3, 5)


def test_only_an_open_field_of_the_very_upload_can_be_filled(quick: Store, anna: Desk, rui: Desk) -> None:
    sample, other = case(quick, anna), case(quick, anna, b"%PDF another")
    refused = {
        "what was read is corrected, not added": blank(sample, "total_amount"),
        "no field of the kind": blank(sample, "sunshine"),
        "another kind's": Blank(sample.upload, sample.document, "contract.sign_date"),
        "a row's": blank(sample, "items.name"),
        "evidence of the reader's": blank(sample, "_title"),
        "a signal": Blank(sample.upload, sample.document, "document.review"),
        "another upload's document": Blank(sample.upload, other.document, "vat_invoice.seller_name"),
        "another application's upload": Blank(other.upload, other.document, "vat_invoice.seller_name"),
    }
    for item in refused.values():
        for someone in (anna, rui):
            with pytest.raises(Denied):
                someone.fill(sample.application, item, "1")
    rui.fill(sample.application, blank(sample), "样例甲厂")
    with pytest.raises(Denied):
        anna.fill(sample.application, blank(sample), "样例乙厂")


@pytest.mark.parametrize(
    "place",
    [
        Place(),
        Place(1),
        Place(0, (0.1, 0.1, 0.2, 0.2)),
        Place(2, (0.1, 0.1, 0.2, 0.2)),
        Place(1, (0.2, 0.1, 0.1, 0.2)),
        Place(1, (0.1, 0.1, 1.2, 0.2)),
        Place(1, (float("nan"), 0.1, 0.2, 0.2)),
    ],
)
def test_a_place_is_a_box_on_a_page_that_there_is(quick: Store, anna: Desk, place: Place) -> None:
    sample = case(quick, anna)
    with pytest.raises(Denied):
        anna.fill(sample.application, blank(sample), "样例甲厂", place=place)


def test_nobody_else_fills_anything_in(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    for name, role in (("bob", Role.OWNER), ("ines", Role.RISK), ("root", Role.ADMIN)):
        with pytest.raises(Denied):
            desk(quick, name, role).fill(sample.application, blank(sample), "样例甲厂")


def test_the_missing_fields_are_listed_until_they_are_filled_and_a_filled_one_can_be_corrected(
    quick: Store, anna: Desk, rui: Desk
) -> None:
    sample = case(quick, anna)
    missing = open_fields(rui, sample)
    assert {field for field, key in missing.items() if key} == {
        "buyer_name", "seller_name", "seller_tax_id", "amount_excl_tax",
    }  # fmt: skip
    assert missing["check_code"] is False
    assert not {"total_amount", "_title", "items.name"} & set(missing)
    first = anna.fill(sample.application, blank(sample), "样例甲厂")
    pipeline.reassess(quick, sample.application)
    assert "seller_name" not in open_fields(rui, sample)
    second = rui.correct(sample.application, first.id, "样例甲一厂")
    pipeline.reassess(quick, sample.application)
    (sheet,) = rui.review.case(sample.application).sheets
    (entry,) = [item for paper in sheet.papers for item in paper.entries if item.fact.field == "seller_name"]
    assert (entry.fact, entry.read) == (second, first)
    assert [fact.value for fact in anna.facts(sample.application) if fact.field == "seller_name"] == ["样例甲一厂"]


def test_every_field_that_the_table_names_is_a_field_of_its_kind() -> None:
    for kind, names in (*blanks._computed().items(), *key_fields().items()):
        assert set(names) <= set(kinds.extractors()[kind].FIELDS), kind
    for kind, names in key_fields().items():
        assert set(names) <= set(blanks.fields(kind)), kind


def test_a_form_that_nobody_has_filled_in_is_told_from_a_paper_that_lacks_a_value() -> None:
    def read(kind: str, **fields: Value) -> Extraction:
        return Extraction("d", kind, 0.9, tuple(document("d", kind, **fields)))

    assert blanks.is_empty(read("contract", title="产品购销合同"), ())
    assert not blanks.is_empty(read("contract", title="产品购销合同", party_a="样例买方商贸有限公司"), ())
    assert not blanks.is_empty(read("bank_statement", title="交易明细", total_in=Decimal(100)), ())
    assert not blanks.is_empty(read("photo", scene="shelf"), ())


@pytest.mark.parametrize(
    ("name", "stands", "typed", "unlike"),
    [
        ("vat_invoice.buyer_tax_id", "91460300MAA92DJN95", "x", True),
        ("vat_invoice.buyer_tax_id", "91460300MAA92DJN95", "91460300MAA92DJN96", False),  # as it is printed
        ("vat_invoice.buyer_name", "样例厂", "样例塑料厂", False),
        ("id_card.id_number", "999***********0011", "999***********0012", False),  # its parser makes nothing of either
        ("unknown.title", "样例", "x", False),
    ],
)
def test_a_correction_of_which_the_fields_parser_makes_nothing_is_told_from_others(
    name: str, stands: str, typed: str, *, unlike: bool
) -> None:
    """Such as the letter of a key that is no command."""
    fact = Fact(name, stands, stands, Ledger.SELF, Provenance(Method.TEXT, "test", "d"))
    assert blanks.unlike(fact, typed) is unlike
