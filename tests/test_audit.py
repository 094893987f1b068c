"""The audit log: a chain that shows every change, made by many writers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from selfproof.access import Role
from selfproof.errors import NotFound
from selfproof.store import Store
from selfproof.store.applications import keyed
from selfproof.store.audit import BEGINNING, Act
from tests import store_samples as samples
from tests.people_samples import case, desk


def _fill(store: Store, count: int) -> None:
    for number in range(count):
        store.people.note(Act("anna", "owner", "look_page", "A-1", f"U-{number}"))


def _tamper(store: Store, statement: str) -> None:
    """Change the table as somebody could who owns the database and takes the triggers away."""
    with store.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER USER"))
        else:
            connection.execute(sa.text("DROP TRIGGER audit_update"))
            connection.execute(sa.text("DROP TRIGGER audit_delete"))
        connection.execute(sa.text(statement))


def test_an_empty_log_and_a_long_one_hold(store: Store) -> None:
    assert store.people.verify_log() == (found := store.people.verify_log())
    assert (found.entries, found.head, found.broken) == (0, BEGINNING, None)
    _fill(store, 12)
    found = store.people.verify_log()
    assert (found.entries, found.broken) == (12, None)
    assert found.head == store.people.log(1)[0].mark


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET act = 'look_facts' WHERE number = 4", 4),
        ("UPDATE audit SET account = 'bob' WHERE number = 1", 1),
        ("UPDATE audit SET at = '2026-01-01T00:00:00+00:00' WHERE number = 6", 6),
        ("UPDATE audit SET previous = mark WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
    ],
)
def test_whatever_is_changed_is_named_as_the_first_broken_link(store: Store, statement: str, broken: int) -> None:
    _fill(store, 8)
    _tamper(store, statement)
    assert store.people.verify_log().broken == broken


def test_an_end_that_was_cut_off_shows_against_a_head_noted_before(store: Store) -> None:
    _fill(store, 8)
    head = store.people.verify_log().head
    assert store.people.verify_log(head).broken is None
    _tamper(store, "DELETE FROM audit WHERE number > 5")
    assert store.people.verify_log().broken is None, "the chain alone cannot know"
    assert store.people.verify_log(head).broken == 6


def test_a_chain_made_anew_without_the_key_does_not_hold(store: Store) -> None:
    _fill(store, 3)
    entry = store.people.log(1)[0]
    forged = keyed(b"another key", "audit", "whatever")
    _tamper(store, f"UPDATE audit SET act = 'nothing', mark = '{forged}' WHERE number = {entry.number}")  # noqa: S608
    assert store.people.verify_log().broken == entry.number


def test_the_database_itself_refuses_to_change_the_log(store: Store) -> None:
    _fill(store, 2)
    for statement in ("UPDATE audit SET act = ''", "DELETE FROM audit", "UPDATE accounts SET name = ''"):
        if statement.endswith("name = ''"):
            desk(store, "anna", Role.OWNER)
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), store.engine.begin() as connection:
            connection.execute(sa.text(statement))


def test_many_writers_at_once_make_one_chain(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.people.note(Act(f"user {number}", "owner", "look_page")), range(64)))
    found = store.people.verify_log()
    assert (found.entries, found.broken) == (64, None)
    assert {entry.account for entry in store.people.log()} == {f"user {number}" for number in range(64)}


def test_writers_of_two_stores_on_one_database_make_one_chain(database_url: sa.URL, tmp_path: Path) -> None:
    with Store.open(database_url, tmp_path) as one, Store.open(database_url, tmp_path) as two:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: (one, two)[number % 2].people.note(Act("anna", "owner", "x")), range(24)))
        assert one.people.verify_log() == two.people.verify_log()
        assert one.people.verify_log().entries == 24


def test_a_page_drawn_again_is_no_new_look_but_another_page_and_a_later_minute_are(store: Store) -> None:
    moment = datetime.now(UTC)  # entries bear the time of their making, long after this file was imported
    look = Act("anna", "owner", "look_page", "A-1", "U-1", "1")
    for act in (look, look, Act("anna", "owner", "look_page", "A-1", "U-1", "2"), look):
        store.people.look(act, moment)
    assert store.people.verify_log().entries == 2
    store.people.look(look, moment + timedelta(minutes=2))
    assert store.people.verify_log().entries == 3


def test_an_act_that_fails_leaves_no_entry_and_no_trace_of_it(store: Store) -> None:
    with pytest.raises(NotFound):
        store.people.add_facts("A-unknown", samples.facts(), Act("anna", "owner", "correct"))
    assert store.people.verify_log().entries == 0


def test_the_log_says_who_did_what_to_which_case_and_outlives_it(store: Store) -> None:
    owner, reviewer = desk(store, "anna", Role.OWNER), desk(store, "rui", Role.REVIEWER)
    sample = case(store, owner)
    reviewer.page_image(sample.application, sample.upload, 1)
    reviewer.review.accept(sample.application, sample.upload)
    seen = [(entry.role, entry.act) for entry in owner.log(sample.application)]
    assert ("reviewer", "look_page") in seen
    assert ("reviewer", "accept") in seen
    assert ("owner", "upload") in seen
    owner.erase(sample.application)
    assert store.people.verify_log().broken is None
    left = store.people.log_of(sample.application)
    assert left[-1].act == "erase"
    assert sample.application not in repr(store.people.log()), "only keyed hashes of ids stay"
