"""VAT invoices: elements, print of every form, pictures, and what must not be taken for one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors import vat_invoice
from selfproof import extract, kinds, locating
from selfproof.carriers import xml
from selfproof.intake import take
from selfproof.layout_table import headings, lines, pieces, uprights
from selfproof.model import Carrier, Document, Page, Value, Word, box_quad

EM = 0.0135  # of the page's width, for one full-width character
BUYER, BUYER_ID = "样本甲贸易有限公司", "91990000MA00000A1B"
SELLER, SELLER_ID = "样本乙制造有限公司", "92990000MA00000C2D"
NUMBER = "26990000000000000017"
HEADS = ((0.075, "项目名称"), (0.2, "规格型号"), (0.32, "单 位"), (0.443, "数 量"), (0.56, "单 价"), (0.682, "金 额"),
         (0.75, "税率/征收率"), (0.925, "税 额"))  # fmt: skip
OTHER_HEADS = {
    "construction": ((0.06, "项目名称"), (0.22, "建筑服务发生地"), (0.42, "建筑项目名称"), *HEADS[5:]),
    "rent": ((0.06, "项目名称"), (0.19, "产权证书/不动产权证号"), (0.38, "面积单位"), *HEADS[3:]),
    "toll": ((0.06, "项目名称"), (0.2, "车牌号"), (0.3, "类型"), (0.4, "通行日期起"), (0.52, "通行日期止"), *HEADS[5:]),
    "passenger": ((0.13, "项目名称"), (0.347, "单价"), (0.5, "数量"), *HEADS[5:]),
}


def width(text: str) -> float:
    return sum(EM if unicodedata.east_asian_width(char) in "WF" else EM / 2 for char in text)


def at(x: float, y: float, text: str, height: float = 0.02) -> Word:
    return Word(text, box_quad((x, y, x + width(text), y + height)))


def ends(x: float, y: float, text: str) -> Word:
    """Set flush right."""
    return at(x - width(text), y, text)


def upright(x: float, y: float, text: str, step: float = 0.025) -> list[Word]:
    return [at(x, y + place * step, char) for place, char in enumerate(text)]


def document(*pages: Iterable[Word], carrier: Carrier = Carrier.PDF_TEXT, qr: str = "") -> Document:
    numbered = tuple(
        Page(number, 600, 400, tuple(replace(word, page=number) for word in words))
        for number, words in enumerate(pages, 1)
    )
    return Document("0" * 64, "application/pdf", carrier, numbered, signals={"qr": qr} if qr else {})


def row(y: float, name: str, cells: Mapping[float, str]) -> list[Word]:
    return [at(0.022, y, name), *(ends(x, y, text) for x, text in cells.items())]


PLAIN_ROW = row(0.41, "*塑料制品*外壳", {0.487: "10", 0.606: "10", 0.728: "100.00", 0.8: "13%", 0.975: "13.00"})


def party(x: float, y: float, name: str, tax_id: str, step: float = 0.076) -> list[Word]:
    """Label and value of both; values begin where the label ends."""
    label = "统一社会信用代码/纳税人识别号："
    words = [at(x, y, "名称："), at(x + width("名称：") + 0.002, y, name), at(x, y + step, label)]
    return [*words, *([at(x + width(label) + 0.004, y + step, tax_id)] if tax_id else [])]


def digital(
    rows: Sequence[Word] = tuple(PLAIN_ROW),
    *,
    heads: Sequence[tuple[float, str]] = HEADS,
    buyer: tuple[str, str] = (BUYER, BUYER_ID),
    sums: tuple[str, str, str] = ("¥100.00", "¥13.00", "¥113.00"),
    words: str = "壹佰壹拾叁圆整",
) -> list[Word]:
    """A fully digital invoice as tax bureaus print it: buyer left, seller right, upright side labels."""
    return [
        at(0.3, 0.06, "电子发票（普通发票）", 0.045), at(0.737, 0.08, "发票号码："), at(0.82, 0.081, NUMBER),
        at(0.737, 0.125, "开票日期："), at(0.82, 0.125, "2026年03月05日"),
        *upright(0.03, 0.236, "购买方信息"), *upright(0.507, 0.236, "销售方信息"),
        *party(0.055, 0.242, *buyer), *party(0.534, 0.242, SELLER, SELLER_ID),
        *(at(x, 0.382, text) for x, text in heads), *rows,
        at(0.1, 0.66, "合"), at(0.18, 0.66, "计"), ends(0.728, 0.66, sums[0]), ends(0.975, 0.66, sums[1]),
        at(0.08, 0.705, "价税合计（大写）"), at(0.3, 0.703, f"⊗{words}"), at(0.692, 0.705, "（小写）"),
        at(0.75, 0.704, sums[2]), *upright(0.028, 0.78, "备注", 0.045), at(0.094, 0.93, "开票人："),
        at(0.16, 0.93, "某甲"),
    ]  # fmt: skip


def electronic(*, shift: float = 0.0, labels: bool = True) -> list[Word]:
    """An older electronic invoice, label and value in one run; shift: how far print slipped below its label."""
    print_ = [
        ("发票代码：", "099001900111", 0.71, 0.05), ("发票号码：", "00000017", 0.71, 0.09),
        ("校 验 码：", "00000 11111 22222 33333", 0.71, 0.17),
        ("名    称：", BUYER, 0.08, 0.22), ("纳税人识别号：", BUYER_ID, 0.08, 0.26),
        ("名    称：", SELLER, 0.08, 0.75), ("纳税人识别号：", SELLER_ID, 0.08, 0.79),
    ]  # fmt: skip
    words = [at(0.3, 0.06, "浙江增值税电子普通发票", 0.045), at(0.71, 0.13, "开票日期：2026 03 05")]
    for label, value, x, y in print_:
        words += [at(x, y, label)] if labels else []
        words += [at(x + width(label) + 0.01, y + shift, value)]
    heads = (
        (0.07, "货物或应税劳务、服务名称"),
        (0.3, "规格型号"),
        (0.375, "单位"),
        *HEADS[3:6],
        (0.8, "税率"),
        (0.9, "税 额"),
    )
    return [
        *words, *upright(0.05, 0.22, "购买方", 0.04), *upright(0.58, 0.22, "密码区", 0.04),
        *upright(0.05, 0.75, "销售方", 0.04),
        *(at(0.61, y, "03<5+*/88-1>2") for y in (0.22, 0.26, 0.30)), *(at(x, 0.375, text) for x, text in heads),
        *row(0.41, "*塑料制品*外壳", {0.52: "10", 0.64: "10", 0.78: "100.00", 0.83: "13%", 0.97: "13.00"}),
        at(0.1, 0.65, "合      计"), ends(0.78, 0.65, "￥100.00"), ends(0.97, 0.65, "￥13.00"),
        at(0.1, 0.70, "价税合计(大写)"), at(0.31, 0.70, "⊗壹佰壹拾叁圆整"), at(0.73, 0.70, "(小写)￥113.00"),
        at(0.06, 0.90, "收款人：某甲"), at(0.32, 0.90, "复核：某乙"), at(0.52, 0.90, "开票人：某丙"),
        at(0.72, 0.90, "销售方：（章）"),
    ]  # fmt: skip


def paper(second: str = "00000017") -> list[Word]:
    """A paper invoice: code and number without labels, the number printed twice."""
    body = [word for word in electronic() if word.box[1] > 0.2]
    return [at(0.15, 0.05, "3300261130"), at(0.3, 0.06, "浙江增值税专用发票", 0.045),
            at(0.68, 0.05, "№ 00000017"),
            at(0.85, 0.06, "3300261130"), at(0.85, 0.09, second),
            at(0.70, 0.13, "开票日期：2026年03月05日"), *body]  # fmt: skip


def read(source: Document) -> dict[str, Value]:
    """Field → value of the first document found."""
    found = extract.extract(source)[0]
    assert found.kind == "vat_invoice"
    return {fact.field: fact.value for fact in found.facts if fact.kind == "vat_invoice"}


def amounts(fields: Mapping[str, Value], column: str = "amount") -> list[Value | None]:
    rows = {name.partition(".")[0] for name in fields if name.startswith("items[")}
    return [fields.get(f"items[{place}].{column}") for place in range(len(rows))]


PARTIES = {"buyer_name": BUYER, "buyer_tax_id": BUYER_ID, "seller_name": SELLER, "seller_tax_id": SELLER_ID}
MONEY = {"amount_excl_tax": Decimal("100.00"), "tax_amount": Decimal("13.00"), "total_amount": Decimal("113.00")}


@pytest.mark.parametrize("printed", [digital(), electronic(), electronic(shift=0.014), paper()])
def test_parties_and_amounts_are_read_wherever_a_form_prints_them(printed: list[Word]) -> None:
    fields = read(document(printed))
    assert {name: fields.get(name) for name in (*PARTIES, *MONEY)} == {**PARTIES, **MONEY}
    assert str(fields["issue_date"]) == "2026-03-05"
    assert amounts(fields) == [Decimal("100.00")]


def test_a_digital_number_whose_label_was_lost_is_still_the_number() -> None:
    number = "26330000000000000017"
    printed = [word for word in digital() if word.text not in ("发票号码：", NUMBER)]
    assert read(document([*printed, at(0.8, 0.081, f"码：{number}")]))["invoice_number"] == number
    older = [word for word in electronic() if word.text not in ("发票代码：", "099001900111", "校 验 码：")]
    assert read(document([*older, at(0.8, 0.01, number)])).get("invoice_number") != number


@pytest.mark.parametrize("buyer_id", [BUYER_ID, ""])
def test_tax_ids_below_their_labels_stay_with_their_side(buyer_id: str) -> None:
    below = [at(0.055, 0.337, buyer_id)] if buyer_id else []
    printed = [word for word in digital() if word.text not in (BUYER_ID, SELLER_ID)]
    fields = read(document([*printed, *below, at(0.534, 0.332, SELLER_ID)]))
    assert (fields.get("buyer_tax_id"), fields.get("seller_tax_id")) == (buyer_id or None, SELLER_ID)


@pytest.mark.parametrize(("scale", "begin"), [(0.55, 0.02), (0.55, 0.43), (0.7, 0.15)])
def test_a_form_that_fills_a_part_of_the_picture_only_reads_the_same(scale: float, begin: float) -> None:
    for printed in (digital(), electronic(), paper()):
        smaller = [
            replace(word, quad=tuple((begin + scale * x, begin / 2 + scale * y) for x, y in word.quad))  # type: ignore[arg-type]
            for word in printed
        ]
        assert read(document(smaller)) == read(document(printed))


def test_the_order_of_words_in_a_file_does_not_matter() -> None:
    assert read(document(reversed(digital()))) == read(document(digital()))


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (digital(), {"invoice_number": NUMBER, "invoice_type": "电子发票（普通发票）"}),
        (electronic(), {"invoice_code": "099001900111", "check_code": "00000111112222233333"}),
        (paper(), {"invoice_code": "3300261130", "invoice_number": "00000017", "invoice_type": "浙江增值税专用发票"}),
    ],
)  # fmt: skip
def test_code_number_and_title_are_read_from_each_form(printed: list[Word], expected: dict[str, str]) -> None:
    fields = read(document(printed))
    assert {name: fields.get(name) for name in expected} == expected


def test_a_number_that_its_second_print_contradicts_is_not_read() -> None:
    assert "invoice_number" not in read(document(paper(second="0000071")))


def test_a_paper_number_is_read_where_only_an_n_is_left_of_its_sign() -> None:
    printed = [word for word in paper() if word.text != "№ 00000017" and word.box[1] != 0.09]
    assert read(document([*printed, at(0.68, 0.05, "N00000017")]))["invoice_number"] == "00000017"
    assert "invoice_number" not in read(document([*printed, at(0.68, 0.05, "AN00000017")]))


def test_where_the_seller_s_block_stands_left_its_names_stay_its_own() -> None:
    turned = {"购": 0.507, "销": 0.03}
    printed = [
        replace(word, quad=at(turned[word.text], word.box[1], word.text).quad) if word.text in turned else word
        for word in digital()
    ]
    swapped = [
        replace(word, text={"买": "售", "售": "买"}.get(word.text, word.text)) if len(word.text) == 1 else word
        for word in printed
    ]
    fields = read(document(swapped))
    assert (fields["buyer_name"], fields["seller_name"]) == (SELLER, BUYER)
    assert (fields["buyer_tax_id"], fields["seller_tax_id"]) == (SELLER_ID, BUYER_ID)


def test_a_name_without_its_label_stands_above_its_tax_id_though_print_slipped_below_the_labels() -> None:
    kept = [word for word in electronic() if word.text not in (BUYER, BUYER_ID) and word.box[:2] != (0.08, 0.22)]
    slipped = [at(0.19, 0.243, BUYER), at(0.19, 0.283, BUYER_ID)]
    assert {name: read(document([*kept, *slipped])).get(name) for name in PARTIES} == PARTIES
    assert "buyer_name" not in read(document([*kept, slipped[1], at(0.4, 0.243, BUYER)]))
    assert "buyer_name" not in read(document([*kept, slipped[1], at(0.19, 0.18, BUYER)]))


def test_a_covered_seller_does_not_get_the_buyer_s_name() -> None:
    printed = [word for word in digital() if word.text not in (SELLER, SELLER_ID)]
    label = next(word for word in printed if word.text.startswith("统一") and word.box[0] > 0.5)
    damaged = replace(label, text="统一社会信用代码/纯税人识别号：")
    fields = read(document([damaged if word is label else word for word in printed]))
    assert (fields["buyer_name"], fields.get("seller_name")) == (BUYER, None)


def test_what_the_seal_of_supervision_or_the_total_says_in_words_is_no_name() -> None:
    sunk = [word for word in electronic() if word.text not in (BUYER, SELLER)]
    fields = read(document([*sunk, at(0.17, 0.205, "国家税务总局"), at(0.17, 0.735, "壹佰壹拾叁圆整")]))
    assert not {"buyer_name", "seller_name"} & set(fields)


def test_a_number_whose_second_print_stands_close_is_read_and_figures_of_the_cipher_are_none() -> None:
    printed = [word for word in paper() if word.text != "№ 00000017" and word.box[1] != 0.09]
    close = [at(0.68, 0.05, "№00000017"), at(0.765, 0.05, "00000017"), at(0.6, 0.25, "1*/4>+19*23700254/246")]
    assert read(document([*printed, *close]))["invoice_number"] == "00000017"
    assert "invoice_number" not in read(document([*printed, close[2]]))


@pytest.mark.parametrize("code", ["3300261130", "033002600104"])
def test_a_number_that_runs_into_the_second_print_of_the_code_is_parted_from_it(code: str) -> None:
    printed = [word for word in paper() if word.text != "№ 00000017" and word.box[0] < 0.8]
    assert read(document([*printed, at(0.68, 0.05, f"№00000017{code}")]))["invoice_number"] == "00000017"
    misread = f"№00000017{code}".replace("330", "830")
    assert read(document([*printed, at(0.68, 0.05, misread), at(0.15, 0.1, code)]))["invoice_number"] == "00000017"
    number = f"2699000000{code}"[:20].ljust(20, "0")
    digits = [replace(word, text=word.text.replace(NUMBER, number)) for word in digital()]
    assert read(document(digits))["invoice_number"] == number


def test_a_recognised_name_that_runs_into_the_specification_is_parted_from_it() -> None:
    glued = at(0.022, 0.41, "*塑料制品*注塑周转箱食品级M8×30")
    seen = tuple(((char, 0.98),) for char in glued.text)
    cells = row(0.41, "", {0.728: "100.00", 0.8: "13%", 0.975: "13.00"})[1:]
    fields = read(document(digital([replace(glued, alternatives=seen), *cells]), carrier=Carrier.OCR))
    assert (fields["items[0].name"], fields["items[0].spec"]) == ("*塑料制品*注塑周转箱食品级", "M8×30")


def test_the_end_of_a_foot_that_is_not_level_is_no_remark() -> None:
    body = [word for word in paper() if word.box[1] < 0.89]
    sloped = [at(0.52, 0.885, "开票人：某丙丁"), at(0.06, 0.915, "收款人：某甲"), at(0.32, 0.91, "复核：某乙")]
    remark = [*upright(0.58, 0.75, "备注", 0.06), at(0.62, 0.76, "合同号 7")]
    assert read(document([*body, *remark, *sloped]))["remarks"] == "合同号 7"
    assert "remarks" not in read(document([*body, *remark[:2], *sloped]))


def test_glyphs_strewn_around_a_seal_are_no_remark() -> None:
    label = upright(0.58, 0.75, "备注", 0.06)
    seal = [at(0.66, 0.8, "波"), at(0.74, 0.8, "91330212DEM540184K"), at(0.9, 0.8, "4")]
    assert "remarks" not in read(document([*paper(), *label, *seal]))
    assert read(document([*paper(), *label, *seal, at(0.62, 0.76, "合同号7")]))["remarks"] == "合同号7"


@pytest.mark.parametrize("printed", ["电子发票(增植税专用发票)", "电子发票值税专用发票)", "电子发票(专用发票)"])
def test_a_title_that_lost_a_sign_or_two_is_the_one_it_must_be(printed: str) -> None:
    words = [word for word in digital() if "电子发票" not in word.text]
    title = at(0.35, 0.05, printed)
    seen = replace(title, alternatives=tuple(((char, 0.98),) for char in printed))
    fields = read(document([*words, seen], carrier=Carrier.OCR))
    assert fields["invoice_type"] == "电子发票（增值税专用发票）"
    assert read(document([*words, title])).get("invoice_type") in (printed, None)


@pytest.mark.parametrize("printed", ["电子发票(值私用发票)", "江芬省车辆通行费通用(电子)发票"])
def test_a_title_that_recognition_tore_is_null(printed: str) -> None:
    words = [word for word in digital() if "电子发票" not in word.text]
    seen = replace(at(0.35, 0.05, printed), alternatives=tuple(((char, 0.98),) for char in printed))
    assert "invoice_type" not in read(document([*words, seen], carrier=Carrier.OCR))


@pytest.mark.parametrize(
    ("printed", "told"),
    [
        ("江蘇增值稅專用發票", "江苏增值税专用发票"),
        ("電子發票（普通发票）", "电子发票（普通发票）"),
        ("機動車銷售統一發票", "机动车销售统一发票"),
        ("深圳电子普通发票", "深圳电子普通发票"),
        ("（普通发票）", None),
        ("增值税普通发票）", None),
    ],
)
def test_a_title_in_old_forms_is_told_in_new_ones_and_the_part_in_its_brackets_is_no_title(
    printed: str, told: str | None
) -> None:
    words = [word for word in digital() if "电子发票" not in word.text]
    assert read(document([*words, at(0.35, 0.05, printed)])).get("invoice_type") == told


def test_a_private_buyer_has_no_tax_id() -> None:
    fields = read(document(digital(buyer=("个人", ""))))
    assert fields["buyer_name"] == "个人"
    assert "buyer_tax_id" not in fields


def test_a_discount_line_is_an_item_with_a_negative_amount() -> None:
    discount = row(0.44, "*塑料制品*外壳", {0.728: "-10.00", 0.8: "13%", 0.975: "-1.30"})
    assert amounts(read(document(digital([*PLAIN_ROW, *discount])))) == [Decimal("100.00"), Decimal("-10.00")]


def test_a_name_that_wraps_over_lines_is_one_item() -> None:
    fields = read(
        document(digital([*PLAIN_ROW, at(0.022, 0.435, "（大号加厚）"), at(0.2, 0.41, "A-1/"), at(0.2, 0.435, "B2")]))
    )
    assert fields["items[0].name"] == "*塑料制品*外壳（大号加厚）"
    assert amounts(fields) == [Decimal("100.00")]


def test_stars_and_exemption_are_no_tax() -> None:
    exempt = row(0.41, "*农产品*土豆", {0.728: "100.00", 0.8: "免税", 0.975: "***"})
    fields = read(document(digital(exempt, sums=("¥100.00", "***", "¥100.00"), words="壹佰圆整")))
    assert fields["items[0].tax_rate"] == "免税"
    assert "tax_amount" not in fields
    assert "items[0].tax" not in fields


def test_an_exemption_glued_to_its_amount_is_parted_from_it() -> None:
    exempt = row(0.41, "*蔬菜*番茄", {0.728: "4675.00免税", 0.975: "***"})
    taxed = row(0.44, "*家具*样例茶几", {0.728: "100.00", 0.8: "13%", 0.975: "13.00"})
    fields = read(document(digital([*exempt, *taxed])))
    assert amounts(fields) == [Decimal("4675.00"), Decimal("100.00")]
    assert fields["items[0].tax_rate"] == "免税"


@pytest.mark.parametrize(
    ("heading", "sums"),
    [
        (("合", "1000", "计"), ("¥110.00", "¥14.30")),
        (("台", "", "汁"), ("110.00", "14.30")),
        (("", "", ""), ("110.00", "14.30")),
        (("台", "", "汁"), ("¥111.00", "¥14.30")),
    ],
)
def test_the_sum_line_is_no_item_whatever_is_left_of_its_heading(
    heading: tuple[str, ...], sums: tuple[str, str]
) -> None:
    items = [*PLAIN_ROW, *row(0.44, "*玩具*积木", {0.728: "10.00", 0.8: "13%", 0.975: "1.30"})]
    form = [word for word in digital(items, sums=(*sums, "¥124.30")) if word.text not in ("合", "计")]
    words = [at(x, 0.66, text) for x, text in zip((0.1, 0.13, 0.18), heading, strict=True) if text]
    assert amounts(read(document([*form, *words]))) == [Decimal("100.00"), Decimal("10.00")]


def test_last_figures_that_wrapped_under_narrow_columns_are_no_item() -> None:
    tail = [ends(0.606, 0.45, "5"), ends(0.728, 0.45, "6")]
    assert amounts(read(document(digital((*PLAIN_ROW, at(0.022, 0.45, "壳体"), *tail))))) == [Decimal("100.00")]


def test_a_second_item_that_costs_the_same_is_no_sum() -> None:
    twin = row(0.44, "*玩具*积木", {0.728: "100.00", 0.8: "13%", 0.975: "13.00"})
    assert amounts(read(document(digital([*PLAIN_ROW, *twin])))) == [Decimal("100.00")] * 2


def test_goods_whose_amount_is_lost_do_not_take_that_of_the_next() -> None:
    lost = row(0.41, "*蔬菜*番茄", {0.5: "10"})
    taxed = row(0.44, "*家具*样例茶几", {0.728: "100.00", 0.8: "13%", 0.975: "13.00"})
    fields = read(document(digital([*lost, *taxed])))
    assert (fields["items[0].name"], fields["items[1].name"]) == ("*蔬菜*番茄", "*家具*样例茶几")
    assert "items[0].amount" not in fields
    assert fields["items[1].amount"] == Decimal("100.00")


def test_a_value_that_is_likelier_wrong_than_right_is_not_told() -> None:
    def sure(share: float) -> Document:
        words = [
            replace(word, alternatives=tuple(((char, share if BUYER in word.text else 0.999),) for char in word.text))
            for word in digital()
        ]
        return document(words, carrier=Carrier.OCR)

    assert read(sure(0.999))["buyer_name"] == BUYER
    assert "buyer_name" not in read(sure(0.6))
    assert read(sure(0.6))["seller_name"] == SELLER


def test_a_shaken_picture_keeps_amounts_under_headings_and_rates_that_it_misread() -> None:
    shaken = {"单 价": "雖 价", "税率/征收率": "样养征收荐", "税 额": "棋 额"}
    heads = [(x, shaken.get(text, text)) for x, text in HEADS]
    rows = [
        *row(0.41, "*塑料制品*外壳", {0.487: "10", 0.606: "10", 0.728: "100.00", 0.8: "1396", 0.975: "13.00"}),
        *row(0.45, "*物流服务*装卸", {0.728: "50.00", 0.8: "690", 0.975: "3.00"}),
    ]
    printed = digital(rows, heads=heads, sums=("¥150.00", "¥16.00", "¥166、00"), words="壹佰陆拾价圆叁角贰分")
    seen = [replace(word, alternatives=tuple(((char, 0.999),) for char in word.text)) for word in printed]
    fields = read(document(seen, carrier=Carrier.OCR))
    assert amounts(fields) == [Decimal("100.00"), Decimal("50.00")]
    assert amounts(fields, "unit_price") == [Decimal(10), None]
    assert fields["total_amount"] == Decimal("166.00")
    assert "total_in_words" not in fields  # 叁角贰分 is but its end


def test_a_red_letter_invoice_has_negative_amounts() -> None:
    red = row(0.41, "*塑料制品*外壳", {0.487: "-10", 0.606: "10", 0.728: "-100.00", 0.8: "13%", 0.975: "-13.00"})
    fields = read(document(digital(red, sums=("¥-100.00", "¥-13.00", "¥-113.00"), words="（负数）壹佰壹拾叁圆整")))
    assert {name: fields[name] for name in MONEY} == {name: -value for name, value in MONEY.items()}
    assert fields["total_in_words"] == "（负数）壹佰壹拾叁圆整"


@pytest.mark.parametrize("form", OTHER_HEADS)
def test_columns_of_special_trades_do_not_move_the_amounts(form: str) -> None:
    between = {
        "construction": [at(0.2, 0.41, "某省某市"), at(0.42, 0.41, "某园二期")],
        "rent": [at(0.2, 0.41, "某证第0001号")],
    }
    rows = [*row(0.41, "*服务*某项", {0.728: "100.00", 0.8: "9%", 0.975: "9.00"}), *between.get(form, [])]
    fields = read(document(digital(rows, heads=OTHER_HEADS[form])))
    assert (amounts(fields), amounts(fields, "tax")) == ([Decimal("100.00")], [Decimal("9.00")])


def test_headings_that_narrow_columns_break_are_one_line_of_headings() -> None:
    heads = [at(0.06, 0.386, "项目名称"), at(0.19, 0.386, "产权证书/不动产权证号"), at(0.38, 0.386, "面积单")]
    heads += [at(0.38, 0.41, "位")]
    form = [replace(word, quad=at(word.box[0], 0.362, word.text).quad) if (word.box[0], word.text) in HEADS else word
            for word in digital(row(0.45, "*租赁*铺面", {0.606: "10", 0.728: "100.00", 0.8: "13%", 0.975: "13.00"}))
            if word.text not in ("项目名称", "规格型号", "单 位", "数 量")]  # fmt: skip
    fields = read(document([*form, *heads]))
    assert (amounts(fields), fields["items[0].name"]) == ([Decimal("100.00")], "*租赁*铺面")
    assert {name: fields.get(name) for name in PARTIES} == PARTIES


def test_a_second_table_below_the_items_is_no_item() -> None:
    second = [
        at(0.04, 0.5, "运输工具种类"),
        at(0.3, 0.5, "起运地"),
        at(0.6, 0.5, "到达地"),
        at(0.04, 0.53, "公路"),
        at(0.3, 0.53, "甲市"),
    ]
    fields = read(document(digital([*PLAIN_ROW, *second])))
    assert fields["items[0].name"] == "*塑料制品*外壳"


def test_items_go_on_over_pages_and_the_last_page_gives_the_total() -> None:
    first = [word for word in digital() if not 0.65 < word.box[1] < 0.72]
    last = digital(row(0.41, "*塑料制品*底座", {0.728: "40.00", 0.8: "13%", 0.975: "5.20"}))
    fields = read(document([*first, at(0.1, 0.66, "小 计"), ends(0.728, 0.66, "¥60.00")], last))
    assert amounts(fields) == [Decimal("100.00"), Decimal("40.00")]
    assert fields["total_amount"] == Decimal("113.00")


@pytest.mark.parametrize("head", [[], [at(0.3, 0.06, "电子发票（普通发票）", 0.045), at(0.737, 0.08, NUMBER)]])
def test_items_go_on_over_a_page_that_repeats_no_headings(head: list[Word]) -> None:
    rows = [*row(0.2, "*塑料制品*底座", {0.728: "40.00", 0.8: "13%", 0.975: "5.20"}), *row(0.25, "大号", {})]
    summed = [at(0.1, 0.66, "合计"), ends(0.728, 0.66, "¥140.00"), ends(0.975, 0.66, "¥18.20")]
    first = [word for word in digital() if word.centre[1] < 0.6]
    found = read(document(first, [*head, *rows, *summed]))
    assert amounts(found) == [Decimal("100.00"), Decimal("40.00")]
    assert found["items[1].name"] == "*塑料制品*底座大号"


def test_an_item_without_tax_and_one_with_a_long_name_go_on_over_a_page_that_repeats_no_headings() -> None:
    free = row(0.2, "*塑料制品*底座", {0.728: "40.00", 0.8: "免税", 0.975: "***"})
    long = [*row(0.2, "*塑料制品*很长的", {}), *row(0.23, "底座", {0.728: "40.00", 0.8: "13%", 0.975: "5.20"})]
    first = [word for word in digital() if word.centre[1] < 0.6]
    assert read(document(first, free))["items[1].name"] == "*塑料制品*底座"
    assert read(document(first, long))["items[1].name"] == "*塑料制品*很长的底座"


def test_both_sheets_of_an_invoice_in_one_file_list_its_items_once() -> None:
    assert amounts(read(document(digital(), digital()))) == [Decimal("100.00")]


def test_a_list_of_invoices_with_one_of_them_below_is_no_invoice() -> None:
    heads = ("发票号码", "开票日期", "购方名称", "金额", "税额", "价税合计")
    listed = [at(0.05 + 0.15 * place, 0.01, text) for place, text in enumerate(heads)]
    assert vat_invoice.identify(document([*digital(), *listed])) == 0.0
    assert vat_invoice.identify(document(digital())) > 0.9


def test_a_title_in_large_print_stands_by_itself_though_the_number_follows_at_once() -> None:
    title = Word("电子发票（普通发票）", box_quad((0.28, 0.06, 0.72, 0.105)))
    assert vat_invoice.identify(document([title, *digital()[1:]])) == 1.0


def test_a_list_behind_the_invoice_replaces_the_line_that_points_at_it() -> None:
    pointing = row(0.41, "（详见销货清单）", {0.728: "100.00", 0.8: "13%", 0.975: "13.00"})
    listed = [at(0.3, 0.05, "销售货物或者提供应税劳务清单"), *(at(x, 0.2, text) for x, text in HEADS)]
    for place in range(2):
        listed += row(0.24 + 0.03 * place, f"*塑料制品*外壳{place}", {0.728: "50.00", 0.8: "13%", 0.975: "6.50"})
    fields = read(document(digital(pointing), [*listed, at(0.02, 0.9, "总计"), ends(0.728, 0.9, "¥100.00")]))
    assert amounts(fields) == [Decimal("50.00")] * 2
    assert fields["amount_excl_tax"] == Decimal("100.00")


def test_a_toll_receipt_without_tax_columns_has_a_total_only() -> None:
    heads = ((0.1, "货物或应税劳务、服务名称"), (0.48, "数量"), (0.68, "金额（元）"))
    printed = digital(row(0.41, "车辆通行费", {0.5: "1", 0.728: "28.00"}), heads=heads, sums=("28.00", "", "28.00"))
    fields = read(document(printed))
    assert fields["total_amount"] == Decimal("28.00")
    assert not {"amount_excl_tax", "tax_amount"} & set(fields)


def roll(buyer: str = BUYER, buyer_id: str = BUYER_ID) -> list[Word]:
    """A roll, one field below the other, with one kind of goods."""
    printed = ["江苏增值税普通发票（卷票）", "发票代码：032002600107", "发票号码：00000017",
            f"销售方名称：{SELLER}", f"纳税人识别号：{SELLER_ID}",
            "开票日期：2026-03-05", f"购买方名称：{buyer}", f"纳税人识别号：{buyer_id}", "项目", "*饮料*汽水", "5.00",
            "合计金额(小写)：¥10.00", "合计金额(大写)：壹拾圆整"]  # fmt: skip
    words = [at(0.1, 0.03 * place, text) for place, text in enumerate(printed, 1)]
    table = [
        at(0.4, 0.27, "单价"),
        at(0.55, 0.27, "数量"),
        at(0.7, 0.27, "金额"),
        at(0.55, 0.33, "2"),
        at(0.7, 0.33, "10.00"),
    ]
    moved = [replace(word, quad=at(0.4, 0.33, "5.00").quad) if word.text == "5.00" else word for word in words]
    return [*moved, *table]


@pytest.mark.parametrize(
    ("code", "form"),
    [("032002600107", "普通发票(卷票)"), ("032002600111", "电子普通发票"), ("032002600104", "普通发票")],
)
def test_a_recognised_title_that_lost_signs_has_the_form_of_its_code(code: str, form: str) -> None:
    said = {"江苏增值税普通发票（卷票）": "江苏增值税普通发票", "发票代码：032002600107": f"发票代码：{code}"}
    printed = [replace(word, text=said.get(word.text, word.text)) for word in roll()]
    assert read(document(printed))["invoice_type"] == "江苏增值税普通发票", "the print of a text layer stands"
    seen = [replace(word, alternatives=tuple(((char, 0.999),) for char in word.text)) for word in printed]
    assert read(document(seen))["invoice_type"] == f"江苏增值税{form}"


@pytest.mark.parametrize(("begins", "region"), [("苏", "江苏"), ("江", "江苏"), ("西", None)])
def test_a_recognised_title_with_a_part_of_its_region_has_that_of_its_code(begins: str, region: str | None) -> None:
    said = {"江苏增值税普通发票（卷票）": f"{begins}增值税普通发票", "发票代码：032002600107": "发票代码：032002600104"}
    printed = [replace(word, text=said.get(word.text, word.text)) for word in roll()]
    seen = [replace(word, alternatives=tuple(((char, 0.999),) for char in word.text)) for word in printed]
    told = read(document(seen)).get("invoice_type")
    assert told == (f"{region}增值税普通发票" if region else None)


def test_a_roll_tells_its_sides_by_labels() -> None:
    fields = read(document(roll()))
    assert {name: fields.get(name) for name in PARTIES} == PARTIES
    assert (fields["total_amount"], amounts(fields)) == (Decimal("10.00"), [Decimal("10.00")])


def test_a_roll_whose_values_stand_below_their_labels_keeps_them_and_its_total_is_no_net() -> None:
    seller_id = "92320102MA00000C2L"
    kept = [word for word in roll("个人", "") if not word.text.startswith(("纳税人", "合计金额(大写)"))]
    below = [at(0.1, 0.143, "纳税人识别号", 0.012), at(0.13, 0.158, seller_id, 0.012), at(0.1, 0.4, "合计金额(大写)"),
             at(0.13, 0.43, "壹拾圆整")]  # fmt: skip
    fields = read(document([*kept, *below]))
    assert (fields["seller_tax_id"], fields["total_in_words"]) == (seller_id, "壹拾圆整")
    assert not {"buyer_tax_id", "amount_excl_tax"} & set(fields)
    headless = [word for word in roll() if word.text not in ("项目", "单价", "数量", "金额")]
    assert "amount_excl_tax" not in read(document(headless))


def test_the_code_in_a_seal_over_the_goods_is_no_part_of_their_name() -> None:
    moved = [
        replace(word, quad=at(0.1, 0.315, word.text).quad) if word.text == "*饮料*汽水" else word for word in roll()
    ]
    fields = read(document([*moved, at(0.3, 0.33, "92320102MA00000C2L", 0.015)]))
    assert (fields["items[0].name"], amounts(fields)) == ("*饮料*汽水", [Decimal("10.00")])


def test_a_name_that_goes_on_in_the_next_line_of_a_roll_is_read_whole() -> None:
    label = "销售方名称："
    words = [
        at(0.1 + (width(label) if place else 0) * 0.6, word.box[1] + 0.014 * place, text, 0.012)
        for word in roll()
        if word.text.startswith(label)
        for place, text in enumerate((f"{label}{SELLER[:6]}", SELLER[6:]))
    ]
    fields = read(document([*(word for word in roll() if not word.text.startswith(label)), *words]))
    assert {name: fields.get(name) for name in PARTIES} == PARTIES


def test_a_private_buyer_on_a_roll_is_not_given_the_seller_s_tax_id() -> None:
    fields = read(document(roll("个人", "")))
    assert (fields["buyer_name"], fields["seller_tax_id"]) == ("个人", SELLER_ID)
    assert "buyer_tax_id" not in fields


def test_net_and_tax_are_no_total_where_the_total_is_hidden() -> None:
    sunk = [
        word for word in digital() if "113.00" not in word.text and "⊗" not in word.text and word.text not in "合计"
    ]
    words = [replace(word, quad=at(word.box[0], 0.69, word.text).quad) if word.text[1:] in ("100.00", "13.00") else word
             for word in sunk]  # fmt: skip
    fields = read(document([*words, at(0.1, 0.685, "合计")]))
    assert "total_amount" not in fields
    assert fields["tax_amount"] == Decimal("13.00")


def test_a_long_name_on_a_roll_goes_on_at_the_paper_s_edge() -> None:
    words = [replace(word, quad=at(0.1, word.box[1] + (0.03 if word.box[1] > 0.13 else 0.0), word.text).quad)
             if word.box[0] < 0.2 else replace(word, quad=at(word.box[0], word.box[1] + 0.03, word.text).quad)
             for word in roll()]  # fmt: skip
    assert read(document([*words, at(0.1, 0.15, "样本分店")]))["seller_name"] == f"{SELLER}样本分店"


def test_a_name_on_a_roll_stands_below_a_label_that_fills_its_line() -> None:
    def moved(buyer: str = BUYER, buyer_id: str = BUYER_ID) -> list[Word]:
        lower = [
            replace(word, quad=at(word.box[0], word.box[1] + (0.03 if word.box[1] > 0.13 else 0.0), word.text).quad)
            for word in roll(buyer, buyer_id)
        ]
        return [replace(word, text="销售方名称：") if word.text.startswith("销售方") else word for word in lower]

    assert read(document([*moved(), at(0.1, 0.15, SELLER)]))["seller_name"] == SELLER
    assert "buyer_name" not in read(document([*moved("", ""), at(0.1, 0.15, SELLER)]))


def test_a_hidden_number_is_no_part_of_the_code_above_it() -> None:
    hidden = [replace(word, text="发票号码：") if word.text.startswith("发票号码") else word for word in roll()]
    fields = read(document(hidden))
    assert (fields["invoice_code"], fields.get("invoice_number")) == ("032002600107", None)
    beside = [at(0.1, 0.46, "校验码："), at(0.1, 0.475, "机器编号：661713048825")]
    assert "check_code" not in read(document([*roll(), *beside]))


def test_a_name_on_a_roll_reaches_to_its_edge() -> None:
    name = "样本市样本区样本街道样本饮料有限公司"
    wide = [replace(word, quad=box_quad((0.1, word.box[1], 0.85, word.box[3]))) if name in word.text else word
            for word in roll(name)]  # fmt: skip
    assert read(document(wide))["buyer_name"] == name


@pytest.mark.parametrize("left", [0.055, 0.055 + width("名称：") + 0.002])
def test_a_name_that_goes_on_in_the_next_line_is_told_whole(left: float) -> None:
    more = at(left, 0.271, "样本分公司")
    fields = read(document([*digital(), more]))
    assert (fields["buyer_name"], fields["seller_name"]) == (BUYER.replace("公司", "公司样本分公司", 1), SELLER)


@pytest.mark.parametrize("down", [0.015, 0.02, 0.025])
@pytest.mark.parametrize("left", [-0.015, -0.006, -0.003, 0.0])
def test_a_name_that_slipped_into_the_next_line_is_told_once(left: float, down: float) -> None:
    words = [replace(word, quad=at(word.box[0] + left, word.box[1] + down, word.text).quad)
             if word.text in (BUYER, SELLER) else word for word in digital()]  # fmt: skip
    fields = read(document(words))
    assert (fields["buyer_name"], fields["seller_name"]) == (BUYER, SELLER)


def test_a_vehicle_s_buyer_stands_beside_a_label_of_two_lines() -> None:
    words = [at(0.35, 0.05, "机动车销售统一发票"), at(0.6, 0.1, "发票代码：199002600107")]
    words += [at(0.06, 0.1, "开票日期：2026-03-08"), at(0.6, 0.15, "发票号码：00000017")]
    words += [at(0.06, 0.2, "购买方名称及身份证"), at(0.06, 0.225, "号码/组织机构代码"), at(0.2, 0.214, BUYER)]
    words += [at(0.5, 0.214, "纳税人识别号"), at(0.6, 0.214, BUYER_ID), at(0.06, 0.3, "价税合计")]
    words += [at(0.5, 0.3, "小写"), at(0.6, 0.3, "￥113000.00"), at(0.06, 0.4, "销货单位名称"), at(0.2, 0.4, SELLER)]
    assert read(document(words))["buyer_name"] == BUYER


def test_a_used_car_changes_hands_between_two_named_parties_and_the_market_is_neither() -> None:
    form = [(0.4, "二手车销售统一发票"), (0.06, "开票日期：2026年03月08日"), (0.6, "发票代码：099002600107")]
    form += [(0.6, "发票号码：00000017"), (0.06, "买方单位/个人"), (0.06, "卖方单位/个人"), (0.06, "车架号")]
    form += [(0.06, "车价合计（大写）"), (0.06, "二手车市场")]
    words = [at(x, 0.06 * place, text) for place, (x, text) in enumerate(form, 1)]
    for y, name, tax_id in ((0.3, BUYER, BUYER_ID), (0.36, SELLER, SELLER_ID)):
        words += [at(0.25, y, name), at(0.55, y, "单位代码/身份证号码"), at(0.76, y, tax_id)]
    words += [
        at(0.55, 0.42, "转入地车辆管理所名称"),
        at(0.8, 0.42, "样例车辆管理所"),
        at(0.25, 0.48, "陆万叁仟伍佰元整"),
    ]
    words += [at(0.6, 0.48, "小写"), at(0.7, 0.48, "￥63500.00"), at(0.25, 0.54, "样例旧车市场有限公司")]
    words += [at(0.55, 0.54, "纳税人识别号"), at(0.76, 0.54, "93990000MA00000E4F")]
    fields = read(document(words))
    assert {name: fields.get(name) for name in PARTIES} == PARTIES
    assert fields["total_amount"] == Decimal("63500.00")


def test_a_tax_id_label_of_more_lines_than_one_belongs_to_the_name_beside_it() -> None:
    words = [at(0.35, 0.05, "机动车销售统一发票"), at(0.6, 0.1, "发票代码：199002600107")]
    words += [at(0.06, 0.1, "开票日期：2026-03-08"), at(0.6, 0.15, "发票号码：00000017")]
    words += [at(0.5, 0.2, "纳税人识别号/统一社会信"), at(0.5, 0.238, "用代码/身份证号码")]
    words += [at(0.06, 0.219, "购买方名称"), at(0.2, 0.219, BUYER), at(0.72, 0.219, BUYER_ID)]
    words += [at(0.06, 0.3, "价税合计"), at(0.5, 0.3, "小写"), at(0.6, 0.3, "￥113000.00")]
    words += [at(0.06, 0.4, "销货单位名"), at(0.06, 0.42, "称"), at(0.2, 0.4, SELLER)]
    words += [at(0.06, 0.5, "纳税人识别号"), at(0.2, 0.5, SELLER_ID)]
    fields = read(document(words))
    assert {name: fields.get(name) for name in PARTIES} == PARTIES


@pytest.mark.parametrize(("step", "told"), [(0.022, "云岭样例货物运输车队"), (0.06, "云岭样例货物运输")])
def test_a_vehicle_s_buyer_of_two_lines_is_told_whole(step: float, told: str) -> None:
    words = [at(0.35, 0.05, "机动车销售统一发票"), at(0.6, 0.1, "发票代码：199002600107")]
    words += [at(0.06, 0.1, "开票日期：2026-03-08"), at(0.6, 0.15, "发票号码：00000017")]
    words += [at(0.06, 0.2, "购买方名称"), at(0.2, 0.2, "云岭样例货物运输"), at(0.2, 0.2 + step, "车队")]
    words += [at(0.5, 0.2, "纳税人识别号"), at(0.65, 0.2, BUYER_ID), at(0.06, 0.3, "价税合计"), at(0.5, 0.3, "小写")]
    words += [at(0.6, 0.3, "￥113000.00"), at(0.06, 0.4, "销货单位名称"), at(0.2, 0.4, SELLER)]
    words += [at(0.06, 0.5, "纳税人识别号"), at(0.2, 0.5, SELLER_ID)]
    assert read(document(words))["buyer_name"] == told


def test_labels_of_a_vehicle_s_form_wrap_anywhere_and_its_signs_may_look_old() -> None:
    words = [at(0.35, 0.05, "機動車銷售統一發票"), at(0.6, 0.1, "发票代码：199002600107")]
    words += [at(0.06, 0.1, "开票日期：2026-03-08"), at(0.6, 0.15, "发票号码：00000017")]
    words += [at(0.4, 0.2, "纳税人识别号/统一社会信用代码/身"), at(0.72, 0.205, BUYER_ID)]
    words += [at(0.06, 0.219, "购买方名称"), at(0.2, 0.219, BUYER), at(0.4, 0.225, "份证明号码")]
    words += [at(0.06, 0.3, "价税合计"), at(0.5, 0.3, "小写"), at(0.6, 0.3, "￥113000.00")]
    words += [
        at(0.06, 0.4, "销货单位名称"),
        at(0.2, 0.4, SELLER),
        at(0.06, 0.5, "纳税人识别号"),
        at(0.2, 0.5, SELLER_ID),
    ]
    words += [
        at(0.06, 0.6, "增值税税率或征"),
        at(0.22, 0.6, "13%"),
        at(0.4, 0.6, "增值税税"),
        at(0.52, 0.6, "￥13000.00"),
    ]
    words += [at(0.06, 0.62, "收率"), at(0.4, 0.62, "额"), at(0.06, 0.7, "不含税价"), at(0.2, 0.7, "￥100000.00")]
    fields = read(document(words))
    assert {name: fields.get(name) for name in PARTIES} == PARTIES
    assert (fields["amount_excl_tax"], fields["tax_amount"]) == (Decimal("100000.00"), Decimal("13000.00"))
    close = {"不含税价": 0.635, "￥100000.00": 0.657, "增值税税": 0.612, "￥13000.00": 0.612, "额": 0.59}
    slipped = [replace(word, quad=at(word.box[0], close.get(word.text, word.box[1]), word.text).quad) for word in words]
    assert read(document(slipped))["amount_excl_tax"] == Decimal("100000.00")
    nameless = read(document([word for word in words if word.text != BUYER]))
    assert (nameless.get("buyer_name"), nameless["seller_name"]) == (None, SELLER)


def test_a_word_set_across_the_form_tells_a_void_invoice_and_a_note_does_not() -> None:
    assert read(document([*digital(), at(0.4, 0.5, "作 废", 0.2)]))["status"] == "作废"
    assert "status" not in read(document([*digital(), at(0.094, 0.8, "涂改作废")]))


def test_a_qr_code_fills_what_print_lacks_and_says_so() -> None:
    printed = [word for word in digital() if word.text != NUMBER]
    found = extract.extract(document(printed, qr=f"01,32,,{NUMBER},113.00,20260305,,ABCD,"))[0]
    number = next(fact for fact in found.facts if fact.name == "vat_invoice.invoice_number")
    assert (number.value, str(number.provenance.method)) == (NUMBER, "qr")


def test_a_qr_code_says_which_form_it_is_where_the_title_is_gone() -> None:
    printed = [word for word in digital() if "发票（" not in word.text]
    assert "invoice_type" not in read(document(printed))
    coded = read(document(printed, qr=f"01,31,,{NUMBER},113.00,20260305,,ABCD,"))
    assert coded["invoice_type"] == "电子发票（增值税专用发票）"


def stacked(upper: Sequence[Word], lower: Sequence[Word]) -> Document:
    """Two forms one above the other, scanned as one page."""
    seen = [
        replace(
            word,
            quad=box_quad((x0, (y0 + half) / 2, x1, (y1 + half) / 2)),
            alternatives=tuple(((char, 0.999),) for char in word.text),
        )
        for half, words in enumerate((upper, lower))
        for word in words
        for x0, y0, x1, y1 in [word.box]
    ]
    return Document("0" * 64, "image/jpeg", Carrier.OCR, (Page(1, 600, 800, tuple(seen)),))


def test_two_invoices_on_one_page_are_parted_between_them_and_not_where_a_form_is_white() -> None:
    sums = ("¥200.00", "¥26.00", "¥226.00")
    row_of_other = row(0.41, "*塑料制品*底座", {0.487: "20", 0.606: "10", 0.728: "200.00", 0.8: "13%", 0.975: "26.00"})
    other = digital(row_of_other, sums=sums, words="贰佰贰拾陆圆整")
    other = [replace(word, text=word.text.replace(NUMBER, "26990000000000000025")) for word in other]
    found = extract.extract(stacked(digital(), other))
    told = [{fact.field: fact.value for fact in one.facts if fact.kind == "vat_invoice"} for one in found]
    assert [(one["invoice_number"], one["total_amount"], one["seller_name"]) for one in told] == [
        (NUMBER, Decimal("113.00"), SELLER),
        ("26990000000000000025", Decimal("226.00"), SELLER),
    ]


def test_the_number_of_the_invoice_that_is_taken_back_is_no_number_of_this_one() -> None:
    note = at(0.094, 0.8, "被红冲蓝字数电发票号码：26990000000000000033")
    printed = [word for word in digital() if word.text not in (NUMBER, "发票号码：")]
    assert "invoice_number" not in read(document([*printed, note]))
    (one,) = extract.extract(stacked([*digital(), note], []))  # whose lower half is no invoice either
    assert {fact.value for fact in one.facts if fact.field == "invoice_number"} == {NUMBER}


def test_a_qr_code_never_overrules_exact_print() -> None:
    fields = read(document(digital(), qr="01,32,,26990000000000000099,999.00,20260101,,ABCD,"))
    assert (fields["invoice_number"], fields["total_amount"]) == (NUMBER, Decimal("113.00"))


XML = f"""<EInvoice>
<Header><InherentLabel><GeneralOrSpecialVAT><LabelName>增值税专用发票</LabelName></GeneralOrSpecialVAT>
</InherentLabel></Header>
<EInvoiceData><SellerInformation><SellerIdNum>{SELLER_ID}</SellerIdNum><SellerName>{SELLER}</SellerName></SellerInformation>
<BuyerInformation><BuyerIdNum>{BUYER_ID}</BuyerIdNum><BuyerName>{BUYER}</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>100.00</TotalAmWithoutTax><TotalTaxAm>13.00</TotalTaxAm>
<TotalTax-includedAmount>113.00</TotalTax-includedAmount></BasicInformation>
<IssuItemInformation><ItemName>*塑料制品*外壳</ItemName><Amount>60.00</Amount><TaxRate>0.13</TaxRate></IssuItemInformation>
<IssuItemInformation><ItemName>*塑料制品*底座</ItemName><Amount>40.00</Amount><TaxRate>0.13</TaxRate></IssuItemInformation>
</EInvoiceData><TaxSupervisionInfo><InvoiceNumber>{NUMBER}</InvoiceNumber><IssueTime>2026-03-05</IssueTime></TaxSupervisionInfo>
</EInvoice>"""


def test_elements_are_read_by_name_and_items_in_order(tmp_path: Path) -> None:
    path = tmp_path / "invoice.xml"
    path.write_text(XML, "utf-8")
    fields = read(xml.read(take(path.read_bytes(), path.name)))
    assert {name: fields[name] for name in (*PARTIES, *MONEY)} == {**PARTIES, **MONEY}
    assert amounts(fields) == [Decimal("60.00"), Decimal("40.00")]
    assert amounts(fields, "tax_rate") == ["13%", "13%"]
    assert fields["invoice_type"] == "增值税专用发票"


def test_an_embedded_invoice_is_believed_before_print() -> None:
    leaf = Word("999.00", box_quad((0, 0, 1, 1)), path="original_invoice.xml/eInvoice/TaxInclusiveTotalAmount")
    assert read(document(digital(), [leaf], carrier=Carrier.OFD))["total_amount"] == Decimal("999.00")


def test_a_contract_that_speaks_of_invoices_is_none() -> None:
    text = [
        "采购合同",
        "甲方应提供增值税专用发票，发票号码及开票日期以实际为准",
        f"名称：{BUYER}",
        f"纳税人识别号：{BUYER_ID}",
        "开户行及账号：某行",
    ]
    table = [at(x, 0.5, label) for x, label in HEADS]
    words = [
        *(at(0.1, 0.08 * place, line) for place, line in enumerate(text, 1)),
        *table,
        at(0.1, 0.6, "价税合计（大写）：壹佰圆整"),
    ]
    assert vat_invoice.identify(document(words)) < kinds.THRESHOLD


def test_a_letter_that_cites_an_invoice_is_none() -> None:
    text = [
        "我司已于2026年3月12日开具增值税专用发票，发票代码3300261130，请查收。",
        "发票号码：00000017，价税合计113.00元，贵公司尚未付款。",
        f"名称：{BUYER}",
        f"纳税人识别号：{BUYER_ID}",
        "开户行及账号：某行，开票日期以票面为准。",
    ]
    words = [at(0.1, 0.08 * place, line) for place, line in enumerate(text, 1)]
    assert vat_invoice.identify(document(words)) < kinds.THRESHOLD


def test_a_paper_about_invoices_is_none() -> None:
    form = [
        replace(word, text=word.text + "信息表") if word.text.startswith("电子发票") else word for word in digital()
    ]
    kept = [word for word in form if word.text not in ("发票号码：", NUMBER)]
    assert vat_invoice.identify(document(kept)) < kinds.THRESHOLD


def test_a_screen_with_an_invoice_in_one_window_is_none() -> None:
    small = [replace(word, quad=tuple((x * 0.5, y) for x, y in word.quad)) for word in digital()]
    windows = [at(0.6 + 0.1 * (place % 3), 0.03 * place, f"Response{place}") for place in range(1, 30)]
    assert vat_invoice.identify(document([*small, *windows], carrier=Carrier.OCR)) < kinds.THRESHOLD  # type: ignore[list-item]


@pytest.mark.parametrize("said", ["翻译件 Translation", "电子发票（铁路电子客票）"])
def test_a_translation_or_a_ticket_is_none(said: str) -> None:
    assert vat_invoice.identify(document([*digital(), at(0.4, 0.97, said)])) < kinds.THRESHOLD


FRAGMENTS = [
    "发票号码", "No", "名称：", "纳税人识别号：", SELLER_ID, NUMBER, "金额", "税额", "税率", "合计", "价税合计（大写）",
    "（小写）", "¥1.00",
    "***", "购", "买", "方", "备", "注", "*类*名", "1%2.00", "3.142.71", "⊗壹角", "2026年03月05日",
]  # fmt: skip
SHARES = st.floats(0, 1)
WORDS = st.builds(
    lambda text, x, y, high, wide: Word(text, box_quad((x, y, x + wide, y + high))),
    st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)),
    SHARES, SHARES, st.floats(0, 0.2), st.floats(0, 0.5),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_no_arrangement_of_words_breaks_the_reader(words: list[Word]) -> None:
    source = document(words)
    assert 0 <= vat_invoice.identify(source) <= 1
    locating.fields(vat_invoice, source)  # type: ignore[arg-type]


def test_upright_glyphs_are_one_label_and_leave_the_lines() -> None:
    page = Page(1, 600, 400, (*upright(0.03, 0.236, "购买方信息"), at(0.055, 0.242, "名称：")))
    stacks, rest = uprights(page, pieces(page.words), ["购买方信息"])
    assert [stack.text for stack in stacks] == ["购买方信息"]
    assert [line.text for line in lines(page, rest)] == ["名称:"]


def test_a_longer_heading_wins_over_its_part() -> None:
    page = Page(1, 600, 400, (at(0.1, 0.1, "税率/征收率"), at(0.4, 0.1, "税额")))
    line = lines(page, pieces(page.words))[0]
    assert [column.name for column in headings(line, {"rate": ["税率/征收率", "征收率"], "tax": ["税额"]})] == [
        "rate",
        "tax",
    ]


@pytest.mark.parametrize("left", [0.055, 0.055 + width("名称：") + 0.002])
@pytest.mark.parametrize("lines", [2, 3])
def test_the_last_sign_of_a_long_name_may_stand_alone_on_the_next_line(left: float, lines: int) -> None:
    label = "统一社会信用代码/纳税人识别号："
    words = [word for word in digital() if not (0.2 < word.box[1] < 0.36 and word.box[0] < 0.5)]
    top = 0.242 + 0.028 * lines
    words += [at(0.055, 0.242, "名称："), at(0.055 + width("名称：") + 0.002, 0.242, "样例市榕江新城建设开发有限公")]
    words += [at(left, 0.27, "司"), at(0.055, top, label), at(0.055 + width(label) + 0.004, top, BUYER_ID)]
    assert read(document(words))["buyer_name"] == "样例市榕江新城建设开发有限公司"


def test_a_name_that_ends_like_a_column_leaves_the_next_block_s_label_its_own() -> None:
    words = [word for word in digital() if not 0.2 < word.box[1] < 0.36]
    words += party(0.055, 0.242, "样例市某区某某镇顺风汽车维修服务", BUYER_ID)
    words += [*party(0.534, 0.242, "样例市某区汽配城汽车零部件经", SELLER_ID), at(0.534, 0.27, "营部")]
    assert read(document(words))["seller_name"] == "样例市某区汽配城汽车零部件经营部"


def test_a_ruled_line_that_was_read_as_a_sign_is_no_part_of_a_cell() -> None:
    ruled = [replace(word, text=f"{word.text}|") if word.text in ("100.00", "10") else word for word in PLAIN_ROW]
    fields = read(document(digital(ruled)))
    assert (fields["items[0].amount"], fields["items[0].quantity"]) == (Decimal("100.00"), Decimal(10))
