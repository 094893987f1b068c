"""Parts that every page uses: the look, the language switch, messages. All words come from the text tables."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import Literal

import streamlit as st

from selfproof.access import Session
from ui import parcels
from ui.login import LANGUAGE
from ui.words import lang, safe, t

Tone = Literal["good", "wait", "mind", "bad"]
_PARTS = ("palette.css", "style.css", "stream.css", "ended.js", "lost.js")
_LANGUAGES = ("中文", "English")
_YEAR = 31_536_000  # seconds
_TROUBLE = "trouble"
_TOLD = "told"


def style() -> None:
    """The one look without developer's chrome; the language is told to screen readers and kept for the next visit."""
    palette, own, stream, *scripts = (files("ui").joinpath(name).read_text("utf-8") for name in _PARTS)
    code, spoken = ("zh-CN", "zh") if lang() == "zh" else ("en", "en")
    kept = f"document.cookie = '{LANGUAGE}={spoken}; path=/; max-age={_YEAR}; samesite=lax'"
    told = f"window.selfproofLost = {json.dumps(t('ui.lost'))}"
    script = "\n".join((f"<script>document.documentElement.lang = '{code}'; {kept}; {told}", *scripts, "</script>"))
    st.html(f"<style>{palette}{own}{stream}</style>{script}", unsafe_allow_javascript=True)


def recall_language() -> None:
    """The language of the last visit, else Chinese; it is the switch's from then on."""
    if "lang" not in st.session_state:
        st.session_state["lang"] = _LANGUAGES[st.context.cookies.get(LANGUAGE) == "en"]


def language() -> None:
    """A switch between Chinese and English, kept for the session and the next visit."""
    st.segmented_control("语言 / Language", _LANGUAGES, key="lang", required=True, label_visibility="collapsed")


def heading(text: str, level: int = 2) -> None:
    """A heading whose text is shown as it is: no markdown, no anchor."""
    st.html(f"<h{level}>{safe(text)}</h{level}>")


def note(tone: Tone, *lines: str) -> None:
    """A message; the first line is the news, further ones what to know or do about it."""
    role = "alert" if tone == "bad" else "status"
    text = "".join(f"<p>{safe(line)}</p>" for line in lines if line)
    st.html(f'<div class="note {tone}" role="{role}">{text}</div>')


def pairs(cells: Iterable[tuple[str, str]]) -> None:
    """Names with what they amount to, one a line."""
    rows = "".join(
        f'<li><div class="line"><span>{safe(name)}</span><b>{safe(value)}</b></div></li>' for name, value in cells
    )
    st.html(f'<ul class="rows">{rows}</ul>')


def on_paper(session: Session, area: str, make: Callable[[], bytes], *, name: str, of: str) -> None:
    """A PDF to take away; made when somebody asks, for it takes a moment. area: of its texts; of: what it tells of."""
    key = f"{area} {of} {lang()}"
    link = st.session_state.get(key)
    if link:
        st.html(f'<p><a class="act" href="{safe(link)}" download>{safe(t(f"{area}.get"))}</a></p>')
    else:

        def offer() -> None:
            st.session_state[key] = parcels.offer(session, name, "application/pdf", make())

        st.button(t(f"{area}.make"), on_click=doing(offer))


def small(text: str) -> None:
    """A quiet line."""
    st.html(f'<p class="small">{safe(text)}</p>')


def tell(place: str, *notes: tuple[Tone, tuple[str, ...]]) -> None:
    """Keep what an act has to say until the next act anywhere; nothing to say clears it. place: where it is shown.

    An act runs before the page is drawn, and a page may be drawn anew at once, before anybody has read it.
    """
    st.session_state[_TOLD] = (place, notes)


def told(place: str) -> bool:
    """Show what the last act had to say here; whether it had anything."""
    where, notes = st.session_state.get(_TOLD, ("", ()))
    for tone, lines in notes if where == place else ():
        note(tone, *lines)
    return bool(where == place and notes)


def forget() -> None:
    """What was said belongs to a page that is left."""
    st.session_state.pop(_TOLD, None)


def doing(act: Callable[..., object], *given: object) -> Callable[[], None]:
    """What a button does, for its ``on_click``, which runs before anything is drawn.

    ``if st.button(…)`` loses a click whenever its run ends before that line: pages that refresh themselves, a second
    click and `st.rerun` all end runs. The act comes before anything that touches Streamlit, where runs are ended.
    """

    def do() -> None:
        try:
            act(*given)
        except Exception:
            logging.getLogger("selfproof.ui").exception("an act failed")
            st.session_state[_TROUBLE] = True

    return do


def guarded(page: Callable[[], None], trouble: str = "ui.trouble_staff") -> Callable[[], None]:
    """The page, or a sentence that helps when it fails: nobody is shown a traceback, the log keeps it.

    trouble: which sentence; what to do about it stands in the table as its ``…_help``.
    """

    def show() -> None:
        with st.container():  # always there: what stands below keeps its place, and Streamlit its fragments
            if st.session_state.pop(_TROUBLE, False):
                note("bad", t(trouble), t(f"{trouble}_help"))
        try:
            page()
        except Exception:
            logging.getLogger("selfproof.ui").exception("the page could not be shown")
            note("bad", t(trouble), t(f"{trouble}_help"))

    return show
