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
_PLACE, _TAKEN = "about", "about-taken"
_OTHER = "general"  # the industry of whoever names none
_CODE = 18  # signs of a social-credit code (GB 32100)
_EMPTY = About(Applicant(""), "", _OTHER, {})


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
    _form(desk, application, _said(kept))
    widgets.told(_PLACE)


def _said(kept: Application | None) -> About:
    """What is known so far."""
    if kept is None:
        return _EMPTY
    declared = {fact.field: fact.value for fact in kept.facts if fact.kind == "declaration"}
    return About(kept.applicant, kept.trade, policies.load("standard").industry(kept.industry)[0], declared)


def _form(desk: Desk, application: str, said: About) -> None:
    trades, industries = _choices()
    known = said.applicant
    with st.form("about", border=False):
        _line("name", application, known.name, most=100)
        _line("uscc", application, known.uscc, most=20)
        widgets.small(t("owner.uscc_help"))
        _line("person", application, known.legal_representative, most=50)
        _line("address", application, known.address, most=200)
        _choice("trade", application, trades, said.trade)
        _choice("industry", application, industries, said.industry)
        widgets.small(t("owner.amounts_help"))
        for name in _AMOUNTS:
            _amount(name, application, said.declared.get(name))
        st.form_submit_button(
            t("owner.about_save"), type="primary", width="stretch", on_click=_sent, args=(desk, application)
        )


def _key(name: str, application: str) -> str:
    """Of a field: an owner of several businesses must not find one's words in another's form."""
    return f"about-{application}-{name}"


def _line(name: str, application: str, known: str, *, most: int) -> None:
    st.text_input(t(f"owner.{name}"), known, max_chars=most, key=_key(name, application))


def _choice(name: str, application: str, choices: Sequence[str], chosen: str) -> None:
    """Nothing stands chosen that nobody has chosen: a trade decides which papers count."""
    called = {"trade": _trade, "industry": _industry}[name]
    place = choices.index(chosen) if chosen in choices else None
    st.selectbox(
        t(f"owner.{name}"),
        choices,
        place,
        format_func=called,
        key=_key(name, application),
        placeholder=t("owner.choose"),
    )


def _sent(desk: Desk, application: str) -> None:
    """Keep what was sent and go on to the next step, unless there is something to say about it."""
    widgets.tell(_PLACE)
    widgets.doing(_take, desk, application)()
    if st.session_state.pop(_TAKEN, False):
        steps.go("proof")


def _take(desk: Desk, application: str) -> None:
    typed = _typed(application)
    complaints = list(_complaints(typed))
    if not complaints:
        try:
            _keep(desk, application, _about(typed))
        except UnfitError as error:
            complaints = [t(f"access.{error.code}")]
    widgets.tell(_PLACE, *[("bad", (complaint,)) for complaint in complaints])
    st.session_state[_TAKEN] = not complaints


def _typed(application: str) -> Typed:
    def of(name: str) -> str:
        return str(st.session_state[_key(name, application)] or "")

    applicant = Applicant(of("name"), of("uscc"), of("person"), of("address"))
    return Typed(applicant, of("trade"), of("industry"), {name: of(name) for name in _AMOUNTS})


def _trade(name: str) -> str:
    return t_or(f"owner.trade_{name}", name)


def _industry(name: str) -> str:
    return t_or(f"words.industry_{name}", t("owner.industry_other"))


def _amount(name: str, application: str, known: Value | None) -> None:
    shown = f"{known:f}" if isinstance(known, Decimal) else "" if known is None else str(known)
    hint, key = t("owner.amount_hint"), _key(name, application)
    st.text_input(t(f"fields.{name}"), shown, max_chars=20, placeholder=hint, key=key)


def _complaints(typed: Typed) -> Sequence[str]:
    """What has to be put right before it can be kept."""
    said = [] if typed.applicant.name.strip() else [t("owner.name_missing")]
    if typed.applicant.uscc.strip() and len(values.tax_id(typed.applicant.uscc) or "") != _CODE:
        said.append(t("owner.uscc_wrong"))
    said += [] if typed.trade else [t("access.trade_unknown")]
    unclear = [name for name, text in typed.amounts.items() if text.strip() and _read(text) is None]
    return said + [t("owner.amount_unclear", name=t(f"fields.{name}")) for name in unclear]


def _read(text: str) -> Decimal | None:
    """An amount as people type it; words go without their unit: 一百二十万."""
    amount = values.money(text)
    amount = values.amount_in_words(f"{text}元") if amount is None else amount
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
    """The one that is described, or the newest: a second click or tab must not make the business twice."""
    known = application or next(reversed(desk.applications()), "")
    if known:
        desk.describe(known, about)
    else:
        st.session_state["application"] = desk.create(about).id
