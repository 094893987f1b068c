"""Delivery note or waybill (送货单、出库单、运单): what was handed over to whom, when, and what it is worth.

The parties are `shipper` and `consignee`, with the `carrier` and its `vehicle` on waybills; the lines are `items`.

Source: 道路货物运输及站场管理规定 (交通运输部令2023年第12号) for waybills; else no layout is prescribed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors._listing import Spot, listing, sum_of_lines
from selfproof import layout
from selfproof.model import Document

_WAYBILL = re.compile("运单|托运|货运")  # there the title names the carrier, and who sends may be a person
_PERSON = re.compile(r"[\u4e00-\u9fff]{2,3}")
_FIRM = re.compile("(?:公司|厂|店|部|中心|合作社|商行|车队)$")

_LIST = listing("delivery_note")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
KEY = "number"
ANNEX = True
CONSTRAINTS = (_LIST.in_yuan, sum_of_lines("total_amount", "amount"))
identify = _LIST.identify


def locate(document: Document) -> Iterator[Spot]:
    """The list's; who handed the goods over (发货人) is no shipper where a firm is named as one, in the title too.

    Nor is who receives them, whose name a form may bear.
    """
    spots = list(_LIST.locate(document))
    consignees = {_said(spot) for spot in spots if spot[0] == "consignee"}
    spots = [spot for spot in spots if spot[0] != "shipper" or _said(spot) not in consignees]
    told = (_said(spot) for spot in spots if spot[0] == "shipper")
    if not _WAYBILL.search(layout.squash(document.text)) and _PERSON.fullmatch(next(told, "")):
        spots.sort(key=lambda spot: spot[0] == "shipper" and not _FIRM.search(_said(spot)))
    yield from spots


def _said(spot: Spot) -> str:
    return layout.squash(layout.join(spot[-1]))
