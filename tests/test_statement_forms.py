"""Statements in forms that banks and wallets print beside the common ones: other heads, headings and files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from extractors import _statement_head as head
from selfproof import extract
from selfproof.intake import take
from selfproof.model import Carrier, Document, Extraction, Page, Value, Word, box_quad
from selfproof.read import read
from selfproof.statements.days import calendar

SUMS = {"n_transactions": 3, "total_in": Decimal("8000.00"), "total_out": Decimal("1300.00")}
ACCOUNT, OTHER = "33050161627100000123", "33050161627100000456"
MOVES = (
    ("2026-01-03", "8000.00", "", "18000.00", "货款"),
    ("2026-01-05", "", "1250.50", "16749.50", "纸箱"),
    ("2026-01-07", "", "49.50", "16700.00", "消费"),
)


def _csv(text: str) -> Extraction:
    (extraction,) = extract.extract(read(take(text.encode(), "export.csv")))
    return extraction


def _told(extraction: Extraction) -> dict[str, Value]:
    return {fact.field: fact.value for fact in extraction.facts}


FORMS = {
    "what the bank took for a transfer stands in a column": (
        "账号,交易日,收付标志,发生金额,手续费,账面余额,对方账户,对方名称,用途",
        [f"{ACCOUNT}\t,{d},{'收' if i else '付'},{i or o},0,{b},62220000111,样例店,{w}" for d, i, o, b, w in MOVES],
        {"account": ACCOUNT},
    ),
    "headings stand in brackets behind what they translate": (
        (
            f"Inquirer account number[ 查询账号 ],{ACCOUNT}\t\n"
            "Transaction Type[ 交易类型 ],Payee[ 收款人名称 ],Transaction Date[ 交易日期 ],Trade Amount[ 交易金额 ],"
            "After-transaction balance[ 交易后余额 ],Purpose[ 用途 ]"
        ),
        [f"{'来账' if i else '往账'},样例店,{d.replace('-', '')},{i or '-' + o},{b},{w}" for d, i, o, b, w in MOVES],
        {"account": ACCOUNT},
    ),
    "account and holder stand on every line": (
        "账号,账户名称,交易时间,借方发生额/元(支取),贷方发生额/元(收入),余额,对方户名,摘要",
        [f"{ACCOUNT}\t,样例厂,{d.replace('-', '')} 10:20:30,{o},{i},{b},样例店,{w}" for d, i, o, b, w in MOVES],
        {"account": ACCOUNT, "account_name": "样例厂"},
    ),
    "an account of a firm abroad": (
        "样例银行对账单\n户名：样例厂,账号：OSA85135131847\n日期,摘要,收入,支出,余额",
        [f"{d},{w},{i},{o},{b}" for d, i, o, b, w in MOVES],
        {"account": "OSA85135131847", "account_name": "样例厂"},
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_few_banks_print_is_read_like_any(form: str) -> None:
    above, lines, expected = FORMS[form]
    extraction = _csv("\n".join([above, *lines, ""]))
    facts = _told(extraction)
    assert extraction.kind == "bank_statement"
    assert {name: facts.get(name) for name in (*SUMS, *expected)} == {**SUMS, **expected}


def test_what_the_bank_took_for_a_transfer_goes_out_too_where_the_balance_says_so() -> None:
    lines = ["2026-01-03,8000.00,,0.00,18000.00,62220000111", "2026-01-05,,1250.50,1.00,16748.50,62220000111"]
    for last, fee, out in (("16699.00", "0.00", "1301.00"), ("16698.00", "0.00", "1300.00")):
        rows = [*lines, f"2026-01-07,,49.50,{fee},{last},62220000111", ""]
        facts = _told(_csv("\n".join(["样例银行\n日期,收入,支出,手续费,余额,对方账号", *rows])))
        assert facts["total_out"] == Decimal(out)
        assert (facts["chain_breaks"] == 0) == (out == "1301.00")


BACK = [f"{ACCOUNT}\t,{d},{i},{o},{b},62220000111,样例店" for d, i, o, b, _ in MOVES]
PAID = [f"样例厂,{ACCOUNT}\t,样例店,62220000111,{d},{i or o},货款" for d, i, o, _, _ in MOVES]


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        *((f"账号,日期,收入,支出,余额,对方账号,{name}", BACK) for name in ("户名", "名称", "单位名称", "客户名称")),
        ("样例银行转账明细\n付款人名称,付款人账号,收款人名称,收款人账号,交易日期,交易金额,用途", PAID),
    ],
)
def test_whoever_every_line_names_on_the_other_side_is_not_the_holder(above: str, lines: list[str]) -> None:
    extraction = _csv("\n".join([above, *lines, ""]))
    assert extraction.kind == "bank_statement"
    assert "account_name" not in _told(extraction)


def test_columns_of_costs_without_an_account_on_the_other_side_are_no_bank_s() -> None:
    lines = [f"{d},{w},{i},{o},0,{b}" for d, i, o, b, w in MOVES]
    assert _csv("\n".join(["日期,摘要,收入,支出,手续费,余额", *lines, ""])).kind != "bank_statement"


def test_a_merchant_s_account_with_a_wallet_is_told_by_its_title() -> None:
    lines = [f"{d} 10:20:30,交易,{'收入' if i else '支出'},{i},{o},{b},4200001" for d, i, o, b, _ in MOVES]
    heads = "记账时间,业务类型,收支类型,收入(元),支出(元),账户结余(元),业务凭证号"
    extraction = _csv("\n".join(["微信支付商户平台 资金流水", heads, *lines, ""]))
    facts = _told(extraction)
    assert extraction.kind == "wallet_statement"
    assert {name: facts[name] for name in SUMS} == SUMS


def test_the_holder_is_no_number_of_an_account_and_a_wallet_s_title_goes_over_its_firm() -> None:
    lines = [f"{d} 10:20,{w},{i},{o},{b},余额" for d, i, o, b, w in MOVES]
    above = "支付宝（中国）网络技术有限公司\n账户余额收支明细\n账户名：样例合作社,账号：2088532714281268"
    extraction = _csv("\n".join([above, "时间,名称/对方,收入,支出,账户余额,资金渠道", *lines, ""]))
    facts = _told(extraction)
    assert (extraction.kind, facts["account"]) == ("wallet_statement", "2088532714281268")
    assert (facts["account_name"], facts["total_in"]) == ("样例合作社", SUMS["total_in"])


def test_what_a_wallet_abroad_prints_as_gross_is_what_moved_and_no_sale() -> None:
    lines = [
        f"1{d[-1]}/04/2026,10:20:30,GMT+08:00,Sample,{w},Completed,USD,{i or '-' + o},-0.50,1.00"
        for d, i, o, _, w in MOVES
    ]
    heads = "Date,Time,TimeZone,Name,Type,Status,Currency,Gross,Fee,Net"
    extraction = _csv("\n".join([heads, *lines, ""]))
    facts = _told(extraction)
    assert extraction.kind == "wallet_statement"
    assert {name: facts[name] for name in SUMS} == SUMS


@pytest.mark.parametrize(("second", "found"), [(OTHER, [ACCOUNT, OTHER]), (ACCOUNT, [ACCOUNT])])
def test_sheets_of_two_accounts_are_two_statements(second: str, found: list[str]) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, account in (("基本户", ACCOUNT), ("一般户", second)):
            sheet = book.add_worksheet(name)
            rows = [
                ["样例银行账户明细"],
                ["户名：样例厂", f"账号：{account}"],
                ["日期", "摘要", "收入", "支出", "余额"],
            ]
            for line, row in enumerate([*rows, *([d, w, i, o, b] for d, i, o, b, w in MOVES)]):
                for column, cell in enumerate(row):
                    sheet.write(line, column, cell)
    told = [_told(one) for one in extract.extract(read(take(buffer.getvalue(), "export.xlsx")))]
    assert [facts["account"] for facts in told] == found
    assert [facts["n_transactions"] for facts in told] == [6 // len(found)] * len(found)


Print = Sequence[tuple[float, float, str]]  # left in 0..1, top in lines, text


def _page(printed: Print, number: int = 1) -> Page:
    def word(left: float, line: float, text: str) -> Word:
        width = sum(0.012 if ord(char) > 255 else 0.006 for char in text)
        return Word(text, box_quad((left, 0.05 + 0.015 * line, left + width, 0.062 + 0.015 * line)), page=number)

    return Page(number, 595, 842, tuple(word(*part) for part in printed))


def _pages(*printed: Print, carrier: Carrier = Carrier.PDF_TEXT) -> tuple[Extraction, ...]:
    pages = tuple(_page(part, number) for number, part in enumerate(printed, 1))
    if carrier is Carrier.OCR:
        seen = [replace(w, alternatives=tuple(((c, 0.95),) for c in w.text)) for w in pages[0].words]
        pages = (replace(pages[0], words=tuple(seen)),)
    kind = "image/jpeg" if carrier is Carrier.OCR else "application/pdf"
    return extract.extract(Document("0" * 64, kind, carrier, pages))


LEFT = (0.05, 0.2, 0.35, 0.5, 0.65)
TITLE = [(0.3, 0.0, "样例银行账户结单")]
HEADS = [(left, 3.0, text) for left, text in zip(LEFT, ("日期", "收入", "支出", "余额", "摘要"), strict=True)]
LINES = [(left, 5.0 + n, text) for n, row in enumerate(MOVES) for left, text in zip(LEFT, row, strict=True) if text]


def _lower(by: float) -> Print:
    return [(x, y + by, text) for x, y, text in (*HEADS, *LINES)]


def test_pages_of_two_accounts_are_two_statements() -> None:
    printed = [[*TITLE, (0.05, 1.0, f"账号：{account}"), *HEADS, *LINES] for account in (ACCOUNT, OTHER)]
    told = [_told(one) for one in _pages(*printed)]
    assert [facts["account"] for facts in told] == [ACCOUNT, OTHER]
    assert all({name: facts[name] for name in SUMS} == SUMS for facts in told)


def test_a_page_that_names_the_account_and_one_that_names_its_card_too_are_one_statement() -> None:
    heads = [
        [(0.05, 1.0, "卡号：6217000000000000018"), (0.5, 1.0, f"账号：{ACCOUNT}")],
        [(0.05, 1.0, f"账号：{ACCOUNT}")],
    ]
    assert len(_pages(*([*TITLE, *head, *HEADS, *LINES] for head in heads))) == 1


def test_a_caption_alone_over_a_table_is_none_of_its_headings() -> None:
    heads = zip((0.1, 0.25, 0.4, 0.6, 0.8), ("结算日期", "交易金额", "退款金额", "平台佣金", "结算金额"), strict=True)
    rows = [("2026-09-03", "100.00", "10.00", "5.00", "85.00"), ("2026-09-06", "50.00", "0.00", "2.50", "47.50")]
    lines = [
        (left, 5.0 + n, text)
        for n, row in enumerate(rows)
        for left, text in zip((0.07, 0.26, 0.42, 0.62, 0.82), row, strict=True)
    ]
    title = [(0.3, 0.0, "小红书商家结算单"), (0.07, 1.0, "店铺名称：样例店"), (0.06, 2.0, "结算明细")]
    (found,) = _pages([*title, *((left, 3.0, text) for left, text in heads), *lines])
    facts = _told(found)
    assert (facts["n_transactions"], facts["gross"], facts["net"]) == (2, Decimal("150.00"), Decimal("132.50"))


def test_a_line_that_only_translates_the_headings_is_no_heading_of_its_own() -> None:
    names = ("交易日期", "贷方金额", "借方金额", "账户余额", "交易摘要")
    heads = [(left, 3.0, text) for left, text in zip(LEFT, names, strict=True)]
    english = [(0.05, "Tran"), (0.085, "Date"), (0.2, "Credit"), (0.24, "Amount"), (0.35, "Debit"), (0.385, "Amount")]
    english += [(0.5, "Balance"), (0.65, "Remark")]
    (found,) = _pages([*TITLE, *heads, *((left, 3.9, text) for left, text in english), *LINES], carrier=Carrier.OCR)
    assert {name: _told(found).get(name) for name in SUMS} == SUMS


def test_headings_whose_signs_are_set_apart_and_months_beside_days_are_one_column_each() -> None:
    heads = zip(
        (0.05, 0.09, 0.2, 0.35, 0.5, 0.56, 0.65, 0.7), ["月", "日", "收入", "支出", "余", "额", "摘", "要"], strict=True
    )
    days = [(left, 5.0 + n, text) for n, day in enumerate("357") for left, text in ((0.05, "1"), (0.09, day))]
    lines = [place for place in LINES if place[0] != LEFT[0]]
    (found,) = _pages([*TITLE, (0.05, 1.0, "2026 年度"), *((x, 3.0, text) for x, text in heads), *days, *lines])
    facts = _told(found)
    assert {name: facts.get(name) for name in SUMS} == SUMS
    assert (facts["first_date"], facts["last_date"]) == (date(2026, 1, 3), date(2026, 1, 7))


def test_lines_without_headings_that_say_what_their_amounts_are_are_read_by_their_balances() -> None:
    moves = [*MOVES, ("2026-01-09", "20.00", "", "16720.00", "收款"), ("2026-01-10", "", "70.00", "16650.00", "水费")]
    printed = [(0.3, 0.0, "样例银行账户收支明细"), (0.05, 1.5, f"账号：{ACCOUNT}")]
    for line, (day, came, went, balance, what) in enumerate(moves, 1):
        cells = ((0.05, day), (0.3, what), (0.5, f"收入 {came}" if came else f"支出 {went}"), (0.75, f"余额 {balance}"))
        printed += [*((left, 2.0 * line + 2, text) for left, text in cells), (0.3, 2.0 * line + 3, "对方：样例店")]
    facts = _told(_pages(printed)[0])
    assert (facts["n_transactions"], facts["account"]) == (5, ACCOUNT)
    assert (facts["total_in"], facts["total_out"]) == (Decimal("8020.00"), Decimal("1370.00"))


def test_amounts_that_end_at_the_next_heading_stay_in_their_columns() -> None:
    heads = zip((0.05, 0.25, 0.4, 0.6, 0.8), ("日期", "类型", "金额", "余额", "说明"), strict=True)
    lines = [
        (left, float(line), text)
        for line, (day, came, went, balance, what) in enumerate(MOVES, 5)
        for left, text in (
            (0.05, day),
            (0.25, "存入" if came else "支取"),
            (0.8, what),
            (0.595 - 0.006 * len(came or went), came or went),
            (0.795 - 0.006 * len(balance), balance),
        )
    ]
    (found,) = _pages([*TITLE, *((left, 3.0, text) for left, text in heads), *lines])
    assert {name: _told(found).get(name) for name in SUMS} == SUMS


def test_headings_of_one_sign_that_are_two_columns_of_amounts_stay_two() -> None:
    lefts = dict(zip(("日期", "贷", "借", "余额", "摘要"), (0.05, 0.35, 0.2, 0.5, 0.65), strict=True))
    moves = [
        (left, 5.0 + n, text) for n, row in enumerate(MOVES) for left, text in zip(lefts.values(), row, strict=True)
    ]
    (found,) = _pages([*TITLE, *((left, 3.0, name) for name, left in lefts.items()), *(one for one in moves if one[2])])
    assert {name: _told(found).get(name) for name in SUMS} == SUMS


def test_a_sum_below_a_table_does_not_widen_the_column_that_it_stands_under() -> None:
    heads = [(0.05, 3.0, "日期"), (0.2, 3.0, "收支"), (0.3, 3.0, "发生额"), (0.4, 3.0, "余额"), (0.52, 3.0, "摘要")]
    moves = [("样例店", "货款"), ("样例国际贸易有限公司上海分公司", "纸箱"), ("样例厂", "消费")]
    printed = [*TITLE, *heads, (0.8, 3.0, "对方户名"), (0.5, 8.5, "本页贷方发生额合计：8,000.00元")]
    for line, ((day, came, went, balance, _), (name, what)) in enumerate(zip(MOVES, moves, strict=True), 5):
        cells = ((0.05, day), (0.2, "收" if came else "支"), (0.3, came or went), (0.4, balance), (0.5, what))
        printed += [*((left, float(line), text) for left, text in cells), (0.64, float(line), name)]
    (found,) = _pages(printed)
    assert _told(found)["counterparties[样例店].total_in"] == Decimal("8000.00")
    assert not any("合计" in cell for row in found.rows for cell in row)


@pytest.mark.parametrize(("balance", "whole"), [("10,000.00", True), ("11,000.00", False)])
def test_a_day_with_only_the_balance_before_or_after_is_no_lost_line(balance: str, *, whole: bool) -> None:
    ends = [(0.05, 4.0, "2026-01-01"), (0.5, 4.0, balance), (0.65, 4.0, "承前结存 B/FWD")]
    ends += [(0.05, 9.0, "2026-01-31"), (0.5, 9.0, "16,700.00"), (0.65, 9.0, "结转下月")]
    (found,) = _pages([*TITLE, *HEADS, *LINES, *ends])
    assert (_told(found).get("n_transactions") == SUMS["n_transactions"]) == whole


def test_a_first_line_without_its_amount_is_a_lost_one_though_its_balance_fits() -> None:
    (found,) = _pages([*TITLE, *HEADS, *(one for one in LINES if one[:2] != (LEFT[1], 5.0))])
    assert "total_in" not in _told(found)


def test_a_card_s_bill_says_in_brackets_which_way_each_amount_went() -> None:
    lines = [
        "2026-01-03,2026-01-04,消费,样例店,9.90/RMB,9.90/RMB(支出)",
        "2026-01-05,2026-01-06,还款,样例店,5.00/RMB,5.00/RMB(存入)",
    ]
    heads = "交易日,记账日,交易类型,商户名称,交易金额/币种,记账金额/币种"
    facts = _told(_csv("\n".join(["中国工商银行信用卡对账单", "尊敬的样安女士：", heads, *lines, ""])))
    assert (facts["total_out"], facts["total_in"], facts["account_name"]) == (Decimal("9.90"), Decimal("5.00"), "样安")


def test_amounts_behind_their_currency_are_those_of_a_card_s_bill() -> None:
    lines = [
        "2026-01-03,2026-01-04,5678,样例店,人民币元/9.90,人民币元/9.90",
        "2026-01-05,2026-01-05,5678,还款,人民币元/-5.00,人民币元/-5.00",
    ]
    heads = "交易日,银行记账日,卡号后四位,交易描述,交易币/金额,结算币/金额"
    facts = _told(_csv("\n".join(["中国工商银行信用卡对账单", heads, *lines, ""])))
    assert (facts["total_out"], facts["total_in"]) == (Decimal("9.90"), Decimal("5.00"))


def test_the_number_in_the_bank_s_own_books_is_the_account_only_where_no_other_is_printed() -> None:
    booked, known = (0.05, 0.9, "系统账号：087661200304012345"), (0.05, 1.5, "客户账号：35600188000123456")
    for lines, account in (([booked, known], "35600188000123456"), ([booked], "087661200304012345")):
        (found,) = _pages([*TITLE, *lines, *_lower(4.0)])
        assert _told(found).get("account") == account


def test_an_hour_beside_an_amount_below_its_day_is_no_line_of_its_own() -> None:
    moved = [(x, y, text) for x, y, text in LINES if not (x == LEFT[0] and y == 6.0)]
    (found,) = _pages([*TITLE, *HEADS, *moved, (0.05, 5.5, "2026-01-05"), (0.05, 6.3, "16:35:30")], carrier=Carrier.OCR)
    assert {name: _told(found).get(name) for name in SUMS} == SUMS


@pytest.mark.parametrize(
    ("lines", "holder"),
    [
        (["珠海样例光电有限公司", "广东省珠海市样例路18号"], "珠海样例光电有限公司"),
        (["珠海样例光电有限公司", "币种：人民币"], None),
        (["珠海样例光电有限公司", "广东省珠海市样例路18号", "样例纸业有限公司"], None),
        (["样例银行珠海营业中心", "广东省珠海市样例路18号"], None),
        (["客户服务中心", "广东省珠海市样例路18号"], None),
        (["样例集团财务有限公司", "广东省珠海市样例路18号"], None),
        (["样小安 先生", "珠海市样例路18号"], "样小安"),
        (["客户经理：样小安 先生"], None),
        (["样先生"], None),
        (["账户名称：样例商行", "样小安女士"], "样例商行"),
    ],
)
def test_a_firm_over_its_address_or_a_person_is_the_holder_where_no_label_says_so(
    lines: list[str], holder: str | None
) -> None:
    (found,) = _pages([*TITLE, *((0.05, 0.9 * n, text) for n, text in enumerate(lines, 1)), *_lower(4.0)])
    assert _told(found).get("account_name") == holder


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("尊敬的 样安 先生：以下是您的信用卡10月账单", "样安"),
        ("尊敬的样安|女士，您好！", "样安"),
        ("尊敬的样例作坊：", "样例作坊"),
        ("尊敬的持卡人：您好", None),
        ("尊敬的李女士：", None),
        ("尊敬的客户：您好", None),
        ("尊敬的贵宾客户，您好", None),
        ("尊敬的持卡人先生/女士：", None),
        ("尊敬的欧阳先生：", None),
        ("尊敬的商户中心：", None),
        ("尊敬的贵公司财务部：", None),
        ("尊敬的客户样例纸业有限公司财务部：", "样例纸业有限公司"),
        ("兹证明 样安（身份证号 3203**********1177）在抖音支付", "样安"),
        ("兹证明该客户在我行交易明细如下", None),
        ("兹证明该客户（身份证号：3203**********1177）", None),
        ("兹证明下列账户所有人（证件号码：3203**********1177）", None),
        ("兹证明本行客户样安先生（身份证号：3203**********1177）", "样安"),
        ("兹证明：客户样安（证件号码：3203**********1177）", "样安"),
    ],
)
def test_whom_a_statement_greets_or_certifies_is_its_holder(line: str, holder: str | None) -> None:
    words = [
        Word(text, box_quad((left, 0.1, left + 0.4, 0.12)))
        for left, text in zip((0.1, 0.52), line.split("|"), strict=False)
    ]
    assert next((place[0].text for place in head.certified(words[0], words)), None) == holder


def test_a_year_that_stands_over_months_and_days_holds_for_all_of_them() -> None:
    days = calendar("2025 年度 科目：单位活期存款\n月日", ["4 3", "11 20"])
    assert [days.parse(cell) for cell in ("4 3", "11 20")] == [date(2025, 4, 3), date(2025, 11, 20)]
    assert calendar("月日", ["4 3"]).parse("4 3") is None
