"""Statements of invented accounts in the layouts that Chinese banks export and print."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
import xlwt

from selfproof import extract
from selfproof.intake import take
from selfproof.model import Carrier, Document, Extraction, Page, Value, Word, box_quad
from selfproof.read import read
from selfproof.statements import statement


def _facts(extraction: Extraction) -> dict[str, Value]:
    return {fact.field: fact.value for fact in extraction.facts if fact.kind == "bank_statement"}


def _read(data: bytes, name: str = "export.csv") -> Extraction:
    (extraction,) = extract.extract(read(take(data, name)))
    return extraction


def _csv(text: str, encoding: str = "utf-8") -> dict[str, Value]:
    extraction = _read(text.strip().encode(encoding))
    assert extraction.kind == "bank_statement"
    return _facts(extraction)


def _sums(facts: dict[str, Value]) -> tuple[object, ...]:
    return tuple(facts[name] for name in ("n_transactions", "total_in", "total_out", "first_date", "last_date"))


LAYOUTS = {
    "an amount with a sign beside the balance": """
交易日期,交易时间,交易摘要,交易金额,本次余额,对手信息,交易渠道,交易附言
20260103,091500,转存,+8000.00,18000.00,青禾布行,柜面,货款
20260105,100000,转支,-1250.50,16749.50,云岭纸业,网银,纸箱
20260107,120000,消费,-49.50,16700.00,晨星超市,POS,
""",
    "two columns for in and out": """
交易日,交易时间,收入,支出,账户余额,摘要,对方户名,对方账号
2026-01-03,09:15:00,"8,000.00",,"18,000.00",货款,青禾布行,6999000000000001
2026-01-05,10:00:00,,"1,250.50","16,749.50",纸箱,云岭纸业,6999000000000002
2026-01-07,12:00:00,,49.50,"16,700.00",消费,晨星超市,6999000000000003
""",
    "debit and credit of the bank's side": """
账号,账户名称,交易时间,借方发生额（支取）,贷方发生额（收入）,余额,币种,对方户名,摘要
6999000000000000018,样例作坊,2026-01-03 09:15:00,0.00,8000.00,18000.00,人民币,青禾布行,货款
6999000000000000018,样例作坊,2026-01-05 10:00:00,1250.50,0.00,16749.50,人民币,云岭纸业,纸箱
6999000000000000018,样例作坊,2026-01-07 12:00:00,49.50,0.00,16700.00,人民币,晨星超市,消费
""",
    "a column that says 借 or 贷": """
序号,交易日期,交易类型,借贷标志,交易金额,余额,对方户名
1,2026/1/3,转账,贷,8000.00,18000.00,青禾布行
2,2026/1/5,转账,借,1250.50,16749.50,云岭纸业
3,2026/1/7,消费,借,49.50,16700.00,晨星超市
""",
    "directions in two languages": """
Serial Num 序号,Trans Date 交易日期,交易类型,Dc Flg 借贷,Trans Amt 交易金额,Balance 余额,对方户名
1,2026-01-03,网银转入,贷 Cr,"8,000.00","18,000.00",青禾布行
2,2026-01-05,网银转出,借 Dr,"1,250.50","16,749.50",云岭纸业
3,2026-01-07,消费,借 Dr,49.50,"16,700.00",晨星超市
""",
    "收入 and 支出 in a column of their own": """
交易时间;收支标志;金额(元);账户余额(元);交易对手名称;摘要
2026年01月03日 09:15:00;收入;8000.00;18000.00;青禾布行;货款
2026年01月05日 10:00:00;支出;1250.50;16749.50;云岭纸业;纸箱
2026年01月07日 12:00:00;支出;49.50;16700.00;晨星超市;消费
""",
    "directions with negative amounts too": """
交易日期,收/付,交易金额,余额,摘要
2026-01-03,收,8000.00,18000.00,货款
2026-01-05,付,-1250.50,16749.50,纸箱
2026-01-07,付,-49.50,16700.00,消费
""",
    "newest first, with tabs behind every cell": (
        "交易日期\t,转入金额\t,转出金额\t,余额\t,摘要\t\n"
        "2026-01-07 12:00:00\t,\t,49.50\t,16700.00\t,消费\t\n"
        "2026-01-05 10:00:00\t,\t,1250.50\t,16749.50\t,纸箱\t\n"
        "2026-01-03 09:15:00\t,8000.00\t,\t,18000.00\t,货款\t\n"
    ),
    "one column for both, named after both": """
交易日期,账号,币种,摘要,收入/支出金额,余额,对方户名,渠道
2026-01-03,6999000000000000018,人民币,货款,"+8,000.00","18,000.00",青禾布行,网上银行
2026-01-05,6999000000000000018,人民币,纸箱,"-1,250.50","16,749.50",云岭纸业,网上银行
2026-01-07,6999000000000000018,人民币,消费,-49.50,"16,700.00",晨星超市,快捷支付
""",
    "amounts without any sign, so that only the balance tells": """
交易日期,摘要,发生额,余额
2026-01-03,货款,8000.00,18000.00
2026-01-05,纸箱,1250.50,16749.50
2026-01-07,消费,49.50,16700.00
""",
    "money out written as negative amounts in its own column": """
记账日期|存入金额|取出金额|余额|附言
2026.01.03|8000.00||18000.00|货款
2026.01.05||-1250.50|16749.50|纸箱
2026.01.07||-49.50|16700.00|消费
""",
    "full-width figures and currency signs": """
交易日期,摘要,支出金额（元）,存入金额（元）,账户余额（元）
２０２６－０１－０３,货款,--,￥８，０００．００,￥18000.00
２０２６－０１－０５,纸箱,"￥1,250.50",--,￥16749.50
２０２６－０１－０７,消费,￥49.50,--,￥16700.00
""",
    "sums, carried lines and a footer between": """
样例商业银行账户交易明细
户名：样例作坊  账号：6999000000000000018
起始日期：2026-01-01 截止日期：2026-01-31
,,,,
交易日期,摘要,借方金额,贷方金额,余额
2026-01-01,承前页,,,10000.00
2026-01-03,货款,,8000.00,18000.00
2026-01-05,纸箱,1250.50,,16749.50
,本页小计,1250.50,8000.00,
交易日期,摘要,借方金额,贷方金额,余额
2026-01-07,消费,49.50,,16700.00
2026-01-31,本月合计,1300.00,8000.00,16700.00
合计,,1300.00,8000.00,
以上明细仅供参考，打印时间：2026-02-01
""",
    "a heading of two lines": """
交易日期,摘要,发生额,,余额
,,支出,收入,
2026-01-03,货款,,8000.00,18000.00
2026-01-05,纸箱,1250.50,,16749.50
2026-01-07,消费,49.50,,16700.00
""",
    "two pairs of columns, the first always empty": """
卡号: 6999****0018

子账户类别: 活期

交易日期,摘要,交易金额(收入),交易金额(支出),交易币种,记账金额(收入),记账金额(支出),记账币种,余额,对方户名
2026-01-07,消费,-,-,-,,49.50,人民币,"16,700.00",晨星超市
2026-01-05,纸箱,-,-,-,,"1,250.50",人民币,"16,749.50",云岭纸业
2026-01-03,货款,-,-,-,"8,000.00",,人民币,"18,000.00",青禾布行

人民币合计,,,,,"8,000.00","1,300.00"
""",
    "days as compact stamps and amounts with a trailing minus": """
交易时间,业务摘要,交易金额,交易后余额,对方账户名称
20260103091500,货款,8000.00,18000.00,青禾布行
20260105100000,纸箱,1250.50-,16749.50,云岭纸业
20260107120000,消费,49.50-,16700.00,晨星超市
""",
    "ids guarded against Excel": """
#样例商业银行 交易明细
交易日期,交易时间,支出,收入,余额,交易类型,备注,对方账号
="20260103","09:15:00",,8000.00,18000.00,转账,货款,="6999000000000000001"
="20260105","10:00:00",1250.50,,16749.50,转账,纸箱,="6999000000000000002"
="20260107","12:00:00",49.50,,16700.00,消费,,
""",
    "payer and payee of both sides with bilingual headings": """
交易类型[ Type ],付款人名称[ Payer ],收款人名称[ Payee ],交易日期[ Date ],交易金额[ Amount ],交易后余额[ Balance ]
来账,青禾,样例作坊,20260103,"8,000.00","18,000.00"
往账,样例作坊,云岭纸业,20260105,"-1,250.50","16,749.50"
往账,样例作坊,晨星超市,20260107,-49.50,"16,700.00"
""",
    "days of two-figure years": """
交易日期,摘要,借方发生额,贷方发生额,账户余额
26-01-03,货款,,8000.00,18000.00
26-01-05,纸箱,1250.50,,16749.50
26-01-07,消费,49.50,,16700.00
""",
    "DR and CR behind the amounts": """
Date,Description,Debit,Credit,Balance
2026-01-03,Transfer,,8000.00CR,18000.00
2026-01-05,Transfer,1250.50,,16749.50
2026-01-07,Card,49.50,,16700.00
""",
    "the day only on its first transaction": """
交易日期,摘要,支出,收入,余额
2026-01-03,货款,,8000.00,18000.00
2026-01-07,纸箱,1250.50,,16749.50
,消费,49.50,,16700.00
""",
}


UNHEADED = {
    "no heading at all, month before day": """
01/07/2026,CARD SHOP,49.50,,16700.00
01/05/2026,TRANSFER,1250.50,,16749.50
01/03/2026,TRANSFER,,8000.00,18000.00
12/31/2025,FEE,3.00,,10000.00
""",
    "headings that nobody knows": """
某商业银行
时点,事由,增,减,存
2025-12-31,年费,,3.00,10000.00
2026-01-03,货款,8000.00,,18000.00
2026-01-05,纸箱,,1250.50,16749.50
2026-01-07,消费,,49.50,16700.00
""",
    "day before month under English headings": """
Date,Transaction Details,Withdrawals,Deposits,Balance
31/12/2025,FEE,3.00,,10000.00
03/01/2026,TRANSFER,,8000.00,18000.00
05/01/2026,TRANSFER,1250.50,,16749.50
07/01/2026,CARD,49.50,,16700.00
""",
    "one signed amount without headings": """
20251231 FEE|x|-3.00|10000.00
20260103 IN|x|8000.00|18000.00
20260105 OUT|x|-1250.50|16749.50
20260107 OUT|x|-49.50|16700.00
""",
}


@pytest.mark.parametrize("text", UNHEADED.values(), ids=UNHEADED)
def test_columns_without_known_headings_are_told_by_the_chain_of_balances(text: str) -> None:
    facts = _csv(text)
    assert _sums(facts) == (4, Decimal("8000.00"), Decimal("1303.00"), date(2025, 12, 31), date(2026, 1, 7))
    assert facts["chain_breaks"] == 0


def test_a_day_that_may_be_two_days_is_not_read() -> None:
    rows = (
        "Date,Details,Debit,Credit,Balance\n03/04/2026,A,1.00,,9.00\n01/05/2026,B,1.00,,8.00\n02/02/2026,C,1.00,,7.00\n"
    )
    assert _read(rows.encode()).kind == "unknown"


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_gives_the_same_sums(text: str) -> None:
    facts = _csv(text)
    assert _sums(facts) == (3, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))
    assert facts.get("chain_breaks", 0) == 0
    assert facts["months[2026-01].total_in"] == Decimal("8000.00")
    assert facts["months[2026-01].total_out"] == Decimal("1300.00")


def test_a_file_in_gb18030_reads_like_one_in_utf8() -> None:
    text = LAYOUTS["two columns for in and out"]
    assert _csv(text, "gb18030") == _csv(text) == _csv(text, "utf-8-sig") == _csv(text, "utf-16")


def test_a_tab_behind_each_cell_parts_no_columns() -> None:
    text = LAYOUTS["two columns for in and out"]
    assert _csv(text.replace(",", "\t,").replace("\n", "\t\n")) == _csv(text)


def test_days_without_a_year_take_that_of_the_month_in_the_title() -> None:
    rows = "日期,摘要,借方,贷方,余额\n07-02,转账,,100.00,300.00\n07-03,转账,50.00,,250.00\n"
    assert _csv(f"样例银行对账单（2026年07月）\n{rows}")["last_date"] == date(2026, 7, 3)
    headed = rows.replace("日期,", "2025年月-日,")
    assert _csv(f"样例银行单位活期账页\n打印日期：2026-01-09\n{headed}")["last_date"] == date(2025, 7, 3)


def test_a_year_over_the_headings_holds_until_another_does() -> None:
    heads = "{},,,,\n月/日,摘要,借方,贷方,余额\n"
    pages = f"{heads}12/30,转账,,0.01,0.03\n{heads}01/02,转账,0.01,,0.02\n"
    facts = _csv(f"样例银行分户账,,,,\n单位：万元,,,,\n{pages.format('2025年', '2026年')}")
    assert (facts["first_date"], facts["last_date"]) == (date(2025, 12, 30), date(2026, 1, 2))
    assert (facts["total_in"], facts["total_out"]) == (Decimal(100), Decimal(100))
    turned = "2025年月-日,摘要,借方,贷方,余额\n12-29,转账,,1.00,2.00\n12-30,转账,,1.00,3.00\n01-02,转账,1.00,,2.00\n"
    assert _csv(f"样例银行分户账\n打印日期：2026-02-01\n{turned}")["last_date"] == date(2026, 1, 2)


BILLS = {
    "amounts in two currencies of one deal": """
交易日期,入账日期,交易摘要,交易金额,交易货币,入账金额,入账货币
2026/01/05,2026/01/06,（消费）晨星超市,300.00,人民币,300.00,人民币
2026/01/04,2026/01/04,（退款）云岭纸业,-97.20,人民币,-97.20,人民币
2025/12/25,2025/12/26,（还款）他行转入,-1000.00,人民币,-1000.00,人民币
""",
    "repayments outnumber purchases": """
样例银行信用卡账单
交易日,记账日,交易摘要,人民币金额,卡号末四位
2026-01-05,2026-01-06,晨星超市,300.00,0018
2026-01-04,2026-01-04,退款 云岭纸业,-97.20,0018
2025-12-25,2025-12-26,自动还款,-1000.00,0018
""",
    "in and out in their own columns": """
样例银行信用卡账单(2026年01月)
交易日,银行记账日,卡号后四位,交易描述,存入,支出,币种
2026-01-05,2026-01-06,0018,晨星超市,,300.00,CNY
2026-01-04,2026-01-04,0018,云岭纸业,97.20,,CNY
2025-12-25,2025-12-26,0018,转入,1000.00,,CNY
""",
    "spending is negative": """
信用卡交易明细
交易日期,记账日期,交易说明,交易金额
2026-01-05,2026-01-06,晨星超市,-300.00
2026-01-04,2026-01-04,退货 云岭纸业,97.20
2025-12-25,2025-12-26,还款,1000.00
""",
    "days without a year": """
样例银行信用卡电子账单 账单日：2026年01月20日
交易日,记账日,交易摘要,人民币金额
01/05,01/06,晨星超市,300.00
01/04,01/04,退款,-97.20
12/25,12/26,还款,-1000.00
""",
}


@pytest.mark.parametrize("text", BILLS.values(), ids=BILLS)
def test_a_card_bill_counts_spending_as_money_out_and_gives_no_receipts(text: str) -> None:
    facts = _csv(text)
    assert _sums(facts) == (3, Decimal("1097.20"), Decimal("300.00"), date(2025, 12, 25), date(2026, 1, 5))
    assert not [name for name in facts if name.endswith("receipts")]


def test_an_account_without_balances_is_not_taken_for_a_card() -> None:
    facts = _csv("""
借记卡交易明细
交易日期,交易摘要,交易金额,对方户名
2026-01-03,转入,8000.00,青禾布行
2026-01-05,信用卡还款,-1300.00,某银行卡中心
2026-01-06,转入,100.00,青禾布行
""")
    assert facts["total_in"] == Decimal("8100.00")


def test_a_red_entry_lowers_the_sum_of_its_side() -> None:
    facts = _csv("""
交易日期,摘要,借方发生额,贷方发生额,余额
2026-01-03,货款,,8000.00,18000.00
2026-01-04,付款,500.00,,17500.00
2026-01-05,冲正,-500.00,,18000.00
""")
    assert (facts["total_in"], facts["total_out"], facts["chain_breaks"]) == (Decimal("8000.00"), Decimal("0.00"), 0)


_BOOKED = {
    "out": "2026-02-05,,8000.00,{after},{what},{payer}",
    "in red": "2026-02-05,-8000.00,,{after},{what},{payer}",
}


@pytest.mark.parametrize("line", _BOOKED.values(), ids=_BOOKED)
@pytest.mark.parametrize("what", ["冲正", "抹账", "隔日错账冲正", "支票退票"])
@pytest.mark.parametrize("payer", ["青禾布行", ""])
def test_what_the_bank_took_back_is_no_receipt_however_it_is_booked(line: str, what: str, payer: str) -> None:
    facts = _csv(f"""
交易日期,收入,支出,余额,摘要,对方户名
2026-01-03,8000.00,,18000.00,货款,青禾布行
2026-01-04,8000.00,,26000.00,贷款发放,某银行
2026-02-02,150.00,,26150.00,货款,晨星超市
{line.format(after="18150.00", what=what, payer=payer or "某银行")}
2026-02-06,60.00,,18210.00,货款,晨星超市
""")
    receipts = [facts[f"months[2026-0{month}].receipts"] for month in (1, 2)]
    assert receipts == ([Decimal(0), Decimal(210)] if payer else [Decimal(8000), Decimal(210)])
    assert ("counterparties[青禾布行].total_in" in facts) == (not payer)
    assert "counterparties[青禾布行].total_out" not in facts
    assert facts["chain_breaks"] == 0


def test_what_is_taken_back_of_one_firm_undoes_no_receipt_of_another_and_none_that_counts_for_nothing() -> None:
    facts = _csv("""
样例商业银行交易明细
户名：样例作坊
交易日期,收入,支出,余额,摘要,对方户名
2026-01-03,8000.00,,18000.00,货款,青禾布行有限公司
2026-01-04,8000.00,,26000.00,转账,样例作坊
2026-02-03,9000.00,,35000.00,货款,云岭纸业
2026-02-04,,8000.00,27000.00,支票退票,晨星超市有限公司
2026-02-05,,20.00,26980.00,退票罚金,
""")
    assert (facts["months[2026-01].receipts"], facts["months[2026-02].receipts"]) == (Decimal(8000), Decimal(1000))
    assert facts["counterparties[青禾布行有限公司].total_in"] == Decimal(8000)
    facts = _csv("""
样例商业银行交易明细
户名：样例作坊
交易日期,收入,支出,余额,摘要,对方户名
2026-01-03,5000.00,,15000.00,货款,青禾布行
2026-01-04,5000.00,,20000.00,转账,样例作坊
2026-01-05,,5000.00,15000.00,冲正,
""")
    assert facts["months[2026-01].receipts"] == Decimal(0)


def test_what_undoes_a_receipt_that_is_not_shown_lessens_its_month_and_what_undoes_a_payment_does_not() -> None:
    facts = _csv("""
交易日期,摘要,交易金额,余额
2026-01-03,货款,8000.00,18000.00
2026-01-04,货款冲正,-3000.00,15000.00
2026-01-05,纸箱,-500.00,14500.00
2026-01-06,抹账,500.00,15000.00
2026-01-07,冲正手续费,-2.00,14998.00
2026-01-08,贷款冲正,-1000.00,13998.00
""")
    assert facts["months[2026-01].receipts"] == Decimal(5000)


_IN_UNITS = {
    "over the table": ("户名：样例作坊 币种：人民币 单位：万元\n", "交易金额,余额"),
    "over the table, in brackets": ("（金额单位：人民币万元）\n", "交易金额,余额"),
    "behind the headings": ("单位：元\n", "交易金额（万元）,余额/万元"),
}


@pytest.mark.parametrize(("above", "figures"), _IN_UNITS.values(), ids=_IN_UNITS)
def test_amounts_in_ten_thousands_are_told_in_yuan(above: str, figures: str) -> None:
    facts = _csv(f"""
样例商业银行交易明细
{above}交易日期,摘要,{figures},对方户名
2026-01-03,货款,0.80,1.80,青禾布行
2026-01-05,纸箱,-0.12505,1.67495,云岭纸业
2026-01-06,纸箱,***,1.66995,云岭纸业
2026-01-07,消费,-0.00001,1.66994,晨星超市
""")
    assert (facts["total_in"], facts["total_out"], facts["chain_breaks"]) == (Decimal(8000), Decimal("1300.60"), 0)
    assert facts["months[2026-01].receipts"] == facts["counterparties[青禾布行].total_in"] == Decimal(8000)
    assert facts["restored_amount"] == Decimal("50.00")


@pytest.mark.parametrize(
    "above", ["单位：元", "开户单位：万元商贸有限公司", "金额单位：人民币元", "注册资本（单位：万元）：500"]
)
def test_amounts_in_yuan_stay_as_they_are(above: str) -> None:
    text = LAYOUTS["two columns for in and out"]
    assert _csv(f"{above}\n{text.strip()}")["total_in"] == Decimal(8000)


def test_a_unit_over_a_firm_s_name_counts_and_an_amount_that_says_its_own_stays() -> None:
    facts = _csv("""
样例商业银行交易明细
单位：万元
样例有限公司
交易日期,摘要,交易金额,对方户名
2026-01-03,货款,0.80,青禾布行
2026-01-05,货款,5000.00元,青禾布行
""")
    assert facts["total_in"] == Decimal(13000)


def test_a_changed_amount_breaks_the_chain_of_balances() -> None:
    facts = _csv(LAYOUTS["two columns for in and out"].replace('"1,250.50"', "250.50"))
    assert facts["chain_breaks"] == 1


@pytest.mark.parametrize(("owed", "breaks"), [("250.50", 0), ("250.00", 1)])
def test_what_an_overdrawn_account_owes_is_printed_without_a_sign(owed: str, breaks: int) -> None:
    facts = _csv(f"""
交易日期,摘要,借方发生额,贷方发生额,方向,余额
2026-01-03,货款,,1000.00,贷,1000.00
2026-01-05,纸箱,1250.50,,借,{owed}
2026-01-07,货款,,500.50,贷,250.00
2026-01-09,货款,,50.00,贷,300.00
""")
    assert facts["chain_breaks"] == 2 * breaks


@pytest.mark.parametrize(("side", "breaks"), [("借", 0), ("贷", 3)])
def test_a_statement_may_begin_with_what_an_overdrawn_account_owes(side: str, breaks: int) -> None:
    facts = _csv(f"""
交易日期,摘要,借方发生额,贷方发生额,方向,余额
2026-01-03,纸箱,1000.00,,{side},1000.00
2026-01-05,货款,,300.00,{side},700.00
2026-01-07,货款,,500.00,{side},200.00
2026-01-09,货款,,500.00,贷,300.00
""")
    assert facts["chain_breaks"] == breaks


def test_rows_without_a_balance_count_towards_the_next_one() -> None:
    facts = _csv("""
交易日期,摘要,支出,收入,余额
2026-01-03,货款,,8000.00,18000.00
2026-01-05,纸箱,1250.50,,
2026-01-07,消费,49.50,,16700.00
""")
    assert facts["chain_breaks"] == 0


def test_two_currencies_have_chains_of_their_own() -> None:
    facts = _csv("""
交易日期,币种,摘要,交易金额,余额
2026-01-03,人民币,货款,8000.00,18000.00
2026-01-04,美元,货款,100.00,500.00
2026-01-05,人民币,纸箱,-1000.00,17000.00
2026-01-06,美元,付款,-50.00,450.00
""")
    assert facts["chain_breaks"] == 0
    assert facts["months[2026-01].receipts"] == Decimal("8000.00")


@pytest.mark.parametrize("more", ["", ",对方户名"])
@pytest.mark.parametrize(("first", "second", "receipts"), [("美元", "人民币", "130"), ("人民币", "美元", "1300")])
def test_each_account_of_a_file_is_in_the_currency_that_stands_over_it(
    more: str, first: str, second: str, receipts: str
) -> None:
    facts = _csv(f"""
币种：{first}
交易日期,摘要,收入,支出,余额
2026-01-03,货款,1000.00,,1000.00
2026-01-05,货款,300.00,,1300.00
币种：{second}
交易日期,摘要,收入,支出,余额{more}
2026-01-03,货款,100.00,,100.00
2026-01-05,货款,30.00,,130.00
""")
    assert (facts["months[2026-01].receipts"], facts["chain_breaks"]) == (Decimal(receipts), 0)


RECEIPTS = """
样例商业银行交易明细
户名：芦溪样例塑料制品厂
交易日期,收入,支出,余额,摘要,对方户名
2026-01-03,8000.00,,18000.00,货款,青禾布行
2026-01-04,500.00,,18500.00,退款,云岭纸业
2026-01-05,12.30,,18512.30,结息,
2026-01-06,20000.00,,38512.30,贷款发放,某银行
2026-01-07,3000.00,,41512.30,转账,芦溪样例塑料制品厂
2026-01-08,900.00,,42412.30,零钱提现,财付通
2026-01-09,700.00,,43112.30,理财赎回,
2026-02-02,150.00,,43262.30,货款,晨星超市
"""


def test_receipts_leave_out_own_transfers_refunds_interest_loans_and_investments() -> None:
    facts = _csv(RECEIPTS)
    assert facts["account_name"] == "芦溪样例塑料制品厂"
    assert facts["months[2026-01].receipts"] == Decimal("8000.00")
    assert facts["months[2026-01].total_in"] == Decimal("33112.30")
    assert facts["months[2026-02].receipts"] == Decimal("150.00")


def test_a_payer_s_name_is_told_without_the_account_beside_it_and_the_holder_s_own_money_is_no_receipt() -> None:
    facts = _csv("""
样例银行交易明细,户名：样例作坊
交易日期,摘要,交易金额,账户余额,对方账号与户名
20260103,转账,8000.00,18000.00,6999000000000000001/青禾布行
20260104,转账,500.00,18500.00,青禾布行6999****0002
20260105,转账,300.00,18800.00,样例作坊6999000000000000019
""")
    assert facts["counterparties[青禾布行].total_in"] == facts["months[2026-01].receipts"] == Decimal("8500.00")


def test_institution_and_account_are_found_above_the_table() -> None:
    facts = _csv(LAYOUTS["sums, carried lines and a footer between"])
    assert (facts["institution"], facts["account"]) == ("样例商业银行", "6999000000000000018")
    assert _csv(LAYOUTS["one column for both, named after both"])["account"] == "6999000000000000018"


def test_of_who_paid_and_who_was_paid_the_account_s_own_is_its_holder_and_the_other_the_partner() -> None:
    facts = _csv(
        "交易类型[ Transaction Type ],付款人开户行名[ Payer account bank ],付款人账号[ Debit Account No. ],"
        "付款人名称[ Payer's Name ],"
        "收款人开户行名[ Beneficiary account bank ],收款人账号[ Payee's Account Number ],收款人名称[ Payee's Name ],"
        "交易日期[ Transaction Date ],交易金额[ Trade Amount ],交易后余额[ After-transaction balance ]\n"
        "来账,样例商业银行云岭支行,6222000000000018,样例商行,中国银行东川支行,1999000018,样例作坊,20260701,+900.00,1900.00\n"
        "往账,中国银行东川支行,1999000018,样例作坊,样例商业银行云岭支行,6222000000000026,样例纸行,20260702,-200.00,1700.00\n"
    )
    told = [facts[name] for name in ("institution", "account", "account_name")]
    assert told == ["中国银行", "1999000018", "样例作坊"]
    assert (facts["counterparties[样例商行].total_in"], facts["counterparties[样例纸行].total_out"]) == (900, 200)
    assert not [name for name in facts if "样例作坊" in name]


def test_a_holder_that_every_line_names_and_a_label_glossed_in_brackets_are_told() -> None:
    lines = "账号,账号名称,交易日,借方金额,贷方金额,余额\n"
    lines += "1999000018,样例作坊,2026-07-01,,9.00,10.00\n1999000018,{},2026-07-02,2.00,,8.00\n"
    lines += "1999000018,样例作坊,2026-07-03,1.00,,7.00\n"
    assert _csv(lines.format("样例作坊"))["account_name"] == "样例作坊"
    assert "account_name" not in _csv(lines.format("样例商行"))
    glossed = (
        "查询账号[ Inquirer account number ],1999000018\n交易日期[ Date ],交易金额[ Amount ],交易后余额[ Balance ]\n"
    )
    assert _csv(glossed + "20260701,+9.00,10.00\n20260702,-2.00,8.00\n")["account"] == "1999000018"


_HOLDERS = {
    "Account Name 户名：样例作坊 A/C No 账号：6999000000000000018": "样例作坊",
    "Account Name 户名,样例作坊": "样例作坊",
    "账户户名：样例作坊": "样例作坊",
    "Name of Account/户 名: 样例作坊": "样例作坊",
    "户名(Account Name)：样例作坊": "样例作坊",
    "Account Holder,样例作坊": "样例作坊",
    "Account Name,户名,样例作坊": "样例作坊",
    "账号 Account No.：6999000000000000018 户名 Account Name：样例作坊": "样例作坊",
    "户名：SAMPLE HOMEWARE TRADING LTD 账号：6999000000000000018": "SAMPLE HOMEWARE TRADING LTD",
    "户名,SAMPLE  HOMEWARE & CO. LTD.": "SAMPLE HOMEWARE & CO. LTD.",
    "Account Name 户名：Sample Trading Ltd Account No. 账号：6999000000000000018": "Sample Trading Ltd",
    "户名：SAMPLE（样例）商贸有限公司 币种：人民币": "SAMPLE（样例）商贸有限公司",
    "户名：SAMPLE (Yunze) Trading Co. Ltd. Page 1 of 3": "SAMPLE(Yunze)Trading Co. Ltd.",
    "户名：样 甲 账号：6999000000000000018": "样甲",
    "户名：上海 ABC 贸易有限公司 账号：6999000000000000018": "上海ABC贸易有限公司",
    "户名：SAMPLE TRADING LTD CNY 账号：6999000000000000018": "SAMPLE TRADING LTD",
    "户名：样例作坊人民币 账号：6999000000000000018": "样例作坊",
    "持卡人姓名：样甲": "样甲",
    "# 账号: [6999000000000000018],# 户名: [样例（云岭）作坊]": "样例（云岭）作坊",
    "户名：样例【云岭】纸业有限公司": "样例【云岭】纸业有限公司",
    "户名：样例作坊【币种】人民币": "样例作坊",
    "商户名称：样例作坊": "样例作坊",
    "商户名称：样例超市,户名：样例作坊": "样例作坊",
    "商户名称：全部": None,
    "对方户名：样例作坊": None,
    "Counterparty Name 户名：样例作坊": None,
    "对方 户名：样例作坊": None,
}


def test_a_title_set_wide_and_a_certified_holder_are_told() -> None:
    facts = _csv(f"""
{",".join("云岭商业银行账户明细")}
兹证明：样例作坊（证件号码：1）在本行的交易如下
{LAYOUTS["two columns for in and out"].strip()}""")
    assert (facts["institution"], facts["account_name"]) == ("云岭商业银行", "样例作坊")


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("兹证明：样例作坊在本行的账户交易如下", "样例作坊"),
        ("兹证明：样例作坊", "样例作坊"),
        ("兹证明：下列明细为本行系统打印", None),
        ("兹证明：交易属实", None),
    ],
)
def test_a_certified_holder_ends_where_it_is_said_what_is_certified(line: str, holder: str | None) -> None:
    facts = _csv(f"样例商业银行交易明细\n{line}\n{LAYOUTS['two columns for in and out'].strip()}")
    assert facts.get("account_name") == holder


@pytest.mark.parametrize("line", ["开户银行：", "开户银行：样例支行", ",".join("开户银行"), ",".join("对方银行")])
def test_a_label_of_a_bank_is_no_bank(line: str) -> None:
    moves = LAYOUTS["two columns for in and out"].strip()
    assert "institution" not in _csv(f"账户明细\n{line}\n{moves}")
    assert _csv(f"账户明细\n{line}\n开户银行：云岭商业银行\n{moves}")["institution"] == "云岭商业银行"


def test_behind_the_label_of_the_holder_another_label_s_value_is_no_name() -> None:
    moves = LAYOUTS["two columns for in and out"].strip()
    data = f"样例商业银行交易明细\n户名,,账号,6999000000000000018\n{moves}".encode()
    found = statement.parse(read(take(data, "export.csv")))
    assert found is not None
    assert found.holder == ""


@pytest.mark.parametrize("label", ["账(卡)号", "账（卡）号", "账/卡号"])
def test_the_account_stands_behind_a_label_with_brackets(label: str) -> None:
    facts = _csv(f"样例商业银行交易明细\n{label}:6999000000000000018\n{LAYOUTS['two columns for in and out'].strip()}")
    assert facts["account"] == "6999000000000000018"


@pytest.mark.parametrize(("line", "holder"), _HOLDERS.items())
def test_the_holder_stands_behind_a_label_in_either_language_or_both(line: str, holder: str | None) -> None:
    facts = _csv(f"样例商业银行交易明细\n{line}\n{LAYOUTS['two columns for in and out'].strip()}")
    assert facts.get("account_name") == holder
    assert facts["months[2026-01].receipts"] == Decimal(8000)


def test_what_the_holder_of_a_latin_name_pays_in_himself_is_no_receipt() -> None:
    facts = _csv("""
样例商业银行交易明细
Account Name 户名：SAMPLE TRADING LTD
交易日期,收入,支出,余额,摘要,对方户名
2026-01-03,8000.00,,18000.00,转账,SAMPLE TRADING LTD
2026-01-04,500.00,,18500.00,货款,SAMPLE PAPER LTD
""")
    assert facts["months[2026-01].receipts"] == Decimal(500)


@pytest.mark.parametrize("line", ["账户：样例作坊 客服热线：400-888-8888", "账号：见存折 电话 55501000000"])
def test_a_number_to_call_is_no_account(line: str) -> None:
    assert "account" not in _csv(f"样例商业银行交易明细\n{line}\n{LAYOUTS['two columns for in and out'].strip()}")


def test_every_sum_points_at_its_heading() -> None:
    extraction = _read(LAYOUTS["two columns for in and out"].strip().encode())
    places = {fact.field: fact.provenance.place.path for fact in extraction.facts}
    assert places["total_in"] == "Sheet1!C1"
    assert places["first_date"] == "Sheet1!A2"


def test_the_printed_rows_are_kept_without_sums() -> None:
    rows = _read(LAYOUTS["sums, carried lines and a footer between"].strip().encode()).rows
    assert rows[0] == ("交易日期", "摘要", "借方金额", "贷方金额", "余额")
    assert [row[1] for row in rows[1:]] == ["货款", "纸箱", "消费"]


OTHERS = {
    "a wallet's bill": "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号\n"
    "2026-01-03 09:15:00,商户消费,晨星超市,杂货,支出,¥12.00,零钱,支付成功,1,2\n",
    "a platform's settlement": "结算日期,订单编号,订单金额,佣金,结算金额\n2026-01-03,99,100.00,5.00,95.00\n",
    "an acquirer's list": "商户号：999\n交易日期,终端号,交易金额,手续费,入账金额\n2026-01-03,1,100.00,0.60,99.40\n",
    "a price list": "日期,品名,规格,数量,单价,金额\n2026-01-03,纸箱,大,3,2.00,6.00\n",
    "a ledger": "银行存款日记账\n日期,凭证号,摘要,借方,贷方,余额\n2026-01-03,1,货款,8000.00,,18000.00\n",
    "a payroll": "日期,姓名,应发工资,实发工资,金额\n2026-01-03,赵小满,5000.00,4500.00,4500.00\n",
    "a stock book": "日期,摘要,入库,出库,结存\n"
    + "".join(f"2026-01-0{day},纸箱,{day}.5,,{sum(range(1, day + 1)) + day * 0.5}\n" for day in range(1, 8)),
    "a list without days": "品名,金额,余额\n纸箱,6.00,4.00\n",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_other_tables_of_money_are_no_bank_statement(text: str) -> None:
    assert _read(text.encode()).kind != "bank_statement"


def _workbook(rows: Sequence[Sequence[object]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("明细")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(line, column, cell, day if isinstance(cell, date) else None)
    return buffer.getvalue()


ROWS: list[list[object]] = [
    ["样例商业银行对账单"],
    ["交易日期", "摘要", "借方发生额", "贷方发生额", "余额"],
    [date(2026, 1, 3), "货款", None, 8000, 18000],
    [date(2026, 1, 5), "纸箱", 1250.5, None, 16749.5],
    [date(2026, 1, 7), "消费", 49.499999999999996, None, 16700],
]


def test_a_workbook_with_real_dates_and_floats_is_exact_to_the_cent() -> None:
    facts = _facts(_read(_workbook(ROWS), "export.xlsx"))
    assert _sums(facts) == (3, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))
    assert facts["chain_breaks"] == 0


def test_days_left_as_serial_numbers_are_days() -> None:
    rows = [[46025 + 2 * index if isinstance(cell, date) else cell for cell in row] for index, row in enumerate(ROWS)]
    facts = _facts(_read(_workbook(rows), "export.xlsx"))
    assert (facts["first_date"], facts["last_date"]) == (date(2026, 1, 7), date(2026, 1, 11))


def test_an_old_workbook_reads_like_a_new_one() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("明细")
    for line, row in enumerate(ROWS):
        for column, cell in enumerate(row):
            sheet.write(line, column, cell.isoformat() if isinstance(cell, date) else cell)
    buffer = io.BytesIO()
    book.save(buffer)
    header = bytearray(buffer.getvalue())
    header[8:24] = b"\x01" * 16  # a class id, which some banks' writers leave where the format wants zeros
    for data in (buffer.getvalue(), bytes(header)):
        facts = _facts(_read(data, "export.xls"))
        assert _sums(facts) == (3, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))


def test_several_sheets_are_one_statement_with_a_chain_each() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for month in (1, 2):
            sheet = book.add_worksheet(f"{month}月")
            days = [[f"2026-0{month}-0{day}", "货款", None, 10, 100 * month + 10 * day] for day in (3, 4, 5)]
            for line, row in enumerate([ROWS[1], *days]):
                for column, cell in enumerate(row):
                    sheet.write(line, column, cell)
    facts = _facts(_read(buffer.getvalue(), "export.xlsx"))
    assert (facts["n_transactions"], facts["total_in"], facts["chain_breaks"]) == (6, Decimal("60.00"), 0)


def test_balances_that_nothing_can_be_compared_with_prove_no_chain() -> None:
    rows = [ROWS[1], *([f"2026-01-0{day}", "货款", None, 10, 100 if day == 1 else None] for day in range(1, 6))]
    assert "chain_breaks" not in _facts(_read(_workbook(rows), "export.xlsx"))


def _printed(pages: Sequence[Sequence[Sequence[tuple[float, str]]]]) -> Document:
    """Pages of lines of (left in 0..1, text), as a text layer gives them."""
    return Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, tuple(map(_page, range(1, len(pages) + 1), pages)))


def _page(number: int, lines: Sequence[Sequence[tuple[float, str]]]) -> Page:
    words = []
    for line, cells in enumerate(lines):
        top = 0.05 + 0.02 * line
        for left, text in cells:
            width = sum(0.012 if ord(char) > 255 else 0.006 for char in text)
            words.append(Word(text, box_quad((left, top, left + width, top + 0.012)), page=number))
    return Page(number, 595, 842, tuple(words))


HEAD = [
    (0.05, "交易日期"),
    (0.18, "摘要"),
    (0.30, "借方发生额"),
    (0.45, "贷方发生额"),
    (0.60, "余额"),
    (0.72, "对方户名"),
]


def test_pages_give_rows_by_the_columns_of_their_headings() -> None:
    document = _printed(
        [
            [
                [(0.3, "样例商业银行账户对账单")],
                [(0.05, "户名：样例作坊"), (0.4, "账号：6999000000000000018")],
                HEAD,
                [(0.05, "2026-01-03"), (0.18, "货款"), (0.46, "8,000.00"), (0.6, "18,000.00"), (0.72, "青禾布行有限")],
                [(0.72, "公司样例分部")],
                [(0.05, "2026-01-05"), (0.18, "纸箱"), (0.31, "1,250.50"), (0.6, "16,749.50"), (0.72, "云岭纸业")],
                [(0.05, "本页小计"), (0.31, "1,250.50"), (0.46, "8,000.00")],
                [(0.4, "第 1 页 共 2 页")],
            ],
            [
                [(0.05, "2026-01-07"), (0.18, "消费"), (0.33, "49.50"), (0.6, "16,700.00")],
                [(0.05, "借方笔数：2 借方合计：1,300.00 贷方笔数：1 贷方合计：8,000.00")],
            ],
        ]
    )
    (extraction,) = extract.extract(document)
    facts = _facts(extraction)
    assert extraction.kind == "bank_statement"
    assert _sums(facts) == (3, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))
    assert facts["chain_breaks"] == 0
    assert extraction.rows[1][5] == "青禾布行有限公司样例分部"
    assert next(fact for fact in extraction.facts if fact.field == "last_date").provenance.place.page == 2


def _options(char: str) -> tuple[tuple[str, float], ...]:
    return ((char, 0.6), ("货", 0.3)) if char == "贷" else ((char, 0.9),)


def _recognised(lines: Sequence[Sequence[tuple[float, str]]]) -> dict[str, Value]:
    document = _printed([lines])
    (page,) = document.pages
    words = (replace(word, alternatives=tuple(map(_options, word.text))) for word in page.words)
    seen = replace(document, carrier=Carrier.OCR, pages=(replace(page, words=tuple(words)),))
    (extraction,) = extract.extract(seen)
    return _facts(extraction)


PHOTOGRAPHED = [
    [(0.3, "样例商业银行账户对账单")],
    HEAD,
    [(0.05, "2026-01-03"), (0.18, "货款"), (0.46, "8,000.00"), (0.6, "18,000.00")],
    [(0.05, "2026-01-05"), (0.18, "纸箱"), (0.31, "1,250.50"), (0.6, "16,749.50")],
    [(0.05, "2026-01-07"), (0.18, "消费"), (0.33, "49.50"), (0.6, "16,700.00")],
]


@pytest.mark.parametrize("colon", ["：", ""])
def test_a_card_s_number_may_be_printed_in_fours_behind_its_colon(colon: str) -> None:
    fours = [
        (0.05, f"账/卡号{colon}6999"),
        *((0.3 + 0.05 * place, four) for place, four in enumerate(("0000", "0000", "0018"))),
    ]
    assert _recognised([PHOTOGRAPHED[0], fours, *PHOTOGRAPHED[1:]])["account"] == "6999000000000018"


def test_a_heading_in_which_recognition_erred_is_still_known() -> None:
    erred = [
        (left, text.replace("借方发生额", "借方发主额").replace("贷方发生额", "贷方发生制")) for left, text in HEAD
    ]
    facts = _recognised([PHOTOGRAPHED[0], erred, *PHOTOGRAPHED[2:]])
    assert _sums(facts) == (3, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))


def test_a_comma_that_recognition_took_for_a_point_does_not_lose_the_line() -> None:
    line = [(0.05, "2026-01-05"), (0.18, "纸箱"), (0.31, "1.250.50"), (0.6, "16,749.50")]
    assert _recognised([*PHOTOGRAPHED[:3], line, PHOTOGRAPHED[4]])["total_out"] == Decimal("1300.00")


def test_receipts_that_hang_on_one_doubtful_sign_are_not_told() -> None:
    assert _recognised(PHOTOGRAPHED)["months[2026-01].receipts"] == Decimal("8000.00")
    line = [(left, text.replace("货款", "贷款")) for left, text in PHOTOGRAPHED[2]]
    facts = _recognised([*PHOTOGRAPHED[:2], line, *PHOTOGRAPHED[3:]])
    assert facts["total_in"] == Decimal("8000.00")
    assert "months[2026-01].receipts" not in facts


def test_a_firm_that_lends_no_money_pays_for_goods_however_doubtful_the_note_is() -> None:
    head = [
        (0.05, "交易日期"),
        (0.18, "摘要"),
        (0.31, "收入金额"),
        (0.46, "支出金额"),
        (0.6, "余额"),
        (0.72, "对方户名"),
    ]
    for payer, told in (("宁波样例朵蓝纸业有限公司", True), ("样例商业银行股份有限公司", False), ("样立春", False)):
        line = [(0.05, "2026-01-03"), (0.18, "贷款"), (0.31, "8,000.00"), (0.6, "18,000.00"), (0.72, payer)]
        other = [(0.05, "2026-01-05"), (0.18, "纸箱"), (0.46, "1,250.50"), (0.6, "16,749.50"), (0.72, "样例包装厂")]
        receipts = _recognised([PHOTOGRAPHED[0], head, line, other]).get("months[2026-01].receipts")
        assert receipts == (Decimal("8000.00") if told else None)


@pytest.mark.parametrize("amount", ["l,2S0.50", "1,260.50"])
def test_an_illegible_amount_gives_no_sum_and_a_changed_one_still_does_on_an_exact_carrier(amount: str) -> None:
    lines = [*PHOTOGRAPHED[:3], [(0.05, "2026-01-05"), (0.18, "纸箱"), (0.31, amount), (0.6, "16,749.50")]]
    lines.append(PHOTOGRAPHED[4])
    facts = _recognised(lines)
    assert ("chain_breaks" in facts) == (amount == "1,260.50")  # beside what is illegible the paper may well add up
    assert ("n_transactions" in facts) == ("total_in" in facts) == (amount == "l,2S0.50")
    assert "total_out" not in facts
    (exact,) = extract.extract(_printed([lines]))
    assert _facts(exact)["total_out"] == Decimal("1310.00" if amount == "1,260.50" else "1300.00")


def test_a_cell_that_runs_over_the_line_beside_it_is_cut_there() -> None:
    line = [(0.05, "2026-01-05"), (0.18, "纸箱"), (0.31, "1,250.50|/"), (0.6, "16,749.50")]
    assert _recognised([*PHOTOGRAPHED[:3], line, PHOTOGRAPHED[4]])["total_out"] == Decimal("1300.00")


def test_a_picture_that_says_how_many_lines_it_lists_gives_no_sums_of_fewer() -> None:
    counted = [(0.05, "共4笔")]
    assert "total_out" not in _recognised([PHOTOGRAPHED[0], counted, *PHOTOGRAPHED[1:]])
    counted = [(0.05, "共3笔")]
    assert _recognised([PHOTOGRAPHED[0], counted, *PHOTOGRAPHED[1:]])["total_out"] == Decimal("1300.00")


def test_headings_in_two_lines_and_runs_of_several_cells_are_taken_apart() -> None:
    document = _printed(
        [
            [
                [(0.1, "样例银行借记卡账户历史明细清单")],
                [(0.05, "记账日期 货币"), (0.3, "交易金额"), (0.45, "联机余额"), (0.6, "交易摘要")],
                [(0.05, "Date Currency"), (0.3, "Amount"), (0.45, "Balance"), (0.6, "Type")],
                [(0.05, "2026-01-03 CNY"), (0.3, "8,000.00"), (0.45, "18,000.00"), (0.6, "转入")],
                [(0.05, "2026-01-07 CNY"), (0.3, "-1,300.00"), (0.45, "16,700.00"), (0.6, "转出")],
            ]
        ]
    )
    facts = _facts(extract.extract(document)[0])
    assert _sums(facts) == (2, Decimal("8000.00"), Decimal("1300.00"), date(2026, 1, 3), date(2026, 1, 7))


ROUND = """
交易日期,摘要,收入,支出,余额,对方户名
2026-03-01,货款,50000.00,,60000.00,云岭纸业有限公司
2026-03-04,往来,,49500.00,10500.00,云岭纸业有限公司
2026-03-05,货款,8000.00,,18500.00,青禾布行有限公司
2026-03-06,采购,,3000.00,15500.00,青禾布行有限公司
2026-04-20,货款,6000.00,,21500.00,晨星超市有限公司
2026-05-20,退款,,6000.00,15500.00,晨星超市有限公司
"""


def test_what_each_partner_was_paid_is_told_and_what_came_in_and_went_back_within_days() -> None:
    facts = _csv(ROUND)
    told = {name: value for name, value in facts.items() if name.startswith("counterparties[")}
    out = {name.partition("]")[0][15:]: value for name, value in told.items() if name.endswith("].total_out")}
    assert out == {
        "云岭纸业有限公司": Decimal("49500.00"),
        "青禾布行有限公司": Decimal("3000.00"),
        "晨星超市有限公司": Decimal("6000.00"),
    }
    back = {name: value for name, value in told.items() if name.endswith("].returned")}
    assert back == {"counterparties[云岭纸业有限公司].returned": Decimal("50000.00")}


def test_the_english_twin_of_a_label_is_neither_account_nor_holder() -> None:
    head = "账号/卡号,Account/Card No:,6999000000000000018\n户名 Account Name:,样例作坊\n"
    facts = _csv(head + LAYOUTS["an amount with a sign beside the balance"].strip())
    assert (facts["account"], facts["account_name"]) == ("6999000000000000018", "样例作坊")


@pytest.mark.parametrize(
    "said", ["户名：{}", "户名,{}", "户名 Account Name,{}", "户名（Account Name）：{}", "户名,Account Name:,{}"]
)
@pytest.mark.parametrize("holder", ["芦溪样例塑料制品厂", "芦溪（样例）塑料制品厂", "（样例）塑料厂（个体）"])
def test_a_holder_is_told_whole_and_known_as_payer_however_its_label_is_printed(said: str, holder: str) -> None:
    facts = _csv(
        RECEIPTS.replace("户名：芦溪样例塑料制品厂", said.format(holder)).replace("芦溪样例塑料制品厂", holder)
    )
    assert facts["account_name"] == holder
    assert facts["months[2026-01].receipts"] == Decimal("8000.00")


@pytest.mark.parametrize(
    ("said", "receipts"),
    [
        ("币种,人民币", "8000.00"),
        ("币种,日元", "0.00"),
        ("币别：美元（USD）", "0.00"),
        ("币种：人民币、美元", "8000.00"),
    ],
)
def test_what_an_account_in_another_currency_took_in_is_no_receipt(said: str, receipts: str) -> None:
    lines = LAYOUTS["two columns for in and out"].strip()
    facts = _csv(f"账号,6999000000000018,{said}\n{lines}")
    assert facts["months[2026-01].receipts"] == Decimal(receipts)


def test_an_inflow_that_is_taken_back_in_red_lessens_the_receipts() -> None:
    lines = "2026-01-02,货款,,1200.00,3200.00\n2026-01-03,冲正,,{},2000.00\n2026-01-05,货款,,300.00,2300.00\n"
    for red in ("-1200.00", "(1200.00)"):
        facts = _csv("交易日期,摘要,支出,收入,余额\n" + lines.format(red).replace("(1200.00)", '"(1,200.00)"'))
        assert (facts["total_in"], facts["months[2026-01].receipts"]) == (Decimal("300.00"), Decimal("300.00"))


def test_a_transfer_that_failed_moves_nothing() -> None:
    export = (
        LAYOUTS["a column that says 借 or 贷"]
        .strip()
        .replace("对方户名\n", "对方户名,状态\n")
        .replace("行\n", "行,成功\n")
    )
    failed = f"{export}\n4,2026/1/7,转账,借,300.00,,云岭纸业,{{}}"
    outs = [_sums(_csv(failed.format(state)))[2] for state in ("失败", "成功")]
    assert outs == [Decimal("1300.00"), Decimal("1600.00")]


def test_a_column_of_kinds_in_which_nothing_but_directions_stands_is_the_direction() -> None:
    export = """
样例商业银行历史交易明细
交易日,交易类型,金额,账户余额,对方户名,摘要
2026.01.03,{},208.48,15208.48,晨星石油,POS消费
2026.01.05,支取,1250.50,13957.98,云岭纸业,纸箱
"""
    assert _sums(_csv(export.format("存入")))[1:3] == (Decimal("208.48"), Decimal("1250.50"))
    assert _sums(_csv(export.format("转账")))[2] == Decimal("1458.98")  # its words, where no direction is printed
