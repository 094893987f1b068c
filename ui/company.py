"""The routes of signing in over an organisation's identity provider (authorisation code with PKCE, by Authlib)."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from selfproof.access import enter, oidc
from selfproof.errors import Denied
from selfproof.store import Store
from ui import login
from ui.routes import landing, local_path, with_cookie

_NEXT = "selfproof_next"
_STATUS = {"ended": 401, "no_role": 403, "company_down": 503}
_UNREACHABLE = (httpx2.HTTPError, json.JSONDecodeError)
"""Nobody there, too late, an error of its own, or something that is no answer of a provider."""


class CompanyRoutes:
    """The way to the provider and back."""

    def __init__(self, store: Store, provider: oidc.Provider) -> None:
        self.store = store
        self.provider = provider
        oauth = OAuth()
        oauth.register(
            "company",
            client_id=provider.client_id,
            client_secret=provider.secret,
            server_metadata_url=provider.metadata_url,
            client_kwargs={"scope": provider.scope, "code_challenge_method": "S256"},
        )
        self.client: Any = oauth.create_client("company")

    def all(self) -> list[Route]:
        """For `st.App(routes=…)`."""
        return [
            Route("/auth/oidc", self.leave, methods=["GET"]),
            Route("/auth/oidc/callback", self.back, methods=["GET"], name="company_back"),
        ]

    async def leave(self, request: Request) -> Response:
        """Send the browser to the provider."""
        there = local_path(request.query_params.get("next", "/"))
        request.session[_NEXT] = there
        try:
            answer: Response = await self.client.authorize_redirect(request, str(request.url_for("company_back")))
        except _UNREACHABLE as error:
            return _down(request, there, error)
        return answer

    async def back(self, request: Request) -> Response:
        """Take what the provider says; its signature, issuer, audience and nonce are checked by Authlib."""
        try:
            token = await self.client.authorize_access_token(request)
            session = await run_in_threadpool(oidc.sign_in, self.store, self.provider, token["userinfo"])
        except (OAuthError, JoseError, KeyError):
            return _refused(request, "/", "ended")
        except Denied:
            return _refused(request, "/", "no_role")
        except _UNREACHABLE as error:
            return _down(request, "/", error)
        path = local_path(str(request.session.pop(_NEXT, "/")))
        role = (await run_in_threadpool(enter, self.store, session)).role
        return with_cookie(RedirectResponse(landing(path, role), 303), request, session)


def _refused(request: Request, path: str, why: str) -> Response:
    """The sign-in page with the reason."""
    return login.page(login.language(request), path, login.Doors(company=True), note=why, status=_STATUS[why])


def _down(request: Request, path: str, error: Exception) -> Response:
    """The log keeps what the provider did."""
    logging.getLogger("selfproof.ui").warning("the identity provider does not answer as it should: %r", error)
    return _refused(request, path, "company_down")
