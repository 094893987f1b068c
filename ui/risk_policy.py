"""Choosing a policy: a shipped one, or a file of one's own that is refused with line and reason when it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from selfproof.access import Desk
from selfproof.errors import PolicyError
from selfproof.lifecycle.force import Named
from selfproof.rescoring import runs
from ui import parcels, widgets
from ui.words import lang, safe, t

_MOST = 400_000  # bytes of a file that the page takes
_FILE = "policy-file"
_NAME = 80  # characters of a file's name
_SAID = "risk-said"


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
    upload(desk)
    shipped = runs.shipped()
    texts = {t("risk.policy_own", name=file.name): (file.name, file.text) for file in desk.governing.files()}
    texts |= {t("risk.policy_shipped", name=name): (name, text) for name, text in shipped.items()}
    key = f"risk-policy {' '.join(texts)}"  # a box with the same key would keep its choice when a file comes
    st.selectbox(t("risk.policy"), list(texts), label_visibility="collapsed", key=key)
    act = widgets.doing(_start, desk, lambda: texts[st.session_state[key]], begun)
    st.button(t("risk.start"), type="primary", on_click=act)
    with st.expander(t("risk.upload_help"), key="upload-help"):
        _draft(desk, shipped)


def _start(desk: Desk, chosen: Callable[[], tuple[str, str]], begun: Callable[[str], None]) -> None:
    """chosen: asked when the click comes, for the choice may be newer than what is drawn."""
    name, text = chosen()
    try:
        begun(desk.risk.rescore(text, name).id)
    except PolicyError as error:  # kept by a version that demanded less of a policy
        _refuse(name, error)
    else:
        st.session_state.pop(_SAID, None)


def upload(desk: Desk, beside: Callable[[Named], None] | None = None) -> None:
    """Where a file of one's own is given, what is said about it, and those that are kept. beside: drawn with each."""
    data = {"label": t("risk.upload"), "most": _MOST}
    _component()(key=_FILE, data=data, on_policy_change=partial(_sent, desk))
    said = st.session_state.get(_SAID)
    if said:
        widgets.note(said[0], *said[1])
    for place, file in enumerate(desk.governing.files()):
        with st.container(key=f"policy-file-{place}", horizontal=True, vertical_alignment="center"):
            widgets.small(t("risk.policy_own", name=file.name))
            if beside:
                beside(file)
            away = widgets.doing(_discard, desk, file.name)
            st.button(t("risk.discard", name=file.name), on_click=away, key=f"discard {file.name}")


def _discard(desk: Desk, name: str) -> None:
    desk.governing.discard(name)
    st.session_state.pop(_SAID, None)


def _sent(desk: Desk) -> None:
    sent = st.session_state[_FILE].policy
    if isinstance(sent, dict):
        _take(desk, str(sent.get("name", ""))[:_NAME], sent.get("text"))


def _take(desk: Desk, name: str, text: object) -> None:
    """Keep a policy that holds together; say why not otherwise."""
    title = name.removesuffix(".yml").removesuffix(".yaml") or "policy"
    if not isinstance(text, str):
        st.session_state[_SAID] = ("bad", [t("risk.too_large")])
        return
    try:
        runs.policy_of(text, title)
    except PolicyError as error:
        _refuse(name, error)
        return
    desk.governing.keep(Named(title, text))
    st.session_state[_SAID] = ("good", [t("risk.accepted", name=title)])


def _refuse(name: str, error: PolicyError) -> None:
    st.session_state[_SAID] = ("bad", [t("risk.refused", name=name), *refusal(error)])


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
