"""The risk staff's pages: the portfolio under another policy, the life of policies, figures to watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import streamlit as st

from selfproof.access import Desk
from ui import risk, risk_life, risk_watch, widgets
from ui.words import t

Page: TypeAlias = Callable[[Desk], None]
_PAGES: Mapping[str, Page] = {
    "work": lambda _: risk.show(),
    "policies": risk_life.show,
    "watch": risk_watch.show,
}
_FIRST = "work"
_WIDE = '<style>[data-testid="stMainBlockContainer"] {max-width: 60rem}</style>'  # one width for all of them


def run(desk: Desk) -> None:
    """The page that the address names, with the ways to the others above it."""
    pages = {
        name: st.Page(_page(show, desk), title=t(f"watch.tab_{name}"), url_path=name, default=name == _FIRST)
        for name, show in _PAGES.items()
    }
    chosen = st.navigation(list(pages.values()), position="hidden")
    with st.container(key=f"steps-{[*pages.values()].index(chosen) + 1}", horizontal=True):  # looks like an owner's
        for name, page in pages.items():
            st.page_link(page, label=t(f"watch.tab_{name}"))
    st.html(_WIDE)
    chosen.run()


def _page(show: Page, desk: Desk) -> Callable[[], None]:
    return widgets.guarded(lambda: show(desk))
