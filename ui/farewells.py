"""Why a session has ended, for the browser that still holds its cookie: a page may be gone before its words are read.

A changed password ends all sessions; a page that refreshes itself is then sent to the sign-in page at once.
"""

from __future__ import annotations

import threading
import time

from selfproof.access import Session
from selfproof.access.session import key_of

_SECONDS = 600.0
_CHANGED: dict[str, float] = {}
"""The key of a session whose owner changed his password in it → until when, on the monotonic clock."""
_ONE = threading.Lock()


def password_changed(session: Session) -> None:
    """Remember for ten minutes that this session ended because its owner changed his password."""
    now = time.monotonic()
    with _ONE:
        for old in [key for key, until in _CHANGED.items() if until < now]:
            del _CHANGED[old]
        _CHANGED[session.key] = now + _SECONDS


def has_changed(token: str) -> bool:
    """Whether the session of this cookie ended so."""
    with _ONE:
        return _CHANGED.get(key_of(token), 0.0) > time.monotonic()
