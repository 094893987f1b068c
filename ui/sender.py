"""The place to choose or photograph files: they go straight to our upload route, past Streamlit's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from selfproof.access import Desk
from ui.words import t

_TEXTS = (
    "choose", "camera", "help", "queued", "sending", "received", "duplicate", "no_network", "trouble", "once_more",
    "refused", "too_large", "empty",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Aim:
    """What files are sent for. key: of the place on the page; to: what they reply to (`selfproof.access.replies`).

    photo: a photograph is wanted first of all; again: of something that was sent before.
    """

    key: str = "sender"
    to: str = ""
    photo: bool = False
    again: bool = False


_ANYTHING = Aim()


@cache
def _part(name: str) -> str:
    return files("ui").joinpath(name).read_text("utf-8")


def _component() -> ComponentRenderer:
    return st.components.v2.component(
        "selfproof_sender", html=_part("upload.html"), js=_part("upload.js"), isolate_styles=False
    )


def show(desk: Desk, application: str, known: Collection[str], aim: Aim = _ANYTHING) -> None:
    """Any number of files at once. known: ids of the uploads that the page lists by itself."""
    texts = {name: t(f"owner.send_{name}") for name in _TEXTS}
    if aim.again:
        texts["camera"] = t("conversation.do_again_photo")
    if aim.photo:
        texts["help"] = t("conversation.photo_help")
    data = {"application": application, "token": desk.session.token, "texts": texts, "known": sorted(known)}
    _component()(key=aim.key, data=data | {"to": aim.to, "photo": aim.photo})
