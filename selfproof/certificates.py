"""Certificates and the signatures made with them: SM2 (GB/T 32918) by gmssl, RSA and ECDSA by cryptography.

Whom to trust is the deployer's word alone: the folder in ``SELFPROOF_TRUST_ROOTS`` holds certificates (PEM or DER),
and there are none by default. An intermediate issuer is trusted when its own certificate lies in the folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import core, pem, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from gmssl import sm2

from selfproof.errors import PolicyError

FOLDER = "SELFPROOF_TRUST_ROOTS"
SM2 = {"1.2.156.10197.1.501", "1.2.156.10197.1.301"}  # SM2 with SM3, GM/T 0006
_SM2_ORDER = int(sm2.default_ecc_table["n"], 16)
_SUFFIXES = {".pem", ".crt", ".cer", ".der"}
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.1.1.5": hashes.SHA1,
    "1.2.840.113549.1.1.11": hashes.SHA256,
    "1.2.840.113549.1.1.12": hashes.SHA384,
    "1.2.840.113549.1.1.13": hashes.SHA512,
    "1.2.840.10045.4.3.2": hashes.SHA256,
    "1.2.840.10045.4.3.3": hashes.SHA384,
}
_DIGESTS = {
    "1.2.156.10197.1.401": "sm3", "sm3": "sm3",
    "2.16.840.1.101.3.4.2.1": "sha256", "sha256": "sha256", "sha-256": "sha256",
    "1.3.14.3.2.26": "sha1", "sha1": "sha1", "sha-1": "sha1",
    "1.2.840.113549.2.5": "md5", "md5": "md5",
}  # fmt: skip
WEAK = {"sha1", "md5"}


def roots() -> tuple[x509.Certificate, ...]:
    """The deployer's certificates; none when no folder is named. Raises PolicyError for one that is not readable."""
    folder = os.environ.get(FOLDER)
    if folder and not Path(folder).is_dir():
        raise PolicyError(f"{FOLDER} names no folder: {folder}")
    paths = sorted(Path(folder).iterdir()) if folder else []
    return tuple(_load(path) for path in paths if path.suffix.lower() in _SUFFIXES)


def _load(path: Path) -> x509.Certificate:
    data = path.read_bytes()
    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        certificate = x509.Certificate.load(der)
        certificate.native  # noqa: B018  parsing is lazy: a broken certificate must show here
    except (ValueError, TypeError) as error:
        raise PolicyError(f"{path.name} is no certificate") from error
    return certificate


def digest(method: str, data: bytes) -> tuple[str, bytes] | None:
    """(name, digest) by a method's name or object identifier; None for one that is not known."""
    name = _DIGESTS.get(method.strip().lower())
    if name == "sm3":
        sm3 = hashes.Hash(hashes.SM3())
        sm3.update(data)
        return name, sm3.finalize()
    return (name, hashlib.new(name, data, usedforsecurity=False).digest()) if name else None


def verifies(certificate: x509.Certificate, algorithm: str, signature: bytes, data: bytes) -> bool | None:
    """Whether the holder of the certificate signed the data; None when the algorithm is not known.

    algorithm: the object identifier, dotted.
    """
    if algorithm in SM2:
        return _sm2_verifies(bytes(certificate.public_key["public_key"]), signature, data)
    if algorithm not in _HASHES:
        return None
    try:
        return _classic_verifies(certificate.public_key.dump(), _HASHES[algorithm](), signature, data)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False


def _classic_verifies(key: bytes, hash_: hashes.HashAlgorithm, signature: bytes, data: bytes) -> bool:
    public = serialization.load_der_public_key(key)
    if isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, data, padding.PKCS1v15(), hash_)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, data, ec.ECDSA(hash_))
    else:
        return False
    return True


def _sm2_verifies(point: bytes, signature: bytes, data: bytes) -> bool:
    """SM2 with SM3 and the default identity; the signature is DER or r and s of 32 bytes each."""
    pair = _sm2_pair(signature)
    if pair is None or len(point) != 65 or point[0] != 4:  # noqa: PLR2004  an uncompressed point of 256 bits
        return False
    verifier = sm2.CryptSM2(private_key="", public_key="", mode=1)
    verifier.public_key = point[1:].hex()  # the constructor would strip leading 0 and 4 digits from the point itself
    return bool(verifier.verify_with_sm3("".join(f"{number:064x}" for number in pair), data))


def _sm2_pair(signature: bytes) -> tuple[int, int] | None:
    if len(signature) == 64:  # noqa: PLR2004  r and s of 256 bits each
        pair = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    else:
        try:
            r, s = core.SequenceOf.load(signature, spec=core.Integer).native
        except (ValueError, TypeError):
            return None
        pair = r, s
    return pair if all(0 < number < _SM2_ORDER for number in pair) else None


def trusted(certificate: x509.Certificate, when: datetime | None, anchors: Sequence[x509.Certificate]) -> bool:
    """Whether a certificate of the folder is this one or issued it, and both were valid at that time."""
    if when is None or not _valid_at(certificate, when):
        return False
    if any(anchor.dump() == certificate.dump() for anchor in anchors):
        return True
    return any(_valid_at(anchor, when) and _issued(anchor, certificate) for anchor in anchors)


def _valid_at(certificate: x509.Certificate, when: datetime) -> bool:
    return bool(certificate.not_valid_before <= when <= certificate.not_valid_after)


def _issued(anchor: x509.Certificate, certificate: x509.Certificate) -> bool:
    if not anchor.ca or anchor.subject.dump() != certificate.issuer.dump():
        return False
    algorithm = certificate["signature_algorithm"]["algorithm"].dotted
    signed = certificate["tbs_certificate"].dump()
    return verifies(anchor, algorithm, certificate["signature_value"].native, signed) is True


def name(certificate: x509.Certificate) -> str:
    """The holder: common name, else organisation."""
    subject = certificate.subject.native
    found = subject.get("common_name") or subject.get("organization_name") or ""
    return str(found if isinstance(found, str) else " ".join(found))
