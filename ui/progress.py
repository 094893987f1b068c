"""How far the reading has come, by itself; and what became of the files of this visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import streamlit as st

from selfproof import extract
from selfproof.access import Desk, shots
from selfproof.model import Extraction, Finding, Outcome
from selfproof.store import State, Task, Upload
from ui import papers, widgets
from ui.words import kind_name, listed, money, t

Seen: TypeAlias = tuple[str, int, int, int]
_PAUSE, _IDLE = 1.0, 3.0  # seconds between two looks, while there is something to do and else
_STOOD = "stood"  # by application, the newest decision when the page was drawn before, and when it was drawn now
_LATE = timedelta(minutes=3)
_DONE = (State.READ, State.FAILED)


def watch(desk: Desk, application: str, *, receipts: bool = False) -> None:
    """Until nothing is left to do; the whole page is drawn anew when there is something new to show."""
    seen = _seen(desk, application)
    drawn: dict[str, tuple[str, str]] = st.session_state.setdefault(_STOOD, {})
    drawn[application] = (drawn.get(application, ("", seen[0]))[1], seen[0])
    pause = _PAUSE if seen[3] or not seen[0] else _IDLE
    st.fragment(_watch, run_every=pause)(desk, application, seen, receipts=receipts)


def _watch(desk: Desk, application: str, seen: Seen, *, receipts: bool) -> None:
    now = _seen(desk, application)
    if now != seen and (now[0] or now[1] != seen[1]):
        st.rerun()
    uploads = desk.uploads(application)
    done = sum(upload.state in _DONE for upload in uploads)
    if done < len(uploads):
        st.progress(done / len(uploads), t("ui.progress", done=done, all=len(uploads)))
    _standing(now[0], uploads, deciding=any(job.task is Task.DECIDE for job in desk.jobs(application)))
    if receipts:
        before = _before(application, uploads)
        tell(desk, application, [upload for upload in uploads if upload.id in before], before)


def _seen(desk: Desk, application: str) -> Seen:
    """What a page shows: the newest decision, how many files there are, how many are done, and what is left to do."""
    uploads = desk.uploads(application)
    done = sum(upload.state in _DONE for upload in uploads)
    return _newest(desk, application), len(uploads), done, len(desk.jobs(application))


def _newest(desk: Desk, application: str) -> str:
    decided = desk.decisions(application)
    return decided[-1] if decided else ""


def _standing(decision: str, uploads: Sequence[Upload], *, deciding: bool) -> None:
    if not uploads:
        widgets.note("wait", t("ui.empty"), t("ui.empty_help"))
    elif not decision:
        widgets.note("wait", t("ui.first_reading"), t("ui.leave_open"))
    elif deciding:
        widgets.small(t("owner.deciding"))


def tell(desk: Desk, application: str, uploads: Sequence[Upload], before: Mapping[str, str]) -> None:
    """What became of each of these files, the newest first. before: the decision that held before each, by its id."""
    findings, parts = (desk.findings(application), desk.extractions(application)) if uploads else ((), {})
    for upload in reversed(uploads):
        said = [finding for finding in findings if finding.document.partition("#")[0] == upload.document]
        if upload.state is State.FAILED:
            widgets.note("bad", t("ui.failed_name", name=upload.name), papers.failure(upload), t("ui.kept"))
        elif not said or upload.id not in parts:
            widgets.note("wait", t("ui.received", name=upload.name), t(f"ui.{waits(upload, datetime.now(UTC))}"))
        else:
            _outcome(desk, upload, parts[upload.id], said, before=before[upload.id])


def waits(upload: Upload, now: datetime) -> str:
    """Which sentence tells what a file waits for: nobody is promised a minute who has been waiting for five."""
    if upload.state is State.READ:
        return "counting"
    return "reading_late" if now - upload.received > _LATE else "reading_now"


def stood(application: str) -> str:
    """The decision that was drawn before a page knew of its newest files: a reader may have decided anew by now."""
    found: tuple[str, str] = st.session_state[_STOOD][application]
    return found[0]


def _before(application: str, uploads: Sequence[Upload]) -> dict[str, str]:
    """The files of this visit and what was unread at its beginning, each with the decision that held then."""
    kept: dict[str, dict[str, str]] = st.session_state.setdefault("before", {})
    if application not in kept:
        st.session_state[f"old-{application}"] = {upload.id for upload in uploads if upload.state in _DONE}
    old, mine = st.session_state[f"old-{application}"], kept.setdefault(application, {})
    fresh = [upload.id for upload in uploads if upload.id not in old and upload.id not in mine]
    mine.update(dict.fromkeys(fresh, stood(application)))
    return mine


def _outcome(desk: Desk, upload: Upload, parts: Sequence[Extraction], said: Sequence[Finding], *, before: str) -> None:
    """What a file turned out to be, what it did to the limit, and what a check complains of."""
    kinds = listed(list(dict.fromkeys(kind_name(part.kind) for part in parts)))
    mind = [t(finding.message) for finding in said if finding.outcome is Outcome.FAIL and finding.message]
    poor = [t(message) for part in parts for message in shots.complaints(part)]
    unknown = sum(part.kind == extract.UNKNOWN for part in parts)
    if unknown and unknown < len(parts):
        mind.append(t("ui.partly_unknown", all=len(parts), count=unknown))
    elif unknown and not poor:
        mind.append(t("ui.unknown_help"))
    mind += poor
    read = t("ui.read", name=upload.name, kind=kinds)
    widgets.note("mind" if mind else "good", read, *dict.fromkeys(mind), _change(desk, upload.application, before))


def _change(desk: Desk, application: str, before: str) -> str:
    """What the limit did from before the file to now; while all increases are suspended, nothing."""
    now = desk.standing(application)
    if now is not None and now.suspended:
        return t("ui.same_limit", limit=money(now.effective))
    after = desk.decision(application, _newest(desk, application)).effective
    earlier = desk.decision(application, before).effective if before else None
    if earlier is None or earlier == after:
        return t("ui.same_limit", limit=money(after))
    return t("ui.new_limit", before=money(earlier), after=money(after), change=money(after - earlier, sign=True))
