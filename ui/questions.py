"""What came up when the documents were checked: what to do about it, and what the owner is asked and answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from selfproof.access import Desk, Question, UnfitError
from selfproof.access.questions import LONGEST, THIS
from selfproof.model import Fact
from selfproof.pipeline import Assessment
from ui import compared, widgets
from ui.words import field_name, is_shown, lang, listed, t, value

_MOST_TOLD = 6  # values of one sentence
_MOST_ASKED = 4  # questions at a time: more at once are answered by nobody
_PLACE = "question-"


def show(desk: Desk, found: Assessment) -> None:
    """All that came up, what asks for an answer first."""
    every = desk.questions(found.application.id)
    if not every:
        return
    widgets.heading(t("ui.questions"))
    widgets.small(t("owner.questions_help"))
    asking = [question for question in every if question.asks]
    for question in asking[:_MOST_ASKED]:
        _ask(desk, found, question)
    if len(asking) > _MOST_ASKED:
        widgets.small(t("questions.more", count=len(asking) - _MOST_ASKED))
    _tell(found, [question for question in every if not question.asks])


def _tell(found: Assessment, told: Sequence[Question]) -> None:
    """What wants no answer: each sentence once, with what to do about it and the values it is about."""
    said: dict[str, tuple[str, list[str]]] = {}
    for question in told:
        clears = t(question.clears) if question.clears else ""
        said.setdefault(t(question.text), (clears, []))[1].extend(_about(found, question))
    for sentence, (clears, about) in said.items():
        widgets.note("mind", sentence, clears, *list(dict.fromkeys(about))[:_MOST_TOLD])


def _about(found: Assessment, question: Question) -> list[str]:
    """The values that were compared, each with its place; the files alone where none is shown."""
    return compared.lines(found, question.places) or [listed(list(question.files))]


def _ask(desk: Desk, found: Assessment, question: Question) -> None:
    """One contradiction with both places, and what may be answered."""
    widgets.note("mind", t(question.text), *_about(found, question), t(question.ask))
    if pages := compared.pages(found, question.places):
        st.html(pages)
    if question.answer is not None:
        widgets.note("good", t("questions.answered", answer=answered(found, question.answer, question.places)))
        with st.expander(t("questions.again")):
            _form(desk, found, question)
    else:
        _form(desk, found, question)
    widgets.told(_PLACE + question.id)


def _form(desk: Desk, found: Assessment, question: Question) -> None:
    key = question.id[:12]
    with st.form(f"q-{key}", border=False):
        named = partial(_choice, found, question.places)
        st.radio(t("questions.choose"), question.choices, None, format_func=named, key=f"tap-{key}-{lang()}")
        st.text_input(t("questions.your_words"), max_chars=LONGEST, placeholder=t("questions.hint"), key=f"say-{key}")
        sent = widgets.doing(_send, desk, found.application.id, question.id)
        st.form_submit_button(t("questions.send"), type="primary", on_click=sent)


def _choice(found: Assessment, places: Sequence[Fact], choice: str) -> str:
    """A choice as it is read: a value with its file, or a word."""
    fact = next((fact for fact in places if choice == f"{THIS}:{fact.id}"), None)
    if fact is None:
        return t(f"questions.{choice.partition(':')[0]}")
    return t("questions.this", name=field_name(fact), value=value(fact), file=compared.file(found, fact))


def answered(found: Assessment, answer: Fact, places: Sequence[Fact]) -> str:
    """An answer as it is read: what was tapped, and the words beside it."""
    kind = str(answer.value)
    gone = kind.startswith(THIS) and not any(kind == f"{THIS}:{fact.id}" and is_shown(fact) for fact in places)
    tapped = "" if gone or kind == "words" else _choice(found, places, kind)
    return "；".join(part for part in (tapped, answer.original) if part) or t("questions.words")


def _send(desk: Desk, application: str, question: str) -> None:
    key = question[:12]
    choice, words = st.session_state.get(f"tap-{key}-{lang()}") or "", st.session_state.get(f"say-{key}", "")
    widgets.tell(_PLACE + question)
    try:
        desk.answer(application, question, choice=choice, words=words)
    except UnfitError as error:
        widgets.tell(_PLACE + question, ("bad", (t(f"access.{error.code}"),)))
