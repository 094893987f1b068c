"""Put right what was misread: the owner's word, which counts as a declaration until a reviewer accepts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import streamlit as st

from selfproof import values
from selfproof.access import Desk, Question
from selfproof.access.questions import NEITHER
from selfproof.model import Fact, Value
from selfproof.pipeline import Assessment
from selfproof.store import State, Upload
from ui import compared, steps, widgets
from ui.papers import Look
from ui.words import field_name, is_shown, nested, t

_TURN, _LED, _TOP = "mend-turn", "mend-led", "mend-top"
_WORDS = frozenset(  # a model's word or count, or a place on earth: nothing to type
    {"scene", "goods_density", "capture_place", "people", "vehicles", "machines"}
)


def offer(look: Look, upload: Upload) -> None:
    """A button, and behind it the values of the paper to type over."""
    facts = _typed(look, upload)
    if not facts or _is_led(upload):
        return
    widgets.told(_place(upload))
    turn = st.session_state.setdefault(_TURN, 0)  # a new one closes the form
    if st.toggle(t("owner.mend"), key=f"mend-{upload.id}-{turn}"):
        _form(look, upload, facts)


def lead(found: Assessment, question: Question) -> None:
    """From the answer that something is wrong to the papers that it may be about."""
    if question.answer is None or question.answer.value != NEITHER:
        return
    for upload in compared.about(found, question.places):
        key = f"mend-lead-{question.id[:12]}-{upload.id}"
        st.button(t("owner.mend_this", name=upload.name), on_click=_lead, args=(upload.id,), key=key)


def led(look: Look) -> None:
    """What somebody came for who was led here: the values of the paper, first thing on the page."""
    widgets.told(_TOP)
    for upload in filter(_is_led, look.uploads):
        widgets.note("mind", t("owner.mend_one", name=upload.name), t("owner.mend_or_send"))
        if facts := _typed(look, upload):
            _form(look, upload, facts)
        st.button(t("owner.mend_later"), on_click=_begin, args=("",), key="mend-later")


def _lead(upload: str) -> None:
    _begin(upload)
    steps.go("proof")


def _begin(upload: str) -> None:
    st.session_state[_LED] = upload


def _is_led(upload: Upload) -> bool:
    return bool(st.session_state.get(_LED) == upload.id)


def _place(upload: Upload) -> str:
    """Where it is said what became of what was typed."""
    return _TOP if _is_led(upload) else f"mend-{upload.id}"


def _typed(look: Look, upload: Upload) -> list[Fact]:
    """The values of a paper that its owner can type over."""
    facts = [fact for part in look.parts.get(upload.id, ()) for fact in (*part.facts, *look.added(part))]
    return [fact for fact in facts if can_mend(fact)] if upload.state is State.READ else []


def can_mend(fact: Fact) -> bool:
    """Whether an owner can type another value: a field of the paper itself, of a kind that can be typed."""
    typed = not isinstance(fact.value, bool | datetime)
    return is_shown(fact) and nested(fact) is None and typed and fact.field not in _WORDS


def _form(look: Look, upload: Upload, facts: Sequence[Fact]) -> None:
    widgets.small(t("owner.mend_help"))
    shown = {fact: as_typed(look.last(fact).value) for fact in facts}
    with st.form(f"mending-{upload.id}"):
        for fact in facts:
            st.text_input(field_name(fact), shown[fact], key=_key(fact))
        act = widgets.doing(_take, look.desk, upload, shown)
        st.form_submit_button(t("owner.mend_save"), type="primary", on_click=act)


def _key(fact: Fact) -> str:
    return f"mend-{fact.id}"


def _take(desk: Desk, upload: Upload, shown: Mapping[Fact, str]) -> None:
    """All that changed, or nothing: what cannot be understood is named first. shown: what stood there before."""
    typed = {fact: str(st.session_state[_key(fact)]) for fact in shown}
    new = {fact: parsed(text, fact.value) for fact, text in typed.items() if text.strip() != shown[fact]}
    unclear = [field_name(fact) for fact, value in new.items() if value is None]
    if unclear:
        complaints = [t("owner.mend_unclear", name=name) for name in unclear]
        widgets.tell(_place(upload), *[("bad", (said,)) for said in complaints])
    elif not new:
        widgets.tell(_place(upload), ("wait", (t("owner.mend_nothing"),)))
    else:
        _save(desk, upload, new)


def _save(desk: Desk, upload: Upload, new: Mapping[Fact, Value | None]) -> None:
    for fact, value in new.items():
        if value is not None:
            desk.correct(upload.application, fact.id, value)
    done(upload)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    _begin("")


def done(upload: Upload) -> None:
    """Say that what was typed is kept, and what follows."""
    widgets.tell(_place(upload), ("good", (t("owner.mended"), t("owner.mended_help"))))


def as_typed(value: Value) -> str:
    """A value as one would type it.

    >>> as_typed(Decimal("1200.50")), as_typed(date(2026, 3, 1)), as_typed("甲公司")
    ('1200.50', '2026-03-01', '甲公司')
    """
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def parsed(typed: str, like: Value) -> Value | None:
    """What was typed, as a value of the same type; None when it is none.

    >>> parsed("1.2 万元", Decimal(1)), parsed("2026年3月1日", date(2026, 1, 1)), parsed("many", 3)
    (Decimal('12000.00'), datetime.date(2026, 3, 1), None)
    """
    if isinstance(like, Decimal):
        return values.money(typed)
    if isinstance(like, date):
        return values.day(typed)
    return values.count(typed) if isinstance(like, int) else values.text(typed)
