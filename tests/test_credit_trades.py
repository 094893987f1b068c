"""Four trades as policy rows over one engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from selfproof.credit.limit import Terms as LimitTerms
from selfproof.credit.limit import annuity, ceilings, cycle_days, growth, rounded
from selfproof.model import Decision, Fact
from tests.credit_cases import (
    AS_OF,
    PLATFORM,
    STANDING,
    Paper,
    application,
    contract,
    declared,
    fact,
    failed,
    invoice,
    invoices,
    passed,
    photo,
    photographed,
    policy,
    run,
    signals,
    statement,
    third,
    with_finding,
)


def test_a_workshop_is_capped_by_its_power_bills() -> None:
    bill = Paper((fact("utility_bill.annual_kwh", 100_000, "bill"), *signals("bill", "pdf_text")))
    papers = [*invoices(4_100_000, 12), statement(4_100_000, 12)]
    free, capped = run(application(existing=50_000), papers), run(application(existing=50_000), papers, bill)
    assert capped.trace["ceiling"] == 900_000
    assert capped.trace["v"] < 900_000 < free.trace["v"]
    assert [reason.effect < 0 for reason in capped.reasons if reason.step == "ceiling"] == [True]


def workshop_photo(name: str, machines: int) -> Paper:
    """A photo on which a detector counted machines."""
    return Paper((*photo(name).facts, fact("photo.machines", machines, f"photo-{name}")))


def test_machines_on_photos_are_a_ceiling_only_where_nothing_better_tells_the_capacity() -> None:
    papers = [*invoices(8_100_000, 12), statement(8_100_000, 12)]
    seen = [workshop_photo("one", 1), workshop_photo("two", 2)]
    bill = Paper((fact("utility_bill.annual_kwh", 700_000, "bill"), *signals("bill", "pdf_text")))
    free, capped = run(application(existing=50_000), papers, photo()), run(application(existing=50_000), papers, seen)
    told = run(application(existing=50_000), papers, seen, bill)
    assert capped.trace["ceiling"] == 900_000 * 3 / 0.5, "all photos together, which show a half"
    assert told.trace["ceiling"] == 6_300_000, "the power bill knows better"
    assert capped.trace["v"] < free.trace["v"]
    (reason,) = (reason for reason in capped.reasons if reason.step == "ceiling")
    assert set(reason.facts) == {paper.facts[-1].id for paper in seen}


def test_photos_lift_no_ceiling_and_photos_of_no_business_set_none() -> None:
    papers = [*invoices(4_100_000, 12), statement(4_100_000, 12)]
    crowded = run(application(existing=50_000), papers, workshop_photo("one", 500))
    free = run(application(existing=50_000), papers, photo("one"))
    assert crowded.trace["v"] == free.trace["v"]
    street = Paper(
        (fact("photo.scene", "other", "street"), fact("photo.machines", 1, "street"), *signals("street", "ocr"))
    )
    assert "ceiling" not in run(application(existing=50_000), papers, street).trace


def test_several_bills_of_one_meter_tell_its_capacity_once() -> None:
    def bill(name: str, meter: str) -> Paper:
        kwh, number = fact("utility_bill.annual_kwh", 100_000, name), fact("utility_bill.number", meter, name)
        return Paper((kwh, number, *signals(name, "pdf_text")))

    papers = [*invoices(4_100_000, 12), statement(4_100_000, 12)]
    same = run(application(existing=50_000), papers, bill("one", "3301"), bill("two", "3301"))
    other = run(application(existing=50_000), papers, bill("one", "3301"), bill("two", "3302"))
    assert (same.trace["ceiling"], other.trace["ceiling"]) == (900_000, 1_800_000)


def test_a_truck_owners_instalment_is_debt_service_and_its_trucks_are_the_ceiling() -> None:
    stated = (*STANDING, third("registry.trucks", 1), declared("own_funds", 10_000))
    loan = third("bureau.debt_service_annual", 140_000)
    papers = [statement(900_000, 12), *invoices(900_000, 12)]
    case = {"existing": 10_000, "trade": "truck", "industry": "freight"}
    free, burdened = run(application(*stated, **case), papers), run(application(*stated, loan, **case), papers)
    assert free.trace["ceiling"] == 650_000
    assert free.trace["v_all"] <= 650_000
    assert burdened.trace["cash_flow"] < free.trace["cash_flow"]
    assert burdened.recommended < free.recommended
    assert free.trace["cycle"] == 80, "a truck holds no stock"


def test_a_street_shop_counts_receipts_and_not_invoices_and_has_no_receivables() -> None:
    stated = (*STANDING, declared("own_funds", 0))
    case = {"existing": 0, "trade": "shop", "industry": "retail"}
    assert run(application(*stated, **case), invoices(900_000, 12)).recommended == 0
    wallet = third("acquirer.annual_receipts", 900_000)
    decision = run(application(*stated, wallet, **case), photo())
    assert decision.trace["v"] == pytest.approx(855_000)
    assert decision.trace["cycle"] == 35
    assert 0 < decision.recommended < 100_000


def farm(*facts: Fact, on: date = AS_OF) -> Decision:
    """A grower whose buyers' platform tells of 400,000 a year."""
    told = (*STANDING, third("platform.annual_receipts", 400_000), declared("own_funds", 10_000))
    case = application(*told, *facts, existing=0, trade="farmer", industry="agriculture")
    return run(replace(case, as_of=on))


def test_a_grower_needs_what_the_registered_land_still_takes_before_the_harvest() -> None:
    spring, autumn = date(AS_OF.year, 3, 10), date(AS_OF.year, 10, 10)
    without, small = farm(on=spring), farm(third("registry.mu", 20), on=spring)
    months = (0.04, 0.04, 0.175, 0.175, 0.175, 0.175)  # of the year's harvest, March to August
    share = sum(part * (place + 0.5) / 6 for place, part in enumerate(months))
    assert small.trace["need_season"] == pytest.approx(20 * 9_000 * share), "bought evenly in the half year before it"
    assert small.trace["need"] == pytest.approx(small.trace["need_season"] - 10_000)
    assert without.recommended < small.recommended
    (reason,) = (reason for reason in small.reasons if reason.step == "binding")
    assert reason.text.key == "reasons.N1_season"
    assert third("registry.mu", 20).id in reason.facts
    assert farm(third("registry.mu", 20), on=autumn).recommended == farm(on=autumn).recommended, "the cycle needs more"
    large = farm(third("registry.mu", 200), on=spring)
    assert large.binding == "turnover_cap", "land alone is no turnover"


def test_off_a_growers_season_goes_all_that_was_told_of_own_funds_and_loans() -> None:
    told = [third("platform.annual_receipts", 400_000), third("registry.mu", 40), declared("own_funds", 100_000)]
    told += [declared("annual_turnover", 900_000), declared("working_capital_loans", 30_000)]
    case = application(*STANDING, *told, existing=0, trade="farmer", industry="agriculture")
    spring, autumn = (run(replace(case, as_of=date(AS_OF.year, m, 10)), invoices(100_000, 12)) for m in (3, 10))
    assert spring.trace["own_funds"] == 100_000, "the land is the whole business's"
    assert spring.trace["need"] == pytest.approx(spring.trace["need_season"] - 130_000)
    assert "reasons.N1_season" in [reason.text.key for reason in spring.reasons]
    assert autumn.trace["own_funds"] == pytest.approx(100_000 * autumn.trace["v"] / 900_000), "a cycle is in proportion"


def test_land_of_papers_gives_no_need_of_a_season() -> None:
    spring = date(AS_OF.year, 3, 10)
    paper = Paper((fact("land_certificate.area", 8, "land"), *signals("land", "pdf_text")))
    told = application(*STANDING, third("platform.annual_receipts", 400_000), trade="farmer", industry="agriculture")
    assert run(replace(told, as_of=spring), paper).trace["need_season"] == 0


def test_a_cycle_near_zero_honestly_needs_near_zero() -> None:
    quick = declared("cycle_days", 1)
    wallet = third("acquirer.annual_receipts", 900_000)
    decision = run(application(wallet, quick, *STANDING, existing=0, trade="shop", industry="retail"))
    assert decision.recommended < 3_000
    assert decision.binding == "need"


def sold_to_the_contracts_buyer(amount: float, *, signed: bool = True) -> Paper:
    paper = invoice(AS_OF.replace(month=7), amount, signed=signed)
    document = paper.facts[0].provenance.document
    facts = tuple(
        fact(item.name, "试例丙食品有限公司", document) if item.field == "buyer_name" else item for item in paper.facts
    )
    return Paper(facts, paper.findings)


def start_up(*papers: Paper) -> Decision:
    """A newcomer with a contract of 3,000,000, invoiced and paid as far as the papers go."""
    order = contract(3_000_000, signed=False)
    document = order.facts[0].provenance.document
    matched = [paper.facts[0].provenance.document for paper in papers]
    match = passed(document, "contract_invoiced_and_paid", matched=matched) if papers else ()
    case = {"existing": 0, "trade": "startup", "industry": "general"}
    return run(application(*STANDING, **case), Paper(order.facts, match), list(papers))


def test_a_start_up_with_contracts_only_never_exceeds_the_entry_amount() -> None:
    decision = start_up()
    assert 0 < decision.recommended <= 50_000
    assert decision.trace["v3"] == 0


def test_a_start_up_gets_more_than_the_entry_amount_only_for_a_contract_that_was_proven_paid() -> None:
    part, whole = start_up(sold_to_the_contracts_buyer(2_000_000)), start_up(sold_to_the_contracts_buyer(2_700_000))
    assert 0 < part.recommended <= 50_000 < whole.recommended
    assert whole.trace["v_part"] < 2_700_000
    unsigned = start_up(sold_to_the_contracts_buyer(2_700_000, signed=False))
    assert unsigned.recommended <= 50_000


def test_one_contract_in_two_files_is_one_order() -> None:
    one = run(application(PLATFORM), invoices(4_100_000, 5), contract(100_000))
    two = run(
        application(PLATFORM), invoices(4_100_000, 5), contract(100_000), contract(100_000, tag="-scan", signed=False)
    )
    assert one.trace["growth"] == two.trace["growth"] > 0


def test_a_contract_of_hire_is_no_order_until_its_hire_is_invoiced() -> None:
    paper = contract(100_000)
    hire = Paper((*paper.facts, fact("contract.title", "设备租赁合同", "contract")), paper.findings)
    sold, hired = (run(application(PLATFORM), invoices(4_100_000, 5), item).trace["growth"] for item in (paper, hire))
    assert sold > hired == 0
    named = Paper((*paper.facts, fact("contract.title", "样例设备租赁有限公司采购合同", "contract")), paper.findings)
    assert run(application(PLATFORM), invoices(4_100_000, 5), named).trace["growth"] == sold


def test_a_contract_with_the_owner_is_no_order() -> None:
    paper = contract(900_000)
    facts = tuple(
        fact("contract.party_a", "试例人", item.provenance.document) if item.name == "contract.party_a" else item
        for item in paper.facts
    )
    assert run(application(PLATFORM), Paper(facts, paper.findings)).trace["growth"] == 0


def test_growth_needs_two_comparable_periods_or_proven_orders() -> None:
    bank = statement(2_400_000, 24)
    assert run(application(PLATFORM), bank).trace["growth"] == 0
    grown = tuple(
        fact(item.name, 230_000, item.provenance.document)
        if item.name.startswith("bank_statement.months[2026")
        else item
        for item in bank.facts
    )
    assert run(application(PLATFORM), Paper(grown, bank.findings)).trace["growth"] == policy().limit.growth_max
    assert run(application(PLATFORM), contract(900_000, signed=False)).trace["growth"] == 0


def test_declared_debts_and_shorter_cycles_that_lower_the_limit_are_taken() -> None:
    papers = [*invoices(4_100_000, 12), statement(4_100_000, 12)]
    plain = run(application(), papers).recommended
    for name, value in (
        ("debt_service_annual", 200_000),
        ("working_capital_loans", 100_000),
        ("cycle_days", 40),
        ("margin", 0.02),
    ):
        assert run(application(declared(name, value)), papers).recommended < plain
    for name, value in (("cycle_days", 400), ("margin", 0.9)):
        assert run(application(declared(name, value)), papers).recommended == plain


def test_own_funds_and_loans_of_the_whole_business_count_on_its_credited_part_in_proportion() -> None:
    def need(**words: float) -> dict[str, float]:
        stated = [declared(name, value) for name, value in words.items()]
        return dict(run(application(*stated), photographed(4_100_000)).trace)

    whole = need(own_funds=200_000, working_capital_loans=200_000)
    share = whole["v"] / 1_200_000
    assert 0.5 < share < 1
    part = need(own_funds=200_000, working_capital_loans=200_000, annual_turnover=1_200_000)
    assert part["own_funds"] == pytest.approx(share * whole["own_funds"])
    assert part["loans"] == pytest.approx(share * whole["loans"])
    assert part["cash_flow"] == whole["cash_flow"]
    told = run(
        application(declared("own_funds", 50_000), declared("annual_turnover", 1_200_000)), photographed(4_100_000)
    )
    assert "reasons.N1_part" in [reason.text.key for reason in told.reasons]
    boast = need(own_funds=200_000, working_capital_loans=200_000, annual_turnover=90_000_000)
    assert boast["loans"] == pytest.approx(whole["loans"] * (policy().limit.funds_least or 0))


def test_telling_of_own_funds_costs_no_more_than_they_are_and_a_boast_no_less_than_silence() -> None:
    papers = photographed(4_100_000)
    silent = run(application(), papers).trace
    for funds in (10_000, 60_000, 500_000):
        for turnover in (1_000_000, 90_000_000):
            told = declared("own_funds", funds), declared("annual_turnover", turnover)
            counted = run(application(*told), papers).trace["own_funds"]
            assert min(funds, silent["own_funds"]) <= counted <= funds


def _bought(year: float) -> list[Paper]:
    """Six months of purchases."""
    swap = {"seller": "buyer", "buyer": "seller"}
    papers = []
    for paper in invoices(year, 6, tag="in"):
        facts = tuple(
            fact(
                f"vat_invoice.{swap[item.field.split('_')[0]]}_{item.field.split('_', 1)[1]}",
                item.value,
                item.provenance.document,
            )
            if item.field.startswith(("seller_", "buyer_"))
            else item
            for item in paper.facts
        )
        papers.append(Paper(facts, paper.findings))
    return papers


def test_purchases_lower_the_margin_that_the_cash_flow_uses() -> None:
    decision = run(application(), invoices(4_100_000, 6), _bought(3_900_000))
    assert decision.trace["margin"] == pytest.approx(1 - 3_900_000 / 4_100_000, abs=1e-6)


def test_a_few_invoices_beside_all_purchases_take_no_margin_that_the_receipts_show() -> None:
    few, bank = invoices(2_000_000, 6), statement(4_100_000, 6)
    assert run(application(), few, _bought(3_900_000)).trace["margin"] == 0
    both = run(application(), few, [bank], _bought(3_900_000))
    assert both.trace["margin"] == pytest.approx(1 - 3_900_000 / 4_100_000, abs=1e-6)
    received = run(application(), [bank], _bought(3_900_000))
    assert received.trace["margin"] == policy().industries["plastics"].margin


def test_an_adverse_third_party_fact_may_lower_the_existing_limit_and_asks_a_person() -> None:
    decision = run(application(PLATFORM, third("registry.status", "吊销"), existing=300_000))
    assert decision.recommended < 300_000
    assert "reasons.review_adverse" in [message.key for message in decision.review]
    assert run(application(PLATFORM, third("registry.status", "active"), existing=300_000)).recommended == 300_000


def test_a_fraud_stop_does_not_shelter_a_limit_from_an_adverse_fact() -> None:
    first, *rest = invoices(4_100_000, 5)
    stopped = with_finding(first, failed(first.facts[0].provenance.document, "same_invoice_elsewhere"))
    revoked = third("registry.status", "吊销")
    alone = run(application(PLATFORM, revoked, existing=300_000)).recommended
    lowered = run(application(PLATFORM, revoked, existing=300_000), stopped, rest)
    assert lowered.recommended == alone < 300_000
    assert [reason.code for reason in lowered.reasons] == ["S1", "P1"]
    assert run(application(PLATFORM, existing=300_000), stopped, rest).recommended == 300_000


def test_two_stores_add_up_and_one_store_asked_twice_does_not() -> None:
    def record(name: str, amount: int, store: str) -> tuple[object, ...]:
        return third("platform.annual_receipts", amount, name), third("platform.store", store, name)

    two = run(application(*record("a", 300_000, "one"), *record("b", 200_000, "two")))
    again = run(application(*record("a", 300_000, "one"), *record("b", 280_000, "one")))
    assert two.trace["v3"] == pytest.approx(475_000)
    assert again.trace["v3"] == pytest.approx(285_000)


def test_payers_that_the_feed_does_not_cover_count_as_seen() -> None:
    named = third("platform.payers[0].name", "试例平台有限公司")
    papers = invoices(600_000, 6)
    assert run(application(PLATFORM), papers).trace["v_part"] == 0
    decision = run(application(PLATFORM, named), papers)
    assert decision.trace["v_part"] > 0
    assert decision.trace["v"] > run(application(PLATFORM), papers).trace["v"]


def test_a_stores_name_shows_no_buyer_of_an_invoice_to_be_absent() -> None:
    store = third("platform.store", "试例旗舰店", PLATFORM.name)
    platform = third("platform.annual_receipts", 680_000, PLATFORM.name)
    decision = run(application(platform, store), invoices(600_000, 6))
    assert decision.trace["v_part"] == 0, "who is invoiced may have paid through that very store"
    assert decision.trace["v"] == run(application(PLATFORM), invoices(600_000, 6)).trace["v"]


def test_a_void_invoice_stops() -> None:
    papers = invoices(4_100_000, 5)
    number = next(item.value for item in papers[0].facts if item.field == "invoice_number")
    decision = run(application(third(f"tax.invoices[{number}].status", "作废")), papers)
    assert (decision.binding, decision.reasons[0].code) == ("stop", "S3")


def test_advice_names_kinds_and_bands_and_never_the_exact_gain_in_its_sentence() -> None:
    decision = run(application(PLATFORM, *STANDING), invoices(4_100_000, 6))
    assert decision.advice
    assert "invoicing" not in [advice.kind for advice in decision.advice]
    for advice in decision.advice:
        assert advice.low <= advice.gain <= advice.high
        assert str(advice.gain) not in advice.text.values.values()


def test_the_annuity_is_the_plain_share_without_interest() -> None:
    assert annuity(0.0, 24) == 0.5
    assert annuity(0.09, 24) == pytest.approx(0.54822, abs=1e-5)


def test_the_cycle_leaves_out_days_that_do_not_arise() -> None:
    days = policy().industries["plastics"].days
    assert cycle_days(days, policy().trades["workshop"]) == 90
    assert cycle_days(days, policy().trades["truck"]) == 45
    assert cycle_days({"payable": 50.0}, policy().trades["workshop"]) == 0


def test_growth_of_nothing_is_nothing() -> None:
    assert growth(0.0, LimitTerms(0.15, 90, orders=1.0), policy().limit) == 0
    assert ceilings(0.0, LimitTerms(1.5, -5), policy().limit).lowest == 0


@pytest.mark.parametrize(
    ("amount", "expected"), [(582_318.2, 582_000), (581_999.9999999, 582_000), (999.0, 0), (0.0, 0)]
)
def test_rounding_goes_down_but_forgives_a_hair(amount: float, expected: float) -> None:
    assert rounded(amount, 1_000) == expected
