"""Parts that every page uses: the look, the language switch, messages. All words come from the text tables."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib.resources import files
from typing import Literal

import streamlit as st

from ui.words import lang, safe, t

Tone = Literal["good", "wait", "mind", "bad"]
_UPLOADER = """
[data-testid="stFileUploaderDropzone"] button > * {{visibility: hidden; width: 0; margin: 0}}
[data-testid="stFileUploaderDropzone"] button::after {{content: "{choose}"; font-weight: 600}}
[data-testid="stFileUploaderDropzoneInstructions"] {{display: none}}
"""


def style() -> None:
    """The one look, with no developer's chrome, and the page's language for readers of the screen."""
    own = files("ui").joinpath("style.css").read_text("utf-8")
    uploader = _UPLOADER.format(choose=t("ui.choose_files"))
    code = "zh-CN" if lang() == "zh" else "en"
    script = f"<script>document.documentElement.lang = '{code}'</script>"
    st.html(f"<style>{own}{uploader}</style>{script}", unsafe_allow_javascript=True)


def language() -> None:
    """A switch between Chinese and English, kept for the session."""
    st.session_state.setdefault("lang", "中文")
    st.segmented_control(
        "语言 / Language", ["中文", "English"], key="lang", required=True, label_visibility="collapsed"
    )


def heading(text: str, level: int = 2) -> None:
    """A heading whose text is shown as it is: no markdown, no anchor."""
    st.html(f"<h{level}>{safe(text)}</h{level}>")


def note(tone: Tone, *lines: str) -> None:
    """A message; the first line is the news, further ones what to know or do about it."""
    role = "alert" if tone == "bad" else "status"
    text = "".join(f"<p>{safe(line)}</p>" for line in lines if line)
    st.html(f'<div class="note {tone}" role="{role}">{text}</div>')


def small(text: str) -> None:
    """A quiet line."""
    st.html(f'<p class="small">{safe(text)}</p>')


def guarded(page: Callable[[], None]) -> Callable[[], None]:
    """The page, or a sentence that helps when it fails: an owner is shown no traceback, the log keeps it."""

    def show() -> None:
        try:
            page()
        except Exception:
            logging.getLogger("selfproof.ui").exception("the page could not be shown")
            note("bad", t("ui.trouble"), t("ui.trouble_help"))

    return show
