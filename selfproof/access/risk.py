"""What risk staff see: every stored decision, one applicant's inputs for a re-score, never documents or pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from selfproof.access.guard import Guard
from selfproof.errors import Denied
from selfproof.model import Decision
from selfproof.store import Replay, Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Risk:
    """The risk staff's part of a desk."""

    guard: Guard

    def newest(self) -> tuple[tuple[str, str], ...]:
        """(application, id of its newest decision) of every application that has one."""
        with self.guard.look("look_portfolio") as store:
            return store.people.newest_decisions()

    def decisions(self) -> Iterator[tuple[str, Decision]]:
        """Every application with its newest decision, one look in the audit log."""
        for application, decision in self.newest():
            yield application, self.guard.store.decision(decision)

    def inputs(self, application: str) -> Replay:
        """What the newest decision of one application rests on."""
        with self.guard.look("look_inputs", application) as store:
            decided = store.decisions(application)
            if not decided:
                raise Denied("nothing here for you")
            return store.replay_inputs(decided[-1])

    def run(self, what: str, action: Callable[[Store], T]) -> T:
        """Run a batch over the whole store, such as a re-score under another policy; what: for the audit log."""
        with self.guard.act("rescore", detail=what) as act:
            self.guard.store.people.note(act)
            return action(self.guard.store)
