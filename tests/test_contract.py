"""Contracts between invented parties, in the forms that Chinese firms use."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import docx
import pytest

from extractors._contract_totals import totals
from selfproof import extract, values
from selfproof.intake import take
from selfproof.model import Carrier, Document, Extraction, Page, Value, Word, box_quad
from selfproof.read import read

CLAUSES = """
一、质量标准：按国家标准执行，违约责任按本合同第五条。
二、不可抗力：双方互不承担责任。
三、争议解决：协商不成的，向甲方所在地人民法院起诉。
四、本合同一式两份，双方签字盖章后生效。
"""


def _printed(text: str) -> Document:
    """A page of lines as a text layer gives them; a bar parts the columns of a line."""
    words = []
    lines = [line for line in text.strip("\n").split("\n") if line.strip()]
    for index, line in enumerate(lines):
        cells = line.split("|")
        for column, cell in enumerate(cells):
            if cell.strip():
                left, top = 0.05 + 0.9 * column / len(cells), 0.02 + 0.96 * index / len(lines)
                width = min(0.9 / len(cells) - 0.03, 0.018 * len(cell.strip()))
                words.append(Word(cell.strip(), box_quad((left, top, left + width, top + 0.5 / len(lines)))))
    return Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, (Page(1, 595, 842, tuple(words)),))


def _word_file(text: str) -> Document:
    made = docx.Document()
    for line in text.strip("\n").split("\n"):
        cells = line.split("|")
        if len(cells) == 1:
            made.add_paragraph(line)
            continue
        for cell, content in zip(made.add_table(rows=1, cols=len(cells)).rows[0].cells, cells, strict=True):
            cell.text = content.strip()
    buffer = io.BytesIO()
    made.save(buffer)
    return read(take(buffer.getvalue(), "contract.docx"))


def _both(text: str) -> list[dict[str, Value]]:
    found = [extract.extract(make(text + CLAUSES)) for make in (_printed, _word_file)]
    assert [part[0].kind for part in found] == ["contract", "contract"]
    return [_facts(part) for part in found]


def _facts(extractions: Sequence[Extraction]) -> dict[str, Value]:
    return {fact.field: fact.value for fact in extractions[0].facts if fact.kind == "contract"}


BUYER, SELLER = "芦溪青禾布业有限公司", "东川云岭纸业有限公司（南坪）"
WANTED = {
    "party_a": BUYER,
    "party_b": SELLER,
    "sign_date": date(2026, 3, 1),
    "total_amount": Decimal("120000.00"),
}

FORMS = {
    "labels before the names, the amount only in words": f"""
采 购 合 同
甲方：{BUYER}
乙方：{SELLER}
合同总价款为人民币壹拾贰万元整。
甲方（盖章）：|乙方（盖章）：
日期：2026年3月1日|日期：2026年3月1日
""",
    "buyer and seller, seller first, columns of labels": f"""
工矿产品购销合同
供方：{SELLER}|合同编号：GX-2026-07
需方：{BUYER}|签订地点：芦溪
|签订时间：2026年3月1日
产品名称|数量|单价|金额
纸箱|6000|20.00|120000.00
合计人民币金额（大写）：壹拾贰万元整
供方（章）：|需方（章）：
""",
    "the model form of the registry, with a block of three columns": f"""
买卖合同
出卖人：{SELLER}
买受人：{BUYER}
签订时间：2026-03-01
第一条 标的、数量、价款
标的名称|单位|数量|单价（元）|金额（元）
纸箱|个|6000|20.00|120,000.00
合计||||120,000.00
出卖人（章）|买受人（章）|鉴证意见
""",
    "two languages beside each other": f"""
购销合同 PURCHASE CONTRACT
卖方 The Seller: {SELLER}
买方 The Buyer: {BUYER}
签订日期：2026年3月1日
品名 Commodity|数量 Qty|金额 Amount
纸箱 Carton|6000|CNY 120,000.00
总值 TOTAL||CNY 120,000.00
卖方 The Seller|买方 The Buyer
""",
    "a confirmation of a sale": f"""
销售确认书 SALES CONFIRMATION
编号 No.: SC-2026-07
卖方 Seller: {SELLER}
买方 Buyer: {BUYER}
签订日期：2026年3月1日
总金额：120000.00元
""",
    "roles in brackets and the amount in ten thousands": f"""
技术服务合同
委托方（甲方）：{BUYER}
住所地：芦溪一路一号
受托方（乙方）：{SELLER}
服务费总额为：12万元，其中预付款3.6万元。
签约日期：二〇二六年三月一日
""",
    "full names of a works contract": f"""
装修工程施工合同
发包人（全称）：{BUYER}
承包人（全称）：{SELLER}
二〇二五年十二月
四、签约合同价为：人民币（大写）壹拾贰万元整（¥120000.00元）
其中安全文明施工费：人民币伍仟元整（¥5000.00元）
本合同于2026年3月1日在芦溪签订。
""",
    "parties by what they are called below": f"""
加工承揽合同
{BUYER}（以下简称“甲方”）与{SELLER}（以下简称“乙方”）经协商订立本合同。
加工费总计：￥120,000.00元（大写：壹拾贰万元整）
签订日期：2026/3/1
""",
    "who does the work is party A, and calls itself so behind its name": f"""
承揽加工合同
承揽方：{BUYER}以下简称甲方
定作方：{SELLER}以下简称乙方
第五条 工程价款：按核定价格单计算，共计款120000元。
签订日期：2026年3月1日
""",
    "who ordered the whole is named where a part of it is given away": f"""
建设工程施工劳务分包合同
工程承包人(施工总承包人)：{BUYER}
住所：芦溪一路一号
劳务分包人：{SELLER}
鉴于东川置业有限公司(以下简称为“发包人”)与工程承包人已经签订施工总承包合同，双方就劳务分包事项协商达成一致。
17.1 劳务报酬共计120000元。
合同订立时间：2026年3月1日
""",
    "what is called a party stands before the name": f"""
劳务承揽合同
企业名称（以下称“甲方”）：{BUYER}
统一社会信用代码：
企业名称（以下称“乙方”）：{SELLER}
营业执照号：
法定代表人：
住所：
二、价款或酬金：120000元
签订日期：2026年3月1日
""",
    "names on the lines below": f"""
货物运输合同
1 托运方（甲方）
公司名称：{BUYER}
地址：芦溪一路一号
2 承运方（乙方）
公司名称：{SELLER}
地址：南坪二路二号
运费总额：人民币120000元
甲方代表签字：
签字日期：2026年03月01日
""",
    "names in the cells of a table": f"""
设备采购合同书
甲方（买方）|{BUYER}
乙方（卖方）|{SELLER}
合同总金额（含税）|￥120,000.00
甲方（公章）|乙方（公章）
2026年3月1日|2026年3月1日
""",
    "advances, shares and penalties before the total": f"""
年度供货框架协议
需方（甲方）：{BUYER}（盖章）
供方（乙方）：{SELLER}（盖章）
付款：甲方支付合同总价的30%即人民币36,000.00元作为预付款。
逾期交货，每日按合同总价的0.5%支付违约金，违约金总额不超过合同总金额的10%。
质保金为6000元，单价20.00元/个。
合同总金额：人民币120,000.00元。
合同签订日期：2026年3月1日
""",
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_gives_parties_total_and_day(text: str) -> None:
    for facts in _both(text):
        assert {name: facts.get(name) for name in WANTED} == WANTED


def test_title_and_number_are_read_without_what_stands_beside_them() -> None:
    for facts in _both(FORMS["buyer and seller, seller first, columns of labels"]):
        assert (facts["title"], facts["contract_number"]) == ("工矿产品购销合同", "GX-2026-07")


@pytest.mark.parametrize(("upper", "lower"), [("晨星小区外墙改造", "合 同 书"), ("晨星小区屋面维修工程", "施工合同")])
def test_a_title_of_two_lines_is_one(upper: str, lower: str) -> None:
    (facts, _) = _both(f"{upper}\n{lower}\n甲方：{BUYER}\n乙方：{SELLER}\n本合同、违约责任、争议\n")
    assert facts["title"] == f"{upper}{lower.replace(' ', '')}"


def test_the_price_at_which_a_bargain_was_struck_is_the_total() -> None:
    said = "甲方向乙方购买拖拉机一台，成交价35.6万元，定金5万元于三日内付清。"
    (facts, _) = _both(f"农机买卖协议\n甲方：{BUYER}\n乙方：{SELLER}\n{said}\n{CLAUSES}")
    assert facts["total_amount"] == Decimal("356000.00")


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("合同编号：HT（2026）第018号", "HT（2026）第018号"),
        ("合同号:CG-2026/018  签订地点：芦溪", "CG-2026/018"),
        ("编号：XS20260301", "XS20260301"),
        ("签订地点：芦溪|编号：XS20260301", "XS20260301"),
        ("品名|编号|单价：5", None),
        ("合同编号 PO-26-0611 ｜ 电子签署", "PO-26-0611"),
        ("合同登记编号：2026990102000418", "2026990102000418"),
        ("合同登记编号：2026990102000418\n合同编号：JS-26-07", "JS-26-07"),
        ("Contract No.: YL-26-01", "YL-26-01"),
        ("协议编号 Agreement No.: YL-26-02", "YL-26-02"),
        ("合同编号 No-26-02", "No-26-02"),
        ("合同编号：__________", None),
        ("合同编号：XX-2026-XX", None),
        ("合同编号：", None),
        ("No. YL-2026/0031|2026年3月2日 于样例", "YL-2026/0031"),
        ("No. 3 楼会议室", None),
    ],
)
def test_contract_numbers(printed: str, number: str | None) -> None:
    for facts in _both(f"采购合同\n{printed}\n甲方：{BUYER}\n乙方：{SELLER}\n"):
        assert facts.get("contract_number") == number


@pytest.mark.parametrize(
    ("printed", "period"),
    [
        ("合同期限：2026年3月1日至2027年2月28日。", "2026年3月1日至2027年2月28日"),
        ("服务期限为12个月，自验收之日起计。", "12个月"),
        ("总工期 90 天（3 个月），计划开工另行通知。", "90 天（3 个月）"),
        ("合同期限：____年__月__日至____年__月__日", None),
        ("工期：自2026年3月1日开工，至2026年3月28日竣工，共28天。", "自2026年3月1日开工，至2026年3月28日竣工"),
        ("工期总日历天数：120\n天。", "120天"),
    ],
)
def test_periods(printed: str, period: str | None) -> None:
    for facts in _both(f"服务合同\n甲方：{BUYER}\n乙方：{SELLER}\n{printed}\n"):
        assert facts.get("period") == period


BLANK = """
产品采购合同
合同编号：[填写合同编号]
甲方（需方）：____________
乙方（供方）：XX有限公司
甲方是一家合法注册的公司，乙方同意向甲方公司供货。
产品名称：[填写产品名称]
本合同的总价为[填写总价]，违约金为5000元。
逾期付款的，按每日订单总价款的[填写违约金比例]支付违约金。
甲方（签字）：|乙方（签字）：
日期：    年  月  日|日期：    年  月  日
"""


def test_a_blank_form_gives_nothing_but_its_title() -> None:
    for facts in _both(BLANK):
        assert facts == {"title": "产品采购合同"}


def _recognised(text: str) -> Document:
    document = _printed(text)
    (page,) = document.pages
    words = (replace(word, alternatives=tuple(((char, 0.99),) for char in word.text)) for word in page.words)
    return replace(document, carrier=Carrier.OCR, pages=(replace(page, words=tuple(words)),))


@pytest.mark.parametrize(
    ("day", "read_as"),
    [
        ("2026年01月18日", date(2026, 1, 18)),
        ("2026年01月8", None),
        ("2026年01月8日", None),
        ("2026年1月8日", date(2026, 1, 8)),
    ],
)
def test_a_day_of_which_a_seal_hid_a_figure_is_not_read(day: str, read_as: date | None) -> None:
    text = f"产品购销合同\n甲方：{BUYER}\n乙方：{SELLER}\n总价：人民币8,800.00元\n甲方（盖章）\n签订日期：{day}\n"
    assert _facts(extract.extract(_recognised(text))).get("sign_date") == read_as


def test_an_empty_clause_does_not_take_the_next_one() -> None:
    text = f"产品购销合同\n甲方：{BUYER}\n乙方：{SELLER}\n四、付款方式：\n五、合同期限：自 年 月 日起至 年 月 日止\n"
    for facts in _both(text):
        assert "payment_terms" not in facts
    for facts in _both(text.replace("付款方式：", "付款：货到后30日内转账付清。")):
        assert facts["payment_terms"] == "货到后30日内转账付清"


def test_goods_without_a_specification_are_goods() -> None:
    head = f"产品购销合同\n甲方：{BUYER}\n乙方：{SELLER}\n"
    table = "序号|产品名称|规格|金额(元)\n1|模具维修|3000.00\n"
    (extraction,) = extract.extract(_printed(head + table + "双方各执一份。\n" * 20))
    assert _facts([extraction])["goods"] == "模具维修"


def test_a_contractor_pays_a_subcontractor_and_a_shop_is_known_by_its_last_sign() -> None:
    text = "建设工程专业分包合同\n承包人（全称）：样例榕江建设有限公司\n分包人（全称）：样例市凌架钢构部\n"
    for facts in _both(text):
        assert (facts["party_a"], facts["party_b"]) == ("样例榕江建设有限公司", "样例市凌架钢构部")
    assert _both("采购合同\n甲方：样例镇乌岽茶行\n乙方：负责内部\n")[0].get("party_b") is None


def test_a_person_s_name_ends_where_the_bracket_with_the_number_begins() -> None:
    for facts in _both(
        "劳务分包协议\n甲方：样例榕江建设有限公司\n乙方：赵小满（身份证号：99000019900101001X）\n" + CLAUSES
    ):
        assert facts["party_b"] == "赵小满"


def test_a_person_s_name_ends_at_the_label_of_a_number_beside_it() -> None:
    for facts in _both("生猪购销协议\n甲方：曾小满 身份证号：990000\n乙方：样例镇屠宰场 电话：13900000000\n" + CLAUSES):
        assert (facts["party_a"], facts["party_b"]) == ("曾小满", "样例镇屠宰场")


def test_a_day_in_the_heading_with_the_place_of_signing_is_that_of_signing() -> None:
    for facts in _both(f"采购合同\n2026年5月16日 于样例\n甲方：{BUYER}\n乙方：{SELLER}\n日期：　年　月　日\n"):
        assert facts["sign_date"] == date(2026, 5, 16)


@pytest.mark.parametrize("line", ["2026年5月20日在需方仓库交货", "一、交货\n2026年5月20日 在样例市"])
def test_a_day_with_the_place_of_delivery_is_not_that_of_signing(line: str) -> None:
    for facts in _both(f"采购合同\n甲方：{BUYER}\n乙方：{SELLER}\n{line}\n"):
        assert "sign_date" not in facts


@pytest.mark.parametrize(
    "name", ["样例区粤港茶餐厅", "样例镇南坡鸡场", "样例县第二冷库", "样例镇茶树菇种植场", "样例县采石场"]
)
def test_a_party_is_known_by_what_it_keeps(name: str) -> None:
    for facts in _both(f"施工合同\n发包人（全称）：{name}\n承包人（全称）：样例榕江建设有限公司\n"):
        assert facts["party_a"] == name


def test_farm_produce_that_is_bought_up_is_a_contract_and_a_firm_that_is_taken_over_is_none() -> None:
    text = "{}\n甲方（收购方）：样例镇棉花收购站\n乙方：赵小满\n一、总价款90720.00元。\n"
    assert {facts["title"] for facts in _both(text.format("棉花收购合同"))} == {"棉花收购合同"}
    (taken,) = extract.extract(_printed(text.format("公司收购合同")))
    assert taken.kind != "contract"


def test_a_clause_that_goes_on_behind_a_party_names_none() -> None:
    text = "农产品购销合同\n供方（甲方）：样例乡青禾果园\n需方（乙方）：某某\n一、交货地点：乙方冷库。\n" + CLAUSES
    for facts in _both(text):
        assert (facts["party_a"], facts.get("party_b")) == ("样例乡青禾果园", None)
    text = text.replace("（甲方）：样例乡青禾果园", "（甲方）：").replace("某某", "样例市果满鲜批发行")
    for facts in _both(text):
        assert (facts.get("party_a"), facts["party_b"]) == (None, "样例市果满鲜批发行")


def test_names_on_the_line_under_labels_beside_each_other_are_the_parties() -> None:
    (extraction,) = extract.extract(
        _printed(f"采购合同\n{CLAUSES}\n甲方（盖章）：|乙方（盖章）：\n{BUYER}|{SELLER}\n代表：|代表：\n")
    )
    facts = _facts([extraction])
    assert (facts["party_a"], facts["party_b"]) == (BUYER, SELLER)


LAST_PAGE = (
    "{}本合同自双方签字盖章之日起生效，传真件具有同等法律效力。\n一式肆份，双方各执两份。\n"
    "甲方|乙方\n单位名称：样例市金果食品有限公司|单位名称：样例县木匠股份有限公司\n签订日期：2026年3月5日|签订日期：2026年3月5日\n"
)


def test_the_last_page_alone_is_a_contract_with_the_names_in_the_columns_of_its_sides() -> None:
    wide = _printed(LAST_PAGE.format(""))
    (page,) = wide.pages
    left = next(word for word in page.words if "金果" in word.text)
    close = [
        replace(word, quad=box_quad((left.box[2] + 0.005, *word.box[1:]))) if "木匠" in word.text else word
        for word in page.words
    ]
    for document in (wide, replace(wide, pages=(replace(page, words=tuple(close)),))):
        (extraction,) = extract.extract(document)
        facts = _facts([extraction])
        assert extraction.kind == "contract"
        assert (facts["party_a"], facts["party_b"]) == ("样例市金果食品有限公司", "样例县木匠股份有限公司")


@pytest.mark.parametrize(
    "said",
    [
        "出租人将房屋租赁给承租人使用。",
        "样例市金果食品有限公司将房屋出租给样例县木匠股份有限公司。",
        "贷款人样例市青禾小额贷款有限公司与借款人样例县木匠股份有限公司",
    ],
)
def test_the_last_page_of_a_lease_or_a_loan_between_firms_is_no_contract_of_sale(said: str) -> None:
    (other,) = extract.extract(_printed(LAST_PAGE.format(f"{said}\n")))
    assert other.kind != "contract"


def test_labels_of_names_in_empty_columns_of_both_sides_are_no_names() -> None:
    facts = _facts(extract.extract(_printed(f"采购合同\n甲方|乙方\n单位名称：|单位名称：\n{CLAUSES}")))
    assert not facts.keys() & {"party_a", "party_b"}


@pytest.mark.parametrize(
    ("beside", "title"), [("第九条 本合同一式两份。", "水产采购合同"), ("附件", None)], ids=["a clause", "another word"]
)
def test_a_title_stands_beside_a_clause_of_the_page_that_lies_beside_it(beside: str, title: str | None) -> None:
    text = f"水产采购合同|{beside}\n甲方：{BUYER}\n乙方：{SELLER}\n{CLAUSES}"
    assert _facts(extract.extract(_printed(text))).get("title") == title


@pytest.mark.parametrize("day", ["贰零贰陆年叁月壹拾壹日", "二二六年三月十一日"])
def test_a_day_may_be_written_in_words(day: str) -> None:
    for label in ("签订日期：", ""):
        for facts in _both(f"补充协议\n甲方：{BUYER}\n乙方：{SELLER}\n甲方（章）|乙方（章）\n{label}{day}\n"):
            assert facts["sign_date"] == date(2026, 3, 11)


def test_people_can_be_parties() -> None:
    for facts in _both("木材买卖合同\n买方：赵小满\n卖方：欧阳大山\n总价：人民币8,800.00元\n"):
        assert (facts["party_a"], facts["party_b"]) == ("赵小满", "欧阳大山")
        assert facts["total_amount"] == Decimal("8800.00")


@pytest.mark.parametrize(
    ("printed", "total"),
    [
        ("合同价款：人民币（小写）98,000元，（大写）玖万捌仟元整", "98000.00"),
        ("本合同总金额为¥2,073,000,000.00", "2073000000.00"),
        ("合同总价\n人民币肆亿玖仟伍佰万元整（¥495000000.00）\n分项：设备28600万元", "495000000.00"),
        ("9 合同价款\n9.1 合同总价\n人民币叁拾万元整", "300000.00"),
        ("含税总价：113,000.00元，不含税总价：100,000.00元", "113000.00"),
        ("不含税合同金额：100,000.00元\n含税合同金额：113,000.00元", "113000.00"),
        ("合同总额 45.5 万元", "455000.00"),
        ("违约金：合同总价的20%\n罚款：500元/次", None),
        ("定金：人民币贰万元整", None),
        ("最高扣罚 500 万元，单次 2000 元", None),
        ("广告费：90000元（大写：玖万元整），签订后付50%。", "90000.00"),
        ("加工费总额人民\n币（大写）玖万捌仟元整（¥98，000.00）", "98000.00"),
        (
            "甲方按以下方式支付：1.研究开发经费和报酬总额为人民币玖万捌\n仟元整（¥98,000.00）。2.先支付9,800.00元",
            "98000.00",
        ),
        ("2.支付合同总额98,000.00元的一半", None),
        ("预付款支付：1、合同金额30,000.00元；2、尾款70,000.00元", None),
        ("赔偿方式：1.合同金额30,000.00元", None),
        ("合同总金额 Total Amount：人民币玖万捌仟元整（RMB 98,000.00）", "98000.00"),
        ("品名|数量|金额\n纸箱|10|98,000.00\n合计金额（大写）：玖|10|¥98,000.00\n万捌仟元整|交货|", "98000.00"),
        ("每月保洁费：900元（大写：玖佰元整）。", None),
        ("五、保证金：乙方交纳履约保证金人民币900元（大写：玖佰元整）。", None),
        ("甲方于进场前支付定金金额为900元（大写：玖佰元整）。", None),
        ("居间佣金：900元（大写：玖佰元整）。", "900.00"),
        ("三、甲方应向乙方支付咨询费共计人民币900元。", "900.00"),
        ("三、甲方每月支付服务费共计900元。", None),
        ("三、签约当日甲方支付首期服务费共计900元。", None),
        ("广告费：900元（大写：玖佰元整）。\n制作费：300元（大写：叁佰元整）。", None),
    ],
)
def test_totals(printed: str, total: str | None) -> None:
    for facts in _both(f"设备供货合同\n甲方：{BUYER}\n乙方：{SELLER}\n{printed}\n"):
        assert facts.get("total_amount") == (Decimal(total) if total else None)


_BY_ITS_UNIT = {
    "合同金额（万元）：35.6": "356000.00",
    "合同总价（单位：千元）：人民币36": "36000.00",
    "合同金额（元）：356000.00": "356000.00",
    "合同总价（单 位：万 元）：35.60": "356000.00",
    "合同金额：35.60（万元）": "356000.00",
    "合同金额（万元）：356,000.00元": "356000.00",
    "合同价款（万元）：人民币叁拾伍万陆仟元整": "356000.00",
    "合同金额（万元）|35.6": "356000.00",
    "单位：万元\n品名|数量|金额\n纸箱|10|8.50\n合计|10|8.50": "85000.00",
    "单 位：RMB万元\n品名|数量|金额\n纸箱|10|8.50\n合计|10|8.50": "85000.00",
    "品名|单价（元）|金额（万元）\n纸箱|10.00|8.50\n合计| |8.50": "85000.00",
    "单位：万元\n品名|数量|金额（元）\n纸箱|10|8.50\n合计|10|8.50": "8.50",
    "注册资本（万元）：500.00\n本合同金额：356000.00": "356000.00",
}


@pytest.mark.parametrize(("printed", "total"), _BY_ITS_UNIT.items())
def test_a_total_is_told_in_yuan_by_the_unit_of_its_label_or_table(printed: str, total: str) -> None:
    head = f"采购合同\n甲方：{BUYER}\n乙方：{SELLER}\n"
    assert [found["total_amount"] for found in _both(head + printed + "\n")] == [Decimal(total)] * 2


def test_the_day_of_signing_wins_over_the_cover_and_other_days() -> None:
    text = f"""
软件开发合同
2026年1月15日
甲方：{BUYER}
乙方：{SELLER}
乙方应于2026年6月30日前交付。
甲方（盖章）：{BUYER}|乙方（盖章）：{SELLER}
授权代表：|授权代表：
日期：2026年3月1日|日期：2026年3月2日
"""
    for facts in _both(text):
        assert facts["sign_date"] == date(2026, 3, 1)


OTHERS = [
    "房屋租赁合同",
    "设备融资租赁合同",
    "个人借款合同",
    "最高额抵押合同",
    "劳动合同书",
    "股权转让协议",
    "店铺转让协议",
    "保密协议",
]


@pytest.mark.parametrize("title", OTHERS)
def test_contracts_of_other_kinds_are_left_to_them(title: str) -> None:
    text = f"{title}\n甲方：{BUYER}\n乙方：{SELLER}\n总金额：人民币120,000.00元\n{CLAUSES}"
    assert extract.extract(_printed(text))[0].kind != "contract"


@pytest.mark.parametrize("title", ["设备租赁合同", "建筑机械租赁合同", "塔吊租赁合同", "周转材料租赁合同"])
def test_who_hires_equipment_out_delivers(title: str) -> None:
    for facts in _both(
        f"{title}\n出租方：{SELLER}\n承租方：{BUYER}\n租金总额：人民币120,000.00元（不含押金30,000.00元）\n"
    ):
        assert (facts["party_a"], facts["party_b"], facts["total_amount"]) == (BUYER, SELLER, Decimal(120000))


def test_used_equipment_that_changes_hands_is_sold() -> None:
    for facts in _both(
        f"设备转让协议\n转让方（乙方）：{SELLER}\n受让方（甲方）：{BUYER}\n转让价款共计：人民币柒万叁仟捌佰元整。\n"
    ):
        assert (facts["party_a"], facts["party_b"], facts["total_amount"]) == (BUYER, SELLER, Decimal(73800))


def test_when_a_side_acts_is_not_its_name() -> None:
    blank = "农产品买卖合同\n出卖人：______\n买受人：______\n买受人于合同签订后____日内支付定金____元。\n"
    for facts in _both(blank):
        assert facts.keys() <= {"title"}


def test_a_letter_that_speaks_of_a_contract_is_none() -> None:
    letter = f"情况说明\n{BUYER}：\n贵我双方所签采购合同已履行完毕，合同总价120,000.00元已付清。\n2026年3月1日"
    assert extract.extract(_printed(letter))[0].kind == "unknown"


def test_the_total_points_at_its_place() -> None:
    facts = {
        fact.field: fact
        for fact in extract.extract(_word_file(FORMS["names in the cells of a table"] + CLAUSES))[0].facts
    }
    assert facts["total_amount"].provenance.place.path == "table 3 row 1 cell 2"
    assert facts["total_amount"].original == "￥120,000.00"


def test_goods_come_from_the_table_or_the_clause() -> None:
    for facts in _both(FORMS["buyer and seller, seller first, columns of labels"]):
        assert facts["goods"] == "纸箱"
    for facts in _both(f"采购合同\n甲方：{BUYER}\n乙方：{SELLER}\n采购内容：瓦楞纸箱一批。\n"):
        assert facts["goods"] == "瓦楞纸箱一批"


SUPPLEMENT = f"""
补充协议（一）
合同编号：YB-2026-033-补01
甲方：样例供应链有限公司
乙方：{SELLER}
鉴于甲、乙双方于2025年9月3日签订了《外墙翻新工程施工合同》（以下简称“原合同”），原合同总价为人民币386,000.00元。
一、增加工程价款人民币陆万捌仟元整。
二、调整后合同总价为人民币肆拾伍万肆仟元整（¥454,000.00）。
三、工期顺延15日。
甲方（盖章）：|乙方（盖章）：
签订日期：2026年1月8日
"""


def test_a_supplement_tells_its_own_day_and_total_and_not_those_of_the_contract_before_it() -> None:
    for facts in _both(SUPPLEMENT):
        assert (facts["party_a"], facts["sign_date"]) == ("样例供应链有限公司", date(2026, 1, 8))
        assert facts["total_amount"] == Decimal("454000.00")
        assert "period" not in facts


CHANGE = f"""
采购合同补充协议
甲方：样例供应链有限公司
乙方：{SELLER}
双方于2024年11月20日签署了《采购合同》，合同金额为人民币560,000.00元，现补充约定如下：
一、原合同第三条约定的合同总价人民币560,000.00元变更为人民币612,000.00元。
甲方（盖章）：|乙方（盖章）：
日期：2025年5月6日|日期：2025年5月6日
"""


def test_a_total_that_a_supplement_changes_is_what_it_is_changed_to() -> None:
    for facts in _both(CHANGE):
        assert (facts["total_amount"], facts["sign_date"]) == (Decimal("612000.00"), date(2025, 5, 6))


@pytest.mark.parametrize(
    "said",
    [
        "根据双方于2025年4月30日签订的《战略合作协议》，订立本合同。",
        "双方于2025年4月30日签订《采购合同》，现就价格达成如下补充协议：",
    ],
)
def test_the_day_of_another_contract_is_not_that_of_this_one(said: str) -> None:
    text = f"采购合同\n甲方：{BUYER}\n乙方：{SELLER}\n{said}\n"
    for facts in _both(text + "货物总价：人民币88,000.00元。\n"):
        assert facts["total_amount"] == Decimal("88000.00")
        assert "sign_date" not in facts


@pytest.mark.parametrize("before", ["样例有限公司采购", "根据政府采购条例", "追加工程量后", "报酬及支付方式：本"])
def test_a_total_is_told_behind_words_that_only_look_like_those_of_another_amount(before: str) -> None:
    for facts in _both(f"{BLANK}{before}合同总价为人民币88,000.00元。"):
        assert facts["total_amount"] == Decimal("88000.00")


@pytest.mark.parametrize(
    "name",
    [
        "和平样例建材厂",
        "向阳样例超市有限公司",
        "为民样例商行",
        "样例应用软件有限公司",
        "样例应急设备有限公司",
        "应城样例纸业有限公司",
    ],
)
def test_a_name_with_a_sign_that_may_mean_shall_is_a_name(name: str) -> None:
    for facts in _both(f"采购合同\n甲方：{name}\n乙方：{SELLER}\n"):
        assert facts["party_a"] == name


def test_the_amount_of_an_example_is_no_total() -> None:
    for facts in _both(BLANK + "示例：如合同总价为100,000.00元，则定金为20,000.00元。\n"):
        assert facts == {"title": "产品采购合同"}


def test_a_day_of_signing_stands_behind_its_label_in_two_languages() -> None:
    sides = f"甲方 Party A：{BUYER}|乙方 Party B：{SELLER}\n授权代表 Signature：|授权代表 Signature："
    (told, _) = _both(f"采购合同\n{sides}\n" + CLAUSES + f"\n甲方盖章：{BUYER}\n日期 Date：2026-03-18")
    assert told["sign_date"] == date(2026, 3, 18)


def test_a_name_that_its_line_had_no_room_for_goes_on_below_in_its_column() -> None:
    firm, shop = "样例迅达电梯工程有限公司", "赣州样例章江大酒店"
    sides = f"使用单位（甲方）：{shop[:-1]}|维保单位（乙方）：{firm[:-1]}\n店|司\n地址：样例路1号|地址：样例路2号\n"
    text = f"电梯保养合同\n{sides}"
    (told,) = extract.extract(_printed(text + CLAUSES))
    assert (_facts([told])["party_a"], _facts([told])["party_b"]) == (shop, firm)
    cut = f"采购合同\n甲方：样例建设集团\n有限公司\n乙方：样例食品厂\n样例商贸公司\n{CLAUSES}"
    found = _facts(extract.extract(_printed(cut)))
    assert (found["party_a"], found["party_b"]) == ("样例建设集团有限公司", "样例食品厂")


@pytest.mark.parametrize(
    ("name", "below", "told"),
    [
        ("样例市演示商行", "公司住所", "样例市演示商行"),
        ("样例市演示经营", "开户银行", None),
        ("样例市演示科技", "样例食品厂", None),
        ("样例市演示科技", "发展有限公司", "样例市演示科技发展有限公司"),
    ],
)
def test_a_name_does_not_go_on_with_a_label_or_another_name(name: str, below: str, told: str | None) -> None:
    (found,) = extract.extract(_printed(f"采购合同\n甲方：{name}\n{below}\n乙方：{SELLER}\n{CLAUSES}"))
    assert _facts([found]).get("party_a") == told


def test_a_title_stands_beside_the_number_of_its_contract() -> None:
    (told, _) = _both(f"软件订阅服务合同|No. YF2025-S-20418\n客户（甲方）：{BUYER}\n服务商（乙方）：{SELLER}\n")
    assert (told["title"], told["contract_number"]) == ("软件订阅服务合同", "YF2025-S-20418")


def test_a_supplement_tells_what_the_total_becomes_and_no_number_of_the_contract_before_it() -> None:
    said = "双方签订了《劳务合同》（合同编号：YJ-LW-2024-036），原合同价款为1,860,000.00元。"
    made = "一、原合同第四条合同价款调整为：人民币贰佰零玖万伍仟元整（￥2,095,000.00）。"
    for facts in _both(f"劳务分包合同补充协议\n甲方：{BUYER}\n乙方：{SELLER}\n{said}\n{made}\n"):
        assert facts["total_amount"] == Decimal("2095000.00")
        assert "contract_number" not in facts


def test_a_title_in_book_marks_is_followed_by_the_contract_s_own_number() -> None:
    for facts in _both(f"《设备采购合同》（合同编号：HT-2026-01）\n甲方：{BUYER}\n乙方：{SELLER}\n"):
        assert facts["contract_number"] == "HT-2026-01"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("合同总价100万元。如工期延长，合同总价调整为120万元。", "100万元"),
        ("如原材料涨价，双方可将合同价款调整为130万元。", None),
        ("加工费价格调整为5元/件。", None),
        ("经协商调整如下：合同价款调整为130万元。", "130万元"),
        ("抵押物总值为500万元。", None),
        ("货物总值：500万元。", "500万元"),
    ],
)
def test_what_may_become_of_a_total_and_what_a_pledge_is_worth_are_none(said: str, told: str | None) -> None:
    text = values.fold(said)
    assert next((text[start:stop] for start, stop in totals(text)), None) == told


def test_the_day_beside_the_parties_of_a_bill_of_sale_is_that_of_signing() -> None:
    head = (
        f"销售合同\n卖方 Seller：{SELLER}|合同号 Contract No.: BJX25-0731A\n买方 Buyer：{BUYER}|日期 Date: 2025-07-31\n"
    )
    sums = "品名|数量|单价|金额\n机芯|20,000|4.20|84,000.00\n总值 TOTAL VALUE|||RMB 84,000.00\n"
    (told, _) = _both(head + sums)
    assert (told["sign_date"], told["total_amount"]) == (date(2025, 7, 31), Decimal("84000.00"))


def test_the_headings_of_a_table_are_no_goods() -> None:
    text = (
        f"加工合同\n委托方：{BUYER}\n加工方：{SELLER}\n一、加工产品：\n产品|数量（粒）|加工费单价|金额\n扣|800|2|1600\n"
    )
    for facts in _both(text):
        assert facts.get("goods") != "产品数量（粒）加工费单价金额"
        assert facts["party_b"] == SELLER
    wrapped = f"购销合同\n甲方：{BUYER}\n乙方：{SELLER}\n产品名称|规格型号|计量|数量\n单位|时间|\n铜芯电缆|YJV|米|860\n"
    staged = f"装修合同\n甲方：{BUYER}\n乙方：{SELLER}\n第三条 付款方式\n付款阶段|付款比例|付款金额（元）|付款时间\n"
    for facts in (*_both(wrapped), *_both(staged)):
        assert facts.keys().isdisjoint({"goods", "payment_terms"})


def test_a_label_before_numerals_that_are_no_amount_leads_to_no_total() -> None:
    assert list(totals("合同总价" + "一" * 20_000)) == []


def test_people_sign_side_by_side_above_the_day_and_a_designer_is_a_side() -> None:
    (told, _) = _both(f"设计合同\n发包人：{BUYER}\n设计人：{SELLER}\n")
    assert told["party_b"] == SELLER
    for one, other in (("甲方", "乙方"), ("买方", "卖方")):
        sides = f"{one}：赵小满|{other}：钱立春"
        signed = f"养殖合同\n{sides}\n{CLAUSES}\n{sides}\n2024年12月25日"
        assert _facts(extract.extract(_printed(signed)))["sign_date"] == date(2024, 12, 25)
