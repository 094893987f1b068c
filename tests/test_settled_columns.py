"""Settlements whose headings no table knows, or know only in part: their lines tell what is what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import pytest

from extractors._form import form
from selfproof.statements import proven
from selfproof.statements.headings import Columns
from tests.settlements import read_table, settled

NIGHTS = "".join(f"{day},2026-03-0{day},1,{100 * day}.00,{10 * day}.00,{90 * day}.00\n" for day in range(1, 6))
LAYOUTS: Mapping[str, tuple[str, Mapping[str, str | None]]] = {
    "neither what was sold nor what is left has a known name": (
        f"携程酒店结算账单\n酒店名称：样例客栈\n订单号,离店日期,间夜,卖价,佣金,同业价\n{NIGHTS}",
        {"gross": "1500.00", "fees": "150.00", "net": "1350.00", "store": "样例客栈"},
    ),
    "what was sold is called settled, and what is left has no known name": (
        f"携程酒店结算账单\n酒店名称：样例客栈\n订单号,离店日期,间夜,结算金额,佣金,同业价\n{NIGHTS}",
        {"gross": "1500.00", "fees": "150.00", "net": "1350.00", "store": "样例客栈"},
    ),
    "delivery that is taken off is a fee beside another": (
        (
            "美团外卖商家对账单\n门店：样例粉店\n日期,营业额,退款,佣金,配送费,应结金额\n"
            "2026-03-05,100.00,0.00,10.00,5.00,85.00\n2026-03-06,50.00,10.00,4.00,2.00,34.00\n"
        ),
        {"gross": "150.00", "refunds": "10.00", "fees": "21.00", "net": "119.00"},
    ),
    "delivery that is paid on top is no fee": (
        (
            "美团外卖商家对账单\n门店：样例粉店\n日期,营业额,退款,佣金,配送费,应结金额\n"
            "2026-03-05,100.00,0.00,10.00,5.00,95.00\n2026-03-06,50.00,10.00,4.00,2.00,38.00\n"
        ),
        {"gross": "150.00", "refunds": "10.00", "fees": "14.00", "net": "133.00"},
    ),
    "goods that came back are taken off by the platform": (
        (
            "SHEIN 供应商结算单\n入账日期,单号,货款金额,退货扣款,其他扣费,应付金额\n"
            "2026-03-05,1,100.00,-,(3.00),97.00\n2026-03-06,2,50.00,(10.00),(1.20),38.80\n"
        ),
        {"gross": "150.00", "refunds": "10.00", "fees": "4.20", "net": "135.80", "institution": "SHEIN"},
    ),
    "costs under a name that is not known beside a fee": (
        (
            "快手小店结算清单,店铺：样例店\n结算时间,订单编号,应得货款,售后扣减,达人所得,平台扣点,商家到手\n"
            "2026-03-05,1,100.00,0.00,3.00,5.00,92.00\n2026-03-06,2,50.00,10.00,1.20,2.00,36.80\n"
            "2026-03-07,3,60.00,0.00,1.80,3.00,55.20\n2026-03-08,4,80.00,0.00,2.40,4.00,73.60\n"
        ),
        {"gross": "290.00", "refunds": "10.00", "fees": "22.40", "net": "257.60"},
    ),
    "a fee beside another amount that nothing explains": (
        (
            "快手小店结算清单,店铺：样例店\n结算时间,订单编号,达人所得,平台扣点,商家到手\n"
            "2026-03-05,1,3.00,5.00,92.00\n2026-03-06,2,1.20,2.00,36.80\n"
        ),
        {"gross": None, "fees": None, "net": "128.80"},
    ),
    "a report of a market abroad": (
        (
            "Includes Amazon Marketplace transactions\n"
            "date/time,settlement id,type,order id,product sales,shipping credits,selling fees,fba fees,other,total\n"
            '"Jul 1, 2026 12:03:44 AM PDT",1,Order,11,100.00,0,-15.00,-5.00,0,80.00\n'
            '"Jul 2, 2026 12:03:44 AM PDT",1,Order,12,40.00,0,-6.00,-4.00,0,30.00\n'
            '"Jul 3, 2026 12:03:44 AM PDT",1,Refund,12,-40.00,0,0,0,0,-40.00\n'
        ),
        {"gross": "140.00", "refunds": "40.00", "fees": "30.00", "net": "70.00", "institution": "Amazon"},
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_lines_that_add_up_tell_what_their_columns_are(layout: str) -> None:
    text, expected = LAYOUTS[layout]
    facts = settled(text)
    sums = ("gross", "refunds", "fees", "net")
    money = {name: Decimal(value) for name, value in expected.items() if name in sums and value}
    assert {name: facts.get(name) for name in expected} == {**expected, **money}


def test_lines_that_do_not_add_up_or_too_few_of_them_tell_no_column() -> None:
    changed = NIGHTS.replace("90.00\n", "91.00\n", 1)
    for lines in (changed, "".join(NIGHTS.splitlines(keepends=True)[:3])):
        text = f"携程酒店结算账单\n酒店名称：样例客栈\n订单号,离店日期,间夜,门市价,佣金,同业价\n{lines}"
        assert read_table(text).kind != "platform_statement"


def test_what_adds_up_between_two_firms_is_no_platform_s() -> None:
    lines = "".join(f"2026-03-0{day},7{day},{100 * day}.00,{day}.00,{99 * day}.00\n" for day in range(1, 6))
    assert read_table(f"样例厂加工费结算单\n日期,单号,加工费,质量扣款,余下\n{lines}").kind != "platform_statement"


DEAR = "".join(f"2026-03-0{day},7{day},{100 * day}.00,{day}.00,{101 * day}.00\n" for day in range(1, 6))


@pytest.mark.parametrize(
    "head",
    [
        "Date,Item,Charges,Fees,Total",
        "差旅费报销 携程\n日期,单号,机票,服务费,合计金额",
        "拼多多 店铺利润表\n日期,订单号,利润,佣金,售价减进货成本",
    ],
)
def test_what_is_paid_on_top_and_a_shop_s_own_reckoning_are_no_settlement(head: str) -> None:
    assert read_table(f"{head}\n{DEAR}").kind != "platform_statement"


@pytest.mark.parametrize(
    "text",
    [
        "Date,Description,Amount,Fees,Total\n" + DEAR.replace(",7", ",Amazon "),
        "Payout date,Employee,Gross Amount,Fees,Net Amount\n" + DEAR.replace("1.00,", "-1.00,"),
    ],
)
def test_english_columns_tell_no_platform_that_only_lines_name_or_nothing(text: str) -> None:
    assert read_table(text).kind != "platform_statement"


def test_two_pairs_of_columns_that_both_add_up_tell_nothing() -> None:
    known = Columns({"date": (0,), "fee": (3,)}, ("日期", "甲", "乙", "佣金", "丙"))
    rows = [("2026-03-01", f"{n}.00", f"{n}.00", "1.00", f"{n - 1}.00") for n in range(5, 10)]
    assert proven.columns(known, rows) == known


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("美团外卖·样例粉店(滨江店)", ["样例粉店(滨江店)"]),
        ("淘宝闪购·样例粉店(滨江店)", ["样例粉店(滨江店)"]),
        ("样例·小馆(滨江店)", ["样例·小馆(滨江店)"]),
        ("今日营业额(全部店)", []),
    ],
)
def test_a_platforms_name_before_a_shops_is_no_part_of_it(printed: str, name: list[str]) -> None:
    assert [match[0] for match in form("backoffice_screenshot").shapes["store"].finditer(printed)] == name


@pytest.mark.parametrize(
    ("printed", "name"),
    [("付款银行招商银行", "招商银行"), ("手机银行", None), ("提现到银行", None), ("收款银行 招商银行", "招商银行")],
)
def test_what_an_application_calls_its_pages_is_no_bank(printed: str, name: str | None) -> None:
    shown = form("backoffice_screenshot").shapes["institution"].search(printed)
    assert (shown and shown[0]) == name


@pytest.mark.parametrize(
    ("field", "names", "others"),
    [
        ("gross", ["商品总额", "交易金额", "2026年9月收款总计(元)", "乘客应付总额"], ["结算金额"]),
        ("refunds", ["退款金额", "用户退款"], ["退款"]),
        ("total_out", ["共支出96笔", "本月支出"], ["支出排行"]),
    ],
)
def test_what_a_screen_calls_its_figures(field: str, names: list[str], others: list[str]) -> None:
    labels = form("backoffice_screenshot").labels[field]
    assert [name for name in names + others if any(re.fullmatch(each, name) for each in labels)] == names
