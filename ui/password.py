"""Another password of one's own, for every role; folded at the foot of the page."""

from __future__ import annotations

import streamlit as st

from selfproof.access import Desk, LockedError, UnfitError
from selfproof.errors import Denied
from ui import widgets
from ui.words import t


def offer(desk: Desk) -> None:
    """A folded form; accounts of an identity provider have no password here."""
    if not desk.has_password:
        return
    with st.expander(t("access.change_password"), key="own-password-fold"):
        with st.form("own-password", border=False):
            old = st.text_input(t("access.old_password"), type="password", autocomplete="current-password")
            new = st.text_input(t("admin.new_password"), type="password", autocomplete="new-password")
            again = st.text_input(t("access.password_again"), type="password", autocomplete="new-password")
            sent = st.form_submit_button(t("access.change_now"), type="primary")
        if sent:
            _change(desk, old, new, again)


def _change(desk: Desk, old: str, new: str, again: str) -> None:
    if new != again:
        widgets.note("bad", t("access.passwords_differ"))
        return
    try:
        desk.change_password(old, new)
    except LockedError as error:
        widgets.note("bad", t("access.locked", seconds=max(1, round(error.wait.total_seconds()))))
    except UnfitError as error:
        widgets.note("bad", t(f"access.{error.code}"))
    except Denied:
        widgets.note("bad", t("access.old_wrong"))
    else:
        widgets.note("good", t("access.password_changed"))
        st.html(f'<a href="/login" target="_top">{t("access.sign_in")}</a>')
