"""One page: upload, what was read and where, the limit before and after, and why."""

from __future__ import annotations

import os

import streamlit as st

from selfproof import pipeline
from selfproof.model import Extraction, Outcome
from selfproof.pipeline import Assessment
from selfproof.store import State, Store, Upload
from ui import widgets
from ui.widgets import money, t


@st.cache_resource
def _store() -> Store:
    return Store.open()


def show() -> None:
    """The page of the demo's application."""
    widgets.style()
    widgets.language()
    application = os.environ.get("SELFPROOF_DEMO_APPLICATION", "")
    if not application:
        st.info(t("ui.no_application"))
        return
    st.title(_store().application(application).applicant.name)
    _upload(application)
    _standing(application)


def _upload(application: str) -> None:
    with st.form("upload", clear_on_submit=True, border=False):
        files = st.file_uploader(t("ui.upload"), accept_multiple_files=True, help=t("ui.upload_help"))
        sent = st.form_submit_button(t("ui.send"), type="primary", width="stretch")
    if sent and not files:
        st.info(t("ui.nothing_chosen"))
    for file in files if sent else []:
        receipt = _store().receive(application, file.getvalue(), file.name)
        st.success(t("ui.duplicate" if receipt.duplicate else "ui.received", name=file.name))


def _standing(application: str) -> None:
    """What is being read refreshes by itself; the rest is drawn anew when there is a new decision."""
    _progress(application, _seen(application))
    found = pipeline.current(_store(), application)
    if found is None:
        st.info(t("ui.first_reading"))
        return
    _limit(found)
    _documents(found)
    _notices(found)


def _seen(application: str) -> str:
    decided = _store().decisions(application)
    return decided[-1] if decided else ""


@st.fragment(run_every=1.0)
def _progress(application: str, seen: str) -> None:
    if _seen(application) != seen:
        st.rerun()
    uploads = _store().uploads(application)
    done = sum(upload.state in (State.READ, State.FAILED) for upload in uploads)
    if done < len(uploads):
        st.progress(done / len(uploads), t("ui.progress", done=done, all=len(uploads)))


def _limit(found: Assessment) -> None:
    decision = found.decision
    before, after = st.columns(2)
    before.metric(t("ui.before"), money(decision.base))
    after.metric(t("ui.after"), money(decision.effective), money(decision.effective - decision.base, sign=True))
    if decision.recommended != decision.effective:
        st.warning(t("ui.held", recommended=money(decision.recommended)))
    for message in decision.review:
        st.info(t(message))
    st.caption(t("ui.no_promise"))
    st.subheader(t("ui.why"))
    widgets.waterfall(decision)
    widgets.reasons(decision)
    if decision.advice:
        st.subheader(t("ui.next"))
        widgets.advice(decision.advice)


def _documents(found: Assessment) -> None:
    st.subheader(t("ui.documents"))
    parts = pipeline.extractions(_store(), found.application.id)
    widgets.document_table(found, parts)
    by_label = {f"{number}. {upload.name}": upload for number, upload in enumerate(found.uploads, 1)}
    chosen = st.selectbox(t("ui.choose"), by_label, key="chosen")
    if chosen:
        upload = by_label[chosen]
        _one(found, upload, parts.get(upload.id, ()))


def _one(found: Assessment, upload: Upload, parts: tuple[Extraction, ...]) -> None:
    if upload.note:
        st.error(t(f"errors.{upload.note}", name=upload.name))
        return
    for part in parts:
        st.markdown(widgets.heading(found, part))
        widgets.page(_store(), upload, part)
        widgets.fields(part)


def _notices(found: Assessment) -> None:
    failed = [item for item in found.findings if item.outcome is Outcome.FAIL and item.message]
    if failed:
        st.subheader(t("ui.questions"))
        names = {upload.document: upload.name for upload in found.uploads}
        for item in failed:
            file = names.get(item.document.partition("#")[0], "")
            st.warning((f"{file}: " if file else "") + t(item.message or ""))
