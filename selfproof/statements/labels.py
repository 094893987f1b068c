"""What follows a label above a statement's table: banks print the label again in English, and brackets around it."""

from __future__ import annotations

import re

_TWIN = r"(?:account|a/c|card|customer|client|holder|name|number|no)(?![a-z])"
_GLOSS = re.compile(rf"(?:[\s:：)）/.]|[(（](?=\s*(?:{_TWIN}|[)）]|$))|{_TWIN})*", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\s:：()（）]|[(（][^()（）]*[)）]|[(（])*")


def said_from(text: str) -> int:
    """Where the text behind a label says more than the label's signs and its English twin.

    >>> said_from(" Account Name：样例作坊"), said_from("：No.1样例店")
    (14, 4)
    """
    match = _GLOSS.match(text)
    return match.end() if match else 0


def name(text: str) -> str:
    """The first name of a text, with the brackets in it and without those around it.

    >>> name("样例（北京）商行 账号：1"), name("样例作坊）")
    ('样例（北京）商行', '样例作坊')
    """
    match = _NAME.match(text)
    return match[0] if match else ""
