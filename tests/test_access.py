"""Who may see and do what: another owner's things by every id there is, and every role beyond its own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from selfproof import pipeline
from selfproof.access import Blank, Desk, Role, UnfitError, enter
from selfproof.access.guard import MAY
from selfproof.credit import policy as policies
from selfproof.errors import Denied
from selfproof.model import Applicant, Application, Fact, Ledger, Method, Provenance
from selfproof.store import Store, Task
from selfproof.texts import table
from tests.people_samples import PASSWORD, Sample, about, case, desk, invoice, paused, token

LOOKS: dict[str, Callable[[Desk, Sample], object]] = {
    "application": lambda at, of: at.application(of.application),
    "uploads": lambda at, of: at.uploads(of.application),
    "jobs": lambda at, of: at.jobs(of.application),
    "page": lambda at, of: at.page_image(of.application, of.upload, 1),
    "extractions": lambda at, of: at.extractions(of.application),
    "facts": lambda at, of: at.facts(of.application),
    "current": lambda at, of: at.current(of.application),
    "questions": lambda at, of: at.questions(of.application),
    "standing": lambda at, of: at.standing(of.application),
    "decisions": lambda at, of: at.decisions(of.application),
    "decision": lambda at, of: at.decision(of.application, of.decision),
    "consents": lambda at, of: at.consents(of.application),
    "asked": lambda at, of: at.asked(of.application),
    "unspoken": lambda at, of: at.unspoken(of.application),
    "log": lambda at, of: at.log(of.application),
    "sent_again": lambda at, of: at.sent_again(of.application),
    "withdrawn": lambda at, of: at.withdrawn(of.application),
    "was_put_by": lambda at, of: at.was_put_by(of.application),
    "export": lambda at, of: at.export(of.application, io.BytesIO()),
}
OWNERS_ACTS: dict[str, Callable[[Desk, Sample], object]] = {
    "receive": lambda at, of: at.receive(of.application, b"x", "a.pdf"),
    "describe": lambda at, of: at.describe(of.application, about("另一个样例")),
    "consent": lambda at, of: at.consent(of.application, "tax", given=True, purpose="p"),
    "correct": lambda at, of: at.correct(of.application, of.fact, Decimal(99)),
    "fill": lambda at, of: at.fill(of.application, Blank(of.upload, of.document, "vat_invoice.seller_name"), "样例厂"),
    "put_by": lambda at, of: at.put_by(of.application, of.upload, away=True),
    "withdraw": lambda at, of: at.withdraw(of.application, of.upload, away=True),
    "ask_human": lambda at, of: at.ask_human(of.application, "please"),
    "erase": lambda at, of: at.erase(of.application),
}
REVIEWERS_ACTS: dict[str, Callable[[Desk, Sample], object]] = {
    "queue": lambda at, _: at.review.queue(),
    "claim": lambda at, of: at.review.claim(of.application),
    "accept": lambda at, of: at.review.accept(of.application, of.upload),
    "reject": lambda at, of: at.review.reject(of.application, of.upload, "no"),
    "set_aside": lambda at, of: at.review.set_aside(of.application, of.upload, "a neighbour's"),
    "ask_upload": lambda at, of: at.review.ask_upload(of.application, of.upload, "sharper"),
    "close": lambda at, of: at.review.close(of.application),
    "verify_again": lambda at, of: at.review.verify_again(of.application),
    "release": lambda at, of: at.review.release(of.application, of.decision),
}
RISK_ACTS: dict[str, Callable[[Desk, Sample], object]] = {
    "any": lambda at, _: at.risk.any_decision(),
    "run": lambda at, _: at.risk.run("standard", len_of_store),
}
ADMINS_ACTS: dict[str, Callable[[Desk, Sample], object]] = {
    "accounts": lambda at, _: at.admin.accounts(),
    "add": lambda at, _: at.admin.add("carl", Role.OWNER, PASSWORD),
    "disable": lambda at, _: at.admin.enable("anna", enabled=False),
    "password": lambda at, _: at.admin.set_password("anna", PASSWORD),
    "audit": lambda at, _: at.admin.log(),
    "verify": lambda at, _: at.admin.verify_log(),
    "models": lambda at, _: at.admin.models(),
}
ALL = LOOKS | OWNERS_ACTS | REVIEWERS_ACTS | RISK_ACTS | ADMINS_ACTS


def len_of_store(store: Store) -> int:
    return len(store.applications())


def _state(store: Store, sample: Sample) -> object:
    """All of a case that an intruder could have changed."""
    name = sample.application
    kept = (store.application(name), store.uploads(name), store.facts(name), store.decisions(name))
    return *kept, store.people.consents(name), store.people.accounts()


def test_another_owner_learns_and_changes_nothing_by_any_id(store: Store) -> None:
    anna, bob = desk(store, "anna", Role.OWNER), desk(store, "bob", Role.OWNER)
    hers, his = case(store, anna), case(store, bob, b"%PDF-1.7 another")
    before = _state(store, hers)
    guesses = {
        "her ids": hers,
        "her upload in his application": replace(hers, application=his.application),
        "his upload in her application": replace(his, application=hers.application),
        "her decision in his application": replace(his, decision=hers.decision),
        "her fact in his application": replace(his, fact=hers.fact),
        "her document's hash for ids": Sample(*[hers.document] * 5),
        "her upload's id for ids": Sample(*[hers.upload] * 5),
        "her decision's id for ids": Sample(*[hers.decision] * 5),
    }
    for what in (
        "her ids",
        "his upload in her application",
        *[guess for guess in guesses if guess.endswith("for ids")],
    ):
        for name, act in (LOOKS | OWNERS_ACTS).items():
            with pytest.raises(Denied) as refused:
                act(bob, guesses[what])
            assert str(refused.value) == "nothing here for you", (what, name)
    for what, names in {
        "her upload in his application": ["page"],
        "her decision in his application": ["decision"],
        "her fact in his application": ["correct"],
    }.items():
        for name in names:
            with pytest.raises(Denied):
                ALL[name](bob, guesses[what])
    assert _state(store, hers) == before


def test_what_is_another_s_and_what_does_not_exist_are_answered_alike(quick: Store) -> None:
    anna, bob = desk(quick, "anna", Role.OWNER), desk(quick, "bob", Role.OWNER)
    hers = case(quick, anna)
    nowhere = Sample("A-0", "0" * 32, "0" * 64, "0" * 32, "0" * 32)
    for act in (LOOKS | OWNERS_ACTS).values():
        said = []
        for sample in (hers, nowhere):
            with pytest.raises(Denied) as refused:
                act(bob, sample)
            said.append((type(refused.value), str(refused.value)))
        assert said[0] == said[1]


def test_two_owners_with_the_very_same_file_see_only_their_own(quick: Store) -> None:
    anna, bob = desk(quick, "anna", Role.OWNER), desk(quick, "bob", Role.OWNER)
    hers, his = case(quick, anna, b"the same"), case(quick, bob, b"the same")
    assert hers.document == his.document
    assert hers.upload != his.upload
    with pytest.raises(Denied):
        bob.page_image(his.application, hers.upload, 1)
    anna.correct(hers.application, hers.fact, Decimal("12.00"))
    assert Decimal("12.00") not in [fact.value for fact in bob.facts(his.application)]
    anna.erase(hers.application)
    assert bob.page_image(his.application, his.upload, 1)


ALLOWED = {
    Role.OWNER: {*LOOKS, *OWNERS_ACTS},
    Role.REVIEWER: {*LOOKS, *REVIEWERS_ACTS, "correct", "fill", "receive"} - {"export"},
    Role.RISK: {*RISK_ACTS} | {*LOOKS} - {"page", "consents", "asked", "unspoken", "log", "export"},
    Role.ADMIN: {*ADMINS_ACTS},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_its_own_and_nothing_else(quick: Store, role: Role) -> None:
    sample = case(quick, desk(quick, "anna", Role.OWNER))
    someone = desk(quick, "anna" if role is Role.OWNER else "rui", role)
    done = set()
    for name, act in ALL.items():
        if name in {"erase", "disable"}:
            continue
        try:
            act(someone, sample)
        except Denied:
            continue
        done.add(name)
    assert done == ALLOWED[role] - {"erase", "disable"}


def test_every_act_of_the_table_is_some_role_s_and_an_admin_sees_no_application() -> None:
    assert all(MAY.values())
    assert {act for act, roles in MAY.items() if Role.ADMIN in roles} == {
        "look_accounts", "add_account", "change_account", "look_audit", "look_models", "look_work",
    }  # fmt: skip


def test_the_session_of_another_is_no_help_once_it_has_ended(quick: Store) -> None:
    hers = case(quick, desk(quick, "anna", Role.OWNER))
    stolen = token(quick, "anna", Role.OWNER)
    late = datetime.now(UTC) + timedelta(hours=13)
    with pytest.raises(Denied):
        enter(quick, stolen, at=late)
    old = Desk.of(quick, enter(quick, stolen), clock=lambda: late)
    with pytest.raises(Denied):
        old.facts(hers.application)
    with pytest.raises(Denied):
        enter(quick, "")


def test_a_correction_by_the_owner_is_a_declaration_until_a_reviewer_accepts_it(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    before = pipeline.reassess(quick, sample.application).decision.levels[sample.document]
    new = anna.correct(sample.application, sample.fact, Decimal("990000.00"))
    assert new.provenance.method is Method.HUMAN
    assert new.provenance.origin == f"declaration:{anna.session.account}"
    assert new.provenance.place.box == (0.1, 0.2, 0.3, 0.25)
    assert new.original == "11300.00", "what was printed stays"
    assert [job.task for job in anna.jobs(sample.application)].count(Task.DECIDE) == 1
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] == 1
    rui.review.accept(sample.application, sample.upload)
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] == before > 1
    anna.correct(sample.application, new.id, Decimal("1990000.00"))
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] == 1, "the word came after it"


def test_the_last_correction_counts_and_the_earlier_ones_stay(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    sample = case(quick, anna)
    fact = sample.fact
    for amount in ("5.00", "6.00", "5.00"):
        fact = anna.correct(sample.application, fact, Decimal(amount)).id
    said = [item for item in anna.facts(sample.application) if item.provenance.method is Method.HUMAN]
    assert [item.value for item in said] == [Decimal("5.00")]
    assert len([item for item in quick.facts(sample.application) if item.provenance.method is Method.HUMAN]) == 3
    with pytest.raises(Denied):
        anna.correct(sample.application, fact, "a text in place of an amount")


def test_a_rejected_document_counts_for_nothing_and_can_be_accepted_again(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    rui.review.reject(sample.application, sample.upload, "another firm's")
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] == 0
    rui.review.accept(sample.application, sample.upload)
    assert pipeline.reassess(quick, sample.application).decision.levels[sample.document] > 0
    rui.review.ask_upload(sample.application, sample.upload, "sharper please")
    assert "request.new_upload" not in {fact.name for fact in anna.facts(sample.application)}
    asked = [fact for fact in quick.facts(sample.application) if fact.name == "request.new_upload"]
    assert [(fact.value, fact.provenance.document) for fact in asked] == [("sharper please", sample.document)]


def test_a_small_paused_limit_is_released_by_one_reviewer(store: Store) -> None:
    anna, rui = desk(store, "anna", Role.OWNER), desk(store, "rui", Role.REVIEWER)
    sample = case(store, anna)
    before = anna.standing(sample.application)
    assert before is not None
    assert (before.paused, before.needed, before.effective) == (True, 1, Decimal(100000))
    after = rui.review.release(sample.application, sample.decision)
    assert (after.paused, after.effective) == (False, Decimal(300000))
    with pytest.raises(Denied):
        rui.review.release(sample.application, sample.decision)


def test_above_the_policy_s_amount_two_different_reviewers_must_release(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    rui, shan = (desk(quick, name, Role.REVIEWER) for name in ("rui", "shan"))
    sample = case(quick, anna)
    decision = paused(quick, sample.application, invoice(sample.document), recommended="800000")
    first = rui.review.release(sample.application, decision)
    assert (first.paused, first.needed, first.effective) == (True, 2, Decimal(100000))
    with pytest.raises(Denied):
        desk(quick, "rui", Role.REVIEWER).review.release(sample.application, decision)
    rui.review.claim(sample.application)
    with pytest.raises(Denied):
        shan.review.release(sample.application, decision)
    shan.review.claim(sample.application, by_force=True)
    second = shan.review.release(sample.application, decision)
    assert (second.paused, second.effective) == (False, Decimal(800000))
    with pytest.raises(Denied, match="nothing here"):
        shan.review.release(sample.application, sample.decision)
    paused(quick, sample.application, invoice(sample.document), recommended="900000")
    now = anna.standing(sample.application)
    assert now is not None
    assert (now.paused, now.effective) == (True, Decimal(100000)), "a new decision needs a new release"


def test_the_queue_says_why_and_a_closed_case_returns_with_the_next_question(store: Store) -> None:
    anna, rui = desk(store, "anna", Role.OWNER), desk(store, "rui", Role.REVIEWER)
    sample = case(store, anna)
    (row,) = rui.review.queue().rows
    assert [message.key for message in row.reasons] == ["reasons.review_contradiction"]
    assert (row.applicant, row.waiting.claimed, row.waiting.asked) == ("青禾样例塑料制品厂", "", "")
    rui.review.claim(sample.application)
    assert rui.review.queue().rows[0].waiting.claimed == "rui"
    rui.review.close(sample.application)
    assert rui.review.queue().rows == ()
    anna.ask_human(sample.application, "我的销售额不止这些")
    (row,) = rui.review.queue().rows
    assert (row.waiting.asked, row.waiting.claimed) == ("我的销售额不止这些", "")
    rui.review.close(sample.application)
    paused(store, sample.application, invoice(sample.document), recommended="310000")
    assert len(rui.review.queue().rows) == 1


def _with_record(store: Store, application: str) -> Application:
    """Let a third party's figures come into the file, as a connector would."""
    kept = store.application(application)
    where = Provenance(Method.SOURCE, "platform", version="r1")
    figure = Fact("platform.annual_receipts", Decimal(600000), "600000", Ledger.THIRD_PARTY, where)
    new = replace(kept, facts=(*kept.facts, figure))
    store.save_application(new)
    return new


def test_third_party_records_count_only_with_consent_and_come_back_with_it(store: Store) -> None:
    anna = desk(store, "anna", Role.OWNER)
    name = anna.create(about()).id

    def used() -> bool:
        found = pipeline.reassess(store, name)
        return "platform" in {fact.kind for fact in found.application.facts} and "platform" in found.decision.levels

    _with_record(store, name)
    assert not used(), "nobody has asked the owner"
    anna.consent(name, "platform", given=True, purpose="recompute the limit")
    assert used()
    anna.consent(name, "platform", given=False, purpose="recompute the limit")
    assert not used()
    _with_record(store, name)
    assert not used(), "a record that comes after the withdrawal"
    anna.consent(name, "platform", given=True, purpose="recompute the limit")
    assert used()
    words = [(item.source, item.given, item.purpose, item.by) for item in anna.consents(name)]
    assert words == [("platform", given, "recompute the limit", anna.session.account) for given in (True, False, True)]


def test_decisions_made_under_a_consent_still_replay_after_it_was_withdrawn(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    name = anna.create(about()).id
    _with_record(quick, name)
    anna.consent(name, "platform", given=True, purpose="recompute the limit")
    decision = pipeline.reassess(quick, name).decision_id
    anna.consent(name, "platform", given=False, purpose="recompute the limit")
    pipeline.reassess(quick, name)
    stored, anew = pipeline.replay(quick, decision)
    assert stored == anew


def test_an_owner_says_what_the_business_is_and_cannot_state_an_existing_limit(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    made = anna.create(about())
    assert (made.existing_limit, made.as_of) == (Decimal(0), datetime.now(UTC).astimezone().date())
    new = anna.describe(made.id, replace(about("青禾二厂样例"), declared={"own_funds": Decimal(5)}))
    assert new.applicant.name == "青禾二厂样例"
    assert {fact.name for fact in new.facts} == {"declaration.annual_turnover", "declaration.own_funds"}
    assert anna.applications() == (made.id,)
    assert isinstance(made.as_of, date)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"trade": "gambling"}, "trade_unknown"),
        ({"trade": ""}, "trade_unknown"),
        ({"industry": ""}, "applicant_unfit"),
        ({"industry": "塑料\n制品"}, "applicant_unfit"),
        ({"applicant": Applicant("  ")}, "applicant_unfit"),
        ({"applicant": Applicant("厂" * 201)}, "applicant_unfit"),
        ({"applicant": Applicant("样例厂", uscc="12345")}, "uscc_unfit"),
        ({"declared": {"annual_turnover": Decimal(-1)}}, "declared_unfit"),
        ({"declared": {"annual_turnover": Decimal("NaN")}}, "declared_unfit"),
        ({"declared": {"annual_turnover": Decimal("1e15") + 1}}, "declared_unfit"),
        ({"declared": {"annual_turnover": "many"}}, "declared_unfit"),
        ({"declared": {"annual_turnover": True}}, "declared_unfit"),
        ({"declared": {"margin": Decimal("1.2")}}, "declared_unfit"),
        ({"declared": {"lowest_base_12m": Decimal(5)}}, "declared_unfit"),
        ({"taken_back": frozenset({"everything"})}, "declared_unfit"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason_before_anything_is_kept(
    quick: Store, change: dict[str, Any], code: str
) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    kept = anna.create(about())
    for act in (anna.create, lambda wrong: anna.describe(kept.id, wrong)):
        with pytest.raises(UnfitError) as refused:
            act(replace(about(), **change))
        assert refused.value.code == code
        assert f"access.{code}" in table()
    assert anna.applications() == (kept.id,)
    assert quick.application(kept.id) == kept


@pytest.mark.parametrize(("source", "purpose"), [("", "p"), ("tax; drop", "p"), ("tax", "a\nb"), ("x" * 201, "p")])
def test_a_consent_is_to_a_source_with_a_name(quick: Store, source: str, purpose: str) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    kept = anna.create(about()).id
    with pytest.raises(UnfitError, match="source_unfit"):
        anna.consent(kept, source, given=True, purpose=purpose)
    assert anna.consents(kept) == ()


def test_every_trade_and_sort_of_figure_that_there_is_can_be_stated(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    declared = {"own_funds": Decimal(0), "margin": Decimal("0.2"), "cycle_days": 45, "id_number": "110101199001010000"}
    for trade in policies.load("standard").trades:
        assert anna.create(replace(about(), trade=trade, declared=declared)).trade == trade


def test_the_export_holds_everything_and_the_original_to_the_byte(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    sample = case(quick, anna)
    into = io.BytesIO()
    anna.export(sample.application, into)
    with zipfile.ZipFile(into) as bundle:
        names = bundle.namelist()
        assert bundle.testzip() is None
        original = next(name for name in names if name.startswith("originals/"))
        assert bundle.read(original) == b"%PDF-1.7 sample"
        assert {fact["name"] for fact in json.loads(bundle.read("facts.json"))} >= {"vat_invoice.total_amount"}
        assert json.loads(bundle.read("application.json"))["id"] == sample.application
        assert any(name.startswith("decisions/") and sample.decision in name for name in names)
        assert {entry["act"] for entry in json.loads(bundle.read("audit.json"))} >= {"create", "upload", "export"}
        assert f"read/{sample.upload}.json" in names
        decision = bundle.read(next(name for name in names if name.startswith("decisions/")))
        assert json.loads(decision)["effective"] == "100000"
        for inner in (b"gain", b"trace", b"credibility"):
            assert inner not in decision, "what only staff may know"


def test_what_is_erased_is_gone_for_everybody(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    anna.erase(sample.application)
    assert anna.applications() == ()
    assert rui.review.queue().rows == ()
    for someone in (anna, rui):
        with pytest.raises(Denied):
            someone.facts(sample.application)
    assert list((quick.home / "originals").glob("*/*")) == []


def test_an_admin_keeps_accounts_and_a_disabled_person_is_out(quick: Store) -> None:
    root = desk(quick, "root", Role.ADMIN)
    root.admin.add("Carl", Role.RISK, PASSWORD)
    carl = desk(quick, "carl", Role.RISK)
    assert not carl.risk.any_decision()
    root.admin.enable("carl", enabled=False)
    with pytest.raises(Denied):
        carl.risk.any_decision()
    with pytest.raises(UnfitError, match="own_account"):
        root.admin.enable("Root", enabled=False)
    assert [entry.act for entry in root.admin.log(3)][:1] != []
    assert root.admin.verify_log().broken is None
