"""Policies that live: four eyes, a back-test first, the one in force on the day decides, and a kill switch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from typer.testing import CliRunner

from selfproof import cli, pipeline
from selfproof.access import Desk, Role, people
from selfproof.access.standing import standing
from selfproof.credit import policy as policies
from selfproof.credit.decide import ENGINE
from selfproof.errors import Denied, NotFound, PolicyError
from selfproof.lifecycle import compare, force, shadow
from selfproof.lifecycle.force import Named
from selfproof.monitoring.backtest import backtest
from selfproof.rescoring import runs
from selfproof.store import Store
from selfproof.store.policy_book import Phase, in_force
from selfproof.store.rescores import Stage
from selfproof.store.switches import Ended, Loan
from tests import rescore_samples as samples
from tests.people_samples import PASSWORD, desk, paused

ROOT = Path(__file__).parent.parent
STANDARD = policies.text("standard")
TIGHT = STANDARD.replace("turnover_cap: 0.25", "turnover_cap: 0.10").replace("name: standard", "name: tight")
SHORT = timedelta(days=1)


@dataclass(frozen=True)
class House:
    """A store with decided applications, and two people of risk staff."""

    store: Store
    ada: Desk
    ben: Desk


def _open(home: Path) -> Store:
    return Store.open(sa.URL.create("sqlite", database=str(home / "selfproof.db")), home)


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with three applications, made once; every test has a copy of its own."""
    home = tmp_path_factory.mktemp("decided") / "home"
    home.mkdir()
    with _open(home) as store:
        samples.portfolio(store, 3)
        for name in ("ada", "ben"):
            people.add(store, name, Role.RISK, PASSWORD, act=people.by_system("add_account", name))
    return home


@pytest.fixture
def house(decided: Path, tmp_path: Path) -> Iterator[House]:
    home = shutil.copytree(decided, tmp_path / "home")
    with _open(home) as store:
        yield House(store, desk(store, "ada", Role.RISK), desk(store, "ben", Role.RISK))


def _tested(house: House, text: str, name: str = "tight") -> str:
    """Submitted by Ada, and back-tested."""
    version = house.ada.governing.draft(Named(name, text)).version
    house.ada.governing.submit(version)
    run = runs.begin(house.store, text, name)
    assert runs.carry_out(house.store, run.id) is Stage.DONE
    return version


def _published(house: House, text: str = TIGHT) -> str:
    version = _tested(house, text)
    house.ben.governing.publish(version, house.ben.governing.today)
    return version


def _as_of(house: House, day: date, number: int = 1) -> pipeline.Assessment:
    """One of the applications decided anew, as of another day."""
    house.store.save_application(replace(house.store.application(f"A-{number:04}"), as_of=day))
    return pipeline.reassess(house.store, f"A-{number:04}")


def test_a_version_is_a_hash_of_the_numbers_and_not_of_layout(house: House) -> None:
    first = house.ada.governing.draft(Named("tight", TIGHT))
    again = house.ben.governing.draft(Named("tight", f"# another comment\n{TIGHT}"))
    assert first == again
    assert again.writers == {house.ada.session.account}
    assert first.version == policies.parse(TIGHT).version


def test_the_author_cannot_publish_and_nobody_can_without_a_back_test(house: House) -> None:
    version = house.ada.governing.draft(Named("tight", TIGHT)).version
    today = house.ada.governing.today
    with pytest.raises(PolicyError, match="a draft policy cannot be published"):
        house.ben.governing.publish(version, today)
    house.ada.governing.submit(version)
    with pytest.raises(PolicyError, match="no finished back-test"):
        house.ben.governing.publish(version, today)
    other = runs.begin(house.store, STANDARD, "standard")
    runs.carry_out(house.store, other.id)
    with pytest.raises(PolicyError, match="no finished back-test"):
        house.ben.governing.publish(version, today)
    run = runs.begin(house.store, TIGHT, "tight")
    runs.carry_out(house.store, run.id)
    with pytest.raises(PolicyError, match="wrote or submitted"):
        house.ada.governing.publish(version, today)
    kept = house.ben.governing.publish(version, today)
    assert (kept.phase, kept.events[-1].note) == (Phase.PUBLISHED, run.id)


def test_whoever_submits_what_another_wrote_cannot_publish_it_either(house: House) -> None:
    version = house.ada.governing.draft(Named("tight", TIGHT)).version
    house.ben.governing.submit(version)
    runs.carry_out(house.store, runs.begin(house.store, TIGHT, "tight").id)
    for somebody in (house.ada, house.ben):
        with pytest.raises(PolicyError, match="wrote or submitted"):
            somebody.governing.publish(version, somebody.governing.today)


def test_a_policy_is_never_published_for_days_that_are_past(house: House) -> None:
    version, today = _tested(house, TIGHT), house.ben.governing.today
    with pytest.raises(PolicyError):
        house.ben.governing.publish(version, today - SHORT)
    with pytest.raises(PolicyError):
        house.ben.governing.publish(version, today, today)


def test_the_policy_in_force_on_the_applications_day_decides_and_both_decisions_replay(house: House) -> None:
    before = pipeline.current(house.store, "A-0001")
    assert before is not None
    version, today = _published(house), house.ben.governing.today
    held = _as_of(house, today)
    assert held.decision.policy == version
    assert _as_of(house, today - SHORT).decision.policy == policies.load("standard").version
    for decision in (before.decision_id, held.decision_id):
        stored, anew = pipeline.replay(house.store, decision)
        assert stored == anew


def test_no_decision_goes_around_a_published_policy(house: House) -> None:
    version, today = _published(house), house.ben.governing.today
    _as_of(house, today)
    with pytest.raises(PolicyError, match="standard is not in force"):
        pipeline.reassess(house.store, "A-0001", "standard")
    assert pipeline.reassess(house.store, "A-0001", version).decision.policy == version
    house.ada.governing.retire(version, today)
    assert pipeline.reassess(house.store, "A-0001", "standard").decision.policy != version


def test_retiring_brings_back_what_held_before_and_a_term_ends_by_itself(house: House) -> None:
    first, today = _published(house), house.ben.governing.today
    looser = TIGHT.replace("turnover_cap: 0.10", "turnover_cap: 0.20")
    second = _tested(house, looser, "looser")
    house.ben.governing.publish(second, today, today + 5 * SHORT)
    held = {day: in_force(house.store.policies.every(), today + day * SHORT) for day in (-1, 0, 4, 5)}
    assert [found.version if found else None for found in held.values()] == [None, second, second, first]
    house.ada.governing.retire(second, today + SHORT)
    assert [in_force(house.store.policies.every(), today + day * SHORT) for day in (0, 1)] == [
        house.store.policies.get(second),
        house.store.policies.get(first),
    ]
    house.ada.governing.retire(first, today)
    assert in_force(house.store.policies.every(), today + SHORT) is None
    with pytest.raises(PolicyError, match="a retired policy cannot be retired"):
        house.ada.governing.retire(first, today)
    house.ada.governing.submit(first)
    assert house.ben.governing.publish(first, today).phase is Phase.PUBLISHED


def test_a_policy_that_does_not_hold_together_is_never_kept(house: House) -> None:
    wrong = TIGHT.replace("invoice_not_void: {stop: S3}", "invoice_not_viod: {stop: S3}")
    with pytest.raises(PolicyError, match=r"line \d+: checks.invoice_not_viod: no check has this name"):
        house.ada.governing.draft(Named("tight", wrong))
    assert house.store.policies.every() == ()
    with pytest.raises(NotFound):
        house.store.policies.get("")


def test_a_file_is_its_bringers_until_it_is_submitted_or_discarded(house: House) -> None:
    for name, text in {"loose": STANDARD, "tight": "a: b", "worse": "no: policy"}.items():
        house.ada.governing.keep(Named(name, text))
    house.ada.governing.keep(Named("tight", TIGHT))
    assert [file.name for file in house.ada.governing.files()] == ["tight", "worse", "loose"]
    assert house.ben.governing.files() == ()
    house.ada.governing.draft(Named("tight", TIGHT))
    assert len(house.ada.governing.files()) == 3
    house.ada.governing.submit(policies.parse(TIGHT).version)
    house.ada.governing.discard("worse")
    assert house.ada.governing.files() == (Named("loose", STANDARD),)


def test_every_move_is_in_the_audit_log_and_nobody_but_risk_staff_makes_one(house: House) -> None:
    version = _published(house)
    house.ben.governing.retire(version, house.ben.governing.today)
    acts = [entry.act for entry in reversed(house.store.people.log())]
    moves = ("draft_policy", "submit_policy", "publish_policy", "retire_policy")
    assert [act for act in acts if act.endswith("_policy")] == list(moves)
    assert house.store.people.verify_log().broken is None
    for role in (Role.OWNER, Role.REVIEWER, Role.ADMIN):
        stranger = desk(house.store, f"some {role}", role).governing
        for act in (stranger.every, stranger.shadows, stranger.turns):
            with pytest.raises(Denied):
                act()
        with pytest.raises(Denied):
            stranger.turn(on=True, reason="x")
        with pytest.raises(Denied):
            stranger.publish(version, house.ben.governing.today)


def test_what_differs_is_told_place_by_place(house: House) -> None:
    version = house.ada.governing.draft(Named("tight", TIGHT)).version
    found = {item.place: (item.before, item.after) for item in house.ada.governing.differences(version)}
    assert found == {"name": ("standard", "tight"), "limit.turnover_cap": ("0.25", "0.1")}
    less = TIGHT.replace("  invoice_not_void: {stop: S3}\n", "")
    gone = compare.differences(policies.parse(TIGHT), policies.parse(less))
    assert ("checks.invoice_not_void.stop", "S3", "—") in [(item.place, item.before, item.after) for item in gone]
    assert all(item.after == "—" for item in gone)


def test_the_kill_switch_returns_every_effective_limit_to_its_base_and_can_be_undone(house: House) -> None:
    raised = standing(house.store, "A-0002")
    assert raised is not None
    assert raised.effective > raised.decision.base
    house.ada.governing.turn(on=True, reason="试验")
    held = standing(house.store, "A-0002")
    assert held is not None
    assert held.suspended
    assert held.effective == held.decision.base
    new = pipeline.reassess(house.store, "A-0002")
    assert new.effective == new.decision.base < new.decision.effective
    house.ben.governing.turn(on=False, reason="好了")
    assert standing(house.store, "A-0002") == raised
    assert [turn.on for turn in house.ada.governing.turns()] == [False, True]
    assert pipeline.replay(house.store, new.decision_id)[0] == pipeline.replay(house.store, new.decision_id)[1]


def test_what_the_kill_switch_moves_is_told_before_and_holds_what_reviewers_released(house: House) -> None:
    decision = paused(house.store, "A-0001", house.store.facts("A-0001"))
    desk(house.store, "rui", Role.REVIEWER).review.release("A-0001", decision)

    def limits() -> list[Decimal]:
        found = (standing(house.store, name) for name, _ in house.store.people.newest_decisions())
        return [item.effective for item in found if item is not None]

    told, before = house.ada.governing.stake(), limits()
    house.ada.governing.turn(on=True, reason="试验")
    assert house.ben.governing.stake() == told
    fallen = [(old, new) for old, new in zip(before, limits(), strict=True) if old != new]
    assert (told.every, told.lowered) == (3, len(fallen))
    assert (told.holding, told.base) == tuple(map(sum, zip(*fallen, strict=True)))
    assert Decimal(300_000) in before


def test_a_challenger_decides_beside_and_never_in_the_way(house: House) -> None:
    without_startups = samples.stricter().replace("name: standard", "name: strict")
    version = house.ada.governing.draft(Named("strict", without_startups)).version
    with pytest.raises(PolicyError, match="submitted or published"):
        house.ada.governing.challenge(version)
    house.ada.governing.submit(version)
    house.ada.governing.challenge(version)
    before = house.store.decisions("A-0001")
    champion = [pipeline.reassess(house.store, name) for name in house.store.applications()]
    assert house.store.decisions("A-0001") == before, "the same decision from the same inputs is the same"
    found = {item.application: item for item in house.ada.governing.shadows()}
    assert set(found) == set(house.store.applications())
    assert "startup" in found["A-0000"].error
    for made in champion[1:]:
        item = found[made.application.id]
        assert item.decision == made.decision_id
        assert item.before == shadow.side(made.decision)
        assert item.after is not None
        assert item.after.policy == version
    house.ada.governing.challenge("")
    assert house.ada.governing.shadows() == ()


def test_a_back_test_weighs_outcomes_and_elsewhere_says_what_would_change(house: House) -> None:
    day = house.ada.governing.today
    house.ada.governing.add_outcomes([Loan("A-0001", day, Ended.LATE, Decimal(0))])
    house.ada.governing.add_outcomes([Loan("A-0001", day, Ended.DEFAULT, Decimal(80_000))])
    run = runs.begin(house.store, TIGHT, "tight")
    runs.carry_out(house.store, run.id)
    results = samples.results(house.store, run.id)
    found = backtest(house.store.rescores.results(run.id).ask, house.store.switches.outcomes())
    (fate,) = found.known
    moved = next(item for item in results if item.application == "A-0001")
    assert moved.after is not None
    assert (fate.state, fate.applications) == (Ended.DEFAULT, 1)
    assert (fate.before, fate.after) == (moved.before.effective, moved.after.effective)
    assert fate.loss_after == (80_000 * fate.after / fate.before).quantize(Decimal("0.01")) < fate.loss
    assert found.unknown.total == 2


def test_a_policy_is_found_by_name_file_or_the_beginning_of_its_version(house: House, tmp_path: Path) -> None:
    path = tmp_path / "tight.yaml"
    path.write_text(f"# other words\n{TIGHT}", "utf-8")
    assert force.kept(house.store, str(path)).text == path.read_text("utf-8")
    version = house.ada.governing.draft(Named("tight", TIGHT)).version
    assert force.kept(house.store, str(path)).text == TIGHT, "what is back-tested is the text that is kept"
    assert force.named(house.store, version[:8]).text == TIGHT
    assert force.named(house.store, "standard").text == STANDARD
    with pytest.raises(PolicyError):
        force.stored(house.store, "standard")


def _command(house: House, *arguments: str | Path, word: str = "") -> Result:
    where = {"SELFPROOF_HOME": str(house.store.home)}
    return CliRunner().invoke(cli.app, ["policy", *map(str, arguments)], input=f"{word}\n", env=where)


def test_the_commands_carry_a_policy_through_its_life(house: House, tmp_path: Path) -> None:
    path = tmp_path / "tight.yaml"
    path.write_text(TIGHT, "utf-8")
    assert _command(house, "check", path).exit_code == 0
    assert "turnover_cap: 0.25 → 0.1" in _command(house, "diff", path).output
    assert _command(house, "submit", path, "--as", "ada", word="wrong").exit_code == 1
    assert _command(house, "submit", path, "--as", "ada", word=PASSWORD).output.endswith("submitted\n")
    tested = json.loads(_command(house, "backtest", path, "--json").output)
    assert tested["without_outcome"]["applications"] == 3
    refused = _command(house, "publish", path, "--as", "ada", word=PASSWORD)
    assert (refused.exit_code, "wrote or submitted" in refused.output) == (1, True)
    assert _command(house, "publish", path, "--as", "ben", word=PASSWORD).output.endswith("published\n")
    listed = json.loads(_command(house, "list", "--json").output)
    assert listed["in_force"] == policies.parse(TIGHT).version
    assert [event["by"] for event in listed["versions"][0]["events"]] == ["ada", "ada", "ben"]
    assert "name: tight" in _command(house, "show").output
    assert "name: standard" in _command(house, "show", "--on", "2020-01-01").output


def test_the_commands_for_challenger_outcomes_and_kill_switch(house: House, tmp_path: Path) -> None:
    version = _published(house)
    assert _command(house, "shadow", version[:10], "--as", "ada", word=PASSWORD).exit_code == 0
    assert house.store.switches.challenger() == version
    loans = tmp_path / "loans.csv"
    loans.write_text("application,day,state,loss\nA-0001,2026-03-01,default,1200.50\n", "utf-8")
    assert _command(house, "outcomes", loans, "--as", "ada", word=PASSWORD).exit_code == 0
    assert house.store.switches.outcomes()["A-0001"].loss == Decimal("1200.50")
    loans.write_text("application,day,state,loss\nA-0001,someday,default,1\n", "utf-8")
    assert "someday" in _command(house, "outcomes", loans, "--as", "ada", word=PASSWORD).output
    assert _command(house, "kill", "--reason", "drill").exit_code == 0
    assert house.store.switches.suspended
    assert "kill switch is on" in _command(house, "list").output
    assert _command(house, "restore", "--reason", "over", "--as", "ben", word=PASSWORD).exit_code == 0
    assert not house.store.switches.suspended
    assert _command(house, "retire", version, "--as", "ada", word=PASSWORD).output.endswith("retired\n")
    assert _command(house, "draft", "standard.yaml", "--as", "ada", word=PASSWORD).exit_code == 1


def test_a_policy_lives_on_either_kind_of_database(store: Store) -> None:
    ada, ben = (desk(store, name, Role.RISK).governing for name in ("ada", "ben"))
    version = ada.draft(Named("tight", TIGHT)).version
    ada.submit(version)
    store.rescores.say(store.rescores.begin("tight", TIGHT, ENGINE), Stage.DONE)
    ben.publish(version, ben.today, ben.today + SHORT)
    assert [store.policies.text_on(ben.today + day * SHORT) for day in (-1, 0, 1)] == [None, TIGHT, None]
    ada.turn(on=True, reason="drill")
    assert store.switches.suspended
    ada.retire(version, ada.today)
    assert store.policies.text_on(ben.today) is None
    ada.submit(version)
    assert ben.give_back(version, "too tight").phase is Phase.DRAFT
