"""Another password of one's own, for every role; folded at the foot of the page."""

from __future__ import annotations

import streamlit as st

from selfproof.access import Desk, LockedError, UnfitError
from selfproof.errors import Denied
from ui import farewells, widgets
from ui.words import t

_PLACE = "own-password"
_OLD, _NEW, _AGAIN = "own-password-old", "own-password-new", "own-password-again"


def offer(desk: Desk) -> None:
    """A folded form; accounts of an identity provider have no password here."""
    if not desk.has_password:
        return
    with st.expander(t("access.change_password"), key="own-password-fold"):
        with st.form("own-password", border=False):
            st.text_input(t("access.old_password"), type="password", autocomplete="current-password", key=_OLD)
            st.text_input(t("admin.new_password"), type="password", autocomplete="new-password", key=_NEW)
            st.text_input(t("access.password_again"), type="password", autocomplete="new-password", key=_AGAIN)
            act = widgets.doing(_change, desk)
            st.form_submit_button(t("access.change_now"), type="primary", on_click=act)
        widgets.told(_PLACE)


def _change(desk: Desk) -> None:
    """All sessions end with it, so that `ui.who` and the sign-in page say that it is done."""
    old, new, again = (str(st.session_state[key]) for key in (_OLD, _NEW, _AGAIN))
    complaint = t("access.passwords_differ") if new != again else _refused(desk, old, new)
    if complaint:
        widgets.tell(_PLACE, ("bad", (complaint,)))
    else:
        farewells.password_changed(desk.session)


def _refused(desk: Desk, old: str, new: str) -> str:
    """Why it was not changed; empty when it was."""
    try:
        desk.change_password(old, new)
    except LockedError as error:
        return t("access.locked", seconds=max(1, round(error.wait.total_seconds())))
    except UnfitError as error:
        return t(f"access.{error.code}")
    except Denied:
        return t("access.old_wrong")
    return ""
