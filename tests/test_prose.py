"""Leases and loans, read as prose."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from selfproof.kinds import identify
from tests.paper_samples import facts, paper

HEAD = ("房屋租赁合同", "出租方:样例甲置业有限公司", "承租方:样例乙商行")


def read(lines: Sequence[str]) -> dict[str, object]:
    return dict(facts(paper([(line,) for line in lines], (0.05,)))[1])


@pytest.mark.parametrize(
    ("clause", "rent", "per"),
    [
        ("租金标准为每月人民币5,500元", Decimal("5500.00"), "月"),
        ("年租金共计人民币陆万元整", Decimal("60000.00"), "年"),
        ("租金第一年每月人民币5,500元,第二年起每年递增5%", Decimal("5500.00"), "月"),
        ("租金:3200元/月", Decimal("3200.00"), "月"),
        ("月租金为____元", None, None),
    ],
)
def test_the_rent_is_told_with_what_it_is_paid_for(clause: str, rent: Decimal | None, per: str | None) -> None:
    found = read((*HEAD, clause))
    assert (found.get("rent"), found.get("rent_per")) == (rent, per)


def test_a_lease_tells_where_how_large_and_how_long() -> None:
    found = read((*HEAD, "房屋坐落于样例市演示路9号", "建筑面积约120.5平方米", "租期自2026年1月1日至2026年12月31日"))
    assert (found["address"], found["area"]) == ("样例市演示路9号", Decimal("120.5"))
    assert found["period"] == "自2026年1月1日至2026年12月31日"


def test_a_blank_lease_gives_its_title_alone() -> None:
    blank = ("房屋租赁合同", "出租方(甲方):________", "承租方(乙方):________", "租赁面积____平方米,月租金____元")
    assert read(blank) == {"title": "房屋租赁合同"}


@pytest.mark.parametrize("title", ["车辆租赁合同", "购销合同", "融资租赁合同"])
def test_other_contracts_are_no_lease_of_premises(title: str) -> None:
    lines = [(title,), ("甲方:样例甲置业有限公司",), ("乙方:样例乙商行",)]
    assert identify(paper(lines, (0.05,)))[0] != "lease"


def test_a_yearly_rate_needs_its_sign() -> None:
    loan = ("个人借款合同", "出借人:样例甲置业有限公司", "借款金额为人民币8万元", "年利率为{}", "借款期限12个月")
    found = read([line.format("6.5%") for line in loan])
    assert (found["rate"], found["principal"], found["instalments"]) == ("6.5%", Decimal("80000.00"), 12)
    assert "rate" not in read([line.format("6.5") for line in loan])


def test_an_address_ends_where_the_letting_begins() -> None:
    found = read((*HEAD, "一、甲方将位于样例市演示路9号临街商铺出租给乙方使用"))
    assert found["address"] == "样例市演示路9号"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("样例市演示路9号B座302室,建筑面积80平方米", "样例市演示路9号B座302室"),
        ("样例县样例镇样例村东头", "样例县样例镇样例村东头"),
        ("详见附件一清单", None),
        ("该房屋仅用于道路运输经营", None),
        ("甲方将编号为3的商铺交付乙方", None),
        ("街面门市两间", None),
    ],
)
def test_what_is_let_is_told_by_its_address_alone(said: str, address: str | None) -> None:
    assert read((*HEAD, f"一、租赁物业:{said}")).get("address") == address


@pytest.mark.parametrize(
    ("clause", "address"),
    [
        ("甲方将位于样例市场内A区17号摊位(面积9平方米)出租给乙方", "样例市场内A区17号摊位"),
        ("甲方将坐落在样例市演示路1幢106室的店面房出租给乙方", "样例市演示路1幢106室"),
        ("1.租赁物:样例物流园6号库西侧,租赁面积1,200平方米", "样例物流园6号库西侧"),
        ("房屋地址:样例新村12幢底楼,面积38平方米", "样例新村12幢底楼"),
    ],
)
def test_an_address_ends_before_what_is_let_and_how_large_it_is(clause: str, address: str) -> None:
    assert read((*HEAD, clause))["address"] == address


def test_a_deposit_is_told_behind_the_rents_it_amounts_to_and_a_rent_written_on_a_line_to_fill_in() -> None:
    found = read((*HEAD, "租金每年人民币 捌万陆仟 元", "履约保证金:相当于两个月租金,计人民币54,750.00元"))
    assert (found["rent"], found["rent_per"], found["deposit"]) == (Decimal("86000.00"), "年", Decimal("54750.00"))


def test_a_rent_in_brackets_is_no_deposit_and_three_months_of_it_no_rent() -> None:
    assert "deposit" not in read((*HEAD, "押金相当于2个月租金(5000元/月)。"))
    found = read((*HEAD, "押金:3个月租金4500.00元。"))
    assert (found["deposit"], found.get("rent")) == (Decimal("4500.00"), None)


def test_a_supplement_to_a_lease_is_of_its_own_day_and_an_address_stands_in_the_cell_beside_its_label() -> None:
    head = ("商铺租赁合同之补充协议", *HEAD[1:])
    before = "甲乙双方于2023年8月1日签订《商铺租赁合同》,租赁样例路服装城商铺。现经协商补充如下:"
    for named in ("签订《", "签订的《", "签订了《"):
        said = before.replace("签订《", named)
        found = read((*head, said, "一、押金不变。", "二、其余不变。", "甲方(盖章):", "2025年8月26日"))
        assert str(found["sign_date"]) == "2025-08-26"
    cells = [*((line, "") for line in HEAD), ("租赁房产", "样例市演示路 27 号二楼"), ("月租金", "12,800.00 元")]
    assert facts(paper(cells, (0.05, 0.3)))[1]["address"] == "样例市演示路 27 号二楼"


def test_a_landlord_s_own_words_tell_where_how_large_and_for_how_much() -> None:
    said = "1、甲方将样例市温泉街道演示路77号一楼门面(约48平米)租给乙方做糕点生意。"
    found = read((*HEAD, said, "3、房租每月3200元,每季度交一次。"))
    assert (found["address"], found["area"]) == ("样例市温泉街道演示路77号一楼门面", Decimal(48))
    assert (found["rent"], found["rent_per"]) == (Decimal("3200.00"), "月")
    assert "address" not in read(
        (*HEAD, "乙方不得将演示路77号门面转租给他人。", "未经同意将演示路77号门面转租给他人的,应赔偿。")
    )
