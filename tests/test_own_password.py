"""Everybody changes his own password, and nobody stays signed in with the old one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from selfproof.access import Desk, Role, UnfitError, enter, people, sign_in
from selfproof.access.session import start
from selfproof.errors import Denied, StoreError
from selfproof.store import Store
from selfproof.store.accounts import new
from selfproof.store.audit import Act
from tests.people_samples import PASSWORD, desk
from ui import farewells
from ui.gate import COOKIE, Gate
from ui.routes import Routes

OTHER = "a quiet blue heron"


def signed_in(store: Store, name: str, role: Role) -> str:
    people.add(store, name, role, PASSWORD, act=people.by_system("add_account", name))
    return sign_in(store, name, PASSWORD)


@pytest.mark.parametrize("role", list(Role))
def test_after_a_change_every_session_has_ended_and_only_the_new_password_opens(quick: Store, role: Role) -> None:
    here = signed_in(quick, "anna", role)
    elsewhere = sign_in(quick, "anna", PASSWORD)
    at = Desk.of(quick, enter(quick, here))
    assert at.has_password
    with pytest.raises(Denied):
        at.change_password("not the old one", OTHER)
    with pytest.raises(UnfitError, match="password_short"):
        at.change_password(PASSWORD, "short")
    assert enter(quick, elsewhere)
    at.change_password(PASSWORD, OTHER)
    for old in (here, elsewhere):
        with pytest.raises(Denied):
            enter(quick, old)
    with pytest.raises(Denied):
        at.change_password(OTHER, PASSWORD)
    with pytest.raises(Denied):
        sign_in(quick, "anna", PASSWORD)
    assert sign_in(quick, "anna", OTHER)
    assert "change_own_password" in {entry.act for entry in quick.people.log(50)}


def test_who_comes_from_an_identity_provider_has_no_password_here(quick: Store) -> None:
    account = new("anna", Role.OWNER, origin="https://login.example")
    quick.people.add_account(account, Act(account.id, Role.OWNER, "add_account"))
    at = Desk.of(quick, enter(quick, start(quick, account)))
    assert not at.has_password
    assert not desk(quick, "bo", Role.OWNER).has_password, "an account that was made without a password"
    with pytest.raises(StoreError):
        at.change_password(PASSWORD, OTHER)


def _script() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.errors import Denied
    from selfproof.store import Store
    from ui import frame, password, who

    frame.dress()
    with Store.open() as store:
        try:
            session = enter(store, os.environ["TEST_TOKEN"])
        except Denied:
            who.part(os.environ["TEST_TOKEN"])
        password.offer(Desk.of(store, session))


def test_the_form_says_what_is_wrong_and_what_follows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as store:
        monkeypatch.setenv("TEST_TOKEN", signed_in(store, "anna", Role.RISK))
    page = AppTest.from_function(_script, default_timeout=300).run()

    def sent(old: str, chosen: str, again: str) -> str:
        for field, text in zip(page.text_input, (old, chosen, again), strict=True):
            field.input(text)
        page.button[0].click().run()
        return "".join(element.proto.body for element in page.get("html"))

    assert "两次输入的新密码不一样" in sent(PASSWORD, OTHER, PASSWORD)
    assert "现在的密码不对" in sent(OTHER, OTHER, OTHER)
    assert "密码至少要 12 个字符" in sent(PASSWORD, "short", "short")
    assert "所有设备都已退出登录" in sent(PASSWORD, OTHER, OTHER)
    assert not page.exception
    assert not page.text_input
    with Store.open() as store:
        assert sign_in(store, "anna", OTHER)
        with pytest.raises(Denied):
            enter(store, os.environ["TEST_TOKEN"])


def test_whoever_is_sent_to_the_sign_in_page_reads_there_that_the_password_is_changed(quick: Store) -> None:
    """A page that refreshes itself may be gone before its own words are read."""
    told, untold = "所有设备都已退出登录", "您已退出或长时间未操作"
    here = signed_in(quick, "anna", Role.REVIEWER)
    elsewhere = sign_in(quick, "anna", PASSWORD)
    session = enter(quick, here)
    Desk.of(quick, session).change_password(PASSWORD, OTHER)
    farewells.password_changed(session)
    with TestClient(Gate(Starlette(routes=Routes(quick).all()), quick)) as client:
        for token, said, unsaid in ((here, told, untold), (elsewhere, untold, told)):
            client.cookies.set(COOKIE, token)
            page = client.get("/login?ended=1").text
            assert (said in page, unsaid in page) == (True, False)
