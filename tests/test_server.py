"""The real server on a loopback port: sign-in, cookies, our routes, what is shut, and strangers of every kind."""

from __future__ import annotations

import asyncio
import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from uvicorn.protocols.utils import ClientDisconnected
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from selfproof.access import Role, enter, people, sign_out
from selfproof.store import Store
from tests.people_samples import PAGE, PASSWORD, Sample, case, desk, token
from ui import owner, parcels, risk_pages
from ui.gate import COOKIE, PAGES, Gate
from ui.routes import Routes, landing, local_path

ROOT = Path(__file__).parent.parent
HTML = {"accept": "text/html,application/xhtml+xml"}
PATIENCE = 240.0  # seconds for the server to answer: other tests may keep the machine busy


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Browser:
    """Keeps its cookie, follows nothing."""

    port: int
    cookie: str = ""
    csrf: str = field(default="", repr=False)

    def ask(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=240)
        given = {"cookie": f"{COOKIE}={self.cookie}"} if self.cookie else {}
        connection.request(method, path, body, given | dict(headers or {}))
        response = connection.getresponse()
        answer = Answer(response.status, {key.lower(): value for key, value in response.getheaders()}, response.read())
        connection.close()
        return answer

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post_form(self, path: str, headers: Mapping[str, str] | None = None, **fields: str) -> Answer:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields).encode(), kind | dict(headers or {}))

    def post_files(self, path: str, *files: tuple[str, bytes], headers: Mapping[str, str] | None = None) -> Answer:
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
            + data
            + b"\r\n"
            for name, data in files
        ]
        kind = {"content-type": "multipart/form-data; boundary=cut", "x-selfproof-token": self.csrf}
        return self.ask("POST", path, b"".join([*parts, b"--cut--\r\n"]), kind | dict(headers or {}))


@dataclass(frozen=True, slots=True)
class Site:
    port: int
    store: Store
    case: Sample

    def browser(self, name: str, role: Role) -> Browser:
        given = token(self.store, name, role)
        return Browser(self.port, given, enter(self.store, given).token)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended"
        try:
            if Browser(port).get("/_stcore/health").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The server as `selfproof serve` starts it, on a store with one case of anna's."""
    home, port = tmp_path_factory.mktemp("served"), _free_port()
    environment = os.environ | {"SELFPROOF_HOME": str(home), "PYTHONPATH": str(ROOT)}
    for name in ("SELFPROOF_DATABASE", "SELFPROOF_OIDC"):
        environment.pop(name, None)
    with Store.open(f"sqlite:///{home}/selfproof.db", home) as store:
        people.add(store, "anna", Role.OWNER, PASSWORD, act=people.by_system("add_account", "anna"))
        sample = case(store, desk(store, "anna", Role.OWNER))
        command = [sys.executable, "-m", "selfproof.cli", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
        try:
            _wait(port, process)
            yield Site(port, store, sample)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(240)


def test_a_stranger_is_sent_to_the_sign_in_page_and_gets_no_page_of_the_app(site: Site) -> None:
    stranger = Browser(site.port)
    sent = stranger.get("/review?case=1", HTML)
    assert (sent.status, sent.headers["location"]) == (303, "/login?next=%2Freview%3Fcase%3D1")
    assert stranger.get("/_stcore/host-config").status == 401
    page = stranger.get("/login?next=%2Freview", HTML)
    assert page.status == 200
    assert 'value="/review"' in page.body.decode()
    assert 'lang="zh-CN"' in page.body.decode()
    assert page.headers["x-frame-options"] == "DENY"
    asked = stranger.get("/?case=A-1&x=%26", HTML)
    assert asked.headers["location"] == "/login?next=%2F%3Fcase%3DA-1%26x%3D%2526"


def test_the_sign_in_page_is_chinese_first_and_english_is_one_tap_away_and_remembered(site: Site) -> None:
    stranger = Browser(site.port)
    first = stranger.get("/login?next=%2F%3Fcase%3DA-1", HTML | {"accept-language": "en-GB"})
    assert "登录" in first.body.decode()
    assert 'href="/login?lang=en&amp;next=%2F%3Fcase%3DA-1"' in first.body.decode()
    tapped = stranger.get("/login?lang=en&next=%2F%3Fcase%3DA-1", HTML)
    assert "Sign in" in tapped.body.decode()
    assert 'name="next" value="/?case=A-1"' in tapped.body.decode()
    kept = tapped.headers["set-cookie"]
    assert kept.startswith("selfproof_language=en;")
    again = stranger.get("/login", HTML | {"cookie": kept.partition(";")[0], "accept-language": "zh-CN"})
    assert "Sign in" in again.body.decode()
    assert "set-cookie" not in stranger.get("/login", HTML).headers


def test_the_right_password_gives_a_cookie_that_survives_a_refresh_and_no_script_can_read(site: Site) -> None:
    browser = Browser(site.port)
    answer = browser.post_form("/auth/login", name="anna", password=PASSWORD, next="/proof")
    assert (answer.status, answer.headers["location"]) == (303, "/proof")
    name, _, rest = answer.headers["set-cookie"].partition("=")
    value, *attributes = [part.strip().lower() for part in rest.split(";")]
    assert name == COOKIE
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= set(attributes)
    browser.cookie = rest.partition(";")[0]
    assert len(value) >= 43, "256 bits"
    for _ in range(2):
        assert browser.get("/", HTML).status == 200


def test_a_wrong_password_is_told_without_saying_what_was_wrong(site: Site) -> None:
    bodies = set()
    for name in ("anna", "nobody"):
        answer = Browser(site.port).post_form("/auth/login", name=name, password="not it", next="/")  # noqa: S106  wrong
        assert answer.status == 401
        assert f'value="{name}"'.encode() in answer.body, "a name is typed once"
        assert "set-cookie" not in answer.headers
        bodies.add(answer.body.replace(f'"{name}"'.encode(), b""))
    assert len(bodies) == 1


def test_signing_in_leads_to_where_somebody_wanted_to_go_with_the_query_and_only_to_pages_of_the_role(
    site: Site,
) -> None:
    browser = Browser(site.port)
    for wanted, reached in {
        "/?case=A-1&x=%26": "/?case=A-1&x=%26",
        "/proof?from=mail": "/proof?from=mail",
        "/work": "/",
        "/auth/logout": "/",
        "/login?next=/": "/",
    }.items():
        answer = browser.post_form("/auth/login", name="anna", password=PASSWORD, next=wanted)
        assert (answer.status, answer.headers["location"]) == (303, reached), wanted


HOSTILE = [
    "https://evil.example/", "//evil.example", "/\\evil.example", "///evil.example", "\\\\evil.example",
    "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", " //evil.example", "http:evil.example",
    "evil.example", "", "/\u2028/evil.example",
    "//[", "/login?next=//evil.example", "https:///evil.example", "/x\r\nset-cookie: a=b", "/" + "a" * 3000,
    "//evil.example/?next=/", "/auth/oidc?next=//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("elsewhere", HOSTILE)
def test_signing_in_never_leads_to_another_site(site: Site, elsewhere: str) -> None:
    assert local_path(elsewhere) == "/"
    page = Browser(site.port).get(f"/login?next={quote(elsewhere, safe='')}", HTML).body.decode()
    assert "evil.example" not in page
    assert 'name="next" value="/"' in page


def test_the_form_s_own_next_is_not_trusted_either(site: Site) -> None:
    answer = Browser(site.port).post_form("/auth/login", name="anna", password=PASSWORD, next="//evil.example")
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(("role", "path", "there"), [
    (Role.REVIEWER, "/?case=A-1", "/?case=A-1"), (Role.RISK, "/?run=7", "/?run=7"), (Role.REVIEWER, "/proof", "/"),
    (Role.ADMIN, "/proof?x=1", "/"), (Role.OWNER, "/export/A-1", "/export/A-1"), (Role.OWNER, "/nowhere", "/"),
])  # fmt: skip
def test_whoever_signs_in_lands_on_a_page_of_the_role(role: Role, path: str, there: str) -> None:
    assert landing(path, role) == there


@pytest.mark.parametrize(
    ("role", "pages", "first"),
    [(Role.OWNER, owner._STEPS, owner._HOME), (Role.RISK, risk_pages._PAGES, risk_pages._FIRST)],
)
def test_the_addresses_of_a_role_s_pages_are_the_ones_that_the_gate_knows(
    role: Role, pages: Mapping[str, object], first: str
) -> None:
    assert {f"/{page}" if page != first else "/" for page in pages} == PAGES[role]


def test_the_cookie_is_secure_where_the_site_is(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path) as store:
        people.add(store, "anna", Role.OWNER, PASSWORD, act=people.by_system("add_account", "anna"))
        app = Gate(Starlette(routes=Routes(store).all()), store)
        with TestClient(app, base_url="https://selfproof.example", follow_redirects=False) as client:
            answer = client.post("/auth/login", data={"name": "anna", "password": PASSWORD})
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_after_signing_out_the_cookie_opens_nothing(site: Site) -> None:
    browser = site.browser("anna", Role.OWNER)
    assert browser.post_form("/auth/logout", token="wrong").status == 403  # noqa: S106  wrong
    assert browser.get("/", HTML).status == 200
    assert browser.post_form("/auth/logout", token=browser.csrf).headers["location"] == "/login"
    assert browser.get("/", HTML).status == 303
    assert browser.get(f"/export/{site.case.application}").status == 401


@pytest.mark.parametrize(
    "path",
    [
        "/media/0123.png", "/media", "/_stcore/upload_file/a/b", "/_stcore/metrics", "/_stcore/script-health-check",
        "/_stcore/agent/openapi.json", "/_stcore/agent/mcp", "/_stcore/agent/interact", "/component/x/index.html",
        "/oauth2callback", "/app/static/x", "/_stcore/unknown",
    ],
)  # fmt: skip
def test_what_streamlit_serves_and_nothing_here_uses_is_shut_even_when_signed_in(site: Site, path: str) -> None:
    browser = site.browser("anna", Role.OWNER)
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        assert browser.ask(method, path, headers=HTML).status == 404, method


@pytest.mark.parametrize("path", ["/%6dedia/x", "/static/../media/x", "//media/x", "/./media/x", "/_stcore//metrics"])
def test_the_shut_routes_have_no_other_spelling(site: Site, path: str) -> None:
    answer = site.browser("anna", Role.OWNER).get(path)
    is_shell = b"<!doctype html>" in answer.body.lower()
    assert answer.status in {400, 401, 404} or is_shell, "at most the app's empty shell"


def test_an_upload_is_answered_with_receipts_once_it_is_kept(site: Site) -> None:
    browser, name = site.browser("anna", Role.OWNER), site.case.application
    files = [
        ("a.pdf", b"%PDF-1.7 first"),
        ("../../b.pdf", b"%PDF-1.7 second"),
        ("c.pdf", b""),
        ("a.pdf", b"%PDF-1.7 first"),
    ]
    answer = browser.post_files(f"/upload/{name}", *files)
    assert answer.status == 200
    first, second, empty, again = json.loads(answer.body)["receipts"]
    assert site.store.original(name, first["upload"]) == b"%PDF-1.7 first"
    assert second["name"] == "b.pdf"
    assert empty == {"name": "c.pdf", "error": "empty", "values": {}}
    assert (again["upload"], again["duplicate"]) == (first["upload"], True)


def test_a_file_that_is_too_large_is_refused_with_its_limit(site: Site) -> None:
    browser = site.browser("anna", Role.OWNER)
    answer = browser.post_files(f"/upload/{site.case.application}", ("big.pdf", bytes(50_000_001)))
    (refused,) = json.loads(answer.body)["receipts"]
    assert (refused["error"], refused["values"]["limit"]) == ("too_large", "50")


def test_a_request_that_is_too_long_is_cut_off_before_it_is_read(site: Site) -> None:
    browser = site.browser("anna", Role.OWNER)
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=240)
    connection.putrequest("POST", f"/upload/{site.case.application}")
    for name, value in {
        "cookie": f"{COOKIE}={browser.cookie}",
        "x-selfproof-token": browser.csrf,
        "content-type": "multipart/form-data; boundary=cut",
        "content-length": "250000000",
    }.items():
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()
    unsaid = http.client.HTTPConnection("127.0.0.1", site.port, timeout=240)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    unsaid.request("POST", "/auth/login", iter([b"x" * 4000] * 5), kind, encode_chunked=True)
    assert unsaid.getresponse().status == 413
    unsaid.close()


def test_an_upload_that_another_site_sends_is_refused(site: Site) -> None:
    browser, path = site.browser("anna", Role.OWNER), f"/upload/{site.case.application}"
    file = ("evil.pdf", b"%PDF evil")
    before = site.store.uploads(site.case.application)
    assert browser.post_files(path, file, headers={"x-selfproof-token": ""}).status == 403
    assert browser.post_files(path, file, headers={"x-selfproof-token": "0" * 64}).status == 403
    assert browser.post_files(path, file, headers={"origin": "https://evil.example"}).status == 403
    assert browser.post_files(path, file, headers={"sec-fetch-site": "cross-site"}).status == 403
    assert Browser(site.port).post_form(
        "/auth/login", {"origin": "https://evil.example"}, name="anna", password=PASSWORD
    ).status == 403  # fmt: skip
    assert site.store.uploads(site.case.application) == before


def test_an_owner_gets_the_picture_and_the_export_and_no_cache_keeps_them(site: Site) -> None:
    browser, sample = site.browser("anna", Role.OWNER), site.case
    picture = browser.get(f"/page/{sample.application}/{sample.upload}/1")
    assert (picture.status, picture.body, picture.headers["content-type"]) == (200, PAGE, "image/webp")
    export = browser.get(f"/export/{sample.application}")
    assert "facts.json" in zipfile.ZipFile(io.BytesIO(export.body)).namelist()
    for answer in (picture, export):
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert browser.get(f"/page/{sample.application}/{sample.upload}/2").status == 404


def test_another_owner_gets_the_same_answer_for_every_id_there_is_as_for_none(site: Site) -> None:
    bob, sample = site.browser("bob", Role.OWNER), site.case
    his = case(site.store, desk(site.store, "bob", Role.OWNER), b"%PDF-1.7 of bob")
    nothing = bob.get("/page/A-0/0/1")
    ids = (sample.application, sample.upload, sample.document, sample.decision, sample.fact)
    paths = [f"/page/{one}/{other}/1" for one in ids for other in ids]
    paths += [f"/page/{his.application}/{one}/1" for one in ids]
    paths += [f"/page/{sample.application}/{his.upload}/1"]
    paths += [f"/export/{one}" for one in ids]
    for path in paths:
        answer = bob.get(path)
        assert (answer.status, answer.body) == (nothing.status, nothing.body) == (404, b'{"error":"nothing_here"}'), (
            path
        )
    climbing = quote(f"{his.application}/../{sample.application}", safe="")
    assert bob.get(f"/page/{climbing}/{sample.upload}/1").status in {400, 404}
    for one in ids:
        answer = bob.post_files(f"/upload/{one}", ("a.pdf", b"%PDF-1.7"))
        assert (answer.status, answer.body) == (404, nothing.body)
    assert bob.get(f"/page/{his.application}/{his.upload}/1").status == 200


@pytest.mark.parametrize(
    ("role", "page", "export"), [(Role.REVIEWER, 200, 404), (Role.RISK, 404, 404), (Role.ADMIN, 404, 404)]
)
def test_staff_get_what_their_role_may_see_and_bring(site: Site, role: Role, page: int, export: int) -> None:
    browser, sample = site.browser(f"some {role}", role), site.case
    assert browser.get(f"/page/{sample.application}/{sample.upload}/1").status == page
    assert browser.get(f"/export/{sample.application}").status == export
    assert browser.post_files(f"/upload/{sample.application}", ("a.pdf", b"%PDF")).status == page


def _socket(site: Site, cookie: str = "", origin: str = "") -> ClientConnection:
    headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
    return connect(
        f"ws://127.0.0.1:{site.port}/_stcore/stream",
        additional_headers=headers,
        subprotocols=["streamlit"],  # type: ignore[list-item]  a NewType of str
        origin=origin or None,  # type: ignore[arg-type]  a NewType of str
        open_timeout=240,
        max_size=None,
    )


def test_a_page_s_socket_opens_only_with_a_session_and_from_our_own_site(site: Site) -> None:
    for cookie, origin in (
        ("", ""),
        ("guessed", ""),
        (site.browser("anna", Role.OWNER).cookie, "https://evil.example"),
    ):
        with pytest.raises(InvalidStatus) as refused:
            _socket(site, cookie, origin).close()
        assert refused.value.response.status_code == 403


def _drain(opened: ClientConnection) -> None:
    while True:
        opened.recv(timeout=240)


def test_a_page_s_socket_ends_with_the_session(site: Site) -> None:
    browser = site.browser("anna", Role.OWNER)
    message = BackMsg()
    message.rerun_script.query_string = ""
    with _socket(site, browser.cookie, f"http://127.0.0.1:{site.port}") as opened:
        opened.send(message.SerializeToString())
        assert opened.recv(timeout=240), "a page"
        sign_out(site.store, enter(site.store, browser.cookie))
        opened.send(message.SerializeToString())
        with pytest.raises(ConnectionClosed) as closed:
            _drain(opened)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("first", ["the page leaves", "the session ends"])
def test_what_is_sent_to_a_socket_that_is_shut_falls_silently(tmp_path: Path, first: str) -> None:
    """As Streamlit does it: one task sends what scripts draw, another takes what the page asks."""
    passed: list[Message] = []
    coming = iter([{"type": "websocket.receive", "bytes": b""}, {"type": "websocket.disconnect", "code": 1006}])

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        if first == "the page leaves":
            raise ClientDisconnected
        passed.append(message)

    async def page(_: Scope, take: Receive, tell: Send) -> None:
        if first == "the session ends":
            sign_out(store, enter(store, given))
        await tell({"type": "websocket.send", "bytes": b"drawn"})
        while (await take())["type"] != "websocket.disconnect":
            pass
        await tell({"type": "websocket.send", "bytes": b"drawn late"})

    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path) as store:
        given = token(store, "anna", Role.OWNER)
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"cookie", f"{COOKIE}={given}".encode())]}
        asyncio.run(Gate(page, store)(scope, receive, send))
    drawn = {"type": "websocket.send", "bytes": b"drawn"}
    assert passed == ([] if first == "the page leaves" else [drawn, {"type": "websocket.close", "code": 4401}])


def _asks(page: str, *, itself: bool = False) -> Message:
    message = BackMsg()
    message.rerun_script.page_script_hash, message.rerun_script.is_auto_rerun = page, itself
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


def _answers(**told: object) -> Message:
    message = ForwardMsg()
    if "page" in told:
        message.navigation.page_script_hash = str(told["page"])
    else:
        message.script_finished = getattr(ForwardMsg, str(told["finished"]))
    return {"type": "websocket.send", "bytes": message.SerializeToString()}


def test_a_part_that_renews_itself_is_not_heard_while_a_page_is_drawn_nor_for_a_page_that_is_left(
    tmp_path: Path,
) -> None:
    """Streamlit would draw it after the new page, and name it with the page before."""
    script: list[tuple[Message, list[Message]]] = [  # what the page asks, and what the app answers if it hears of it
        (_asks(""), [_answers(page="one")]),
        (_asks("one", itself=True), []),
        (_asks("one"), [_answers(finished="FINISHED_EARLY_FOR_RERUN"), _answers(finished="FINISHED_SUCCESSFULLY")]),
        (_asks("one", itself=True), [_answers(finished="FINISHED_FRAGMENT_RUN_SUCCESSFULLY")]),
        (_asks("other"), [_answers(page="other"), _answers(finished="FINISHED_EARLY_FOR_RERUN")]),
        (_asks("other", itself=True), []),
        (_asks("other"), [_answers(page="other"), _answers(finished="FINISHED_SUCCESSFULLY")]),
        (_asks("one", itself=True), []),
        (_asks("other", itself=True), []),
    ]
    heard: list[Message] = []
    coming = iter([*(asked for asked, _ in script), {"type": "websocket.disconnect", "code": 1006}])

    async def receive() -> Message:
        return next(coming)

    async def send(_: Message) -> None:
        pass

    async def page(_: Scope, take: Receive, tell: Send) -> None:
        while (message := await take())["type"] != "websocket.disconnect":
            heard.append(message)
            for answer in next(answers for asked, answers in script if asked is message):
                await tell(answer)

    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path) as store:
        cookie = f"{COOKIE}={token(store, 'anna', Role.OWNER)}".encode()
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [(b"cookie", cookie)]}
        asyncio.run(Gate(page, store)(scope, receive, send))
    places = {id(asked): place for place, (asked, _) in enumerate(script)}
    assert [places[id(message)] for message in heard] == [0, 2, 3, 4, 6, 8]


def test_a_download_that_a_page_made_is_for_its_session_only(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/s.db", tmp_path) as store:
        mine, other = (token(store, name, Role.RISK) for name in ("rosa", "rolf"))
        path = parcels.offer(enter(store, mine), "变化.csv", "text/csv", b"a,b\n")
        app = Gate(Starlette(routes=Routes(store).all()), store)
        with TestClient(app) as client:
            assert client.get(path, headers={"cookie": f"{COOKIE}={other}"}).status_code == 404
            assert client.get("/parcel/guess", headers={"cookie": f"{COOKIE}={mine}"}).status_code == 404
            answer = client.get(path, headers={"cookie": f"{COOKIE}={mine}"})
    assert (answer.content, answer.headers["cache-control"]) == (b"a,b\n", "private, no-store")
    assert quote("变化.csv") in answer.headers["content-disposition"]


def test_every_look_over_the_routes_is_in_the_audit_log(site: Site) -> None:
    rui, sample = site.browser("rui", Role.REVIEWER), site.case
    account = enter(site.store, rui.cookie).account
    assert rui.get(f"/page/{sample.application}/{sample.upload}/1").status == 200
    seen = [entry.act for entry in site.store.people.log_of(sample.application) if entry.account == account]
    assert seen == ["look_page"]
    assert site.store.people.verify_log().broken is None


@pytest.mark.parametrize(
    ("role", "path"),
    [(Role.OWNER, "/limit"), (Role.OWNER, "/nowhere"), (Role.REVIEWER, "/proof"), (Role.RISK, "/about")],
)
def test_an_address_that_a_role_has_not_leads_to_its_first_page(site: Site, role: Role, path: str) -> None:
    answer = site.browser(f"a {role}", role).get(path, HTML)
    assert (answer.status, answer.headers.get("location")) == (303, "/")
