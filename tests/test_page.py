"""The demo as an owner meets it: a real browser of a phone's width, a real worker, the shipped workshop."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from selfproof import intake
from selfproof.access import Role
from selfproof.model import Method
from selfproof.store import State, Store
from tests import homes, serving
from tests.people_samples import token
from tests.screens import TOO_WIDE, downloaded, drawn, shoot
from ui.gate import COOKIE

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent
PHONE = {"width": 390, "height": 844}
HOSTILE = "<img src=x onerror=alert(1)>**发票**.pdf"
WAIT = 240_000  # milliseconds for anything that a page shows at once on an idle machine
PULSES = """const [set, clear] = [window.setInterval, window.clearInterval];
window.pulses = new Map();
window.setInterval = (act, pause, ...more) => {
  const id = set(act, pause, ...more);
  if (String(act).includes("sendUpdateWidgetsMessage")) window.pulses.set(id, act);
  return id;
};
window.clearInterval = (id) => (window.pulses.delete(id), clear(id));"""
"""What parts of a page that renew themselves ask by the clock is kept, for a test to ask at a moment of its own."""
PATIENCE = 240  # seconds: reading 28 documents takes about 20 on an idle machine


@dataclass(frozen=True)
class Demo:
    """A running demo. children: process ids of the page and the worker."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    children: tuple[int, ...]


@pytest.fixture
def chromium() -> str:
    """Asked for before the demo, which takes its time to start."""
    return serving.program()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(until: object, seconds: float = 180) -> None:
    assert callable(until)
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


def _children(pid: int) -> tuple[int, ...]:
    return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()))


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    port = serving.free_port()
    homes.sharing(tmp_path / "demo")
    environment = {**os.environ, "SELFPROOF_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("SELFPROOF_DATABASE", None)
    command = [sys.executable, "-m", "selfproof.cli", "demo", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(lambda: _answers(port) or process.poll() is not None)
        assert process.poll() is None, (tmp_path / "log").read_text("utf-8")
        yield Demo(f"http://127.0.0.1:{port}", tmp_path / "demo", process, _children(process.pid))
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Politely first; what is left of the process groups goes by force."""
    groups = [process.pid, *(_children(process.pid) if process.poll() is None else ())]
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(30)
    for group in groups:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    process.wait(240)


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=flags) as opened:
        yield opened


def _amount(printed: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", printed))


def _step(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()
    expect(page.locator("h1")).not_to_be_empty()


def test_an_owner_goes_from_one_tap_to_the_limit_and_back_to_a_correction(browser: Browser, demo: Demo) -> None:
    page = browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
    page.set_default_timeout(WAIT)
    page.add_init_script(PULSES)
    page.goto(demo.url)
    page.get_by_role("button", name="以店主身份看演示").click()
    application = _sees_the_limit(page, demo)
    _leaves_while_a_part_renews_itself(page)
    expect(page.locator("figure.page i b").first).to_be_attached()
    _sees_pages_over_our_own_route(page)
    page.evaluate("() => document.getElementById('root').replaceChildren()")  # as when Streamlit breaks off
    expect(page.locator("figure.page i b").first).to_be_attached()
    _uploads(page, demo, application)
    _corrects(page, demo, application)
    _takes_a_file_back(page, demo, application)
    _changes_the_language_and_comes_back(page)
    _states_more(page, demo, application)
    _asks_for_a_person_and_takes_a_copy(page, demo, application)
    _no_other_owner_gets_in(browser, demo, application)
    _a_reviewer_finds_a_case_too(browser, demo)
    _signs_out_in_every_tab(page, demo)
    _reads_nothing_itself(demo)
    _ends_with_all_it_started(demo)


def _sees_the_limit(page: Page, demo: Demo) -> str:
    now = page.locator(".hero .now")
    expect(now).to_be_visible(timeout=PATIENCE * 1000)
    shown = _amount(now.inner_text())
    with Store.open(home=demo.home) as store:
        application = store.applications()[0]
        assert shown == store.decision(store.decisions(application)[-1]).effective
    assert 550_000 <= shown <= 620_000
    expect(page.locator(".hero .before").first).to_contain_text("¥100,000")
    expect(page.locator("ol.steps")).to_contain_text("发票证明的销售")
    assert page.evaluate(TOO_WIDE) == []
    shoot(page, "story-owner-limit")
    return application


def _sees_pages_over_our_own_route(page: Page) -> None:
    """A picture with a text in its place, and nothing wider than the phone."""
    picture = page.locator("figure.page img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('figure.page img').naturalWidth > 0")
    assert str(picture.get_attribute("src")).startswith("/page/")
    assert page.locator("img:not([alt])").count() == 0
    assert page.evaluate(TOO_WIDE) == []


def _uploads(page: Page, demo: Demo, application: str) -> None:
    """Several files at once, while the network is away for a moment: an invoice, a phone's photo, two bad ones."""
    with Store.open(home=demo.home) as store:
        before = {upload.id for upload in store.uploads(application)}
    invoice = ROOT / "fixtures" / "vat_invoice" / "einvoice.xml"
    page.context.set_offline(True)
    page.locator("input[data-way=files]").set_input_files([
        {"name": invoice.name, "mimeType": "application/xml", "buffer": invoice.read_bytes()},
        {"name": HOSTILE, "mimeType": "application/pdf", "buffer": b"%PDF-1.7\nno more than a beginning"},
        {"name": "空的.pdf", "mimeType": "application/pdf", "buffer": b""},
        {"name": "IMG_0042.HEIC", "mimeType": "image/heic", "buffer": _heic()},
    ])  # fmt: skip
    refused = page.locator(".sender li.bad")
    expect(refused.filter(has_text="会自动再传")).to_have_count(4)
    expect(page.get_by_text("网络断了，正在重新连接")).to_be_visible()
    page.context.set_offline(False)
    expect(refused).to_contain_text("空的.pdf")
    expect(refused).to_contain_text("这个文件是空的")
    notes = page.locator(".note")
    expect(notes.filter(has_text="已收到并保存好").or_(notes.filter(has_text="读完了")).first).to_be_visible()
    with Store.open(home=demo.home) as store:
        assert any(upload.id not in before for upload in store.uploads(application))
    expect(notes.filter(has_text="读完了").filter(has_text="发票").first).to_be_visible()
    expect(notes.filter(has_text="文件不完整或已损坏").first).to_be_visible(timeout=PATIENCE * 1000)
    expect(notes.filter(has_text="读完了：IMG_0042.HEIC")).to_contain_text("照片", timeout=PATIENCE * 1000)
    expect(notes.filter(has_text=re.compile("额度(从|没有变化)")).first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    with Store.open(home=demo.home) as store:
        new = [upload for upload in store.uploads(application) if upload.id not in before]
    assert {upload.name: upload.state for upload in new} == {
        invoice.name: State.READ, intake.sanitised(HOSTILE): State.FAILED, "IMG_0042.HEIC": State.READ,
    }  # fmt: skip
    heic = next(upload for upload in new if upload.name == "IMG_0042.HEIC")
    answer = page.request.get(f"{demo.url}/page/{application}/{heic.id}/1")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    _finds_all_again(page)


def _leaves_while_a_part_renews_itself(page: Page) -> None:
    """The part's question comes after the click and from the page before: its answer must not wipe the new page."""
    page.wait_for_function("() => window.pulses.size")
    page.get_by_role("link", name="您的证明").evaluate(
        "(link) => { const asks = [...window.pulses.values()]; link.click(); for (const ask of asks) ask(); }"
    )
    expect(page.locator("h1")).to_have_text("您的证明")
    page.wait_for_function("() => window.pulses.size", timeout=WAIT)
    page.wait_for_timeout(1500)
    expect(page.locator("h1")).to_have_text("您的证明", timeout=1000)


def _finds_all_again(page: Page) -> None:
    """A refresh half-way, with a paper open: the same step, every file, and a paper with its page."""
    shoot(page, "story-owner-received")
    page.reload()
    expect(page.locator("h1")).to_have_text("您的证明")
    for name in ("einvoice.xml", "IMG_0042.HEIC", intake.sanitised(HOSTILE)):
        expect(page.locator("details ul.papers li").filter(has_text=name)).to_have_count(1)
    expect(page.locator("figure.page img").first).to_be_attached()
    expect(page.locator("dl.facts").first).to_be_attached()


def _heic() -> bytes:
    """The shipped storefront as a phone keeps it."""
    into = io.BytesIO()
    with Image.open(ROOT / "fixtures" / "photo" / "storefront.jpg") as picture:
        pillow_heif.from_pillow(picture.convert("RGB")).save(into, quality=80)
    return into.getvalue()


def _corrects(page: Page, demo: Demo, application: str) -> None:
    """A value is typed over and shown as changed; the store has it as a declaration beside what was read."""
    page.get_by_text("有读错的地方").click()
    page.get_by_label("购买方", exact=True).fill("样例改正商行")
    page.get_by_role("button", name="保存改正").click()
    expect(page.locator("dl.facts").filter(has_text="样例改正商行").first).to_contain_text("您改过")
    shoot(page, "story-owner-corrected")
    with Store.open(home=demo.home) as store:
        said = [fact for fact in store.facts(application) if fact.value == "样例改正商行"]
    assert [fact.provenance.method for fact in said] == [Method.HUMAN]
    assert said[0].provenance.origin.startswith("declaration:")
    assert said[0].original != "样例改正商行"


def _takes_a_file_back(page: Page, demo: Demo, application: str) -> None:
    """One question, then the file stands apart with a way back, and the limit says what came of it."""
    page.get_by_role("button", name="传错了？撤回这一份").click()
    expect(page.locator(".note").filter(has_text="文件不会删掉")).to_be_visible()
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("button", name="撤回", exact=True).click()
    notes = page.locator(".note")
    expect(notes.filter(has_text="已撤回")).to_be_visible()
    with Store.open(home=demo.home) as store:
        gone = [fact for fact in store.facts(application) if fact.name == "request.withdrawn"]
        assert len(gone) == 1
        assert {upload.document for upload in store.uploads(application)} >= {gone[0].provenance.document}
    expect(notes.filter(has_text=re.compile("额度(从|没有变化)")).first).to_be_visible()
    page.get_by_text("已撤回的 1 份").click()
    drawn(page)
    page.get_by_role("button", name="恢复使用").click()
    expect(notes.filter(has_text="已恢复")).to_be_visible()
    expect(page.get_by_text("已撤回的 1 份")).to_have_count(0)


def _changes_the_language_and_comes_back(page: Page) -> None:
    page.get_by_text("English", exact=True).click()
    expect(page.locator("h1")).to_have_text("Your proof")
    page.reload()
    expect(page.locator("h1")).to_have_text("Your proof")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate(TOO_WIDE) == []


def _states_more(page: Page, demo: Demo, application: str) -> None:
    _step(page, "About you")
    page.get_by_label("Own funds").fill("60,000")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("h1")).to_have_text("Your proof")
    with Store.open(home=demo.home) as store:
        facts = {fact.name: fact.value for fact in store.application(application).facts}
    assert facts["declaration.own_funds"] == Decimal(60000)
    assert facts["declaration.annual_turnover"] == Decimal(4000000)


def _asks_for_a_person_and_takes_a_copy(page: Page, demo: Demo, application: str) -> None:
    _step(page, "Your limit")
    page.get_by_label("What should the reviewer look at").fill("The buyer's name was misread.")
    page.get_by_role("button", name="Ask for a review").click()
    expect(page.locator(".note").filter(has_text="The buyer's name was misread.")).to_be_visible()
    with Store.open(home=demo.home) as store:
        assert application in [case.application for case in store.people.waiting()]
    page.get_by_text("My data").click()
    assert zipfile.is_zipfile(downloaded(page, "Download everything").path())
    assert page.evaluate(TOO_WIDE) == []


def _signs_out_in_every_tab(page: Page, demo: Demo) -> None:
    """Nothing stays on the screen of another tab, either."""
    tab = page.context.new_page()
    tab.set_default_timeout(WAIT)
    tab.goto(f"{demo.url}/limit")
    expect(tab.locator(".hero")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/login"))
    expect(tab).to_have_url(re.compile("/login"))


def _a_reviewer_finds_a_case_too(browser: Browser, demo: Demo) -> None:
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    page.set_default_timeout(WAIT)
    page.goto(demo.url)
    page.get_by_role("button", name="以审核员身份看演示").click()
    row = page.get_by_role("row").filter(has_text="检查未通过")
    expect(row).to_contain_text("demo-forged", timeout=PATIENCE * 1000)
    page.context.close()


def _no_other_owner_gets_in(browser: Browser, demo: Demo, application: str) -> None:
    """Somebody else's session finds none of the addresses, and a stranger is sent to the door."""
    with Store.open(home=demo.home) as store:
        other, upload = token(store, "other", Role.OWNER), store.uploads(application)[0].id
    context = browser.new_context(viewport=PHONE, locale="zh-CN")
    paths = [f"/page/{application}/{upload}/1", f"/export/{application}"]
    assert [context.request.get(demo.url + path).status for path in paths] == [401, 401]
    context.add_cookies([{"name": COOKIE, "value": other, "url": demo.url}])
    assert [context.request.get(demo.url + path).status for path in paths] == [404, 404]
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{demo.url}/limit")
    expect(page.locator("h1")).to_have_text("关于您")
    assert page.locator(".hero").count() == 0
    context.close()


def _reads_nothing_itself(demo: Demo) -> None:
    """The page's process holds neither the OCR's runtime nor torch."""
    page = next(pid for pid in demo.children if b"ui.server" in Path(f"/proc/{pid}/cmdline").read_bytes())
    loaded = Path(f"/proc/{page}/maps").read_text("utf-8")
    assert not re.search(r"libtorch|onnxruntime", loaded)


def _ends_with_all_it_started(demo: Demo) -> None:
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(240) == 0
    _wait(lambda: not any(Path(f"/proc/{pid}").exists() for pid in demo.children), 90)
