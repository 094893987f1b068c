"""The command line's part for what somebody does with a policy; each act needs an account, but for the kill switch."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from selfproof.access import people
from selfproof.access.standing import Stake, stake
from selfproof.commands import person
from selfproof.commands.person import As
from selfproof.errors import StoreError
from selfproof.lifecycle import force
from selfproof.store import Store
from selfproof.store.policy_book import Version
from selfproof.store.switches import Ended, Loan

Policy = Annotated[str, typer.Argument(help="a stored version, or the YAML file that it was drafted from")]
Reason = Annotated[str, typer.Option(help="why, for the record")]
From = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="first day; today without it")]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="first day without it")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, act in _ACTS.items():
        app.command(name)(act)


def draft(policy: Annotated[Path, typer.Argument(help="a YAML file")], by: As) -> None:
    """Keep a policy as a draft under its version, the hash of its numbers."""
    with person.desk(by) as desk:
        _tell(desk.governing.draft(force.named(desk.guard.store, policy)))


def submit(policy: Policy, by: As) -> None:
    """Put a draft, or a file, forward for somebody else to publish."""
    with person.desk(by) as desk:
        found = desk.governing.draft(force.named(desk.guard.store, policy))
        _tell(desk.governing.submit(found.version))


def give_back(policy: Policy, by: As, reason: Reason) -> None:
    """Make a submitted policy a draft again."""
    with person.desk(by) as desk:
        _tell(desk.governing.give_back(force.stored(desk.guard.store, policy), reason))


def publish(policy: Policy, by: As, start: From = None, until: Until = None) -> None:
    """Have a submitted, back-tested policy of somebody else hold from a day on."""
    with person.desk(by) as desk:
        first = start.date() if start else desk.governing.today
        version = force.stored(desk.guard.store, policy)
        _tell(desk.governing.publish(version, first, until.date() if until else None))


def retire(policy: Policy, by: As, start: From = None) -> None:
    """End a policy's time; the one published before it holds again, else the shipped one."""
    with person.desk(by) as desk:
        first = start.date() if start else desk.governing.today
        _tell(desk.governing.retire(force.stored(desk.guard.store, policy), first))


def shadow(
    by: As,
    policy: Annotated[str, typer.Argument(help="a submitted or published version; without it, none any more")] = "",
) -> None:
    """Have a challenger decide beside the policy in force, for risk staff's eyes only."""
    with person.desk(by) as desk:
        version = force.stored(desk.guard.store, policy) if policy else ""
        desk.governing.challenge(version)
    sys.stdout.write(f"影子 / challenger: {version or '无 none'}\n")


def kill(reason: Reason) -> None:
    """Return every effective limit to its base, at once; decisions stay, and `restore` undoes it."""
    with Store.open() as store:
        store.switches.turn(on=True, reason=reason, act=people.by_system("turn_switch", f"on: {reason}"))
        found = stake(store)
    sys.stdout.write("所有生效额度已回到原有额度 / every effective limit is back at its base\n")
    _moved(found, found.holding, found.base)


def restore(reason: Reason, by: As) -> None:
    """Undo the kill switch."""
    with person.desk(by) as desk:
        desk.governing.turn(on=False, reason=reason)
        found = desk.governing.stake()
    sys.stdout.write("已恢复 / limits hold again\n")
    _moved(found, found.base, found.holding)


def _moved(found: Stake, before: Decimal, after: Decimal) -> None:
    """What a turn of the switch did."""
    counts = f"{found.every} 份申请中 {found.lowered} 份 / {found.lowered} of {found.every} applications"
    sys.stdout.write(f"{counts} · {before:,.0f} → {after:,.0f} CNY\n")


def outcomes(
    file: Annotated[Path, typer.Argument(help="CSV: application,day,state (good | late | default),loss")], by: As
) -> None:
    """Take in how loans stand, for back-tests."""
    with person.desk(by) as desk:
        found = list(_outcomes(file))
        desk.governing.add_outcomes(found)
    sys.stdout.write(f"{len(found)} 条 / outcomes\n")


def _outcomes(file: Path) -> Iterator[Loan]:
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            try:
                day, loss = date.fromisoformat(row["day"]), Decimal(row.get("loss") or "0")
                yield Loan(row["application"], day, Ended(row["state"]), loss)
            except (KeyError, ValueError, TypeError, InvalidOperation) as error:
                raise StoreError(f"{file.name}: {error}: {row}") from error


def _tell(found: Version) -> None:
    sys.stdout.write(f"{found.version} {found.name} · {found.phase}\n")


_ACTS: Mapping[str, Callable[..., None]] = {
    "draft": draft, "submit": submit, "return": give_back, "publish": publish, "retire": retire, "shadow": shadow,
    "kill": kill, "restore": restore, "outcomes": outcomes,
}  # fmt: skip
