"""Scored tries: how often an owner's papers are counted anew, and that nothing which comes later is lost."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from selfproof import extract, pipeline
from selfproof.access import Desk, Role, replies
from selfproof.credit import policy as policies
from selfproof.credit.policy import Tries
from selfproof.errors import Denied
from selfproof.lifecycle import tries
from selfproof.model import Extraction
from selfproof.store import Job, State, Store, Task, files
from selfproof.store.engine import writing
from selfproof.store.schema import uploads
from selfproof.store.states import note
from selfproof.store.uploads import Arrival
from selfproof.tagged import content_id
from tests import store_samples
from tests.people_samples import about, desk, invoice
from ui import papers

RULES = Tries(most=3, days=30, hours=24)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(days: float) -> datetime:
    return START + timedelta(days=days)


def counts(*days: float) -> list[tuple[float, int]]:
    """(from which day on, how many files) of the sittings of files that came on these days."""
    found = tries.sittings(((at(day), f"{place:02}") for place, day in enumerate(days)), RULES)
    return [((one.counts - START) / timedelta(days=1), len(one.uploads)) for one in found]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ((), []),
        ((0, 0.2, 0.9), [(0, 3)]),
        ((0, 1.0), [(0, 1), (1.0, 1)]),
        ((0, 5, 10), [(0, 1), (5, 1), (10, 1)]),
        ((0, 5, 10, 12), [(0, 1), (5, 1), (10, 1), (30, 1)]),
        ((0, 5, 10, 12, 29, 30.5), [(0, 1), (5, 1), (10, 1), (30, 3)]),
        ((0, 5, 10, 12, 33), [(0, 1), (5, 1), (10, 1), (30, 1), (35, 1)]),
        ((0, 5, 10, 31), [(0, 1), (5, 1), (10, 1), (31, 1)]),
    ],
)
def test_what_comes_within_a_day_is_one_try_and_the_fourth_counts_when_the_first_has_run_out(
    days: tuple[float, ...], found: list[tuple[float, int]]
) -> None:
    assert counts(*days) == found


def test_an_older_policy_that_says_nothing_of_tries_counts_everything_and_keeps_its_version() -> None:
    standard = policies.load("standard")
    older = standard.model_copy(update={"tries": None})
    assert "tries" not in older.model_dump()
    assert standard.tries == RULES


@pytest.fixture
def anna(quick: Store) -> Desk:
    return desk(quick, "anna", Role.OWNER)


def sent(store: Store, application: str, *, days_ago: float) -> str:
    """An invoice that came so long ago and was read; returns the upload."""
    document = files.keep(store.home, f"%PDF-1.7 {days_ago}".encode())
    upload = content_id(application, document)
    when = (datetime.now(UTC) - timedelta(days=days_ago)).isoformat()
    row = {"id": upload, "application": application, "received": when, **asdict(Arrival(document, "a.pdf", 9))}
    with writing(store.engine) as connection:
        connection.execute(insert(uploads).values(row))
        note(connection, upload, State.READ)
    read(store, application, upload, document)
    return upload


def read(store: Store, application: str, upload: str, document: str) -> None:
    found = (Extraction(document, "vat_invoice", 0.9, invoice(document)),)
    store.save_extractions(application, upload, extract.version(), found)


@pytest.fixture
def full(quick: Store, anna: Desk) -> tuple[str, str]:
    """An application whose tries are used up, and the upload that came after them."""
    application = anna.create(about()).id
    for days in (20, 15, 10):
        sent(quick, application, days_ago=days)
    return application, sent(quick, application, days_ago=2)


def levels(store: Store, application: str) -> int:
    """How many documents the decision knows."""
    return len([name for name in pipeline.reassess(store, application).decision.levels if len(name) > 20])


def test_what_comes_after_the_third_try_is_kept_and_read_and_not_counted_yet(
    quick: Store, anna: Desk, full: tuple[str, str]
) -> None:
    application, last = full
    assert levels(quick, application) == 3
    assert {upload.id for upload in anna.uploads(application)} >= {last}
    assert last in anna.extractions(application)
    left = anna.tries(application)
    assert left is not None
    assert (left.left, left.open, set(left.waiting)) == (0, False, {last})
    assert left.again is not None
    assert f"{left.again.astimezone().day}日起自动算进去" in papers.later(anna, application)[last]
    assert timedelta(days=9) < left.again - datetime.now(UTC) < timedelta(days=11)


def test_a_decision_is_made_by_itself_on_the_day_and_nobody_waits_for_it_before(
    quick: Store, anna: Desk, full: tuple[str, str]
) -> None:
    application, _ = full
    with quick.present() as name:
        while isinstance(job := quick.claim(name, lease=60), Job):
            assert quick.finish(job) if job.task is Task.READ else pipeline.work(quick, job)
    assert anna.jobs(application) == ()
    assert quick.left() == 0
    assert levels(quick, application) == 3
    quick.ask_decision(application)
    assert [job.task for job in anna.jobs(application)] == [Task.DECIDE], "what is asked for now is done now"


def test_what_a_reviewer_accepts_counts_at_once_and_is_no_try(quick: Store, full: tuple[str, str]) -> None:
    application, last = full
    desk(quick, "rui", Role.REVIEWER).review.accept(application, last)
    assert levels(quick, application) == 4


def test_what_a_reviewer_asked_for_is_no_try_and_what_merely_says_so_is_one(
    quick: Store, anna: Desk, full: tuple[str, str]
) -> None:
    application, last = full
    first = quick.uploads(application)[0].id
    again = anna.receive(application, b"%PDF-1.7 again", "a.pdf", to=replies.to_upload(first)).upload
    left = anna.tries(application)
    assert left is not None
    assert set(left.waiting) == {last, again}
    desk(quick, "rui", Role.REVIEWER).review.ask_upload(application, first, "请拍全")
    left = anna.tries(application)
    assert left is not None
    assert set(left.waiting) == {last}


def test_what_staff_bring_is_no_try(quick: Store, anna: Desk) -> None:
    application = anna.create(about()).id
    desk(quick, "rui", Role.REVIEWER).receive(application, b"%PDF-1.7 counter", "a.pdf")
    left = anna.tries(application)
    assert left is not None
    assert (left.left, left.open) == (3, False)
    sent(quick, application, days_ago=0.1)
    left = anna.tries(application)
    assert left is not None
    assert (left.left, left.open, left.waiting) == (2, True, {})


def test_a_case_that_no_account_owns_is_counted_whenever_a_folder_brings_more(quick: Store) -> None:
    quick.save_application(store_samples.application("folder"))
    for days in (20, 15, 10, 2):
        sent(quick, "folder", days_ago=days)
    assert levels(quick, "folder") == 4


def test_nobody_learns_of_anothers_tries(quick: Store, full: tuple[str, str]) -> None:
    with pytest.raises(Denied):
        desk(quick, "berta", Role.OWNER).tries(full[0])
