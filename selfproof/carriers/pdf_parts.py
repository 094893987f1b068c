"""What a PDF holds besides its pages: attachments, and what it says of its own making."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

from selfproof.errors import IntakeError
from selfproof.intake import check_xml, decoded, sanitised

_MOST_ATTACHMENTS: Final = 20
_MOST_BYTES: Final = 10_000_000  # of one attachment, unpacked
_MOST_TEXT: Final = 200
_DETAILS: Final = {
    "/Producer": "producer", "/Creator": "creator", "/CreationDate": "created", "/ModDate": "modified",
    "/Title": "title", "/Subject": "subject", "/Keywords": "keywords",
}  # fmt: skip
_ACTS: Final = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData")  # actions that reach beyond the page
_MOST_PAGES: Final = 50


def signals(data: bytes) -> dict[str, str]:
    """By name: ``attachment.<file name>`` the SHA-256 of each attachment; ``attachment.xml`` the text of the first
    that is XML (an e-invoice or XBRL); ``pdf.producer``, ``pdf.creator``, ``pdf.created``, ``pdf.modified``;
    ``pdf.title``, ``pdf.subject``, ``pdf.keywords``; ``pdf.active`` the actions in it that would run something;
    ``pdf.revisions`` how often the file was added to after it was first written.
    """  # noqa: D205  one list of names
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            found = {**_details(pdf), **_active(pdf), **_attachments(pdf)}
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError, KeyError):  # the pages were read all the same
        found = {}
    revisions = data.count(b"%%EOF") - 1
    return {**found, **({"pdf.revisions": str(revisions)} if revisions > 0 else {})}


def _details(pdf: pikepdf.Pdf) -> dict[str, str]:
    told = {name: _text(pdf.docinfo.get(key)) for key, name in _DETAILS.items()}
    return {f"pdf.{name}": text for name, text in told.items() if text}


def _active(pdf: pikepdf.Pdf) -> dict[str, str]:
    """Scripts and programs that a viewer would start; nothing here ever does."""
    root: Any = pdf.Root
    names: Any = root.get("/Names", {})
    actions = [root.get("/OpenAction"), *_values(root.get("/AA"))]
    for page in list(pdf.pages)[:_MOST_PAGES]:
        actions += _values(page.obj.get("/AA"))
        actions += [note.get("/A") for note in page.obj.get("/Annots", []) if isinstance(note, pikepdf.Dictionary)]
    kinds = {str(action.get("/S", "")) for action in actions if isinstance(action, pikepdf.Dictionary)}
    kinds |= {"/JavaScript"} if "/JavaScript" in names else set()
    found = ", ".join(sorted(kind.removeprefix("/") for kind in kinds.intersection(_ACTS)))
    return {"pdf.active": found} if found else {}


def _values(found: Any) -> list[Any]:  # noqa: ANN401  the same
    return [found[key] for key in found.keys()] if isinstance(found, pikepdf.Dictionary) else []  # noqa: SIM118  no mapping


def _text(value: Any) -> str:  # noqa: ANN401  PDF objects are of any kind
    text = "" if value is None else str(value)
    return "".join(char for char in text if char.isprintable()).strip()[:_MOST_TEXT]


def _attachments(pdf: pikepdf.Pdf) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, content in _files(pdf):
        found[f"attachment.{sanitised(name)}"] = hashlib.sha256(content).hexdigest()
        if "attachment.xml" not in found and (text := _xml(content)):
            found["attachment.xml"] = text
    return found


def _files(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bytes]]:
    for number, (name, attachment) in enumerate(pdf.attachments.items()):
        if number >= _MOST_ATTACHMENTS:
            return
        content = _unpacked(attachment.obj)
        if content is not None:
            yield str(name), content


def _unpacked(filespec: Any) -> bytes | None:  # noqa: ANN401  a PDF dictionary
    """The attached bytes; None when they are too many or packed in an unusual way."""
    files = filespec.get("/EF", {})
    stream = files.get("/UF", files.get("/F"))
    if stream is None:
        return None
    raw, packing = stream.read_raw_bytes(), stream.get("/Filter")
    if packing is None:
        return bytes(raw) if len(raw) <= _MOST_BYTES else None
    names = [str(name) for name in packing] if isinstance(packing, pikepdf.Array) else [str(packing)]
    if names != ["/FlateDecode"] or "/DecodeParms" in stream:
        return None
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(raw, _MOST_BYTES)
    except zlib.error:
        return None
    return None if unpacker.unconsumed_tail else content


def _xml(content: bytes) -> str:
    """The text of safe XML, else nothing."""
    text = decoded(content)
    if text is None or not text.lstrip().startswith("<"):
        return ""
    try:
        check_xml(content)
    except IntakeError:
        return ""
    return text
