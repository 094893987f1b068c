"""Signing in, and what a session is. A token is 256 random bits; only its hash is kept."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from selfproof.access import passwords
from selfproof.access.rules import Role, rules
from selfproof.errors import Denied
from selfproof.store import Store
from selfproof.store.accounts import Account
from selfproof.store.audit import Act
from selfproof.store.sessions import Kept

SYSTEM = "system"
"""The account that stands in the audit log for the command line."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. key: the hash of the token; token: what forms and uploads must send (CSRF)."""

    key: str = field(repr=False)
    account: str
    name: str
    role: Role
    expires: datetime
    token: str = field(repr=False)

    def act(self, act: str, application: str = "", upload: str = "", detail: str = "") -> Act:
        """Something this person does, for the audit log."""
        return Act(self.account, self.role, act, application, upload, detail)


class LockedError(Denied):
    """Too many failed tries; `wait` says how long until the next one."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many failed tries")
        self.wait = wait


def instant() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def key_of(token: str) -> str:
    """Under what a session is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_name(name: str) -> str:
    """A name as it is kept: without outer white space, in small letters."""
    return name.strip().casefold()


def sign_in(store: Store, name: str, password: str, *, at: datetime | None = None) -> str:
    """The token of a new session; raises LockedError after too many tries, else Denied, the same for all reasons."""
    at = at or instant()
    account = prove(store, name, password, at=at)
    if account is None:
        raise Denied("wrong name or password")
    return start(store, account, at=at)


def prove(store: Store, name: str, password: str, *, at: datetime | None = None) -> Account | None:
    """The account that this is the password of; None for any other. Raises LockedError after too many tries."""
    known_as = clean_name(name)
    wait = store.people.try_again(known_as, rules().patience, at or instant())
    if wait:
        raise LockedError(wait)
    account = store.people.account(known_as)
    right = passwords.matches(account.secret if account else "", password)
    if account is None or not account.enabled or not right:
        store.people.note(Act(account.id if account else "", account.role if account else "", "sign_in_failed"))
        return None
    store.people.forgive(known_as)
    return account


def start(store: Store, account: Account, *, at: datetime | None = None) -> str:
    """A session for somebody who has proved who he is; returns its token, which exists nowhere else."""
    at, token = at or instant(), secrets.token_urlsafe(32)
    kept = Kept(key_of(token), account.id, account.name, account.role, expires=at + rules().life, seen=at)
    store.people.start_session(kept, at, Act(account.id, account.role, "sign_in"))
    return token


def enter(store: Store, token: str, *, at: datetime | None = None, used: bool = True) -> Session:
    """The session of a token; raises Denied when there is none or it has ended.

    used: whether a person did something; what a page asks by itself does not keep a session open.
    """
    return resume(store, key_of(token), at=at, used=used)


def resume(store: Store, key: str, *, at: datetime | None = None, used: bool = True) -> Session:
    """The session under the hash of its token, like `enter`."""
    at = at or instant()
    kept = store.people.session(key)
    if kept is None or at >= kept.expires or at - kept.seen >= rules().idle:
        raise Denied("no session")
    if used and at - kept.seen >= rules().touch:
        store.people.touch(key, at)
    mark = hmac.new(store.key, f"form\0{key}".encode(), hashlib.sha256).hexdigest()
    return Session(key, kept.account, kept.name, Role(kept.role), kept.expires, mark)


def sign_out(store: Store, session: Session) -> None:
    """End this session."""
    store.people.end_session(session.key, session.act("sign_out"))


def sign_out_everywhere(store: Store, session: Session) -> None:
    """End all sessions of this person."""
    store.people.end_sessions(session.account, session.act("sign_out_everywhere"))
