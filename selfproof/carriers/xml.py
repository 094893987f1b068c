"""Structured XML: fully digital invoices, XBRL instances, declarations. Every leaf element is one Word.

Paths are local names from the root; of several siblings of one name each carries its number, from 1, as in XPath:
``EInvoice/EInvoiceData/IssuItemInformation[2]/Amount``. A leaf without text gives its attributes:
``Invoice/Seller/@name``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias
from xml.etree.ElementTree import Element

from lxml import etree

from selfproof.carriers.pseudo import Cell, page
from selfproof.errors import ReadError
from selfproof.intake import Original
from selfproof.model import Carrier, Document

_MOST_LEAVES = 50_000
Node: TypeAlias = etree._Element | Element  # noqa: SLF001  lxml names its element's type so


def read(original: Original) -> Document:
    """One page of leaf values; raises ReadError for XML that is broken, unsafe or endless."""
    cells = [Cell(text, path, line) for line, (path, text) in enumerate(leaves(parse(original.data)))]
    return Document(original.id, original.media_type, Carrier.XML, (page(cells),))


def parse(data: bytes) -> etree._Element:
    """The root element. A document type is refused: no invoice needs one, and entities hide in it."""
    if b"<!DOCTYPE" in data.replace(b"\0", b"").upper():
        raise ReadError("hostile_xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError("truncated") from error


def leaves(root: Node) -> Iterator[tuple[str, str]]:
    """(path, value) of each leaf that holds one, in the order of the file; white space inside is kept."""
    for path, element in elements(root):
        text = (element.text or "").strip()
        if text:
            yield path, text
            continue
        for name, value in element.attrib.items():
            if str(value).strip():
                yield f"{path}/@{str(name).rpartition('}')[2]}", str(value).strip()


def elements(root: Node) -> Iterator[tuple[str, Node]]:
    """(path, element) of each element without children, in the order of the file."""
    for count, pair in enumerate(_walk(root, _name(root))):
        if count >= _MOST_LEAVES:
            raise ReadError("zip_bomb")
        yield pair


def _walk(element: Node, path: str) -> Iterator[tuple[str, Node]]:
    children = [child for child in element if isinstance(child.tag, str)]
    if not children:
        yield path, element
    totals = Counter(_name(child) for child in children)
    seen: Counter[str] = Counter()
    for child in children:
        name = _name(child)
        seen[name] += 1
        number = f"[{seen[name]}]" if totals[name] > 1 else ""
        yield from _walk(child, f"{path}/{name}{number}")


def _name(element: Node) -> str:
    return str(element.tag).rpartition("}")[2]
