"""A decision as its applicant may know it: in an owner's words, without thresholds, exact gains or names of checks.

What staff read stays as it is; the sentences for owners stand in ``texts/steps.yaml`` and ``texts/owner.yaml``
(credit-method, sections 5 and 6).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from string import Formatter

from selfproof.access.rules import Role
from selfproof.model import Decision, Finding, Message, Reason
from selfproof.store import Upload
from selfproof.texts import table

_STEPS, _OWN = "steps.why_", ("steps.", "owner.")


def decision(whole: Decision) -> Decision:
    """Without the formulas' values, codes, names of checks and exact gains; every sentence in an owner's words."""
    return replace(
        whole,
        binding="",
        trace={},
        reasons=tuple(_reason(item) for item in whole.reasons),
        advice=tuple(replace(item, gain=Decimal(0)) for item in whole.advice),
        review=tuple(review(message) for message in whole.review),
    )


def findings(all_of_them: Sequence[Finding]) -> tuple[Finding, ...]:
    """Without the names of the checks; what concerns other applicants is not told."""
    return tuple(
        replace(item, check="", message=complaint(item.message) if item.message else None) for item in all_of_them
    )


def uploads(all_of_them: Sequence[Upload]) -> tuple[Upload, ...]:
    """With the role of whoever brought a file on the owner's behalf, instead of the account."""
    return tuple(replace(item, brought_by=item.brought_by and Role.REVIEWER) for item in all_of_them)


def _reason(reason: Reason) -> Reason:
    step = reason.step if f"steps.{reason.step}" in table() else "other"
    return replace(reason, code="", step=step, text=why(reason))


def why(reason: Reason) -> Message:
    """Why a step moved the limit: the first sentence of the table that names its text, step or code."""
    text = reason.text
    if text.key.startswith(_OWN):
        return text
    if reason.code.startswith("S"):
        return Message(f"{_STEPS}stop")
    if text.key.startswith("checks."):
        return complaint(text)
    names = (text.key.removeprefix("reasons."), f"{reason.step}_{reason.code}", reason.step, reason.code)
    return _said(text, (f"{_STEPS}{name}" for name in names)) or Message(f"{_STEPS}other")


def review(message: Message) -> Message:
    """Why a person looks at the case, or that one does."""
    if message.key.startswith(_OWN):
        return message
    name = message.key.removeprefix("reasons.")
    return _said(message, [f"owner.{name}"]) or Message("owner.review_other")


def complaint(message: Message) -> Message:
    """What a check complains of; in other words where its own would tell of somebody else."""
    return _said(message, [f"owner.{message.key.removeprefix('checks.')}"]) or message


def _said(message: Message, keys: Iterable[str]) -> Message | None:
    """The first of the keys that is in the table, with the values that its sentence names and no others."""
    for key in keys:
        if key in table():
            blanks = {name for _, name, _, _ in Formatter().parse(table()[key][0]) if name}
            if blanks <= set(message.values):
                return Message(key, {name: message.values[name] for name in sorted(blanks)})
    return None
