"""What risk staff do with policies: draft, submit, publish somebody else's, retire; challenger and kill switch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from selfproof.access.guard import Guard
from selfproof.access.standing import Stake, stake
from selfproof.credit.decide import ENGINE
from selfproof.lifecycle import compare, force
from selfproof.lifecycle.compare import Difference
from selfproof.lifecycle.force import Named
from selfproof.monitoring.backtest import Backtest, backtest
from selfproof.store.policy_book import Phase, Version, in_force
from selfproof.store.rescored import Rescored
from selfproof.store.switches import Loan, Switch
from selfproof.texts import both, refused

_SHORT = 12
_OPEN = frozenset({Phase.SUBMITTED, Phase.PUBLISHED})


@dataclass(frozen=True, slots=True)
class Governing:
    """The part of a desk for the life of policies; whoever wrote one cannot publish it."""

    guard: Guard

    @property
    def today(self) -> date:
        """The day of the lender's calendar."""
        return self.guard.clock().astimezone().date()

    def every(self) -> tuple[Version, ...]:
        """All versions, the first drafted first."""
        with self.guard.look("look_policies") as store:
            return store.policies.every()

    def in_force(self) -> Version | None:
        """The version that decides today's applications; None while it is the shipped policy."""
        return in_force(self.every(), self.today)

    def named(self, policy: str) -> Named:
        """A policy by shipped name or stored version; empty: the one in force today."""
        with self.guard.look("look_policies") as store:
            return force.chosen(store, policy, self.today)

    def differences(self, version: str, other: str = force.IN_FORCE) -> tuple[Difference, ...]:
        """How a version differs from another, without one from what is in force today."""
        return compare.differences(self.named(other).rules, self.named(version).rules)

    def draft(self, policy: Named) -> Version:
        """Keep a policy; raises PolicyError with line and reason when it does not hold together."""
        version = compare.sound(policy).version
        with self.guard.act("draft_policy", detail=f"{policy.name} {version[:_SHORT]}") as act:
            return self.guard.store.policies.draft(version, policy.name, policy.text, act)

    def files(self) -> tuple[Named, ...]:
        """What this person has brought and neither submitted nor discarded, the last first."""
        with self.guard.look("look_policies") as store:
            return tuple(Named(*row) for row in store.policies.files(self.guard.session.account).items())

    def keep(self, policy: Named) -> None:
        """Keep a file until it is submitted or discarded; it is nobody else's, and no version yet."""
        self.guard.check("draft_policy")
        self.guard.store.policies.keep_file(self.guard.session.account, policy.name, policy.text)

    def discard(self, name: str) -> None:
        """It is not wanted any more; what was drafted of it stays."""
        self.guard.check("draft_policy")
        self.guard.store.policies.drop_file(self.guard.session.account, name)

    def submit(self, version: str) -> Version:
        """Put a draft forward for somebody else to publish; raises PolicyError."""
        compare.sound(self.named(version))
        with self.guard.act("submit_policy", detail=version[:_SHORT]) as act:
            submitted = self.guard.store.policies.submit(version, act)
        for file in self.files():
            if file.version == submitted.version:
                self.discard(file.name)
        return submitted

    def give_back(self, version: str, reason: str) -> Version:
        """Make a submitted policy a draft again; raises PolicyError."""
        with self.guard.act("return_policy", detail=f"{version[:_SHORT]} {reason}") as act:
            return self.guard.store.policies.give_back(version, reason, act)

    def publish(self, version: str, start: date, until: date | None = None) -> Version:
        """Have somebody else's submitted, back-tested policy hold from a day on, today at the earliest.

        until: the first day without it. Raises PolicyError, also for days that cannot be: what held is history.
        """
        if start < self.today or (until is not None and until <= start):
            days = {"start": f"{start}", "until": f"{until or '…'}", "today": f"{self.today}"}
            raise refused(version[:_SHORT], both("policies.term", **days))
        detail = f"{version[:_SHORT]} from {start}" + (f" until {until}" if until else "")
        with self.guard.act("publish_policy", detail=detail) as act:
            return self.guard.store.policies.publish(version, (start, until), ENGINE, act)

    def retire(self, version: str, day: date) -> Version:
        """End a policy's time from a day on, today at the earliest; the one published before it holds again."""
        if day < self.today:
            told = both("policies.retired_before", day=f"{day}", today=f"{self.today}")
            raise refused(version[:_SHORT], told)
        with self.guard.act("retire_policy", detail=f"{version[:_SHORT]} from {day}") as act:
            return self.guard.store.policies.retire(version, day, act)

    def tested(self, version: Version) -> Backtest | None:
        """What the last finished back-test of this very version found under today's engine; None without one."""
        with self.guard.look("look_portfolio", detail=version.version) as store:
            run = store.policies.tested(version, ENGINE)
            return backtest(store.rescores.results(run).ask, store.switches.outcomes()) if run else None

    def challenger(self) -> str:
        """The version that decides beside the champion; empty for none."""
        with self.guard.look("look_policies") as store:
            return store.switches.challenger()

    def challenge(self, version: str) -> None:
        """Have a submitted or published version decide beside the champion; empty: none any more."""
        with self.guard.act("challenge_policy", detail=version[:_SHORT] or "none") as act:
            if version and self.guard.store.policies.get(version).phase not in _OPEN:
                raise refused(version[:_SHORT], both("policies.challenger"))
            self.guard.store.switches.challenge(version, act)

    def shadows(self) -> tuple[Rescored, ...]:
        """What the challenger decided beside the newest decisions since it began."""
        with self.guard.look("look_portfolio") as store:
            version = store.switches.challenger()
            return store.switches.shadows(version) if version else ()

    def turns(self) -> tuple[Switch, ...]:
        """Every turn of the kill switch, the newest first."""
        with self.guard.look("look_policies") as store:
            return store.switches.turns()

    @property
    def suspended(self) -> bool:
        """Whether every effective limit is back at its base."""
        with self.guard.look("look_policies") as store:
            return store.switches.suspended

    def stake(self) -> Stake:
        """How many effective limits the kill switch lowers, or restoring raises, and by what sum."""
        with self.guard.look("look_portfolio", detail="switch") as store:
            return stake(store)

    def turn(self, *, on: bool, reason: str) -> None:
        """Return every effective limit to its base, or undo that; decisions stay as they are."""
        with self.guard.act("turn_switch", detail=f"{'on' if on else 'off'}: {reason}") as act:
            self.guard.store.switches.turn(on=on, reason=reason, act=act)

    def add_outcomes(self, found: Sequence[Loan]) -> None:
        """Keep how loans stand, for back-tests."""
        with self.guard.act("add_outcomes", detail=str(len(found))) as act:
            self.guard.store.switches.add_outcomes(found, act)

    def names(self) -> dict[str, str]:
        """Names of accounts by id."""
        with self.guard.look("look_policies") as store:
            return {account.id: account.name for account in store.people.accounts()}
