"""The snapshot of a store: read once, kept up, and never holding what was erased."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from selfproof.batch import tally
from selfproof.batch.row import reading_key
from selfproof.batch.standing import score
from selfproof.credit import policy as policies
from selfproof.rescoring import report, runs
from selfproof.store import Store
from selfproof.store.ledger import STATE
from selfproof.store.rescored import Rescored
from selfproof.store.rescores import Stage
from tests import rescore_samples as samples

COUNT = 5
STANDARD = policies.text("standard")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A portfolio that the tests only re-score, but for the last, which changes it."""
    folder = tmp_path_factory.mktemp("book")
    with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as opened:
        samples.portfolio(opened, COUNT)
        yield opened


def _run(store: Store, text: str) -> dict[str, Rescored]:
    run = runs.begin(store, text, "other").id
    assert runs.carry_out(store, run) is Stage.DONE
    return {item.application: item for item in samples.results(store, run)}


def _files(store: Store) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in sorted((store.home / "snapshots").glob("*/*"))}


def _rows(store: Store) -> pl.DataFrame:
    return pl.concat(map(pl.read_parquet, store.snapshots.parts(reading_key(policies.parse(STANDARD)))))


def test_other_numbers_act_on_the_rows_that_are_there_and_decide_as_the_scalar_engine(store: Store) -> None:
    _run(store, STANDARD)
    before = _files(store)
    text = STANDARD.replace("turnover_cap: 0.25", "turnover_cap: 0.10").replace("0.62, 0.80", "0.50, 0.85")
    found = _run(store, text)
    assert _files(store) == before, "nothing is read again"
    assert all(shape for shape in _rows(store)["shape"]), "all of these have a shape"
    rules, others = policies.parse(text), store.rescores.portfolio()
    for pair in store.people.newest_decisions():
        assert found[pair[0]] == score(store, pair, rules, others)


def test_a_group_on_which_the_compiled_policy_fails_is_decided_one_by_one_and_told_with_the_reason(
    store: Store,
) -> None:
    text = STANDARD.replace("turnover_cap: 0.25", "turnover_cap: 0.11")
    whole = {path: pl.read_parquet(path) for path in store.snapshots.parts(reading_key(policies.parse(STANDARD)))}
    (path,) = (path for path, rows in whole.items() if "A-0001" in rows["application"])
    whole[path].with_columns(pl.lit("no figure").alias("existing")).write_parquet(path)
    run = runs.begin(store, text, "other").id
    assert runs.carry_out(store, run) is Stage.DONE
    whole[path].write_parquet(path)
    rules, others = policies.parse(text), store.rescores.portfolio()
    found = {item.application: item for item in samples.results(store, run)}
    assert found == {pair[0]: score(store, pair, rules, others) for pair in store.people.newest_decisions()}
    results = store.rescores.results(run)
    ((reason, count),) = tally.singly(results)
    assert (reason.split(" · ")[1].partition(":")[0], count) == ("batch.scorer", len(whole[path]))
    assert reason.split(" · ")[1] in report.html(store.rescores.get(run), results)


def test_a_policy_that_believes_otherwise_reads_into_a_snapshot_of_its_own(store: Store) -> None:
    text = STANDARD.replace("balance_chain: {stop: S5}", "balance_chain: {cap_level: 2}")
    before = {path.parent for path in _files(store)}
    found = _run(store, text)
    assert len({path.parent for path in _files(store)} - before) == 1
    rules, others = policies.parse(text), store.rescores.portfolio()
    for pair in store.people.newest_decisions():
        assert found[pair[0]] == score(store, pair, rules, others)


def test_the_report_tells_who_changes_by_trade_region_and_evidence_without_names(store: Store) -> None:
    run = runs.begin(store, samples.stricter(), "stricter")
    runs.carry_out(store, run.id)
    found, ask = samples.results(store, run.id), store.rescores.results(run.id).ask
    assert [group.name for group in tally.grouped(ask, "region")] == ["33"]
    assert {group.name for group in tally.grouped(ask, "shown")} == {"invoicing receipts feeds", None}
    groups = tally.grouped(ask, "trade")
    assert [(group.name, group.total, group.down) for group in groups] == [("workshop", 4, 4), ("startup", 1, 0)]
    assert groups[0].before - groups[0].after == sum(-item.change for item in found if item.trade == "workshop")
    for lang, words in (("zh", ("浙江", "按经营类型", "发票")), ("en", ("Zhejiang", "By trade", "Invoices"))):
        page = report.html(run, store.rescores.results(run.id), lang)
        assert all(word in page for word in words)
        assert "试例" not in page
        assert page.count("<svg") == 5
        assert re.search(r">&gt; [\d,]+<", page), "the last band says above what"


def test_what_changes_replaces_its_row_alone_and_what_is_erased_leaves_at_once(store: Store) -> None:
    _run(store, STANDARD)
    before = _rows(store)
    for name, pdq in (("A-0001", "ff"), ("A-0002", "ff"), ("A-0004", "0f")):
        store.likeness.add(name, [(f"photo of {name}", pdq * 32)])
    _run(store, f"# again\n{STANDARD}")
    after = _rows(store)
    assert after.height == before.height == COUNT
    changed = after.join(before, on=["application", *STATE], how="anti")["application"]
    assert sorted(changed) == ["A-0001", "A-0002"], "whose photos are alike, and no other that shows some"
    left = _files(store).popitem()[0].with_name(".part-of-a-writer-that-was-killed")
    left.write_bytes(b"A-0003")
    store.erase("A-0003")
    assert sorted(_rows(store)["application"]) == ["A-0000", "A-0001", "A-0002", "A-0004"]
    assert not any(b"A-0003" in path.read_bytes() for path in _files(store))
