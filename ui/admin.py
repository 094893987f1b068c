"""The administrator's page: accounts, optional models and the audit log, and nothing of any application."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from selfproof.access import Desk, Role, UnfitError
from selfproof.store.accounts import LOCAL, Account
from selfproof.vision.models import Standing
from ui import attended, who, widgets
from ui.words import safe, t


def show() -> None:
    """The page of whoever is signed in."""
    work(who.desk())


def work(desk: Desk) -> None:
    """The whole page, for an admin; the desk denies it to anybody else."""
    accounts = desk.admin.accounts()
    widgets.heading(t("admin.title"), 1)
    widgets.small(t("admin.no_applications"))
    attended.show(desk)
    _list(accounts)
    _add(desk)
    _change(desk, [account for account in accounts if account.origin == LOCAL and account.id != desk.session.account])
    _models(desk)
    _log(desk)


def _list(accounts: Sequence[Account]) -> None:
    rows = "".join(
        f"<tr><td>{safe(item.name)}</td><td>{_role(item.role)}</td><td>{_standing(item)}</td></tr>" for item in accounts
    )
    heads = "".join(f'<th scope="col">{safe(t(f"admin.{name}"))}</th>' for name in ("account", "role", "standing"))
    st.html(f'<table class="plain"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>')


def _role(name: str) -> str:
    return safe(t(f"access.role_{name}"))


def _standing(account: Account) -> str:
    return safe(t("admin.enabled" if account.enabled else "admin.disabled"))


def _add(desk: Desk) -> None:
    widgets.heading(t("admin.add"))
    with st.form("add", clear_on_submit=True, border=False):
        name = st.text_input(t("admin.account"), max_chars=64)
        role = st.selectbox(
            t("admin.role"), [str(item) for item in Role], format_func=lambda item: t(f"access.role_{item}")
        )
        password = st.text_input(t("admin.new_password"), type="password", autocomplete="new-password")
        sent = st.form_submit_button(t("admin.add_now"), type="primary")
    if not sent:
        return
    try:
        made = desk.admin.add(name, Role(role), password)
    except UnfitError as error:
        widgets.note("bad", t(f"access.{error.code}"))
    else:
        widgets.note("good", t("admin.added", name=made.name))


def _change(desk: Desk, accounts: Sequence[Account]) -> None:
    widgets.heading(t("admin.change"))
    if not accounts:
        widgets.small(t("admin.no_local"))
        return
    chosen = st.selectbox(t("admin.choose"), accounts, format_func=lambda item: item.name)
    _password(desk, chosen)
    if st.button(t("admin.disable_now" if chosen.enabled else "admin.enable_now")):
        try:
            desk.admin.enable(chosen.name, enabled=not chosen.enabled)
        except UnfitError as error:
            widgets.note("bad", t(f"access.{error.code}"))
        else:
            st.rerun()


def _password(desk: Desk, account: Account) -> None:
    with st.form("password", clear_on_submit=True, border=False):
        password = st.text_input(t("admin.new_password"), type="password", autocomplete="new-password")
        sent = st.form_submit_button(t("admin.set_password"))
    if not sent:
        return
    try:
        desk.admin.set_password(account.name, password)
    except UnfitError as error:
        widgets.note("bad", t(f"access.{error.code}"))
    else:
        widgets.note("good", t("admin.set_done"))


def _models(desk: Desk) -> None:
    """Which optional models are configured; what is not, and what cannot be used and why."""
    widgets.heading(t("models.title"))
    widgets.small(t("models.intro"))
    rows = "".join(
        f"<tr><td>{safe(t(f'models.role_{item.role}'))}</td><td>{safe(_usable(item))}</td></tr>"
        for item in desk.admin.models()
    )
    st.html(f'<table class="plain"><tbody>{rows}</tbody></table>')


def _usable(item: Standing) -> str:
    if item.problem is not None:
        return t("models.unusable", why=t(item.problem))
    return t("models.ready", name=item.chosen.name) if item.chosen else t("models.absent")


def _log(desk: Desk) -> None:
    widgets.heading(t("admin.log"))
    if st.button(t("admin.check")):
        verdict = desk.admin.verify_log()
        if verdict.broken is None:
            widgets.note("good", t("admin.log_whole", count=verdict.entries))
        else:
            widgets.note("bad", t("admin.log_broken", number=verdict.broken))
