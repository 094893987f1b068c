"""Pictures: photographs, scans and screenshots, turned upright and flattened, then read.

A picture with next to no text is a scene (a shop front, a workshop): its words are read as they are and nothing is
turned or cut.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from selfproof import flatten, imaging, ocr, seals, upright, vision
from selfproof.errors import ReadError
from selfproof.exif import exif
from selfproof.imaging import Homography, Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page

MOST_FRAMES: Final = 50
_FEW_LINES: Final = 6  # a picture with fewer is a scene
_MOST_SIDE: Final = 32_000  # pixels that OpenCV can warp
_LEGIBLE: Final = 0.5  # what the recogniser is less sure of is mostly texture
_MOST_TEXT: Final = 300  # legible characters; packed shelves have some 250, and a page with more is a document
_LOOK: Final = 736  # pixels of the longer side: enough to see where lines run


@dataclass(frozen=True, slots=True)
class Posture:
    """How a picture becomes a page of so many pixels.

    transform: row-major homography from the page's pixels to the picture's; None when the picture is left as it is.
    """

    width: int
    height: int
    transform: tuple[float, ...] | None
    several: bool = False


def read(original: Original) -> Document:
    """One page a frame, 50 at most. Raises ReadError truncated when a frame cannot be decoded."""
    pages: list[Page] = []
    notes: dict[str, None] = {}
    signals: dict[str, str] = _file_signals(original.data)
    codes: dict[str, None] = {}
    for number, image in enumerate(frames(original.data), 1):
        posture = _posture(image)
        flat = _applied(image, posture)
        pages.append(_page(flat, number, posture, original.id))
        codes |= dict.fromkeys(imaging.codes(image, *([] if flat is image else [flat])))
        if posture.several:
            notes["several_documents"] = None
        if number == 1 and (fingerprint := imaging.fingerprint(image)):
            signals["pdq"] = fingerprint
        signals |= _scene(image, pages[0]) if number == 1 else {}
        if number == MOST_FRAMES:
            notes["too_many_pages"] = None
            break
    signals |= {"qr": "\n".join(codes)} if codes else {}
    return Document(original.id, original.media_type, Carrier.OCR, tuple(pages), signals=signals, notes=tuple(notes))


def picture(original: Original, page: Page) -> Image:
    """The page as it was read: upright and flat."""
    image = next(itertools.islice(frames(original.data), page.number - 1, None))
    return _applied(image, Posture(int(page.width), int(page.height), page.transform))


def frames(data: bytes) -> Iterator[Image]:
    """Each page of a TIFF, the first picture of anything else, after its EXIF orientation."""
    try:
        with imaging.opened(data) as opened:
            for number in range(getattr(opened, "n_frames", 1) if opened.format == "TIFF" else 1):
                opened.seek(number)
                yield imaging.upright_pixels(opened)
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise ReadError("truncated") from error


def _posture(image: Image) -> Posture:
    height, width = image.shape[:2]
    lines = ocr.lines(image, side=_LOOK) if max(height, width) < _MOST_SIDE else []
    if len(lines) < _FEW_LINES:
        return Posture(width, height, None)
    turns = upright.quarter_turns(image, lines)
    turning, size = upright.turning(turns, width, height)
    standing, turned = np.ascontiguousarray(np.rot90(image, -turns)), upright.turned_lines(lines, turns, turning)
    several = flatten.several_pages(standing, turned)
    flat = None if several else flatten.flattening(standing, turned)
    if flat is not None:
        return Posture(*flat[1], _transform(flat[0] @ turning))
    return Posture(*size, _transform(turning) if turns else None, several)


def _transform(homography: Homography) -> tuple[float, ...]:
    """Back from the page to the picture, in ten digits: what is stored is what was used."""
    inverse = np.linalg.inv(homography)
    return tuple(float(f"{value:.10g}") for value in (inverse / inverse[2, 2]).ravel())


def _applied(image: Image, posture: Posture) -> Image:
    if posture.transform is None:
        return image
    return imaging.warped(image, posture.transform, (posture.width, posture.height))


def _page(flat: Image, number: int, posture: Posture, document: str) -> Page:
    large = imaging.enlarged(flat)
    words = seals.read_under(large, ocr.recognise(large, of=document), of=document)
    return Page(number, posture.width, posture.height, tuple(words), posture.transform)


def _scene(image: Image, page: Page) -> dict[str, str]:
    """What the picture shows, where it has too little text to be a document of any length."""
    legible = sum(len(word.text) for word in page.words if word.confidence >= _LEGIBLE)
    return vision.signals(image) if legible <= _MOST_TEXT else {}


def _file_signals(data: bytes) -> dict[str, str]:
    with imaging.opened(data) as opened:
        return {f"exif.{name}": value for name, value in exif(opened).items()}
