"""One case: why it waits, the limit, the papers on a desk, and what is done about them. Each act is kept with who."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from urllib.parse import quote

import streamlit as st

from selfproof.access import Desk, Standing
from selfproof.access.casework import Deed, deed_name, table
from selfproof.access.questions import in_words
from selfproof.access.review import CaseFile
from selfproof.errors import Denied
from selfproof.pipeline import Assessment
from selfproof.store import State, Task
from ui import (
    attended,
    bring,
    inquired,
    review_commit,
    review_found,
    review_graph,
    review_limit,
    review_next,
    review_part,
    widgets,
    words,
)
from ui.review_part import Data
from ui.viewer import said
from ui.viewer.links import links
from ui.words import day, field_name, listed, money, safe, t, t_or

_NOTE = "note-text"
_NAMED = 3  # papers that a warning names
_WATCHED, _DAYS, _AWAITED, _TOLD = "watched", "later-days", "later-why", "waits-told"


def show(desk: Desk, application: str) -> None:
    """The case, from why it is here down to what was done."""
    try:
        case = review_next.case(desk, application)
    except Denied:
        widgets.note("bad", t("review.gone"))
        st.button(t("review.back"), on_click=_go)
        return
    colleague = _claim(desk, case)
    _top(desk, case)
    _limit(desk, case, colleague)
    _watch(desk, application, case.row.standing.decision_id if case.row.standing else "", colleague)
    _news()
    if case.sheets and case.found:
        _papers(desk, case, case.found, colleague)
    if case.found and case.row.standing:
        review_limit.steps(case.found, case.row.standing)
    bring.show(desk, application, case.uploads)
    review_found.show(case)
    review_graph.show(case)
    inquired.show(desk, application, lead="review.sources_help")
    _below(desk, case)


def _claim(desk: Desk, case: CaseFile) -> str:
    """Whoever opens a case that nobody has is at it; the name of the colleague who has it, or ""."""
    application, holder = case.row.waiting.application, case.row.waiting.claimed
    colleague = desk.review.colleague(application)
    if case.row.why and not colleague and holder != desk.session.name:
        with suppress(Denied):
            desk.review.claim(application)
            return ""
        colleague = desk.review.colleague(application)
    if not colleague:
        return ""
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        widgets.note("mind", t("review.claimed_by", name=colleague))
    with right:
        force = partial(desk.review.claim, application, by_force=True)
        st.button(t("review.take"), on_click=_click, args=(force,))
    return colleague


def _top(desk: Desk, case: CaseFile) -> None:
    """Whose case it is and why it is here, between the way back and the way on."""
    with st.container(key="way", horizontal=True, vertical_alignment="center"):
        st.button(t("review.back"), on_click=_leave, args=(desk, case.row.waiting.application), key="back")
        st.button(t("review.skip"), on_click=_skip, args=(desk, case.row.waiting.application), key="skip")
        st.html(f"<h1>{safe(case.row.applicant)}</h1>", width="content")
    widgets.small(" · ".join(word for word in (case.row.waiting.application, *_particulars(case)) if word))
    _why(case)


def _particulars(case: CaseFile) -> list[str]:
    if case.found is None:
        return []
    application = case.found.application
    industry = t_or(f"words.industry_{application.industry}", application.industry)
    who = application.applicant
    return [industry, who.uscc, who.legal_representative, t("review.as_of", day=day(application.as_of))]


def _why(case: CaseFile) -> None:
    """Why a person looks, each with its particulars; the applicant's own words with the wish."""
    asked = t("review.asked_words", words=case.row.waiting.asked)
    found = dict.fromkeys(
        (why.kind, asked if why.kind == "asked" else review_part.said(why.message)) for why in case.row.why
    )
    names = {kind: safe(t_or(f"review.why_{kind}", t("review.why_held"))) for kind, _ in found}
    tones = {kind: "none" if kind in review_part.URGENT else "weak" for kind, _ in found}
    lines = (f'<span class="chip {tones[kind]}">{names[kind]}</span> {safe(text)}' for kind, text in found)
    st.html(f'<p class="whys">{" &ensp; ".join(lines)}</p>')


def _limit(desk: Desk, case: CaseFile, colleague: str) -> None:
    """The limit as it holds, redrawn by itself when it has been recomputed."""
    now, application = case.row.standing, case.row.waiting.application
    seen = now.decision_id if now else ""
    if now is None:
        widgets.note("wait", t("review.not_decided"))
        return
    before = st.session_state.get("decided", {})
    st.session_state["decided"] = {application: seen}
    if before.get(application, seen) != seen:
        recommended = money(now.decision.recommended)
        widgets.note("good", t("review.changed", effective=money(now.effective), recommended=recommended))
    amounts = {"before": now.decision.base, "recommended": now.decision.recommended, "now": now.effective}
    cells = (
        f"<div>{safe(t(f'review.limit_{name}'))} <b>{safe(money(amount))}</b></div>" for name, amount in amounts.items()
    )
    with st.container(key="limit", horizontal=True, vertical_alignment="center"):
        st.html(f'<div class="limits">{"".join(cells)}</div>', width="content")
        _release_button(desk, case, now, colleague)
    review_limit.year(now)
    if now.suspended:
        widgets.note("mind", t("review.suspended"))
    review_limit.held(case, now)


@st.fragment(run_every=1.5)
def _watch(desk: Desk, application: str, seen: str, colleague: str) -> None:
    """Say that a decision is under way; draw the page anew when it is there, or when a colleague comes or goes."""
    desk.review.hold(application)
    decided = desk.decisions(application)
    if (decided and decided[-1] != seen) or desk.review.colleague(application) != colleague:
        st.rerun(scope="app")
    if desk.jobs(application):
        widgets.small(t("review.deciding"))
        attended.show(desk)
    if st.session_state.get(_WATCHED) != application:
        st.session_state[_WATCHED] = application  # the case is being drawn, and nothing must hold that up
    else:
        review_next.prepare(desk, application)


def _release_button(desk: Desk, case: CaseFile, now: Standing, colleague: str) -> None:
    if name := review_limit.to_release(case):
        act = partial(desk.review.release, case.row.waiting.application, now.decision_id)
        st.button(name, on_click=_click, args=(act,), disabled=bool(colleague), key="release")
    if name and colleague:
        widgets.small(t("review.release_held", name=colleague))


def _papers(desk: Desk, case: CaseFile, found: Assessment, colleague: str) -> None:
    """The viewer: papers, pages, values, what is to be done about them; only to look at while a colleague has it."""
    heard = partial(_hear, desk, case)
    beside = review_part.Beside(found, links(case.sheets, found.findings))
    data = _data(desk, case, beside) | {"locked": ""}
    if colleague:
        held = t("review.release_held", name=colleague)
        data |= {"locked": t("review.claimed_by", name=colleague), "release": "", "nothing_to_release": held}
    review_part.component()(key="desk", data=data, on_act_change=heard)


def _data(desk: Desk, case: CaseFile, beside: review_part.Beside) -> Data:
    application = case.row.waiting.application
    return {
        "view": "desk",
        "token": desk.session.token,
        "address": f"/review/{quote(application, safe='')}",
        "drafts": review_commit.begun(desk.review.draft(application)),
        "lang": words.lang(),
        "case": application,
        "saved": st.session_state.get("saved", 0),
        "errors": st.session_state.get("unclear", {}),
        "open": bool(case.row.why),
        "unfinished": _unfinished(case),
        "release": review_limit.to_release(case),
        "decision": case.row.standing.decision_id if case.row.standing else "",
        "nothing_to_release": t("review.second_needed" if case.mine else "review.nothing_to_release"),
        "start": review_part.first(case.sheets).upload.id,
        "texts": said.texts(),
        "keys": said.keys(),
        "reasons": said.reasons(),
        "longest": table()["reason_longest"],
        "documents": [review_part.document(item) for item in case.sheets],
        "sheets": [review_part.sheet_data(item, beside) for item in case.sheets],
        "links": [
            {"ends": [{"upload": upload, "spot": place} for upload, place in line.ends]} for line in beside.links
        ],
    }


def _unfinished(case: CaseFile) -> str:
    """What whoever ends the case without having done anything is told first; empty where nothing is left to be done."""
    if case.row.standing is None or not case.row.standing.paused:
        return ""
    return t("review.done_half" if case.mine else "review.done_paused") + t("review.done_sure")


def _hear(desk: Desk, case: CaseFile) -> None:
    """Before anything is drawn again, so that no refresh in between loses what was done."""
    told = st.session_state["desk"].act
    if not told or told["case"] != case.row.waiting.application:
        return
    if told["act"] == "commit":
        _commit(desk, case, told)
    elif told["act"] == "release" and review_limit.to_release(case):
        _click(partial(desk.review.release, told["case"], told["decision"]))


def _commit(desk: Desk, case: CaseFile, told: dict[str, Any]) -> None:
    """All that was done, or nothing: what cannot be understood is shown with its field, the rest stays as it is."""
    if desk.review.colleague(case.row.waiting.application):
        st.session_state["refused"] = True
        return
    known = review_commit.Known.of(case.sheets, case.row.waiting.application)
    work = review_commit.Work.of(told["work"])
    unclear = review_commit.unclear(known, work)
    st.session_state["unclear"] = {key: _error(key, text) for key, text in unclear.items()}
    if unclear:
        return
    acts = list(review_commit.acts(desk, known, work))
    if not all(_quietly(act) for act in acts):
        return
    desk.review.keep_draft(known.application, "")
    st.session_state["saved"] = st.session_state.get("saved", 0) + 1
    st.session_state["news"] = t("review.saved", count=len(acts)) if acts else ""
    if told.get("close"):
        _done(desk, known.application)


def _error(key: str, text: str) -> dict[str, str]:
    blank = key.startswith("blank:")
    return {"typed": text, "text": t("review.unclear_blank" if blank else "review.unclear")}


def _click(act: Callable[[], object]) -> None:
    """What a button does."""
    _quietly(act)


def _quietly(act: Callable[[], object]) -> bool:
    """Do something; what a colleague has made impossible meanwhile is said, not thrown."""
    try:
        act()
    except Denied:
        st.session_state["refused"] = True
        return False
    return True


def _news() -> None:
    """What the last act did."""
    if st.session_state.pop("refused", False):
        widgets.note("mind", t("review.refused"))
    if mind := st.session_state.pop("mind", ""):
        widgets.note("mind", mind)
    if news := st.session_state.pop("news", ""):
        widgets.note("good", news)


def _below(desk: Desk, case: CaseFile) -> None:
    """What was done so far, a note for colleagues, and the end of the case."""
    application = case.row.waiting.application
    left, right = st.columns([3, 2])
    with left:
        widgets.heading(t("review.notes"))
        _deeds(case)
        with st.form("note", clear_on_submit=True, border=False):
            st.text_input(t("review.note"), max_chars=table()["reason_longest"], key=_NOTE)
            st.form_submit_button(t("review.note_add"), on_click=_note, args=(desk, application))
    with right:
        if case.row.why:
            _later(desk, application)
        if case.row.why and not case.sheets:
            widgets.heading(t("review.done"))
            paused = case.row.standing is not None and case.row.standing.paused
            widgets.small(t("review.done_paused" if paused else "review.done_help"))
            st.button(t("review.done"), type="primary", on_click=_done, args=(desk, application), key="done")


def _later(desk: Desk, application: str) -> None:
    """Put the case off until some day, with what is awaited."""
    widgets.heading(t("review.put_off"))
    with st.form("later", clear_on_submit=True, border=False):
        choices = table()["later_days"]
        key = f"{_DAYS}-{words.lang()}"  # a box with the same key would keep old labels
        st.selectbox(t("review.put_off"), choices, format_func=_in_days, key=key, label_visibility="collapsed")
        st.text_input(t("review.put_off_why"), max_chars=table()["reason_longest"], key=_AWAITED)
        st.form_submit_button(t("review.put_off"), on_click=_put_off, args=(desk, application))


def _in_days(count: int) -> str:
    return t("review.put_off_days", count=count)


def _put_off(desk: Desk, application: str) -> None:
    """Needs a word on what is awaited, for whoever finds it again."""
    awaited, until = (
        st.session_state[_AWAITED].strip(),
        datetime.now(UTC) + timedelta(days=st.session_state[f"{_DAYS}-{words.lang()}"]),
    )
    if not awaited:
        st.session_state["news"] = t("review.reason_needed")
    elif _quietly(partial(desk.review.put_off, application, until, awaited)):
        _next(desk, application)


def _note(desk: Desk, application: str) -> None:
    if text := st.session_state[_NOTE].strip():
        _quietly(partial(desk.review.note, application, text))


def _deeds(case: CaseFile) -> None:
    if not case.deeds:
        widgets.small(t("review.notes_empty"))
    rows = "".join(_deed(deed) for deed in case.deeds)
    st.html(f'<ul class="papers">{rows}</ul>')


def _deed(deed: Deed) -> str:
    who = f"{deed.who} · {t_or(f'review.role_{deed.role}', deed.role)} · {day(deed.at.astimezone())}"
    what = listed([word for word in (_told(deed), deed.about) if word])
    return f'<li><span>{safe(what)}</span><span class="small">{safe(who)}</span></li>'


def _told(deed: Deed) -> str:
    """One deed as a sentence."""
    fact = deed.fact
    name = "confirmed" if deed.confirmed else deed_name(fact)
    key = f"review.deed_{name}"
    amount = fact.value if isinstance(fact.value, Decimal) and name == "released" else None
    value = words.value(fact) if amount is None else money(amount)
    return t_or(key, value, field=field_name(fact), value=value, reason=in_words(fact))


def _go(application: str = "") -> None:
    """To a case, or back to the queue."""
    for name in ("unclear", "news", "mind"):
        st.session_state.pop(name, None)
    if application:
        st.query_params["case"] = application
    else:
        st.query_params.pop("case", None)


def _next(desk: Desk, application: str) -> None:
    """To the next case, or the queue when there is none."""
    _go(review_next.take(desk, application))


def _leave(desk: Desk, application: str) -> None:
    """Back to the list."""
    _quietly(partial(desk.review.let_go, application))
    _go()


def _skip(desk: Desk, application: str) -> None:
    """On, without having done anything."""
    _next(desk, application)
    _quietly(partial(desk.review.let_go, application))


def _done(desk: Desk, application: str) -> None:
    """End the case; one whose papers still wait to be read only when whoever does it has been told of each of them."""
    waits = _waits(desk, application)
    if waits and st.session_state.get(_TOLD) != (application, waits):
        st.session_state[_TOLD], st.session_state["mind"] = (application, waits), waits
    elif _quietly(partial(desk.review.close, application)):
        _next(desk, application)


def _waits(desk: Desk, application: str) -> str:
    """What waits to be read, again after a new version too, for whoever ends the case; "" when nothing does."""
    queued = {job.subject for job in desk.jobs(application) if job.task is Task.READ}
    known, uploads = desk.extractions(application), desk.uploads(application)
    waiting = (item for item in uploads if item.id in queued or (item.state is State.READ and item.id not in known))
    names = [item.name for item in waiting]
    said = listed(names[:_NAMED]) + ("…" if names[_NAMED:] else "")
    return t("review.done_unread", count=len(names), names=said) + t("review.done_sure") if names else ""
