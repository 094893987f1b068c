"""Industry permit (行业许可证): food, dangerous chemicals, hygiene, medicine, discharge, special equipment and more.

One kind with many titles: which trade the holder may follow where, until when. Sources: 食品经营许可和备案管理办法,
危险化学品经营许可证管理办法, 药品经营和使用质量监督管理办法, 排污许可管理条例, 特种设备安全监察条例,
公共场所卫生管理条例.
"""

from __future__ import annotations

import re

from extractors._form import form
from selfproof import repair_fields, values


def _title(printed: str) -> str | None:
    """The title without the mark of the copy.

    >>> _title("食品经营许可证(副本)")
    '食品经营许可证'
    """
    kept = values.compact(printed)
    return values.fold(kept).removesuffix("(副本)").removesuffix("(正本)").removesuffix("副本") if kept else None


def _number(printed: str) -> str | None:
    """The number as it is cited: 第 and 号 stay where words lead to them.

    >>> _number("第 0118 号"), _number("样卫公证字[2022]第0118号"), _number("见副本")
    ('0118', '样卫公证字[2022]第0118号', None)
    """
    kept = values.code(printed) or ""
    return re.sub(r"^第(.+)号$", r"\1", kept) if re.search(r"\d{3}", kept) else None


_FORM = form("industry_permit")
FIELDS = {**_FORM.fields, "title": _title, "number": _number}
LABELS = _FORM.labels
CONSTRAINTS = (repair_fields.tax_code("uscc"),)
identify, locate = _FORM.identify, _FORM.locate
