"""The words of a business licence's form, from ``tables/license_labels.yaml``, and patterns made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from rapidfuzz.distance import LCSseq

from selfproof.layout import spread

STOP = "stop"  # the authority's label
OTHER = "other"  # a label without a field of ours
ASIDE = "aside"  # the label of another number
UNREAD = "unread"  # the remains of a label that fit several
SPARE = "fallback."  # before a field: used when its own label is nowhere
LOOSE = ("uscc", STOP, ASIDE)  # labels that stand outside of the columns
SHORT = 2  # labels of two glyphs (名称, 类型, 住所) also occur inside values: they need more proof
_USUAL = 3  # of the labels listed for a field
_LONG = 5  # glyphs of labels that no value contains
BRACKETS = str.maketrans("()", "（）")
LIKE = 0.6  # three glyphs of five, or one of two alone


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(
        files("selfproof").joinpath("tables", "license_labels.yaml").read_text("utf-8")
    )
    return table


@cache
def labels() -> Mapping[str, str]:
    """Every label → its field, `OTHER`, `ASIDE`, `STOP`, or a field after `SPARE`."""
    table = _table()
    plain = {
        label: name for name, key in ((OTHER, "others"), (ASIDE, "asides"), (STOP, "stops")) for label in table[key]
    }
    spare = {label: SPARE + field for field, names in table["fallback"].items() for label in names}
    named = {label: field for field, names in table["fields"].items() for label in names}
    return plain | spare | named


@cache
def glyphs() -> frozenset[str]:
    """Every sign that occurs in a label."""
    return frozenset("".join(labels()))


@cache
def tails() -> frozenset[str]:
    """The last signs of the short labels, which stand alone at the end of a column."""
    return frozenset(label[-1] for label, field in labels().items() if len(label) == SHORT and field not in LOOSE)


@cache
def label_pattern() -> re.Pattern[str]:
    """Any label, its glyphs set apart or not; the longest first."""
    return re.compile("|".join(spread(label).pattern for label in sorted(labels(), key=len, reverse=True)))


@cache
def _lacking() -> Mapping[str, str]:
    """What is left of a label of a column without one of its glyphs → the label; unequivocal remnants only.

    Of each field's usual labels and of all long ones: three glyphs of a rare label occur in values.
    """
    left: dict[str, set[str]] = {}
    for field, names in _table()["fields"].items():
        usual = [
            name for place, name in enumerate(names) if (place < _USUAL and len(name) > SHORT + 1) or len(name) > _LONG
        ]
        for label in usual if field not in LOOSE else ():
            for place in range(len(label)):
                left.setdefault(label[:place] + label[place + 1 :], set()).add(label)
    whole = {
        rest: names
        for rest, names in left.items()
        if not any(label.startswith(rest) for label in set(labels()) - names)
    }
    return {rest: min(names) for rest, names in whole.items() if len({labels()[name] for name in names}) == 1}


@cache
def heads() -> frozenset[str]:
    """The labels that can head a column."""
    return frozenset(label for label, field in labels().items() if field != OTHER and field not in LOOSE)


@cache
def beginnings() -> frozenset[str]:
    """The first three glyphs of what heads a column: a label whole, without a glyph, or wrapped after a shorter one."""
    short = tuple(label for label in heads() if len(label) == SHORT)
    wrapped = (label for label in labels() if label.startswith(short))
    return frozenset(text[: SHORT + 1] for text in (*heads(), *wrapped, *_lacking()) if len(text) > SHORT)


def lacking(text: str, start: int) -> tuple[str, int] | None:
    """The label that begins at a place of a text with one glyph lost, and where it ends.

    >>> lacking("注册本壹佰万元", 0), lacking("注册商标", 0), lacking("注册", 0)
    (('注册资本', 3), None, None)
    """
    longest = min(max(map(len, _lacking())), len(text) - start)
    ends = (start + length for length in range(longest, SHORT, -1))
    return next(((_lacking()[text[start:end]], end) for end in ends if text[start:end] in _lacking()), None)


def types() -> Mapping[str, list[str]]:
    """Types of enterprises with the notes in brackets that may stand behind each."""
    found: Mapping[str, list[str]] = _table()["types"]
    return found


@cache
def listed(key: str) -> re.Pattern[str]:
    """The patterns of one list of the table as one: ``noise``, ``other_titles``, ``other_labels``, ``translations``."""
    return re.compile("|".join(_table()[key]))


@cache
def shape(field: str) -> re.Pattern[str]:
    """How a field's whole value looks where that tells it from every other field's."""
    return re.compile(_table()["shapes"][field])


def likeliest(text: str) -> str | None:
    """The label of which these glyphs are most, hardly any other; or a label of the only field that begins so.

    >>> likeliest("营业期"), likeliest("称"), likeliest("法"), likeliest("营"), likeliest("甲乙")
    ('营业期限', '名称', '法定代表人', None, None)
    """
    if likeness(text) >= LIKE:
        return max(labels(), key=lambda label: (_like(text, label), -len(label)))
    begun = [label for label, field in labels().items() if text and label.startswith(text) and field not in LOOSE]
    return begun[0] if len({labels()[label] for label in begun}) == 1 else None


def likeness(text: str) -> float:
    """How well (0..1) the best label fits these glyphs."""
    return max(_like(text, label) for label in labels())


def _like(text: str, label: str) -> float:
    common = LCSseq.similarity(text, label)
    if len(label) == SHORT and common and len(text) <= SHORT:
        return LIKE + 0.2 * common - 0.1 * (len(text) - common)
    return 2 * common / (len(text) + len(label)) if common >= SHORT else 0.0


@cache
def shaped() -> tuple[str, ...]:
    """The fields that `shape` knows."""
    return tuple(_table()["shapes"])
