"""The risk staff's page: choose a policy, re-score, see who changes. The address names the run: a refresh keeps it."""

from __future__ import annotations

from datetime import datetime
from math import ceil

import streamlit as st

from selfproof.access import Desk, Role
from selfproof.store.rescores import Pace, Run, Stage
from ui import risk_life, risk_policy, risk_result, who, widgets
from ui.words import t

_LOOK = 1.0  # seconds between two looks at a run
_UNITS = {"hours": 3600, "minutes": 60}  # seconds
_WIDE = '<style>[data-testid="stMainBlockContainer"] {max-width: 60rem}</style>'


def show() -> None:
    """The page, for the role whose it is."""
    desk = who.desk()
    if desk.session.role is not Role.RISK:
        widgets.note("bad", t("risk.not_yours"), t("risk.not_yours_help"))
        return
    st.html(_WIDE)
    widgets.heading(t("risk.title"), 1)
    widgets.small(t("risk.lead"))
    risk_life.alarm(desk)
    if not desk.risk.any_decision():
        widgets.note("wait", t("risk.nothing"), t("risk.nothing_help"))
        return
    risk_policy.choose(desk, _name)
    run = _chosen(desk)
    if run is not None:
        _standing(desk, run)


def _name(run: str) -> None:
    """Show this run from now on, here and after a refresh."""
    st.query_params["run"] = run
    st.session_state["risk-run"] = run


def _chosen(desk: Desk) -> Run | None:
    """The run that is looked at: the one that the address names, else the newest."""
    runs = {run.id: run for run in desk.risk.runs()}
    if not runs:
        return None
    named = st.session_state.get("risk-run") or st.query_params.get("run", "")
    st.session_state["risk-run"] = named if named in runs else next(iter(runs))
    if len(runs) > 1:
        st.selectbox(t("risk.runs"), list(runs), key="risk-run", format_func=lambda name: _title(runs[name]))
    else:
        widgets.small(t("risk.shown_run", title=_title(runs[named if named in runs else next(iter(runs))])))
    _name_only(st.session_state["risk-run"])
    return runs[st.session_state["risk-run"]]


def _name_only(run: str) -> None:
    if st.query_params.get("run") != run:
        st.query_params["run"] = run


def _title(run: Run) -> str:
    at = datetime.fromisoformat(run.at).astimezone()
    return t("risk.run_name", name=run.name, at=f"{at:%Y-%m-%d %H:%M}", stage=t(f"risk.stage_{_stage(run)}"))


def _stage(run: Run) -> str:
    return "interrupted" if run.stage is Stage.RUNNING and not run.alive else str(run.stage)


def _standing(desk: Desk, run: Run) -> None:
    """How far it is while it runs; what came of it afterwards."""
    if run.alive or run.stage is Stage.QUEUED:
        _watch(desk, run.id)
        st.button(t("risk.cancel"), on_click=widgets.doing(desk.risk.cancel, run.id))
        return
    if run.stage is Stage.ASIDE:
        widgets.note("mind", t("risk.aside", count=f"{run.aside:,}"), t("risk.aside_help"))
        risk_result.faults(desk.risk.set_aside(run.id))
        st.button(t("risk.again"), type="primary", on_click=widgets.doing(desk.risk.go_on, run.id))
    elif run.open:
        widgets.note("mind", t(f"risk.{'cancelled' if run.stage is Stage.CANCELLED else 'interrupted'}"))
        widgets.small(t("risk.go_on_help"))
        st.button(t("risk.go_on"), type="primary", on_click=widgets.doing(desk.risk.go_on, run.id))
    risk_result.show(desk, run)


@st.fragment(run_every=_LOOK)
def _watch(desk: Desk, name: str) -> None:
    """Until it ends; then the whole page is drawn anew.

    No button is in here: Streamlit names a fragment after its place on the page, so that a click on what still stands
    on the screen goes to nobody as soon as something above has come or gone.
    """
    run = desk.risk.progress(name)
    if not run.alive and run.stage is not Stage.QUEUED:
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
