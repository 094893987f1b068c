"""The right to deletion, and nothing beyond it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from selfproof.errors import NotFound
from selfproof.store import Store, files
from selfproof.store.schema import metadata
from tests import store_samples as samples

_STAY = {
    "policies", "erasures", "accounts", "account_events", "sessions", "sign_in_failures", "audit",
    "rescores", "rescore_events", "rescore_progress", "call_counts", "policy_versions", "policy_events",
    "switch_events", "challengers", "policy_files",
}  # fmt: skip
_OWN_FILES = {"fingerprint.key", "originals.lock"}


def _rows(store: Store, table: str) -> int:
    with store.engine.begin() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[table])).scalar_one()


def test_erasing_removes_every_row_and_file_of_the_application(store: Store) -> None:
    samples.fill(store)
    (upload,) = store.uploads("A-1")
    cached = store.home / "cache" / "ocr" / upload.document / "page.json.gz"
    cached.parent.mkdir(parents=True)
    cached.touch()
    assert all(_rows(store, table) for table in set(metadata.tables) - {"permits", "erasures"})
    store.erase("A-1")
    assert {table for table in metadata.tables if _rows(store, table)} == _STAY
    assert {path.name for path in store.home.rglob("*") if path.is_file()} - {"selfproof.db"} == _OWN_FILES
    with pytest.raises(NotFound):
        store.application("A-1")


def test_a_shared_original_stays_until_its_last_holder_is_erased(store: Store) -> None:
    for key in ("A-1", "A-2"):
        samples.fill(store, key, data=b"shared")
    first = store.uploads("A-1")[0]
    store.erase("A-1")
    (upload,) = store.uploads("A-2")
    assert upload.document == first.document
    assert store.original("A-2", upload.id) == b"shared"
    assert store.extractions("A-2", upload.id, "v1"), "and so does what was read in it"
    with pytest.raises(NotFound):
        store.original("A-1", first.id)
    store.erase("A-2")
    assert list(files.kept(store.home)) == []


def test_a_file_that_comes_again_while_its_first_holder_is_erased_is_not_lost(store: Store) -> None:
    store.save_application(samples.application("A-2"))
    for turn in range(10):
        data, key = bytes([turn]), f"B-{turn}"
        store.save_application(samples.application(key))
        store.receive(key, data, "a.pdf")
        with ThreadPoolExecutor(2) as pool:
            pool.submit(store.erase, key)
            receipt = pool.submit(store.receive, "A-2", data, "a.pdf").result()
        assert store.original("A-2", receipt.upload) == data
    assert store.applications() == ("A-2",)


def test_others_are_untouched_by_an_erasure(store: Store) -> None:
    key = samples.fill(store, "A-2", data=b"other")
    before = store.replay_inputs(key)
    samples.fill(store, "A-1", data=b"mine")
    store.erase("A-1")
    assert store.applications() == ("A-2",)
    assert store.replay_inputs(key) == before


def test_the_audit_keeps_only_keyed_hashes_of_what_was_erased(store: Store) -> None:
    samples.fill(store, data=b"mine")
    store.erase("A-1")
    with store.engine.begin() as connection:
        row = connection.execute(sa.select(metadata.tables["erasures"])).one()
    assert files.document_id(b"mine") not in row.documents
    assert len(row.application) == 64
    assert "A-1" not in str(tuple(row))


def test_an_erasure_that_was_cut_off_can_be_done_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    samples.fill(store)

    def crash(_home: Path, _document: str) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr("selfproof.store.files.drop", crash)
        with pytest.raises(OSError, match="Input"):
            store.erase("A-1")
    assert store.applications() == ("A-1",)
    assert len(store.facts("A-1")) == 3
    store.erase("A-1")
    assert store.applications() == ()


def test_an_erased_application_can_come_back_as_a_new_one(store: Store) -> None:
    first = samples.fill(store)
    store.erase("A-1")
    samples.fill(store)
    assert len(store.decisions("A-1")) == 1
    assert store.decision(store.decisions("A-1")[0]) == store.decision(first)


def test_no_byte_of_an_erased_application_is_left_on_disk(tmp_path: Path) -> None:
    with Store.open(home=tmp_path, url=sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db"))) as store:
        samples.fill(store, data="样例原件".encode())
        held = [path for path in tmp_path.rglob("*") if path.is_file() and "样例".encode() in path.read_bytes()]
        assert held, "it was there before"
        store.erase("A-1")
        for path in filter(Path.is_file, tmp_path.rglob("*")):
            assert "样例".encode() not in path.read_bytes(), path.name
