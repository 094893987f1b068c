"""Repair by constraint: only the recogniser's own candidates, only when one value fits, and it says so."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from selfproof import repair, values
from selfproof.model import Located, Value, Word, box_quad

PLACE = box_quad((0.1, 0.1, 0.3, 0.12))
BODY = "91990000MA00000A1"
CODE = BODY + uscc.calc_check_digit(BODY)


def located(name: str, text: str, value: Value | None, **candidates: str) -> Located:
    """A field as read; candidates: position ("at3") → the characters that the recogniser offers there besides."""
    options = tuple(
        ((char, 0.6), *((other, 0.3) for other in candidates.get(f"at{place}", ""))) for place, char in enumerate(text)
    )
    return Located(name, (Word(text, PLACE, 0.6, options),), text, value)


def exact(name: str, text: str, value: Value | None) -> Located:
    """A field of a carrier without candidates."""
    return Located(name, (Word(text, PLACE),), text, value)


def by_name(*found: Located) -> dict[str, Located]:
    return {item.name: item for item in found}


def money(text: str) -> Decimal:
    return Decimal(text)


check = repair.check_digits("seller_tax_id", uscc.is_valid, values.tax_id)
total = repair.adds_up("net", "tax", "gross")


def test_a_wrong_check_digit_is_mended_from_the_candidates() -> None:
    wrong = CODE[:5] + ("7" if CODE[5] != "7" else "1") + CODE[6:]
    mended = check(by_name(located("seller_tax_id", wrong, wrong, at5=CODE[5])))["seller_tax_id"]
    assert (mended.value, mended.text, mended.repaired) == (CODE, wrong, "check_digits")


def test_letters_that_no_code_has_are_mended_though_nothing_was_parsed() -> None:
    wrong = CODE[:5] + "?" + CODE[6:]
    assert check(by_name(located("seller_tax_id", wrong, None, at5=CODE[5])))["seller_tax_id"].value == CODE


def test_a_code_that_is_printed_wrong_stays_as_it_is_printed() -> None:
    wrong = CODE[:5] + ("7" if CODE[5] != "7" else "1") + CODE[6:]
    assert check(by_name(exact("seller_tax_id", wrong, wrong))) == {}
    assert check(by_name(located("seller_tax_id", wrong, wrong, at9="3"))) == {}


def test_many_candidates_are_no_proof_since_one_fits_by_chance() -> None:
    wrong = CODE[:5] + ("7" if CODE[5] != "7" else "1") + CODE[6:]
    every = {f"at{place}": "0123456789" for place in range(17)}
    assert check(by_name(located("seller_tax_id", wrong, wrong, **every))) == {}


def test_two_readings_that_both_fit_leave_the_field_alone() -> None:
    found = by_name(
        located("net", "100.00", money("100.00"), at0="2"),
        located("tax", "13.00", money("13.00"), at0="2", at1="9"),
        located("gross", "213.00", money("213.00"), at0="1"),
    )
    assert total(found) == {}


@pytest.mark.parametrize(
    ("field", "read", "candidates", "right"),
    [
        ("net", "108.00", {"at2": "0"}, "100.00"),
        ("tax", "18.00", {"at1": "3"}, "13.00"),
        ("gross", "118.00", {"at2": "3"}, "113.00"),
    ],
)  # fmt: skip
def test_the_one_amount_that_can_make_the_sum_hold_is_mended(
    field: str, read: str, candidates: dict[str, str], right: str
) -> None:
    true = by_name(
        *(exact(name, text, money(text)) for name, text in (("net", "100.00"), ("tax", "13.00"), ("gross", "113.00")))
    )
    mended = total({**true, field: located(field, read, money(read), **candidates)})
    assert {name: item.value for name, item in mended.items()} == {field: money(right)}


def test_a_sum_with_a_missing_part_is_never_completed() -> None:
    assert total(by_name(exact("net", "100.00", money("100.00")), exact("gross", "113.00", money("113.00")))) == {}


def test_words_choose_between_readings_of_the_figures() -> None:
    words = exact("total_in_words", "壹佰壹拾叁圆整", "壹佰壹拾叁圆整")
    constraint = repair.words_equal_figures("total_in_words", "total_amount")
    mended = constraint(by_name(words, located("total_amount", "118.00", money("118.00"), at2="3")))
    assert mended["total_amount"].value == money("113.00")
    assert constraint(by_name(words, exact("total_amount", "118.00", money("118.00")))) == {}


def test_quantity_times_price_mends_the_one_number_that_fits() -> None:
    found = by_name(
        exact("items[0].quantity", "3", money("3")),
        exact("items[0].unit_price", "226.732673267327", money("226.732673267327")),
        located("items[0].amount", "680.20", money("680.20"), at5="6"),
        exact("items[1].quantity", "2", money("2")),
        exact("items[1].unit_price", "5.5", money("5.5")),
        exact("items[1].amount", "11.00", money("11.00")),
    )
    assert repair.quantity_times_price(found) == {}, "a cent is within the rounding of the printed price"
    far = {**found, "items[0].amount": located("items[0].amount", "681.20", money("681.20"), at2="0")}
    assert repair.quantity_times_price(far)["items[0].amount"].value == money("680.20")


def test_a_second_print_decides_only_among_the_candidates_of_the_first() -> None:
    constraint = repair.as_printed_twice("invoice_number", "_qr_invoice_number")
    twin = exact("_qr_invoice_number", "00000017", "00000017")
    mended = constraint(by_name(located("invoice_number", "00000011", "00000011", at7="7"), twin))
    assert (mended["invoice_number"].value, mended["invoice_number"].repaired) == ("00000017", "qr")
    assert constraint(by_name(exact("invoice_number", "00000011", "00000011"), twin)) == {}


def test_a_damaged_title_becomes_the_one_known_title_near_it() -> None:
    known = ["甲地增值税专用发票", "甲地增值税普通发票", "乙地增值税普通发票"]
    constraint = repair.vocabulary("_title", "invoice_type", lambda: known)
    mended = constraint(by_name(located("_title", "甲地增税普通发票", "甲地增税普通发票")))
    assert (mended["invoice_type"].value, mended["invoice_type"].repaired) == ("甲地增值税普通发票", "vocabulary")
    assert constraint(by_name(located("_title", "地增值税普通发票", "地增值税普通发票"))) == {}, (
        "two regions are as near"
    )
    assert constraint(by_name(located("_title", "甲地完税证明", "甲地完税证明"))) == {}


@given(st.text(max_size=20), st.text(max_size=20), st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_no_reading_breaks_a_constraint(one: str, other: str, amount: Decimal) -> None:
    found = by_name(
        located("net", one, amount),
        located("tax", other, amount),
        located("gross", one, None),
        located("seller_tax_id", other, other),
    )
    assert total(found) == {}
    check(found)


def test_a_quantity_and_a_price_read_as_one_number_are_parted_by_their_product() -> None:
    row = by_name(
        located("items[0].quantity", "3584.8466666666667", Decimal("3584.8466666666667")),
        located("items[0].amount", "1754.54", Decimal("1754.54")),
    )
    parted = repair.parted_product(row)
    assert [item.value for item in parted.values()] == [Decimal(3), Decimal("584.8466666666667")]
    wrong = row | by_name(located("items[0].amount", "1754.99", Decimal("1754.99")))
    assert repair.parted_product(wrong) == {}


def test_words_that_end_before_the_cents_of_the_figures_are_not_told() -> None:
    cut = by_name(
        exact("words", "柒仟肆佰贰拾元壹角", "柒仟肆佰贰拾元壹角"), exact("total", "7420.18", money("7420.18"))
    )
    assert repair.words_equal_figures("words", "total")(cut)["words"].value is None
    other = by_name(exact("words", "柒仟肆佰贰拾元整", "柒仟肆佰贰拾元整"), exact("total", "7420.18", money("7420.18")))
    assert repair.words_equal_figures("words", "total")(other) == {}
