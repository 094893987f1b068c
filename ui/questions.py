"""What came up when the documents were checked: what to do about it, and what the owner is asked and answers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import streamlit as st

from selfproof.access import Desk, Question, UnfitError
from selfproof.access.questions import LONGEST, THIS, tapped
from selfproof.model import Fact
from selfproof.pipeline import Assessment
from ui import compared, mend, widgets, withdraw
from ui.words import field_name, is_shown, lang, listed, safe, t, value

_MOST_TOLD = 6  # values of one sentence
_PLACE = "question-"


def tell(found: Assessment, told: Sequence[Question]) -> None:
    """What wants no answer, folded: each sentence once, with what to do about it and the values it is about."""
    said: dict[str, tuple[str, list[str]]] = {}
    for question in told:
        clears = t(question.clears) if question.clears else ""
        said.setdefault(t(question.text), (clears, []))[1].extend(_about(found, question))
    rows = [_told(sentence, clears, about) for sentence, (clears, about) in said.items()]
    if rows:
        title = safe(t("conversation.told", count=len(rows)))
        st.html(f'<details><summary>{title}</summary><ul class="rows">{"".join(rows)}</ul></details>')


def _told(sentence: str, clears: str, about: Sequence[str]) -> str:
    lines = (clears, *list(dict.fromkeys(about))[:_MOST_TOLD])
    more = "".join(f'<p class="why">{safe(line)}</p>' for line in lines if line)
    return f"<li>{safe(sentence)}{more}</li>"


def _about(found: Assessment, question: Question) -> list[str]:
    """The values that were compared, each with its place; the files alone where none is shown."""
    return compared.lines(found, question.places) or [listed(list(question.files))]


def card(desk: Desk, found: Assessment, question: Question) -> None:
    """One contradiction with both places, and what may be answered: by a tap, or in the owner's words."""
    about = "".join(f"<li>{safe(line)}</li>" for line in _about(found, question) if line)
    st.html(f'<p class="said">{safe(t(question.text))}</p><ul class="about">{about}</ul>')
    if pages := compared.pages(found, question.places):
        st.html(pages)
    if question.answer is None:
        _answers(desk, found, question)
    else:
        widgets.note("good", t("questions.answered", answer=answered(found, question.answer, question.places)))
        mend.lead(found, question)
        with st.expander(t("questions.again"), key=f"again-{_key(question)}"):
            _answers(desk, found, question)
    widgets.told(_PLACE + question.id)


def _key(question: Question) -> str:
    return question.id[:12]


def _answers(desk: Desk, found: Assessment, question: Question) -> None:
    key, application = _key(question), found.application.id
    for number, choice in enumerate(question.choices):
        tap = question.taps.get(choice)
        name = t(tap) if tap else _choice(found, question.places, choice)
        act = widgets.doing(_send, desk, application, question.id, choice)
        st.button(name, on_click=act, width="stretch", key=f"tap-{key}-{number}")
    folded = question.answer is None
    with st.expander(t("conversation.answer_words"), key=f"own-{key}") if folded else nullcontext():
        _words(desk, found, question)
    withdraw.lead(found, question)


def _words(desk: Desk, found: Assessment, question: Question) -> None:
    """What is typed goes with what was tapped before."""
    key, application = _key(question), found.application.id
    with st.form(f"q-{key}", border=False):
        st.text_input(t("questions.your_words"), max_chars=LONGEST, placeholder=t("questions.hint"), key=f"say-{key}")
        kept = str(question.answer.value) if question.answer is not None else ""
        sent = widgets.doing(_send, desk, application, question.id, kept if kept in question.choices else "")
        st.form_submit_button(t("questions.send"), type="primary", on_click=sent)


def _choice(found: Assessment, places: Sequence[Fact], choice: str) -> str:
    """A choice as it is read: a value with its file, or a word."""
    fact = next((fact for fact in places if choice == f"{THIS}:{fact.id}"), None)
    if fact is None:
        return t(f"questions.{choice}")
    return t("questions.this", name=field_name(fact), value=value(fact), file=compared.file(found, fact))


def answered(found: Assessment, answer: Fact, places: Sequence[Fact]) -> str:
    """An answer as it is read: what was tapped, and the words beside it."""
    kind, own = str(answer.value), tapped(answer)
    held = any(kind == f"{THIS}:{fact.id}" and is_shown(fact) for fact in places)
    said = t(own) if own else _choice(found, places, kind) if held else ""
    return ("；" if lang() == "zh" else "; ").join(part for part in (said, answer.original) if part) or t(
        "questions.words"
    )


def _send(desk: Desk, application: str, question: str, choice: str) -> None:
    """A tap is an answer by itself; what is typed goes with it."""
    words = st.session_state.get(f"say-{question[:12]}", "")
    widgets.tell(_PLACE + question)
    try:
        desk.answer(application, question, choice=choice, words=words)
    except UnfitError as error:
        widgets.tell(_PLACE + question, ("bad", (t(f"access.{error.code}"),)))
