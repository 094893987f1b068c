"""The life of policies, for risk staff: what is in force, what can be done with a version, shadow, kill switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial

import streamlit as st

from selfproof.access import Desk
from selfproof.batch import tally
from selfproof.errors import PolicyError
from selfproof.lifecycle.force import Named
from selfproof.monitoring.backtest import Backtest
from selfproof.store.policy_book import Event, Phase, Version
from ui import risk_policy, risk_run, widgets
from ui.words import day, money, safe, t

_SHORT, _MOST = 12, 40
_PLACE = "risk-life"
_SWITCH, _REASON, _ASKED = "risk-switch", "switch-reason", "switch-asked"


def show(desk: Desk) -> None:
    """The page."""
    widgets.heading(t("watch.policies"), 1)
    widgets.small(t("watch.policies_lead"))
    widgets.told(_PLACE)
    held, every = desk.governing.in_force(), desk.governing.every()
    told = t("watch.in_force", name=held.name, version=held.version[:_SHORT]) if held else t("watch.in_force_shipped")
    widgets.note("good", told)
    risk_policy.upload(desk, partial(_draft, desk, frozenset(item.version for item in every)))
    if every:
        _version(desk, every)
    else:
        widgets.small(t("watch.none", tab=t("watch.tab_work")))
    _shadow(desk)
    _switch(desk)


def _draft(desk: Desk, known: frozenset[str], file: Named) -> None:
    """Make a version of a file, once."""
    if file.version in known:
        widgets.small(t("watch.drafted"))
        return
    act = _doing(partial(desk.governing.draft, file))
    st.button(t("watch.draft_it", name=file.name), on_click=act, key=f"draft {file.name}")


def _doing(act: Callable[[], object]) -> Callable[[], None]:
    """What a button does; what the rules refuse is told with its reason."""

    def do() -> None:
        try:
            act()
        except PolicyError as error:
            first, *rest = risk_policy.refusal(error)
            widgets.tell(_PLACE, ("bad", (t("watch.refused", reason=first), *rest)))
        else:
            widgets.tell(_PLACE)

    return widgets.doing(do)


def _version(desk: Desk, every: tuple[Version, ...]) -> None:
    by_id = {item.version: item for item in reversed(every)}
    chosen = st.selectbox(t("watch.choose"), list(by_id), format_func=lambda name: _title(by_id[name]))
    item = by_id[chosen]
    names = desk.governing.names()
    rows = "".join(f"<li>{safe(_moved(event, names))}</li>" for event in item.events)
    st.html(f'<ul class="rows">{rows}</ul>')
    _differs(desk, item)
    _acts(desk, item)


def _title(item: Version) -> str:
    phase = t(f"watch.phase_{item.phase}")
    return t("watch.version_title", name=item.name, version=item.version[:_SHORT], phase=phase)


def _moved(event: Event, names: dict[str, str]) -> str:
    term = t("watch.term_from", start=_day(event.start)) if event.start else ""
    term += t("watch.term_until", until=_day(event.until)) if event.until else ""
    at = f"{datetime.fromisoformat(event.at).astimezone():%Y-%m-%d %H:%M}"
    who, move = names.get(event.by, event.by), t(f"watch.move_{event.move}")
    return t("watch.moved", at=at, name=who, move=move, term=term)


def _day(of: date) -> str:
    return day(of)


def _differs(desk: Desk, item: Version) -> None:
    found = desk.governing.differences(item.version)
    if not found:
        widgets.small(t("watch.same"))
        return
    with st.expander(t("watch.differs", count=len(found)), key=f"differs-{item.version}"):
        said = (t("watch.change", place=row.place, before=row.before, after=row.after) for row in found[:_MOST])
        st.html(f'<ul class="rows">{"".join(f"<li>{safe(line)}</li>" for line in said)}</ul>')


def _acts(desk: Desk, item: Version) -> None:
    """What can be done with a version as it stands, by whom."""
    govern, mine = desk.governing, desk.session.account in item.writers
    if item.phase in {Phase.DRAFT, Phase.RETIRED}:
        _button("submit", lambda: govern.submit(item.version))
    if item.phase is Phase.PUBLISHED:
        _button("retire", lambda: govern.retire(item.version, govern.today))
    if item.phase is not Phase.SUBMITTED:
        return
    found = govern.tested(item)
    if found is None:
        _untested(desk, item)
        return
    _tested(found)
    if mine:
        widgets.small(t("watch.own"))
    else:
        start = st.date_input(t("watch.start"), govern.today, min_value=govern.today, key="life-start")
        _button("publish", lambda: govern.publish(item.version, start))


def _untested(desk: Desk, item: Version) -> None:
    """The way to a back-test, or how far it is."""
    run = next((run for run in desk.risk.runs() if run.policy == item.policy and run.open), None)
    if run is not None and risk_run.is_under_way(run):
        widgets.small(t("watch.testing"))
        risk_run.watch(desk, run.id)
        st.button(t("risk.cancel"), on_click=widgets.doing(desk.risk.cancel, run.id))
        return
    if run is not None:
        widgets.note("mind", t("watch.test_unfinished"))
    widgets.small(t("watch.untested"))
    text = desk.governing.named(item.version).text
    _button("test", lambda: desk.risk.rescore(text, item.name))


def _tested(found: Backtest) -> None:
    """What the back-test found: against outcomes, and what would change where there are none."""
    widgets.small(t("watch.tested"))
    for fate in found.known:
        amounts = {name: money(getattr(fate, name)) for name in ("before", "after", "loss", "loss_after")}
        widgets.small(t(f"watch.fate_{fate.state}", count=f"{fate.applications:,}", **amounts))
    rest = found.unknown
    counts = {name: f"{getattr(rest, name):,}" for name in ("total", "up", "down", "same", "other", "refused")}
    widgets.small(t("watch.no_outcome", **counts, before=money(rest.before), after=money(rest.after)))


def _button(name: str, act: Callable[[], object]) -> None:
    st.button(t(f"watch.{name}"), on_click=_doing(act), key=f"life-{name}")


def _shadow(desk: Desk) -> None:
    widgets.heading(t("watch.shadow"))
    widgets.small(t("watch.shadow_help"))
    version = desk.governing.challenger()
    if version:
        _compared(desk, version)
        _button("shadow_off", lambda: desk.governing.challenge(""))
        return
    held = desk.governing.in_force()
    ready = [item for item in desk.governing.every() if item.phase in {Phase.SUBMITTED, Phase.PUBLISHED}]
    names = {item.version: _title(item) for item in ready if held is None or item.version != held.version}
    if names:
        key = " ".join(["life-challenger", *names.values()])  # a box with the same key would keep old labels
        chosen = st.selectbox(t("watch.choose"), list(names), format_func=names.__getitem__, key=key)
        _button("shadow_on", lambda: desk.governing.challenge(chosen))


def _compared(desk: Desk, version: str) -> None:
    total = tally.summary(tally.of(desk.governing.shadows()))
    counts = {name: f"{getattr(total, name):,}" for name in ("total", "up", "down", "same", "other", "refused")}
    sums = {"before": money(Decimal(total.before)), "after": money(Decimal(total.after))}
    widgets.small(t("watch.shadow_told", version=version[:_SHORT], **counts, **sums))


def alarm(desk: Desk) -> bool:
    """Say that the kill switch is on, and why; returns whether it is."""
    on = desk.governing.suspended
    if on:
        widgets.note("bad", t("watch.suspended", reason=desk.governing.turns()[0].reason))
    return on


def _switch(desk: Desk) -> None:
    widgets.heading(t("watch.switch"))
    widgets.small(t("watch.switch_help"))
    on = alarm(desk)
    widgets.told(_SWITCH)
    act, (asked, reason) = "restore" if on else "kill", st.session_state.get(_ASKED, ("", ""))
    if asked == act:
        _sure(desk, act, reason)
    else:
        st.text_input(t("watch.reason"), max_chars=200, key=_REASON)
        st.button(t(f"watch.{act}"), on_click=widgets.doing(_ask, act), key="life-switch")


def _ask(act: str) -> None:
    """Ask once more: one click moves the limits of everybody."""
    reason = st.session_state[_REASON].strip()
    if reason:
        st.session_state[_ASKED] = (act, reason)
        widgets.tell(_SWITCH)
    else:
        widgets.tell(_SWITCH, ("bad", (t("watch.reason_missing"),)))


def _sure(desk: Desk, act: str, reason: str) -> None:
    """What a turn of the switch will do, and whether it is meant."""
    found = desk.governing.stake()
    amounts = {"base": money(found.base), "holding": money(found.holding), "change": money(found.holding - found.base)}
    told = t(f"watch.{act}_will", every=f"{found.every:,}", lowered=f"{found.lowered:,}", **amounts)
    widgets.note("mind", told if found.lowered else t("watch.switch_moves_none", every=f"{found.every:,}"))
    widgets.small(t("watch.switch_reason", reason=reason))
    with st.container(horizontal=True):
        sure, back = widgets.doing(_turn, desk, act, reason), widgets.doing(_forget)
        st.button(t(f"watch.{act}_sure"), on_click=sure, key="life-switch-sure", type="primary")
        st.button(t("watch.switch_back"), on_click=back, key="life-switch-back")


def _turn(desk: Desk, act: str, reason: str) -> None:
    desk.governing.turn(on=act == "kill", reason=reason)
    _forget()


def _forget() -> None:
    st.session_state.pop(_ASKED, None)
    widgets.tell(_SWITCH)
