"""The graph of parties, documents and payments: what each check of it finds, and what it leaves alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from lxml import etree

from selfproof import verify
from selfproof.checks.circles import trade_keys
from selfproof.credit.policy import load
from selfproof.graph import chain, circles, flows, picture, shares, ties
from selfproof.graph.parties import ME, Named, directory
from selfproof.model import Applicant, Application, Fact, Finding, Ledger, Method, Outcome, Provenance
from selfproof.texts import say
from tests.builders import OUR_NAME, OURS, THEIR_NAME, application, code, document, findings, invoice

FAIL, PASS, UNKNOWN = Outcome.FAIL, Outcome.PASS, Outcome.UNKNOWN
THIRD_NAME, THIRD = "云泽市朱雀建材有限公司", code("91990100MA0QH0003")
FOURTH_NAME, FOURTH = "云泽市丹枫包装有限公司", code("91990100MA0QH0004")
FIRMS = {"us": (OUR_NAME, OURS), "b": (THEIR_NAME, code("91990100MA0QH0002")), "c": (THIRD_NAME, THIRD),
         "d": (FOURTH_NAME, FOURTH)}  # fmt: skip
GOODS = "*塑料制品*水杯"
NAMES = ("白鹭", "青松", "红枫", "金桂", "玉兰", "海棠", "紫藤", "银杏")


def sale(seller: str, buyer: str, amount: str = "1130.00", *, number: int = 1, **more: object) -> list[Fact]:
    """An invoice between two of the firms; `more` are further fields."""
    (name, tax), (other, other_tax) = FIRMS[seller], FIRMS[buyer]
    fields = {
        "seller_name": name, "seller_tax_id": tax, "buyer_name": other, "buyer_tax_id": other_tax,
        "total_amount": Decimal(amount), "amount_excl_tax": Decimal(amount), "items_0_name": GOODS,
        "invoice_number": f"2699200000{number:010d}", **more,
    }  # fmt: skip
    return invoice(f"{seller}{buyer}{number}", **fields)  # type: ignore[arg-type]


def complaints(check: str, *papers: Iterable[Fact], **known: object) -> list[Finding]:
    facts = [fact for paper in papers for fact in paper]
    return [found for found in findings(check, facts, **known) if found.outcome is FAIL]


def stated(name: str, value: object) -> Fact:
    return Fact(name, value, str(value), Ledger.THIRD_PARTY, Provenance(Method.SOURCE, "registry"))  # type: ignore[arg-type]


def graph(*papers: Iterable[Fact], of: Application | None = None) -> flows.Network:
    return flows.network(verify.case(of or application(), [fact for paper in papers for fact in paper]))


def test_a_party_is_one_firm_by_tax_id_else_by_name_and_whoever_applies_is_one_with_who_runs_it() -> None:
    applicant = Applicant(OUR_NAME, OURS, "林某")
    named = [
        Named(THEIR_NAME, FIRMS["b"][1]), Named("白露家电有限公司"), Named(OUR_NAME), Named("林某"),
        Named("云*****公司"), Named("", FIRMS["b"][1]), Named(OUR_NAME, THIRD),
    ]  # fmt: skip
    found = directory(applicant, named)
    assert [found.of(item) for item in named] == [FIRMS["b"][1], FIRMS["b"][1], ME, ME, "", FIRMS["b"][1], THIRD]


def test_a_paper_that_is_there_twice_is_one_flow() -> None:
    twice = [replace(fact, provenance=replace(fact.provenance, document="copy")) for fact in sale("us", "b")]
    assert flows.amount(graph(sale("us", "b"), twice).sales) == Decimal("1130.00")


CIRCLE = [sale("us", "b"), sale("b", "c", number=2), sale("c", "us", number=3)]


def test_the_same_goods_that_come_back_within_months_are_a_stop() -> None:
    (found,) = complaints("circular_invoicing", *CIRCLE)
    assert load().checks["circular_invoicing"].stop == "S6"
    assert len(found.documents) == 2
    assert len(found.facts) == 3
    assert found.message is not None
    assert found.message.values["firms"].count(" → ") == 3
    assert [set(circle) for circle in circles.circles(graph(*CIRCLE))] == [{ME, FIRMS["b"][1], THIRD}]


@pytest.mark.parametrize(
    "papers",
    [
        CIRCLE[:2],
        [*CIRCLE[:2], sale("c", "us", number=3, items_0_name="*纸制品*纸箱")],
        [*CIRCLE[:2], sale("c", "us", number=3, issue_date=date(2025, 6, 5))],
        [*CIRCLE[:2], sale("c", "d", number=3)],
    ],
    ids=["open", "other goods", "a year apart", "to another"],
)
def test_trade_that_does_not_close_with_the_same_goods_soon_is_no_circle(papers: list[list[Fact]]) -> None:
    assert complaints("circular_invoicing", *papers) == []


@dataclass(frozen=True)
class Elsewhere:
    """A store that knows these keys of other applicants."""

    keys: frozenset[str] = frozenset()

    def others(self, key: str) -> list[str]:
        return ["other"] * (key in self.keys)

    def photos(self) -> list[tuple[str, str]]:
        return []


def test_a_circle_is_closed_by_what_another_applicant_showed_without_seeing_it() -> None:
    theirs = verify.case(application(), sale("b", "c", number=9))
    closing = Elsewhere(frozenset(key for _, key in trade_keys(theirs)))
    papers = (sale("us", "b"), sale("c", "us", number=2))
    (found,) = complaints("circle_closed_elsewhere", *papers, lookup=closing)
    assert found.documents == ("cus2",)
    assert complaints("circle_closed_elsewhere", *papers, lookup=Elsewhere()) == []
    paper = sale("c", "us", number=2, items_0_name="*纸制品*纸箱")
    assert complaints("circle_closed_elsewhere", sale("us", "b"), paper, lookup=closing) == []


@pytest.mark.parametrize(
    ("back", "goods", "found"), [("1000.00", GOODS, 1), ("200.00", GOODS, 0), ("1000.00", "*纸制品*纸箱", 0)]
)
def test_only_amounts_of_the_same_goods_that_nearly_cancel_out_are_mutual_invoicing(
    back: str, goods: str, found: int
) -> None:
    assert (
        len(complaints("no_mutual_invoicing", sale("us", "b"), sale("b", "us", back, number=2, items_0_name=goods)))
        == found
    )


def _statement(came: str, returned: str | None) -> list[Fact]:
    facts = document("s", "bank_statement", last_date=date(2026, 9, 30))
    amounts = {"total_in": came, "total_out": returned, "returned": returned}
    name, where = f"bank_statement.counterparties[{THEIR_NAME}]", facts[0].provenance
    told = [(f"{name}.{field}", amount) for field, amount in amounts.items() if amount]
    return facts + [Fact(field, Decimal(amount), amount, Ledger.SELF, where) for field, amount in told]


@pytest.mark.parametrize(("returned", "found"), [("5000", 1), ("4999", 0), (None, 0)])
def test_money_that_goes_back_to_who_paid_it_is_no_receipt_to_rely_on(returned: str | None, found: int) -> None:
    told = complaints("no_round_trips", _statement("10000", returned))
    assert len(told) == found
    assert all(len(finding.facts) == 3 for finding in told)


@pytest.mark.parametrize(
    ("amounts", "found"),
    [(["99000", "98500.5", "95000"], 1), (["99000", "98500.5"], 0), (["60000", "61000", "62000"], 0)],
)
def test_invoices_just_below_a_ceiling_on_one_day_to_one_buyer_are_pieces_of_one_sale(
    amounts: list[str], found: int
) -> None:
    papers = [sale("us", "b", amount, number=number) for number, amount in enumerate(amounts, 1)]
    assert len(complaints("not_split", *papers)) == found
    apart = [sale("us", "b", amount, number=n, issue_date=date(2026, 6, n)) for n, amount in enumerate(amounts, 1)]
    assert complaints("not_split", *apart) == []


REMARK = "被红冲蓝字数电发票号码：26992000000000000001 红字发票信息确认单编号：99012606050001"


def _red(amount: str, buyer: str = "b", number: int = 2) -> list[Fact]:
    return sale("us", buyer, amount, number=number, remarks=REMARK)


def test_a_red_letter_pairs_with_the_original_that_it_names() -> None:
    (found,) = findings("red_letters_paired", [*sale("us", "b"), *_red("-500.00")])
    assert (found.outcome, found.documents) == (PASS, ("usb1",))
    (alone,) = findings("red_letters_paired", _red("-500.00"))
    assert alone.outcome is UNKNOWN
    assert complaints("reversed_is_not_shown", sale("us", "b"), _red("-500.00")) == []


@pytest.mark.parametrize(
    "reds", [[_red("-1130.01")], [_red("-600.00"), _red("-600.00", number=3)], [_red("-500.00", "c")]],
    ids=["more", "more together", "another buyer"],
)  # fmt: skip
def test_a_red_letter_that_takes_back_more_or_of_another_is_a_contradiction(reds: list[list[Fact]]) -> None:
    told = complaints("red_letters_paired", sale("us", "b"), *reds)
    assert {finding.document for finding in told} == {red[0].provenance.document for red in reds}


def test_an_invoice_that_was_taken_back_in_full_is_told_and_the_two_cancel_out() -> None:
    (found,) = complaints("reversed_is_not_shown", sale("us", "b"), _red("-1130.00"))
    assert (found.document, found.documents) == ("usb1", ("usb2",))
    assert flows.amount(graph(sale("us", "b"), _red("-1130.00")).sales) == 0


RELATED = {
    "head": [
        stated("registry.parties[0].name", THEIR_NAME),
        stated("registry.parties[0].legal_representative", "林某"),
    ],
    "address": document("u", "utility_bill", holder=THEIR_NAME, address="云泽市 临江路１号"),
    "licence": document("l", "industry_permit", holder=THEIR_NAME, uscc=FIRMS["b"][1], legal_representative="林 某"),
}


@pytest.mark.parametrize("by", RELATED)
def test_sales_to_a_firm_with_the_applicants_head_or_address_need_a_look(by: str) -> None:
    stated_ = [fact for fact in RELATED[by] if not fact.provenance.document]
    printed = [fact for fact in RELATED[by] if fact.provenance.document]
    (found,) = complaints("sales_to_others", sale("us", "b"), printed, application=application(*stated_))
    assert found.document == "usb1"
    small = [sale("us", "b", "10.00"), sale("us", "c", "99999.00", number=2), printed]
    assert complaints("sales_to_others", *small, application=application(*stated_)) == []


def test_one_telephone_in_an_invoices_remarks_ties_two_firms() -> None:
    shared = "购买方地址：云泽市南路9号；电话：0571-80001234；销售方地址：云泽市临江路1号；电话：0571-80001234；"
    told = graph(sale("us", "b", remarks=shared))
    case = verify.case(application(), sale("us", "b", remarks=shared))
    assert [(tie.sort, tie.value) for tie in ties.ties(case, told)] == [("phone", "057180001234")]
    other = shared.replace("80001234；销", "80009999；销")
    assert complaints("sales_to_others", sale("us", "b", remarks=other)) == []


def test_concentration_tells_the_largest_customer_and_a_well_known_one_as_such() -> None:
    papers = [sale("us", "b", "9000"), sale("us", "c", "500", number=2), sale("us", "d", "500", number=3)]
    (found,) = complaints("customers_spread", *papers)
    assert found.message is not None
    assert (found.message.values["share"], found.message.values["hhi"]) == ("90%", "0.82")
    even = [sale("us", buyer, "1000", number=n) for n, buyer in enumerate("bcd", 1)]
    assert complaints("customers_spread", *even) == []
    known = [sale("us", "b", number=n, buyer_name="比亚迪股份有限公司", buyer_tax_id=None) for n in (1, 2, 3)]
    (anchored,) = complaints("customers_spread", *known)
    assert complaints("customers_spread", known[0]) == [], "one sale says nothing of a spread"
    assert anchored.message is not None
    assert "知名大企业" in say(anchored.message)


def test_the_place_in_the_chain_tells_partners_goods_and_the_way_to_well_known_firms() -> None:
    bought = sale("c", "us", "400", number=2, items_0_name="*化工原料*聚丙烯")
    further = sale("b", "d", number=3, buyer_name="美的集团股份有限公司", buyer_tax_id=None)
    place = chain.chain(graph(sale("us", "b", "900"), bought, further))
    assert [(share.party, share.share) for share in place.customers] == [(FIRMS["b"][1], Decimal(1))]
    assert place.sold == (("塑料制品", Decimal(900)),)
    assert place.bought == (("化工原料", Decimal(400)),)
    ((group, steps, way),) = place.anchors
    assert (group, steps, way[1]) == ("美的", 2, FIRMS["b"][1])
    assert place.anchor_share == 0
    assert chain.anchor("云泽市美的五金店") == "", "a brand alone is anybody's"


def test_hhi_is_one_for_a_single_customer_and_small_for_many() -> None:
    assert shares.hhi(shares.shares(graph(sale("us", "b")).sales, "target")) == 1
    even = [sale("us", buyer, "1000", number=n) for n, buyer in enumerate("bcd", 1)]
    assert round(shares.hhi(shares.shares(graph(*even).sales, "target")), 4) == Decimal("0.3333")


LICENCE = document("l", "business_license", name=OUR_NAME, established_date=date(2026, 7, 10))
SIGNED = {"party_a": THEIR_NAME, "party_b": OUR_NAME, "total_amount": Decimal("1130.00")}
ORDERED = {"buyer": THEIR_NAME, "supplier": OUR_NAME, "total_amount": Decimal("1130.00")}
SENT = {"shipper": OUR_NAME, "consignee": THEIR_NAME, "total_amount": Decimal("1130.00")}
PAID = {"payer": THEIR_NAME, "payee": OUR_NAME, "amount": Decimal("1130.00")}
LATE = date(2026, 7, 15)
TIMELINES = [
    ("trade_after_founding", [LICENCE, sale("us", "b")], 1),
    ("trade_after_founding", [LICENCE, sale("us", "b", issue_date=date(2026, 6, 20))], 0),
    ("trade_after_founding", [sale("us", "b")], 0),
    ("delivered_after_order", [document("o", "purchase_order", date=LATE, **ORDERED),
                               document("d", "delivery_note", date=date(2026, 7, 1), **SENT)], 1),
    ("delivered_after_order", [document("o", "purchase_order", date=LATE, **ORDERED),
                               document("d", "delivery_note", date=date(2026, 7, 13), **SENT)], 0),
    ("delivered_after_order", [document("o", "purchase_order", date=LATE, **ORDERED),
                               document("p", "purchase_order", date=date(2026, 6, 1), **{**ORDERED, "number": "2"}),
                               document("d", "delivery_note", date=date(2026, 7, 1), **SENT)], 0),
    ("paid_after_contract", [document("c", "contract", sign_date=LATE, **SIGNED),
                             document("b", "bank_slip", date=date(2026, 6, 1), **PAID)], 1),
    ("paid_after_contract", [document("c", "contract", sign_date=LATE, **SIGNED),
                             document("b", "bank_slip", date=date(2026, 7, 1), **PAID)], 0),
    ("invoiced_after_contract", [document("c", "contract", sign_date=LATE, **SIGNED), sale("us", "b")], 1),
    ("invoiced_after_contract", [document("c", "contract", sign_date=LATE, **SIGNED), sale("us", "b", "999")], 0),
]  # fmt: skip


@pytest.mark.parametrize(("check", "papers", "found"), TIMELINES)
def test_days_that_cannot_follow_each_other_are_told_and_others_are_not(
    check: str, papers: list[list[Fact]], found: int
) -> None:
    told = complaints(check, *papers)
    assert len(told) == found
    assert all(len(finding.facts) == 2 and say(finding.message) for finding in told if finding.message)


def test_the_registrys_day_of_foundation_stands_over_a_printed_one() -> None:
    known = application(stated("registry.established_date", "2020-01-05"))
    assert complaints("trade_after_founding", LICENCE, sale("us", "b"), application=known) == []


HUGE = [sale("us", "b", "9000000"), sale("us", "c", "9000000", number=2)]
CAPACITY = [
    ("turnover_fits_headcount", "workshop", document("x", "social_insurance", headcount=Decimal(3)), FAIL),
    ("turnover_fits_headcount", "workshop", document("x", "social_insurance", headcount=4), PASS),
    ("turnover_fits_headcount", "workshop", [], UNKNOWN),
    ("turnover_fits_power", "workshop", document("x", "utility_bill", annual_kwh=Decimal(179_999)), FAIL),
    ("turnover_fits_power", "workshop", document("x", "utility_bill", annual_kwh=Decimal(180_000)), PASS),
    ("turnover_fits_floor", "shop", document("x", "lease", area=Decimal(59)), FAIL),
    ("turnover_fits_floor", "shop", document("x", "lease", area=Decimal(61)), PASS),
    ("turnover_fits_fleet", "truck", document("x", "vehicle_license", number="皖CD0318"), FAIL),
    ("turnover_fits_fleet", "truck", [stated("registry.trucks", Decimal(6))], PASS),
]


@pytest.mark.parametrize(("check", "trade", "told", "expected"), CAPACITY)
def test_a_years_invoices_are_held_against_people_power_floor_and_fleet(
    check: str, trade: str, told: list[Fact], expected: Outcome
) -> None:
    known = [fact for fact in told if not fact.provenance.document]
    of = replace(application(*known), trade=trade)
    facts = [fact for paper in HUGE for fact in paper] + [fact for fact in told if fact.provenance.document]
    assert [found.outcome for found in findings(check, facts, application=of)] == [expected]
    old = [sale("us", "b", "9000000", issue_date=of.as_of - timedelta(days=400))]
    assert complaints(check, *old, [fact for fact in told if fact.provenance.document], application=of) == []


def test_what_a_shop_received_counts_where_it_invoices_nothing_and_a_month_once() -> None:
    shop = replace(application(), trade="shop")
    told = document("x", "lease", area=Decimal(10))
    months = [f"2026-{number:02d}" for number in range(1, 8)]
    amount, places = Decimal(500_000), [Provenance(Method.TEXT, "b", name) for name in ("s1", "s2")]
    names = [f"bank_statement.months[{month}].receipts" for month in months]
    facts = [Fact(name, amount, "", Ledger.SELF, place) for name in names for place in places]
    (found,) = complaints("turnover_fits_floor", facts, told, application=shop)
    assert found.message is not None
    assert found.message.values["sold"] == "3500000"
    assert complaints("turnover_fits_floor", facts[:10], told, application=shop) == []


def test_a_power_bill_is_no_measure_of_a_shop() -> None:
    shop = replace(application(), trade="shop")
    told = document("x", "utility_bill", annual_kwh=Decimal(10))
    assert complaints("turnover_fits_power", *HUGE, told, application=shop) == []


def drawn(*papers: Iterable[Fact], check: str = "circular_invoicing") -> str:
    facts = [fact for paper in papers for fact in paper]
    cited = frozenset(name for found in findings(check, facts) for name in found.facts)
    return picture.picture(graph(facts), cited, {"title": "往来 <关系>", "others": "其余 {count} 家"})


def test_the_drawing_is_sound_tells_its_content_and_marks_what_is_complained_of_without_colour_alone() -> None:
    root = etree.fromstring(drawn(*CIRCLE, sale("us", "d", number=4), _statement("10", "9")).encode())
    texts = [node.text or "" for node in root.iter("{*}text")]
    assert root.find("{*}title") is not None
    assert (root.findtext("{*}title"), root.get("role")) == ("往来 <关系>", "img")
    assert {text for text in texts if text.startswith(picture.WARN)} == {f"⚠ {THEIR_NAME}", f"⚠ {THIRD_NAME}"}
    assert FOURTH_NAME in texts
    assert len([path for path in root.findall("{*}path") if path.get("stroke-dasharray")]) == 2


def _points(path: str) -> Iterator[tuple[float, float]]:
    """The curve of a path, in so many points that a box between two of them is none that anybody sees."""
    x1, y1, x2, y2, x3, y3 = map(int, re.findall(r"-?\d+", path))
    for step in range(101):
        t, s = step / 100, 1 - step / 100
        yield s * s * x1 + 2 * s * t * x2 + t * t * x3, s * s * y1 + 2 * s * t * y2 + t * t * y3


def test_no_line_of_the_drawing_crosses_a_box() -> None:
    """Two suppliers and customers who trade with each other, above and below and past the applicant."""
    firms = {
        name: {"name": f"云泽市{name}商行", "tax_id": code(f"91990100MA0QH01{n:02d}")} for n, name in enumerate(NAMES)
    }

    def sold(number: int, seller: str, buyer: str) -> list[Fact]:
        sides = {"seller": firms.get(seller), "buyer": firms.get(buyer)}
        more = {f"{side}_{field}": value for side, of in sides.items() if of for field, value in of.items()}
        return sale("us" if seller == "us" else "b", "us" if buyer == "us" else "b", number=number, **more)

    left, right, below = NAMES[:3], NAMES[3:6], NAMES[6:]
    ways = [*((name, "us") for name in (*left, *below)), *(("us", name) for name in (*right, *below))]
    ways += [(left[0], right[0]), (right[0], left[0]), (left[0], left[2]), (right[1], right[2]), (below[0], right[2])]
    root = etree.fromstring(drawn(*(sold(number, *way) for number, way in enumerate(ways, 1))).encode())
    boxes = [(int(box.get("x", "")), int(box.get("y", ""))) for box in root.iter("{*}rect")]
    curves = [path.get("d", "") for path in root.findall("{*}path")]
    assert (len(boxes), len(curves)) == (len(NAMES) + 1, len(ways))
    crossed = [
        (curve, x, y)
        for curve in curves
        for x, y in boxes
        if any(1 < px - x < picture._WIDE - 1 and 1 < py - y < picture._HIGH - 1 for px, py in _points(curve))
    ]
    assert crossed == []


def test_the_same_papers_in_another_order_give_the_same_drawing() -> None:
    assert drawn(*CIRCLE) == drawn(*reversed(CIRCLE))


def test_beyond_eight_on_a_side_the_others_are_drawn_as_one() -> None:
    many = [
        sale("us", "b", number=n, buyer_name=f"云泽市样例{sign}行", buyer_tax_id=None)
        for n, sign in enumerate("甲乙丙丁戊己庚辛壬癸", 1)
    ]
    assert "其余 2 家" in drawn(*many)
    hostile = sale("us", "b", buyer_name="<script>x</script>", buyer_tax_id=None)
    assert "<script" not in drawn(hostile)
