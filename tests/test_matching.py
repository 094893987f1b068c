"""Payments put to bills: every way to pay, and what must not be taken for a payment."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from benchmarks.books import books, score
from selfproof.matching.match import match
from selfproof.matching.nouns import Bill, Kind, Matched, Receipt
from selfproof.matching.once import once
from selfproof.matching.search import explains, subset

DAY = date(2026, 3, 2)
BUYER, OTHER = "云泽市白露家电有限公司", "云泽市玄武建材厂"


def bill(id_: str, cents: int, day: int = 0, party: str = BUYER, **changes: object) -> Bill:
    return replace(Bill(id_, party, DAY + timedelta(days=day), cents, (f"2699200000000000{id_:0>4}",)), **changes)


def receipt(id_: str, cents: int, day: int = 30, party: str = BUYER, **changes: object) -> Receipt:
    return replace(Receipt(id_, party, DAY + timedelta(days=day), cents), **changes)


def pairs(found: Matched) -> set[tuple[str, str]]:
    return {(link.bill, link.receipt) for link in found.links}


def kinds(found: Matched) -> set[tuple[str, str, Kind]]:
    return {(link.bill, link.receipt, link.kind) for link in found.links}


def test_a_bill_is_paid_by_its_very_amount() -> None:
    found = match([bill("1", 113_055), bill("2", 226_077)], [receipt("a", 226_077)])
    assert kinds(found) == {("2", "a", Kind.WHOLE)}
    assert found.settled("2") == 226_077


@pytest.mark.parametrize("kept", [1000, 678, 55], ids=["a bank's fee", "an acquirer's share", "cents"])
def test_a_usual_fee_or_rounding_off_leaves_nothing_owed(kept: int) -> None:
    found = match([bill("1", 113_055)], [receipt("a", 113_055 - kept)])
    assert found.settled("1") == 113_055


def test_an_amount_that_nothing_usual_explains_pays_no_bill() -> None:
    assert pairs(match([bill("1", 113_055)], [receipt("a", 108_123)])) == set()


def test_one_payment_may_pay_several_bills() -> None:
    found = match([bill("1", 50_011), bill("2", 61_203, 3), bill("3", 7_777, 9)], [receipt("a", 118_991)])
    assert kinds(found) == {(name, "a", Kind.GROUPED) for name in "123"}


def test_one_payment_may_leave_a_bill_between_out() -> None:
    found = match([bill("1", 5_001_144), bill("2", 6_120_302, 3), bill("3", 777_755, 9)], [receipt("a", 5_778_899)])
    assert pairs(found) == {("1", "a"), ("3", "a")}


def test_instalments_add_up_to_their_bill() -> None:
    found = match([bill("1", 1_000_037)], [receipt("a", 300_011, 10), receipt("b", 700_026, 60)])
    assert kinds(found) == {("1", "a", Kind.PART), ("1", "b", Kind.PART)}
    assert found.settled("1") == 1_000_037


def test_an_advance_comes_before_its_bill() -> None:
    found = match([bill("1", 1_000_340)], [receipt("a", 300_102, -40), receipt("b", 700_238, 20)])
    assert kinds(found) == {("1", "a", Kind.PREPAID), ("1", "b", Kind.PART)}


def test_a_single_instalment_is_known_by_its_share() -> None:
    found = match([bill("1", 1_000_340)], [receipt("a", 300_102, -40)])
    assert (found.settled("1"), found.links[0].kind) == (300_102, Kind.PREPAID)


def test_bills_that_count_the_same_unit_make_no_instalments_of_each_other() -> None:
    trips = [bill("1", 1_700_400), bill("2", 1_360_320, 30)]  # five trips and four
    assert pairs(match(trips, [receipt("a", 1_360_320, -40), receipt("b", 1_360_320, 60)])) == {("2", "b")}


def test_money_that_went_back_pays_nothing() -> None:
    lines = [receipt("a", 113_055), receipt("b", -113_055, 40, note="退款")]
    found = match([bill("1", 113_055)], lines)
    assert ("1", "b", Kind.REFUND) in kinds(found)
    assert found.settled("1") == 0


def test_what_the_buyer_sells_himself_is_no_refund() -> None:
    lines = [receipt("a", 113_055), receipt("b", -70_000, 40, note="采购材料款")]
    assert match([bill("1", 113_055)], lines).settled("1") == 113_055


def test_a_red_letter_lowers_what_is_owed_by_the_bill_that_it_names() -> None:
    red = bill("9", -13_055, 20, names=bill("1", 0).numbers)
    found = match([bill("1", 113_055), red], [receipt("a", 100_000)])
    assert (found.less("1"), found.settled("1")) == (13_055, 100_000)


def test_a_red_letter_that_names_nothing_takes_back_the_bill_of_its_amount() -> None:
    found = match([bill("1", 113_055), bill("2", 71_000), bill("9", -113_055, 20)], [])
    assert (found.less("1"), found.less("2")) == (113_055, 0)


@pytest.mark.parametrize(
    "printed",
    ["云泽市白露家甩有限公司", "云泽市 白露家电有限公司", "云泽市白露家电有限公司临江分公司", "云泽市白露家电有限"],
    ids=["misread", "spaced", "branch", "cut short"],
)
def test_a_name_may_differ_by_a_slip_a_branch_or_a_narrow_column(printed: str) -> None:
    assert pairs(match([bill("1", 113_055)], [receipt("a", 113_055, party=printed)])) == {("1", "a")}


@pytest.mark.parametrize("stranger", [OTHER, "云泽市听松家电有限公司", "临江县白露家电有限公司"])
def test_a_stranger_pays_no_bill_though_the_amount_is_the_same(stranger: str) -> None:
    assert pairs(match([bill("1", 113_055)], [receipt("a", 113_055, party=stranger)])) == set()


def test_two_tax_ids_are_two_firms_though_one_name_may_be_the_others() -> None:
    near = bill("1", 113_055, party="白露家电有限公司", code="91990100MA0QH00021")
    far = bill("2", 113_055, 5, party="云泽市白露家电有限公司", code="91990100MA0QH00022")
    assert pairs(match([near, far], [receipt("a", 113_055, party="云泽市白露家电有限公司")])) == {("2", "a")}


def test_a_payment_that_names_the_bill_pays_it_whoever_sends_it() -> None:
    paid = receipt("a", 113_055, party="林某", note="代付发票 26992000000000000001")
    assert pairs(match([bill("1", 113_055)], [paid])) == {("1", "a")}


def test_a_deposit_pays_no_bill() -> None:
    assert pairs(match([bill("1", 5_000_000)], [receipt("a", 5_000_000, note="投标保证金")])) == set()


def test_an_acquirers_line_pays_the_only_bill_of_its_gross_amount() -> None:
    line = receipt("a", 3_120_031, 2, party="", fee=18_834)
    assert pairs(match([bill("1", 3_138_865), bill("2", 99_001)], [line])) == {("1", "a")}


@pytest.mark.parametrize(
    "lines",
    [
        [receipt("a", 500_000, 2, party="")],
        [receipt("a", 3_138_865, 2, party=""), receipt("b", 3_138_865, 4, party="")],
        [receipt("a", 3_138_865, 90, party="")],
    ],
    ids=["a round sum", "two of them", "much later"],
)
def test_a_receipt_of_nobody_that_may_be_chance_pays_nothing(lines: list[Receipt]) -> None:
    assert pairs(match([bill("1", 3_138_865), bill("2", 500_000)], lines)) == set()


def test_a_standing_order_is_paid_in_order_also_when_the_first_payment_is_not_shown() -> None:
    bills = [bill(str(month), 200_000, 30 * month + 3 * (month % 2)) for month in range(6)]
    paid = [receipt(f"r{month}", 200_000, 30 * month + 3 * (month % 2) + 41) for month in range(1, 6)]
    assert pairs(match(bills, paid)) == {(str(month), f"r{month}") for month in range(1, 6)}


def test_a_running_account_pays_its_oldest_debts_first() -> None:
    bills = [bill("1", 730_011, 40), bill("2", 512_207, 50), bill("3", 1_200_133, 70), bill("4", 611_005, 90)]
    paid = [receipt("a", 1_000_000, 60), receipt("b", 1_000_000, 80), receipt("c", 1_000_000, 100)]
    found = match(bills, paid, since=DAY)
    assert pairs(found) == {("1", "a"), ("2", "a"), ("2", "b"), ("3", "b"), ("3", "c"), ("4", "c")}
    assert sum(link.cents for link in found.links) == 3_000_000


def test_a_running_account_that_is_cut_off_is_not_told_apart() -> None:
    bills = [bill("1", 730_011), bill("2", 512_207, 10), bill("3", 1_200_133, 20), bill("4", 611_005, 30)]
    paid = [receipt("a", 1_000_000, 25), receipt("b", 1_000_000, 45), receipt("c", 1_000_000, 65)]
    assert pairs(match(bills, paid, since=DAY + timedelta(days=20))) == set()


def test_no_fen_is_counted_twice_and_no_order_changes_what_is_found() -> None:
    made, chance = books(300, 5), random.Random(1)  # noqa: S311  seeded chance is the point
    bills, lines = list(made.bills), list(made.receipts)
    first = match(bills, lines)
    owed = {one.id: one.cents for one in bills}
    left = {one.id: one.cents + one.fee for one in lines}
    slack = 1.03  # a fee or a rounding off is forgiven
    assert all(first.settled(key) <= owed[key] for key in first.by_bill)
    for key, links in first.by_receipt.items():
        assert sum(link.cents for link in links) <= max(left[key] * slack, left[key])
    chance.shuffle(bills)
    chance.shuffle(lines)
    assert match(bills, lines).links == first.links


def test_generated_books_are_matched_with_the_precision_and_recall_that_are_asked_for() -> None:
    right = told = there = 0
    for seed in (21, 22, 23):
        made = books(900, seed)
        found = match(made.bills, made.receipts)
        hits, links, truth = score(made.truth, ((link.bill, link.receipt) for link in found.links))
        right, told, there = right + hits, told + links, there + truth
    assert there > 1500
    assert right / told >= 0.99
    assert right / there >= 0.95


def test_two_statements_of_one_account_show_a_payment_once_and_the_better_one_counts() -> None:
    one = [receipt("x:1", 5_000, source="x"), receipt("x:2", 5_000, source="x"), receipt("x:3", 7_000, source="x")]
    two = [receipt("y:1", 5_000, source="y"), receipt("y:2", 9_000, source="y")]
    kept = {line.id for line in once([*one, *two], {"x": 2, "y": 1})}
    assert kept == {"y:1", "x:1", "x:3", "y:2"}, "5,000 was paid twice, and once of it the better paper shows"


def test_of_round_amounts_no_sum_is_believed() -> None:
    assert subset(300_000, [100_000, 100_000, 200_000, 50_000, 250_000], 0.01) == ()
    assert subset(168_989, [100_012, 68_977, 200_031, 50_007], 0.01) == (0, 1)


def test_more_than_is_owed_is_explained_by_nothing() -> None:
    assert explains(100_000, 100_001) is None
