"""The way from one case to the next: how the queue is looked at, which cases come, and the next one made ready.

How it is looked at stands in the address: it outlives a refresh, and can be kept as a bookmark.
"""

from __future__ import annotations

import streamlit as st

from selfproof.access import Desk
from selfproof.access.review import Ahead, CaseFile
from selfproof.access.sieve import ORDERS, WISHES, View
from selfproof.errors import Denied
from ui import review_part

LONGEST = 60  # characters that are looked for
_UPCOMING, _AHEAD = "upcoming", "ahead"


def view() -> View:
    """How this reviewer looks at the queue: the next case is the next one of that."""
    wish, order, find = (st.query_params.get(name, "") for name in ("wish", "order", "find"))
    return View(wish if wish in WISHES else "", order if order in ORDERS else "", find.strip()[:LONGEST])


def look(wanted: View) -> None:
    """Look at the queue in another way."""
    for name, value in (("wish", wanted.wish), ("order", wanted.order), ("find", wanted.find)):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
    st.session_state.pop(_UPCOMING, None)


def case(desk: Desk, application: str) -> CaseFile:
    """The case, as it was made ready if nothing has come to it since. Raises Denied."""
    ahead: Ahead | None = st.session_state.pop(_AHEAD, None)
    return desk.review.case(application, ahead)


def prepare(desk: Desk, application: str) -> None:
    """One step of what can be done while the reviewer looks at a case: which ones come, then the next of them."""
    coming = st.session_state.get(_UPCOMING, {}).get(application)
    if coming is None:
        st.session_state[_UPCOMING] = {application: desk.review.upcoming(application, view())}
    elif coming:
        ahead: Ahead | None = st.session_state.get(_AHEAD)
        if ahead is None or ahead.application != coming[0]:
            st.session_state[_AHEAD] = ahead = _read(desk, coming[0])
        pages = _pages(ahead.case) if ahead else []
        review_part.component()(key="ahead", data={"view": "ahead", "pages": pages})


def _read(desk: Desk, application: str) -> Ahead | None:
    try:
        return desk.review.ahead(application)
    except Denied:
        return None


def _pages(found: CaseFile) -> list[str]:
    """Where the browser finds the pictures that the case begins with."""
    sheet = review_part.first(found.sheets) if found.sheets else None
    return [item["src"] for item in review_part.page_data(sheet)] if sheet else []


def take(desk: Desk, application: str) -> str:
    """Take the case after this one; "" when there is none."""
    coming = st.session_state.get(_UPCOMING, {}).get(application, ())
    name = desk.review.take_next(application, coming, view())
    if name in coming[:-1]:
        st.session_state[_UPCOMING] = {name: coming[coming.index(name) + 1 :]}
    return name
