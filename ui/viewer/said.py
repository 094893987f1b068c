"""What the viewer says: its texts by name, in the session's language, and the list of keys."""

from __future__ import annotations

from ui.words import t

_TEXTS = """
documents pages no_picture save save_count save_done done accept accept_one reject ask aside aside_help reason
reason_help reason_needed confirm cancel point point_help pointed reread reread_help reread_said reread_nothing
reread_failed reread_late reread_nowhere reading zoom_in zoom_out fit rotate tools view_plain view_bleached
view_enhanced beside both undo undone nothing_to_undo left none_left all_seen said_accepted state_typed state_accepted
state_left will_accept will_reject will_ask will_aside keys keys_help close keeping kept not_kept leave_one
found_more_of release_sure
"""
_BLANKS = {name: f"{{{name}}}" for name in ("count", "name", "text", "what")}  # the component fills these
_REASONS = ("blurred", "cut", "other", "doubt")
_KEYS = {
    "Tab": "tab", "Enter": "enter", "R": "reject", "A": "ask", "S": "aside", "P": "release", "U": "undo",
    "Shift+Enter": "paper", "↑ ↓": "move", "Alt+↑  Alt+↓": "turn", "Esc": "escape", "Ctrl+S": "save",
    "Ctrl+Enter": "done", "Alt+=  Alt+−  Alt+0": "zoom", "Alt+.": "rotate", "Alt+V": "view",
    "Alt+L": "again", "?": "help",
}  # fmt: skip


def texts() -> dict[str, str]:
    """By name, with their blanks as they are."""
    return {name: t(f"review.{name}", **_BLANKS) for name in _TEXTS.split()}


def keys() -> list[tuple[str, str]]:
    """Each key with what it does."""
    return [(name, t(f"review.key_{act}")) for name, act in _KEYS.items()]


def reasons() -> list[str]:
    """What is most often written when a paper is refused, to choose from."""
    return [t(f"review.reason_{name}") for name in _REASONS]
