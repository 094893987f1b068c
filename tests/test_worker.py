"""Jobs and the worker: who holds what, what the dead leave, and what is set aside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import selfproof.store
from selfproof import extract, pipeline
from selfproof.store import Job, State, Store, Task, holders
from selfproof.store.engine import writing
from selfproof.store.schema import jobs
from selfproof.texts import say
from tests import store_samples as samples

_ROOT = Path(__file__).parent.parent
_FIXTURES = _ROOT / "fixtures"
_XML = (_FIXTURES / "vat_invoice" / "einvoice.xml").read_bytes()
_SLOW = (_FIXTURES / "unknown" / "letter.pdf").read_bytes()
PATIENCE = 300.0  # seconds until a test gives up: other work may keep the machine busy
_CSV = (_FIXTURES / "bank_statement" / "gb18030.csv").read_bytes()


@pytest.fixture
def waiting(store: Store) -> Store:
    """A store with one application and one upload that nobody has read."""
    store.save_application(samples.application())
    store.receive("A-1", _XML, "a.xml")
    return store


def _claimed(store: Store, holder: str = "one", lease: float = 60) -> Job:
    job = store.claim(holder, lease=lease)
    assert job is not None
    return job


def _state(store: Store) -> tuple[State, str]:
    (upload,) = store.uploads("A-1")
    return upload.state, upload.note


def test_a_decision_waits_until_everything_is_read_and_is_made_once(waiting: Store) -> None:
    waiting.receive("A-1", _CSV, "b.csv")
    first, second = _claimed(waiting, "one"), _claimed(waiting, "two")
    assert {first.task, second.task} == {Task.READ}
    assert waiting.finish(first)
    assert waiting.claim("one", lease=60) is None, "one is still being read"
    assert waiting.finish(second, State.FAILED, note="truncated")
    decision = _claimed(waiting)
    assert (decision.task, decision.subject) == (Task.DECIDE, "A-1")
    assert waiting.claim("two", lease=60) is None
    assert waiting.finish(decision)
    assert waiting.open_jobs("A-1") == ()
    assert not waiting.finish(decision), "a finished job is not done again"


def test_what_comes_while_a_decision_is_made_is_decided_again(waiting: Store) -> None:
    waiting.finish(_claimed(waiting))
    decision = _claimed(waiting)
    waiting.receive("A-1", _CSV, "b.csv")
    waiting.finish(_claimed(waiting, "two"))
    assert waiting.finish(decision)
    again = _claimed(waiting)
    assert again.task is Task.DECIDE
    waiting.ask_decision("A-1")
    waiting.finish(again)
    assert waiting.finish(_claimed(waiting))
    assert waiting.open_jobs("A-1") == ()


def test_a_lease_that_has_ended_goes_to_another_and_the_first_can_no_longer_finish(waiting: Store) -> None:
    with waiting.present() as slow:
        lost = _claimed(waiting, slow, lease=0)
        assert waiting.take_over() == 1
        assert _state(waiting) == (State.RECEIVED, "")
        taken = _claimed(waiting, "two")
        assert not waiting.finish(lost)
        assert waiting.finish(taken)


def test_who_lives_keeps_what_it_holds_and_a_lease_runs_on(waiting: Store) -> None:
    with waiting.present() as name:
        job = _claimed(waiting, name, lease=0)
        assert waiting.prolong(name, lease=60) == (job,)
        assert waiting.take_over() == 0
        assert waiting.waiting() == ()
        assert waiting.finish(job)


def test_of_another_machine_nothing_is_known_but_its_lease(waiting: Store) -> None:
    _claimed(waiting, "elsewhere.0123", lease=60)
    assert waiting.take_over() == 0
    waiting.prolong("elsewhere.0123", lease=-1)
    assert waiting.take_over() == 1


_HOLD = """
import sys, time, pathlib
from selfproof.store import Store
with Store.open(sys.argv[1], pathlib.Path(sys.argv[2])) as store, store.present() as name:
    store.claim(name, lease=3600)
    print(name, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_held_is_free_at_once(waiting: Store) -> None:
    arguments = [sys.executable, "-c", _HOLD, waiting.address, str(waiting.home)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        assert waiting.take_over() == 0
        process.kill()
    assert waiting.take_over() == 1
    assert _claimed(waiting).tries == 1
    assert list((waiting.home / "workers").iterdir()) == []


def test_what_waits_while_no_worker_speaks_is_told_and_who_works_elsewhere_is_no_silence(waiting: Store) -> None:
    assert waiting.watching.unattended() is None, "it has only just come"
    hour = time.time() - 3600
    with writing(waiting.engine) as connection:
        connection.execute(sa.update(jobs).values(since=hour))
    told = waiting.watching.unattended()
    assert told is not None
    assert (told.count, told.since.timestamp()) == (1, pytest.approx(hour, abs=1))
    job = _claimed(waiting, "elsewhere.0123")
    assert waiting.watching.unattended() is None
    waiting.put_back(job.holder)
    with writing(waiting.engine) as connection:
        connection.execute(sa.update(jobs).values(since=hour))
    assert waiting.watching.unattended() is not None
    with waiting.present():
        assert waiting.watching.unattended() is not None, "who comes and goes and does nothing is no help"
    holders.beat(waiting.home)
    assert waiting.watching.unattended() is None, "a worker that is busy with others will come to it"


def test_a_decision_that_was_due_later_waits_from_when_somebody_asks_for_it(store: Store) -> None:
    store.save_application(samples.application())
    store.ask_decision("A-1", after=datetime.now(UTC) + timedelta(days=30))
    with writing(store.engine) as connection:  # it was put off weeks ago
        connection.execute(sa.update(jobs).values(since=time.time() - 20 * 86_400))
    assert store.watching.unattended() is None
    store.ask_decision("A-1")
    assert store.watching.unattended() is None, "it has only just been asked for"


def test_what_has_ended_two_readers_is_set_aside_with_a_reason_and_the_queue_goes_on(waiting: Store) -> None:
    waiting.receive("A-1", _CSV, "b.csv")
    poison = _claimed(waiting)
    waiting.put_back("one")
    assert _claimed(waiting, "two").subject != poison.subject, "first what did nobody any harm"
    assert _claimed(waiting).subject == poison.subject
    waiting.put_back("one")
    failed = waiting.upload("A-1", poison.subject)
    assert (failed.state, failed.note) == (State.FAILED, "set_aside")
    assert say(f"errors.{failed.note}", "zh") != say(f"errors.{failed.note}", "en")
    assert waiting.original("A-1", failed.id) == _XML, "its bytes stay"
    waiting.put_back("two", most=None)
    waiting.finish(_claimed(waiting))
    assert _claimed(waiting).task is Task.DECIDE


def test_a_file_that_was_set_aside_is_tried_again_when_it_is_uploaded_again(waiting: Store) -> None:
    _claimed(waiting)
    waiting.put_back("one", most=1)
    assert waiting.receive("A-1", _XML, "a.xml").duplicate
    assert _state(waiting) == (State.RECEIVED, "")
    waiting.finish(_claimed(waiting))
    assert waiting.receive("A-1", _XML, "a.xml").duplicate
    assert {job.task for job in waiting.open_jobs("A-1")} == {Task.DECIDE}, "what was read is not read again"


def test_work_that_is_given_back_in_order_is_held_against_nobody(waiting: Store) -> None:
    for _ in range(3):
        _claimed(waiting)
        assert waiting.put_back("one", most=None) == 1
    assert _claimed(waiting).tries == 0


def test_a_decision_that_keeps_failing_rests_until_it_is_asked_for_again(waiting: Store) -> None:
    waiting.finish(_claimed(waiting))
    for _ in range(2):
        assert _claimed(waiting).task is Task.DECIDE
        waiting.put_back("one")
    assert waiting.claim("one", lease=60) is None
    waiting.ask_decision("A-1")
    assert _claimed(waiting).task is Task.DECIDE


def test_a_new_version_of_the_reader_reads_again_what_was_not_refused(waiting: Store) -> None:
    refused = waiting.receive("A-1", b"", "empty.pdf").upload
    pipeline.read_all(waiting, "A-1")
    assert waiting.upload("A-1", refused).state is State.FAILED
    assert waiting.reopen(extract.version()) == 0
    assert waiting.reopen("a newer version") == 1
    assert waiting.reopen("a newer version") == 0, "the job is open"


def test_what_an_owner_waits_for_comes_before_what_a_new_version_reads_again(waiting: Store) -> None:
    waiting.save_application(samples.application("A-2"))
    for application in ("A-1", "A-2"):
        waiting.receive(application, _CSV, "b.csv")
        pipeline.read_all(waiting, application)
    assert waiting.reopen("a newer version") == 3
    new = waiting.receive("A-2", _XML, "c.xml").upload
    turns = [_claimed(waiting, str(number)) for number in range(4)]
    assert [job.application for job in turns] == ["A-2", "A-2", "A-1", "A-1"]
    assert new in {job.subject for job in turns[:2]}


def test_a_job_of_an_erased_application_comes_to_nothing(waiting: Store) -> None:
    job = _claimed(waiting)
    waiting.erase("A-1")
    assert not waiting.finish(job)
    assert waiting.put_back("one") == 0


def test_the_jobs_of_a_store_without_jobs_are_found_when_it_is_migrated(empty_database: sa.URL, tmp_path: Path) -> None:
    engine = sa.create_engine(empty_database)
    config = Config()
    config.set_main_option("script_location", str(Path(selfproof.store.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "v0001")
        connection.execute(sa.text("INSERT INTO applications VALUES ('A-1', 'now')"))
        for upload, states in {"u1": ("received",), "u2": ("received", "reading"), "u3": ("received", "read")}.items():
            values = f"'{upload}', 'A-1', '{upload}', 'name', 1, 'now'"
            connection.execute(
                sa.text(f"INSERT INTO uploads (id, application, document, name, size, received) VALUES ({values})")  # noqa: S608  our own values
            )
            for number, state in enumerate(states):
                connection.execute(
                    sa.text(f"INSERT INTO upload_events VALUES ('{upload}', {number}, '{state}', '', 'now')")  # noqa: S608  our own values
                )
    engine.dispose()
    with Store.open(empty_database, tmp_path / "home") as store:
        found = [(job.task, job.subject) for job in store.open_jobs("A-1")]
    assert found == [(Task.READ, "u1"), (Task.READ, "u2"), (Task.DECIDE, "A-1")]


_FOLDER = """
id: A-1
applicant: {name: 青禾样例塑料制品厂}
trade: workshop
industry: plastics
as_of: 2026-06-30
"""


def test_an_assessment_leaves_nothing_for_a_worker_to_do(store: Store, tmp_path: Path) -> None:
    documents = tmp_path / "folder" / "documents"
    documents.mkdir(parents=True)
    (tmp_path / "folder" / "application.yaml").write_text(_FOLDER)
    (documents / "a.xml").write_bytes(_XML)
    made = pipeline.assess(store, tmp_path / "folder")
    assert [upload.state for upload in made.uploads] == [State.READ]
    assert store.open_jobs("A-1") == ()
    assert pipeline.assess(store, tmp_path / "folder").decision_id == made.decision_id
    assert store.decisions("A-1") == (made.decision_id,)


@contextmanager
def _worker(store: Store, plan: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """The worker as a process; it ends in order at the end of the block, if it has not before."""
    script = (
        "import sys, pathlib; from selfproof.store import Store; from selfproof import worker\n"
        f"with Store.open(sys.argv[1], pathlib.Path(sys.argv[2])) as store: worker.run(store, worker.Plan({plan}))"
    )
    with subprocess.Popen([sys.executable, "-c", script, store.address, str(store.home)], cwd=_ROOT) as process:
        try:
            yield process
        finally:
            process.terminate()


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.02)


def _living(store: Store) -> dict[str, int]:
    """Reading processes by name."""
    found = {path.name: path.read_text() for path in (store.home / "workers").glob("*")}
    return {name: int(text) for name, text in found.items() if text}


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite with one application."""
    database = sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db"))
    with Store.open(database, tmp_path / "home") as store:
        store.save_application(samples.application())
        yield store


def test_the_worker_reads_decides_starts_readers_anew_and_ends_in_order(local: Store) -> None:
    uploads = [local.receive("A-1", _XML + b"<!-- %d -->" % number, "a.xml").upload for number in range(2)]
    names: set[str] = set()
    with _worker(local, "tasks=2") as process:
        _until(lambda: names.update(_living(local)) or not local.open_jobs("A-1"))
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert {local.upload("A-1", upload).state for upload in uploads} == {State.READ}
    assert len(local.decisions("A-1")) == 1
    assert len(names) == 2, "three tasks, two each"
    assert _living(local) == {}


def test_a_damaged_original_is_set_aside_and_the_rest_in_hand_of_a_worker_that_says_it_lives(local: Store) -> None:
    damaged = local.receive("A-1", _XML, "a.xml")
    (local.home / "originals" / damaged.document[:2] / damaged.document).write_bytes(b"half")
    sound = local.receive("A-1", _CSV, "b.csv").upload
    with _worker(local, "lease=6"):
        _until(lambda: not local.open_jobs("A-1"))
        _until(lambda: holders.quiet(local.home) < PATIENCE)
    assert local.upload("A-1", damaged.upload).note == "set_aside"
    assert local.upload("A-1", sound).state is State.READ
    assert len(local.decisions("A-1")) == 1


def _in_hand(store: Store, upload: str) -> bool:
    return store.upload("A-1", upload).state is State.READING


def test_a_document_that_ends_its_reader_twice_is_set_aside(local: Store) -> None:
    poison = local.receive("A-1", _SLOW, "a.pdf").upload
    sound = local.receive("A-1", _CSV, "b.csv").upload
    with _worker(local):
        for _ in range(2):
            _until(lambda: _in_hand(local, poison))
            (reader,) = _living(local).values()
            os.kill(reader, signal.SIGKILL)
            _until(lambda: not _in_hand(local, poison))
        _until(lambda: not local.open_jobs("A-1"))
    assert local.upload("A-1", poison).note == "set_aside"
    assert local.upload("A-1", sound).state is State.READ
    assert len(local.decisions("A-1")) == 1


def test_a_document_that_never_ends_is_set_aside(local: Store) -> None:
    endless = local.receive("A-1", _SLOW, "a.pdf").upload
    with _worker(local, "lease=0.6, patience=0.1"):
        _until(lambda: local.upload("A-1", endless).note == "set_aside")


def test_a_worker_that_is_told_to_stop_gives_back_unharmed_what_it_cannot_end(local: Store) -> None:
    upload = local.receive("A-1", _SLOW, "a.pdf").upload
    with _worker(local, "grace=0") as process:
        _until(lambda: _in_hand(local, upload))
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert _living(local) == {}
    (job,) = local.open_jobs("A-1")
    assert (job.subject, job.tries, job.holder) == (upload, 0, "")


def test_readers_end_with_a_worker_that_is_killed(local: Store) -> None:
    with _worker(local) as process:
        _until(lambda: _living(local))
        process.kill()
        _until(lambda: all(holders.is_gone(local.home, name) for name in _living(local)))
