"""Payments of invented merchants as acquirers list them, and what they mean beside a bank's statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from selfproof import extract
from selfproof.credit import payouts
from selfproof.credit.evidence import gather
from selfproof.intake import take
from selfproof.model import Extraction, Fact, Value
from selfproof.read import read
from tests.credit_cases import application, fact, policy, signals


def _read(text: str, encoding: str = "gb18030") -> Extraction:
    (extraction,) = extract.extract(read(take(text.encode(encoding), "payments.csv")))
    return extraction


def _facts(text: str, encoding: str = "gb18030") -> dict[str, Value]:
    extraction = _read(text, encoding)
    assert extraction.kind == "acquirer_statement"
    return {fact.field: fact.value for fact in extraction.facts if fact.kind == "acquirer_statement"}


PLAIN = (
    "银联商务商户交易明细\n商户编号：999330100001\t,商户名称：样例果行\n清算日期：20260301-20260331\n"
    "序号,交易日期,交易时间,终端号,交易类型,卡号,卡类型,交易金额,手续费,清算金额,参考号\n"
    "1,2026-03-01,10:00:01,00012345\t,消费,6222****0001,借记卡,100.00,0.38,99.62,'0001\n"
    "2,2026-03-02,10:00:01,00012345\t,退货,6222****0001,借记卡,50.00,0.19,49.81,'0002\n"
    '3,2026-03-03,10:00:01,00012345\t,消费,6222****0001,贷记卡,"1,200.00",7.20,1192.80,\'0003\n'
    "合计,,,,,,,1250.00,7.39,1242.61,\n总笔数：3,总金额：1250.00\n"
)
LAYOUTS = {
    "what was paid back as a kind of its own with plain amounts": (
        PLAIN,
        {"merchant_id": "999330100001", "terminal": "00012345", "period": "2026-03-01/2026-03-31", "total": "1300.00",
         "refunds": "50.00", "fees": "7.39", "net": "1242.61", "n_transactions": 3, "stated_transactions": 3,
         "sum_breaks": 0, "merchant_name": "样例果行", "institution": "银联商务",
         "months[2026-03].receipts": "1250.00"},
    ),
    "a wallet's bill for merchants with guarded cells and totals in a heading of their own": (
        ("交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,交易类型,交易状态,付款银行,应结订单金额,代金券金额,"
         "微信退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,手续费,费率,订单金额,"
         "申请退款金额,费率备注\n"
         "`2026-03-01 10:00:00,`wx1,`1699900001,`0,`,`42001,`JSAPI,`SUCCESS,`OTHERS,`100.00,`0.00,`0,`0.00,"
         "`0.00,`,`,`x,`0.60,`0.60%,`100.00,`0.00,`\n"
         "`2026-03-02 10:00:00,`wx1,`1699900001,`0,`,`42002,`JSAPI,`REFUND,`OTHERS,`0.00,`0.00,`5,`30.00,`0.00,"
         "`ORIGINAL,`SUCCESS,`x,`-0.18,`0.60%,`0.00,`30.00,`\n"
         "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"
         "`2,`100.00,`30.00,`0.00,`0.42000,`100.00,`30.00\n"),
        {"merchant_id": "1699900001", "total": "100.00", "refunds": "30.00", "fees": "0.42", "stated_transactions": 2,
         "sum_breaks": 0},
    ),
    "another wallet's with the shop's own discount and negative fees": (
        ("#支付宝业务明细查询\n#账号：[20889999000000000156]\n"
         "#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年03月31日 00:00:00]\n"
         "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,终端号,对方账户,订单金额（元）,商家实收（元）,"
         "支付宝优惠（元）,商家优惠（元）,退款批次号/请求号,服务费（元）,分润（元）,备注\n"
         "2026030122001\t,A1\t,交易,x,2026-03-01 10:00:00,2026-03-01 10:00:05,S1,样例果行,T9,样*,"
         "100.00,95.00,0.00,5.00,,-0.57,0.00,\n"
         "2026030122002\t,A2\t,退款,x,2026-03-02 10:00:00,2026-03-02 10:00:05,S1,样例果行,T9,样*,"
         "-20.00,-20.00,0.00,0.00,r1,0.12,0.00,\n"
         "#交易合计：1笔，商家实收共95.00元，商家优惠共5.00元\n#退款合计：1笔，商家实收退款共-20.00元\n"),
        {"merchant_id": "20889999000000000156", "total": "100.00", "refunds": "20.00", "fees": "0.45",
         "months[2026-03].receipts": "75.00", "n_transactions": 2, "stated_transactions": 2},
    ),
    "payments that failed and a payment whose state says that it was undone": (
        ("拉卡拉商户交易流水\n商户名称,样例果行,商户号,999330054110001\n交易时间,交易类型,交易状态,卡类型,交易金额,手续费,实收金额,终端号\n"
         "2026/3/1 9:00,消费,交易成功,借记卡,500,3,497,C001\n2026/3/2 9:00,消费,已撤销,借记卡,80,0.48,79.52,C001\n"
         "2026/3/2 9:05,消费,交易失败,借记卡,90,0,0,C001\n2026/3/3 9:00,预授权,交易成功,贷记卡,900,0,0,C001\n"
         "2026/3/3 9:00,消费,交易成功,贷记卡,200,1.2,198.8,C001\n"),
        {"total": "780.00", "refunds": "80.00", "fees": "4.20", "net": "695.80", "n_transactions": 3},
    ),
    "what a merchant's code took, of which no fee is said": (
        ("微信收款商业版-收款记录\n店铺名称,样例果行\n商户号,1650000156\n收款笔数,2,收款金额（元）,31.50\n"
         "收款时间,付款人,收款金额（元）,收款方式,交易状态,收款人,交易单号,备注\n"
         "2026-03-01 10:00:00,*某,20.00,收款码,收款成功,老板,10001,\n"
         "2026-03-02 11:00:00,*某,11.50,收款码,收款成功,老板,10002,\n"),
        {"institution": "微信收款商业版", "merchant_id": "1650000156", "merchant_name": "样例果行",
         "total": "31.50", "n_transactions": 2},
    ),
    "days of several terminals with their number of payments": (
        ("收单商户日汇总\n商户号,商户名称,终端编号,清算日期,交易笔数,交易金额,手续费,入账金额\n"
         "9993,样例果行,T1,2026-03-01,12,1200.00,4.56,1195.44\n9993,样例果行,T2,2026-03-01,8,800.00,3.04,796.96\n"
         "合计,,,,20,2000.00,7.60,1992.40\n"),
        {"n_transactions": 20, "total": "2000.00", "net": "1992.40", "merchant_id": "9993", "sum_breaks": 0},
    ),
    "what is left of a payment before the fee is off": (
        ("收钱吧对账单明细\n交易日期,交易时间,收款通道,支付方式,交易类型,交易状态,交易金额,商户优惠,实收金额,手续费,门店名称,终端号\n"
         "2026-03-01,10:00:00,微信,扫码,收款,成功,20.00,0.00,20.00,0.08,样例果行,1001\n"
         "2026-03-02,12:00:00,支付宝,扫码,收款,成功,50.00,5.00,45.00,0.17,样例果行,1001\n"),
        {"total": "70.00", "fees": "0.25", "months[2026-03].receipts": "65.00", "institution": "收钱吧"},
    ),
}  # fmt: skip


def test_in_thousands_a_number_of_payments_below_the_amounts_is_still_a_number() -> None:
    told = PLAIN.replace("清算日期：", "单位：千元\n清算日期：").replace("总笔数：3,", ",,,,,,交易笔数,3,,,\n")
    facts = _facts(told)
    assert (facts["stated_transactions"], facts["total"]) == (3, Decimal(1300000))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_payments_refunds_fees_and_what_is_settled(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    facts = _facts(text)
    assert {name: str(facts[name]) for name in expected} == {name: str(value) for name, value in expected.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_list_is_read_to_the_cent_in_any_encoding(encoding: str) -> None:
    assert _facts(PLAIN, encoding) == _facts(PLAIN)


def test_what_is_settled_is_not_told_where_the_fee_is_still_in_it() -> None:
    assert "net" not in _facts(LAYOUTS["what is left of a payment before the fee is off"][0])


def test_several_terminals_are_no_single_terminal() -> None:
    assert "terminal" not in _facts(LAYOUTS["days of several terminals with their number of payments"][0])


CHANGES = {
    "a line's amount": ("100.00,0.38,99.62", "900.00,0.38,99.62", 3),
    "the printed sum": ("合计,,,,,,,1250.00", "合计,,,,,,,2250.00", 1),
    "the total stated beside the table": ("总金额：1250.00", "总金额：9250.00", 1),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_figure_no_longer_adds_up(change: str) -> None:
    before, after, breaks = CHANGES[change]
    assert _facts(PLAIN.replace(before, after))["sum_breaks"] == breaks


def test_a_missing_line_shows_in_the_number_that_is_stated() -> None:
    without = "\n".join(line for line in PLAIN.split("\n") if not line.startswith("3,"))
    facts = _facts(without)
    assert (facts["stated_transactions"], facts["n_transactions"]) == (3, 2)


OTHERS = {
    "platform_statement": (
        "抖店结算账单\n店铺名称：样例收纳店\n结算时间,订单号,订单实付金额,退款金额,平台服务费,结算金额\n"
        "2026-03-05 10:00:00,1,100.00,0.00,5.00,95.00\n2026-03-06 10:00:00,2,50.00,0.00,2.50,47.50\n"
    ),
    "bank_statement": (
        "样例商业银行账户明细\n户名：样例果行\n交易日期,摘要,收入金额,支出金额,账户余额,对方户名\n"
        "2026-03-01,收单清算款,99.62,,1099.62,银联商务股份有限公司\n2026-03-02,POS手续费,,1.00,1098.62,样例商业银行\n"
    ),
    "bank_statement of a card": (
        "样例商业银行信用卡交易明细\n交易日期,入账日期,卡号末四位,交易描述,交易金额,入账金额\n"
        "2026-03-01,2026-03-02,0186,样例超市,35.00,35.00\n2026-03-05,2026-03-06,0186,还款,-200.00,-200.00\n"
    ),
    "wallet_statement": (
        "微信支付账单明细\n起始时间：[2026-03-01 00:00:00] 终止时间：[2026-03-31 23:59:59]\n用途：用作证明材料\n"
        "交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n"
        "2026-03-26 12:30:00,二维码收款,顾客,x,收入,¥88.00,/,已收钱,10003,/,/\n"
    ),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_others_list_is_not_taken_for_an_acquirers_list(kind: str) -> None:
    assert _read(OTHERS[kind]).kind == kind.split(maxsplit=1)[0]


def test_a_banks_statement_marks_what_an_acquirer_paid_out() -> None:
    facts = {fact.field: fact.value for fact in _read(OTHERS["bank_statement"]).facts}
    assert facts["months[2026-03].from_acquirers"] == Decimal("99.62")
    assert facts["months[2026-03].receipts"] == Decimal("99.62")


def _paper(kind: str, document: str, **amounts: float) -> list[Fact]:
    facts = [fact(f"{kind}.months[2026-08].{name}", amount, document) for name, amount in amounts.items()]
    days = (("first_date", date(2026, 8, 1)), ("last_date", date(2026, 8, 31)))
    return [*facts, *(fact(f"{kind}.{name}", day, document) for name, day in days), *signals(document, "table")]


def _sold(*papers: list[Fact]) -> float:
    found = gather(application(), [each for paper in papers for each in paper], (), policy()).sold
    return sum(entry.amount for entry in found)


def test_what_an_acquirer_took_and_paid_out_to_the_bank_counts_once() -> None:
    bank = _paper("bank_statement", "b", receipts=1000.0, from_acquirers=700.0)
    list_ = _paper("acquirer_statement", "q", receipts=720.0)
    assert _sold(bank, list_) == pytest.approx(1000 + 720 - 700)
    assert _sold(bank) == pytest.approx(1000)
    assert _sold(bank, _paper("wallet_statement", "w", receipts=50.0)) == pytest.approx(1050)


def test_the_better_believed_paper_keeps_its_amount() -> None:
    bank = payouts.Shown("bank_statement", "receipts", 1, 3, 1000.0, (("acquirers", 700.0),))
    weak, strong = (payouts.Shown("acquirer_statement", "receipts", 1, level, 720.0) for level in (2, 4))
    assert payouts.doubled([bank, weak]) == [0, 700]
    assert payouts.doubled([bank, strong]) == [700, 0]
    assert payouts.doubled([bank, weak, weak]) == [0, 700, 0]


def test_one_merchants_list_of_the_same_days_counts_once_and_another_terminals_beside_it() -> None:
    def listed(document: str, terminal: str) -> list[Fact]:
        told = (("merchant_id", "999330100001"), ("terminal", terminal))
        named = [fact(f"acquirer_statement.{name}", value, document) for name, value in told]
        return [*_paper("acquirer_statement", document, receipts=300.0), *named]

    assert _sold(listed("a", "T1"), listed("b", "T1")) == pytest.approx(300)
    assert _sold(listed("a", "T1"), listed("b", "T2")) == pytest.approx(600)


def test_a_total_over_two_tables_is_compared_with_neither_alone() -> None:
    second = (
        "渠道,交易日期,终端号,交易金额,手续费,清算金额\n云闪付,2026-03-04,00012345\t,10.00,0.04,9.96\n"
        "云闪付,2026-03-05,00012345\t,20.00,0.08,19.92\n"
    )
    text = PLAIN.replace("总笔数：3,总金额：1250.00\n", f"{second}总笔数：5,总金额：1280.00\n")
    facts = _facts(text)
    assert (facts["total"], facts["sum_breaks"], facts["n_transactions"]) == (Decimal("1330.00"), 0, 5)
