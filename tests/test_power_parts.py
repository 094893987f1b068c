"""Power bills that tell the parts of the day apart: what they are for is the whole."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.paper_samples import facts, paper, sheet

LEFTS = (0.05, 0.2, 0.35, 0.5, 0.62, 0.74, 0.86)
HEAD = """
||{title}
户名：云泽市青禾塑料制品有限公司||户号：1000200030
用电地址：云泽市临江路1号||电费年月：2026年05月
"""
BODIES = {
    "a meter's lines": """
时段|上次示数|本次示数|倍率|电量(千瓦时)|单价(元)|电费(元)
峰|1000|1200|20|4000|0.98|3920.00
谷|1000|1100|20|2000|0.38|760.00
平|1000|1150|20|3000|0.68|2040.00
合计||||9000||6720.00
""",
    "the whole first, and the charge below": """
示数类型|上期示数|本期示数|电量|电价|电费
正向有功总|3000|3450|9000||6720.00
尖|0|0|0|1.1|0.00
峰|1000|1200|4000|0.98|3920.00
平|1000|1150|3000|0.68|2040.00
谷|1000|1100|2000|0.38|760.00
反向无功|1000|1100|700||0.00
应缴电费(元)|6720.00
""",
    "parts in columns": """
项目|尖峰|高峰|平段|低谷|合计
电量(千瓦时)|0|4000|3000|2000|9000
电费(元)|0.00|3920.00|2040.00|760.00|6720.00
""",
    "sorts of charges": """
电费项目|计费数量|单价|金额(元)
峰电费|4000|0.98|3920.00
平电费|3000|0.68|2040.00
谷电费|2000|0.38|760.00
电费合计|9000||6720.00
""",
    "a capacity charge between two sums": """
项目|用电量(kWh)|电度电价|电费
高峰|4000|0.98|2920.00
平段|3000|0.68|2040.00
低谷|2000|0.38|760.00
小计|9000||5720.00
基本电费|100|10.00|1000.00
合计|9000||6720.00
""",
    "labels": """
峰段电量：4000|||峰段电费：3920.00
平段电量：3000|||平段电费：2040.00
谷段电量：2000|||谷段电费：760.00
合计电量：9000|||合计电费：6720.00
""",
    "the whole above its parts": """
本期电量：9000千瓦时|||本期电费：6720.00元
时段|电量|电费
峰|4000|3920.00
平|3000|2040.00
谷|2000|760.00
""",
}


def _rows(body: str, title: str = "国网云泽供电公司电费账单") -> list[tuple[str, ...]]:
    return [tuple(line.split("|")) for line in (HEAD.format(title=title).strip() + body.rstrip()).splitlines()]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("title", ["国网云泽供电公司电费账单", "电费结算单"])
def test_a_bill_with_parts_of_the_day_is_for_their_whole(body: str, title: str) -> None:
    kind, found = facts(paper(_rows(body, title), LEFTS))
    assert (kind, found["holder"], found["period"]) == ("utility_bill", "云泽市青禾塑料制品有限公司", "2026年05月")
    assert (found["consumption"], found["amount"]) == (Decimal(9000), Decimal("6720.00"))


def test_a_sheet_with_parts_of_the_day_reads_like_a_page() -> None:
    found = facts(sheet(_rows(BODIES["a meter's lines"])))[1]
    assert (found["consumption"], found["amount"]) == (Decimal(9000), Decimal("6720.00"))


@pytest.mark.parametrize("whole", ["", "合计||||3000||6720.00", "合计||||9000||2040.00\n合计||||9000||6720.00"])
def test_no_part_stands_for_a_whole_that_is_missing_or_contradicts_it(whole: str) -> None:
    body = BODIES["a meter's lines"].rsplit("\n", 2)[0] + f"\n{whole}"
    found = facts(paper(_rows(body), LEFTS))[1]
    assert ("consumption" in found) == ("9000" in whole)
    assert ("amount" in found) == ("3000" in whole)
