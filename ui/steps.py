"""The way through an owner's three steps."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui import widgets
from ui.words import t

_STEPS, _SEEN = "steps", "step-seen"


def remember(pages: Mapping[str, StreamlitPage]) -> None:
    """The pages of this run, by the name of their step."""
    st.session_state[_STEPS] = pages


def go(step: str) -> None:
    """To another step."""
    st.switch_page(st.session_state[_STEPS][step])


def links(now: StreamlitPage, *, reached: bool) -> None:
    """All steps in a row; the later ones open once there is an application."""
    pages = st.session_state[_STEPS]
    if st.session_state.get(_SEEN) != now.url_path:
        st.session_state[_SEEN] = now.url_path
        widgets.forget()
    with st.container(key=f"steps-{[*pages.values()].index(now) + 1}", horizontal=True):
        for number, (name, page) in enumerate(pages.items(), 1):
            st.page_link(page, label=f"{number} {t(f'owner.step_{name}')}", disabled=name != "about" and not reached)
