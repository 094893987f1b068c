"""The limit before and after, and the steps between, each with what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import streamlit as st

from selfproof.access import Standing, plain
from selfproof.model import Decision, Reason
from selfproof.pipeline import Assessment
from ui import widgets
from ui.words import kind_name, listed, money, safe, t, t_or

Speech: TypeAlias = Callable[[Reason], tuple[str, str]]


def headline(standing: Standing) -> None:
    """The limit that holds now in large figures, and what it was."""
    decision = standing.decision
    change = standing.effective - decision.base
    moved = t("ui.unchanged") if not change else t("ui.more" if change > 0 else "ui.less", amount=money(abs(change)))
    before = f"<span>{safe(t('ui.before'))} {money(decision.base)}</span> <b>{safe(moved)}</b>"
    mostly = _mostly(decision) if change > 0 else ""
    st.html(
        f'<section class="hero" aria-live="polite"><p>{safe(t("ui.after"))}</p>'
        f'<p class="now">{money(standing.effective)}</p><p class="before">{before}</p>{mostly}'
        f'<p class="promise">{safe(t("conversation.no_promise"))}</p></section>'
    )
    if standing.suspended:
        widgets.note("mind", t("ui.suspended"), *([] if standing.paused else [t("ui.suspended_help")]))
    if standing.paused:
        widgets.note("mind", t("ui.held", recommended=money(decision.recommended)), *map(t, decision.review))
    elif standing.suspended:
        return
    elif standing.effective != decision.effective:
        widgets.note("good", t("owner.released"))
    elif decision.review:
        widgets.note("mind", *map(t, decision.review))


def _mostly(decision: Decision) -> str:
    """The two steps that lifted the limit most."""
    lifting = sorted((reason for reason in decision.reasons if reason.effect > 0), key=lambda item: -item.effect)
    names = [t_or(f"steps.{reason.step}", t("steps.other")) for reason in lifting[:2]]
    return f'<p class="before">{safe(t("ui.mostly", what=listed(names)))}</p>' if names else ""


def waterfall(found: Assessment, standing: Standing, speak: Speech | None = None, *, now: str = "") -> None:
    """From the base to the limit as it holds: a bar, a sentence and the proof for each step.

    speak: the name of a step and why it moved the limit; now: what the limit that holds is called; an owner's words
    without them.
    """
    decision = found.decision
    moving = [reason for reason in decision.reasons if reason.effect]
    tops = _running(decision.base, moving)
    scale = max([*tops, Decimal(1)])
    proof = kinds_of_facts(found)
    rows = [_bar_row(t("ui.before"), money(decision.base), _bar(Decimal(0), decision.base, scale))]
    rows += [
        _step(reason, _bar(start, start + reason.effect, scale), (speak or _plainly)(reason), proof)
        for reason, start in zip(moving, tops, strict=False)
    ]
    rows.append(_bar_row(t("ui.recommended"), money(decision.recommended), _bar(Decimal(0), tops[-1], scale)))
    rows += _held_back(standing, scale, now or t("ui.after"))
    st.html(f'<ol class="steps">{"".join(rows)}</ol>')


def _held_back(standing: Standing, scale: Decimal, now: str) -> Iterator[str]:
    """What keeps the recommended limit from holding, and the one that does, which is called `now`."""
    word, top = held_back(standing), standing.decision.recommended
    if word:
        bar, change = _bar(top, standing.effective, scale), money(standing.effective - top, sign=True)
        yield _bar_row(t(f"ui.{word}_step"), change, bar, tone="down", why=t(f"ui.{word}_why"))
        yield _bar_row(now, money(standing.effective), _bar(Decimal(0), standing.effective, scale))


def held_back(standing: Standing) -> str:
    """Which word tells what keeps the recommended limit from holding; "" where it holds.

    What waits for a person does so however the kill switch stands, and does not come back by itself.
    """
    decision = standing.decision
    if standing.effective >= decision.recommended:
        return ""
    waits = standing.paused and standing.effective >= decision.effective
    return "suspended" if standing.suspended and not waits else "held"


def _running(base: Decimal, moving: Sequence[Reason]) -> list[Decimal]:
    tops = [base]
    for reason in moving:
        tops.append(tops[-1] + reason.effect)
    return tops


def _bar(start: Decimal, end: Decimal, scale: Decimal) -> str:
    tone = "" if not start else "up" if end > start else "down"
    left, width = 100 * min(start, end) / scale, 100 * abs(end - start) / scale
    bar = f'<i class="{tone}" style="left:{max(left, Decimal(0)):.2f}%;width:{width:.2f}%"></i>'
    return f'<div class="track" aria-hidden="true">{bar}</div>'


def _bar_row(name: str, amount: str, bar: str, *, tone: str = "", why: str = "") -> str:
    lines = "".join(f'<p class="why">{safe(line)}</p>' for line in why.split("\n") if line)
    line = f'<div class="line"><span>{safe(name)}</span><b class="{tone}">{safe(amount)}</b></div>'
    return f"<li>{line}{bar}{lines}</li>"


def _step(reason: Reason, bar: str, said: tuple[str, str], proof: Mapping[str, tuple[str, str]]) -> str:
    tone, (name, why) = "up" if reason.effect > 0 else "down", said
    return _bar_row(name, money(reason.effect, sign=True), bar, tone=tone, why=f"{why}\n{_rests_on(reason, proof)}")


def _plainly(reason: Reason) -> tuple[str, str]:
    return t_or(f"steps.{reason.step}", t("steps.other")), why_of(reason)


def why_of(reason: Reason) -> str:
    """Why a step moved the limit, in an owner's words."""
    return t(plain.why(reason))


def kinds_of_facts(found: Assessment) -> dict[str, tuple[str, str]]:
    """The kind and the document of every fact by its id."""
    facts = (*found.application.facts, *found.facts)
    return {fact.id: (fact.kind, fact.provenance.document or fact.kind) for fact in facts}


def _rests_on(reason: Reason, proof: Mapping[str, tuple[str, str]]) -> str:
    papers = {proof[fact] for fact in reason.facts if fact in proof}
    counts = Counter(kind for kind, _ in papers if kind != "document")
    parts = [
        kind_name(kind) if count == 1 else t("ui.count", kind=kind_name(kind), count=count)
        for kind, count in sorted(counts.items())
    ]
    return t("ui.rests_on", what=listed(parts)) if parts else ""


def remarks(decision: Decision) -> None:
    """What moved nothing by itself but should be known: assumptions and contradictions."""
    said = dict.fromkeys(why_of(reason) for reason in decision.reasons if not reason.effect)
    if said:
        rows = "".join(f"<li>{safe(sentence)}</li>" for sentence in said)
        st.html(f'<h3>{safe(t("ui.also"))}</h3><ul class="rows">{rows}</ul>')
