"""Property certificate (不动产权证书, 房屋所有权证, 房地产权证, 土地使用证): who owns what, how large.

Source: 不动产登记暂行条例 (国务院令第656号) and the certificate's sample in its rules; 房屋登记办法 for the
older ones. The area is the building's in square metres, the land's where no building stands on it. A certificate of a
mortgage (不动产登记证明) is another paper.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractors._form import form
from selfproof import values

_SQUARE_METRES = re.compile(r"(?P<what>[\u4e00-\u9fff]*)[:(]?\)?(?P<figure>\d[\d,]*(?:\.\d+)?)(?:m2|平方米|㎡|平米|$)")


def _area(printed: str) -> Decimal | None:
    """Square metres: of the building where land stands beside it.

    >>> _area("宗地面积：1200.00㎡/房屋建筑面积：85.32㎡"), _area("85.32平方米"), _area("见附图")
    (Decimal('85.32'), Decimal('85.32'), None)
    """
    found = list(_SQUARE_METRES.finditer(values.code(printed) or ""))
    built = [match for match in found if "建筑" in match["what"] or "房屋" in match["what"]]
    chosen = (built or found)[:1] if len(found) == 1 or built else []
    return next((values.number(match["figure"]) for match in chosen), None)


_FORM = form("property_certificate")
FIELDS = {**_FORM.fields, "area": _area}
LABELS = _FORM.labels
SIDES = True
identify, locate = _FORM.identify, _FORM.locate
