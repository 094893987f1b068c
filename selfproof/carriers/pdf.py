"""PDF: the text layer where there is one worth reading, else the rendered page through OCR.

The print decides. Text that leaves no trace in the rendered page, or is drawn invisibly, is no word: where the page
does not show it either, it becomes the signal ``hidden_text``. Text painted over other text is neither of the two, and
becomes the signal ``overprinted_text``. Print that the layer does not tell (a scan, letters
drawn as outlines, a filled form field) is recognised and added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pypdfium2

from selfproof import imaging, ink, layout, ocr, posture, screens, signatures, upright
from selfproof.carriers import pdf_fonts, pdf_glyphs, pdf_parts, pdf_text
from selfproof.carriers.pdf_glyphs import Frame, Glyph
from selfproof.carriers.pdf_text import Layer
from selfproof.errors import ReadError
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Carrier, Document, Page, Word
from selfproof.posture import Posture

MOST_PAGES: Final = 50
DPI: Final = 200
_LOOK_DPI: Final = 150  # enough to see where there is ink
_POINTS: Final = 72
_SIDES: Final = (1600, 6000)  # pixels of a rendered page's longer side
_ODD_SHARE: Final = 0.1  # of glyphs without meaning, beyond which a text layer is garbage
_UNTOLD: Final = (40, 0.1)  # marks of a letter's size outside the layer's words, and their share of all
_MOST_HIDDEN: Final = 2000  # characters of hidden text that are kept
_CODE_PAGES: Final = 5  # pages on which codes are sought


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page with what it says besides its words. screen: by which signs a page without a layer is a screenshot."""

    page: Page
    hidden: tuple[str, ...] = ()
    slanted: tuple[str, ...] = ()
    overprinted: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    recognised: int = 0
    screen: str = ""


def read(original: Original) -> Document:
    """Up to 50 pages. Raises ReadError: encrypted, truncated."""
    try:
        with pdf_fonts.opened(original.data) as pdf:
            sheets = [_sheet(pdf, number, original.id) for number in range(1, min(len(pdf), MOST_PAGES) + 1)]
            notes = ("too_many_pages",) if len(pdf) > MOST_PAGES else ()
    except pypdfium2.PdfiumError as error:
        raise ReadError("encrypted" if "password" in str(error).lower() else "truncated") from error
    words = sum(len(sheet.page.words) for sheet in sheets)
    carrier = Carrier.OCR if sum(sheet.recognised for sheet in sheets) * 2 > words else Carrier.PDF_TEXT
    signals = {**_signals(sheets), **pdf_parts.signals(original.data), **signatures.pdf_signals(original.data)}
    return Document(
        original.id, original.media_type, carrier, tuple(sheet.page for sheet in sheets), signals=signals, notes=notes
    )


def picture(original: Original, page: Page) -> Image:
    """The page as it was read, upright: a rendering, flattened where the page is a scan."""
    with pdf_fonts.opened(original.data) as pdf:
        shown = pdf_fonts.page(pdf, page.number)
        electronic = sorted((page.width, page.height)) == sorted(shown.get_size())
        if electronic:
            return _rendered(shown, _turns(page))
        image = _rendered(shown)
    return posture.applied(image, Posture(int(page.width), int(page.height), page.transform))


def _signals(sheets: Sequence[Sheet]) -> dict[str, str]:
    found = {
        "qr": [code for sheet in sheets for code in sheet.codes],
        "hidden_text": [text for sheet in sheets for text in sheet.hidden],
        "slanted_text": [text for sheet in sheets for text in sheet.slanted],
        "overprinted_text": [text for sheet in sheets for text in sheet.overprinted],
        "screenshot": [sheet.screen for sheet in sheets if sheet.screen],
    }
    return {name: "\n".join(dict.fromkeys(texts))[:_MOST_HIDDEN] for name, texts in found.items() if texts}


def _rendered(page: Any, turns: int = 0, dpi: int = DPI) -> Image:  # noqa: ANN401  pypdfium2 ships no types
    longer = max(*page.get_size(), 1.0)
    scale = min(max(dpi / _POINTS, _SIDES[0] * dpi / DPI / longer), _SIDES[1] / longer)
    bitmap = page.render(scale=scale, rotation=90 * turns, rev_byteorder=False, force_bitmap_format=_BGR)
    return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])


_BGR: Final = pypdfium2.raw.FPDFBitmap_BGR


def _sheet(pdf: Any, number: int, document: str) -> Sheet:  # noqa: ANN401  pypdfium2 ships no types
    shown = pdf_fonts.page(pdf, number)
    width, height = shown.get_size()
    glyphs = pdf_glyphs.glyphs(shown, Frame(width, height))
    turns = pdf_glyphs.upright_turns(glyphs)
    frame = Frame(*((height, width) if turns % 2 else (width, height)), turns)
    glyphs = pdf_glyphs.glyphs(shown, frame) if turns else glyphs
    look = _rendered(shown, turns, _LOOK_DPI)
    drawn, unmarked = (pdf_text.level([glyph for glyph in glyphs if glyph.invisible is kind]) for kind in (False, True))
    told, hidden = ([], []) if _is_garbage(glyphs) else _told(drawn, unmarked, frame, look)
    codes = tuple(imaging.codes(_rendered(shown, turns))) if number <= _CODE_PAGES else ()
    if not told:
        return _scan(_rendered(shown), number, document, (hidden, codes))
    added = _untold(_rendered(shown, turns), told, document) if _tells_too_little(look, told) else ()
    words = (*told, *added)
    transform = posture.backwards(upright.turning(turns, round(width), round(height))[0]) if turns else None
    page = Page(number, frame.width, frame.height, words, transform)
    over = tuple(pdf_text.overprinted(drawn, frame))
    return Sheet(page, _unshown(hidden, words), tuple(pdf_text.slanted(glyphs)), over, codes, len(added))


def _scan(image: Image, number: int, document: str, found: tuple[list[str], tuple[str, ...]]) -> Sheet:
    """A page without a layer worth reading; its size is in pixels, which tells it from an electronic one."""
    hidden, codes = found
    stance, flat, page = posture.read(image, number, document)
    page = page or posture.page(flat, number, stance, document)
    screen = screens.signals(image, page).get("screenshot", "")
    return Sheet(page, _unshown(hidden, page.words), codes=codes, recognised=len(page.words), screen=screen)


def _told(drawn: Layer, unmarked: Layer, frame: Frame, image: Image) -> tuple[list[Word], list[str]]:
    """The layer's words that can be seen, and the texts of those that cannot."""
    words = [(word, ink.seen(word, image)) for word in pdf_text.words(drawn, frame, ink.rules(image))]
    unseen = [word.text for word, visible in words if not visible]
    unseen += [word.text for word in pdf_text.words(unmarked, frame)]
    return [word for word, visible in words if visible], unseen


def _is_garbage(glyphs: Sequence[Glyph]) -> bool:
    texts = [glyph.char for glyph in glyphs if not glyph.char.isspace()]
    return sum(map(_is_odd, texts)) > _ODD_SHARE * len(texts)


def _is_odd(char: str) -> bool:
    return char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char >= "\U000f0000" or not char.isprintable()


def _tells_too_little(look: Image, told: Sequence[Word]) -> bool:
    """Whether many marks of a letter's size stand where the layer has no word."""
    outside = ink.glyph_count(ink.without_words(look, told))
    least, share = _UNTOLD
    return outside >= least and outside >= share * ink.glyph_count(look)


def _untold(image: Image, told: Sequence[Word], document: str) -> tuple[Word, ...]:
    """What is printed beside the layer's words."""
    return ocr.recognise(ink.without_words(image, told), of=document)


def _unshown(hidden: Sequence[str], words: Sequence[Word]) -> tuple[str, ...]:
    """Hidden text that the page does not show anyhow, as a searchable scan does."""
    shown = "".join(layout.squash(word.text) for word in words)
    return tuple(text for text in hidden if layout.squash(text) not in shown)


def _turns(page: Page) -> int:
    """Quarters clockwise, from the rotation that the transform holds."""
    if page.transform is None:
        return 0
    angle = math.degrees(math.atan2(page.transform[3], page.transform[0]))
    return round(-angle / 90) % 4
