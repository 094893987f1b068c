"""For reviewers: send papers on an owner's behalf, as across a counter; each is marked with who brought it and when."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from selfproof.access import Desk
from selfproof.store import Upload
from ui import sender, widgets
from ui.sender import Aim
from ui.words import day, safe, t


def show(desk: Desk, application: str, uploads: Sequence[Upload]) -> None:
    """What was brought so far, and the place to bring more, folded. uploads: as the case tells of them."""
    rows = "".join(f"<li>{safe(_line(upload))}</li>" for upload in uploads if upload.brought_by)
    if rows:
        st.html(f'<ul class="rows brought">{rows}</ul>')
    with st.expander(t("bring.title"), key="bring"):
        widgets.small(t("bring.help"))
        known = [upload.id for upload in desk.uploads(application)]
        sender.show(desk, application, known, Aim("sender-bring"))


def _line(upload: Upload) -> str:
    return t("bring.by", name=upload.name, who=upload.brought_by, when=day(upload.received.astimezone()))
