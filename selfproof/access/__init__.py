"""Who is who: accounts, sessions, and the one guarded service under all pages, `Desk`."""

from __future__ import annotations

from selfproof.access.about import About
from selfproof.access.blanks import Blank
from selfproof.access.desk import Desk
from selfproof.access.questions import Question
from selfproof.access.review import CaseRow
from selfproof.access.rules import Role, rules
from selfproof.access.session import LockedError, Session, enter, sign_in, sign_out, sign_out_everywhere
from selfproof.access.standing import Standing
from selfproof.errors import UnfitError

__all__ = [
    "About", "Blank", "CaseRow", "Desk", "LockedError", "Question", "Role", "Session", "Standing", "UnfitError",
    "enter", "rules", "sign_in", "sign_out", "sign_out_everywhere",
]  # fmt: skip
