"""Video (视频): a short walk through a workshop, a warehouse or a shop.

Its key frames are photos, and like all photos together they are one vote that a business exists; more frames show no
more of it, and no amount is read from any. How long it is and when, where and by which device it was taken is what the
container says of itself (ISO/IEC 14496-12, and the keys that phones add), which its owner can edit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from extractors import photo
from selfproof import values
from selfproof.model import Document, Word, box_quad

Spot: TypeAlias = tuple[str, Sequence[Word]]

_MADE = ("capture_time", "capture_place", "device", "software")
FIELDS = {"duration": values.number, "key_frames": values.count, **{name: photo.FIELDS[name] for name in _MADE}}
LABELS: dict[str, tuple[str, ...]] = {}
SIGNALS = {
    "duration": "video.duration",
    "key_frames": "video.frames",
    **{name: photo.SIGNALS[name] for name in _MADE},
}


def identify(document: Document) -> float:
    """By what only a video has; its frames are photos."""
    return 0.95 if "video.duration" in document.signals else 0.0


def locate(document: Document) -> Iterator[Spot]:
    """What the container says, shown on the whole of the first frame."""
    for field, signal in SIGNALS.items():
        if signal in document.signals:
            yield field, (Word(document.signals[signal], box_quad((0.0, 0.0, 1.0, 1.0)), path=signal, page=1),)
