"""Reading everything anew that this version of the reader has not read: by the local worker, or by a cluster.

The queue is the store's: who reads holds a job under a lease, what a dead worker held goes back, and a document that
ends its reader twice is set aside with the reason. On a cluster the documents go by reference (`fsspec`: a folder, S3),
never as bytes; each worker has one reader of its own; results are kept by content, so that nothing is read twice.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeAlias

from selfproof import extract, pipeline
from selfproof.batch import cluster
from selfproof.batch.cluster import Answer, Call
from selfproof.errors import IntakeError, StoreError
from selfproof.model import Extraction
from selfproof.store import Job, State, Store, Task, Upload
from selfproof.store.files import document_id

_LEASE = 60.0  # seconds for which a job stays held without a sign of life of this process
Tell: TypeAlias = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a worker read: extractions and pictures of pages, or why the file cannot be used.

    unreached: why its bytes could not be fetched, which says nothing about the document.
    """

    extractions: tuple[Extraction, ...] = ()
    pictures: tuple[tuple[int, bytes], ...] = ()
    refused: str = ""
    unreached: str = ""


class Reader:
    """A worker: one process, one thread, one OCR engine, which is loaded with the first picture."""

    def pid(self) -> int:
        """Of its process."""
        return os.getpid()

    def read(self, reference: str, upload: tuple[str, str], version: str) -> Found:
        """Read what lies at an address. upload: its document's id and its name.

        Raises StoreError where this worker is of another version, or the bytes are not the document's.
        """
        import fsspec

        if extract.version() != version:
            raise StoreError("this worker has another version of the reader")
        try:
            with fsspec.open(reference, "rb") as file:
                data = file.read()
        except Exception as error:  # noqa: BLE001  an edge: each file system of fsspec has errors of its own
            return Found(unreached=f"{error.__class__.__name__}: {error}")
        if document_id(data) != upload[0]:
            raise StoreError(f"{reference} is damaged")
        try:
            return Found(*pipeline.taken_apart(data, upload[1]))
        except IntakeError as error:
            return Found(refused=error.code)


@dataclass(slots=True)
class Rereading:
    """The store's side: claims jobs for a crew and keeps what it found. names: under which a worker's job is held.

    reached: whether the last original that was asked for could be fetched.
    """

    store: Store
    originals: str
    tell: Tell
    names: list[str] = field(default_factory=list)
    held: dict[int, tuple[Job, Upload]] = field(default_factory=dict)
    reading: dict[int, str] = field(default_factory=dict)  # documents under way, by who reads them
    done: int = 0
    beat: float = -1e9
    reached: bool = True

    def feed(self, place: int) -> Call | None:
        """The next document for a worker. Decisions are made here: they need the store, and no document."""
        self._keep_leases()
        while place in self.held or self._claim(place):
            job, upload = self.held[place]
            if upload.document in self.reading.values():
                return None  # another worker reads the same content just now: what it finds serves both
            if self.store.extractions(upload.application, upload.id, extract.version()) is None:
                self.reading[place] = upload.document
                reference = f"{self.originals}/{upload.document[:2]}/{upload.document}"
                return "read", (reference, (upload.document, upload.name), extract.version())
            self._end(place, self.store.finish(job))
        return None

    def _claim(self, place: int) -> bool:
        """Hold a job of reading; what stands before it and needs no reader is done at once."""
        while (job := self.store.claim(self.names[place], lease=_LEASE)) is not None:
            if job.task is Task.READ:
                self.held[place] = job, self.store.upload(job.application, job.subject)
                return True
            pipeline.work(self.store, job)
        return False

    def took(self, place: int, answer: Answer | None) -> None:
        """Keep what a worker found; without a result the job has had a bad try."""
        self._keep_leases()
        if answer is None:
            return
        self.reading.pop(place)
        job, upload = self.held[place]
        if answer.reason:
            del self.held[place]
            self.store.put_back(job.holder)
            return
        found: Found = answer.value
        if found.unreached:
            self._unreached(place, found.unreached)
            return
        self.reached = True
        if found.refused:
            self._end(place, self.store.finish(job, State.FAILED, note=found.refused))
            return
        for number, picture in found.pictures:
            self.store.save_page_image(upload.application, upload.id, number, picture)
        self.store.save_extractions(upload.application, upload.id, extract.version(), found.extractions)
        self._end(place, self.store.finish(job))

    def _unreached(self, place: int, why: str) -> None:
        """One original that cannot be fetched has had a bad try; two in a row are no document's fault."""
        job, _ = self.held.pop(place)
        if not self.reached:
            raise StoreError(f"originals cannot be fetched from {self.originals}: {why}")
        self.reached = False
        self.store.put_back(job.holder)

    def let_go(self) -> None:
        """Give back what is under way when this process ends before it; no document is to blame for that."""
        for name in self.names:
            self.store.put_back(name, most=None)

    def _end(self, place: int, ended: bool) -> None:  # noqa: FBT001  whether the lease was still ours
        del self.held[place]
        self.done += ended
        self.tell(self.done)

    def _keep_leases(self) -> None:
        if time.monotonic() >= self.beat + _LEASE / 6:
            for name in self.names:
                self.store.prolong(name, lease=_LEASE)
            self.store.take_over()
            self.beat = time.monotonic()


def begin(store: Store) -> int:
    """Open the jobs of what this version of the reader has not read; returns how many jobs there are now."""
    store.reopen(extract.version())
    return store.left()


def reread(
    store: Store, address: str, *, workers: int = 0, originals: str = "", tell: Tell = lambda _done: None
) -> Iterator[dict[int, str]]:
    """Read on a cluster until nothing is left; yields now and then which process (by its id) reads which document.

    originals: where workers find them, as `fsspec` names it (``s3://bucket/originals``); by default in this store.
    """
    begin(store)
    folder = originals or (store.home.resolve() / "originals").as_uri()
    desk = Rereading(store, folder.rstrip("/"), tell)
    with cluster.joined(address, Reader, workers=workers) as crew, ExitStack() as stack:
        desk.names += [stack.enter_context(store.present()) for _ in range(crew.size)]
        try:
            for place, answer in crew.events(desk.feed):
                desk.took(place, answer)
                yield {crew.pids[reader]: document for reader, document in desk.reading.items()}
        finally:
            desk.let_go()
