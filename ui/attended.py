"""That nothing is being read or decided, or not as pages look for it: for those who can see to it."""

from __future__ import annotations

from selfproof.access import Desk, Role
from ui import widgets
from ui.words import listed, t


def show(desk: Desk) -> None:
    """Since when how many wait, or in what pages and worker differ, and what to do about it; else nothing."""
    strays = desk.strays
    if strays:
        told = t("admin.strays", what=listed([t(f"admin.stray_{name}") for name in strays]))
        widgets.note("bad", told, t(f"admin.strays_{_who(desk)}"))
    found = desk.unattended()
    if found is not None:
        since = f"{found.since.astimezone():%Y-%m-%d %H:%M}"
        told = t("ui.unattended", count=found.count, since=since)
        widgets.note("bad", told, t(f"ui.unattended_{_who(desk)}"))


def _who(desk: Desk) -> str:
    return "admin" if desk.session.role is Role.ADMIN else "staff"
