"""Road transport permit (道路运输证, 道路运输经营许可证): which vehicle or business may carry goods, until when.

Forms: 道路货物运输及站场管理规定 (交通运输部令2023年第12号); an earlier print is 交公路发〔2005〕524号.
"""

from __future__ import annotations

import re

from extractors._form import form
from selfproof import values


def _object(printed: str) -> str | None:
    """A plate without the colour printed behind it, or a business's scope.

    >>> _object("皖C·D0318(黄色)"), _object("道路普通货物运输")
    ('皖C·D0318', '道路普通货物运输')
    """
    kept = values.compact(printed)
    return re.sub(r"[(（][黄蓝绿白黑渐变]{1,3}色?[)）]$", "", kept) if kept else None


_FORM = form("road_transport_permit")
FIELDS = {**_FORM.fields, "object": _object}
LABELS = _FORM.labels
SIDES = True
identify, locate = _FORM.identify, _FORM.locate
