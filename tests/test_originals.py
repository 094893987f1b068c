"""Documents go to a cluster's workers by reference, out of an object store; what follows when that cannot be had."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from selfproof.batch import rereading
from selfproof.batch.cluster import Answer
from selfproof.batch.rereading import Reader, Rereading
from selfproof.errors import StoreError
from selfproof.store import State, Store
from selfproof.store.jobs import SET_ASIDE
from tests import store_samples as samples

ROOT = Path(__file__).parent.parent
XML = (ROOT / "fixtures/vat_invoice/einvoice.xml").read_bytes()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db")), tmp_path) as opened:
        opened.save_application(samples.application("A-1"))
        yield opened


def _received(store: Store, count: int) -> list[Path]:
    """Invoices that wait to be read; returns where their originals lie."""
    found = [store.receive("A-1", XML + b"<!-- %d -->" % number, f"{number}.xml").document for number in range(count)]
    return [store.home / "originals" / document[:2] / document for document in found]


def _through(store: Store, originals: str) -> None:
    """One worker reads until nothing is left, without a cluster around it."""
    rereading.begin(store)
    with store.present() as name:
        desk = Rereading(store, originals, lambda _done: None, [name])
        try:
            while call := desk.feed(0):
                desk.took(0, Answer(Reader().read(*call[1])))
        finally:
            desk.let_go()


def _ended(store: Store) -> list[tuple[State, str]]:
    return [(upload.state, upload.note) for upload in store.uploads("A-1")]


def test_originals_are_read_out_of_an_object_store(store: Store) -> None:
    _received(store, 2)
    command = [sys.executable, "-m", "tests.s3_originals", str(store.home)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["0.xml read ", "1.xml read "], done.stderr
    assert _ended(store) == [(State.READ, "")] * 2


def test_where_no_original_can_be_had_the_run_stops_and_no_document_is_set_aside(store: Store) -> None:
    _received(store, 4)
    with pytest.raises(StoreError, match="originals cannot be fetched from file:///nowhere"):
        _through(store, "file:///nowhere")
    assert all(state is not State.FAILED for state, _ in _ended(store))
    _through(store, (store.home / "originals").as_uri())
    assert _ended(store) == [(State.READ, "")] * 4


def test_a_single_original_that_is_lost_is_set_aside_and_the_others_are_read(store: Store) -> None:
    lost = _received(store, 4)[1]
    lost.unlink()
    for _ in range(2):
        try:
            _through(store, (store.home / "originals").as_uri())
        except StoreError:
            continue
    assert sorted(_ended(store)) == sorted([(State.FAILED, SET_ASIDE), *[(State.READ, "")] * 3])
