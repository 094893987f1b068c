"""Which policy decides: the one in force on the application's day, else the one that is shipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.errors import NotFound, PolicyError
from selfproof.store import Store
from selfproof.store.policy_book import in_force

SHIPPED = "standard"
IN_FORCE = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A policy's text and what it is called."""

    name: str
    text: str

    @property
    def rules(self) -> Policy:
        """As the engine takes it; raises PolicyError with line and reason."""
        return parsed(self.text, self.name)

    @property
    def version(self) -> str:
        """Of its numbers; "" where it does not hold together."""
        try:
            return self.rules.version
        except PolicyError:
            return ""


@lru_cache(maxsize=16)
def parsed(text: str, name: str = "policy") -> Policy:
    """`selfproof.credit.policy.parse`, once for each text: one application after another is decided under the same."""
    return policies.parse(text, name=name)


def chosen(store: Store, policy: str | Path, day: date) -> Named:
    """The policy in force on a day when none is named, else the named one, as `named` finds it."""
    if policy != IN_FORCE:
        return named(store, policy)
    return _held(store, day)


def deciding(store: Store, policy: str | Path, day: date) -> Named:
    """As `chosen`, for a decision that counts: once a policy was published for the day, no other may make one.

    Raises PolicyError. Before the first publication any may, since there is nothing to go around.
    """
    found = chosen(store, policy, day)
    held = in_force(store.policies.every(), day) if policy != IN_FORCE else None
    if held is not None and found.rules.version != held.version:
        raise PolicyError(f"{found.name} is not in force on {day}: try it with `policy backtest` or `rescore`")
    return found


def _held(store: Store, day: date) -> Named:
    text = store.policies.text_on(day)
    return Named(SHIPPED, policies.text(SHIPPED)) if text is None else Named(parsed(text).name, text)


def named(store: Store, policy: str | Path) -> Named:
    """A policy by what it is called: a file's path, a stored version's hash or its beginning, a shipped or stored name.

    Raises PolicyError when there is none, and when several stored versions have that name.
    """
    if isinstance(policy, Path) or policy.endswith((".yaml", ".yml")):
        return Named(Path(policy).stem, policies.text(policy))
    try:
        kept = store.policies.get(policy)
    except NotFound:
        called = [item.version for item in store.policies.every() if item.name == policy]
        if policy == SHIPPED or not called:
            return Named(policy, policies.text(policy))
        if len(called) > 1:
            several = ", ".join(version[:12] for version in called)
            raise PolicyError(f"{policy}: {len(called)} stored versions have this name: {several}") from None
        kept = store.policies.get(called[0])
    return Named(kept.name, store.policies.text(kept.version))


def kept(store: Store, policy: str | Path) -> Named:
    """As `named`, but the very text that is stored where a file says the same in other words or comments."""
    found = named(store, policy)
    version = found.rules.version
    known = any(item.version == version for item in store.policies.every())
    return Named(found.name, store.policies.text(version)) if known else found


def stored(store: Store, policy: str | Path) -> str:
    """The stored version that a name, a file or a hash means; raises PolicyError when it was never drafted."""
    found = named(store, policy).rules.version
    if all(item.version != found for item in store.policies.every()):
        raise PolicyError(f"{policy}: version {found[:12]} was never drafted or submitted")
    return found
