"""The nouns of selfproof: frozen, typed, without I/O.

Amounts are CNY as `Decimal`, days are `datetime.date`, places are fractions 0..1 of the page as it was read
(upright and flattened). Everything that is stored has an id that is a hash of its content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from selfproof.geometry import Box as Box  # noqa: PLC0414  re-exported: the nouns' own words
from selfproof.geometry import Place as Place  # noqa: PLC0414  the same
from selfproof.geometry import Point as Point  # noqa: PLC0414  the same
from selfproof.geometry import Quad as Quad  # noqa: PLC0414  the same
from selfproof.geometry import even_edges, part, reach
from selfproof.payments import Payment as Payment  # noqa: PLC0414  the same
from selfproof.tagged import Value as Value  # noqa: PLC0414  the same
from selfproof.tagged import content_id, dump_value


class Carrier(StrEnum):
    """How the content came: the best carrier is read first."""

    XML = "xml"
    OFD = "ofd"
    PDF_TEXT = "pdf_text"
    TABLE = "table"
    DOCX = "docx"
    OCR = "ocr"


class Ledger(StrEnum):
    """Whose word a fact is: the owner's own, or the issuer's or a data holder's."""

    SELF = "self"
    THIRD_PARTY = "third_party"


class Method(StrEnum):
    """How a value was obtained."""

    XML = "xml"
    TEXT = "text"
    QR = "qr"
    OCR = "ocr"
    VISION = "vision"
    HUMAN = "human"
    SOURCE = "source"


class Outcome(StrEnum):
    """What a check says; `UNKNOWN` when a fact that it needs is missing."""

    PASS = "pass"  # noqa: S105  an outcome, no password
    FAIL = "fail"
    UNKNOWN = "unknown"


def box_quad(box: Box) -> Quad:
    """The four corners of a box, clockwise from top left."""
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


@dataclass(frozen=True, slots=True)
class Word:
    """A run of printed text with its place.

    quad: corners clockwise from top left, 0..1 of the page.
    confidence: 0..1, the least certain character's where the reader tells; 1 for structured carriers.
    alternatives: for each character its candidates with probabilities, best first; empty when the carrier is exact.
    edges: for each character boundary its fraction 0..1 along the word (len(text) + 1); empty means estimated.
    path: the real place where a carrier has no page: XML path, or sheet and cell ("Sheet1!B3"), or docx paragraph.
    page: from 1; `selfproof.extract` stamps it from the page that holds the word.
    """

    text: str
    quad: Quad
    confidence: float = 1.0
    alternatives: tuple[tuple[tuple[str, float], ...], ...] = ()
    edges: tuple[float, ...] = ()
    path: str = ""
    page: int = 1

    @property
    def box(self) -> Box:
        """Left, top, right, bottom."""
        (a, b), (c, d), (e, f), (g, h) = self.quad  # asked for so often that zip would be felt
        if a == g < c == e and b == d < f == h:  # of an electronic page
            return a, b, c, f
        return min(a, c, e, g), min(b, d, f, h), max(a, c, e, g), max(b, d, f, h)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2

    @property
    def height(self) -> float:
        """Of the box, as a fraction of the page's height."""
        return self.box[3] - self.box[1]

    def span(self, start: int, stop: int) -> tuple[float, float]:
        """Where the characters `start` up to `stop` begin and end, 0..1 of the page's width."""
        edges = self.edges or even_edges(self.text)
        return reach(self.quad, edges[start], edges[stop])

    def slice(self, start: int, stop: int) -> Word:
        """The part of this word from character `start` up to `stop`, with its own place."""
        edges = self.edges or even_edges(self.text)
        begin, end = edges[start], edges[stop]
        span = (end - begin) or 1.0
        return Word(  # `replace` takes twice as long, and every page is cut into hundreds
            self.text[start:stop],
            part(self.quad, begin, end),
            self.confidence,
            self.alternatives[start:stop],
            tuple([(edge - begin) / span for edge in edges[start : stop + 1]]),
            self.path,
            self.page,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was read.

    number: from 1. width, height: pixels of the upright flattened image, or points of an electronic page.
    transform: row-major 3x3 homography from the page's pixels to the pixels of the upload after its EXIF
    orientation; None when the page is the upload's own.
    region: where this paper's corners (clockwise from its own top left) lie on the page of that number which is shown,
    0..1, when it is one of several on one picture; places of facts are then those of the page that is shown.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    transform: tuple[float, ...] | None = None
    region: Quad | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as printed text; rows may differ in length, cells are stripped of outer white space."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What was read from one original. id: SHA-256 of its bytes, hexadecimal.

    signals: what is not a word, keyed by dotted names: ``qr`` (payloads, newline between), ``exif.*``,
    ``signature.*``, ``pdq``, ``scene.*``, ``attachment.*``, ``hidden_text``, ``modified_after_signing`` …
    notes: keys of errors.yaml for what went wrong while a part of it was read: a document with notes is not whole.
    seen: things that a model saw in the picture and nobody printed; `path` says by which model and as what.
    papers: each of several papers on one picture, or frames of a video, by itself; `selfproof.extract` decides.
    """

    id: str
    media_type: str
    carrier: Carrier
    pages: tuple[Page, ...]
    tables: tuple[Table, ...] = ()
    signals: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seen: tuple[Word, ...] = ()
    papers: tuple[Document, ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """Of all pages, in order."""
        return tuple(word for page in self.pages for word in page.words)

    @property
    def text(self) -> str:
        """All words joined by newlines, for classification; order is the reader's."""
        return "\n".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value is from.

    document: id of the original ("<sha256>#1" for the second document of one file), "" for a declaration or a record.
    origin: extractor id, source id, or who entered it; version: hash of that extractor's or record's content.
    confidence: 0..1 of the reading, never of the truth. repaired: which constraint changed the text as read.
    """

    method: Method
    origin: str
    document: str = ""
    place: Place = field(default_factory=Place)
    version: str = ""
    confidence: float = 1.0
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """A value on its way to a fact: what an extractor located, its text as printed, and what the parser made of it.

    name: field without kind (``items[3].amount``). repaired: the constraint that changed the text as read.
    """

    name: str
    words: tuple[Word, ...]
    text: str
    value: Value | None
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from many printed ones (a statement's total), with the words that show it best."""

    name: str
    value: Value
    original: str
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with its printed text and its provenance.

    name: ``kind.field``: ``vat_invoice.total_amount``, ``vat_invoice.items[3].amount``,
    ``bank_statement.months[2026-03].receipts``, ``declaration.annual_turnover``, ``platform.annual_receipts``;
    a document's signals are ``document.<signal>``.
    """

    name: str
    value: Value
    original: str
    ledger: Ledger
    provenance: Provenance

    @property
    def id(self) -> str:
        """A hash of all the content: equal facts from equal places are one fact."""
        where = self.provenance
        return content_id(
            self.name, dump_value(self.value), self.original, self.ledger, where.method, where.origin, where.document,
            where.place.page, where.place.box, where.place.path, where.version, where.repaired,
        )  # fmt: skip

    @property
    def kind(self) -> str:
        """What stands before the first dot of the name."""
        return self.name.partition(".")[0]

    @property
    def field(self) -> str:
        """What stands after the first dot of the name."""
        return self.name.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Extraction:
    """One document found in a file: its kind, how sure that is (0..1), and its facts.

    part: from 0, when one file holds several. rows: the printed rows of a statement, header first; payments: what its
    lines say moved.
    """

    document: str
    kind: str
    score: float
    facts: tuple[Fact, ...]
    part: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the text tables, by key, with what fills it; said in Chinese or English by `selfproof.texts`."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check says of one document ("" for the whole application).

    facts: ids of the facts that it compared, so that a complaint can show both places.
    documents: other documents that it was compared with (a match, a duplicate).
    """

    check: str
    outcome: Outcome
    document: str = ""
    message: Message | None = None
    facts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the waterfall: effect in CNY, and what it rests on.

    code: N1, C1, R1, U1, P1, E1-E9, X1-X5, S1-S9 (credit-method, section 5). step: the link of the fixed chain.
    """

    code: str
    step: str
    effect: Decimal
    text: Message
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """A kind of evidence not yet given, with the band of its gain in CNY; `gain` is for staff only."""

    kind: str
    low: Decimal
    high: Decimal
    gain: Decimal
    text: Message


@dataclass(frozen=True, slots=True)
class Decision:
    """A recommended limit with all that is needed to replay it.

    base, recommended, effective: CNY. binding: need | cash_flow | turnover_cap | ladder | policy | base | stop.
    levels: document id (or record kind) → L0..L5. trace: the formula's values by name, for audit.
    review: why a person must look, empty when straight through. Reasons' effects sum to recommended − base.
    """

    application: str
    as_of: date
    base: Decimal
    recommended: Decimal
    effective: Decimal
    binding: str
    policy: str
    engine: str
    levels: Mapping[str, int]
    trace: Mapping[str, float]
    reasons: tuple[Reason, ...]
    advice: tuple[Advice, ...]
    review: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks. id: the national or social-credit code where there is one, else what the application gives."""

    name: str
    uscc: str = ""
    legal_representative: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """One applicant's file. as_of: the day nothing deeper than the pipeline asks the clock for.

    trade: a row of the policy (workshop, truck, shop, startup). industry: the registered one.
    existing_limit: CNY, at least 0 (ValueError otherwise: no base can be below nothing). facts: declarations and
    third-party records; documents' facts are kept beside.
    """

    id: str
    applicant: Applicant
    as_of: date
    trade: str
    industry: str
    existing_limit: Decimal
    facts: tuple[Fact, ...] = ()

    def __post_init__(self) -> None:
        if not self.existing_limit.is_finite() or self.existing_limit < 0:
            raise ValueError(f"an existing limit of {self.existing_limit} CNY")


class Lookup(Protocol):
    """What a check may ask across applicants; the pipeline fills it from the store.

    Keys are keyed hashes, so that no other applicant's data is seen.
    """

    def others(self, key: str) -> Sequence[str]:
        """Ids of other applicants' documents that carry this key."""

    def photos(self) -> Sequence[tuple[str, str]]:
        """(document id, PDQ hash in hexadecimal, or hashes of its windows in a row) of other applicants' photos."""
