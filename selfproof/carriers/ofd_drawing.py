"""An OFD page drawn anew from what the file says: GB/T 33190-2016, 8 (pages), 9 to 11 (paths, images, text), 15, 18.

The page becomes the content of a PDF of one page, which pdfium renders. Text is drawn with the file's own font where it
brings one along, so that it shows what other readers show, and with this machine's Chinese font otherwise. What cannot
be drawn is a crossed-out box. Clips are not applied: what stands outside of them shows, too.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import numpy as np
import pypdfium2
from ofdkit import OFDError
from ofdkit.package import Package

from selfproof import fonts, signatures
from selfproof.carriers import ofd, ofd_ink
from selfproof.carriers.ofd import Body
from selfproof.carriers.ofd_ink import BROKEN, Face, Ink
from selfproof.carriers.ofd_text import Affine, Glyph, glyphs, local, numbers, placement
from selfproof.imaging import Image
from selfproof.intake import Original
from selfproof.model import Box

_POINTS = 72 / 25.4
_SIDE = 1600  # pixels of the longer side
_DEEPEST = 16
_FILL, _STROKE = ("g", "rg", "k"), ("G", "RG", "K")
_NAMED = frozenset({"CompositeGraphicUnit", "DrawParam", "Font", "MultiMedia"})
_DRAWN = frozenset({"TextObject", "PathObject", "ImageObject", "CompositeObject"})
Style = Mapping[str, Element | str]


@dataclass
class Known:
    """What a page may name by ID: elements of the resources, and the parts that pictures and fonts lie in."""

    package: Package
    elements: dict[str, Element] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    faces: dict[str, Face | None] = field(default_factory=dict)

    def face(self, identity: str) -> Face | None:
        """The font that the file brings along under an ID, if it does and it can be used."""
        if identity not in self.faces:
            part = self.parts.get(identity)
            self.faces[identity] = ofd_ink.own_face(self.package.read(part)) if part else None
        return self.faces[identity]

    def style(self, element: Element, outer: Style) -> Style:
        """How an object is drawn: by its own words, or those of the style that it names, or those of its layer."""
        found = dict(outer)
        chain = [element]
        while (named := chain[-1].get("DrawParam" if len(chain) == 1 else "Relative")) and len(chain) < _DEEPEST:
            if (style := self.elements.get(named.strip())) is None:
                break
            chain.append(style)
        for item in reversed(chain):
            found |= item.attrib | {local(child): child for child in item if local(child).endswith("Color")}
        return found


def picture(original: Original, number: int) -> Image | None:
    """The page (from 1) in BGR; None where there is no such page, too much on it, or no Chinese font here."""
    if fonts.found() is None:
        return None
    try:
        with Package(original.data) as package:
            for body in _bodies(package):
                pages = ofd.sheets(body)
                if number <= len(pages):
                    return _rendered(package, body, pages[number - 1])
                number -= len(pages)
    except (OFDError, *BROKEN):
        return None
    return None


def _rendered(package: Package, body: Body, page: Element) -> Image | None:
    ink = Ink()
    left, top, width, height = _box(package, body, page)
    with fonts.ONE, ink.within((_POINTS, 0.0, 0.0, -_POINTS, -left * _POINTS, (top + height) * _POINTS)):
        _page(ink, package, body, page)
        for stamp in signatures.stamps(package):
            if stamp.page.strip() == page.get("ID", "").strip():
                _stamp(ink, stamp)
    if ink.full:
        return None
    with pypdfium2.PdfDocument(ink.pdf(width * _POINTS, height * _POINTS)) as document:
        shown = document[0]
        scale = _SIDE / max(shown.get_size())
        bitmap = shown.render(scale=scale, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGR)
        return np.ascontiguousarray(bitmap.to_numpy()[:, :, :3])


def _bodies(package: Package) -> Iterator[Body]:
    entry = package.find("OFD.xml")
    for path in ofd.locations(package, entry, package.read_xml(entry), "DocRoot") if entry else ():
        yield ofd.opened(package, path)


def _content(package: Package, body: Body, page: Element) -> tuple[str, Element]:
    location = package.resolve(body.path, page.get("BaseLoc")) or ""
    return location, package.read_xml(location)


def _box(package: Package, body: Body, page: Element) -> Box:
    return ofd.box_of(_content(package, body, page)[1]) or body.box


def _page(ink: Ink, package: Package, body: Body, page: Element) -> None:
    """The page's content between its templates, and what is laid over it, in mm."""
    location, content = _content(package, body, page)
    known = _known(package, (body.path, body.root), (location, content))
    named = [item for item in content if local(item) == "Template"]
    over = [item for item in named if item.get("ZOrder") == "Foreground"]
    under = [item for item in named if item not in over]
    templates = [[ofd.template(package, body, item) for item in items] for items in (under, over)]
    for part in (*templates[0], content, *templates[1]):
        for layer in () if part is None else (item for item in part.iter() if local(item) == "Layer"):
            _objects(ink, layer, known, known.style(layer, {}))
    for appearance in _annotations(package, body, page.get("ID", "").strip()):
        with ink.within(placement(appearance)):
            _objects(ink, appearance, known, {})


def _annotations(package: Package, body: Body, page: str) -> Iterator[Element]:
    """What notes, marks and stamps on a page look like."""
    for listing in ofd.locations(package, body.path, body.root, "Annotations"):
        mine = (item for item in package.read_xml(listing) if item.get("PageID", "").strip() == page)
        for path in (path for item in mine for path in ofd.locations(package, listing, item, "FileLoc")):
            for note in package.read_xml(path).iter():
                if local(note) == "Annot" and note.get("Visible", "true") != "false":
                    yield from (part for part in note if local(part) == "Appearance")


def _known(package: Package, *places: tuple[str, Element]) -> Known:
    known = Known(package)
    for base, parent in places:
        for name in ("PublicRes", "DocumentRes", "PageRes"):
            for path in ofd.locations(package, base, parent, name):
                _learn(known, path)
    return known


def _learn(known: Known, path: str) -> None:
    root = known.package.read_xml(path)
    folder = posixpath.join(posixpath.dirname(path), root.get("BaseLoc") or ".", "-")
    for element in root.iter():
        identity = element.get("ID", "").strip()
        if identity and local(element) in _NAMED:
            known.elements[identity] = element
            for child in element:
                if local(child) in {"MediaFile", "FontFile"}:
                    found = known.package.resolve(folder, child.text) or known.package.resolve(path, child.text)
                    known.parts |= {identity: found} if found else {}


def _stamp(ink: Ink, stamp: signatures.Stamp) -> None:
    """A seal over the page, through which the print shows: a picture, or an OFD of its own."""
    left, top, width, height = numbers(stamp.boundary, 4, (0.0, 0.0, 1.0, 1.0))
    with ink.within((width, 0.0, 0.0, height, left, top), blend="Multiply"):
        if not stamp.picture.startswith(b"PK"):
            return ink.picture(stamp.picture)
        try:
            with Package(stamp.picture) as package:
                body = next(_bodies(package))
                page = ofd.sheets(body)[0]
                x, y, wide, high = _box(package, body, page)
                with ink.within((1 / wide, 0.0, 0.0, 1 / high, -x / wide, -y / high)):
                    _page(ink, package, body, page)
        except (OFDError, StopIteration, *BROKEN):
            ink.missing()
    return None


def _objects(ink: Ink, parent: Element, known: Known, outer: Style, depth: int = 0) -> None:
    for element in parent if depth < _DEEPEST and not ink.full else ():
        name = local(element)
        if name == "PageBlock":
            _objects(ink, element, known, outer, depth + 1)
        elif name in _DRAWN and element.get("Visible", "true") != "false":
            style = known.style(element, outer)
            try:
                _object(ink, element, known, style, depth)
            except BROKEN:
                left, top, width, height = numbers(element.get("Boundary"), 4, (0.0, 0.0, 1.0, 1.0))
                with ink.within((width, 0.0, 0.0, height, left, top)):
                    ink.missing()


def _object(ink: Ink, element: Element, known: Known, style: Style, depth: int) -> None:
    fill, fill_opaque = ofd_ink.colour(_element(style, "FillColor"), _FILL)
    stroke, stroke_opaque = ofd_ink.colour(_element(style, "StrokeColor"), _STROKE)
    whole = ofd_ink.opacity(element)
    blend, opaque = element.get("BlendMode"), (whole * fill_opaque, whole * stroke_opaque)
    with ink.within(_space(element), blend=blend, opaque=opaque):
        ink.say(fill, stroke, ofd_ink.line({key: text for key, text in style.items() if isinstance(text, str)}))
        name = local(element)
        if name == "TextObject":
            _text(ink, element, known)
        elif name == "PathObject":
            _path(ink, element, clear="FillColor" not in style)
        elif name == "ImageObject":
            part = known.parts.get(element.get("ResourceID", "").strip())
            ink.picture(known.package.read(part) if part else b"")
        elif (unit := known.elements.get(element.get("ResourceID", "").strip())) is not None:
            for content in unit:
                _objects(ink, content, known, style, depth + 1)


def _element(style: Style, name: str) -> Element | None:
    found = style.get(name)
    return None if isinstance(found, str) else found


def _space(element: Element) -> Affine:
    """The object's space; a picture without a matrix of its own fills its boundary."""
    if local(element) == "ImageObject" and element.get("CTM") is None:
        left, top, width, height = numbers(element.get("Boundary"), 4, (0.0,) * 4)
        return width, 0.0, 0.0, height, left, top
    return placement(element)


def _inked(*, filled: bool, lined: bool, rule: str = "") -> str:
    """The operator that inks what was outlined."""
    return (f"B{rule}" if lined else f"f{rule}") if filled else ("S" if lined else "n")


def _path(ink: Ink, element: Element, *, clear: bool) -> None:
    """What is to be filled but has no colour for it stays clear."""
    filled, lined = element.get("Fill") == "true" and not clear, element.get("Stroke") != "false"
    inked = _inked(filled=filled, lined=lined, rule="*" if element.get("Rule") == "Even-Odd" else "")
    for child in element:
        if local(child) == "AbbreviatedData":
            ink.say(ofd_ink.path(child.text or ""), inked)


def _text(ink: Ink, element: Element, known: Known) -> None:
    size, stretch = numbers(element.get("Size"), 1, (3.0,))[0], numbers(element.get("HScale"), 1, (1.0,))[0]
    turn = math.radians(numbers(element.get("CharDirection"), 1, (0.0,))[0])
    found = list(glyphs(element, size))
    inked = _inked(filled=element.get("Fill") != "false", lined=element.get("Stroke") == "true")
    own, chosen = known.face(element.get("Font", "").strip()), _chosen(element, found)
    for place, (glyph, after) in enumerate(zip(found, [*found[1:], None], strict=True)):
        face, outline = _outline(own, glyph.char, chosen.get(place))
        wide = size * stretch / face.em
        step = after.x - glyph.x if after and after.y == glyph.y and face is not own and not turn else 0.0
        if outline[1] * wide > step > 0:
            wide = step / outline[1]  # another font than the file means: its letters keep their places
        high = size / face.em
        across, down = (math.cos(turn) * wide, math.sin(turn) * wide), (math.sin(turn) * high, -math.cos(turn) * high)
        with ink.within((*across, *down, glyph.x, glyph.y)):
            ink.say(outline[0], inked)


def _outline(own: Face | None, char: str, number: int | None) -> tuple[Face, tuple[str, float]]:
    if own and (outline := own.outline(char, number)):
        return own, outline
    face = ofd_ink.local_face()
    return face, face.outline(char) or face.outline(char, 0) or ("", 0.0)


def _chosen(element: Element, found: Sequence[Glyph]) -> dict[int, int]:
    """Which glyph of its font an object takes for which of its characters, instead of the one of that code.

    Glyphs for several characters together are left out: one by one they would stand at other characters' places.
    """
    if sum(len(child.text or "") for child in element if local(child) == "TextCode") != len(found):
        return {}  # characters that are no print were passed over, and the places do not tell any more
    chosen: dict[int, int] = {}
    for child in element:
        if local(child) == "CGTransform":
            start, count = (int(numbers(child.get(name), 1, (0.0,))[0]) for name in ("CodePosition", "CodeCount"))
            numbered = [part for item in child if local(item) == "Glyphs" for part in (item.text or "").split()]
            if len(numbered) == (count or 1):
                chosen |= {start + place: int(part) for place, part in enumerate(numbered)}
    return chosen
