"""Repair by constraint: among the recogniser's alternatives choose what a check digit or a sum demands.

A constraint takes what was located and returns the fields that it mends. It changes at most two characters, only into
candidates that the recogniser itself offered, and only when a single value satisfies it, or one that is clearly the
likeliest by the product of its characters' probabilities: what stays open stays as it was read, or becomes null.
A mended value says which constraint chose it and keeps the text as read. Carriers with exact text offer no candidates,
so that a forged figure in a PDF is never mended away; disagreement is for the checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product
from math import prod
from typing import TypeAlias

from rapidfuzz.distance import Indel, Levenshtein

from selfproof import values
from selfproof.layout import squash
from selfproof.model import Located, Value

Found: TypeAlias = Mapping[str, Located]
Constraint: TypeAlias = Callable[[Found], Found]
Parser: TypeAlias = Callable[[str], Value | None]

_FLOOR = 0.02  # a candidate below this probability is noise
_TRIES = 12  # one in 31 strings has a right check digit by chance: it must be among so many of the likeliest
_CLEARLY = 4.0  # times as likely as the next one that fits
_DOUBTFUL = 0.9  # of a character: a second print may overrule one that is less certain
_MOST = 2  # characters that one repair may change
_PASSED_OVER = 3  # signs that recognition may lose of a known text
_CENT = Decimal("0.01")
_MOST_CENTS = Decimal(1)
_TWO_NUMBERS = 5  # signs: fewer fit a product by chance
_ROW = re.compile(r"items\[\d+\]\.")


def readings(located: Located, most: int = _MOST) -> list[str]:
    """What the words may say instead, likeliest first: up to `most` characters replaced by their candidates."""
    return [text for _, text in ranked(located, most)]


def ranked(located: Located, most: int = _MOST) -> list[tuple[float, str]]:
    """The same, each with its likelihood beside that of the text as it was read."""
    chars = list(_characters(located))
    open_places = [place for place, (_, others) in enumerate(chars) if others]
    found: list[tuple[float, str]] = []
    for size in range(1, most + 1):
        for places in combinations(open_places, size):
            for chosen in product(*(chars[place][1] for place in places)):
                swapped = dict(zip(places, (char for char, _ in chosen), strict=True))
                text = "".join(swapped.get(place, char) for place, (char, _) in enumerate(chars))
                found.append((prod(share for _, share in chosen), text))
    return sorted(found, key=lambda pair: -pair[0])


def _characters(located: Located) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Each character as read, with its rivals and their likelihood beside its own."""
    for word in located.words:
        for char, options in zip(word.text, word.alternatives or ((),) * len(word.text), strict=True):
            first = options[0][1] if options else 1.0
            yield char, [(other, share / first) for other, share in options[1:] if share >= _FLOOR and other != char]


def likeliest(located: Located, parse: Parser, fits: Callable[[Value], bool]) -> Value | None:
    """The value that fits and is clearly likelier than any other that does; None when there is no such one."""
    tried = [(share, value) for share, text in ranked(located) if (value := parse(text)) is not None]
    fitting = [(rank, share, value) for rank, (share, value) in enumerate(tried) if fits(value)]
    if not fitting or fitting[0][0] >= _TRIES:
        return None
    _, best, value = fitting[0]
    rivals = [share for _, share, other in fitting if other != value]
    return value if not rivals or best >= _CLEARLY * rivals[0] else None


def only(candidates: Iterable[Value | None]) -> Value | None:
    """The one value that is left; None when there is none, or more than one."""
    left = {value for value in candidates if value is not None}
    return left.pop() if len(left) == 1 else None


def check_digits(field: str, valid: Callable[[str], bool], parse: Parser) -> Constraint:
    """A number whose check digit is wrong becomes the likeliest of its readings with a right one."""

    def mend(found: Found) -> Found:
        located = found.get(field)
        if located is None or (located.value is not None and valid(str(located.value))):
            return {}
        return mended(located, likeliest(located, parse, lambda value: valid(str(value))), "check_digits")

    return mend


def from_others(net: str, tax: str, gross: str, sums: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """What each of net + tax = gross is by the other two."""
    return {net: sums[gross] - sums[tax], tax: sums[gross] - sums[net], gross: sums[net] + sums[tax]}


def adds_up(net: str, tax: str, gross: str) -> Constraint:
    """Net + tax = gross: when they do not, one changed reading of one of them must make it so."""

    def mend(found: Found) -> Found:
        parts = {name: found[name] for name in (net, tax, gross) if name in found}
        sums = {name: part.value for name, part in parts.items() if isinstance(part.value, Decimal)}
        if len(sums) != len((net, tax, gross)) or sums[net] + sums[tax] == sums[gross]:
            return {}
        wanted = from_others(net, tax, gross, sums)
        fitting = [name for name, value in wanted.items() if value in amounts(parts[name])]
        return mended(parts[fitting[0]], wanted[fitting[0]], "net_plus_tax") if len(fitting) == 1 else {}

    return mend


def words_equal_figures(words: str, figures: str) -> Constraint:
    """The total in words decides between readings of the figures, and the figures between readings of the words."""

    def mend(found: Found) -> Found:
        spelled, printed = found.get(words), found.get(figures)
        if spelled is None or printed is None:
            return {}
        amount = values.amount_in_words(spelled.text)
        if amount is None or amount == printed.value:
            return {}
        if values.amount_in_words(printed.text) and squash(spelled.text).endswith(squash(printed.text)):
            return {figures: replace(spelled, name=figures, value=amount)}  # the end of the words in place of figures
        if amount in amounts(printed):
            return mended(printed, amount, "words_equal_figures")
        return {words: replace(spelled, value=None)} if _cut_off(spelled.text, amount, printed.value) else {}

    return mend


def _cut_off(spelled: str, amount: Decimal, printed: Value | None) -> bool:
    """Whether words that say no end (整, 分) lack the cents of the figures: the end of the words was not read."""
    whole = re.search(r"[整正分]\W*$", spelled) is not None
    return not whole and isinstance(printed, Decimal) and 0 < abs(printed) - abs(amount) < _MOST_CENTS


def quantity_times_price(found: Found) -> Found:
    """Quantity x price = amount on each item, to the cent that the printed digits of the price allow."""
    mended: dict[str, Located] = {}
    for prefix in {match[0] for name in found if (match := _ROW.match(name))}:
        row = [found.get(prefix + name) for name in ("quantity", "unit_price", "amount")]
        if all(part is not None and isinstance(part.value, Decimal) for part in row):
            mended.update(_multiplied([part for part in row if part is not None]))
    return mended


def parted_product(found: Found) -> Found:
    """A quantity and a price that were read as one number, cut where their product is the item's amount.

    Only where the other one of the two is missing, and only one cut will do.
    """
    mended: dict[str, Located] = {}
    for prefix in {match[0] for name in found if (match := _ROW.match(name))}:
        present = [found[prefix + name] for name in ("quantity", "unit_price") if prefix + name in found]
        amount = found.get(prefix + "amount")
        if len(present) == 1 and amount is not None and isinstance(amount.value, Decimal):
            mended.update(_parted(prefix, present[0], amount.value))
    return mended


def _parted(prefix: str, both: Located, amount: Decimal) -> Found:
    text = both.text
    if len(both.words) != 1 or both.words[0].text != text or not both.words[0].alternatives or len(text) < _TWO_NUMBERS:
        return {}
    cuts = [(at, values.number(text[:at]), values.number(text[at:])) for at in range(1, len(text))]
    fitting = [
        (at, quantity, price)
        for at, quantity, price in cuts
        if quantity and price and product_holds((quantity, price, amount))
    ]
    if len(fitting) != 1:
        return {}
    at, quantity, price = fitting[0]
    parts = (("quantity", slice(0, at), quantity), ("unit_price", slice(at, len(text)), price))
    return {
        prefix + name: Located(
            prefix + name, (both.words[0].slice(span.start, span.stop),), text[span], value, "quantity_times_price"
        )
        for name, span, value in parts
    }


def _multiplied(row: Sequence[Located]) -> Found:
    numbers = [Decimal(str(part.value)) for part in row]
    if product_holds(numbers):
        return {}
    fitting = [
        (place, value)
        for place, part in enumerate(row)
        for value in amounts(part)
        if product_holds([*numbers[:place], value, *numbers[place + 1 :]])
    ]
    if len(fitting) != 1:
        return {}
    place, value = fitting[0]
    return mended(row[place], value, "quantity_times_price")


def product_holds(row: Sequence[Decimal]) -> bool:
    """Quantity x price = amount, to the cent that the printed digits of the price allow."""
    quantity, price, amount = row
    exponent = price.as_tuple().exponent
    step = Decimal(1).scaleb(int(exponent)) / 2 if isinstance(exponent, int) else _CENT
    return abs(quantity * price - amount) <= _CENT + step * abs(quantity)


def as_printed_twice(field: str, other: str) -> Constraint:
    """A second print of the same value (a QR code) decides between readings of the first."""

    def mend(found: Found) -> Found:
        located, twin = found.get(field), found.get(other)
        if located is None or twin is None or twin.value is None or located.value == twin.value:
            return {}
        wanted = _digits(twin.text)
        fits = any(_digits(text) == wanted for text in readings(located)) or _only_doubtful(located, wanted)
        return mended(located, twin.value, "qr") if fits else {}

    return mend


def _only_doubtful(located: Located, wanted: str) -> bool:
    """Whether what was read differs from the second print in a few characters, and these were doubtful."""
    read = [
        (char, options[0][1] if options else 1.0)
        for word in located.words
        for char, options in zip(word.text.upper(), word.alternatives or ((),) * len(word.text), strict=True)
        if _digits(char)
    ]
    other = [share for (char, share), right in zip(read, wanted, strict=False) if char != right]
    return len(read) == len(wanted) and len(other) <= _MOST and all(share < _DOUBTFUL for share in other)


def vocabulary(damaged: str, field: str, known: Callable[[], Iterable[str]]) -> Constraint:
    """A field without a value becomes the one known text that is at most two characters from what was read of it.

    damaged: the name under which the extractor gave what it could read. Only for recognised words. Signs that were
    merely passed over count as one: what is left must be the text's own.
    """

    def mend(found: Found) -> Found:
        located = found.get(damaged)
        if located is None or not any(word.alternatives for word in located.words):
            return {}
        if field in found and found[field].value is not None:
            return {}
        read = squash(str(located.value or located.text))
        distances = {entry: _apart(read, squash(entry)) for entry in known()}
        nearest = min(distances.values(), default=_MOST + 1)
        chosen = only(entry for entry, far in distances.items() if far == nearest <= _MOST)
        return mended(replace(located, name=field), chosen, "vocabulary")

    return mend


def _apart(read: str, entry: str) -> int:
    passed_over = 0 < len(entry) - len(read) <= _PASSED_OVER and Indel.distance(read, entry) == len(entry) - len(read)
    return 1 if passed_over else Levenshtein.distance(read, entry)


def amounts(located: Located) -> set[Decimal]:
    """The numbers that its readings give, sums to the cent."""
    parsed = (values.number(text) for text in readings(located))
    return {
        value.quantize(_CENT) if "amount" in located.name or "tax" in located.name else value
        for value in parsed
        if value is not None
    }


def _digits(text: str) -> str:
    return re.sub(r"[^\dA-Z]", "", squash(text).upper())


def mended(located: Located, value: Value | None, constraint: str) -> Found:
    """The field with another value and the constraint that chose it; nothing where there is none."""
    return {} if value is None else {located.name: replace(located, value=value, repaired=constraint)}
