"""What a name of an amount likely is, by its parts: a guess, which arithmetic has to prove."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from selfproof.statements.headings import plain

NONE = "none"  # what is no amount of the bill's own: a count, a rate, a balance


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    read = yaml.safe_load(files("selfproof").joinpath("tables", "statement_likely.yaml").read_text("utf-8"))
    return tuple((sort, re.compile(shape)) for sort, shape in read.items())


@lru_cache(4096)
def sort(name: str) -> str:
    """The sort of amount (``fee``, ``refund``, ``discount``, ``subsidy``, ``net``, ``gross``), `NONE`, or "".

    >>> sort("门店提成"), sort("鉴别费"), sort("履约服务费-距离收费"), sort("退货物流费用"), sort("客退金额")
    ('fee', 'fee', 'fee', 'fee', 'refund')
    >>> sort("实际收入"), sort("商品出价"), sort("销售回款"), sort("累计收入"), sort("差额")
    ('net', 'gross', 'gross', 'none', '')
    """
    text = plain(name)
    return next((sort for sort, shape in _shapes() if shape.search(text)), "")
