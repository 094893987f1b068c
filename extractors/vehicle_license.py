"""Vehicle licence (机动车行驶证): whose vehicle it is, which plate and kind, inspected until when.

Form: GA 37《中华人民共和国机动车行驶证》, main and second page, and the electronic one. The plate is the number, the
kind of vehicle the object. A vehicle identification number has a check digit (GB 16735) only where the maker keeps it,
so it is never changed to fit. The owner's address is not read.
"""

from __future__ import annotations

import re

from extractors._form import form
from selfproof import values

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]([A-Z])[·.•・\-]?([A-HJ-NP-Z0-9]{4,6}[A-HJ-NP-Z0-9挂学])"
)
_UNTIL = re.compile(r"\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}-\d{2}(?:-\d{2})?(?!\d)")


def _plate(printed: str) -> str | None:
    """The plate without its dot: 皖C12345.

    >>> _plate("皖C·D0318"), _plate("皖CD03187 "), _plate("皖C"), _plate("AB12345")
    ('皖CD0318', '皖CD03187', None, None)
    """
    match = _PLATE.match(values.code(printed) or "")
    return match[0][0] + match[1] + match[2] if match else None


def _vin(printed: str) -> str | None:
    """Seventeen signs without I, O and Q.

    >>> _vin("LSAMPLE00DE000001"), _vin("LSAMP")
    ('LSAMPLE00DE000001', None)
    """
    kept = (values.code(printed) or "").upper()
    return kept if re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", kept) else None


def _until(printed: str) -> str | None:
    """The last month of the inspection, without the mark of the office behind it.

    >>> _until("2027年06月皖C(02)"), _until("2027-06-30"), _until("见副页")
    ('2027年06月', '2027-06-30', None)
    """
    match = _UNTIL.search(values.code(printed) or "")
    return match[0] if match else None


_FORM = form("vehicle_license")
FIELDS = {**_FORM.fields, "number": _plate, "vin": _vin, "validity": _until}
LABELS = _FORM.labels
SIDES = True
identify, locate = _FORM.identify, _FORM.locate
