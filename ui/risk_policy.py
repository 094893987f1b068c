"""Choosing a policy: a shipped one, or a file of one's own that is refused with line and reason when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from selfproof.access import Desk
from selfproof.errors import PolicyError
from selfproof.rescoring import runs
from ui import parcels, widgets
from ui.words import lang, safe, t

_MOST = 400_000  # bytes of a file that the page takes
_FILE = "policy-file"
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
    upload()
    shipped = runs.shipped()
    texts = {t("risk.policy_own", name=name): (name, text) for name, text in own().items()}
    texts |= {t("risk.policy_shipped", name=name): (name, text) for name, text in shipped.items()}
    key = f"risk-policy {' '.join(texts)}"  # a box with the same key would keep its choice when a file comes
    st.selectbox(t("risk.policy"), list(texts), label_visibility="collapsed", key=key)
    act = widgets.doing(_start, desk, lambda: texts[st.session_state[key]], begun)
    st.button(t("risk.start"), type="primary", on_click=act)
    with st.expander(t("risk.upload_help")):
        _draft(desk, shipped)


def _start(desk: Desk, chosen: Callable[[], tuple[str, str]], begun: Callable[[str], None]) -> None:
    """chosen: asked when the click comes, for the choice may be newer than what is drawn."""
    name, text = chosen()
    begun(desk.risk.rescore(text, name).id)
    st.session_state.pop("risk-said", None)


def own() -> dict[str, str]:
    """Policies that were uploaded in this visit, by name, the last first."""
    kept: dict[str, str] = st.session_state.setdefault("risk-own", {})
    return kept


def upload() -> None:
    """Where a file of one's own is given, and what is said about it."""
    data = {"label": t("risk.upload"), "most": _MOST}
    _component()(key=_FILE, data=data, on_policy_change=_sent)
    said = st.session_state.get("risk-said")
    if said:
        widgets.note(said[0], *said[1])


def _sent() -> None:
    sent = st.session_state[_FILE].policy
    if isinstance(sent, dict):
        _take(str(sent.get("name", ""))[:_NAME], sent.get("text"))


def _take(name: str, text: object) -> None:
    """Keep a policy that holds together; say why not otherwise."""
    title = name.removesuffix(".yml").removesuffix(".yaml") or "policy"
    if not isinstance(text, str):
        st.session_state["risk-said"] = ("bad", [t("risk.too_large")])
        return
    try:
        runs.policy_of(text, title)
    except PolicyError as error:
        st.session_state["risk-said"] = ("bad", [t("risk.refused", name=name), *refusal(error)])
        return
    st.session_state["risk-own"] = {title: text} | {key: kept for key, kept in own().items() if key != title}
    st.session_state["risk-said"] = ("good", [t("risk.accepted", name=title)])


def refusal(error: PolicyError) -> list[str]:
    """Why a policy is refused, in the page's language."""
    return [chinese if lang() == "zh" else english for chinese, english in error.reasons] or [str(error)]


def _draft(desk: Desk, shipped: dict[str, str]) -> None:
    """The shipped policies as files to begin from; one address for a visit, for each is a file in memory."""
    links: dict[str, str] = st.session_state.setdefault("risk-drafts", {})
    st.button(t("risk.draft"), on_click=widgets.doing(_offer, desk, shipped, links))
    rows = "".join(f'<li><a href="{safe(link)}" download>{safe(name)}.yaml</a></li>' for name, link in links.items())
    if rows:
        st.html(f'<ul class="rows">{rows}</ul>')


def _offer(desk: Desk, shipped: dict[str, str], links: dict[str, str]) -> None:
    for name, text in shipped.items():
        links[name] = parcels.offer(desk.session, f"{name}.yaml", "application/yaml", text.encode())
