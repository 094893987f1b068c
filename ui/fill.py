"""Add what was not read: the owner's word, which counts as a declaration until a reviewer accepts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from selfproof.access import Blank, Desk, blanks
from selfproof.store import State, Upload
from ui import mend, widgets
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
    widgets.told(f"fill-{upload.id}")
    turn = st.session_state.setdefault(_TURN, 0)  # a new one closes the form
    if st.toggle(t("owner.fill"), key=f"fill-{upload.id}-{turn}"):
        _form(look.desk, upload, opened)


def _name(blank: Blank) -> str:
    return t_or(f"fields.{blank.field}", t("ui.other_field"))


def _form(desk: Desk, upload: Upload, opened: Sequence[Blank]) -> None:
    widgets.small(t("owner.fill_help"))
    with st.form(f"filling-{upload.id}"):
        for item in opened:
            st.text_input(_name(item), max_chars=_LONGEST, key=_key(item))
        act = widgets.doing(_take, desk, upload, opened)
        st.form_submit_button(t("owner.fill_save"), type="primary", on_click=act)


def _key(blank: Blank) -> str:
    return f"fill-{blank.document}-{blank.name}"


def _take(desk: Desk, upload: Upload, opened: Sequence[Blank]) -> None:
    """All that was filled in, or nothing: what cannot be understood is named first."""
    typed = {item: text for item in opened if (text := str(st.session_state[_key(item)])).strip()}
    unclear = [_name(item) for item, text in typed.items() if not blanks.fits(item, text)]
    if unclear:
        complaints = [t("owner.mend_unclear", name=name) for name in unclear]
        widgets.tell(f"fill-{upload.id}", *[("bad", (said,)) for said in complaints])
    elif not typed:
        widgets.tell(f"fill-{upload.id}", ("wait", (t("owner.fill_nothing"),)))
    else:
        _save(desk, upload, typed)


def _save(desk: Desk, upload: Upload, typed: Mapping[Blank, str]) -> None:
    for item, text in typed.items():
        desk.fill(upload.application, item, text)
    mend.done(upload)
    st.session_state[_TURN] += 1
