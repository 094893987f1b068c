"""A poor picture is told from a good one, and its owner is told what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from xml.etree import ElementTree as ET

import cv2
import numpy as np
import pytest
from render import camera_faults as faults

from selfproof import quality
from selfproof.access import shots
from selfproof.credit.policy import load
from selfproof.imaging import Image
from selfproof.model import Extraction, Outcome, Value
from selfproof.texts import table
from tests.builders import document, outcome
from tests.serving import ROOT
from ui import guide

CHANCE = np.random.default_rng


@cache
def page() -> Image:
    """A grey sheet with black lines of print, on a darker table."""
    sheet = np.full((900, 700, 3), 120, np.uint8)
    sheet[60:840, 60:640] = 205
    for row in range(100, 800, 40):
        cv2.putText(
            sheet, "No 123456 Total 789.00 Name ABCDEF", (80, row), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (30, 30, 30), 2
        )
    return sheet


def told(image: Image, kind: str = "unknown", **fields: Value) -> set[str]:
    measured = {f"signal_{name.replace('.', '__')}": value for name, value in quality.signals(image).items()}
    facts = tuple(document("d", kind, signal_carrier="ocr", **measured, **fields))
    part = Extraction("d", kind, 0.9, facts)
    return {message.key.removeprefix("owner.shot_") for message in shots.complaints(part)}


def test_a_clear_page_that_is_not_recognised_is_blamed_for_nothing_else() -> None:
    assert told(page()) == {"nothing"}


SPOILT: list[tuple[str, Callable[[Image], Image]]] = [
    ("blurred", lambda image: cv2.GaussianBlur(image, (0, 0), 6).astype(np.uint8)),
    ("dark", lambda image: faults.dark(image, 0.9, CHANCE(1))),
    ("glare", lambda image: faults.glaring(image.astype(np.float32), 1.0, CHANCE(2))),
    ("small", lambda image: np.asarray(cv2.resize(image, None, fx=0.5, fy=0.5), np.uint8)),
]


@pytest.mark.parametrize(("reason", "spoil"), SPOILT, ids=[reason for reason, _ in SPOILT])
def test_each_fault_of_a_picture_is_told_by_its_name(reason: str, spoil: Callable[[Image], Image]) -> None:
    assert reason in told(spoil(page()))


def test_what_was_read_although_dark_is_not_complained_of() -> None:
    dim = faults.dark(page(), 0.9, CHANCE(1))
    assert told(dim, "photo", scene="shelf") == set()
    assert told(dim, "photo", scene="storefront", sign_text="青禾塑料") == set()
    assert told(dim, "photo", scene="storefront") >= {"no_sign", "dark"}


def test_coloured_waves_as_off_a_screen_are_noticed_and_move_nothing() -> None:
    for image, expected in ((page(), Outcome.PASS), (faults.rippled(page(), 0.8, CHANCE(3)), Outcome.FAIL)):
        waves = quality.signals(image)["shot.waves"]
        assert outcome("not_off_a_screen", document("d", "photo", signal_shot__waves=waves)) is expected
    assert load().checks["not_off_a_screen"].advisory


@pytest.mark.parametrize("scene", ["other", "unsure"])
def test_a_photo_of_no_place_says_what_to_take(scene: str) -> None:
    assert told(page(), "photo", scene=scene) == {"no_place"}


def test_white_paper_of_a_scan_is_no_glare() -> None:
    scan = np.full((900, 700, 3), 255, np.uint8)
    scan[0], scan[-1], scan[:, 0], scan[:, -1] = 0, 0, 0, 0
    assert quality.glare(scan) > 0.9
    assert "glare" not in told(scan)


def test_a_file_that_is_no_picture_has_no_such_complaints() -> None:
    assert shots.complaints(Extraction("d", "unknown", 0.0, tuple(document("d", "unknown")))) == ()


def test_every_reason_has_a_sentence_and_every_sentence_a_reason() -> None:
    reasons = {name for kind in ("photo", "paper") for name in shots._table()[kind]} | {
        "nothing",
        "no_place",
        "no_sign",
    }
    assert {key.removeprefix("owner.shot_") for key in table() if key.startswith("owner.shot_")} == reasons


def test_every_drawing_is_shown_with_words_and_a_text_for_those_who_do_not_see_it() -> None:
    names = {f"{subject}_{name}" for subject, advice in guide._ADVICE.items() for name in advice}
    drawn = {path.stem: ET.parse(path).getroot() for path in (ROOT / "ui" / "drawings").glob("*.svg")}  # noqa: S314  ours
    assert set(drawn) == names
    for name, picture in drawn.items():
        assert picture.get("viewBox") == "0 0 96 72"
        html = guide._item(f"guide_{name}", name)
        assert re.search(r'alt="[^"]+" src="data:image/svg\+xml;base64,', html)
        assert not html.endswith("></li>")
