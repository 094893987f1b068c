"""OFD (GB/T 33190-2016): printed words with their places, and the structured parts that say the same.

Page words carry in `path` the custom tag that points at them (``CustomTag/Buyer/BuyerName``). The leaves of XML
attachments (``original_invoice.xml/eInvoice/InvoiceNo``, XBRL instances too) and the custom data of OFD.xml
(``OFD.xml/CustomData/价税合计``) stand on one more page behind the printed ones, so that a check can compare both.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from ofdkit import OFDError, OFDLimitError
from ofdkit.package import Package

from selfproof import signatures
from selfproof.carriers import ofd_text, pseudo, xml
from selfproof.carriers.ofd_text import Run, local, numbers
from selfproof.errors import ReadError
from selfproof.intake import Original
from selfproof.model import Box, Carrier, Document, Page, Word

_A4: Box = (0.0, 0.0, 210.0, 297.0)
_MOST_PAGES = 200
_MOST_WORDS = 200_000
_POINTS = 72 / 25.4
Units = Mapping[str, Element]
Tags = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Body:
    """One document of the package: where its Document.xml is, its page box, templates and composite units by ID."""

    path: str
    root: Element
    box: Box
    templates: Mapping[str, str]
    units: Units
    tags: Tags = field(default_factory=dict)


def read(original: Original) -> Document:
    """All pages with their templates; a part that cannot be read leaves the note "truncated".

    Raises ReadError when there is no document in it at all.
    """
    try:
        with Package(original.data) as package:
            return _document(original, package)
    except OFDLimitError as error:
        raise ReadError("zip_bomb") from error
    except OFDError as error:
        raise ReadError("truncated") from error


def _document(original: Original, package: Package) -> Document:
    entry = package.find("OFD.xml")
    if entry is None:
        raise ReadError("truncated")
    root = package.read_xml(entry)
    notes: list[str] = []
    hidden: list[str] = []
    pages: list[Page] = []
    cells = list(_custom_data(root))
    attachments: list[str] = []
    for path in locations(package, entry, root, "DocRoot"):
        body = opened(package, path)
        pages += _pages(package, body, len(pages), (notes, hidden))
        for part in _attachments(package, body):
            attachments.append(posixpath.basename(part))
            cells += _leaves(package, part, notes)
    signals = {"hidden_text": "\n".join(hidden), "attachment.names": "\n".join(attachments)}
    signals = {**{key: text for key, text in signals.items() if text}, **signatures.ofd_signals(original.data)}
    return Document(original.id, original.media_type, Carrier.OFD, (*pages, *_structured(cells, len(pages))), (),
                    signals, tuple(dict.fromkeys(notes)))  # fmt: skip


def _structured(cells: list[tuple[str, str]], printed: int) -> Iterator[Page]:
    """The structured values as one page behind the printed ones; none when there are none."""
    if cells:
        lines = [pseudo.Cell(text, path, line) for line, (path, text) in enumerate(cells)]
        yield replace(pseudo.page(lines), number=printed + 1)


def locations(package: Package, base: str, parent: Element, name: str) -> Iterator[str]:
    """The parts that all elements of a name point at; locations that lead nowhere are left out."""
    for element in parent.iter():
        if local(element) == name and (path := package.resolve(base, element.get("BaseLoc") or element.text)):
            yield path


def opened(package: Package, path: str) -> Body:
    """The document whose Document.xml is at a path."""
    root = package.read_xml(path)
    templates = {
        element.get("ID", "").strip(): location
        for element in root.iter()
        if local(element) == "TemplatePage" and (location := package.resolve(path, element.get("BaseLoc")))
    }
    body = Body(path, root, box_of(root) or _A4, templates, _units(package, path, root))
    return replace(body, tags=dict(_tags(package, body)))


def box_of(parent: Element) -> Box | None:
    """The physical box of the first page area below, as (left, top, width, height) in mm."""
    for name in ("PhysicalBox", "ApplicationBox"):
        for element in parent.iter():
            left, top, width, height = numbers(element.text, 4, (0.0,) * 4) if local(element) == name else (0.0,) * 4
            if width > 0 and height > 0:
                return left, top, width, height
    return None


def _units(package: Package, base: str, parent: Element) -> dict[str, Element]:
    units: dict[str, Element] = {}
    for name in ("PublicRes", "DocumentRes", "PageRes"):
        for path in locations(package, base, parent, name):
            try:
                resources = package.read_xml(path)
            except OFDError:
                continue
            found = (element for element in resources.iter() if local(element) == "CompositeGraphicUnit")
            units |= {element.get("ID", "").strip(): element for element in found}
    return units


def sheets(body: Body) -> list[Element]:
    """The Page elements of a document, in order."""
    return [page for pages in body.root if local(pages) == "Pages" for page in pages if local(page) == "Page"]


def _pages(package: Package, body: Body, before: int, remarks: tuple[list[str], list[str]]) -> Iterator[Page]:
    notes, hidden = remarks
    elements = sheets(body)
    if len(elements) > _MOST_PAGES:
        notes.append("too_many_pages")
    words = 0
    for number, element in enumerate(elements[:_MOST_PAGES], before + 1):
        box, runs = _page_runs(package, body, element, notes)
        hidden.extend(run.word.text for run in runs if not run.visible)
        seen = [word for run in runs if run.visible and (word := ofd_text.on_page(run.word, box))]
        words += len(seen)
        if words > _MOST_WORDS:
            raise ReadError("zip_bomb")
        yield Page(number, box[2] * _POINTS, box[3] * _POINTS, tuple(replace(word, page=number) for word in seen))


def _page_runs(package: Package, body: Body, page: Element, notes: list[str]) -> tuple[Box, list[Run]]:
    location = package.resolve(body.path, page.get("BaseLoc"))
    try:
        content = package.read_xml(location or "")
        units = {**body.units, **_units(package, location or "", content)}
        templates = [template(package, body, element) for element in content if local(element) == "Template"]
    except OFDError:
        notes.append("truncated")
        return body.box, []
    runs = [run for part in (*templates, content) if part is not None for run in ofd_text.runs(part, units)]
    identity = page.get("ID", "").strip()
    tagged = [replace(run, word=_tagged(run, body.tags, identity)) for run in runs]
    return box_of(content) or body.box, ofd_text.joined(tagged)


def template(package: Package, body: Body, reference: Element) -> Element | None:
    """The template page that a page's Template element names."""
    location = body.templates.get(reference.get("TemplateID", "").strip())
    return package.read_xml(location) if location else None


def _tagged(run: Run, tags: Tags, page: str) -> Word:
    path = tags.get((page, run.object)) or tags.get(("", run.object)) if run.object else None
    return replace(run.word, path=path or "")


def _tags(package: Package, body: Body) -> Iterator[tuple[tuple[str, str], str]]:
    """((page ID or "", object ID), path of the custom tag that points there)."""
    for listing in locations(package, body.path, body.root, "CustomTags"):
        for path in locations(package, listing, package.read_xml(listing), "FileLoc"):
            for leaf, element in xml.elements(package.read_xml(path)):
                if leaf.endswith("ObjectRef") or "/ObjectRef[" in leaf:
                    key = element.get("PageRef", "").strip(), (element.text or "").strip()
                    yield key, "CustomTag" + leaf.removeprefix(leaf.partition("/")[0]).rpartition("/")[0]


def _custom_data(root: Element) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if local(element) == "CustomData" and (element.text or "").strip():
            yield f"OFD.xml/CustomData/{element.get('Name', '').strip()}", (element.text or "").strip()


def _attachments(package: Package, body: Body) -> Iterator[str]:
    """The part of every attachment that Attachments.xml lists."""
    for listing in locations(package, body.path, body.root, "Attachments"):
        yield from locations(package, listing, package.read_xml(listing), "FileLoc")


def _leaves(package: Package, path: str, notes: list[str]) -> list[tuple[str, str]]:
    name = posixpath.basename(path)
    if not name.lower().endswith((".xml", ".xbrl")):
        return []
    try:
        return [(f"{name}/{leaf}", text) for leaf, text in xml.leaves(package.read_xml(path))]
    except OFDError:
        notes.append("truncated")
        return []
