"""What reviewers see first, and why cases come to them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from selfproof import pipeline
from selfproof.access import Desk, Role, casework
from selfproof.access.casework import Doubt
from selfproof.credit import policy as policies
from selfproof.errors import Denied
from selfproof.model import Fact, Finding, Message, Outcome
from selfproof.store import Job, State, Store, Task
from tests import viewer_samples
from tests.people_samples import Sample, about, case, desk, following, invoice, paused, token
from tests.store_samples import decision
from ui import review_case, review_limit


@pytest.fixture
def anna(quick: Store) -> Desk:
    return desk(quick, "anna", Role.OWNER)


@pytest.fixture
def rui(quick: Store) -> Desk:
    return desk(quick, "rui", Role.REVIEWER)


def doubts(rui: Desk, sample: Sample) -> dict[str, Doubt]:
    (sheet,) = rui.review.case(sample.application).sheets
    return {entry.fact.field: entry.doubt for paper in sheet.papers for entry in paper.doubtful_first}


def unreadable(store: Store) -> None:
    """Every file that waits to be read turns out to be none."""
    with store.present() as name:
        while isinstance(job := store.claim(name, lease=60), Job):
            store.finish(job, State.FAILED if job.task is Task.READ else State.READ, note="wrong_type")


def straight(store: Store, application: str, facts: tuple[Fact, ...] = ()) -> None:
    """A decision that needs nobody."""
    store.add_facts(application, facts)
    store.save_decision(
        decision(invoice("none"), key=application), fact_ids=[], finding_ids=(), policy_text=policies.text("standard")
    )


def test_values_that_a_check_complains_of_come_first_and_corrected_ones_are_settled(
    quick: Store, anna: Desk, rui: Desk
) -> None:
    sample = case(quick, anna)
    assert set(doubts(rui, sample).values()) == {Doubt.FINE}
    number = next(fact for fact in invoice(sample.document) if fact.field == "invoice_number")
    message = Message("checks.invoice_number_format_fail")
    quick.save_findings(
        sample.application, [Finding("invoice_number_format", Outcome.FAIL, sample.document, message, (number.id,))]
    )
    found = doubts(rui, sample)
    assert list(found) == ["invoice_number", "total_amount", "issue_date"]
    assert found["invoice_number"] is Doubt.FAILED
    rui.correct(sample.application, number.id, "00000043")
    assert doubts(rui, sample)["invoice_number"] is Doubt.SAID
    anna.correct(sample.application, sample.fact, Decimal("11400.00"))
    found = doubts(rui, sample)
    assert found["total_amount"] is Doubt.MENDED, "an owner's word wants a look"
    assert next(iter(found)) == "total_amount"


def test_a_case_shows_the_pages_of_a_paper_that_no_value_stands_on_as_well(quick: Store, anna: Desk, rui: Desk) -> None:
    application = viewer_samples.case(quick, anna)
    (upload,) = quick.uploads(application)
    for number in (10, 2):
        quick.save_page_image(application, upload.id, number, b"RIFF invented webp")
    (sheet,) = rui.review.case(application).sheets
    assert sheet.pages == (1, 2, 10)


def test_what_a_reviewer_confirmed_is_settled_and_told_as_that(quick: Store, anna: Desk, rui: Desk) -> None:
    application = viewer_samples.case(quick, anna)
    (sheet,) = rui.review.case(application).sheets
    assert sheet.doubts == 2
    (buyer,) = (entry for entry in sheet.papers[0].entries if entry.fact.field == "buyer_name")
    rui.correct(application, buyer.fact.id, buyer.fact.value)
    file = rui.review.case(application)
    assert file.sheets[0].doubts == 1
    assert [(deed.fact.field, deed.confirmed) for deed in file.deeds] == [("buyer_name", True)]


def test_an_unsure_reading_wants_a_look(quick: Store, anna: Desk, rui: Desk) -> None:
    sample = case(quick, anna)
    (sheet,) = rui.review.case(sample.application).sheets
    (entry, *_) = sheet.papers[0].entries
    faint = replace(entry.fact, provenance=replace(entry.fact.provenance, confidence=0.93))
    assert casework.doubt(faint, {}) is Doubt.FAINT
    assert (
        casework.doubt(replace(faint, provenance=replace(faint.provenance, repaired="check digit")), {}) is Doubt.MENDED
    )


def test_everything_that_was_done_is_told_with_who_and_when(quick: Store, anna: Desk, rui: Desk) -> None:
    sample = case(quick, anna)
    rui.review.claim(sample.application)
    rui.correct(sample.application, sample.fact, Decimal("11400.00"))
    rui.review.accept(sample.application, sample.upload)
    rui.review.note(sample.application, "电话核实过")
    rui.review.release(sample.application, sample.decision)
    rui.review.close(sample.application)
    deeds = rui.review.case(sample.application).deeds
    names = [casework.deed_name(deed.fact) for deed in deeds]
    assert names == ["closed", "released", "note", "accepted", "corrected"]
    assert {(deed.who, deed.role) for deed in deeds} == {("rui", "reviewer")}
    assert {deed.about for deed in deeds} == {"发票.pdf", ""}
    assert "request.note" not in {fact.name for fact in pipeline.known_facts(quick, sample.application)}


def test_a_case_whose_file_could_not_be_read_waits_until_it_is_closed(quick: Store, anna: Desk, rui: Desk) -> None:
    application = anna.create(about()).id
    anna.receive(application, b"\0 nothing", "x.bin")
    unreadable(quick)
    straight(quick, application)
    (row,) = rui.review.queue().rows
    assert {why.kind for why in row.why} - {"sample"} == {"unread"}, "any case may be drawn by chance as well"
    rui.review.claim(application)
    rui.review.note(application, "a note does not take a claim away")
    assert rui.review.queue().rows[0].waiting.claimed == "rui"
    rui.review.close(application)
    assert rui.review.queue().rows == ()
    anna.receive(application, b"\0 nothing either", "y.bin")
    assert "1 份资料没读完：y.bin。" in review_case._waits(rui, application)
    unreadable(quick)
    assert review_case._waits(rui, application) == ""
    (row,) = rui.review.queue().rows
    assert row.waiting.unread, "what failed after the end of the case nobody has seen"


def test_papers_that_only_an_older_version_has_read_wait_too(quick: Store, anna: Desk, rui: Desk) -> None:
    sample = case(quick, anna)
    viewer_samples.at_rest(quick, sample.application)
    assert review_case._waits(rui, sample.application) == ""
    for number in range(4):
        anna.receive(sample.application, b"%PDF-1.7 read long ago" + bytes([number]), f"{number}.pdf")
    viewer_samples.at_rest(quick, sample.application)
    assert "还有 4 份资料没读完：0.pdf、1.pdf、2.pdf…。" in review_case._waits(rui, sample.application)


def test_a_case_whose_papers_wait_to_be_read_ends_only_once_that_was_said(
    quick: Store, anna: Desk, rui: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = anna.create(about()).id
    anna.ask_human(application, "请看看")
    anna.receive(application, b"%PDF-1.7 not read yet", "发票.pdf")
    monkeypatch.setenv("TEST_STORE", quick.address)
    monkeypatch.setenv("SELFPROOF_HOME", str(quick.home))
    monkeypatch.setenv("TEST_TOKEN", token(quick, "rui", Role.REVIEWER))
    page = AppTest.from_function(_end_of_case, default_timeout=300).run()
    page.button("done").click().run()
    assert "发票.pdf。现在办结" in "".join(element.proto.body for element in page.get("html"))
    assert [row.waiting.application for row in rui.review.queue().rows] == [application]
    page.button("done").click().run()
    assert not page.exception
    assert rui.review.queue().rows == ()


def _end_of_case() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import review_case

    with Store.open(os.environ["TEST_STORE"]) as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        (row,) = desk.review.queue().rows or (None,)
        if row is not None:
            review_case._news()
            review_case._below(desk, desk.review.case(row.waiting.application))


def test_a_share_of_the_cases_that_need_nobody_is_drawn_always_the_same(quick: Store, anna: Desk) -> None:
    names = [anna.create(about()).id for _ in range(30)]
    for name in names:
        straight(quick, name)
    drawn = {item.application for item in quick.people.waiting(sample=0.5)}
    assert 3 < len(drawn) < 27
    assert all(item.sampled for item in quick.people.waiting(sample=0.5))
    assert drawn == {item.application for item in quick.people.waiting(sample=0.5)}
    assert {item.application for item in quick.people.waiting(sample=1.0)} == set(names)
    assert quick.people.waiting() == ()


def test_only_reviewers_open_a_case_or_leave_a_note(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    for role in (Role.OWNER, Role.RISK, Role.ADMIN):
        stranger = desk(quick, f"some {role}", role)
        with pytest.raises(Denied):
            stranger.review.case(sample.application)
        with pytest.raises(Denied):
            stranger.review.note(sample.application, "hello")
    with pytest.raises(Denied):
        anna.review.case(sample.application)
    with pytest.raises(Denied):
        anna.review.queue()


def test_the_next_case_is_the_one_after_this_that_no_colleague_has(quick: Store, anna: Desk, rui: Desk) -> None:
    first, second, third = (case(quick, anna, data=bytes([number])).application for number in range(3))
    assert following(rui, first) == second
    desk(quick, "shan", Role.REVIEWER).review.claim(second)
    rui.review.claim(third)
    assert following(rui, first) == third
    assert following(rui, third) == first
    rui.review.close(first)
    assert following(rui, third) == ""


def test_the_queue_comes_in_pages_with_its_total_and_whoever_asked_for_a_person_stands_first(
    quick: Store, anna: Desk, rui: Desk
) -> None:
    names = [anna.create(about()).id for _ in range(53)]
    for name in names:
        paused(quick, name, quick.add_facts(name, invoice(name)))
    anna.ask_human(names[52], "please look")
    rui.review.claim(names[51])
    first, second = rui.review.queue(), rui.review.queue(2)
    assert (first.total, first.mine, first.page, first.pages) == (53, 1, 1, 2)
    assert [row.waiting.application for row in first.rows] == [names[52], *names[:49]]
    assert [row.waiting.application for row in second.rows] == names[49:52]
    for wanted, page in ((0, 1), (-7, 1), (99, 2)):
        assert rui.review.queue(wanted).page == page
    assert following(rui, names[52]) == names[0]
    rui.review.close(names[0])
    assert rui.review.queue().total == 52


def test_what_chance_drew_waits_behind_what_needs_a_person(
    quick: Store, anna: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = [anna.create(about()).id for _ in range(3)]
    for name in drawn:
        straight(quick, name)
    held = anna.create(about()).id
    paused(quick, held, quick.add_facts(held, invoice(held)))
    monkeypatch.setattr(casework, "table", lambda: {"sample_share": 1.0, "most_cases": 50})
    rows = desk(quick, "rui", Role.REVIEWER).review.queue().rows
    assert [row.waiting.application for row in rows] == [held, *drawn]


def test_whoever_ends_a_case_with_nothing_done_is_told_what_is_left(quick: Store, anna: Desk, rui: Desk) -> None:
    sample = case(quick, anna)
    held = rui.review.case(sample.application)
    assert held.row.standing is not None
    assert "额度还没有放行" in review_case._unfinished(held)
    rui.review.release(sample.application, held.row.standing.decision_id)
    assert review_case._unfinished(rui.review.case(sample.application)) == ""


def test_figures_that_contradict_each_other_stand_together() -> None:
    trace = {
        "receipts.months": 6.0,
        "receipts.raw": 255_000.0,
        "declared.raw": 0.0,
        "v": 8_550_000.0,
        "v3": 8_550_000.0,
    }
    assert list(review_limit._figures(trace)) == [
        ("流水证明的收款", "¥255,000（由 6 个月推算）"),
        ("第三方数据的年收入", "¥8,550,000"),
    ]
