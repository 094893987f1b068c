"""Who the other side of a line is: the name in its cell, and lists that name on every line who paid and who was paid.

Of these, as 中国银行 exports them, one of the two is the holder.
"""

from __future__ import annotations

import re

from selfproof.statements.headings import Columns, plain

_WHAT = {
    "name": r"(?:账户)?(?:名称?|户名|姓名)",
    "account": r"账号|账户|卡号",
    "bank": r"(?:开户)?(?:银行|行)(?:名称?)?",
}


_LONGEST = 200  # signs of a cell with a name
_NUMBER = r"[\d*][\d*\s]{6,}[\d*]"  # of an account, which may be broken
_BESIDE = re.compile(rf"^(?:{_NUMBER})?\s*[/／]?\s*(?=\D)|\s*[/／]?\s*(?:{_NUMBER})?$")
_SEAL = re.compile(r"\s*\d?\s*(?:电子|业务|财务|回单|凭证|结算|对公|储蓄)+(?:专用|公)?章$")  # over the end of a cell


def party(cell: str) -> str:
    """Whose name a cell says, without the number of an account beside it and a seal's words; a number alone stays.

    >>> party("6222020000000000019/样例布行"), party("样某6222 0200****0019"), party("/样某"), party("6222020000000019")
    ('样例布行', '样某', '样某', '6222020000000019')
    >>> party("样例食品有限公司 4 业务专用章"), party("样例加油站95306号"), party("A/B Trading"), party("--")
    ('样例食品有限公司', '样例加油站95306号', 'A/B Trading', '--')
    """
    name = _BESIDE.sub("", _SEAL.sub("", cell.strip())) if len(cell) < _LONGEST else cell
    return name if re.search(r"[^\W\d_]", name) else cell


def places(columns: Columns, what: str) -> tuple[int, int] | None:
    """The columns of who paid and of who was paid, where there are both. what: name, account or bank."""
    found = [
        next((at for at, heading in enumerate(columns.headings) if shape.fullmatch(plain(heading))), None)
        for shape in (re.compile(f"{side}(?:人|方)?(?:{_WHAT[what]})") for side in ("付款", "收款"))
    ]
    payer, payee = found
    return None if payer is None or payee is None else (payer, payee)
