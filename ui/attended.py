"""That nothing is being read or decided, though something waits: for those who can see to it."""

from __future__ import annotations

from selfproof.access import Desk, Role
from ui import widgets
from ui.words import t


def show(desk: Desk) -> None:
    """Since when how many wait, and what to do about it; nothing while a worker runs or nothing waits."""
    found = desk.unattended()
    if found is not None:
        since = f"{found.since.astimezone():%Y-%m-%d %H:%M}"
        told = t("ui.unattended", count=found.count, since=since)
        widgets.note("bad", told, t(f"ui.unattended_{'admin' if desk.session.role is Role.ADMIN else 'staff'}"))
