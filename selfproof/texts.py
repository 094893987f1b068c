"""The one table of interface texts: key → [Chinese, English], in ``tables/texts/*.yaml``, a file per area."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias

import yaml

from selfproof.errors import PolicyError
from selfproof.model import Message

Lang = Literal["zh", "en"]
Pair: TypeAlias = tuple[str, str]  # Chinese and English
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # signs that have what follows written the other way round
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_FIGURES = re.compile(rf"{_DAY.pattern}(?:(?: – |, ){_DAY.pattern})*")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class _Value(str):
    """A value in a sentence; ``{sold:money}`` has it with commas, ``{months:words}`` days and months in Chinese."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "words":
            return in_words(self)
        if spec == "money":
            return f"{Decimal(self):,f}" if _NUMBER.fullmatch(self) else str(self)
        return super().__format__(spec)


class _Values(dict[str, _Value]):
    """What a message holds; a stored one may be older than its sentence and lack what that has learnt to say."""

    def __missing__(self, _name: str) -> _Value:
        return _Value("…")


@cache
def table() -> dict[str, tuple[str, str]]:
    """Every text by ``area.key`` (the area is the file's name) as (Chinese, English)."""
    entries: dict[str, tuple[str, str]] = {}
    for path in sorted(files("selfproof").joinpath("tables", "texts").iterdir(), key=lambda item: item.name):
        area = path.name.removesuffix(".yaml")
        for key, (chinese, english) in (yaml.load(path.read_text("utf-8"), yaml.CSafeLoader) or {}).items():
            entries[f"{area}.{key}"] = (chinese, english)
    return entries


def upright(text: str) -> str:
    r"""A text without the signs that turn the direction of what follows: it is read as it is written.

    >>> upright("付款\u202e00.1")
    '付款00.1'
    """
    return _TURNING.sub("", text)


def in_words(figures: str) -> str:
    """Days and months, spans and lists of them, as Chinese says them; what is none stays as it is.

    >>> in_words("2025-10 – 2026-04, 2026-06"), in_words("2026-03-05"), in_words("ACME")
    ('2025年10月至2026年4月、2026年6月', '2026年3月5日', 'ACME')
    """
    if not _FIGURES.fullmatch(figures):
        return figures
    said = _DAY.sub(lambda day: f"{day[1]}年{int(day[2])}月" + (f"{int(day[3])}日" if day[3] else ""), figures)
    return said.replace(" – ", "至").replace(", ", "、")


def say(message: Message | str, lang: Lang = "zh") -> str:
    """The sentence of a message in one language; a key that is not in the table raises KeyError.

    >>> say(Message("conversation.what_tax_months", {"months": "2026-01 – 2026-03"}))
    '补上这些月份的纳税申报表：2026年1月至2026年3月。'
    >>> say(Message("checks.deal_paid", {"invoiced": "1130000.50", "paid": "-900"}), "en")
    '1,130,000.50 was invoiced, -900 came in.'
    """
    message = Message(message) if isinstance(message, str) else message
    pair = table()[message.key]
    values = _Values({name: _Value(upright(value)) for name, value in message.values.items()})
    return pair[0 if lang == "zh" else 1].format_map(values)


def both(key: str, **values: str | Pair) -> Pair:
    """A sentence in both languages; a value that is a pair is said in each.

    >>> both("policies.line", line="3", reason=both("policies.missing"))
    ('第 3 行：缺了这一项', 'line 3: Field required')
    """
    chinese, english = (
        {name: value if isinstance(value, str) else value[place] for name, value in values.items()} for place in (0, 1)
    )
    return say(Message(key, chinese)), say(Message(key, english), "en")


def refused(name: str, *reasons: Pair) -> PolicyError:
    """The error of a policy, with all that is wrong with it. name: what it is called."""
    return PolicyError(f"{name}: " + "; ".join(english for _, english in reasons), reasons)
