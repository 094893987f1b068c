"""What was read beside what is printed, field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from rapidfuzz.distance import Levenshtein

RUNNING = ("business_scope", "remarks", "payment_terms")  # running text, judged by its character error rate
MOST_ERRORS = 0.05

Compared = tuple[str, str, str | None, str | None]  # field, outcome, printed, read


def compared(truth: Mapping[str, Any], read: Mapping[str, Any]) -> Iterator[Compared]:
    """Every field of the truth, and what was read in rows that are not there."""
    printed = dict(leaves(truth))
    beyond = [name for name in read if name not in printed and name.startswith("items[")]
    for name, value in [*printed.items(), *((name, None) for name in beyond)]:
        found = read.get(name)
        shown, seen = (None if each is None else str(each) for each in (value, found))
        yield name, _outcome(name, value, found), shown, seen


def leaves(node: Any, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401  truth is JSON
    """The truth by the names that facts carry: items[0].amount, months[2026-03].receipts."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from leaves(item, f"{name}[{number}]")
    elif isinstance(node, dict):
        for key, item in node.items():
            inner = f"{name}[{key}]" if name == "months" else f"{name}.{key}" if name else key
            yield from leaves(item, inner)
    else:
        yield name, node


def _outcome(name: str, printed: object, read: object) -> str:
    if printed is None:
        return "empty" if read is None else "made_up"
    if read is None:
        return "null"
    return "right" if same(name, printed, read) else "wrong"


def same(name: str, printed: object, read: object) -> bool:
    """Whether a value is the printed one.

    >>> same("total_amount", "12.50", Decimal("12.5")), same("buyer_name", "（样例）有限公司", "(样例)有限公司")
    (True, True)
    """
    if isinstance(read, Decimal):
        try:
            return read == Decimal(str(printed))
        except InvalidOperation:
            return False
    one, other = squeezed(str(printed)), squeezed(str(read))
    if name in RUNNING:
        return Levenshtein.normalized_distance(one, other) <= MOST_ERRORS
    return one == other


def squeezed(value: str) -> str:
    """One form of width and case, without white space and light punctuation; 圆 is 元."""
    folded = unicodedata.normalize("NFKC", value).upper().replace("圆", "元")
    return re.sub(r"[\s·•*_,，。;；:：、]+", "", folded)
