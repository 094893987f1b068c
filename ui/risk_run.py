"""A run of another policy over the portfolio while it is under way: how far it is, by itself."""

from __future__ import annotations

from math import ceil

import streamlit as st

from selfproof.access import Desk
from selfproof.store.rescores import Pace, Run, Stage
from ui import widgets
from ui.words import t

_LOOK = 1.0  # seconds between two looks at a run
_UNITS = {"hours": 3600, "minutes": 60}  # seconds


def is_under_way(run: Run) -> bool:
    """Whether somebody works on it, or is about to."""
    return run.alive or run.stage is Stage.QUEUED


@st.fragment(run_every=_LOOK)
def watch(desk: Desk, name: str) -> None:
    """Until it ends; then the whole page is drawn anew.

    No button is in here: Streamlit names a fragment after its place on the page, so that a click on what still stands
    on the screen goes to nobody as soon as something above has come or gone.
    """
    run = desk.risk.progress(name)
    if not is_under_way(run):
        st.rerun()
    st.progress(run.pace.share if run.pace else 0.0, _progress(run.pace))
    if run.stage is Stage.QUEUED:
        widgets.small(t("risk.stage_queued"))


def _progress(pace: Pace | None) -> str:
    """How far a run is, in words, with an estimate."""
    if pace is None:
        return t("risk.progress_start")
    told = {"done": f"{pace.done:,}", "all": f"{pace.total:,}", "share": f"{pace.share:.0%}", "left": _left(pace.left)}
    return t(f"risk.progress_{pace.phase}", **told)


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    unit, size = next(((unit, size) for unit, size in _UNITS.items() if seconds >= size), ("seconds", 1))
    return t(f"risk.left_{unit}", count=f"{ceil(seconds / size)}")
