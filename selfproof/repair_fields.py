"""Repairs of single kinds of value: numbers with a seal's figures, days, rates, items that must add up.

As in `selfproof.repair`: only recognised words, only among the recogniser's candidates, only what is clearly the one.
A recognised value that is certainly not what is printed becomes null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

import yaml
from stdnum import numdb
from stdnum.cn import ric, uscc

from selfproof import confidence, values
from selfproof.layout import squash
from selfproof.model import Located
from selfproof.repair import (
    Constraint,
    Found,
    Parser,
    amounts,
    check_digits,
    from_others,
    likeliest,
    mended,
    only,
    readings,
)

_CODE = 18  # signs of a social-credit code
_SHORT_CODE = re.compile(r"9[123][1-6]\d{5}[0-9A-Z]{8,9}")
_SURE = 0.8  # of a code whose check digit is wrong, or that has none: less, and the reading may well be wrong
_UNPROVED = 0.95  # of figures that nothing proves: rightly read ones have more, 0 for 8 has less
_NUMBER = 20  # figures of a fully digital invoice's number: year 2, province 2, channel 1, sequence 15
_AMOUNT = re.compile(r"items\[\d+\]\.amount")
_TAX = re.compile(r"items\[\d+\]\.tax")
_MISREAD_FORM = re.compile("(?<![有无])限(?:责任)?公司")
_FIRM = re.compile("(?:公司|厂|店|部|中心|合作社|商行|经营户|企业|合伙\\)?)$")
_ELSEWHERE = re.compile("香港|澳门|台湾")
_POINTLESS = re.compile(r"\D?\d{3,}\D?")
_OPEN = 0.05  # of the likelihood of a standard sign beside an old one: less, and the old one is what is printed
_CENT = Decimal("0.01")
_ROUNDED = Decimal("0.06")  # by which the tax of a line may be off, as programs for invoices allow


def unglued(field: str, valid: Callable[[str], bool]) -> Constraint:
    """A code with figures of a seal before or behind it is cut to its 18 signs; null where not just one end is one.

    An identity number with two figures behind it is the tax id of a person in business, and stays.
    """

    def mend(found: Found) -> Found:
        located = found.get(field)
        code = located.value if located is not None and recognised(located) else None
        if located is None or not isinstance(code, str) or len(code) <= _CODE:
            return {}
        ends = {end for end in (code[:_CODE], code[-_CODE:]) if valid(end)}
        if len(ends) == 1:
            return mended(located, ends.pop(), "check_digits")
        return {} if ric.is_valid(code[:_CODE]) and not ends else {field: replace(located, value=None)}

    return mend


def credible(field: str, valid: Callable[[str], bool]) -> Constraint:
    """A recognised code of 18 signs with a wrong check digit, not surely read, is null: the reading is wrong.

    So is what a market's register gave (91 to 93 and a region) with a sign or two less: a seal or the edge took them.
    """

    def mend(found: Found) -> Found:
        located = found.get(field)
        if located is None or not recognised(located):
            return {}
        if _SHORT_CODE.fullmatch(str(located.value)):
            return {field: replace(located, value=None)}
        if len(str(located.value or "")) != _CODE:
            return {}
        sure = min(word.confidence for word in located.words) >= _SURE
        return {} if sure or valid(str(located.value)) else {field: replace(located, value=None)}

    return mend


def legal_form(field: str) -> Constraint:
    """A recognised name whose legal form has another sign for 有 (股份育限公司): as its candidates allow, else null."""

    def mend(found: Found) -> Found:
        located = found.get(field)
        if located is None or not recognised(located) or not _MISREAD_FORM.search(str(located.value or "")):
            return {}
        whole = likeliest(located, values.name, lambda value: not _MISREAD_FORM.search(str(value)))
        return mended(located, whole, "vocabulary") if whole else {field: replace(located, value=None)}

    return mend


def place_of_its_code(field: str, code: str) -> Constraint:
    """A recognised name with one sign wrong in the county that its own sound code is of has that county's sign.

    Only where recognition thought of it: 壁山 for 璧山. Source: GB/T 2260, as python-stdnum carries it.
    """

    def mend(found: Found) -> Found:
        located, told = found.get(field), found.get(code)
        if located is None or told is None or not recognised(located) or not uscc.is_valid(str(told.value)):
            return {}
        county, name = _county(str(told.value)[2:8]), str(located.value or "")
        if not county or county in name:
            return {}
        near = (value for text in readings(located, 1) if (value := values.name(text)) and county in value)
        return mended(located, only(near), "vocabulary")

    return mend


@cache
def _county(code: str) -> str:
    """A county's name by its code without what sort it is of; empty where it has none of two signs or more."""
    told = [part.get("county", "") for _, part in numdb.get("cn/loc").info(code)]
    name = re.sub(r"^.*\]", "", told[-1]) if told else ""
    bare = re.sub("(?:市辖区|自治[县旗]|新区|[县市区旗])$", "", name)
    return bare if len(bare) > 1 else ""


def standard_signs(*fields: str) -> Constraint:
    """A recognised name of a firm with one sign in an old form has the standard one: firms are named in no others.

    Source: 企业名称登记管理规定 (国务院令第734号), article 8. Names with more of them are of elsewhere, and stay.
    """

    def mend(found: Found) -> Found:
        told = ((name, found[name]) for name in fields if name in found and recognised(found[name]))
        names = ((name, one, _standard(str(one.value or ""))) for name, one in told)
        return {name: replace(one, value=value, repaired="vocabulary") for name, one, value in names if value}

    return mend


def likely_standard(shape: re.Pattern[str]) -> Constraint:
    """Recognised text with one sign in an old form has the standard one where recognition thought of that too.

    Text with more of them, or with one that was surely read, stays: brands may be written so.
    """

    def mend(found: Found) -> Found:
        told = ((name, one, str(one.value or "")) for name, one in found.items() if shape.fullmatch(name))
        open_ = ((name, one, text, _doubted(one, text)) for name, one, text in told if recognised(one))
        return {
            name: replace(one, value=text.replace(sign, _old_signs()[sign]), repaired="vocabulary")
            for name, one, text, sign in open_
            if sign
        }

    return mend


def _doubted(located: Located, text: str) -> str:
    """The one sign of a text in an old form, where its standard form is a rival wherever it was read."""
    old = {sign for sign in text if sign in _old_signs()}
    if len(old) != 1:
        return ""
    (sign,) = old
    read = [
        dict(options)
        for word in located.words
        for char, options in zip(word.text, word.alternatives, strict=False)
        if char == sign
    ]
    sure = any(options.get(_old_signs()[sign], 0.0) < _OPEN for options in read)
    return sign if read and not sure else ""


def measures(shape: re.Pattern[str]) -> Constraint:
    """A recognised unit that is none of measure becomes the one that its candidates make of it: 干克 is 千克.

    Source: 中华人民共和国法定计量单位 (国务院, 1984-02-27). What is counted by goes by many names, and stays.
    """

    def mend(found: Found) -> Found:
        changed: dict[str, Located] = {}
        for name, one in found.items():
            if shape.fullmatch(name) and recognised(one) and one.value is not None and str(one.value) not in _units():
                changed |= mended(one, likeliest(one, values.text, lambda value: str(value) in _units()), "vocabulary")
        return changed

    return mend


@cache
def _units() -> frozenset[str]:
    table = yaml.safe_load(files("selfproof").joinpath("tables", "measures.yaml").read_text("utf-8"))
    return frozenset(table["units"].split())


def _standard(name: str) -> str | None:
    old = {sign for sign in name if sign in _old_signs()}
    if len(old) != 1 or not _FIRM.search(name) or _ELSEWHERE.search(name):
        return None
    return "".join(_old_signs().get(sign, sign) for sign in name)


@cache
def _old_signs() -> dict[str, str]:
    table = yaml.safe_load(files("selfproof").joinpath("tables", "standard_signs.yaml").read_text("utf-8"))
    return {pair[0]: pair[1] for pair in table["pairs"].split()}


def surely_read(field: str, twice: str) -> Constraint:
    """A recognised number without check digits, not surely read and not printed twice alike, is null.

    twice: what another print of it, such as a code, says.
    """

    def mend(found: Found) -> Found:
        located, other = found.get(field), found.get(twice)
        if located is None or located.value is None or not recognised(located):
            return {}
        proven = other is not None and other.value == located.value
        sure = proven or min(word.confidence for word in located.words) >= _UNPROVED
        return {} if sure else {field: replace(located, value=None)}

    return mend


def lost_point(net: str, tax: str, gross: str, words: str) -> Constraint:
    """Sums are printed to the cent: the one that was recognised without a point where others have one has lost it.

    With it where the others or the words make up just that, null where they do not make up the figures as they stand.
    """

    def mend(found: Found) -> Found:
        sums = {name: found[name] for name in (net, tax, gross) if name in found and found[name].value is not None}
        bare = [one for one in sums.values() if recognised(one) and _POINTLESS.fullmatch(squash(one.text))]
        if len(bare) != 1 or len(sums) == 1:
            return {}
        (one,) = bare
        read = {name: Decimal(str(sums[name].value)) if name in sums else Decimal(0) for name in (net, tax, gross)}
        proved = {
            from_others(net, tax, gross, read)[one.name],
            values.amount_in_words(found[words].text) if words in found else None,
        }
        if read[one.name] in proved:
            return {}
        cents = (read[one.name] * _CENT).quantize(_CENT)
        return mended(one, cents, "lost_point") if cents in proved else {one.name: replace(one, value=None)}

    return mend


def undoubted(field: str) -> Constraint:
    """A recognised name of which one sign may as well be another is null: nothing else tells which name it is."""

    def mend(found: Found) -> Found:
        located = found.get(field)
        if located is None or located.value is None or not recognised(located):
            return {}
        return {field: replace(located, value=None)} if any(confidence.open_signs(located.words)) else {}

    return mend


def legal_day(field: str, parse: Parser) -> Constraint:
    """A recognised day that no calendar has becomes the likeliest of its readings that one has."""

    def mend(found: Found) -> Found:
        located = found.get(field)
        if located is None or located.value is not None or not recognised(located):
            return {}
        return mended(located, likeliest(located, parse, lambda value: isinstance(value, date)), "calendar")

    return mend


def one_of(shape: re.Pattern[str], known: Callable[[], Collection[str]], parse: Parser) -> Constraint:
    """Recognised values of a closed list (tax rates): the likeliest reading that is in it, else null."""

    def mend(found: Found) -> Found:
        changed: dict[str, Located] = {}
        for name, located in found.items():
            if shape.fullmatch(name) and recognised(located) and str(located.value) not in {*known(), "None"}:
                value = likeliest(located, parse, lambda value: str(value) in known())
                changed[name] = replace(located, value=value, repaired="vocabulary" if value is not None else "")
        return changed

    return mend


def items_add_up(net: str) -> Constraint:
    """The items' amounts sum to the net: when they do not, one changed reading of one of them must make it so."""

    def mend(found: Found) -> Found:
        total = found[net].value if net in found else None
        parts = {name: part.value for name, part in found.items() if _AMOUNT.fullmatch(name)}
        sums = {name: value for name, value in parts.items() if isinstance(value, Decimal)}
        if not isinstance(total, Decimal) or len(sums) != len(parts):
            return {}
        lacking = total - sum(sums.values(), Decimal(0))
        if abs(lacking) <= _CENT * len(sums):
            return {}
        fitting = [name for name, value in sums.items() if value + lacking in amounts(found[name])]
        return mended(found[fitting[0]], sums[fitting[0]] + lacking, "items_add_up") if len(fitting) == 1 else {}

    return mend


def legal_taxes(net: str, tax: str, rates: Callable[[], Collection[str]]) -> Constraint:
    """A recognised amount and its tax, which no rate that ever was in force relates, are null but for what adds up.

    Not where tax is due on a part of the price only (差额征税): stars stand in the rate's place, or the remarks say so.
    """

    def mend(found: Found) -> Found:
        shares = [Decimal(rate.removesuffix("%")) / 100 for rate in rates() if rate.endswith("%")]
        if "差额" in (found["remarks"].text if "remarks" in found else ""):
            return {}
        wrong: dict[str, Located] = {}
        for row in {name.removesuffix("amount") for name in found if _AMOUNT.fullmatch(name)}:
            amount, due = found[row + "amount"], found.get(row + "tax")
            if due is None or not (isinstance(amount.value, Decimal) and isinstance(due.value, Decimal)):
                continue
            related = any(abs(amount.value * share - due.value) <= _ROUNDED for share in shares)
            starred = row + "tax_rate" in found and "*" in found[row + "tax_rate"].text
            if not related and not starred and recognised(amount) and recognised(due):
                wrong |= {amount.name: amount, due.name: due}
        sums = ((net, _AMOUNT), (tax, _TAX))
        proved = [shape for total, shape in sums if _adds_up(found, total, shape)]
        return {
            name: replace(part, value=None)
            for name, part in wrong.items()
            if not any(shape.fullmatch(name) for shape in proved)
        }

    return mend


def _adds_up(found: Found, total: str, shape: re.Pattern[str]) -> bool:
    parts = [part.value for name, part in found.items() if shape.fullmatch(name)]
    whole = found[total].value if total in found else None
    figures = [value for value in parts if isinstance(value, Decimal)]
    return len(figures) == len(parts) and sum(figures, Decimal(0)) == whole


def number_of_its_day(field: str, day: str, regions: Callable[[], Collection[str]]) -> Constraint:
    """A fully digital invoice's number begins with the year of its date and a province (GB/T 2260)."""

    def mend(found: Found) -> Found:
        located, issued = found.get(field), found.get(day)
        if (
            located is None
            or issued is None
            or not isinstance(issued.value, date)
            or len(str(located.value)) != _NUMBER
        ):
            return {}
        starts = {f"{issued.value:%y}{region[:2]}" for region in regions()}
        if str(located.value)[:4] in starts:
            return {}
        value = likeliest(located, lambda text: re.sub(r"\D", "", text), lambda code: _begins(str(code), starts))
        return mended(located, value, "number_form")

    return mend


def _begins(code: str, starts: Collection[str]) -> bool:
    return len(code) == _NUMBER and code[:4] in starts


def recognised(located: Located) -> bool:
    """Whether its words came from a recogniser: exact carriers offer no candidates, and are never mended."""
    return any(word.alternatives for word in located.words)


def tax_code(field: str) -> Constraint:
    """A firm's code with a wrong check digit becomes its reading with a right one; null where it is doubtful itself."""
    mend, drop = check_digits(field, _sound, values.tax_id), credible(field, _sound)
    return lambda found: mend(found) or drop(found)


def _sound(code: str) -> bool:
    """Whether a tax id is no firm's code of eighteen signs, or one with the right check digit.

    >>> _sound("91330100MA27XKB80Q"), _sound("340823199001011234"), _sound("340823728810337")
    (False, True, True)
    """
    return not re.fullmatch(r"9[0-9A-Z]{17}", code) or bool(uscc.is_valid(code))
