"""Every fixture is read as what was rendered: the expected values are the generator's truth, not the reader's output.

Values printed nowhere (null in the truth) must be absent: nothing is made up.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image

from selfproof import extract, intake, kinds, read
from tests.golden_truth import wrong

ROOT = Path(__file__).parent.parent / "fixtures"
CASES = sorted(
    path
    for kind in (*kinds.extractors(), "unknown")
    for path in (ROOT / kind).iterdir()
    if not path.name.endswith(".expected.json")
)


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_fixture_is_read_as_it_was_rendered(path: Path) -> None:
    truth = json.loads(path.with_name(f"{path.stem}.expected.json").read_text("utf-8"))
    found, *frames = extract.from_bytes(path.read_bytes(), path.name)
    assert found.kind == path.parent.name
    assert wrong(found, truth) == {}
    assert [frame.kind for frame in frames] == ["photo"] * int(truth["key_frames"] if found.kind == "video" else 0)


def test_the_key_frames_of_a_video_are_pages_to_look_at() -> None:
    walk = ROOT / "video" / "walk.mp4"
    pictures = dict(read.pictures(read.read(intake.take(walk.read_bytes(), walk.name))))
    assert list(pictures) == [1, 2]
    assert len({Image.open(io.BytesIO(picture)).size for picture in pictures.values()}) == 1
    assert pictures[1] != pictures[2]
