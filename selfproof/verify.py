"""Believing: checks and how they are run.

A check is one function in `selfproof.checks`; its name is its id, its docstring its title. It gets a `View` of one
document (``per="document"``) or the whole `Case` (``per="application"`` and ``per="portfolio"``) and returns None when
all is well, or a `Verdict`. A fact that it needs and that is not there makes the finding ``unknown``, never ``pass``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, cast

from selfproof.model import Application, Fact, Finding, Lookup, Message, Method, Outcome, Value

Per = Literal["document", "application", "portfolio"]
REVIEW, ASIDE = "document.review", "aside"
T = TypeVar("T", bound=Value)


@dataclass(frozen=True, slots=True)
class View:
    """One document's facts by field (``total_amount``) and its signals by name (``document.qr``)."""

    id: str
    kind: str
    facts: Mapping[str, Fact]

    def get(self, name: str, type_: type[T]) -> T | None:
        """The value of a field or signal when it is there and of this type."""
        found = self.facts.get(name)
        return found.value if found is not None and isinstance(found.value, type_) else None

    def money(self, name: str) -> Decimal | None:
        """An amount in CNY."""
        return self.get(name, Decimal)

    def text(self, name: str) -> str:
        """A text, "" when it is not there."""
        return self.get(name, str) or ""

    def items(self, column: str) -> list[Fact]:
        """A column of the items in printed order."""
        suffix = f"].{column}"
        return [fact for name, fact in self.facts.items() if name.startswith("items[") and name.endswith(suffix)]

    def ids(self, *names: str) -> tuple[str, ...]:
        """Ids of the named facts that are there."""
        return tuple(self.facts[name].id for name in names if name in self.facts)


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one application."""

    application: Application
    documents: tuple[View, ...]
    stated: Mapping[str, Fact]  # declarations and third-party facts by full name
    lookup: Lookup | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)  # the policy's numbers that checks compare with

    @property
    def as_of(self) -> date:
        """The day of the application; nothing here asks the clock."""
        return self.application.as_of

    def of(self, kind: str) -> list[View]:
        """The documents of one kind."""
        return [view for view in self.documents if view.kind == kind]

    def declared(self, *names: str) -> tuple[str, ...]:
        """Ids of what the applicant stated about himself under these names, where he did."""
        told = (self.stated.get(f"declaration.{name}") for name in names)
        return tuple(fact.id for fact in told if fact is not None)

    def threshold(self, name: str) -> Decimal:
        """A number of the policy; a check that asks for it names it in `uses`."""
        return Decimal(str(self.thresholds[name]))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says when it says more than "all is well"."""

    outcome: Outcome
    message: Message | None = None
    facts: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    document: str = ""


Answer = Verdict | None | Iterable[Verdict]
UNKNOWN = Verdict(Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Check:
    """A registered check. needs: full fact names; a document check runs on documents of their kind.

    uses: names of the policy's thresholds; without them the check is unknown. aside: what it complains of is settled
    when a reviewer sets the paper aside, for it says only that the paper is another's, or not whole.
    """

    id: str
    title: str
    per: Per
    needs: tuple[str, ...]
    optional: tuple[str, ...]
    uses: tuple[str, ...]
    run: Callable[..., Answer] = field(repr=False)
    aside: bool = False

    @property
    def kind(self) -> str:
        """The document kind that it runs on; "" for any kind."""
        kinds = {name.partition(".")[0] for name in self.needs + self.optional} - {"document"}
        return min(kinds, default="") if self.per == "document" else ""


_REGISTRY: dict[str, Check] = {}


def check(
    *,
    needs: Sequence[str] = (),
    per: Per = "document",
    optional: Sequence[str] = (),
    uses: Sequence[str] = (),
    aside: bool = False,
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Register a function as a check; `needs` must be there, `optional` names tell the kind where nothing is needed."""

    def register(run: Callable[..., Answer]) -> Callable[..., Answer]:
        name = cast("str", getattr(run, "__name__", ""))
        title = (run.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        _REGISTRY[name] = Check(name, title, per, tuple(needs), tuple(optional), tuple(uses), run, aside)
        return run

    return register


@cache
def checks() -> Mapping[str, Check]:
    """Every check by id, found by walking the package."""
    package = importlib.import_module("selfproof.checks")
    for item in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"selfproof.checks.{item.name}")
    return dict(sorted(_REGISTRY.items()))


def fail(key: str, facts: Iterable[str] = (), *, documents: Iterable[str] = (), **values: object) -> Verdict:
    """A complaint: the key of its sentence in ``texts/checks.yaml`` and what fills it."""
    message = Message(f"checks.{key}", {name: str(value) for name, value in values.items()})
    return Verdict(Outcome.FAIL, message, tuple(facts), tuple(documents))


def case(application: Application, facts: Sequence[Fact], **known: Any) -> Case:  # noqa: ANN401  Case's own fields
    """Facts grouped by document, a person's correction over the reading; what names no document is stated.

    known: `lookup` and `thresholds` of the case.
    """
    grouped: dict[str, dict[str, Fact]] = {}
    kinds: dict[str, str] = {}
    stated: dict[str, Fact] = {}
    for fact in sorted((*application.facts, *facts), key=lambda item: item.provenance.method is Method.HUMAN):
        document = fact.provenance.document
        if not document:
            stated[fact.name] = fact
        elif fact.kind == "document":
            grouped.setdefault(document, {})[fact.name] = fact
        else:
            kinds[document] = fact.kind
            grouped.setdefault(document, {})[fact.field] = fact
    views = tuple(View(document, kinds.get(document, "unknown"), grouped[document]) for document in sorted(grouped))
    return Case(application, views, stated, **known)


def verify(
    application: Application,
    facts: Sequence[Fact],
    lookup: Lookup | None = None,
    *,
    thresholds: Mapping[str, float] | None = None,
) -> tuple[Finding, ...]:
    """Run every check; findings in the order of check ids, then documents.

    A portfolio check without a `lookup` is unknown, and so is one that uses a threshold which is not given. Of a paper
    that a reviewer set aside nothing is told that only says why it is none of this case's.
    """
    known = case(application, facts, lookup=lookup, thresholds=thresholds or {})
    gone = set_aside(facts)
    found = ((item, finding) for item in checks().values() for finding in _run(item, known))
    return tuple(finding for item, finding in found if not (item.aside and finding.document in gone))


def set_aside(facts: Iterable[Fact]) -> frozenset[str]:
    """Documents whose last word from a reviewer is that they were brought by mistake or are not whole."""
    said = {fact.provenance.document: fact.value for fact in facts if is_verdict(fact)}
    return frozenset(document for document, value in said.items() if value == ASIDE)


def is_verdict(fact: Fact) -> bool:
    """Whether it is a person's word on a whole paper: accepted, rejected or set aside."""
    said = fact.provenance
    return fact.name == REVIEW and said.method is Method.HUMAN and not said.origin.startswith("declaration")


def _run(item: Check, known: Case) -> Iterator[Finding]:
    if item.per == "document":
        for view in known.documents:
            if item.kind in ("", view.kind):
                answer = item.run(view, known) if _has(item, view) else UNKNOWN
                yield from _findings(item, answer, view.id)
    elif _lacks(item, known):
        yield from _findings(item, UNKNOWN, "")
    else:
        yield from _findings(item, item.run(known), "")


def _lacks(item: Check, known: Case) -> bool:
    absent = {*item.needs} - {*known.stated} or {*item.uses} - {*known.thresholds}
    return bool(absent) or (item.per == "portfolio" and known.lookup is None)


def _has(item: Check, view: View) -> bool:
    names = (name if name.startswith("document.") else name.partition(".")[2] for name in item.needs)
    return all(name in view.facts for name in names)


def _findings(item: Check, answer: Answer, document: str) -> Iterator[Finding]:
    if answer is None:
        yield Finding(item.id, Outcome.PASS, document)
    elif isinstance(answer, Verdict):
        where = answer.document or document
        yield Finding(item.id, answer.outcome, where, answer.message, answer.facts, answer.documents)
    else:
        for verdict in answer:
            yield from _findings(item, verdict, document)
