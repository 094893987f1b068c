"""The one table of interface texts: key → [Chinese, English], in ``tables/texts/*.yaml``, a file per area."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from selfproof.model import Message

Lang = Literal["zh", "en"]


@cache
def table() -> dict[str, tuple[str, str]]:
    """Every text by ``area.key`` (the area is the file's name) as (Chinese, English)."""
    entries: dict[str, tuple[str, str]] = {}
    for path in sorted(files("selfproof").joinpath("tables", "texts").iterdir(), key=lambda item: item.name):
        area = path.name.removesuffix(".yaml")
        for key, (chinese, english) in (yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or {}).items():
            entries[f"{area}.{key}"] = (chinese, english)
    return entries


def say(message: Message | str, lang: Lang = "zh") -> str:
    """The sentence of a message in one language; a key that is not in the table raises KeyError."""
    message = Message(message) if isinstance(message, str) else message
    pair = table()[message.key]
    return pair[0 if lang == "zh" else 1].format_map(message.values)
