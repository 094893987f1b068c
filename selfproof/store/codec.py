"""Nouns to canonical JSON and back, exactly: a field added to a noun needs no change here.

Canonical: keys sorted, no white space, UTF-8, so that equal nouns give equal bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from selfproof.model import Decision, Fact, Value
from selfproof.tagged import dump_value, load_value

Noun = TypeVar("Noun")


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("type[Any]", kind))


def canonical(plain: object) -> str:
    """JSON with one spelling for each content.

    >>> canonical({"b": [1, 0.1], "a": "元"})
    '{"a":"元","b":[1,0.1]}'
    """
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _tag(value: Value) -> Value:
    return dump_value(value)


def _untag(value: Value) -> Value:
    return load_value(cast("str", value))


def _with_values(noun: Any, change: Callable[[Value], Value]) -> Any:  # noqa: ANN401  walks nouns of any depth
    """The noun with the value of every fact in it changed: JSON alone would not tell "5" from Decimal("5")."""
    if isinstance(noun, Fact):
        return replace(noun, value=change(noun.value))
    if isinstance(noun, tuple):
        return tuple(_with_values(item, change) for item in noun)
    if isinstance(noun, Mapping):
        return {key: _with_values(item, change) for key, item in noun.items()}
    if is_dataclass(noun) and not isinstance(noun, type):
        return replace(noun, **{item.name: _with_values(getattr(noun, item.name), change) for item in fields(noun)})
    return noun


def dump(noun: object) -> str:
    """A frozen noun of `selfproof.model` as canonical JSON."""
    plain = _adapter(cast("Hashable", type(noun))).dump_python(_with_values(noun, _tag), mode="json")
    return canonical(plain)


def load(kind: type[Noun], text: str) -> Noun:
    """The noun of which `dump` made the text; equal to it in every field."""
    noun = _adapter(cast("Hashable", kind)).validate_python(json.loads(text))
    return cast("Noun", _with_values(noun, _untag))


def decision_json(decision: Decision) -> str:
    """The decision as canonical JSON, the form in which a replay is compared byte for byte.

    Loaded once on the way, so that ``1`` and ``1.0`` in a field of floats have one spelling.
    """
    return dump(load(Decision, dump(decision)))
