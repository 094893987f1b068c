"""Facts grouped into papers and statements of others, in an order that no upload order can change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from selfproof.model import Fact, Ledger, Method


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: its kind, its facts by field, its signals by name without ``document.``."""

    document: str
    kind: str
    fields: Mapping[str, Fact]
    signals: Mapping[str, Fact]

    def money(self, *names: str) -> float | None:
        """The first of these fields that is a number, CNY."""
        values = (number(self.fields.get(name)) for name in names)
        return next((value for value in values if value is not None), None)

    def text(self, name: str) -> str:
        """A field as text, "" when it is not there."""
        return str(self.fields[name].value).strip() if name in self.fields else ""

    def signal(self, name: str) -> str:
        """A signal as text, "" when it is not there."""
        return str(self.signals[name].value).strip() if name in self.signals else ""

    def day(self, name: str) -> date | None:
        """A field as a day."""
        return day(self.fields.get(name))

    @property
    def withdrawn(self) -> date | None:
        """Since when its owner does not want it used; None while it stands."""
        return day(self.signals.get("withdrawn"))

    def ids(self, *names: str) -> tuple[str, ...]:
        """Ids of the fields that are there."""
        return tuple(self.fields[name].id for name in names if name in self.fields)


@dataclass(frozen=True, slots=True)
class Stated:
    """Declarations and third-party facts, sorted; third-party facts win over declarations only where a rule says so."""

    facts: tuple[Fact, ...]

    def all(self, name: str, ledger: Ledger) -> list[Fact]:
        """Facts of a name in one ledger."""
        return [fact for fact in self.facts if fact.name == name and fact.ledger is ledger]

    def declared(self, field: str) -> float | None:
        """The largest declared number of this field, CNY or days; None when it was not declared."""
        return self._largest(f"declaration.{field}", Ledger.SELF)

    def confirmed(self, name: str) -> float | None:
        """The largest third-party number of this name."""
        return self._largest(name, Ledger.THIRD_PARTY)

    def said(self, name: str) -> str:
        """A third party's text; several are joined, so that no bad one is hidden."""
        return " ".join(str(fact.value) for fact in self.all(name, Ledger.THIRD_PARTY))

    def _largest(self, name: str, ledger: Ledger) -> float | None:
        values = [value for fact in self.all(name, ledger) if (value := number(fact)) is not None]
        return max(values, default=None)


def number(fact: Fact | None) -> float | None:
    """The value as float64 when it is a number."""
    if fact is None or isinstance(fact.value, bool) or not isinstance(fact.value, Decimal | int):
        return None
    return float(fact.value)


def day(fact: Fact | None) -> date | None:
    """The value when it is a day, also an ISO text."""
    if fact is None:
        return None
    if isinstance(fact.value, datetime):
        return fact.value.date()
    if isinstance(fact.value, date):
        return fact.value
    try:
        return date.fromisoformat(str(fact.value))
    except ValueError:
        return None


def sort(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each fact once, in canonical order: by document, name, printed text and id."""
    unique = {fact.id: fact for fact in facts}
    rows = sorted((fact.provenance.document, fact.name, fact.original, key) for key, fact in unique.items())
    return tuple(unique[key] for *_, key in rows)


def stated(facts: Sequence[Fact]) -> Stated:
    """What names no document."""
    return Stated(tuple(fact for fact in facts if not fact.provenance.document))


def papers(facts: Sequence[Fact]) -> tuple[Paper, ...]:
    """The documents; a file with several of one kind is split by page. Only third parties confirm a document."""
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.provenance.document:
            grouped.setdefault(fact.provenance.document, []).append(fact)
    return tuple(paper for document, found in grouped.items() for paper in _papers(document, found))


def _papers(document: str, facts: Sequence[Fact]) -> Iterable[Paper]:
    signals = {fact.field: fact for fact in _corrected(facts) if fact.kind == "document"}
    kinds = sorted({fact.kind for fact in facts} - {"document"}) or ["unknown"]
    for kind in kinds:
        mine = _corrected([fact for fact in facts if fact.kind == kind])
        for part in _parts(mine):
            yield Paper(document, kind, {fact.field: fact for fact in part}, signals)


def _corrected(facts: Sequence[Fact]) -> list[Fact]:
    """A person's correction replaces what was read under that name."""
    mended = {fact.name for fact in facts if fact.provenance.method is Method.HUMAN}
    return [fact for fact in facts if fact.provenance.method is Method.HUMAN or fact.name not in mended]


def _parts(facts: Sequence[Fact]) -> list[list[Fact]]:
    names = [fact.name for fact in facts]
    if len(names) == len(set(names)):
        return [list(facts)]
    pages: dict[int, list[Fact]] = {}
    for fact in facts:
        pages.setdefault(fact.provenance.place.page or 0, []).append(fact)
    return [pages[page] for page in sorted(pages)]
