"""Pictures: photographs, scans and screenshots, turned upright and flattened, then read."""

from __future__ import annotations

from dataclasses import replace

from selfproof import imaging, ocr
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page


def read(original: Original) -> Document:
    """One page a frame."""
    with imaging.opened(original.data) as opened:
        image = imaging.upright_pixels(opened)
    words = tuple(replace(word, page=1) for word in ocr.recognise(image, of=original.id))
    page = Page(1, image.shape[1], image.shape[0], words)
    return Document(original.id, original.media_type, Carrier.OCR, (page,))


def picture(original: Original, page: Page) -> Image:
    """The page as it was read."""
    with imaging.opened(original.data) as opened:
        opened.seek(page.number - 1)
        return imaging.upright_pixels(opened)
