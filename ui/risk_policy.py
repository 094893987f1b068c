"""Choosing a policy: a shipped one, or a file of one's own that is refused with line and reason when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from selfproof import rescoring
from selfproof.access import Desk
from selfproof.errors import PolicyError
from ui import parcels, widgets
from ui.words import safe, t

_MOST = 400_000  # bytes of a file that the page takes
_NAME = 80  # characters of a file's name


@cache
def _part(name: str) -> str:
    return files("ui").joinpath(name).read_text("utf-8")


def _component() -> ComponentRenderer:
    """A file's text comes over the page's own socket: Streamlit's route for uploads is shut."""
    return st.components.v2.component(
        "selfproof_policy", html=_part("risk_policy.html"), js=_part("risk_policy.js"), isolate_styles=False
    )


def choose(desk: Desk, begun: Callable[[str], None]) -> None:
    """The policies, and the start. begun: told the run's id."""
    widgets.heading(t("risk.policy"))
    _upload()
    shipped, own = rescoring.shipped(), _own()
    texts = {t("risk.policy_own", name=name): (name, text) for name, text in own.items()}
    texts |= {t("risk.policy_shipped", name=name): (name, text) for name, text in shipped.items()}
    label = st.selectbox(t("risk.policy"), list(texts), label_visibility="collapsed")
    if st.button(t("risk.start"), type="primary"):
        name, text = texts[label]
        begun(desk.risk.rescore(text, name).id)
        st.rerun()
    with st.expander(t("risk.upload_help")):
        _draft(desk, shipped)


def _own() -> dict[str, str]:
    """Policies that were uploaded in this visit, by name, the last first."""
    own: dict[str, str] = st.session_state.setdefault("risk-own", {})
    return own


def _upload() -> None:
    data = {"label": t("risk.upload"), "most": _MOST}
    sent = _component()(key="policy-file", data=data, on_policy_change=lambda: None).get("policy")
    if isinstance(sent, dict):
        _take(str(sent.get("name", ""))[:_NAME], sent.get("text"))
    said = st.session_state.get("risk-said")
    if said:
        widgets.note(said[0], *said[1])


def _take(name: str, text: object) -> None:
    """Keep a policy that holds together; say why not otherwise."""
    title = name.removesuffix(".yml").removesuffix(".yaml") or "policy"
    if not isinstance(text, str):
        st.session_state["risk-said"] = ("bad", [t("risk.too_large")])
        return
    try:
        rescoring.policy_of(text, title)
    except PolicyError as error:
        reasons = str(error).removeprefix(f"{title}: ").split("; ")
        st.session_state["risk-said"] = ("bad", [t("risk.refused", name=name), *reasons])
        return
    st.session_state["risk-own"] = {title: text} | {key: kept for key, kept in _own().items() if key != title}
    st.session_state["risk-said"] = ("good", [t("risk.accepted", name=title)])


def _draft(desk: Desk, shipped: dict[str, str]) -> None:
    """The shipped policies as files to begin from; one address for a visit, for each is a file in memory."""
    links: dict[str, str] = st.session_state.setdefault("risk-drafts", {})
    if st.button(t("risk.draft")):
        links.update(
            {
                name: parcels.offer(desk.session, f"{name}.yaml", "application/yaml", text.encode())
                for name, text in shipped.items()
            }
        )
    rows = "".join(f'<li><a href="{safe(link)}" download>{safe(name)}.yaml</a></li>' for name, link in links.items())
    if rows:
        st.html(f'<ul class="rows">{rows}</ul>')
