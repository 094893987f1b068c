"""Accounts, passwords, sessions, and the commands that keep them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from click.testing import Result
from typer.testing import CliRunner

from selfproof import cli
from selfproof.access import (
    Desk,
    LockedError,
    Role,
    UnfitError,
    enter,
    oidc,
    passwords,
    people,
    rules,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from selfproof.access.session import key_of
from selfproof.errors import Denied, NotFound, StoreError
from selfproof.store import Store
from selfproof.store.accounts import Account
from selfproof.store.audit import Act
from selfproof.store.sessions import Patience
from tests.people_samples import PASSWORD, token

START = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def anna(store: Store) -> Account:
    return people.add(store, "Anna", Role.OWNER, PASSWORD, act=people.by_system("add_account", "anna"))


def test_the_right_password_opens_a_session_and_capitals_of_the_name_do_not_matter(quick: Store) -> None:
    anna(quick)
    session = enter(quick, sign_in(quick, " ANNA ", PASSWORD))
    assert (session.name, session.role) == ("anna", Role.OWNER)


@pytest.mark.parametrize(("name", "password"), [("anna", "a quiet green hero"), ("nobody", PASSWORD), ("anna", "")])
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(quick: Store, name: str, password: str) -> None:
    anna(quick)
    with pytest.raises(Denied, match="wrong name or password"):
        sign_in(quick, name, password)


def test_a_password_is_kept_only_as_an_argon2id_hash(
    quick: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shipped_hasher: PasswordHasher
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", shipped_hasher)
    account = anna(quick)
    assert account.secret.startswith("$argon2id$v=19$m=65536,t=3,p=4$"), "RFC 9106, the second recommended option"
    assert passwords.matches(account.secret, PASSWORD)
    assert PASSWORD.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("selfproof.db*"))
    assert account.secret not in repr(account)


def test_a_token_is_kept_only_as_its_hash(quick: Store, tmp_path: Path) -> None:
    given = token(quick, "anna", Role.OWNER)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("selfproof.db*"))
    assert given.encode() not in kept
    assert key_of(given).encode() in kept


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("short", "password_short"),
        ("x" * 129, "password_long"),
        ("anna has a heron", "password_name"),
        ("abababababababab", "password_simple"),
        (PASSWORD, ""),
        ("安静的绿色苍鹭在清晨的河边散步", ""),
    ],
)
def test_password_rules(password: str, complaint: str) -> None:
    assert passwords.complaint(password, "anna") == complaint


def test_a_name_is_taken_once(quick: Store) -> None:
    anna(quick)
    with pytest.raises(UnfitError, match="name_taken"):
        anna(quick)
    with pytest.raises(UnfitError, match="name_unfit"):
        people.add(quick, "  ", Role.OWNER, PASSWORD, act=people.by_system("add_account", ""))


def test_after_five_failed_tries_even_the_right_password_must_wait_longer_and_longer(quick: Store) -> None:
    anna(quick)
    for _ in range(5):
        with pytest.raises(Denied):
            sign_in(quick, "anna", "not the password", at=START)
    with pytest.raises(LockedError) as first:
        sign_in(quick, "anna", PASSWORD, at=START)
    assert first.value.wait == timedelta(seconds=30)
    later = START + timedelta(seconds=31)
    with pytest.raises(Denied, match="wrong"):
        sign_in(quick, "anna", "not the password", at=later)
    with pytest.raises(LockedError) as second:
        sign_in(quick, "anna", PASSWORD, at=later)
    assert second.value.wait == timedelta(seconds=60)
    assert sign_in(quick, "anna", PASSWORD, at=later + timedelta(seconds=61))
    with pytest.raises(Denied, match="wrong"):
        sign_in(quick, "anna", "not the password", at=later + timedelta(seconds=62))


def test_names_that_do_not_exist_are_locked_out_like_those_that_do(quick: Store) -> None:
    for _ in range(5):
        quick.people.try_again("nobody", rules().patience, START)
    with pytest.raises(LockedError):
        sign_in(quick, "nobody", PASSWORD, at=START)


def test_tries_at_the_same_moment_do_not_slip_past_the_lock(store: Store) -> None:
    patience = Patience(5, timedelta(hours=1), timedelta(hours=1))
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: store.people.try_again("anna", patience, START), range(24)))
    assert waits.count(timedelta()) == 5


def test_a_session_ends_after_its_hours_and_after_idle_minutes(quick: Store) -> None:
    anna(quick)
    given = sign_in(quick, "anna", PASSWORD, at=START)
    for minutes in range(0, 700, 20):
        assert enter(quick, given, at=START + timedelta(minutes=minutes)).name == "anna"
    with pytest.raises(Denied):
        enter(quick, given, at=START + timedelta(hours=12))
    idle = sign_in(quick, "anna", PASSWORD, at=START)
    with pytest.raises(Denied):
        enter(quick, idle, at=START + timedelta(minutes=30))


def test_what_a_page_asks_by_itself_does_not_keep_a_session_open(quick: Store) -> None:
    anna(quick)
    given = sign_in(quick, "anna", PASSWORD, at=START)
    for minutes in range(0, 30, 5):
        enter(quick, given, at=START + timedelta(minutes=minutes), used=False)
    with pytest.raises(Denied):
        enter(quick, given, at=START + timedelta(minutes=30), used=False)


def test_signing_out_ends_this_session_and_everywhere_ends_all(store: Store) -> None:
    tokens = [token(store, "anna", Role.OWNER) for _ in range(3)]
    sign_out(store, enter(store, tokens[0]))
    with pytest.raises(Denied):
        enter(store, tokens[0])
    sign_out_everywhere(store, enter(store, tokens[1]))
    for given in tokens:
        with pytest.raises(Denied):
            enter(store, given)


def test_a_desk_that_is_still_held_is_worth_nothing_after_signing_out(quick: Store) -> None:
    session = enter(quick, token(quick, "anna", Role.OWNER))
    held = Desk.of(quick, session)
    assert held.applications() == ()
    sign_out(quick, session)
    with pytest.raises(Denied):
        held.applications()


def test_a_disabled_account_is_out_at_once_and_a_new_password_ends_its_sessions(quick: Store) -> None:
    anna(quick)
    given = sign_in(quick, "anna", PASSWORD)
    people.set_password(quick, "anna", "another quiet heron", act=people.by_system("change_account", "anna"))
    with pytest.raises(Denied):
        enter(quick, given)
    given = sign_in(quick, "anna", "another quiet heron")
    people.enable(quick, "anna", act=people.by_system("change_account", "anna"), enabled=False)
    with pytest.raises(Denied):
        enter(quick, given)
    with pytest.raises(Denied):
        sign_in(quick, "anna", "another quiet heron")
    people.enable(quick, "anna", act=people.by_system("change_account", "anna"), enabled=True)
    assert sign_in(quick, "anna", "another quiet heron")
    with pytest.raises(NotFound):
        people.find(quick, "nobody")


def test_whoever_knows_the_old_password_may_set_his_own(quick: Store) -> None:
    anna(quick)
    given = sign_in(quick, "anna", PASSWORD)
    session = enter(quick, given)
    with pytest.raises(Denied):
        people.change_own_password(quick, session, "not the password", "another quiet heron")
    with pytest.raises(UnfitError):
        people.change_own_password(quick, session, PASSWORD, "short")
    people.change_own_password(quick, session, PASSWORD, "another quiet heron")
    with pytest.raises(Denied):
        enter(quick, given)
    assert sign_in(quick, "anna", "another quiet heron")


def _provider(folder: Path) -> oidc.Provider:
    (folder / "secret").write_text("s3cret\n")
    text = f"""
metadata_url: https://login.example/.well-known/openid-configuration
client_id: selfproof
secret_file: {folder}/secret
claim: groups
roles: {{credit-admins: admin, credit-reviewers: reviewer}}
"""
    (folder / "oidc.yaml").write_text(text)
    return oidc.Provider.load(folder / "oidc.yaml")


def test_claims_of_a_provider_give_the_role_and_another_subject_of_the_same_name_is_another_account(
    quick: Store, tmp_path: Path
) -> None:
    provider = _provider(tmp_path)
    claims = {"iss": "https://login.example", "sub": "17", "groups": ["staff", "credit-reviewers"]}
    session = enter(quick, oidc.sign_in(quick, provider, claims))
    assert session.role is Role.REVIEWER
    moved = enter(quick, oidc.sign_in(quick, provider, claims | {"groups": "credit-admins"}))
    assert (moved.account, moved.role) == (session.account, Role.ADMIN)
    with pytest.raises(Denied):
        enter(quick, oidc.sign_in(quick, provider, claims | {"groups": ["staff"]}))
    other = enter(quick, oidc.sign_in(quick, provider, claims | {"iss": "https://other.example"}))
    assert other.account != session.account
    with pytest.raises(Denied):
        sign_in(quick, "17", "")


def test_a_provider_file_that_does_not_hold_together_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("client_id: selfproof\n")
    with pytest.raises(StoreError, match="metadata_url"):
        oidc.Provider.load(tmp_path / "bad.yaml")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs one of our commands on a store of its own."""
    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    return lambda *words, given="": CliRunner().invoke(cli.app, words, input=given)


def test_the_command_line_keeps_accounts_and_takes_no_password_from_its_arguments(
    command: Callable[..., Result], tmp_path: Path
) -> None:
    assert command("user", "add", "Anna", "--role", "owner", given=f"{PASSWORD}\n").exit_code == 0
    assert command("user", "add", "bo", "--role", "risk", "--password", PASSWORD).exit_code == 2
    weak = command("user", "add", "bo", "--role", "risk", given="short\n")
    assert (weak.exit_code, "12" in weak.stderr) == (1, True)
    assert command("user", "password", "anna", given="another quiet heron\n").exit_code == 0
    with Store.open(f"sqlite:///{tmp_path}/selfproof.db", tmp_path) as store:
        assert sign_in(store, "anna", "another quiet heron")
    assert command("user", "disable", "anna").exit_code == 0
    assert "anna · owner · local · 停用" in command("user", "list").stdout
    assert command("user", "enable", "anna").exit_code == 0
    assert command("user", "disable", "nobody").exit_code == 1


def test_the_command_that_verifies_the_log_says_where_it_breaks(command: Callable[..., Result], tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/selfproof.db", tmp_path) as store:
        for number in range(3):
            store.people.note(Act("anna", "owner", "look_page", f"A-{number}"))
        head = store.people.verify_log().head
        assert f"3 entries, head {head}" in command("audit", "verify").stdout
        with store.engine.begin() as connection:
            connection.execute(sa.text("DROP TRIGGER audit_update"))
            connection.execute(sa.text("UPDATE audit SET role = 'risk' WHERE number = 2"))
    broken = command("audit", "verify", "--head", head)
    assert (broken.exit_code, "broken at entry 2" in broken.stdout) == (1, True)
