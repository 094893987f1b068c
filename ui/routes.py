"""Our own routes beside the pages: sign in and out, upload, page pictures, export, downloads."""

from __future__ import annotations

import hmac
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Message

from selfproof import intake
from selfproof.access import Desk, LockedError, Role, Session, enter, rules, sign_in, sign_out, sign_out_everywhere
from selfproof.errors import Denied
from selfproof.store import Store
from ui import farewells, login, parcels
from ui.gate import COOKIE, SESSION, is_page

TOKEN_HEADER = "x-selfproof-token"  # noqa: S105  a header's name
_FORM = 10_000  # bytes of a form without files
PRIVATE = {"cache-control": "private, no-store"}
_PIECE = 1 << 16
_YEAR = 31_536_000  # seconds
_LONGEST_PATH = 2_000
_NO_PAGES = ("/auth/", "/login", "/_stcore/", "/upload/", "/review/")
_DOWNLOADS = frozenset({"page", "export", "parcel"})


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of one store."""

    store: Store
    company: bool = False
    demo: str = ""

    def all(self) -> list[Route]:
        """For `st.App(routes=…)`."""
        return [
            Route("/login", self.login_page, methods=["GET"]),
            Route("/auth/login", self.log_in, methods=["POST"]),
            Route("/auth/logout", self.log_out, methods=["POST"]),
            Route("/upload/{application}", self.upload, methods=["POST"]),
            Route("/page/{application}/{upload}/{number:int}", self.page, methods=["GET"]),
            Route("/export/{application}", self.export, methods=["GET"]),
            Route("/parcel/{key}", self.parcel, methods=["GET"]),
        ]

    @property
    def _doors(self) -> login.Doors:
        return login.Doors(company=self.company, demo=self.demo)

    def _desk(self, request: Request) -> Desk:
        return Desk.of(self.store, session_of(request))

    def login_page(self, request: Request) -> Response:
        """The form; Chinese until somebody chooses English, which is remembered."""
        query = request.query_params
        changed = farewells.has_changed(request.cookies.get(COOKIE, ""))
        note = "password_changed" if changed else "ended" if query.get("ended") else ""
        lang, path = login.language(request), local_path(query.get("next", "/"))
        answer = login.page(lang, path, self._doors, note=note)
        if query.get("lang"):
            _remember(answer, lang)
        return answer

    async def log_in(self, request: Request) -> Response:
        """A session for the right name and password, in a cookie that no script can read."""
        form = await _form(request, _FORM, files=0)
        name, password, lang = (str(form.get(field, "")) for field in ("name", "password", "lang"))
        path, spoken = local_path(str(form.get("next", "/"))), login.spoken(lang)
        try:
            token = await run_in_threadpool(sign_in, self.store, name, password)
        except LockedError as error:
            seconds = max(1, round(error.wait.total_seconds()))
            return login.page(spoken, path, self._doors, note="locked", status=429, seconds=seconds, typed=name)
        except Denied:
            return login.page(spoken, path, self._doors, note="wrong", status=401, typed=name)
        role = (await run_in_threadpool(enter, self.store, token)).role
        response = with_cookie(RedirectResponse(landing(path, role), 303), request, token)
        if lang:
            _remember(response, spoken)
        return response

    async def log_out(self, request: Request) -> Response:
        """End this session, or with ``everywhere`` all of this person's."""
        session, form = session_of(request), await _form(request, _FORM, files=0)
        check_token(session, str(form.get("token", "")))
        end = sign_out_everywhere if form.get("everywhere") else sign_out
        await run_in_threadpool(end, self.store, session)
        response = RedirectResponse("/login", 303, headers={"clear-site-data": '"cache", "storage"'})
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return response

    async def upload(self, request: Request) -> Response:
        """Take files (field ``files``, any number); a receipt or the reason for each, in their order.

        ``to``: what they are sent in reply to (`selfproof.access.replies`).
        """
        check_token(session_of(request), request.headers.get(TOKEN_HEADER, ""))
        limits, desk = rules(), self._desk(request)
        application = request.path_params["application"]
        form = await _form(request, limits.most_bytes, files=limits.most_files)
        try:
            files = [item for item in form.getlist("files") if isinstance(item, UploadFile)]
            to = str(form.get("to", ""))
            receipts = [await run_in_threadpool(_receive, desk, application, file, to) for file in files]
        except Denied:
            return nothing()
        finally:
            await form.close()
        return JSONResponse({"receipts": receipts}, headers=PRIVATE)

    def page(self, request: Request) -> Response:
        """The picture of a page as it was read."""
        names = request.path_params
        try:
            picture = self._desk(request).page_image(names["application"], names["upload"], names["number"])
        except Denied:
            return nothing()
        alone = {"content-security-policy": "default-src 'none'; sandbox"}
        return Response(picture, media_type="image/webp", headers=PRIVATE | alone)

    def export(self, request: Request) -> Response:
        """Everything that is kept of an application, as a zip."""
        bundle = cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115  closed when it has been sent
        try:
            self._desk(request).export(request.path_params["application"], cast("BinaryIO", bundle))
        except Denied:
            bundle.close()
            return nothing()
        except BaseException:
            bundle.close()
            raise
        name = f"selfproof-{request.path_params['application']}.zip"
        return StreamingResponse(_pieces(bundle), media_type="application/zip", headers=PRIVATE | _attached(name))

    def parcel(self, request: Request) -> Response:
        """A download that a page of this session has made."""
        found = parcels.take(session_of(request), request.path_params["key"])
        if found is None:
            return nothing()
        return Response(found.data, media_type=found.media_type, headers=PRIVATE | _attached(found.name))


def session_of(request: Request) -> Session:
    """Who asks, as the gate found out; without the gate before it a route answers nobody."""
    session = request.scope.get(SESSION)
    if not isinstance(session, Session):
        raise HTTPException(HTTPStatus.UNAUTHORIZED)
    return session


def with_cookie(response: Response, request: Request, token: str) -> Response:
    """The answer with the session's cookie: for no script, no other site, and HTTPS only where there is one."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(rules().life.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    response.headers.update({"cache-control": "no-store"})
    return response


def local_path(path: str) -> str:
    r"""Where to go after signing in: a path of ours with its query, never another site.

    >>> local_path("/?case=A-1"), local_path("//a.example"), local_path("https://a.example"), local_path("/\\a")
    ('/?case=A-1', '/', '/', '/')
    """
    if (
        not path.startswith("/")
        or path.startswith("//")
        or not path.isprintable()
        or "\\" in path
        or len(path) > _LONGEST_PATH
    ):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    ours = not parts.netloc and not parts.scheme
    return path if ours and not parts.path.startswith(_NO_PAGES) else "/"


def landing(path: str, role: Role) -> str:
    """A local path where this role has a page or a download, else its first page: another role may have asked.

    >>> landing("/?case=A-1", Role.REVIEWER), landing("/proof", Role.OWNER), landing("/proof", Role.RISK)
    ('/?case=A-1', '/proof', '/')
    """
    asked = urlsplit(path).path
    download = asked.lstrip("/").partition("/")[0] in _DOWNLOADS
    return path if download or is_page(asked, role) else "/"


def _remember(response: Response, lang: str) -> None:
    """The language for the next visit."""
    response.set_cookie(login.LANGUAGE, lang, max_age=_YEAR, path="/", samesite="lax")


def check_token(session: Session, token: str) -> None:
    """A form or script of another site cannot know the token."""
    if not hmac.compare_digest(session.token.encode(), token.encode()):
        raise HTTPException(HTTPStatus.FORBIDDEN, "token")


async def _form(request: Request, most: int, *, files: int) -> FormData:
    """The form, cut off with 413 as soon as it is longer than so many bytes; files lie on disk meanwhile."""
    return await at_most(request, most).form(max_files=files, max_fields=20)


def at_most(request: Request, most: int) -> Request:
    """The request, whose body is cut off with 413 as soon as it is longer than so many bytes."""
    received = 0
    if int(request.headers.get("content-length") or 0) > most:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    async def counted() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > most:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return Request(request.scope, counted)


def _receive(desk: Desk, application: str, file: UploadFile, to: str) -> dict[str, Any]:
    """A receipt, or why there is none; a file that is too large is never held in memory."""
    name, most = intake.sanitised(file.filename or ""), intake.MOST_MEGABYTES * intake.MEGABYTE
    if (file.size or 0) > most:
        values = {"size": str((file.size or 0) // intake.MEGABYTE), "limit": str(intake.MOST_MEGABYTES)}
        return {"name": name, "error": "too_large", "values": values}
    data = file.file.read()
    if not data:
        return {"name": name, "error": "empty", "values": {}}
    receipt = desk.receive(application, data, name, to=to)
    return {"name": name, "upload": receipt.upload, "duplicate": receipt.duplicate}


def nothing() -> Response:
    """What is another's and what is not there look the same."""
    return JSONResponse({"error": "nothing_here"}, 404, headers={"cache-control": "no-store"})


def _attached(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def _pieces(bundle: IO[bytes]) -> Iterator[bytes]:
    with bundle:
        bundle.seek(0)
        while piece := bundle.read(_PIECE):
            yield piece
