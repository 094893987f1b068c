"""A safe original → a Document of pages of words with their places, whatever the carrier."""

from __future__ import annotations

import importlib
import io
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Final

import cv2
import PIL.Image

from selfproof import covers, imaging, ocr, seal_rings
from selfproof.carriers import pdf_fonts
from selfproof.errors import ReadError
from selfproof.imaging import Image
from selfproof.ink import printed
from selfproof.intake import CSV, DOCX, HTML, OFD, PDF, PICTURES, TEXT, VIDEOS, XLS, XLSX, XML, Original
from selfproof.model import Box, Document, Page, Point, Word, box_quad

CARRIERS: Final = {
    XML: "xml",
    OFD: "ofd",
    PDF: "pdf",
    DOCX: "docx",
    **dict.fromkeys((CSV, TEXT, HTML, XLS, XLSX), "table"),
    **dict.fromkeys(PICTURES, "image"),
    **dict.fromkeys(VIDEOS, "video"),
}
_DRAWN: Final = {OFD: "ofd_drawing"}  # what has no pixels: drawn for people to look at, and never read again
_REMEMBERED: Final = 4  # documents, whose bytes are kept for a second look
_REMEMBERED_PAGES: Final = 2  # of the last document, whose pixels are kept, up to 36 MB each
_pictures: OrderedDict[tuple[str, int, float, float, tuple[float, ...] | None], Image] = OrderedDict()
_originals: OrderedDict[str, Original] = OrderedDict()
_AT_EDGE: Final = 0.25  # of a word's height: so near to the picture's edge is what goes on beyond it
_CUT_LINES: Final = 3  # words at one edge, so that it cuts what is printed
_PANIC: Final = "PanicException"  # of readers written in Rust; no Exception, and its class cannot be imported
_MARGIN: Final = 0.35  # of a box's height, added around it before a second look
_LINE: Final = 64  # pixels of a line's height in a second look; the recogniser itself works at 48
_MOST_SCALE: Final = 4.0
_SHOWN: Final = 1600  # pixels of the longer side: legible on a phone and on a reviewer's screen


def read(original: Original) -> Document:
    """Raises ReadError when the content cannot be read; words know their page."""
    _pictures.clear()  # of the document before
    if original.media_type != PDF:
        pdf_fonts.let_go()
    document = _read_whole(original)
    _originals[original.id] = original
    _originals.move_to_end(original.id)
    while len(_originals) > _REMEMBERED:
        _originals.popitem(last=False)
    return numbered(document)


def _read_whole(original: Original) -> Document:
    carrier = _carrier(original.media_type)
    try:
        document: Document = carrier.read(original)
    except (MemoryError, RecursionError) as error:
        raise ReadError("truncated") from error
    except BaseException as error:
        if type(error).__name__ == _PANIC:
            raise ReadError("truncated") from error
        raise
    return document


def numbered(document: Document) -> Document:
    """The document with every word bearing the number of its page."""
    pages = tuple(_numbered(page) for page in document.pages)
    return replace(document, pages=pages, papers=tuple(numbered(paper) for paper in document.papers))


def _numbered(page: Page) -> Page:
    if all(word.page == page.number for word in page.words):
        return page  # the same one: what was computed of it is kept by its identity
    return replace(page, words=tuple(replace(word, page=page.number) for word in page.words))


def again(document: Document, page: int, box: Box, *, bold: bool = False) -> tuple[Word, ...]:
    """A second look at a place: larger, and with red (a seal) taken away. Quads are those of the page.

    bold: of the darkest ink only, without a watermark. Empty when there is nothing to look at: a carrier without a
    picture, or a document read by another process.
    """
    image = _remembered(document, page)
    if image is None:
        return ()
    cleaned = imaging.without_pale if bold else imaging.without_red
    return tuple(replace(word, page=page) for word in _look(image, box, document.id, cleaned))


def sealed(document: Document) -> tuple[Word, ...]:
    """What stands along the rings of the seals on its pages, each word at its seal; empty as for `again`."""
    images = [(page.number, _remembered(document, page.number)) for page in document.pages]
    read = ((page, seal_rings.read_along(image, of=document.id)) for page, image in images if image is not None)
    return tuple(replace(word, page=page) for page, words in read for word in words)


def pointed(document: Document, page: int, box: Box) -> tuple[Word, ...]:
    """What stands at a place that a person points at: a second look at the pixels, or the file's own words there."""
    if document.media_type not in _DRAWN:
        return again(document, page, box)
    left, top, right, bottom = box
    middles = ((word, *_middle(word)) for word in document.words if word.page == page)
    return tuple(word for word, x, y in middles if left <= x <= right and top <= y <= bottom)


def _middle(word: Word) -> Point:
    left, top, right, bottom = word.box
    return (left + right) / 2, (top + bottom) / 2


def is_cut_off(document: Document, words: Sequence[Word]) -> bool:
    """Whether one of the words is but a part of what is printed: at its end lies a cover or the picture's edge."""
    if any(_runs_off(document, word) for word in words):
        return True
    for word in words:
        image = _remembered(document, word.page) if word.alternatives else None
        if image is not None and covers.cuts(image, word.quad):
            return True
    return False


def _runs_off(document: Document, word: Word) -> bool:
    """Whether a recognised word reaches an edge of the picture at which other lines end as well: it goes on beyond."""
    if not word.alternatives:
        return False
    page = next(page for page in document.pages if page.number == word.page)
    sides = [side for side in _SIDES if side(page, word)]
    return any(sum(side(page, other) for other in page.words) >= _CUT_LINES for side in sides)


def _reach(page: Page, word: Word) -> float:
    return _AT_EDGE * word.height * page.height / page.width


_SIDES: tuple[Callable[[Page, Word], bool], ...] = (
    lambda page, word: word.box[0] < _reach(page, word),
    lambda page, word: word.box[2] > 1 - _reach(page, word),
)


def with_codes(document: Document) -> Document:
    """A part of a picture with the QR codes that stand on it, and no others."""
    images = [image for page in document.pages if (image := _remembered(document, page.number)) is not None]
    found = [code for image in images for code in imaging.codes(image)]
    kept = {name: value for name, value in document.signals.items() if name != "qr"}
    return replace(document, signals={**kept, **({"qr": "\n".join(found)} if found else {})})


def cells(document: Document, page: int, boxes: Sequence[Box]) -> list[Word | None]:
    """What cells of one line say, all recognised at once as they are: the detector passes over an only glyph.

    A word's quad is its print; None for a cell without print, and for all where there is nothing to look at.
    """
    image = _remembered(document, page)
    parts = [printed(image, box) if image is not None else None for box in boxes]
    crops = [(place, part) for place, part in enumerate(parts) if part is not None]
    found: list[Word | None] = [None] * len(boxes)
    for (place, (_, box)), word in zip(
        crops, ocr.read_lines([part[0] for _, part in crops], of=document.id), strict=True
    ):
        found[place] = replace(word, quad=box_quad(box), page=page) if word.text.strip() else None
    return found


def _remembered(document: Document, page: int) -> Image | None:
    """The page's pixels, where the document has a picture and was read by this process."""
    original = _originals.get(document.id.partition("#")[0])
    shown = next((item for item in document.pages if item.number == page), None)
    if original is None or shown is None or not hasattr(_carrier(original.media_type), "picture"):
        return None
    return _picture(original, shown)


def page_image(original: Original, page: int) -> bytes:
    """The page (from 1) as PNG, upright and flattened, in the geometry of its words; ReadError where there is none."""
    if original.media_type in _DRAWN:
        image = _drawn(original, page)
    elif hasattr(_carrier(original.media_type), "picture"):
        image = _picture(original, read(original).pages[page - 1])
    else:
        image = None
    if image is None:
        raise ReadError("no_picture")
    return cv2.imencode(".png", image)[1].tobytes()


def _drawn(original: Original, page: int) -> Image | None:
    """The page drawn anew; None behind the printed ones, and where this machine cannot draw it."""
    drawing = importlib.import_module(f"selfproof.carriers.{_DRAWN[original.media_type]}")
    image: Image | None = drawing.picture(original, page)
    return image


def pictures(document: Document) -> Iterator[tuple[int, bytes]]:
    """Each page (from 1) of a document just read as WebP, at most 1600 pixels a side, in the geometry of its words.

    Nothing for a carrier without pictures, or a document that another process read. OFD is drawn anew from what the
    file says, without the page that stands for its structured values.
    """
    original = _originals.get(document.id)
    drawn = document.media_type in _DRAWN
    if original is None or not (drawn or hasattr(_carrier(document.media_type), "picture")):
        return
    for page in document.pages:
        image = _drawn(original, page.number) if drawn else _picture(original, page)
        if image is None:
            continue
        scale = min(1.0, _SHOWN / max(image.shape[:2]))
        smaller = imaging.scaled(image, scale)
        yield page.number, _webp(smaller)


def _webp(image: Image) -> bytes:
    """Pillow's method 2 takes less than half the time of OpenCV's encoder, for one byte in twenty more."""
    into = io.BytesIO()
    PIL.Image.fromarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB)).save(into, "WEBP", quality=80, method=2)
    return into.getvalue()


def _picture(original: Original, page: Page) -> Image:
    """The page's pixels, the last few kept: an extractor looks at one page many times."""
    key = (original.id, page.number, page.width, page.height, page.transform)
    image = _pictures.pop(key, None)
    if image is None:
        image = _carrier(original.media_type).picture(original, page)
    _pictures[key] = image
    while len(_pictures) > _REMEMBERED_PAGES:
        _pictures.popitem(last=False)
    return image


def _carrier(media_type: str) -> ModuleType:
    name = CARRIERS.get(media_type)
    if name is None:
        raise ReadError("wrong_type", type=media_type)
    return importlib.import_module(f"selfproof.carriers.{name}")


def _look(image: Image, box: Box, of: str, cleaned: Callable[[Image], Image]) -> list[Word]:
    height, width = image.shape[:2]
    left, top, right, bottom = box
    margin = (bottom - top) * height * _MARGIN
    x, y = max(0, int(left * width - margin)), max(0, int(top * height - margin))
    crop = image[y : int(bottom * height + margin) + 1, x : int(right * width + margin) + 1]
    if min(crop.shape[:2]) == 0:
        return []
    scale = min(max(_LINE / ((bottom - top) * height), 1.0), _MOST_SCALE)
    larger = imaging.scaled(cleaned(crop), scale)
    part = (x / width, y / height, crop.shape[1] / width, crop.shape[0] / height)
    return [_on_page(word, part) for word in _read_crop(larger, of)]


def _read_crop(crop: Image, of: str) -> list[Word]:
    found = list(ocr.recognise(crop, of=of))
    if found:
        return found
    (line,) = ocr.read_lines([crop], of=of)
    return [replace(line, quad=box_quad((0.0, 0.0, 1.0, 1.0)))] if line.text.strip() else []


def _on_page(word: Word, part: tuple[float, float, float, float]) -> Word:
    x, y, width, height = part
    one, two, three, four = ((round(x + px * width, 6), round(y + py * height, 6)) for px, py in word.quad)
    return replace(word, quad=(one, two, three, four))
