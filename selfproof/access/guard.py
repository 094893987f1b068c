"""The one gate under all pages: is the session alive, may the role do this, is the application this person's?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from selfproof.access.facts import Voice
from selfproof.access.rules import Role
from selfproof.access.session import Session, instant, resume
from selfproof.errors import Denied, NotFound
from selfproof.store import Store
from selfproof.store.audit import Act

_CASE = frozenset({Role.OWNER, Role.REVIEWER})
_FILE = frozenset({Role.OWNER, Role.REVIEWER, Role.RISK})
MAY: Mapping[str, frozenset[Role]] = {
    "look_work": frozenset(Role),
    "list_own": frozenset({Role.OWNER}),
    "create": frozenset({Role.OWNER}),
    "describe": frozenset({Role.OWNER}),
    "upload": frozenset({Role.OWNER}),
    "bring": frozenset({Role.REVIEWER}),
    "ask_human": frozenset({Role.OWNER}),
    "answer": frozenset({Role.OWNER}),
    "put_by": frozenset({Role.OWNER}),
    "withdraw": frozenset({Role.OWNER}),
    "restore": frozenset({Role.OWNER}),
    "consent": frozenset({Role.OWNER}),
    "export": frozenset({Role.OWNER}),
    "erase": frozenset({Role.OWNER}),
    "look_file": _FILE,
    "look_facts": _FILE,
    "look_decision": _FILE,
    "look_report": frozenset({Role.REVIEWER, Role.RISK}),
    "look_upload": _CASE,
    "look_page": _CASE,
    "look_consents": _CASE,
    "look_log": frozenset({Role.OWNER, Role.REVIEWER}),
    "correct": _CASE,
    "fill": _CASE,
    "queue": frozenset({Role.REVIEWER}),
    "look_case": frozenset({Role.REVIEWER}),
    "claim": frozenset({Role.REVIEWER}),
    "accept": frozenset({Role.REVIEWER}),
    "reject": frozenset({Role.REVIEWER}),
    "set_aside": frozenset({Role.REVIEWER}),
    "ask_upload": frozenset({Role.REVIEWER}),
    "close": frozenset({Role.REVIEWER}),
    "release": frozenset({Role.REVIEWER}),
    "note": frozenset({Role.REVIEWER}),
    "verify_again": frozenset({Role.REVIEWER}),
    "put_off": frozenset({Role.REVIEWER}),
    "draft": frozenset({Role.REVIEWER}),
    "look_again": frozenset({Role.REVIEWER}),
    "look_portfolio": frozenset({Role.RISK}),
    "rescore": frozenset({Role.RISK}),
    "look_policies": frozenset({Role.RISK}),
    "draft_policy": frozenset({Role.RISK}),
    "submit_policy": frozenset({Role.RISK}),
    "return_policy": frozenset({Role.RISK}),
    "publish_policy": frozenset({Role.RISK}),
    "retire_policy": frozenset({Role.RISK}),
    "challenge_policy": frozenset({Role.RISK}),
    "turn_switch": frozenset({Role.RISK}),
    "add_outcomes": frozenset({Role.RISK}),
    "look_accounts": frozenset({Role.ADMIN}),
    "add_account": frozenset({Role.ADMIN}),
    "change_account": frozenset({Role.ADMIN}),
    "look_audit": frozenset({Role.ADMIN}),
    "look_models": frozenset({Role.ADMIN}),
}
"""Which roles may do what; an owner only with his own applications. An admin sees no application at all."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A store as one session may use it. Strangers get the same Denied whether a thing exists or not."""

    store: Store
    session: Session
    clock: Callable[[], datetime] = instant

    @property
    def voice(self) -> Voice:
        """This person, saying something now."""
        return Voice(self.session, self.clock())

    def may(self, act: str, application: str = "") -> bool:
        """Whether the role may do this, and an owner with this application."""
        if self.session.role not in MAY[act]:
            return False
        if self.session.role is not Role.OWNER or not application:
            return True
        return self.store.people.owns(application, self.session.account)

    def check(self, act: str, application: str = "") -> None:
        """Raise Denied unless the session is still open and may do this."""
        resume(self.store, self.session.key, at=self.clock(), used=False)
        if not self.may(act, application):
            raise Denied("nothing here for you")

    @contextmanager
    def look(self, act: str, application: str = "", upload: str = "", detail: str = "") -> Iterator[Store]:
        """The store for a look, once it is allowed and in the audit log; what is missing is denied, too."""
        self.check(act, application)
        with strangers_learn_nothing():
            if application:
                self.store.people.require(application, upload)
            self.store.people.look(self.session.act(act, application, upload, detail), self.clock())
            yield self.store

    @contextmanager
    def act(self, act: str, application: str = "", upload: str = "", detail: str = "") -> Iterator[Act]:
        """What is to be done, once it is allowed, for the audit log entry that the store writes with it."""
        self.check(act, application)
        with strangers_learn_nothing():
            if application:
                self.store.people.require(application, upload)
            yield self.session.act(act, application, upload, detail)


@contextmanager
def strangers_learn_nothing() -> Iterator[None]:
    """Turn NotFound into Denied: from outside, what is not there and what is another's look the same."""
    try:
        yield
    except NotFound as error:
        raise Denied("nothing here for you") from error
