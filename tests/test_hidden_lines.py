"""Statements on which an amount is blacked out: told by the balances around it, else no part of what is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from selfproof.model import Value
from tests.test_bank_statement import _read
from tests.test_statement_pages import TITLE, _recognised, _word
from tests.test_statement_pages import _read as _printed

_HEAD = "样例商业银行交易明细\n户名：样例作坊 账号：6999000000000000018\n"
_PAIRS = ("交易日期", "摘要", "支出", "收入", "余额")
_LINES = (
    ("2026-01-03", "货款", "", "8000.00", "18000.00"),
    ("2026-01-05", "纸箱", "1250.50", "", "16749.50"),
    ("2026-01-07", "消费", "49.50", "", "16700.00"),
    ("2026-02-08", "货款", "", "300.00", "17000.00"),
    ("2026-02-09", "纸箱", "1016.97", "", "15983.03"),
)
_WHOLE = {"n_transactions": 5, "total_in": Decimal("8300.00"), "total_out": Decimal("2316.97"), "chain_breaks": 0}
_LEFTS = (0.05, 0.2, 0.32, 0.45, 0.6, 0.72)


def _lines(place: int, column: int, text: str) -> list[list[str]]:
    """The lines with something else in the place of one amount."""
    lines = [list(line) for line in _LINES]
    lines[place][column] = text
    return lines


def _exported(lines: Sequence[Sequence[str]], head: Sequence[str] = _PAIRS) -> dict[str, Value]:
    text = _HEAD + "\n".join(",".join(line) for line in (head, *lines))
    return {fact.field: fact.value for fact in _read(text.encode()).facts}


def _paged(lines: Sequence[Sequence[str]], *, picture: bool = False, head: Sequence[str] = _PAIRS) -> dict[str, Value]:
    printed = [*TITLE, *((left, 3.0, text) for left, text in zip(_LEFTS, head, strict=False))]
    for row, line in enumerate(lines, 5):
        printed += [(left, float(row), text) for left, text in zip(_LEFTS, line, strict=False) if text]
    found = _recognised([_word(*part) for part in printed]) if picture else _printed(printed)
    return {fact.field: fact.value for fact in found.facts}


def _told(facts: dict[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in facts.items() if name in _WHOLE}


@pytest.mark.parametrize("mask", ["", "***", "■■■■", "XXXX.XX", "--"])
@pytest.mark.parametrize("place", [2, 4])
@pytest.mark.parametrize("read", [_exported, _paged])
def test_balances_tell_an_amount_that_is_blacked_out_on_an_exact_carrier(read: object, place: int, mask: str) -> None:
    facts = read(_lines(place, 2, mask))  # type: ignore[operator]  one of the two above
    assert _told(facts) == _WHOLE
    assert facts["restored[0].amount"] == facts["restored_amount"] == Decimal(_LINES[place][2])


def test_an_amount_is_told_in_one_signed_column_and_newest_first() -> None:
    head = ("交易日期", "摘要", "交易金额", "余额")
    lines = [[day, what, f"-{out}" if out else came, after] for day, what, out, came, after in _LINES]
    lines[2][2] = "*****"
    assert _told(_exported(lines, head)) == _told(_exported(lines[::-1], head)) == _WHOLE
    assert _exported(lines, head)["restored_amount"] == Decimal("49.50")


def test_an_amount_that_is_legible_is_not_told_anew() -> None:
    facts = _exported(_lines(2, 2, "94.50"))
    assert (facts["chain_breaks"], facts["total_out"]) == (1, Decimal("2361.97"))
    assert "restored_cells" not in facts


def test_figures_that_are_left_contradict_what_balances_tell() -> None:
    assert _told(_exported(_lines(2, 2, "4*.**"))) == _WHOLE
    assert "restored_cells" not in _exported(_lines(2, 2, "7*.**"))


def test_an_unknown_first_amount_leaves_all_but_the_sums_of_its_side() -> None:
    facts = _exported(_lines(0, 3, "***"))
    assert _told(facts) == {"n_transactions": 5, "total_out": Decimal("2316.97")}
    assert (facts["first_date"], facts["last_date"]) == (date(2026, 1, 3), date(2026, 2, 9))
    assert (facts["account_name"], facts["account"]) == ("样例作坊", "6999000000000000018")
    assert facts["months[2026-02].receipts"] == Decimal("300.00")
    assert not {"months[2026-01].receipts", "months[2026-01].total_in", "restored_cells"} & facts.keys()
    assert facts["months[2026-01].total_out"] == Decimal("1300.00")
    paged = _paged(_lines(0, 3, "***"))
    assert paged.items() >= _told(facts).items()
    assert "total_in" not in paged


def test_without_balances_a_masked_line_counts_and_the_sums_of_its_direction_are_not_told() -> None:
    head = ("交易时间", "交易对方", "收/支", "金额(元)", "支付方式", "当前状态")
    text = f"""微信支付账单明细
{",".join(head)}
2026-01-03 09:15:00,青禾布行,收入,800.00,零钱,支付成功
2026-01-05 10:00:00,云岭纸业,支出,***,零钱,支付成功
2026-01-07 12:00:00,晨星超市,支出,49.50,零钱,支付成功
2026-01-08 12:00:00,晨星超市,支出,,零钱,支付成功
"""
    facts = {fact.field: fact.value for fact in _read(text.encode()).facts}
    assert (facts["n_transactions"], facts["total_in"], facts["last_date"]) == (4, Decimal(800), date(2026, 1, 8))
    assert "total_out" not in facts


def test_a_picture_keeps_what_an_unreadable_last_amount_does_not_touch() -> None:
    facts = _paged(_lines(4, 2, ""), picture=True)
    assert (facts["n_transactions"], facts["last_date"]) == (5, date(2026, 2, 9))
    assert not {"total_in", "total_out", "chain_breaks", "restored_cells"} & facts.keys()
    assert facts["months[2026-01].total_in"] == Decimal("8000.00")


@pytest.mark.parametrize(("way", "name", "told"), [("付", "云岭纸业", 5), ("", "云岭纸业", None), ("付", "", None)])
def test_a_line_whose_amount_and_balance_are_covered_counts_where_its_direction_and_party_are_legible(
    way: str, name: str, told: int | None
) -> None:
    head = ("交易日期", "收付标志", "发生额", "余额", "对方单位")
    lines = [(day, "付" if out else "收", out or come, rest, "青禾布行") for day, _, out, come, rest in _LINES]
    lines[2] = (lines[2][0], way, "", "", name)
    facts = _paged(lines, picture=True, head=head)
    assert (facts.get("n_transactions"), facts.get("total_out")) == (told, None)
    assert facts.get("total_in") == (Decimal("8300.00") if told else None)


def test_a_chain_that_breaks_elsewhere_is_told_beside_a_blacked_out_amount() -> None:
    lines = _lines(0, 3, "***")
    lines[3][4] = "17500.00"
    assert _exported(lines)["chain_breaks"] == 2
    assert "chain_breaks" not in _exported(_lines(0, 3, "***"))


@pytest.mark.parametrize("what", ["上年余额", "账户结存"])
def test_a_line_that_only_carries_a_balance_is_no_hidden_transaction(what: str) -> None:
    opening = ["2026-01-01", what, "", "", "10000.00"]
    assert _told(_exported([opening, *map(list, _LINES)])) == _WHOLE
    turn = ["2026-01-31", what, "", "", "16700.00"]
    between = [*map(list, _LINES[:3]), turn, *map(list, _LINES[3:])]
    assert _told(_exported(between)) == _WHOLE


def test_no_amount_is_told_from_another_account_s_balance() -> None:
    head = ("账号", "交易日期", "摘要", "交易金额", "余额")
    first = [
        ["6999000000000001", day, what, f"-{out}" if out else came, after] for day, what, out, came, after in _LINES
    ]
    other = [
        ["6999000000000002", "2026-02-10", "货款", "***", "900.00"],
        ["6999000000000002", "2026-02-11", "货款", "50.00", "950.00"],
    ]
    facts = _exported([*first, *other], head)
    assert facts["n_transactions"] == 7
    assert not {"restored_cells", "total_in", "total_out"} & facts.keys()


@pytest.mark.parametrize("foot", ["打印日期：2026-03-01", "截至2026-03-01", "余额合计 2026-03-01"])
def test_a_foot_with_a_day_and_a_balance_is_no_hidden_transaction(foot: str) -> None:
    newest_first = [*map(list, _LINES[::-1]), [foot, "", "", "", "15983.03"]]
    assert _told(_exported(newest_first)) == _WHOLE


def test_a_waived_fee_of_nothing_is_a_line_like_any_other() -> None:
    waived = [["2026-02-10", "手续费", "0.00", "", "15983.03"], ["2026-02-11", "年费", "0.00", "0.00", "15983.03"]]
    assert _told(_exported([*map(list, _LINES), *waived])) == {**_WHOLE, "n_transactions": 7}


def test_balances_of_another_account_tell_no_amount() -> None:
    head = ("账号", *_PAIRS)
    second = [["2026-02-10", "货款", "", "***", "20000.00"], ["2026-02-11", "纸箱", "50.00", "", "19950.00"]]
    one, other = "6999000000000000018", "6999000000000000026"
    facts = _exported([*([one, *line] for line in _LINES), *([other, *line] for line in second)], head)
    assert _told(facts) == {"n_transactions": 7, "total_out": Decimal("2366.97")}
    lines = [[one, *line] for line in _lines(2, 2, "***")]
    between = [*lines[:2], [other, "2026-01-06", "货款", "", "1.00", "500.00"], *lines[2:]]
    assert "restored_cells" not in _exported(between, head)


@pytest.mark.parametrize(("place", "balance"), [(1, "10749.50"), (2, "97149.50")])
def test_balances_that_do_not_follow_tell_no_amount_between_them(place: int, balance: str) -> None:
    lines = _lines(2, 2, "***")
    lines[place][4] = balance
    facts = _exported(lines)
    assert not {"restored_cells", "total_out"} & facts.keys()


def test_a_mask_on_the_side_or_with_the_sign_that_the_balances_deny_is_not_told() -> None:
    assert "restored_cells" not in _exported([*_lines(2, 2, "")[:2], ["2026-01-07", "消费", "", "***", "16700.00"]])
    head = ("交易日期", "摘要", "交易金额", "余额")
    lines = [[day, what, f"-{out}" if out else came, after] for day, what, out, came, after in _LINES]
    lines[2][2] = "+***"
    assert "restored_cells" not in _exported(lines, head)
    lines[2][2] = "-***"
    assert _told(_exported(lines, head)) == _WHOLE


_NAMED = "交易日期,摘要,对方户名,支出,收入"


@pytest.mark.parametrize("left", ["1,***.00", "1,2*5.00", "12■■"])
def test_an_amount_of_which_some_figures_are_left_is_hidden(left: str) -> None:
    lines = [f'2026-01-05,纸箱,云岭纸业,"{left}",', "2026-01-06,消费,晨星超市,49.50,", "2026-01-07,纸箱,云岭纸业,9.00,"]
    facts = _exported([["2026-01-03,货款,青禾布行,,8000.00"], *([line] for line in lines)], [_NAMED])
    assert facts.items() >= {"n_transactions": 4, "total_in": Decimal(8000)}.items()
    assert not {"total_out", "counterparties[云岭纸业].total_out"} & facts.keys()
    assert facts["counterparties[晨星超市].total_out"] == Decimal("49.50")


def test_what_a_hidden_line_took_back_spoils_the_receipts() -> None:
    lines = ["2026-01-03,货款,青禾布行,,8000.00", "2026-01-05,冲正,青禾布行,***,", "2026-01-06,货款,晨星超市,,9.00"]
    facts = _exported([[line] for line in lines], [_NAMED])
    assert not {"months[2026-01].receipts", "counterparties[青禾布行].total_in", "total_out"} & facts.keys()
    assert facts["counterparties[晨星超市].total_in"] == Decimal(9)


def test_a_hidden_minus_on_a_bill_of_a_card_may_be_what_was_paid_back() -> None:
    text = """样例银行信用卡对账单
交易日期,记账日期,交易摘要,卡号末四位,交易金额
2026-01-03,2026-01-03,晨星超市,1234,80.00
2026-01-05,2026-01-06,还款,1234,-***
"""
    facts = {fact.field: fact.value for fact in _read(text.encode()).facts}
    assert facts["n_transactions"] == 2
    assert "total_in" not in facts


_SECOND = (("2026-01-02", "货款", "", "", "900.00"), ("2026-01-04", "货款", "", "50.00", "950.00"))


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("picture", [False, True])
def test_no_amount_is_told_where_another_account_s_lines_begin(picture: bool, newest_first: bool) -> None:  # noqa: FBT001  parameters of the table above
    lines = [list(line) for line in (*_LINES, *_SECOND)]
    facts = _paged(lines[::-1] if newest_first else lines, picture=picture)
    assert not {"restored_cells", "total_in"} & facts.keys()
    lines[2][2] = ""
    facts = _paged(lines[::-1] if newest_first else lines, picture=picture)
    assert (facts["restored_cells"], facts["restored_amount"]) == (1, Decimal("49.50"))


def test_no_amount_is_told_after_a_balance_that_is_carried_over_or_under_two_accounts() -> None:
    second = [["2026-02-10", "货款", "", "", "900.00"], ["2026-02-11", "货款", "", "50.00", "950.00"]]
    carried = ["2026-02-10", "开户余额", "", "", "850.00"]
    for lines in ([*_LINES, carried, *second], [*_LINES, carried, *second[1:]]):
        assert not {"restored_cells", "total_in"} & _exported(lines).keys()
    text = f"样例银行交易明细\n账号：699900018、699900026\n{','.join(_PAIRS)}\n"
    text += "\n".join(",".join(line) for line in (*_LINES, *second))
    assert "restored_cells" not in {fact.field for fact in _read(text.encode()).facts}


def _taken_back(line: str, last: str) -> dict[str, Value]:
    """Receipts of three payers in two months, with what may take one of them back in the second."""
    text = f"""交易日期,收入,支出,余额,摘要,对方户名
2026-01-03,8000.00,,18000.00,货款,青禾布行有限公司
2026-01-08,500.00,,18500.00,货款,晨星超市有限公司
2026-02-02,150.00,,18650.00,货款,云岭纸业有限公司
{line}
2026-03-06,60.00,,{last},货款,晨星超市有限公司
"""
    return {fact.field: fact.value for fact in _read(text.encode()).facts}


def test_a_receipt_that_a_line_with_a_hidden_amount_may_have_taken_back_is_not_told() -> None:
    bare = """交易日期,收入,支出,摘要,对方户名
2026-01-03,8000.00,,货款,青禾布行有限公司
2026-02-02,150.00,,货款,云岭纸业有限公司
"""
    for line in ("2026-03-05,,***,支票退票,青禾布行有限公司", "2026-03-05,,***,***,青禾布行有限公司"):
        facts = {fact.field: fact.value for fact in _read(f"{bare}{line}\n".encode()).facts}
        assert not {"months[2026-01].receipts", "counterparties[青禾布行有限公司].total_in"} & facts.keys()
        assert facts["months[2026-02].receipts"] == Decimal("150.00")
    facts = {fact.field: fact.value for fact in _read(f"{bare}2026-03-05,,***,冲正,\n".encode()).facts}
    assert not {"months[2026-01].receipts", "months[2026-02].receipts"} & facts.keys()
    facts = {fact.field: fact.value for fact in _read(f"{bare}2026-03-05,,***,纸箱,\n".encode()).facts}
    assert facts["months[2026-01].receipts"] == Decimal("8000.00")


@pytest.mark.parametrize(
    ("line", "last", "told"),
    [
        ("2026-02-05,,***,10650.00,■■,", "10710.00", None),
        ("2026-02-05,,8000.00,10650.00,***,", "10710.00", None),
        ("2026-02-05,,***,10650.00,纸箱,", "10710.00", 8500),
        ("2026-02-05,,***,10600.00,■■,", "10660.00", 8500),
    ],
)
def test_a_line_of_a_receipt_s_amount_whose_words_are_hidden_may_have_taken_it_back(
    line: str, last: str, told: int | None
) -> None:
    facts = _taken_back(line, last)
    assert facts.get("months[2026-01].receipts") == told
    assert ("counterparties[青禾布行有限公司].total_in" in facts) == (told is not None)
    assert (facts["months[2026-02].receipts"], facts["chain_breaks"]) == (Decimal(150), 0)
