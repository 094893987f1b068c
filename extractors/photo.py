"""Photo (照片): a shop front, its inside, shelves, a warehouse, a workshop, a factory from outside, a vehicle, a field.

A scene shows that a business exists and names it by its sign; it states no amount. What the scene is, a vision model
said when the picture was read, and how full of goods shelves or a warehouse look is its estimate (empty, sparse,
medium, full, or unsure); a picture full of text is a document and no photo. Time, place and device are what the file
says of itself (Exif 3.0, CIPA DC-008), which its owner can edit. A key frame of a video is a photo that knows its
second in the video.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from statistics import median
from typing import TypeAlias

from selfproof import layout, values
from selfproof.model import Carrier, Derived, Document, Page, Word, box_quad
from selfproof.vision import detector, language, scenes

Spot: TypeAlias = tuple[str, Sequence[Word]] | tuple[str, int, Sequence[Word]]

_LEGIBLE = 0.5  # what the recogniser is less sure of is mostly texture
_SURE = 0.8  # a sign that is shown to anyone must be read for certain
_MOST_OF_A_SCENE = 300  # legible characters: packed shelves and shop fronts have up to some 250, documents more
_MOST_OF_ANY = 100  # the same where the scene is not a business: a receipt or a ticket has more
_LINES_OF_ANY = 12
_FEWEST_LINES = 5  # that make a text
_EVEN, _MOST_EVEN = 0.3, 0.6  # of their middle height, by which lines of one text differ, and the share that does not
_LONG = 15  # signs of a line of a sentence
_CLAUSE = re.compile(r"[\u4e00-\u9fff\d)）][，。；,;]")
_LARGE = 0.04  # height of a sign's glyphs in shorter sides of the photo
_ALIKE = 0.8  # lines this near the tallest are as tall
_INVOICE_QR = re.compile(r"^01,", re.MULTILINE)
_LETTERS = re.compile(r"[^\W\d_]")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def _moment(printed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(printed)
    except ValueError:
        return None


SCENE = True
FIELDS = {
    "scene": values.text,
    "scene_confidence": values.number,
    "scene_second": values.text,
    "scene_opinion": values.text,
    "goods_density": values.text,
    "sign_text": values.text,
    "frame_time": values.number,
    "capture_time": _moment,
    "capture_place": values.text,
    "device": values.text,
    "software": values.text,
    "items.object": values.text,
    "items.machine": values.text,
    "items.goods": values.text,
    "items.sign": values.text,
}
LABELS: dict[str, tuple[str, ...]] = {}
SIGNALS = {
    "scene": "scene.label",
    "scene_confidence": "scene.confidence",
    "scene_second": "scene.second",
    "scene_opinion": "scene.opinion",
    "goods_density": "scene.goods",
    "frame_time": "frame.time",
    "capture_time": "exif.time",
    "capture_place": "exif.gps",
    "device": "exif.device",
    "software": "exif.software",
}
_SURENESS = {
    "scene.label": "scene.confidence",
    "scene.confidence": "scene.confidence",
    "scene.second": "scene.second_confidence",
    "scene.opinion": "scene.opinion_confidence",
    "scene.goods": "scene.goods_confidence",
}


def identify(document: Document) -> float:
    """0.5 to 0.9 for a single picture with little text, the more the less there is; else 0."""
    scene = document.signals.get("scene.label")
    if scene is None or document.carrier is not Carrier.OCR or len(document.pages) != 1:
        return 0.0
    if _INVOICE_QR.search(document.signals.get("qr", "")):
        return 0.0
    business = scene not in {"other", "unsure"}
    most = _MOST_OF_A_SCENE if business else _MOST_OF_ANY
    legible = sum(len(word.text) for word in document.words if word.confidence >= _LEGIBLE)
    if legible > most or not (business or len(document.words) <= _LINES_OF_ANY):
        return 0.0
    if scene == "other" and (_running(document.pages[0]) or _says(document.pages[0])):
        return 0.0
    return 0.9 - 0.4 * legible / most


def _running(page: Page) -> bool:
    """Whether most of five lines or more are of one height: a note, a rule or a chat; signs differ, or are few."""
    heights = [_glyph(word, page) for word in page.words if word.confidence >= _SURE and len(word.text.strip()) > 1]
    middle = median(heights) if len(heights) >= _FEWEST_LINES else 0.0
    even = sum(abs(height - middle) <= _EVEN * middle for height in heights)
    return bool(middle) and even > _MOST_EVEN * len(heights)


def _says(page: Page) -> bool:
    """Whether lines are parts of sentences, as in a deed or a diploma: signs have no commas."""
    lines = [word.text for word in page.words if word.confidence >= _LEGIBLE and _CLAUSE.search(word.text)]
    return len(lines) > 1 and max(map(len, lines)) >= _LONG


def locate(document: Document) -> Iterator[Spot]:
    """What the signals say of the whole picture, the sign over a facade, and what optional models pointed at."""
    for field, signal in SIGNALS.items():
        if signal in document.signals:
            yield field, (_told(document, signal),)
    if document.signals.get("scene.label") in scenes.FACADES:
        sign = _sign(document.pages[0])
        if sign:
            yield "sign_text", sign
    for row, word in enumerate(document.seen):
        yield _pointed(word), row, (word,)


def derive(document: Document) -> Iterator[Derived]:
    """How many people, vehicles and machines were counted, with all their boxes; at least so many were there."""
    counted = [word for word in document.seen if word.path.startswith(detector.PATH)]
    for path in dict.fromkeys(word.path for word in counted):
        words = tuple(word for word in counted if word.path == path)
        kinds = Counter(word.text for word in words)
        printed = ", ".join(f"{name} × {count}" for name, count in sorted(kinds.items()))
        yield Derived(path.removeprefix(detector.PATH), len(words), printed, words)


def _pointed(word: Word) -> str:
    """The field of a thing that a model pointed at: what a vision-language model called it, or an object."""
    kind = word.path.removeprefix(language.PATH)
    return "object" if kind == word.path else kind


def _told(document: Document, signal: str) -> Word:
    """A signal as a word over the whole page; a scene is as sure as the model was."""
    sure = document.signals.get(_SURENESS.get(signal, ""), "1")
    whole, page = box_quad((0.0, 0.0, 1.0, 1.0)), document.pages[0].number
    return Word(document.signals[signal], whole, float(sure), path=signal, page=page)


def _sign(page: Page) -> list[Word]:
    """The widest of the tallest lines, with what stands close to it in glyphs of much the same height."""
    lines = [word for word in page.words if _is_sign(word, page)]
    candidates = _named(lines, page)
    tallest = max((_glyph(word, page) for word in candidates), default=0.0)
    tall = (word for word in candidates if _glyph(word, page) >= _ALIKE * tallest)
    main = max(tall, key=lambda word: _glyph(word, page) * _span(word, page), default=None)
    if main is None:
        return []
    near = [word for word in lines if word is main or _belongs(word, main, page)]
    return [word for row in layout.rows(near) for word in row]


def _named(lines: Sequence[Word], page: Page) -> Sequence[Word]:
    """The Chinese lines, unless all are small beside the others: businesses are registered under Chinese names."""
    tallest = max((_glyph(word, page) for word in lines), default=0.0)
    chinese = [word for word in lines if _CHINESE.search(word.text)]
    return chinese if any(_glyph(word, page) >= tallest / 2 for word in chinese) else lines


def _is_sign(word: Word, page: Page) -> bool:
    """Read for certain, large, and of letters more than of digits."""
    letters = len(_LETTERS.findall(word.text))
    large = _glyph(word, page) >= _LARGE * min(page.width, page.height)
    return word.confidence >= _SURE and large and letters >= 2 and 2 * letters >= len(word.text)  # noqa: PLR2004  a word


def _side(word: Word, page: Page, corner: int) -> float:
    (x, y), (to_x, to_y) = word.quad[0], word.quad[corner]
    return math.hypot((to_x - x) * page.width, (to_y - y) * page.height)


def _glyph(word: Word, page: Page) -> float:
    """Height of the glyphs in pixels: the shorter side, for a line may run downwards."""
    return min(_side(word, page, 1), _side(word, page, 3))


def _span(word: Word, page: Page) -> float:
    return max(_side(word, page, 1), _side(word, page, 3))


def _belongs(word: Word, main: Word, page: Page) -> bool:
    """Nearly as tall (0.6 to 1.6) and within one glyph beside, above or below."""
    size = _glyph(main, page)
    across, down = _gaps(word, main)
    alike = 0.6 <= _glyph(word, page) / size <= 1.6  # noqa: PLR2004  two lines of one sign differ no more
    return alike and max(across * page.width, down * page.height) <= size


def _gaps(word: Word, other: Word) -> tuple[float, float]:
    """Empty space between two boxes, across and down, 0 where they meet."""
    (left, top, right, bottom), (o_left, o_top, o_right, o_bottom) = word.box, other.box
    return max(0.0, left - o_right, o_left - right), max(0.0, top - o_bottom, o_top - bottom)
