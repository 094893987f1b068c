"""Statements on pages whose rows and headings take several printed lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from selfproof import extract
from selfproof.model import Carrier, Document, Extraction, Page, Value, Word, box_quad
from selfproof.statements import restored
from selfproof.statements.days import calendar
from selfproof.statements.entries import headed
from selfproof.statements.headings import BANK

Print = Sequence[tuple[float, float, str]]  # left in 0..1, top in lines, text


def _word(left: float, line: float, text: str) -> Word:
    top = 0.05 + 0.015 * line
    width = sum(0.012 if ord(char) > 255 else 0.006 for char in text)
    return Word(text, box_quad((left, top, left + width, top + 0.012)), page=1)


def _read(printed: Print) -> Extraction:
    page = Page(1, 595, 842, tuple(_word(*part) for part in printed))
    return extract.extract(Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (page,)))[0]


def _recognised(words: Sequence[Word]) -> Extraction:
    seen = (replace(word, alternatives=tuple(((char, 0.95),) for char in word.text)) for word in words)
    page = Page(1, 595, 842, tuple(seen))
    return extract.extract(Document("0" * 64, "image/jpeg", Carrier.OCR, (page,)))[0]


def _sums(extraction: Extraction) -> tuple[Value, ...]:
    facts = {fact.field: fact.value for fact in extraction.facts}
    return tuple(facts[field] for field in ("n_transactions", "total_in", "total_out", "first_date", "last_date"))


SUMS = (3, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))
MOVES = (
    ("2026-01-03", "收入", "8,000.00", "18,000.00", "货款"),
    ("2026-01-05", "支出", "1,250.50", "16,749.50", "纸箱"),
    ("2026-01-07", "支出", "49.50", "16,700.00", "消费"),
)
TITLE = [(0.3, 0.0, "样例商业银行账户交易明细"), (0.05, 1.0, "户名：样例作坊")]


def test_a_row_is_all_its_lines_where_its_cells_are_centred() -> None:
    head = zip(
        (0.05, 0.18, 0.3, 0.42, 0.56, 0.7), ("交易日期", "收支", "金额", "余额", "摘要", "对方户名"), strict=True
    )
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES):
        top = 5 + 3 * row
        printed += [(0.05, top, day[:8]), (0.05, top + 0.9, day[8:]), (0.05, top + 1.8, "10:20:30")]
        printed += [(0.18, top + 0.9, way), (0.3, top + 0.9, amount), (0.42, top + 0.9, balance)]
        printed += [(0.56, top + 0.9, what), (0.7, top + 0.4, "青禾布行有限"), (0.7, top + 1.4, "公司")]
    note = [(0.05, 13.8, "说明：本明细未加盖印章无效，仅作参考之用，请以柜面打印的为准。")]
    extraction = _read([*printed, *note])
    assert _sums(extraction) == SUMS
    assert [row[0] for row in extraction.rows[1:]] == [f"{move[0]} 10:20:30" for move in MOVES]
    assert {row[5] for row in extraction.rows[1:]} == {"青禾布行有限公司"}


@pytest.mark.parametrize(
    ("carried", "upper", "lower"), [(_read, -0.6, 0.6), (_read, -0.75, 0.75), (_recognised, -0.55, 0.3)]
)
def test_a_cell_of_two_lines_beside_rows_of_one_is_its_own_row_s(
    carried: Callable[..., Extraction], upper: float, lower: float
) -> None:
    head = ("交易日期", "交易金额", "本次余额", "交易摘要", "对手信息", "交易渠道")
    moves = (
        ("20260101", "+100.00", "1100.00", "转账", ("青禾布行",)),
        ("20260102", "+50.00", "1150.00", "转账", ("支付宝（中国）网络", "技术有限公司")),
        ("20260103", "-20.00", "1130.00", "消费", ("云岭纸业",)),
        ("20260104", "-30.00", "1100.00", "消费", ("银联商务股份", "有限公司")),
        ("20260105", "-10.00", "1090.00", "消费", ("样小满",)),
    )
    left = (0.05, 0.18, 0.3, 0.42, 0.56, 0.85)
    printed = [(0.05, 1.0, "样例银行账户交易明细清单"), (0.05, 2.0, "户名：样某")]
    for page in (0, 20):  # the heading comes again
        printed += [(x, page + 3.0, text) for x, text in zip(left, head, strict=True)]
        for row, (*cells, names) in enumerate(moves):
            line = page + 5.0 + 3 * row
            day = str(int(cells[0]) + page)
            printed += [(x, line, text) for x, text in zip(left, (day, *cells[1:]), strict=False)]
            apart = (upper, lower) if len(names) > 1 else (0.0,)
            printed += [(0.56, line + off, text) for off, text in zip(apart, names, strict=True)]
            printed += [(0.85, line, "超级网银")]
    extraction = carried(printed if carried is _read else [_word(*part) for part in printed])
    assert [row[4] for row in extraction.rows if row[0].isdigit()] == ["".join(names) for *_, names in moves] * 2
    assert extraction.kind == "bank_statement"  # though a line of it names a wallet, and a column means of payment


def test_captions_among_the_days_of_a_card_s_bill_are_no_parts_of_a_day() -> None:
    left = (0.05, 0.2, 0.35, 0.6)
    printed = [(0.05, 0.0, "样例银行信用卡对账单"), (0.05, 1.0, "账单日：2026年04月07日")]
    printed += [(x, 3.0, text) for x, text in zip(left, ("交易日", "记账日", "交易摘要", "人民币金额"), strict=True)]
    lines = [("还款",), ("", "03/20", "还款", "-500.00"), ("消费",), ("03/08", "03/09", "超市", "20.00")]
    lines += [(f"03/{day}", f"03/{day + 1}", "加油站", "300.00") for day in range(10, 16)]
    printed += [(x, 5.0 + row, text) for row, cells in enumerate(lines) for x, text in zip(left, cells, strict=False)]
    facts = {fact.field: fact.value for fact in _read([part for part in printed if part[2]]).facts}
    assert (facts["first_date"], facts["n_transactions"]) == (date(2026, 3, 8), 8)


def test_a_line_of_dashes_below_the_headings_is_no_heading() -> None:
    head = zip((0.05, 0.18, 0.3, 0.42, 0.56), ("交易日期", "借贷", "交易金额", "余额", "摘要"), strict=True)
    printed = [*TITLE, (0.05, 2.0, "-" * 60), *((left, 3.0, text) for left, text in head), (0.05, 4.0, "-" * 60)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        cells = zip(
            (0.05, 0.18, 0.3, 0.42, 0.56), (day, "贷" if way == "收入" else "借", amount, balance, what), strict=True
        )
        printed += [(left, float(row), text) for left, text in cells]
    assert _sums(_read(printed)) == SUMS


def test_a_heading_over_two_columns_of_amounts_is_no_column_between_them() -> None:
    printed = [*TITLE, (0.05, 3.5, "交易时间"), (0.33, 3.0, "发生额"), (0.26, 4.0, "借方"), (0.42, 4.0, "贷方")]
    printed += [(0.56, 3.5, "余额"), (0.66, 3.5, "凭证号"), (0.8, 3.5, "对方户名")]
    for row, (day, way, amount, balance, _) in enumerate(MOVES, 6):
        debit, credit = ("0.00", amount) if way == "收入" else (amount, "0.00")
        cells = (0.05, day), (0.3, debit), (0.45, credit), (0.56, balance), (0.66, "28483526"), (0.755, "云岭纸业样例")
        printed += [(left, float(row), text) for left, text in cells]
    extraction = _read(printed)
    assert _sums(extraction) == SUMS
    assert {row[5] for row in extraction.rows[1:]} == {"云岭纸业样例"}


def test_a_signed_column_is_known_by_its_two_directions_and_an_amount_ends_where_text_touches_it() -> None:
    head = zip((0.05, 0.18, 0.3, 0.5, 0.6), ("日期", "摘要", "支取(-)/存入(+)", "结余", "网点"), strict=True)
    printed = [(0.3, 0.0, "样例农村信用社存折明细"), *((left, 3.0, text) for left, text in head)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        sign = "+" if way == "收入" else "-"
        cells = zip((0.05, 0.18, 0.3, 0.5), (day, what, f"{sign}{amount}", f"{balance}0771"), strict=True)
        printed += [(left, float(row), text) for left, text in cells]
    extraction = _read(printed)
    assert _sums(extraction) == SUMS
    assert {fact.field: fact.value for fact in extraction.facts}["chain_breaks"] == 0


def test_a_page_that_is_there_twice_is_read_once() -> None:
    head = zip((0.05, 0.2, 0.3, 0.42, 0.56), ("交易日期", "收支", "金额", "余额", "摘要"), strict=True)
    words = [_word(*part) for part in TITLE] + [_word(left, 3.0, text) for left, text in head]
    for row, cells in enumerate(MOVES, 5):
        words += [_word(left, float(row), text) for left, text in zip((0.05, 0.2, 0.3, 0.42, 0.56), cells, strict=True)]
    pages = tuple(Page(number, 595, 842, tuple(replace(word, page=number) for word in words)) for number in (1, 2))
    found = extract.extract(Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, pages))
    assert [_sums(one) for one in found] == [SUMS]


FLAGGED = (0.05, 0.2, 0.32, 0.42, 0.56)


def _flags(signs: str) -> Word:
    """A column of 借 and 贷 that recognition took for one upright word over the three lines of moves."""
    return Word(signs, box_quad((0.2, 0.05 + 0.015 * 5, 0.212, 0.05 + 0.015 * 8 - 0.003)), page=1)


def _flagged(signs: str) -> Extraction:
    head = zip(FLAGGED, ("交易日期", "借贷", "交易金额", "余额", "摘要"), strict=True)
    words = [_word(*part) for part in TITLE] + [_word(left, 3.0, text) for left, text in head]
    for row, (day, _, amount, balance, what) in enumerate(MOVES, 5):
        cells = zip((0.05, 0.32, 0.42, 0.56), (day, amount, balance, what), strict=True)
        words += [_word(left, float(row), text) for left, text in cells]
    return _recognised([*words, _flags(signs)])


def test_a_column_of_single_signs_read_as_one_upright_word_gives_each_line_its_own() -> None:
    assert _sums(_flagged("贷借借")) == SUMS


def test_lines_are_not_summed_up_where_a_sign_of_that_column_was_lost() -> None:
    facts = {fact.field for fact in _flagged("贷借").facts}
    assert not facts & {"n_transactions", "total_in", "total_out"}


def test_a_line_that_slid_off_its_headings_has_its_words_in_their_order() -> None:
    lefts = (0.05, 0.2, 0.4, 0.55, 0.7)
    head = zip(lefts, ("交易日期", "摘要", "支出金额", "收入金额", "余额"), strict=True)
    words = [_word(*part) for part in TITLE] + [_word(left, 3.0, text) for left, text in head]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        pair = ("0.00", amount) if way == "收入" else (amount, "0.00")
        slid = [left - 0.05 * (row - 5) for left in lefts[2:]]
        cells = zip((*lefts[:2], *slid), (day, what, *pair, balance), strict=True)
        words += [_word(left, float(row), text) for left, text in cells]
    assert _sums(_recognised(words)) == SUMS


def test_a_savings_book_has_days_of_six_figures_and_a_heading_that_touches_the_next() -> None:
    printed = [(0.3, 0.0, "样例农村信用社存折明细"), (0.05, 3.0, "日期"), (0.18, 3.0, "摘要"), (0.3, 3.0, "支出")]
    printed += [(0.42, 3.0, "存入"), (0.56, 3.0, "结余网点")]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        place = 0.42 if way == "收入" else 0.3
        cells = (0.05, day[2:].replace("-", "")), (0.18, what), (place, amount), (0.56, f"{balance}3301")
        printed += [(left, float(row), text) for left, text in cells]
    assert _sums(_recognised([_word(*part) for part in printed])) == SUMS


def test_headings_and_labels_whose_glyphs_are_set_apart_are_read_and_days_with_an_english_month() -> None:
    printed = [(0.3, 0.0, "样例商业银行分户账"), (0.05, 1.0, "账  号：6200000000001230"), (0.5, 1.0, "户 名：样例作坊")]
    head = ((0.05, "日 期"), (0.2, "摘 要"), (0.35, "借 方"), (0.5, "贷 方"), (0.7, "余 额"))
    printed += [(left, 3.0, text) for left, text in head]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        english = f"{day[-2:]} Jan {day[:4]}"
        cells = (0.05, english), (0.2, what), (0.5 if way == "收入" else 0.35, amount), (0.7, balance)
        printed += [(left, float(row), text) for left, text in cells]
    read = _read(printed)
    assert _sums(read) == SUMS
    facts = {fact.field: fact.value for fact in read.facts}
    assert (facts["account"], facts["account_name"]) == ("6200000000001230", "样例作坊")


def test_a_heading_of_directions_that_touches_the_next_in_an_exact_print_is_two() -> None:
    head = (0.05, "交易时间"), (0.18, "交易类型"), (0.3, "收/支/其他交易方式"), (0.45, "金额(元)"), (0.6, "交易对方")
    printed = [(0.3, 0.0, "微信支付交易明细证明"), *((left, 3.0, text) for left, text in head)]
    for row, (day, way, amount, _, what) in enumerate(MOVES, 5):
        cells = (0.05, day), (0.18, what), (0.3, way), (0.37, "零钱"), (0.45, amount), (0.6, "样例商行")
        printed += [(left, float(row), text) for left, text in cells]
    read = _read(printed)
    assert read.kind == "wallet_statement"
    assert _sums(read) == SUMS


def test_an_account_whose_figures_stand_in_groups_is_read_and_a_day_is_none() -> None:
    printed = [(0.3, 0.0, "样例银行对账单"), (0.05, 1.0, "账号：012-345678-050")]
    head = zip((0.05, 0.2, 0.3, 0.42, 0.56), ("交易日期", "收支", "金额", "余额", "摘要"), strict=True)
    printed += [(left, 3.0, text) for left, text in head]
    for row, cells in enumerate(MOVES, 5):
        printed += [(left, float(row), text) for left, text in zip((0.05, 0.2, 0.3, 0.42, 0.56), cells, strict=True)]
    assert {fact.field: fact.value for fact in _read(printed).facts}["account"] == "012-345678-050"
    printed[1] = (0.05, 1.0, "账户：6200000000001230")
    facts = {fact.field: fact.value for fact in _read([*printed, (0.6, 0.0, "账户余额：16700000.00")]).facts}
    assert facts["account"] == "6200000000001230"
    printed[1] = (0.05, 1.0, "账号：2026-01-03")
    assert "account" not in {fact.field for fact in _read(printed).facts}


def test_six_figures_that_do_not_follow_one_another_are_no_days() -> None:
    assert calendar("", ["101112", "091011", "110101"]).parse("101112") is None


def test_text_that_touches_an_amount_is_the_next_column_though_its_heading_stands_further_right() -> None:
    head = zip((0.05, 0.2, 0.32, 0.45, 0.56, 0.7), (
        "交易时间", "交易对方", "收/支", "金额(元)", "支付方式", "当前状态",
    ), strict=True)  # fmt: skip
    words = [_word(0.05, 0.0, "微信支付账单明细"), _word(0.05, 2.5, "共3笔记录")]
    words += [_word(left, 3.4, text) for left, text in head]
    for row, (day, way, amount, _, what) in enumerate(MOVES, 5):
        cells = zip((0.05, 0.2, 0.32, 0.45, 0.7), (day, what, way, f"¥{amount}零钱", "支付成功"), strict=True)
        words += [_word(left, float(row), text) for left, text in cells]
    extraction = _recognised(words)
    assert extraction.kind == "wallet_statement"
    assert _sums(extraction) == SUMS


def _moves(amounts: Sequence[str]) -> Extraction:
    """The moves and two more on a picture, with what is legible of their amounts."""
    head = zip(FLAGGED, ("交易日期", "摘要", "支出", "存入", "余额"), strict=True)
    words = [_word(*part) for part in TITLE] + [_word(left, 3.0, text) for left, text in head]
    after = (
        ("2026-01-08", "收入", "300.00", "17,000.00", "货款"),
        ("2026-01-09", "支出", "1,016.97", "15,983.03", "纸箱"),
    )
    for row, ((day, way, _, balance, what), amount) in enumerate(zip((*MOVES, *after), amounts, strict=True), 5):
        at = FLAGGED[3 if way == "收入" else 2]
        cells = zip((FLAGGED[0], FLAGGED[1], at, FLAGGED[4]), (day, what, amount, balance), strict=True)
        words += [_word(left, float(row), text) for left, text in cells if text]
    return _recognised(words)


@pytest.mark.parametrize(
    ("third", "last", "told"),
    [
        ("49.50", "1,016.97", None),
        ("", "1,016.97", 1),  # hidden by a seal
        (".50", "1,016.9", 2),  # first and last figures lost
        ("49.50讫", "1,016.97", 1),  # a stamp's text beside it
    ],
)
def test_an_amount_that_is_hidden_is_told_by_the_balances_around_it(third: str, last: str, told: int | None) -> None:
    facts = {fact.field: fact.value for fact in _moves(["8,000.00", "1,250.50", third, "300.00", last]).facts}
    assert (facts["n_transactions"], facts["total_in"], facts["total_out"]) == (5, Decimal(8300), Decimal("2316.97"))
    assert facts.get("restored_cells") == told
    amounts = [Decimal("49.50"), *([Decimal("1016.97")] if told == 2 else [])] if told else []
    assert [facts[name] for name in facts if name.startswith("restored[")] == amounts
    assert facts.get("restored_amount", 0) == sum(amounts)


@pytest.mark.parametrize(
    ("third", "last"),
    [
        ("49.60", "1,016.97"),  # another amount is no part of what the balances tell
        ("49.50", ""),  # no line proves the last balance
    ],
)
def test_an_amount_that_nothing_proves_is_not_put_in(third: str, last: str) -> None:
    found = _moves(["8,000.00", "1,250.50", third, "300.00", last])
    assert not {"total_in", "restored_cells"} & {fact.field for fact in found.facts}


def _dated(third: str, after: str = "2026-01-07") -> dict[str, Value]:
    """Four receipts of a wallet on a picture, of the third of which only a part of the day is legible."""
    head = zip(FLAGGED, ("交易时间", "收/支", "金额", "交易对方", "收/付款方式"), strict=True)
    words = [_word(0.3, 0.0, "支付宝交易流水证明"), *(_word(left, 3.0, text) for left, text in head)]
    for row, day in enumerate(("2026-01-03", "2026-01-05", third, after), 5):
        cells = zip(FLAGGED, (f"{day} 09:11:00", "收入", "10.00", "样例店", "余额"), strict=True)
        words += [_word(left, float(row), text) for left, text in cells]
    return {fact.field: fact.value for fact in _recognised(words).facts}


def test_a_day_of_which_one_figure_is_left_is_told_by_the_days_around_it() -> None:
    facts = _dated("6")
    assert (facts["n_transactions"], facts["total_in"], facts["restored_cells"]) == (4, Decimal(40), 1)
    assert facts["restored[0].day"] == date(2026, 1, 6)
    assert "restored_amount" not in facts
    assert _dated("2026-006", "2026-01-27")["total_in"] == Decimal(40)
    assert "total_in" not in _dated("6", "2026-01-27")  # the 6th or the 16th or the 26th
    assert "total_in" not in _dated("6", "2026-01-04")  # the days run no way


_CHAIN = [
    ("2026-01-03", "500.00", "1,500.00"),
    ("2026-01-04", "400.00", "1,900.00"),
    ("2026-01-05", "100.00", "2,000.00"),
    ("2026-01-06", "150.00", "2,150.00"),
    ("2026-01-07", "50.00", "2,200.00"),
    ("2026-01-08", "70.00", "2,270.00"),
]


def _told(lines: Sequence[tuple[str, str, str]], *, newest_first: bool = False) -> dict[tuple[int, int], str]:
    rows = [("交易日期", "交易金额", "余额"), *(lines[::-1] if newest_first else lines)]
    (at,) = headed(rows, "", BANK)
    return restored.restored(rows, at)


@pytest.mark.parametrize("newest_first", [False, True])
def test_an_amount_is_told_whichever_line_comes_first(newest_first: bool) -> None:  # noqa: FBT001  a parameter
    hidden = [*_CHAIN[:3], ("2026-01-06", "", "2,150.00"), *_CHAIN[4:]]
    assert _told(hidden, newest_first=newest_first) == {(3 if newest_first else 4, 1): "150.00"}


@pytest.mark.parametrize(
    ("place", "read"),
    [
        (3, ("2026-01-06", "150.00", "7,150.00")),  # the balance is misread, not the amount: nothing is hidden
        (5, ("2026-01-08", "70.00", "7,270.00")),  # the same of the last one, which no line proves
        (5, ("2026-01-08", "0.00", "2,270.00")),  # what looks whole is not known to be a part
        (3, ("", "150.00", "2,150.00")),  # a line between has lost its day, and the next one its amount
    ],
)
def test_no_amount_is_told_from_a_balance_that_nothing_proves_or_over_a_lost_line(
    place: int, read: tuple[str, str, str]
) -> None:
    lines = [*_CHAIN[:place], read, *_CHAIN[place + 1 :]]
    if not read[0]:
        lines[place + 1] = ("2026-01-07", "", "2,200.00")
    assert _told(lines) == {}


def test_no_amount_is_told_where_the_lines_may_run_either_way() -> None:
    turns = [("2026-01-03", way, balance) for way, balance in (("100.00", "200.00"), ("-100.00", "100.00")) * 3]
    turns[3] = ("2026-01-03", "", "100.00")
    assert _told(turns) == {}


def test_a_day_is_told_by_figures_that_may_stand_anywhere_only_where_one_day_has_them() -> None:
    days = ("2026-01-10", "1", "2026-01-12")  # 10th, 11th or 12th: what hides its beginning may hide its end
    assert _told([(day, "1.00", "") for day in days]) == {}
    assert _told([(f"{day} 09:11:00", "1.00", "") for day in days]) == {(2, 0): "2026-01-11 09:11:00"}


def test_a_stamp_whose_text_lies_over_an_amount_loses_no_line() -> None:
    head = zip(FLAGGED, ("交易日期", "收支", "金额", "余额", "摘要"), strict=True)
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        printed += [
            (left, float(row), text) for left, text in zip(FLAGGED, (day, way, amount, balance, what), strict=True)
        ]
    printed += [(0.295, 6.0, "专用章"), (0.38, 6.0, "司")]
    assert _sums(_read(printed)) == SUMS


def test_a_heading_of_cells_with_two_and_with_three_lines_is_one() -> None:
    names = ("交易日期", "Date"), ("摘要", "Type"), ("交易金额", "Amount of", "Money"), ("余额", "Balance")
    printed = [*TITLE]
    for left, name in zip(FLAGGED, names, strict=False):
        printed += [(left, 3.0 + (3 - len(name)) * 0.5 + line, text) for line, text in enumerate(name)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES):
        signed = f"-{amount}" if way == "支出" else amount
        printed += [(left, 7.0 + row, text) for left, text in zip(FLAGGED, (day, what, signed, balance), strict=False)]
    assert _sums(_read(printed)) == SUMS


@pytest.mark.parametrize(("changed", "summed"), [("balance", True), ("amount", False)])
def test_a_balance_that_was_misread_spoils_no_sum_and_an_amount_does(changed: str, summed: bool) -> None:  # noqa: FBT001  a parameter of the table above
    head = zip(FLAGGED, ("交易日期", "借贷", "交易金额", "余额", "摘要"), strict=True)
    words = [_word(*part) for part in TITLE] + [_word(left, 3.0, text) for left, text in head]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        read = {"balance": balance, "amount": amount} | ({changed: "6,749.50"} if row == 6 else {})
        sign = "贷" if way == "收入" else "借"
        cells = zip(FLAGGED, (day, sign, read["amount"], read["balance"], what), strict=True)
        words += [_word(left, float(row), text) for left, text in cells]
    found = _recognised(words)
    assert ("total_in" in {fact.field for fact in found.facts}) == summed
    assert not summed or _sums(found) == SUMS


def test_the_two_halves_of_a_line_that_leans_are_one() -> None:
    head = zip(FLAGGED, ("交易日期", "借贷", "交易金额", "余额", "摘要"), strict=True)
    words = [_word(*part) for part in TITLE] + [_word(left, 3.0, text) for left, text in head]
    for row, (day, way, amount, balance, _) in enumerate(MOVES):
        cells = zip((0.2, 0.32, 0.42), ("贷" if way == "收入" else "借", amount, balance), strict=True)
        words += [_word(0.05, 5 + 1.5 * row, day), *(_word(left, 5.45 + 1.5 * row, text) for left, text in cells)]
    assert _sums(_recognised(words)) == SUMS


def _photographed_bill(amounts: Sequence[str]) -> dict[str, Value]:
    head = zip((0.05, 0.2, 0.34, 0.48), ("交易日期", "收支", "金额", "摘要"), strict=True)
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    for row, amount in enumerate(amounts):
        day = f"2026-01-{row + 3:02}"
        printed += [
            (left, 5.0 + row, text) for left, text in ((0.05, day), (0.2, "收入"), (0.34, amount), (0.48, "货款"))
        ]
    return {fact.field: fact.value for fact in _recognised([_word(*part) for part in printed]).facts}


def test_a_point_that_a_picture_shows_as_a_comma_makes_no_amount_a_hundred_times_as_large() -> None:
    assert _photographed_bill(["8,000.00", "4,844,79", "49.50", "1,250,50", "12.00"])["total_in"] == Decimal("14156.79")


def test_sums_over_an_amount_whose_point_a_picture_does_not_show_are_not_told() -> None:
    seen = _photographed_bill(["8,000.00", "98444", "49.50", "1,250.50", "12.00"])
    assert "account_name" in seen
    assert "total_in" not in seen
    bare = _photographed_bill(["8,000", "98444", "49.5", "1,250.55", "12", "3.25", "4.15", "7.05"])
    assert bare["total_in"] == Decimal("107770.50")


def _listed(days: Sequence[str], foot: str = "") -> dict[str, Value]:
    lefts = (0.05, 0.25, 0.4, 0.52, 0.7)
    head = zip(lefts, ("交易日期", "收入", "支出", "余额", "摘要"), strict=True)
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    for row, day in enumerate(days):
        line = (day, "100.00", "0.00", f"{row + 1}00.00", "货款")
        printed += [(left, 5.0 + 2 * row, text) for left, text in zip(lefts, line, strict=True)]
    printed += [(0.05, 5.0 + 2 * len(days), foot)] if foot else []
    return {fact.field: fact.value for fact in _recognised([_word(*part) for part in printed]).facts}


def test_sums_over_lines_of_which_one_has_but_a_part_of_its_day_are_not_told() -> None:
    days = ["2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"]
    assert _listed(days)["total_in"] == Decimal("400.00")
    torn = _listed([days[0], "2026-", *days[2:]])
    assert not torn.keys() & {"total_in", "n_transactions", "chain_breaks"}


def test_a_sum_of_what_was_transferred_is_no_line_that_was_lost() -> None:
    days = ["2026-01-03", "2026-01-04", "2026-01-05"]
    assert _listed(days, "转入合计：300.00")["total_in"] == Decimal("300.00")


@pytest.mark.parametrize(
    "line",
    [
        ((0.05, "账号："), (0.12, "6999000000000000018"), (0.45, "币种：人民币")),
        ((0.05, "账号："), (0.12, "6999000000000000018")),
        ((0.05, "户名："), (0.12, "样例作坊"), (0.32, "账号："), (0.45, "6999000000000000018")),
    ],
)
def test_a_line_of_labels_over_the_headings_is_none_of_them(line: Sequence[tuple[float, str]]) -> None:
    printed = [*TITLE, *((left, 2.0, text) for left, text in line)]
    head = ("交易日期", "收支", "金额", "余额", "摘要")
    printed += [(left, 3.0, text) for left, text in zip(FLAGGED, head, strict=True)]
    for row, cells in enumerate(MOVES, 5):
        printed += [(left, float(row), text) for left, text in zip(FLAGGED, cells, strict=True)]
    found = _read(printed)
    facts = {fact.field: fact.value for fact in found.facts}
    assert _sums(found) == SUMS
    assert (facts["account"], facts["account_name"]) == ("6999000000000000018", "样例作坊")


@pytest.mark.parametrize(
    ("label", "name"), [("户名：", "样例ABC 贸易有限公司"), ("Account Name：", "SAMPLE TRADING LTD")]
)
@pytest.mark.parametrize("apart", [False, True])
def test_a_holder_s_name_with_white_in_it_is_told_whole(label: str, name: str, apart: bool) -> None:  # noqa: FBT001  a parameter
    line = [(0.05, 1.0, label), (0.2, 1.0, name)] if apart else [(0.05, 1.0, f"{label}{name} 币种：人民币")]
    head = ("交易日期", "收支", "金额", "余额", "摘要")
    printed = [TITLE[0], *line, *((left, 3.0, text) for left, text in zip(FLAGGED, head, strict=True))]
    for row, cells in enumerate(MOVES, 5):
        printed += [(left, float(row), text) for left, text in zip(FLAGGED, cells, strict=True)]
    told = {fact.field: fact.value for fact in _read(printed).facts}["account_name"]
    assert str(told).replace(" ", "") == name.replace(" ", "")


@pytest.mark.parametrize(
    ("account", "number"), [("6999 4835 7928 5699 906", "6999483579285699906"), ("6999", None), ("6999 2026", None)]
)
def test_an_account_in_fours_is_one_number_and_four_figures_alone_are_none(account: str, number: str | None) -> None:
    head = zip((0.05, 0.18, 0.3, 0.42, 0.56), ("交易日期", "收支", "金额", "余额", "摘要"), strict=True)
    printed = [*TITLE, (0.3, 1.0, f"账户：{account}"), *((left, 3.0, text) for left, text in head)]
    for row, move in enumerate(MOVES, 5):
        printed += [(left, float(row), text) for left, text in zip((0.05, 0.18, 0.3, 0.42, 0.56), move, strict=True)]
    facts = {fact.field: fact.value for fact in _read(printed).facts}
    assert facts.get("account") == number


@pytest.mark.parametrize("begun", ["起始日期：20260101", "打印日期: 2026-02-01"])
def test_the_head_that_each_page_repeats_loses_no_line(begun: str) -> None:
    at = (0.05, 0.24, 0.36, 0.48, 0.62)
    printed = [*TITLE, *zip(at, (3.0,) * 5, ("交易日期", "收支", "金额", "余额", "摘要"), strict=True)]
    for row, cells in enumerate(MOVES):
        printed += [(left, 5.0 + 2 * row + 4 * (row > 1), cell) for left, cell in zip(at, cells, strict=True)]
    printed += [(0.05, 9.0, begun), (0.36, 9.0, "终止日期：20260131")]
    assert _sums(_recognised([_word(*part) for part in printed])) == SUMS
    summed = [(0.36, 9.0, "总收入：150.00") if part[:2] == (0.36, 9.0) else part for part in printed]
    assert _sums(_read(summed)) == SUMS
    carried = [(0.05, 4.0, "20251231"), (0.62, 4.0, "上月余额"), (0.48, 4.0, "10,000.00")]
    assert _sums(_recognised([_word(*part) for part in [*printed, *carried]])) == SUMS


@pytest.mark.parametrize(("nothing", "whole"), [("1", True), ("2", False)])
def test_a_stroke_for_nothing_that_is_read_as_a_one_is_no_amount(nothing: str, *, whole: bool) -> None:
    lefts = (0.05, 0.2, 0.35, 0.5, 0.65)
    head = zip(lefts, ("交易日期", "支出(借)", "收入(贷)", "余额", "摘要"), strict=True)
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    blank = iter(("一", nothing, "-", "一", "-"))
    moves = [
        *MOVES,
        ("2026-01-08", "支出", "0.50", "16,699.50", "邮费"),
        ("2026-01-09", "支出", "0.50", "16,699.00", "邮费"),
    ]
    for row, (day, way, amount, balance, what) in enumerate(moves, 5):
        pair = (next(blank), amount) if way == "收入" else (amount, next(blank))
        printed += [(left, float(row), text) for left, text in zip(lefts, (day, *pair, balance, what), strict=True)]
    facts = {fact.field for fact in _recognised([_word(*part) for part in printed]).facts}
    assert ("total_in" in facts) == whole


@pytest.mark.parametrize("english", ["", " Name"])
def test_a_label_whose_two_signs_stand_apart_still_labels(english: str) -> None:
    head = zip((0.05, 0.2, 0.35, 0.5, 0.65), ("交易日期", "收支", "交易金额", "余额", "摘要"), strict=True)
    printed = [(0.3, 0.0, "样例商业银行账户交易明细"), *((left, 4.0, text) for left, text in head)]
    printed += [
        (0.05, 1.0, "户"),
        (0.12, 1.0, f"名{english}：样例作坊"),
        (0.05, 2.0, "账"),
        (0.12, 2.0, "号：20887103960010"),
    ]
    for row, cells in enumerate(MOVES, 6):
        day, way, amount, balance, what = cells
        placed = zip((0.05, 0.2, 0.35, 0.5, 0.65), (day, way, amount, balance, what), strict=True)
        printed += [(left, float(row), text) for left, text in placed]
    facts = {fact.field: fact.value for fact in _read(printed).facts}
    assert (facts["account_name"], facts["account"]) == ("样例作坊", "20887103960010")


def _ended(right: float, line: float, text: str) -> tuple[float, float, str]:
    return right - 0.006 * len(text), line, text


def test_amounts_end_in_the_column_that_their_heading_begins() -> None:
    head = zip((0.05, 0.2, 0.45, 0.62, 0.79), ("日期", "摘要", "存入", "提取", "结余"), strict=True)
    printed = [*TITLE, (0.6, 0.0, "账户号码 Account Number"), (0.6, 1.0, "6999000000000000018")]
    printed += [(0.5, 2.0, "货币Currency"), (0.7, 2.0, "CNY"), *((left, 3.0, text) for left, text in head)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        named = f"{day[-2:]}Jan2026"
        ends = 0.61 if way == "收入" else 0.78
        printed += [(0.05, row, named), (0.2, row, what), _ended(ends, row, amount), _ended(0.95, row, balance)]
    extraction = _read(printed)
    assert _sums(extraction) == SUMS
    (account,) = (fact.value for fact in extraction.facts if fact.field == "account")
    assert account == "6999000000000000018", "it stands under its label"


def test_a_line_on_a_day_with_the_month_s_name_that_is_no_transaction_takes_the_sums() -> None:
    head = zip((0.05, 0.2, 0.45, 0.62, 0.79), ("日期", "摘要", "存入", "支取", "余额"), strict=True)
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    printed += [(0.05, 5.0, "03Jan2026"), (0.45, 5.0, "8,000.00"), (0.79, 5.0, "18,000.00")]
    lost = [(0.05, 6.0, "05Jan2026"), (0.79, 6.0, "1,2S0.50"), (0.88, 6.0, "16,749.50")]
    fields = [{fact.field for fact in _read(more).facts} for more in (printed, [*printed, *lost])]
    assert ["total_in" in field for field in fields] == [True, False]


def test_a_table_of_labels_close_above_the_headings_is_no_part_of_them() -> None:
    above = [("天猫商家账单（月度汇总）", 0.394, 0.041, 0.592, 0.054), ("店铺名", 0.06, 0.079, 0.13, 0.103)]
    above += [("2026年01月至2026年03", 0.729, 0.075, 0.933, 0.09), ("云岭样例彩瓷旗舰店", 0.285, 0.082, 0.448, 0.099)]
    above += [("账单区间", 0.505, 0.08, 0.591, 0.101), ("月", 0.726, 0.087, 0.753, 0.109)]
    heads = [("月份", 0.119, 0.172), ("成交金额(元)", 0.26, 0.379), ("退款金额(元)", 0.438, 0.557)]
    heads += [("软件服务费(元)", 0.604, 0.744), ("实际到账(元)", 0.793, 0.912)]
    lines = [[name for name, *_ in heads]]
    lines += [[month, "1,000.00", "100.00", "50.00", "850.00"] for month in ("2026-01", "2026-02", "2026-03")]
    below = [
        (text, left, 0.124 + 0.028 * row, right, 0.143 + 0.028 * row)
        for row, line in enumerate(lines)
        for text, (_, left, right) in zip(line, heads, strict=True)
    ]
    words = [Word(text, box_quad((left, top, right, low)), page=1) for text, left, top, right, low in above + below]
    facts = {fact.field: fact.value for fact in _recognised(words).facts}
    told = tuple(facts.get(field) for field in ("store", "gross", "refunds", "net"))
    assert told == ("云岭样例彩瓷旗舰店", Decimal("3000.00"), Decimal("300.00"), Decimal("2550.00"))


def test_amounts_end_in_their_columns_where_texts_stand_behind_them() -> None:
    head = zip((0.05, 0.16, 0.26, 0.41, 0.56, 0.72), ("日期", "用途", "转入", "转出", "余额", "往来单位"), strict=True)
    printed = [*TITLE, *((left, 3.0, text) for left, text in head)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 5):
        ends = 0.405 if way == "收入" else 0.555
        printed += [(0.05, row, day), (0.16, row, what), _ended(ends, row, amount), _ended(0.71, row, balance)]
        printed += [(0.72, row, "云岭纸业样例")]
    assert _sums(_read(printed)) == SUMS


_ACCOUNT = "6999000000000000018"
_HEADS = {
    "labels beside each other": (
        [(0.05, "账户名称"), (0.4, "账户号码"), (0.7, "币种")],
        [(0.05, "样例作坊"), (0.4, _ACCOUNT), (0.7, "CNY")],
        ("样例作坊", _ACCOUNT),
    ),
    "no name before a day": (
        [(0.05, "户名"), (0.4, "账号"), (0.55, _ACCOUNT)],
        [(0.05, "开户日期"), (0.2, "20200101")],
        (None, _ACCOUNT),
    ),
    "no name before a branch": (
        [(0.05, "户名"), (0.4, "账号"), (0.55, _ACCOUNT)],
        [(0.05, "样例支行"), (0.4, "20200101")],
        (None, _ACCOUNT),
    ),
    "no account before a person's number": (
        [(0.05, "户名"), (0.2, "样例作坊"), (0.4, "账户号码")],
        [(0.3, "证件号码"), (0.4, "33010019700101123X")],
        ("样例作坊", None),
    ),
    "no account before a telephone": (
        [(0.05, "户名"), (0.2, "样例作坊"), (0.4, "账户号码")],
        [(0.3, "联系电话"), (0.4, "13800001111")],
        ("样例作坊", None),
    ),
}


@pytest.mark.parametrize("case", _HEADS)
def test_what_stands_below_labels_beside_each_other_is_their_value_and_no_other_label_s(case: str) -> None:
    upper, lower, expected = _HEADS[case]
    heads = zip((0.05, 0.2, 0.35, 0.5, 0.65), ("日期", "收入", "支出", "余额", "摘要"), strict=True)
    printed = [(0.3, 0.0, "样例银行账户结单"), *((left, 1.2, text) for left, text in upper)]
    printed += [*((left, 2.2, text) for left, text in lower), *((left, 5.0, text) for left, text in heads)]
    for row, (day, way, amount, balance, what) in enumerate(MOVES, 6):
        cells = {0.05: day, (0.2 if way == "收入" else 0.35): amount, 0.5: balance, 0.65: what}
        printed += [(left, row, text) for left, text in cells.items()]
    extraction = _read(printed)
    told = {fact.field: fact.value for fact in extraction.facts}
    assert _sums(extraction) == SUMS
    assert (told.get("account_name"), told.get("account")) == expected
