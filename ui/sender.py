"""The place to choose or photograph files: they go straight to our upload route, past Streamlit's own."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from importlib.resources import files

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from selfproof.access import Desk
from ui.words import t

_TEXTS = (
    "choose", "camera", "help", "queued", "sending", "received", "duplicate", "no_network", "refused", "too_large",
    "empty",
)  # fmt: skip


@cache
def _part(name: str) -> str:
    return files("ui").joinpath(name).read_text("utf-8")


def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "selfproof_sender", html=_part("upload.html"), js=_part("upload.js"), isolate_styles=False
    )


def show(desk: Desk, application: str, known: Collection[str]) -> None:
    """Any number of files at once. known: ids of the uploads that the page lists by itself."""
    texts = {name: t(f"owner.send_{name}") for name in _TEXTS}
    data = {"application": application, "token": desk.session.token, "texts": texts, "known": sorted(known)}
    _component()(key="sender", data=data)
