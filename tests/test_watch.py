"""Figures to watch from stored decisions, and the risk staff's pages for them and for the life of policies."""

from __future__ import annotations

import json
import math
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from selfproof import certificates, cli, extract
from selfproof.access import Desk, Role, enter
from selfproof.access.standing import standing
from selfproof.credit import policy as policies
from selfproof.errors import Denied
from selfproof.lifecycle.force import Named
from selfproof.monitoring import figures as watch
from selfproof.monitoring.figures import Drifted
from selfproof.rescoring import runs
from selfproof.store import Store, holders
from selfproof.store.engine import writing
from selfproof.store.policy_book import Phase
from selfproof.store.schema import jobs
from selfproof.store.switches import Ended, Loan
from selfproof.store.watching import Decided, Overruled
from tests import credit_cases as cases
from tests import rescore_samples as samples
from tests.people_samples import desk, token
from ui import parcels
from ui.words import money

COUNT = 4
TIGHT = policies.text("standard").replace("turnover_cap: 0.25", "turnover_cap: 0.10").replace("standard", "tight", 1)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("decided") / "home"
    home.mkdir()
    with _open(home) as store:
        samples.portfolio(store, COUNT)
    return home


def _open(home: Path) -> Store:
    return Store.open(sa.URL.create("sqlite", database=str(home / "selfproof.db")), home)


@pytest.fixture
def store(decided: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    home = shutil.copytree(decided, tmp_path / "home")
    monkeypatch.setenv("SELFPROOF_HOME", str(home))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with _open(home) as opened:
        yield opened


def _decided(number: int, day: date, *, limit: float = 80_000, b: float = 1.0, level: int = 4) -> Decided:
    name = str(number)
    return Decided(name, name, day, 50_000, limit, limit, b, ("invoicing",), (level,), ())


def _read_whole(store: Store) -> None:
    """Every newest decision once more, as if nothing on its papers had been left unread."""
    for _, key in store.people.newest_decisions():
        anew = replace(store.decision(key), engine="read whole")
        store.save_decision(anew, fact_ids=(), finding_ids=(), policy_text=policies.text("standard"))


def test_straight_through_and_referral_are_counted_from_every_newest_decision(store: Store) -> None:
    found = watch.figures(store, cases.AS_OF, sample=1.0)
    marked = {item.application for item in store.people.waiting() if item.marks}
    newest = store.people.newest_decisions()
    asked = [name for name, key in newest if store.decision(key).review or name in marked]
    assert (found.decided, found.referred) == (COUNT, len(asked))
    assert sum(times for _, times in found.why) >= len(asked)
    assert found.second.drawn == found.straight
    ratios = [now.effective / now.decision.base for name in store.applications() if (now := standing(store, name))]
    assert found.uplift == pytest.approx(float(sum(ratios) / len(ratios)))


def test_a_case_that_waits_for_what_was_not_read_went_not_straight_through(store: Store) -> None:
    _read_whole(store)
    before = watch.figures(store, cases.AS_OF, sample=0.02)
    key = next(key for _, key in store.people.newest_decisions() if not store.decision(key).review)
    later, told = replace(store.decision(key), engine="a later one"), policies.text("standard")
    store.save_decision(later, fact_ids=(), finding_ids=(), policy_text=told, marks=("faint",))
    after = watch.figures(store, cases.AS_OF, sample=0.02)
    assert before.straight - after.straight == 1
    assert dict(after.why)["faint"] == 1


def test_nothing_decided_gives_no_shares(tmp_path: Path) -> None:
    with _open(tmp_path) as empty:
        found = watch.figures(empty, cases.AS_OF, sample=0.02)
    assert (found.decided, found.straight_share, found.uplift, found.overruled) == (0, None, None, ())
    assert {item.verdict for item in found.drift} == {Drifted.TOO_FEW}


def test_overrides_are_told_by_reviewer_and_reason(store: Store) -> None:
    rui, shan = (desk(store, name, Role.REVIEWER) for name in ("rui", "shan"))
    for who, application, reason in ((rui, "A-0001", "blurred"), (shan, "A-0002", "blurred"), (shan, "A-0003", "fake")):
        who.review.reject(application, store.uploads(application)[0].id, reason)
    fact = next(item for item in rui.facts("A-0001") if item.name == "vat_invoice.total_amount")
    rui.correct("A-0001", fact.id, fact.value)
    found = watch.figures(store, cases.AS_OF, sample=1.0).overruled
    papers = len({item.provenance.document for item in rui.facts("A-0001") if item.kind != "document"} - {""})
    assert Overruled(rui.session.account, "correct", "", 1) in found
    assert {(item.reviewer, item.reason) for item in found if item.act == "reject"} == {
        (rui.session.account, "blurred"),
        (shan.session.account, "blurred"),
        (shan.session.account, "fake"),
    }
    assert all(item.times == papers for item in found if item.act == "reject")


def test_a_second_look_by_chance_tells_how_often_what_went_through_did_not_hold(store: Store) -> None:
    rui = desk(store, "rui", Role.REVIEWER)
    straight = [name for name, key in store.people.newest_decisions() if not store.decision(key).review]
    first, *_ = straight
    rui.review.reject(first, store.uploads(first)[0].id, "another firm's")
    for name in straight[:2]:
        rui.review.close(name)
    _read_whole(store)
    again = watch.figures(store, cases.AS_OF, sample=1.0).second
    assert (again.drawn, again.closed, again.refuted) == (len(straight), min(2, len(straight)), 1)
    assert watch.figures(store, cases.AS_OF, sample=0.0).second.drawn == 0


def test_another_population_is_noticed_and_the_same_one_is_not() -> None:
    old = [_decided(number, date(2026, 1, 1), limit=40_000 * (number % 5)) for number in range(40)]
    alike = [replace(item, as_of=date(2026, 6, 1)) for item in old]
    moved = [replace(item, effective=900_000, levels=(2,), b=2.4) for item in alike]
    since = date(2026, 5, 1)
    assert {item.verdict for item in watch.drifts([*old, *alike], since)} == {Drifted.STABLE}
    verdicts = {item.name: item.verdict for item in watch.drifts([*old, *moved], since)}
    assert verdicts == dict.fromkeys(("levels", "limit", "b"), Drifted.SHIFTED) | {"kinds": Drifted.STABLE}
    assert {item.verdict for item in watch.drifts([*old, *moved[:3]], since)} == {Drifted.TOO_FEW}


_COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=8)


@given(_COUNTS)
def test_the_stability_index_is_never_negative_and_the_same_both_ways(pairs: list[tuple[int, int]]) -> None:
    old, new = ([pair[side] for pair in pairs] for side in (0, 1))
    index = watch.psi(old, new, smoothing=0.5)
    assert index >= -1e-12
    assert math.isclose(index, watch.psi(new, old, smoothing=0.5), abs_tol=1e-12)
    assert abs(watch.psi(old, old, smoothing=0.5)) < 1e-12


def test_the_command_says_the_figures_and_only_risk_staff_see_them_on_a_page(store: Store) -> None:
    where = {"SELFPROOF_HOME": str(store.home)}
    told = json.loads(CliRunner().invoke(cli.app, ["monitor", "--json"], env=where).output)
    assert (told["decided"], told["referred"] + told["straight"]) == (COUNT, COUNT)
    text = CliRunner().invoke(cli.app, ["monitor", "--since", "2026-01-01"], env=where).output
    assert "drift since 2026-01-01 kinds: PSI" in text
    with pytest.raises(Denied):
        desk(store, "rui", Role.REVIEWER).risk.figures(cases.AS_OF)


def _watch() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import frame, risk_watch

    frame.dress()
    with Store.open() as store:
        risk_watch.show(Desk.of(store, enter(store, os.environ["TEST_TOKEN"])))


def _life() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import frame, risk_life

    frame.dress()
    with Store.open() as store:
        risk_life.show(Desk.of(store, enter(store, os.environ["TEST_TOKEN"])))


def _letter() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import frame, limit

    frame.dress()
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        limit.letter(desk, "A-0001", desk.decisions("A-0001")[-1])


def _said(page: AppTest) -> str:
    assert not page.exception
    return "".join(element.proto.body for element in page.get("html"))


def _click(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


def test_the_page_of_figures_shows_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_TOKEN", token(store, "rita", Role.RISK))
    text = _said(AppTest.from_function(_watch, default_timeout=60).run())
    for told in ("自动通过", "转人工", "人工改动", "随机复核", "矛盾系数"):
        assert told in text
    assert "数量太少" in text


def _drafted(store: Store) -> tuple[Desk, str]:
    ada = desk(store, "ada", Role.RISK)
    return ada, ada.governing.draft(Named("tight", TIGHT)).version


def test_on_the_page_a_policy_is_submitted_by_one_and_published_by_another(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, version = _drafted(store)
    monkeypatch.setenv("TEST_TOKEN", token(store, "ada", Role.RISK))
    hers = _click(AppTest.from_function(_life, default_timeout=60).run(), "提交")
    assert store.policies.get(version).phase is Phase.SUBMITTED
    assert "发布前要先回测" in _said(hers)
    run = runs.begin(store, TIGHT, "tight").id
    assert "正在回测这个版本" in _said(hers.run())
    assert "回测这个版本" not in [button.label for button in hers.button]
    runs.carry_out(store, run)
    ada.governing.add_outcomes([Loan("A-0001", cases.AS_OF, Ended.DEFAULT, Decimal(5_000))])
    told = _said(hers.run())
    assert "要由另一人发布" in told
    assert "违约的 1 份" in told
    assert f"还没有还款结果的 {COUNT - 1} 份" in told
    assert "发布" not in [button.label for button in hers.button]
    monkeypatch.setenv("TEST_TOKEN", token(store, "ben", Role.RISK))
    his = _click(AppTest.from_function(_life, default_timeout=60).run(), "发布")
    assert store.policies.get(version).phase is Phase.PUBLISHED
    assert "现行：tight" in _said(his)
    assert "让它影子运行" not in {button.label for button in his.button}, "beside itself it would say nothing"


def test_on_the_page_the_kill_switch_wants_a_reason_says_what_it_will_do_and_can_be_undone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_TOKEN", token(store, "ada", Role.RISK))
    page = _click(AppTest.from_function(_life, default_timeout=60).run(), "紧急停用：所有生效额度回到原有额度")
    assert "请写明原因" in _said(page)
    assert not store.switches.suspended
    page.text_input[0].input("<b>演练</b>")
    page = _click(page, "紧急停用：所有生效额度回到原有额度")
    stake = desk(store, "ada", Role.RISK).governing.stake()
    told = f"有 {stake.lowered} 份的生效额度会立即回到原有额度：合计从 {money(stake.holding)} 降到 {money(stake.base)}"
    assert f"{COUNT} 份申请中，{told}" in _said(page)
    page = _click(page, "不改动")
    assert not store.switches.suspended
    page.text_input[0].input("<b>演练</b>")
    page = _click(_click(page, "紧急停用：所有生效额度回到原有额度"), "确认紧急停用")
    assert store.switches.suspended
    assert "&lt;b&gt;演练" in _said(page)
    assert "紧急停用已开启" in _said(AppTest.from_function(_watch, default_timeout=60).run())
    page.text_input[0].input("演练结束")
    page = _click(page, "解除紧急停用")
    assert f"合计从 {money(stake.base)} 升到 {money(stake.holding)}" in _said(page)
    page = _click(page, "确认解除")
    assert not store.switches.suspended


def test_a_page_says_since_when_nobody_works(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(store.engine) as connection:  # no worker has ever come to what the portfolio sent
        connection.execute(sa.update(jobs).values(since=time.time() - 3600))
    monkeypatch.setenv("TEST_TOKEN", token(store, "ada", Role.RISK))
    assert f"有 {COUNT} 份申请在等" in _said(AppTest.from_function(_watch, default_timeout=60).run())
    holders.beat(store.home)
    assert "份申请在等" not in _said(AppTest.from_function(_watch, default_timeout=60).run())


def test_a_page_says_in_what_the_worker_reads_otherwise(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_TOKEN", token(store, "ada", Role.RISK))
    holders.beat(store.home)
    holders.tell(store.home, extract.reader())
    assert "设置不一样" not in _said(AppTest.from_function(_watch, default_timeout=60).run())
    monkeypatch.setenv(certificates.FOLDER, str(Path(__file__).parent.parent / "fixtures" / "ca" / "roots"))
    told = _said(AppTest.from_function(_watch, default_timeout=60).run())
    assert "设置不一样：信任的签章根证书（SELFPROOF_TRUST_ROOTS）。" in told


def test_an_owner_takes_the_letter_from_the_page_of_the_limit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = desk(store, "anna", Role.OWNER)
    store.people.give("A-0001", anna.session.account, anna.session.act("give"))
    key = token(store, "anna", Role.OWNER)
    monkeypatch.setenv("TEST_TOKEN", key)
    page = _click(AppTest.from_function(_letter, default_timeout=60).run(), "准备额度说明")
    link = re.search(r'/parcel/([^"]+)"', _said(page))
    assert link
    held = parcels.take(enter(store, key), link[1])
    assert held is not None
    assert (held.name, held.data[:5]) == ("limit-A-0001.pdf", b"%PDF-")


def test_on_the_page_a_challenger_is_put_beside_and_taken_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, version = _drafted(store)
    ada.governing.submit(version)
    monkeypatch.setenv("TEST_TOKEN", token(store, "ada", Role.RISK))
    page = _click(AppTest.from_function(_life, default_timeout=60).run(), "让它影子运行")
    assert store.switches.challenger() == version
    page = _click(page, "停止影子运行")
    assert store.switches.challenger() == ""
    assert not page.exception
