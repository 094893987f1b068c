"""The reviewer's page in a real browser: from the queue to a correction, and to a release by two people."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest

from selfproof import pipeline
from selfproof.access import Desk, Role, people
from selfproof.model import Fact, Method
from selfproof.store import Store, Task
from tests import serving, viewer_samples
from tests.people_samples import PASSWORD, desk, token
from tests.screens import drawn, shoot
from ui.gate import COOKIE

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parent.parent
FORGED = ROOT / "fixtures" / "applications" / "forged"
PATIENCE = 240_000  # milliseconds, on a machine with other work
APPLICATION = """
id: {id}
applicant: {{name: {name}, uscc: 91330100MA00000X1Y, legal_representative: 样小满, address: 样例路1号}}
trade: workshop
industry: plastics
as_of: 2026-10-15
existing_limit: {base}
declared: {{annual_turnover: {receipts}, own_funds: 100000}}
third_party:
- source: platform
  licence: 示例许可 1
  authorisation: 示例授权 1
  retrieved: 2026-10-15
  record: {{annual_receipts: {receipts}}}
"""
MONTHS = ("2025-10", "2025-11", "2025-12", *(f"2026-{month:02d}" for month in range(1, 10)))


@dataclass(frozen=True, slots=True)
class Site:
    """A running app. held: its limit is paused; asked: the owner wants a person; forged: a check stops it.

    ten: an invoice of ten fields of which two are doubtful; two: two of these.
    """

    url: str
    store: Store
    held: str
    asked: str
    forged: str
    ten: str
    two: str


def statement(name: str, each: int) -> bytes:
    """A year of three receipts a month."""
    days = [f"{month}-{day}" for month in MONTHS for day in ("05", "15", "25")]
    rows = [f"{day},{each}.00,{(number + 1) * each}.00,货款,样例客户公司" for number, day in enumerate(days)]
    return "\n".join(
        (f"户名：{name},账号：6222000000000000001", "交易日期,交易金额,账户余额,交易摘要,对方户名", *rows)
    ).encode()


def received(store: Store, folder: Path, *, base: int, receipts: int, each: int) -> str:
    """An application with a statement and a file that nobody can read, decided by the pipeline."""
    (folder / "documents").mkdir(parents=True)
    name = f"样例{folder.name}塑料厂"
    text = APPLICATION.format(id=f"A-{folder.name}", name=name, base=base, receipts=receipts)
    (folder / "application.yaml").write_text(text, "utf-8")
    (folder / "documents" / "流水.csv").write_bytes(statement(name, each))
    (folder / "documents" / "附件.bin").write_bytes(b"\0\1 nothing that can be read")
    return pipeline.assess(store, folder).application.id


def forged(store: Store, folder: Path) -> str:
    """The altered invoice of the shipped forged application, alone."""
    (folder / "documents").mkdir(parents=True)
    shutil.copy(FORGED / "application.yaml", folder)
    shutil.copy(FORGED / "documents" / "发票4_改动.pdf", folder / "documents")
    return pipeline.assess(store, folder).application.id


def two_papers(store: Store, owner: Desk) -> str:
    """Two invoices, each with two doubtful values."""
    application = viewer_samples.case(store, owner, "双份样例塑料厂")
    viewer_samples.paper(store, owner, application, "发票二.pdf")
    viewer_samples.beside(store, owner, application)
    viewer_samples.at_rest(store, application)
    return application


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    serving.program()
    home, folders = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("applications")
    port = serving.free_port()
    with Store.open(home=home) as store:
        for name, role in (("anna", Role.OWNER), ("rui", Role.REVIEWER), ("shan", Role.REVIEWER)):
            people.add(store, name, role, PASSWORD, act=people.by_system("add_account", name))
        names = (
            received(store, folders / "held", base=400_000, receipts=9_000_000, each=7000),
            received(store, folders / "asked", base=300_000, receipts=3_000_000, each=250_000),
            forged(store, folders / "forged"),
            viewer_samples.case(store, desk(store, "tian", Role.OWNER)),
            two_papers(store, desk(store, "tian", Role.OWNER)),
        )
        anna = desk(store, "anna", Role.OWNER)
        store.people.give(names[1], anna.session.account, people.by_system("give", names[1]))
        anna.ask_human(names[1], "我的销售额不止这些")
        environment = os.environ | {"SELFPROOF_HOME": str(home), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "ui.server", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, cwd=home)
        try:
            wait_for(f"http://127.0.0.1:{port}/_stcore/health")
            yield Site(f"http://127.0.0.1:{port}", store, *names)
        finally:
            server.terminate()
            server.wait(240)


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        try:
            if urlopen(url, timeout=5).status == 200:  # noqa: S310  our own server
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail("the server does not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with serving.chromium() as found:
        yield found


def decide(store: Store) -> None:
    """What the worker does: every job that is open, in this process."""
    with store.present() as name:
        while job := store.claim(name, lease=60):
            pipeline.work(store, job)


def enter(browser: Browser, site: Site, name: str, role: Role, **device: Any) -> Page:
    """A window of its own with a session, at 1280 pixels where no device is described."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN"} | device)
    context.add_cookies([{"name": COOKIE, "value": token(site.store, name, role), "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


@pytest.fixture(scope="module")
def rui(site: Site, browser: Browser) -> Page:
    """A reviewer's window, signed in by name and password."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(site.url)
    page.locator("input[name=name]").fill("rui")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    return page


def opened(page: Page, site: Site, application: str) -> None:
    """A case, by way of the queue."""
    page.goto(site.url)
    row(page, application).get_by_role("button").click()
    expect(page.get_by_role("button", name="返回列表")).to_be_visible()
    drawn(page)


def row(page: Page, application: str) -> Locator:
    return page.get_by_role("row").filter(has_text=application)


def say(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def account(site: Site, name: str) -> str:
    found = site.store.people.account(name)
    assert found is not None
    return found.id


def kept(store: Store, application: str, name: str) -> list[Fact]:
    return [fact for fact in store.facts(application) if fact.name == name and fact.provenance.method is Method.HUMAN]


def test_the_queue_says_why_each_case_waits_and_what_is_at_stake(site: Site, rui: Page) -> None:
    page = rui
    expect(row(page, site.held)).to_contain_text("资料互相矛盾")
    for words in ("额度暂停生效", "有文件读不了", "¥1,459,000", " 分钟"):
        expect(row(page, site.held)).to_contain_text(words)
    expect(row(page, site.forged)).to_contain_text("检查未通过")
    expect(row(page, site.asked)).to_contain_text("我的销售额不止这些")
    page.get_by_text("English").click()
    expect(row(page, site.forged)).to_contain_text("Failed check")
    page.get_by_text("中文").click()
    expect(row(page, site.forged)).to_contain_text("检查未通过")


def test_the_queue_says_how_many_wait_and_in_which_order(site: Site, rui: Page) -> None:
    waiting = len(site.store.people.waiting())
    expect(rui.get_by_text(f"待审核 {waiting} 件")).to_be_visible()
    say(rui, "申请人要求人工的在前")
    expect(rui.get_by_role("row").nth(1)).to_contain_text("样例asked塑料厂")
    expect(rui.get_by_role("button", name="下一页")).to_have_count(0)


def test_what_is_wanted_of_the_queue_outlives_a_refresh_and_a_case(site: Site, rui: Page) -> None:
    page, wish = rui, rui.get_by_test_id("stButtonGroup").get_by_text("检查未通过")
    expect(row(page, site.asked)).to_be_visible()
    wish.click()
    expect(row(page, site.asked)).to_have_count(0)
    page.reload()
    expect(row(page, site.forged)).to_be_visible()
    expect(row(page, site.asked)).to_have_count(0)
    row(page, site.forged).get_by_role("button").click()
    page.get_by_role("button", name="返回列表").click()
    expect(row(page, site.forged)).to_be_visible()
    expect(row(page, site.asked)).to_have_count(0)
    wish.click()
    expect(row(page, site.asked)).to_be_visible()


class Slow:
    """The connection of a window. late: what the server said after `hold` and the end of a run, till `deliver`."""

    def __init__(self, page: Page) -> None:
        self.late, self.armed, self.page = list[partial[None]](), False, page
        page.route_web_socket("**/_stcore/stream", self._connect)

    def _connect(self, socket: WebSocketRoute) -> None:
        socket.connect_to_server().on_message(partial(self._said, socket))

    def _said(self, socket: WebSocketRoute, message: str | bytes) -> None:
        if self.late or (self.armed and self._ends_a_run(message)):
            self.late.append(partial(socket.send, message))
        else:
            socket.send(message)

    @staticmethod
    def _ends_a_run(message: str | bytes) -> bool:
        said = ForwardMsg.FromString(message) if isinstance(message, bytes) else ForwardMsg()
        return said.WhichOneof("type") == "script_finished" and said.script_finished == said.FINISHED_SUCCESSFULLY

    def hold(self) -> None:
        """From the end of the next run on; the run that draws the page is over."""
        drawn(self.page)
        self.armed = True

    def deliver(self) -> None:
        """All that was held back, in its order, and what comes from now on at once."""
        self.armed, late, self.late = False, self.late, []
        for say_it in late:
            say_it()


def test_what_is_chosen_in_the_list_of_before_while_a_case_is_being_left_does_not_bring_the_case_back(
    site: Site, rui: Page
) -> None:
    page = rui.context.new_page()
    slow, back = Slow(page), page.get_by_role("button", name="返回列表")
    page.goto(site.url)
    expect(row(page, site.asked)).to_be_visible()
    slow.hold()
    row(page, site.forged).get_by_role("button").click()
    back.click()
    page.get_by_test_id("stButtonGroup").get_by_text("检查未通过").click()
    page.wait_for_timeout(500)  # both are on their way, the second with the case's address
    slow.deliver()
    expect(row(page, site.asked)).to_have_count(0)
    expect(row(page, site.forged)).to_be_visible()
    expect(back).to_have_count(0)
    page.close()


def test_what_is_done_in_a_case_before_the_window_has_forgotten_the_list_does_not_lead_back_to_it(
    site: Site, rui: Page
) -> None:
    page = rui.context.new_page()
    slow, total = Slow(page), page.get_by_label("总金额（含税）", exact=True)
    page.goto(site.url)
    expect(row(page, site.forged)).to_be_visible()
    slow.hold()
    row(page, site.forged).get_by_role("button").click()
    total.fill("a lot")
    page.get_by_role("button", name="保存 1 处").click()
    page.wait_for_timeout(500)  # it is on its way, with all that the list's fields held
    slow.deliver()
    say(page, "看不懂这个内容")
    page.close()


def test_a_case_is_found_by_its_name_from_the_keyboard_and_the_address_keeps_it(site: Site, rui: Page) -> None:
    page = rui
    expect(row(page, site.forged)).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("样例asked")
    page.keyboard.press("Enter")
    expect(row(page, site.forged)).to_have_count(0)
    expect(row(page, site.asked)).to_be_visible()
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("样例asked")
    expect(row(page, site.asked)).to_be_visible()
    expect(row(page, site.forged)).to_have_count(0)
    page.get_by_role("searchbox").fill("")
    page.keyboard.press("Enter")
    expect(row(page, site.forged)).to_be_visible()


NO_PAUSE_ENDS = (
    "window.setTimeout = ((on) => (act, ms, ...more) => on(act, ms === 500 ? 1e6 : ms, ...more))(setTimeout)"
)


def test_a_draft_outlives_a_refresh_and_a_place_is_read_again(site: Site, rui: Page) -> None:
    page = rui
    opened(page, site, site.forged)
    first = page.locator(".field").first
    field = first.locator("input")
    expect(field).to_be_focused()
    read = field.input_value()
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        page.keyboard.type("12.50")
    page.reload()
    expect(field).to_have_value("12.50")
    first.get_by_role("button", name="重读").click()
    box = page.locator("figure i.failed").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] - 2, box["y"] - 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 2, box["y"] + box["height"] + 2)
    with page.expect_response(lambda answer: "/look/" in answer.url and answer.request.method == "POST"):
        page.mouse.up()
    with ThreadPoolExecutor(1) as worker:  # signatures cannot be checked where the browser has its event loop
        worker.submit(decide, site.store).result()
    say(page, "重读到：")
    expect(field).not_to_have_value("12.50")
    field.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        field.fill(read)
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    page.evaluate(NO_PAUSE_ENDS)
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        field.press("8")
        page.get_by_role("button", name="跳到下一件 →").click()  # before the pause after typing is over
    opened(page, site, site.forged)
    page.evaluate(NO_PAUSE_ENDS)
    field.fill("13.50")
    page.reload()
    expect(field).to_have_value("13.50")
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        field.fill(read)


def test_a_reviewer_corrects_a_value_beside_the_page_and_judges_the_paper(site: Site, rui: Page) -> None:
    page = rui
    opened(page, site, site.forged)
    picture = page.locator("figure img")
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("image => image.naturalWidth") > 500
    assert "/page/" in str(picture.get_attribute("data-page"))
    first = page.locator(".field").first
    expect(first).to_contain_class("failed")
    number = str(first.locator(".mark").text_content())
    expect(page.locator("figure i.failed b").get_by_text(number, exact=True)).to_have_count(1)
    total = page.get_by_label("总金额（含税）", exact=True)
    total.fill("a lot")
    page.get_by_role("button", name="保存 1 处").click()
    say(page, "看不懂这个内容")
    total.fill("83,000.00")
    page.get_by_role("button", name="保存 1 处").click()
    say(page, "已保存 1 处")
    say(page, "正在重新计算额度")
    decide(site.store)
    say(page, "额度已重新计算")
    (fact,) = kept(site.store, site.forged, "vat_invoice.total_amount")
    assert (fact.value, fact.provenance.origin) == (Decimal("83000.00"), f"reviewer:{account(site, 'rui')}")
    _finds_it_again(page)
    page.locator("[data-act=reject]").click()
    page.get_by_role("button", name="确定").click()
    say(page, "请先写原因")
    page.get_by_label("原因", exact=True).fill("签章之后被改动")
    page.get_by_role("button", name="确定").click()
    say(page, "将不采信")
    page.get_by_role("button", name="保存 1 处").click()
    say(page, "已保存 1 处")
    (fact,) = kept(site.store, site.forged, "document.review")
    assert (fact.value, fact.original) == ("rejected", "签章之后被改动")
    page.reload()
    say(page, "更正“总金额（含税）”为 ¥83,000")
    page.get_by_label("给同事留言").fill("已电话核实")
    page.get_by_role("button", name="留言").click()
    say(page, "留言：已电话核实")


def _finds_it_again(page: Page) -> None:
    """A refresh in the middle of a case: the same case, with the saved value where it was typed."""
    shoot(page, "story-reviewer-corrected")
    page.reload()
    expect(page.get_by_role("button", name="返回列表")).to_be_visible()
    expect(page.get_by_label("总金额（含税）", exact=True)).to_have_value("83000.00")
    say(page, "更正“总金额（含税）”为 ¥83,000")


def test_after_a_correction_the_page_shows_the_new_limit(site: Site, rui: Page) -> None:
    page = rui
    opened(page, site, site.asked)
    say(page, "¥676,000")
    page.get_by_text("每月 12 行").click()
    page.get_by_label("其中经营收款", exact=True).first.fill("90000")
    page.get_by_role("button", name="保存 1 处").click()
    say(page, "正在重新计算额度")
    decide(site.store)
    say(page, "额度已重新计算")
    now = desk(site.store, "rui", Role.REVIEWER).standing(site.asked)
    assert now is not None
    assert now.effective != Decimal(676000)
    say(page, f"¥{now.effective:,.0f}")


def test_what_is_half_typed_when_a_new_limit_comes_is_typed_on(site: Site, rui: Page) -> None:
    page = rui
    opened(page, site, site.asked)
    page.get_by_text("每月 12 行").click()
    months = page.get_by_label("其中经营收款", exact=True)
    months.first.fill("91000")
    months.nth(1).select_text()
    page.keyboard.press("Control+s")
    page.keyboard.type("8,00")  # before it is heard that the first is saved
    say(page, "正在重新计算额度")
    expect(page.get_by_role("button", name="保存 1 处")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    before = _marked(page)
    decide(site.store)
    expect(before).to_have_count(0)
    page.keyboard.type("1")
    expect(months.nth(1)).to_have_value("8,010")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("button", name="保存", exact=True)).to_be_disabled()
    page.locator("[data-act=reject]").click()
    page.keyboard.type("看不")
    ime = page.context.new_cdp_session(page)
    ime.send("Input.imeSetComposition", {"text": "qing", "selectionStart": 4, "selectionEnd": 4})
    before = _marked(page)
    decide(site.store)
    page.wait_for_timeout(3000)  # a page drawn now would drop the word that is being composed
    expect(before).to_have_count(1)
    ime.send("Input.insertText", {"text": "清"})
    expect(before).to_have_count(0)
    expect(page.get_by_label("原因", exact=True)).to_have_value("看不清")
    page.keyboard.press("Escape")


def _marked(page: Page) -> Locator:
    """The desk as it is drawn now."""
    page.locator(".desk").evaluate("desk => { desk.dataset.before = 'yes' }")
    return page.locator(".desk[data-before]")


def test_what_is_being_written_when_the_desk_comes_stays_where_it_is_written(site: Site, rui: Page) -> None:
    page = rui.context.new_page()
    page.add_init_script(
        "const draw = requestAnimationFrame; requestAnimationFrame = (then) => setTimeout(draw, 1500, then)"
    )
    page.goto(f"{site.url}/?case={site.forged}")
    note, begun = page.get_by_label("给同事留言"), page.locator(".field input").first
    note.focus()
    begun.wait_for()
    page.wait_for_timeout(2500)  # the desk is drawn, and would begin at its first field
    page.keyboard.type("稍后再谈")
    expect(note).to_have_value("稍后再谈")
    page.close()


def test_a_reviewer_fills_in_by_keyboard_what_was_not_read_and_points_at_its_place(site: Site, rui: Page) -> None:
    page = rui
    opened(page, site, site.held)
    bank = page.get_by_label("银行或平台", exact=True)
    expect(page.locator(".field.blank").filter(has_text="没有读到").first).to_contain_text("银行或平台")
    bank.focus()
    page.keyboard.type("样例商业银行")
    page.keyboard.press("Control+s")
    say(page, "已保存 1 处")
    say(page, "没有读到，审核员补上的")
    say(page, "补上“银行或平台”：样例商业银行")
    (fact,) = kept(site.store, site.held, "bank_statement.institution")
    assert (fact.value, fact.provenance.origin) == ("样例商业银行", f"reviewer:{account(site, 'rui')}")
    opened(page, site, site.forged)
    page.get_by_text("其他没有读到的内容").click()
    field = page.locator(".field").filter(has=page.get_by_label("校验码", exact=True))
    field.get_by_label("校验码", exact=True).fill("many")
    page.get_by_role("button", name="保存 1 处").click()
    say(page, "看不懂这个内容")
    field.get_by_label("校验码", exact=True).fill("1234")
    field.get_by_role("button", name="指出位置").click()
    figure = page.locator("figure").first
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 90)
    page.mouse.up()
    expect(page.locator("figure i.pointed")).to_have_count(1)
    page.get_by_role("button", name="保存 1 处").click()
    say(page, "已保存 1 处")
    (fact,) = kept(site.store, site.forged, "vat_invoice.check_code")
    assert fact.value == "1234"
    assert fact.provenance.place.page == 1
    left, top, right, bottom = fact.provenance.place.box or (0.0, 0.0, 0.0, 0.0)
    assert 0 < left < right < 1
    assert 0 < top < bottom < 1
    decide(site.store)


@pytest.fixture(scope="module")
def tablet(site: Site, browser: Browser) -> Page:
    """Another reviewer's, in the dark, with fingers."""
    page = enter(browser, site, "shan", Role.REVIEWER, viewport={"width": 820, "height": 1180}, color_scheme="dark",
                 has_touch=True)  # fmt: skip
    page.goto(f"{site.url}/?case={site.two}")
    return page


def drag(page: Page, box: Locator) -> None:
    """A finger drawn over a box on a page, from its upper left to its lower right corner."""
    at = box.bounding_box()
    assert at is not None
    fingers = page.context.new_cdp_session(page)
    for step, share in enumerate((0.0, 0.5, 1.0)):
        point = {"x": at["x"] + share * at["width"], "y": at["y"] + share * at["height"]}
        kind = "touchMove" if step else "touchStart"
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_by_touch_two_papers_lie_side_by_side_and_a_step_in_one_is_undone_from_the_other(
    site: Site, tablet: Page
) -> None:
    page, first = tablet, tablet.locator(".papers button[aria-current=true]")
    expect(page.get_by_label("购买方", exact=True)).to_be_focused()
    begun = str(first.get_attribute("data-upload"))
    page.get_by_role("button", name=re.compile("并排 发票")).tap()
    expect(page.locator("figure img")).to_have_count(2)
    page.get_by_role("button", name="去红章").tap()
    expect(page.locator(".strip")).to_have_attribute("data-view", "bleached")
    assert "url(" in page.locator("figure img").first.evaluate("image => getComputedStyle(image).filter")
    for name in ("购买方", "总金额（含税）"):
        page.get_by_role("button", name=f"没问题 {name}").tap()
    expect(first).not_to_have_attribute("data-upload", begun)
    page.get_by_role("button", name="撤销").tap()
    expect(first).to_have_attribute("data-upload", begun)
    expect(page.get_by_label("总金额（含税）", exact=True)).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(first).not_to_have_attribute("data-upload", begun)
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("总金额（含税）", exact=True)).to_be_focused()
    page.get_by_role("button", name="重读 总金额（含税）").tap()
    with page.expect_response(lambda answer: "/look/" in answer.url and answer.request.method == "POST") as asked:
        drag(page, page.locator("figure i.here").first)
    assert asked.value.ok
    assert [job.task for job in site.store.open_jobs(site.two)] == [Task.LOOK]


def test_of_two_reviewers_at_one_case_one_changes_it_and_the_other_is_told_who(
    site: Site, rui: Page, tablet: Page
) -> None:
    rui.goto(f"{site.url}/?case={site.two}")
    say(rui, "shan 正在处理这个案件，您接手之后才能改")
    buyer = rui.get_by_label("购买方", exact=True)
    expect(buyer).to_have_attribute("readonly", "")
    buyer.press("r")
    expect(rui.get_by_label("原因", exact=True)).to_be_hidden()
    tablet.get_by_role("button", name="请重传").tap()
    tablet.get_by_role("button", name="1 照片模糊").tap()
    tablet.get_by_role("button", name=re.compile("保存 . 处")).tap()
    say(tablet, "请重新上传：照片模糊，看不清金额")
    tablet.get_by_role("button", name="返回列表").tap()
    say(rui, "双份样例塑料厂")
    expect(rui.get_by_text("shan 正在处理这个案件")).to_have_count(0)
    (asked,) = desk(site.store, "tian", Role.OWNER).new_uploads(site.two)
    assert asked.value == "照片模糊，看不清金额"
    _sees_papers_without_values_and_what_nobody_read(rui)


def _sees_papers_without_values_and_what_nobody_read(page: Page) -> None:
    papers, fields = page.locator(".papers button[data-upload]"), page.locator(".values")
    letter = papers.filter(has_text="一封信.pdf")
    expect(letter).to_contain_text("没有可核对的内容")
    letter.click()
    expect(fields).to_contain_text("没有读到内容")
    expect(fields).to_contain_text("没有算进额度")
    expect(page.locator(".pages img")).to_be_visible()
    shoot(page, "review-letter")
    papers.filter(has_text="风景.jpg").click()
    expect(page.get_by_label("画面", exact=True)).to_have_value("看不出经营场所")
    expect(papers.filter(has_text="流水.pdf")).to_contain_text("1 处要看")
    papers.filter(has_text="流水.pdf").click()
    expect(fields.locator(".field.derived .chip")).to_have_text(["≈ 推算的"] * 3)
    page.get_by_text("推算的地方 1 行").click()
    expect(fields).to_contain_text("这里没有读出来：是这一笔之后的余额和之前的余额之差")
    shoot(page, "review-derived")


class Keys:
    """A keyboard that counts what is pressed beside typing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


LIES = """page => new Promise(does =>
    new ResizeObserver(() => page.clientHeight < page.clientWidth && does()).observe(page))"""


def test_keys_reject_ask_undo_and_skip_and_nothing_is_kept_before_it_is_saved(site: Site, rui: Page) -> None:
    page, keys = rui, Keys(rui)
    opened(page, site, site.ten)
    page.get_by_label("总金额（含税）", exact=True).focus()
    keys.press("r", "1")
    say(page, "将不采信")
    keys.press("u")
    expect(page.get_by_text("将不采信")).to_have_count(0)
    page.get_by_label("总金额（含税）", exact=True).focus()
    keys.press("s", "3")
    say(page, "将放一边")
    keys.press("u")
    expect(page.get_by_text("将放一边")).to_have_count(0)
    page.get_by_label("总金额（含税）", exact=True).focus()
    keys.press("a")
    page.keyboard.type("请拍全")
    keys.press("Enter")
    say(page, "将请重传")
    keys.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("请申请人重新上传")
    keys.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    with page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("将请重传")).to_have_count(0)
    page.get_by_label("总金额（含税）", exact=True).focus()
    with page.expect_response(lambda answer: "/look/" in answer.url and answer.request.method == "POST") as asked:
        keys.press("Alt+l")
    assert asked.value.ok, "a place is read again without a pointer, too"
    late: list[Route] = []

    def hold(asking: Route) -> None:
        late.append(asking)

    page.route("**/page/**", hold)
    page.reload()
    expect(page.get_by_label("购买方", exact=True)).to_be_focused()
    keys.press("Alt+Equal", "Alt+Equal", "Alt+Equal", "Alt+Equal")
    page.get_by_label("总金额（含税）", exact=True).focus()
    for asking in late:
        asking.continue_()
    page.unroute("**/page/**", hold)
    figure = page.locator("figure")
    expect(figure.locator("img")).to_have_js_property("complete", value=True)
    figure.evaluate(LIES)
    expect(
        figure.locator("i.here"), "where the value stands, though the page was taken for upright"
    ).to_be_in_viewport()
    names = {fact.name for fact in site.store.facts(site.ten)}
    assert not names & {"document.review", "request.new_upload"}


def test_two_doubtful_values_of_ten_take_three_keys_beside_typing_until_the_next_case(site: Site, rui: Page) -> None:
    page, keys = rui, Keys(rui)
    opened(page, site, site.ten)
    expect(page.get_by_label("购买方", exact=True)).to_be_focused()
    keys.press("Enter")
    total = page.get_by_label("总金额（含税）", exact=True)
    expect(total).to_be_focused()
    page.keyboard.type("11300.00")
    keys.press("Enter")
    expect(page.locator("[data-act=done]")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="青禾样例塑料制品厂")).to_have_count(0)
    assert keys.pressed == 3
    (amount,) = kept(site.store, site.ten, "vat_invoice.total_amount")
    (buyer,) = kept(site.store, site.ten, "vat_invoice.buyer_name")
    assert (amount.value, buyer.value) == (Decimal("11300.00"), viewer_samples.FIELDS["buyer_name"])
    assert [fact.name for fact in site.store.facts(site.ten) if fact.name == "request.closed"] == ["request.closed"]
    page.goto(f"{site.url}/?case={site.ten}")
    say(page, "看过“购买方”，没问题：样例买方商贸有限公司")
    say(page, "更正“总金额（含税）”为 ¥11,300")


def test_an_owner_fills_in_what_was_not_read(site: Site, browser: Browser) -> None:
    page = enter(browser, site, "anna", Role.OWNER)
    page.goto(f"{site.url}/proof")
    page.get_by_text("补上没有读到的内容").click()
    page.get_by_label("银行或平台", exact=True).fill("样例银行")
    page.get_by_role("button", name="保存", exact=True).click()
    row_ = page.locator("dl.facts").filter(has_text="样例银行").first
    expect(row_).to_contain_text("没有读到，您补上的")
    (fact,) = kept(site.store, site.asked, "bank_statement.institution")
    assert (fact.value, fact.provenance.origin) == ("样例银行", f"declaration:{account(site, 'anna')}")
    expect(page.get_by_text("补上没有读到的内容")).to_have_count(0)
    decide(site.store)


def test_above_the_policy_s_amount_two_reviewers_release_and_the_case_is_done(
    site: Site, rui: Page, browser: Browser
) -> None:
    first = rui
    opened(first, site, site.held)
    expect(first.get_by_role("button", name="放行 ¥1,459,000（第一人）")).to_be_visible()
    first.wait_for_function("() => document.activeElement !== document.body")  # till then nobody hears a key
    keys = Keys(first)
    for key in "pup":
        keys.press(key)
    say(first, "再按一次 P 就生效")
    assert not kept(site.store, site.held, "release.amount"), "a key between them is no second press"
    first.locator(".papers button[aria-current=true]").click()
    for _ in range(3):
        first.keyboard.down("p")
    first.keyboard.up("p")
    first.wait_for_timeout(500)
    assert not kept(site.store, site.held, "release.amount"), "nor is a click, or a key that is held down"
    keys.press("p")
    say(first, "还需要另一位审核员放行")
    expect(first.get_by_role("button", name="放行")).to_have_count(0)
    first.get_by_role("button", name="办完，下一件").click()
    say(first, "再按一次就办结")
    second = enter(browser, site, "shan", Role.REVIEWER)
    opened(second, site, site.held)
    say(second, "rui 正在处理这个案件")
    say(second, "rui 正在处理，您接手之后才能放行")
    expect(second.get_by_role("button", name="放行 ¥1,459,000（第二人）")).to_be_disabled()
    expect(second.get_by_role("button", name="办完，下一件")).to_have_count(0)
    second.get_by_role("button", name="由我接手").click()
    say(first, "shan 正在处理这个案件")
    second.get_by_role("button", name="放行 ¥1,459,000（第二人）").click()
    say(second, "已放行，额度 ¥1,459,000 生效")
    drawn(second)  # the desk below the limit hears of it last, and warns till then
    second.get_by_role("button", name="办完，下一件").click()
    expect(second.get_by_role("heading", name="样例held塑料厂")).to_have_count(0)
    waiting = {item.application for item in site.store.people.waiting()}
    assert site.held not in waiting
    names = {fact.provenance.origin for fact in kept(site.store, site.held, "release.amount")}
    assert names == {f"reviewer:{account(site, name)}" for name in ("rui", "shan")}
    acts = [entry.act for entry in site.store.people.log_of(site.held)]
    assert acts.count("release") == 2
    assert site.store.people.verify_log().broken is None


def the_page(desk):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201  it runs without this module's imports
    from ui import review

    review.work(desk)


def test_the_page_itself_refuses_who_is_no_reviewer(site: Site) -> None:
    for role in (Role.REVIEWER, Role.RISK):
        visitor = desk(site.store, f"some {role}", role)
        shown = AppTest.from_function(the_page, args=(visitor,)).run(timeout=300)
        text = " ".join(str(block.proto) for block in shown.main)
        assert ("这个页面只给审核员使用" in text) is (role is not Role.REVIEWER)
