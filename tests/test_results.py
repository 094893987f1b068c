"""What re-scores found lies in files: carried over from older stores, one row an application, never what was erased."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from pydantic import TypeAdapter

import selfproof.store
from selfproof import pipeline
from selfproof.batch import bulk, tally, told
from selfproof.credit import policy as policies
from selfproof.credit.reasons import money
from selfproof.model import Message
from selfproof.rescoring import report, runs, table
from selfproof.store import Store, ledger, parts, results
from selfproof.store.codec import dump
from selfproof.store.rescored import Rescored, Side, Step, shifts
from selfproof.store.rescores import Found, Pace, Phase, Stage
from selfproof.store.schema import photo_turns
from tests import rescore_samples as samples
from tests.store_samples import fact
from ui import risk_result

STANDARD = policies.text("standard")
_STEPS = (Step("E1", "declared", Decimal("150.5")),)
_OLD = Side(Decimal(100), Decimal(300), Decimal("250.50"), "need", "p", "e", _STEPS)
_WHY = (Message("a.b", {"b": "1.2"}),)
_NEW = replace(_OLD, effective=Decimal(90), steps=(Step("X1", "invoicing", Decimal(-10)),), review=_WHY)
NOTHING = pl.DataFrame(schema=results.ASIDE)
ASIDE = pl.DataFrame([("A-0000", "D-1", 1, "KeyError")], schema=results.ASIDE, orient="row")
MOVED = Rescored("A-1", "D-2", "shop", _OLD, _NEW, evidence=True)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A small portfolio that has been re-scored once, so that its rows are read."""
    folder = tmp_path_factory.mktemp("results")
    with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as opened:
        samples.portfolio(opened, 4)
        runs.carry_out(opened, runs.begin(opened, STANDARD, "standard").id)
        yield opened


def test_a_row_shows_the_limits_that_change_the_recommended_ones_where_those_that_hold_stay() -> None:
    higher = replace(_OLD, recommended=_OLD.recommended + 50)
    amounts = {name: f"¥{limit:,.0f}" for name, limit in (("old", _OLD.recommended), ("new", higher.recommended))}
    assert risk_result._limits(replace(MOVED, after=higher)) == f"建议 {amounts['old']} → {amounts['new']}"
    assert risk_result._limits(MOVED) == f"¥{_OLD.effective:,.0f} → ¥90"
    assert risk_result._limits(replace(MOVED, after=None)).endswith("→ 无法评分")


def test_a_result_is_the_same_before_and_after_it_was_kept() -> None:
    found = [MOVED, Rescored("A-2", "D-3", "truck", _OLD, None, error="unknown trade"), replace(MOVED, after=_OLD)]
    rows = results.frame(found)
    assert [results.noun(row) for row in rows.iter_rows(named=True)] == found
    for item, row in zip(found, rows.iter_rows(named=True), strict=True):
        told_of = [(one["code"], one["step"], one["before"], one["after"]) for one in row["shifts"]]
        assert told_of == [(one.code, one.step, _cents(one.before), _cents(one.after)) for one in shifts(item)]
    with pytest.raises(ValueError, match="cents"):
        results.frame([replace(MOVED, before=replace(_OLD, base=Decimal("0.005")))])


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(100 * amount)


def test_half_a_cent_is_rounded_in_tables_as_one_by_one() -> None:
    amounts = [1.015, 308.625, 0.125, 0.285, -1.015, 2.675, 0.0, 1e9 + 0.005, 123456789.125, 0.1 + 0.2, -0.005]
    assert told.cents(pl.Series(amounts)).to_list() == [int(100 * money(amount)) for amount in amounts]


_COLUMNS = "number, id, application, version, policy, engine, facts, findings, content, at"


def _old_store(url: sa.URL) -> None:
    """A database of the version before, with two runs and a result that a later one replaced."""
    config = Config()
    config.set_main_option("script_location", str(Path(selfproof.store.__file__).parent / "migrations"))
    engine, adapter = sa.create_engine(url), TypeAdapter(Rescored)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "v0010")
        add = "INSERT INTO"
        for statement in (
            f"{add} applications VALUES ('A-1', 'now'), ('A-2', 'now')",
            f"{add} policies VALUES ('p', 'text')",
            f"{add} application_versions VALUES (1, 'A-1', 'm', '', 'now')",
            f"{add} decisions ({_COLUMNS}) VALUES (7, 'D-2', 'A-1', 1, 'p', 'e', '[]', '[]', '', 'now')",
            f"{add} rescores VALUES (1, 'R-1', 'one', 'p', 'e', 2, 'now'), (2, 'R-2', 'two', 'p', 'e', 2, 'now')",
            f"{add} rescore_events VALUES ('R-1', 1, 'done', '', 'now')",
        ):
            connection.execute(sa.text(statement))
        connection.execute(sa.text(f"{add} photos VALUES ('A-1', 'd', :pdq)"), {"pdq": "0f" * 32})
        turned = dump(fact("document.pdq.turned", "3c" * 32, document="d"))
        insert = f"{add} facts (application, id, document, name, content) VALUES ('A-1', 'f', 'd', :name, :content)"
        connection.execute(sa.text(insert), {"name": "document.pdq.turned", "content": turned})
        rows = [
            ("R-1", replace(MOVED, decision="D-1")),
            ("R-1", MOVED),
            ("R-1", Rescored("A-2", "D-3", "shop", _OLD, None, error="x")),
        ]
        for run, item in rows:
            values = {"run": run, "of": item.application, "made": item.decision}
            values["text"] = adapter.dump_json(item).decode()
            insert = f"{add} rescore_results (rescore, application, decision, content) VALUES (:run, :of, :made, :text)"
            connection.execute(sa.text(insert), values)
    engine.dispose()


def test_results_of_older_stores_are_carried_over_and_a_second_start_finds_them(
    empty_database: sa.URL, tmp_path: Path
) -> None:
    _old_store(empty_database)
    old = {"application": "A-1", "region": "33", "invoicing.0.level": 4, "receipts.0.level": None, "photos": True}
    old |= {"feed.bank.0": None, "orders.total.1": None, "declared": 5.0}
    (tmp_path / "home/snapshots/key").mkdir(parents=True)
    pl.DataFrame([old]).write_parquet(tmp_path / "home/snapshots/key/shop=.0.parquet")
    for _ in range(2):
        with Store.open(empty_database, tmp_path / "home") as store:
            assert samples.results(store, "R-1") == (MOVED, Rescored("A-2", "D-3", "shop", _OLD, None, error="x"))
            assert samples.results(store, "R-2") == ()
            assert [(run.id, run.stage, run.scored) for run in store.rescores.newest()] == [
                ("R-2", Stage.QUEUED, 0),
                ("R-1", Stage.DONE, 2),
            ]
            rows = pl.concat(store.rescores.results("R-1").frames())
            assert rows.select("application", "number", "region", "shown").sort("application").rows() == [
                ("A-1", 7, "33", "invoicing photos declared"),
                ("A-2", None, None, None),
            ]
            assert tally.summary(store.rescores.results("R-1").ask).refused == 1
            assert store.likeness.waiting() == ("A-1",)
            with store.engine.begin() as connection:
                assert connection.execute(sa.select(photo_turns)).one() == ("A-1", "d", "3c" * 32)


def test_a_run_that_is_taken_up_again_drops_what_stands_no_more_and_doubles_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "_LOOK", 0.0)
    monkeypatch.setattr(bulk, "GROUP", 1)
    run = runs.begin(store, f"# again\n{STANDARD}", "again").id

    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.carry_out(store, run, stop)
    first = samples.results(store, run)
    assert len(first) >= 3
    case = store.application(first[0].application)
    store.save_application(replace(case, existing_limit=case.existing_limit + 10_000))
    made = pipeline.reassess(store, case.id)
    assert made.decision_id != first[0].decision
    assert runs.carry_out(store, run) is Stage.DONE
    found = samples.results(store, run)
    assert [item.application for item in found] == sorted(store.applications())
    assert found[0].decision == made.decision_id
    assert found[1:3] == first[1:3]
    assert len(list(store.rescores.results(run).frames())) == 1, "small files are put together"
    assert store.rescores.get(run).scored == len(found)


def test_an_application_that_cannot_be_verified_is_set_aside_with_the_reason_and_tried_again_later(
    store: Store,
) -> None:
    text = STANDARD.replace("feed_margin: 1.10", "feed_margin: 1.15")
    for _ in range(2):
        run = runs.begin(store, text, "broken")
        with samples.damaged(store, "A-0001"):
            assert runs.carry_out(store, run.id) is Stage.ASIDE
        left = store.rescores.get(run.id)
        assert (left.stage, left.open, left.scored, left.aside) == (Stage.ASIDE, True, 3, 1)
    found = store.rescores.results(run.id)
    ((reason, count),) = tally.set_aside(found)
    assert (reason.split(" · ")[0], count) == ("ValidationError", 1)
    assert "试例" not in reason, "what was raised quotes what it could not read"
    *_, last = table.rows(found)
    assert (last[0], last[2], last[12]) == ("A-0001", None, reason)
    told = (table.fault(reason, "zh"), table.fault(reason, "en"))
    assert [[*table.rows(found, lang)][-1][12] for lang in ("zh", "en")] == [*told]
    assert told[0] in report.html(left, found)
    assert all(name in each for each in told for name in reason.split(" · "))
    assert runs.begin(store, text, "broken").id == run.id
    told: list[int] = []
    assert runs.carry_out(store, run.id, lambda done, _total: told.append(done)) is Stage.DONE
    assert told[0] == 3, "only what was set aside is computed"
    assert [item.application for item in samples.results(store, run.id)] == sorted(store.applications())
    assert tally.set_aside(found) == ()


def test_what_is_erased_leaves_what_was_set_aside_too(quick: Store) -> None:
    samples.portfolio(quick, 1)
    run = runs.begin(quick, STANDARD, "standard").id
    with samples.damaged(quick, "A-0000"):
        assert runs.carry_out(quick, run) is Stage.ASIDE
    quick.erase("A-0000")
    assert tally.set_aside(quick.rescores.results(run)) == ()
    assert not list((quick.home / "rescores").rglob("*.parquet"))


def test_whoever_lost_a_run_keeps_nothing_more(store: Store) -> None:
    run = runs.begin(store, f"# lost\n{STANDARD}", "lost").id
    row = results.frame([replace(MOVED, application="A-0001")])
    with store.present() as one:
        store.rescores.take(run, one)
        assert store.rescores.add(run, one, Found(row, NOTHING, NOTHING), erasures=0) == 1
        store.rescores.say(run, Stage.CANCELLED)
        assert store.rescores.add(run, one, Found(row, NOTHING, NOTHING), erasures=0) is None
    assert store.rescores.results(run).count() == 1


def test_a_result_of_what_was_erased_meanwhile_is_not_kept(quick: Store) -> None:
    samples.portfolio(quick, 1)
    run = runs.begin(quick, STANDARD, "standard").id
    rows = results.frame([replace(MOVED, application="A-0000")])
    with quick.present() as one:
        quick.rescores.take(run, one)
        erasures = quick.rescores.ledger(run, quick.rescores.portfolio()).erasures
        quick.erase("A-0000")
        assert quick.rescores.add(run, one, Found(rows, ASIDE, NOTHING), erasures=erasures) == 0
    assert quick.rescores.results(run).count() == 0
    assert quick.rescores.get(run).aside == 0


def test_a_file_that_was_doubled_by_a_crash_doubles_no_result(store: Store) -> None:
    (first, *_) = sorted((store.home / "snapshots").glob("*/*.parquet"))
    parts.write(first.with_name(f"{first.name.split('.')[0]}.copy.parquet"), pl.read_parquet(first))
    run = runs.begin(store, f"# doubled\n{STANDARD}", "doubled").id
    assert runs.carry_out(store, run) is Stage.DONE
    assert [item.application for item in samples.results(store, run)] == sorted(store.applications())


def test_the_time_that_is_left_follows_from_what_was_done_since_it_was_taken_up() -> None:
    begun = Pace(Phase.READING, done=10, total=100, first=10, since=1000.0, at=1000.0)
    assert begun.left is None
    assert (begun.share, replace(begun, done=55, at=1090.0).left) == (0.1, 90.0)


def test_looking_what_stands_is_told_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_AT_ONCE", 3)
    told_of: list[int] = []
    store.rescores.ledger("R-none", store.rescores.portfolio(), told_of.append)
    assert told_of == [3, 4]


def test_reading_is_told_to_whoever_looks_at_a_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "_LOOK", 0.0)
    run = runs.begin(store, STANDARD.replace("feed_margin: 1.10", "feed_margin: 1.30"), "other checks").id
    seen: list[tuple[Phase, int, int]] = []

    def look(_done: int, _total: int) -> None:
        pace = store.rescores.get(run).pace
        assert pace is not None
        seen.append((pace.phase, pace.done, pace.total))

    assert runs.carry_out(store, run, look) is Stage.DONE
    assert seen[0] == (Phase.PREPARING, 4, 8), "what stands is known, not yet what has changed"
    assert {(Phase.READING, done, 4) for done in (1, 2, 3, 4)} <= set(seen)
    assert seen[-1] == (Phase.SCORING, 4, 4)
