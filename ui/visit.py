"""What an owner has sent while the page was open, and from which card: a bad shot is told where it was taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from selfproof.conversation.needs import Need, Way
from selfproof.store import Upload
from ui import progress

_OPEN = "need-open"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that this page saw coming. need: from whose card, "" for none; before: the decision that held then."""

    need: str
    before: str


@dataclass(frozen=True, slots=True)
class Visit:
    """The files of a visit. sent: by the upload's id."""

    uploads: Sequence[Upload]
    sent: Mapping[str, Sent]

    @property
    def before(self) -> dict[str, str]:
        """The decision that held before each file came."""
        return {name: one.before for name, one in self.sent.items()}

    def of(self, need: str) -> list[Upload]:
        """The files that were sent from a card."""
        return [item for item in self.uploads if item.id in self.sent and self.sent[item.id].need == need]

    def outside(self, shown: Collection[str]) -> list[Upload]:
        """The files that no card tells of."""
        new = (item for item in self.uploads if item.id in self.sent)
        return [item for item in new if not {self.sent[item.id].need, f"again-{item.id}"} & set(shown)]

    def bad(self, need: str, every: Sequence[Need]) -> str:
        """The newest file of no use that was sent from a card: the next from there is in its place; "" for none."""
        again = {item.about for item in every if item.way is Way.AGAIN}
        return next((item.id for item in reversed(self.of(need)) if item.id in again), "")

    def cards(self, every: Sequence[Need]) -> tuple[Need, ...]:
        """The needs without those that an open card tells of by itself."""
        told = {item.id for item in self.of(opened())} if opened() in {need.name for need in every} else set()
        return tuple(need for need in every if need.way is not Way.AGAIN or need.about not in told)


def opened() -> str:
    """The need whose place to send is open, "" for none."""
    return str(st.session_state.get(_OPEN, ""))


def turn(name: str) -> None:
    """Open the place to send of one need, and shut all others."""
    st.session_state[_OPEN] = name


def now(application: str, uploads: Sequence[Upload], every: Sequence[Need]) -> Visit:
    """The visit as it stands; where a card has gone for a bad copy in its place, the card of that one opens."""
    here: set[str] = st.session_state.setdefault(f"here-{application}", {item.id for item in uploads})
    mine: dict[str, Sent] = st.session_state.setdefault(f"sent-{application}", {})
    for upload in uploads:
        if upload.id not in here and upload.id not in mine:
            mine[upload.id] = Sent(opened(), progress.stood(application))
    if opened() not in {"", *(need.name for need in every)}:
        followers = (need.name for need in every if need.about in mine and mine[need.about].need == opened())
        turn(next(followers, opened()))
    return Visit(uploads, mine)
