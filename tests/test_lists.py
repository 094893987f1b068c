"""Lists under headings: which cell belongs to which column, where a list ends, and what it adds up to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.paper_samples import facts, paper, read, sheet

WAGES = (
    ("样例公司2026年5月工资表",),
    ("姓名", "基本工资", "应发合计", "实发工资"),
    ("样甲", "3000.00", "4000.00", "3600.00"),
    ("样乙", "3000.00", "5000.00", "4400.00"),
)
SUMMED = (*WAGES, ("合计", "6000.00", "9000.00", "8000.00"))
LEFTS = (0.05, 0.3, 0.5, 0.7)


def test_a_list_ends_with_its_sum_and_keeps_no_names() -> None:
    kind, found = facts(paper(SUMMED, LEFTS))
    assert kind == "payroll"
    assert (found["headcount"], found["total"], found["total_gross"]) == (2, Decimal("8000.00"), Decimal("9000.00"))
    assert not any("样甲" in str(value) for value in found.values())


@pytest.mark.parametrize("heading", ["合1000计", "总 计", "台汁", ""])
def test_a_list_ends_with_its_sum_whatever_is_left_of_its_heading(heading: str) -> None:
    found = facts(paper([*WAGES, (heading, *SUMMED[-1][1:])], LEFTS))[1]
    assert (found["headcount"], found["total"], found["total_gross"]) == (2, Decimal("8000.00"), Decimal("9000.00"))


def test_a_name_over_one_figure_that_is_a_sum_by_chance_is_one_line_more() -> None:
    rows = [("工资表",), ("姓名", "部门", "岗位", "实发工资"), *((f"样{n}", "", "", f"{n}000.00") for n in (1, 2, 3))]
    found = facts(paper(rows, LEFTS))[1]
    assert (found["headcount"], found["total"]) == (3, Decimal("6000.00"))


def test_a_sum_that_is_not_printed_is_that_of_the_lines() -> None:
    assert facts(sheet(WAGES))[1]["total"] == Decimal("8000.00")


def test_lines_whose_figures_cannot_all_be_read_add_up_to_nothing() -> None:
    found = facts(paper([*WAGES, ("样丙", "3000.00", "4000.00", "36OO.0?")], LEFTS))[1]
    assert "total" not in found


def test_a_sheet_without_a_title_is_known_by_headings_that_only_a_payroll_has() -> None:
    assert facts(sheet(WAGES[1:]))[0] == "payroll"
    assert facts(sheet([("姓名", "电话"), ("样甲", "5550100"), ("样乙", "5550101")]))[0] == "unknown"


def test_lines_beyond_those_shown_on_the_page_of_a_sheet_count() -> None:
    people = [(f"样{number}", "1000.00", "1000.00", "1000.00") for number in range(150)]
    assert facts(sheet([*WAGES[:2], *people]))[1]["headcount"] == len(people)


def _year(months: Sequence[str]) -> list[tuple[str, ...]]:
    head = [("客户用电电费明细表",), ("户号", "1000200030"), ("年月", "用电量", "电费")]
    return [*head, *((month, "100", "70.00") for month in months)]


def test_only_twelve_months_in_a_row_tell_the_power_of_a_year() -> None:
    year = [f"2025年{month}月" for month in range(1, 13)]
    assert facts(sheet(_year(year)))[1]["annual_kwh"] == 1200
    assert "annual_kwh" not in facts(sheet(_year(year[1:])))[1]
    assert "annual_kwh" not in facts(sheet(_year([*year[1:], "2026年2月"])))[1]


DEALT = (
    ("", "货款对账单"),
    ("客户名称:样例甲商行", "", "", "供方:样例乙厂"),
    ("序号", "送货日期", "品名", "数量", "金额"),
    ("1", "2026-04-02", "收纳箱", "10", "185.00"),
    ("2", "", "大号", "20", "15.00"),
    ("3", "2026-05-06", "衣架", "2", "18.00"),
    ("合计", "", "", "", "218.00"),
)
WIDE = (0.05, 0.2, 0.4, 0.6, 0.8)


def test_a_settlement_sheet_tells_its_sum_by_month_and_a_line_without_a_day_is_of_the_day_above() -> None:
    kind, found = facts(paper(DEALT, WIDE))
    assert (kind, found["customer"], found["supplier"]) == ("settlement_sheet", "样例甲商行", "样例乙厂")
    assert (found["months[2026-04].total"], found["months[2026-05].total"]) == (Decimal("200.00"), Decimal("18.00"))
    assert (found["items[0].name"], found["total"]) == ("收纳箱", Decimal("218.00"))


def test_a_bank_s_statement_is_no_settlement_sheet() -> None:
    rows = [
        ("", "对账单"),
        ("交易日期", "摘要", "借方发生额", "贷方发生额", "余额"),
        ("2026-04-02", "货款", "", "5.00", "5.00"),
    ]
    assert facts(paper(rows, WIDE))[0] == "bank_statement"


def test_the_unit_over_a_table_is_nobody_s_name() -> None:
    assert "employer" not in facts(paper([("工资表",), ("单位：元",), *WAGES[1:]], LEFTS))[1]


def test_a_form_with_labels_above_their_values_is_no_list_of_one_line() -> None:
    rows = (
        ("耕地地力保护补贴发放通知单",),
        ("补贴对象", "补贴年度", "补贴金额（元）"),
        ("样某", "2026年", "3211.10"),
        ("补贴项目", "补贴面积（亩）", "发放日期"),
        ("耕地地力保护补贴", "32.60", "2026-06-25"),
    )
    kind, found = facts(paper(rows, LEFTS))
    assert kind == "subsidy_record"
    assert (found["item"], found["period"], found["amount"]) == ("耕地地力保护补贴", "2026年", Decimal("3211.10"))
    assert not any(name.startswith("items[") for name in found)


def test_labels_of_no_field_go_on_with_a_form_too() -> None:
    rows = (
        ("电费账单",),
        ("本期电量", "账期", "单价"),
        ("9566", "2026年08月", "0.7213"),
        ("倍率", "本期示数"),
        ("1", "50773"),
        ("户号", "电费合计（元）"),
        ("1000200030", "6899.96"),
    )
    found = facts(paper(rows, LEFTS))[1]
    assert (found["consumption"], found["period"], found["amount"]) == (9566, "2026年08月", Decimal("6899.96"))


def test_the_last_labels_above_their_values_are_no_list_of_one_line_either() -> None:
    rows = (
        ("耕地地力保护补贴发放通知单",),
        ("补贴项目", "", "发放日期"),
        ("耕地地力保护补贴", "", "2026-06-25"),
        ("补贴年度", "补贴金额（元）"),
        ("2026年", "3211.10"),
    )
    found = facts(paper(rows, LEFTS))[1]
    assert (found["period"], found["amount"]) == ("2026年", Decimal("3211.10"))
    assert not any(name.startswith("items[") for name in found)


def test_the_better_of_two_labels_tells_a_field_wherever_it_stands() -> None:
    rows = (
        ("电费账单",),
        ("抄表周期", "2026-08-01至2026-08-31"),
        ("户号", "1000200030"),
        ("电费年月", "2026年08月"),
        ("合计电量", "9566"),
        ("应缴电费（元）", "6899.96"),
    )
    assert facts(paper(rows, LEFTS))[1]["period"] == "2026年08月"
    rows = (
        ("社会保险单位参保缴费证明",),
        ("单位编号", "33100300881"),
        ("单位名称", "样例塑料制品有限公司"),
        ("统一社会信用代码", "91331003DEM011012L"),
        ("参保人数", "6"),
    )
    assert facts(paper(rows, LEFTS))[1]["employer_id"] == "91331003DEM011012L"


def _order(*rows: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Name, quantity, unit and amount of an order's lines; the second place is where quantity and unit meet."""
    head = [("采购订单",), ("采购方：样例商贸有限公司",), ("品名", "", "数量", "单位", "金额")]
    found = facts(paper([*head, *rows], (0.05, 0.34, 0.3, 0.42, 0.6)))[1]
    columns = ("name", "quantity", "unit", "amount")
    return [
        tuple(
            None if value is None else str(value) for name in columns for value in [found.get(f"items[{row}].{name}")]
        )
        for row in range(len(rows))
    ]


def test_a_figure_and_a_unit_that_meet_at_the_rule_between_them_are_parted() -> None:
    told = _order(("收纳箱", "260个", "", "", "4810.00"), ("保鲜盒", "1200 套", "", "", "13440.00"))
    assert told == [("收纳箱", "260", "个", "4810.00"), ("保鲜盒", "1200", "套", "13440.00")]


def test_figures_set_right_in_broad_columns_are_told_apart() -> None:
    rows = [
        ("送货单",),
        ("品名", "件数", "", "运费金额", "", "重量", ""),
        ("面粉", "", "640", "", "3840.00", "", "16.00"),
    ]
    found = read(rows, (0.1, 0.45, 0.48, 0.62, 0.7, 0.77, 0.8))
    assert [str(found[f"items[0].{name}"]) for name in ("quantity", "amount", "weight")] == ["640", "3840.00", "16.00"]


@pytest.mark.parametrize(
    ("heading", "text", "field"),
    [("单据号", "SH20260903", "number"), ("规格", "BX-3", "spec"), ("品名", "PP收纳箱", "name")],
)
def test_a_price_and_a_text_that_meet_at_the_rule_between_them_are_parted(heading: str, text: str, field: str) -> None:
    rows = [
        ("对账单",),
        ("客户名称:样例甲商行",),
        ("日期", "单价", "", "", heading, "金额"),
        ("2026-05-06", "", "9.00", text, "", "675.00"),
    ]
    found = read(rows, (0.1, 0.38, 0.4, 0.434, 0.46, 0.7))
    assert (found[f"items[0].{field}"], str(found["items[0].unit_price"])) == (text, "9.00")


@pytest.mark.parametrize("run", ["75 YJ-10", "75.00大号"])
def test_a_figure_and_a_text_read_as_one_word_are_parted_where_each_is_nearest_to_its_own_column(run: str) -> None:
    rows = [
        ("送货单",),
        ("收货单位：样例甲商行",),
        ("货物名称", "数量", "", "规格", "金额"),
        ("衣架", "", run, "", "675.00"),
    ]
    found = read(rows, (0.1, 0.4, 0.43, 0.5, 0.7))
    quantity, spec = run.replace("大", " 大").split()
    assert (str(found["items[0].quantity"]), found["items[0].spec"]) == (quantity, spec)


def test_a_name_that_begins_with_a_figure_stays_whole() -> None:
    assert _order(("304不锈钢板", "", "5", "张", "900.00")) == [("304不锈钢板", "5", "张", "900.00")]
    assert _order(("304不锈钢板", "", "", "张", "900.00")) == [("304不锈钢板", None, "张", "900.00")]


def test_an_empty_line_of_a_numbered_sheet_is_no_line() -> None:
    rows = [("工资表",), ("序号", "姓名", "应发工资", "实发工资"), ("1", "样甲", "10.00", "9.00"), ("",) * 4]
    found = facts(sheet([*rows, ("2", "样乙", "20.00", "18.00")]))[1]
    assert (found["headcount"], found["total"]) == (2, Decimal("27.00"))


def test_the_receiver_in_the_line_below_the_title_is_not_the_sender() -> None:
    head = [("送货单",), ("收货单位:样例日化有限公司", "单号:SH20260703"), ("品名", "单位", "数量")]
    found = facts(paper([*head, ("样例瓶", "只", "12000"), ("样例泵头", "只", "9000")], LEFTS))[1]
    assert (found["consignee"], found.get("shipper")) == ("样例日化有限公司", None)


@pytest.mark.parametrize(
    ("row", "used"),
    [
        (("峰电量", "100", "谷电量", "200", "合计电量", "300"), 300),
        (("电价类别", "阶梯电价", "本月电量", "300"), 300),
        (("总电量", "300", "峰电量", "100", "谷电量", "200"), 300),
        (("峰电量", "100", "谷电量", "200"), None),
    ],
)
def test_the_whole_of_a_bill_is_told_beside_its_parts(row: tuple[str, ...], used: int | None) -> None:
    head = [("电费账单",), ("户号", "1000200030"), ("户名", "样例面馆"), ("电费年月", "2026年08月")]
    found = facts(paper([*head, row, ("应缴电费（元）", "210.00")], (0.05, 0.2, 0.35, 0.5, 0.65, 0.8)))[1]
    assert (found.get("consumption"), found["amount"]) == (used, Decimal("210.00"))


@pytest.mark.parametrize(("over", "heading"), [("单位：万元", "金额"), ("", "金额(万元)"), ("单位：元", "金额(万元)")])
def test_a_settlement_in_ten_thousands_is_told_in_yuan(over: str, heading: str) -> None:
    head = [("样例公司结算单",), ("客户：云泽市白露家电有限公司", "", over), ("日期", "品名", "数量", heading)]
    lines = [("2026-06-01", "纸箱", "10", "1.25"), ("2026-06-02", "纸箱", "20", "1.75")]
    found = facts(sheet([*head, *lines, ("合计", "", "", "3.00")]))[1]
    assert (found["total"], found["items[0].amount"]) == (Decimal(30000), Decimal(12500))
    assert (found["items[0].quantity"], found["months[2026-06].total"]) == (Decimal(10), Decimal(30000))
    assert facts(sheet([*head, *lines]))[1]["total"] == Decimal(30000)


@pytest.mark.parametrize("over", ["单位：万元", "注册资本（单位：万元）：500", ""])
def test_a_settlement_in_yuan_stays_whatever_else_is_in_ten_thousands(over: str) -> None:
    heading = "金额(元)" if over == "单位：万元" else "金额"
    head = [("样例公司结算单",), ("客户：云泽市白露家电有限公司", "", over), ("日期", "品名", "数量", heading)]
    lines = [("2026-06-01", "纸箱", "10", "12500.00"), ("2026-06-02", "纸箱", "20", "17500.00")]
    found = facts(sheet([*head, *lines, ("合计", "", "", "30000.00"), ("注：合同金额单位：万元",)]))[1]
    assert (found["total"], found["items[0].amount"]) == (Decimal(30000), Decimal(12500))
    assert found["months[2026-06].total"] == Decimal(30000)


def test_each_column_of_a_settlement_has_its_own_unit_and_an_amount_may_say_another() -> None:
    head = [("样例公司结算单",), ("客户：云泽市白露家电有限公司", "单位：万元")]
    heads = ("日期", "品名", "数量", "税额(元)", "金额")
    lines = [("2026-06-01", "纸箱", "10", "1625.00", "1.25"), ("2026-06-02", "纸箱", "20", "2275.00", "17500.00元")]
    found = facts(sheet([*head, heads, *lines, ("合计", "", "", "3900.00", "3.00")]))[1]
    assert (found["items[0].tax"], found["items[0].amount"]) == (Decimal(1625), Decimal(12500))
    assert (found["items[1].amount"], found["total"]) == (Decimal(17500), Decimal(30000))


@pytest.mark.parametrize(
    ("over", "heads", "net", "gross"),
    [
        ("单位：万元", ("姓名", "应发工资", "实发工资"), 17000, 20000),
        ("", ("姓名", "应发工资(万元)", "实发工资（万元）"), 17000, 20000),
        ("单位：万元", ("姓名", "应发工资(元)", "实发工资（万元）"), 17000, 2),
        ("单位：元", ("姓名", "应发工资", "实发工资"), Decimal("1.70"), 2),
    ],
)
@pytest.mark.parametrize("summed", [True, False])
def test_wages_in_ten_thousands_are_told_in_yuan(
    over: str,
    heads: tuple[str, ...],
    net: int,
    gross: int,
    summed: bool,  # noqa: FBT001  a parameter
) -> None:
    rows = [("样例公司2026年3月工资表", "", over), heads, ("样甲", "1.20", "1.00"), ("样乙", "0.80", "0.70")]
    found = facts(sheet([*rows, *([("合计", "2.00", "1.70")] if summed else [])]))[1]
    assert (found["total"], found["total_gross"]) == (net, gross)


_INSTALMENTS = [("1", "2026-03-20", "25.50", "25.00"), ("2", "2026-04-20", "25.25", "25.00")]
_PAID = ("期次", "还款日期", "应还本息", "应还本金")


@pytest.mark.parametrize(
    ("head", "over", "heads", "principal"),
    [
        (("贷款金额（万元）：50",), "", ("期次", "还款日期", "应还本息（万元）", "应还本金(万元)"), 500000),
        (("贷款金额（万元）", "50"), "单位：万元", _PAID, 500000),
        (("贷款金额：50万元",), "单位：万元", _PAID, 500000),
        (("贷款金额（元）：500000.00",), "单位：万元", _PAID, None),  # the label's unit is not kept
        (("贷款金额：500000.00",), "单位：万元", _PAID, None),  # the list's unit need not be the head's
    ],
)
def test_a_schedule_in_ten_thousands_is_told_in_yuan_and_its_head_by_its_own_unit(
    head: tuple[str, ...], over: str, heads: tuple[str, ...], principal: int | None
) -> None:
    rows = [("", "还款计划表"), ("贷款银行：样例银行",), head, ("", "", "", over), heads, *_INSTALMENTS]
    found = facts(paper(rows, (0.05, 0.3, 0.5, 0.7)))[1]
    assert (found["items[0].payment"], found["items[1].principal"]) == (Decimal(255000), Decimal(250000))
    assert found.get("principal") == principal
