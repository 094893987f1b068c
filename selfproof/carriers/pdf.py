"""PDF: the text layer where there is one worth reading, else the rendered page through OCR.

What is not printed is no word: text that leaves no trace in the rendered page becomes the signal ``hidden_text``.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pypdfium2

from selfproof import ocr, signatures
from selfproof.carriers import pdf_text
from selfproof.carriers.pdf_text import Frame, Glyph
from selfproof.errors import ReadError
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page, Word

MOST_PAGES: Final = 50
DPI: Final = 200
_POINTS = 72
_ODD_SHARE = 0.1  # of glyphs without meaning, beyond which a text layer is garbage
_CONTRAST = 20  # grey levels (of 255) between ink and paper, below which nobody sees it


def read(original: Original) -> Document:
    """Up to 50 pages. Raises ReadError: encrypted, truncated."""
    pages: list[Page] = []
    signals: dict[str, list[str]] = {}
    with _opened(original.data) as pdf:
        for number in range(1, min(len(pdf), MOST_PAGES) + 1):
            page, found = _page(pdf[number - 1], number, original.id)
            pages.append(page)
            for name, values in found.items():
                signals.setdefault(name, []).extend(values)
        notes = ("too_many_pages",) if len(pdf) > MOST_PAGES else ()
    carrier = Carrier.OCR if _mostly_recognised(pages) else Carrier.PDF_TEXT
    joined = {name: "\n".join(dict.fromkeys(values)) for name, values in signals.items() if values}
    joined |= signatures.pdf_signals(original.data)
    return Document(original.id, original.media_type, carrier, tuple(pages), signals=joined, notes=notes)


def picture(original: Original, page: Page, dpi: int = DPI) -> Image:
    """The page as it was read, upright, at a resolution."""
    with _opened(original.data) as pdf:
        shown = pdf[page.number - 1]
        return _rendered(shown, int(page.transform[-1]) if page.transform else 0, dpi)


def _opened(data: bytes) -> Any:  # noqa: ANN401  pypdfium2 ships no types
    try:
        return pypdfium2.PdfDocument(io.BytesIO(data))
    except pypdfium2.PdfiumError as error:
        raise ReadError("encrypted" if "password" in str(error).lower() else "truncated") from error


def _rendered(page: Any, turns: int, dpi: int = DPI) -> Image:  # noqa: ANN401  pypdfium2 ships no types
    width, height = page.get_size()
    scale = min(dpi / _POINTS, 6000 / max(width, height, 1.0))
    bitmap = page.render(scale=scale, rotation=90 * turns, draw_annots=True)
    return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])


def _page(shown: Any, number: int, document: str) -> tuple[Page, dict[str, list[str]]]:  # noqa: ANN401
    width, height = shown.get_size()
    frame = Frame(width, height)
    image = _rendered(shown, 0)
    glyphs = pdf_text.glyphs(shown, frame)
    words, hidden = _seen(pdf_text.words(glyphs, frame), image)
    if _is_garbage(glyphs) or not words:
        words = list(ocr.recognise(image, of=document))
    stamped = tuple(replace(word, page=number) for word in words)
    return Page(number, width, height, stamped), {"hidden_text": hidden, "slanted_text": pdf_text.slanted(glyphs)}


def _is_garbage(glyphs: Sequence[Glyph]) -> bool:
    texts = [glyph.char for glyph in glyphs if not glyph.char.isspace()]
    odd = sum(_is_odd(char) for char in texts)
    return odd > _ODD_SHARE * len(texts)


def _is_odd(char: str) -> bool:
    return char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000" or not char.isprintable()


def _seen(words: Sequence[Word], image: Image) -> tuple[list[Word], list[str]]:
    """The words that can be seen in the rendered page, and the texts of those that cannot."""
    grey = image.min(axis=2)
    seen, hidden = [], []
    for word in words:
        if _has_ink(grey, word):
            seen.append(word)
        else:
            hidden.append(word.text)
    return seen, hidden


def _has_ink(grey: Image, word: Word) -> bool:
    height, width = grey.shape
    left, top, right, bottom = word.box
    part = grey[
        max(0, int(top * height)) : int(bottom * height) + 1, max(0, int(left * width)) : int(right * width) + 1
    ]
    return part.size > 0 and int(part.max()) - int(part.min()) > _CONTRAST


def _mostly_recognised(pages: Sequence[Page]) -> bool:
    words = [word for page in pages for word in page.words]
    recognised = sum(bool(word.alternatives) for word in words)
    return recognised * 2 > len(words)
