"""An owner's three steps: about you, your proof, your limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import streamlit as st

from selfproof.access import Desk
from ui import limit, owner_about, owner_proof, steps, widgets
from ui.words import t

Step: TypeAlias = Callable[[Desk, str], None]
_STEPS: Mapping[str, Step] = {"about": owner_about.show, "proof": owner_proof.show, "limit": limit.show}
_HOME = "limit"


def run(desk: Desk) -> None:
    """The step that the address names; whoever has no application yet begins with the first."""
    application = _application(desk)
    pages = {
        name: st.Page(
            _page(show, desk, application), title=t(f"owner.step_{name}"), url_path=name, default=name == _HOME
        )
        for name, show in _STEPS.items()
    }
    chosen = st.navigation(list(pages.values()), position="hidden")
    if not application and chosen is not pages["about"]:
        st.switch_page(pages["about"])
    steps.remember(pages)
    steps.links(chosen, reached=bool(application))
    _choice(desk)
    chosen.run()


def _page(show: Step, desk: Desk, application: str) -> Callable[[], None]:
    return widgets.guarded(lambda: show(desk, application), "ui.trouble")


def _application(desk: Desk) -> str:
    """The one that was chosen, else the newest; empty when there is none."""
    own = desk.applications()
    chosen = st.session_state.get("application", "")
    return chosen if chosen in own else own[-1] if own else ""


def _choice(desk: Desk) -> None:
    """Which business, for an owner of several."""
    own = desk.applications()
    if len(own) > 1:
        names = {name: desk.application(name).applicant.name for name in own}
        index = own.index(_application(desk))
        chosen = st.selectbox(t("owner.which"), own, index=index, format_func=names.__getitem__)
        if chosen != own[index]:
            st.session_state["application"] = chosen
            st.rerun()
