"""The results of a re-score as rows of a table: no names, only the applications' ids."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain

from selfproof import texts
from selfproof.batch import ordered
from selfproof.model import Message
from selfproof.rescoring.tabular import Cell
from selfproof.store.rescored import Rescored, shifts
from selfproof.store.results import MOVED, Results, noun
from selfproof.texts import Lang

COLUMNS = (
    "application", "trade", "before", "after", "change", "recommended_before", "recommended_after", "binding_before",
    "binding_after", "why", "review", "evidence_changed", "error", "policy_before", "policy_after", "decision",
)  # fmt: skip


def header(lang: Lang | None = None) -> tuple[str, ...]:
    """What the columns are called; without a language their plain names."""
    return COLUMNS if lang is None else tuple(texts.say(f"risk.column_{name}", lang) for name in COLUMNS)


def rows(results: Results, lang: Lang | None = None) -> Iterator[tuple[Cell, ...]]:
    """Who changes comes first, the largest change at the top; then all others; last who was set aside, and why."""
    others = (found.filter(~MOVED) for found in results.frames())
    for found in chain(ordered.changed(results), others):
        yield from (row(noun(one), lang) for one in found.iter_rows(named=True))
    for found in results.aside():
        for one in found.select("application", "decision", error="reason").iter_rows(named=True):
            said = one | ({"error": fault(one["error"], lang)} if lang else {})
            yield tuple(said.get(name) for name in COLUMNS)


def row(item: Rescored, lang: Lang | None = None) -> tuple[Cell, ...]:
    """One application in the order of `COLUMNS`; amounts in CNY. lang: of the reasons, codes without one."""
    old, new = item.before, item.after
    return (
        item.application,
        item.trade,
        old.effective,
        new.effective if new else None,
        item.change if new else None,
        old.recommended,
        new.recommended if new else None,
        old.binding,
        new.binding if new else "",
        why(item),
        " ".join(message.key.removeprefix("reasons.") for message in (new.review if new else ())),
        "yes" if item.evidence else "no",
        refusal(item.error, lang) if lang else item.error,
        old.policy[:12],
        new.policy[:12] if new else "",
        item.decision,
    )


def why(item: Rescored) -> str:
    """The reasons that weigh otherwise, by code and step, with their effects in CNY before and after."""
    return "; ".join(
        f"{shift.code} {shift.step} {_amount(shift.before)} → {_amount(shift.after)}" for shift in shifts(item)
    )


def refusal(error: str, lang: Lang) -> str:
    """Why a policy cannot decide on an application, in words; what an older run kept stays as it is.

    >>> refusal("no_trade startup", "zh"), refusal("strict: no trade 'x'", "zh")
    ('政策里没有“刚起步”这一类生意', "strict: no trade 'x'")
    """
    code, _, what = error.partition(" ")
    key, trade = f"rescoring.refused_{code}", f"owner.trade_{what}"
    named = texts.say(trade, lang) if trade in texts.table() else what
    return texts.say(Message(key, {"what": named}), lang) if key in texts.table() else error


def fault(reason: str, lang: Lang) -> str:
    """Why the program failed on an application, in words, with its own names for that, which maintainers ask for.

    >>> fault("ValidationError · store.codec:41", "zh")
    '存着的内容读不懂（ValidationError，store.codec:41）'
    >>> fault("worker died: ActorDiedError", "en"), fault("KeyError · credit.limit:7", "en").partition(" (")[0]
    ('the process that computed it ended, as for want of memory (ActorDiedError)', 'the program did not foresee this')
    """
    died, _, how = reason.partition(": ") if reason.startswith("worker died") else ("", "", "")
    error = how if died else reason.partition(" · ")[0]
    key = "rescoring.fault_died" if died else f"rescoring.fault_{error}"
    what = texts.say(key if key in texts.table() else "rescoring.fault_other", lang)
    said = (how if died else reason).replace(" · ", "，" if lang == "zh" else ", ")
    return texts.say(Message("rescoring.fault", {"what": what, "said": said}), lang)


def _amount(effect: Decimal | None) -> str:
    """``∅`` where the reason is not there."""
    return "∅" if effect is None else f"{effect:,.0f}"
