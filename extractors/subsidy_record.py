"""Record of a farm subsidy (农业补贴): who got how much for which period and area, one paper or a list of payments.

Source: 中央财政 耕地地力保护补贴, 农机购置与应用补贴 and others, published by county; no layout is prescribed.
"""

from __future__ import annotations

from extractors._listing import listing, sum_of_lines

_LIST = listing("subsidy_record")
FIELDS, LABELS = _LIST.fields, _LIST.form.labels
CONSTRAINTS = (sum_of_lines("amount", "paid"),)
identify, locate = _LIST.identify, _LIST.locate
