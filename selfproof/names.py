"""The parts of a Chinese business name, and whether two printed names are one firm.

A name is region, brand, trade and form (企业名称登记管理规定, article 6). Two names are compared part by part: as
whole strings 五金 and 塑料 firms of one town look alike, and so do a firm and its branch.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml
from rapidfuzz import fuzz
from rapidfuzz.distance import Hamming, Levenshtein
from stdnum.cn import uscc

from selfproof.model import Applicant

SAME = 0.85  # at or above it two names are one firm
_ONE_SLIP = 0.95
LONG = 4  # characters: in a shorter brand one other character is another brand
_SLIP_OF_CORE = 5  # characters of brand and trade together among which one may be misread
_CJK = re.compile(r"[\u3400-\u9fff]")
_COUNTY = re.compile(
    r"[\u3400-\u9fff]{1,3}?(?<![超夜城都菜集小社园景校])(?:自治州|自治县|地区|盟|市|县|区|旗|镇|乡)(?=[\u3400-\u9fff]{2})"
)
_SUFFIX = re.compile(r"(?<=..)(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|自治州|自治县|地区|[省市县区旗镇乡州])$")
_ORDINAL = re.compile(r"第?[一二三四五六七八九十百\d]*$")
_PLACE = 3  # signs of a place beside the two that every one has


@dataclass(frozen=True, slots=True)
class Parts:
    """A business name taken apart.

    regions: without 省, 市 and the like, from large to small. trades: known words in order. form: its class
    ("" when none is printed). branch: what stands after the name of the firm to which a branch belongs.
    """

    regions: tuple[str, ...]
    brand: str
    trades: tuple[str, ...]
    form: str
    branch: str

    @property
    def core(self) -> str:
        """Brand and trade, which tell one firm of a town from another."""
        return self.brand + "".join(self.trades)


@cache
def _table(name: str) -> Any:  # noqa: ANN401  a table's shape is its own
    return yaml.safe_load(files("selfproof").joinpath("tables", f"{name}.yaml").read_text("utf-8"))


@cache
def _provinces() -> Mapping[str, str]:
    """Each known region with its province; a province is its own."""
    table: dict[str, list[str]] = _table("regions")
    return {name: province for province, cities in table.items() for name in (province, *cities)}


@cache
def _shapes() -> Mapping[int, str]:
    return {ord(char): group[0] for group in _table("names")["lookalikes"] for char in group}


@cache
def _longest_first(name: str) -> tuple[str, ...]:
    return tuple(sorted(_table("names")[name], key=len, reverse=True))


@cache
def _words(name: str) -> tuple[frozenset[str], tuple[int, ...]]:
    """The words of a table, and their lengths, longest first."""
    words = frozenset(_table("names")[name])
    return words, tuple(sorted({len(word) for word in words}, reverse=True))


def _last_word(text: str, name: str) -> str:
    """The longest word of a table with which the text ends; "" when there is none."""
    words, lengths = _words(name)
    return next((end for length in lengths if (end := text[-length:]) in words), "")


def plain(name: str) -> str:
    """NFKC without white space, brackets, dots and marks such as 个体工商户; upper case.

    >>> plain("云泽 （临江）青禾五金店（个体工商户）")
    '云泽临江青禾五金店'
    """
    text = re.sub(
        r"[\s()\[\]{}【】〔〕《》<>\"'“”‘’·•.,，。、:：;；*_]+", "", unicodedata.normalize("NFKC", name)
    ).upper()
    return re.sub("|".join(_longest_first("marks")), "", text)


@lru_cache(maxsize=32768)  # the same names stand on all papers of an application, and a year's statement has many
def split(name: str) -> Parts:
    """A printed business name in its parts.

    >>> split("云泽市青禾塑料制品有限公司")
    Parts(regions=('云泽',), brand='青禾', trades=('塑料', '制品'), form='limited', branch='')
    """
    bare, inserted = _inserted(unicodedata.normalize("NFKC", name))
    whole, branch = _branch(plain(bare))
    rest, form = _form(whole)
    regions, rest = _regions(rest)
    brand, trades = _trades(rest)
    return Parts((*regions, *inserted), brand, trades, form, branch)


def _inserted(name: str) -> tuple[str, tuple[str, ...]]:
    """The name without a region in brackets, and that region: 白露(深圳)科技有限公司."""
    match = re.search(r"\(([^()]+)\)(?=.)", name)
    region = _SUFFIX.sub("", plain(match[1])) if match else ""
    if match is None or region not in _provinces():
        return name, ()
    return name[: match.start()] + name[match.end() :], (region,)


def _branch(name: str) -> tuple[str, str]:
    """The firm, and what follows its legal form; or a name that ends in 第二分店 and the like."""
    legal = re.fullmatch(r"(.*?(?<!分)公司)(.+)", name)
    if legal:
        return legal[1], legal[2]
    ending = next((word for word in _longest_first("branches") if name.endswith(word)), "")
    stem = name.removesuffix(ending)
    if not ending:
        return name, ""
    ordinal = _ORDINAL.search(stem)
    begin = ordinal.start() if ordinal and ordinal[0] else _firm(stem)
    return name[:begin], name[begin:]


def _firm(stem: str) -> int:
    """How much of a branch's name without its ending is the firm's: up to a trade with a form before the place."""
    for end in range(len(stem) - 2, len(stem) - 2 - _PLACE, -1):
        rest, form = _form(stem[: max(0, end)])
        if form and _last_word(rest, "trades"):
            return end
    return len(stem)


def head(name: str) -> str:
    """The firm to which a branch belongs, as `plain` gives it; any other name as it is.

    >>> head("云泽市青禾塑料制品有限公司临江分公司")
    '云泽市青禾塑料制品有限公司'
    >>> head("海若印刷厂临江分厂")
    '海若印刷厂'
    """
    bare, inserted = _inserted(unicodedata.normalize("NFKC", name))
    return plain(name) if inserted else _branch(plain(bare))[0]


def core(name: str) -> str:
    """Brand and trade with look-alike signs as one: names of one firm differ in at most one sign of it."""
    return _shape(split(name).core)


def _form(name: str) -> tuple[str, str]:
    """The name without its form, and the form's class; a form of four signs may have one misread."""
    forms: Mapping[str, str] = _table("names")["forms"]
    trade = _last_word(name, "trades")
    for form in _longest_first("forms"):
        if len(form) < len(trade):  # 饭店 is what it does, not a 店 named 饭
            break
        ending = name[-len(form) :]
        if ending == form or (len(form) >= LONG and len(ending) == len(form) and Hamming.distance(ending, form) == 1):
            return name[: -len(form)], forms[form]
    return name, ""


def _regions(name: str) -> tuple[tuple[str, ...], str]:
    """Leading regions, known or told by 市, 县, 区 …; a brand of two characters always remains."""
    found: list[str] = []
    while region := _leading(name):
        found.append(_SUFFIX.sub("", region))
        name = name[len(region) :]
    return tuple(found), name


@cache
def _known() -> re.Pattern[str]:
    """A known region with or without its suffix; a trade word behind it is no region's suffix."""
    names = "|".join(sorted(map(re.escape, _provinces()), key=len, reverse=True))
    suffix = "特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|地区|[省市州县区]"
    return re.compile(rf"(?:{names})(?:{suffix})?(?=[\u3400-\u9fff]{{2}})")


def _leading(name: str) -> str:
    match = _known().match(name) or _COUNTY.match(name)
    return match.group() if match else ""


def _trades(text: str) -> tuple[str, tuple[str, ...]]:
    """What stands before the known trade words at the end, and these words in order."""
    words: list[str] = []
    while word := _last_word(text, "trades"):
        words.insert(0, word)
        text = text.removesuffix(word)
    return text, tuple(words)


def similar(a: str, b: str) -> float:
    """How alike two business names are, 0..1, part by part; 0 when either is empty.

    A missing region or form is no difference; another region, trade, form or branch is.
    """
    if not plain(a) or not plain(b):
        return 0.0
    one, two = split(a), split(b)
    factors = (
        _core(one, two),
        1.0 if one.branch == two.branch else 0.5,
        _region(one.regions, two.regions),
        _forms(one.form, two.form),
    )
    return round(min(factors), 4) if min(factors) >= SAME else round(min(factors) * _core(one, two), 4)


def same_firm(a: str, b: str) -> bool:
    """Whether two printed names are one firm, allowing for slips of a reader; a branch is not its firm."""
    return similar(a, b) >= SAME


def _shape(text: str) -> str:
    return text.translate(_shapes())


def _core(one: Parts, two: Parts) -> float:
    if _shape(one.core) == _shape(two.core):
        return 1.0
    if one.trades == two.trades:
        return _near(one.brand, two.brand)
    more, less = set(one.trades) - set(two.trades), set(two.trades) - set(one.trades)
    misread = len(one.core) == len(two.core) >= _SLIP_OF_CORE and Hamming.distance(one.core, two.core) == 1
    if misread and not (more and less):  # a word that only one side knows: the other misread one of its characters
        return _ONE_SLIP
    return 0.8 * Levenshtein.normalized_similarity(one.core, two.core)


def _near(a: str, b: str) -> float:
    a, b = _shape(a), _shape(b)
    if a == b:
        return 1.0
    if min(len(a), len(b)) >= LONG and Levenshtein.distance(a, b) == 1:
        return _ONE_SLIP
    return 0.8 * Levenshtein.normalized_similarity(a, b)


def _region(one: Sequence[str], two: Sequence[str]) -> float:
    """1 when one lies in the other or one is not printed; 0.5 for two places."""
    if not one or not two or any(_same_place(a, b) for a in one for b in two):
        return 1.0
    return 0.5


def _same_place(a: str, b: str) -> bool:
    """Equal, a province and its city, or an unknown place of which one character is read differently."""
    if _shape(a) == _shape(b):
        return True
    known = _provinces()
    if a in known and b in known:
        return known[a] == known[b] and (a == known[a] or b == known[b])
    return len(a) == len(b) and Hamming.distance(a, b) == 1


def _forms(a: str, b: str) -> float:
    return 1.0 if a == b else 0.9 if not a or not b else 0.6


def applicants_side(text: Callable[[str], str], applicant: Applicant) -> str:
    """``seller`` or ``buyer`` when that party of an invoice is the applicant, else "".

    text: the invoice's value of a field, "" when it is not there. A sound tax id decides before a name; one of an
    older length, or one that fails its check digit and so may be misread, does not.
    """
    for side in ("seller", "buyer"):
        code, name = text(f"{side}_tax_id"), text(f"{side}_name")
        if applicant.uscc and code == applicant.uscc:
            return side
        decided = bool(applicant.uscc) and uscc.is_valid(code)
        if not decided and name and same_firm(name, applicant.name):
            return side
    return ""


def sign_agrees(sign_text: str, business_name: str) -> bool | None:
    """Whether a sign names the business; None when that cannot be told.

    A sign shows the brand, often nothing else: the brand on the sign, or the sign's own brand in the name, agrees.
    Without a common script, or when either names no brand, nothing can be told; nor when half of a brand is there.
    """
    sign, name = plain(sign_text), plain(business_name)
    if bool(_CJK.search(sign)) != bool(_CJK.search(name)) or not sign or not name:
        return None
    if not _CJK.search(sign):
        return _latin_agrees(sign_text, business_name)
    theirs, ours = _sign_brand(sign), split(name).brand
    if len(theirs) < 2 or len(ours) < 2:  # noqa: PLR2004  one character names nobody
        return None
    if _within(ours, sign) or _within(theirs, name):
        return True
    shared = Levenshtein.normalized_similarity(_shape(ours), _shape(theirs))
    return None if shared >= 0.5 else False  # noqa: PLR2004  half of it: a slip of the reader or another firm


def _sign_brand(sign: str) -> str:
    """The Chinese of a sign without what names no one."""
    bare = re.sub("|".join(_longest_first("sign_words")), "", "".join(_CJK.findall(sign)))
    return split(bare).brand


def _within(brand: str, text: str) -> bool:
    """The brand stands in the text, of a long one with one character misread."""
    brand, text = _shape(brand), _shape(text)
    if brand in text:
        return True
    windows: Iterator[str] = (text[start : start + len(brand)] for start in range(len(text) - len(brand) + 1))
    return len(brand) >= LONG and any(Hamming.distance(brand, window) == 1 for window in windows)


def _latin_agrees(sign: str, name: str) -> bool | None:
    score = fuzz.token_set_ratio(sign.casefold(), name.casefold())
    return True if score >= 85 else False if score < 50 else None  # noqa: PLR2004  between them it cannot be told
