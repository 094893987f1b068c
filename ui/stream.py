"""What comes next for an owner: a card a need, with its reason and its button; what was sent is told in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from selfproof.access import Desk, Question, replies
from selfproof.conversation import needs
from selfproof.conversation.needs import Need, Way
from selfproof.pipeline import Assessment
from selfproof.texts import say
from ui import guide, progress, questions, sender, steps, visit, widgets
from ui.progress import Now
from ui.sender import Aim
from ui.words import safe, t

_MOST = 3  # cards at a time: more at once are read by nobody
_ALL = "need-all"
_DO: Mapping[Way, str] = {Way.PAPERS: "do_papers", Way.PHOTO: "do_photo", Way.AGAIN: "do_again"}


def show(desk: Desk, now: Now, found: Assessment | None, asked: Sequence[Question]) -> None:
    """All that is needed, the most urgent first; files of this visit without a card of their own before it.

    asked: all that came up when the papers were checked.
    """
    application = now.application
    wanted = needs.of(desk, application, found=found, questions=asked)
    here = visit.now(application, now.uploads, wanted)
    every = [need for need in here.cards(wanted) if not need.put_by]
    shown = every if st.session_state.get(_ALL) == application else every[:_MOST]
    progress.tell(desk, now, here.outside([need.name for need in shown]), here.before)
    widgets.heading(t("conversation.heading"))
    if found is not None and not any(need.waits for need in every):
        _nothing(found, asked=bool(every))
    for place, need in enumerate(shown):
        with st.container(key=f"need-{place}-{'first' if not place and need.waits else 'other'}"):
            _card(desk, application, found, need)
            progress.tell(desk, now, here.of(need.name), here.before)
            _way(desk, need, now, bad=here.bad(need.name, wanted))
    _more(application, len(every) - len(shown))
    _put_by(desk, application, [need for need in wanted if need.put_by])


def _put_by(desk: Desk, application: str, away: Sequence[Need]) -> None:
    """What the owner has put by, folded, each with a way to take it up again."""
    if not away:
        return
    with st.expander(t("conversation.put_by_all", count=len(away)), key="put-by"):
        for need in away:
            st.html(f'<p>{safe(t(need.what))}</p><p class="why">{safe(t(need.why))}</p>')
            act = widgets.doing(_take_up, desk, application, need.about)
            st.button(t("conversation.take_up"), on_click=act, key=f"up-{need.name}")


def _lay_by(desk: Desk, application: str, upload: str) -> None:
    desk.put_by(application, upload, away=True)
    visit.turn("")


def _take_up(desk: Desk, application: str, upload: str) -> None:
    desk.put_by(application, upload, away=False)


def _more(application: str, hidden: int) -> None:
    """The way to what is not shown, and to all papers."""
    if hidden:
        label = t("conversation.later", count=hidden)
        st.button(label, on_click=_show_all, args=(application,), width="stretch", key="later-needs")
    st.button(t("owner.to_proof"), on_click=steps.go, args=("proof",), width="stretch", key="to-proof")


def _nothing(found: Assessment, *, asked: bool) -> None:
    """That nothing is wanted of the owner, and why: a person is at it, or there is enough. asked: and answered."""
    held = asked or bool(found.decision.review)
    widgets.note("wait", t("conversation.nothing"), t("ui.next_held" if held else "ui.nothing_next"))


def _card(desk: Desk, application: str, found: Assessment | None, need: Need) -> None:
    """What is needed, and why; a question with its answers."""
    more = f'<p class="said">{safe(need.more)}</p>' if need.more else ""
    gain = f'<p class="why">{safe(t(need.gain))}</p>' if need.gain else ""
    st.html(f'<h3>{safe(t(need.what))}</h3>{more}<p class="why">{safe(t(need.why))}</p>{gain}')
    if need.question is not None and found is not None:
        questions.card(desk, found, need.question)
    if need.way is Way.ALLOW:
        act = widgets.doing(_allow, desk, application, need.about)
        st.button(t("conversation.do_allow"), type="primary", on_click=act, key=f"do-{need.name}")


def _allow(desk: Desk, application: str, source: str) -> None:
    desk.consent(application, source, given=True, purpose=say("sources.purpose"))


def _way(desk: Desk, need: Need, now: Now, *, bad: str) -> None:
    """A button; behind it how to take a good picture, and only then the camera and the files.

    bad: what was sent from here and was of no use.
    """
    if need.way in {Way.ALLOW, Way.ASK}:
        return
    if visit.opened() != need.name:
        tone: Literal["primary", "secondary"] = "secondary" if need.way is Way.ANSWER else "primary"
        st.button(_label(need), type=tone, on_click=visit.turn, args=(need.name,), key=f"do-{need.name}")
        if need.name.startswith("again-"):
            act = widgets.doing(_lay_by, desk, now.application, need.about)
            st.button(t("conversation.put_by"), on_click=act, type="tertiary", key=f"by-{need.name}")
        return
    if need.way in {Way.PHOTO, Way.AGAIN}:
        guide.before("photo" if need.photo else "paper")
    sender.show(desk, now.application, [upload.id for upload in now.uploads], _aim(need, bad))
    st.button(t("conversation.put_away"), on_click=visit.turn, args=("",), type="tertiary", key=f"shut-{need.name}")


def _label(need: Need) -> str:
    if need.way is Way.ANSWER:
        return t("conversation.answer_paper")
    return t("conversation.do_again_photo" if need.way is Way.AGAIN and need.photo else f"conversation.{_DO[need.way]}")


def _aim(need: Need, bad: str) -> Aim:
    """What is sent from this card: in the place of what was of no use, or for a question."""
    again = need.about if need.way is Way.AGAIN else bad
    to = replies.to_upload(again) if again else ""
    to = replies.to_question(need.question.id) if need.question is not None else to
    return Aim(f"sender-{need.name}", to, photo=need.photo, again=bool(again))


def _show_all(application: str) -> None:
    st.session_state[_ALL] = application
