"""Really signed PDF and OFD files, by authorities made here: trusted, not trusted, altered, extended."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import algos, core, keys, pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from gmssl import sm2
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec
from pyhanko_certvalidator.registry import SimpleCertificateStore

from selfproof import certificates, signatures
from selfproof.errors import PolicyError

START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
SIGNED = datetime(2026, 3, 1, 8, tzinfo=UTC)
SM2_WITH_SM3 = "1.2.156.10197.1.501"
NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def _rsa_certificate(
    name: str, key: rsa.RSAPrivateKey, issuer: tuple[x509.Name, rsa.RSAPrivateKey] | None
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    parent, signer = issuer or (subject, key)
    usage = x509.KeyUsage(issuer is not None, *[False] * 4, issuer is None, issuer is None, *[False] * 2)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(parent)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(signer, hashes.SHA256())


class _Authority:
    """An RSA root with one signer, in the forms that both libraries want."""

    def __init__(self) -> None:
        self.key, self.signer_key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        self.root = _rsa_certificate("样例根", self.key, None)
        self.signer = _rsa_certificate("样例签章", self.signer_key, (self.root.subject, self.key))


@pytest.fixture(scope="module")
def authority() -> _Authority:
    return _Authority()


@pytest.fixture
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def add(der: bytes) -> None:
        (tmp_path / f"{len(list(tmp_path.iterdir()))}.pem").write_bytes(pem.armor("CERTIFICATE", der))
        monkeypatch.setenv(certificates.FOLDER, str(tmp_path))

    return add


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _signed_pdf(authority: _Authority) -> bytes:
    blank = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        pdf.save(blank)
    store = SimpleCertificateStore()
    store.register(asn1.Certificate.load(_der(authority.root)))
    signer = signers.SimpleSigner(
        asn1.Certificate.load(_der(authority.signer)),
        keys.PrivateKeyInfo.load(
            authority.signer_key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        ),
        store,
    )
    writer = IncrementalPdfFileWriter(blank)
    metadata = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256")
    made = signers.sign_pdf(
        writer, metadata, signer=signer, new_field_spec=SigFieldSpec("Signature1"), output=io.BytesIO()
    )
    return bytes(made.getbuffer())


@pytest.fixture(scope="module")
def signed_pdf(authority: _Authority) -> bytes:
    return _signed_pdf(authority)


def test_a_pdf_without_signature_says_none() -> None:
    assert signatures.pdf_signals(b"%PDF-1.4 broken") == {"signature.status": "none"}


def test_an_intact_pdf_signature_is_untrusted_without_roots(signed_pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(certificates.FOLDER, raising=False)
    signals = signatures.pdf_signals(signed_pdf)
    assert signals["signature.status"] == "untrusted"
    assert signals["signature.signer"] == "样例签章"
    assert "signature.modified_after" not in signals


def test_a_pdf_signature_is_valid_where_the_deployer_trusts_its_root(
    signed_pdf: bytes, authority: _Authority, trust: Callable[[bytes], None]
) -> None:
    trust(_der(authority.root))
    assert signatures.pdf_signals(signed_pdf)["signature.status"] == "valid"


def test_a_signed_pdf_with_a_changed_byte_is_invalid(
    signed_pdf: bytes, authority: _Authority, trust: Callable[[bytes], None]
) -> None:
    trust(_der(authority.root))
    changed = signed_pdf.replace(b"300 200", b"300 201", 1)
    assert changed != signed_pdf
    assert signatures.pdf_signals(changed)["signature.status"] == "invalid"


def test_content_added_after_signing_is_named_and_invalid(
    signed_pdf: bytes, authority: _Authority, trust: Callable[[bytes], None]
) -> None:
    trust(_der(authority.root))
    writer = IncrementalPdfFileWriter(io.BytesIO(signed_pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"][2] = page["/MediaBox"][3]
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    signals = signatures.pdf_signals(out.getvalue())
    assert signals["signature.status"] == "invalid"
    assert signals["signature.modified_after"] == "other"


class _Sm2:
    """An SM2 key with a certificate of its own or of another key."""

    def __init__(self, name: str, issuer: _Sm2 | None = None) -> None:
        private = os.urandom(31).hex().rjust(64, "0")
        tool = sm2.CryptSM2(private_key=private, public_key="")
        self.point = tool._kg(int(private, 16), sm2.default_ecc_table["g"])
        self.tool = sm2.CryptSM2(private_key=private, public_key="", asn1=True)
        self.tool.public_key = self.point
        self.subject = asn1.Name.build({"common_name": name})
        self.certificate = self._certificate(issuer)

    def sign(self, data: bytes) -> bytes:
        return bytes.fromhex(self.tool.sign_with_sm3(data))

    def _certificate(self, issuer: _Sm2 | None) -> asn1.Certificate:
        parent = issuer or self
        algorithm = algos.SignedDigestAlgorithm({"algorithm": SM2_WITH_SM3})
        info = keys.PublicKeyInfo(
            {
                "algorithm": {"algorithm": "ec", "parameters": keys.ECDomainParameters("named", "1.2.156.10197.1.301")},
                "public_key": keys.ECPointBitString(bytes.fromhex("04" + self.point)),
            }
        )
        body = asn1.TbsCertificate(
            {
                "version": "v3",
                "serial_number": 7,
                "signature": algorithm,
                "issuer": parent.subject,
                "validity": {"not_before": asn1.Time({"utc_time": START}), "not_after": asn1.Time({"utc_time": END})},
                "subject": self.subject,
                "subject_public_key_info": info,
                "extensions": [
                    {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": issuer is None}}
                ],
            }
        )
        return asn1.Certificate(
            {
                "tbs_certificate": body,
                "signature_algorithm": algorithm,
                "signature_value": core.OctetBitString(parent.sign(body.dump())),
            }
        )


def _tlv(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x80 | (size.bit_length() + 7) // 8]) + size.to_bytes(
        (size.bit_length() + 7) // 8, "big"
    )  # fmt: skip
    return bytes([tag]) + length + content


def _seal_value(holder: _Sm2, described: bytes, *, newer: bool = True) -> bytes:
    """SES_Signature over the described file, of GB/T 38540 or of GM/T 0031."""
    certificate = holder.certificate.dump()
    hashed = certificates.digest("sm3", described)
    assert hashed is not None
    seal = _tlv(0x30, _tlv(0x04, certificate))
    when = _tlv(0x18, b"20260301080000Z") if newer else _tlv(0x03, b"\0now")
    parts = [
        _tlv(0x02, b"\4" if newer else b"\1"),
        seal,
        when,
        _tlv(0x03, b"\0", hashed[1]),
        _tlv(0x16, b"/Signs/S.xml"),
    ]
    algorithm = core.ObjectIdentifier(SM2_WITH_SM3).dump()
    if not newer:
        signed = _tlv(0x30, *parts, _tlv(0x04, certificate), algorithm)
        return _tlv(0x30, signed, _tlv(0x03, b"\0", holder.sign(signed)))
    signed = _tlv(0x30, *parts)
    return _tlv(0x30, signed, _tlv(0x04, certificate), algorithm, _tlv(0x03, b"\0", holder.sign(signed)))


CONTENT = {
    "OFD.xml": f"""<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>
        <ofd:Signatures>/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>""".encode(),
    "Doc_0/Document.xml": f"<ofd:Document {NS}/>".encode(),
}


def _signature_xml(parts: Mapping[str, bytes], method: str = "1.2.156.10197.1.401") -> bytes:
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(found[1]).decode()}</ofd:CheckValue>'
        "</ofd:Reference>"
        for name, data in parts.items()
        if (found := certificates.digest(method, data))
    )
    return f"""<ofd:Signature {NS}><ofd:SignedInfo><ofd:SignatureDateTime>20260301160000</ofd:SignatureDateTime>
        <ofd:References CheckMethod="{method}">{references}</ofd:References></ofd:SignedInfo>
        <ofd:SignedValue>/Signs/S/V.dat</ofd:SignedValue></ofd:Signature>""".encode()


def _ofd(described: bytes, value: bytes, **extra: bytes) -> bytes:
    listing = f'<ofd:Signatures {NS}><ofd:Signature ID="1" BaseLoc="/Signs/S/S.xml"/></ofd:Signatures>'
    signs = {"Signs/Signatures.xml": listing.encode(), "Signs/S/S.xml": described, "Signs/S/V.dat": value}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in {**CONTENT, **signs, **{key.replace("__", "/"): data for key, data in extra.items()}}.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def sm2_root() -> _Sm2:
    return _Sm2("样例国密根")


@pytest.fixture(scope="module")
def holder(sm2_root: _Sm2) -> _Sm2:
    return _Sm2("样例监制章", sm2_root)


@pytest.mark.parametrize("newer", [True, False])
def test_an_ofd_sealed_with_sm2_is_valid_where_its_root_is_trusted(
    *, newer: bool, holder: _Sm2, sm2_root: _Sm2, trust: Callable[[bytes], None]
) -> None:
    described = _signature_xml(CONTENT)
    made = _ofd(described, _seal_value(holder, described, newer=newer))
    assert signatures.ofd_signals(made)["signature.status"] == "untrusted"
    trust(sm2_root.certificate.dump())
    assert signatures.ofd_signals(made) == {
        "signature.status": "valid",
        "signature.signer": "样例监制章",
        "signature.time": "2026-03-01T16:00:00+08:00",
    }


def test_a_changed_part_of_an_ofd_is_named_and_invalid(holder: _Sm2) -> None:
    described = _signature_xml({**CONTENT, "Doc_0/Document.xml": b"<other/>"})
    signals = signatures.ofd_signals(_ofd(described, _seal_value(holder, described)))
    assert signals["signature.status"] == "invalid"
    assert signals["signature.modified_after"] == "/Doc_0/Document.xml"


def test_digests_renewed_by_a_forger_do_not_fit_the_sealed_value(holder: _Sm2) -> None:
    honest = _signature_xml({**CONTENT, "Doc_0/Document.xml": b"<other/>"})
    forged = _ofd(_signature_xml(CONTENT), _seal_value(holder, honest))
    assert signatures.ofd_signals(forged)["signature.status"] == "invalid"


def test_a_value_of_another_key_is_invalid(holder: _Sm2) -> None:
    described = _signature_xml(CONTENT)
    value = bytearray(_seal_value(holder, described))
    value[-3] ^= 1
    assert signatures.ofd_signals(_ofd(described, bytes(value)))["signature.status"] == "invalid"


def test_a_seal_of_a_certificate_that_another_root_issued_is_untrusted(
    holder: _Sm2, trust: Callable[[bytes], None]
) -> None:
    trust(_Sm2("样例国密根").certificate.dump())
    described = _signature_xml(CONTENT)
    assert signatures.ofd_signals(_ofd(described, _seal_value(holder, described)))["signature.status"] == "untrusted"


@pytest.mark.parametrize(("method", "extra"), [("MD5", {}), ("1.2.156.10197.1.401", {"Doc_0__Late.xml": b"<x/>"})])
def test_weak_digests_and_parts_without_one_keep_a_seal_from_being_valid(
    method: str, extra: dict[str, bytes], holder: _Sm2, trust: Callable[[bytes], None]
) -> None:
    trust(holder.certificate.dump())
    described = _signature_xml(CONTENT, method)
    signals = signatures.ofd_signals(_ofd(described, _seal_value(holder, described), **extra))
    assert signals["signature.status"] == "untrusted"
    assert signals.get("signature.uncovered", "") == ("Doc_0/Late.xml" if extra else "")


def test_a_value_of_an_unknown_layout_vouches_for_nothing() -> None:
    assert signatures.ofd_signals(_ofd(_signature_xml(CONTENT), b"\x30\x00"))["signature.status"] == "untrusted"


def test_an_ofd_without_signatures_says_none() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {NS}/>")
    assert signatures.ofd_signals(buffer.getvalue()) == {"signature.status": "none"}
    assert signatures.ofd_signals(b"nothing") == {"signature.status": "none"}


def test_rsa_signatures_are_checked_by_their_algorithm(authority: _Authority) -> None:
    certificate = asn1.Certificate.load(_der(authority.signer))
    signature = authority.signer_key.sign(b"data", padding.PKCS1v15(), hashes.SHA256())
    rsa_sha256 = "1.2.840.113549.1.1.11"
    assert certificates.verifies(certificate, rsa_sha256, signature, b"data") is True
    assert certificates.verifies(certificate, rsa_sha256, signature, b"date") is False
    assert certificates.verifies(certificate, "1.2.3", signature, b"data") is None


def test_an_issuer_that_is_no_authority_makes_no_one_trusted(authority: _Authority) -> None:
    leaf = asn1.Certificate.load(_der(authority.signer))
    child = _rsa_certificate("样例下家", authority.signer_key, (authority.signer.subject, authority.signer_key))
    assert certificates.trusted(leaf, SIGNED, (asn1.Certificate.load(_der(authority.root)),))
    assert not certificates.trusted(asn1.Certificate.load(_der(child)), SIGNED, (leaf,))


@pytest.mark.parametrize("when", [None, datetime(2019, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)])
def test_a_certificate_outside_its_time_is_not_trusted(authority: _Authority, when: datetime | None) -> None:
    leaf = asn1.Certificate.load(_der(authority.signer))
    assert not certificates.trusted(leaf, when, (leaf,))


def test_a_root_that_is_no_certificate_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "root.cer").write_bytes(b"no certificate")
    monkeypatch.setenv(certificates.FOLDER, str(tmp_path))
    with pytest.raises(PolicyError, match=r"root\.cer"):
        certificates.roots()


def test_known_digests() -> None:
    assert certificates.digest("SM3", b"abc") == (
        "sm3",
        bytes.fromhex("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    )
    assert certificates.digest("2.16.840.1.101.3.4.2.1", b"") == ("sha256", hashlib.sha256(b"").digest())
    assert certificates.digest("crc", b"") is None


@given(st.binary(max_size=200))
@settings(max_examples=50, deadline=None)
def test_no_signed_value_crashes_the_check(value: bytes) -> None:
    made = _ofd(_signature_xml(CONTENT), b"\x30\x81" + value)
    assert signatures.ofd_signals(made)["signature.status"] in {"untrusted", "invalid"}


def test_a_signed_pdf_too_broken_to_follow_vouches_for_nothing(signed_pdf: bytes) -> None:
    broken = signed_pdf.replace(b"startxref", b"startxxxx").replace(b"trailer", b"trxxxxx").replace(b"/XRef", b"/XXXX")
    assert signatures.pdf_signals(broken)["signature.status"] in {"untrusted", "invalid"}
