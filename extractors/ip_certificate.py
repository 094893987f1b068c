"""Certificate of a right (专利证书, 商标注册证, 软件著作权登记证书): what was granted to whom, when.

Sources: the certificates of 国家知识产权局 (专利法实施细则, 商标法实施条例) and of the copyright registers
(计算机软件保护条例, 作品自愿登记试行办法). The date is that of the grant or
registration. A patent's number has a check digit (ZC 0006).
"""

from __future__ import annotations

import re

from extractors._form import form
from selfproof import repair, values

_PATENT = re.compile(r"(?:ZL)?(\d{8}|\d{12})\.?([\dX])")
_NUMBER = re.compile(
    r"(?:ZL)?\d{8}(?:\d{4})?\.?[\dX]|\d{4}SR[A-Z]?\d{6,7}|国作登字-\d{4}-[A-Z]-\d{6,8}|\d{5,9}[A-Z]?|[A-Z]{2,4}\d{6,12}(?:\.\d)?"
)
_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9)


def _number(printed: str) -> str | None:
    """A number of any of these rights, without what stands around it.

    >>> _number("ZL 2020 2 0123456.1"), _number("第12345678号"), _number("见附页")
    ('ZL202020123456.1', '12345678', None)
    """
    kept = re.sub(r"^第|号$", "", (values.code(printed) or "").upper())
    return kept if _NUMBER.fullmatch(kept) else None


def _holds(number: str) -> bool:
    """Whether a patent's check digit is right; other numbers have none.

    >>> _holds("ZL202020123456.8"), _holds("ZL202020123456.1"), _holds("2024SR0123456")
    (True, False, True)
    """
    match = _PATENT.fullmatch(number)
    if match is None or not number.startswith("ZL"):
        return True
    rest = sum(int(figure) * _WEIGHTS[place % 8] for place, figure in enumerate(match[1])) % 11
    return "0123456789X"[rest] == match[2]


_FORM = form("ip_certificate")
FIELDS = {**_FORM.fields, "number": _number}
LABELS = _FORM.labels
CONSTRAINTS = (repair.check_digits("number", _holds, _number),)
identify, locate = _FORM.identify, _FORM.locate
