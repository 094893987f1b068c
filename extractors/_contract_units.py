"""The unit that stands over a plain total of a contract: 合同金额（万元）：35.6, or over the table that it adds up."""

from __future__ import annotations

import re

from selfproof import units

_SIZE = r"(?:人民币|RMB|CNY)?\s*(?:[百千]?\s*万|[百千亿])?\s*元"
_SAID = re.compile(rf"[(\[]\s*(?:单\s*位\s*:?)?\s*{_SIZE}\s*[)\]]")
_BEHIND_AN_AMOUNT = re.compile(rf"\s*[¥￥]?\s*\d[\d,.]*[ ]*(?P<unit>{_SAID.pattern})")
_BEHIND_A_LABEL = re.compile(rf"{_SAID.pattern}[\s:]*(?:人民币|大写|小写|[¥￥:\s_])*$")
_SUM = re.compile(r"\s*(?:合\s*计|总\s*计|共\s*计)")
_AMOUNTS = re.compile(r"\s*(?:金\s*额|合\s*价|总\s*价|价\s*款|小\s*计|货\s*款|价税合计)[^\t]*")
_OVER = re.compile(rf"单\s*位\s*:\s*{_SIZE}(?![\u4e00-\u9fff])")
_REACH = 40  # lines of a table
_ABOVE = 2  # lines from its headings to its unit
_NONE = (0, 0)


def of(text: str, start: int) -> tuple[int, int]:
    """Where the unit of the amount that begins at `start` stands; (0, 0) where none does but 元."""
    begin, end = _over_amount(text, start)
    return _NONE if units.leading(text[begin:end])[0] == 1 else (begin, end)


def _over_amount(text: str, start: int) -> tuple[int, int]:
    line = text.rfind("\n", 0, start) + 1
    if behind := _BEHIND_AN_AMOUNT.match(text, start):
        return behind.span("unit")
    said = _BEHIND_A_LABEL.search(text, line, start)
    if said:
        unit = _SAID.search(text, said.start())
        return unit.span() if unit else _NONE
    return _over_table(text, line) if _SUM.match(text, line) else _NONE


def is_first_of_sums(text: str, stop: int) -> bool:
    """Whether further figures follow in the sum of a table: the first, that ends at `stop`, is how much of it."""
    line = text.rfind("\n", 0, stop) + 1
    return _SUM.match(text, line) is not None and re.match(r"[ ]*\t[^\n]*\d[.,]\d", text[stop:]) is not None


def _over_table(text: str, end: int) -> tuple[int, int]:
    """The unit behind the heading of the last amounts of a table, or over its headings. end: where its sum begins."""
    lines = list(re.finditer(r"[^\n]+", text[:end]))[-_REACH:]
    for number in reversed(range(len(lines))):
        heads = [head for head in re.finditer(r"[^\t]+", lines[number][0]) if _AMOUNTS.fullmatch(head[0])]
        if "\t" not in lines[number][0] or not heads:
            continue
        begin = lines[number].start() + heads[-1].start()
        unit = _SAID.search(text, begin, begin + len(heads[-1][0]))
        above = (_OVER.search(text, *line.span()) for line in reversed(lines[max(number - _ABOVE, 0) : number]))
        found = unit or next(filter(None, above), None)
        return found.span() if found else _NONE
    return _NONE
