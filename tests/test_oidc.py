"""Signing in over an identity provider: a small real one on a loopback port, and the whole way there and back."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from selfproof.access import Role, enter, oidc
from selfproof.store import Store
from ui.company import CompanyRoutes
from ui.gate import COOKIE, Gate
from ui.routes import Routes

CLIENT = "selfproof"


class Provider:
    """An OpenID Connect provider that vouches for whoever comes, with the claims that a test sets."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = self.signing = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self.claims: dict[str, object] = {"sub": "17", "groups": ["credit-reviewers"]}
        self.asked: dict[str, str] = {}
        self.gone = ""  # another address for the token

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.keys),
            ]
        )

    def metadata(self, _: Request) -> Response:
        there = {f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in _ENDPOINTS.items()}
        moved = {"token_endpoint": self.gone} if self.gone else {}
        return JSONResponse({"issuer": self.issuer, "jwks_uri": f"{self.issuer}/jwks", **there, **moved})

    def authorize(self, request: Request) -> Response:
        self.asked = dict(request.query_params)
        return RedirectResponse(f"{self.asked['redirect_uri']}?code=c0de&state={self.asked['state']}")

    async def token(self, request: Request) -> Response:
        form = await request.form()
        verifier = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if base64.urlsafe_b64encode(verifier).rstrip(b"=").decode() != self.asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.asked["nonce"]}
        identity = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | self.claims, self.signing)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": identity})

    def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})


_ENDPOINTS = {"authorization": "authorize", "token": "token"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        made = Provider(bound.getsockname()[1])
        server = uvicorn.Server(uvicorn.Config(made.app(), log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield made
        server.should_exit = True
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def client(store: Store, provider: Provider, tmp_path: Path) -> Iterator[TestClient]:
    """Our side of it, as `ui.server` puts it together, without Streamlit's pages."""
    provider.signing, provider.claims = provider.key, {"sub": "17", "groups": ["credit-reviewers"]}
    (tmp_path / "secret").write_text("s3cret")
    settings = oidc.Provider(
        metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
        client_id=CLIENT,
        secret_file=tmp_path / "secret",
        claim="groups",
        roles={"credit-reviewers": Role.REVIEWER},
    )
    routes = [*Routes(store, company=True).all(), *CompanyRoutes(store, settings).all()]
    app = Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key="k")])  # noqa: S106  a test's
    with TestClient(Gate(app, store), follow_redirects=False) as opened:
        yield opened


def _there(client: TestClient) -> str:
    """Go to the provider and come back with its code: the address of our callback."""
    sent = client.get("/auth/oidc?next=%2F%3Fcase%3DA-1")
    assert sent.status_code == 302
    back = httpx2.get(sent.headers["location"], follow_redirects=False)
    return str(back.headers["location"])


def test_whom_the_provider_vouches_for_is_signed_in_with_the_role_of_his_group(
    client: TestClient, store: Store, provider: Provider
) -> None:
    assert "/auth/oidc?next=" in client.get("/login").text
    address = _there(client)
    assert parse_qs(urlsplit(address).query)["code"] == ["c0de"]
    assert provider.asked["code_challenge_method"] == "S256"
    answer = client.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?case=A-1")
    session = enter(store, answer.cookies[COOKIE])
    assert session.role is Role.REVIEWER
    assert store.people.accounts()[0].origin == provider.issuer


def test_the_role_of_the_provider_decides_which_page_is_reached(client: TestClient) -> None:
    sent = client.get("/auth/oidc?next=%2Flimit")
    back = httpx2.get(sent.headers["location"], follow_redirects=False)
    answer = client.get(str(back.headers["location"]))
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), "an owner's page is none of a reviewer's"


def test_without_a_group_of_the_table_there_is_no_session(client: TestClient, store: Store, provider: Provider) -> None:
    provider.claims = {"sub": "18", "groups": ["canteen"]}
    answer = client.get(_there(client))
    assert (answer.status_code, COOKIE in answer.cookies) == (403, False)
    assert "还没有开通权限，请联系管理员" in answer.text
    assert "/auth/oidc?next=" in answer.text, "the way to try again"
    assert store.people.accounts() == ()


@pytest.mark.parametrize("forged", ["key", "aud", "iss", "nonce", "exp"])
def test_a_token_that_is_not_the_provider_s_or_not_for_us_is_refused(
    client: TestClient, store: Store, provider: Provider, forged: str
) -> None:
    if forged == "key":
        provider.signing = RSAKey.generate_key(2048, {"kid": "k1"})
    else:
        provider.claims |= {forged: 1 if forged == "exp" else "other"}
    answer = client.get(_there(client))
    assert (answer.status_code, COOKIE in answer.cookies) == (401, False)
    assert store.people.accounts() == ()


def test_a_callback_that_nobody_asked_for_is_refused(client: TestClient) -> None:
    assert client.get("/auth/oidc/callback?code=c0de&state=guessed").status_code == 401
    assert client.get("/auth/oidc/callback?error=access_denied").status_code == 401


def test_where_the_provider_cannot_be_reached_a_page_says_so_and_offers_to_try_again(
    store: Store, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("s3cret")
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))  # held, but nobody listens
        address = f"http://127.0.0.1:{shut.getsockname()[1]}/.well-known/openid-configuration"
        settings = oidc.Provider(
            metadata_url=address, client_id=CLIENT, secret_file=tmp_path / "secret", claim="groups", roles={}
        )
        routes = [*Routes(store, company=True).all(), *CompanyRoutes(store, settings).all()]
        app = Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key="k")])  # noqa: S106  a test's
        with TestClient(Gate(app, store), follow_redirects=False) as opened:
            answer = opened.get("/auth/oidc?next=%2Fproof")
    assert (answer.status_code, COOKIE in answer.cookies) == (503, False)
    assert "单位账号暂时无法登录" in answer.text
    assert "/auth/oidc?next=%2Fproof" in answer.text, "the way to try again"


def test_a_provider_that_is_gone_when_somebody_comes_back_is_told_on_a_page_too(
    client: TestClient, store: Store, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as shut:
        shut.bind(("127.0.0.1", 0))
        monkeypatch.setattr(provider, "gone", f"http://127.0.0.1:{shut.getsockname()[1]}/token")
        answer = client.get(_there(client))
    assert (answer.status_code, COOKIE in answer.cookies) == (503, False)
    assert "单位账号暂时无法登录" in answer.text
    assert store.people.accounts() == ()
