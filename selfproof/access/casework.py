"""A case as a reviewer works on it: each paper's values, the doubtful ones first, and what was done so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

from selfproof import confidence
from selfproof.access import blanks
from selfproof.access.blanks import Blank
from selfproof.access.facts import NEW_UPLOAD, RELEASE, REVIEW
from selfproof.findings.told import ANSWER, Told
from selfproof.lifecycle import withdrawals
from selfproof.model import Carrier, Extraction, Fact, Finding, Message, Method, Value
from selfproof.pipeline import Assessment
from selfproof.store import Upload
from selfproof.store.queue import CLAIMED

PICTURED = frozenset({"pdf_text", "ofd", "ocr"})
"""Carriers whose pages can be looked at."""
_HIDDEN = frozenset({"scene_confidence", "scene_second", "scene_opinion"})
Parts: TypeAlias = Mapping[str, tuple[Extraction, ...]]


class Doubt(IntEnum):
    """How much a value needs a look, the most urgent first."""

    FAILED = 0
    MENDED = 1
    FAINT = 2
    FINE = 3
    SAID = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One value. fact: the last word on it; read: what was read, the same unless a person corrected it."""

    fact: Fact
    read: Fact
    doubt: Doubt
    complaints: tuple[Message, ...]

    @property
    def open(self) -> bool:
        """Whether it needs a look: doubtful, and no reviewer has said what it is."""
        return self.doubt < Doubt.FINE and not _is_settled(self.fact) and not _is_pointed(self.fact)

    @property
    def confirmed(self) -> bool:
        """Whether a reviewer said that it was read rightly."""
        return self.fact != self.read and _is_settled(self.fact) and self.fact.value == self.read.value


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in an upload. entries: in the reader's order, then what people added; level: how far it is believed.

    told: what checks complain of in it. blanks: fields that nobody has filled. judged, asked: the last word of a
    reviewer on it. signals: what is not print, and what models said of a picture, by name.
    """

    document: str
    kind: str
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    level: int | None
    judged: Fact | None
    asked: Fact | None
    told: tuple[Told, ...] = ()
    blanks: tuple[Blank, ...] = ()
    signals: Mapping[str, str] = field(default_factory=dict)

    @property
    def doubtful_first(self) -> tuple[Entry, ...]:
        """The entries that need a look before the others; what a reviewer has settled keeps its place among these."""
        return tuple(sorted(self.entries, key=lambda entry: min(entry.doubt, Doubt.FINE)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One upload. pictured: whether it has pages; pages: those that can be looked at, from 1.

    withdrawn: since when its owner does not want it used, or None.
    """

    upload: Upload
    papers: tuple[Paper, ...]
    pictured: bool
    pages: tuple[int, ...] = ()
    withdrawn: datetime | None = None

    @property
    def doubts(self) -> int:
        """How many values need a look; what every such paper has and nobody has read is one. None of what is gone."""
        if self.withdrawn:
            return 0
        return sum(
            sum(entry.open for entry in paper.entries) + sum(blank.key for blank in paper.blanks)
            for paper in self.papers
        )

    @property
    def redrawn(self) -> bool:
        """Whether its pages are no pictures of it, but drawn from what it says."""
        return any(paper.signals.get("carrier") == Carrier.OFD for paper in self.papers)

    @property
    def failed(self) -> bool:
        """Whether a check complains of something that counts."""
        return any(not item.is_light for paper in self.papers for item in paper.told)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that a person did in a case. who: the account's name; about: the uploads' names.

    confirmed: whether it says what was read, so that nothing was changed.
    """

    at: datetime
    who: str
    role: str
    fact: Fact
    about: str
    confirmed: bool = False


@cache
def table() -> Mapping[str, Any]:
    """The numbers of ``tables/review.yaml``."""
    found: Mapping[str, Any] = yaml.safe_load(files("selfproof").joinpath("tables", "review.yaml").read_text("utf-8"))
    return found


@dataclass(frozen=True)
class Heard:
    """What stands beside what was read. said: all facts of the application, in their order; told: what checks say."""

    said: Sequence[Fact]
    told: Sequence[Told] = ()

    @cached_property
    def complaints(self) -> Mapping[str, Sequence[Message]]:
        """By fact, the sentences of the complaints that put it in doubt."""
        found: dict[str, list[Message]] = {}
        for item in self.told:
            for fact in item.finding.facts if not item.is_light else ():
                found.setdefault(fact, []).append(item.message)
        return found


def sheets(found: Assessment, parts: Parts, heard: Heard) -> tuple[Sheet, ...]:
    """Every upload, those with the most urgent doubts first."""
    gone = withdrawals.standing(heard.said)
    made = [_sheet(found, upload, parts.get(upload.id, ()), heard) for upload in found.uploads]
    made = [
        _withdrawn(sheet, gone[sheet.upload.document]) if sheet.upload.document in gone else sheet for sheet in made
    ]
    return tuple(sorted(made, key=_urgency))


def _urgency(sheet: Sheet) -> tuple[bool, bool, int]:
    """What its owner withdrew comes after the rest, but where something is found against it."""
    settled = bool(sheet.papers) and all(paper.judged for paper in sheet.papers)
    settled = settled or (sheet.withdrawn is not None and not sheet.failed)
    return settled, not sheet.failed and bool(sheet.papers), -sheet.doubts


def _withdrawn(sheet: Sheet, word: Fact) -> Sheet:
    """A better copy of it is no longer waited for."""
    papers = tuple(replace(paper, asked=None) for paper in sheet.papers)
    return replace(sheet, papers=papers, withdrawn=datetime.fromisoformat(word.provenance.version))


def _sheet(found: Assessment, upload: Upload, parts: Sequence[Extraction], heard: Heard) -> Sheet:
    read: dict[str, list[Fact]] = {}
    kinds: dict[str, str] = {}
    for part in parts:
        for fact in part.facts:
            read.setdefault(fact.provenance.document, []).append(fact)
            kinds[fact.provenance.document] = part.kind
    carriers = {str(fact.value) for facts in read.values() for fact in facts if fact.name == "document.carrier"}
    papers = tuple(_paper(found, (document, kinds[document]), read[document], heard) for document in sorted(read))
    opened = list(blanks.of(upload.id, parts, heard.said))
    papers = tuple(
        replace(paper, blanks=tuple(item for item in opened if item.document == paper.document)) for paper in papers
    )
    return Sheet(upload, papers, pictured=bool(carriers & PICTURED))


def _paper(found: Assessment, named: tuple[str, str], read: Sequence[Fact], heard: Heard) -> Paper:
    document, kind = named
    mine = [fact for fact in heard.said if fact.provenance.document == document]
    human = {fact.name: fact for fact in mine if fact.provenance.method is Method.HUMAN}
    findings = tuple(item for item in found.findings if document == item.document)
    entries = (
        _entry(human.get(fact.name, fact), fact, heard.complaints)
        for fact in (*read, *_added(kind, read, mine))
        if fact.kind != "document" and fact.field not in _HIDDEN
    )
    return Paper(
        document=document,
        kind=kind,
        entries=tuple(entries),
        findings=findings,
        level=found.decision.levels.get(document),
        judged=human.get(REVIEW),
        asked=human.get(NEW_UPLOAD),
        told=tuple(item for item in heard.told if item.finding.document == document),
        signals={fact.field: str(fact.value) for fact in read if fact.kind == "document"},
    )


def _added(kind: str, read: Sequence[Fact], said: Sequence[Fact]) -> list[Fact]:
    """What people filled in where nothing had been read: the first word on each such field."""
    there, first = {fact.name for fact in read}, dict[str, Fact]()
    for fact in said:
        if fact.kind == kind and fact.name not in there and fact.provenance.method is Method.HUMAN:
            first.setdefault(fact.name, fact)
    return list(first.values())


def _entry(fact: Fact, read: Fact, complaints: Mapping[str, Sequence[Message]]) -> Entry:
    return Entry(fact, read, doubt(fact, complaints), tuple(complaints.get(fact.id, ())))


def doubt(fact: Fact, complaints: Mapping[str, object]) -> Doubt:
    """How much a value needs a look. complaints: what failed checks say, by fact id."""
    if fact.id in complaints:
        return Doubt.FAILED
    if fact.provenance.method is Method.HUMAN:
        return Doubt.MENDED if fact.provenance.origin.startswith("declaration") else Doubt.SAID
    if fact.provenance.repaired:
        return Doubt.MENDED
    return Doubt.FAINT if fact.provenance.confidence < confidence.straight_through() else Doubt.FINE


def deeds(said: Iterable[Fact], uploads: Iterable[Upload], names: Mapping[str, str]) -> tuple[Deed, ...]:
    """What people did, the newest first. names: of accounts by id."""
    files_of, facts = {upload.document: upload.name for upload in uploads}, tuple(said)
    read = {_place_and_value(fact) for fact in facts if fact.provenance.method is not Method.HUMAN}
    found = (_deed(fact, files_of, names) for fact in facts if _is_deed(fact))
    told = (replace(deed, confirmed=_place_and_value(deed.fact) in read) for deed in found)
    return tuple(sorted(told, key=lambda deed: deed.at, reverse=True))


def brought(uploads: Iterable[Upload], names: Mapping[str, str]) -> tuple[Upload, ...]:
    """Uploads with the name of whoever brought one on its owner's behalf. names: of accounts by id."""
    return tuple(replace(item, brought_by=names.get(item.brought_by, item.brought_by)) for item in uploads)


def _place_and_value(fact: Fact) -> tuple[str, str, Value]:
    return fact.provenance.document, fact.name, fact.value


def _is_deed(fact: Fact) -> bool:
    human = fact.provenance.method is Method.HUMAN and bool(fact.provenance.version)
    return human and fact.kind != "declaration" and fact.name not in {CLAIMED, withdrawals.SIGNAL}


def _is_settled(fact: Fact) -> bool:
    """Whether a reviewer stands for it; a check may complain all the same."""
    return fact.provenance.method is Method.HUMAN and fact.provenance.origin.startswith("reviewer")


def _is_pointed(fact: Fact) -> bool:
    """Whether a model pointed at one thing of many: it is shown with its box, and looked at with their count."""
    return fact.provenance.method is Method.VISION and fact.field.startswith("items[")


def _deed(fact: Fact, files_of: Mapping[str, str], names: Mapping[str, str]) -> Deed:
    role, _, account = fact.provenance.origin.partition(":")
    about = files_of.get(fact.provenance.document.partition("#")[0], "")
    return Deed(datetime.fromisoformat(fact.provenance.version), names.get(account, account), role, fact, about)


def deed_name(fact: Fact) -> str:
    """What a deed is called in the texts."""
    if fact.name == REVIEW:
        return str(fact.value)
    if fact.name.startswith(ANSWER):
        return "answered"
    named = {NEW_UPLOAD: "ask_upload", RELEASE: "released"}
    return named.get(fact.name) or (
        fact.field if fact.kind == "request" else "corrected" if fact.original else "filled"
    )
