"""The first step: who the business is, and what its owner states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from selfproof import values
from selfproof.access import About, Desk
from selfproof.credit import policy as policies
from selfproof.errors import UnfitError
from selfproof.model import Applicant, Application, Value
from ui import steps, widgets
from ui.words import money, t, t_or

_AMOUNTS = ("annual_turnover", "own_funds", "working_capital_loans", "debt_service_annual")
_EMPTY = About(Applicant(""), "", "", {})


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it was sent."""

    applicant: Applicant
    trade: str
    industry: str
    amounts: Mapping[str, str]


@st.cache_data
def _choices() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Trades and industries that the standard policy knows."""
    known = policies.load("standard")
    return tuple(known.trades), tuple(known.industries)


def show(desk: Desk, application: str) -> None:
    """The step; without an application it makes one."""
    kept = desk.application(application) if application else None
    widgets.heading(t("owner.step_about"), 1)
    widgets.small(t("owner.about_help"))
    if kept is not None:
        widgets.small(t("owner.limit_before", limit=money(kept.existing_limit)))
    typed = _form(_said(kept))
    if typed is None:
        return
    complaints = list(_complaints(typed))
    for complaint in complaints:
        widgets.note("bad", complaint)
    if complaints:
        return
    try:
        _keep(desk, application, _about(typed))
    except UnfitError as error:
        widgets.note("bad", t(f"access.{error.code}"))
    else:
        steps.go("proof")


def _said(kept: Application | None) -> About:
    """What is known so far."""
    if kept is None:
        return _EMPTY
    declared = {fact.field: fact.value for fact in kept.facts if fact.kind == "declaration"}
    return About(kept.applicant, kept.trade, policies.load("standard").industry(kept.industry)[0], declared)


def _form(said: About) -> Typed | None:
    """What was sent, or None until it is."""
    trades, industries = _choices()
    with st.form("about", border=False):
        applicant = Applicant(
            st.text_input(t("owner.name"), said.applicant.name, max_chars=100),
            st.text_input(t("owner.uscc"), said.applicant.uscc, max_chars=20, help=t("owner.uscc_help")),
            st.text_input(t("owner.person"), said.applicant.legal_representative, max_chars=50),
            st.text_input(t("owner.address"), said.applicant.address, max_chars=200),
        )
        trade = st.selectbox(t("owner.trade"), trades, _place(trades, said.trade), format_func=_trade)
        industry = st.selectbox(
            t("owner.industry"), industries, _place(industries, said.industry), format_func=_industry
        )
        widgets.small(t("owner.amounts_help"))
        amounts = {name: _amount(name, said.declared.get(name)) for name in _AMOUNTS}
        sent = st.form_submit_button(t("owner.about_save"), type="primary", width="stretch")
    return Typed(applicant, trade, industry, amounts) if sent else None


def _place(choices: Sequence[str], chosen: str) -> int:
    return choices.index(chosen) if chosen in choices else 0


def _trade(name: str) -> str:
    return t_or(f"owner.trade_{name}", name)


def _industry(name: str) -> str:
    return t_or(f"words.industry_{name}", t("owner.industry_other"))


def _amount(name: str, known: Value | None) -> str:
    shown = f"{known:f}" if isinstance(known, Decimal) else "" if known is None else str(known)
    return st.text_input(t(f"fields.{name}"), shown, max_chars=20, placeholder=t("owner.amount_hint"))


def _complaints(typed: Typed) -> Sequence[str]:
    """What has to be put right before it can be kept."""
    said = [] if typed.applicant.name.strip() else [t("owner.name_missing")]
    if typed.applicant.uscc.strip() and values.tax_id(typed.applicant.uscc) is None:
        said.append(t("owner.uscc_wrong"))
    unclear = [name for name, text in typed.amounts.items() if text.strip() and _read(text) is None]
    return said + [t("owner.amount_unclear", name=t(f"fields.{name}")) for name in unclear]


def _read(text: str) -> Decimal | None:
    amount = values.money(text)
    return amount if amount is not None and amount >= 0 else None


def _about(typed: Typed) -> About:
    person = typed.applicant
    applicant = Applicant(
        person.name.strip(),
        values.tax_id(person.uscc) or "",
        person.legal_representative.strip(),
        person.address.strip(),
    )
    amounts = {name: _read(text) for name, text in typed.amounts.items()}
    declared: dict[str, Value] = {name: amount for name, amount in amounts.items() if amount is not None}
    return About(applicant, typed.trade, typed.industry, declared, taken_back=frozenset(_AMOUNTS) - set(declared))


def _keep(desk: Desk, application: str, about: About) -> None:
    if application:
        desk.describe(application, about)
    else:
        st.session_state["application"] = desk.create(about).id
