"""The command line's part for the life of policies: what there is, how two differ, and what is wrong with one."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from typing import Annotated, Any

import typer

from selfproof.commands import policy_acts, policy_test
from selfproof.lifecycle import compare, force
from selfproof.store import Store
from selfproof.store.policy_book import Event, Version, in_force

app = typer.Typer(no_args_is_help=True, help="Policies: draft, submit, back-test, publish, retire; kill switch.")
policy_acts.register(app)
app.command("backtest")(policy_test.run)
Json = Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")]
Policy = Annotated[str, typer.Argument(help="a stored version, a shipped policy's name or a YAML file")]
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="a day; today without it")]
_SHORT = 12


@app.command("list")
def every(*, as_json: Json = False) -> None:
    """Show all versions with phase, term and who did what; the shipped policy decides where none is in force."""
    with Store.open() as store:
        known, today = store.policies.every(), _today()
        held, challenger = in_force(known, today), store.switches.challenger()
        names = {account.id: account.name for account in store.people.accounts()}
        suspended = store.switches.suspended
    records = [_record(item, names) for item in known]
    if as_json:
        told = {"in_force": held.version if held else force.SHIPPED, "challenger": challenger, "suspended": suspended}
        sys.stdout.write(json.dumps(told | {"versions": records}, ensure_ascii=False, indent=1) + "\n")
        return
    for item in known:
        mark = " · 现行 in force" if item == held else " · 影子 shadow" if item.version == challenger else ""
        sys.stdout.write(f"{item.version[:_SHORT]} {item.name} · {item.phase}{mark}\n")
        sys.stdout.writelines(f"    {_said(event, names)}\n" for event in item.events)
    sys.stdout.write("" if held else f"{force.SHIPPED} · 现行 in force（自带 shipped）\n")
    sys.stdout.write("紧急停用中 / kill switch is on\n" if suspended else "")


@app.command()
def show(
    policy: Annotated[str, typer.Argument(help="as for diff; without it the one in force")] = "", on: Day = None
) -> None:
    """Print a policy: the named one, or the one in force on a day."""
    with Store.open() as store:
        found = force.chosen(store, policy, on.date() if on else _today())
        sys.stdout.write(f"# {found.name} · version {found.rules.version}\n{found.text}")


@app.command()
def diff(
    new: Policy,
    old: Annotated[str, typer.Argument(help="the other; without it the one in force today")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Show every number in which a policy differs from another; 1 when there is any."""
    with Store.open() as store:
        before, after = force.chosen(store, old, _today()).rules, force.named(store, new).rules
    found = compare.differences(before, after)
    if as_json:
        rows = [{"place": item.place, "before": item.before, "after": item.after} for item in found]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.writelines(f"{item.place}: {item.before} → {item.after}\n" for item in found)
    raise typer.Exit(int(bool(found)))


@app.command()
def check(policy: Policy) -> None:
    """Say whether a policy holds together, with line and reason where not, and which checks it leaves out."""
    with Store.open() as store:
        rules = compare.sound(force.named(store, policy))
    sys.stdout.write(f"可以使用 / holds together: {rules.name} · version {rules.version}\n")
    sys.stdout.writelines(f"未提及的检查 / check not named: {name}\n" for name in compare.unnamed(rules))


def _record(item: Version, names: dict[str, str]) -> dict[str, Any]:
    moves = [
        {
            "move": event.move,
            "by": names.get(event.by, event.by),
            "at": event.at,
            "from": event.start.isoformat() if event.start else None,
            "until": event.until.isoformat() if event.until else None,
            "note": event.note,
        }
        for event in item.events
    ]
    return {"version": item.version, "name": item.name, "phase": item.phase, "events": moves}


def _said(event: Event, names: dict[str, str]) -> str:
    term = f" from {event.start}" if event.start else ""
    term += f" until {event.until}" if event.until else ""
    note = f" · {event.note}" if event.note else ""
    return f"{event.at[:16]} {event.move} by {names.get(event.by, event.by)}{term}{note}"


def _today() -> date:
    return datetime.now().astimezone().date()
