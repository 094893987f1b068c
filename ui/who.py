"""For pages: the desk of whoever is signed in."""

from __future__ import annotations

import streamlit as st

from selfproof.access import Desk, enter
from selfproof.errors import Denied
from selfproof.store import Store
from ui import widgets
from ui.gate import COOKIE
from ui.words import t

_WHO = "who"


@st.cache_resource
def _store() -> Store:
    return Store.open()


def desk() -> Desk:
    """The desk of this page's session; without one the page ends with the way to sign in."""
    try:
        session = enter(_store(), st.context.cookies.get(COOKIE, ""), used=False)
    except Denied:
        st.session_state.clear()
        widgets.note("mind", t("access.ended"))
        st.html(f'<a href="/login" target="_top">{t("access.sign_in")}</a>')
        st.stop()
    if st.session_state.setdefault(_WHO, session.key) != session.key:
        st.session_state.clear()
        st.session_state[_WHO] = session.key
    return Desk.of(_store(), session)
