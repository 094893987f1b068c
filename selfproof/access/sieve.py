"""Which of the cases that wait a reviewer wants to see, by reason or by who is at them, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from selfproof.store import Store
from selfproof.store.queue import Waiting
from selfproof.values import fold

_BY_STATE: Mapping[str, Callable[[Waiting, str], bool]] = {
    "mine": lambda item, me: item.claimed == me,
    "free": lambda item, _: not item.claimed and item.later is None,
    "asked": lambda item, _: bool(item.asked),
    "faint": lambda item, _: "faint" in item.marks,
    "blank": lambda item, _: "blank" in item.marks,
    "withdrawn": lambda item, _: "withdrawn" in item.marks,
    "unread": lambda item, _: item.unread,
    "sample": lambda item, _: item.sampled,
    "later": lambda item, _: item.later is not None,
}
WISHES = (
    "mine", "free", "asked", "stop", "contradiction", "facts", "faint", "blank", "withdrawn", "unread", "sample",
    "uplift", "adverse", "kill_switch", "later",
)  # fmt: skip
"""What can be asked for; "" is all but what was put off."""

_ORDERS: Mapping[str, Callable[[Waiting], Any]] = {
    "": lambda item: (not item.asked, not item.needs),
    "amount_down": lambda item: -(item.stake or 0.0),
    "amount_up": lambda item: item.stake or 0.0,
    "age_down": lambda item: item.since,
    "age_up": lambda item: -item.since.timestamp(),
}
ORDERS = tuple(_ORDERS)
"""The order of work (who asked for a person first, what chance drew last), or by amount or by waiting alone."""


@dataclass(frozen=True, slots=True)
class View:
    """How a reviewer looks at the queue. wish: of `WISHES`, or ""; order: of `ORDERS`; find: words of a name or id."""

    wish: str = ""
    order: str = ""
    find: str = ""


def ordered(items: Iterable[Waiting], order: str) -> tuple[Waiting, ...]:
    """The cases in an order; those that it holds equal as they came, the longest waiting first."""
    return tuple(sorted(items, key=_ORDERS.get(order, _ORDERS[""])))


def sifted(
    store: Store, items: Sequence[Waiting], view: View, me: str
) -> tuple[tuple[Waiting, ...], Mapping[str, int]]:
    """The cases that a view shows, in their order, and how many each wish would show of those that are looked for.

    Who looks for a name and nothing else finds it among those that were put off, too. me: the name of who asks.
    """
    named = _named(store, items, view.find) if view.find else items
    asks = store.people.asks(item.decision for item in items if item.held)
    of = {wish: tuple(item for item in named if _fits(item, wish, me, asks)) for wish in WISHES}
    plain = tuple(item for item in named if item.later is None or view.find)
    return of.get(view.wish, ()) if view.wish else plain, {wish: len(found) for wish, found in of.items()}


def _fits(item: Waiting, wish: str, me: str, asks: Mapping[str, frozenset[str]]) -> bool:
    if wish in _BY_STATE:
        return _BY_STATE[wish](item, me)
    return item.later is None and f"reasons.review_{wish}" in asks.get(item.decision, ())


def _named(store: Store, items: Sequence[Waiting], find: str) -> list[Waiting]:
    """Those of whose names or ids one holds the words, however they are typed."""
    known = store.people.known_as([item.application for item in items])
    return [item for item in items if any(_plain(find) in _plain(name) for name in known.get(item.application, ()))]


def _plain(text: str) -> str:
    return "".join(fold(text).casefold().split())
