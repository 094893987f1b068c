"""One applicant under two policies: the limits, what binds, and every step that weighs otherwise."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import streamlit as st

from selfproof.access import Desk
from selfproof.rescoring import table
from selfproof.store.rescored import Rescored, Side, shifts
from ui import widgets
from ui.words import lang, listed, money, safe, t, t_or

_SHORT = 12  # characters of a version
_MAIN = 3  # reasons that a row of the list names


def show(desk: Desk, run: str, application: str) -> None:
    """The comparison; the name is masked until somebody asks for it, and both looks are logged."""
    item, name = desk.risk.result(run, application)
    widgets.heading(application, 3)
    _name(desk, application, name)
    st.html(f'<table class="plain amounts">{_table(item)}</table>')
    if item.after is not None and not shifts(item):
        widgets.small(t("risk.no_shift"))
    if item.after is None:
        widgets.note("bad", t("risk.cannot", error=table.refusal(item.error, lang())))
    elif item.after.review:
        why = " ".join(map(t, item.after.review))
        widgets.note("mind", t("risk.reason_review", why=why))
    if item.evidence:
        widgets.small(t("risk.evidence_one"))
    _report(desk, application, item.decision)


def _report(desk: Desk, application: str, decision: str) -> None:
    """All of the standing decision on paper."""
    make = partial(desk.audit_report, application, lang())
    widgets.on_paper(desk.session, "auditors", make, name=f"audit-{application}.pdf", of=decision)


def _name(desk: Desk, application: str, masked: str) -> None:
    shown: set[str] = st.session_state.setdefault("risk-names", set())
    if application not in shown:
        st.button(t("risk.show_name"), on_click=widgets.doing(shown.add, application))
    name = desk.risk.name(application) if application in shown else masked
    widgets.small(t("risk.applicant", name=name))


def _table(item: Rescored) -> str:
    heads = "".join(f'<th scope="col">{safe(t(f"risk.{name}"))}</th>' for name in ("step", "before", "after"))
    old, new = item.before, item.after
    rows = [
        _line(t("risk.effective"), money(old.effective), money(new.effective) if new else "—"),
        _line(t("risk.recommended"), money(old.recommended), money(new.recommended) if new else "—"),
        _line(t("risk.bound"), _bound(old), _bound(new)),
        *(
            _line(step_name(shift.code, shift.step), _effect(shift.before), _effect(shift.after))
            for shift in shifts(item)
        ),
        _line(t("risk.version"), old.policy[:_SHORT], new.policy[:_SHORT] if new else "—"),
    ]
    return f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody>"


def _line(name: str, before: str, after: str) -> str:
    return f'<tr><th scope="row">{safe(name)}</th><td>{safe(before)}</td><td>{safe(after)}</td></tr>'


def _bound(side: Side | None) -> str:
    return t_or(f"risk.binding_{side.binding}", side.binding) if side else "—"


def _effect(effect: Decimal | None) -> str:
    return "—" if effect is None else money(effect, sign=True)


def step_name(code: str, step: str) -> str:
    """A link of the chain in words for staff; an assumption, a contradiction or a stop by its code."""
    return t_or(f"risk.step_{step}", t_or(f"steps.{step}", t_or(f"risk.code_{code[:1]}", t("steps.other"))))


def main_reasons(item: Rescored) -> str:
    """The steps that move most, the largest first."""
    by_size = sorted(shifts(item), key=lambda shift: -abs((shift.after or Decimal(0)) - (shift.before or Decimal(0))))
    return listed(list(dict.fromkeys(step_name(shift.code, shift.step) for shift in by_size))[:_MAIN])
