"""Road transport permit (道路运输证, 道路运输经营许可证): which vehicle or business may carry goods, until when.

Forms: 道路货物运输及站场管理规定 (交通运输部令2023年第12号); an earlier print is 交公路发〔2005〕524号.
"""

from __future__ import annotations

from extractors._form import form

_FORM = form("road_transport_permit")
FIELDS, LABELS = _FORM.fields, _FORM.labels
SIDES = True
identify, locate = _FORM.identify, _FORM.locate
