"""What was asked of third parties about an application, as its owner and a reviewer are shown it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from selfproof import inquiries, pipeline
from selfproof.lifecycle import withdrawals
from selfproof.sources import settings
from selfproof.sources.inquiry import Outcome
from selfproof.store import Store
from selfproof.store.inquiries import Inquiry

_SETTLED = (Outcome.ANSWERED, Outcome.UNKNOWN_THERE, Outcome.AGAIN)
WAITING = "waiting"
"""The outcome of what is still to be asked for the first time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it stands. subject: an invoice's number, "" for the applicant; at: when it was asked last.

    outcome: of `Outcome`, or WAITING; again: from when on it is asked again, None once it is settled; calls: how often
    the source was called for it in all. answer: what was said, by field; empty without an answer. earlier: of an answer
    that stands although it could not be had anew.
    """

    source: str
    subject: str
    outcome: str
    at: datetime | None = None
    again: datetime | None = None
    calls: int = 0
    answer: Mapping[str, str] = field(default_factory=dict)
    earlier: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it could not be confirmed yet."""
        return self.outcome not in _SETTLED


def of(store: Store, application: str) -> tuple[Asked, ...]:
    """The newest word on each question, by source; then sources that nobody has asked yet.

    A question that got no answer is left out once nobody asks it any more: the paper was put right, say.
    """
    history, waiting = store.inquiries.of(application), store.inquiries.waiting(application)
    newest = {(item.source, item.subject): item for item in history}
    unanswered = [item for item in newest.values() if item.outcome not in _SETTLED]
    if unanswered:
        facts = withdrawals.used(pipeline.known_facts(store, application))
        now = inquiries.current(store, store.application(application), facts)
        newest = {name: item for name, item in newest.items() if item not in unanswered or item.key in now}
    rows = [_row(item, history, waiting.get(item.source)) for item in newest.values()]
    fresh = sorted(set(waiting) - {item.source for item in history})
    rows += [Asked(source, "", WAITING, again=waiting[source]) for source in fresh]
    return tuple(sorted(rows, key=lambda row: (row.source, not row.open, row.subject)))


def _row(last: Inquiry, history: tuple[Inquiry, ...], again: datetime | None) -> Asked:
    mine = [item for item in history if (item.source, item.subject) == (last.source, last.subject)]
    answered = [item.at for item in mine if item.outcome == Outcome.ANSWERED and item.key == last.key]
    return Asked(
        last.source, last.subject, last.outcome, last.at,
        again=None if last.outcome in _SETTLED else again,
        calls=sum(item.calls for item in mine),
        answer=_answer(last.content),
        earlier=answered[-1] if answered and last.outcome not in _SETTLED else None,
    )  # fmt: skip


def _answer(content: str) -> dict[str, str]:
    """The fields of an answer that hold one value each, as they came."""
    told = json.loads(content) if content else {}
    return {name: str(value) for name, value in told.items() if isinstance(value, str | int | float) and value != ""}


def unspoken(store: Store, application: str) -> tuple[str, ...]:
    """Sources that this deployment may ask and that the applicant has said nothing about."""
    how = settings.configured()
    said = {item.source for item in store.people.consents(application)}
    return tuple(sorted(set(how.sources) - said)) if how else ()
