"""The kill switch, the challenger, what challengers decided, and how loans turned out. Reached as `Store.switches`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import TypeAdapter
from sqlalchemy import Engine, insert, select

from selfproof.store import applications, audit
from selfproof.store.audit import Act
from selfproof.store.codec import dump
from selfproof.store.engine import add_missing, now, reading, writing
from selfproof.store.rescored import Rescored
from selfproof.store.schema_policies import challengers, shadow_results, switch_events
from selfproof.store.schema_policies import outcomes as outcomes_table

_NOUN = TypeAdapter(Rescored)


@dataclass(frozen=True, slots=True)
class Switch:
    """The kill switch after one turn. on: every effective limit is back at its base; by: an account's id."""

    on: bool
    reason: str
    by: str
    at: str


class Ended(StrEnum):
    """How a loan stands."""

    GOOD = "good"
    LATE = "late"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Loan:
    """How a loan stood on a day. loss: CNY, what is not expected back."""

    application: str
    day: date
    state: Ended
    loss: Decimal


@dataclass(frozen=True, slots=True)
class Switches:
    """What stands beside the decisions and never changes one."""

    engine: Engine
    key: bytes = field(repr=False)

    def turns(self) -> tuple[Switch, ...]:
        """Every turn of the kill switch, the newest first."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(switch_events).order_by(switch_events.c.number.desc())).all()
        return tuple(Switch(row.on, row.reason, row.by, row.at) for row in rows)

    @property
    def suspended(self) -> bool:
        """Whether every effective limit is back at its base."""
        with reading(self.engine) as connection:
            query = select(switch_events.c.on).order_by(switch_events.c.number.desc()).limit(1)
            return bool(connection.scalar(query))

    def turn(self, *, on: bool, reason: str, act: Act) -> None:
        """Turn the kill switch; the audit log says so in the same transaction."""
        with writing(self.engine) as connection:
            row = {"on": on, "reason": reason, "by": act.account, "at": now()}
            connection.execute(insert(switch_events).values(row))
            audit.note(connection, act, self.key)

    def challenger(self) -> str:
        """The version that decides beside the champion; empty when none does."""
        with reading(self.engine) as connection:
            query = select(challengers.c.version).order_by(challengers.c.number.desc()).limit(1)
            return connection.scalar(query) or ""

    def challenge(self, version: str, act: Act) -> None:
        """Have a version decide beside the champion from now on; empty: none."""
        with writing(self.engine) as connection:
            row = {"version": version, "by": act.account, "at": now()}
            connection.execute(insert(challengers).values(row))
            audit.note(connection, act, self.key)

    def add_shadow(self, version: str, found: Rescored) -> None:
        """Keep what a challenger decides beside a decision; the same again stays as it is."""
        with writing(self.engine) as connection:
            names = {"application": found.application, "decision": found.decision, "version": version}
            add_missing(connection, shadow_results, [names | {"content": dump(found), "at": now()}])

    def shadows(self, version: str) -> tuple[Rescored, ...]:
        """What a challenger decided beside the newest decision of every application that it saw."""
        table = shadow_results
        with reading(self.engine) as connection:
            query = select(table.c.content).where(table.c.version == version).order_by(table.c.number)
            found = [_NOUN.validate_json(text) for text in connection.scalars(query)]
        return tuple({item.application: item for item in found}.values())

    def add_outcomes(self, found: Iterable[Loan], act: Act) -> None:
        """Keep how loans stand; raises NotFound for an unknown application."""
        at = now()
        with writing(self.engine) as connection:
            for item in found:
                applications.require(connection, item.application)
                cells = {"day": item.day.isoformat(), "state": item.state, "loss": str(item.loss)}
                row = {"application": item.application, **cells, "by": act.account, "at": at}
                connection.execute(insert(outcomes_table).values(row))
            audit.note(connection, act, self.key)

    def outcomes(self) -> dict[str, Loan]:
        """The last word on each application's loan: of the latest day, then the one said last."""
        table = outcomes_table
        with reading(self.engine) as connection:
            rows = connection.execute(select(table).order_by(table.c.day, table.c.number)).all()
        return {
            row.application: Loan(row.application, date.fromisoformat(row.day), Ended(row.state), Decimal(row.loss))
            for row in rows
        }
