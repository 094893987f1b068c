"""Add what was not read: the owner's word, which counts as a declaration until a reviewer accepts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from selfproof.access import Blank, Desk, blanks
from selfproof.store import State, Upload
from ui import widgets
from ui.papers import Look
from ui.words import listed, t, t_or

_TURN = "fill-turn"
_LONGEST = 200  # signs of one value


def offer(look: Look, upload: Upload) -> None:
    """What every such paper has and this one was not read to have; behind a switch the fields to fill in."""
    opened = [item for item in blanks.of(upload.id, look.parts.get(upload.id, ()), look.found.facts) if item.key]
    if upload.state is not State.READ or not opened:
        return
    widgets.note("mind", t("owner.missing", what=listed([_name(item) for item in opened])))
    turn = st.session_state.setdefault(_TURN, 0)  # a new one closes the form
    if st.toggle(t("owner.fill"), key=f"fill-{upload.id}-{turn}"):
        _form(look.desk, upload, opened)


def _name(blank: Blank) -> str:
    return t_or(f"fields.{blank.field}", t("ui.other_field"))


def _form(desk: Desk, upload: Upload, opened: Sequence[Blank]) -> None:
    widgets.small(t("owner.fill_help"))
    with st.form(f"filling-{upload.id}"):
        typed = {
            item: st.text_input(_name(item), max_chars=_LONGEST, key=f"fill-{item.document}-{item.name}")
            for item in opened
        }
        sent = st.form_submit_button(t("owner.fill_save"), type="primary")
    if sent:
        _take(desk, upload, {item: text for item, text in typed.items() if text.strip()})


def _take(desk: Desk, upload: Upload, typed: Mapping[Blank, str]) -> None:
    """All that was filled in, or nothing: what cannot be understood is named first."""
    unclear = [item for item, text in typed.items() if not blanks.fits(item, text)]
    if not typed:
        widgets.note("wait", t("owner.fill_nothing"))
    for item in unclear:
        widgets.note("bad", t("owner.mend_unclear", name=_name(item)))
    if typed and not unclear:
        _save(desk, upload, typed)


def _save(desk: Desk, upload: Upload, typed: Mapping[Blank, str]) -> None:
    for item, text in typed.items():
        desk.fill(upload.application, item, text)
    st.session_state["mended"] = upload.id
    st.session_state[_TURN] += 1
    st.rerun()
