"""What is wrong with a policy file, with the line where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

_MOST = 20  # problems that a message names


class Misplaced(ValueError):  # noqa: N818  pydantic shows the name's text only
    """Nonsense that a validator of a whole part finds; `where` says which number of the part is wrong."""

    def __init__(self, message: str, *where: int | str) -> None:
        super().__init__(message)
        self.where = where


def problems(error: ValidationError, tree: Any) -> Iterator[str]:  # noqa: ANN401  yaml ships no types for nodes
    """Line, place and reason of the first problems, and how many more there are."""
    found = error.errors()
    for item in found[:_MOST]:
        where = (*item["loc"], *getattr(item.get("ctx", {}).get("error"), "where", ()))
        yield f"line {line(tree, where)}: {_path(where)}: {item['msg']}"
    if len(found) > _MOST:
        yield f"and {len(found) - _MOST} more"


def repeated(tree: Any) -> Iterator[str]:  # noqa: ANN401  yaml ships no types for nodes
    """Line and name of keys that stand twice in one mapping: YAML takes the last and says nothing.

    Each node once, whatever refers to it. Raises RecursionError for what is nested too deeply.
    """
    met: set[int] = set()
    found = list(_repeated(tree, met))
    yield from found[:_MOST]


def _repeated(node: Any, met: set[int]) -> Iterator[str]:  # noqa: ANN401  yaml ships no types for nodes
    if node is None or id(node) in met:
        return
    met.add(id(node))
    if isinstance(node, yaml.MappingNode):
        names: set[object] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in names:
                yield f"line {key.start_mark.line + 1}: {key.value}: stands here a second time"
            names.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
            yield from _repeated(value, met)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from _repeated(part, met)


def _path(where: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in where) or "policy"


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
