"""Keeping accounts, from the admin's page and from the command line."""

from __future__ import annotations

from selfproof.access import passwords
from selfproof.access.rules import Role
from selfproof.access.session import SYSTEM, Session, clean_name, prove
from selfproof.errors import Denied, NotFound, UnfitError
from selfproof.store import Store
from selfproof.store.accounts import Account, Change, new
from selfproof.store.audit import Act

_LONGEST_NAME = 64


def by_system(act: str, detail: str) -> Act:
    """An act of whoever has the command line."""
    return Act(SYSTEM, SYSTEM, act, detail=detail)


def add(store: Store, name: str, role: Role, password: str, *, act: Act) -> Account:
    """A new local account; raises UnfitError."""
    known_as = clean_name(name)
    if not known_as or len(known_as) > _LONGEST_NAME or not known_as.isprintable():
        raise UnfitError("name_unfit")
    if store.people.account(known_as) is not None:
        raise UnfitError("name_taken")
    _check(password, known_as)
    account = new(known_as, role, secret=passwords.hashed(password))
    store.people.add_account(account, act)
    return account


def _check(password: str, name: str) -> None:
    code = passwords.complaint(password, name)
    if code:
        raise UnfitError(code)


def find(store: Store, name: str) -> Account:
    """A local account by its name; raises NotFound."""
    account = store.people.account(clean_name(name))
    if account is None:
        raise NotFound(f"no account {name}")
    return account


def set_password(store: Store, name: str, password: str, *, act: Act) -> None:
    """Another password for an account; raises NotFound, UnfitError."""
    account = find(store, name)
    _check(password, account.name)
    store.people.change_account(account.id, Change.PASSWORD, passwords.hashed(password), act)


def change_own_password(store: Store, session: Session, old: str, new_one: str) -> None:
    """Another password by the person himself, who must know the old one; all his sessions end.

    Raises Denied for a wrong old password and for accounts of an identity provider, LockedError after too many tries,
    UnfitError for a new one that will not do.
    """
    account = find(store, session.name)
    if account.id != session.account or prove(store, account.name, old) is None:
        raise Denied("wrong name or password")
    set_password(store, account.name, new_one, act=session.act("change_own_password"))


def enable(store: Store, name: str, *, act: Act, enabled: bool) -> None:
    """Let an account in or keep it out; raises NotFound."""
    store.people.change_account(find(store, name).id, Change.ENABLED, "yes" if enabled else "no", act)
