"""Parsers: what is a value is read exactly, what is none is None."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfproof import values
from selfproof.tagged import dump_value, load_value


@given(st.decimals(min_value=0, max_value=10**11, places=2))
def test_an_amount_in_words_is_read_back_as_the_same_amount(amount: Decimal) -> None:
    assert values.amount_in_words(values.in_words(amount)) == amount


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("人民币(大写)壹万贰仟圆整", "12000"),
        ("⊗贰佰肆拾柒圆整", "247"),
        ("肆亿玖仟伍佰万元整", "495000000"),
        ("拾万元整", "100000"),
        ("壹拾贰万零叁元零伍分", "120003.05"),
        ("玖角", "0.90"),
        ("负伍拾圆整", "-50"),
        ("壹仟零壹元肆角整", "1001.40"),
    ],
)
def test_amounts_in_words_as_they_are_printed(printed: str, amount: str) -> None:
    assert values.amount_in_words(printed) == Decimal(amount)


@pytest.mark.parametrize("printed", ["", "元", "整", "壹佰", "壹佰x元", "详见清单", "1130.00", "圆圆"])
def test_what_is_no_amount_in_words_is_none(printed: str) -> None:
    assert values.amount_in_words(printed) is None


@pytest.mark.parametrize("printed", ["***", "", "免税", "12.3.4", "1/2", "详见", "--"])
def test_what_is_no_money_is_none(printed: str) -> None:
    assert values.money(printed) is None


@pytest.mark.parametrize(
    ("printed", "when"),
    [
        ("2026年03月01日", date(2026, 3, 1)),
        ("2026-3-1 12:00:01", date(2026, 3, 1)),
        ("二〇二六年十二月三十一日", date(2026, 12, 31)),
        ("二零一九年元月廿八日", date(2019, 1, 28)),
        ("2026/02/30", None),
        ("26年3月", None),
        ("", None),
    ],
)
def test_days_in_all_their_forms(printed: str, when: date | None) -> None:
    assert values.day(printed) == when


@given(st.text(max_size=40))
def test_no_text_makes_a_parser_fail(printed: str) -> None:
    for parse in (values.text, values.compact, values.number, values.money, values.day, values.tax_id, values.digits,
                  values.code, values.rate, values.count):  # fmt: skip
        parse(printed)


@given(
    st.one_of(
        st.text(),
        st.decimals(allow_nan=False, allow_infinity=False),
        st.dates(),
        st.datetimes(),
        st.integers(),
        st.booleans(),
    )
)
def test_every_value_survives_storage_unchanged(value: object) -> None:
    restored = load_value(dump_value(value))  # type: ignore[arg-type]
    assert (type(restored), str(restored)) == (type(value), str(value))
