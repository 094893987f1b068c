"""Ink on one page: outlines, letters and pictures of OFD (GB/T 33190) become the content of a PDF of one page."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final
from xml.etree.ElementTree import Element

import pikepdf
import PIL.Image
from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path import parse_path
from fontTools.ttLib import TTFont, TTLibError

from selfproof import fonts, imaging
from selfproof.carriers.ofd_text import Affine, numbers

BROKEN: Final = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, OSError, RuntimeError, SyntaxError,
    TTLibError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What libraries raise over a font, a picture or a path that is none."""
_LINE_WIDTH: Final = 0.353  # mm, where a file does not say
_MOST_PIXELS: Final = 40_000_000  # of all pictures of a page
_MOST_PARTS: Final = 10_000  # glyphs that a glyph may be put together from
_MOST_INK: Final = 10_000_000  # characters of one page's content; a full one has a million
_OBJECT: Final = 400  # characters that an object or a letter counts for, whatever it draws
_BLENDS: Final = frozenset(
    {"Multiply", "Screen", "Overlay", "Darken", "Lighten", "ColorBurn", "HardLight", "SoftLight"}
)
_SVG: Final = {"S": "M", "M": "M", "L": "L", "Q": "Q", "B": "C", "A": "A", "C": "Z"}
_CAPS: Final = {"Butt": 0, "Round": 1, "Square": 2}
_JOINS: Final = {"Miter": 0, "Round": 1, "Bevel": 2}
_JBIG2: Final = b"\x97JB2\r\n\x1a\n"
_JBIG2_PAGE: Final = 48  # the type of the segment that tells a page's size


class Outline(BasePen):  # type: ignore[misc]  # fontTools ships no types
    """A path as operators of PDF content."""

    def __init__(self, glyphs: object = None) -> None:
        super().__init__(glyphs)
        self.said: list[str] = []
        self._parts = 0

    def addComponent(self, glyphName: str, transformation: tuple[float, ...]) -> None:  # noqa: N802, N803
        """Draw a glyph that is a part of another; ValueError where they are too many, as of parts within parts."""
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise ValueError("too many parts")
        super().addComponent(glyphName, transformation)

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.said.append(f"{_said(*pt)} m")

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802
        self.said.append(f"{_said(*pt)} l")

    def _curveToOne(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self.said.append(f"{_said(*(part for point in points for part in point))} c")

    def _closePath(self) -> None:  # noqa: N802
        self.said.append("h")


def _said(*values: float) -> str:
    return " ".join(f"{value:.4f}" for value in values)


def path(abbreviated: str) -> str:
    """AbbreviatedData as operators; raises one of BROKEN.

    >>> path("S 1 2 L 3 4")
    '1.0000 2.0000 m 3.0000 4.0000 l'
    """
    pen = Outline()
    parse_path(re.sub("[SMLQBAC]", lambda found: _SVG[found[0]], abbreviated), pen)
    return " ".join(pen.said)


class Face:
    """A font's outlines, drawn once each."""

    def __init__(self, font: Any) -> None:  # noqa: ANN401  fontTools ships no types
        self.em = float(font["head"].unitsPerEm)
        self._glyphs, self._codes, self._order = font.getGlyphSet(), font.getBestCmap() or {}, font.getGlyphOrder()
        self._known: dict[str, tuple[str, float]] = {}

    def outline(self, char: str, number: int | None = None) -> tuple[str, float] | None:
        """(operators, advance) in font units, of a character or of a glyph by its number; None where it is not."""
        name: str | None = self._codes.get(ord(char)) if number is None else self._order[number]
        if name is None:
            return None
        if name not in self._known:
            pen = Outline(self._glyphs)
            self._glyphs[name].draw(pen)
            self._known[name] = " ".join(pen.said), self._glyphs[name].width
        return self._known[name]


@cache
def local_face() -> Face:
    """This machine's Chinese font; ask `fonts.found` first."""
    place = fonts.found()
    if place is None:
        raise LookupError("no Chinese font")
    return Face(fonts.source(place))


def own_face(data: bytes) -> Face | None:
    """A font that a file brings along; None where it cannot be used."""
    try:
        return Face(TTFont(io.BytesIO(data), lazy=True))
    except BROKEN:
        return None


class Ink:
    """The content of one page, in points from its lower left corner."""

    def __init__(self) -> None:
        self._pdf = pikepdf.new()
        self._said: list[str] = []
        self._length = 0
        self._pictures = pikepdf.Dictionary()
        self._names: dict[bytes, str] = {}
        self._pixels_left = _MOST_PIXELS
        self._states = pikepdf.Dictionary()

    @property
    def full(self) -> bool:
        """Whether more is drawn than a page may hold."""
        return self._length >= _MOST_INK

    def say(self, *operators: str) -> None:
        """Add operators; once it is full they are dropped."""
        self._length += sum(map(len, operators))
        if not self.full:
            self._said += operators

    @contextmanager
    def within(
        self, matrix: Affine, *, blend: str | None = None, opaque: tuple[float, float] = (1.0, 1.0)
    ) -> Iterator[None]:
        """Draw in a space of its own. opaque: of filling and of stroking, 0..1."""
        self._said.append(f"q {_said(*matrix)} cm")  # in pairs, whatever is dropped between
        self._length += _OBJECT
        if min(opaque) < 1 or blend in _BLENDS:
            mode = pikepdf.Name(f"/{blend if blend in _BLENDS else 'Normal'}")
            name = f"/S{len(self._states)}"
            self._states[name] = pikepdf.Dictionary(ca=opaque[0], CA=opaque[1], BM=mode)
            self.say(f"{name} gs")
        try:
            yield
        finally:
            self._said.append("Q")

    def picture(self, data: bytes) -> None:
        """A picture over the unit square, y down; crossed out where it cannot be shown."""
        if data not in self._names:
            try:
                stream = self._jbig2(data) if data.startswith(_JBIG2) else self._pixels(data)
            except BROKEN:
                return self.missing()
            self._names[data] = name = f"/P{len(self._pictures)}"
            self._pictures[name] = stream
        return self.say(f"q 1 0 0 -1 0 1 cm {self._names[data]} Do Q")

    def _take(self, size: tuple[int, int]) -> None:
        """ValueError for a picture with more pixels than are left for the page."""
        if size[0] * size[1] > self._pixels_left:
            raise ValueError("too many pixels")
        self._pixels_left -= size[0] * size[1]

    def missing(self) -> None:
        """Something that is not shown, over the unit square."""
        self.say("q 0.6 G 0.01 w 0 0 1 1 re S 0 0 m 1 1 l S 0 1 m 1 0 l S Q")

    def _pixels(self, data: bytes) -> pikepdf.Stream:
        picture = imaging.opened(data)
        self._take(picture.size)
        seen = picture.convert("RGBA")
        stream = self._stream(seen.convert("RGB"), "/DeviceRGB")
        stream.SMask = self._stream(seen.getchannel("A"), "/DeviceGray")
        return stream

    def _stream(self, picture: PIL.Image.Image, space: str) -> pikepdf.Stream:
        return self._image(picture.tobytes(), picture.size, ColorSpace=pikepdf.Name(space), BitsPerComponent=8)

    def _image(self, data: bytes, size: tuple[int, int], **more: object) -> pikepdf.Stream:
        kind = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image}
        return self._pdf.make_stream(data, **kind, Width=size[0], Height=size[1], **more)

    def _jbig2(self, data: bytes) -> pikepdf.Stream:
        """The file without its header, as PDF has it (ITU-T T.88, annex D): one page, in sequence."""
        flags = data[8]
        body = data[9 if flags & 2 else 13 :]
        kind, width, height = struct.unpack(">4xB6xII", body[:19])
        if not flags & 1 or kind & 63 != _JBIG2_PAGE:
            raise ValueError("another organisation")
        self._take((width, height))
        packed = {"Filter": pikepdf.Name.JBIG2Decode, "ColorSpace": pikepdf.Name.DeviceGray, "BitsPerComponent": 1}
        return self._image(body, (width, height), **packed)

    def pdf(self, width: float, height: float) -> bytes:
        """The page, its size in points."""
        page = self._pdf.add_blank_page(page_size=(width, height))
        page.Contents = self._pdf.make_stream("\n".join(self._said).encode())
        page.Resources = pikepdf.Dictionary(XObject=self._pictures, ExtGState=self._states)
        into = io.BytesIO()
        self._pdf.save(into)
        return into.getvalue()


def colour(element: Element | None, operators: tuple[str, str, str]) -> tuple[str, float]:
    """(the operator that sets a colour in grey, RGB or CMYK, its opacity): a shading's first, or black."""
    tones = [] if element is None else [item for item in element.iter() if item.get("Value")]
    values = [_part(part) for part in tones[0].get("Value", "").split()] if tones else []
    operator = dict(zip((1, 3, 4), operators, strict=True)).get(len(values))
    said = f"{_said(*values)} {operator}" if operator else f"0 {operators[0]}"
    return said, opacity(element)


def opacity(element: Element | None) -> float:
    """The Alpha of an object or a colour, 0..1."""
    return 1.0 if element is None else min(max(numbers(element.get("Alpha"), 1, (255.0,))[0] / 255, 0.0), 1.0)


def _part(printed: str) -> float:
    return int(printed[1:], 16) / 255 if printed.startswith("#") else float(printed) / 255


def line(style: Mapping[str, str]) -> str:
    """The operators of a line's width, ends, corners and dashes."""
    width = numbers(style.get("LineWidth"), 1, (_LINE_WIDTH,))[0]
    said = [f"{_said(width)} w {_CAPS.get(style.get('Cap', ''), 0)} J {_JOINS.get(style.get('Join', ''), 0)} j"]
    dashes = [float(part) for part in style.get("DashPattern", "").split()]
    if any(dash > 0 for dash in dashes):
        said.append(f"[{_said(*dashes)}] {_said(*numbers(style.get('DashOffset'), 1, (0.0,)))} d")
    return " ".join(said)
