"""Receipts of invented shops as words on a page, in the forms of tills, terminals, receipt books and taxis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from selfproof import extract
from selfproof.model import Carrier, Document, Extraction, Page, Value, Word, box_quad

LINE, GLYPH = 0.03, 0.02  # of the page: height of a line, width of a glyph


def _words(text: str) -> Iterator[Word]:
    """Lines of words, two or more blanks apart."""
    for number, line in enumerate(text.strip("\n").splitlines()):
        start = 0
        for cell in line.split("  "):
            if cell.strip():
                left = 0.02 + GLYPH * start
                box = (left, 0.02 + LINE * number, left + GLYPH * len(cell), 0.02 + LINE * number + 0.02)
                yield Word(cell.strip(), box_quad(box), 0.97)
            start += len(cell) + 3
    return


def _read(text: str, carrier: Carrier = Carrier.OCR) -> Extraction:
    page = Page(1, 1000, 1000, tuple(_words(text)))
    (extraction,) = extract.extract(Document("d" * 64, "image/png", carrier, (page,)))
    return extraction


def _facts(text: str) -> dict[str, Value]:
    extraction = _read(text)
    assert extraction.kind == "receipt"
    return {fact.field: fact.value for fact in extraction.facts if fact.kind == "receipt"}


FORMS = {
    "a till with cash and change": (
        """
欢迎光临
晨星便利店
收银员：02  机号：001
2026-05-0618:22:05
品名  数量  金额
牛奶  2  25.80
小计：  25.80
优惠：  -0.80
应收：  25.00
实收：  100.00
找零：  75.00
""",
        ("晨星便利店", date(2026, 5, 6), "25.00"),
    ),
    "a restaurant's bill paid by phone": (
        """
青禾小馆（东湖店）
结账单
桌号：12  人数：3
日期：2026/3/9 19:40
菜品  数量  金额
炒饭  1  18.00
合计：  118.00
实付金额：  100.30
微信支付  100.30
谢谢惠顾
""",
        ("青禾小馆（东湖店）", date(2026, 3, 9), "100.30"),
    ),
    "a card terminal with values below their labels": (
        """
银联POS签购单
商户名称(MERCHANT NAME):
云岭五金经营部
商户编号(MERCHANT NO.)
899990000000123
终端号(TERMINAL NO.)  99000018
批次号：000027  凭证号：000415
日期/时间(DATE/TIME)
2026/04/15 10:11:12
金额(AMOUNT):
RMB 1,280.00
持卡人签名
""",
        ("云岭五金经营部", date(2026, 4, 15), "1280.00"),
    ),
    "a page of a receipt book": (
        """
收 据
2026年 3月 8日
今收到：白露家电  交来
人民币（大写）：叁仟陆佰元伍角  ¥3600.50
收款事由：场地租金
收款单位：青禾塑料制品厂  经手人：林某
""",
        ("青禾塑料制品厂", date(2026, 3, 8), "3600.50"),
    ),
    "a terminal that prints no colons": (
        """
样例银行
特约商户签购单
商户名称 青禾老面馆
商户编号 899990000000123
终端编号 99000018
交易类型 消费
日期 2026-01-09
凭证号 000042
金额 RMB 58.00
持卡人签名
""",
        ("青禾老面馆", date(2026, 1, 9), "58.00"),
    ),
    "a pump of a filling station": (
        """
样例石油加油站
站名:云岭加油站
油品:92#车用汽油
枪号:05
数量:40.00升
单价:7.50元/升
金额:300.00元
时间:2026-05-02 07:33:10
""",
        ("云岭加油站", date(2026, 5, 2), "300.00"),
    ),
    "words alone": (
        """
收 款 收 据
2026年3月8日
兹收到：白露家电
人民币（大写）：壹仟贰佰元整
收款单位：青禾塑料制品厂
""",
        ("青禾塑料制品厂", date(2026, 3, 8), "1200.00"),
    ),
    "a taxi's ticket": (
        """
样例自治区云泽市
出租汽车发票
电话：96000
车号：云A-T0000
证号：000000
日期：26-03-09
上车：10:01
下车：10:31
单价：2.30
里程：10.5
等候：00:02:00
金额：38.00
""",
        (None, date(2026, 3, 9), "38.00"),
    ),
    "a taxi's ticket with its code and number": (
        """
样例市出租汽车统一发票
发票代码  199012380012
发票号码  20771346
单位  样例闽榕出租汽车有限公司
车号  样AT3X17
证号  350112
日期  2026-03-09
上车  10:14
下车  10:31
单价  2.30元
里程  10.5km
金额  38.00元
""",
        ("样例闽榕出租汽车有限公司", date(2026, 3, 9), "38.00"),
    ),
    "a restaurant that adds its service and lets the small change go": (
        """
样例渔家酒楼
结账单
台号：A12
结账：2026/04/25 20:31
啤酒  12支  714.00
消费金额  714.00
服务费(10%)  71.40
抹零  -0.40
实收金额  785.00
微信支付  785.00
""",
        ("样例渔家酒楼", date(2026, 4, 25), "785.00"),
    ),
    "a pad whose next label follows in the line": (
        """
收据
2026年1月16日
今收到  样例街道清水湾饭店
交来  水管及配件款
人民币(大写)  贰仟叁佰伍拾元整  ¥2350.00
收款单位(盖章)：样例云山水暖店 收款人：方样 经手人：
""",
        ("样例云山水暖店", date(2026, 1, 16), "2350.00"),
    ),
    "a firm's sales note": (
        """
样例赵记建材销售单
客户：陈样  日期：2026年4月9日
品名  单位  数量  单价  金额
角阀  只  24  16.00  384.00
合计金额  ￥384.00
收款人：赵样
""",
        ("样例赵记建材", date(2026, 4, 9), "384.00"),
    ),
    "a car park, less what was let off": (
        """
样例湖畔停车场
停车收费凭证
入场：2026-03-30 08:55:10
出场：2026-03-30 18:07:42
应收：30.00元
优惠：5.00元
实收：25.00元
收费员：07
""",
        ("样例湖畔停车场", date(2026, 3, 30), "25.00"),
    ),
    "a pad whose day is in words as on cheques": (
        """
收据
贰零贰陆年零叁月贰拾日
今收到：样例装饰工程部
金额：人民币陆万零玖佰陆拾元整
收款单位：样例建材经营部
会计：样  出纳：例
""",
        ("样例建材经营部", date(2026, 3, 20), "60960.00"),
    ),
    "a bill that an insurance paid a part of": (
        """
样例大药房（河东店）
销售小票
日期：2026-10-02 16:20
单号：2026100200  收款员：012
品名  数量  单价  金额
口罩  1  49.00  49.00
合计：  49.00
医保支付：  30.00
现金支付：  19.00
实收：  19.00
""",
        ("样例大药房（河东店）", date(2026, 10, 2), "49.00"),
    ),
    "an inn whose bill names the day of leaving": (
        """
样例漓畔酒店
宾客结账单
房号：0816  账单号：R2610
到店：2026-10-05  离店：2026-10-07
项目  数量  金额
房费  2  776.00
消费合计：  776.00
""",
        ("样例漓畔酒店", date(2026, 10, 7), "776.00"),
    ),
    "a hospital's bill of fees": (
        """
样例省医疗门诊收费票据（电子）
票据代码：99060126  票据号码：0033000017
校验码：a8f3c1  开票日期：2026-02-27
交款人：样某  交款人统一社会信用代码：
西药费  1  212.40
检查费  1  180.00
金额合计（大写）叁佰玖拾贰元肆角整  （小写）392.40
收款单位（章）：样例县仁杏医院  复核人：  收款人：例某
""",
        ("样例县仁杏医院", date(2026, 2, 27), "392.40"),
    ),
    "a public body's bill of what it keeps for another": (
        """
样例省行政事业单位资金往来结算票据
№ 00000017
付款单位：样例加工厂  开票日期：2026年4月16日
项目名称  数量  标准  金额（元）  备注
摊位保证金  1  3000.00  3000.00
金额合计（大写）：叁仟元整  （小写）：￥3000.00
收款单位（章）：样例县供销合作社  收款人：例某
""",
        ("样例县供销合作社", date(2026, 4, 16), "3000.00"),
    ),
    "a branch below the name of its house": (
        """
样例生鲜超市
（青枫路店）
单号：0230  收银员：1007
2026-06-11 18:22:47
品名  数量  单价  金额
上海青  1  3.71  3.71
合计：  3.71
现金：  5.00
找零：  1.29
""",
        ("样例生鲜超市（青枫路店）", date(2026, 6, 11), "3.71"),
    ),
    "an inn whose bill parts charges from payments": (
        """
样例客栈  客人账单
姓名：晨星  房号：201
到店：2026-04-04  离店：2026-04-06
日期  项目  借方（消费）  贷方（付款）
2026-04-04  房费  268.00
2026-04-06  微信支付    268.00
消费合计：268.00  付款合计：268.00
打印时间：2026-04-06 11:42
""",
        ("样例客栈", date(2026, 4, 6), "268.00"),
    ),
    "a lane of a motorway": (
        """
样例省高速公路
车辆通行费通用机打发票
发票代码 134000000018
发票号码 30000004
入口：样例南
出口：样例北
车型：客一  车种：普通
金额：45.00元
收费员：0001
2026-02-06 17:30:00
""",
        ("样例省高速公路", date(2026, 2, 6), "45.00"),
    ),
    "a counter that takes dues": (
        """
样例通信
业务受理凭证
营业厅：样例路营业厅
手机号码：138****0000
业务类型：话费充值
缴费方式：现金
本次缴费金额  100.00元
账户余额  150.00元
受理时间：2026-07-05 09:10:00
""",
        ("样例路营业厅", date(2026, 7, 5), "100.00"),
    ),
    "a carrier's till for a parcel": (
        """
样例速递寄件收费小票
网点：样例路营业部
运单号：YC0000000000105
寄件人：晨*  收件人：青*
首重(1kg)：10.00
续重(3kg)：15.00
应付运费：25.00元
付款方式：寄付现结
收件员：0001  时间：2026-03-19 16:00
""",
        ("样例路营业部", date(2026, 3, 19), "25.00"),
    ),
    "a kitchen's slip of a delivery platform": (
        """
#12 美团外卖
*样例米粉(东湖店)*
--已在线支付--
下单时间:2026-04-12 12:00:00
牛肉粉x2  36.00
餐盒费  3.00
[满30减8]  -8.00
已付:31.00元
备注:少辣
""",
        ("样例米粉(东湖店)", date(2026, 4, 12), "31.00"),
    ),
    "a charging station": (
        """
充电订单凭证
充电站：样例服务区站
运营商：样例新能源有限公司
订单编号：320000000000000001
充电开始：2026-07-08 09:30:00
充电电量：20.00度
电费：20.00元
服务费：12.50元
优惠：-2.50元
实付金额：30.00元
""",
        ("样例服务区站", date(2026, 7, 8), "30.00"),
    ),
    "a branch by its address alone": (
        """
晨星洗衣
取衣凭证
单号：XJ0009
日期：2026-11-09
折扣  0.00
合计3件  121.00
已收  121.00
门店：样例路6号
""",
        ("晨星洗衣", date(2026, 11, 9), "121.00"),
    ),
    "a seal's end behind the name": (
        """
押金收据  No.0000002
2026年1月20日
今收到  晨星
交来  商铺押金
金额（大写） 贰仟元整  ￥2000.00
收款单位（盖章）：样例商业管理有限公司收费专用章  收款人：青禾
""",
        ("样例商业管理有限公司", date(2026, 1, 20), "2000.00"),
    ),
    "a place at the roadside": (
        """
道路停车收费票据
路段：样例街
泊位号：A0001
车牌：样A·00000
驶入：2026-07-05 14:00
驶离：2026-07-05 16:00
应收：8.00元
实收：8.00元
收费员：01
样例停车服务有限公司
""",
        ("样例停车服务有限公司", date(2026, 7, 5), "8.00"),
    ),
    "a clinic's counter": (
        """
样例社区卫生服务中心
门诊收费凭条
姓名：晨**
科室：全科
一般诊疗费  10.00
西药  20.00
费用合计  30.00
医保支付  18.00
个人自付  12.00
2026-07-12 09:40:18
""",
        ("样例社区卫生服务中心", date(2026, 7, 12), "30.00"),
    ),
    "an inn's pad that says the days of the stay": (
        """
样例客栈  押金收据
No. 0000004  日期：2026-10-01
房号：512  入住：2026-10-01  离店：2026-10-03
今收到押金（大写）：叁佰元整  ￥300.00
收款单位：样例客栈  经办：晨星
""",
        ("样例客栈", date(2026, 10, 1), "300.00"),
    ),
    "a pad that says the span it is for": (
        """
收条
今收到样例商行交来仓库租金人民币贰万元整（￥20,000.00），租期自2026年5月1日至2026年10月31日。
收款单位：样例仓储有限公司
2026年4月8日
""",
        ("样例仓储有限公司", date(2026, 4, 8), "20000.00"),
    ),
    "a pump's proof from an application": (
        """
样例石油  加油电子凭证
加油站：样例黄羊加油站
油品：0号车用柴油
油枪：11号
加油量：80.00升
应付金额：599.20元
优惠金额：20.00元
实付金额：579.20元
交易时间：2026-11-05 06:31:40
""",
        ("样例黄羊加油站", date(2026, 11, 5), "579.20"),
    ),
    "a public body's note of what it collects": (
        """
收费票据
缴费单位：晨星超市  2026年7月9日
收费项目  计量  单价  金额
垃圾处理费  6月  80.00  480.00
合计（大写）：肆佰捌拾元整  ￥480.00
收款单位（章）：样例镇环境卫生所  经手：青禾
""",
        ("样例镇环境卫生所", date(2026, 7, 9), "480.00"),
    ),
    "a café that takes a card of its own": (
        """
样例烘焙工坊
外带  订单#1187
下单 2026-11-20 09:22
美式(大)x1  22.00
原价  22.00
会员折扣  -2.00
应付  20.00
储值卡支付  20.00
感谢光临
""",
        ("样例烘焙工坊", date(2026, 11, 20), "20.00"),
    ),
    "a form that names the firm as who was paid": (
        """
电子收据
付款人  晨星合作社
收款人  样例检测技术有限公司
款项内容  检测费
金额  ¥4,000.00
大写  肆仟元整
收款日期  2026年06月18日
""",
        ("样例检测技术有限公司", date(2026, 6, 18), "4000.00"),
    ),
    "an English till with the day first": (
        """
DEMO HOUSE TRADING &
HARDWARE SDN BHD
(9999999-X)
NO. 9, JALAN CONTOH 3/1
50000 KUALA CONTOH
TEL: 03-0000000
TAX INVOICE
Date: 03/04/2026  12:01
Item  Qty  Amount
TAPE  1  15.00
Subtotal  15.00
Total Excl. GST  14.15
Total Incl. GST  15.00
Cash  20.00
Change  5.00
Thank you
""",
        ("DEMO HOUSE TRADING & HARDWARE SDN BHD", date(2026, 4, 3), "15.00"),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_merchant_day_and_total(form: str) -> None:
    text, (merchant, day, total) = FORMS[form]
    facts = _facts(text)
    assert (facts.get("merchant"), facts["date"], facts["total"]) == (merchant, day, Decimal(total))


def test_an_english_head_gives_the_address_without_the_registration() -> None:
    facts = _facts(FORMS["an English till with the day first"][0])
    assert facts["address"] == "NO. 9, JALAN CONTOH 3/1 50000 KUALA CONTOH"


def test_points_are_no_money() -> None:
    slip = FORMS["a card terminal with values below their labels"][0]
    facts = _facts(slip.replace("金额(AMOUNT):\nRMB 1,280.00", "积分兑换\n信用卡积分:50000"))
    assert "total" not in facts


def test_a_day_that_reads_in_two_ways_without_a_hint_is_not_read() -> None:
    text = FORMS["an English till with the day first"][0]
    bare = (
        text.replace("SDN BHD", "STORE")
        .replace("JALAN", "ROW")
        .replace("GST", "duty")
        .replace("TAX INVOICE", "RECEIPT")
    )
    assert "date" not in _facts(bare)


def test_what_the_till_does_not_print_is_not_made_up() -> None:
    text = FORMS["a till with cash and change"][0]
    stripped = "\n".join(
        line for line in text.splitlines() if not line.startswith(("2026", "应收", "实收", "小计", "找零"))
    )
    assert {"date", "total"} & _facts(stripped + "\n合计数量：2\n谢谢惠顾").keys() == set()


@pytest.mark.parametrize(
    ("kind", "printed", "total"),
    [
        ("消费", "金额：32.00", Decimal("32.00")),
        ("扫码退款", "退款金额：-32.00", Decimal("-32.00")),
        ("扫码退款", "金额：32.00", None),
        ("消费撤销(VOID)", "金额：RMB 32.00", None),
    ],
)
def test_money_that_went_back_is_no_sale(kind: str, printed: str, total: Decimal | None) -> None:
    slip = "交易凭条\n商户名称：样例面馆\n商户号：899990000000123\n终端号：99000018\n商户联"
    facts = _facts(f"{slip}\n交易类型：{kind}\n交易时间：2026-05-21 12:31:08\n{printed}")
    assert facts.get("total") == total


@pytest.mark.parametrize("note", ["会员类型：储值卡不退款", "卡类型：\n如需退款请持小票", "交易类型：消费/可退款"])
def test_a_note_about_refunds_takes_no_total_away(note: str) -> None:
    slip = "交易凭条\n商户名称：样例面馆\n商户号：899990000000123\n终端号：99000018\n商户联"
    facts = _facts(f"{slip}\n{note}\n交易时间：2026-05-21 12:31:08\n金额：32.00")
    assert facts["total"] == Decimal("32.00")


_ROLL = "样例超市\n{head}单号：2026050601\n日期：2026-05-06 18:22\n品名 数量 金额\n牛奶 1 18.00\n合计：18.00{foot}"


@pytest.mark.parametrize(
    ("head", "foot", "kept"),
    [
        ("", "\n退款\n谢谢惠顾", True),
        ("", "\n微信支付\n退款\n0.00", True),
        ("", "\n退款 退货\n请联系店员", True),
        ("", "\n--退货--\n凭小票七日内办理", True),
        ("", "\n退款\n5.00\n实付：13.00", True),
        ("", "\n退款\n-18.00", False),
        ("", "\n退款\n¥18.00", False),
        ("退款\n", "", False),
        ("**退货**\n", "", False),
        ("退款单\n", "\n现金", False),
    ],
)
def test_a_roll_on_which_refund_stands_alone_is_one_only_where_that_is_its_name(
    head: str,
    foot: str,
    kept: bool,  # noqa: FBT001  a parameter
) -> None:
    assert ("total" in _facts(_ROLL.format(head=head, foot=foot))) == kept


def test_a_till_that_speaks_of_getting_in_and_out_keeps_its_merchant() -> None:
    till = "样例烤肉\n结账单\n桌号：8\n品名  数量\n牛舌  1  68.00\n合计  68.00\n微信支付\n上车小心 下车慢行"
    assert _facts(till)["merchant"] == "样例烤肉"


@pytest.mark.parametrize("label", ["打印", "打印时间"])
def test_the_day_of_printing_dates_a_bill_and_that_of_the_form_does_not(label: str) -> None:
    till = "样例烤肉\n预结单\n桌号：8\n{label}：2026-08-17 19:40\n品名  数量\n牛舌  1  68.00\n合计  68.00\n微信支付"
    assert _facts(till.format(label=label))["date"] == date(2026, 8, 17)
    assert "date" not in _facts(till.format(label="监制"))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("加油站购物小票\n站名：样例第七加油站", "样例第七加油站"),
        ("缴费凭证\n停车场：样例地下停车场", "样例地下停车场"),
        ("样例生活超市\n门店：样例市青枫路店", "样例生活超市样例市青枫路店"),
        ("美团外卖\n门店：样例烤肉（青枫路店）", "样例烤肉（青枫路店）"),
    ],
)
def test_a_place_named_by_its_own_label_is_the_merchant(head: str, name: str) -> None:
    facts = _facts(f"{head}\n流水号：123\n单价：7.84\n数量：2\n优惠：0.04\n实付：15.64\n日期：2026-03-08")
    assert facts["merchant"] == name


def test_a_guest_s_folio_is_of_the_day_of_leaving() -> None:
    folio = (
        "样例国际大酒店\n宾客账单\n房号：1206\n到店日期：2026-03-06  离店日期：2026-03-08\n日期  消费  付款\n2026-03-06"
    )
    facts = _facts(f"{folio}  房费  588.00\n2026-03-08  退款  -12.00\n消费合计：588.00  付款合计：588.00")
    assert (facts["merchant"], facts["date"]) == ("样例国际大酒店", date(2026, 3, 8))
    assert facts["total"] == Decimal("588.00")


@pytest.mark.parametrize("title", ["样例市出租汽車發票", "样例市出租汽车\n专用发票"])
def test_the_title_of_a_taxi_s_ticket_names_no_firm(title: str) -> None:
    ticket = f"{title}\n发票代码 199002600107\n发票号码 00000017\n车号样A·DT0018\n证号 217663\n日期 2026-03-08"
    facts = _facts(f"{ticket}\n上车 14:06\n下车 14:35\n单价 2.40元\n里程 11.6km\n等候 00:04:12\n金额 37.00元")
    assert (facts.get("merchant"), facts["total"]) == (None, Decimal("37.00"))


def test_what_is_added_to_a_ride_s_fare_is_paid_with_it() -> None:
    ticket = "样例市出租汽车专用收据\n日期 2026-03-08\n上车 14:06\n下车 14:35"
    ticket += "\n里程 11.6km\n等候 00:04:12\n金额 36.00元\n附加费 1.00元"
    assert _facts(f"{ticket}\n实收 37.00元")["total"] == Decimal("37.00")


@pytest.mark.parametrize(
    "slip",
    [
        "果然鲜水果店\n2026.03.29 20:14\n品名 重量kg 单价 金额\n红富士 2.315 9.96 23.06\n总价(元) 53.80\n谢谢光临",
        "样例美发沙龙\n服务单 2026-03-29\n项目 技师 价格\n精剪 阿凯 58.00\n合计: 73.80\n减免: -20.00\n本次实收: 53.80",
    ],
)
def test_a_scale_s_slip_and_a_barber_s_are_a_till_s(slip: str) -> None:
    assert _facts(slip)["total"] == Decimal("53.80")


def test_who_paid_on_a_pad_is_not_who_sold() -> None:
    pad = "收款收据\n2026年03月02日\n交款单位  样例社区食堂  收款方式  现金\n收款事由  灶具维修\n￥  680.00"
    assert "merchant" not in _facts(pad)


def test_figures_in_boxes_are_no_yuan_and_the_words_tell_the_total() -> None:
    pad = "收据\n2026年5月18日\n今收到 样例民宿\n{words}  百 十 万 千 百 十  元 角 分\n￥325000\n会计  经手人"
    assert _facts(pad.format(words="金额（大写）  叁仟贰佰伍拾元整"))["total"] == Decimal("3250.00")
    assert "total" not in _facts(pad.format(words="金额（大写）"))


@pytest.mark.parametrize(
    ("sums", "total"),
    [
        ("消费合计：  204.00\n抹零：  -4.00\n实收金额：  ¥200.00", "200.00"),
        ("应付金额：300.03\n优惠金额：11.09\n实付金额：288.94", "288.94"),
        ("应付金额：41.00\n优惠金额：1.00\n实付金额：50.00\n找零：9.00", "41.00"),
    ],
)
def test_what_was_paid_is_the_total_where_the_discount_proves_it(sums: str, total: str) -> None:
    till = (
        f"样例菜馆\n结账单\n台号：A12\n结账：2026-06-20 13:15\n品名  数量\n米饭  6  18.00\n{sums}\n支付方式：微信支付"
    )
    assert _facts(till)["total"] == Decimal(total)


def test_the_name_in_a_pads_title_is_the_merchant_and_a_tables_heading_is_not() -> None:
    sold = "品名  单位  数量  单价  金额\n玉米种  袋  20  65  1300\n合计人民币（大写）  壹仟叁佰元整  ¥1300"
    pad = f"{{title}}\n客户：样例合作社  2026年3月9日\n{sold}\n收款人：例某  交款人："
    assert _facts(pad.format(title="样例种子门市收款收据"))["merchant"] == "样例种子门市"
    assert "merchant" not in _facts(pad.format(title="押金收据"))
    assert "merchant" not in _facts(pad.format(title="财务专用章\n收款收据"))


def test_a_till_may_offer_an_invoice() -> None:
    printed = "样例加油站\n加油小票\n时间 2026-03-09 10:12\n92号汽油 20.00升\n单价 7.50\n合计 150.00\n实收 150.00\n"
    facts = _facts(printed + "凭此单可开具增值税发票")
    assert (facts["merchant"], facts["total"]) == ("样例加油站", Decimal("150.00"))


def test_a_ticket_of_a_fixed_amount_names_neither_day_nor_shop() -> None:
    facts = _facts(
        "样例省通用定额发票\n发票联\n发票代码 199001811320  发票号码 00000017\n￥50.00\n收款单位（盖章有效）"
    )
    assert facts == {"total": Decimal("50.00")}


def test_a_receipt_that_was_sent_as_a_file_is_one_too() -> None:
    paid = "付款单位  样例合作社\n收款事由  定金\n人民币（大写）  捌仟元整  ￥8,000.00\n收款单位  样例农资有限公司"
    text = f"收款收据\n日期：2026年5月6日\n{paid}"
    found = _read(text, Carrier.PDF_TEXT)
    told = {fact.field: fact.value for fact in found.facts if fact.kind == "receipt"}
    assert (found.kind, told["merchant"], told["total"]) == ("receipt", "样例农资有限公司", Decimal("8000.00"))
    lines = "单号：1  日期：2026-09-17\n品名  数量  单价  金额\n纸箱  5  4.00  20.00\n合计  20.00\n收款人  现金"
    note = f"样例包装有限公司\n送  货  单\n{lines}"
    assert _read(note, Carrier.PDF_TEXT).kind != "receipt"


def test_a_laundry_s_slip_and_a_courier_s_form_are_receipts() -> None:
    slip = _read(
        "样例洗衣\n收 衣 单\n单号:SY1\n收衣时间:2026-03-18 19:05\n预计取衣:2026-03-21\n大衣-干洗  30.00\n"
        "应付  30.00\n储值卡支付  30.00\n卡内余额  318.60\n逾期90天未取不承担保管责任",
        Carrier.PDF_TEXT,
    )
    form = _read(
        "样例速运  寄件收款凭条  运单号 AJ 7730\n寄件网点  样例速运东门营业部\n物品  袜子  计费重量  41.5 kg\n"
        "首重/续重  1kg 18.00  运费  228.60\n费用合计  ¥228.60\n付款方式  寄付现结\n收寄时间：2026-10-21 15:22",
        Carrier.OCR,
    )
    told = [{fact.field: fact.value for fact in one.facts if fact.kind == "receipt"} for one in (slip, form)]
    assert [(one["date"], one["total"]) for one in told] == [
        (date(2026, 3, 18), Decimal("30.00")),
        (date(2026, 10, 21), Decimal("228.60")),
    ]


def test_the_last_page_of_a_bill_that_was_sent_as_a_file_is_no_receipt() -> None:
    text = "交易号 2026050222\n样例超市  微信支付  12.00\n样例饭店  微信支付  30.00\n优惠 0.00\n合计 42.00"
    assert _read(text, Carrier.PDF_TEXT).kind != "receipt"


def test_what_stands_upright_beside_the_label_is_a_piece_of_the_seal() -> None:
    foot = "收款单位（盖章）：  家电维修部  收款人：青禾"
    pad = f"收据  No.1\n2026年3月30日\n今收到  晨星\n交来  安装费\n金额（大写） 陆佰元整  ￥600.00\n{foot}"
    page = Page(1, 1000, 1000, tuple(_words(pad)))
    (seal,) = [word for word in page.words if word.text == "家电维修部"]
    left, top, right, _ = seal.box
    upright = replace(seal, quad=box_quad((left, top - 0.06, right, top + 0.06)))
    for word, name in ((seal, "家电维修部"), (upright, None)):
        words = tuple(word if one is seal else one for one in page.words)
        (found,) = extract.extract(Document("d" * 64, "image/png", Carrier.OCR, (replace(page, words=words),)))
        assert next((fact.value for fact in found.facts if fact.field == "merchant"), None) == name


def test_who_pays_a_rent_is_no_name_of_who_receives_it() -> None:
    facts = _facts(
        "房租收据\nNo：1\n租户  晨星  房屋地址  样例路6号2-301\n"
        "缴费期间  2026-11-15 至 2027-02-14\n房租  3,000.00  押金  0.00\n"
        "合计（大写）  叁仟元整  小写  ￥3,000.00\n收款人  青禾  收款日期  2026-11-08"
    )
    assert "merchant" not in facts
    assert (facts["date"], facts["total"]) == (date(2026, 11, 8), Decimal("3000.00"))


def test_an_amount_in_words_is_no_name() -> None:
    assert "merchant" not in _facts("样例省通用定额发票\n发票联\n发票代码 199001811320\n拾元整\n收款单位（盖章有效）")


OTHERS = {
    "a platform's bill": "账单\n商品实付  12.00\n支付渠道费  1.00\n合计  1.00\n应结算金额  11.00\n数量  收银",
    "a parcel's waybill": "样例速递\n运单号：1\n寄件人：晨*  收件人：青*\n重量 3kg  运费：25.00\n付款方式：寄付",
    "a waybill": "青禾物流运单\n数量  单价  合计\n3  5.00  15.00\n收银  现金",
    "a shop's invoice from abroad": "TAX INVOICE/CASH MEMO\nBilling Address: DEMO\nQty  Tax  Total\nSubtotal  1.00",
    "an invoice without a till's words": "DEMO LTD\nINVOICE\nQty\nSubtotal  1.00\nVAT 2.00\nTotal  3.00\nThank you",
    "a foreign invoice": "DEMO GMBH\nInvoice\nBill to: DEMO\nQty  Amount\nSubtotal  10.00\nTax  1.00\nTotal  11\nIBAN",
    "a quotation": "样例砖厂报价单\n报价日期：2026-10-10\n品名  数量  单价\n砖  2  5.00\n合计  10.00",
    "a letter": "尊敬的客户：\n谢谢惠顾，本店将于五月搬迁。",
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_receipt_is_not_called_one(other: str) -> None:
    assert _read(OTHERS[other]).kind != "receipt"


def test_a_receipt_states_no_turnover() -> None:
    assert not [name for name in _facts(FORMS["words alone"][0]) if "months" in name or "receipts" in name]


def test_a_hidden_name_is_not_replaced_by_what_stands_below_it() -> None:
    slip = "POS签购单\nSALES SLIP\n商户名称:{}\n商户编号:822000000000082\n终端号:20030071\n交易金额:248.00\n"
    assert _facts(slip.format("样例轮胎店"))["merchant"] == "样例轮胎店"
    assert "merchant" not in _facts(slip.format(""))
    till = "{}销售清单\n日期:2026-03-09\n流水号:A1-77310\n2盒  12.50  25.00\n样例颗粒剂\n1盒  31.80  31.80\n"
    till += "总计:56.80\n现金:56.80\n谢谢惠顾"
    assert _facts(till.format("样例大药房\n"))["merchant"] == "样例大药房"
    assert "merchant" not in _facts(till.format(""))


def test_what_was_due_is_no_total_where_a_discount_was_given_and_what_was_paid_is_hidden() -> None:
    till = "样例加油站\n加油小票\n收银员:1\n应付金额:300.03\n优惠金额:11.09\n实付金额:{}\n支付方式:加油卡"
    assert _facts(till.format("288.94"))["total"] == Decimal("288.94")
    assert "total" not in _facts(till.format(""))


def test_what_was_due_is_no_total_where_what_is_left_of_it_is_hidden_without_a_colon() -> None:
    bill = FORMS["a till with cash and change"][0]
    hidden = bill.replace(
        "优惠：  -0.80\n应收：  25.00\n实收：  100.00\n找零：  75.00", "折扣(88折)  -3.10\n应付金额\n支付宝"
    )
    assert "total" not in _facts(hidden.replace("小计：", "消费合计"))
    assert str(_facts(hidden.replace("小计：", "消费合计").replace("应付金额", "应付金额\n22.70"))["total"]) == "22.70"


def test_an_amount_less_its_discount_proves_what_was_received() -> None:
    bill = FORMS["a till with cash and change"][0]
    sums = "金额：1,200.00元\n优惠：-33.71元\n实收：1,166.29元"
    paid = bill.replace("小计：  25.80\n优惠：  -0.80\n应收：  25.00\n实收：  100.00\n找零：  75.00", sums)
    assert str(_facts(paid)["total"]) == "1166.29"


def test_a_slip_of_a_shop_without_a_cashier_is_told_by_what_was_given_and_its_change() -> None:
    slip = (
        "晨星五金批发\n票号：XS-1\n时间：2026年5月6日 10:02\n水管  4米  272.00\n总计  272.00\n收款  300.00\n找零  28.00"
    )
    assert {str(_facts(slip)[name]) for name in ("merchant", "date", "total")} == {
        "晨星五金批发",
        "2026-05-06",
        "272.00",
    }


@pytest.mark.parametrize(
    ("below", "name"), [("停车场", "样例市晨星路步行街地下停车场"), ("现金支付", "样例市晨星路步行街地下")]
)
def test_a_labelled_name_goes_on_where_its_line_was_full(below: str, name: str) -> None:
    ticket = (
        f"缴费凭证\n停车场：样例市晨星路步行街地下\n{below}\n流水号：123\n单价：7.84\n数量：2\n优惠：0.04\n实付：15.64"
    )
    assert _facts(ticket)["merchant"] == name


def test_figures_close_behind_the_words_leave_these_what_they_are() -> None:
    pad = "收据\n今收到  某甲\n交来  摊位费\n人民币（大写）{}仟陆佰元整3600.00\n收款单位（盖章）  会计\n2026年5月6日"
    assert {str(_facts(pad.format(three))["total"]) for three in "叁参"} == {"3600.00"}


@pytest.mark.parametrize(("figures", "told"), [("1200.00", Decimal("1200.00")), ("1260.00", None)])
def test_an_amount_in_words_that_figures_repeat_is_the_total_where_no_label_is_left(
    figures: str, told: Decimal | None
) -> None:
    pad = f"收据\n2026年3月16日\n今收到  钱小满\n交来  货款\n壹仟贰佰元整  {figures}\n收款人  赵小满\n"
    assert _facts(pad).get("total") == told


@pytest.mark.parametrize("bare", ["", "贰佰元整  200.00\n"])
@pytest.mark.parametrize("label", ["尾欠", "其中定金", "优惠"])
def test_an_amount_in_words_behind_or_beside_a_label_of_its_own_is_no_total(label: str, bare: str) -> None:
    said = f"{label}  壹仟贰佰元整  1200.00\n{bare}"
    pad = f"收据\n2026年3月16日\n今收到  钱小满\n交来  货款\n{said}收款人  赵小满\n"
    assert "total" not in _facts(pad)


@pytest.mark.parametrize(
    ("below", "name"),
    [
        ("阿样海鲜档", "样例农贸市场阿样海鲜档"),
        ("货物销售明细", "样例农贸市场"),
        ("欢迎光临本店", "样例农贸市场"),
        ("谢谢惠顾小店", "样例农贸市场"),
    ],
)
def test_a_stall_of_a_market_is_named_with_it(below: str, name: str) -> None:
    sums = "花甲  20斤  160.00\n总金额：160.00元\n已付：160.00元\n货物当面点清"
    slip = f"样例农贸市场\n{below}\n开单 2026.03.01 05:48\n{sums}"
    facts = _facts(slip)
    assert (facts["merchant"], facts["total"]) == (name, Decimal("160.00"))


@pytest.mark.parametrize("foot", ["收款单位（盖章）：  会计：  收款人：赵小满", "收款单位：  经手人：赵小满"])
def test_the_label_of_a_post_behind_an_empty_line_for_the_seller_names_nobody(foot: str) -> None:
    pad = f"收据\n2026年3月16日\n今收到  钱小满\n交来  货款\n人民币（大写）  贰仟陆佰元整  ¥2600.00\n{foot}\n"
    facts = _facts(pad)
    assert ("merchant" in facts, facts["total"]) == (False, Decimal("2600.00"))


def test_what_was_received_is_the_total_where_money_given_less_the_change_says_the_same() -> None:
    head = "晨星便利店\n收银员：02\n2026-05-06 18:22\n"
    till = f"{head}件数：4  总额：161.36\n优惠：  3.00\n实收：  158.36\n现金  200.00\n找零  41.64\n"
    assert _facts(till)["total"] == Decimal("158.36")


def test_a_point_read_for_the_comma_of_thousands_parts_no_amount() -> None:
    pad = "样例酒店\n押金收据\n2026年3月16日\n兹收到  钱女士\n金额（大写）Amount:壹仟元整  ¥{}\n收银员：207"
    assert _facts(pad.format("1.000.00"))["total"] == Decimal("1000.00")
    assert "total" not in _facts(pad.format("1.00.0"))


@pytest.mark.parametrize(
    ("seal", "name"),
    [
        ("（盖章）样例木艺家具厂", "样例木艺家具厂"),
        ("（公章）收款人", None),
        ("（公章）财务部", None),
        ("（章）店", None),
    ],
)
def test_the_seller_is_named_behind_the_place_for_the_seal_without_a_colon(seal: str, name: str | None) -> None:
    pad = f"收据\n2026年3月16日\n交款单位  样例墨店\n人民币（大写）捌佰元整\n收款单位{seal}  经手人：赵小满"
    assert _facts(pad).get("merchant") == name


def test_an_amount_in_words_goes_on_in_the_next_line() -> None:
    note = (
        "收条\n今收到样例粮油厂付来稻谷款人民币贰万壹仟伍\n佰元整（￥21500.00）。此据。\n收款人：赵小满\n2026年3月16日"
    )
    facts = _facts(note)
    assert (facts["total"], facts["total_in_words"]) == (Decimal("21500.00"), "贰万壹仟伍佰元整")


def test_a_trade_is_no_name_and_a_branch_by_its_street_takes_the_house_s_along() -> None:
    sums = "取餐号A037\n2026-05-06 18:22\n米粉  22.00\n总价  26.0\n店铺满减  -4.0\n实收  22.0\n付款：微信"
    for title in ("餐饮服务收银小票", "米粉消费收银小票"):
        facts = _facts(f"{title}\n样例米粉(江南店)\n{sums}")
        assert (facts["merchant"], facts["total"]) == ("样例米粉(江南店)", Decimal("22.00"))
    for branch in ("演示路店(0755899)", "演示路店　收银：小李"):
        till = f"样例便利\n门店：{branch}\n收银员：02\n2026-05-06 18:22\n茶叶蛋  5.00\n合计：  5.00\n谢谢惠顾"
        assert _facts(till)["merchant"] == "样例便利演示路店"


def test_the_amount_that_words_and_figures_say_is_the_total_and_not_the_price_of_what_it_is_paid_for() -> None:
    said = "人民币（大写） 贰仟元整（小写） 2000.00\n用于：餐桌8张，总价11600元\n"
    pad = f"定金收据\n2026年4月3日\n兹收到 样例农家乐 定金\n{said}"
    assert _facts(f"{pad}收款单位：样例家具店  经手人：赵小满")["total"] == Decimal("2000.00")


def test_a_form_s_name_right_behind_the_house_s_is_none_of_it() -> None:
    sold = "品名  数量  单价  金额\n尿素  20  98.00  1960.00\n合计  1960.00\n收款人：赵小满"
    assert _facts(f"样例农资店销货单\n购货人：钱立春\n2026.4.21\n{sold}")["merchant"] == "样例农资店"


def test_what_a_pad_says_of_the_payer_is_no_name_of_the_merchant() -> None:
    said = "今收到 样例布行 交来 二月份店面租金\n计人民币（大写） 叁仟捌佰元正  ¥3800.00"
    assert "merchant" not in _facts(f"租金收据\n2026年2月1日\n{said}\n收款人（签章）：赵小满")


_TILL = "单号：0021\n收银员：02\n品名  数量  金额\n牛奶  2  25.80\n合计：25.80\n微信支付：25.80"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("样例康民大药房连锁有限公司晨星路\n店", "样例康民大药房连锁有限公司晨星路店"),
        ("样例石化销售有限公司青枫大道晨星路东加\n油站", "样例石化销售有限公司青枫大道晨星路东加油站"),
        ("样例石化销售有限公司\n收银部", "样例石化销售有限公司"),
        ("样例烤肉\n外卖店", "样例烤肉"),
    ],
)
def test_a_name_whose_end_had_no_room_on_its_line_is_read_whole(head: str, name: str) -> None:
    assert _facts(f"{head}\n{_TILL}")["merchant"] == name


def test_a_taxi_s_firm_goes_on_in_the_next_line() -> None:
    ticket = (
        "样例市发票\n单位 样例出租汽车有限公\n司\n发票代码 199002600107\n车号样A·DT0018\n证号 217663\n日期 2026-03-08"
    )
    facts = _facts(f"{ticket}\n上车 14:06\n下车 14:35\n单价 2.40元\n里程 11.6km\n等候 00:04:12\n金额 37.00元")
    assert facts["merchant"] == "样例出租汽车有限公司"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("收钱吧\n---交易小票（补打）\n门店  老样例牛肉面", "老样例牛肉面"),
        ("拉卡拉收款\n样例文具店", "样例文具店"),
        ("银联商务\n交易小票", None),
        ("样例云课（上海）教育科技有限公司  电子收据", "样例云课（上海）教育科技有限公司"),
        ("样例云课（上海）教育科技有限公司电子收据", "样例云课（上海）教育科技有限公司"),
        ("样例速运有限公司  寄件客户收据", "样例速运有限公司"),
        ("样例市第二人民医院门诊收费凭条（自助机）", "样例市第二人民医院"),
        ("停车收费凭条\n请妥善保管 一路平安", None),
        ("缴费成功\n收费单位  样例市水务集团有限公司", "样例市水务集团有限公司"),
        ("缴费凭证\n网点：769BF", None),
        ("收费凭条\n流水：1  门店：样例烤肉", "样例烤肉"),
    ],
)
def test_the_merchant_is_neither_a_platform_nor_a_form_s_name_nor_a_wish(head: str, name: str | None) -> None:
    assert _facts(f"{head}\n{_TILL}").get("merchant") == name


def test_below_the_first_labelled_lines_only_a_firm_s_name_is_one() -> None:
    till = "小票\n单号：1\n桌号：2\n{}\n日期：2026-05-06\n合计：25.80\n实付：25.80\n收银员：02"
    assert "merchant" not in _facts(till.format("多放辣少放盐"))
    assert _facts(till.format("样例烤肉店"))["merchant"] == "样例烤肉店"


def test_a_name_is_read_surely_where_only_the_width_of_a_bracket_is_in_doubt() -> None:
    (word, *words) = _words(f"样例生鲜（东门店）\n{_TILL}")
    doubts = tuple((("（", 0.55), ("(", 0.45)) if sign in "（）" else ((sign, 0.99),) for sign in word.text)
    page = Page(1, 1000, 1000, (replace(word, confidence=0.55, alternatives=doubts), *words))
    (read,) = extract.extract(Document("d" * 64, "image/png", Carrier.OCR, (page,)))
    assert "样例生鲜（东门店）" in {fact.value for fact in read.facts}


@pytest.mark.parametrize(
    ("days", "day"),
    [
        ("开具日期：2026-10-14  付款日期  2026-10-13", 13),
        ("进厂日期：2026-10-12  结算日期：2026-10-13", 13),
        ("期望送达时间：立即送达\n下单时间：2026-10-13 11:36", 13),
        ("游玩日期：2026-10-15\n购票时间：2026-10-13 08:17", 13),
        ("打印时间：2026-10-14 08:00\n2026-10-13 08:17", 13),
        ("生产日期：2026-10-12\n打印时间：2026-10-13", 13),
        ("日期：2026年10月Ⅱ日", 11),
    ],
)
def test_the_day_of_payment_goes_before_those_of_issue_arrival_and_use(days: str, day: int) -> None:
    facts = _facts(f"样例超市\n{days}\n{_TILL}")
    assert facts["date"] == date(2026, 10, day)


@pytest.mark.parametrize(
    ("sums", "total"),
    [
        ("小计  22.90\n合计(4点)  ¥22.90\n微信支付  ¥22.90", "22.90"),
        ("运费金额  保价费用  包装费用  费用合计\n41.00  3.00  5.00  49.00\n付款方式：微信", "49.00"),
        ("¥38.62\n实付金额\n电费  26.12元\n优惠券  -2.50元", "38.62"),
    ],
)
def test_an_amount_belongs_to_the_label_that_it_stands_behind_under_or_over(sums: str, total: str) -> None:
    till = f"样例超市\n购物小票\n单号：0021\n日期：2026-10-13\n收银员：02\n数量：2\n{sums}"
    assert _facts(till)["total"] == Decimal(total)


def test_a_note_on_how_an_invoice_is_had_and_the_period_of_a_bill_leave_a_receipt_one() -> None:
    pump = "样例加油站\n加油凭证\n油枪：06\n油品：95号\n单价：8.12\n加油量：10.00升\n实付金额：81.20元\n"
    assert _facts(f"{pump}增值税发票请扫码自助开具")["total"] == Decimal("81.20")
    dues = "缴费成功\n缴费凭证\n缴费项目  自来水费\n收费单位  样例水务公司\n户号  0310 448\n账单周期  2026年9月\n"
    facts = _facts(f"{dues}缴费金额  512.35元\n缴费时间  2026-10-08\n凭证号  2026100822")
    assert (facts["merchant"], facts["date"]) == ("样例水务公司", date(2026, 10, 8))


@pytest.mark.parametrize(
    "head",
    ["堂食\nLUNA TEA\n样例月见茶饮（青枫店）", "LUNA TEA\n样例月见茶饮（青枫店）", "样例月见茶饮（青枫店）\nLUNA"],
)
def test_the_name_in_chinese_is_the_merchant_s_beside_a_logo_in_latin_letters(head: str) -> None:
    assert _facts(f"{head}\n{_TILL}")["merchant"] == "样例月见茶饮（青枫店）"


def test_a_day_below_an_amount_is_no_second_column_of_it() -> None:
    sums = "合计 256\n抹零 6\n实收 250\n2026.10.3 店家"
    assert _facts(f"样例大排档\n桌号：12\n品名  数量  金额\n生蚝  12  72\n{sums}")["total"] == Decimal(250)


def test_an_application_s_proof_of_a_payment_is_a_receipt_and_a_bank_s_is_none() -> None:
    proof = (
        "电子收款凭证\n商户全称  样例健身服务有限公司\n收款金额  ¥1,880.00\n付款人  李某\n"
        "交易时间  2026-10-17 20:11:30\n交易单号  1000881726"
    )
    facts = _facts(proof)
    assert (facts["merchant"], facts["total"]) == ("样例健身服务有限公司", Decimal("1880.00"))
    assert _read(f"{proof}\n收款账号  6222 **** 0031").kind != "receipt"


def test_what_was_received_is_the_total_where_one_of_the_sums_says_the_same() -> None:
    sums = "合计  42.00\n减后总计  39.00\n实收  39.00\n会员余额  261.00"
    assert _facts(f"样例小厨\n结账单\n桌号：6\n日期：2026-10-30\n{sums}")["total"] == Decimal("39.00")


def test_a_lane_s_slip_is_of_the_day_of_leaving_and_not_of_its_issue() -> None:
    slip = "通行费电子收据\n收费单位：样例路桥集团有限公司\n车型：客一\n入口站：样例北 2026-10-09 23:41\n"
    facts = _facts(f"{slip}出口站：样例南 2026-10-10 01:12\n金额：45.00元\n开具日期：2026-10-12")
    assert facts["date"] == date(2026, 10, 10)


@pytest.mark.parametrize(
    ("torn", "field", "value"),
    [
        ("客户：青禾文具　电话：135　日期：2026-10-2\n3 单号：21", "date", date(2026, 10, 23)),
        ("日期：2026-10-13　客户：青禾　实付：¥25.\n80", "total", Decimal("25.80")),
        ("日期：2026-10-13　客户：青禾　电话：0510-88\n21", "date", date(2026, 10, 13)),
        (
            "收款单位：样例路桥集团青枫南北路有限公司\n青枫收费站",
            "merchant",
            "样例路桥集团青枫南北路有限公司青枫收费站",
        ),
        ("样例高速公路通行费的电子收据\n样例公路公司", "merchant", "样例公路公司"),
        ("日期时间：20261013182211", "date", date(2026, 10, 13)),
    ],
)
def test_what_a_narrow_roll_tears_is_read_whole(torn: str, field: str, value: object) -> None:
    till = "单号：0021\n收银员：02\n实付：25.80"
    assert _facts(f"{torn}\n{till}")[field] == value


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("*** 样例炸鸡 ***\n（大学城店）", "样例炸鸡（大学城店）"),
        ("SAMPLE CAFE\n样例茶餐厅", "样例茶餐厅"),
        ("收款凭证\n收款单位：样例众创空间管理有限公司（盖章）", "样例众创空间管理有限公司"),
    ],
)
def test_stars_and_the_place_for_a_seal_are_none_of_a_name(head: str, name: str) -> None:
    assert _facts(f"{head}\n{_TILL}")["merchant"] == name


def test_what_was_received_of_several_dues_less_what_was_let_off_is_the_total() -> None:
    dues = "物业费：1,260.00\n车位费：900.00\n应收合计：2,160.00\n减免：60.00\n实收合计：2,100.00"
    assert _facts(f"样例物业\n缴费小票\n单号：21\n收款人：02\n{dues}")["total"] == Decimal("2100.00")


def test_a_slip_for_a_deposit_names_the_house_below_its_title() -> None:
    facts = _facts("押金条\n样例足道养生馆\n手牌号：023\n押金：200.00元\n日期：2026-10-16\n凭此条退押金")
    assert (facts["merchant"], facts["date"]) == ("样例足道养生馆", date(2026, 10, 16))


_TAXI = (
    "车号  青A-X1234\n证号  200417\n里程  15.3km\n等候  00:06:12\n单价  2.30元\n金额  ¥68.00元\n日期  2025年04月29日"
)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("样例市出租汽车专用发票\n密码\n时间  06:22-07:05", None),
        ("样例市出租汽车专用发票\n青禾出租汽车有限公司\n上车  21:07\n下车  21:41", "青禾出租汽车有限公司"),
        ("样例市出租汽车专用发票\n青禾出租汽车有限公司监制\n上车  21:07\n下车  21:41", None),
        ("样例市出租汽车专用发票\n单位  8013245\n电话  68351150\n上车  21:07\n下车  21:41", None),
    ],
)
def test_a_ride_is_sold_by_a_firm_of_its_own_line_and_by_no_other_word(head: str, name: str | None) -> None:
    assert _facts(f"{head}\n{_TAXI}").get("merchant") == name


@pytest.mark.parametrize(
    "label",
    [
        "密码",
        "取茶号",
        "取餐码",
        "验证码",
        "会员中心",
        "工位",
        "终端编号",
        "配送方式",
        "A区12桌",
        "等待接单",
        "门店自取",
        "现金收讫",
        "排队号 A12",
    ],
)
def test_a_label_is_no_name(label: str) -> None:
    assert "merchant" not in _facts(f"{label}\n{_TILL}")


@pytest.mark.parametrize(
    "name",
    [
        "同庆号",
        "青禾数码",
        "今日样例面馆",
        "大厅小吃店",
        "样例7号桌火锅",
        "老码头",
        "一品粥铺",
        "安心养生中心",
        "样例商城",
    ],
)
def test_a_house_may_end_like_a_label(name: str) -> None:
    assert _facts(f"{name}\n{_TILL}")["merchant"] == name


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("样例电网SAMPLE GRID  缴费凭证\n样例省电力有限公司城东供电公司", "样例省电力有限公司城东供电公司"),
        ("夏日新品\n茶语样例（步行街店）", "茶语样例（步行街店）"),
        ("老样例火锅\n欢迎光临样例餐饮有限公司", "老样例火锅"),
        ("老样例火锅\n客户：青禾贸易有限公司", "老样例火锅"),
        ("老样例火锅\n样例餐饮有限公司\n青禾贸易有限公司", "老样例火锅"),
        ("样例便利店\n样例商业有限公司", "样例便利店"),
    ],
)
def test_the_one_firm_or_branch_on_a_line_of_its_own_is_meant_before_a_logo(head: str, name: str) -> None:
    assert _facts(f"{head}\n{_TILL}")["merchant"] == name


@pytest.mark.parametrize(
    ("head", "name"),
    [("夏日新品", None), ("茶语样例（步行街店）", "茶语样例（步行街店）"), ("取茶号\n青禾小馆", "青禾小馆")],
)
def test_on_a_screen_only_what_ends_like_a_house_is_one(head: str, name: str | None) -> None:
    page = Page(1, 1000, 1000, tuple(_words(f"{head}\n{_TILL}")))
    document = Document("d" * 64, "image/png", Carrier.OCR, (page,), signals={"screenshot": "2"})
    (extraction,) = extract.extract(document)
    assert next((fact.value for fact in extraction.facts if fact.field == "merchant"), None) == name


_WAYBILL = (
    "Waybill No. 7720 1955  Accepted on 30 Jun 2025\nShipper  Green Example Co.  Ship to  Lee K.\n"
    "Contents  Samples  Declared value  USD 120.00\nPayment  Freight  Packing  Amount paid (CNY)\n"
)


def test_a_courier_s_english_receipt_is_one_and_its_row_of_charges_adds_up() -> None:
    paper = f"SAMPLE EXPRESS CO., LTD. SHIPMENT RECEIPT\n{_WAYBILL}WeChat  412.00  6.00  418.00\n"
    facts = _facts(paper)
    assert (facts["merchant"], facts["date"]) == ("SAMPLE EXPRESS CO., LTD.", date(2025, 6, 30))
    assert facts["total"] == Decimal("418.00")
    assert "total" not in _facts(paper.replace("6.00  418.00", "7.00  418.00"))
    assert _read(paper.replace("SHIPMENT RECEIPT", "COMMERCIAL INVOICE")).kind != "receipt"
    assert _read(f"{paper}Commercial invoice attached").kind != "receipt"
    assert _read(paper.replace("SHIPMENT RECEIPT", "AIR WAYBILL")).kind != "receipt"


def test_a_ticket_with_its_price_is_a_receipt_of_the_day_of_its_sale() -> None:
    film = (
        "样例影城（东湖店）  副券\n影厅  5号厅  座位 7排09座\n场次  2025-08-09 19:40\n票价 39.90/张  总价 79.80元\n"
        "售票时间 2025-08-07 22:13"
    )
    facts = _facts(film)
    assert (facts["merchant"], facts["date"]) == ("样例影城（东湖店）", date(2025, 8, 7))
    assert facts["total"] == Decimal("79.80")
    assert _read(film.replace("副券", "票房结算单")).kind != "receipt"
    assert _read(film.replace("79.80元", "").replace("39.90/张", "")).kind != "receipt"
    sight = (
        "样例山风景区  门票\n票种  成人票\n单价  ¥95.00\n人数  3人\n金额  ¥285.00\n售票时间  2025-10-03\n票号  CP2510"
    )
    assert _facts(sight)["total"] == Decimal("285.00")
    assert _read("样例山风景区门票价目表\n成人票  单价  95.00\n儿童票  50.00\n人数  10人\n售票处").kind != "receipt"


def test_a_total_may_name_its_currency_before_its_sign() -> None:
    slip = "SAMPLE GIFT SHOP\nCASH RECEIPT\nCashier: Amy\nDate: 14 Jun 2025\nSubtotal  $148.40\nDelivery  $18.50\n"
    paid = "TOTAL USD  $166.90\nCash tendered  $200.00\nChange  $33.10\n"
    assert _facts(f"{slip}{paid}Thank you")["total"] == Decimal("166.90")
    assert _facts(f"{slip}TOTAL HKD  166.90\nThank you")["total"] == Decimal("166.90")
    assert "total" not in _facts(f"{slip}TOTAL HKD 5 items\nThank you")


_BILL = (
    "账单详情\n青禾通信\n-99.60\n交易成功\n订单金额  100.00\n随机立减  -0.40\n支付时间  2025-01-07 10:01:37\n"
    "付款方式  余额\n商品说明  充值话费100.00元\n收款方全称  青禾通信有限公司\n订单号  2025010722\n账单分类  充值缴费"
)


def test_a_wallets_page_of_one_purchase_is_a_receipt_of_what_was_paid() -> None:
    facts = _facts(_BILL)
    assert (facts["merchant"], facts["date"], facts["total"]) == (
        "青禾通信有限公司",
        date(2025, 1, 7),
        Decimal("99.60"),
    )


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("交易成功", "退款成功"),
        ("商品说明  充值话费100.00元", "转账备注  货款"),
        ("收款方全称  青禾通信有限公司\n", ""),
    ],
)
def test_a_wallets_page_of_a_transfer_or_of_money_that_came_back_is_no_receipt(said: str, other: str) -> None:
    assert _read(_BILL.replace(said, other)).kind != "receipt"
