"""Every page as it looks, on a phone and at a desk: axe-core finds nothing serious, and pictures are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from selfproof import pipeline
from selfproof.access import Role, people
from selfproof.rescoring import runs
from selfproof.store import Store
from tests import rescore_samples, serving
from tests.people_samples import desk
from tests.screens import DESKTOP, PHONE, TABLET, TOO_WIDE, drawn, fit, shoot
from tests.talk_samples import OWN, talk
from tests.test_review_page import forged, received
from tests.test_risk_page import choose
from ui.login import LANGUAGE

pytestmark = pytest.mark.browser
BAD = frozenset({"critical", "serious"})
SAID = ("zh", "en")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[serving.Server]:
    serving.program()
    home = tmp_path_factory.mktemp("home")
    with serving.started(home) as found:
        with Store.open(home=home) as store:
            _fill(store, tmp_path_factory.mktemp("applications"))
        found.wait()
        yield found


@pytest.fixture(scope="module")
def browser(server: serving.Server) -> Iterator[Browser]:  # noqa: ARG001  begun after it
    with serving.chromium() as found:
        yield found


@dataclass(frozen=True, slots=True)
class Windows:
    """One for each person, which keeps what every page of Streamlit loads first."""

    browser: Browser
    server: serving.Server
    opened: dict[tuple[str, Role], Page] = field(default_factory=dict)

    def of(self, who: tuple[str, Role], lang: str = "zh") -> Page:
        """The person's window, empty, with this language as the one of the last visit."""
        if who not in self.opened:
            self.opened[who] = serving.entered(self.browser, self.server, who)
        page = self.opened[who]
        page.goto("about:blank")
        page.context.add_cookies([{"name": LANGUAGE, "value": lang, "url": self.server.url}])
        return page


@pytest.fixture(scope="module")
def windows(browser: Browser, server: serving.Server) -> Windows:
    return Windows(browser, server)


def _fill(store: Store, folders: Path) -> None:
    """Something to see for everybody: a paper with boxes, cases that wait, a re-score."""
    asked = received(store, folders / "asked", base=300_000, receipts=3_000_000, each=250_000)
    received(store, folders / "held", base=400_000, receipts=9_000_000, each=7000)
    for name, application in (("anna", forged(store, folders / "forged")), ("bert", asked)):
        owner = desk(store, name, Role.OWNER)
        store.people.give(application, owner.session.account, people.by_system("give", application))
    owner.ask_human(asked, "我的销售额不止这些")
    talk(store, folders / "talk", CAI[0])
    rescore_samples.portfolio(store, 3)
    runs.carry_out(store, runs.begin(store, rescore_samples.stricter(), "stricter").id)


@dataclass(frozen=True, slots=True)
class View:
    """A page to look at. there: what is seen when it is drawn; before: what to do then, given the page."""

    name: str
    who: tuple[str, Role]
    path: str
    there: str
    before: Callable[[Page], object] = lambda _page: None


def _my_data(page: Page) -> None:
    page.locator("summary").filter(has_text=re.compile("我的数据|My data")).click()
    expect(page.locator("a.act[href^='/export/']")).to_be_visible()


def _one_applicant(page: Page) -> None:
    """What stands below the list of the applicants is drawn last."""
    page.get_by_role("button", name=re.compile("准备下载|Prepare downloads")).wait_for()
    choose(page, re.compile("查看一份申请|Look at one application"), "A-0001")
    expect(page.locator("table")).to_be_visible()


def _picture(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('figure img')?.naturalWidth > 0")


ANNA, RUI, RITA, ADA = ("anna", Role.OWNER), ("rui", Role.REVIEWER), ("rita", Role.RISK), ("ada", Role.ADMIN)
CAI = ("cai", Role.OWNER)
VIEWS = (
    View("owner-about", ANNA, "/about", "form"),
    View("owner-proof", ANNA, "/proof", "figure.page img", _picture),
    View("owner-limit", ANNA, "/limit", ".hero", _my_data),
    View("reviewer-queue", RUI, "/", "[role=row], tr"),
    View("reviewer-case", RUI, "/?case={case}", "figure img"),
    View("risk", RITA, "/", ".steps .track", _one_applicant),
    View("admin", ADA, "/", "table.plain"),
)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_page_is_free_of_serious_barriers_and_fits_phone_tablet_and_desk_in_both_languages(
    view: View, windows: Windows
) -> None:
    server = windows.server
    with Store.open(home=server.home) as store:
        case = next(name for name in store.applications() if store.uploads(name)[0].name.startswith("发票4"))
    found: dict[str, object] = {}
    for lang in SAID:
        page = windows.of(view.who, lang)
        page.goto(server.url + view.path.format(case=case))
        page.locator(view.there).first.wait_for()
        view.before(page)
        if lang == "zh":
            found |= _looked_at(page, f"{view.name}-{lang}", (PHONE, DESKTOP))
            found |= _in_the_dark(page, f"{view.name}-{lang}")
        _fits(page, f"{view.name}-{lang}", TABLET if lang == "zh" else PHONE if view.who == ANNA else DESKTOP)
    assert found == {}


def test_an_owner_answers_by_a_tap_sends_a_paper_and_sees_what_moved_the_limit(windows: Windows) -> None:
    """The conversation from a question to the limit; axe finds nothing serious on the way, on a phone or a tablet."""
    page, found = windows.of(CAI), {}
    page.goto(windows.server.url)
    card = page.locator("[class*=st-key-need-0]").first
    expect(card).to_contain_text("这个账户是谁的？")
    expect(page.locator(".hero")).to_contain_text("最终由贷款机构决定")
    fit(page, PHONE)
    shoot(page, "owner-asked")
    _is_led_to_the_paper_that_is_wrong(page, card)
    _by_keyboard(page, "家人或合伙人的，替店里收钱")
    expect(card).to_contain_text("您已回答：家人或合伙人的，替店里收钱")
    expect(page.locator(".note").filter(has_text="说不清的地方也没关系")).to_be_visible()
    _decide(windows)
    card.get_by_role("button", name="传一份资料来说明").click()
    own = {"name": "我的流水.csv", "mimeType": "text/csv", "buffer": OWN}
    card.locator("input[data-way=files]").set_input_files([own])
    expect(card).to_contain_text("已收到并保存好")
    _decide(windows)
    expect(page.locator(".hero .now")).to_have_text("¥93,000")
    expect(page.locator(".note").filter(has_text="刚刚：¥31,000 → ¥93,000")).to_be_visible()
    expect(page.locator("section.move").first).to_contain_text("流水证明的收款")
    expect(card.locator(".note").filter(has_text="读完了")).to_contain_text("额度从 ¥31,000 变为 ¥93,000")
    shoot(page, "owner-moved")
    found |= _looked_at(page, "owner-talk-zh", (PHONE, TABLET))
    assert found == {}


def _is_led_to_the_paper_that_is_wrong(page: Page, card: Locator) -> None:
    """The answer that something is wrong leads to its values; who leaves them as they are may answer anew."""
    card.get_by_role("button", name="资料有误").click()
    card.get_by_role("button", name=re.compile("去改正“.+”")).click()
    expect(page.locator(".note").filter(has_text="照原件改成正确的内容")).to_be_visible()
    drawn(page)
    shoot(page, "owner-led-to-mend")
    assert page.evaluate(TOO_WIDE) == []
    page.get_by_role("button", name="保存改正").click()
    expect(page.locator(".note").filter(has_text="没有改动")).to_be_visible()
    page.get_by_role("button", name="先不改").click()
    expect(page.locator(".note").filter(has_text="照原件改成正确的内容")).to_have_count(0)
    page.get_by_role("button", name="看我的额度").click()
    card.get_by_text("改一下回答").click()


def _by_keyboard(page: Page, name: str) -> None:
    """Go to a button by Tab alone, and press it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.innerText?.trim()") == name:
            break
    else:
        pytest.fail(f"Tab does not lead to {name}")
    page.keyboard.press("Enter")


def _decide(windows: Windows) -> None:
    """What a worker would do: read what has come, and decide."""
    with Store.open(home=windows.server.home) as store:
        pipeline.read_all(store, "A-talk")
        pipeline.reassess(store, "A-talk")
        with store.present() as name:
            while job := store.claim(name, lease=60, application_id="A-talk"):
                store.finish(job)


def test_the_sign_in_page_is_free_of_serious_barriers(browser: Browser, server: serving.Server) -> None:
    found: dict[str, object] = {}
    page = serving.window(browser, server.url)
    for lang in SAID:
        page.goto(f"{server.url}/login?lang={lang}")
        page.locator("input[name=password]").wait_for()
        found |= _looked_at(page, f"sign-in-{lang}", (PHONE, DESKTOP))
        found |= _in_the_dark(page, f"sign-in-{lang}") if lang == "zh" else {}
    page.context.close()
    assert found == {}


@pytest.mark.parametrize(
    ("who", "there", "paths"),
    [(ANNA, ".hero", ("/work", "/admin", "/?case=A-held")), (RUI, "tbody tr button", ("/about", "/proof"))],
    ids=["owner", "reviewer"],
)
def test_the_address_of_another_role_leads_to_one_s_own_first_page(
    windows: Windows, who: tuple[str, Role], there: str, paths: Sequence[str]
) -> None:
    page = windows.of(who)
    for path in paths:
        page.goto(windows.server.url + path)
        page.locator(there).first.wait_for()
        assert urlsplit(page.url).path == "/", path
        expect(page.get_by_role("button", name="返回列表")).to_have_count(0)
        expect(page.get_by_text("样例held塑料厂")).to_have_count(1 if who == RUI else 0)
        expect(page.locator(".hero")).to_have_count(1 if who == ANNA else 0)


def _settled(page: Page) -> None:
    """Drawn to the end, with everything unfolded that can be."""
    drawn(page)
    page.evaluate("() => document.querySelectorAll('details').forEach(details => { details.open = true; })")


def _fits(page: Page, name: str, width: int) -> None:
    """Nothing is wider than such a screen; a picture is kept."""
    fit(page, width)
    _settled(page)
    shoot(page, name)


def _looked_at(page: Page, name: str, widths: Sequence[int]) -> dict[str, object]:
    """Barriers on screens so wide, by the name of the picture."""
    found: dict[str, object] = {}
    for width in widths:
        _fits(page, name, width)
        found[f"{name}-{width}"] = _barriers(page)
    return {picture: barriers for picture, barriers in found.items() if barriers}


def _in_the_dark(page: Page, name: str) -> dict[str, object]:
    """Letters that cannot be told from their ground where the device prefers the dark: nothing else is different."""
    _scheme(page, "dark")
    barriers = _barriers(page, {"runOnly": ["color-contrast"]})
    shoot(page, f"{name}-dark")
    _scheme(page, "light")
    return {f"{name}-dark": barriers} if barriers else {}


def _scheme(page: Page, scheme: Literal["light", "dark"]) -> None:
    """What the device prefers, drawn to the end: the ground is dark or light, and no colour is on its way."""
    page.emulate_media(color_scheme=scheme)
    sign = "<" if scheme == "dark" else ">"
    page.wait_for_function(f"""() => {{
        const app = document.querySelector('[data-testid="stApp"]') ?? document.querySelector('main');
        const [light] = getComputedStyle(app).backgroundColor.match(/\\d+/);
        const moves = document.getAnimations().filter(one => one.animationName !== 'slow'); // the bar of a busy page
        return light {sign} 128 && moves.every(one => one.playState !== 'running');
    }}""")


def _barriers(page: Page, options: Mapping[str, object] | None = None) -> Mapping[str, list[str]]:
    """What axe-core calls critical or serious: rule and the elements."""
    said = Axe().run(page, options=options).response["violations"]
    return {rule["id"]: [node["html"][:200] for node in rule["nodes"]] for rule in said if rule["impact"] in BAD}
