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
    st.html("".join(_fold(subject, names) for subject, names in _ADVICE.items()))


def _fold(subject: str, names: tuple[str, ...]) -> str:
    items = "".join(_item(f"guide_{subject}_{name}", f"{subject}_{name}") for name in names)
    title = safe(t(f"owner.guide_{subject}"))
    return f'<details class="guide"><summary>{title}</summary><ul>{items}</ul></details>'


def _item(text: str, drawing: str) -> str:
    alt = safe(t(f"owner.{text}_alt"))
    return f'<li><img alt="{alt}" src="{_source(drawing)}">{safe(t(f"owner.{text}"))}</li>'


@cache
def _source(name: str) -> str:
    """A drawing of our own as an address that needs no request."""
    drawn = files("ui").joinpath("drawings", f"{name}.svg").read_bytes()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"
