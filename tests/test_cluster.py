"""Reading and re-scoring on a real cluster of two workers gives what it gives without one, whoever is killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from selfproof import cli, extract
from selfproof.batch import cluster, rereading
from selfproof.batch.bulk import Bulk
from selfproof.batch.scorer import FarScorer
from selfproof.errors import StoreError
from selfproof.rescoring import runs
from selfproof.store import State, Store, results
from selfproof.store.jobs import SET_ASIDE
from selfproof.store.rescores import Stage
from tests import rescore_samples as portfolio
from tests import store_samples as samples
from tests.fragile import DeadlyScorer, Fragile

FIXTURES = Path(__file__).parent.parent / "fixtures"
XML = (FIXTURES / "vat_invoice/einvoice.xml").read_bytes()
CSV = (FIXTURES / "bank_statement/gb18030.csv").read_bytes()


@pytest.fixture(scope="module", autouse=True)
def _ray() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("raylet_start_wait_time_s", "worker_register_timeout_seconds"):
            patch.setenv(f"RAY_{name}", "600")  # other tests may keep the machine busy
        with cluster.connected(cluster.LOCAL, 2):
            yield


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db")), tmp_path) as opened:
        for number in (1, 2):
            opened.save_application(samples.application(f"A-{number}"))
        yield opened


def _block(store: Store, document: str) -> bytes:
    """Put a pipe in the place of an original: who reads it waits in the middle of it, for ever."""
    path = store.home / "originals" / document[:2] / document
    data = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    return data


def _unblock(store: Store, document: str, data: bytes) -> None:
    path = store.home / "originals" / document[:2] / document
    path.with_suffix(".whole").write_bytes(data)
    path.with_suffix(".whole").replace(path)


def test_killed_workers_lose_nothing_double_nothing_and_a_poison_document_is_set_aside(store: Store) -> None:
    files = [(f"{number}.xml", XML + b"<!-- %d -->" % number) for number in range(5)] + [("1.csv", CSV)]
    sent = {store.receive("A-1", data, name).upload: data for name, data in files}
    twin = store.receive("A-2", files[0][1], "again.xml").upload
    refused = store.receive("A-2", b"\x00 nothing that anybody can read", "what.bin").upload
    victim, poison = (store.upload("A-1", list(sent)[place]) for place in (1, 3))
    whole, _ = _block(store, victim.document), _block(store, poison.document)
    killed: dict[int, str] = {}
    for reading in rereading.reread(store, cluster.LOCAL, workers=2):
        for pid, document in reading.items():
            again = document == victim.document and document in killed.values()
            if pid not in killed and document in (victim.document, poison.document) and not again:
                if document == victim.document:
                    _unblock(store, document, whole)
                os.kill(pid, signal.SIGKILL)
                killed[pid] = document
    assert sorted(killed.values()) == sorted([victim.document, poison.document, poison.document])
    ended = {upload.id: upload for name in ("A-1", "A-2") for upload in store.uploads(name)}
    assert (ended[poison.id].state, ended[poison.id].note) == (State.FAILED, SET_ASIDE)
    assert ended[refused].state is State.FAILED
    for upload, data in (sent | {twin: files[0][1]}).items():
        if upload != poison.id:
            found = store.extractions(ended[upload].application, upload, extract.version())
            assert ended[upload].state is State.READ
            here = extract.from_bytes(data, ended[upload].name)
            assert found == tuple(replace(part, payments=()) for part in here)
            moved = store.payments(ended[upload].application, upload, extract.version())
            assert moved == tuple(part.payments for part in here)
    assert not store.open_jobs("A-1"), "decided as well"
    assert len(store.decisions("A-1")) == 1


def test_a_call_that_ends_its_worker_is_tried_once_more_and_no_result_is_lost_or_doubled(tmp_path: Path) -> None:
    with cluster.joined(cluster.LOCAL, Fragile, (tmp_path,), workers=1) as crew:
        found = crew.each(("double", (number,)) for number in (1, 2, 3, 5))
        assert sorted(value for value in found if value is not None) == [2, 4, 6, 10]
        deadly, sound = (item for item in crew.each([("double", (4,)), ("double", (5,))]) if item is not None)
        assert (deadly.call, deadly.reason[:11], sound) == (("double", (4,)), "worker died", 10)
        with pytest.raises(StoreError, match="double failed 2 times: TypeError"):
            list(crew.each([("double", (None,))]))


@pytest.mark.parametrize("method", ["rows", "score", "scalar"])
def test_an_application_that_ends_its_workers_stops_no_rescore_and_is_set_aside(store: Store, method: str) -> None:
    portfolio.portfolio(store, 3)
    text = portfolio.stricter()
    rules, others = runs.policy_of(text), store.rescores.portfolio()
    ledger = store.rescores.ledger("R-none", others)
    ends = (store.address, store.home, text, method, "A-0001" if method != "scalar" else "A-0000")
    with cluster.joined(cluster.LOCAL, DeadlyScorer, ends, workers=1) as crew:
        bulk = Bulk(store, rules, crew.each, ledger, size=2)
        found = pl.concat(rows for rows in bulk.results() if len(rows))
    aside, singly = bulk.take()
    left = [] if method == "score" else [ends[-1]]
    assert sorted(found["application"]) == sorted({"A-0000", "A-0001", "A-0002"} - {*left})
    assert aside["application"].to_list() == left
    assert all(reason.startswith("worker died") for reason in (*aside["reason"], *singly["reason"]))
    assert len(singly) == (2 if method == "score" else 0)


def test_a_rescore_on_a_cluster_finds_what_it_finds_without_one_whoever_is_killed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    portfolio.portfolio(store, 3)
    text = portfolio.stricter()
    rules, others = runs.policy_of(text), store.rescores.portfolio()
    near = runs.begin(store, text, "near").id
    assert runs.carry_out(store, near) is Stage.DONE
    shutil.rmtree(store.home / "snapshots")
    ledger = store.rescores.ledger("R-none", others)
    with cluster.joined(cluster.LOCAL, FarScorer, (store.address, store.home, text), workers=2) as crew:
        bulk, found = Bulk(store, rules, crew.each, ledger), list[pl.DataFrame]()
        for rows in bulk.results():
            if not found:
                os.kill(crew.pids[0], signal.SIGKILL)
            found.append(rows)
    assert (bulk.read, ledger.left) == (3, 0)
    far = results.with_shifts(pl.concat(rows for rows in found if len(rows))).sort("application")
    assert far.equals(pl.concat(store.rescores.results(near).frames()).sort("application"))
    _by_command(store, tmp_path, monkeypatch)
    assert portfolio.results(store, store.rescores.newest()[0].id) == portfolio.results(store, near)


def _by_command(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SELFPROOF_DATABASE": store.address, "SELFPROOF_HOME": str(store.home)}.items():
        monkeypatch.setenv(name, value)
    report, policy = tmp_path / "report.html", tmp_path / "stricter.yaml"
    policy.write_text(portfolio.stricter(), "utf-8")
    command = ["rescore", "--policy", str(policy), "--cluster", "local", "--report", str(report)]
    assert CliRunner().invoke(cli.app, command).exit_code == 0
    assert "浙江" in report.read_text("utf-8")


def test_without_a_cluster_the_local_worker_reads_until_nothing_is_left(store: Store) -> None:
    places = {"SELFPROOF_DATABASE": store.address, "SELFPROOF_HOME": str(store.home)}
    upload = store.receive("A-1", XML, "near.xml").upload
    command = [sys.executable, "-m", "selfproof.cli", "reread"]
    environment = {**os.environ, **places}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=FIXTURES.parent, env=environment)
    assert "/ 1 to read, 0 left" in done.stdout
    assert store.upload("A-1", upload).state is State.READ
    assert len(store.decisions("A-1")) == 1
