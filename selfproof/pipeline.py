"""The story on one page: bytes → read → identify → extract → verify → decide → store."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from operator import methodcaller
from pathlib import Path
from typing import TypeAlias

from selfproof import extract, inquiries, intake, kept, layout, read
from selfproof.checks.circles import trade_keys
from selfproof.checks.copies import paper_keys
from selfproof.checks.duplicates import keys
from selfproof.checks.photos import rows
from selfproof.credit.decide import decide as recommend
from selfproof.credit.doubts import marks
from selfproof.credit.policy import Policy
from selfproof.errors import IntakeError, NotFound, SourceError
from selfproof.kinds import extractors, is_private
from selfproof.lifecycle import force, shadow, tries, withdrawals
from selfproof.matching.cited import is_row
from selfproof.matching.select import cite
from selfproof.model import Application, Decision, Document, Extraction, Fact, Finding, Method, Payment, Word
from selfproof.sources import drop
from selfproof.sources import folder as file_drop
from selfproof.sources.drop import DroppedRecord
from selfproof.sources.records import Record as Told
from selfproof.sources.records import facts_of, refuse_strangers
from selfproof.store import Job, Record, State, Store, Task, Upload, decision_json
from selfproof.verify import case, verify

_ALONE = 3600.0  # seconds that a job is held where nobody prolongs the lease; a process that dies loses it at once
_ASIDE = frozenset({"request", "release"})  # kinds of what is said about the case, not about the business
Parts: TypeAlias = Mapping[str, tuple[Extraction, ...]]
"""What was found in each upload, by its id."""
_PAUSE = 0.2  # seconds between two looks at what another process is reading


@dataclass(frozen=True, slots=True)
class Assessment:
    """An application as it stands: what was read, what the checks say, and what follows.

    suspended: the kill switch is on, so that no effective limit is above its base, whatever was decided.
    """

    application: Application
    uploads: tuple[Upload, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    decision_id: str
    decision: Decision
    suspended: bool = False

    @property
    def effective(self) -> Decimal:
        """The limit that holds without a reviewer's release, CNY."""
        return min(self.decision.base, self.decision.effective) if self.suspended else self.decision.effective


def work(store: Store, job: Job) -> bool:
    """Do one job that this process holds; False when its lease was lost meanwhile, and another does it.

    A file that cannot be used ends as FAILED with the reason; its bytes stay.
    """
    if job.task is Task.ASK:
        return inquiries.ask(store, job, withdrawals.used(known_facts(store, job.application)))
    if job.task is Task.DECIDE:
        reassess(store, job.application)
        done = store.finish(job)
        _come_back(store, job.application)
        return done
    if job.task is Task.LOOK:
        _look_again(store, job)
        return store.finish(job)
    try:
        _read(store, store.upload(job.application, job.subject))
    except IntakeError as error:
        return store.finish(job, State.FAILED, note=error.code)
    return store.finish(job)


def _read(store: Store, upload: Upload) -> None:
    """Read an upload and keep what was found, unless this version of the reader has read it already."""
    if store.extractions(upload.application, upload.id, extract.version()) is not None:
        return
    found, pictures = taken_apart(store.original(upload.application, upload.id), upload.name)
    for number, picture in pictures:
        store.save_page_image(upload.application, upload.id, number, picture)
    store.save_extractions(upload.application, upload.id, extract.version(), found)


def taken_apart(data: bytes, name: str) -> tuple[tuple[Extraction, ...], tuple[tuple[int, bytes], ...]]:
    """What stands in a file, and its pages as pictures by their numbers; raises IntakeError where it cannot be used."""
    document = read.read(intake.take(data, name))
    found, pictures = extract.extract(document), tuple(read.pictures(document))
    forget_private(document, found)
    return found, pictures


def forget_private(document: Document, found: Sequence[Extraction]) -> None:
    """Drop from disk what recognition read of papers that tell of a person more than anybody may weigh.

    Also of a paper that nobody knows, but which looks like one: a card that was photographed badly.
    """
    kinds = {one.kind for one in found}
    private = {kind: module for kind, module in extractors().items() if is_private(kind)}
    unknown = extract.UNKNOWN in kinds and any(map(methodcaller("resembles", document), private.values()))
    if unknown or kinds & private.keys():
        kept.forget(document.id)


def _look_again(store: Store, job: Job) -> None:
    """Read the place that a reviewer has pointed at once more, larger and without red."""
    wanted = store.second_look(job.application, job.subject)
    upload = store.upload(job.application, wanted.upload)
    words: Sequence[Word] = ()
    with suppress(IntakeError):
        document = read.read(intake.take(store.original(upload.application, upload.id), upload.name))
        words = read.pointed(document, wanted.page, wanted.box)
        forget_private(document, store.extractions(upload.application, upload.id, extract.version()) or ())
    store.answer_look(wanted.id, layout.join([word for row in layout.rows(words) for word in row]))


def read_all(store: Store, application_id: str) -> None:
    """Read here what nobody has read of an application, and wait for what another process is just reading."""
    store.reopen(extract.version(), application_id)
    with store.present() as name:
        while any(job.task is Task.READ for job in store.open_jobs(application_id)):
            job = store.claim(name, lease=_ALONE, application_id=application_id)
            if job is not None:
                work(store, job)
            elif not store.take_over():
                time.sleep(_PAUSE)


def ask_all(store: Store, application_id: str) -> None:
    """Ask third parties here whatever is due; what gets no answer stays for a worker to ask again."""
    facts = withdrawals.used(known_facts(store, application_id))
    inquiries.open_due(store, store.people.with_consent(application_id), facts)
    with store.present() as name:
        for _ in store.inquiries.waiting(application_id):
            job = store.claim(name, lease=_ALONE, application_id=application_id, asking=True)
            if job is not None:
                work(store, job)


def known_facts(store: Store, application_id: str) -> tuple[Fact, ...]:
    """What the uploads say as of this version of the reader, and what people have corrected."""
    return _known(extractions(store, application_id), store.facts(application_id))


def _known(read: Parts, said: Sequence[Fact], still: Collection[str] = ()) -> tuple[Fact, ...]:
    """still: files that were withdrawn and whose return has to wait."""
    read_now = [fact for found in read.values() for part in found for fact in part.facts]
    documents = (fact.provenance.document for fact in read_now)
    gone = withdrawals.signals(withdrawals.standing(said, still), documents)
    return tuple(dict.fromkeys([*read_now, *_last_words(said), *gone]))


def _last_words(facts: Sequence[Fact]) -> list[Fact]:
    """The last that people said on each field of each document; what they said about the case itself is no evidence."""
    said = [fact for fact in facts if fact.provenance.method is Method.HUMAN and _is_evidence(fact)]
    return list({(fact.provenance.document, fact.name): fact for fact in said}.values())


def _is_evidence(fact: Fact) -> bool:
    """Not about the case itself, nor what an earlier decision was told of a file that was withdrawn then."""
    return fact.kind not in _ASIDE and fact.name != withdrawals.SIGNAL


def extractions(store: Store, application_id: str) -> Parts:
    """What was found in each upload that has been read, by upload id."""
    found = (
        (upload.id, store.extractions(application_id, upload.id, extract.version()))
        for upload in store.uploads(application_id)
    )
    return {upload: parts for upload, parts in found if parts is not None}


def reassess(store: Store, application_id: str, policy: str | Path = force.IN_FORCE) -> Assessment:
    """Verify and decide from what is stored, under the policy in force on the application's day if none is named.

    Nothing is read again. A challenger decides beside, unless another policy was asked for; PolicyError where that one
    would go around the one that was published.
    """
    application = store.people.with_consent(application_id)
    chosen = force.deciding(store, policy, application.as_of)
    rules = chosen.rules
    read, said, still = _counted(store, application_id, rules)
    known = _known(read, said, still)
    application = inquiries.settled(store, application, known)
    lines = cite(case(application, known, thresholds=rules.thresholds), _lines(store, application_id, read))
    facts = store.add_facts(application_id, [*known, *lines])
    _remember(store, application, facts)
    findings = verify(application, facts, store.lookup(application_id), thresholds=rules.thresholds)
    finding_ids = store.save_findings(application_id, findings)
    decision = recommend(application, facts, findings, rules)
    decision_id = store.save_decision(
        decision,
        fact_ids=[fact.id for fact in facts],
        finding_ids=finding_ids,
        policy_text=chosen.text,
        marks=marks(decision, facts),
    )
    inquiries.open_due(store, application, withdrawals.used(facts))
    if policy == force.IN_FORCE:
        shadow.beside(store, application, facts, (decision_id, decision))
    uploads, suspended = store.uploads(application_id), store.switches.suspended
    return Assessment(application, uploads, facts, findings, decision_id, decision, suspended)


def _counted(store: Store, application_id: str, rules: Policy) -> tuple[Parts, Sequence[Fact], Collection[str]]:
    """What was read and said, without uploads that wait until their owner has a try again (`lifecycle.tries`).

    What waits only to come back stays withdrawn until then; these files are the last of the three.
    """
    read, said = extractions(store, application_id), store.facts(application_id)
    tried = tries.left(store, application_id, rules, said)
    if tried is None or not tried.waiting:
        return read, said, ()
    files = {upload.id: upload.document for upload in store.uploads(application_id)}
    later = tried.waiting.keys() - tried.back
    gone = {files[upload] for upload in later}
    kept = [fact for fact in said if withdrawals.file_of(fact.provenance.document) not in gone]
    return (
        {upload: parts for upload, parts in read.items() if upload not in later},
        kept,
        {files[it] for it in tried.back},
    )


def _come_back(store: Store, application_id: str) -> None:
    """Have what waits for a try of its owner's counted on its day."""
    tried = tries.standing(store, application_id)
    if tried and tried.waiting:
        store.ask_decision(application_id, after=min(tried.waiting.values()))


def _lines(store: Store, application_id: str, read: Parts) -> Iterator[tuple[Extraction, Sequence[Payment]]]:
    """What the lines of the application's statements moved; read from disk one paper after the other."""
    for upload, parts in read.items():
        moved = store.payments(application_id, upload, extract.version())
        yield from ((part, payments) for part, payments in zip(parts, moved, strict=True) if payments)


def _named(said: Sequence[Fact], findings: Sequence[Finding]) -> list[Fact]:
    """The cited lines of statements that findings name."""
    named = {fact for finding in findings for fact in finding.facts}
    return [fact for fact in said if is_row(fact) and fact.id in named]


def current(
    store: Store, application_id: str, read: Parts | None = None, said: Sequence[Fact] | None = None
) -> Assessment | None:
    """What is known and was last decided, for pages that only show; None before the first decision.

    read, said: `extractions` and all facts of the application, where they are at hand.
    """
    decided = store.decisions(application_id)
    if not decided:
        return None
    findings = store.findings(application_id)
    read = extractions(store, application_id) if read is None else read
    said = store.facts(application_id) if said is None else said
    return Assessment(
        store.application(application_id),
        store.uploads(application_id),
        (*_known(read, said), *_named(said, findings)),
        findings,
        decided[-1],
        store.decision(decided[-1]),
        store.switches.suspended,
    )


def _remember(store: Store, application: Application, facts: tuple[Fact, ...]) -> None:
    known = case(application, facts)
    marks = [(view.id, key) for view in known.documents for key in (*keys(view, known), *paper_keys(view, known))]
    store.add_fingerprints(application.id, [*marks, *trade_keys(known)])
    photos = [(view.id, row) for view in known.of("photo") for row in rows(view)]
    turned = [(view.id, view.text("document.pdq.turned")) for view in known.of("photo")]
    store.likeness.add(application.id, photos, turned)


def receive_folder(store: Store, path: Path) -> Application:
    """Take in an application folder: its file and all its documents are kept before anything is read."""
    application = file_drop.load(path)
    store.people.bring(application, file_drop.authorisations(path))
    for record in file_drop.records(path):
        papers = (record.licence, record.authorisation, record.retrieved)
        store.save_record(application.id, Record(record.source, *papers, record.model_dump_json(include={"record"})))
    for document in file_drop.documents(path):
        store.receive(application.id, document.read_bytes(), document.name)
    return application


def take_drop(store: Store, folder: Path) -> int:
    """Take in what lies in the drop folder, applications and single records; returns how many were looked at.

    Taking the same twice changes nothing, so that a crash in between, or another worker at the folder, does no harm.
    """
    found = drop.waiting(folder)
    for path in found:
        try:
            known = receive_folder(store, path).id if path.is_dir() else receive_record(store, drop.record(path))
            store.ask_decision(known)
        except (SourceError, NotFound, OSError, ValueError) as error:
            drop.move(path, drop.REFUSED, f"{error}")
        else:
            drop.move(path, drop.DONE)
    return len(found)


def receive_record(store: Store, told: DroppedRecord) -> str:
    """Take in one third-party record, which stands for all that its source said before; returns the application's id.

    Raises NotFound for an unknown application, SourceError for a record that may not be used.
    """
    known = store.application(told.application)
    refuse_strangers(told, known.applicant, known.as_of)
    record = Told.model_validate(told.model_dump(exclude={"application"}))
    facts = tuple(facts_of(record))

    def replaced(newest: Application) -> Application:
        kept = (fact for fact in newest.facts if fact.provenance.origin != told.source)
        return replace(newest, facts=(*kept, *facts))

    store.people.bring(store.inquiries.settle(told.application, replaced), {told.source: told.authorisation})
    papers = (told.licence, told.authorisation, told.retrieved)
    store.save_record(told.application, Record(told.source, *papers, record.model_dump_json(include={"record"})))
    return told.application


def assess(store: Store, path: Path, policy: str | Path = force.IN_FORCE) -> Assessment:
    """The whole road for a folder: take in, read what is new, verify, decide, keep."""
    if policy != force.IN_FORCE:
        _ = force.named(store, policy).rules  # a policy that does not hold together is refused before anything is read
    application = receive_folder(store, path)
    read_all(store, application.id)
    ask_all(store, application.id)
    with store.present() as name:
        asked = store.claim(name, lease=_ALONE, application_id=application.id)
        assessment = reassess(store, application.id, policy)
        if asked is not None:
            store.finish(asked)
    return assessment


def replay(store: Store, decision_id: str) -> tuple[str, str]:
    """A stored decision and the same one decided anew from its stored inputs, both as canonical JSON."""
    kept = store.replay_inputs(decision_id)
    anew = recommend(kept.application, kept.facts, kept.findings, force.parsed(kept.policy_text))
    return kept.decision, decision_json(anew)
