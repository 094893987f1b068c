"""The command line's list of checks."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.errors import PolicyError
from selfproof.findings.catalogue import Entry, catalogue
from selfproof.model import Message
from selfproof.texts import say


def checks(
    *,
    policy: Annotated[str, typer.Option(help="a shipped policy's name or a YAML file")] = "standard",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")] = False,
) -> None:
    """List every check: title, what it needs, how heavy it is under a policy, its effect, and what would clear it."""
    try:
        rules = policies.load(policy)
    except PolicyError as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from error
    found = catalogue(rules)
    if as_json:
        content = {"policy": rules.version, "checks": [record(entry, rules) for entry in found]}
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(entry, rules) for entry in found))


def record(entry: Entry, policy: Policy) -> dict[str, Any]:
    """A check as plain values; sentences in both languages; uses: the policy's numbers that it compares with."""
    check, row = entry.check, policy.checks.get(entry.check.id)
    return {
        "id": check.id,
        "title": _both(entry.title),
        "per": check.per,
        "kind": check.kind,
        "needs": list(check.needs),
        "optional": list(check.optional),
        "uses": {name: policy.thresholds.get(name) for name in check.uses},
        "severity": str(entry.severity),
        "policy": row.model_dump(exclude_defaults=True) if row else None,
        "effect": [_both(message) for message in entry.effects],
        "lifts": [_both(message) for message in entry.lifts],
        "clears": _both(entry.clears) if entry.clears else None,
    }


def _both(message: Message) -> dict[str, str]:
    return {"zh": say(message), "en": say(message, "en")}


def _lines(entry: Entry, policy: Policy) -> str:
    uses = (f"{name} = {policy.thresholds.get(name)}" for name in entry.check.uses)
    needs = ": ".join(filter(None, (entry.check.per, ", ".join((*entry.check.needs, *uses)))))
    title = f"{entry.check.id} · {_pair(entry.title)} · {_pair(Message(f'findings.severity_{entry.severity}'))}"
    said = (*entry.effects, *entry.lifts, *([entry.clears] if entry.clears else []))
    return "\n".join([title, f"    ← {needs}", *(f"    {_pair(message)}" for message in said)]) + "\n"


def _pair(message: Message) -> str:
    return f"{say(message)} / {say(message, 'en')}"
