"""Every check with what it needs, what a policy makes of its failing, and what would clear it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from selfproof.credit.policy import Effect, Policy
from selfproof.model import Message
from selfproof.texts import table
from selfproof.verify import Check, checks


class Severity(StrEnum):
    """How heavy a failed check is, the heaviest first; the policy's row says so, never the check."""

    STOP = "stop"
    CONTRADICTION = "contradiction"
    CAP = "cap"
    ADVISORY = "advisory"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One check under one policy.

    effects: what failing does to the limit, a sentence each; lifts: what passing may lift; clears: what the owner can
    do about it, None where the tables do not tell.
    """

    check: Check
    severity: Severity
    effects: tuple[Message, ...]
    lifts: tuple[Message, ...]
    clears: Message | None

    @property
    def title(self) -> Message:
        """What the check holds, in a few words."""
        return Message(f"checks.{self.check.id}")


def catalogue(policy: Policy) -> tuple[Entry, ...]:
    """Every check that there is, in the order of their ids."""
    return tuple(_entry(check, policy) for check in checks().values())


def _entry(check: Check, policy: Policy) -> Entry:
    effect = policy.checks.get(check.id)
    return Entry(check, severity(effect), effects(effect, policy), tuple(_lifts(check.id, policy)), clears(check.id))


def severity(effect: Effect | None) -> Severity:
    """The heaviest that a row says."""
    if effect is None:
        return Severity.UNNAMED
    if effect.stop:
        return Severity.STOP
    if effect.contradiction:
        return Severity.CONTRADICTION
    return Severity.ADVISORY if effect.advisory else Severity.CAP


def effects(effect: Effect | None, policy: Policy) -> tuple[Message, ...]:
    """What a row does to the limit, in sentences; a row may both cap a document and send the case to a person."""
    heaviest = severity(effect)
    if effect is None or effect.advisory:
        return (Message(f"findings.effect_{heaviest}"),)
    said = [_coded("stop", effect.stop), _coded("contradiction", effect.contradiction), _capped(effect, policy)]
    return tuple(message for message in said if message is not None)


def _coded(name: str, code: str | None) -> Message | None:
    return Message(f"findings.effect_{name}", {"code": code}) if code else None


def _capped(effect: Effect, policy: Policy) -> Message | None:
    level = 0 if effect.stop else effect.cap_level
    if level is None:
        return None
    if not policy.levels[level]:
        return Message("findings.effect_refused")
    return Message("findings.effect_cap", {"level": str(level), "share": f"{policy.levels[level]:.0%}"})


def _lifts(check: str, policy: Policy) -> Iterator[Message]:
    """What a document gains where the check passes."""
    for kind, carriers in policy.consistency.items():
        named = ", ".join(carrier for carrier, needed in carriers.items() if check in needed)
        if named:
            yield Message("findings.lifts_consistency", {"kind": kind, "carrier": named})
    if check == policy.trusted_signature:
        yield Message("findings.lifts_signature")
    for kind, match in policy.match.items():
        if match == check:
            yield Message("findings.lifts_match", {"kind": kind})


def clears(check: str) -> Message | None:
    """What would clear a finding of this check."""
    return Message(f"clear.{check}") if f"clear.{check}" in table() else None
