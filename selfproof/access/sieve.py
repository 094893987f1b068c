"""Which of the cases that wait a reviewer wants to see: by reason, by who is at them, or those put off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from selfproof.store import Store
from selfproof.store.queue import Waiting

_BY_DECISION = ("stop", "contradiction", "facts", "uplift", "adverse", "kill_switch")
_BY_STATE: Mapping[str, Callable[[Waiting, str], bool]] = {
    "mine": lambda item, me: item.claimed == me,
    "free": lambda item, _: not item.claimed and item.later is None,
    "asked": lambda item, _: bool(item.asked),
    "unread": lambda item, _: item.unread,
    "sample": lambda item, _: item.sampled,
    "later": lambda item, _: item.later is not None,
}
WISHES: tuple[str, ...] = (*_BY_STATE, *_BY_DECISION)
"""What can be asked for; "" is all but what was put off."""


def kept(store: Store, items: Sequence[Waiting], wish: str, me: str) -> tuple[Waiting, ...]:
    """The cases of a wish, in their order. me: the name of who asks."""
    if wish in _BY_STATE:
        return tuple(item for item in items if _BY_STATE[wish](item, me))
    at_hand = (item for item in items if item.later is None)
    if wish not in _BY_DECISION:
        return tuple(at_hand)
    names = store.people.asking_because(f"reasons.review_{wish}")
    return tuple(item for item in at_hand if item.application in names)
