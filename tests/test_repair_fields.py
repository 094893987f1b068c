from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from stdnum.cn import uscc

from selfproof import confidence, proofs, repair_cut, repair_fields, values
from selfproof.model import Located, Word, box_quad

CODE = "91331003MA00001101"[:17] + uscc.calc_check_digit("91331003MA0000110")


def read(name: str, text: str, value: Any, *, sure: float = 0.99, **rivals: tuple[str, float]) -> Located:
    options = tuple(
        ((char, sure), rivals[f"at{place}"]) if f"at{place}" in rivals else ((char, sure),)
        for place, char in enumerate(text)
    )
    return Located(name, (Word(text, box_quad((0, 0, 1, 0.1)), sure, options),), text, value)


def written(name: str, text: str, value: Any) -> Located:
    return Located(name, (Word(text, box_quad((0, 0, 1, 0.1))),), text, value)


def test_figures_of_a_seal_are_cut_from_a_tax_id_where_one_end_is_a_valid_code() -> None:
    cut = repair_fields.unglued("id", uscc.is_valid)
    (behind,) = cut({"id": read("id", CODE + "39", CODE + "39")}).values()
    assert (behind.value, behind.repaired, behind.text) == (CODE, "check_digits", CODE + "39")
    (before,) = cut({"id": read("id", "71" + CODE, "71" + CODE)}).values()
    assert before.value == CODE


def test_a_long_code_without_a_valid_end_is_null_and_an_exact_one_stays() -> None:
    cut = repair_fields.unglued("id", uscc.is_valid)
    wrong = "1" * 20
    assert cut({"id": read("id", wrong, wrong)})["id"].value is None
    assert cut({"id": written("id", wrong, wrong)}) == {}


def test_a_person_in_business_keeps_the_identity_number_with_two_figures_behind_it() -> None:
    number = "11010519491231002X" + "01"
    assert repair_fields.unglued("id", uscc.is_valid)({"id": read("id", number, number)}) == {}


@pytest.mark.parametrize(
    ("net", "words", "told"),
    [
        (read("net", "¥79.80", Decimal("79.80")), "", Decimal("79.80")),
        (read("net", "¥41.30", Decimal("41.30")), "柒拾玖圆捌角", Decimal("79.80")),
        (read("net", "¥41.30", Decimal("41.30")), "", None),
        (read("net", "¥7980.00", Decimal("7980.00")), "", Decimal(7980)),
    ],
)
def test_a_sum_that_lost_its_point_has_it_again_where_others_prove_it_else_is_null(
    net: Located, words: str, told: Decimal | None
) -> None:
    mend = repair_fields.lost_point("net", "tax", "gross", "words")
    found = {"net": net, "gross": read("gross", "¥7980", Decimal(7980)), "words": read("words", words, words)}
    assert {**found, **mend(found)}["gross"].value == told
    assert mend(found | {"gross": written("gross", "¥7980", Decimal(7980))}) == {}, "an exact carrier lost nothing"


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("tax", "¥91.8", Decimal("91.80")),  # its items' taxes do not tell, the other sums do
        ("tax", "¥91", Decimal("91.80")),
        ("gross", "¥79", Decimal("797.98")),  # the words
        ("tax", "¥9.1", None),
        ("tax", "¥12", Decimal(12)),  # nothing tells that it is cut
        ("net", "¥706.1", Decimal("706.18")),
    ],
)
def test_a_sum_that_lost_its_last_figures_goes_on_as_others_tell(field: str, text: str, told: Decimal | None) -> None:
    whole = {"net": ("¥706.18", "706.18"), "tax": ("¥91.80", "91.80"), "gross": ("¥797.98", "797.98")}
    found = {name: read(name, printed, Decimal(value)) for name, (printed, value) in whole.items()}
    found |= {field: read(field, text, Decimal(text[1:])), "words": read("words", "柒佰玖拾柒圆玖角捌分", "")}
    mend = repair_cut.sums_cut_off("net", "tax", "gross", "words")
    assert {**found, **mend(found)}[field].value == told
    assert mend(found | {field: written(field, text, Decimal(text[1:]))}) == {}, "an exact carrier lost nothing"


def test_a_tax_that_lost_its_last_figures_is_what_the_items_taxes_make() -> None:
    items = {f"items[{row}].{name}": read(f"items[{row}].{name}", f"{value}", Decimal(value))
             for row, pair in enumerate((("100.00", "13.00"), ("50.00", "6.50")))
             for name, value in zip(("amount", "tax"), pair, strict=True)}  # fmt: skip
    found = {**items, "tax": read("tax", "¥19.", Decimal(19)), "gross": read("gross", "¥169.50", Decimal("169.50"))}
    mend = repair_cut.sums_cut_off("net", "tax", "gross", "words")
    assert mend(found)["tax"].value == Decimal("19.50")
    cut = read("items[1].tax", "6.5", Decimal("6.50"))
    assert mend({**found, "tax": read("tax", "¥19.5", Decimal("19.50")), "items[1].tax": cut})["tax"].value is None
    assert mend({name: part for name, part in found.items() if name != "items[1].tax"})["tax"].value is None


@pytest.mark.parametrize(
    ("rival", "gross", "told"),
    [(0.3, "113.00", Decimal(100)), (0.3, "118.00", None), (0.3, "", None), (0.02, "", Decimal(100))],
)
def test_a_sum_that_nothing_proves_and_of_which_a_figure_may_be_another_is_null(
    rival: float, gross: str, told: Decimal | None
) -> None:
    found = {
        "net": read("net", "¥100.00", Decimal("100.00"), at3=("8", rival)),
        "tax": read("tax", "¥13.00", Decimal(13)),
    }
    found |= {"gross": read("gross", f"¥{gross}", Decimal(gross))} if gross else {}
    mend = repair_cut.undoubted_sums("net", "tax", "gross", "words")
    assert {**found, **mend(found)}["net"].value == told
    assert {**found, **mend(found)}["tax"].value == Decimal(13)


@pytest.mark.parametrize(
    ("rival", "net", "price", "told"),
    [
        (0.3, "150.00", "", Decimal(100)),
        (0.3, "158.00", "", None),
        (0.3, "158.00", "25.00", Decimal(100)),
        (0.3, "158.00", "27.00", None),
        (0.02, "158.00", "", Decimal(100)),
    ],
)
def test_an_item_s_amount_that_nothing_proves_and_that_may_be_another_is_null(
    rival: float, net: str, price: str, told: Decimal | None
) -> None:
    doubted = read("items[0].amount", "100.00", Decimal("100.00"), at2=("8", rival))
    found = {"items[0].amount": doubted, "net": read("net", net, Decimal(net))}
    found |= {"items[1].amount": read("items[1].amount", "50.00", Decimal("50.00"))}
    factors = {"quantity": "4", "unit_price": price} if price else {}
    found |= {f"items[0].{name}": read(f"items[0].{name}", text, Decimal(text)) for name, text in factors.items()}
    after = {**found, **repair_cut.undoubted_amounts("net")(found)}
    assert (after["items[0].amount"].value, after["items[1].amount"].value) == (told, Decimal(50))


def test_a_name_has_the_sign_of_the_county_its_code_is_of_where_recognition_thought_of_it() -> None:
    code = "91500120MA00000C2" + uscc.calc_check_digit("91500120MA00000C2")
    mend, name = repair_fields.place_of_its_code("name", "code"), "样例壁山物业有限公司"

    def told(code: str, *, recognised: bool = True, rival: str = "璧") -> Located | None:
        printed = read("name", name, name, at2=(rival, 0.03)) if recognised else written("name", name, name)
        return mend({"name": printed, "code": read("code", code, code)}).get("name")

    mended = told(code)
    assert mended is not None
    assert mended.value == "样例璧山物业有限公司"
    elsewhere = "91110105MA00000C2" + uscc.calc_check_digit("91110105MA00000C2")
    assert not any((told(code, rival="避"), told(code, recognised=False), told(code[:-1] + "0"), told(elsewhere)))


def test_a_firm_s_code_with_a_sign_or_two_less_is_null_and_other_ids_of_that_length_stay() -> None:
    null = repair_fields.credible("id", uscc.is_valid)
    assert all(null({"id": read("id", CODE[:end], CODE[:end])})["id"].value is None for end in (-1, -2))
    assert null({"id": written("id", CODE[:-1], CODE[:-1])}) == {}
    assert null({"id": read("id", "33010019700101123", "33010019700101123")}) == {}


def test_a_doubtful_code_with_a_wrong_check_digit_is_null_and_a_sure_one_is_for_the_checks() -> None:
    wrong = CODE[:-1] + ("1" if CODE[-1] != "1" else "2")
    null = repair_fields.credible("id", uscc.is_valid)
    assert null({"id": read("id", wrong, wrong, sure=0.6)})["id"].value is None
    assert null({"id": read("id", wrong, wrong, sure=0.97)}) == {}
    assert null({"id": written("id", wrong, wrong)}) == {}


def test_a_firm_s_code_with_a_wrong_check_digit_is_mended_from_its_readings_and_other_ids_stay() -> None:
    wrong = CODE[:14] + "7" + CODE[15:]
    mend = repair_fields.tax_code("id")
    assert mend({"id": read("id", wrong, wrong, at14=(CODE[14], 0.2))})["id"].value == CODE
    assert mend({"id": read("id", wrong, wrong, sure=0.6)})["id"].value is None
    assert mend({"id": read("id", wrong[:15], wrong[:15], sure=0.6)}) == {}


def test_a_doubtful_number_without_check_digits_is_null_unless_it_is_printed_twice() -> None:
    null, number = repair_fields.surely_read("code", "_qr"), "61084422097735190846"
    doubtful = {"code": read("code", number, number, sure=0.9)}
    assert null(doubtful)["code"].value is None
    assert null({**doubtful, "_qr": written("_qr", number, number)}) == {}
    assert null({"code": read("code", number, number, sure=0.97)}) == {}
    assert null({"code": written("code", number, number)}) == {}


def test_a_name_with_a_sign_that_may_as_well_be_another_is_null_and_an_exact_one_stays() -> None:
    mend, name = repair_fields.undoubted("account_name"), "样例檬纸业"
    assert mend({"account_name": read("account_name", name, name, at2=("橡", 0.3))})["account_name"].value is None
    assert not mend({"account_name": read("account_name", name, name, at2=("橡", 0.02))})
    assert not mend({"account_name": written("account_name", name, name)})


def test_a_legal_form_with_a_wrong_sign_is_mended_by_its_candidates_or_null_and_an_exact_one_stays() -> None:
    mend, misread = repair_fields.legal_form("seller"), "样例股份育限公司"
    (right,) = mend({"seller": read("seller", misread, misread, sure=0.7, at4=("有", 0.2))}).values()
    assert (right.value, right.repaired) == ("样例股份有限公司", "vocabulary")
    assert mend({"seller": read("seller", misread, misread)})["seller"].value is None
    assert mend({"seller": written("seller", misread, misread)}) == {}
    assert mend({"seller": read("seller", "样例有限责任公司", "样例有限责任公司")}) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("样例市電机制造有限公司", "样例市电机制造有限公司"),
        ("黃山样例食品厂", "黄山样例食品厂"),
        ("样例黃酒（黃山）商行", "样例黄酒（黄山）商行"),
        ("樣例電器有限公司", None),  # more than one old form: of elsewhere
        ("香港样例電器有限公司", None),
        ("黃某", None),  # a person's name is no firm's
        ("样例淼昇喆贸易有限公司", None),  # allowed in names
    ],
)
def test_an_old_form_of_a_sign_in_a_firm_s_recognised_name_is_the_standard_one(name: str, value: str | None) -> None:
    mend = repair_fields.standard_signs("name")
    found = mend({"name": read("name", name, name)})
    assert (found["name"].value if found else None) == value
    assert not found or (found["name"].repaired, found["name"].text) == ("vocabulary", name)
    assert mend({"name": written("name", name, name)}) == {}


@pytest.mark.parametrize(
    ("text", "rival", "value"),
    [
        ("样例電线", ("电", 0.2), "样例电线"),
        ("样例電线", ("电", 0.01), None),  # surely read: it is printed so
        ("样例電线", ("申", 0.2), None),
        ("样例電網", ("电", 0.2), None),  # more than one old form
    ],
)
def test_an_old_form_that_may_as_well_be_the_standard_one_is_that(
    text: str, rival: tuple[str, float], value: str | None
) -> None:
    mend = repair_fields.likely_standard(re.compile("goods"))
    found = mend({"goods": read("goods", text, text, at2=rival), "other": read("other", text, text, at2=rival)})
    assert {name: one.value for name, one in found.items()} == ({"goods": value} if value else {})
    assert mend({"goods": written("goods", text, text)}) == {}


@pytest.mark.parametrize(
    ("unit", "rival", "value"),
    [
        ("干克", ("千", 0.1), "千克"),
        ("干克", ("十", 0.1), None),
        ("千支", ("干", 0.3), None),
        ("毫克", ("千", 0.3), None),
    ],
)
def test_a_unit_that_measures_nothing_is_the_one_that_its_candidates_make_of_it(
    unit: str, rival: tuple[str, float], value: str | None
) -> None:
    mend = repair_fields.measures(re.compile("unit"))
    found = mend({"unit": read("unit", unit, unit, at0=rival)})
    assert (found["unit"].value if found else None) == value
    assert mend({"unit": written("unit", unit, unit)}) == {}


def test_a_day_of_no_calendar_becomes_the_likeliest_day_that_there_is() -> None:
    mend = repair_fields.legal_day("day", values.day)
    (day,) = mend({"day": read("day", "2026年13月07日", None, at6=("2", 0.3))}).values()
    assert (day.value, day.repaired) == (date(2026, 12, 7), "calendar")
    assert mend({"day": read("day", "2026年13月07日", None)}) == {}


def test_a_rate_that_never_was_becomes_a_known_one_or_null() -> None:
    mend = repair_fields.one_of(re.compile("rate"), lambda: {"13%", "3%"}, values.rate)
    assert mend({"rate": read("rate", "18%", "18%", at1=("3", 0.2))})["rate"].value == "13%"
    assert mend({"rate": read("rate", "18%", "18%")})["rate"].value is None
    assert mend({"rate": written("rate", "18%", "18%")}) == {}


def test_the_one_item_whose_other_reading_makes_the_sum_hold_is_mended() -> None:
    rows = {
        "net": written("net", "300.00", Decimal("300.00")),
        "items[0].amount": read("items[0].amount", "100.00", Decimal("100.00")),
        "items[1].amount": read("items[1].amount", "208.00", Decimal("208.00"), at2=("0", 0.3)),
    }
    (mended,) = repair_fields.items_add_up("net")(rows).values()
    assert (mended.name, mended.value, mended.repaired) == ("items[1].amount", Decimal("200.00"), "items_add_up")
    assert proofs.items_add_up("net")(rows | {mended.name: mended}) == dict.fromkeys(
        ("net", "items[0].amount", "items[1].amount"), True
    )
    assert set(proofs.items_add_up("net")(rows).values()) == {False}


def test_a_tax_that_lost_its_last_figure_is_the_rate_of_its_amount_where_the_sum_says_so_and_else_null() -> None:
    cut = read("items[0].tax", "1806.8", Decimal("1806.80"))
    row = {
        "items[0].amount": written("items[0].amount", "20075.86", Decimal("20075.86")),
        "items[0].tax_rate": written("items[0].tax_rate", "9%", "9%"),
        "items[0].tax": cut,
    }
    total = {"tax_amount": written("tax_amount", "1806.83", Decimal("1806.83"))}
    assert repair_cut.taxes_cut_off({**row, **total})["items[0].tax"].value == Decimal("1806.83")
    assert repair_cut.taxes_cut_off(row)["items[0].tax"].value is None
    exact = written("items[0].tax", "1806.8", Decimal("1806.80"))
    assert not repair_cut.taxes_cut_off({**row, **total, "items[0].tax": exact})


def test_a_digital_number_begins_with_its_year_and_a_province() -> None:
    mend = repair_fields.number_of_its_day("number", "day", lambda: ["3300", "3200"])
    day = written("day", "2026-03-01", date(2026, 3, 1))
    number = "28330000000000000017"
    (mended,) = mend({"day": day, "number": read("number", number, number, at1=("6", 0.3))}).values()
    assert mended.value == "26330000000000000017"
    assert mend({"day": day, "number": read("number", number, number)}) == {}


def test_confidence_falls_with_doubt_with_a_failed_proof_and_with_a_repair_and_rises_with_a_proof() -> None:
    words = read("a", "100.00", None, sure=0.97).words

    def told(words: Sequence[Word] = words, **more: Any) -> float:
        return confidence.of(words, confidence.features(words, Decimal(100), **{"around": {1: 0.02}, **more}))

    plain = told()
    assert 0.0 < plain < 1.0
    assert told(proof=True) > plain > told(proof=False)
    assert told(repaired="net_plus_tax") < plain
    assert told(around={1: 0.3}) < plain
    assert told(read("a", "100.00", None, sure=0.5).words) < plain
    assert told(written("a", "100.00", None).words) == 1.0
    assert 0.5 < confidence.straight_through() <= 1.0


def _line(amount: str, tax: str, rate: str = "13%", net: str = "100.00") -> dict[str, Located]:
    figures = {"items[0].amount": amount, "items[0].tax": tax, "amount_excl_tax": net, "tax_amount": "13.00"}
    located = {name: read(name, text, Decimal(text)) for name, text in figures.items()}
    return located | {"items[0].tax_rate": read("items[0].tax_rate", rate, None)}


@pytest.mark.parametrize(
    ("found", "lost"),
    [
        (_line("100.00", "13.00"), set()),
        (_line("100.00", "18.00"), {"items[0].tax"}),  # the amount is the invoice's whole amount
        (_line("50.00", "18.00"), {"items[0].amount", "items[0].tax"}),
        (_line("50.00", "18.00", rate="***"), set()),  # tax on a part of the price
        (_line("50.00", "6.55"), set()),  # rounded apart
        ({name: written(name, one.text, one.value) for name, one in _line("50.00", "18.00").items()}, set()),
    ],
)
def test_an_amount_and_a_tax_that_no_rate_relates_are_null_but_for_what_adds_up(
    found: dict[str, Located], lost: set[str]
) -> None:
    mend = repair_fields.legal_taxes("amount_excl_tax", "tax_amount", lambda: {"13%", "6%", "3%", "免税"})
    mended = mend(found)
    assert set(mended) == lost
    assert all(one.value is None for one in mended.values())
