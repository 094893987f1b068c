"""What lies on a reviewer's desk: drafts, places to be read again, and cases that are somebody's for a while."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from selfproof import pipeline
from selfproof.access import Desk, Role, enter
from selfproof.access.guard import Guard
from selfproof.access.session import instant
from selfproof.access.sieve import View
from selfproof.errors import Denied
from selfproof.model import Place
from selfproof.store import State, Store, Task
from tests.people_samples import Sample, about, case, desk, following, invoice, paused, token
from ui import review_commit, server
from ui.gate import COOKIE

BOX = (0.1, 0.2, 0.3, 0.25)


@pytest.fixture
def sample(store: Store) -> Sample:
    return case(store, desk(store, "anna", Role.OWNER))


@pytest.fixture
def rui(store: Store) -> Desk:
    return desk(store, "rui", Role.REVIEWER)


def later(of: Desk, minutes: int) -> Desk:
    """The same person's desk as of some minutes from now."""
    return Desk(Guard(of.guard.store, of.session, lambda: instant() + timedelta(minutes=minutes)))


def waiting(store: Store, count: int) -> list[str]:
    """So many cases that wait for a reviewer."""
    anna = desk(store, "anna", Role.OWNER)
    names = [anna.create(about()).id for _ in range(count)]
    for name in names:
        paused(store, name, store.add_facts(name, invoice(name)))
    return names


def test_a_draft_is_its_reviewer_s_own_and_goes_with_an_empty_one(store: Store, sample: Sample, rui: Desk) -> None:
    rui.review.keep_draft(sample.application, '{"drafts": {"f": "1"}}')
    rui.review.keep_draft(sample.application, '{"drafts": {"f": "12"}}')
    assert review_commit.begun(rui.review.draft(sample.application)) == {"drafts": {"f": "12"}}
    assert desk(store, "shan", Role.REVIEWER).review.draft(sample.application) == ""
    rui.review.keep_draft(sample.application, "")
    assert rui.review.draft(sample.application) == ""
    for role in (Role.OWNER, Role.RISK, Role.ADMIN):
        with pytest.raises(Denied):
            desk(store, "anna" if role is Role.OWNER else f"some {role}", role).review.draft(sample.application)


@pytest.mark.parametrize("kept", ["", "[]", "{", "7"])
def test_what_is_no_draft_is_none(kept: str) -> None:
    assert review_commit.begun(kept) == {}


def test_a_case_is_one_reviewer_s_until_his_time_is_over(store: Store, sample: Sample, rui: Desk) -> None:
    shan = desk(store, "shan", Role.REVIEWER)
    rui.review.claim(sample.application)
    assert {row.waiting.claimed for row in shan.review.queue().rows} == {"rui"}
    with pytest.raises(Denied):
        shan.review.claim(sample.application)
    later(rui, 10).review.hold(sample.application)
    with pytest.raises(Denied):
        later(shan, 20).review.claim(sample.application)
    later(shan, 26).review.claim(sample.application)
    later(rui, 27).review.hold(sample.application)
    with pytest.raises(Denied):
        later(rui, 27).review.claim(sample.application)
    later(rui, 27).review.claim(sample.application, by_force=True)


def test_of_two_reviewers_who_want_the_next_case_at_once_each_gets_another(store: Store) -> None:
    names = waiting(store, 8)
    desks = [desk(store, f"reviewer {number}", Role.REVIEWER) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda one: one.review.take_next(""), desks))
    assert len(set(taken)) == 4
    assert set(taken) <= set(names)


def test_a_case_that_is_put_off_is_nobody_s_next_one_until_then(store: Store, rui: Desk) -> None:
    first, second = waiting(store, 2)
    rui.review.put_off(second, datetime.now(UTC) + timedelta(days=1), "等对账单")
    assert following(rui, first) == ""
    rui.review.put_off(second, datetime.now(UTC) - timedelta(seconds=1), "到时间了")
    assert following(rui, first) == second
    rui.review.put_off(second, datetime.now(UTC) + timedelta(days=1), "再等等")
    assert [row.waiting.application for row in rui.review.queue().rows] == [first]
    assert [row.waiting.application for row in rui.review.queue(view=View("later")).rows] == [second]
    desk(store, "anna", Role.OWNER).ask_human(second, "请看一下")
    assert following(rui, first) == second, "the applicant asks, so nobody waits any longer"


def test_a_case_read_ahead_serves_until_something_comes_to_it_and_the_log_says_that_nobody_looked(
    store: Store, sample: Sample, rui: Desk
) -> None:
    ahead = rui.review.ahead(sample.application)
    looks = [entry for entry in store.people.log_of(sample.application) if entry.act == "look_case"]
    assert [entry.detail for entry in looks] == ["ahead"]
    shan = desk(store, "shan", Role.REVIEWER)
    shan.review.claim(sample.application)
    opened = rui.review.case(sample.application, ahead)
    assert opened.sheets is ahead.case.sheets
    assert opened.row.waiting.claimed == "shan", "who is at it is asked for again"
    shan.correct(sample.application, sample.fact, Decimal("11400.00"))
    opened = rui.review.case(sample.application, ahead)
    assert opened.sheets is not ahead.case.sheets
    assert len(opened.deeds) == 1
    assert rui.review.colleague(sample.application) == "shan"
    assert shan.review.colleague(sample.application) == ""


def test_the_whole_queue_can_be_seen_by_reason_and_by_who_is_at_a_case(store: Store, rui: Desk) -> None:
    first, second = waiting(store, 2)
    rui.review.claim(first)
    desk(store, "anna", Role.OWNER).ask_human(second, "请看一下")
    wanted = {"mine": [first], "free": [second], "asked": [second], "contradiction": [second, first], "adverse": []}
    for wish, names in wanted.items():
        found = rui.review.queue(view=View(wish))
        assert ([row.waiting.application for row in found.rows], found.total) == (names, 2), wish
        assert found.counts[wish] == len(names), wish
    rui.review.put_off(second, datetime.now(UTC) + timedelta(days=1), "再等等")
    assert {wish: rui.review.queue().counts[wish] for wish in ("contradiction", "later")} == {
        "contradiction": 1, "later": 1,
    }  # fmt: skip
    assert rui.review.queue(view=View(find=first)).counts["later"] == 0


def test_a_case_is_found_by_what_people_call_it_put_off_or_not(store: Store, rui: Desk) -> None:
    first, second = waiting(store, 2)
    other = desk(store, "bei", Role.OWNER).create(about("北岸 样例ＡＢ建材行")).id
    paused(store, other, store.add_facts(other, invoice(other)))
    rui.review.put_off(first, datetime.now(UTC) + timedelta(days=2), "电话没接通")
    wanted = {
        "青禾": [second, first],
        "北岸样例ab": [other],
        "BEI": [other],
        other[2:9].upper(): [other],
        "林样": 3,
        "%": [],
    }
    for words, names in wanted.items():
        found = [row.waiting.application for row in rui.review.queue(view=View(find=words)).rows]
        assert len(found) == names if isinstance(names, int) else sorted(found) == sorted(names), words
    assert rui.review.queue(view=View("later", find="北岸")).wanted == 0
    assert following(rui, other, View(find="北岸")) == ""
    words = {entry.detail for entry in store.people.log() if entry.act == "queue"}
    assert words <= {""}, "whom somebody looked for is in no log"


def test_a_place_is_read_again_by_the_worker_before_anything_else(store: Store, sample: Sample, rui: Desk) -> None:
    name = rui.review.look_again(sample.application, sample.upload, Place(1, BOX))
    assert rui.review.looked(sample.application, name) is None
    assert Task.LOOK not in {job.task for job in rui.jobs(sample.application)}, "nobody waits for a limit because of it"
    with store.present() as holder:
        job = store.claim(holder, lease=60)
        assert job is not None
        assert (job.task, job.subject) == (Task.LOOK, name)
        assert pipeline.work(store, job)
    assert rui.review.looked(sample.application, name) == "", "what cannot be read says nothing"
    assert Task.LOOK not in {item.task for item in store.open_jobs(sample.application)}
    with pytest.raises(Denied):
        rui.review.look_again(sample.application, sample.upload, Place(2, BOX))
    with pytest.raises(Denied):
        rui.review.looked(sample.application, "none")


def test_a_look_that_ends_its_reader_twice_is_answered_with_nothing(store: Store, sample: Sample, rui: Desk) -> None:
    name = rui.review.look_again(sample.application, sample.upload, Place(1, BOX))
    for holder in ("one", "two"):
        job = store.claim(holder, lease=60)
        while job is not None and job.subject != name:
            store.finish(job, State.READ)
            job = store.claim(holder, lease=60)
        store.put_back(holder)
    assert rui.review.looked(sample.application, name) == ""


def test_the_viewer_s_own_routes_ask_for_session_token_and_role(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path / "home") as store:
        sample = case(store, desk(store, "anna", Role.OWNER))
        path, look = f"/review/{sample.application}/draft", f"/review/{sample.application}/look/{sample.upload}/1"
        app, kept = server.application(store), {"drafts": {"f": "1"}}
        assert TestClient(app).post(path, json={}).status_code == 401
        for name, role in (("anna", Role.OWNER), ("rita", Role.RISK)):
            assert Visitor(store, app, name, role).post(path, kept) == (404, {"error": "nothing_here"})
        rui = Visitor(store, app, "rui", Role.REVIEWER)
        assert rui.post(path, kept, forged=True)[0] == 403
        assert rui.post(path, [])[0] == 400
        assert rui.post(path, kept)[0] == 200
        assert json.loads(rui.desk.review.draft(sample.application)) == kept
        assert rui.post(look, "here")[0] == 400
        assert rui.post(look, [0.5, 0.5, 0.1, 0.9])[0] == 404
        status, told = rui.post(look, list(BOX))
        assert status == 200
        answer = rui.client.get(f"/review/{sample.application}/look/{told['id']}")
        assert answer.json() == {"done": False, "text": ""}
        assert rui.client.get("/review/A-0/look/x").status_code == 404


class Visitor:
    """Somebody with a session who speaks to the routes."""

    def __init__(self, store: Store, app: Any, name: str, role: Role) -> None:
        given = token(store, name, role)
        self.desk = Desk.of(store, enter(store, given))
        self.client = TestClient(app, cookies={COOKIE: given})

    def post(self, path: str, body: object, *, forged: bool = False) -> tuple[int, Any]:
        key = "another" if forged else self.desk.session.token
        answer = self.client.post(path, json=body, headers={"x-selfproof-token": key})
        return answer.status_code, answer.json() if answer.headers["content-type"] == "application/json" else None
