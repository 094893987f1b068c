"""What the viewer asks for by itself: keep a draft, look at a place again. No run of the page's script is needed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from selfproof.access import Desk
from selfproof.errors import Denied
from selfproof.store import Store
from ui.review_part import pointed
from ui.routes import PRIVATE, TOKEN_HEADER, at_most, check_token, nothing, session_of

_LONGEST = 500_000  # bytes of a draft: a case may have hundreds of rows


@dataclass(frozen=True, slots=True)
class ReviewRoutes:
    """Of one store."""

    store: Store

    def all(self) -> list[Route]:
        """For `st.App(routes=…)`."""
        return [
            Route("/review/{application}/draft", self.draft, methods=["POST"]),
            Route("/review/{application}/look/{upload}/{page:int}", self.look, methods=["POST"]),
            Route("/review/{application}/look/{name}", self.looked, methods=["GET"]),
        ]

    def _desk(self, request: Request) -> Desk:
        return Desk.of(self.store, session_of(request))

    async def draft(self, request: Request) -> Response:
        """Keep what the reviewer has begun; an empty object drops it."""
        found = await _body(request)
        if not isinstance(found, dict):
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        content = json.dumps(found, ensure_ascii=False) if any(found.values()) else ""
        try:
            await run_in_threadpool(self._desk(request).review.keep_draft, request.path_params["application"], content)
        except Denied:
            return nothing()
        return JSONResponse({}, headers=PRIVATE)

    async def look(self, request: Request) -> Response:
        """Have the worker read a box on a page; answers with an id to ask for what it says."""
        names, corners = request.path_params, await _body(request)
        place = pointed([names["page"], *corners]) if isinstance(corners, list) else None
        if place is None:
            raise HTTPException(HTTPStatus.BAD_REQUEST)
        review = self._desk(request).review
        try:
            name = await run_in_threadpool(review.look_again, names["application"], names["upload"], place)
        except Denied:
            return nothing()
        return JSONResponse({"id": name}, headers=PRIVATE)

    def looked(self, request: Request) -> Response:
        """What stands there, once the worker has looked."""
        names = request.path_params
        try:
            text = self._desk(request).review.looked(names["application"], names["name"])
        except Denied:
            return nothing()
        return JSONResponse({"done": text is not None, "text": text or ""}, headers=PRIVATE)


async def _body(request: Request) -> object:
    """What the viewer sent as JSON, with the token of its session."""
    check_token(session_of(request), request.headers.get(TOKEN_HEADER, ""))
    try:
        found: object = json.loads(await at_most(request, _LONGEST).body())
    except ValueError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from error
    return found
