"""How two policies differ, number by number, and what is wrong with one beyond its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from selfproof.credit.policy import Policy
from selfproof.credit.policy_problems import at
from selfproof.lifecycle.force import Named
from selfproof.texts import both, refused
from selfproof.verify import checks

_ABSENT = "—"


@dataclass(frozen=True, slots=True)
class Difference:
    """One number or list that differs, by its dotted place; "—" where it is not there."""

    place: str
    before: str
    after: str


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """Every place where two policies differ, in the order of the file."""
    before, after = (dict(_flat(item.model_dump(mode="json"))) for item in (old, new))
    places = dict.fromkeys([*before, *after])
    found = (Difference(place, before.get(place, _ABSENT), after.get(place, _ABSENT)) for place in places)
    return tuple(item for item in found if item.before != item.after)


def _flat(node: Any, place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  a policy's parts have no common type
    if isinstance(node, Mapping):
        for name, part in node.items():
            yield from _flat(part, f"{place}.{name}" if place else str(name))
    else:
        yield place, str(node)


def sound(policy: Named) -> Policy:
    """The policy, once it holds together and names only checks that there are; raises PolicyError with line and reason.

    A check that is misspelt would never act, and nobody would notice.
    """
    rules = policy.rules
    unknown = [name for name in rules.checks if name not in checks()]
    if unknown:
        tree = yaml.compose(policy.text, Loader=yaml.SafeLoader)
        raise refused(policy.name, *(at(tree, ("checks", name), both("policies.unknown_check")) for name in unknown))
    return rules


def unnamed(rules: Policy) -> tuple[str, ...]:
    """Checks that the policy does not name, so that they move nothing under it."""
    return tuple(name for name in checks() if name not in rules.checks)
