"""Pictures: photographs, scans and screenshots, turned upright and flattened, then read.

A picture with next to no text is a scene (a shop front, a workshop): its words are read as they are and nothing is
turned or cut.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from selfproof import goods, imaging, papers, posture, quality, screens
from selfproof.carriers import prints
from selfproof.errors import ReadError
from selfproof.exif import exif
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page
from selfproof.papers import Laid, Paper
from selfproof.posture import Posture
from selfproof.vision import scenes
from selfproof.vision.seen import Seen, look

MOST_FRAMES: Final = 50
_LEGIBLE: Final = 0.5  # what the recogniser is less sure of is mostly texture
_last: dict[tuple[str, int, tuple[float, ...] | None], Image] = {}  # the pixels of the page that was read last
_MOST_TEXT: Final = 300  # legible characters; packed shelves have some 250, and a page with more is a document


def read(original: Original) -> Document:
    """One page a frame, 50 at most. Raises ReadError truncated when a frame cannot be decoded."""
    pages: list[Page] = []
    notes: dict[str, None] = {}
    codes: dict[str, None] = {}
    found: list[Paper] = []
    signals, seen = _file_signals(original.data), Seen()
    for number, image in enumerate(frames(original.data), 1):
        if number > MOST_FRAMES:
            notes["too_many_pages"] = None
            break
        stance, flat, page = posture.read(image, number, original.id)
        _last.clear()
        _last.update({(original.id, number, page.transform): flat} if page else {})
        laid = _laid(image, flat, page) if page else papers.read(image, stance, number, original.id)
        pages.append(laid.page)
        found += laid.papers
        codes |= dict.fromkeys(laid.codes)
        notes |= {"several_documents": None} if stance.papers else {}
        if number == 1:
            signals |= _first_look(image, laid.page, original.id) | _of_a_screen(original.data, image, laid.page)
            if "scene.label" in signals:
                seen = look(flat, laid.page.words)
    signals |= seen.signals
    whole = Document(original.id, original.media_type, Carrier.OCR, tuple(pages), (), signals, tuple(notes), seen.words)
    bare = replace(whole, signals=papers.shared(signals), seen=())
    several = tuple(_document(bare, (page,), own) for page, own in found) if len(pages) == 1 else ()
    return replace(_document(whole, whole.pages, tuple(codes)), papers=several)


def _laid(image: Image, flat: Image, page: Page) -> Laid:
    """A picture's only paper, with the codes that can be read on it as it is or flattened."""
    codes = imaging.codes(image, *([] if flat is image else [flat]))
    return Laid(page, codes=tuple(codes))


def _document(whole: Document, pages: tuple[Page, ...], codes: tuple[str, ...]) -> Document:
    """Some pages of a file with the codes that they bear."""
    signals = {**whole.signals, **({"qr": "\n".join(codes)} if codes else {})}
    return replace(whole, pages=pages, signals=signals)


def picture(original: Original, page: Page) -> Image:
    """The page as it was read: upright and flat."""
    known = _last.get((original.id, page.number, page.transform))
    if known is not None and known.shape[:2] == (page.height, page.width):
        return known
    image = next(itertools.islice(frames(original.data), page.number - 1, None))
    return posture.applied(image, Posture(int(page.width), int(page.height), page.transform))


def frames(data: bytes) -> Iterator[Image]:
    """Each page of a TIFF, the first picture of anything else, after its EXIF orientation."""
    count, number = 1, 0
    while number < count:
        pixels, count = _frame(data, number)
        yield pixels
        number += 1


def _frame(data: bytes, number: int) -> tuple[Image, int]:
    """A frame and how many there are; opened anew for each, since Pillow holds a copy of the pixels while it is."""
    try:
        with imaging.opened(data) as opened:
            count = getattr(opened, "n_frames", 1) if opened.format == "TIFF" else 1
            opened.seek(number)
            return imaging.upright_pixels(opened), count
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise ReadError("truncated") from error


def _first_look(image: Image, page: Page, document: str) -> dict[str, str]:
    """Fingerprint and quality, and what it shows where it has too little text to be a document of any length."""
    legible = sum(len(word.text) for word in page.words if word.confidence >= _LEGIBLE)
    scene = scenes.signals(image, of=document) if legible <= _MOST_TEXT else {}
    scene |= goods.signals(image, scene.get("scene.label", ""))
    fingerprint = imaging.fingerprint(image) if not scene else ""
    known_by = prints.signals(image) if scene else {"pdq": fingerprint} if fingerprint else {}
    return {**known_by, **quality.signals(image), **scene}


def _of_a_screen(data: bytes, image: Image, page: Page) -> dict[str, str]:
    with imaging.opened(data) as opened:
        return screens.signals(image, page, opened)


def _file_signals(data: bytes) -> dict[str, str]:
    with imaging.opened(data) as opened:
        return {f"exif.{name}": value for name, value in exif(opened).items()}
