"""Which line of a table is the sum of those above it, whatever recognition made of its heading.

合计 is often set with much white between its two signs, in which recognition finds figures or nothing; a thumb or a
reflection takes it away. What the line says then tells: its figures are the sums of all that stand above, or it alone
carries a currency sign.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from selfproof import layout, values
from selfproof.model import Word

Entry = Mapping[str, tuple[Word, ...]]
_FEWEST_FIGURES = 4  # a smaller sum may be the next line's own number by chance
_HAN, _OF_HEADINGS = re.compile(r"[\u4e00-\u9fff]"), re.compile("[合总小共计]")


def is_sum(line: Entry, above: Sequence[Entry], figures: Collection[str]) -> bool:
    """Whether a line adds up the lines above. figures: the columns that can be added.

    Beside figures it prints at most its heading, in one column or as signs set apart. A name that is like no heading
    may be of one more line, whose figure is a sum by chance: then two columns must add up, over two lines or more.
    """
    texts = [text(line, name) for name in line if name not in figures]
    if not above or (len(texts) > 1 and max(map(len, texts)) > 1):
        return False
    printed = "".join(texts)
    named = bool(_HAN.search(printed)) and not _OF_HEADINGS.search(printed)
    if named and len(above) == 1:
        return False
    return _adds_up(line, above, figures) > named or _alone_signed(line, above, figures)


def _adds_up(line: Entry, above: Sequence[Entry], figures: Collection[str]) -> int:
    """How many figures are the sums of their columns; 0 where one is not. A column not wholly read tells nothing."""
    told = {name: equal(line, above, name) for name in figures if name in line}
    long = any(fits and len(re.sub(r"\D", "", text(line, name))) >= _FEWEST_FIGURES for name, fits in told.items())
    return list(told.values()).count(True) if long and False not in told.values() else 0


def equal(line: Entry, above: Sequence[Entry], name: str) -> bool | None:
    """Whether a line's figure is the sum of its column above; None where that cannot be told."""
    own, *parts = (values.number(text(each, name)) for each in (line, *above))
    known = [part for part in parts if part is not None]
    return None if own is None or len(known) < len(parts) else own == sum(known)


def _alone_signed(line: Entry, above: Sequence[Entry], figures: Collection[str]) -> bool:
    """Whether it alone carries a currency sign, and leaves a column empty that all lines above fill."""
    shorter = any(name not in line and all(name in each for each in above) for name in above[0])
    return shorter and _signed(line, figures) and not any(_signed(each, figures) for each in above)


def _signed(line: Entry, figures: Collection[str]) -> bool:
    return any(text(line, name).startswith("¥") for name in figures)


def text(line: Entry, name: str) -> str:
    """What a line prints in a column, without white space."""
    return layout.squash(layout.join(line.get(name, ())))
