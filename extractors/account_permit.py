"""Account permit (开户许可证, 基本存款账户信息): which account of the firm a bank opened, under which number.

Sources: 人民币银行结算账户管理办法 (中国人民银行令〔2003〕第5号) for the permit; 企业银行结算账户管理办法
(银发〔2019〕41号) for the account information that banks print since. The object is the account's number; the number is
核准号 or 基本存款账户编号.
"""

from __future__ import annotations

import re

from extractors._form import form
from selfproof import values


def _account(printed: str) -> str | None:
    """An account's figures, grouped or not; nothing shorter or longer than banks give.

    >>> _account("6999 9900 0000 1101"), _account("12")
    ('6999990000001101', None)
    """
    squeezed = re.sub(r"[\s\-]", "", values.fold(printed))
    return squeezed if re.fullmatch(r"\d{8,30}", squeezed) else None


def _number(printed: str) -> str | None:
    """A letter for the kind of account and its figures.

    >>> _number("J3330000110101"), _number("2019年")
    ('J3330000110101', None)
    """
    kept = values.code(printed) or ""
    return kept if re.fullmatch(r"[A-Z]\d{10,18}(?:-\d{1,4})?", kept) else None


_FORM = form("account_permit")
FIELDS = {**_FORM.fields, "number": _number, "object": _account}
LABELS = _FORM.labels
identify, locate = _FORM.identify, _FORM.locate
