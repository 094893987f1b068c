"""Accounts, the audit log and which optional models are there; who keeps them sees no application."""

from __future__ import annotations

from dataclasses import dataclass

from selfproof.access import people
from selfproof.access.guard import Guard
from selfproof.access.rules import Role
from selfproof.errors import UnfitError
from selfproof.store.accounts import Account
from selfproof.store.audit import Entry, Verdict
from selfproof.vision import models
from selfproof.vision.models import Role as Part
from selfproof.vision.models import Standing


@dataclass(frozen=True, slots=True)
class Admin:
    """The admins' part of a desk."""

    guard: Guard

    def accounts(self) -> tuple[Account, ...]:
        """All accounts, the first made first."""
        with self.guard.look("look_accounts") as store:
            return store.people.accounts()

    def add(self, name: str, role: Role, password: str) -> Account:
        """A new local account; raises people.UnfitError for a name or password that will not do."""
        with self.guard.act("add_account", detail=f"{name} {role}") as act:
            return people.add(self.guard.store, name, role, password, act=act)

    def set_password(self, name: str, password: str) -> None:
        """Another password; all sessions of the account end."""
        with self.guard.act("change_account", detail=f"{name} password") as act:
            people.set_password(self.guard.store, name, password, act=act)

    def enable(self, name: str, *, enabled: bool) -> None:
        """Let an account in or keep it out, at once; raises UnfitError for one's own, which nobody might open again."""
        with self.guard.act("change_account", detail=f"{name} {'enabled' if enabled else 'disabled'}") as act:
            if not enabled and people.find(self.guard.store, name).id == self.guard.session.account:
                raise UnfitError("own_account")
            people.enable(self.guard.store, name, act=act, enabled=enabled)

    def log(self, most: int = 1000) -> tuple[Entry, ...]:
        """The last entries of the audit log, the newest first."""
        with self.guard.look("look_audit") as store:
            return store.people.log(most)

    def verify_log(self) -> Verdict:
        """Whether the chain of the audit log holds."""
        with self.guard.look("look_audit") as store:
            return store.people.verify_log()

    def models(self) -> tuple[Standing, ...]:
        """How each optional vision model stands, as this process sees its folder."""
        with self.guard.look("look_models"):
            return tuple(models.standing(part) for part in Part)
