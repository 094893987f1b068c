"""Papers that staff bring on an owner's behalf: marked with who and when, shown to all, and worth the same."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from selfproof import pipeline
from selfproof.access import Role, enter
from selfproof.access.replies import to_upload
from selfproof.errors import Denied
from selfproof.explaining import technical
from selfproof.explaining.paper import Grid
from selfproof.store import Store
from selfproof.store.audit import Entry
from tests.people_samples import case, desk, token
from tests.test_review_page import statement
from ui.gate import COOKIE, Gate
from ui.routes import TOKEN_HEADER, Routes

PAPER = statement("青禾样例塑料制品厂", 60_000)


def _brought(entries: tuple[Entry, ...]) -> list[tuple[str, bool]]:
    return [(entry.role, bool(entry.upload)) for entry in entries if entry.act == "bring"]


def test_what_a_reviewer_brings_is_marked_for_the_owner_the_case_and_the_log(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    rui.receive(sample.application, PAPER, "流水.csv")
    assert [upload.brought_by for upload in quick.uploads(sample.application)] == ["", rui.session.account]
    assert [upload.brought_by for upload in anna.uploads(sample.application)] == ["", "reviewer"]
    found = anna.current(sample.application)
    assert found is not None
    assert {upload.brought_by for upload in found.uploads} == {"", "reviewer"}
    assert [upload.brought_by for upload in rui.review.case(sample.application).uploads] == ["", "rui"]
    assert _brought(anna.log(sample.application)) == [("reviewer", True)]
    bundle = io.BytesIO()
    anna.export(sample.application, bundle)
    kept = json.loads(zipfile.ZipFile(bundle).read("uploads.json"))
    assert [item["brought_by"] for item in kept] == ["", "reviewer"]


def test_whose_file_it_was_first_it_stays(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    assert rui.receive(sample.application, b"%PDF-1.7 sample", "发票.pdf").duplicate
    assert [upload.brought_by for upload in quick.uploads(sample.application)] == [""]


def test_a_paper_is_believed_the_same_whoever_brings_it(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    decided = []
    for number, who in enumerate((anna, rui)):
        sample = case(quick, anna, f"%PDF-1.7 {number}".encode())
        receipt = who.receive(sample.application, PAPER, "流水.csv")
        pipeline.read_all(quick, sample.application)
        decision = pipeline.reassess(quick, sample.application).decision
        decided.append((decision.levels[receipt.document], decision.recommended, [r.effect for r in decision.reasons]))
    assert decided[0] == decided[1]
    assert decided[0][0] == 2


def test_the_auditors_report_names_who_brought_which_document(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    for brought in (False, True):
        if brought:
            rui.receive(sample.application, PAPER, "流水.csv")
        pipeline.read_all(quick, sample.application)
        found = pipeline.reassess(quick, sample.application)
        grids = [part.rows for part in technical.sheet(quick, found.decision_id).parts if isinstance(part, Grid)]
        named = [row for rows in grids for row in rows if rui.session.account in row]
        assert [row[1] for row in named] == (["流水.csv"] if brought else [])


def test_staff_answer_nothing_in_the_owner_s_place(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    before = quick.facts(sample.application)
    rui.receive(sample.application, PAPER, "流水.csv", to=to_upload(sample.upload))
    assert quick.facts(sample.application) == before


def test_only_the_owner_and_reviewers_get_a_file_into_a_case(quick: Store) -> None:
    """Not theirs, the wrong role, no session, a forged id: all alike, and nothing is kept."""
    anna = desk(quick, "anna", Role.OWNER)
    sample = case(quick, anna)
    given = {
        "another's": token(quick, "bob", Role.OWNER),
        "risk": token(quick, "rita", Role.RISK),
        "admin": token(quick, "ada", Role.ADMIN),
        "reviewer": token(quick, "rui", Role.REVIEWER),
    }
    before = quick.uploads(sample.application), quick.people.log_of(sample.application)
    with TestClient(Gate(Starlette(routes=Routes(quick).all()), quick)) as client:

        def sent(who: str, application: str) -> tuple[int, dict[str, object]]:
            headers = {}
            if who in given:
                csrf = enter(quick, given[who]).token
                headers = {"cookie": f"{COOKIE}={given[who]}", TOKEN_HEADER: csrf}
            answer = client.post(f"/upload/{application}", files={"files": ("流水.csv", PAPER)}, headers=headers)
            return answer.status_code, answer.json()

        nothing = (404, {"error": "nothing_here"})
        assert sent("another's", sample.application) == nothing
        assert sent("risk", sample.application) == sent("admin", sample.application) == nothing
        assert sent("nobody", sample.application)[0] == 401
        assert sent("reviewer", "A-0000000000000000") == sent("reviewer", sample.upload) == nothing
        assert (quick.uploads(sample.application), quick.people.log_of(sample.application)) == before
        assert sent("reviewer", sample.application)[0] == 200
    assert [upload.brought_by for upload in anna.uploads(sample.application)] == ["", "reviewer"]


def test_risk_staff_and_strangers_are_denied_at_the_desk_too(quick: Store) -> None:
    sample = case(quick, desk(quick, "anna", Role.OWNER))
    for name, role in (("bob", Role.OWNER), ("rita", Role.RISK), ("ada", Role.ADMIN)):
        with pytest.raises(Denied):
            desk(quick, name, role).receive(sample.application, PAPER, "流水.csv")


def _page() -> None:
    import os

    import streamlit as st

    from selfproof.access import Desk, Role, enter
    from selfproof.store import Store
    from ui import bring, frame, limit, owner_proof

    frame.dress()
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        (application,) = store.applications()
        if desk.session.role is Role.REVIEWER:
            bring.show(desk, application, desk.review.case(application).uploads)
        else:
            limit.show(desk, application)
            st.session_state["steps"] = {}
            owner_proof.show(desk, application)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as opened:
        yield opened


def test_the_owner_and_the_reviewer_see_the_mark_on_their_pages(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    sample = case(store, desk(store, "anna", Role.OWNER))
    desk(store, "rui", Role.REVIEWER).receive(sample.application, PAPER, "流水.csv")
    said = {}
    for name, role in (("anna", Role.OWNER), ("rui", Role.REVIEWER)):
        monkeypatch.setenv("TEST_TOKEN", token(store, name, role))
        page = AppTest.from_function(_page, default_timeout=300).run()
        assert not page.exception
        said[name] = "".join(element.proto.body for element in page.get("html"))
    assert "审核员替您上传了：流水.csv" in said["anna"]
    assert "由审核员代您上传，" in said["anna"]
    assert "rui" not in said["anna"]
    assert "流水.csv：由 rui 代为上传，" in said["rui"]
