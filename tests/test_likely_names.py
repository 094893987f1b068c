"""Bills of platforms whose names of amounts no table knows whole: what they likely are is told where it adds up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from selfproof import extract
from selfproof.model import Carrier, Document, Page, Word, box_quad
from tests.settlements import read_table, settled

_SHOES = "".join(
    f"{day},2026-03-0{day} 10:00:00,600.00,30.00,6.00,{8 + day}.00,{556 - day}.00\n" for day in range(1, 6)
)
_NOTES = (
    "1,2026-03-05,订单结算,124.90,0.00,-16.98,-6.24,-0.75,-9.99,107.92\n"
    "2,2026-03-06,订单结算,112.90,0.00,-6.32,-5.64,-0.68,0.00,106.58\n"
    "3,2026-03-06,订单结算,51.90,0.00,-2.91,-2.60,-0.31,0.00,48.99\n"
    "3,2026-03-09,退款结算,-51.90,0.00,2.91,2.60,0.31,0.00,-48.99\n"
    "4,2026-03-09,订单结算,100.00,8.00,-13.00,-5.00,-0.50,-7.50,95.00\n"
)
LAYOUTS: Mapping[str, tuple[str, Mapping[str, str | None]]] = {
    "a price and an income of no known name, and costs by theirs": (
        f"序号,交易成功时间,商品出价,技术服务费,转账手续费,鉴别费,实际收入\n{_SHOES}",
        {"gross": "3000.00", "fees": "235.00", "net": "2765.00", "refunds": None},
    ),
    "a total of commissions beside its parts, some paid back": (
        f"订单号,结算时间,交易类型,商品实付/实退,运费实付/实退,佣金总额,平台佣金,支付渠道费,分销佣金,商家应收\n{_NOTES}",
        {"gross": "397.70", "refunds": "51.90", "fees": "36.30", "net": "309.50"},
    ),
    "fees with their rate, and couriers that the shop pays": (
        (
            "叮当快药对账单\n药房：样例大药房\n账单月：2026-03\n日期,单量,销售额,退款,技术服务费7%,骑手配送费,应付药房\n"
            + "".join(f"3月{day}日,9,{100 * day}.00,—,{7 * day}.00,{4 * day}.0,{89 * day}.0\n" for day in range(1, 7))
        ),
        {"gross": "2100.00", "fees": "231.00", "net": "1869.00", "store": "样例大药房"},
    ),
    "a part of a fee that is given back": (
        (
            "视频号小店 店铺：样例茶铺\n单号,订单结算时间,订单金额,退款金额,技术服务费,服务费返还(人气卡),结算金额\n"
            "1,2026-03-01,200.00,0.00,10.00,4.00,194.00\n2,2026-03-02,100.00,0.00,5.00,0.00,95.00\n"
            "3,2026-03-03,60.00,20.00,2.00,0.80,38.80\n4,2026-03-04,80.00,0.00,4.00,1.60,77.60\n"
        ),
        {"gross": "440.00", "refunds": "20.00", "fees": "14.60", "net": "405.40", "store": "样例茶铺"},
    ),
    "what was insured among the orders": (
        (
            "账单日期,交易类型,商品总价,餐盒费,商家活动支出,佣金,配送服务费,商家应收款\n"
            "2026-05-01,外卖订单,72.00,2.00,-5.00,-4.50,-4.80,59.70\n2026-05-02,外卖订单,36.00,2.00,0.00,-2.50,-4.20,31.30\n"
            "2026-05-03,外卖订单,26.00,2.00,-10.00,-1.00,-3.50,13.50\n2026-05-04,外卖订单,29.00,1.00,-5.00,-1.50,-4.80,18.70\n"
            "2026-05-31,保险,,,,,,-2.00\n"
        ),
        {"gross": "170.00", "fees": "26.80", "net": "121.20"},
    ),
    "a sheet of lines that has the total of another": (
        (
            "账单汇总\n账单日期,店铺名称,应结金额\n2026-06-01~2026-06-30,样例粥铺,89.00\n"
            "外卖账单明细\n账单日期,店铺名称,商品金额,差额,技术服务费,履约服务费-距离收费,结算金额\n"
            "2026-06-01,样例粥铺,50.00,0.00,-2.50,-2.70,44.80\n2026-06-02,样例粥铺,20.00,0.00,-1.00,-2.70,16.30\n"
            "2026-06-03,样例粥铺,30.00,-10.00,-1.00,-2.70,16.30\n2026-06-04,样例粥铺,15.00,0.00,-0.70,-2.70,11.60\n"
        ),
        {"gross": "115.00", "fees": "16.00", "net": "89.00", "store": "样例粥铺"},
    ),
    "a ledger of orders and their fees with a balance": (
        (
            "入账时间,业务类型,业务单号,收入(元),支出(元),余额(元),备注\n"
            "2026-04-01 14:08:20,订单入账,E1,20.00,,20.00,样例蛋糕\n2026-04-01 14:08:20,交易手续费,E1,,0.12,19.88,\n"
            "2026-04-02 09:48:17,订单入账,E2,130.00,,149.88,样例蛋糕\n2026-04-02 09:48:17,交易手续费,E2,,0.78,149.10,\n"
            "2026-04-03 09:48:17,退款,E2,,30.00,119.10,\n2026-04-04 23:00:00,提现,W1,,100.00,19.10,样例银行\n"
        ),
        {"gross": "150.00", "refunds": "30.00", "fees": "0.90"},
    ),
    "what each line is, and whether it is due to the shop": (
        (
            "订单编号,单据类型,费用项,商品编号,应结金额,商家应收/应付,结算状态,费用结算时间,店铺名称\n"
            "1,订单,货款,10089,304.00,应收,已结算,2026-03-28,样例厨电店\n1,订单,佣金,10089,-24.32,应付,已结算,2026-03-28,样例厨电店\n"
            "2,订单,货款,10090,80.00,应收,已结算,2026-03-29,样例厨电店\n2,订单,佣金,10090,-6.40,应付,已结算,2026-03-29,样例厨电店\n"
            "2,售后服务单,货款,10090,-80.00,应付,已结算,2026-03-30,样例厨电店\n"
            "2,售后服务单,佣金,10090,6.40,应收,已结算,2026-03-30,样例厨电店\n"
        ),
        {"gross": "384.00", "refunds": "80.00", "fees": "24.32", "net": "279.68", "store": "样例厨电店"},
    ),
    "films over the weeks of a month, with the sums at their foot": (
        (
            "淘票票线上售票结算单\n影院名称：样例影城（文化路店）\n结算期间：2026/03/01-2026/03/31\n"
            "影片名称,售票张数,售票金额,退票金额,技术服务费(3%),应结票款\n"
            "样片一,78,2768.00,13.00,82.65,2672.35\n样片二,32,1190.00,0.00,35.70,1154.30\n合计,110,3958.00,13.00,118.35,3826.65\n"
        ),
        {"gross": "3958.00", "refunds": "13.00", "fees": "118.35", "net": "3826.65", "store": "样例影城（文化路店）"},
    ),
    "counts with their unit, explanations, and parts under their sum": (
        (
            "苏宁易购开放平台商户结算单\n商户名称：样例电器店\n结算月份：2026年8月\n项目,说明,,,金额（元）\n"
            '一、销售货款,已确认收货订单,326,笔,"86,435.20"\n二、退货货款,退货订单,19,笔,"-5,123.80"\n三、应扣费用\n'
            '1.,交易佣金,按类目6%,,"-4,878.68"\n2.,平台使用费,月费,,-998.00\n应扣费用小计,,,,"-5,876.68"\n'
            '四、本期应付商户金额,,,,"75,434.72"\n'
        ),
        {"gross": "86435.20", "refunds": "5123.80", "fees": "5876.68", "net": "75434.72", "store": "样例电器店"},
    ),
    "what came in after refunds beside what was sold before them": (
        (
            "订单/调整ID,类型,订单创建时间,订单结算时间,结算总金额,总收入,商品折扣前小计,退款小计,总费用,平台佣金,联盟佣金\n"
            "1,订单,2026/09/04,2026/09/13,39.00,60.00,60.00,0,-21.00,-15.00,-6.00\n"
            "2,订单,2026/09/05,2026/09/14,90.00,124.00,124.00,0,-34.00,-22.00,-12.00\n"
            "3,订单,2026/09/05,2026/09/14,-9.90,0,124.00,-124.00,-9.90,-9.90,0\n"
            "4,订单,2026/09/08,2026/09/17,133.00,157.00,157.00,0,-24.00,-24.00,0\n"
        ),
        {"gross": "465.00", "refunds": "124.00", "fees": "88.90", "net": "252.10"},
    ),
    "names of two columns in the row above": (
        (
            "基础信息,,,商家应收款,订单收入,,商家活动支出,平台服务费,\n门店名称,账单日期,交易类型,,商品总价,打包费,,技术服务费,履约服务费\n"
            "样例黄焖鸡,2026-10-01,外卖订单,43.13,61.50,2.00,-12.00,-3.30,-5.07\n样例黄焖鸡,2026-10-02,外卖订单,9.00,22.30,1.00,-8.00,-0.98,-5.32\n"
            "样例黄焖鸡,2026-10-03,外卖订单,26.32,31.00,2.00,0.00,-2.11,-4.57\n样例黄焖鸡,2026-10-04,外卖订单,20.42,28.70,2.00,-3.00,-1.77,-5.51\n"
        ),
        {"gross": "150.50", "fees": "28.63", "net": "98.87", "store": "样例黄焖鸡"},
    ),
    "a shop beside the firm that owns it": (
        (
            "京东到家商家结算单\n商家名称：样例鲜果有限公司,门店名称：样例鲜果（东湖店）\n"
            "结算周期：2026-03-01 至 2026-03-07\n"
            "账单日,货款,退货款,平台佣金,应结金额\n2026-03-01,757.00,-15.00,-60.00,682.00\n2026-03-02,440.00,0.00,-35.00,405.00\n"
        ),
        {"gross": "1197.00", "refunds": "15.00", "fees": "95.00", "net": "1087.00", "store": "样例鲜果（东湖店）"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_only_arithmetic_proves_is_told(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    facts = settled(text)
    told = {name: str(facts[name]) if name in facts else None for name in expected}
    assert told == expected


def test_columns_that_do_not_come_to_what_is_left_prove_nothing() -> None:
    text, _ = LAYOUTS["a price and an income of no known name, and costs by theirs"]
    assert read_table(text.replace("552.00", "553.00")).kind == "unknown"
    assert read_table("\n".join(text.splitlines()[:4])).kind == "unknown", "nor do three lines"


def test_two_readings_of_the_same_columns_are_none() -> None:
    text = (
        "快手小店账单\n店铺名称：样例肉铺\n结算时间,订单实付,神秘项目,另一项目,结算金额\n"
        + "".join(f"2026-07-0{day},{100 + day}.00,5.00,5.00,{95 + day}.00\n" for day in range(1, 6))
    )  # fmt: skip
    assert "fees" not in settled(text)


def _page(*rows: tuple[str, ...]) -> dict[str, str]:
    words = tuple(
        Word(cell, box_quad((0.08 + 0.3 * column, 0.05 + 0.04 * number, 0.3 + 0.3 * column, 0.075 + 0.04 * number)))
        for number, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    )
    page = Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (Page(1, 595, 842, words),))
    extraction = extract.extract(page)[0]
    return {
        fact.field: str(fact.value) for fact in extraction.facts if fact.kind == extraction.kind == "platform_statement"
    }


_BANNER = (("途家民宿·房东收入账单",), ("样例海边小院 · 2026年7月",), ("实际结算",), ("3,882.30",))


def test_what_was_left_stands_large_under_its_name_and_the_shop_beside_its_month() -> None:
    told = _page(
        *_BANNER,
        ("订单收入", "4,313.70"),
        ("平台服务费", "-431.40"),
        ("订单 1", "房费¥413.00"),
        ("订单 2", "房费¥80.00"),
    )
    sums = {name: told[name] for name in ("gross", "fees", "net", "store")}
    assert sums == {"gross": "4313.70", "fees": "431.40", "net": "3882.30", "store": "样例海边小院"}


def test_orders_one_below_the_other_are_added_up_where_each_is_whole() -> None:
    """The first of them is no sum of the others."""
    cards = [(f"房费¥{cost}0.00", f"服务费-¥{cost}.00", f"结算¥{9 * cost}.00") for cost in (100, 8, 6)]
    told = _page(*_BANNER[:2], *cards)
    assert [told[name] for name in ("gross", "fees", "net")] == ["1140.00", "114.00", "1026.00"]
    assert _page(*_BANNER[:2], cards[0], cards[1], ("房费¥60.00", "服务费-¥5.00", "结算¥54.00")) == {}
    assert _page(*_BANNER[:2], cards[0], cards[1], ("房费¥60.00", "结算¥54.00")) == {}


def test_a_heading_whose_letters_stand_apart_is_one_column_s() -> None:
    from selfproof.statements.headings import heading
    from selfproof.statements.settlement import PLATFORM

    rows = [("销售", "日期", "销售金额", "平台服务费", "结算金额"), ("2026.05.01", "", "662.60", "53.00", "609.60")]
    found = heading(rows, 0, PLATFORM)
    assert found is not None
    assert (found.at["date"], found.headings[0]) == ((0,), "销售日期")
    full = heading([rows[0], ("生鲜", "2026.05.01", *rows[1][2:])], 0, PLATFORM)
    assert full is not None
    assert full.at["date"] == (1,)


def test_sales_with_what_is_packed_in_beside_those_without_are_the_same_bill() -> None:
    told = _page(
        ("美团外卖月账单详情",),
        ("样例香锅(高新店) · 2026年8月",), ("账单金额(元)",), ("26,226.67",), ("订单收入", "+39,610.00"),
        ("商品原价", "38,624.00"), ("打包费", "986.00"), ("商家活动支出", "-6,123.50"), ("平台服务费", "-7,259.83"),
        ("技术服务费", "2,015.03"), ("履约服务费", "5,244.80"),
    )  # fmt: skip
    assert [told[name] for name in ("gross", "fees", "net")] == ["39610.00", "7259.83", "26226.67"]
    assert told["months[2026-08].receipts"] == "33486.50"


def test_two_months_on_one_page_are_neither_s_sums() -> None:
    month = ("订单收入", "4,313.70"), ("平台服务费", "-431.40"), ("实际结算", "3,882.30")
    second = ("订单收入", "1,000.00"), ("平台服务费", "-100.00"), ("实际结算", "900.00")
    assert _page(*_BANNER[:2], *month)["gross"] == "4313.70"
    assert _page(*_BANNER[:2], *month, ("2026年8月",), *second) == {}


ACCOUNT = (
    "{}\n交易时间,交易类型,收入,支出,余额,对方户名\n2026-03-01,货款,1000.00,,1000.00,样例甲公司\n2026-03-02,手续费,,5.00,995.00,\n"
    "2026-03-03,货款,900.00,,1895.00,样例乙公司\n2026-03-04,付款,,400.00,1495.00,样例丙公司\n2026-03-05,手续费,,5.00,1490.00,\n"
)
LOOKALIKES = {
    "a firm's account, with what goods brought and the bank kept": ACCOUNT.format("样例银行对账单 户名：样例塑业"),
    "the same without its bank": ACCOUNT.format("明细"),
    "pay, by the day of hiring": "姓名,入职日期,收入合计,扣款合计,实收金额\n"
    + "".join(f"样某,2026-03-0{day},{day}000.00,{day}0.00,{day * 990}.00\n" for day in range(1, 6)),
    "an own book of orders": "记账本 结算\n日期,业务类型,金额\n"
    + "".join(f"2026-03-0{day},订单,{day}00.00\n2026-03-0{day},手续费支出,-{day}.00\n" for day in range(1, 9)),
    "a customer's orders, and what the platform takes of them": (
        "订单编号,付款时间,商品名称,订单金额,买家付款,店铺优惠\n"
        + "".join(f"{day},2026-03-0{day},箱,{100 * day}.00,{95 * day}.00,{5 * day}.00\n" for day in range(1, 7))
    ),
}  # fmt: skip


@pytest.mark.parametrize("other", LOOKALIKES)
def test_what_only_looks_like_a_platform_s_bill_is_none(other: str) -> None:
    assert read_table(LOOKALIKES[other]).kind != "platform_statement"


def test_a_column_that_is_blank_is_no_part_of_the_one_before_it() -> None:
    rows = "".join(f"2026-03-0{day},{100 * day}.00,,{2 * day}.00,{98 * day}.00\n" for day in range(1, 8))
    facts = settled(
        f"抖店账单\n店铺名称：样例茶铺\n结算时间,订单金额,退款金额,佣金,结算金额\n{rows}2026-03-09,60.00,60.00,0.00,0.00\n"
    )
    assert [str(facts[name]) for name in ("gross", "refunds", "fees", "net")] == [
        "2860.00",
        "60.00",
        "56.00",
        "2744.00",
    ]


def test_two_columns_of_figures_alone_are_read_or_left() -> None:
    rows = "".join(f"2026-03-0{day},{day},{100 * day}.00,{98 * day}.00\n" for day in range(1, 7))
    facts = settled(f"抖店账单\n店铺名称：样例茶铺\n结算时间,订单号,订单金额,结算金额\n{rows}")
    assert (str(facts["gross"]), str(facts["net"]), "fees" in facts) == ("2100.00", "2058.00", False)


def test_fees_that_may_be_one_or_the_other_are_not_told() -> None:
    rows = "".join(f"2026-03-0{day},{100 + day}.00,5.00,5.00,{95 + day}.00\n" for day in range(1, 7))
    facts = settled(f"快手账单\n店铺名称：样例茶铺\n结算时间,订单实付,售后退款,推广费,结算金额\n{rows}")
    assert "fees" not in facts or str(facts["fees"]) == "30.00"


def test_an_entry_of_a_menu_is_no_shop() -> None:
    from extractors.platform_statement import shop

    assert (shop("财务"), shop("账单日期"), shop("门店ID"), shop("账单周期：2026年3月")) == (None, None, None, None)
    assert shop("老王") == "老王"


def test_turnover_is_what_was_sold_less_what_went_back() -> None:
    facts = settled(LAYOUTS["films over the weeks of a month, with the sums at their foot"][0])
    assert facts["months[2026-03].receipts"] == Decimal("3945.00")
