"""Reading and re-scoring on a real cluster of two workers gives what it gives without one, whoever is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from selfproof import extract, rescoring
from selfproof.batch import cluster, rereading
from selfproof.store import State, Store
from selfproof.store.jobs import SET_ASIDE
from selfproof.store.rescores import Stage
from tests import rescore_samples as portfolio
from tests import store_samples as samples

FIXTURES = Path(__file__).parent.parent / "fixtures"
XML = (FIXTURES / "vat_invoice/einvoice.xml").read_bytes()
CSV = (FIXTURES / "bank_statement/gb18030.csv").read_bytes()


@pytest.fixture(scope="module", autouse=True)
def _ray() -> Iterator[None]:
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
            assert found == extract.from_bytes(data, ended[upload].name)
    assert not store.open_jobs("A-1"), "decided as well"
    assert len(store.decisions("A-1")) == 1


def test_a_cluster_rescores_as_this_process_does(store: Store) -> None:
    portfolio.portfolio(store, 4)
    found = []
    for address, title in ((cluster.LOCAL, "far"), ("", "near")):
        run = rescoring.begin(store, f"# {title}\n{portfolio.stricter()}", title).id
        assert rescoring.carry_out(store, run, address=address) is Stage.DONE
        found.append(store.rescores.results(run))
    assert found[0] == found[1]
    assert len(found[0]) == 4
