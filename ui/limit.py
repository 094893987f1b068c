"""One page: upload, what was read and where, the limit before and after, and why."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from selfproof import extract, pipeline
from selfproof.model import Finding, Outcome
from selfproof.pipeline import Assessment
from selfproof.store import State, Store, Upload
from ui import papers, story, widgets
from ui.words import day, kind_name, lang, listed, money, t, t_or

_DONE = (State.READ, State.FAILED)


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was uploaded in this session. before: the id of the decision that held then, or empty."""

    upload: str
    name: str
    duplicate: bool
    before: str


@st.cache_resource
def _store() -> Store:
    return Store.open()


def show() -> None:
    """The page of the demo's application."""
    widgets.style()
    widgets.language()
    application = os.environ.get("SELFPROOF_DEMO_APPLICATION", "")
    if not application:
        widgets.note("wait", t("ui.no_application"))
        return
    _who(application)
    seen = _seen(application)
    found = pipeline.current(_store(), application)
    if found is not None:
        story.headline(found.decision)
    _upload(application)
    _progress(application, seen)
    if found is not None:
        _standing(found)


def _who(application: str) -> None:
    entry = _store().application(application)
    widgets.heading(entry.applicant.name, 1)
    trade = t_or(f"words.industry_{entry.industry}", "")
    line = [trade, entry.applicant.legal_representative, t("ui.as_of", day=day(entry.as_of))]
    widgets.small(" · ".join(word for word in line if word))
    widgets.small(t("ui.demo"))


def _upload(application: str) -> None:
    """Files are kept the moment they arrive: there is no second button to forget."""
    widgets.heading(t("ui.upload"))
    turn = st.session_state.setdefault("turn", 0)
    files = st.file_uploader(
        t("ui.upload_help"), accept_multiple_files=True, key=f"files-{turn}", label_visibility="visible"
    )
    for file in files:
        before = _newest(application)
        receipt = _store().receive(application, file.getvalue(), file.name)
        sent = Sent(receipt.upload, file.name, receipt.duplicate, before)
        st.session_state["sent"] = [*_sent(), sent]
    if files:
        st.session_state["turn"] = turn + 1
        st.rerun()


def _sent() -> list[Sent]:
    return list(st.session_state.get("sent", []))


def _newest(application: str) -> str:
    decided = _store().decisions(application)
    return decided[-1] if decided else ""


def _seen(application: str) -> tuple[str, int]:
    """What the page shows: the newest decision, and how many files are done."""
    done = sum(upload.state in _DONE for upload in _store().uploads(application))
    return _newest(application), done


@st.fragment(run_every=1.0)
def _progress(application: str, seen: tuple[str, int]) -> None:
    """What is being read refreshes by itself; the whole page is drawn anew when there is something new to show."""
    now = _seen(application)
    if now[0] != seen[0] or (now[0] and now != seen):
        st.rerun()
    uploads = _store().uploads(application)
    done = sum(upload.state in _DONE for upload in uploads)
    if done < len(uploads):
        st.progress(done / len(uploads), t("ui.progress", done=done, all=len(uploads)))
    if not uploads:
        widgets.note("wait", t("ui.empty"), t("ui.empty_help"))
    elif not now[0]:
        widgets.note("wait", t("ui.first_reading"), t("ui.leave_open"))
    _receipts(application, {upload.id: upload for upload in uploads})


def _receipts(application: str, uploads: dict[str, Upload]) -> None:
    """What became of each file of this session, the newest first."""
    sent = _sent()
    findings = _store().findings(application) if sent else ()
    for item in reversed(sent):
        upload = uploads[item.upload]
        said = [finding for finding in findings if finding.document.partition("#")[0] == upload.document]
        if item.duplicate:
            widgets.note("wait", t("ui.duplicate", name=item.name))
        elif upload.state is State.FAILED:
            widgets.note("bad", t("ui.failed_name", name=item.name), papers.failure(upload), t("ui.kept"))
        elif not said:
            widgets.note("wait", t("ui.received", name=item.name), t("ui.reading_now"))
        else:
            _outcome(upload, item, said)


def _outcome(upload: Upload, sent: Sent, said: Sequence[Finding]) -> None:
    """What a file turned out to be, what it did to the limit, and what a check complains of."""
    parts = pipeline.extractions(_store(), upload.application).get(upload.id, ())
    kinds = listed(list(dict.fromkeys(kind_name(part.kind) for part in parts)))
    mind = [t(finding.message) for finding in said if finding.outcome is Outcome.FAIL and finding.message]
    if all(part.kind == extract.UNKNOWN for part in parts):
        mind.append(t("ui.unknown_help"))
    read = t("ui.read", name=sent.name, kind=kinds)
    widgets.note("mind" if mind else "good", read, *dict.fromkeys(mind), _change(upload.application, sent))


def _change(application: str, sent: Sent) -> str:
    """What the limit did from before the file to now."""
    after = _store().decision(_newest(application)).effective
    before = _store().decision(sent.before).effective if sent.before else None
    if before is None or before == after:
        return t("ui.same_limit", limit=money(after))
    return t("ui.new_limit", before=money(before), after=money(after), change=money(after - before, sign=True))


def _standing(found: Assessment) -> None:
    widgets.heading(t("ui.why"))
    story.waterfall(found)
    story.remarks(found.decision)
    widgets.small(t("ui.no_promise"))
    widgets.heading(t("ui.next"))
    story.advice(found.decision.advice)
    _notices(found)
    _documents(found)


def _notices(found: Assessment) -> None:
    """What a check complains of, each sentence once, with the files it is about."""
    names = {upload.document: upload.name for upload in found.uploads}
    said: dict[str, list[str]] = {}
    for item in found.findings:
        if item.outcome is Outcome.FAIL and item.message:
            file = names.get(item.document.partition("#")[0], "")
            said.setdefault(t(item.message), []).append(file)
    if said:
        widgets.heading(t("ui.questions"))
    for sentence, of in said.items():
        widgets.note("mind", sentence, listed([name for name in dict.fromkeys(of) if name]))


def _documents(found: Assessment) -> None:
    widgets.heading(t("ui.documents"))
    parts = pipeline.extractions(_store(), found.application.id)
    papers.overview(found, parts)
    papers.every(found, parts)
    papers.stated(found.application.facts)
    widgets.heading(t("ui.choose"))
    uploads = {upload.id: upload for upload in found.uploads}
    chosen = st.selectbox(
        t("ui.choose_one"),
        list(uploads),
        index=list(uploads).index(_shown_first(found)),
        format_func=lambda upload: papers.label(uploads[upload], parts),
        key=f"chosen-{lang()}-{len(_sent())}-{len(parts)}",  # a box with the same key would keep old labels
    )
    st.session_state["shown"] = (len(_sent()), chosen)
    papers.one(_store(), found, uploads[chosen], parts.get(chosen, ()))


def _shown_first(found: Assessment) -> str:
    """What was looked at before the language changed, else the newest upload, else the first with a page to see."""
    turn, chosen = st.session_state.get("shown", (-1, ""))
    if turn == len(_sent()) and any(upload.id == chosen for upload in found.uploads):
        return str(chosen)
    if _sent():
        return _sent()[-1].upload
    seen = (upload.id for upload in found.uploads if papers.picture(_store(), upload, 1))
    return next(seen, found.uploads[0].id)
