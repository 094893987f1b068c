"""The only file that knows PyAV: whether a short video can be used, what it says of its making, and its key frames.

MP4 and QuickTime are ISO base media files (ISO/IEC 14496-12): boxes one after the other. Only their demuxer is asked,
so that no playlist inside a file can make the library open anything else.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import av
import cv2
import numpy as np
import numpy.typing as npt

from selfproof.errors import IntakeError
from selfproof.imaging import Image, scaled

MOST_SECONDS: Final = 300
MOST_MEGAPIXELS: Final = 40  # of a frame: 8K has 33
MOST_FRAMES: Final = 6  # that are kept
_MOST_DECODED: Final = 3000  # frames that are decoded where a video has too few that stand by themselves
_STEP: Final = 0.5  # seconds between two frames that are looked at
_SPARSE: Final = 1.5  # seconds: where fewer frames stand by themselves, the ones between are looked at too
_SHOWN: Final = 1600  # pixels of a kept frame's longer side
_LOOK: Final = 320  # pixels of the longer side, at which frames are compared
_OTHER: Final = 0.35  # Bhattacharyya distance of colours, from which on a frame shows another scene
_BLANK: Final = 8.0  # levels of grey: the spread of a frame with nothing in it
_UNSET: Final = 2000  # creation times before this year are what devices write that do not know the time
_CHINA: Final = timezone(timedelta(hours=8))
_PLACE: Final = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")  # ISO 6709, as phones write it
_BOX: Final = 8  # bytes of a box's head
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "time": ("com.apple.quicktime.creationdate", "creation_time"),
    "place": ("com.apple.quicktime.location.ISO6709", "location"),
    "make": ("com.apple.quicktime.make", "com.android.manufacturer", "make"),
    "model": ("com.apple.quicktime.model", "com.android.model", "model"),
    "software": ("com.apple.quicktime.software", "software"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame, upright. time: seconds from the beginning; weight: how many that were looked at show the same scene."""

    time: float
    image: Image
    colours: npt.NDArray[np.float32]
    sharpness: float
    weight: int = 1


def check(data: bytes) -> None:
    """Raises IntakeError: truncated, no_video (sound alone), too_long, too_many_pixels. All but one frame is header."""
    if not _is_whole(data):
        raise IntakeError("truncated")
    with _opened(data) as (container, stream):
        seconds = _seconds(container, stream)
        if seconds > MOST_SECONDS:
            raise IntakeError("too_long", minutes=round(seconds / 60), limit=MOST_SECONDS // 60)
        megapixels = stream.width * stream.height // 1_000_000
        if megapixels > MOST_MEGAPIXELS:
            raise IntakeError("too_many_pixels", pixels=megapixels, limit=MOST_MEGAPIXELS)
        if next(container.decode(stream), None) is None:
            raise IntakeError("truncated")


def signals(data: bytes) -> dict[str, str]:
    """``video.duration`` in seconds, and ``exif.*``: what the container says of its making, as a photo does."""
    with _opened(data) as (container, stream):
        seconds = _seconds(container, stream)
        told = {str(key): str(value) for key, value in {**stream.metadata, **container.metadata}.items()}
    found = {name: next((told[key] for key in keys if told.get(key)), "") for name, keys in _KEYS.items()}
    place = _PLACE.match(found["place"])
    exif = {
        "time": _moment(found["time"]),
        "gps": f"{float(place[1]):.6f},{float(place[2]):.6f}" if place else "",
        "device": " ".join(filter(None, (found["make"], found["model"])))[:200],
        "software": found["software"][:200],
    }
    return {"video.duration": f"{seconds:.1f}", **{f"exif.{name}": text for name, text in exif.items() if text}}


def _moment(printed: str) -> str:
    """In Chinese time; containers count in UTC.

    >>> _moment("2026-09-30T02:11:05.000000Z"), _moment("2026-09-30T10:11:05+0800"), _moment("1904-01-01T00:00:00Z")
    ('2026-09-30T10:11:05+08:00', '2026-09-30T10:11:05+08:00', '')
    """
    try:
        told = datetime.fromisoformat(printed)
    except ValueError:
        return ""
    known = told if told.tzinfo else told.replace(tzinfo=UTC)
    return known.astimezone(_CHINA).replace(microsecond=0).isoformat() if known.year >= _UNSET else ""


def key_frames(data: bytes) -> tuple[Frame, ...]:
    """The sharpest frame of each scene, those of the longest scenes, in their order; raises IntakeError truncated."""
    with _opened(data) as (container, stream):
        fewest = max(2.0, _seconds(container, stream) / _SPARSE)
    looks = list(_kept(_looks(data, alone=True)))
    if sum(frame.weight for frame in looks) < fewest:
        looks = list(_kept(_looks(data, alone=False)))
    if not looks:
        raise IntakeError("truncated")
    return tuple(sorted(looks, key=lambda frame: frame.time))


def _is_whole(data: bytes) -> bool:
    """Whether all boxes end within the file: one that was cut off while it was sent has a last box beyond its end."""
    place = 0
    while place + _BOX <= len(data):
        size = int.from_bytes(data[place : place + 4])
        if size == 0:
            return True
        if size == 1:
            size = int.from_bytes(data[place + _BOX : place + 2 * _BOX])
        if size < _BOX:
            return False
        place += size
    return place <= len(data)


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[Any, Any]]:
    """The container and its moving pictures; a cover beside music is none."""
    try:
        with av.open(io.BytesIO(data), format="mov") as container:
            moving = (
                one for one in container.streams.video if not one.disposition & av.stream.Disposition.attached_pic
            )
            stream = next(moving, None)
            if stream is None:
                raise IntakeError("no_video")
            yield container, stream
    except (av.FFmpegError, EOFError, MemoryError, UnicodeDecodeError) as error:
        raise IntakeError("truncated") from error


def _seconds(container: Any, stream: Any) -> float:  # noqa: ANN401  of the library
    own = float(stream.duration * stream.time_base) if stream.duration else 0.0
    return max(own, (container.duration or 0) / av.time_base)


def _looks(data: bytes, *, alone: bool) -> Iterator[Frame]:
    """Frames some time apart. alone: only those that can be decoded without others, which is cheap."""
    with _opened(data) as (container, stream):
        stream.codec_context.skip_frame = "NONKEY" if alone else "DEFAULT"
        due = 0.0
        for number, frame in enumerate(_decoded(container, stream)):
            if number >= _MOST_DECODED:
                return
            time = float(frame.time or 0.0)
            if time >= due:
                due = time + _STEP
                yield _look(frame, time)


def _decoded(container: Any, stream: Any) -> Iterator[Any]:  # noqa: ANN401  of the library
    """Frames up to the first damage: what came before it is shown."""
    try:
        yield from container.decode(stream)
    except av.FFmpegError:
        return


def _look(frame: Any, time: float) -> Frame:  # noqa: ANN401  of the library
    pixels = np.asarray(frame.to_ndarray(format="bgr24"), dtype=np.uint8)
    turned = np.ascontiguousarray(np.rot90(pixels, round(frame.rotation / 90) % 4))
    image = scaled(turned, min(1.0, _SHOWN / max(turned.shape[:2])))
    small = scaled(image, min(1.0, _LOOK / max(image.shape[:2])))
    hues = cv2.calcHist([cv2.cvtColor(small, cv2.COLOR_BGR2HSV)], [0, 1, 2], None, [8, 4, 8], [0, 180, 0, 256, 0, 256])
    colours = np.asarray(cv2.normalize(hues, None, 1.0, 0.0, cv2.NORM_L1), dtype=np.float32)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    sharp = float(cv2.Laplacian(grey, cv2.CV_64F).var()) if grey.std() > _BLANK else 0.0
    return Frame(time, image, colours, sharp)


def _kept(looks: Iterator[Frame]) -> Iterator[Frame]:
    """The sharpest of each run of frames that show one scene; of too many runs the longest."""
    kept: list[Frame] = []
    for scene in _scenes(looks):
        kept = sorted([*kept, scene], key=lambda frame: (frame.sharpness > 0, frame.weight), reverse=True)[:MOST_FRAMES]
    seen = [frame for frame in kept if frame.sharpness > 0]
    yield from seen or kept[:1]


def _scenes(looks: Iterator[Frame]) -> Iterator[Frame]:
    first = best = next(looks, None)
    if first is None or best is None:
        return
    for look in looks:
        if cv2.compareHist(first.colours, look.colours, cv2.HISTCMP_BHATTACHARYYA) > _OTHER:
            yield best
            first = best = look
        else:
            sharper = look if look.sharpness > best.sharpness else best
            best = replace(sharper, weight=best.weight + 1)
    yield best
