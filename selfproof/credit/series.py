"""Amounts by month: what each document says of turnover, copies merged, windows and cut-offs read (section 2).

A month is an integer, year × 12 + month − 1. Amounts are CNY as float64; sums run over entries in canonical order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from selfproof.credit import payouts, related
from selfproof.credit.papers import Paper, number
from selfproof.credit.policy import Dated, Industry, KindSource, Policy
from selfproof.model import Application
from selfproof.names import same_firm

_MONTH = re.compile(r"months\[(\d{4})-(\d{2})\]\.(\w+)")
YEAR = 12
_CARRIERS = ("xml", "ofd", "pdf_text", "table", "docx", "ocr")


@dataclass(frozen=True, slots=True)
class Belief:
    """How a document is believed.

    alone: its level without what it was matched to; carrier: rank, best first; matched: receipts were found for it.
    """

    level: int
    alone: int
    sigma: float
    carrier: int
    matched: bool
    withdrawn: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """Whose movements a statement lists, as far as it was read; "" where it was not.

    tail: the last four digits of the number, of which carriers hide different parts; a merchant's number whole.
    terminal: where all of an acquirer's lines are of one; customer: of a list that is of one customer.
    """

    tail: str
    store: str
    institution: str
    terminal: str = ""
    customer: str = ""

    def may_be(self, other: Account) -> bool:
        """Whether nothing that was read of both tells them apart: what is unread may be the same account."""
        if self.terminal and other.terminal and self.terminal != other.terminal:
            return False
        if self.customer and other.customer and not same_firm(self.customer, other.customer):
            return False
        if self.tail and other.tail:
            return self.tail.endswith(other.tail) or other.tail.endswith(self.tail)
        if self.store and other.store:
            return self.store == other.store
        if self.institution and other.institution:
            return self.institution in other.institution or other.institution in self.institution
        return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One amount of one month. key: what makes two copies one; span: days that a statement covers; day: of a paper.

    account: of a statement, in place of a key. paid_out: what of it came from those who take payments for a merchant.
    """

    kind: str
    document: str
    key: tuple[str, ...]
    month: int
    amount: float
    belief: Belief
    payer: str = ""
    day: date | None = None
    span: tuple[date, date] | None = None
    purchase: bool = False
    facts: tuple[str, ...] = ()
    account: Account | None = None
    paid_out: payouts.Shares = ()

    @property
    def level(self) -> int:
        """Of the document that states it."""
        return self.belief.level

    @property
    def lifted(self) -> bool:
        """Whether a match alone made it that strong."""
        return self.belief.level > self.belief.alone


@dataclass(frozen=True, slots=True)
class Book:
    """What is needed to turn a paper into entries. alone: levels without matches."""

    application: Application
    policy: Policy
    industry: Industry
    levels: Mapping[str, int]
    alone: Mapping[str, int]
    matched: frozenset[str]
    circle: related.Circle

    @property
    def last(self) -> int:
        """The last complete month before the application."""
        return month_of(self.application.as_of) - 1

    def remembers(self, withdrawn: date | None) -> bool:
        """Whether a paper still speaks against its owner: it stands, or was withdrawn lately (section 2)."""
        return withdrawn is None or withdrawn >= self.application.as_of - timedelta(days=self.policy.withdrawn_days)


def month_of(when: date) -> int:
    """The number of a day's month."""
    return when.year * 12 + when.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def entries(papers: Sequence[Paper], book: Book) -> tuple[Entry, ...]:
    """Every amount once: copies merged into their best carrier, overlapping statements of one account too."""
    found = [entry for paper in papers for entry in _entries(paper, book)]
    gone = [entry for entry in found if entry.belief.withdrawn is not None]
    merged = _once([*merge([entry for entry in found if entry.belief.withdrawn is None]), *merge(gone)])
    return tuple(sorted(merged, key=lambda entry: (entry.kind, entry.month, entry.key, entry.document)))


def merge(found: Sequence[Entry]) -> list[Entry]:
    """Of copies the best-believed, by carrier and then amount: the lower of two that are alike."""
    kept: dict[tuple[object, ...], list[Entry]] = {}
    order = sorted(
        found,
        key=lambda item: (-item.level, item.belief.carrier, item.amount, item.document, item.key, item.month),
    )
    for entry in order:
        same = kept.setdefault((entry.kind, entry.purchase, entry.key, entry.month if entry.span else 0), [])
        if not any(_overlap(entry, other) for other in same):
            same.append(entry)
    return [entry for same in kept.values() for entry in same]


def remembered(found: Sequence[Entry], book: Book) -> list[Entry]:
    """What speaks against its owner: what stands, with what was withdrawn lately; a copy sent anew is the same once."""
    kept = [entry for entry in found if book.remembers(entry.belief.withdrawn)]
    return merge(kept) if any(entry.belief.withdrawn for entry in kept) else kept


def _once(found: Sequence[Entry]) -> list[Entry]:
    """Without what one statement shows as taken from customers and another as paid out: the weaker one gives way."""
    taken = payouts.doubled(
        [
            payouts.Shown(entry.key[0], entry.kind, entry.month, entry.level, entry.amount, entry.paid_out)
            if entry.account and entry.belief.withdrawn is None
            else payouts.NOTHING
            for entry in found
        ]
    )
    return [
        replace(entry, amount=entry.amount - away) if away else entry for entry, away in zip(found, taken, strict=True)
    ]


def _overlap(one: Entry, two: Entry) -> bool:
    """Two entries of one key are copies unless both are statements of different days or accounts."""
    if one.span is None or two.span is None:
        return True
    if one.account and two.account and not one.account.may_be(two.account):
        return False
    return one.span[0] <= two.span[1] and two.span[0] <= one.span[1]


def _entries(paper: Paper, book: Book) -> Iterator[Entry]:
    if not related.sells(paper, book.circle):
        return
    for kind, source in book.policy.kinds.items():
        if paper.kind in source.dated:
            yield from _dated(paper, kind, source.dated[paper.kind], book)
        if paper.kind in source.months:
            yield from _monthly(paper, kind, source, book)


def _dated(paper: Paper, kind: str, rule: Dated, book: Book) -> Iterator[Entry]:
    amount, day = paper.money(*rule.amount), paper.day(rule.day)
    role = related.side(paper, book.circle)
    if amount is None or day is None or not role or related.to_itself(paper, rule.payer, book.circle):
        return
    payer = paper.text(rule.payer)
    key = paper.text(rule.key)
    yield Entry(
        kind, paper.document, (key,) if key else ("", day.isoformat(), payer, f"{amount:.2f}"), month_of(day), amount,
        _belief(paper, kind, book), payer, day, None, role == "buyer", paper.ids(*rule.amount, rule.day),
    )  # fmt: skip


def _monthly(paper: Paper, kind: str, source: KindSource, book: Book) -> Iterator[Entry]:
    field, account = source.months[paper.kind], _account(paper, source)
    first, last = paper.day("first_date"), paper.day("last_date")
    share = _from_others(paper, field, book)
    for name, fact in paper.fields.items():
        match, amount = _MONTH.fullmatch(name), number(fact)
        month = 0 if match is None or match[3] != field else _month(match[1], match[2])
        if amount is None or not 0 < month <= book.last:  # a day that no calendar has, or one still to come
            continue
        start, end = first_day(month), first_day(month + 1) - timedelta(days=1)
        span = (max(first or start, start), min(last or end, end))
        yield Entry(
            kind, paper.document, (paper.kind,), month, amount * share if amount > 0 else amount,
            _belief(paper, kind, book), account.store or account.customer, span=span, account=account, facts=(fact.id,),
            paid_out=payouts.shares(paper.fields, f"months[{match[1]}-{match[2]}]", share) if match else (),
        )  # fmt: skip


def _account(paper: Paper, source: KindSource) -> Account:
    number = "".join(re.findall(r"\w", paper.text("merchant_id"))) or _tail(paper.text("account"))
    customer = paper.text(source.customers.get(paper.kind, ""))
    return Account(number, paper.text("store"), paper.text("institution"), paper.text("terminal"), customer)


def _from_others(paper: Paper, field: str, book: Book) -> float:
    """The share of the months' sum that nobody of the applicant's own paid in; their payments are not told by month."""
    months = ((_MONTH.fullmatch(name), number(fact)) for name, fact in paper.fields.items())
    total = sum(max(0.0, amount or 0.0) for match, amount in months if match and match[3] == field)
    own = sum(max(0.0, number(fact) or 0.0) for fact in related.paid_in(paper, book.circle))
    return max(0.0, 1 - own / total) if total > 0 else 1.0


def _month(year: str, month: str) -> int:
    """The number of a month; 0 when there is none of this name."""
    return int(year) * 12 + int(month) - 1 if int(year) and 1 <= int(month) <= 12 else 0  # noqa: PLR2004  of a year


def _tail(account: str) -> str:
    """Up to four digits at the end of an account's number; "" when they are hidden or were not read."""
    digits = re.search(r"\d+$", re.sub(r"[\s-]", "", account))
    return digits.group()[-4:] if digits else ""


def _belief(paper: Paper, kind: str, book: Book) -> Belief:
    carrier, sigma = paper.signal("carrier"), book.policy.sigma.kind[kind]
    return Belief(
        level=book.levels[paper.document],
        alone=book.alone[paper.document],
        sigma=max(sigma, book.policy.sigma.image) if carrier in ("", "ocr") else sigma,
        carrier=_CARRIERS.index(carrier) if carrier in _CARRIERS else len(_CARRIERS),
        matched=paper.document in book.matched,
        withdrawn=paper.withdrawn,
    )
