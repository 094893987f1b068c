"""Identity card (居民身份证) of the legal representative: the name, the masked number, how long the card is valid.

Source: 居民身份证法; the number is GB 11643 (region, birth, serial, check digit). It is stored with its first three and
last four signs alone, and only where its check digit holds. Sex, ethnicity, birth, address and office are not read,
and what recognition saw of them is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from stdnum.cn import ric

from extractors._form import PRINTED, form
from selfproof import layout, repair, values
from selfproof.model import Document, Located

_MOST = 400  # characters of both sides with a copy's remarks; more is a paper that cites a person
_FRONT = ("姓名", "性别", "民族", "出生", "住址")
_BACK = ("签发机关", "有效期限")
_ALL = (*_FRONT, *_BACK, "居民身份证", "公民身份号码", "公民身份证号")
_LIKE_A_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")
_SHOWN = (3, 4)  # signs of the number that stay, at its beginning and end


def _number(printed: str) -> str | None:
    kept = (values.code(printed) or "").upper()
    return kept if re.fullmatch(r"\d{17}[\dX]", kept) else None


def _holds(number: str) -> bool:
    """Whether the check digit and the day of birth are right.

    >>> _holds("999901188502040010"), _holds("999901188502040011")
    (False, True)
    """
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return bool(ric.calc_check_digit(number) == number[-1])


def _validity(printed: str) -> str | None:
    kept = values.compact(printed)
    return kept if kept and re.fullmatch(r"\d{4}\D.*(?:\d|日|长期)", kept) else None


def _masked(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """The number with its middle hidden, in value and text; none where the check digit is wrong."""
    located = found.get("id_number")
    if located is None:
        return {}
    number = str(located.value or "")
    head, tail = _SHOWN
    hidden = number[:head] + "*" * (len(number) - head - tail) + number[-tail:] if _holds_all(number) else ""
    return {"id_number": replace(located, text=hidden, value=hidden or None)}


def _holds_all(number: str) -> bool:
    return bool(_number(number)) and _holds(number)


_FORM = form("id_card")
FIELDS = {**_FORM.fields, "id_number": _number, "validity": _validity}
LABELS = _FORM.labels
SIDES = PRIVATE = True
CONSTRAINTS = (repair.check_digits("id_number", _holds, _number), _masked)
locate = _FORM.locate


def resembles(document: Document) -> bool:
    """Whether a paper that nobody knows may be a card all the same: by two labels, or what looks like its number."""
    text = layout.squash(document.text)
    short = len(text) <= _MOST
    return (
        document.carrier in PRINTED
        and short
        and (sum(label in text for label in _ALL) > 1 or _LIKE_A_NUMBER.search(text) is not None)
    )


def identify(document: Document) -> float:
    """By the labels of either side: the front bears no title."""
    text = layout.squash(document.text)
    if document.carrier not in PRINTED or len(text) > _MOST or (_FORM.never and _FORM.never.search(text)):
        return 0.0
    front = sum(label in text for label in _FRONT) >= 3 and re.search(r"公民身份(?:证)?号", text)  # noqa: PLR2004  of five labels
    back = "居民身份证" in text and any(label in text for label in _BACK)
    return 0.9 if front or back else 0.0
