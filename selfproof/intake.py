"""Bytes from anywhere → a safe original, or an IntakeError that tells the owner what to do.

The type is judged by content, never by name or claim. Whatever could exhaust the machine or reach outside the file is
refused here, before any reader opens it: vast pictures by their header, archives by what they declare and by what they
really unpack to, XML by its document type. The limits are the constants below.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import struct
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import ParseError

import charset_normalizer
import filetype
import PIL.Image
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from selfproof import compound, preflight
from selfproof.errors import IntakeError

MEGABYTE: Final = 1_000_000
MOST_MEGABYTES: Final = 50
MOST_MEGAPIXELS: Final = 120  # phones give up to 108; decoded it takes 360 MB
MOST_SCANNED: Final = 400  # megapixels of one picture in a PDF, where a large sheet in black and white is common
MOST_UNPACKED: Final = 300 * MEGABYTE
MOST_RATIO: Final = 100  # of unpacked to packed, once more than SUSPICIOUS is unpacked
SUSPICIOUS: Final = 20 * MEGABYTE
MOST_ENTRIES: Final = 10_000
MOST_DEPTH: Final = 100  # of nested XML elements
MOST_NAME: Final = 100  # characters

PDF: Final = "application/pdf"
OFD: Final = "application/ofd"
XML: Final = "application/xml"
CSV: Final = "text/csv"
TEXT: Final = "text/plain"
HTML: Final = "text/html"
XLS: Final = "application/vnd.ms-excel"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PICTURES: Final = frozenset(
    f"image/{kind}" for kind in ("jpeg", "png", "gif", "bmp", "tiff", "webp", "heic", "heif", "avif")
)
VIDEOS: Final = frozenset({"video/mp4", "video/quicktime"})

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
            NotImplementedError, RuntimeError, OverflowError)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARTS = {"ofd.xml": OFD, "xl/workbook.xml": XLSX, "word/document.xml": DOCX}
_MARKUP = re.compile(r"^\s*<(\?xml|!--|!doctype|[a-z_])", re.IGNORECASE)
_HTML = re.compile(r"<(!doctype\s+html|html|table|meta|body)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?\?>", re.IGNORECASE)
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]+)[\"']", re.IGNORECASE)
_UNSAFE_NAME = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Original:
    """A file that is safe to read. id: SHA-256 of data, hexadecimal; name: sanitised; media_type: by content."""

    id: str
    name: str
    media_type: str
    data: bytes


def take(data: bytes, name: str) -> Original:
    """Take a file in. Raises IntakeError: empty, too_large, wrong_type, encrypted, truncated, too_many_pixels,
    zip_bomb, hostile_xml, too_long, no_video (the keys of ``tables/texts/errors.yaml``).
    """  # noqa: D205  the codes belong to the one sentence
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise IntakeError("empty")
    if len(data) > MOST_MEGABYTES * MEGABYTE:
        raise IntakeError("too_large", size=len(data) // MEGABYTE, limit=MOST_MEGABYTES)
    media_type = sniff(data)
    if media_type in PICTURES:
        _check_picture(data)
    elif media_type in VIDEOS:
        _check_video(data)
    elif media_type == PDF:
        _check_pdf(data)
    elif media_type in {OFD, XLSX, DOCX}:
        _check_archive(data)
    elif media_type == XML:
        check_xml(data)
    elif media_type == XLS:
        _check_workbook(data)
    return Original(hashlib.sha256(data).hexdigest(), sanitised(name), media_type, data)


def sanitised(name: str) -> str:
    r"""A file name without folders, control or direction signs, at most 100 characters; never empty.

    >>> sanitised("../../etc/发票\u202egpj.exe"), sanitised("C:\\temp\\a.pdf"), sanitised("..")
    ('发票gpj.exe', 'a.pdf', 'document')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = _UNSAFE_NAME.sub("", last.encode("utf-8", "ignore").decode()).strip(". ")
    stem, dot, suffix = clean.rpartition(".")
    if len(clean) > MOST_NAME and dot and len(suffix) < MOST_NAME // 4:
        clean = f"{stem[: MOST_NAME - len(suffix) - 1]}.{suffix}"
    return clean[:MOST_NAME] or "document"


def sniff(data: bytes) -> str:
    """The media type by content; raises IntakeError for what cannot be read."""
    if b"%PDF-" in data[:1024]:
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _sniff_archive(data)
    if data.startswith(_OLE):
        return _sniff_ole(data)
    guess = filetype.guess(data[:8192])
    if guess is not None and guess.mime in PICTURES:
        return str(guess.mime)
    if data[4:8] == b"ftyp":  # pictures of this family are known by now; brands of videos are many
        return "video/quicktime" if data[8:12] == b"qt  " else "video/mp4"
    text = decoded(data[:65536]) if guess is None else None
    if text is None:
        raise IntakeError("wrong_type", type=guess.extension.upper() if guess else "?")
    return _sniff_text(text)


def _sniff_text(text: str) -> str:
    if _MARKUP.match(text):
        return HTML if _HTML.search(text[:4096]) else XML
    lines = [line for line in text.splitlines() if line.strip()][:50]
    columns = max(sum(delimiter in line for line in lines) for delimiter in ",\t;|")
    return CSV if columns > len(lines) // 2 else TEXT


def _sniff_archive(data: bytes) -> str:
    names = {entry.filename.lower().lstrip("/") for entry in _entries(data)}
    for part, media_type in _PARTS.items():
        if part in names:
            return media_type
    raise IntakeError("wrong_type", type="ZIP")


def _sniff_ole(data: bytes) -> str:
    try:
        names = compound.streams(data)
    except ValueError as error:
        raise IntakeError("truncated") from error
    if "EncryptedPackage" in names:
        raise IntakeError("encrypted")
    if names & {"Workbook", "Book"}:
        return XLS
    raise IntakeError("wrong_type", type="DOC" if "WordDocument" in names else "OLE")


def decoded(data: bytes) -> str | None:
    """Bytes as text, UTF or Chinese or whatever is likeliest; None when they are no text at all."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "ignore")
    elif b"\0" in data:
        return None
    else:
        text = _decoded_bytes(data)
    odd = sum(unicodedata.category(char) in {"Cc", "Co", "Cn"} and char not in "\t\r\n\f" for char in text)
    return text if text and odd <= len(text) // 100 else None


def _decoded_bytes(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        for cut in range(4):  # the sample may end within a character
            try:
                return data[: len(data) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    best = charset_normalizer.from_bytes(data).best()
    return str(best) if best else ""


def _check_picture(data: bytes) -> None:
    from selfproof.imaging import opened

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata: the pixels decide
            with opened(data) as picture:
                _decode(picture)
    except IntakeError:
        raise
    except MemoryError as error:
        raise IntakeError("too_many_pixels", pixels="?", limit=MOST_MEGAPIXELS) from error
    except Exception as error:  # the edge: Pillow's plug-ins raise nearly anything on damaged files
        raise IntakeError("truncated") from error


def _check_video(data: bytes) -> None:
    from selfproof import video

    video.check(data)


def _decode(picture: PIL.Image.Image) -> None:
    """Size by the header first; then all of it is decoded once, as small as the format allows."""
    megapixels = picture.width * picture.height // MEGABYTE
    if megapixels > MOST_MEGAPIXELS:
        raise IntakeError("too_many_pixels", pixels=megapixels, limit=MOST_MEGAPIXELS)
    picture.draft("RGB", (picture.width // 8, picture.height // 8))
    picture.load()


def _check_pdf(data: bytes) -> None:
    import pikepdf

    whole = b"%%EOF" in data[-2048:]
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True, attempt_recovery=whole) as pdf:
            pages = len(pdf.pages)
            megapixels = max(map(_megapixels, pdf.objects), default=0)
    except pikepdf.PasswordError as error:
        raise IntakeError("encrypted") from error
    except (pikepdf.PdfError, ValueError, RuntimeError, TypeError) as error:
        raise IntakeError("truncated") from error
    if not pages:
        raise IntakeError("truncated")
    if megapixels > MOST_SCANNED:
        raise IntakeError("too_many_pixels", pixels=megapixels, limit=MOST_SCANNED)


def _megapixels(entry: object) -> int:
    """Of a picture within a PDF, by what its dictionary says."""
    import pikepdf

    if not isinstance(entry, pikepdf.Stream) or entry.get("/Subtype") != "/Image":
        return 0
    width, height = entry.get("/Width", 0), entry.get("/Height", 0)
    return int(width) * int(height) // MEGABYTE if isinstance(width, int) and isinstance(height, int) else MOST_SCANNED


def _check_workbook(data: bytes) -> None:
    ended = preflight.trial(data)
    if ended != "readable":
        raise IntakeError("encrypted" if ended == "locked" else "truncated")


def _entries(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except _DAMAGED as error:
        raise IntakeError("truncated") from error


def _check_archive(data: bytes) -> None:
    """By what it declares, then by what really comes out; every XML part is looked at for a document type."""
    entries = _entries(data)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise IntakeError("encrypted")
    _refuse_bomb(sum(entry.file_size for entry in entries), len(data))
    if len(entries) > MOST_ENTRIES:
        raise IntakeError("zip_bomb")
    unpacked = 0
    try:
        for size in _unpacked(data, entries):
            unpacked += size
            _refuse_bomb(unpacked, len(data))
    except _DAMAGED as error:
        raise IntakeError("truncated") from error


def _refuse_bomb(unpacked: int, packed: int) -> None:
    if unpacked > MOST_UNPACKED or (unpacked > SUSPICIOUS and unpacked > MOST_RATIO * packed):
        raise IntakeError("zip_bomb")


def _unpacked(data: bytes, entries: list[zipfile.ZipInfo]) -> Iterator[int]:
    """The bytes that come out of each entry, piece by piece."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in entries:
            markup = entry.filename.lower().endswith((".xml", ".rels"))
            tail = b""
            with archive.open(entry) as stream:
                while piece := stream.read(MEGABYTE):
                    if markup and _has_document_type(tail + piece):
                        raise IntakeError("hostile_xml")
                    tail = piece[-32:]
                    yield len(piece)


def _has_document_type(data: bytes) -> bool:
    flat = data.replace(b"\0", b"").upper()  # without the zeros UTF-16 reads as ASCII
    return b"<!DOCTYPE" in flat or b"<!ENTITY" in flat


def check_xml(data: bytes) -> None:
    """Refuse entities, document types and endless nesting; raises IntakeError hostile_xml or truncated."""
    if _has_document_type(data):
        raise IntakeError("hostile_xml")
    depth = 0
    try:
        for event, element in iterparse(io.BytesIO(_as_utf8(data)), events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > MOST_DEPTH:
                raise IntakeError("hostile_xml")
            if event == "end":
                element.clear()
    except DefusedXmlException as error:
        raise IntakeError("hostile_xml") from error
    except (ParseError, ValueError, LookupError) as error:
        raise IntakeError("truncated") from error


def _as_utf8(data: bytes) -> bytes:
    """The same XML in UTF-8 without its declaration: expat knows no Chinese encodings."""
    declared = _ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        encoding = declared[1].decode() if declared else "utf-8"
        text = data.removeprefix(b"\xef\xbb\xbf").decode("gb18030" if encoding.lower().startswith("gb") else encoding)
    return _DECLARATION.sub("", text).lstrip().encode("utf-8", "strict")
