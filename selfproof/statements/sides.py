"""Lists that name on every line who paid and who was paid, as 中国银行 exports them: one of the two is the holder."""

from __future__ import annotations

import re

from selfproof.statements.headings import Columns, plain

_WHAT = {
    "name": r"(?:账户)?(?:名称?|户名|姓名)",
    "account": r"账号|账户|卡号",
    "bank": r"(?:开户)?(?:银行|行)(?:名称?)?",
}


def places(columns: Columns, what: str) -> tuple[int, int] | None:
    """The columns of who paid and of who was paid, where there are both. what: name, account or bank."""
    found = [
        next((at for at, heading in enumerate(columns.headings) if shape.fullmatch(plain(heading))), None)
        for shape in (re.compile(f"{side}(?:人|方)?(?:{_WHAT[what]})") for side in ("付款", "收款"))
    ]
    payer, payee = found
    return None if payer is None or payee is None else (payer, payee)
