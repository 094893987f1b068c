"""What reviewers do: claim, accept, reject, set aside, ask again, release. Each act is a fact with who and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain, islice

from selfproof import inquiries, pipeline, verify
from selfproof.access import blanks, casework, sieve
from selfproof.access.casework import Deed, Sheet
from selfproof.access.facts import NEW_UPLOAD, NOTE, RELEASE, REVIEW
from selfproof.access.guard import Guard
from selfproof.access.rules import Role
from selfproof.access.sieve import View
from selfproof.access.standing import Standing, standing
from selfproof.errors import Denied
from selfproof.findings.told import Told, complaints, deciding
from selfproof.graph.flows import Network, network
from selfproof.model import Message, Place, Value
from selfproof.pipeline import Assessment
from selfproof.store import Store, Upload
from selfproof.store.desks import Claim, SecondLook
from selfproof.store.queue import CLOSED, LATER, Waiting
from selfproof.verify import ASIDE

_PLAIN = View()
VERIFICATION = "verification"
"""The source that tells whether an invoice is still good; a later state matters most when money is paid out."""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why a case was not automatic. kind: names it in the texts; message: the particulars, if any."""

    kind: str
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of the queue. reasons: what the decision asks a person for; asked: the applicant's own words."""

    waiting: Waiting
    applicant: str
    reasons: tuple[Message, ...]
    standing: Standing | None

    @property
    def amount(self) -> Decimal | None:
        """What is at stake: the recommended limit, CNY; None before the first decision."""
        return self.standing.decision.recommended if self.standing else None

    @property
    def why(self) -> tuple[Why, ...]:
        """Every reason why a person looks at the case, the applicant's wish first."""
        return tuple(_whys(self.waiting, self.standing))


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the open cases, in the order of work.

    total: how many wait in all; mine: how many of these this reviewer has; page: from 1, of so many pages.
    wanted: how many of them the view shows; counts: how many each wish would show among those that are looked for.
    """

    rows: tuple[CaseRow, ...]
    total: int
    mine: int
    page: int
    pages: int
    wanted: int
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that a reviewer needs of one case. mine: whether this reviewer released the limit that is paused.

    told: what the checks complain of, the heaviest first; network: with whom the business trades by all its papers.
    uploads: all of them, with the names of those who brought one on the owner's behalf.
    """

    row: CaseRow
    found: Assessment | None
    sheets: tuple[Sheet, ...]
    deeds: tuple[Deed, ...]
    mine: bool
    told: tuple[Told, ...] = ()
    network: Network | None = None
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """A case that was read ahead. stamp: what changes with everything that comes to it."""

    application: str
    stamp: tuple[int, ...]
    case: CaseFile


def _whys(waiting: Waiting, now: Standing | None) -> Iterator[Why]:
    if waiting.asked:
        yield Why("asked")
    for message in now.decision.review if now else ():
        kind = message.key.removeprefix("reasons.review_")
        stops = [reason for reason in now.decision.reasons if reason.code.startswith("S")] if now else []
        if kind == "stop" and stops:
            yield from (Why("stop", reason.text) for reason in stops)
        else:
            yield Why(kind, message)
    if now and now.paused:
        yield Why("held")
    yield from (Why(mark) for mark in waiting.marks)
    if waiting.unread:
        yield Why("unread")
    if waiting.sampled:
        yield Why("sample")


def _with_pages(store: Store, sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Each upload with the numbers of its pages, where it has any to look at."""
    return tuple(
        replace(sheet, pages=store.page_numbers(sheet.upload.application, sheet.upload.id)) if sheet.pictured else sheet
        for sheet in sheets
    )


def _waiting(store: Store, application: str) -> Waiting | None:
    """One case as it waits; None when nothing is open."""
    found = store.people.waiting(sample=casework.table()["sample_share"], only=application)
    return found[0] if found else None


def _in_order(store: Store, order: str) -> tuple[Waiting, ...]:
    """The open cases."""
    return sieve.ordered(store.people.waiting(sample=casework.table()["sample_share"]), order)


@dataclass(frozen=True, slots=True)
class Review:
    """The reviewers' part of a desk."""

    guard: Guard

    def queue(self, page: int = 1, view: View = _PLAIN) -> Queue:
        """One page of the open cases; a page that is not there is the nearest one."""
        size, me = casework.table()["most_cases"], self.guard.session.name
        with self.guard.look("queue") as store:
            items = _in_order(store, view.order)
            wanted, counts = sieve.sifted(store, items, view, me)
            pages = max(1, -(-len(wanted) // size))
            page = min(max(page, 1), pages)
            rows = tuple(self._row(store, item) for item in wanted[size * (page - 1) : size * page])
            mine = sum(item.claimed == me for item in items)
            return Queue(rows, len(items), mine, page, pages, len(wanted), counts)

    def _row(self, store: Store, item: Waiting) -> CaseRow:
        now = standing(store, item.application)
        name = store.application(item.application).applicant.name
        return CaseRow(item, name, now.decision.review if now else (), now)

    def _after(self, application: str, view: View) -> Iterator[str]:
        """The other cases that nobody else has and nobody has put off: those after this one, then from the first on."""
        with self.guard.look("queue") as store:
            items, _ = sieve.sifted(store, _in_order(store, view.order), view, self.guard.session.name)
        free = [item.application for item in items if self._is_free(item) or item.application == application]
        place = free.index(application) if application in free else -1
        yield from (name for name in dict.fromkeys((*free[place + 1 :], *free)) if name != application)

    def _is_free(self, item: Waiting) -> bool:
        return item.later is None and item.claimed in {"", self.guard.session.name}

    def case(self, application: str, ahead: Ahead | None = None) -> CaseFile:
        """One case with everything to judge it by, whether it waits or not.

        ahead: the same case as it was read a moment ago; it is taken where nothing has come to it since.
        """
        with self.guard.look("look_case", application) as store:
            if ahead and (ahead.application, ahead.stamp) == (application, store.people.stamp(application)):
                row = self._open_row(store, application)
                return replace(ahead.case, row=row, mine=self._is_mine(row))
            return self._file(store, application)

    def ahead(self, application: str) -> Ahead:
        """A case read before anybody looks at it, which the log says, with what tells whether it is still the same."""
        with self.guard.look("look_case", application, detail="ahead") as store:
            stamp = store.people.stamp(application)
            return Ahead(application, stamp, self._file(store, application))

    def _open_row(self, store: Store, application: str) -> CaseRow:
        return self._row(store, _waiting(store, application) or Waiting(application, "", self.guard.clock(), "", ""))

    def _is_mine(self, row: CaseRow) -> bool:
        return row.standing is not None and f"{Role.REVIEWER}:{self.guard.session.account}" in row.standing.by

    def _file(self, store: Store, application: str) -> CaseFile:
        row, said = self._open_row(store, application), store.facts(application)
        parts = pipeline.extractions(store, application)
        found = pipeline.current(store, application, parts, said)
        told = complaints(found, deciding(store, found.decision_id)) if found else ()
        names = {account.id: account.name for account in store.people.accounts()}
        uploads = casework.brought(store.uploads(application), names)
        return CaseFile(
            row=row,
            found=found,
            sheets=_with_pages(store, casework.sheets(found, parts, casework.Heard(said, told))) if found else (),
            deeds=casework.deeds(said, uploads, names),
            mine=self._is_mine(row),
            told=told,
            network=network(verify.case(found.application, found.facts)) if found else None,
            uploads=uploads,
        )

    def note(self, application: str, words: str) -> None:
        """Leave a note for colleagues."""
        self._say("note", application, NOTE, value=words)

    def keep_draft(self, application: str, content: str) -> None:
        """Keep what this reviewer has begun at a case, for himself alone; "" drops it. Raises Denied."""
        with self.guard.look("draft", application) as store:
            store.people.keep_draft(application, self.guard.session.account, content)

    def draft(self, application: str) -> str:
        """What this reviewer has begun at a case, "" for nothing."""
        with self.guard.look("draft", application) as store:
            return store.people.draft(application, self.guard.session.account)

    def look_again(self, application: str, upload: str, place: Place) -> str:
        """Have a place on a page read once more; returns the id to ask `looked` with. Denied where there is no page."""
        with self.guard.act("look_again", application, upload) as act:
            blanks.check(place)
            self.guard.store.page_image(application, upload, place.page or 0)
            wanted = SecondLook("", application, upload, place.page or 0, place.box or (0.0, 0.0, 1.0, 1.0))
            return self.guard.store.people.look_again(wanted, act)

    def looked(self, application: str, name: str) -> str | None:
        """What stands at the place; None as long as nobody has looked."""
        with self.guard.look("look_case", application) as store:
            return store.second_look(application, name).words

    def claim(self, application: str, *, by_force: bool = False) -> None:
        """Take a case for some time, so that nobody else begins with it; Denied while a colleague has it.

        by_force: take it from the colleague.
        """
        with self.guard.act("claim", application, detail="by force" if by_force else "") as act:
            if not self.guard.store.people.take(self._claim(application, by_force=by_force), act):
                raise Denied("nothing here for you")

    def colleague(self, application: str) -> str:
        """Which colleague is at a case, "" when nobody else is."""
        self.guard.check("claim", application)
        name, _ = self.guard.store.people.claimed(self.guard.clock().timestamp()).get(application, ("", 0.0))
        return "" if name == self.guard.session.name else name

    def hold(self, application: str) -> None:
        """Hold a case longer that this reviewer has, once half of the time is over."""
        self.guard.check("claim", application)
        now = self.guard.clock().timestamp()
        name, until = self.guard.store.people.claimed(now).get(application, ("", 0.0))
        if name == self.guard.session.name and until - now < 30 * casework.table()["claim_minutes"]:
            self.guard.store.people.hold(self._claim(application))

    def _claim(self, application: str, *, by_force: bool = False) -> Claim:
        at = self.guard.clock().timestamp()
        until = at + 60 * casework.table()["claim_minutes"]
        return Claim(application, self.guard.session.account, at, until, by_force=by_force)

    def take_next(self, application: str, among: Sequence[str] = (), view: View = _PLAIN) -> str:
        """Take the case after this one; of two reviewers at once each gets one of his own. "" when there is none.

        among: the cases that came next a moment ago (`upcoming`), so that the whole queue need not be looked through.
        """
        for name in chain((one for one in among if self._still_free(one)), self._after(application, view)):
            with suppress(Denied):
                self.claim(name)
                return name
        return ""

    def _still_free(self, application: str) -> bool:
        with self.guard.look("queue") as store:
            item = _waiting(store, application)
        return item is not None and self._is_free(item)

    def upcoming(self, application: str, view: View = _PLAIN) -> tuple[str, ...]:
        """The next few cases after this one."""
        return tuple(islice(self._after(application, view), casework.table()["upcoming"]))

    def let_go(self, application: str) -> None:
        """Leave a case to whoever comes; one with something begun stays its reviewer's for the rest of his time."""
        if not self.draft(application):
            self.guard.store.people.let_go(application, self.guard.session.account)

    def put_off(self, application: str, until: datetime, reason: str) -> None:
        """Look at a case later: until then it stands aside in the queue, unless the applicant asks for a person."""
        self._say("put_off", application, LATER, value=until.isoformat(), original=reason)
        self.guard.store.people.let_go(application, self.guard.session.account)

    def close(self, application: str) -> None:
        """End a case: it leaves the queue until a new decision or request brings it back."""
        decided = self.guard.store.decisions(application) if self.guard.may("close", application) else ()
        self._say("close", application, CLOSED, value="done", original=decided[-1] if decided else "")
        self.guard.store.people.let_go(application, self.guard.session.account)

    def accept(self, application: str, upload: str) -> None:
        """Say that an upload is what it seems, corrections by the owner included."""
        self._judge("accept", application, upload, value="accepted")

    def reject(self, application: str, upload: str, reason: str) -> None:
        """Say that an upload may not count; it stays in the file at level 0."""
        self._judge("reject", application, upload, value="rejected", reason=reason)

    def set_aside(self, application: str, upload: str, reason: str) -> None:
        """Say that an upload came by mistake or is not whole: it stays in the file at level 0, and accuses nobody.

        A stop that says no more than that (`selfproof.verify.Check`, aside) goes with it; any other stays.
        """
        self._judge("set_aside", application, upload, value=ASIDE, reason=reason)

    def ask_upload(self, application: str, upload: str, reason: str) -> None:
        """Ask the owner for a better copy of an upload."""
        self._judge("ask_upload", application, upload, value=reason)

    def verify_again(self, application: str) -> bool:
        """Have the state of all verified invoices asked anew, as before money is paid out; False where none was."""
        with self.guard.act("verify_again", application) as act:
            return inquiries.ask_again(self.guard.store, application, VERIFICATION, act, self.guard.clock)

    def release(self, application: str, decision: str) -> Standing:
        """Let a paused limit hold; above the policy's amount it takes two reviewers.

        Denied when it is not paused, and while a colleague has the case.
        """
        with self.guard.act("release", application, detail=decision) as act:
            if self.colleague(application):
                raise Denied("nothing here for you")
            store = self.guard.store
            now = standing(store, application)
            fact = None
            if now is not None and now.decision_id == decision and now.paused:
                amount = now.decision.recommended
                fact = self.guard.voice.say(RELEASE, amount, original=decision)
            if now is None or fact is None or fact.provenance.origin in now.by:
                raise Denied("nothing here for you")
            store.people.add_facts(application, [fact], act, decide=False)
            after = standing(store, application)
        return after or now

    def _say(self, verb: str, application: str, name: str, *, value: Value, original: str = "") -> None:
        with self.guard.act(verb, application) as act:
            fact = self.guard.voice.say(name, value, original=original)
            self.guard.store.people.add_facts(application, [fact], act, decide=False)

    def _judge(self, verb: str, application: str, upload: str, *, value: Value, reason: str = "") -> None:
        """A fact for each document in the upload."""
        name = NEW_UPLOAD if verb == "ask_upload" else REVIEW
        with self.guard.act(verb, application, upload) as act:
            voice, store = self.guard.voice, self.guard.store
            documents = sorted(_documents(store, application, upload))
            facts = [voice.say(name, value, document=document, original=reason) for document in documents]
            store.people.add_facts(application, facts, act, decide=name == REVIEW)


def _documents(store: Store, application: str, upload: str) -> set[str]:
    """What was found in an upload; the file itself where nothing was."""
    parts = pipeline.extractions(store, application).get(upload, ())
    found = {fact.provenance.document for part in parts for fact in part.facts} - {""}
    return found or {store.upload(application, upload).document}
