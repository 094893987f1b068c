"""Photos that were shown before are known again turned, mirrored and cropped; others are not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import pytest

from selfproof import verify
from selfproof.carriers import prints
from selfproof.checks.photos import CROPPED, WHOLE, known_by, rows, shown_before
from selfproof.imaging import Image
from selfproof.model import Fact, Finding, Outcome
from tests.builders import application, document, findings


@cache
def scene(seed: int) -> Image:
    """An invented picture with large and small things in it, as a photo has."""
    chance = np.random.default_rng(seed)
    picture = np.zeros((480, 640, 3), np.uint8)
    for size in (200, 90, 40):
        for _ in range(60):
            x, y, high, wide = (int(number) for number in chance.integers(0, (640, 480, size, size)))
            colour = tuple(int(part) for part in chance.integers(0, 255, 3))
            cv2.rectangle(picture, (x, y), (x + wide, y + high), colour, -1)
    return np.asarray(cv2.GaussianBlur(picture, (5, 5), 0), np.uint8)


def saved(image: Image) -> Image:
    """As it comes back from a chat: smaller, and compressed anew."""
    small = cv2.resize(np.ascontiguousarray(image), None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


@cache
def signals(data: bytes, shape: tuple[int, ...]) -> dict[str, str]:
    """The hashes of a picture, computed once."""
    return prints.signals(np.frombuffer(data, np.uint8).reshape(shape))


def photo(image: Image, name: str = "p") -> list[Fact]:
    known = signals(np.ascontiguousarray(image).tobytes(), image.shape)
    told = {f"signal_{key.replace('.', '__')}": value for key, value in known.items()}
    return document(name, "photo", scene="storefront", **told)


@dataclass(frozen=True)
class Elsewhere:
    """A store that holds these photos of other applicants."""

    shown: tuple[tuple[str, str], ...]

    def others(self, key: str) -> list[str]:
        return [key][:0]

    def photos(self) -> tuple[tuple[str, str], ...]:
        return self.shown


def held(image: Image) -> Elsewhere:
    (view,) = verify.case(application(), photo(image)).documents
    return Elsewhere(tuple(("theirs", row) for row in rows(view)))


def failed(check: str, facts: list[Fact], lookup: Elsewhere | None = None) -> list[Finding]:
    return [found for found in findings(check, facts, lookup=lookup) if found.outcome is Outcome.FAIL]


TURNS: dict[str, Callable[[Image], Image]] = {
    "as it is": lambda image: image,
    "a quarter": lambda image: np.rot90(image, 1),
    "upside down": lambda image: np.rot90(image, 2),
    "three quarters": lambda image: np.rot90(image, 3),
    "mirrored": np.fliplr,
    "mirrored and turned": lambda image: np.rot90(np.fliplr(image), 1),
}


@pytest.mark.parametrize("turn", TURNS)
def test_a_photo_is_known_again_in_every_orientation_also_smaller_and_saved_anew(turn: str) -> None:
    again = saved(np.ascontiguousarray(TURNS[turn](scene(1))))
    assert len(failed("photo_reused", photo(again), held(scene(1)))) == 1
    assert failed("photo_cropped_elsewhere", photo(again), held(scene(1))) == []
    assert failed("photo_reused", photo(again), held(scene(2))) == []


CROPS = [(0.0, 0.0, 0.9), (0.1, 0.1, 0.9), (0.07, 0.03, 0.88), (0.13, 0.02, 0.85)]


@pytest.mark.parametrize(("left", "top", "side"), CROPS)
def test_a_part_of_a_photo_and_the_whole_of_a_part_are_known_again(left: float, top: float, side: float) -> None:
    whole = scene(3)
    high, wide = whole.shape[:2]
    part = saved(whole[int(top * high) : int((top + side) * high), int(left * wide) : int((left + side) * wide)])
    for mine, theirs in ((part, whole), (whole, part)):
        assert len(failed("photo_cropped_elsewhere", photo(mine), held(theirs))) == 1
        assert failed("photo_reused", photo(mine), held(theirs)) == []
        assert failed("photo_cropped_elsewhere", photo(mine), held(scene(4))) == []


def test_within_a_file_a_photo_that_is_there_again_is_told() -> None:
    facts = [*photo(scene(5), "a"), *photo(scene(6), "b"), *photo(saved(np.fliplr(scene(5))), "c")]
    (found,) = failed("same_photo_twice", facts)
    assert (found.document, found.documents) == ("c", ("a",))


def test_different_photos_stay_far_beyond_both_thresholds() -> None:
    views = [verify.case(application(), photo(scene(seed))).documents[0] for seed in range(1, 7)]
    nearest = [
        min(shown_before(one, known_by([(other.id, row) for row in rows(other)])))
        for one in views for other in views if one is not other
    ]  # fmt: skip
    assert min(nearest) > CROPPED > WHOLE


def test_a_picture_with_nothing_in_it_has_no_hash_and_what_the_store_keeps_is_short() -> None:
    assert prints.signals(np.full((200, 200, 3), 128, np.uint8)) == {}
    (view,) = verify.case(application(), photo(scene(1))).documents
    kept = rows(view)
    assert len(kept[0]) == 64
    assert len(kept) > 1
    assert max(map(len, kept)) <= 1024, "an index of PostgreSQL takes no longer texts"
