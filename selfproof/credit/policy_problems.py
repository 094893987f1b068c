"""What is wrong with a policy file, with the line where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from selfproof.texts import Pair, both, table

_MOST = 20  # problems that a message names


class Misplaced(ValueError):  # noqa: N818  pydantic shows the name's text only
    """Nonsense that a validator of a whole part finds; `where` says which number of the part is wrong.

    code: of the sentence in ``tables/texts/policies.yaml``; names: what fills it.
    """

    def __init__(self, code: str, *where: int | str, names: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.where = where
        self.said = both(f"policies.{code}", names=", ".join(sorted(names)))


def problems(error: ValidationError, tree: Any) -> Iterator[Pair]:  # noqa: ANN401  yaml ships no types for nodes
    """Line, place and reason of the first problems, and how many more there are."""
    found = error.errors()
    for item in found[:_MOST]:
        cause = item.get("ctx", {}).get("error")
        where = (*item["loc"], *(cause.where if isinstance(cause, Misplaced) else ()))
        reason = cause.said if isinstance(cause, Misplaced) else _reason(item)
        yield at(tree, where, reason)
    if len(found) > _MOST:
        yield both("policies.more", count=f"{len(found) - _MOST}")


def at(tree: Any, where: tuple[int | str, ...], reason: Pair) -> Pair:  # noqa: ANN401  the same
    """A reason with its line and place."""
    place = ".".join(map(str, where)) or both("policies.whole")
    return both("policies.at", line=f"{line(tree, where)}", place=place, reason=reason)


_ALIKE: Mapping[str, str] = {
    **dict.fromkeys(("float_type", "float_parsing"), "number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "whole_number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "yes_or_no"),
    **dict.fromkeys(("tuple_type", "list_type"), "list"),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "parts"),
    "string_type": "words",
}  # pydantic's names of errors that are said alike


def _reason(item: ErrorDetails) -> Pair:
    key = f"policies.{_ALIKE.get(item['type'], item['type'])}"
    if key not in table():
        return both("policies.other", said=item["msg"])
    return both(key, **{name: str(value) for name, value in item.get("ctx", {}).items()})


_YAML: Mapping[str, str] = {
    r"mapping values are not allowed": "colon",
    r"could not find expected ':'": "no_colon",
    r"found character '\\t'": "tab",
    r"cannot start any token": "sign",
    r"expected ',' or '\}'": "braces",
    r"expected ',' or '\]'": "brackets",
    r"expected <block end>|expected '<document start>'": "indent",
    r"unexpected end of stream": "quote",
    r"(sequence entries|mapping keys) are not allowed": "dash",
    r"undefined alias": "alias",
    r"could not determine a constructor": "tag",
    r"but found another document": "one",
    r"special characters are not allowed": "invisible",
}  # PyYAML's sentences, and which of ours says the same


def unreadable(error: yaml.YAMLError) -> Pair:
    """Where a text stops to be YAML, and why."""
    mark, said = getattr(error, "problem_mark", None), str(getattr(error, "problem", None) or error)
    known = next((name for sentence, name in _YAML.items() if re.search(sentence, said)), None)
    reason = both(f"policies.yaml_{known}") if known else both("policies.unreadable", said=said)
    return both("policies.line", line=f"{mark.line + 1}", reason=reason) if mark else reason


def repeated(tree: Any) -> Iterator[Pair]:  # noqa: ANN401  yaml ships no types for nodes
    """Line and name of keys that stand twice in one mapping: YAML takes the last and says nothing.

    Each node once, whatever refers to it. Raises RecursionError for what is nested too deeply.
    """
    met: set[int] = set()
    found = list(_repeated(tree, met))
    yield from found[:_MOST]


def _repeated(node: Any, met: set[int]) -> Iterator[Pair]:  # noqa: ANN401  yaml ships no types for nodes
    if node is None or id(node) in met:
        return
    met.add(id(node))
    if isinstance(node, yaml.MappingNode):
        names: set[object] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in names:
                reason = both("policies.repeated")
                yield both("policies.at", line=f"{key.start_mark.line + 1}", place=str(key.value), reason=reason)
            names.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
            yield from _repeated(value, met)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _repeated(part, met)


def line(node: Any, where: tuple[int | str, ...]) -> int:  # noqa: ANN401  yaml ships no types for nodes
    """The line (from 1) of the deepest node on the way to `where`."""
    for part in where:
        step = _child(node, part)
        if step is None:
            break
        node = step
    return int(node.start_mark.line) + 1 if node is not None else 1


def _child(node: Any, part: int | str) -> Any:  # noqa: ANN401  yaml ships no types for nodes
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part]
    return None
