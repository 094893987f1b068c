"""Contracts as orders: how much of each is not yet invoiced, and how far that is believed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from selfproof.credit.papers import Paper
from selfproof.credit.policy import Policy
from selfproof.credit.related import Circle
from selfproof.credit.series import Book, Entry
from selfproof.credit.turnover import Kind, Reading
from selfproof.names import same_firm

_HIRE = re.compile(r"租赁(?!.{0,8}公司)")  # in a contract's title, and no firm's name there


@dataclass(frozen=True, slots=True)
class Order:
    """A sales contract of the applicant's, CNY.

    unpaid: not yet invoiced; paid: invoiced since the signature and paid, by documents at the level that orders need;
    settled: paid for at least the policy's share of the contract.
    """

    document: str
    buyer: str
    total: float
    unpaid: float
    paid: float
    level: int
    settled: bool
    facts: tuple[str, ...]


def orders(papers: Sequence[Paper], entries: Sequence[Entry], book: Book) -> tuple[Order, ...]:
    """Orders signed within `limit.order_days`; one contract in two files counts once, in the better one."""
    kept: dict[tuple[str, ...], Order] = {}
    for paper in papers:
        found = _order(paper, entries, book) if paper.kind == "contract" and _recent(paper, book) else None
        if found is not None and book.levels[paper.document] > 0 and not paper.withdrawn:
            key = (paper.text("contract_number") or f"{found.buyer} {found.total:.2f}",)
            kept[key] = max(kept.get(key, found), found, key=lambda order: (order.level, order.document))
    return tuple(kept[key] for key in sorted(kept))


def _recent(paper: Paper, book: Book) -> bool:
    signed, today = paper.day("sign_date"), book.application.as_of
    return signed is not None and today - timedelta(days=book.policy.limit.order_days) <= signed <= today


def _order(paper: Paper, entries: Sequence[Entry], book: Book) -> Order | None:
    total, signed, other = paper.money("total_amount"), paper.day("sign_date"), counterparty(paper, book.circle)
    if total is None or signed is None or not other:
        return None
    dealt = [entry for entry in entries if entry.day and entry.day >= signed and same_firm(entry.payer, other)]
    sold = sum(entry.amount for entry in dealt if not entry.purchase)
    # The supplier stands second in a Chinese sales contract, of hire often first; invoices tell where they are there.
    supplies = not _HIRE.search(paper.text("title")) and same_firm(
        paper.text("party_b"), book.application.applicant.name
    )
    if not sold and not supplies:
        return None
    level, least = book.levels[paper.document], book.policy.limit.order_level
    standing = [entry for entry in dealt if not entry.purchase and entry.belief.withdrawn is None]
    proven = sum(entry.amount for entry in standing if entry.level >= least)
    paid = max(0.0, min(total, proven)) if level >= least and paper.document in book.matched else 0.0
    return Order(
        paper.document, other, total, max(0.0, total - sold), paid, level,
        paid > 0 and paid >= book.policy.thresholds["matched_share"] * total,
        paper.ids("total_amount", "sign_date", "party_a", "party_b"),
    )  # fmt: skip


def counterparty(paper: Paper, mine: Circle) -> str:
    """The other party's name; "" when the applicant is not a party, or its owner stands on both sides."""
    names = [paper.text("party_a"), paper.text("party_b")]
    ours = [bool(name) and same_firm(name, mine.applicant.name) for name in names]
    if ours[0] == ours[1]:
        return ""
    other = names[1] if ours[0] else names[0]
    return "" if mine.holds(other) else other


def worth(found: Sequence[Order], policy: Policy, *, least: int) -> float:
    """Σ 0.5·r·unpaid of orders at this level or better, CNY."""
    share, levels = policy.limit.order_share, policy.levels
    return sum(share * levels[order.level] * order.unpaid for order in found if order.level >= least)


def as_kind(found: Sequence[Order], policy: Policy, name: str) -> Kind | None:
    """Orders as a kind that is never complete: V_part where the trade has nothing else.

    While none is proven paid all of them speak, for the entry cap holds (section 3, start-up). Once one is, the cap
    is gone, and only what was paid counts: else one small payment would vouch for contracts of any size.
    """
    settled = any(order.settled for order in found)
    counted = {order: order.paid if settled else order.total for order in found}
    amounts = {order: amount for order, amount in counted.items() if amount > 0}
    total = sum(amounts.values())
    if total <= 0:
        return None
    r = sum(policy.levels[order.level] * amount for order, amount in amounts.items()) / total
    sigma = policy.sigma.kind[name]
    facts = tuple(fact for order in amounts for fact in order.facts)
    level = max(order.level for order in amounts)
    reading = Reading(level, 0.0, r, sigma, seen=total, absent=total, partial=True, facts=facts)
    return Kind(name, sigma, (reading,))
