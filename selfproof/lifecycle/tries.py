"""Scored tries (credit-method, section 2): how often in a while an owner's papers are counted anew.

A try is a sitting: whatever an owner sends within some hours of its first file is one. What comes when all tries are
used up is kept and read like anything else, and counted from the day on which the oldest try has run out. What a
reviewer asked for, answers a question, was brought by staff or was looked at by a reviewer is no try of the owner's.
A file that was withdrawn and comes back comes like a new one: else any choice of papers could be tried for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from selfproof.credit.policy import Policy, Tries
from selfproof.lifecycle import force
from selfproof.model import Fact
from selfproof.store import Store, Upload
from selfproof.store.queue import RESTORED
from selfproof.verify import is_verdict

SENT_AGAIN: Final = "request.sent_again"
"""The fact that another upload (its value) was sent in the place of a document."""
_WANTED, _ANSWER, _PAPER = "request.new_upload", "document.answer.", "paper:"


@dataclass(frozen=True, slots=True)
class Sitting:
    """Files that an owner sent in one go. counts: from when on they are counted, not before they came."""

    counts: datetime
    uploads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of an owner's tries at one moment.

    most: in so many days; left: tries not begun yet; open: what is sent now belongs to a try that is counted already;
    again: from when on a further try counts, where neither; waiting: uploads that are kept until then, with their day;
    back: those of them that counted before they were withdrawn.
    """

    most: int
    days: int
    left: int
    open: bool
    again: datetime | None = None
    waiting: Mapping[str, datetime] = field(default_factory=dict)
    back: frozenset[str] = frozenset()


def sittings(brought: Iterable[tuple[datetime, str]], rules: Tries) -> tuple[Sitting, ...]:
    """The sittings of uploads (when each came, its id), in order; no more than allowed count within the days."""
    length, days = timedelta(hours=rules.hours), timedelta(days=rules.days)
    found: list[Sitting] = []
    for when, upload in sorted(brought):
        if found and when < found[-1].counts + length:
            found[-1] = Sitting(found[-1].counts, (*found[-1].uploads, upload))
            continue
        full = len(found) >= rules.most and found[-rules.most].counts + days > when
        found.append(Sitting(found[-rules.most].counts + days if full else when, (upload,)))
    return tuple(found)


def standing(store: Store, application_id: str) -> Allowance | None:
    """What is left of the owner's tries now, under the policy in force on the application's day."""
    rules = force.chosen(store, force.IN_FORCE, store.application(application_id).as_of).rules
    return left(store, application_id, rules, store.facts(application_id))


def left(store: Store, application_id: str, policy: Policy, said: Sequence[Fact]) -> Allowance | None:
    """What is left of the owner's tries now; None under a policy that counts none, and where nobody owns the case.

    said: all that people said about the application.
    """
    if policy.tries is None or not store.people.has_owner(application_id):
        return None
    return allowance(store.uploads(application_id), said, policy.tries, datetime.now(UTC))


def allowance(uploads: Sequence[Upload], said: Sequence[Fact], rules: Tries, at: datetime) -> Allowance:
    """What is left at an instant. said: all that people said about the application."""
    free = frozenset(_free(uploads, said))
    came = [(item.received, item.id) for item in uploads] + list(_restored(uploads, said))
    found = sittings([(when, upload) for when, upload in came if upload not in free], rules)
    used = [one for one in found if one.counts > at - timedelta(days=rules.days)]
    left, goes_on = max(0, rules.most - len(used)), any(_is_open(one, rules, at) for one in found[-1:])
    waiting = {upload: one.counts for one in found if one.counts > at for upload in one.uploads}
    again = None if left or goes_on else _next(used, rules, at)
    counted = {upload for one in found if one.counts <= at for upload in one.uploads}
    return Allowance(rules.most, rules.days, left, goes_on, again, waiting, frozenset(counted & waiting.keys()))


def _restored(uploads: Sequence[Upload], said: Sequence[Fact]) -> Iterator[tuple[datetime, str]]:
    """When a file that had been withdrawn was taken up again, and which."""
    names = {item.document: item.id for item in uploads}
    for fact in said:
        if fact.name == RESTORED and fact.provenance.document in names:
            yield datetime.fromisoformat(fact.provenance.version), names[fact.provenance.document]


def _next(used: Sequence[Sitting], rules: Tries, at: datetime) -> datetime:
    """When what is sent now will be counted: with what waits already, else when the oldest try has run out."""
    last = used[-1].counts
    return last if last > at else used[-rules.most].counts + timedelta(days=rules.days)


def _is_open(last: Sitting, rules: Tries, at: datetime) -> bool:
    return last.counts <= at < last.counts + timedelta(hours=rules.hours)


def _free(uploads: Sequence[Upload], said: Sequence[Fact]) -> Iterator[str]:
    """Uploads that are no try of the owner's."""
    wanted = {fact.provenance.document for fact in said if fact.name == _WANTED}
    judged = {fact.provenance.document.partition("#")[0] for fact in said if is_verdict(fact)}
    yield from (item.id for item in uploads if item.brought_by or item.document in judged)
    for fact in said:
        if fact.name == SENT_AGAIN and fact.provenance.document in wanted:
            yield str(fact.value)
        elif fact.name.startswith(_ANSWER) and str(fact.value).startswith(_PAPER):
            yield str(fact.value).removeprefix(_PAPER)
