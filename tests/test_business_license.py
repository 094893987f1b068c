"""Business licences: invented firms on the forms that are in use, as a recogniser hands them over."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from extractors import _license_again, _license_form, _license_marks, _license_table, business_license
from selfproof import imaging
from selfproof import read as reading
from selfproof.extract import extract
from selfproof.intake import take
from selfproof.layout import squash
from selfproof.model import Carrier, Document, Page, Point, Value, Word, box_quad

FIXTURES = Path(__file__).parent.parent / "fixtures" / "business_license"
SOCIAL = "91990120MA0HT3T0X" + uscc.calc_check_digit("91990120MA0HT3T0X")
OLD = "69012000000123" + mod_11_10.calc_check_digit("69012000000123")
NAME = "云岚市青禾塑料制品有限公司"
SCOPE = (
    "塑料制品、五金制品的生产、销售；模具的设计与加工；",
    "货物进出口。（依法须经批准的项目，经相关部门批准",
    "后方可开展经营活动）",
)


def word(text: str, left: float, top: float, height: float, *, wide: float | None = None) -> Word:
    width = wide or sum(height if ord(char) > 255 else height / 2 for char in text)
    return Word(text, box_quad((left, top, left + width, top + height)), 0.99)


def document(printed: Sequence[Word], width: float = 1000, height: float = 1400) -> Document:
    words = tuple(replace(item, quad=tuple((x / width, y / height) for x, y in item.quad)) for item in printed)  # type: ignore[arg-type]
    return Document("0" * 64, "image/jpeg", Carrier.OCR, (Page(1, width, height, words),))


def moved(source: Document, move: Callable[[Point], Point]) -> Document:
    page = source.pages[0]
    scale = (page.width, page.height)
    words = []
    for item in page.words:
        corners = [move((x * scale[0], y * scale[1])) for x, y in item.quad]
        words.append(replace(item, quad=tuple((x / scale[0], y / scale[1]) for x, y in corners)))  # type: ignore[arg-type]
    return replace(source, pages=(replace(page, words=tuple(words)),))


def read(source: Document) -> dict[str, Value]:
    (found,) = extract(source)
    assert found.kind == "business_license"
    return {fact.field: fact.value for fact in found.facts if fact.kind == "business_license"}


def labelled(label: str, value: str, y: float, left: float = 100) -> list[Word]:
    """A label spread over its column, 150 wide, and its value."""
    whole = [word(label, left, y, 26, wide=150)]
    ends = [word(label[0], left, y, 26), word(label[1:], left + 124, y, 26)] if len(label) == 2 else whole
    return [*ends, *([word(value, left + 165, y, 24)] if value else [])]


def portrait(**changes: str) -> list[Word]:
    rows = {
        "名称": NAME, "类型": "有限责任公司(自然人投资或控股）",
        "住所": "云岚市北塘区柳营路18号3幢", "法定代表人": "闻知秋",
        "注册资本": "伍佰万元整", "成立日期": "2016年03月08日", "营业期限": "2016年03月08日至长期",
    }  # fmt: skip
    rows.update(changes)
    words = [
        word("营业执照", 300, 150, 90),
        word("(副 本)", 430, 260, 30),
        word("统一社会信用代码", 380, 310, 22),
        word(SOCIAL, 570, 310, 22),
    ]
    for index, (label, value) in enumerate(rows.items()):
        words += labelled(label, value, 400 + 50 * index)
    words += [word("经营范围", 100, 750, 26, wide=150)]
    words += [word(line, 265, 742 + 28 * index, 22) for index, line in enumerate(SCOPE)]
    return [
        *words, word("登记机关", 500, 1100, 26, wide=150), word("2019", 640, 1180, 20), word("年", 720, 1190, 24),
        word("企业信用信息公示系统网址：", 60, 1340, 18), word("中华人民共和国国家工商行政管理总局监制", 560, 1340, 18),
    ]  # fmt: skip


EXPECTED = {
    "name": NAME, "uscc": SOCIAL, "type": "有限责任公司（自然人投资或控股）", "legal_representative": "闻知秋",
    "registered_capital": "伍佰万元整", "established_date": date(2016, 3, 8), "business_term": "2016年03月08日至长期",
    "address": "云岚市北塘区柳营路18号3幢", "business_scope": "".join(SCOPE),
}  # fmt: skip


def test_every_field_of_the_upright_form_is_read() -> None:
    assert read(document(portrait())) == EXPECTED


@pytest.mark.parametrize("damaged", ["册资本", "注资本", "注册本", "注册资"])
def test_a_column_whose_labels_each_lack_a_glyph_or_are_split_is_still_a_column(damaged: str) -> None:
    left = [
        *labelled("名称", NAME, 400),
        *labelled("类型", "有限责任公司", 450),
        *labelled("法定代表人", "闻知秋", 500),
    ]
    right = [
        word(damaged + "伍佰万元整", 620, 400, 26),
        word("成立", 620, 450, 26),
        word("日期2016年03月08日", 690, 450, 26),
    ]
    printed = [
        word("营业执照", 300, 150, 90),
        *left,
        *right,
        word("营业", 620, 500, 26),
        word("期限长期", 690, 500, 26),
    ]
    fields = read(document(printed))
    assert (fields["name"], fields["type"], fields["registered_capital"]) == (NAME, "有限责任公司", "伍佰万元整")
    assert (fields["established_date"], fields["business_term"]) == (date(2016, 3, 8), "长期")


def test_large_single_glyphs_of_a_watermark_do_not_begin_an_address() -> None:
    strewn = [word("电", 215, 470, 44), word("次", 261, 470, 44)]
    assert read(document([*portrait(), *strewn]))["address"] == EXPECTED["address"]


@pytest.mark.parametrize("degrees", [-4, -1.5, 1.5, 4])
def test_a_page_that_is_not_quite_level_reads_the_same(degrees: float) -> None:
    turn = math.radians(degrees)
    turned = moved(
        document(portrait()),
        lambda point: (
            500 + (point[0] - 500) * math.cos(turn) - (point[1] - 700) * math.sin(turn),
            700 + (point[0] - 500) * math.sin(turn) + (point[1] - 700) * math.cos(turn),
        ),
    )
    assert read(turned) == EXPECTED


@pytest.mark.parametrize("lean", [-0.1, 0.1])
def test_a_page_that_narrows_away_from_the_camera_reads_the_same(lean: float) -> None:
    def narrow(point: Point) -> Point:
        depth = 1 / (1 + lean * (point[1] / 1400))
        return 500 + (point[0] - 500) * depth, point[1] * depth

    assert read(moved(document(portrait()), narrow)) == EXPECTED


def test_print_that_is_shifted_against_its_labels_stays_with_them() -> None:
    low = [
        replace(item, quad=box_quad((item.box[0], item.box[1] + 11, item.box[2], item.box[3] + 11)))
        if item.box[0] == 265
        else item
        for item in portrait()
    ]
    assert read(document(low)) == EXPECTED


def test_a_label_that_runs_into_its_value_is_cut_off() -> None:
    merged = [item for item in portrait() if item.text not in ("称", NAME, "法定代表人", "闻知秋")]
    merged += [word("称" + NAME, 224, 400, 26), word("法定代表人闻知秋", 100, 550, 26, wide=243)]
    assert read(document(merged)) == EXPECTED


def test_a_second_look_at_a_value_leaves_out_the_end_of_its_label() -> None:
    line = next(line for line in _license_form.sheet(document(portrait()).pages[0]).lines if line.text == "闻知秋")
    marks = _license_form.sheet(document(portrait()).pages[0]).marks
    frame = _license_form.sheet(document(portrait()).pages[0]).frame
    for seen, told in (
        ("人闻知秋", "闻知秋"),
        ("闻知秋", "闻知秋"),
        ("文闻知秋", "文闻知秋"),
        ("人文知秋", "人文知秋"),
    ):
        y = line.y - 12
        (anew,) = _license_form.lines_of(document([word(seen, 240, y, 24)]).words, frame, (0, y - 20, 1000, y + 40))
        assert _license_again.unlabelled(marks, line, anew).text == told


def test_a_type_beside_the_label_of_the_address_is_no_address() -> None:
    kept = [item for item in portrait() if item.text not in ("类", "型", EXPECTED["address"])]
    moved_down = [
        replace(item, quad=word(item.text, item.box[0], 500, 24).quad) if item.text.startswith("有限责任") else item
        for item in kept
    ]
    fields = read(document(moved_down))
    assert ("address" in fields, fields["type"]) == (False, EXPECTED["type"])


def test_first_glyphs_of_labels_that_were_read_downwards_are_taken_apart() -> None:
    rest = [item for item in portrait() if item.text not in ("名", "类", "住")]
    left, top, right, bottom = 100.0, 400.0, 126.0, 526.0
    stacked = Word("名类住", ((right, top), (right, bottom), (left, bottom), (left, top)))
    assert read(document([*rest, stacked])) == EXPECTED


def test_a_sign_of_a_label_whose_box_reaches_down_to_the_next_one_begins_its_label() -> None:
    shop = portrait(名称="云岚市北塘区青禾串串香店")
    label = next(item for item in shop if item.text == "名")
    rest = [item for item in shop if item.text not in ("名", "称")]
    left, top, right, bottom = label.box
    tall = Word("名", ((right, top), (right, bottom + 34), (left, bottom + 34), (left, top)))
    assert read(document([*rest, tall])).get("name") == "云岚市北塘区青禾串串香店"


def test_labels_and_title_that_came_glyph_by_glyph_are_put_together() -> None:
    words = []
    for item in portrait():
        if item.text in ("营业执照", "法定代表人", "成立日期", "注册资本", "营业期限", "经营范围"):
            height, step = item.height, (item.box[2] - item.box[0] - item.height) / (len(item.text) - 1)
            words += [
                word(char, item.box[0] + step * place, item.box[1], height) for place, char in enumerate(item.text)
            ]
        else:
            words.append(item)
    assert read(document(words)) == EXPECTED


def test_a_first_label_in_two_glyphs_far_above_the_whole_ones_is_still_a_label() -> None:
    raised = [
        replace(item, quad=tuple((x, y - 45) for x, y in item.quad)) if 390 < item.box[1] < 440 else item  # type: ignore[arg-type]
        for item in portrait()
    ]
    parts = {"法定代表人": ("法定", "代表人"), "住": ("", "")}
    words = []
    for item in raised:
        upper, lower = parts.get(item.text, (item.text, ""))
        height = item.height
        words += [word(upper, item.box[0], item.box[1], height)] if lower else [item]
        words += [word(lower, item.box[0], item.box[1] + 1.1 * height, height)] if lower else []
    assert read(document(words)) == EXPECTED


def test_a_long_label_that_wraps_leaves_nothing_of_itself_in_the_value() -> None:
    rest = [item for item in portrait() if item.text != "经营范围"]
    wrapped = [word("经营范围及", 100, 742, 26, wide=150), word("方式", 100, 772, 26, wide=60)]
    assert read(document([*rest, *wrapped])) == EXPECTED


def test_a_supplement_of_a_label_is_no_part_of_the_value() -> None:
    rest = [item for item in portrait() if item.text not in ("法定代表人", "闻知秋")]
    assert read(document([*rest, word("法定代表人（负责人）闻知秋", 100, 550, 26, wide=243)])) == EXPECTED


def test_a_label_of_which_one_glyph_is_left_still_counts() -> None:
    lost = [item for item in portrait() if item.text not in ("成立日期", "类", "住")]
    assert read(document([*lost, word("成", 100, 650, 26)])) == EXPECTED


def test_a_date_type_or_capital_without_its_label_is_known_by_its_shape() -> None:
    lost = [item for item in portrait() if item.text not in ("成立日期", "类", "型", "注册资本")]
    assert read(document(lost)) == EXPECTED


def test_a_scope_and_an_address_without_their_labels_are_known_by_their_shape_and_place() -> None:
    lost = [item for item in portrait() if item.text not in ("经营范围", "住", "所")]
    assert read(document(lost)) == EXPECTED


def test_an_unsound_code_that_was_hardly_legible_is_left_out() -> None:
    place = next(index for index, char in enumerate(SOCIAL) if char == "2")
    wrong = SOCIAL[:place] + "7" + SOCIAL[place + 1 :]
    for confidence, expected in ((0.5, None), (0.97, wrong)):
        seen = replace(word(wrong, 570, 310, 22), confidence=confidence)
        assert read(document([seen if item.text == SOCIAL else item for item in portrait()])).get("uscc") == expected


def test_a_name_over_two_lines_is_joined() -> None:
    long = [item for item in portrait() if item.text != NAME]
    long += [word("云岚市青禾塑料制品", 265, 390, 24), word("有限公司", 265, 418, 24)]
    assert read(document(long))["name"] == NAME


@pytest.mark.parametrize(
    ("seen", "doubted", "told"),
    [
        ("有限责任公同(自然人独资)", "同", "有限责任公司（自然人独资）"),
        ("有限责任公司((自然人独资)", "", "有限责任公司（自然人独资）"),
        ("有限责任公司(国内合作)", "", "有限责任公司（国内合作）"),  # legible: the list need not know all
        ("有限责任公司(国内合炸)", "炸", "有限责任公司（国内合资）"),
        ("有限责任公司(中小合伙)", "中小合伙", None),  # may be several
        ("私营", "私", None),  # 联营 is near, and no more than one sign speaks for it
    ],
)
def test_a_type_is_one_of_a_closed_list_where_recognition_doubts_a_sign(
    seen: str, doubted: str, told: str | None
) -> None:
    printed = word(seen, 265, 440, 24)
    sure = tuple(((char, 0.6 if char in doubted else 0.99),) for char in seen)
    rest = [item for item in portrait() if not item.text.startswith("有限责任公司")]
    assert read(document([*rest, replace(printed, alternatives=sure)])).get("type") == told


@pytest.mark.parametrize(
    ("rivals", "told"),
    [
        ((("入", 0.85), ("人", 0.14)), "人民币贰佰万元整"),
        ((("入", 0.99),), None),
    ],
)
def test_a_capital_is_read_in_the_signs_that_capitals_have_where_recognition_offers_them(
    rivals: tuple[tuple[str, float], ...], told: str | None
) -> None:
    seen = "入民币贰佰万元整"
    offered = (rivals, *(((char, 0.99),) for char in seen[1:]))
    blurred = (
        replace(item, text=seen, alternatives=offered) if item.text.startswith("贰佰万元") else item
        for item in portrait(注册资本="贰佰万元整")
    )
    assert read(document(list(blurred))).get("registered_capital") == told


def test_a_capital_whose_last_sign_is_hidden_is_still_in_the_currency_it_begins_to_name() -> None:
    def told(seen: str, *, recognised: bool) -> Value | None:
        offered = tuple(((char, 0.99),) for char in seen) if recognised else ()
        printed = portrait(注册资本="贰佰万元")
        cut = [replace(item, text=seen, alternatives=offered) if item.text == "贰佰万元" else item for item in printed]
        return read(document(cut)).get("registered_capital")

    assert told("贰佰万元人民", recognised=True) == "贰佰万元人民币"
    assert told("贰佰万元人民", recognised=False) == "贰佰万元人民"


def test_what_is_not_printed_stays_unread() -> None:
    found = read(document(portrait(营业期限="", 注册资本="")))
    assert "business_term" not in found
    assert "registered_capital" not in found
    assert found["established_date"] == date(2016, 3, 8)


@pytest.mark.parametrize("part", ["DGL", "SCIDGL", "GI"])
def test_a_part_of_the_paper_s_watermark_beside_an_empty_label_is_no_person(part: str) -> None:
    printed = [item for item in portrait() if item.text != EXPECTED["legal_representative"]]
    place = next(item for item in portrait() if item.text == EXPECTED["legal_representative"])
    assert "legal_representative" not in read(document([*printed, replace(place, text=part)]))


def test_a_capital_above_the_labels_that_are_left_of_its_column_is_known_by_its_shape() -> None:
    printed = [item for item in landscape() if item.text != "出资额"]
    assert read(document(printed, 1400, 1000))["registered_capital"] == "壹拾万元整"


def test_stamps_and_slanted_watermarks_are_no_values() -> None:
    slope = ((200.0, 620.0), (600.0, 380.0), (620.0, 420.0), (220.0, 660.0))
    stamped = [
        *portrait(),
        Word("仅供投标使用", slope),
        Word("仿冒必究", slope),
        word("仅供贷款审批使用", 560, 400, 24),
    ]
    assert read(document(stamped)) == EXPECTED


def test_a_short_part_of_a_watermark_that_is_printed_over_and_over_is_no_value() -> None:
    whole = [word("用于样例平台入驻2026.03", 420, 180 + 90 * row, 20) for row in range(2)]
    parts = [word("样例平台入驻2026", 30, 960 + 60 * row, 20) for row in range(2)]
    assert read(document([*portrait(), *whole, *parts, word("20", 640, 500, 24)])) == EXPECTED


def test_a_watermark_that_runs_across_does_not_tell_how_the_page_lies() -> None:
    def across(left: float, top: float) -> Word:
        slope = ((left, top), (left + 300, top - 170), (left + 310, top - 150), (left + 10, top + 20))
        return Word("样例银行贷款专用章他用一律无效" * 2, slope)

    stamped = [across(60.0 + 90 * (row % 4), 500.0 + 45 * row) for row in range(16)]
    assert read(document([*portrait(), *stamped])) == EXPECTED


def test_a_name_that_the_watermark_says_too_is_still_the_name() -> None:
    def across(top: float) -> Word:
        slope = ((150.0, top), (450.0, top - 170), (460.0, top - 150), (160.0, top + 20))
        return Word(f"仅供{NAME}办理贷款使用", slope)

    assert read(document([*portrait(), *(across(400.0 + 100 * row) for row in range(5))])) == EXPECTED


@pytest.mark.parametrize("rise", [-170, 0])
def test_a_watermark_that_is_the_name_alone_leaves_the_one_beside_its_label(rise: int) -> None:
    def across(top: float) -> Word:
        return Word(NAME, ((150.0, top), (450.0, top + rise), (460.0, top + rise + 20), (160.0, top + 20)))

    assert read(document([*portrait(), *(across(415.0 + 100 * row) for row in range(5))])) == EXPECTED


def test_both_lines_beside_a_label_set_in_two_lines_are_the_address() -> None:
    rest = [item for item in portrait() if item.text not in ("住", "所", EXPECTED["address"])]
    label = [word("住", 100, 486, 26), word("所", 100, 514, 26)]
    value = [word("云岚市北塘区柳营路18号", 265, 486, 24), word("3幢", 265, 514, 24)]
    assert read(document([*rest, *label, *value])) == EXPECTED


def test_an_address_that_runs_into_larger_print_is_not_read() -> None:
    def address(edges: list[float]) -> dict[str, Value]:
        said = "样例市演示区路20号国玻璃网"
        share = tuple(edge / edges[-1] for edge in edges)
        seen = tuple(((char, 0.95),) for char in said)
        spot = next(item for item in portrait(住所=said) if item.text == said)
        others = [item for item in portrait(住所=said) if item.text != said]
        return read(document([*others, replace(spot, alternatives=seen, edges=share)]))

    widths = [*[1.0] * 7, 0.5, 0.5, 1.0, 1.3, 2.0, 2.0, 2.0]
    assert "address" not in address([sum(widths[:place]) for place in range(len(widths) + 1)])
    assert "address" in address([*map(float, range(len(widths) + 1))])


def test_the_delegate_of_a_partner_stands_beside_the_rest_of_its_wrapped_label() -> None:
    rest = [item for item in portrait() if item.text not in ("法定代表人", "闻知秋")]
    wrapped = [word("执行事务合", 100, 536, 26, wide=150), word("伙", 100, 566, 26), word("人", 224, 566, 26)]
    partner = [word("样例资产管理有限公司（委派代表：", 265, 536, 24), word("闻知秋）", 265, 566, 24)]
    found = read(document([*rest, *wrapped, *partner]))
    assert found["legal_representative"] == "样例资产管理有限公司（委派代表：闻知秋）"


def landscape() -> list[Word]:
    left = [("名称", NAME), ("类型", "个人独资企业"), ("投资人", "闻知秋")]
    words = [word("营业执照", 560, 150, 80), word("统一社会信用代码", 100, 180, 22), word(SOCIAL, 100, 210, 20)]
    for index, (label, value) in enumerate(left):
        words += labelled(label, value, 400 + 50 * index)
    words += [word("经营范围", 100, 550, 26, wide=150)]
    words += [word(line, 265, 545 + 24 * index, 18) for index, line in enumerate(SCOPE)]
    words += labelled("出资额", "壹拾万元整", 400, 800) + labelled("成立日期", "2016年03月08日", 450, 800)
    words += [*labelled("住所", "云岚市北塘区柳营路", 500, 800), word("18号3幢", 965, 528, 22)]
    return [
        *words,
        word("登记机关", 900, 700, 26, wide=150),
        word("云岚市北塘区行政审批局", 1060, 700, 20),
        word("2019年05月06日", 960, 760, 22),
    ]


def test_the_landscape_form_is_read_in_its_two_columns() -> None:
    assert read(document(landscape(), 1400, 1000)) == {
        "name": NAME, "uscc": SOCIAL, "type": "个人独资企业", "legal_representative": "闻知秋",
        "registered_capital": "壹拾万元整", "established_date": date(2016, 3, 8),
        "address": "云岚市北塘区柳营路18号3幢", "business_scope": "".join(SCOPE),
    }  # fmt: skip


def test_a_licence_that_prints_neither_capital_nor_scope_gives_none() -> None:
    notice = [
        word("1.商事主体的经营范围由章程确定，请登录公示系统查询。", 200, 640, 18),
        word("重要提示", 100, 640, 22),
    ]
    plain = [item for item in landscape() if item.text not in (*SCOPE, "经营范围", "出资额", "壹拾万元整")]
    found = read(document([*plain, *notice], 1400, 1000))
    assert set(found) == set(EXPECTED) - {"registered_capital", "business_scope", "business_term"}


def test_the_old_form_of_companies_gives_registered_and_not_paid_in_capital() -> None:
    words = [word("企业法人营业执照", 400, 100, 70), word("注册号" + OLD + "1-1", 900, 200, 22)]
    for index, (label, value) in enumerate(
        [("名称", NAME), ("住所", "云岚市北塘区"), ("法定代表人姓名", "闻知秋"), ("公司类型", "有限责任公司")]
    ):
        words += labelled(label, value, 300 + 45 * index)
    words += labelled("注册资本", "伍拾万元整", 390, 800)
    words += labelled("实收资本", "贰拾万元整", 435, 800)
    words += [word("经营范围塑料制品的生产、销售****", 100, 480, 26)]
    words += labelled("成立日期", "二〇一六年三月廿一日", 800)
    words += [*labelled("营业期限", "自二〇一六年三月廿一日至永久", 845), word("二〇一三年五月六日", 900, 845, 24)]
    assert read(document(words, 1400, 1000)) == {
        "name": NAME, "uscc": OLD, "type": "有限责任公司", "legal_representative": "闻知秋", "address": "云岚市北塘区",
        "registered_capital": "伍拾万元整", "established_date": date(2016, 3, 21),
        "business_term": "自二〇一六年三月廿一日至永久", "business_scope": "塑料制品的生产、销售",
    }  # fmt: skip


def test_a_label_between_the_two_lines_of_its_value_has_both_and_an_address_fills_its_column_before_it_breaks() -> None:
    rows = [("名称", NAME), ("类型", "有限责任公司"), ("法定代表人", "闻知秋"), ("注册资本", "伍佰万元整")]
    words = [word("营业执照", 300, 100, 70), word("统一社会信用代码" + SOCIAL, 100, 200, 22)]
    for index, (label, value) in enumerate(rows):
        words += labelled(label, value, 300 + 55 * index)
    words += [
        *labelled("营业期限", "", 545),
        word("2016年03月08日至", 265, 520, 24),
        word("2036年03月07日", 265, 570, 24),
    ]
    words += [*labelled("住所", "云岚市北塘区柳营路一百一十八号", 630), word("3幢2单元", 265, 680, 24)]
    words += [word("301室", 265, 730, 24)]
    found = read(document([*words, word("登记机关", 700, 900, 26)]))
    assert found["business_term"] == "2016年03月08日至2036年03月07日"
    assert found["address"] == "云岚市北塘区柳营路一百一十八号3幢2单元301室"


def individual(*, own_type: bool) -> list[Word]:
    rows = [
        ("字号名称", "云岚市北塘区闻记五金店"),
        ("经营者姓名", "闻知秋"),
        ("组成形式", "个人经营"),
        ("经营场所", "云岚市北塘区"),
    ]
    rows += [("类型", "个体工商户")] if own_type else []
    words = [word("个体工商户营业执照", 300, 100, 70), word("注册号" + OLD, 700, 200, 22)]
    for index, (label, value) in enumerate([*rows, ("经营范围及方式", "五金零售")]):
        words += labelled(label, value, 300 + 45 * index)
    return [*words, word("发照机关", 800, 700, 26)]


@pytest.mark.parametrize(("own_type", "expected"), [(True, "个体工商户"), (False, "个人经营")])
def test_the_form_of_composition_is_the_type_only_where_none_is_printed(own_type: bool, expected: str) -> None:  # noqa: FBT001  a parameter of the table above
    found = read(document(individual(own_type=own_type), 1400, 1000))
    assert found == {
        "name": "云岚市北塘区闻记五金店", "uscc": OLD, "type": expected, "legal_representative": "闻知秋",
        "address": "云岚市北塘区", "business_scope": "五金零售",
    }  # fmt: skip


def test_a_code_without_its_label_is_found_by_its_check_digit_and_no_other_number_is_taken() -> None:
    bare = [item for item in portrait() if item.text not in ("统一社会信用代码", SOCIAL)]
    assert "uscc" not in read(document([*bare, word("证照编号" + OLD, 500, 350, 22)]))
    assert read(document([*bare, word(SOCIAL + "(1-1)", 600, 310, 22)]))["uscc"] == SOCIAL


def test_a_misread_sign_of_the_code_is_mended_by_the_check_digit_and_says_so() -> None:
    place = SOCIAL.index("0")
    wrong = SOCIAL[:place] + "O" + SOCIAL[place + 1 :]
    seen = replace(word(wrong, 570, 310, 22), alternatives=tuple(((char, 0.9),) for char in wrong))
    (found,) = extract(document([seen if item.text == SOCIAL else item for item in portrait()]))
    fact = next(fact for fact in found.facts if fact.name == "business_license.uscc")
    assert (fact.value, fact.original, fact.provenance.repaired) == (SOCIAL, wrong, "check_digits")


def test_a_false_code_in_exact_text_is_kept_as_it_stands() -> None:
    place = SOCIAL.index("0")
    forged = SOCIAL[:place] + "O" + SOCIAL[place + 1 :]
    assert (
        read(document([word(forged, 570, 310, 22) if item.text == SOCIAL else item for item in portrait()]))["uscc"]
        == forged
    )


@pytest.mark.parametrize(
    "title", ["食品经营许可证", "开户许可证", "税务登记证", "组织机构代码证", "营业执照翻译件", "准予变更登记通知书"]
)
def test_other_certificates_with_the_same_labels_are_no_licence(title: str) -> None:
    other = [word(title, 300, 150, 90) if item.text == "营业执照" else item for item in portrait()]
    assert business_license.identify(document(other)) < 0.5


def test_a_text_that_only_mentions_a_licence_is_none() -> None:
    lines = [
        "甲方应提供营业执照复印件",
        "营业执照号：",
        "名称：云岚市青禾塑料制品有限公司",
        "住所：云岚市北塘区",
        "违约责任按合同约定执行",
    ]
    assert (
        business_license.identify(document([word(line, 100, 100 + 40 * index, 24) for index, line in enumerate(lines)]))
        < 0.5
    )


def test_a_licence_whose_gilded_title_is_lost_in_the_glare_is_still_one() -> None:
    assert business_license.identify(document([item for item in portrait() if item.text != "营业执照"])) > 0.5


def test_a_licence_whose_title_is_hidden_is_known_by_its_foot() -> None:
    few = [
        item for item in portrait() if item.text not in ("营业执照", "注册资本", "伍佰万元整", "营业期限", "经营范围")
    ]
    hidden = [item for item in few if item.text not in SCOPE]
    foot = word("市场主体应当于每年1月1日至6月30日通过国家企业信用信息公示系统报送公示年度报告", 60, 1340, 12)
    assert read(document([*hidden, foot]))["legal_representative"] == EXPECTED["legal_representative"]


def test_a_code_as_a_whole_is_the_labelled_number_and_not_the_one_of_the_file() -> None:
    rest = [item for item in portrait() if item.text not in ("统一社会信用代码", SOCIAL)]
    numbers = [
        word("注册号", 500, 300, 22),
        word(OLD, 600, 300, 22),
        word("档案号", 500, 326, 22),
        word("9901200123456", 600, 326, 22),
    ]
    assert read(document([*rest, *numbers]))["uscc"] == OLD


def pixels_moved(data: bytes, degrees: float, blur: float) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        turned = picture.convert("RGB").rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="gray")
    out = io.BytesIO()
    turned.filter(ImageFilter.GaussianBlur(blur)).save(out, "JPEG", quality=70)
    return out.getvalue()


@pytest.mark.parametrize(("name", "degrees", "blur"), [("photo.jpg", 0, 0), ("self_employed.png", 2.5, 0.8)])
def test_a_photographed_and_a_crooked_blurred_licence_are_read_whole(name: str, degrees: float, blur: float) -> None:
    data = (FIXTURES / name).read_bytes()
    found = read(reading.read(take(pixels_moved(data, degrees, blur) if blur else data, name)))
    truth = json.loads((FIXTURES / name).with_suffix(".expected.json").read_text("utf-8"))
    printed = {field: squash(value) for field, value in truth.items() if value is not None}
    assert {field: squash(str(value)) for field, value in found.items()} == printed


def test_a_code_and_a_name_that_the_first_look_missed_are_found_by_the_second() -> None:
    whole = reading.read(take((FIXTURES / "photo.jpg").read_bytes(), "photo.jpg"))
    truth = json.loads((FIXTURES / "photo.expected.json").read_text("utf-8"))
    lost = (truth["uscc"], truth["legal_representative"])
    page = whole.pages[0]
    left = tuple(item for item in page.words if not any(value in item.text for value in lost))
    assert len(left) == len(page.words) - 2
    found = read(replace(whole, pages=(replace(page, words=left),)))
    assert (found["uscc"], found["legal_representative"]) == lost


def _damages(label: str) -> list[list[str]]:
    """A label in one run with its value, glyph by glyph, set apart, in two words, wrapped, and without each glyph."""
    cuts = range(1, len(label))
    lost = [[label[:place] + label[place + 1 :]] for place in range(len(label))]
    split = [[label[:cut], label[cut:] + "甲乙"] for cut in cuts] + [[label[:cut]] for cut in cuts]
    return [[f"{label}：甲乙丙"], list(label), [" ".join(label)], *split, *lost]


def test_no_page_with_a_column_of_labels_is_passed_over() -> None:
    headed = 0
    for label in _license_table.labels():
        for parts in _damages(label):
            printed = [word(part, 100 + 60 * place, 300, 20) for place, part in enumerate(filter(None, parts))]
            if _license_form.sheet(document(printed).pages[0]).columns:
                headed += 1
                assert _license_marks.headed(printed), parts
    assert headed > len(_license_table.heads())


def test_an_invoice_need_not_be_taken_apart_as_a_licence() -> None:
    texts = [
        "电子发票（普通发票）",
        "统一社会信用代码/纳税人识别号:",
        "名称:样例商行",
        "项目名称",
        "金额",
        "合",
        "计",
        "备",
        "注",
    ]
    assert not _license_marks.headed([word(text, 100, 100 + 30 * row, 20) for row, text in enumerate(texts)])


def test_an_app_shows_each_label_over_its_value() -> None:
    shown: list[tuple[str, ...]] = [
        ("统一社会信用代码", SOCIAL),
        ("名称", NAME),
        ("类型", "有限责任公司"),
        ("法定代表人", "樊云岚"),
    ]
    shown += [("住所", "云岚市青禾路12号"), ("经营范围", *SCOPE)]
    printed, top = [word("营业执照", 400, 100, 60)], 250.0
    for lines in shown:
        for line in lines:
            printed.append(word(line, 80, top, 28))
            top += 44
        top += 26
    fields = read(document([*printed, word("下载执照", 82, top + 150, 28)]))
    assert (fields["uscc"], fields["name"], fields["type"]) == (SOCIAL, NAME, "有限责任公司")
    assert (fields["legal_representative"], fields["address"]) == ("樊云岚", "云岚市青禾路12号")
    assert fields["business_scope"] == "".join(SCOPE)
    assert "registered_capital" not in fields
    assert business_license.FIELDS["name"]("秒") is None


def test_a_word_set_aslant_is_a_watermark_and_an_upright_or_level_one_is_none() -> None:
    def marked(right: float, bottom: float, text: str = "仅供开户使用") -> bool:
        quad: tuple[Point, Point, Point, Point] = ((0.2, 0.2), (right, bottom), (right, bottom + 0.02), (0.2, 0.22))
        return _license_again.watermarked(document([replace(word(text, 0, 0, 20), quad=quad)]), 1)

    assert marked(0.4, 0.3)
    assert not any((marked(0.4, 0.21), marked(0.21, 0.4), marked(0.4, 0.3, "A1")))


def test_what_is_pale_beside_print_becomes_paper() -> None:
    page = np.full((40, 200, 3), 210, np.uint8)
    page[:, 60:90], page[10:30, 100:104], page[10:30, 70:74] = 150, 60, 60
    bold = imaging.without_pale(page)
    assert bold[20, 102].max() == bold[20, 72].max() == 0
    assert bold[20, 65].min() == bold[5, 5].min() == 255
