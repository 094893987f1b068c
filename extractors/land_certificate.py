"""Land certificate (农村土地承包经营权证): which household farms how many mu, in how many plots, until when.

Source: 农村土地承包法 and 农村土地承包经营权证管理办法 (农业部令第33号). The area is in mu (亩).
The family's members are not read.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractors._form import form
from selfproof import values


def _mu(printed: str) -> Decimal | None:
    """An area in mu.

    >>> _mu("12.46亩"), _mu("12.46"), _mu("8310平方米")
    (Decimal('12.46'), Decimal('12.46'), None)
    """
    return values.number(re.sub(r"\(?亩\)?$", "", values.code(printed) or ""))


def _plots(printed: str) -> int | None:
    """A number of plots.

    >>> _plots("5块"), _plots("见附表")
    (5, None)
    """
    return values.count(re.sub(r"[块宗]$", "", values.code(printed) or ""))


_FORM = form("land_certificate")
FIELDS = {**_FORM.fields, "area": _mu, "plots": _plots}
LABELS = _FORM.labels
SIDES = True
identify, locate = _FORM.identify, _FORM.locate
