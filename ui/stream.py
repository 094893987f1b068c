"""What comes next for an owner: a card a need, with its reason and its button; what was sent is told in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from selfproof.access import Desk, Question, replies
from selfproof.conversation import needs
from selfproof.conversation.needs import Need, Way
from selfproof.pipeline import Assessment
from selfproof.store import Upload
from selfproof.texts import say
from ui import guide, progress, questions, sender, steps, widgets
from ui.sender import Aim
from ui.words import safe, t

_MOST = 3  # cards at a time: more at once are read by nobody
_OPEN, _ALL = "need-open", "need-all"
_DO: Mapping[Way, str] = {Way.PAPERS: "do_papers", Way.PHOTO: "do_photo", Way.AGAIN: "do_again", Way.ALLOW: "do_allow"}


def show(desk: Desk, application: str, found: Assessment | None, asked: Sequence[Question]) -> None:
    """All that is needed, the most urgent first; files of this visit without a card of their own before it.

    asked: all that came up when the papers were checked.
    """
    uploads = desk.uploads(application)
    every = needs.of(desk, application, found=found, questions=asked)
    sent = _sent(application, uploads, every)
    every = tuple(need for need in every if not _is_told_elsewhere(need, sent))
    most = len(every) if st.session_state.get(_ALL) == application else _MOST
    shown = {need.name for need in every[:most]}
    loose = [upload for upload in uploads if upload.id in sent and sent[upload.id].need not in shown]
    _told(desk, application, loose, sent)
    widgets.heading(t("conversation.heading"))
    if not any(need.waits for need in every):
        _nothing(found, asked=bool(every))
    for place, need in enumerate(every[:most]):
        with st.container(key=f"need-{place}-{'first' if not place and need.waits else 'other'}"):
            _card(desk, application, found, need)
            mine = [upload for upload in uploads if upload.id in sent and sent[upload.id].need == need.name]
            _told(desk, application, mine, sent)
    if len(every) > most:
        label = t("conversation.later", count=len(every) - most)
        st.button(label, on_click=_show_all, args=(application,), width="stretch", key="later-needs")
    st.button(t("owner.to_proof"), on_click=steps.go, args=("proof",), width="stretch", key="to-proof")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that this page saw coming. need: from whose card, "" for none; before: the decision that held then."""

    need: str
    before: str


def _told(desk: Desk, application: str, uploads: Sequence[Upload], sent: Mapping[str, Sent]) -> None:
    progress.tell(desk, application, uploads, {name: one.before for name, one in sent.items()})


def _sent(application: str, uploads: Sequence[Upload], every: Sequence[Need]) -> dict[str, Sent]:
    """The files of this visit; each came from the card whose place to send was open."""
    here: set[str] = st.session_state.setdefault(f"here-{application}", {item.id for item in uploads})
    mine: dict[str, Sent] = st.session_state.setdefault(f"sent-{application}", {})
    opened = next((need.name for need in every if need.name == st.session_state.get(_OPEN)), "")
    for upload in uploads:
        if upload.id not in here and upload.id not in mine:
            mine[upload.id] = Sent(opened, progress.stood(application))
    return mine


def _is_told_elsewhere(need: Need, sent: Mapping[str, Sent]) -> bool:
    """A bad picture is told where it was sent from, with the way to take another; it needs no second card."""
    opened = st.session_state.get(_OPEN)
    told = need.about in sent and sent[need.about].need == opened
    return need.name.startswith("again-") and told and opened not in {"", None, need.name}


def _nothing(found: Assessment | None, *, asked: bool) -> None:
    """That nothing is wanted of the owner, and why: a person is at it, or there is enough. asked: and answered."""
    held = asked or (found is not None and bool(found.decision.review))
    widgets.note("wait", t("conversation.nothing"), t("ui.next_held" if held else "ui.nothing_next"))


def _card(desk: Desk, application: str, found: Assessment | None, need: Need) -> None:
    """What is needed, and why; a question with its answers, anything else with its button."""
    more = f'<p class="said">{safe(need.more)}</p>' if need.more else ""
    st.html(f'<h3>{safe(t(need.what))}</h3>{more}<p class="why">{safe(t(need.why))}</p>')
    if need.question is not None and found is not None:
        questions.card(desk, found, need.question)
    if need.way is Way.ALLOW:
        act = widgets.doing(_allow, desk, application, need.about)
        st.button(t("conversation.do_allow"), type="primary", on_click=act, key=f"do-{need.name}")
    elif need.way is not Way.ASK:
        _sender(desk, application, need)


def _allow(desk: Desk, application: str, source: str) -> None:
    desk.consent(application, source, given=True, purpose=say("sources.purpose"))


def _sender(desk: Desk, application: str, need: Need) -> None:
    """A button; behind it how to take a good picture, and only then the camera and the files."""
    opened = st.session_state.get(_OPEN) == need.name
    if not opened:
        quiet = need.way is Way.ANSWER
        st.button(_label(need), type="secondary" if quiet else "primary", on_click=_turn, args=(need.name,),
                  key=f"do-{need.name}")  # fmt: skip
        return
    if need.way in {Way.PHOTO, Way.AGAIN}:
        guide.before("photo" if need.photo else "paper")
    known = [upload.id for upload in desk.uploads(application)]
    sender.show(desk, application, known, _aim(need))
    st.button(t("conversation.put_away"), on_click=_turn, args=("",), type="tertiary", key=f"shut-{need.name}")


def _label(need: Need) -> str:
    if need.way is Way.ANSWER:
        return t("conversation.answer_paper")
    return t("conversation.do_again_photo" if need.way is Way.AGAIN and need.photo else f"conversation.{_DO[need.way]}")


def _aim(need: Need) -> Aim:
    """What is sent from this card."""
    to = replies.to_upload(need.about) if need.way is Way.AGAIN else ""
    to = _to_question(need.question) if need.question is not None else to
    return Aim(f"sender-{need.name}", to, photo=need.photo, again=need.way is Way.AGAIN)


def _to_question(question: Question) -> str:
    return replies.to_question(question.id)


def _show_all(application: str) -> None:
    st.session_state[_ALL] = application


def _turn(name: str) -> None:
    """Open the place to send of one need, and shut all others."""
    st.session_state[_OPEN] = name
