"""Re-scoring: the same as deciding, beside it, interruptible, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from selfproof import cli, pipeline
from selfproof.access import Role
from selfproof.access.risk import masked
from selfproof.batch import bulk, ordered, tally
from selfproof.credit import policy as policies
from selfproof.errors import Denied, PolicyError, StoreError
from selfproof.lifecycle.force import Named
from selfproof.lifecycle.shadow import side
from selfproof.rescoring import runs, table, tabular
from selfproof.store import Store
from selfproof.store.rescored import Rescored, shifts
from selfproof.store.rescores import Stage
from selfproof.store.results import noun
from tests import rescore_samples as samples
from tests.people_samples import desk

ROOT = Path(__file__).parent.parent
STANDARD = policies.text("standard")
COUNT = 6
PATIENCE = 60.0  # seconds: other tests may keep the machine busy


@dataclass(frozen=True)
class Book:
    store: Store
    decisions: tuple[str, ...]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A small portfolio in a store that the tests only add to."""
    folder = tmp_path_factory.mktemp("book")
    with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as store:
        made = samples.portfolio(store, COUNT)
        yield Book(store, tuple(item.decision_id for item in made))


def _run(store: Store, text: str, name: str = "other") -> tuple[str, tuple[Rescored, ...]]:
    run = runs.begin(store, text, name).id
    assert runs.carry_out(store, run) is Stage.DONE
    return run, samples.results(store, run)


def _titled(title: str) -> str:
    """A policy with the standard numbers and a text of its own, so that its runs are its own."""
    return f"# {title}\n{STANDARD}"


def test_the_same_policy_changes_nobody(book: Book) -> None:
    _, found = _run(book.store, STANDARD, "standard")
    assert len(found) == COUNT
    assert all(item.before == item.after and not item.evidence and not item.moved for item in found)
    total = tally.summary(tally.of(found))
    assert (total.same, total.before, total.reasons) == (COUNT, total.after, ())


def test_a_rescore_finds_what_deciding_anew_would(tmp_path: Path) -> None:
    policy = tmp_path / "strict.yaml"
    policy.write_text(samples.stricter(), "utf-8")
    with Store.open(sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db")), tmp_path) as store:
        samples.portfolio(store, 4)
        _, found = _run(store, samples.stricter())
        for item in found:
            if item.after is None:
                with pytest.raises(PolicyError):
                    pipeline.reassess(store, item.application, policy)
            else:
                assert item.after == side(pipeline.reassess(store, item.application, policy).decision)


def test_who_changes_and_why_is_told_and_the_standing_decisions_stay(book: Book) -> None:
    _, found = _run(book.store, samples.stricter())
    total = tally.summary(tally.of(found))
    assert (total.total, total.refused, total.up) == (COUNT, 1, 0)
    assert total.down == COUNT - 1
    assert total.after < total.before
    assert sum(band.before for band in total.bands) == COUNT
    assert sum(band.after for band in total.bands) == COUNT - 1
    for item in found:
        if item.after:
            moved = sum((shift.after or Decimal(0)) - (shift.before or Decimal(0)) for shift in shifts(item))
            assert item.after.base + moved == item.after.recommended - item.before.recommended + item.after.base
    ((error, refused),) = total.refusals
    assert error == "no_trade startup"
    assert table.refusal(error, "zh") == "政策里没有“刚起步”这一类生意"
    (kept,) = (item for item in found if item.after is None)
    assert [table.row(kept, lang)[table.COLUMNS.index("error")] for lang in (None, "en")] == [
        error, 'The policy has no trade "Just starting"',
    ]  # fmt: skip
    assert (refused, total.before) == (1, sum(item.before.effective for item in found if item.after)), "like with like"
    assert tuple(book.store.decisions(item.application)[-1] for item in found) == book.decisions


def test_the_largest_change_comes_first(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    run, found = _run(book.store, samples.stricter())
    monkeypatch.setattr(ordered, "_SORTED", 2)
    results = book.store.rescores.results(run)
    rows = [noun(row) for part in ordered.changed(results) for row in part.iter_rows(named=True)]
    changes = [abs(item.change) for item in rows]
    assert changes == sorted(changes, reverse=True)
    assert sorted(rows, key=lambda item: item.application) == list(found), "each once, although they come in parts"
    first = tally.largest(results.ask, "down", 1, 2)["application"].to_list()
    down = [item for item in found if item.change < 0]
    down.sort(key=lambda item: (item.change, item.application))
    assert first == [item.application for item in down[1:3]]


def test_a_run_that_is_done_is_not_taken_up_again_and_a_new_one_begins(book: Book) -> None:
    run, _ = _run(book.store, _titled("done"))
    with pytest.raises(StoreError, match="done"):
        runs.carry_out(book.store, run)
    assert runs.begin(book.store, _titled("done"), "again").id != run


def test_reading_facts_into_rows_is_told_as_progress_too(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_LOOK", 0.0)
    monkeypatch.setattr(bulk, "GROUP", 1)
    steps: list[tuple[int, int]] = []
    other = STANDARD.replace("feed_margin: 1.10", "feed_margin: 1.20")
    run = runs.begin(book.store, other, "other checks").id
    assert runs.carry_out(book.store, run, lambda *step: steps.append(step)) is Stage.DONE
    assert steps == sorted(steps)
    assert {step for step in steps if step[1] == 2 * COUNT} >= {(done, 2 * COUNT) for done in range(2, 2 * COUNT + 1)}


def test_a_cancelled_run_keeps_what_it_has_and_goes_on_later(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_LOOK", 0.0)
    monkeypatch.setattr(bulk, "GROUP", 1)
    store, run = book.store, runs.begin(book.store, _titled("cancelled"), "other").id

    def cancel(done: int, _total: int) -> None:
        if done == 2:
            store.rescores.say(run, Stage.CANCELLED)

    assert runs.carry_out(store, run, cancel) is Stage.CANCELLED
    assert store.rescores.get(run).stage is Stage.CANCELLED
    assert store.rescores.get(run).scored == 2
    with pytest.raises(StoreError, match="cancelled"):
        runs.carry_out(store, run)
    assert runs.begin(store, _titled("cancelled"), "other").id == run
    told: list[int] = []
    assert runs.carry_out(store, run, lambda done, _total: told.append(done)) is Stage.DONE
    assert (told[0], told[-1]) == (2, COUNT)
    assert len(samples.results(store, run)) == COUNT


def test_two_processes_do_not_carry_out_one_run(book: Book) -> None:
    run = runs.begin(book.store, _titled("twice"), "other").id
    with book.store.present() as holder:
        book.store.rescores.take(run, holder)
        assert book.store.rescores.get(run).alive
        with pytest.raises(StoreError, match="being carried out"):
            runs.carry_out(book.store, run)
    assert not book.store.rescores.get(run).alive
    assert runs.carry_out(book.store, run) is Stage.DONE


def test_a_run_whose_process_was_killed_goes_on_where_it_was(book: Book) -> None:
    run = runs.begin(book.store, _titled("killed"), "other").id
    script = (
        "import sys, time; from selfproof.rescoring import runs; from selfproof.store import Store; runs._LOOK = 0.0\n"
        "from selfproof.batch import bulk; bulk.GROUP = 1\n"
        "with Store.open() as store:\n"
        "    runs.carry_out(store, sys.argv[1], lambda done, total: time.sleep(60 if done == 3 else 0))"
    )
    process = subprocess.Popen([sys.executable, "-c", script, run], env=_environment(book.store), cwd=ROOT)
    _wait(lambda: book.store.rescores.get(run).scored == 3)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    left = book.store.rescores.get(run)
    assert (left.stage, left.alive, left.scored) == (Stage.RUNNING, False, 3)
    first: list[int] = []
    assert runs.carry_out(book.store, run, lambda done, _total: first.append(done)) is Stage.DONE
    assert first[0] == 3, "what was kept is not computed again"
    assert all(item.before == item.after for item in samples.results(book.store, run))


def _environment(store: Store) -> dict[str, str]:
    return {**os.environ, **_places(store), "PYTHONPATH": str(ROOT)}


def _places(store: Store) -> dict[str, str]:
    return {"SELFPROOF_DATABASE": store.address, "SELFPROOF_HOME": str(store.home)}


def _wait(until: object) -> None:
    assert callable(until)
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def test_what_is_erased_leaves_the_results(store: Store) -> None:
    samples.portfolio(store, 2)
    run, found = _run(store, samples.stricter())
    store.erase(found[1].application)
    assert [item.application for item in samples.results(store, run)] == [found[0].application]
    assert store.rescores.get(run).scored == 1


def test_new_facts_since_the_standing_decision_are_told_apart_from_the_policy(store: Store) -> None:
    made = samples.portfolio(store, 2)[1].application
    store.people.bring(replace(made, facts=()), {})
    _, found = _run(store, STANDARD)
    assert [item.evidence for item in found] == [False, True]


def test_a_batch_knows_of_other_applicants_what_each_would_ask(store: Store) -> None:
    samples.portfolio(store, 3)
    keys = {"A-0000": ("a", "b"), "A-0001": ("b", "c"), "A-0002": ("c",)}
    for application, own in keys.items():
        store.add_fingerprints(application, [(f"{application}-{key}", key) for key in own])
        store.likeness.add(application, [(application, "ff" * 32)])
    twin = replace(samples.application(2), id="A-twin")
    store.people.bring(twin, {})
    store.add_fingerprints(twin.id, [("twin", "c")])
    batch = store.rescores.portfolio()
    for application, asked in {**keys, twin.id: ("c",)}.items():
        each, own = store.lookup(application), batch.beside(store.application(application))
        assert own.photos() == each.photos()
        assert [own.others(key) for key in asked] == [each.others(key) for key in asked]
    assert batch.beside(store.application("A-0002")).others("c") == ("A-0001-c",), (
        "a twin of the same applicant is no other"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name: [", "line"),
        ("name: x\nlimit: {entry: -1}\n", "line 2"),
        ("[" * 3_000, "deep"),
        ("a: 2026-99-99", "month"),
        ("x" * 500_000, "longer"),
        ("just words", "policy"),
    ],
)
def test_a_policy_that_does_not_hold_together_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(PolicyError, match=reason):
        runs.policy_of(text, "mine")


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_no_text_of_a_policy_does_anything_but_hold_or_be_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        runs.policy_of(text, "mine")


def test_only_risk_staff_rescore_and_every_look_is_logged(book: Book) -> None:
    for role in (Role.OWNER, Role.REVIEWER, Role.ADMIN):
        stranger = desk(book.store, f"some {role}", role)
        with pytest.raises(Denied):
            stranger.risk.rescore(STANDARD, "standard")
        with pytest.raises(Denied):
            stranger.risk.runs()
    risk, (run, found) = desk(book.store, "rita", Role.RISK).risk, _run(book.store, _titled("looked at"))
    assert risk.summary(run).total == COUNT
    assert risk.largest(run, "all", 0, 5) == []
    item, name = risk.result(run, found[1].application)
    whole = risk.name(found[1].application)
    assert item == found[1]
    assert (name, whole) == (masked(whole), samples.application(1).applicant.name)
    acts = {entry.act for entry in book.store.people.log() if entry.role == Role.RISK}
    assert {"look_portfolio", "look_decision", "look_file"} <= acts
    with pytest.raises(Denied):
        risk.result(run, "A-9999")
    with pytest.raises(Denied):
        risk.progress("R-unknown")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n-2", "＝1", samples.HOSTILE]
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    row = next(csv.reader(io.StringIO(tabular.csv_bytes(["a"], [[text]]).decode("utf-8-sig").partition("\n")[2])))
    assert row[0] == f"'{text}"
    book = tabular.xlsx_bytes(["a"], [[text]])
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert "<hyperlink" not in parts.read("xl/worksheets/sheet1.xml").decode().lower()
    assert str(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1][0])[0] == "'"


def test_numbers_stay_numbers() -> None:
    row: list[tabular.Cell] = [Decimal("-1234.50"), -3, 0.25, "", None, "青禾"]
    assert tabular.csv_bytes(["x"] * 6, [row]).decode("utf-8-sig").splitlines()[1] == '-1234.50,-3,0.25,"","","青禾"'
    (cells,) = (
        CalamineWorkbook.from_filelike(io.BytesIO(tabular.xlsx_bytes(["x"] * 6, [row])))
        .get_sheet_by_index(0)
        .to_python()[1:]
    )
    assert cells == [-1234.5, -3.0, 0.25, "", "", "青禾"]


@given(st.lists(st.one_of(st.text(), st.decimals(allow_nan=True), st.floats(), st.integers()), min_size=1))
def test_no_cell_of_text_begins_like_a_formula(row: list[tabular.Cell]) -> None:
    for cell in row:
        safe = tabular._safe(cell)
        assert not isinstance(safe, str) or not safe.lstrip().startswith(tuple("=+-@"))


def _commanded(store: Store, policy: object, *options: object) -> Result:
    arguments = ["rescore", "--policy", str(policy), *map(str, options)]
    return CliRunner(env=_places(store)).invoke(cli.app, arguments)


def test_the_command_prints_writes_and_goes_on(book: Book, tmp_path: Path) -> None:
    policy = tmp_path / "strict.yaml"
    policy.write_text(_titled("command").replace("turnover_cap: 0.25", "turnover_cap: 0.10"), "utf-8")
    out = [tmp_path / "all.csv", tmp_path / "all.xlsx"]
    done = _commanded(book.store, policy, "--json", "--csv", out[0], "--xlsx", out[1])
    assert done.exit_code == 0
    content = json.loads(done.stdout)
    assert (content["applications"], content["refused"]) == (COUNT, 0)
    assert len(content["changed"]) == content["up"] + content["down"] + content["recommended_only"]
    with out[0].open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == COUNT
    assert tuple(rows[0]) == table.COLUMNS
    sheet = CalamineWorkbook.from_path(str(out[1])).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[1:]] == [row["application"] for row in rows]


def test_a_stored_version_is_rescored_by_its_hash_and_by_its_name(book: Book) -> None:
    text = _titled("booked").replace("turnover_cap: 0.25", "turnover_cap: 0.10")
    drafted = desk(book.store, "rike", Role.RISK).governing.draft(Named("booked", text))
    found = [json.loads(_commanded(book.store, name, "--json").stdout) for name in (drafted.version[:12], "booked")]
    assert found[0]["policy"] == found[1]["policy"]
    assert found[0]["down"] == found[1]["down"] > 0
    assert book.store.rescores.policy_text(found[0]["rescore"]) == text


def test_a_wrong_policy_ends_the_command_with_line_and_reason(book: Book, tmp_path: Path) -> None:
    policy = tmp_path / "wrong.yaml"
    policy.write_text(STANDARD.replace("turnover_cap: 0.25", "turnover_cap: 25"), "utf-8")
    done = _commanded(book.store, policy)
    assert done.exit_code == 1
    assert "line " in done.stderr
    assert "turnover_cap" in done.stderr


def test_a_run_in_a_process_of_its_own_outlives_the_call(book: Book) -> None:
    before = threading.active_count()
    run = desk(book.store, "rita", Role.RISK).risk.rescore(_titled("launched"), "mine")
    _wait(lambda: book.store.rescores.get(run.id).stage is Stage.DONE)
    _wait(lambda: threading.active_count() <= before)
    assert len(samples.results(book.store, run.id)) == COUNT
