"""Pictures of pages, kept to be looked at: in SELFPROOF_SCREENSHOTS, else in ``build/screenshots``."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.serving import ROOT

FOLDER = Path(os.environ.get("SELFPROOF_SCREENSHOTS", ROOT / "build" / "screenshots"))
PHONE, TABLET, DESKTOP = 390, 820, 1440
_HEIGHT = {PHONE: 844}
_TALLEST = 6000
_INSIDE = """() => {
    const inner = document.querySelector('[data-testid="stMain"]');
    return Math.ceil(inner ? inner.scrollHeight : document.documentElement.scrollHeight);
}"""
TOO_WIDE = """() => [...document.querySelectorAll('body *')].filter(element => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map(element => element.outerHTML.slice(0, 120))"""


def fit(page: Page, width: int) -> None:
    """As wide as this kind of screen, with nothing wider than it."""
    page.set_viewport_size({"width": width, "height": _HEIGHT.get(width, 900)})
    page.wait_for_function(f"() => innerWidth === {width}")
    page.wait_for_function(f"() => ({TOO_WIDE})().length === 0")


def drawn(page: Page) -> None:
    """Wait till no run draws the page: one that is drawn anew in this very moment moves what is clicked."""
    page.wait_for_function("() => !document.querySelector('[data-test-script-state=running]')")


def shoot(page: Page, name: str) -> None:
    """The whole page as it stands: Streamlit scrolls inside of it, so the window is made as high as what it holds."""
    size = page.viewport_size or {"width": DESKTOP, "height": 900}
    tall = min(_TALLEST, max(size["height"], page.evaluate(_INSIDE)))
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": size["width"], "height": tall})
    page.screenshot(path=FOLDER / f"{name}-{size['width']}.png", animations="disabled")
    page.set_viewport_size(size)


def downloaded(page: Page, name: str) -> Download:
    """What a link of this name gives; a page that is drawn anew in this very moment moves it from under the pointer."""
    for _ in range(6):
        with suppress(PlaywrightTimeout):
            with page.expect_download(timeout=20_000) as taken:
                page.get_by_role("link", name=name).click()
            return taken.value
    pytest.fail(f"{name} gives nothing")
