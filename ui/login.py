"""The sign-in page: plain HTML of our own, since no page of Streamlit is shown to strangers."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse

from selfproof.access import Role
from selfproof.demo import NAMES
from selfproof.model import Message
from selfproof.texts import Lang, say

LANGUAGE = "selfproof_language"
"""The cookie that remembers a language."""

_CODES = {"zh": "zh-CN", "en": "en"}
_GOOD = frozenset({"password_changed"})
_WORDS = ("title", "heading", "name", "password", "sign_in", "other_language")


@cache
def _template() -> Template:
    page, palette = (files("ui").joinpath(name).read_text("utf-8") for name in ("login.html", "palette.css"))
    return Template(page.replace("$palette", palette))


def spoken(lang: str) -> Lang:
    """A language that there is; Chinese for any other."""
    return "en" if lang == "en" else "zh"


def language(request: Request) -> Lang:
    """What was chosen here or at the last visit, else Chinese: many browsers here are set to another language."""
    return spoken(request.query_params.get("lang") or request.cookies.get(LANGUAGE, ""))


@dataclass(frozen=True, slots=True)
class Doors:
    """Ways in beside name and password. company: an organisation's provider is configured.

    demo: the password of the demo's accounts, to be offered with one tap; empty in earnest.
    """

    company: bool = False
    demo: str = ""


def page(lang: Lang, path: str, doors: Doors, *, note: str = "", status: int = 200, **values: object) -> HTMLResponse:
    """The form that goes on to `path`. note: a key of ``texts/access.yaml`` that says what went wrong.

    typed: the name that was tried, which nobody should have to type again.
    """
    other = "zh" if lang == "en" else "en"
    said = Message(f"access.{note}", {name: str(value) for name, value in values.items()})
    fields = {word: html.escape(say(f"access.{word}", lang)) for word in _WORDS}
    name = html.escape(str(values.get("typed", "")), quote=True)
    fields |= {"typed": name, "first": "" if name else "autofocus", "second": "autofocus" if name else ""}
    fields["brand"] = html.escape(say("ui.brand", lang))
    fields |= {"code": _CODES[lang], "lang": lang, "other": other, "other_code": _CODES[other]}
    fields |= {"next": html.escape(path, quote=True), "quoted": quote(path, safe="")}
    tone = "note good" if note in _GOOD else "note"
    fields["note"] = f'<p class="{tone}" role="alert">{html.escape(say(said, lang))}</p>' if note else ""
    there, word = f"/auth/oidc?next={quote(path, safe='')}", html.escape(say("access.company", lang))
    fields["company"] = f'<a class="company" href="{there}">{word}</a>' if doors.company else ""
    fields["demo"] = _demo(lang, path, doors.demo) if doors.demo else ""
    return HTMLResponse(_template().substitute(fields), status, headers={"cache-control": "no-store"})


def _demo(lang: Lang, path: str, password: str) -> str:
    """One tap for each account of the demo: the same form as any other, filled in."""
    hint = html.escape(say("access.demo", lang))
    return f'<p class="hint">{hint}</p>{"".join(_tap(lang, name, path, password) for name in NAMES)}<hr>'


def _tap(lang: Lang, person: str, path: str, password: str) -> str:
    filled = {"name": person, "password": password, "lang": lang, "next": path}
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(text)}">' for name, text in filled.items()
    )
    kind = "" if NAMES[person] is Role.OWNER else ' class="company"'
    word = html.escape(say(f"access.{person.replace('-', '_')}", lang))
    return f'<form method="post" action="/auth/login">{inputs}<button type="submit"{kind}>{word}</button></form>'
