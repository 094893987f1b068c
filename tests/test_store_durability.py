"""What has shown a receipt is never lost: crashes, races, and hands that would change the past."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from selfproof.store import Store, files
from selfproof.store.schema import metadata
from tests import store_samples as samples

_RECEIVE_FOR_EVER = """
import os, sys
from pathlib import Path
from selfproof.store import Store
from selfproof.store.files import document_id

with Store.open(sys.argv[1], Path(sys.argv[2])) as store:
    while True:
        data = os.urandom(int.from_bytes(os.urandom(2), "big"))
        receipt = store.receive("A-1", data, "upload.bin")
        sys.stdout.write(f"{receipt.upload} {document_id(data)} {len(data)}\\n")
        sys.stdout.flush()
"""


def _address(url: sa.URL) -> str:
    return url.render_as_string(hide_password=False)


def _killed_after(receipts: int, url: sa.URL, home: Path) -> list[str]:
    """What a process printed before it was killed in the middle of receiving."""
    command = [sys.executable, "-c", _RECEIVE_FOR_EVER, _address(url), str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(receipts)]
        time.sleep(random.uniform(0, 0.02))  # noqa: S311  any moment of the loop will do
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    return [line for line in lines if line.endswith("\n")]


def test_every_upload_with_a_receipt_is_there_whole_after_kill_9(database_url: sa.URL, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Store.open(database_url, home) as store:
        store.save_application(samples.application())
    with ThreadPoolExecutor() as pool:
        rounds = pool.map(lambda receipts: _killed_after(receipts, database_url, home), (1, 5, 20, 30))
    lines = [line for printed in rounds for line in printed]
    assert len(lines) >= 56
    with Store.open(database_url, home) as store:
        for upload, document, size in (line.split() for line in lines):
            data = store.original("A-1", upload)
            assert (files.document_id(data), len(data)) == (document, int(size))
        waiting = {upload.id for upload in store.waiting()}
        assert waiting >= {line.split()[0] for line in lines}, "each has its job"
        for recorded in store.uploads("A-1"):
            assert len(store.original("A-1", recorded.id)) == recorded.size, "none is half there"
        assert store.sweep() <= 4, "at most one a kill was written without a receipt"
        assert {upload.id for upload in store.waiting()} == waiting


def test_a_file_without_receipt_is_swept_and_uploading_it_again_works(store: Store) -> None:
    samples.fill(store)
    left = files.original_path(store.home, files.keep(store.home, b"no receipt"))
    part = left.with_name(".part-x")
    part.write_bytes(b"half")
    assert store.sweep() == 2
    assert not left.exists()
    (upload,) = store.uploads("A-1")
    assert store.original("A-1", upload.id)
    receipt = store.receive("A-1", b"no receipt", "a")
    assert store.original("A-1", receipt.upload) == b"no receipt"


def test_a_full_disk_leaves_neither_half_a_file_nor_a_receipt(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save_application(samples.application())

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("selfproof.store.files.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            store.receive("A-1", b"data", "a.pdf")
    assert list(files.kept(store.home)) == []
    assert store.uploads("A-1") == ()


def test_the_same_file_from_many_hands_at_once_is_one_upload(store: Store) -> None:
    store.save_application(samples.application())
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda place: store.receive("A-1", b"same", f"{place}.pdf"), range(16)))
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert len({receipt.upload for receipt in receipts}) == 1


def test_of_many_workers_one_takes_the_job(store: Store) -> None:
    store.save_application(samples.application())
    store.receive("A-1", b"job", "a.pdf")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda place: store.claim(f"worker {place}", lease=60), range(16)))
    assert len([job for job in taken if job is not None]) == 1
    assert store.waiting() == ()


def test_an_empty_database_can_be_opened_by_many_at_once(empty_database: sa.URL, tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from selfproof.store import Store; Store.open(sys.argv[1], pathlib.Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", script, _address(empty_database), str(tmp_path / "home")]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors


def test_the_migrations_make_exactly_the_tables_of_the_schema(store: Store) -> None:
    with store.engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


PASSING = {
    "permits", "jobs", "call_counts", "sessions", "sign_in_failures", "drafts", "second_looks", "claims",
    "rescore_progress", "photo_turns", "photo_likes", "policy_files",
}  # fmt: skip


@pytest.mark.parametrize("table", sorted(set(metadata.tables) - PASSING))
def test_nothing_is_changed_or_deleted_outside_erasing(filled: Store, table: str) -> None:
    column = next(iter(metadata.tables[table].columns)).name
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608  our own names
        with filled.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.execute(sa.text(statement))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with at least one row in every table."""
    folder = tmp_path_factory.mktemp("filled")
    url = sa.URL.create("sqlite", database=str(folder / "selfproof.db"))
    if request.param == "postgresql":
        make: Callable[[str], sa.URL] = request.getfixturevalue("new_postgres")
        url = make(request.getfixturevalue("postgres_template"))
    with Store.open(url, folder) as store:
        samples.fill(store, "gone")
        store.erase("gone")
        samples.fill(store)
        yield store
