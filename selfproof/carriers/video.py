"""Short videos: their key frames are the pages, and each is a photo of its own, read as photos are.

No text is sought on a frame: what moves past a camera is no document.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from selfproof import goods, video, vision
from selfproof.carriers import prints
from selfproof.errors import IntakeError, ReadError
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page
from selfproof.video import Frame

_REMEMBERED: Final = 1  # video, whose frames are kept until they have been seen
_frames: OrderedDict[str, tuple[Frame, ...]] = OrderedDict()


def read(original: Original) -> Document:
    """A page for each key frame, and each of them as a photo. Raises ReadError truncated, no_video."""
    frames = _key_frames(original)
    told = video.signals(original.data)
    pages = [Page(number, frame.image.shape[1], frame.image.shape[0], ()) for number, frame in enumerate(frames, 1)]
    signals = {**told, "video.frames": str(len(frames))}
    whole = Document(original.id, original.media_type, Carrier.OCR, tuple(pages), signals=signals)
    made = {name: text for name, text in told.items() if name.startswith("exif.")}
    photos = [
        replace(whole, pages=(page,), signals={**made, **_seen(frame, original.id)})
        for page, frame in zip(pages, frames, strict=True)
    ]
    return replace(whole, papers=tuple(photos))


def picture(original: Original, page: Page) -> Image:
    """The key frame that is this page."""
    return _key_frames(original)[page.number - 1].image


def _seen(frame: Frame, document: str) -> dict[str, str]:
    scene = vision.signals(frame.image, of=document)
    scene |= goods.signals(frame.image, scene["scene.label"])
    return {"frame.time": f"{frame.time:.1f}", **prints.signals(frame.image), **scene}


def _key_frames(original: Original) -> tuple[Frame, ...]:
    if original.id not in _frames:
        try:
            _frames[original.id] = video.key_frames(original.data)
        except IntakeError as error:
            raise ReadError(error.code) from error
        while len(_frames) > _REMEMBERED:
            _frames.popitem(last=False)
    return _frames[original.id]
