"""Electronic signatures of PDF (pyHanko) and OFD (GB/T 33190, GB/T 38540, GM/T 0031) files, as document signals.

``signature.status``: none · valid (intact, covers the whole document, its holder is trusted by the deployer) ·
untrusted (intact, but not all of that) · invalid (altered, or the signature value does not fit). With several
signatures the worst one counts. ``signature.signer`` and ``signature.time`` are what the signature itself says;
``signature.modified_after`` names what changed after signing; ``signature.uncovered`` the parts it does not protect.
Validity is judged at the time the signature claims and without any look-up: a revoked certificate is not noticed.
"""

from __future__ import annotations

import base64
import io
import logging
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from asn1crypto import core, parser, x509
from cryptography.exceptions import UnsupportedAlgorithm
from ofdkit import OFDError
from ofdkit.package import Package

from selfproof import certificates

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko.sign.validation.status import PdfSignatureStatus

for _library in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_library).addHandler(logging.NullHandler())  # what they refuse is a signal, not an event to log

_WORST_FIRST = ("invalid", "untrusted", "valid")
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Signature:
    """What one signature says, and what is true of it."""

    status: str
    signer: str = ""
    time: str = ""
    modified_after: str = ""
    uncovered: str = ""


def _signals(found: Sequence[Signature]) -> dict[str, str]:
    if not found:
        return {"signature.status": "none"}
    signals = {"signature.status": next(status for status in _WORST_FIRST if any(s.status == status for s in found))}
    for key in ("signer", "time", "modified_after", "uncovered"):
        values = dict.fromkeys(text for signature in found if (text := getattr(signature, key)))
        if values:
            signals[f"signature.{key}"] = "\n".join(values)
    return signals


def pdf_signals(data: bytes) -> dict[str, str]:
    """The signals of a PDF; a signature in a structure too broken to follow vouches for nothing: untrusted."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        embedded = list(PdfFileReader(io.BytesIO(data), strict=False).embedded_regular_signatures)
    except (PdfError, ValueError, KeyError, TypeError, RecursionError):
        return {"signature.status": "untrusted" if b"/ByteRange" in data else "none"}
    return _signals([_pdf_signature(signature, last=signature is embedded[-1]) for signature in embedded])


def _pdf_signature(embedded: EmbeddedPdfSignature, *, last: bool) -> Signature:
    """A signature whose algorithm is not known or no longer allowed vouches for nothing: untrusted."""
    from pyhanko.pdf_utils.misc import PdfError

    refusals = (ValueError, KeyError, TypeError, NotImplementedError, UnsupportedAlgorithm, PdfError)
    try:
        signer = certificates.name(embedded.signer_cert)
        time = embedded.self_reported_timestamp
    except refusals:
        return Signature("invalid")
    claims = Signature("untrusted", signer, time.isoformat() if time else "")
    try:
        status = _validated(embedded, time)
    except refusals:
        return _unvalidated(embedded, claims)
    modified = _modified_after(status, last=last)
    return Signature(_pdf_status(status, modified, time), claims.signer, claims.time, modified)


def _unvalidated(embedded: EmbeddedPdfSignature, claims: Signature) -> Signature:
    """Of a signature that pyHanko does not judge (SM2, short keys): the digest at least must be the document's."""
    info = embedded.signer_info
    start, length, second, rest = (int(number) for number in embedded.byte_range)
    stream = embedded.reader.stream
    stream.seek(0)
    data = stream.read()
    found = certificates.digest(
        info["digest_algorithm"]["algorithm"].dotted, data[start : start + length] + data[second : second + rest]
    )
    attributes = {attribute["type"].native: attribute["values"] for attribute in info["signed_attrs"]}
    stated = attributes["message_digest"][0].native if "message_digest" in attributes else None
    if found is not None and stated is not None and found[1] != stated:
        return replace(claims, status="invalid")
    return claims if second + rest >= len(data.rstrip()) else replace(claims, uncovered="later revision")


def _validated(embedded: EmbeddedPdfSignature, time: datetime | None) -> PdfSignatureStatus:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(
        trust_roots=certificates.roots(), allow_fetching=False, revocation_mode="soft-fail", moment=time
    )
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    return validate_pdf_signature(embedded, signer_validation_context=context, key_usage_settings=usage)


def _modified_after(status: PdfSignatureStatus, *, last: bool) -> str:
    """What was changed after signing beyond time stamps, validation data and, but for the last, a further signature.

    Intact alone would not show it.
    """
    from pyhanko.sign.diff_analysis import ModificationLevel

    level = status.modification_level
    if level is None or level <= (ModificationLevel.LTA_UPDATES if last else ModificationLevel.FORM_FILLING):
        return ""
    return str(level.name).lower()


def _pdf_status(status: PdfSignatureStatus, modified: str, time: datetime | None) -> str:
    if not (status.intact and status.valid) or modified or status.docmdp_ok is False:
        return "invalid"
    return "valid" if status.bottom_line and time is not None else "untrusted"


def ofd_signals(data: bytes) -> dict[str, str]:
    """The signals of an OFD file; one whose structure is broken has the status none."""
    try:
        with Package(data) as package:
            return _signals([_ofd_signature(package, path) for path in _signature_parts(package)])
    except (OFDError, zipfile.BadZipFile):
        return {"signature.status": "none"}


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _all(parent: Element, name: str) -> Iterator[Element]:
    return (element for element in parent.iter() if _local(element) == name)


def _text(parent: Element, name: str) -> str:
    return next(((element.text or "").strip() for element in _all(parent, name)), "")


def _signature_parts(package: Package) -> Iterator[str]:
    """The Signature.xml parts, by OFD.xml and Signatures.xml."""
    entry = package.find("OFD.xml")
    for pointer in _all(package.read_xml(entry), "Signatures") if entry else ():
        listing = package.resolve(entry, pointer.text)
        for element in _all(package.read_xml(listing), "Signature") if listing else ():
            if path := package.resolve(listing, element.get("BaseLoc")):
                yield path


def _ofd_signature(package: Package, path: str) -> Signature:
    described = package.read(path)
    root = package.read_xml(path)
    changed, weak, covered = _compare_digests(package, path, root)
    value = package.resolve(path, _text(root, "SignedValue"))
    sealed = _seal(package.read(value)) if value else None
    time = _ofd_time(_text(root, "SignatureDateTime"))
    uncovered = _uncovered(package, covered)
    status = _ofd_status(sealed, described, time)
    if changed:
        status = "invalid"
    elif status == "valid" and (weak or uncovered):
        status = "untrusted"
    signer = certificates.name(sealed.certificate) if sealed else ""
    return Signature(status, signer, time.isoformat() if time else "", " ".join(changed), " ".join(uncovered))


def _compare_digests(package: Package, path: str, root: Element) -> tuple[list[str], bool, set[str]]:
    """(parts whose digest differs or that are gone, whether a weak method is used, parts that are protected)."""
    methods = [element.get("CheckMethod") or "md5" for element in _all(root, "References")]
    method = methods[0] if methods else "md5"
    changed: list[str] = []
    covered: set[str] = set()
    weak = not methods
    for reference in _all(root, "Reference"):
        name = package.resolve(path, reference.get("FileRef"))
        found = certificates.digest(method, package.read(name)) if name else None
        covered.add(name or "")
        weak = weak or found is None or found[0] in certificates.WEAK
        unknown = name is not None and found is None
        if not unknown and (found is None or found[1] != _base64(_text(reference, "CheckValue"))):
            changed.append(reference.get("FileRef", ""))
    return changed, weak, covered


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except ValueError:
        return b""


def _uncovered(package: Package, covered: set[str]) -> list[str]:
    """Parts outside the signatures' own folders that no digest protects."""
    folders = {path.rpartition("/")[0] for path in _signature_parts(package)}
    listing = {path.rpartition("/")[0] + "/Signatures.xml" for path in folders}
    return [
        name
        for name in sorted(package.names)
        if name not in covered and name not in listing and not any(name.startswith(f"{folder}/") for folder in folders)
    ]


def _ofd_time(printed: str) -> datetime | None:
    """The signature's own time; a time without a zone is China's."""
    digits = "".join(char for char in printed if char.isdigit())[:14]
    try:
        time = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=_CHINA)
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if printed.endswith("Z") else time


@dataclass(frozen=True, slots=True)
class Seal:
    """An electronic seal's signature value: GB/T 38540 SES_Signature, of either layout.

    signed: the DER that was signed; digest: of Signature.xml; listed: the certificate is one of the seal's own.
    """

    certificate: x509.Certificate
    algorithm: str
    signature: bytes
    signed: bytes
    digest: bytes
    listed: bool


@dataclass(frozen=True, slots=True)
class _Node:
    tag: int
    content: bytes
    whole: bytes


def _children(der: bytes) -> list[_Node]:
    content = parser.parse(der)[4]
    nodes = []
    while content:
        _, _, tag, header, body, trailer = parser.parse(content)
        size = len(header) + len(body) + len(trailer)
        nodes.append(_Node(tag, body, content[:size]))
        content = content[size:]
    return nodes


def _seal(der: bytes) -> Seal | None:
    """The parts of a signature value; None when it has neither layout of the standard."""
    try:
        outer = _children(der)
        signed = _children(outer[0].whole)
        if outer[1].tag == core.OctetString.tag:
            holder, algorithm, value = outer[1].content, outer[2].whole, outer[3].content
        else:
            holder, algorithm, value = signed[5].content, signed[6].whole, outer[1].content
        certificate = x509.Certificate.load(holder)
        certificate.native  # noqa: B018  parsing is lazy: a broken certificate must show here
        listed = holder in signed[1].whole or _sm3(holder) in signed[1].whole
        oid = core.ObjectIdentifier.load(algorithm).dotted
        return Seal(certificate, oid, value[1:], outer[0].whole, signed[3].content[1:], listed)
    except (ValueError, TypeError, IndexError):
        return None


@dataclass(frozen=True, slots=True)
class Stamp:
    """A seal's picture and where it is to be shown. page: the page's ID; boundary: in mm; picture: a file's bytes."""

    page: str
    boundary: str
    picture: bytes


def stamps(package: Package) -> Iterator[Stamp]:
    """What the seals of an OFD file look like (GB/T 38540, 6.1: SES_ESPictrueInfo); nothing is verified here."""
    for path in _signature_parts(package):
        root = package.read_xml(path)
        value = package.resolve(path, _text(root, "SignedValue"))
        picture = _picture(package.read(value)) if value else None
        for place in _all(root, "StampAnnot") if picture else ():
            yield Stamp(place.get("PageRef", ""), place.get("Boundary", ""), picture or b"")


def _picture(der: bytes) -> bytes | None:
    """Of the sealed value: (type, content, width, height), wherever either layout of the standard puts it."""
    open_: list[bytes] = [der]
    try:
        while open_:
            nodes = _children(open_.pop())
            if [node.tag for node in nodes] == _PICTURE:
                return nodes[1].content
            open_ += [node.whole for node in nodes if node.tag == core.Sequence.tag]
    except (ValueError, TypeError, IndexError):
        pass
    return None


_PICTURE = [core.IA5String.tag, core.OctetString.tag, core.Integer.tag, core.Integer.tag]


def _sm3(data: bytes) -> bytes:
    found = certificates.digest("sm3", data)
    return found[1] if found else b""


def _ofd_status(seal: Seal | None, described: bytes, time: datetime | None) -> str:
    """Of the signature value alone; a value of another layout vouches for nothing."""
    if seal is None:
        return "untrusted"
    method = "sm3" if seal.algorithm in certificates.SM2 else "sha256"
    expected = certificates.digest(method, described)
    fits = certificates.verifies(seal.certificate, seal.algorithm, seal.signature, seal.signed)
    if fits is None:
        return "untrusted"
    if not fits or expected is None or expected[1] != seal.digest:
        return "invalid"
    return (
        "valid" if seal.listed and certificates.trusted(seal.certificate, time, certificates.roots()) else "untrusted"
    )
