"""An owner's rights over the data: consent by source, who looked, a copy of everything, and its removal."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import streamlit as st

from selfproof.access import Desk
from selfproof.store.audit import Entry
from selfproof.store.consents import Consent
from selfproof.texts import say
from ui import inquired, widgets
from ui.words import day, kind_name, safe, t, t_or

_CALLS = ("ask_source", "source_said")
_MOST = 30  # of the log's newest entries


def show(desk: Desk, application: str) -> None:
    """Folded: it is looked for, not read in passing."""
    with st.expander(t("owner.my_data"), key="my-data"):
        _consents(desk, application)
        inquired.show(desk, application, level=3)
        _looks(desk, application)
        _copy(application)
        _removal(desk, application)


def _consents(desk: Desk, application: str) -> None:
    """The last word on each source, to be changed at any time."""
    last = {item.source: item for item in desk.consents(application)}
    widgets.heading(t("owner.consents"), 3)
    widgets.small(t("owner.consents_help" if last else "owner.consents_none"))
    for source, said in last.items():
        key = f"consent-{application}-{source}"
        given = st.toggle(kind_name(source), said.given, key=key)
        if said.purpose:
            widgets.small(said.purpose)
        if given != said.given:
            _say(desk, application, said, given=given)
    _offers(desk, application)


def _offers(desk: Desk, application: str) -> None:
    """Who else may be asked, off until the owner agrees."""
    unspoken = desk.unspoken(application)
    if unspoken:
        widgets.small(t("sources.allow_help"))
    for source in unspoken:
        key = f"consent-{application}-{source}"
        if st.toggle(kind_name(source), value=False, key=key):
            desk.consent(application, source, given=True, purpose=say("sources.purpose"))
            st.rerun()


def _say(desk: Desk, application: str, said: Consent, *, given: bool) -> None:
    desk.consent(application, said.source, given=given, purpose=said.purpose)
    st.rerun()


def _looks(desk: Desk, application: str) -> None:
    """Who did what with the file; the owner's own looks are left out."""
    widgets.heading(t("owner.looks"), 3)
    entries = [entry for entry in desk.log(application) if not _is_shown_elsewhere(entry, desk)]
    rows = "".join(f"<li>{_line(entry, desk)}</li>" for entry in reversed(entries[-_MOST:]))
    st.html(f'<ul class="rows">{rows}</ul>' if rows else f'<p class="small">{safe(t("owner.looks_none"))}</p>')


def _is_shown_elsewhere(entry: Entry, desk: Desk) -> bool:
    """The owner's own looks, and the single calls to others, whose outcomes are listed above."""
    return (_is_own(entry, desk) and entry.act.startswith("look")) or entry.act in _CALLS


def _is_own(entry: Entry, desk: Desk) -> bool:
    return entry.account == desk.session.account


def _line(entry: Entry, desk: Desk) -> str:
    who = t("owner.you") if _is_own(entry, desk) else t_or(f"access.role_{entry.role}", t("owner.the_system"))
    what = t_or(f"owner.act_{entry.act}", t("owner.act_other"))
    return f"<span><em>{safe(day(entry.instant.astimezone()))}</em></span> {safe(t('owner.did', who=who, what=what))}"


def _copy(application: str) -> None:
    widgets.heading(t("owner.copy"), 3)
    address = f"/export/{quote(application, safe='')}"
    st.html(f'<p><a class="act" href="{address}" download>{safe(t("owner.copy_get"))}</a></p>')


def _removal(desk: Desk, application: str) -> None:
    """Two steps, since nothing brings it back."""
    widgets.heading(t("owner.remove"), 3)
    widgets.small(t("owner.remove_help"))
    sure = st.checkbox(t("owner.remove_sure"), key=f"sure-{application}")
    st.button(t("owner.remove_now"), disabled=not sure, on_click=widgets.doing(_remove, desk, application))


def _remove(desk: Desk, application: str) -> None:
    desk.erase(application)
    _forget(st.session_state.to_dict(), application)


def _forget(kept: Mapping[str, object], application: str) -> None:
    for name in [name for name in kept if name == "application" or application in name]:
        del st.session_state[name]
