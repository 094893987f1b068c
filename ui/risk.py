"""The risk staff's page: choose a policy, re-score, see who changes. The address names the run: a refresh keeps it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from selfproof.access import Desk, Role
from selfproof.store.rescores import Run, Stage
from ui import risk_life, risk_policy, risk_result, risk_run, who, widgets
from ui.words import t


def show() -> None:
    """The page, for the role whose it is."""
    desk = who.desk()
    if desk.session.role is not Role.RISK:
        widgets.note("bad", t("risk.not_yours"), t("risk.not_yours_help"))
        return
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
    if risk_run.is_under_way(run):
        risk_run.watch(desk, run.id)
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
