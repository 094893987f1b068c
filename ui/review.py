"""The reviewer's page: the queue, and one case at a time. The address names the case, so a refresh keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import streamlit as st

from selfproof.access import CaseRow, Desk, Role, sieve
from selfproof.access.review import Queue
from selfproof.access.sieve import View
from ui import attended, review_case, review_next, review_part, who, widgets
from ui.words import day, lang, money, t, t_or

_TEXTS = ("open", "who", "amount", "age", "why", "at_work", "sort_by")
_FIND = 480  # pixels
_LOOK = 15.0  # seconds between two looks at the queue
_TONES = dict.fromkeys(review_part.URGENT, "bad") | {"sample": "told", "asked": "told"}
_WIDE = """<style>
[data-testid="stMainBlockContainer"] {max-width: 92rem; padding: 0.8rem 1.5rem 3rem}
[data-testid="stMainBlockContainer"] [data-testid="stVerticalBlock"] {gap: 0.7rem}
</style>"""


def show() -> None:
    """The page of whoever is signed in."""
    work(who.desk())


def work(desk: Desk) -> None:
    """The queue, or the case that the address names; nothing for who is no reviewer."""
    if desk.session.role is not Role.REVIEWER:
        widgets.note("bad", t("review.not_yours"), t("review.not_yours_help"))
        return
    st.html(_WIDE)
    application = st.query_params.get("case", "")
    if application:
        review_case.show(desk, application)
    else:
        _queue(desk)


@st.fragment(run_every=_LOOK)
def _queue(desk: Desk) -> None:
    """The cases that wait, a page of them; new ones appear by themselves."""
    if st.query_params.get("case"):
        st.rerun(scope="app")
    view = review_next.view()
    found = desk.review.queue(st.session_state.get("queue-page", 1), view)
    widgets.heading(t("review.title"), 1)
    attended.show(desk)
    if not found.total:
        widgets.note("good", t("review.queue_empty"), t("review.queue_empty_help"))
        return
    if any(row.standing and row.standing.suspended for row in found.rows):
        widgets.note("mind", t("review.suspended"))
    mine = f" · {t('review.queue_mine', count=found.mine)}" if found.mine else ""
    order = t(f"review.order_{view.order or 'work'}")
    widgets.small(f"{t('review.queue', count=found.total)}{mine} · {order}")
    _wants(view, found.counts)
    if view.wish or view.find:
        widgets.small(t("review.wanted", count=found.wanted))
    data = _data(found.rows, desk.session.name, view.order)
    review_part.component()(key="queue", data=data, on_act_change=_hear)
    _turn(found)


def _wants(view: View, counts: Mapping[str, int]) -> None:
    """Whom and what to look for, and how many there would be.

    A widget's state goes while a case is looked at, the address stays.
    """
    st.session_state.setdefault("wish", view.wish or None)
    st.session_state.setdefault("find", view.find)
    st.text_input(
        t("review.find"),
        key="find",
        max_chars=review_next.LONGEST,
        type="search",
        on_change=_seek,
        placeholder=t("review.find_hint"),
        width=_FIND,
    )

    def name(wish: str) -> str:
        return f"{_wish_name(wish)} {counts[wish]}"

    st.pills(t("review.filter"), sieve.WISHES, format_func=name, key="wish", on_change=_sift)


def _turn(found: Queue) -> None:
    """The way to the next page and back."""
    if found.pages == 1:
        return
    with st.container(key="turn", horizontal=True, vertical_alignment="center"):
        before, after = found.page - 1, found.page + 1
        st.button(t("review.page_before"), on_click=_go, args=(before,), disabled=before < 1, key="before")
        widgets.small(t("review.page_of", page=found.page, pages=found.pages))
        st.button(t("review.page_after"), on_click=_go, args=(after,), disabled=after > found.pages, key="after")


def _go(page: int) -> None:
    """To a page of the list, though the address may still name the case that is just being left."""
    st.query_params.pop("case", None)
    st.session_state["queue-page"] = page


def _sift() -> None:
    """Another reason is wanted, or none."""
    _look(replace(review_next.view(), wish=st.session_state["wish"] or ""))


def _seek() -> None:
    """Somebody is looked for, or nobody any more."""
    _look(replace(review_next.view(), find=st.session_state["find"].strip()))


def _look(wanted: View) -> None:
    """Look at the list in another way. A window that has not forgotten the list yet tells its fields in a case, too."""
    if wanted != review_next.view():
        review_next.look(wanted)
        _go(1)


def _hear() -> None:
    """Before anything is drawn again, so that no refresh in between loses the click."""
    said = st.session_state["queue"].act or {}
    if said.get("act") == "open":
        st.query_params["case"] = said["application"]
    elif said.get("act") == "order" and said["order"] in sieve.ORDERS:
        _look(replace(review_next.view(), order=said["order"]))


def _wish_name(wish: str) -> str:
    return t_or(f"review.wish_{wish}", _why_name(wish))


def _why_name(kind: str) -> str:
    """A reason in few words."""
    return t_or(f"review.why_{kind}", t("review.why_held"))


def _data(rows: Sequence[CaseRow], me: str, order: str) -> dict[str, object]:
    texts = {name: t(f"review.{name}", name="{name}") for name in _TEXTS}
    return {"view": "queue", "lang": lang(), "order": order, "texts": texts, "rows": [_row(row, me) for row in rows]}


def _row(row: CaseRow, me: str) -> dict[str, object]:
    kinds = dict.fromkeys(why.kind for why in row.why)
    said = dict.fromkeys(t(why.message) for why in row.why if why.message)
    asked = [t("review.asked_words", words=row.waiting.asked)] if row.waiting.asked else []
    later = [t("review.later_until", day=day(row.waiting.later.astimezone()))] if row.waiting.later else []
    return {
        "application": row.waiting.application,
        "name": row.applicant,
        "amount": "—" if row.amount is None else money(row.amount),
        "age": _age(datetime.now(UTC) - row.waiting.since),
        "why": [{"text": _why_name(kind), "tone": _TONES.get(kind, "mind")} for kind in kinds],
        "said": [*later, *asked, *said],
        "at_work": t("review.you") if row.waiting.claimed == me else row.waiting.claimed or "—",
    }


def _age(waited: timedelta) -> str:
    """How long a case has waited, in the largest unit that says something."""
    minutes = max(0, int(waited.total_seconds() // 60))
    if minutes < 2 * 60:
        return t("review.minutes", count=minutes)
    hours = minutes // 60
    return t("review.hours", count=hours) if hours < 2 * 24 else t("review.days", count=hours // 24)
