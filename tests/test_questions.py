"""A contradiction is told with both places, asked of the owner in plain words, and its answer is a fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from selfproof import extract, pipeline
from selfproof.access import Desk, Question, Role, UnfitError, casework
from selfproof.access.questions import complained, for_reviewers, questions, reply
from selfproof.access.replies import to_question, to_upload
from selfproof.credit import policy as policies
from selfproof.credit.decide import decide
from selfproof.credit.policy import load
from selfproof.errors import Denied
from selfproof.findings.catalogue import Severity
from selfproof.model import Extraction, Fact, Finding, Ledger, Message, Method, Outcome, Place, Provenance
from selfproof.store import Store, holders
from selfproof.texts import say, table
from selfproof.verify import verify
from tests.builders import OUR_NAME, OURS, THEIR_NAME, THEIRS, application, document, findings
from tests.builders import invoice as build_invoice
from tests.people_samples import Sample, about, case, desk, invoice, token
from ui import progress
from ui.words import money

OVER = Message("checks.contract_against_invoices_fail", {"contract": "5000", "invoiced": "11300.00"})

PARTIES = {"party_a": "云泽市白露家电有限公司", "party_b": "青禾样例塑料制品厂"}


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def anna(quick: Store) -> Desk:
    return desk(quick, "anna", Role.OWNER)


def contradicted(store: Store, owner: Desk) -> Sample:
    """A case in which a contract says less than was invoiced, and a file of its owner's making."""
    sample = case(store, owner)
    amount = invoice(sample.document)[0]
    parties = [replace(amount, name=f"contract.{name}", value=value, original=value) for name, value in PARTIES.items()]
    receipt = owner.receive(sample.application, b"%PDF-1.7 a contract", "合同.pdf")
    place = replace(amount.provenance, document=receipt.document, place=Place(2, (0.5, 0.6, 0.7, 0.65)))
    agreed = Fact("contract.total_amount", Decimal("5000.00"), "5000.00", Ledger.SELF, place)
    carrier = replace(agreed, name="document.carrier", value="ocr", original="ocr")
    parties = [replace(fact, provenance=place) for fact in parties]
    found = Extraction(receipt.document, "contract", 0.9, (agreed, carrier, *parties))
    store.save_extractions(sample.application, receipt.upload, extract.version(), (found,))
    complaints = (
        Finding("contract_against_invoices", Outcome.FAIL, receipt.document, OVER, (agreed.id, amount.id)),
        Finding("editable_file", Outcome.FAIL, sample.document, Message("checks.editable_file_fail")),
        Finding("photo_reused", Outcome.FAIL, sample.document, Message("checks.photo_reused_fail")),
        Finding("balance_chain", Outcome.UNKNOWN, sample.document),
    )
    store.save_findings(sample.application, complaints)
    return sample


def asked(owner: Desk, sample: Sample) -> Question:
    (question,) = [question for question in owner.questions(sample.application) if question.asks]
    return question


def test_a_contradiction_is_told_with_both_facts_both_places_its_weight_and_what_clears_it(
    quick: Store, anna: Desk
) -> None:
    sample = contradicted(quick, anna)
    told = desk(quick, "rui", Role.REVIEWER).review.case(sample.application).told
    assert [item.severity for item in told] == [Severity.STOP, Severity.CONTRADICTION, Severity.ADVISORY]
    over = told[1]
    assert [(fact.value, fact.provenance.place) for fact in over.compared] == [
        (Decimal("5000.00"), Place(2, (0.5, 0.6, 0.7, 0.65))),
        (Decimal("11300.00"), Place(1, (0.1, 0.2, 0.3, 0.25))),
    ]
    assert over.files == ("合同.pdf", "发票.pdf")
    assert over.clears == Message("clear.contract_against_invoices")
    assert over.answer is None


def test_an_owner_is_asked_in_plain_words_and_never_told_the_check_or_of_others(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    question = asked(anna, sample)
    assert say(question.ask) == "开的发票比合同金额多，多出来的是怎么回事？"
    others = [question.text for question in anna.questions(sample.application) if not question.asks]
    assert Message("owner.photo_reused_fail") in others
    assert "contract_against_invoices" not in question.id


def test_a_tap_and_a_sentence_become_one_declared_fact_that_reviewers_read(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    question = asked(anna, sample)
    fact = anna.answer(sample.application, question.id, choice="tap:enlarged", words=" 补充协议在我手上 ")
    assert (fact.name, fact.original, fact.ledger) == (
        "document.answer.contract_against_invoices",
        "补充协议在我手上",
        Ledger.SELF,
    )
    assert fact.provenance.method is Method.HUMAN
    assert fact.provenance.origin.startswith("declaration:")
    assert fact.value == "tap:enlarged"
    assert fact in pipeline.known_facts(quick, sample.application), "it is decided on with all others"
    assert any(job.application == sample.application for job in quick.open_jobs(sample.application))
    assert asked(anna, sample).answer == fact
    seen = desk(quick, "rui", Role.REVIEWER).review.case(sample.application)
    assert [item.answer for item in seen.told if item.severity is Severity.CONTRADICTION] == [fact]
    assert {casework.deed_name(deed.fact) for deed in seen.deeds} >= {"answered", "human"}
    assert seen.row.waiting.asked == (
        "开的发票比合同金额多，多出来的是怎么回事？ 后来加了货，或涨了价 补充协议在我手上"
    ), "a person reads the answer"


def test_what_would_be_asked_of_two_papers_in_the_same_words_is_one_question_and_one_answer(
    quick: Store, anna: Desk
) -> None:
    sample = contradicted(quick, anna)
    (first,) = [item.finding for item in complained(quick, sample.application) if item.finding.message == OVER]
    again = replace(first, document=sample.document)
    quick.save_findings(sample.application, (first, again))
    question = asked(anna, sample)
    assert question.files == ("合同.pdf", "发票.pdf")
    anna.answer(sample.application, question.id, choice="tap:enlarged")
    said = [fact for fact in quick.facts(sample.application) if fact.name.startswith("document.answer.")]
    assert {fact.provenance.document for fact in said} == {first.document, again.document}
    assert asked(anna, sample).answer is not None


def test_where_no_answer_is_likelier_than_others_a_place_is_tapped_and_kept(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    (told,) = [item for item in complained(quick, sample.application) if item.severity is Severity.CONTRADICTION]
    other = replace(told, finding=replace(told.finding, check="one_number_one_content"))
    (question,) = questions([other])
    held = next(choice for choice in question.choices if choice.startswith("this:"))
    fact = reply(anna.guard.voice, other, choice=held, words="")
    assert fact is not None
    assert fact.provenance.place == Place(2, (0.5, 0.6, 0.7, 0.65))
    assert for_reviewers(other, fact) == "同一张发票，两份写的不一样，哪一份是对的？"


def test_every_question_has_a_tap_of_its_own_or_a_place_to_choose() -> None:
    own = {key.removeprefix("questions.ask_") for key in table() if key.startswith("questions.ask_")}
    untapped = {check for check in own if not any(key.startswith(f"questions.tap_{check}__") for key in table())}
    assert untapped == {"one_number_one_content", "invoice_equals_issuers_record"}, "these are answered by a place"


def test_a_paper_may_be_the_answer_and_is_named_in_it(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    question = asked(anna, sample)
    receipt = anna.receive(sample.application, b"%PDF-1.7 supplement", "补充协议.pdf", to=to_question(question.id))
    answer = asked(anna, sample).answer
    assert answer is not None
    assert (answer.value, answer.provenance.document) == (
        f"paper:{receipt.upload}",
        question.places[0].provenance.document,
    )
    assert (
        desk(quick, "rui", Role.REVIEWER)
        .review.case(sample.application)
        .row.waiting.asked.endswith("传了一份资料来说明")
    )


def test_what_replies_to_nothing_of_one_s_own_is_denied_before_anything_is_kept(quick: Store, anna: Desk) -> None:
    sample, bob = contradicted(quick, anna), desk(quick, "bob", Role.OWNER)
    his = case(quick, bob, b"%PDF-1.7 his")
    (told, *_) = [item for item in anna.questions(sample.application) if not item.asks]
    before = quick.uploads(his.application), quick.facts(his.application)
    for to in (to_question(asked(anna, sample).id), to_upload(sample.upload), to_question(told.id), "what:ever", "x"):
        with pytest.raises(Denied):
            bob.receive(his.application, b"%PDF-1.7 new", "a.pdf", to=to)
    assert (quick.uploads(his.application), quick.facts(his.application)) == before


def test_the_last_answer_counts_and_clears_nothing_by_itself(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    question = asked(anna, sample)
    anna.answer(sample.application, question.id, choice="neither")
    last = anna.answer(sample.application, question.id, words="补充协议在路上")
    assert (asked(anna, sample).answer, last.value) == (last, "words")
    facts = pipeline.known_facts(quick, sample.application)
    application = quick.application(sample.application)
    without = verify(application, [fact for fact in facts if not fact.name.startswith("document.answer.")])
    assert verify(application, facts) == without


def test_nothing_but_a_choice_that_is_there_or_a_short_sentence_is_an_answer(quick: Store, anna: Desk) -> None:
    sample = contradicted(quick, anna)
    question = asked(anna, sample)
    for words, code in ((" ", "answer_empty"), ("长" * 501, "answer_long")):
        with pytest.raises(UnfitError) as refused:
            anna.answer(sample.application, question.id, words=words)
        assert refused.value.code == code
    (told, *_) = [item for item in anna.questions(sample.application) if not item.asks]
    for of, choice in (
        (question.id, "this:another"),
        (question.id, "tap:another"),
        (question.id, "paper:1"),
        (told.id, "both"),
        ("none", "both"),
    ):
        with pytest.raises(Denied):
            anna.answer(sample.application, of, choice=choice, words="x")
    stranger = desk(quick, "bob", Role.OWNER)
    for other in (stranger, desk(quick, "rui", Role.REVIEWER)):
        with pytest.raises(Denied):
            other.answer(sample.application, question.id, choice="both")


def test_every_own_question_belongs_to_a_check_that_is_a_contradiction_or_only_asks() -> None:
    own = {key.removeprefix("questions.ask_") for key in table() if key.startswith("questions.ask_")}
    tapped = {key.removeprefix("questions.tap_").partition("__")[0] for key in table() if ".tap_" in key}
    assert own
    assert tapped <= own
    rows = load().checks
    assert all(rows[name].contradiction or rows[name].advisory for name in own)


def _page() -> None:
    import json
    import os

    import streamlit as st

    from selfproof.access import Desk, Role, enter
    from selfproof.store import Store
    from ui import progress, review_found, review_graph, review_part, stream
    from ui.words import safe

    st.session_state["lang"] = "中文"
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        (application,) = store.applications()
        if desk.session.role is Role.REVIEWER:
            case = desk.review.case(application)
            review_found.show(case)
            review_graph.show(case)
            if case.found:
                beside = review_part.Beside(case.found, ())
                st.html(
                    safe(
                        json.dumps([review_part.sheet_data(sheet, beside) for sheet in case.sheets], ensure_ascii=False)
                    )
                )
        elif found := desk.current(application):
            stream.show(desk, progress.look(desk, application), found, desk.questions(application))


def _watching() -> None:
    import os

    import sqlalchemy as sa
    import streamlit as st

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import progress

    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        now = progress.look(desk, store.applications()[0])
        asked: list[str] = []
        sa.event.listen(store.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
        progress.watch(desk, now)
        first = len(asked)
        progress.look(desk, now.application)
        st.text(f"{first} {len(asked) > first}")


def _proof() -> None:
    import os

    import streamlit as st

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import progress

    st.session_state["lang"] = "中文"
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        progress.watch(desk, progress.look(desk, store.applications()[0]), receipts=True)


def test_an_owner_is_told_that_reading_begins_later_while_no_worker_runs(at_home: Store) -> None:
    def shown() -> str:
        page = AppTest.from_function(_proof, default_timeout=60).run()
        assert not page.exception
        return "".join(said.proto.body for said in page.get("html")) + page.get("progress")[0].proto.text

    anna = desk(at_home, "anna", Role.OWNER)
    anna.receive(anna.create(about()).id, b"%PDF-1.7 sample", "发票.pdf")
    told = shown()
    assert "等着读" in told
    assert "不会丢" in told
    assert "正在读取" not in told
    holders.beat(at_home.home)
    assert "正在读取资料：已读 0 份，共 1 份" in shown()
    for number in range(4):
        anna.receive(anna.applications()[0], b"%%PDF-1.7 sample %d" % number, f"发票{number}.pdf")
    told = shown()
    assert told.count("正在读取，一般不到一分钟") == 1
    assert "已收到并保存好 5 份" in told
    assert "发票3.pdf" in told
    holders.tell(at_home.home, {"code": "another"})
    assert "读取要晚一点才开始" in shown()


def _together() -> None:
    import os

    import streamlit as st

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import progress

    st.session_state["lang"] = "中文"
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        now = progress.look(desk, store.applications()[0])
        for uploads in (now.uploads, now.uploads[:1], now.uploads[1:]):
            progress.tell(desk, now, uploads, dict.fromkeys((upload.id for upload in now.uploads), ""))
            st.html("|")
        progress.tell(desk, now, now.uploads[:1], {now.uploads[0].id: ""})


def test_what_files_did_to_the_limit_that_came_together_is_told_once(at_home: Store) -> None:
    contradicted(at_home, desk(at_home, "anna", Role.OWNER))
    both, first, second, alone = _said(AppTest.from_function(_together, default_timeout=60).run()).split("|")
    counts = [
        (said.count("读完了："), said.count("额度没有变化"), said.count("这次的 2 份"))
        for said in (both, first, second)
    ]
    assert counts == [(2, 1, 1), (1, 0, 0), (1, 1, 1)]
    assert ("额度没有变化" in alone, "这次的" in alone) == (True, False)


def test_what_the_first_files_did_to_the_limit_is_told_from_what_it_was_before(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    found = case(quick, anna)
    held = quick.decision(found.decision)
    risen = replace(held, effective=held.base + 50_000)
    quick.save_decision(risen, fact_ids=[found.fact], finding_ids=(), policy_text=policies.text("standard"))
    told = progress.change(anna, found.application, "")
    assert told == ("good", f"额度从 {money(held.base)} 变为 {money(risen.effective)}（+¥50,000）。")


def test_what_a_page_has_looked_up_is_not_asked_again_while_it_is_drawn(at_home: Store) -> None:
    case(at_home, desk(at_home, "anna", Role.OWNER))
    shown = AppTest.from_function(_watching, default_timeout=60).run()
    assert not shown.exception
    assert [text.value for text in shown.text] == ["0 True"]


def _shown(monkeypatch: pytest.MonkeyPatch, store: Store, name: str, role: Role) -> AppTest:
    monkeypatch.setenv("TEST_TOKEN", token(store, name, role))
    return AppTest.from_function(_page, default_timeout=60).run()


def _said(shown: AppTest) -> str:
    assert not shown.exception
    return "".join(element.proto.body for element in shown.get("html"))


def test_a_case_without_complaints_says_so(monkeypatch: pytest.MonkeyPatch, at_home: Store) -> None:
    case(at_home, desk(at_home, "anna", Role.OWNER))
    assert "逐项检查没有发现问题。" in _said(_shown(monkeypatch, at_home, "rui", Role.REVIEWER))
    assert "您已回答" not in (page := _said(_shown(monkeypatch, at_home, "anna", Role.OWNER)))
    assert "对不上" not in page


def test_the_owner_answers_on_the_page_and_the_reviewer_reads_it(
    monkeypatch: pytest.MonkeyPatch, at_home: Store
) -> None:
    contradicted(at_home, desk(at_home, "anna", Role.OWNER))
    page = _shown(monkeypatch, at_home, "anna", Role.OWNER)
    assert "（发票.pdf）" in _said(page), "a file of one page needs no page"
    assert "¥5,000（合同.pdf 第 2 页）" in _said(page)
    assert "left:50.00%;top:60.00%" in _said(page), "the place on the paper is shown"
    assert "contract_against_invoices" not in _said(page)
    tap = {button.label: button for button in page.button}
    tap["回答"].click().run()
    assert "请点选一个，或者写一句话。" in _said(page)
    tap["后来加了货，或涨了价"].click().run()
    assert "您已回答：后来加了货，或涨了价" in _said(page)
    page.text_input[0].input("<b>补充协议</b>")
    {button.label: button for button in page.button}["回答"].click().run()
    assert "您已回答：后来加了货，或涨了价；&lt;b&gt;补充协议&lt;/b&gt;" in _said(page)
    case_page = _said(_shown(monkeypatch, at_home, "rui", Role.REVIEWER))
    assert "店主回答：后来加了货，或涨了价；&lt;b&gt;补充协议&lt;/b&gt;" in case_page
    assert "在有人核对以前按原有额度" in case_page
    assert case_page.count("怎么解除") == 3
    assert "客户 1 家" not in case_page, "a contract is no sale"
    assert "有疑点的：云泽市白露家电有限公司" in case_page
    assert "data:image/svg+xml;base64," in case_page


def test_each_contradiction_of_the_shipped_policy_asks_a_question_of_its_own() -> None:
    contradictions = [name for name, row in load().checks.items() if row.contradiction]
    assert [name for name in contradictions if f"questions.ask_{name}" not in table()] == []


AGAINST_THE_OWNERS_WORD = [
    ("licence_matches_declared", document("a", "business_license", uscc=THEIRS), "uscc"),
    ("statement_holder_is_applicant", document("a", "bank_statement", account_name=THEIR_NAME), "name"),
    ("wallet_holder_is_applicant", document("a", "wallet_statement", account_name=THEIR_NAME), "name"),
    ("merchant_is_applicant", document("a", "acquirer_statement", merchant_name=THEIR_NAME), "name"),
    ("sign_matches_name", document("a", "photo", sign_text="白露家电"), "name"),
]


@pytest.mark.parametrize(("check", "paper", "field"), AGAINST_THE_OWNERS_WORD)
def test_a_paper_against_the_owners_word_shows_both(check: str, paper: list[Fact], field: str) -> None:
    ours = OUR_NAME if field == "name" else OURS
    word = Fact(f"declaration.{field}", ours, ours, Ledger.SELF, Provenance(Method.HUMAN, "declaration"))
    (found,) = findings(check, paper, application=application(word))
    assert found.outcome is Outcome.FAIL
    assert found.facts[-1] == word.id
    assert len(found.facts) == 2


def test_a_kept_message_that_is_older_than_its_sentence_is_still_said() -> None:
    assert say(Message("checks.licence_matches_declared_fail", {"printed": "A"})) == "执照上是“A”，申请人填写的是“…”。"


def test_facts_that_contradict_each_other_bring_a_person_and_hold_nothing() -> None:
    contract = document("c", "contract", party_a=THEIR_NAME, party_b=OUR_NAME, total_amount=Decimal(1000))
    sold, known, rules = build_invoice(), application(), load()
    plain, told = (
        decide(known, facts, verify(known, facts, thresholds=rules.thresholds), rules)
        for facts in (sold, [*sold, *contract])
    )
    assert told.review == (Message("reasons.review_facts"),)
    assert plain.review == ()
    assert told.effective == told.recommended == plain.recommended
