"""Take a file back that was sent by mistake, after one question; and take it up again. Nothing is lost by either."""

from __future__ import annotations

import streamlit as st

from selfproof.access import Desk, Question
from selfproof.model import Outcome
from selfproof.pipeline import Assessment
from selfproof.store import Task, Upload
from ui import compared, papers, progress, steps, widgets
from ui.papers import Look
from ui.progress import Now
from ui.words import day, safe, t

_ASKED, _BEFORE, _PLACE = "withdraw-asked", "withdraw-before", "withdraw"
_CARD, _TOP = "card", "top"  # where it is asked: with the paper, or first thing on the page of who comes from elsewhere


def offer(look: Look, upload: Upload) -> None:
    """A quiet button on the paper's card; what it does is said, and asked, before it is done."""
    if st.session_state.get(_ASKED) == (_CARD, upload.id):
        _question(look, upload)
    else:
        key = f"withdraw-{upload.id}"
        st.button(t("owner.withdraw"), on_click=_ask, args=(_CARD, upload.id), type="tertiary", key=key)


def lead(found: Assessment, question: Question) -> None:
    """From a question of the checks to the withdrawal of the one paper that it is about."""
    about = compared.about(found, question.places)
    if len(about) == 1:
        args = (_TOP, about[0].id)
        st.button(t("owner.withdraw"), on_click=_lead, args=args, type="tertiary", key=f"lead-{question.id[:12]}")


def led(look: Look) -> None:
    """What somebody came for who was led here."""
    where, name = st.session_state.get(_ASKED, ("", ""))
    for upload in look.uploads:
        if (where, name) == (_TOP, upload.id):
            _question(look, upload)


def _question(look: Look, upload: Upload) -> None:
    found = t("owner.withdraw_found") if _complained(look, upload) else ""
    widgets.note("mind", t("owner.withdraw_sure", name=upload.name), t("owner.withdraw_help"), found)
    with st.container(horizontal=True):
        act = widgets.doing(_say, look.desk, upload, look.found.decision_id, "withdrawn")
        st.button(t("owner.withdraw_yes"), type="primary", on_click=act, key="withdraw-yes")
        st.button(t("owner.withdraw_no"), on_click=_ask, args=("", ""), key="withdraw-no")


def _complained(look: Look, upload: Upload) -> bool:
    """Whether a check complains of something in it: that does not go with it."""
    documents = {part.document for part in look.parts.get(upload.id, ())}
    return any(item.outcome is Outcome.FAIL and item.document in documents for item in look.found.findings)


def every(look: Look) -> None:
    """What was withdrawn, folded, each with the day and a way back."""
    gone = [upload for upload in look.found.uploads if upload.id in look.withdrawn]
    if not gone:
        return
    with st.expander(t("owner.withdrawn_all", count=len(gone)), key="withdrawn"):
        widgets.small(t("owner.withdrawn_help"))
        for upload in gone:
            when = t("owner.withdrawn_on", day=day(look.withdrawn[upload.id].astimezone()))
            name = safe(papers.label(upload, look.parts))
            st.html(f'<p>{name}<br><span class="small">{safe(when)}</span></p>')
            act = widgets.doing(_say, look.desk, upload, look.found.decision_id, "restored")
            st.button(t("owner.restore"), on_click=act, key=f"restore-{upload.id}")


def news(desk: Desk, now: Now) -> None:
    """What the last word on a file did to the limit, once that is known."""
    if not widgets.told(_PLACE):
        return
    before = st.session_state[_BEFORE]
    if now.decision != before and not any(job.task is Task.DECIDE for job in now.jobs):
        widgets.note(*progress.change(desk, now.application, before))


def _ask(where: str, upload: str) -> None:
    st.session_state[_ASKED] = (where, upload)


def _lead(where: str, upload: str) -> None:
    _ask(where, upload)
    steps.go("proof")


def _say(desk: Desk, upload: Upload, decision: str, word: str) -> None:
    """word: withdrawn or restored; decision: the one that held before."""
    desk.withdraw(upload.application, upload.id, away=word == "withdrawn")
    _ask("", "")
    st.session_state[_BEFORE] = decision
    later = papers.later(desk, upload.application).get(upload.id, "")  # no try is left for what comes back
    widgets.tell(_PLACE, ("good", (t(f"owner.{word}_done", name=upload.name), later)))
