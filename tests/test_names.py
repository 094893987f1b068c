import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfproof import names

FIRM = "云泽市青禾塑料制品有限公司"


@pytest.mark.parametrize(
    ("name", "regions", "brand", "trades", "form", "branch"),
    [
        (FIRM, ("云泽",), "青禾", ("塑料", "制品"), "limited", ""),
        ("广东省深圳市白露滩科技有限公司", ("广东", "深圳"), "白露滩", ("科技",), "limited", ""),
        ("白露滩（深圳）科技有限责任公司", ("深圳",), "白露滩", ("科技",), "limited", ""),
        ("云泽市临江区蓝舟水果店(个体工商户)", ("云泽", "临江"), "蓝舟", ("水果",), "outlet", ""),
        ("朝阳区蓝舟小吃店", ("朝阳",), "蓝舟", ("小吃",), "outlet", ""),
        ("蓝舟饭店", (), "蓝舟", ("饭店",), "", ""),
        ("蓝舟滩超市", (), "蓝舟滩", ("超市",), "", ""),
        ("青禾商贸有限公司临江分公司", (), "青禾", ("商贸",), "limited", "临江分公司"),
        ("青禾商贸有限公司（临江店）", (), "青禾", ("商贸",), "limited", "临江店"),
        ("青禾超市第二分店", (), "青禾", ("超市",), "", "第二分店"),
        ("蓝舟精密模具厂", (), "蓝舟精密", ("模具",), "factory", ""),
        ("蓝舟印刷厂临江分公司", (), "蓝舟", ("印刷",), "factory", "临江分公司"),
        ("", (), "", (), "", ""),
    ],
)
def test_a_business_name_is_taken_apart(  # noqa: PLR0913, PLR0917  one column a part
    name: str, regions: tuple[str, ...], brand: str, trades: tuple[str, ...], form: str, branch: str
) -> None:
    assert names.split(name) == names.Parts(regions, brand, trades, form, branch)


@pytest.mark.parametrize(
    "other",
    [
        FIRM,
        "云泽市青禾塑料制品有限责任公司",
        "青禾塑料制品有限公司",
        " 云泽市 青禾塑料制品有限公司 ",
        "云泽市青禾塑料制品",
        "云泽市青禾塑料制品有限公可",
        "云泽市青禾塑科制品有限公司",
        "云择市青禾塑料制品有限公司",
    ],
)
def test_one_firm_is_known_again_in_spite_of_slips_and_omissions(other: str) -> None:
    assert names.same_firm(FIRM, other)
    assert names.same_firm(other, FIRM)


@pytest.mark.parametrize(
    "other",
    [
        "云泽市青禾五金制品有限公司",
        "云泽市青禾塑胶制品有限公司",
        "云泽市青木塑料制品有限公司",
        "云泽市白露塑料制品有限公司",
        "云泽市青禾塑料制品厂",
        "云泽市青禾塑料制品有限公司临江分公司",
        "海州市青禾塑料制品有限公司",
        "青禾有限公司",
        "",
    ],
)
def test_another_trade_brand_form_place_or_branch_is_another_firm(other: str) -> None:
    assert not names.same_firm(FIRM, other)
    assert not names.same_firm(other, FIRM)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("深圳市白露滩科技有限公司", "广东省深圳市白露滩科技有限公司"),
        ("深圳市白露滩科技有限公司", "白露滩(深圳)科技有限公司"),
        ("深圳市白露滩科技有限公司", "深圳白露滩科技有限公司"),
        ("广东省白露滩科技有限公司", "深圳市白露滩科技有限公司"),
        ("蓝舟滩云海商行", "蓝舟滩云诲商行"),
        ("云泽市蓝舟水果店", "云泽市蓝舟水果店（个体工商户）"),
        ("LANZHOU TRADING LTD", "Lanzhou Trading Ltd."),
    ],
)
def test_province_city_brackets_and_marks_do_not_part_a_firm(one: str, two: str) -> None:
    assert names.same_firm(one, two)


def test_neighbouring_provinces_that_differ_by_one_character_are_two_places() -> None:
    assert not names.same_firm("湖南青禾塑料有限公司", "湖北青禾塑料有限公司")


def test_branches_of_one_firm_are_told_apart() -> None:
    assert not names.same_firm("青禾超市第一分店", "青禾超市第二分店")
    assert names.same_firm("青禾超市第二分店", "青禾超市第二分店")


def test_similarity_orders_names_by_how_much_is_the_same() -> None:
    closer = names.similar(FIRM, "云泽市青禾五金制品有限公司")
    farther = names.similar(FIRM, "海州市白露物流有限公司")
    assert 1 == names.similar(FIRM, FIRM) > closer > farther >= 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_symmetric_within_bounds_and_never_fails(a: str, b: str) -> None:
    assert 0 <= names.similar(a, b) <= 1
    assert names.similar(a, b) == names.similar(b, a)
    assert names.sign_agrees(a, b) in {True, False, None}
    if names.plain(a):
        assert names.same_firm(a, a)


@pytest.mark.parametrize(
    ("sign", "name", "agrees"),
    [
        ("青禾塑料", FIRM, True),
        ("青禾", FIRM, True),
        ("蓝舟生活馆 24小时营业", "云泽市蓝舟百货商行", True),
        ("蓝舟滩云海 电话13000000000", "云泽市蓝舟滩云诲餐饮店", True),
        ("白露家电", FIRM, False),
        ("白露家电广场", "云泽市蓝舟水果店", False),
        ("青木塑料", FIRM, None),
        ("烟酒副食", FIRM, None),
        ("五金店", FIRM, None),
        ("GREEN CORN", FIRM, None),
        ("", FIRM, None),
        ("青禾塑料", "", None),
        ("BLUE BOAT", "Blue Boat Trading Ltd", True),
        ("BLUE BOAT", "Quick Fox Kitchen", False),
    ],
)
def test_a_sign_is_compared_by_its_brand(sign: str, name: str, agrees: bool | None) -> None:  # noqa: FBT001  a table
    assert names.sign_agrees(sign, name) is agrees


def test_every_known_region_belongs_to_one_province() -> None:
    table = names._table("regions")
    assert len(table) == 34
    cities = [city for row in table.values() for city in row]
    assert len(cities) == len(set(cities)) > 330
    assert not set(cities) & set(table)


def test_forms_and_trades_do_not_repeat_and_lookalikes_stand_in_one_group() -> None:
    table = names._table("names")
    assert len(table["trades"]) == len(set(table["trades"]))
    signs = "".join(table["lookalikes"])
    assert len(signs) == len(set(signs))
