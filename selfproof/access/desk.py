"""`Desk`: what pages may do for one signed-in person. Every method asks the guard first and leaves an audit entry.

Where somebody may not do a thing, or it is not there, the answer is the same: Denied.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Self

from selfproof import extract, pipeline
from selfproof.access import about as statements
from selfproof.access import asked, blanks, bundle, letters, people, plain, replies, requests
from selfproof.access import questions as asking
from selfproof.access.about import About
from selfproof.access.admin import Admin
from selfproof.access.asked import Asked
from selfproof.access.blanks import Blank
from selfproof.access.governing import Governing
from selfproof.access.guard import Guard
from selfproof.access.questions import Question
from selfproof.access.review import Review
from selfproof.access.risk import Risk
from selfproof.access.rules import Role
from selfproof.access.session import Session, instant, resume
from selfproof.access.standing import Standing, standing
from selfproof.errors import Denied
from selfproof.explaining import paper, technical
from selfproof.lifecycle import tries, withdrawals
from selfproof.lifecycle.tries import Allowance
from selfproof.model import Application, Decision, Extraction, Fact, Finding, Place, Value
from selfproof.pipeline import Assessment
from selfproof.store import Job, Receipt, Store, Task, Upload
from selfproof.store.audit import Entry
from selfproof.store.consents import Consent
from selfproof.store.jobs import Unattended
from selfproof.store.queue import ASKED
from selfproof.texts import Lang


@dataclass(frozen=True, slots=True)
class Desk:
    """A store behind a guard. `review`, `risk` and `admin` hold what is only for those roles."""

    guard: Guard

    @classmethod
    def of(cls, store: Store, session: Session, clock: Callable[[], datetime] = instant) -> Self:
        """The desk of a session."""
        return cls(Guard(store, session, clock))

    @property
    def session(self) -> Session:
        """Who sits here."""
        return self.guard.session

    @property
    def _plainly(self) -> bool:
        """Whether whoever sits here is told only what an applicant may know."""
        return self.session.role is Role.OWNER

    @property
    def review(self) -> Review:
        """The queue and its acts, for reviewers."""
        return Review(self.guard)

    @property
    def risk(self) -> Risk:
        """The portfolio, for risk staff."""
        return Risk(self.guard)

    @property
    def governing(self) -> Governing:
        """The life of policies, for risk staff."""
        return Governing(self.guard)

    @property
    def admin(self) -> Admin:
        """Accounts and the audit log, for admins."""
        return Admin(self.guard)

    @property
    def has_password(self) -> bool:
        """Whether this person signs in with a password that is kept here."""
        account = self.guard.store.people.account(self.session.name)
        return account is not None and account.id == self.session.account and bool(account.secret)

    def change_password(self, old: str, new: str) -> None:
        """Another password of one's own; all sessions of the account end, this one too.

        Raises Denied for a wrong old one, LockedError after too many tries, UnfitError for a new one that will not do.
        """
        resume(self.guard.store, self.session.key, at=self.guard.clock(), used=False)
        people.change_own_password(self.guard.store, self.session, old, new)

    def applications(self) -> tuple[str, ...]:
        """Ids of the owner's applications, the first made first."""
        with self.guard.look("list_own") as store:
            return store.people.owned(self.session.account)

    def create(self, about: About) -> Application:
        """Open an application as of today, without an existing limit; the owner is whoever is signed in.

        Raises UnfitError for a value that cannot be.
        """
        at, name = self.guard.clock(), f"A-{secrets.token_hex(8)}"
        with self.guard.act("create") as act:
            statements.check(about)
            application = statements.opened(
                name, at.astimezone().date(), about, self.guard.voice.declare(about.declared)
            )
            named = replace(act, application=name)
            self.guard.store.people.save_application(application, named, owner=self.session.account)
        return application

    def describe(self, application: str, about: About) -> Application:
        """Say anew what the business is; declarations of the named fields are replaced, records of others stay.

        Raises UnfitError for a value that cannot be.
        """
        with self.guard.act("describe", application) as act:
            statements.check(about)
            kept, said = self.guard.store.application(application), self.guard.voice.declare(about.declared)
            new = statements.described(kept, about, said)
            self.guard.store.people.save_application(new, act)
        return new

    def application(self, application: str) -> Application:
        """The newest version of the application's file."""
        with self.guard.look("look_file", application) as store:
            return store.application(application)

    def receive(self, application: str, data: bytes, name: str, *, to: str = "") -> Receipt:
        """Take an upload; what the receipt names is on disk, in the queue and in the audit log.

        to: what an owner sends it in reply to (`selfproof.access.replies`); Denied where there is no such thing.
        What staff bring on an owner's behalf is marked so. A file that its owner had withdrawn comes back when sent.
        """
        verb, by = ("upload", "") if self._plainly else ("bring", self.session.account)
        with self.guard.act(verb, application) as act:
            store, place = self.guard.store, replies.place(self.guard.store, application, "" if by else to)
            receipt = store.receive(application, data, name, by=by)
            done = replace(act, upload=receipt.upload)
            store.people.note(done)
            if not by and receipt.document in withdrawals.standing(withdrawals.said(store, application)):
                self.withdraw(application, receipt.upload, away=False)
                receipt = replace(receipt, duplicate=False)
            if said := replies.facts(self.guard.voice, place, receipt.upload):
                answers = bool(place.told)
                done = replace(done, act="answer" if answers else "send_again")
                store.people.add_facts(application, said, done, decide=answers)
        return receipt

    def tries(self, application: str) -> Allowance | None:
        """How often papers may still be sent to be counted anew, and what waits; None where nobody counts that."""
        with self.guard.look("look_file", application) as store:
            return tries.standing(store, application)

    def uploads(self, application: str) -> tuple[Upload, ...]:
        """All uploads with their state, first received first."""
        with self.guard.look("look_file", application) as store:
            found = store.uploads(application)
            return plain.uploads(found) if self._plainly else found

    def jobs(self, application: str) -> tuple[Job, ...]:
        """What is still to be done: uploads to read, a decision to make."""
        with self.guard.look("look_file", application) as store:
            return tuple(job for job in store.open_jobs(application) if job.task is not Task.LOOK)

    def unattended(self) -> Unattended | None:
        """What waits for a worker, of all applications, while none is running; None when one is, or nothing waits."""
        self.guard.check("look_work")
        return self.guard.store.watching.unattended()

    @property
    def strays(self) -> tuple[str, ...]:
        """In what the worker reads otherwise than these pages look for: of `selfproof.extract.reader`."""
        self.guard.check("look_work")
        return self.guard.store.watching.strays(extract.reader())

    @property
    def asleep(self) -> bool:
        """Whether no worker is running, so that what is sent now is read later."""
        self.guard.check("look_work")
        return self.guard.store.watching.asleep

    def page_image(self, application: str, upload: str, number: int) -> bytes:
        """The picture (WebP) of a page, from 1."""
        with self.guard.look("look_page", application, upload, str(number)) as store:
            return store.page_image(application, upload, number)

    def extractions(self, application: str) -> Mapping[str, tuple[Extraction, ...]]:
        """What was found in each upload that has been read, by upload id."""
        with self.guard.look("look_facts", application) as store:
            return pipeline.extractions(store, application)

    def facts(self, application: str) -> tuple[Fact, ...]:
        """What the documents say, with what people corrected."""
        with self.guard.look("look_facts", application) as store:
            return pipeline.known_facts(store, application)

    def current(self, application: str) -> Assessment | None:
        """What is known and was last decided, for an owner in plain words; None before the first decision."""
        with self.guard.look("look_decision", application) as store:
            found = pipeline.current(store, application)
            if found is None or not self._plainly:
                return found
            told, said = plain.decision(found.decision), plain.findings(found.findings)
            return replace(found, decision=told, findings=said, uploads=plain.uploads(found.uploads))

    def findings(self, application: str) -> tuple[Finding, ...]:
        """What the last run of the checks found."""
        with self.guard.look("look_decision", application) as store:
            found = store.findings(application)
            return plain.findings(found) if self._plainly else found

    def standing(self, application: str) -> Standing | None:
        """The limit that holds now, with what reviewers released; None before the first decision."""
        with self.guard.look("look_decision", application) as store:
            now = standing(store, application)
            if now is None or not self._plainly:
                return now
            return replace(now, decision=plain.decision(now.decision), by=tuple(Role.REVIEWER for _ in now.by))

    def letter(self, application: str, lang: Lang = "zh") -> bytes:
        """The limit that holds and why, on one page for its owner, as PDF; Denied before the first decision."""
        with self.guard.look("look_decision", application, detail="letter") as store:
            now = standing(store, application)
            if now is None:
                raise Denied("nothing here for you")
            name = store.application(application).applicant.name
            return paper.pdf(letters.sheet(name, now, lang), one_page=True)

    def audit_report(self, application: str, lang: Lang = "zh") -> bytes:
        """All of the newest decision for auditors, as PDF; Denied where there is none."""
        with self.guard.look("look_report", application) as store:
            decided = store.decisions(application)
            if not decided:
                raise Denied("nothing here for you")
            return paper.pdf(technical.sheet(store, decided[-1], lang), size=8.0)

    def decisions(self, application: str) -> tuple[str, ...]:
        """Ids of the decisions, the newest last."""
        with self.guard.look("look_decision", application) as store:
            return store.decisions(application)

    def decision(self, application: str, decision: str) -> Decision:
        """One decision of the application."""
        with self.guard.look("look_decision", application) as store:
            if decision not in store.decisions(application):
                raise Denied("nothing here for you")
            whole = store.decision(decision)
            return plain.decision(whole) if self._plainly else whole

    def log(self, application: str) -> tuple[Entry, ...]:
        """Who looked at the application and who did what, the first first."""
        with self.guard.look("look_log", application) as store:
            return store.people.log_of(application)

    def export(self, application: str, into: BinaryIO) -> None:
        """Write everything that is kept of an application as a zip: JSON, and the originals."""
        with self.guard.act("export", application) as act:
            self.guard.store.people.note(act)
            bundle.write(self.guard.store, application, into)

    def erase(self, application: str) -> None:
        """Remove the application for good; the audit log keeps keyed hashes."""
        with self.guard.act("erase", application) as act:
            self.guard.store.people.note(act)
            self.guard.store.erase(application)

    def consents(self, application: str) -> tuple[Consent, ...]:
        """Every word on sources of third-party records, the first first; the last on each source counts."""
        with self.guard.look("look_consents", application) as store:
            return store.people.consents(application)

    def asked(self, application: str) -> tuple[Asked, ...]:
        """What was asked of third parties and what came of it, and what is still to be asked."""
        with self.guard.look("look_consents", application) as store:
            return asked.of(store, application)

    def unspoken(self, application: str) -> tuple[str, ...]:
        """Sources that may be asked here once the applicant agrees, and that nothing was said about."""
        with self.guard.look("look_consents", application) as store:
            return asked.unspoken(store, application)

    def consent(self, application: str, source: str, *, given: bool, purpose: str) -> None:
        """Give or withdraw consent to a source; a decision without or with its records follows.

        Raises UnfitError for what is no name of a source.
        """
        with self.guard.act("consent", application, detail=f"{source} {'given' if given else 'withdrawn'}") as act:
            statements.check_source(source, purpose)
            word = Consent(source, purpose, self.session.account, self.guard.clock(), given)
            self.guard.store.people.say_consent(application, word, act)

    def correct(self, application: str, fact: str, value: Value) -> Fact:
        """Another value for a fact that was read, by its id; an owner's is a declaration. A decision follows."""
        with self.guard.act("correct", application, detail=fact) as act:
            known = {item.id: item for item in pipeline.known_facts(self.guard.store, application)}
            if fact not in known or known[fact].kind == "document" or type(known[fact].value) is not type(value):
                raise Denied("nothing here for you")
            new = self.guard.voice.correct(known[fact], value)
            self.guard.store.people.add_facts(application, [new], act)
        return new

    def fill(self, application: str, blank: Blank, typed: str, *, place: Place | None = None) -> Fact:
        """A value for a field that was not read; an owner's is a declaration. A decision follows.

        typed: as the paper has it; the field's own parser reads it. place: where it stands, if pointed at.
        Raises UnfitError when it is no value of this field, Denied when the field is no open one of the upload.
        """
        with self.guard.act("fill", application, blank.upload, blank.name) as act:
            store = self.guard.store
            parts = pipeline.extractions(store, application).get(blank.upload, ())
            opened = blanks.of(blank.upload, parts, store.facts(application))
            if (blank.document, blank.name) not in {(item.document, item.name) for item in opened}:
                raise Denied("nothing here for you")
            if place is not None:
                blanks.check(place)
                store.page_image(application, blank.upload, place.page or 0)
            new = self.guard.voice.say(blank.name, blanks.value(blank, typed), document=blank.document, place=place)
            store.people.add_facts(application, [new], act)
        return new

    def questions(self, application: str) -> tuple[Question, ...]:
        """What came up when the documents were checked, in an owner's words; what wants an answer first."""
        with self.guard.look("look_decision", application) as store:
            return asking.questions(asking.complained(store, application))

    def answer(self, application: str, question: str, *, choice: str = "", words: str = "") -> Fact:
        """An owner's answer to a question, by a tap, in words or both, as a fact; a person is asked to read it.

        A decision that counts it in follows.
        Raises UnfitError where it says nothing or too much, Denied when there is no such question or choice.
        """
        with self.guard.act("answer", application, detail=question) as act:
            told = asking.asking(asking.complained(self.guard.store, application), question)
            said = [asking.reply(self.guard.voice, item, choice=choice, words=words) for item in told]
            new = [fact for fact in said if fact is not None]
            if not new:
                raise Denied("nothing here for you")
            read = self.guard.voice.say(ASKED, asking.for_reviewers(told[0], new[0]))
            self.guard.store.people.add_facts(application, [*new, read], act)
        return new[0]

    def ask_human(self, application: str, words: str) -> None:
        """Ask for a person to look at the case."""
        with self.guard.act("ask_human", application) as act:
            fact = self.guard.voice.say(ASKED, words)
            self.guard.store.people.add_facts(application, [fact], act, decide=False)

    def asked_human(self, application: str) -> str:
        """In which words the owner asked for a person, until a reviewer has closed the case; else empty."""
        with self.guard.look("look_file", application) as store:
            return requests.asked(store.facts(application))

    def sent_again(self, application: str) -> frozenset[str]:
        """Documents in whose place the owner has sent something else."""
        with self.guard.look("look_file", application) as store:
            return replies.replaced(store.facts(application))

    def put_by(self, application: str, upload: str, *, away: bool) -> None:
        """Say that a file will not be sent again, or that it will after all; the file itself stays where it is."""
        with self.guard.act("put_by", application, upload, "" if away else "taken up") as act:
            document = self.guard.store.upload(application, upload).document
            fact = self.guard.voice.say(replies.PUT_BY if away else replies.TAKEN_UP, upload, document=document)
            self.guard.store.people.add_facts(application, [fact], act, decide=False)

    def was_put_by(self, application: str) -> frozenset[str]:
        """Documents that the owner will not send again."""
        with self.guard.look("look_file", application) as store:
            return replies.put_by(store.facts(application))

    def withdraw(self, application: str, upload: str, *, away: bool) -> None:
        """Use a file no more, or use it again; it is kept either way, and a decision follows.

        What was found in it against its owner stays found (`selfproof.lifecycle.withdrawals`).
        """
        with self.guard.act("withdraw" if away else "restore", application, upload) as act:
            store = self.guard.store
            document, said = store.upload(application, upload).document, withdrawals.said(store, application)
            if new := replies.withdrawal(self.guard.voice, document, said, away=away):
                store.people.add_facts(application, new, act)

    def withdrawn(self, application: str) -> Mapping[str, datetime]:
        """Since when each upload is not used that its owner has withdrawn."""
        with self.guard.look("look_file", application) as store:
            return withdrawals.since(withdrawals.said(store, application), store.uploads(application))

    def new_uploads(self, application: str) -> tuple[Fact, ...]:
        """Which documents reviewers want anew, with the reason as the value, until another upload has come."""
        with self.guard.look("look_file", application) as store:
            return requests.wanted(store.facts(application), store.uploads(application))
