"""The second step: send documents, see them being read, and what was read where; put right what was misread."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from selfproof.access import Desk
from selfproof.model import Fact
from selfproof.store import Upload
from ui import fill, guide, mend, papers, progress, sender, steps, widgets, withdraw
from ui.papers import Look
from ui.words import lang, t


def show(desk: Desk, application: str) -> None:
    """The step of one application."""
    widgets.heading(t("owner.step_proof"), 1)
    now, found = progress.look(desk, application), desk.current(application)
    look = Look(desk, found, desk.extractions(application)) if found and found.uploads else None
    if look:
        withdraw.led(look)
        mend.led(look)
    withdraw.news(desk, now)
    sender.show(desk, application, [upload.id for upload in now.uploads])
    guide.show()
    _asked_for(now.uploads, desk.new_uploads(application))
    progress.watch(desk, now, receipts=True)
    if look is None:
        return
    widgets.heading(t("ui.documents"))
    papers.overview(look)
    if look.uploads:
        papers.every(look)
    withdraw.every(look)
    papers.stated(look.found.application.facts)
    if look.uploads:
        _one(look)
    st.button(t("owner.to_limit"), type="primary", width="stretch", on_click=steps.go, args=("limit",))


def _asked_for(uploads: Sequence[Upload], asked: Sequence[Fact]) -> None:
    """Copies that a reviewer wants anew, with the reviewer's reason."""
    names = {upload.document: upload.name for upload in uploads}
    for fact in asked:
        name = names.get(fact.provenance.document.partition("#")[0], "")
        widgets.note("mind", t("owner.send_again", name=name), str(fact.value))


def _one(look: Look) -> None:
    """One document after the other, chosen from a list."""
    widgets.heading(t("ui.choose"))
    uploads = {upload.id: upload for upload in look.uploads}
    first = _shown_first(look)
    chosen = st.selectbox(
        t("ui.choose_one"),
        list(uploads),
        index=list(uploads).index(first),
        format_func=lambda upload: papers.label(uploads[upload], look.parts),
        key=f"chosen-{lang()}-{len(uploads)}-{len(look.parts)}",  # a box with the same key would keep old labels
    )
    st.session_state["shown"] = (len(uploads), chosen)
    papers.one(look, uploads[chosen])
    fill.offer(look, uploads[chosen])
    mend.offer(look, uploads[chosen])
    withdraw.offer(look, uploads[chosen])


def _shown_first(look: Look) -> str:
    """What was looked at before, else the newest that was read in this visit, else the first with a page to see."""
    uploads = look.uploads
    read = [upload for upload in uploads if upload.id in look.parts]
    count, chosen = st.session_state.get("shown", (-1, ""))
    if count == len(uploads) and any(upload.id == chosen for upload in uploads):
        return str(chosen)
    if count >= 0 and read:
        return read[-1].id
    seen = (upload.id for upload in read if papers.has_page(look.desk, upload, 1))
    return next(seen, uploads[0].id)
