"""The middleware before everything: no session, no page; another's application, no answer; unused routes, shut.

Streamlit serves some things to anyone: ``/media`` (pictures and downloads by their hash), ``/_stcore/upload_file``,
``/_stcore/metrics``, ``/_stcore/agent``. Nothing here uses them, so they do not exist; pages take pictures, uploads and
downloads over the routes of `ui.routes`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from selfproof.access import Role, Session, enter
from selfproof.access.guard import Guard
from selfproof.errors import Denied
from selfproof.store import Store

COOKIE = "selfproof_session"
SESSION = "selfproof.session"
"""Under which key of the ASGI scope the routes find who asks."""

_OPEN = frozenset({"/login", "/auth/login", "/auth/oidc", "/auth/oidc/callback", "/_stcore/health", "/favicon.png"})
_BUNDLE = "/static/"  # Streamlit's own scripts and styles: public, and the same everywhere
_SHUT = ("/media", "/component", "/oauth2callback", "/app")
_CORE = frozenset({"/_stcore/health", "/_stcore/host-config", "/_stcore/stream"})
_PARTS = "/_stcore/bidi-components/"
_NAMED: Mapping[str, tuple[str, ...]] = {
    "upload": ("upload", "bring"), "page": ("look_page",), "export": ("export",), "review": ("look_case",),
}  # fmt: skip
_FIRST = frozenset({"/"})
PAGES: Mapping[Role, frozenset[str]] = {
    Role.OWNER: _FIRST | {"/about", "/proof"}, Role.RISK: _FIRST | {"/policies", "/watch"},
}  # fmt: skip
"""What a role finds by its address; anybody has the first page, which is an owner's limit."""
_READS = frozenset({"GET", "HEAD"})
_CHANGES = ("/auth/", "/upload/", "/review/")
_ENDED = 4401  # a close code for applications, after HTTP's 401
_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "content-security-policy": "frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'",
}
_LONGEST_DRAWING = 30.0  # seconds, after which a page's parts renew themselves again whatever became of it
_YEAR = "max-age=31536000"
Answer: TypeAlias = Response | None


class Gate:
    """Asks every request and every message of a page's socket for its session."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self.app = app
        self.store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through to the app, or answer in its place."""
        if scope["type"] == "http":
            send = _guarded(send, https=scope["scheme"] == "https")
            answer = await self._http(scope)
            await (answer or self.app)(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope) -> Answer:
        asked, path = HTTPConnection(scope), scope["path"]
        if _is_shut(path) or (scope["method"] not in _READS and not path.startswith(_CHANGES)):
            return _nothing()
        if scope["method"] not in _READS and not _same_site(asked):
            return JSONResponse({"error": "cross_site"}, 403)
        if path in _OPEN or path.startswith(_BUNDLE):
            return None
        session = await self._session(asked, used=True)
        if session is None:
            return _sign_in_first(asked)
        scope[SESSION] = session
        if _is_stray(asked, session.role):
            return RedirectResponse("/", 303)
        return None if await run_in_threadpool(self._owns, session, path) else _nothing()

    async def _session(self, asked: HTTPConnection, *, used: bool) -> Session | None:
        try:
            return await run_in_threadpool(enter, self.store, asked.cookies.get(COOKIE, ""), used=used)
        except Denied:
            return None

    def _owns(self, session: Session, path: str) -> bool:
        """Whether the application that a path names, if any, is one for this person; the routes ask again."""
        route, _, rest = path.lstrip("/").partition("/")
        application = rest.partition("/")[0]
        guard = Guard(self.store, session)
        return route not in _NAMED or any(guard.may(act, application) for act in _NAMED[route])

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = HTTPConnection(scope)
        if scope["path"] != "/_stcore/stream" or not _same_site(asked) or not await self._session(asked, used=True):
            await receive()
            await send({"type": "websocket.close", "code": _ENDED})
            return

        line = _Line(send)

        async def checked() -> Message:
            """The next message, as long as the session lives; what a page asks by itself does not prolong it."""
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                wish, page = _wish(message.get("bytes") or b"")
                if not await self._session(asked, used=wish is not Wish.REFRESH):
                    await line.send({"type": "websocket.close", "code": _ENDED})
                    return {"type": "websocket.disconnect", "code": _ENDED}
                if line.takes(wish, page):
                    return message

        await self.app(scope, checked, line.send)


class Wish(Enum):
    """What a page's message wants: that a part of it be drawn anew by itself, the whole page, or anything else."""

    REFRESH = auto()
    PAGE = auto()
    OTHER = auto()


class _Line:
    """Towards one page's socket. Once it is shut from either side, what is still sent falls silently.

    The app learns the end from what it receives next. Told by a failed send it would try to close the socket once
    more, which ends in a traceback (Streamlit 1.67).

    A part that renews itself asks in vain while a page is drawn that somebody wants, and for a page that is left.
    Streamlit would draw the part after that page, and name it with the page before: the browser then wipes the new
    page, which stays empty, or breaks off with "Bad delta path index" where both have a part at the same place.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._shut = False
        self._drawn_by = 0.0  # until when, at the latest, a page that was asked for is being drawn
        self._page = ""  # the one that the browser was told of, as Streamlit calls it

    def takes(self, wish: Wish, page: str) -> bool:
        """Whether the app is to hear of a message. page: from which it comes."""
        if wish is Wish.PAGE:
            self._drawn_by = time.monotonic() + _LONGEST_DRAWING
        return wish is not Wish.REFRESH or (page == self._page and time.monotonic() >= self._drawn_by)

    async def send(self, message: Message) -> None:
        """Pass a message on, if anybody is there to take it."""
        if self._shut:
            return
        self._shut = message["type"] == "websocket.close"
        if self._drawn_by:
            self._follow(message.get("bytes") or b"")
        try:
            await self._send(message)
        except OSError:  # the page has left
            self._shut = True

    def _follow(self, frame: bytes) -> None:
        """Which page is being drawn, and whether it is drawn and no other follows at once."""
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        message = ForwardMsg.FromString(frame)
        told = message.navigation if message.HasField("navigation") else message.new_session
        self._page = told.page_script_hash or self._page
        partly = (ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
        if message.HasField("script_finished") and message.script_finished not in partly:
            self._drawn_by = 0.0


def _is_shut(path: str) -> bool:
    if path.startswith("/_stcore/"):
        return path not in _CORE and not path.startswith(_PARTS)
    return any(path == shut or path.startswith(f"{shut}/") for shut in _SHUT)


def is_page(path: str, role: Role) -> bool:
    """Whether a role has a page at this path."""
    return path in PAGES.get(role, _FIRST)


def _is_stray(asked: HTTPConnection, role: Role) -> bool:
    """Whether somebody wants to see a page that this role has not: Streamlit would answer with a window of its own."""
    path = asked.scope["path"]
    wants_page = "text/html" in asked.headers.get("accept", "") and asked.scope["method"] in _READS
    return wants_page and path.count("/") == 1 and not is_page(path, role)


def _same_site(asked: HTTPConnection) -> bool:
    """Whether a browser says that one of our own pages asks; other programs say nothing and hold no cookies."""
    site, origin = asked.headers.get("sec-fetch-site"), asked.headers.get("origin")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    return origin is None or urlsplit(origin).netloc == asked.headers.get("host")


def _wish(frame: bytes) -> tuple[Wish, str]:
    """What a message wants, and from which page it comes; what nobody can read is no person's wish."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    try:
        message = BackMsg.FromString(frame)
    except DecodeError:
        return Wish.REFRESH, ""
    state = message.rerun_script
    if state.is_auto_rerun:
        return Wish.REFRESH, state.page_script_hash
    whole = message.HasField("rerun_script") and not state.fragment_id
    return (Wish.PAGE if whole else Wish.OTHER), state.page_script_hash


def _nothing() -> Response:
    return JSONResponse({"error": "nothing_here"}, 404, headers={"cache-control": "no-store"})


def _sign_in_first(asked: HTTPConnection) -> Response:
    if asked.scope["method"] in _READS and "text/html" in asked.headers.get("accept", ""):
        query = asked.url.query
        there = asked.scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"/login?next={quote(there, safe='')}", 303)
    return JSONResponse({"error": "sign_in"}, 401, headers={"cache-control": "no-store"})


def _guarded(send: Send, *, https: bool) -> Send:
    """Add the headers that keep other sites out, wherever an answer comes from."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Any = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if https:
                headers.setdefault("strict-transport-security", _YEAR)
        await send(message)

    return with_headers
