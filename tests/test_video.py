"""Short videos: what is taken in and what is refused, which frames are kept, and that they prove what photos prove."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from render import film, scene

from selfproof import extract, intake, verify, video
from selfproof.errors import IntakeError
from selfproof.model import Carrier, Document, Fact, Outcome, Page
from tests import credit_cases as cases

WALK = Path(__file__).parent.parent / "fixtures" / "video" / "walk.mp4"
# The matrices of a track's header (ISO/IEC 14496-12, 8.3.2): as it lies, and a quarter turn clockwise.
_MATRIX = struct.pack(">9i", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
_CLOCKWISE = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30)
COLOURS = ("navy", "maroon", "olive", "teal", "purple", "gray", "green", "orange")


@cache
def boards(count: int) -> tuple[Image.Image, ...]:
    """Drawn boards of different colours, with lines to be sharp or not."""
    found = []
    for colour in COLOURS[:count]:
        board = Image.new("RGB", film.SIZE, colour)
        board.paste("white", (100, 80, 160, 300))
        board.paste("black", (300, 60, 330, 280))
        found.append(board)
    return tuple(found)


def refused(data: bytes) -> IntakeError:
    with pytest.raises(IntakeError) as told:
        intake.take(data, "车间.mp4")
    return told.value


def test_a_phone_s_video_is_taken_in_whatever_its_name() -> None:
    assert intake.take(WALK.read_bytes(), "IMG_0001.jpg").media_type == "video/mp4"


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_video_that_was_cut_off_is_incomplete(share: float) -> None:
    data = WALK.read_bytes()
    assert refused(data[: int(len(data) * share)]).code == "truncated"


def test_what_only_begins_like_a_video_is_damaged() -> None:
    assert refused(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(200)).code == "truncated"


def test_a_video_without_frames_is_damaged_and_sound_alone_is_said_to_be_sound() -> None:
    data = WALK.read_bytes()
    begin, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    assert refused(data[:begin] + bytes(end - begin) + data[end:]).code == "truncated"
    assert refused(film.silence()).code == "no_video"


def test_a_video_of_hours_is_refused_by_its_header() -> None:
    error = refused(film.phone_film(boards(1), 1, spacing=14400))
    assert (error.code, error.values) == ("too_long", {"minutes": "120", "limit": "5"})


def test_a_key_frame_is_kept_of_each_scene_in_order_and_never_too_many() -> None:
    first, second = video.key_frames(WALK.read_bytes())
    assert 0 <= first.time < 4 <= second.time < 8
    assert first.image.shape == second.image.shape == (film.SIZE[1], film.SIZE[0], 3)
    assert len(video.key_frames(film.phone_film(boards(1), 2))) == 1
    assert len(video.key_frames(film.phone_film(boards(8), 1))) == video.MOST_FRAMES


def test_the_frames_of_a_phone_held_upright_stand_upright() -> None:
    level = film.phone_film(boards(1), 1)
    place = level.index(_MATRIX, level.index(b"tkhd"))
    upright = level[:place] + _CLOCKWISE + level[place + len(_MATRIX) :]
    (shown,), (turned,) = video.key_frames(level), video.key_frames(upright)
    assert (turned.image == np.rot90(shown.image, -1)).all()


def test_the_sharp_frame_is_kept_and_the_blurred_and_the_black_are_not() -> None:
    blurred = scene.hall("安全生产", 9).resize((24, 18)).resize(film.SIZE)
    black = Image.new("RGB", film.SIZE, "black")
    (kept,) = video.key_frames(film.phone_film((black, blurred, scene.hall("安全生产", 9)), 2))
    assert kept.time >= 4


def test_time_and_place_of_taking_come_from_the_container() -> None:
    assert video.signals(WALK.read_bytes()) == {
        "video.duration": "8.0",
        "exif.time": "2026-09-30T10:18:40+08:00",
        "exif.gps": "31.312500,118.376800",
        "exif.device": "SAMPLE DEMO-1",
    }
    assert video.signals(film.phone_film(boards(1), 1)) == {"video.duration": "1.0"}


def filmed(*scenes: str) -> tuple[Fact, ...]:
    """The facts of a video whose frames show these scenes."""
    signals = {"video.duration": "8.0", "video.frames": str(len(scenes))}
    pages = tuple(Page(number, 480, 352, ()) for number in range(1, len(scenes) + 1))
    seen = {"scene.confidence": "0.9", "scene.second": "other", "scene.second_confidence": "0.1", "pdq": "f" * 64}
    frames = tuple(
        Document(
            "5" * 64, "video/mp4", Carrier.OCR, (page,), signals={**seen, "scene.label": label, "frame.time": "1.5"}
        )
        for page, label in zip(pages, scenes, strict=True)
    )
    whole = Document("5" * 64, "video/mp4", Carrier.OCR, pages, signals=signals, papers=frames)
    return tuple(fact for found in extract.extract(whole) for fact in found.facts)


def test_each_frame_is_a_photo_of_its_own_on_its_own_page_with_its_second() -> None:
    facts = filmed("factory", "warehouse")
    scenes = [fact for fact in facts if fact.name == "photo.scene"]
    assert [(fact.value, fact.provenance.place.page) for fact in scenes] == [("factory", 1), ("warehouse", 2)]
    assert len({fact.provenance.document for fact in facts}) == 3
    assert {str(fact.value) for fact in facts if fact.name == "photo.frame_time"} == {"1.5"}


def test_a_video_counts_as_one_photo_however_many_frames_it_has_and_none_without_a_business() -> None:
    photo = cases.run(cases.workshop(), cases.invoices(4_100_000, 5), cases.photo()).recommended
    for scenes, limit in ((("factory",), photo), (("factory", "warehouse", "shelf", "interior"), photo)):
        paper = cases.Paper(filmed(*scenes))
        assert cases.run(cases.workshop(), cases.invoices(4_100_000, 5), paper).recommended == limit
        both = cases.run(cases.workshop(), cases.invoices(4_100_000, 5), paper, cases.photo())
        assert both.recommended == limit
        assert max(both.levels[document] for document in both.levels if document.startswith("5")) == 2
    without = cases.run(cases.workshop(), cases.invoices(4_100_000, 5)).recommended
    shown = cases.run(cases.workshop(), cases.invoices(4_100_000, 5), cases.Paper(filmed("other", "unsure")))
    assert shown.recommended == without < photo


@dataclass(frozen=True)
class Elsewhere:
    """A store that knows one photo of another applicant."""

    pdq: str

    def others(self, _key: str) -> list[str]:
        return []

    def photos(self) -> list[tuple[str, str]]:
        return [("other", self.pdq)]


def test_a_frame_that_another_applicant_showed_as_a_photo_is_a_stop() -> None:
    facts = filmed("factory")
    reused = [
        [
            finding.outcome
            for finding in verify.verify(cases.application(), facts, Elsewhere(pdq))
            if finding.check == "photo_reused"
        ]
        for pdq in ("f" * 60 + "0000", "0" * 64)
    ]
    assert reused == [[Outcome.FAIL], []]


def test_the_sign_over_a_front_is_read_from_its_frame_and_nothing_else_is() -> None:
    facts = [fact for found in extract.from_bytes(WALK.read_bytes(), "walk.mp4") for fact in found.facts]
    (sign,) = (fact for fact in facts if fact.name == "photo.sign_text")
    assert (sign.value, sign.provenance.place.page) == ("样例罗彩塑业", 1)
    assert sign.provenance.place.box is not None
    assert 0 < sign.provenance.place.box[1] < sign.provenance.place.box[3] < 0.5
    assert {fact.kind for fact in facts} <= {"video", "photo", "document"}


def signs(**frames: str) -> list[tuple[str, Outcome]]:
    """What the check on signs says of frames with a sign each, of one video."""
    facts = [
        cases.fact(f"photo.{field}", value, f"{'5' * 64}#{name}")
        for name, sign in frames.items()
        for field, value in (("sign_text", sign), ("frame_time", 1.5))
    ]
    found = verify.verify(cases.application(), facts, None)
    return [(item.document[65:], item.outcome) for item in found if item.check == "sign_matches_name"]


def test_of_the_signs_that_a_video_passes_one_with_the_name_is_enough_and_a_video_complains_once() -> None:
    mine, other = "试例甲塑料", "白露家电"
    assert signs(a=other, b=mine, c=other) == [("a", Outcome.UNKNOWN), ("b", Outcome.PASS), ("c", Outcome.UNKNOWN)]
    assert signs(a=other, b=other) == [("a", Outcome.FAIL), ("b", Outcome.UNKNOWN)]
