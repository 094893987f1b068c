"""The same payment on several papers: statements of one account that overlap, a slip beside the statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from selfproof.matching.nouns import Receipt
from selfproof.names import plain


def once(receipts: Iterable[Receipt], rank: Mapping[str, int]) -> Iterator[Receipt]:
    """Each payment once, from the best paper that shows it. rank: of each source, the best is the smallest.

    Two papers show the same payment where day, amount and payer agree; what one paper lists twice was paid twice.
    """
    alike: dict[tuple[object, ...], dict[str, list[Receipt]]] = {}
    for one in receipts:
        key = (one.day, one.cents + one.fee, plain(one.party))
        alike.setdefault(key, {}).setdefault(one.source, []).append(one)
    for by_source in alike.values():
        most = max(map(len, by_source.values()))
        ranked = sorted(by_source, key=lambda source: (rank.get(source, len(rank)), source))
        yield from [one for source in ranked for one in by_source[source]][:most]
