"""Delivery note or waybill (送货单、出库单、运单): what was handed over to whom, when, and what it is worth.

The parties are `shipper` and `consignee`, with the `carrier` and its `vehicle` on waybills; the lines are `items`.

Source: 道路货物运输及站场管理规定 (交通运输部令2023年第12号) for waybills; else no layout is prescribed.
"""

from __future__ import annotations

from extractors._listing import listing, sum_of_lines

_LIST = listing("delivery_note")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
ANNEX = True
CONSTRAINTS = (_LIST.in_yuan, sum_of_lines("total_amount", "amount"))
identify, locate = _LIST.identify, _LIST.locate
