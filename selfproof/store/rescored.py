"""What a re-score says of one application: a decision and another one, as far as two are compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from selfproof.errors import PolicyError
from selfproof.model import Message


@dataclass(frozen=True, slots=True)
class Step:
    """What one reason did to a limit: `selfproof.model.Reason` without its text. effect: CNY."""

    code: str
    step: str
    effect: Decimal


@dataclass(frozen=True, slots=True)
class Side:
    """A decision as far as it is compared: limits in CNY, versions, why a person must look."""

    base: Decimal
    recommended: Decimal
    effective: Decimal
    binding: str
    policy: str
    engine: str
    steps: tuple[Step, ...]
    review: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Rescored:
    """One application under another policy.

    decision: id of the standing one, whose facts were used. after: None where the policy cannot decide, then `error`
    says why: a code and, after a blank, what it is about; in runs of older versions an English sentence. evidence:
    whether the checks or the application's file say something else now than they did then.
    """

    application: str
    decision: str
    trade: str
    before: Side
    after: Side | None
    evidence: bool = False
    error: str = ""

    @property
    def change(self) -> Decimal:
        """Of the effective limit, CNY; 0 where there is no new one."""
        return self.after.effective - self.before.effective if self.after else Decimal(0)

    @property
    def moved(self) -> bool:
        """Whether the effective or the recommended limit changes, or there is none any more."""
        return self.after is None or bool(self.change) or self.after.recommended != self.before.recommended


@dataclass(frozen=True, slots=True)
class Shift:
    """A reason whose effect on the limit differs; None where it is not there at all. CNY."""

    code: str
    step: str
    before: Decimal | None
    after: Decimal | None


def refusal(error: Exception) -> str:
    """Why nothing was decided, as it is kept (`Rescored.error`)."""
    code = error.code if isinstance(error, PolicyError) else ""
    return code or f"no_result {type(error).__name__}: {error}"


def shifts(item: Rescored) -> tuple[Shift, ...]:
    """Why one application changes: the reasons that come, go, or weigh otherwise; none where nothing was decided."""
    old, new = _effects(item.before), _effects(item.after or item.before)
    keys = dict.fromkeys([*old, *new])
    return tuple(Shift(*key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key))


def _effects(one: Side) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = {}
    for step in one.steps:
        found[step.code, step.step] = found.get((step.code, step.step), Decimal(0)) + step.effect
    return found
