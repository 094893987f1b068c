"""The owner's letter: one page with the limit, why, what helps next, and the right to a person."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from selfproof.access import plain
from selfproof.access.standing import Standing
from selfproof.explaining.paper import Grid, Heading, Lines, Sheet
from selfproof.model import Decision, Message, Reason
from selfproof.texts import Lang, say, table

_STEPS, _ADVICE = 6, 3  # that fit one page with all the rest


def sheet(applicant: str, now: Standing, lang: Lang = "zh") -> Sheet:
    """The letter in an owner's words: no codes, thresholds, exact gains or names of checks."""
    decision = plain.decision(now.decision)
    parts = (*_limits(applicant, now, lang), *_why(decision, lang), *_next(decision, lang), *_rights(lang))
    foot = _t("foot", lang, application=decision.application, decision=now.decision_id[:12], day=str(decision.as_of))
    return Sheet(_t("title", lang), parts, foot)


def _t(key: str, lang: Lang, **values: str) -> str:
    return say(Message(f"letter.{key}", values), lang)


def _yuan(amount: Decimal, *, sign: bool = False) -> str:
    mark = "−" if amount < 0 else "+" if sign else ""
    return f"{mark}¥{abs(amount):,.0f}"


def _limits(applicant: str, now: Standing, lang: Lang) -> Iterator[Lines | Grid]:
    decision = now.decision
    yield Lines((_t("to", lang, name=applicant), _t("lead", lang, day=str(decision.as_of))))
    amounts = {"base": decision.base, "recommended": decision.recommended, "effective": now.effective}
    yield Grid(tuple((_t(name, lang), _yuan(amount)) for name, amount in amounts.items()), (2, 1))
    if now.suspended:
        yield Lines((say("ui.suspended", lang),))
    elif now.effective < decision.recommended:
        yield Lines((_t("waits", lang),))


def _why(decision: Decision, lang: Lang) -> Iterator[Heading | Grid | Lines]:
    moving = sorted((item for item in decision.reasons if item.effect), key=lambda item: -abs(item.effect))
    yield Heading(_t("why", lang))
    kept = {item.step for item in moving[:_STEPS]}
    shown = [item for item in decision.reasons if item.effect and item.step in kept]
    rest = sum((item.effect for item in decision.reasons if item not in shown), Decimal(0))
    rows = [(_step(item, lang), _yuan(item.effect, sign=True), say(item.text, lang)) for item in shown]
    if rest:
        rows.append((_t("other_steps", lang), _yuan(rest, sign=True), ""))
    yield Grid(tuple(rows), (2, 1.2, 4.8))
    if not moving:
        told = [say(item.text, lang) for item in decision.reasons] + [say(item, lang) for item in decision.review]
        yield Lines(tuple(dict.fromkeys(told))[:_STEPS] or (_t("unmoved", lang),))


def _step(reason: Reason, lang: Lang) -> str:
    key = f"steps.{reason.step}"
    return say(key if key in table() else "steps.other", lang)


def _next(decision: Decision, lang: Lang) -> Iterator[Heading | Lines]:
    if decision.advice:
        yield Heading(_t("next", lang))
        yield Lines(tuple(f"· {say(item.text, lang)}" for item in decision.advice[:_ADVICE]))


def _rights(lang: Lang) -> Iterator[Heading | Lines]:
    yield Heading(_t("rights", lang))
    yield Lines(tuple(_t(f"right_{name}", lang) for name in ("human", "refuse", "data", "no_promise")))
