"""Downloads that a page has just made (a table as CSV, a report): held for ten minutes, for the session that asked."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field

from selfproof.access import Session

_SECONDS = 600.0
_MOST = 100
_HELD: dict[str, Parcel] = {}
_ONE = threading.Lock()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file in memory. until: on the monotonic clock."""

    session: str
    name: str
    media_type: str
    data: bytes = field(repr=False)
    until: float


def offer(session: Session, name: str, media_type: str, data: bytes) -> str:
    """Hold a file for this session; returns the address that a link in the page names."""
    key, now = secrets.token_urlsafe(24), time.monotonic()
    with _ONE:
        for old in [name for name, held in _HELD.items() if held.until < now][:]:
            del _HELD[old]
        while len(_HELD) >= _MOST:
            del _HELD[next(iter(_HELD))]
        _HELD[key] = Parcel(session.key, name, media_type, data, now + _SECONDS)
    return f"/parcel/{key}"


def take(session: Session, key: str) -> Parcel | None:
    """The file, for the session that it was made for and as long as it is held."""
    with _ONE:
        parcel = _HELD.get(key)
    fits = parcel is not None and parcel.session == session.key and parcel.until >= time.monotonic()
    return parcel if fits else None
