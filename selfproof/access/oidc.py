"""Signing in over an organisation's OpenID Connect provider: what it is, and which claims give which role.

Off unless SELFPROOF_OIDC names a YAML file::

    metadata_url: https://login.example/.well-known/openid-configuration
    client_id: selfproof
    secret_file: /run/secrets/selfproof-oidc
    claim: groups                 # a text or a list of texts in the identity token
    roles:                        # the first that fits, in this order
      credit-admins: admin
      credit-reviewers: reviewer
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from selfproof.access.rules import Role
from selfproof.access.session import start
from selfproof.errors import Denied, StoreError
from selfproof.store import Store
from selfproof.store.accounts import Account, Change, new
from selfproof.store.audit import Act


class Provider(BaseModel):
    """An identity provider."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metadata_url: str
    client_id: str
    secret_file: Path
    claim: str
    roles: dict[str, Role]
    scope: str = "openid profile email"

    @classmethod
    def load(cls, path: Path) -> Self:
        """From its YAML file; raises StoreError when it does not hold together."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            raise StoreError(f"{path}: {error}") from error

    @property
    def secret(self) -> str:
        """The client's secret, read when it is needed."""
        return self.secret_file.read_text("utf-8").strip()

    def role(self, claims: Mapping[str, Any]) -> Role:
        """The first role of the table that the claims give; raises Denied when there is none."""
        said = claims.get(self.claim, ())
        values = {said} if isinstance(said, str) else set(said)
        for value, role in self.roles.items():
            if value in values:
                return role
        raise Denied("no role")


def configured() -> Provider | None:
    """The provider of this deployment; None when there is none."""
    path = os.environ.get("SELFPROOF_OIDC")
    return Provider.load(Path(path)) if path else None


def sign_in(store: Store, provider: Provider, claims: Mapping[str, Any]) -> str:
    """The token of a new session for whom the provider vouches; raises Denied without a role, or when disabled here.

    claims: of a verified identity token. An account is known by issuer and subject, so another's name gains nothing;
    the role is the provider's at each sign-in.
    """
    role, origin, subject = provider.role(claims), str(claims["iss"]), str(claims["sub"])
    account = store.people.account(subject, origin)
    if account is None:
        account = new(subject, role, origin=origin)
        store.people.add_account(account, Act(account.id, role, "add_account", detail=origin))
    if not account.enabled:
        raise Denied("disabled")
    if account.role != role:
        account = _moved(store, account, role)
    return start(store, account)


def _moved(store: Store, account: Account, role: Role) -> Account:
    act = Act(account.id, role, "change_account", detail=f"{account.role} to {role}")
    store.people.change_account(account.id, Change.ROLE, role, act)
    found = store.people.account(account.name, account.origin)
    if found is None:
        raise Denied("no account")
    return found
