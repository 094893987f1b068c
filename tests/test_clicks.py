"""No click is lost: what the pages' code must keep to, since Streamlit ends runs halfway."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from ui import server

PAGES = sorted((Path(__file__).parent.parent / "ui").glob("*.py"))
BUTTONS = frozenset({"button", "form_submit_button"})
_NEVER_ANEW = "admin"  # the accounts page, which never draws itself anew


@pytest.mark.parametrize("path", [path for path in PAGES if path.stem != _NEVER_ANEW], ids=lambda path: path.stem)
def test_buttons_act_in_on_click_since_a_run_may_end_before_their_line(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    buttons = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in BUTTONS]
    assert [call.lineno for call in buttons if not any(word.arg == "on_click" for word in call.keywords)] == []


def test_a_click_that_waits_for_its_run_is_not_thrown_away_for_another() -> None:
    assert server.SETTINGS["runner.fastReruns"] is False
