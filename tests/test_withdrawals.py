"""A file that its owner takes back: used no more and never lost, and nothing that it showed is washed away by that."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from selfproof import extract, pipeline
from selfproof.access import Desk, Role, replies
from selfproof.conversation import moves
from selfproof.credit.doubts import WITHDRAWN, marks
from selfproof.credit.evidence import Evidence, gather, shown
from selfproof.credit.terms import terms
from selfproof.explaining import technical
from selfproof.explaining.paper import Heading
from selfproof.model import Decision, Extraction, Fact, Outcome
from selfproof.store import State, Store, Task
from selfproof.store.engine import writing
from selfproof.store.states import note
from selfproof.texts import say
from selfproof.verify import verify
from tests.credit_cases import (
    Paper,
    application,
    contract,
    declared,
    fact,
    failed,
    flat,
    invoices,
    passed,
    policy,
    run,
    signals,
    statement,
    with_finding,
    workshop,
)
from tests.people_samples import Sample, case, desk
from tests.test_aside import strangers
from tests.test_credit_trades import workshop_photo
from tests.test_questions import asked, contradicted
from tests.test_tries import sent

LATELY, LONG_AGO = date(2026, 10, 1), date(2026, 1, 5)


def name(paper: Paper) -> str:
    return paper.facts[0].provenance.document


def gone(paper: Paper, day: date = LATELY) -> Paper:
    return replace(paper, facts=(*paper.facts, fact("document.withdrawn", day, name(paper))))


def evidence(*papers: Paper | list[Paper]) -> Evidence:
    found = flat(list(papers))
    facts, findings = [one for it in found for one in it.facts], [one for it in found for one in it.findings]
    return gather(workshop(), facts, findings, policy())


def test_a_withdrawn_paper_counts_for_nothing_and_moves_nothing_where_it_agreed_with_the_rest() -> None:
    papers = invoices(4_100_000, 6)
    extra = invoices(40_000, 1, tag="x")
    assert run(workshop(), papers, extra).recommended >= run(workshop(), papers).recommended
    without = run(workshop(), papers, gone(extra[0]))
    assert (without.recommended, without.effective) == (run(workshop(), papers).recommended, without.recommended)
    assert sum((reason.effect for reason in without.reasons), without.base) == without.recommended


def test_a_paper_that_was_sent_anew_does_not_contradict_its_own_withdrawn_copy() -> None:
    papers = invoices(4_100_000, 6)
    blurred = [gone(paper) for paper in invoices(4_100_000, 6, carrier="ocr", signed=False)]
    assert run(workshop(), papers, blurred).trace["b"] == run(workshop(), papers).trace["b"]
    assert run(workshop(), papers, blurred).recommended == run(workshop(), papers).recommended


def test_a_statement_that_showed_less_is_not_washed_away_by_an_edited_one_of_the_same_account() -> None:
    edited = statement(4_100_000, 12, tag="edited")
    decision = run(workshop(), edited, gone(statement(1_200_000, 12)))
    assert decision.trace["b"] > 2
    assert decision.effective == 100_000


def test_a_stop_stays_when_its_paper_is_withdrawn() -> None:
    (first, *rest) = invoices(4_100_000, 6)
    forged = gone(with_finding(first, failed(name(first), "signature_intact")))
    decision = run(workshop(), forged, rest)
    assert (decision.binding, decision.effective) == ("stop", Decimal(100_000))
    assert marks(decision, [one for paper in (forged, *rest) for one in paper.facts])[:1] == (WITHDRAWN,)


def test_what_rests_on_a_withdrawn_paper_is_believed_as_it_is_alone() -> None:
    bank = statement(4_100_000, 6)
    bills = [with_finding(paper, *passed(name(paper), "invoice_matched_to_receipts", matched=[name(bank)]))
             for paper in invoices(4_100_000, 6, signed=False)]  # fmt: skip
    others = tuple(one for one in bank.facts if one.name != "document.signature.status")
    proven = passed(name(bank), "signature_trusted", "signature_intact")
    strong = Paper((*others, *signals(name(bank), "pdf_text", signed=True)[1:]), (*bank.findings, *proven))
    assert evidence(bills, strong).levels[name(bills[0])] == 4
    assert evidence(bills, gone(strong)).levels[name(bills[0])] == 3


def test_the_day_of_a_withdrawal_is_no_day_that_was_printed() -> None:
    (paper,) = invoices(4_100_000, 1)
    known = verify(workshop(), gone(paper, date(2026, 12, 1)).facts)
    assert [item.outcome for item in known if item.check == "dates_possible"] == [Outcome.PASS]


def test_what_stands_is_no_copy_of_what_was_withdrawn() -> None:
    (original,) = invoices(4_100_000, 1)
    (picture,) = invoices(4_100_000, 1, carrier="ocr", signed=False)
    number = "vat_invoice.invoice_number"
    picture = Paper(tuple(
        replace(one, value=f"{one.value}"[:-1] + "7") if one.name == number else one for one in picture.facts
    ))  # fmt: skip

    def copies(*papers: Paper) -> set[str]:
        found = verify(workshop(), [one for paper in papers for one in paper.facts])
        twice = {"same_invoice_other_carrier", "same_invoice_twice"}
        return {item.document for item in found if item.check in twice and item.outcome is Outcome.FAIL}

    assert copies(original, picture) == {name(picture)}
    assert copies(gone(original), picture) == set()
    (again,) = invoices(4_100_000, 1, carrier="xml", tag="")
    assert copies(original, again) == {name(original)}
    assert copies(original, gone(again)) == {name(again)}


def test_a_withdrawn_bill_still_lowers_the_ceiling_and_lifts_it_no_more() -> None:
    def bill(kwh: int) -> Paper:
        values = {"annual_kwh": kwh, "number": "M1"}
        facts = tuple(fact(f"utility_bill.{key}", value, "bill") for key, value in values.items())
        return Paper((*facts, *signals("bill", "pdf_text")))

    free, low, high = (shown(evidence(*papers)) for papers in ((), (bill(1_000),), (bill(10**9),)))
    assert low.ceiling is not None
    assert high.ceiling is not None
    assert low.ceiling < free.p90 < high.ceiling
    assert shown(evidence(gone(bill(1_000)))).ceiling == low.ceiling
    assert shown(evidence(gone(bill(10**9)))).ceiling is None
    assert shown(evidence(gone(bill(1_000), LONG_AGO))).ceiling is None, "it is forgotten after a while"


def test_a_declared_turnover_does_not_take_the_place_of_papers_that_were_withdrawn_lately() -> None:
    said = workshop(declared("annual_turnover", 4_000_000))

    def kinds(*papers: Paper) -> list[str]:
        facts = [one for paper in papers for one in paper.facts]
        return [kind.name for kind in shown(gather(said, facts, (), policy())).kinds]

    (paper,) = invoices(40_000, 1)
    assert kinds() == kinds(gone(paper, LONG_AGO)) == ["declared"]
    assert kinds(paper) == ["invoicing"]
    assert kinds(gone(paper)) == []


def test_withdrawn_photos_still_lower_the_ceiling() -> None:
    few, more = workshop_photo("few", 1), workshop_photo("more", 2)
    assert shown(evidence(few)).ceiling == shown(evidence(gone(few))).ceiling
    assert shown(evidence(gone(few), more)).ceiling == shown(evidence(more)).ceiling
    assert shown(evidence(gone(few, LONG_AGO))).ceiling is None


def test_a_withdrawn_licence_lifts_no_grade_and_hides_no_young_business() -> None:
    def grade(*facts: Fact) -> float:
        return terms(gather(application(), facts, (), policy())).grade

    def licence(born: date) -> tuple[Fact, ...]:
        return (fact("business_license.established_date", born, "licence"), *signals("licence", "ocr"))

    taken = fact("document.withdrawn", LATELY, "licence")
    old, young = licence(date(2010, 1, 5)), licence(date(2026, 5, 5))
    assert grade(*young) < grade() < grade(*old)
    assert grade(*old, taken) == grade()
    assert grade(*young, taken) == grade(*young)


def test_growth_does_not_come_from_withdrawing_the_year_before() -> None:
    papers = invoices(4_100_000, 24)
    old, new = papers[:12], papers[12:]
    assert terms(evidence(papers)).growth == 0
    assert terms(evidence([gone(paper) for paper in old[::2]], old[1::2], new)).growth == 0


def test_a_withdrawn_contract_is_no_order_and_what_was_invoiced_by_withdrawn_papers_pays_none() -> None:
    assert evidence(contract(500_000)).orders
    assert not evidence(gone(contract(500_000))).orders
    deal = contract(500_000)
    buyer = next(one.value for one in deal.facts if one.name == "contract.party_a")
    (bill,) = invoices(4_100_000, 1)
    paid = replace(bill, facts=tuple(
        replace(one, value=buyer) if one.name == "vat_invoice.buyer_name" else one for one in bill.facts
    ))  # fmt: skip
    (whole,), (none,) = evidence(deal, paid).orders, evidence(deal, gone(paid)).orders
    assert (whole.paid > 0, none.paid, none.unpaid) == (True, 0, whole.unpaid)


@pytest.fixture
def anna(quick: Store) -> Desk:
    return desk(quick, "anna", Role.OWNER)


def decided(store: Store, sample: Sample) -> Decision:
    return pipeline.reassess(store, sample.application).decision


def test_a_withdrawn_upload_is_kept_and_listed_apart_and_comes_back_as_it_was(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    before = decided(quick, sample)
    anna.withdraw(sample.application, sample.upload, away=True)
    anna.withdraw(sample.application, sample.upload, away=True)
    assert [job.task for job in anna.jobs(sample.application)].count(Task.DECIDE) == 1
    assert set(anna.withdrawn(sample.application)) == {sample.upload}
    assert quick.original(sample.application, sample.upload) == b"%PDF-1.7 sample"
    assert len([one for one in quick.facts(sample.application) if one.name == "request.withdrawn"]) == 1
    used = {one for reason in decided(quick, sample).reasons for one in reason.facts}
    assert not used & {one.id for one in quick.facts(sample.application) if one.provenance.document == sample.document}
    told = [one for one in pipeline.known_facts(quick, sample.application) if one.name == "document.withdrawn"]
    assert [(one.provenance.document, one.value) for one in told] == [
        (sample.document, datetime.now(UTC).astimezone().date())
    ]
    report = technical.sheet(quick, quick.decisions(sample.application)[-1])
    assert any(sample.document[:8] in str(part) and "declaration:" in str(part) for part in report.parts)
    assert Heading(say("auditors.withdrawn")) in report.parts
    anna.withdraw(sample.application, sample.upload, away=False)
    assert anna.withdrawn(sample.application) == {}
    after = decided(quick, sample)
    assert (after.recommended, after.levels) == (before.recommended, before.levels)
    for decision in quick.decisions(sample.application)[1:]:
        kept, anew = pipeline.replay(quick, decision)
        assert kept == anew


def test_pages_and_decisions_agree_on_the_last_word_whatever_the_clocks_say(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    anna.withdraw(sample.application, sample.upload, away=True)
    slow = replace(anna.guard.voice, at=datetime.now(UTC) - timedelta(minutes=1))
    back = replies.withdrawal(slow, sample.document, quick.facts(sample.application), away=False)
    quick.add_facts(sample.application, back)
    assert anna.withdrawn(sample.application) == {}
    assert not [one for one in pipeline.known_facts(quick, sample.application) if one.name == "document.withdrawn"]


def test_every_document_of_a_file_goes_with_it_also_what_is_read_only_later(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    anna.withdraw(sample.application, sample.upload, away=True)
    parts = tuple(
        Extraction(name, "vat_invoice", 0.9, (fact("vat_invoice.total_amount", 5, name),), part)
        for part, name in enumerate((sample.document, f"{sample.document}#1"))
    )
    quick.save_extractions(sample.application, sample.upload, "a later reader", parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract, "version", lambda: "a later reader")
        told = [one for one in pipeline.known_facts(quick, sample.application) if one.name == "document.withdrawn"]
    assert {one.provenance.document for one in told} == {sample.document, f"{sample.document}#1"}


def test_the_same_file_sent_again_is_in_use_again_but_not_when_staff_bring_it(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    anna.withdraw(sample.application, sample.upload, away=True)
    rui = desk(quick, "rui", Role.REVIEWER)
    assert rui.receive(sample.application, b"%PDF-1.7 sample", "again.pdf").duplicate
    assert set(anna.withdrawn(sample.application)) == {sample.upload}
    assert not anna.receive(sample.application, b"%PDF-1.7 sample", "again.pdf").duplicate
    assert anna.withdrawn(sample.application) == {}


def test_a_question_on_a_withdrawn_paper_is_closed_for_its_owner_and_told_to_reviewers(
    quick: Store, anna: Desk
) -> None:
    sample = contradicted(quick, anna)
    rui = desk(quick, "rui", Role.REVIEWER)
    rui.review.ask_upload(sample.application, sample.upload, "看不清")
    assert asked(anna, sample)
    assert anna.new_uploads(sample.application)
    anna.withdraw(sample.application, sample.upload, away=True)
    assert not [question for question in anna.questions(sample.application) if question.asks]
    assert not anna.new_uploads(sample.application)
    seen = rui.review.case(sample.application)
    assert [one.finding.check for one in seen.told][:2] == ["photo_reused", "contract_against_invoices"]
    (sheet,) = [one for one in seen.sheets if one.upload.id == sample.upload]
    assert sheet.withdrawn
    assert (sheet.doubts, [paper.asked for paper in sheet.papers]) == (0, [None])
    (deed,) = [one for one in seen.deeds if one.fact.name == "request.withdrawn"]
    assert (deed.about, deed.role) == ("发票.pdf", "declaration")


def test_a_file_that_could_not_be_read_holds_no_case_once_it_is_withdrawn(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    with writing(quick.engine) as connection:
        note(connection, sample.upload, State.FAILED, "encrypted")
    rui = desk(quick, "rui", Role.REVIEWER)
    (row,) = rui.review.queue().rows
    assert row.waiting.unread
    anna.withdraw(sample.application, sample.upload, away=True)
    assert not [row for row in rui.review.queue().rows if row.waiting.unread]
    anna.withdraw(sample.application, sample.upload, away=False)
    assert [row for row in rui.review.queue().rows if row.waiting.unread]


def test_a_strangers_invoice_stays_a_stop_when_withdrawn_until_a_reviewer_sets_it_aside(
    quick: Store, anna: Desk
) -> None:
    sample = case(quick, anna)
    found = (Extraction(sample.document, "vat_invoice", 0.9, strangers(sample.document)),)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(extract, "version", lambda: "another")
        quick.save_extractions(sample.application, sample.upload, "another", found)
        assert decided(quick, sample).binding == "stop"
        anna.withdraw(sample.application, sample.upload, away=True)
        assert decided(quick, sample).binding == "stop"
        (row,) = desk(quick, "rui", Role.REVIEWER).review.queue().rows
        assert "withdrawn" in row.waiting.marks
        desk(quick, "rui", Role.REVIEWER).review.set_aside(sample.application, sample.upload, "邻居的，传错了")
        assert decided(quick, sample).binding != "stop"


def test_what_comes_back_is_a_new_try_and_stays_withdrawn_until_it_counts(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    for days in (20, 15):
        sent(quick, sample.application, days_ago=days)
    anna.withdraw(sample.application, sample.upload, away=True)
    later = replace(anna.guard.voice, at=datetime.now(UTC) + timedelta(days=2))
    back = replies.withdrawal(later, sample.document, quick.facts(sample.application), away=False)
    quick.add_facts(sample.application, back)
    left = anna.tries(sample.application)
    assert left is not None
    assert (set(left.waiting), left.back) == ({sample.upload}, frozenset({sample.upload}))
    counted = pipeline.reassess(quick, sample.application)
    gone_yet = [one.provenance.document for one in counted.facts if one.name == "document.withdrawn"]
    assert gone_yet == [sample.document]
    assert sample.document in counted.decision.levels, "what speaks against its owner is not out of sight meanwhile"


def test_the_limit_tells_by_the_withdrawal_of_which_papers_a_step_has_changed() -> None:
    papers = invoices(4_100_000, 6)
    before, after = run(workshop(), papers), run(workshop(), papers[1:], gone(papers[0]))
    move = moves.between(before, after)
    lost = {one.id for one in papers[0].facts}
    assert any(part.lost & lost for part in move.parts)
    assert sum((part.change for part in move.parts), Decimal(0)) == move.after - move.before
