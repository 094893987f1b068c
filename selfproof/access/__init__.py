"""Who is who: accounts, sessions, and the one guarded service under all pages, `Desk`."""

from __future__ import annotations

from selfproof.access.desk import About, Desk
from selfproof.access.people import UnfitError
from selfproof.access.review import CaseRow, Standing
from selfproof.access.rules import Role, rules
from selfproof.access.session import LockedError, Session, enter, sign_in, sign_out, sign_out_everywhere

__all__ = [
    "About", "CaseRow", "Desk", "LockedError", "Role", "Session", "Standing", "UnfitError", "enter", "rules", "sign_in",
    "sign_out", "sign_out_everywhere",
]  # fmt: skip
