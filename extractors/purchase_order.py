"""Purchase order (采购订单、订货单、销售订单): who orders what from whom, for how much.

The parties are `buyer` and `supplier`, the lines are `items`; a total that is printed nowhere is the sum of the lines.

Source: 民法典, articles 469 to 472; no layout is prescribed.
"""

from __future__ import annotations

from extractors._listing import listing, sum_of_lines

_LIST = listing("purchase_order")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
ANNEX = True
CONSTRAINTS = (_LIST.in_yuan, sum_of_lines("total_amount", "amount"))
identify, locate = _LIST.identify, _LIST.locate
