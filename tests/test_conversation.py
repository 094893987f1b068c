"""What an owner is told comes next, and what moved the limit."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from selfproof import extract, pipeline
from selfproof.access import Desk, Role
from selfproof.access.replies import to_upload
from selfproof.conversation import moves, needs
from selfproof.conversation.needs import Need, Way
from selfproof.credit import policy as policies
from selfproof.model import (
    Advice,
    Decision,
    Extraction,
    Fact,
    Finding,
    Ledger,
    Message,
    Method,
    Outcome,
    Provenance,
    Reason,
)
from selfproof.store import State, Store
from selfproof.store.engine import writing
from selfproof.store.states import note
from selfproof.texts import say, table
from tests import store_samples as samples
from tests.people_samples import Sample, about, case, desk
from tests.test_questions import asked, contradicted


def _decision(*effects: tuple[str, str, tuple[str, ...]], base: str = "100000", held: bool = False) -> Decision:
    reasons = tuple(
        Reason("E3", step, Decimal(effect), Message("reasons.policy_max", {}), facts) for step, effect, facts in effects
    )
    to = Decimal(base) + sum((reason.effect for reason in reasons), Decimal(0))
    effective = Decimal(base) if held else to
    return replace(
        samples.decision(samples.facts()), base=Decimal(base), recommended=to, effective=effective, reasons=reasons
    )


def test_the_parts_of_a_move_sum_to_it_and_what_moved_it_this_way_comes_first() -> None:
    before = _decision(("receipts", "50000", ("a",)), ("grade", "-10000", ()))
    after = _decision(("receipts", "70000", ("a", "b")), ("invoicing", "30000", ("c",)), ("grade", "-45000", ()))
    move = moves.between(before, after)
    assert (move.before, move.after, move.held) == (Decimal(140000), Decimal(155000), False)
    assert [(part.step, part.change) for part in move.parts] == [
        ("invoicing", Decimal(30000)), ("receipts", Decimal(20000)), ("grade", Decimal(-35000)),
    ]  # fmt: skip
    assert sum(part.change for part in move.parts) == move.after - move.before
    assert [sorted(part.facts) for part in move.parts] == [["c"], ["b"], []]


def test_a_step_that_is_gone_and_another_base_are_told_as_such() -> None:
    before = _decision(("receipts", "50000", ()))
    move = moves.between(before, _decision(base="120000", held=True))
    assert [(part.step, part.change) for part in move.parts] == [
        ("receipts", Decimal(-50000)), (moves.BASE, Decimal(20000)),
    ]  # fmt: skip
    assert say(move.parts[0].why) == "这一项不再影响额度。"
    assert moves.between(None, before).before == before.base
    assert moves.between(before, _decision(("receipts", "60000", ()), held=True)).held


@pytest.fixture
def anna(quick: Store) -> Desk:
    return desk(quick, "anna", Role.OWNER)


def _decided(store: Store, sample: Sample, decision: Decision) -> None:
    given = replace(decision, application=sample.application)
    store.save_decision(given, fact_ids=[sample.fact], finding_ids=(), policy_text=policies.text("standard"))


def test_moves_come_newest_first_and_decisions_that_moved_nothing_are_left_out(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    held = _decision(("receipts", "90000", ()))
    for decision in (held, replace(held, engine="another"), _decision(("receipts", "20000", ()))):
        _decided(quick, sample, decision)
    told = moves.of(anna, sample.application, 2)
    assert [(move.before, move.after) for move in told] == [(190000, 120000), (300000, 190000)]


def _advised(store: Store, sample: Sample, *kinds: str) -> None:
    """A decision that advises these kinds, the best first."""
    advice = tuple(
        Advice(kind, Decimal(10000), Decimal(50000), Decimal(12000), Message(f"reasons.advice_{kind}"))
        for kind in kinds
    )
    _decided(store, sample, replace(_decision(("receipts", "1000", ())), advice=advice, review=()))


def _sent(store: Store, owner: Desk, sample: Sample, name: str, *facts: tuple[str, str], kind: str = "unknown") -> str:
    """An upload that was read, with these facts; its id."""
    receipt = owner.receive(sample.application, f"%PDF-1.7 {name}".encode(), name)
    where = Provenance(Method.OCR, kind, receipt.document)
    said = tuple(Fact(field, value, value, Ledger.SELF, where) for field, value in facts)
    found = Extraction(receipt.document, kind, 0.9, said)
    store.save_extractions(sample.application, receipt.upload, extract.version(), (found,))
    checked = Finding("not_off_a_screen", Outcome.PASS, receipt.document)
    store.save_findings(sample.application, (*store.findings(sample.application), checked))
    with writing(store.engine) as connection:
        note(connection, receipt.upload, State.READ)
    return receipt.upload


BLURRED = (("document.shot.blur", "0.9"), ("document.scene.label", "storefront"))


def _needed(owner: Desk, sample: Sample) -> tuple[Need, ...]:
    found, questions = owner.current(sample.application), owner.questions(sample.application)
    return needs.of(owner, sample.application, found=found, questions=questions)


def _names(every: tuple[Need, ...]) -> list[str]:
    return [need.name.partition("-")[0] for need in every]


def test_needs_stand_in_the_order_of_who_waits_and_then_of_the_engine_s_advice(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    _advised(quick, sample, "photos", "receipts", "tax_feed")
    bad = _sent(quick, anna, sample, "门头.jpg", *BLURRED)
    desk(quick, "rui", Role.REVIEWER).review.ask_upload(sample.application, sample.upload, "四个角没有拍全")
    every = _needed(anna, sample)
    assert _names(every) == ["wanted", "question", "again", "advice", "advice", "allow"]
    assert every[0].more == "四个角没有拍全"
    assert every[2].about == bad
    assert [need.way for need in every[3:]] == [Way.PHOTO, Way.PAPERS, Way.ASK], "nothing may be asked here"
    assert say(every[3].why) == "能看到您真实的经营场所。"
    assert [say(need.gain) for need in every[3:] if need.gain] == ["额度可能再提高 10,000–50,000 元。"] * 3
    anna.answer(sample.application, asked(anna, sample).id, choice="neither")
    assert _names(_needed(anna, sample))[-1] == "question", "what was answered waits for nobody"


def test_a_bad_picture_asks_to_be_taken_again_until_that_is_done(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    bad = _sent(quick, anna, sample, "门头.jpg", *BLURRED)
    (need,) = [need for need in _needed(anna, sample) if need.way is Way.AGAIN]
    assert say(need.what) == "“门头.jpg”没能用上，请再来一份。"
    assert need.why.key.startswith("owner.shot_")
    anna.receive(sample.application, b"%PDF-1.7 better", "门头2.jpg", to=to_upload(bad))
    assert [need for need in _needed(anna, sample) if need.way is Way.AGAIN] == []


def test_a_card_that_was_put_by_stays_so_on_every_visit_until_it_is_taken_up_again(quick: Store, anna: Desk) -> None:
    sample = case(quick, anna)
    bad = _sent(quick, anna, sample, "门头.jpg", *BLURRED)
    anna.put_by(sample.application, bad, away=True)
    again = desk(quick, "anna", Role.OWNER)
    (need,) = [need for need in _needed(again, sample) if need.way is Way.AGAIN]
    assert (need.put_by, need.waits, need.about) == (True, False, bad)
    assert _needed(again, sample)[-1] == need
    assert bad in {upload.id for upload in again.uploads(sample.application)}, "the file stays"
    again.put_by(sample.application, bad, away=False)
    (need,) = [need for need in _needed(anna, sample) if need.way is Way.AGAIN]
    assert (need.put_by, need.waits) == (False, True)


def test_before_anything_was_sent_it_says_where_to_begin(quick: Store, anna: Desk) -> None:
    application = anna.create(about()).id
    (need,) = needs.of(anna, application, found=None)
    assert (need.name, need.way) == ("begin", Way.PAPERS)
    pipeline.reassess(quick, application)
    first, *advised = needs.of(anna, application, found=anna.current(application))
    assert first == need, "first of all, whatever the engine advises beside it"
    assert "额度最多可能再提高 10,000 元。" in {say(item.gain) for item in advised if item.gain}, "not: from nothing up"


def test_every_kind_of_advice_has_its_own_sentences() -> None:
    for kind in policies.load("standard").advice.kinds:
        assert {f"conversation.what_{kind}", f"conversation.why_{kind}"} <= set(table())
        assert table()[f"conversation.what_{kind}"][0].count("。") == 1
        assert table()[f"conversation.why_{kind}"][0].count("。") == 1


def _limit() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import frame, limit

    frame.dress()
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        (application,) = desk.applications()
        limit.show(desk, application)


def _said(page: AppTest) -> str:
    assert not page.exception
    return "".join(element.proto.body for element in page.get("html"))


def _senders(page: AppTest) -> list[dict[str, object]]:
    """What the places to send were given."""
    return [json.loads(element.proto.json) for element in page.get("bidi_component")]


def test_the_guide_comes_before_the_camera_and_a_bad_shot_is_told_where_it_was_sent_from(at_home: Store) -> None:
    anna = desk(at_home, "anna", Role.OWNER)
    sample = case(at_home, anna)
    _advised(at_home, sample, "photos")
    page = AppTest.from_function(_limit, default_timeout=300).run()
    said = _said(page)
    assert "最终由贷款机构决定" in said
    assert "拍之前看一眼" not in said
    {button.label: button for button in page.button}["看看怎么拍，再拍照"].click().run()
    assert "整个门头连招牌都在画面里" in _said(page)
    bad = _sent(at_home, anna, sample, "门头.jpg", *BLURRED)
    said = _said(page.run())
    assert "照片糊了" in said
    assert "“门头.jpg”没能用上" not in said, "told once, where the next one is taken"
    (sent,) = [item for item in _senders(page) if item["photo"]]
    assert sent["to"] == to_upload(bad), "the next one is in its place"
    {button.label: button for button in page.button}["先不传"].click().run()
    assert "“门头.jpg”没能用上，请再来一份。" in _said(page)
    {button.label: button for button in page.button}["不用再传了，收起来"].click().run()
    assert "收起来的 1 件" in [expander.label for expander in page.expander]
    assert "再来一份" not in {button.label for button in page.button}
    {button.label: button for button in page.button}["还是要传，放回去"].click().run()
    {button.label: button for button in page.button}["再来一份"].click().run()
    anna.receive(sample.application, b"%PDF-1.7 good", "门头2.jpg", to=to_upload(bad))
    said = _said(page.run())
    assert "已收到并保存好：门头2.jpg" in said
    assert "没能用上" not in said


def test_what_moved_the_limit_is_told_while_the_owner_looks_and_stays_to_be_read(at_home: Store) -> None:
    sample = case(at_home, desk(at_home, "anna", Role.OWNER))
    _decided(at_home, sample, _decision(("receipts", "20000", ())))
    page = AppTest.from_function(_limit, default_timeout=300).run()
    assert "刚刚" not in _said(page)
    _decided(at_home, sample, _decision(("receipts", "50000", ()), ("grade", "-9000", ())))
    said = _said(page.run())
    assert "刚刚：¥120,000 → ¥141,000" in said
    assert "<h3>¥120,000 → ¥141,000</h3>" in said
    assert "<h3>¥300,000 → ¥120,000</h3>" in said
    assert "+¥30,000" in said
    assert "−¥9,000" in said


def test_what_moved_the_limit_ends_at_the_limit_that_holds(at_home: Store) -> None:
    sample = case(at_home, desk(at_home, "anna", Role.OWNER))
    _decided(at_home, sample, _decision(("receipts", "50000", ())))
    desk(at_home, "ada", Role.RISK).governing.turn(on=True, reason="演练")
    page = AppTest.from_function(_limit, default_timeout=300).run()
    said = _said(page)
    assert "先不生效</h3>" in said
    newest, every = said.split('<section class="move">')[1], said.split('<ol class="steps">')[1]
    for part in (newest.partition("</ul>")[0], every.partition("</ol>")[0]):
        *_, step, last = part.split("<li>")
        assert "暂停提高额度" in step
        assert "−¥50,000" in step
        assert "现在的额度" in last
        assert "¥100,000" in last
    assert "恢复后额度会自动回来" in said
    _decided(at_home, sample, _decision(("receipts", "60000", ()), held=True))
    waits = _said(page.run())
    assert "现在暂停提高额度" in waits
    assert "要有人看过才生效" in waits
    assert "等人工看过" in waits
    assert "自动回来" not in waits, "what waits for a person comes back by nobody else"
