"""What the pages say: texts in the session's language, amounts, days and names as an owner reads them."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from decimal import Decimal

import streamlit as st

from selfproof.model import Fact, Message, Value
from selfproof.texts import Lang, in_words, say, table, upright

_NESTED = re.compile(r"(\w+)\[(.+)\](?:\.(\w+))?")
_MONEY = frozenset((
    "amount_excl_tax", "tax_amount", "total_amount", "total_in", "total_out", "receipts", "amount", "fee", "tax",
    "unit_price", "restored_amount",
    "annual_turnover", "own_funds", "annual_receipts", "annual_sales", "sales", "debt_service_annual",
    "working_capital_loans", "total_exposure",
))  # fmt: skip
_HIDDEN = frozenset(("scene_confidence", "scene_second", "scene_opinion"))  # how sure a model was helps no owner
_PLACE = "capture_place"


def lang() -> Lang:
    """The language of the session; Chinese until somebody switches."""
    return "en" if st.session_state.get("lang") == "English" else "zh"


def t(message: Message | str, **values: object) -> str:
    """A text of the table in the session's language."""
    if isinstance(message, str):
        message = Message(message, {name: str(value) for name, value in values.items()})
    return say(message, lang())


def t_or(key: str, fallback: str, **values: object) -> str:
    """A text of the table, or the fallback where the table has no such key: a page never breaks for want of a word."""
    return t(key, **values) if key in table() else fallback


def safe(text: object) -> str:
    """Text as HTML that shows exactly the text, whatever a file's name or a fact holds."""
    return html.escape(upright(str(text)), quote=True)


def money(amount: Decimal, *, sign: bool = False, cents: bool = False) -> str:
    """An amount in yuan: whole, or with cents where a paper shows them.

    >>> money(Decimal("580000.00")), money(Decimal("-12.5"), sign=True), money(Decimal("99064.4"), cents=True)
    ('¥580,000', '−¥12', '¥99,064.40')
    """
    mark = "−" if amount < 0 else "+" if sign else ""
    return f"{mark}¥{abs(amount):,.{2 if cents else 0}f}"


def day(value: date) -> str:
    """A day as people write it; the time of day with it where there is one."""
    printed = f"{value:%Y-%m-%d}" if lang() == "en" else f"{value.year}年{value.month}月{value.day}日"
    return f"{printed} {value:%H:%M}" if isinstance(value, datetime) else printed


def month(printed: str) -> str:
    """``2026-03`` as a month; what is none stays as it is.

    >>> month("2026-03"), month("ACME")
    ('2026年3月', 'ACME')
    """
    return in_words(printed) if lang() == "zh" else printed


def is_shown(fact: Fact) -> bool:
    """Whether a fact says something to an owner: signals of the file and a model's certainty do not."""
    return fact.kind != "document" and fact.field not in _HIDDEN


def value(fact: Fact) -> str:
    """A fact's value as an owner writes it."""
    name = leaf(fact)
    if name == _PLACE:
        return t("ui.place_known")
    return t_or(f"words.{name}_{fact.value}", _plain(fact.value, name))


def _plain(content: Value, name: str) -> str:
    if isinstance(content, Decimal | int) and name in _MONEY:
        return money(Decimal(content), cents=Decimal(content) % 1 != 0)
    if isinstance(content, Decimal):
        return f"{content.normalize():,f}"
    return day(content) if isinstance(content, date) else str(content)


def nested(fact: Fact) -> tuple[str, str] | None:
    """The list and the row of a fact within it: ``("items", "0")``; None for a field of the paper itself."""
    match = _NESTED.fullmatch(fact.field)
    return (match[1], match[2]) if match else None


def leaf(fact: Fact) -> str:
    """The last part of a field's name."""
    match = _NESTED.fullmatch(fact.field)
    return (match[3] or match[1]) if match else fact.field


def field_name(fact: Fact) -> str:
    """What the field is called on the paper."""
    return t_or(f"fields.{leaf(fact)}", t("ui.other_field"))


def row_name(group: str, row: str) -> str:
    """The heading of one row of a list: a number for items, the month or payer itself otherwise."""
    return t("ui.row", number=int(row) + 1) if group in ("items", "rows", "restored") and row.isdigit() else month(row)


def kind_name(kind: str) -> str:
    """A kind of evidence as an owner calls it."""
    return t_or(f"kinds.{kind}", t("kinds.unknown"))


def listed(parts: list[str]) -> str:
    """Several words in a row."""
    return ("、" if lang() == "zh" else ", ").join(parts)
