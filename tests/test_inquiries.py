"""Asking third parties: a real sandbox answers, is slow, fails, lies, and what is never confirmed by that."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from selfproof import inquiries, pipeline
from selfproof.access import Role, asked
from selfproof.model import Finding, Ledger
from selfproof.sandbox.app import KEY, SOURCES
from selfproof.sandbox.serving import KEY_ENV
from selfproof.sources.drop import DroppedRecord
from selfproof.store import Store, Task
from selfproof.store.audit import Act
from selfproof.texts import say
from tests import sandbox_samples as samples
from tests import store_samples
from tests.people_samples import desk, token
from tests.sandbox_samples import Sandbox

Configure = Callable[..., None]


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with samples.running() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(served: Sandbox) -> Sandbox:
    served.faults.clear()
    return served


@pytest.fixture
def configure(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Write SELFPROOF_SOURCES."""
    monkeypatch.setenv(KEY_ENV, KEY)

    def write(**every: object) -> None:
        path = samples.settings(sandbox, tmp_path / "sources.yaml", **every)
        monkeypatch.setenv("SELFPROOF_SOURCES", str(path))

    write()
    return write


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the store's tables: copying it is faster than migrating each time."""
    path = tmp_path_factory.mktemp("empty") / "selfproof.db"
    with Store.open(f"sqlite:///{path}", path.parent / "home"):
        pass
    return path


@pytest.fixture
def local(tmp_path: Path, configure: Configure, empty: Path) -> Iterator[Store]:
    """A store on SQLite that may ask the sandbox."""
    assert configure
    shutil.copy(empty, tmp_path)
    with Store.open(f"sqlite:///{tmp_path}/selfproof.db", tmp_path / "home") as opened:
        yield opened


def _outcomes(store: Store) -> list[tuple[str, str]]:
    return [(item.source, item.outcome) for item in store.inquiries.of("A-1")]


def _calls(store: Store) -> int:
    return sum(entry.act == "ask_source" for entry in store.people.log_of("A-1"))


def test_an_invoice_that_the_issuer_holds_as_printed_is_confirmed_at_the_highest_level(
    local: Store, sandbox: Sandbox
) -> None:
    samples.open_case(local, sandbox, "verification")
    invoice = sandbox.invoice()
    document = samples.show(local, invoice)
    found = samples.decide(local)
    assert found.decision.levels[document] == 5
    assert samples.told(found)[f"verification.invoices[{invoice.issued.number}].status"] == "正常"
    assert _outcomes(local) == [("verification", "answered")]
    assert local.inquiries.waiting("A-1") == {}


@pytest.mark.parametrize("status", ["作废", "红冲"])
def test_an_invoice_that_is_void_at_its_issuer_stops_the_case(local: Store, sandbox: Sandbox, status: str) -> None:
    samples.open_case(local, sandbox, "verification")
    document = samples.show(local, sandbox.invoice(status))
    decision = samples.decide(local).decision
    assert decision.binding == "stop"
    assert [reason.code for reason in decision.reasons].count("S3") == 1
    assert decision.levels[document] == 0


def test_an_invoice_that_the_issuer_does_not_know_is_not_confirmed_and_is_asked_about(
    local: Store, sandbox: Sandbox
) -> None:
    samples.open_case(local, sandbox, "verification")
    document = samples.show(local, sandbox.invoice(), invoice_number="26330000000000000001")
    found = samples.decide(local)
    assert samples.told(found)["verification.invoices[26330000000000000001].status"] == "查无"
    assert found.decision.levels[document] == 1
    assert set(_failed(found)) == {"invoice_known_to_issuer"}


def test_an_invoice_with_another_amount_than_its_issuers_is_a_contradiction(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, "verification")
    document = samples.show(local, sandbox.invoice(), total_amount=Decimal("999999.00"))
    found = samples.decide(local)
    assert found.decision.levels[document] == 1
    (finding,) = [item for item in found.findings if item.check == "invoice_equals_issuers_record" and item.message]
    by_id = {fact.id: fact for fact in (*found.application.facts, *found.facts)}
    assert {by_id[fact].ledger for fact in finding.facts} == {Ledger.SELF, Ledger.THIRD_PARTY}, "both sides are shown"


def test_a_source_whose_calls_are_used_up_confirms_nothing_and_is_asked_again_tomorrow(
    local: Store, sandbox: Sandbox
) -> None:
    sandbox.break_("verification", mode="spent")
    samples.open_case(local, sandbox, "verification")
    document = samples.show(local, sandbox.invoice())
    found = samples.decide(local)
    assert _outcomes(local) == [("verification", "spent")]
    assert samples.told(found) == {}
    assert found.decision.levels[document] < 5
    (due,) = local.inquiries.waiting("A-1").values()
    assert due.astimezone(inquiries.CHINA).hour == 0
    assert due > datetime.now(UTC)


_ENDS = {
    "failing": ("down", 3),
    "spent": ("down", 3),
    "garbled": ("garbled", 1),
    "stranger": ("garbled", 1),
    "flooding": ("garbled", 1),
}


@pytest.mark.parametrize(
    "modes",
    [
        {
            "registry": "failing",
            "tax": "garbled",
            "bureau": "stranger",
            "platform": "flooding",
            "verification": "stranger",
        },
        {"registry": "spent", "verification": "garbled"},
    ],
)
def test_what_fails_or_is_no_answer_confirms_nothing(local: Store, sandbox: Sandbox, modes: dict[str, str]) -> None:
    for source, mode in modes.items():
        sandbox.break_(source, mode=mode)
    samples.open_case(local, sandbox, *modes)
    samples.show(local, sandbox.invoice())
    found = samples.decide(local)
    assert dict(_outcomes(local)) == {source: _ENDS[mode][0] for source, mode in modes.items()}
    assert samples.told(found) == {}
    assert _calls(local) == sum(_ENDS[mode][1] for mode in modes.values()), "each call leaves an entry"
    assert set(local.inquiries.waiting("A-1")) == set(modes)


def test_a_firm_that_the_register_does_not_know_is_a_contradiction_until_its_code_is_put_right(
    local: Store, sandbox: Sandbox
) -> None:
    samples.open_case(local, sandbox, "registry")
    known, unknown = local.application("A-1"), "91990100MA0000000X"
    local.save_application(replace(known, applicant=replace(known.applicant, uscc=unknown)))
    found = samples.decide(local)
    assert _outcomes(local) == [("registry", "unknown_there")]
    assert samples.told(found) == {"registry.listed": False}
    (finding,) = [item for item in found.findings if item.check == "firm_known_to_registry"]
    assert finding.message is not None
    assert unknown in say(finding.message)
    local.save_application(known)
    assert "firm_known_to_registry" not in _failed(samples.decide(local)), "another code is another question"


def test_a_source_that_is_too_slow_is_not_waited_for(local: Store, sandbox: Sandbox, configure: Configure) -> None:
    configure(timeout=0.2, attempts=2)
    sandbox.break_("registry", mode="slow", seconds=3600)
    samples.open_case(local, sandbox, "registry")
    assert samples.told(samples.decide(local)) == {}
    assert _outcomes(local) == [("registry", "down")]


def test_an_error_that_passes_is_tried_again_at_once(local: Store, sandbox: Sandbox) -> None:
    sandbox.break_("registry", mode="failing", times=2)
    samples.open_case(local, sandbox, "registry")
    assert samples.told(samples.decide(local))["registry.status"] == "active"
    assert _calls(local) == 3


def test_a_source_that_is_down_is_not_tried_for_the_other_papers(local: Store, sandbox: Sandbox) -> None:
    sandbox.break_("verification", mode="failing")
    samples.open_case(local, sandbox, "verification")
    for back in range(3):
        samples.show(local, sandbox.invoice(back=back))
    samples.decide(local)
    assert _outcomes(local) == [("verification", "down")]


def test_nobody_is_asked_without_consent_and_nothing_is_used_once_it_is_withdrawn(
    local: Store, sandbox: Sandbox
) -> None:
    samples.open_case(local, sandbox)
    samples.show(local, sandbox.invoice())
    assert samples.told(samples.decide(local)) == {}
    assert _outcomes(local) == []
    samples.say(local, "registry")
    assert samples.told(samples.decide(local))["registry.uscc"] == sandbox.firm.uscc
    samples.say(local, "registry", given=False)
    assert samples.told(samples.decide(local)) == {}
    assert _calls(local) == 1


def test_without_a_setting_nobody_is_asked(local: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SELFPROOF_SOURCES")
    samples.open_case(local, sandbox, "registry")
    samples.decide(local)
    assert _outcomes(local) == []


def test_an_answer_is_kept_and_not_asked_for_again(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, "registry", "tax")
    first = samples.decide(local)
    again = samples.decide(local)
    assert _calls(local) == 2
    assert again.decision_id == first.decision_id
    assert [record.source for record in local.records("A-1")] == ["registry", "tax"]
    assert '"established_date"' in local.records("A-1")[0].content, "verbatim"


def test_nobody_is_asked_about_a_withdrawn_invoice_and_what_was_answered_before_stays_said(
    local: Store, sandbox: Sandbox
) -> None:
    samples.open_case(local, sandbox, "verification")
    samples.withdraw(local, samples.show(local, sandbox.invoice()))
    samples.decide(local)
    assert (_outcomes(local), local.inquiries.waiting("A-1")) == ([], {})
    void = samples.show(local, sandbox.invoice("作废"))
    assert samples.decide(local).decision.binding == "stop"
    samples.withdraw(local, void)
    assert samples.decide(local).decision.binding == "stop"


def test_an_answer_that_has_grown_old_is_asked_for_again(local: Store, sandbox: Sandbox, configure: Configure) -> None:
    configure(cache_days=1e-9)
    samples.open_case(local, sandbox, "registry")
    samples.ask_once(local)
    samples.ask_once(local)
    assert _outcomes(local) == [("registry", "answered")] * 2


def test_a_corrected_invoice_loses_the_confirmation_of_the_one_that_was_misread(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, "verification")
    document = samples.show(local, sandbox.invoice())
    assert samples.decide(local).decision.levels[document] == 5
    sandbox.break_("verification", mode="failing")
    samples.correct(local, document, "invoice_number", "26330000000000000009")
    found = samples.decide(local)
    assert found.decision.levels[document] < 5
    assert samples.told(found) == {}
    samples.correct(local, document, "invoice_number", "26330000000000000010")
    assert [row.subject for row in asked.of(local, "A-1") if row.open] == [], "nobody asks about that number any more"


def test_a_confirmation_that_has_grown_old_and_cannot_be_had_anew_confirms_no_more(
    local: Store, sandbox: Sandbox, configure: Configure
) -> None:
    configure(cache_days=1e-9, attempts=1)
    samples.open_case(local, sandbox, "verification")
    document = samples.show(local, sandbox.invoice())
    samples.ask_once(local)
    confirmed = pipeline.reassess(local, "A-1")
    sandbox.break_("verification", mode="failing")
    samples.ask_once(local)
    assert [job.task for job in local.open_jobs("A-1")] == [Task.DECIDE], "also that is decided upon by itself"
    found = pipeline.reassess(local, "A-1")
    assert (confirmed.decision.levels[document], found.decision.levels[document]) == (5, 2)
    assert "正常" in samples.told(found).values(), "what was said then stays said"
    (row,) = asked.of(local, "A-1")
    assert row.open
    assert row.earlier is not None


def test_a_reviewer_has_invoices_verified_again_and_one_that_is_void_by_then_stops_the_case(
    local: Store, sandbox: Sandbox
) -> None:
    samples.open_case(local, sandbox, "verification")
    rui = desk(local, "rui", Role.REVIEWER)
    assert not rui.review.verify_again("A-1"), "nothing was verified yet"
    good = sandbox.invoice()
    document = samples.show(local, good)
    assert samples.decide(local).decision.levels[document] == 5
    with sandbox.voided(good):
        assert rui.review.verify_again("A-1")
        assert pipeline.reassess(local, "A-1").decision.levels[document] == 5, "until then the last answer stands"
        samples.work_off(local)
    assert local.decision(local.decisions("A-1")[-1]).binding == "stop"
    assert _outcomes(local) == [("verification", name) for name in ("answered", "again", "answered")]


def test_a_record_that_is_dropped_in_later_overtakes_an_answer(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, "tax")
    answered = samples.told(samples.decide(local))["tax.annual_sales"]
    record = {
        "source": "tax",
        "licence": "协议",
        "authorisation": "授权书",
        "retrieved": samples.TODAY,
        "application": "A-1",
    }
    told = DroppedRecord.model_validate(record | {"record": {"annual_sales": 7}})
    pipeline.receive_record(local, told)
    assert samples.told(samples.decide(local)) == {"tax.annual_sales": Decimal(7)}
    assert answered != Decimal(7)


def test_five_calls_a_day_for_one_invoice_whoever_shows_it(
    local: Store, sandbox: Sandbox, configure: Configure
) -> None:
    configure(attempts=3, again_minutes=[0.0001])
    sandbox.break_("verification", mode="failing")
    samples.open_case(local, sandbox, "verification")
    samples.show(local, sandbox.invoice())
    for _ in range(2):
        samples.ask_once(local)
    assert _calls(local) == 5
    assert _outcomes(local)[-1] == ("verification", "spent")


def test_the_days_calls_to_a_source_have_an_end(local: Store, sandbox: Sandbox, configure: Configure) -> None:
    configure(calls_a_day=2)
    samples.open_case(local, sandbox, "verification")
    for back in range(4):
        samples.show(local, sandbox.invoice(back=back))
    samples.decide(local)
    assert [outcome for _, outcome in _outcomes(local)] == ["answered", "answered", "closed"]
    (due,) = local.inquiries.waiting("A-1").values()
    assert due.astimezone(inquiries.CHINA).hour == 0, "the others are asked about tomorrow"


def test_an_invoice_is_not_asked_about_before_the_day_after_its_issue(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, "verification")
    issued = samples.TODAY + timedelta(days=1)  # tomorrow, so that no midnight passes between this and the asking
    samples.show(local, sandbox.invoice(), issue_date=issued)
    samples.decide(local)
    assert _outcomes(local) == []
    (due,) = local.inquiries.waiting("A-1").values()
    assert due.astimezone(inquiries.CHINA).date() == issued + timedelta(days=1)


def test_an_invoice_of_more_than_five_years_ago_is_never_asked_about(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, "verification")
    samples.show(local, sandbox.invoice(), issue_date=samples.TODAY - timedelta(days=2200))
    samples.decide(local)
    assert (_outcomes(local), local.inquiries.waiting("A-1")) == ([], {})


def test_a_late_answer_decides_the_application_anew(local: Store, sandbox: Sandbox, configure: Configure) -> None:
    configure(again_minutes=[0.0001])
    sandbox.break_("tax", mode="failing", times=3)
    samples.open_case(local, sandbox, "tax", existing=0)
    samples.show(local, sandbox.invoice())
    samples.work_off(local)
    first, *_, last = [local.decision(name) for name in local.decisions("A-1")]
    assert first.recommended < last.recommended
    assert _outcomes(local) == [("tax", "down"), ("tax", "answered")]
    assert local.open_jobs("A-1") == ()


def _failed(found: pipeline.Assessment) -> dict[str, tuple[Finding, set[Ledger]]]:
    """Failed checks, each with whose facts it names; that a sample has only one customer contradicts nothing."""
    by_id = {fact.id: fact for fact in (*found.application.facts, *found.facts)}
    return {
        item.check: (item, {by_id[fact].ledger for fact in item.facts})
        for item in found.findings
        if item.outcome == "fail" and item.check != "customers_spread"
    }


def test_an_honest_world_contradicts_nothing_of_true_papers(local: Store, sandbox: Sandbox) -> None:
    samples.open_case(local, sandbox, *SOURCES, declared={"debt_service_annual": Decimal(900_000)})
    samples.show_year(local, sandbox)
    samples.show_papers(local, sandbox)
    found = samples.decide(local)
    assert _failed(found) == {}
    assert {name for name, outcome in _outcomes(local) if outcome == "answered"} == set(SOURCES)


_LIES = {
    "registry_matches_licence": "X2",
    "invoice_equals_issuers_record": "X5",
    "sales_within_tax_record": "X1",
    "debts_as_declared": "X1",
    "statement_within_feed": "X1",
}


def test_lies_show_as_contradictions_that_name_both_sides(local: Store, sandbox: Sandbox) -> None:
    for source in SOURCES:
        sandbox.break_(source, mode="lying")
    samples.open_case(local, sandbox, *SOURCES, declared={"debt_service_annual": Decimal(1200)})
    samples.show_year(local, sandbox)
    samples.show_papers(local, sandbox)
    found = samples.decide(local)
    failed = _failed(found)
    assert set(failed) == set(_LIES)
    assert {name: reason.code for reason in found.decision.reasons if (name := reason.step) in _LIES} == _LIES
    for finding, ledgers in failed.values():
        assert ledgers == {Ledger.SELF, Ledger.THIRD_PARTY}
        assert finding.message is not None
        assert say(finding.message, "zh") != say(finding.message, "en")
    assert "document.confirmed" not in samples.told(found)


def test_a_tax_record_that_denies_most_sales_holds_the_limit_for_a_person(local: Store, sandbox: Sandbox) -> None:
    sandbox.break_("tax", mode="lying", factor=0.05)
    samples.open_case(local, sandbox, "tax")
    samples.show_year(local, sandbox)
    decision = samples.decide(local).decision
    assert decision.effective <= decision.base
    assert decision.review


def _page() -> None:
    """What an owner or a reviewer is shown of the asking."""
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import inquired, my_data

    with Store.open(os.environ["TEST_STORE"]) as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        inquired.pending(desk, "A-1")
        inquired.show(desk, "A-1")
        if desk.session.role == "owner":
            my_data._consents(desk, "A-1")


def _shown(store: Store, monkeypatch: pytest.MonkeyPatch, role: Role) -> AppTest:
    monkeypatch.setenv("TEST_STORE", store.address)
    monkeypatch.setenv("SELFPROOF_HOME", str(store.home))
    monkeypatch.setenv("TEST_TOKEN", token(store, role, role))
    account = store.people.account(role)
    assert account is not None
    if role is Role.OWNER and not store.people.owns("A-1", account.id):
        store.people.give("A-1", account.id, Act("system", "system", "give", "A-1"))
    return AppTest.from_function(_page, default_timeout=60).run()


def _words(shown: AppTest) -> str:
    assert not shown.exception
    return "".join(element.proto.body for element in shown.get("html"))


def test_people_see_what_was_asked_when_and_what_could_not_be_confirmed_yet(
    local: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.break_("tax", mode="failing")
    samples.open_case(local, sandbox, "verification", "tax", "registry")
    invoice, second, void = sandbox.invoice(), sandbox.invoice(back=1), sandbox.invoice("作废")
    for shown_one in (invoice, second, void):
        samples.show(local, shown_one)
    samples.decide(local)
    for role in (Role.OWNER, Role.REVIEWER):
        shown = _shown(local, monkeypatch, role)
        said = _words(shown)
        assert "发票查验：2 张" in said
        assert f"<li>{second.issued.number} · " in said
        assert f"发票 {void.issued.number}" in said
        assert "对方没有答复，暂未核实" in said
        assert "税务记录暂时没能核实" in said
        assert f"法定代表人或经营者 {sandbox.firm.legal_representative}" in said
        assert "共 3 次" in said
        assert [button.label for button in shown.button] == ["再查一次发票状态"] * (role is Role.REVIEWER)


def test_an_owner_agrees_to_a_source_and_it_is_asked(
    local: Store, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples.open_case(local, sandbox)
    shown = _shown(local, monkeypatch, Role.OWNER)
    toggles = {toggle.label: toggle for toggle in shown.toggle}
    assert set(toggles) == {"工商登记", "发票查验", "税务记录", "征信记录", "平台收款记录"}
    toggles["工商登记"].set_value(True).run()
    samples.work_off(local)
    assert _outcomes(local) == [("registry", "answered")]
    assert "已答复" in _words(shown.run())


def _is_over(store: Store) -> bool:
    """Whether it was answered and counted in; a job of asking ends with the asking for a decision, in one piece."""
    answered = ("tax", "answered") in _outcomes(store) and store.inquiries.waiting("A-1") == {}
    return answered and store.open_jobs("A-1") == ()


def test_a_worker_asks_decides_and_decides_again_by_itself_and_takes_what_is_dropped(
    local: Store, sandbox: Sandbox, configure: Configure, tmp_path: Path
) -> None:
    configure(again_minutes=[0.005])
    sandbox.break_("tax", mode="failing", times=3)
    samples.open_case(local, sandbox, "tax", existing=0)
    samples.show(local, sandbox.invoice())
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "record.yaml").write_text("source: nobody's", "utf-8")
    with samples.worker(local):
        samples.until(lambda: _is_over(local) and (tmp_path / "drop" / "refused" / "record.yaml").exists())
    decided = [local.decision(name) for name in local.decisions("A-1")]
    assert decided[0].recommended < decided[-1].recommended


def test_a_budget_is_never_overdrawn_by_many_at_once(store: Store) -> None:
    store.save_application(store_samples.application())
    day = samples.TODAY

    def spend(_: int) -> str | None:
        return store.inquiries.spend("A-1", "verification", [("", 100), ("no 1", 5)], day)

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(spend, range(12))) == {None: 5, "no 1": 7}
    assert store.inquiries.spend("A-1", "verification", [("", 100), ("no 2", 5)], day) is None
    assert store.inquiries.spend("A-1", "verification", [("", 6), ("no 2", 5)], day) == "", (
        "nothing is left of the whole"
    )
    assert store.inquiries.spend("A-1", "verification", [("", 7), ("no 2", 2)], day) is None, "what failed took nothing"
    assert store.inquiries.spend("A-1", "verification", [("", 1), ("no 1", 5)], day + timedelta(days=1)) is None
    assert _calls(store) == 8


def test_a_job_of_asking_waits_for_its_time_and_for_nobody_else(store: Store) -> None:
    store.save_application(store_samples.application())
    store.inquiries.open("A-1", "tax", due=time.time() + 3600)
    assert store.claim("one", lease=60, asking=True) is None
    assert store.open_jobs("A-1") == (), "nobody waits for a third party"
    store.inquiries.open("A-1", "tax", due=0)
    job = store.claim("one", lease=60, asking=True)
    assert job is not None
    store.inquiries.open("A-1", "tax", due=0)
    assert store.inquiries.end(job, None, news=True)
    again = store.claim("one", lease=60, asking=True)
    assert again is not None, "what was asked for meanwhile is looked at"
    assert not store.inquiries.end(job, None, news=False), "its lease was lost"
    assert store.inquiries.end(again, None, news=False)
    assert store.inquiries.waiting("A-1") == {}
    assert [item.task for item in store.open_jobs("A-1")] == [Task.DECIDE]


def test_words_that_an_owner_says_meanwhile_are_not_lost(store: Store) -> None:
    store.save_application(store_samples.application())
    old = store.application("A-1")
    store.save_application(replace(old, industry="五金"))
    store.inquiries.settle("A-1", lambda newest: replace(newest, facts=()))
    assert (store.application("A-1").industry, store.application("A-1").facts) == ("五金", ())
