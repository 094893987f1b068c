"""The routes of signing in over an organisation's identity provider (authorisation code with PKCE, by Authlib)."""

from __future__ import annotations

from typing import Any

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
        request.session[_NEXT] = local_path(request.query_params.get("next", "/"))
        answer: Response = await self.client.authorize_redirect(request, str(request.url_for("company_back")))
        return answer

    async def back(self, request: Request) -> Response:
        """Take what the provider says; its signature, issuer, audience and nonce are checked by Authlib."""
        try:
            token = await self.client.authorize_access_token(request)
            session = await run_in_threadpool(oidc.sign_in, self.store, self.provider, token["userinfo"])
        except (OAuthError, JoseError, KeyError):
            return login.page(login.language(request), "/", login.Doors(company=True), note="ended", status=401)
        except Denied:
            return login.page(login.language(request), "/", login.Doors(company=True), note="no_role", status=403)
        path = local_path(str(request.session.pop(_NEXT, "/")))
        role = (await run_in_threadpool(enter, self.store, session)).role
        return with_cookie(RedirectResponse(landing(path, role), 303), request, session)
