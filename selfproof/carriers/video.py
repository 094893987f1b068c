"""Short videos: their key frames are the pages, and each is a photo of its own, read as photos are.

What moves past a camera is no document: only over a shop front or a factory seen from outside is text sought, and only
what is written as large as a sign is kept.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from selfproof import goods, ocr, video
from selfproof.carriers import prints
from selfproof.errors import IntakeError, ReadError
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page, Word
from selfproof.video import Frame
from selfproof.vision import scenes

_LARGE: Final = 0.04  # height of a sign's glyphs in shorter sides of the frame, as on photos
_SOUGHT: Final = 960  # pixels of the longer side, at which signs are sought
_REMEMBERED: Final = 1  # video, whose frames are kept until they have been seen
_frames: OrderedDict[str, tuple[Frame, ...]] = OrderedDict()


def read(original: Original) -> Document:
    """A page for each key frame, and each of them as a photo. Raises ReadError truncated, no_video."""
    frames = _key_frames(original)
    told = video.signals(original.data)
    seen = [_seen(frame, original.id) for frame in frames]
    pages = [_page(*each, document=original.id) for each in enumerate(zip(frames, seen, strict=True), 1)]
    signals = {**told, "video.frames": str(len(frames))}
    whole = Document(original.id, original.media_type, Carrier.OCR, tuple(pages), signals=signals)
    made = {name: text for name, text in told.items() if name.startswith("exif.")}
    photos = [replace(whole, pages=(page,), signals={**made, **shown}) for page, shown in zip(pages, seen, strict=True)]
    return replace(whole, papers=tuple(photos))


def picture(original: Original, page: Page) -> Image:
    """The key frame that is this page."""
    return _key_frames(original)[page.number - 1].image


def _seen(frame: Frame, document: str) -> dict[str, str]:
    scene = scenes.signals(frame.image, of=document)
    scene |= goods.signals(frame.image, scene["scene.label"])
    return {"frame.time": f"{frame.time:.1f}", **prints.signals(frame.image), **scene}


def _page(number: int, seen: tuple[Frame, dict[str, str]], *, document: str) -> Page:
    """A frame as a page, with what is written on a front."""
    frame, signals = seen
    height, width = frame.image.shape[:2]
    front = signals["scene.label"] in scenes.FACADES
    words = ocr.recognise(frame.image, side=_SOUGHT, of=document) if front else ()
    return Page(number, width, height, tuple(word for word in words if _is_large(word, width, height)))


def _is_large(word: Word, width: int, height: int) -> bool:
    left, top, right, bottom = word.box
    return min((right - left) * width, (bottom - top) * height) >= _LARGE * min(width, height)


def _key_frames(original: Original) -> tuple[Frame, ...]:
    if original.id not in _frames:
        try:
            _frames[original.id] = video.key_frames(original.data)
        except IntakeError as error:
            raise ReadError(error.code) from error
        while len(_frames) > _REMEMBERED:
            _frames.popitem(last=False)
    return _frames[original.id]
