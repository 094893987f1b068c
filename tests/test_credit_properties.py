"""Properties of the limit over random cases (credit-method, section 7)."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from selfproof.credit.decide import decide
from selfproof.credit.limit import Terms
from selfproof.credit.turnover import Feed, Kind, Reading, Shown, credit
from selfproof.credit.waterfall import Account, Case, assess
from selfproof.model import Application, Decision, Outcome, Provenance
from selfproof.texts import say
from tests.credit_cases import (
    PLATFORM,
    STANDING,
    Paper,
    application,
    contract,
    declared,
    failed,
    flat,
    invoices,
    passed,
    photo,
    policy,
    run,
    statement,
    third,
    with_finding,
)

MANY = settings(max_examples=120)
KINDS = ("invoicing", "receipts", "tax", "operations")
amounts = st.floats(10_000, 20_000_000, allow_nan=False).map(lambda value: round(value, 2))
levels = st.integers(1, 5)


@st.composite
def readings(draw: st.DrawFn, level: st.SearchStrategy[int] = levels) -> Reading:
    reached, raw, months = draw(level), draw(amounts), draw(st.integers(1, 14))
    sigma = draw(st.sampled_from([0.16, 0.17, 0.25]))
    seen = raw * months / 12
    return Reading(reached, raw, policy().levels[reached], sigma, months, seen, seen, partial=months < 3)


@st.composite
def shown(draw: st.DrawFn) -> Shown:
    names = draw(st.lists(st.sampled_from(KINDS), unique=True, max_size=4))
    kinds = tuple(Kind(name, policy().sigma.kind[name], (draw(readings()),)) for name in KINDS if name in names)
    feeds = tuple(Feed(f"feed{index}", draw(amounts), draw(st.booleans())) for index in range(draw(st.integers(0, 3))))
    ceiling = draw(st.none() | amounts)
    parts = ("invoicing", "receipts")
    case = Shown(kinds, feeds, draw(amounts), draw(amounts), draw(st.booleans()), ceiling, parts)
    return case if not feeds else replace(case, kinds=tuple(_covered(kind) for kind in kinds))


def _covered(kind: Kind) -> Kind:
    """A third party that names no payers leaves none shown to be absent."""
    return replace(kind, readings=tuple(replace(reading, absent=0.0) for reading in kind.readings))


def limit_of(case: Shown, existing: float = 50_000) -> float:
    terms = pure_terms()
    account = Account(existing, max(existing, 50_000.0))
    return assess(Case(case, terms, account, policy().trades["workshop"], policy())).recommended


def pure_terms() -> Terms:
    return Terms(0.15, 90, growth=0.05, own_funds=20_000, grade=0.9)


@MANY
@given(shown())
def test_v_never_exceeds_the_third_party_the_largest_amount_shown_or_v3_with_v_part(case: Shown) -> None:
    found = credit(case, policy())
    largest = max((reading.raw for kind in case.kinds for reading in kind.readings), default=0.0)
    assert found.v <= max(found.v3, largest, found.v3 + found.v_part) * (1 + 1e-12)
    assert found.v >= found.v3
    assert found.b >= 1


def _at(case: Shown, index: int, level: int) -> Shown:
    """The case with one kind at another level: same content, same carrier."""
    kind = case.kinds[index]
    raised = tuple(replace(reading, level=level, r=policy().levels[level]) for reading in kind.readings)
    return replace(case, kinds=(*case.kinds[:index], replace(kind, readings=raised), *case.kinds[index + 1 :]))


@MANY
@given(shown().filter(lambda case: case.kinds), st.data())
def test_a_higher_level_of_the_same_content_never_lowers_the_limit(case: Shown, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(case.kinds) - 1))
    low, high = sorted(data.draw(st.tuples(levels, levels)))
    assert limit_of(_at(case, index, low)) <= limit_of(_at(case, index, high))


@MANY
@given(shown().filter(lambda case: case.kinds), st.data())
def test_a_weaker_reading_of_the_same_kind_never_lowers_the_limit_nor_b(case: Shown, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(case.kinds) - 1))
    kind = case.kinds[index]
    weaker = data.draw(readings(st.integers(1, kind.readings[0].level)))
    weaker = replace(weaker, absent=0.0) if case.feeds else weaker
    more = replace(kind, readings=(*kind.readings, weaker))
    added = replace(case, kinds=(*case.kinds[:index], more, *case.kinds[index + 1 :]))
    assert limit_of(added) >= limit_of(case)
    assert credit(added, policy()).v >= credit(case, policy()).v
    assert credit(added, policy()).b >= credit(case, policy()).b


@MANY
@given(shown(), st.data())
def test_no_addition_of_a_kind_a_feed_or_photos_lowers_b(case: Shown, data: st.DataObject) -> None:
    missing = [name for name in KINDS if name not in [kind.name for kind in case.kinds]]
    before = credit(case, policy()).b
    if missing:
        name = data.draw(st.sampled_from(missing))
        kinds = (*case.kinds, Kind(name, policy().sigma.kind[name], (data.draw(readings()),)))
        assert credit(replace(case, kinds=kinds), policy()).b >= before
    feed = Feed("more", data.draw(amounts), data.draw(st.booleans()))
    assert credit(replace(case, feeds=(*case.feeds, feed)), policy()).b >= before
    assert credit(replace(case, photos=True), policy()).b >= before


@MANY
@given(shown(), amounts)
def test_nothing_that_the_owner_shows_goes_below_the_existing_limit(case: Shown, existing: float) -> None:
    assert limit_of(case, existing) >= existing


@st.composite
def cases(draw: st.DrawFn) -> tuple[Application, list[Paper]]:
    stated = [declared("own_funds", draw(st.integers(0, 200_000))), *STANDING]
    if draw(st.booleans()):
        stated.append(PLATFORM)
    if draw(st.booleans()):
        stated.append(third("tax.annual_sales", draw(st.integers(50_000, 9_000_000))))
    if draw(st.booleans()):
        stated.append(declared("annual_turnover", draw(st.integers(50_000, 9_000_000))))
    year, months = draw(st.integers(60_000, 9_000_000)), draw(st.integers(1, 12))
    carrier = draw(st.sampled_from(["pdf_text", "ocr"]))
    papers = flat(
        [
            invoices(year, months, carrier=carrier, signed=carrier != "ocr" and draw(st.booleans())),
            statement(
                draw(st.integers(60_000, 9_000_000)),
                draw(st.integers(1, 12)),
                carrier=draw(st.sampled_from(["pdf_text", "table"])),
            ),
            photo(),
            contract(draw(st.integers(10_000, 900_000)), signed=draw(st.booleans())),
        ]
    )
    chosen = draw(st.lists(st.sampled_from(range(len(papers))), unique=True))
    case = application(*stated, existing=draw(st.sampled_from([0, 50_000, 100_000, 123_456.78])))
    return case, [papers[index] for index in sorted(chosen)]


def _shuffled(case: Application, papers: list[Paper], seed: int) -> Decision:
    rng = random.Random(seed)  # noqa: S311  seeded chance is the point
    facts = [item for paper in papers for item in paper.facts]
    findings = [item for paper in papers for item in paper.findings]
    stated = list(case.facts)
    for items in (facts, findings, stated):
        rng.shuffle(items)
    return decide(replace(case, facts=tuple(stated)), facts, findings, policy())


@given(cases(), st.integers(0, 1_000))
def test_the_order_of_upload_is_irrelevant_and_a_decision_replays_bit_for_bit(
    case: tuple[Application, list[Paper]], seed: int
) -> None:
    decision = run(*case)
    assert _shuffled(*case, seed) == decision
    again = run(*case)
    assert [value.hex() for value in again.trace.values()] == [value.hex() for value in decision.trace.values()]


@given(cases())
def test_effects_sum_exactly_to_the_change_of_the_limit(case: tuple[Application, list[Paper]]) -> None:
    decision = run(*case)
    assert sum((reason.effect for reason in decision.reasons), Decimal(0)) == decision.recommended - decision.base
    assert decision.effective in (decision.base, decision.recommended)
    assert decision.recommended >= decision.base
    for message in (
        *(reason.text for reason in decision.reasons),
        *(a.text for a in decision.advice),
        *decision.review,
    ):
        assert say(message, "zh")
        assert say(message, "en")


def _copy(paper: Paper) -> Paper:
    def moved(where: Provenance) -> Provenance:
        return replace(where, document=f"{where.document}-copy")

    facts = tuple(replace(item, provenance=moved(item.provenance)) for item in paper.facts)
    return Paper(facts, tuple(replace(finding, document=f"{finding.document}-copy") for finding in paper.findings))


@given(cases(), st.integers(1, 3))
def test_copies_count_once(case: tuple[Application, list[Paper]], times: int) -> None:
    stated, papers = case
    copies = [_copy(paper) for paper in papers for _ in range(times)]
    assert run(stated, papers, copies).recommended == run(stated, papers).recommended


@given(cases())
def test_splitting_a_statement_in_two_changes_nothing(case: tuple[Application, list[Paper]]) -> None:
    stated, papers = case
    split = [half for paper in papers for half in _halves(paper)]
    assert run(stated, split).recommended == run(stated, papers).recommended


def _halves(paper: Paper) -> list[Paper]:
    months = [item for item in paper.facts if item.name.startswith("bank_statement.months[")]
    if len(months) < 2:
        return [paper]
    middle = months[len(months) // 2]
    rest = [item for item in paper.facts if item not in months and not item.name.endswith(("first_date", "last_date"))]
    first = Paper((*rest, *months[: months.index(middle)]), paper.findings)
    second = _copy(Paper((*rest, *months[months.index(middle) :]), paper.findings))
    return [first, second]


@given(cases())
def test_a_failed_check_only_lowers(case: tuple[Application, list[Paper]]) -> None:
    stated, papers = case
    document = papers[0].facts[0].provenance.document if papers else "none"
    worse = [with_finding(papers[0], failed(document, "dates_possible")), *papers[1:]] if papers else []
    before, after = run(stated, papers), run(stated, worse)
    assert all(after.levels[name] <= level for name, level in before.levels.items())


@given(cases(), st.sampled_from(["platform", "tax"]))
def test_formatting_of_amounts_changes_nothing(case: tuple[Application, list[Paper]], source: str) -> None:
    stated, papers = case
    facts = tuple(
        replace(item, value=item.value + Decimal("0.00"), original=f"¥{item.value}")
        if item.kind == source and isinstance(item.value, Decimal)
        else item
        for item in stated.facts
    )
    assert run(replace(stated, facts=facts), papers).recommended == run(stated, papers).recommended


@given(cases(), st.integers(1, 5))
def test_adding_photos_or_a_matched_weak_paper_never_lowers_the_limit(
    case: tuple[Application, list[Paper]], count: int
) -> None:
    stated, papers = case
    assert (
        run(stated, papers, [photo(f"extra{number}") for number in range(count)]).recommended
        >= run(stated, papers).recommended
    )


@given(cases(), st.integers(60_000, 9_000_000), st.integers(1, 12))
def test_photographed_invoices_beside_signed_ones_never_lower_the_limit(
    case: tuple[Application, list[Paper]], year: int, months: int
) -> None:
    stated, papers = case
    signed = invoices(2_400_000, 6)
    rest = [paper for paper in papers if not paper.facts[0].name.startswith("vat_invoice")]
    weak = invoices(year, months, carrier="ocr", signed=False, tag="weak")
    before, after = run(stated, rest, signed), run(stated, rest, signed, weak)
    assert after.recommended >= before.recommended
    assert after.trace["b"] >= before.trace["b"]


def test_a_day_later_without_new_papers_changes_no_code() -> None:
    papers = invoices(4_100_000, 5)
    case = application(PLATFORM, *STANDING)
    later = replace(case, as_of=case.as_of + timedelta(days=1))
    assert run(case, papers).recommended == run(later, papers).recommended


def test_unknown_is_not_pass() -> None:
    unsure = replace(passed("s", "balance_chain")[0], outcome=Outcome.UNKNOWN)
    paper = statement(3_760_000, 6)
    document = paper.facts[0].provenance.document
    assert run(application(), Paper(paper.facts, (replace(unsure, document=document),))).levels[document] == 2
    assert run(application(), paper).levels[document] == 3
