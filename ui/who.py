"""For pages: the desk of whoever is signed in."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from selfproof.access import Desk, enter
from selfproof.errors import Denied
from selfproof.store import Store
from ui import farewells, widgets
from ui.gate import COOKIE
from ui.words import t

_WHO = "who"


@st.cache_resource
def _store() -> Store:
    return Store.open()


def desk() -> Desk:
    """The desk of this page's session; without one the page ends with the way to sign in."""
    token = st.context.cookies.get(COOKIE, "")
    try:
        session = enter(_store(), token, used=False)
    except Denied:
        part(token)
    if st.session_state.setdefault(_WHO, session.key) != session.key:
        st.session_state.clear()
        st.session_state[_WHO] = session.key
    return Desk.of(_store(), session)


def part(token: str) -> NoReturn:
    """Say why the session of this cookie has ended and where to sign in; the page ends."""
    if farewells.has_changed(token):
        widgets.note("good", t("access.password_changed"))
    else:
        widgets.note("mind", t("access.ended"))
    st.html(f'<a href="/login" target="_top">{t("access.sign_in")}</a>')
    st.session_state.clear()
    st.stop()
