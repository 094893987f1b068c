"""The third step: the limit before and after, how it came about, what helps next, and who may be asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import streamlit as st

from selfproof.access import Desk, Question, Standing
from selfproof.pipeline import Assessment
from selfproof.store import Upload
from selfproof.texts import say
from ui import inquired, moved, my_data, progress, questions, story, stream, widgets
from ui.words import lang, listed, t

_WORDS = "human-words"
_LONGEST = 500  # signs of a question to a person


def show(desk: Desk, application: str) -> None:
    """The step of one application."""
    now = progress.look(desk, application)
    found, standing = desk.current(application), desk.standing(application)
    widgets.heading(desk.application(application).applicant.name, 1)
    if found is not None and standing is not None:
        story.headline(standing)
        moved.news(desk, found, standing)
    else:
        widgets.small(t("conversation.no_promise"))
    progress.watch(desk, now)
    asked = desk.questions(application) if found is not None else ()
    stream.show(desk, now, found, asked)
    if found is not None and standing is not None:
        _person(desk, found, asked, now.uploads)
        moved.show(desk, found, standing)
        _why(found, standing)
        letter(desk, application, found.decision_id)
    _ask_human(desk, application)
    my_data.show(desk, application)


def _person(desk: Desk, found: Assessment, every: Sequence[Question], uploads: Sequence[Upload]) -> None:
    """What lies with a person: what is not clear by itself, and what staff did for the owner."""
    application = found.application.id
    said = [*_asked(desk, application, every)]
    brought = [upload.name for upload in uploads if upload.brought_by]
    said += [t("bring.owner_all", what=listed(brought))] if brought else []
    if said:
        widgets.heading(t("conversation.person"))
        widgets.note("wait", *said)
    inquired.pending(desk, application)
    questions.tell(found, [question for question in every if not question.asks])


def _asked(desk: Desk, application: str, every: Sequence[Question]) -> Iterator[str]:
    """In which words a person was asked for; an answer stands with its question, and is not said twice."""
    answered = [question for question in every if question.asks and question.answer is not None]
    words = desk.asked_human(application)
    if words:
        yield t("owner.human_asked")
    if words and not any(words.startswith(say(question.ask)) for question in answered):
        yield words
    if answered:
        yield t("conversation.person_answers")


def _why(found: Assessment, standing: Standing) -> None:
    """Every step, for whoever wants to know; drawn closed."""
    with st.expander(t("ui.why"), key="every-step"):
        story.waterfall(found, standing)
        story.remarks(found.decision)
    widgets.small(t("ui.no_promise"))


def letter(desk: Desk, application: str, decision: str) -> None:
    """The limit on paper."""
    make = partial(desk.letter, application, lang())
    widgets.on_paper(desk.session, "letter", make, name=f"limit-{application}.pdf", of=decision)


def _ask_human(desk: Desk, application: str) -> None:
    """Any decision can be put before a person."""
    widgets.heading(t("owner.human"))
    with st.form("human", clear_on_submit=True, border=False):
        st.text_area(t("owner.human_words"), max_chars=_LONGEST, placeholder=t("owner.human_hint"), key=_WORDS)
        st.form_submit_button(t("owner.human_send"), on_click=widgets.doing(_send, desk, application))
    if st.session_state.pop("human-empty", False):
        widgets.note("bad", t("owner.human_empty"))


def _send(desk: Desk, application: str) -> None:
    words = st.session_state[_WORDS].strip()
    if words:
        desk.ask_human(application, words)
    st.session_state["human-empty"] = not words
