"""What a good picture is, shown before one is taken: short sentences with small drawings, folded."""

from __future__ import annotations

import base64
from functools import cache
from importlib.resources import files

import streamlit as st

from ui.words import safe, t

_ADVICE = {
    "photo": ("front", "straight", "light", "screen", "location"),
    "paper": ("flat", "whole", "flash", "file"),
}


def show() -> None:
    """One fold for photos of the business and one for papers."""
    st.html("".join(map(_fold, _ADVICE)))


def before(subject: str) -> None:
    """The same unfolded, for whoever is about to take one."""
    st.html(f'<div class="guide"><p class="why">{safe(t("conversation.look_first"))}</p>{_list(subject)}</div>')


def _fold(subject: str) -> str:
    title = safe(t(f"owner.guide_{subject}"))
    return f'<details class="guide"><summary>{title}</summary>{_list(subject)}</details>'


def _list(subject: str) -> str:
    return f"<ul>{''.join(_item(f'guide_{subject}_{name}', f'{subject}_{name}') for name in _ADVICE[subject])}</ul>"


def _item(text: str, drawing: str) -> str:
    alt = safe(t(f"owner.{text}_alt"))
    return f'<li><img alt="{alt}" src="{_source(drawing)}">{safe(t(f"owner.{text}"))}</li>'


@cache
def _source(name: str) -> str:
    """A drawing of our own as an address that needs no request."""
    drawn = files("ui").joinpath("drawings", f"{name}.svg").read_bytes()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"
