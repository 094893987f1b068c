"""Purchase order (采购订单、订货单、销售订单): who orders what from whom, for how much.

The parties are `buyer` and `supplier`, the lines are `items`; a total that is printed nowhere is the sum of the lines.
A firm whose name stands over or beside the title has made the order out: it buys, or sells where it is one of sales.

Source: 民法典, articles 469 to 472; no layout is prescribed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors._listing import FIRM, Spot, listing, sum_of_lines
from selfproof import layout
from selfproof.model import Document

_LIST = listing("purchase_order")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
ANNEX = True
CONSTRAINTS = (_LIST.in_yuan, sum_of_lines("total_amount", "amount"))
identify = _LIST.identify
_MADE_OUT = {"buyer": re.compile("采购|购货|委外|外协"), "supplier": re.compile("^销售")}


def locate(document: Document) -> Iterator[Spot]:
    """The list's; then the firm of the title, unless it is named as the other side."""
    spots = list(_LIST.locate(document))
    yield from spots
    named = {layout.squash(layout.join(spot[-1])) for spot in spots if spot[0] in _MADE_OUT}
    yield from (spot for spot in _titled(document) if layout.squash(layout.join(spot[-1])) not in named)


def _titled(document: Document) -> Iterator[Spot]:
    """The firm in the line of a title, or alone in the one above it, where no label stands."""
    form = _LIST.form
    for sheet in form.sheets(document, 1):
        for number, line in enumerate(sheet.lines):
            title = form.titles.search(line.text)
            side = next((side for side, made in _MADE_OUT.items() if title and made.search(title[0])), None)
            for place in (number, max(number - 1, 0)) if side else ():
                near = sheet.lines[place]
                firm = None if sheet.inside(place) else FIRM.match(near.text)
                if side and firm and (place == number or firm.end() == len(near.text)):
                    yield side, near.cut(*firm.span("value"))
