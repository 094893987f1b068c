"""Lease of premises (房屋租赁合同): who lets what to whom, where, how large, for how much and how long.

The parties are `lessor` and `lessee`; `rent` is what is paid per `rent_per` (月, 季 or 年). Leases of vehicles and
machines are others, and blank templates give nothing.

Source: 民法典, chapter 14 (租赁合同); 商品房屋租赁管理办法 (住房和城乡建设部令2010年第6号), article 7.
"""

from __future__ import annotations

from collections.abc import Mapping

from extractors._prose import Parser, prose
from selfproof import values

_PROSE = prose("lease")
FIELDS: Mapping[str, Parser] = {**_PROSE.fields, "rent_per": values.compact}
LABELS = _PROSE.parties
SIDES = True
ANNEXES = True
identify, locate = _PROSE.identify, _PROSE.locate
