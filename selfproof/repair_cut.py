"""Repairs of recognised amounts that lost their last figures: a seal, a rule of the form or the sheet's edge took them.

What is printed begins with what was read, and other figures of the paper say how it goes on; else it is null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from selfproof import values
from selfproof.layout import squash
from selfproof.model import Located
from selfproof.repair import Constraint, Found, from_others, mended, product_holds
from selfproof.repair_fields import recognised

_TAX = re.compile(r"items\[\d+\]\.tax")
_AMOUNT = re.compile(r"items\[\d+\]\.amount")
_RIVAL = 0.1
_CUT = re.compile(r"\d\.\d?$")
_CENT = Decimal("0.01")
_WHOLE = re.compile(r"\.\d{2}$")


def sums_cut_off(net: str, tax: str, gross: str, words: str) -> Constraint:
    """The one of three sums that is not printed to the cent: what the others, the words or the items' taxes tell.

    Where its point shows that figures are lost and nothing tells them, it is null; without a point it may be whole.
    """

    def mend(found: Found) -> Found:
        sums = {name: found[name] for name in (net, tax, gross) if name in found and found[name].value is not None}
        cut = [one for one in sums.values() if recognised(one) and not _WHOLE.search(squash(one.text))]
        if len(cut) != 1:
            return {}
        (one,) = cut
        told = [
            _by_others(one.name, sums, (net, tax, gross)),
            values.amount_in_words(found[words].text) if one.name == gross and words in found else None,
            _by_items(found) if one.name == tax else None,
        ]
        if one.value in told:
            return {}
        read = squash(one.text).strip("¥")
        whole = next((value for value in told if value is not None and f"{value}".startswith(read)), None)
        if whole is not None:
            return mended(one, whole, "net_plus_tax")
        return {one.name: replace(one, value=None)} if _CUT.search(squash(one.text)) else {}

    return mend


def _by_others(name: str, sums: Mapping[str, Located], fields: tuple[str, str, str]) -> Decimal | None:
    if len(sums) < len(fields):
        return None
    return from_others(*fields, {other: Decimal(str(part.value)) for other, part in sums.items()})[name]


def _by_items(found: Found) -> Decimal | None:
    """The items' taxes together, where each item has one."""
    taxes = [found.get(name.replace("amount", "tax")) for name in found if _AMOUNT.fullmatch(name)]
    told = [tax.value for tax in taxes if tax is not None and not _CUT.search(squash(tax.text))]
    sums = [value for value in told if isinstance(value, Decimal)]
    return sum(sums, Decimal(0)) if sums and len(sums) == len(taxes) else None


def undoubted_sums(net: str, tax: str, gross: str, words: str) -> Constraint:
    """Recognised sums that nothing proves and of which a figure may as well be another are null.

    Proof is that they add up, or the total in words.
    """

    def mend(found: Found) -> Found:
        sums = {name: found[name] for name in (net, tax, gross) if name in found and found[name].value is not None}
        spelled = values.amount_in_words(found[words].text) if words in found else None
        if gross in sums and _by_others(gross, sums, (net, tax, gross)) == sums[gross].value:
            return {}
        open_ = (part for part in sums.values() if recognised(part) and _doubted(part))
        return {part.name: replace(part, value=None) for part in open_ if part.name != gross or part.value != spelled}

    return mend


def undoubted_amounts(net: str) -> Constraint:
    """Recognised amounts of items of which a figure may as well be another are null where nothing proves them.

    Proof is that all add up to the net, or that quantity x price makes the amount.
    """

    def mend(found: Found) -> Found:
        amounts = {name: part for name, part in found.items() if _AMOUNT.fullmatch(name) and part.value is not None}
        total = sum((Decimal(str(part.value)) for part in amounts.values()), Decimal(0))
        if net in found and found[net].value == total:
            return {}
        open_ = {name: part for name, part in amounts.items() if recognised(part) and _doubted(part)}
        return {name: replace(part, value=None) for name, part in open_.items() if not _multiplied(found, name)}

    return mend


def _multiplied(found: Found, name: str) -> bool:
    row = [found.get(name.replace("amount", other)) for other in ("quantity", "unit_price", "amount")]
    numbers = [part.value for part in row if part is not None and isinstance(part.value, Decimal)]
    return len(numbers) == len(row) and product_holds(numbers)


def _doubted(part: Located) -> bool:
    """Whether another sign than the one that was read is a tenth as likely."""
    rivals = (options for word in part.words for options in word.alternatives if len(options) > 1)
    return any(options[0][0].isdigit() and options[1][1] > _RIVAL * options[0][1] for options in rivals)


def taxes_cut_off(found: Found) -> Found:
    """Recognised taxes of items that lost their last figures, by a thumb or the sheet's edge: all print two decimals.

    They become amount x rate where that begins with what was read and all items' taxes then sum to the tax; else null.
    """
    taxes = {name: part for name, part in found.items() if _TAX.fullmatch(name)}
    cut = {name: part for name, part in taxes.items() if recognised(part) and _CUT.search(squash(part.text))}
    whole = {name: _tax(found, name) for name in cut}
    fits = all(value is not None and f"{value}".startswith(squash(cut[name].text)) for name, value in whole.items())
    told = [whole.get(name, part.value) for name, part in taxes.items()]
    total = found["tax_amount"].value if "tax_amount" in found else None
    if fits and total is not None and sum(value for value in told if isinstance(value, Decimal)) == total:
        return {name: replace(part, value=whole[name], repaired="items_add_up") for name, part in cut.items()}
    return {name: replace(part, value=None) for name, part in cut.items()}


def _tax(found: Found, name: str) -> Decimal | None:
    row = name.removesuffix("tax")
    amount, rate = (found[row + other].value if row + other in found else None for other in ("amount", "tax_rate"))
    if not isinstance(amount, Decimal) or not re.fullmatch(r"[\d.]+%", str(rate)):
        return None
    return (amount * Decimal(str(rate).removesuffix("%")) / 100).quantize(_CENT, ROUND_HALF_UP)
