"""`Store`: the one service, a database and a folder held open."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Engine

from selfproof import home as default_home
from selfproof.errors import NotFound, StoreError
from selfproof.model import Application, Decision, Extraction, Fact, Finding, Payment
from selfproof.store import (
    applications,
    audit,
    decisions,
    desks,
    erase,
    extractions,
    facts,
    files,
    findings,
    fingerprints,
    holders,
    jobs,
    records,
    uploads,
)
from selfproof.store.decisions import Inputs, Replay
from selfproof.store.desks import SecondLook
from selfproof.store.engine import open_engine, reading, writing
from selfproof.store.fingerprints import Elsewhere
from selfproof.store.inquiries import Inquiries
from selfproof.store.jobs import Job
from selfproof.store.likeness import Likeness
from selfproof.store.people import People
from selfproof.store.policy_book import PolicyBook
from selfproof.store.records import Record
from selfproof.store.rescores import Rescores
from selfproof.store.snapshots import Snapshots
from selfproof.store.states import State
from selfproof.store.switches import Switches
from selfproof.store.uploads import Receipt, Upload
from selfproof.store.watching import Watching


@dataclass(frozen=True, slots=True)
class Store:
    """Keeps everything of every application; safe to share between threads, to be opened anew in each process.

    Every method that takes an application id raises NotFound for an unknown one. Documents are reached only by
    (application, upload): two owners may hold the same file, and neither learns of the other.
    """

    engine: Engine
    home: Path
    key: bytes = field(repr=False)

    @classmethod
    def open(cls, url: str | URL | None = None, home: Path | None = None) -> Self:
        """Open, and make or migrate where needed.

        url: of the database, see `open_engine`; default SELFPROOF_DATABASE, else ``selfproof.db`` in the folder.
        home: the folder of originals, tables and key; default SELFPROOF_HOME. StoreError where the key is lost.
        """
        folder = home or default_home.home()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / "originals").mkdir(mode=0o700, exist_ok=True)
        own = URL.create("sqlite", database=str(folder / "selfproof.db"))
        engine = open_engine(url or os.environ.get("SELFPROOF_DATABASE") or own, folder)
        try:
            return cls(engine, folder, files.secret_key(folder, used=audit.is_begun(engine)))
        except StoreError:
            engine.dispose()
            raise

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def people(self) -> People:
        """Accounts, sessions, ownership, consents and the audit log."""
        return People(self.engine, self.key)

    @property
    def inquiries(self) -> Inquiries:
        """What is asked of third parties, and what they said."""
        return Inquiries(self.engine, self.key)

    @property
    def rescores(self) -> Rescores:
        """What other policies would decide, beside the standing decisions."""
        return Rescores(self.engine, self.home, self.key)

    @property
    def snapshots(self) -> Snapshots:
        """What decisions rest on, as tables."""
        return Snapshots(self.engine, self.home)

    @property
    def likeness(self) -> Likeness:
        """Which photos of different applications are alike."""
        return Likeness(self.engine, self.home)

    @property
    def policies(self) -> PolicyBook:
        """Policies with their versions, and which is in force when."""
        return PolicyBook(self.engine, self.key)

    @property
    def switches(self) -> Switches:
        """The kill switch, challengers, and how loans turned out."""
        return Switches(self.engine, self.key)

    @property
    def watching(self) -> Watching:
        """All decisions at once, for figures."""
        return Watching(self.engine, self.home)

    def save_application(self, application: Application) -> None:
        """Keep a new version of an application's file, unless nothing changed."""
        with writing(self.engine) as connection:
            applications.save(connection, application, self.key)

    def application(self, application_id: str) -> Application:
        """The newest version of an application's file."""
        with reading(self.engine) as connection:
            return applications.get(connection, application_id)

    def applications(self) -> tuple[str, ...]:
        """Ids of all applications, oldest first."""
        with reading(self.engine) as connection:
            return applications.ids(connection)

    def receive(self, application_id: str, data: bytes, name: str, *, by: str = "") -> Receipt:
        """Take an upload: when this returns, the file is synced on disk and its job is in the database.

        The same file again in one application is no error: the receipt names the first upload as a duplicate.
        by: the account of whoever brings it on the owner's behalf; "" for the owner.
        """
        with files.locked(self.home):
            with reading(self.engine) as connection:
                applications.require(connection, application_id)
            document = files.keep(self.home, data)
            with writing(self.engine) as connection:
                return uploads.record(connection, application_id, uploads.Arrival(document, name, len(data), by))

    def uploads(self, application_id: str) -> tuple[Upload, ...]:
        """All uploads of an application, first received first."""
        with reading(self.engine) as connection:
            return uploads.of(connection, application_id)

    def upload(self, application_id: str, upload_id: str) -> Upload:
        """One upload; raises NotFound when it is another application's."""
        with reading(self.engine) as connection:
            return uploads.get(connection, application_id, upload_id)

    def original(self, application_id: str, upload_id: str) -> bytes:
        """The bytes of an upload, proved by their hash; raises NotFound, or StoreError when the disk damaged them."""
        return files.read_back(self.home, self.upload(application_id, upload_id).document)

    def waiting(self) -> tuple[Upload, ...]:
        """Uploads of all applications that nobody has begun to read: the worker's queue."""
        with reading(self.engine) as connection:
            return uploads.waiting(connection)

    def reopen(self, version: str, application_id: str = "") -> int:
        """Open jobs for uploads that this version of the reader has not read; returns how many. Default: everywhere."""
        with files.locked(self.home), writing(self.engine) as connection:
            return jobs.reopen(connection, version, application_id)

    def ask_decision(self, application_id: str, *, after: datetime | None = None) -> None:
        """Have the worker decide (again), once all that is uploaded has been read; not before `after`."""
        with files.locked(self.home), writing(self.engine) as connection:
            applications.require(connection, application_id)
            jobs.to_decide(connection, application_id, after)

    def open_jobs(self, application_id: str) -> tuple[Job, ...]:
        """What is still to be done for an application: uploads to read, a decision to make."""
        with reading(self.engine) as connection:
            return jobs.of(connection, application_id)

    def left(self) -> int:
        """How many jobs of reading and deciding, of all applications, are still to be done."""
        with reading(self.engine) as connection:
            return jobs.left(connection)

    def claim(self, holder: str, *, lease: float, application_id: str = "", asking: bool = False) -> Job | None:
        """Take a job for so many seconds; None when there is none. holder: from `present`; it holds one at a time.

        asking: a job of asking a third party, and no other.
        """
        with reading(self.engine) as connection:
            if not jobs.any_free(connection, application_id, asking=asking):
                return None
        until = time.time() + lease
        with files.locked(self.home), writing(self.engine) as connection:
            return jobs.claim(connection, holder, until=until, application=application_id, asking=asking)

    def finish(self, job: Job, state: State = State.READ, *, note: str = "") -> bool:
        """End a job with what came of the reading; False when its lease was lost: then another does it."""
        with files.locked(self.home), writing(self.engine) as connection:
            return jobs.finish(connection, job, state, note)

    def prolong(self, holder: str, *, lease: float) -> tuple[Job, ...]:
        """Let a holder's leases run on for so many seconds from now; returns the jobs it holds."""
        with writing(self.engine) as connection:
            return jobs.prolong(connection, holder, until=time.time() + lease)

    def put_back(self, holder: str, *, most: int | None = jobs.MOST_TRIES) -> int:
        """Take from a holder what it has, for others (`jobs.put_back`); returns how many jobs it had."""
        with files.locked(self.home), writing(self.engine) as connection:
            return jobs.put_back(connection, holder, most=most)

    def take_over(self, *, most: int = jobs.MOST_TRIES) -> int:
        """Put back what the dead hold: whose lease has ended, and who on this machine is known to be gone."""
        with reading(self.engine) as connection:
            names = jobs.holders(connection)
        return sum(self._bury(name, most) for name in names)

    def _bury(self, name: str, most: int) -> int:
        gone = holders.is_gone(self.home, name)
        with files.locked(self.home), writing(self.engine) as connection:
            left = jobs.put_back(connection, name, most=most, before=math.inf if gone else time.time())
        if gone:
            holders.forget(self.home, name)
        return left

    def forget(self, name: str) -> None:
        """Remove what a dead holder left on disk."""
        holders.forget(self.home, name)

    @property
    def address(self) -> str:
        """Of the database, for another process that opens the same store; holds the password."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def present(self, name: str = "") -> Iterator[str]:
        """Be known to live, under a name that may hold jobs, until the end of the block or of the process."""
        chosen = name or holders.new_name()
        with holders.present(self.home, chosen):
            yield chosen

    def save_extractions(self, application_id: str, upload_id: str, version: str, found: Sequence[Extraction]) -> None:
        """Keep what a version of reader and extractors found in an upload; what is kept already stays."""
        with files.locked(self.home):
            document = self.upload(application_id, upload_id).document
            with writing(self.engine) as connection:
                extractions.save(connection, self.home, (document, version, found))

    def extractions(self, application_id: str, upload_id: str, version: str) -> tuple[Extraction, ...] | None:
        """What that version found in an upload; None when it has not looked yet. Equal files are looked at once.

        Without the payments: `payments` gives them.
        """
        document = self.upload(application_id, upload_id).document
        with reading(self.engine) as connection:
            return extractions.get(connection, self.home, document, version)

    def payments(self, application_id: str, upload_id: str, version: str) -> tuple[tuple[Payment, ...], ...]:
        """What the lines of each extraction of an upload moved, in the order of `extractions`."""
        document = self.upload(application_id, upload_id).document
        with reading(self.engine) as connection:
            return extractions.payments(connection, self.home, document, version)

    def save_page_image(self, application_id: str, upload_id: str, number: int, picture: bytes) -> None:
        """Keep the picture (WebP) of a page (from 1) as it was read, in the geometry of its words."""
        with files.locked(self.home):
            document = self.upload(application_id, upload_id).document
            files.write_whole(files.page_path(self.home, document, number), picture)

    def page_image(self, application_id: str, upload_id: str, number: int) -> bytes:
        """The picture (WebP) of a page of an upload; raises NotFound where the carrier has no pages."""
        path = files.page_path(self.home, self.upload(application_id, upload_id).document, number)
        if not path.is_file():
            raise NotFound(f"upload {upload_id} has no picture of page {number}")
        return path.read_bytes()

    def page_numbers(self, application_id: str, upload_id: str) -> tuple[int, ...]:
        """Of which pages (from 1) of an upload there is a picture."""
        return files.page_numbers(self.home, self.upload(application_id, upload_id).document)

    def second_look(self, application_id: str, name: str) -> SecondLook:
        """A place that somebody wants to be read again, with what it says once that is known; raises NotFound."""
        with reading(self.engine) as connection:
            return desks.get(connection, application_id, name)

    def answer_look(self, name: str, words: str) -> None:
        """What stands at a place that somebody wanted to be read again."""
        with writing(self.engine) as connection:
            desks.answer(connection, name, words)

    def add_facts(self, application_id: str, new: Iterable[Fact]) -> tuple[Fact, ...]:
        """Add facts and return them as they are kept, each id once: decide from these, for a replay has no others.

        A fact with an id that is there already stays as it was first added, whatever its confidence.
        """
        with writing(self.engine) as connection:
            return facts.add(connection, application_id, new)

    def facts(self, application_id: str, *names: str) -> tuple[Fact, ...]:
        """All facts of an application, or those of some names, in the order in which they were added."""
        with reading(self.engine) as connection:
            return facts.of(connection, application_id, *names)

    def save_record(self, application_id: str, record: Record) -> str:
        """Keep a third-party record verbatim; returns a hash of its content."""
        with writing(self.engine) as connection:
            return records.save(connection, application_id, record)

    def records(self, application_id: str) -> tuple[Record, ...]:
        """All third-party records of an application, the first kept first."""
        with reading(self.engine) as connection:
            return records.of(connection, application_id)

    def save_findings(self, application_id: str, found: Sequence[Finding]) -> tuple[str, ...]:
        """Keep what one run of the checks found; returns an id for each, in order."""
        with writing(self.engine) as connection:
            return findings.save(connection, application_id, found)

    def findings(self, application_id: str) -> tuple[Finding, ...]:
        """What the last run of the checks found."""
        with reading(self.engine) as connection:
            return findings.newest(connection, application_id)

    def save_decision(
        self,
        decision: Decision,
        *,
        fact_ids: Sequence[str],
        finding_ids: Sequence[str],
        policy_text: str,
        marks: Sequence[str] = (),
    ) -> str:
        """Keep a decision with what it rests on; returns its id. Raises NotFound for an unknown fact or finding.

        marks: why a person should look although the decision asks for nobody (`credit.doubts`).
        """
        with writing(self.engine) as connection:
            return decisions.save(connection, decision, Inputs(fact_ids, finding_ids, policy_text, marks))

    def decision(self, decision_id: str) -> Decision:
        """A decision by its id; raises NotFound."""
        with reading(self.engine) as connection:
            return decisions.get(connection, decision_id)

    def decisions(self, application_id: str) -> tuple[str, ...]:
        """Ids of the decisions on an application, the newest last."""
        with reading(self.engine) as connection:
            return decisions.of(connection, application_id)

    def policy_text(self, decision_id: str) -> str:
        """The text of the policy that a decision was made under; raises NotFound."""
        with reading(self.engine) as connection:
            return decisions.policy_text(connection, decision_id)

    def replay_inputs(self, decision_id: str) -> Replay:
        """What a decision rests on: decided again from it, `decision_json` must give the very same text."""
        with reading(self.engine) as connection:
            return decisions.replay(connection, decision_id)

    def add_fingerprints(self, application_id: str, keys: Iterable[tuple[str, str]]) -> None:
        """Make (document id, key) pairs findable for other applicants' checks; kept only as keyed hashes."""
        with writing(self.engine) as connection:
            fingerprints.add_keys(connection, application_id, keys, key=self.key)

    def lookup(self, application_id: str) -> Elsewhere:
        """What the application's checks may ask about other applicants (`selfproof.model.Lookup`)."""
        return Elsewhere(self.engine, application_id, self.key)

    def erase(self, application_id: str) -> None:
        """Remove an application, its rows and its originals; a shared original goes with its last reference."""
        with files.locked(self.home, alone=True):
            with writing(self.engine) as connection:
                erase.erase(connection, self.home, application_id, key=self.key)
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                erase.flush(connection)

    def sweep(self) -> int:
        """Remove originals that a crash left without a receipt; returns how many."""
        with files.locked(self.home, alone=True), reading(self.engine) as connection:
            return erase.sweep(connection, self.home)
