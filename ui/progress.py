"""How far the reading has come, by itself; and what became of the files of this visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import streamlit as st

from selfproof import extract
from selfproof.access import Desk, shots
from selfproof.model import Extraction, Finding, Outcome
from selfproof.store import Job, State, Task, Upload
from ui import papers, widgets
from ui.words import kind_name, listed, money, t

_PAUSE, _IDLE = 1.0, 3.0  # seconds between two looks, while there is something to do and else
_STOOD = "stood"  # by application, the newest decision when the page was drawn before, and when it was drawn now
_LATE = timedelta(minutes=3)
_MANY = 3  # files that wait for the same are told of one by one up to so many
_DONE = (State.READ, State.FAILED)
News: TypeAlias = tuple[widgets.Tone, str]  # what was done to the limit, and how that sounds
_NO_NEWS: News = ("good", "")


@dataclass(frozen=True, slots=True)
class Now:
    """What there is of an application at one moment. decision: the newest, or "".

    idle: which sentence tells that nobody does its jobs; "" while somebody does, or nothing is to be done.
    """

    application: str
    decision: str
    uploads: tuple[Upload, ...]
    jobs: tuple[Job, ...]
    idle: str = ""

    @property
    def done(self) -> int:
        """How many files are read, or cannot be."""
        return sum(upload.state in _DONE for upload in self.uploads)

    @property
    def shows(self) -> tuple[str, int, int, int]:
        """What a page is drawn anew for, once there is a decision."""
        return self.decision, len(self.uploads), self.done, len(self.jobs)


def look(desk: Desk, application: str) -> Now:
    """As it is now; a page looks before all else, so that what comes while it is drawn is new."""
    jobs = desk.jobs(application)
    now = Now(application, _newest(desk, application), desk.uploads(application), jobs)
    return replace(now, idle=_idle(desk, now))


def _idle(desk: Desk, now: Now) -> str:
    if now.jobs and desk.unattended() is not None:
        return "reading_stopped"
    waits = not now.decision or now.done < len(now.uploads)
    if now.jobs and waits and desk.asleep:
        return "reading_later"
    return "reading_later" if desk.strays and (waits or _lost(desk, now)) else ""


def _lost(desk: Desk, now: Now) -> bool:
    """Whether a worker that reads otherwise has read something: these pages do not find it, another reads it anew."""
    known = desk.extractions(now.application)
    return any(upload.state is State.READ and upload.id not in known for upload in now.uploads)


def watch(desk: Desk, now: Now, *, receipts: bool = False) -> None:
    """Until nothing is left to do; the whole page is drawn anew when there is something new to show.

    now: with which it is being drawn.
    """
    drawn: dict[str, tuple[str, str]] = st.session_state.setdefault(_STOOD, {})
    drawn[now.application] = (drawn.get(now.application, ("", now.decision))[1], now.decision)
    pause = _PAUSE if now.jobs or not now.decision else _IDLE
    st.fragment(_watch, run_every=pause)(desk, now, [now], receipts=receipts)


def _watch(desk: Desk, drawn: Now, fresh: list[Now], *, receipts: bool) -> None:
    """drawn: with what the page is drawn; fresh: the same for the first time, when nobody has to look again."""
    now = fresh.pop() if fresh else look(desk, drawn.application)
    if now.shows != drawn.shows and (now.decision or len(now.uploads) != len(drawn.uploads)):
        st.rerun()
    if now.done < len(now.uploads):
        st.progress(
            now.done / len(now.uploads),
            t("ui.progress_idle" if now.idle else "ui.progress", done=now.done, all=len(now.uploads)),
        )
    if now.uploads:
        _standing(now)
    elif receipts:  # elsewhere a card says where to begin
        widgets.note("wait", t("ui.empty"), t("ui.empty_help"))
    if receipts:
        before = _before(now.application, now.uploads)
        tell(desk, now, [upload for upload in now.uploads if upload.id in before], before)


def _newest(desk: Desk, application: str) -> str:
    decided = desk.decisions(application)
    return decided[-1] if decided else ""


def _standing(now: Now) -> None:
    if now.idle:
        widgets.note("wait", t(f"ui.{now.idle}"))
    elif not now.decision:
        widgets.note("wait", t("ui.first_reading"), t("ui.leave_open"))
    elif any(job.task is Task.DECIDE for job in now.jobs):
        widgets.small(t("owner.deciding"))


def tell(desk: Desk, now: Now, uploads: Sequence[Upload], before: Mapping[str, str]) -> None:
    """What became of each of these files, the newest first.

    before: the decision that held before each of the visit's files, by its id. What those did to the limit that came
    together is said once, with the newest of them: no file has a share of its own in what they prove together.
    """
    gone = desk.withdrawn(now.application) if uploads else ()
    uploads = [upload for upload in uploads if upload.id not in gone]
    if not uploads:
        return
    application, waiting = now.application, dict[str, list[str]]()
    findings, parts = desk.findings(application), desk.extractions(application)
    later, checked = papers.later(desk, application), {finding.document.partition("#")[0] for finding in findings}
    read = {item.id for item in now.uploads if item.id in parts and item.document in checked} - later.keys()
    for upload in reversed(uploads):
        if upload.state is State.FAILED:
            widgets.note("bad", t("ui.failed_name", name=upload.name), papers.failure(upload), t("ui.kept"))
        elif upload.id in later:
            widgets.note("wait", t("owner.later_name", name=upload.name), later[upload.id])
        elif upload.id not in read:
            word = "file_waits" if now.idle else waits(upload, datetime.now(UTC))
            waiting.setdefault(word, []).append(upload.name)
        else:
            same = [item.id for item in now.uploads if item.id in read and before.get(item.id) == before[upload.id]]
            news = change(desk, application, before[upload.id]) if same[-1] == upload.id else _NO_NEWS
            if news != _NO_NEWS and len(same) > 1:
                widgets.note(news[0], t("ui.together", count=len(same), change=news[1]))
                news = _NO_NEWS
            said = [finding for finding in findings if finding.document.partition("#")[0] == upload.document]
            _outcome(upload, parts[upload.id], said, news)
    for word, names in waiting.items():
        _waiting(word, names)


def _waiting(word: str, names: Sequence[str]) -> None:
    """What files wait for; many of them share one note, for a phone shows three at a time."""
    if len(names) > _MANY:
        widgets.note("wait", t("ui.received_many", count=len(names)), t(f"ui.{word}"), listed(list(names)))
        return
    for name in names:
        widgets.note("wait", t("ui.received", name=name), t(f"ui.{word}"))


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


def _outcome(upload: Upload, parts: Sequence[Extraction], said: Sequence[Finding], news: News) -> None:
    """What a file turned out to be, what a check complains of, and what it did to the limit if it came alone."""
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
    widgets.note("mind" if mind else news[0], read, *dict.fromkeys(mind), news[1])


def change(desk: Desk, application: str, before: str) -> News:
    """What the limit did from before a file came or went to now; while all increases are suspended, nothing.

    before: the decision that held then; "" for a first file, before which the limit was what the lender had given.
    """
    now = desk.standing(application)
    if now is not None and now.suspended:
        return "good", t("ui.same_limit", limit=money(now.effective))
    newest = desk.decision(application, _newest(desk, application))
    after, earlier = newest.effective, desk.decision(application, before).effective if before else newest.base
    if earlier == after:
        return "good", t("ui.same_limit", limit=money(after))
    return "good" if after > earlier else "mind", t(
        "ui.new_limit", before=money(earlier), after=money(after), change=money(after - earlier, sign=True)
    )
