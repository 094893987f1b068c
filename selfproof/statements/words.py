"""The words that tell what a line of a statement is: ``tables/statement_words.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from selfproof.layout import squash


@cache
def words() -> Mapping[str, Any]:
    """The table of words, with its expressions compiled; a list of them is one with alternatives."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "statement_words.yaml").read_text("utf-8"))
    return {key: _compiled(value) for key, value in table.items()}


def _compiled(value: Any) -> Any:  # noqa: ANN401  an expression, alternatives, or a table of its own
    if isinstance(value, dict):
        return {key: _compiled(each) for key, each in value.items()}
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = "|".join(f"(?:{item})" for item in value)
    return re.compile(value, re.IGNORECASE) if isinstance(value, str) else value


def is_sum(cell: str) -> bool:
    """Whether a cell says that its line is a sum or carried over.

    >>> is_sum("本页合计"), is_sum("合计  话费")
    (True, False)
    """
    return bool(cell) and not cell[0].isdigit() and words()["sum_line"].fullmatch(squash(cell)) is not None
