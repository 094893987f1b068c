"""What stands around every page: the look, the language, who is signed in and the way out."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from selfproof.access import Desk
from ui import widgets
from ui.words import safe, t


def dress() -> None:
    """The look and the language, before anything is shown."""
    widgets.recall_language()
    widgets.style()


def bar(desk: Desk) -> None:
    """The line on top: name of the app, language, sign out."""
    with st.container(key="bar", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.html(f'<p class="brand">{safe(t("ui.brand"))}</p>', width="content")
        with st.container(key="bar-right", horizontal=True, width="content", vertical_alignment="center"):
            widgets.language()
            st.html(_way_out(desk), width="content")


def _way_out(desk: Desk) -> str:
    """A form, since ending a session is an act: a link could be followed by a browser on its own."""
    label, token = safe(t("access.sign_out")), safe(desk.session.token)
    title = safe(t("ui.signed_in_as", name=desk.session.name))
    return (
        f'<form class="out" method="post" action="/auth/logout"><input type="hidden" name="token" value="{token}">'
        f'<button type="submit" title="{title}">{label}</button></form>'
    )


def only(show: Callable[[], None], title: str) -> None:
    """The one page of a role."""
    page = st.Page(widgets.guarded(show), title=title, url_path="work", default=True)
    st.navigation([page], position="hidden").run()
