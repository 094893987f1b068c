"""Which values prove each other: the constraints that repair, asked once more for what holds and what does not.

A proof takes what was located and says of the fields that it can test whether it holds. What holds makes a reading
more certain, what fails less: `selfproof.confidence` weighs it. What it means for the document is for the checks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from selfproof import values
from selfproof.repair import Found, product_holds

Proof: TypeAlias = Callable[[Found], Mapping[str, bool]]

_ROW = re.compile(r"items\[\d+\]\.")
_CODE = 18  # signs of a code with a check digit
_CENT = Decimal("0.01")


def proved(proofs: Iterable[Proof], found: Found) -> dict[str, bool]:
    """For each field that any proof tests whether all of them hold."""
    told: dict[str, bool] = {}
    for proof in proofs:
        for name, holds in proof(found).items():
            told[name] = told.get(name, True) and holds
    return told


def check_digits(*fields: str, valid: Callable[[str], bool]) -> Proof:
    """Codes of 18 signs carry a check digit."""

    def test(found: Found) -> Mapping[str, bool]:
        codes = {name: str(found[name].value) for name in fields if name in found}
        return {name: valid(code) for name, code in codes.items() if len(code) == _CODE}

    return test


def adds_up(net: str, tax: str, gross: str) -> Proof:
    """Net + tax = gross."""

    def test(found: Found) -> Mapping[str, bool]:
        sums = _decimals(found, (net, tax, gross))
        return dict.fromkeys(sums, sums[net] + sums[tax] == sums[gross]) if len(sums) == len((net, tax, gross)) else {}

    return test


def words_equal_figures(words: str, figures: str) -> Proof:
    """The total in words says the figures; not where the figures were taken from the words."""

    def test(found: Found) -> Mapping[str, bool]:
        if words not in found or figures not in found or found[words].words == found[figures].words:
            return {}
        amount = values.amount_in_words(found[words].text)
        return {} if amount is None else dict.fromkeys((words, figures), amount == found[figures].value)

    return test


def printed_twice(field: str, other: str) -> Proof:
    """A second print of the same value, a QR code's, says the same."""

    def test(found: Found) -> Mapping[str, bool]:
        if field not in found or other not in found or found[field].words == found[other].words:
            return {}
        return {field: found[field].value == found[other].value}

    return test


def items_add_up(net: str) -> Proof:
    """The items' amounts sum to the net, to a cent an item."""

    def test(found: Found) -> Mapping[str, bool]:
        names = [name for name in found if _ROW.match(name) and name.endswith(".amount")]
        sums = _decimals(found, (net, *names))
        if not names or len(sums) != len(names) + 1:
            return {}
        lacking = sums[net] - sum((sums[name] for name in names), Decimal(0))
        return dict.fromkeys(sums, abs(lacking) <= _CENT * len(names))

    return test


def quantity_times_price(found: Found) -> Mapping[str, bool]:
    """Quantity x price = amount on each item."""
    told: dict[str, bool] = {}
    for prefix in {match[0] for name in found if (match := _ROW.match(name))}:
        names = [prefix + name for name in ("quantity", "unit_price", "amount")]
        row = _decimals(found, names)
        if len(row) == len(names):
            told.update(dict.fromkeys(names, product_holds([row[name] for name in names])))
    return told


def rate_times_amount(found: Found) -> Mapping[str, bool]:
    """Amount x rate = tax on each item, to two cents: programs round apart."""
    told: dict[str, bool] = {}
    for prefix in {match[0] for name in found if (match := _ROW.match(name))}:
        names = [prefix + name for name in ("amount", "tax")]
        row, share = _decimals(found, names), _share(found, prefix + "tax_rate")
        if len(row) == len(names) and share is not None:
            holds = abs(row[names[0]] * share - row[names[1]]) <= 2 * _CENT
            told.update(dict.fromkeys((*names, prefix + "tax_rate"), holds))
    return told


def _share(found: Found, name: str) -> Decimal | None:
    printed = str(found[name].value) if name in found else ""
    return Decimal(printed.removesuffix("%")) / 100 if re.fullmatch(r"[\d.]+%", printed) else None


def _decimals(found: Found, names: Collection[str]) -> dict[str, Decimal]:
    known = {name: found[name].value for name in names if name in found}
    return {name: value for name, value in known.items() if isinstance(value, Decimal)}
