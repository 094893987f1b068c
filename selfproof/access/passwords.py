"""Passwords: which are good enough, and their argon2id hashes (RFC 9106, the second recommended option)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from selfproof.access.rules import rules

_AT_ONCE = threading.BoundedSemaphore(2)  # each try takes 64 MiB: many at once must wait, not exhaust the machine
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


def complaint(password: str, name: str) -> str:
    """Why a password is not good enough, as a key of ``texts/access.yaml``; "" when it is."""
    plain = _plain(password)
    if len(plain) < rules().shortest:
        return "password_short"
    if len(plain) > rules().longest:
        return "password_long"
    if name.casefold() in plain.casefold():
        return "password_name"
    return "password_simple" if len(set(plain)) < rules().fewest_signs else ""


def _plain(password: str) -> str:
    """The same signs typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    """The argon2id hash, with its salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(_plain(password))


def matches(secret: str, password: str) -> bool:
    """Whether the password has this hash. An account without one takes as long to refuse as a wrong password."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(secret or _nobodys(), _plain(password)[: rules().longest]) and bool(secret)
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobodys() -> str:
    return _HASHER.hash("of nobody")
