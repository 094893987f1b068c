"""`People`: accounts, sessions, ownership, consents and the audit log of a store; reached as `Store.people`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine

from selfproof.model import Application, Fact
from selfproof.store import (
    accounts,
    applications,
    audit,
    consents,
    desks,
    facts,
    jobs,
    owners,
    queue,
    sessions,
    uploads,
)
from selfproof.store.accounts import LOCAL, Account, Change
from selfproof.store.audit import Act, Entry, Verdict
from selfproof.store.consents import Consent
from selfproof.store.desks import Claim, SecondLook
from selfproof.store.engine import reading, writing
from selfproof.store.queue import Waiting
from selfproof.store.sessions import Kept, Patience


@dataclass(frozen=True, slots=True)
class People:
    """Who may do what, and who did what. Every act is in the audit log in the transaction that does it."""

    engine: Engine
    key: bytes = field(repr=False)

    @contextmanager
    def acting(self, act: Act) -> Iterator[Connection]:
        """A transaction that does something and says so in the audit log: both or neither."""
        with writing(self.engine) as connection:
            yield connection
            audit.note(connection, act, self.key)

    def note(self, act: Act) -> None:
        """Put an act into the audit log by itself."""
        with writing(self.engine) as connection:
            audit.note(connection, act, self.key)

    def look(self, act: Act, at: datetime) -> None:
        """Put a look at personal data into the audit log, unless the same was looked at within the last minute."""
        with reading(self.engine) as connection:
            if audit.just_looked(connection, act, self.key, at):
                return
        self.note(act)

    def add_account(self, account: Account, act: Act) -> None:
        """Keep a new account; raises StoreError when the name is taken."""
        with self.acting(act) as connection:
            accounts.add(connection, account, by=act.account)

    def change_account(self, account: str, kind: Change, content: str, act: Act) -> None:
        """Change role, password or standing of an account, which ends its sessions; raises NotFound."""
        with self.acting(act) as connection:
            accounts.change(connection, account, kind, content=content, by=act.account)

    def account(self, name: str, origin: str = LOCAL) -> Account | None:
        """An account by its name; None when there is none."""
        with reading(self.engine) as connection:
            return accounts.named(connection, name, origin)

    def accounts(self) -> tuple[Account, ...]:
        """All accounts, the first made first."""
        with reading(self.engine) as connection:
            return accounts.every(connection)

    def start_session(self, kept: Kept, at: datetime, act: Act) -> None:
        """Keep a new session."""
        with self.acting(act) as connection:
            sessions.start(connection, kept, at)

    def session(self, key: str) -> Kept | None:
        """An open session by the hash of its token; whether it has expired is the caller's to judge."""
        with reading(self.engine) as connection:
            return sessions.get(connection, key)

    def touch(self, key: str, at: datetime) -> None:
        """Note that a session was used."""
        with writing(self.engine) as connection:
            sessions.touch(connection, key, at)

    def end_session(self, key: str, act: Act) -> None:
        """End one session."""
        with self.acting(act) as connection:
            sessions.end(connection, key)

    def end_sessions(self, account: str, act: Act) -> None:
        """End all sessions of an account."""
        with self.acting(act) as connection:
            sessions.end_all(connection, account)

    def try_again(self, name: str, patience: Patience, at: datetime) -> timedelta:
        """Count a try to sign in under a name; how long it must wait first, zero when it may go on."""
        with writing(self.engine) as connection:
            return sessions.try_again(connection, audit.mark_of(self.key, "name", name), patience, at)

    def forgive(self, name: str) -> None:
        """Forget the failed tries under a name."""
        with writing(self.engine) as connection:
            sessions.forgive(connection, audit.mark_of(self.key, "name", name))

    def require(self, application_id: str, upload_id: str = "") -> None:
        """Raise NotFound unless the application is there, and the upload in it."""
        with reading(self.engine) as connection:
            applications.require(connection, application_id)
            if upload_id:
                uploads.get(connection, application_id, upload_id)

    def owns(self, application_id: str, account: str) -> bool:
        """Whether the account owns the application; False for one that does not exist."""
        with reading(self.engine) as connection:
            return owners.owns(connection, application_id, account)

    def has_owner(self, application_id: str) -> bool:
        """Whether any account owns the application; what a folder brought in is nobody's until it is given to one."""
        with reading(self.engine) as connection:
            return bool(owners.of(connection, application_id))

    def owned(self, account: str) -> tuple[str, ...]:
        """The applications of an account, the first made first."""
        with reading(self.engine) as connection:
            return owners.owned(connection, account)

    def known_as(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """How people call applications: id, business, its code and representative, the accounts of its owners."""
        with reading(self.engine) as connection:
            return owners.known_as(connection, names)

    def give(self, application_id: str, account: str, act: Act) -> None:
        """Make an account an owner of an application; raises NotFound for an unknown application."""
        with self.acting(act) as connection:
            owners.add(connection, application_id, account)

    def save_application(self, application: Application, act: Act, *, owner: str = "") -> None:
        """Keep a new version of an application and ask for a decision on it; owner: the account of a new one's."""
        with self.acting(act) as connection:
            applications.save(connection, application, self.key)
            if owner:
                owners.add(connection, application.id, owner)
            jobs.to_decide(connection, application.id)

    def add_facts(self, application_id: str, new: Sequence[Fact], act: Act, *, decide: bool = True) -> None:
        """Add what a person said; with `decide` ask for a decision that counts it in."""
        with self.acting(act) as connection:
            facts.add(connection, application_id, new)
            if decide:
                jobs.to_decide(connection, application_id)

    def keep_draft(self, application_id: str, account: str, content: str) -> None:
        """Keep what a reviewer has begun at a case; "" when there is nothing left of it. Raises NotFound."""
        with writing(self.engine) as connection:
            applications.require(connection, application_id)
            if content:
                desks.keep_draft(connection, application_id, account, content)
            else:
                desks.drop_draft(connection, application_id, account)

    def draft(self, application_id: str, account: str) -> str:
        """What a reviewer has begun at a case, "" for nothing."""
        with reading(self.engine) as connection:
            return desks.draft(connection, application_id, account)

    def take(self, claim: Claim, act: Act) -> bool:
        """Take a case, or hold it longer (`desks.take`); False while another has it, which is no entry in the log."""
        with writing(self.engine) as connection:
            applications.require(connection, claim.application)
            if taken := desks.take(connection, claim):
                audit.note(connection, act, self.key)
        return taken

    def hold(self, claim: Claim) -> bool:
        """Hold a case longer that one has taken; False when it has gone to another."""
        with writing(self.engine) as connection:
            return desks.take(connection, claim)

    def let_go(self, application_id: str, account: str) -> None:
        """A case is done with."""
        with writing(self.engine) as connection:
            desks.let_go(connection, application_id, account)

    def claimed(self, at: float) -> dict[str, tuple[str, float]]:
        """Who is at which case, by application, and until when (seconds since 1970)."""
        with reading(self.engine) as connection:
            return desks.claimed(connection, at)

    def stamp(self, application_id: str) -> tuple[int, ...]:
        """Numbers of which one changes whenever anything comes to an application."""
        with reading(self.engine) as connection:
            return queue.stamp(connection, application_id)

    def look_again(self, wanted: SecondLook, act: Act) -> str:
        """Have the worker read a place once more; returns the id to ask for the answer with."""
        with self.acting(act) as connection:
            return desks.ask(connection, wanted)

    def say_consent(self, application_id: str, consent: Consent, act: Act) -> None:
        """Keep a word on a source; its facts leave the application's file or come back, and a decision is asked for."""
        with self.acting(act) as connection:
            consents.save(connection, application_id, consent)
            consents.apply(connection, application_id, self.key)
            jobs.to_decide(connection, application_id)

    def consents(self, application_id: str) -> tuple[Consent, ...]:
        """Everything that was said about consent in an application, the first word first."""
        with reading(self.engine) as connection:
            return consents.of(connection, application_id)

    def bring(self, application: Application, authorisations: Mapping[str, str]) -> None:
        """Keep an application that came with third-party records; their authorisations are consents not given here yet.

        authorisations: source → the text by which the applicant allowed it. What lacks consent is kept and not used.
        """
        with writing(self.engine) as connection:
            applications.save(connection, application, self.key)
            known = consents.given(connection, application.id)
            for source in sorted(set(authorisations) - set(known)):
                consent = Consent(source, authorisations[source], "record", datetime.now(UTC))
                consents.save(connection, application.id, consent)
            consents.apply(connection, application.id, self.key)

    def with_consent(self, application_id: str) -> Application:
        """The application's file, without third-party facts of sources that lack consent; raises NotFound."""
        with reading(self.engine) as connection:
            newest, allowed = applications.get(connection, application_id), consents.given(connection, application_id)
        if all(consents.may_use(fact, allowed) for fact in newest.facts):
            return newest
        with writing(self.engine) as connection:
            consents.apply(connection, application_id, self.key)
            return applications.get(connection, application_id)

    def waiting(self, *, sample: float = 0.0, only: str = "") -> tuple[Waiting, ...]:
        """The cases that wait for a reviewer, the longest waiting first. only: one application, where it waits.

        sample: the share (0..1) of the others that is drawn too; nobody without the store's key can tell which.
        """

        def sampled(application: str) -> bool:
            return self.is_drawn(application, sample)

        with reading(self.engine) as connection:
            return queue.waiting(connection, sampled=sampled, only=only)

    def is_drawn(self, application_id: str, sample: float) -> bool:
        """Whether chance draws an application for a second look; the same answer each time."""
        return int(audit.mark_of(self.key, "sample", application_id)[:8], 16) / float(1 << 32) < sample

    def asks(self, decisions: Iterable[str]) -> dict[str, frozenset[str]]:
        """Why decisions ask for a person, as keys of the texts, by the decision's id."""
        return queue.asks(self.engine, decisions)

    def any_decision(self) -> bool:
        """Whether any application has a decision."""
        with reading(self.engine) as connection:
            return queue.any_decision(connection)

    def newest_decisions(self) -> tuple[tuple[str, str], ...]:
        """(application, id of its newest decision) of every application that has one."""
        with reading(self.engine) as connection:
            return queue.newest_decisions(connection)

    def log(self, most: int = 1000) -> tuple[Entry, ...]:
        """The last entries of the audit log, the newest first."""
        with reading(self.engine) as connection:
            return audit.newest(connection, most)

    def log_of(self, application_id: str) -> tuple[Entry, ...]:
        """All entries about an application, the first first."""
        with reading(self.engine) as connection:
            return audit.of(connection, application_id, self.key)

    def verify_log(self, head: str = "") -> Verdict:
        """Follow the chain of the audit log (`audit.verify`)."""
        with reading(self.engine) as connection:
            return audit.verify(connection, self.key, head)
