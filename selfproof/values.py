"""Printed text → value, or None when it is not one: a value that cannot be read is null, never made up."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

DIGITS = {
    char: value
    for value, chars in enumerate(
        ("零〇○", "壹一", "贰二两貳", "叁三叄参參", "肆四", "伍五", "陆六陸", "柒七", "捌八", "玖九")
    )
    for char in chars
}
UNITS = {"拾": 10, "十": 10, "佰": 100, "百": 100, "伯": 100, "仟": 1000, "千": 1000}  # 伯: as hands write 佰
_HIGHEST = 10**4  # no unit of a section is as high
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8}
CENT = Decimal("0.01")
_SIGNS = re.compile(r"[\s¥￥$元圆]|人民币|CNY|RMB")  # beside a number
_ABSURD = Decimal(10) ** 15  # CNY: no paper states so much; a longer run of figures is a number of another sort
_EMPTY = re.compile(r"[\s*_\-—–/\\.…□＿]*")
_BROKEN_OFF = re.compile(r"(?:股份(?:有(?:限公?)?)?|有限(?:责(?:任公?)?|公)?|责任公|分公)$")  # begun forms of firms
_NAMELESS = re.compile(r"(?:(?i:no)[.:]?|[\W\d_]|[年月日号第])+")
_MIXED = re.compile(r"[A-Za-z.,&'-]+(?: +[A-Za-z.,&'-]+)+[\u4e00-\u9fff]")
_POINTED = re.compile(r"[-+(]?\d+(?:\.\d{3})+\.\d{2}\)?")
_PERSON = re.compile(r"[\u3400-\u9fff·•]{2,15}|[A-Za-z][A-Za-z .'\-]{1,40}")
_COMMA_FOR_POINT = re.compile(r"(?<=\d),(?=\d\d\)?$)")
_SHORT_GROUP = re.compile(r",\d{1,2}(?=[,.)]|$)")
_NUMBER = re.compile(r"[+\-−(]?\d+(?:\.\d+)?\)?")
_PLACEHOLDER = re.compile(r"[\[【(（].{0,12}(?:填写|请填|待定).{0,12}[\]】)）]|[Xx×]{3,}|_{3,}")
_DAY = re.compile(r"(?<!\d)(\d{4})\s*[年./\-\s]\s*(\d{1,2})\s*[月./\-\s]\s*(\d{2}(?=\d{2}:\d{2})|\d{1,2}(?!\d))")
_COMMA_DAY = re.compile(  # of two points one was misread
    r"(?<![\d.,])((?:19|20)\d{2})(?!([.,])\d\d\2)[.,](0[1-9]|1[0-2])[.,](\d{2})(?![\d.,])"
)
_PARTED_DAY = re.compile(r"(?<!\d)(\d{4})\s*年\s*(\d\s?\d?)\s*月\s*(\d\s?\d?)\s*日")  # glyph by glyph
_COMPACT_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_NUMERALS = "一二三四五六七八九壹贰叁肆伍陆柒捌玖"  # figures in words, common and as on cheques
_YEAR = rf"(?:[〇○零Oo0{_NUMERALS}]{{4}}|(?<![〇○零Oo0{_NUMERALS}])二[{_NUMERALS}]{{2}})"
_MONTH, _DATE = rf"[元正零〇{_NUMERALS}十拾]{{1,3}}", rf"[初零〇{_NUMERALS}十拾廿卅]{{1,4}}"
DAY_IN_WORDS = rf"{_YEAR}\s*年\s*{_MONTH}\s*月\s*{_DATE}\s*日"
_CHINESE_DAY = re.compile(rf"({_YEAR})\s*年\s*({_MONTH})\s*月\s*({_DATE})\s*日?")
_YEARS = range(1800, 2200)  # no paper bears another: 3011 is a misread 2011
TAX_ID_LENGTHS = (15, 17, 18, 20)


def fold(text: str) -> str:
    """NFKC: full-width digits and signs become plain ones."""
    return unicodedata.normalize("NFKC", text)


def text(printed: str) -> str | None:
    """The printed text without outer white space; None for blanks, rules and placeholders.

    >>> text(" ——— "), text("[填写公司名称]"), text(" 甲公司 ")
    (None, None, '甲公司')
    """
    stripped = re.sub(r"\s+", " ", printed).strip().strip(":：")
    if _EMPTY.fullmatch(stripped) or _PLACEHOLDER.search(stripped):
        return None
    return stripped.strip()


def compact(printed: str) -> str | None:
    """Like `text`, without any white space: for Chinese names, addresses and scopes.

    >>> compact("甲 乙（北京）有限公司")
    '甲乙（北京）有限公司'
    """
    kept = text(printed)
    return re.sub(r"\s+", "", kept) if kept else None


def spaced(printed: str) -> str | None:
    """Like `compact`, but for the white space between Latin words: it parts a name's parts.

    >>> spaced("甲 乙（北京）商行"), spaced("SAMPLE  TRADING Co., Ltd."), spaced("SAMPLE 商贸有限公司")
    ('甲乙（北京）商行', 'SAMPLE TRADING Co., Ltd.', 'SAMPLE商贸有限公司')
    """
    kept = text(printed)
    return re.sub(r"(?<![A-Za-z.,&'])\s+|\s+(?![A-Za-z&])", "", kept) if kept else None


def name(printed: str) -> str | None:
    """A name; None where its legal form breaks off, at a seal or the picture's edge: a part of a name is another's.

    None for a day or figures, which stand beside the label of a name that was not filled in, and for Latin words whose
    last letter, alone on a line, was taken for a Chinese sign.

    >>> name("样例塑料制品有限公司"), name("样例塑料制品有限公"), name("样例塑料制品股份"), name("样例小吃店")
    ('样例塑料制品有限公司', None, None, '样例小吃店')
    >>> name("2026年08月31日"), name("No. 018"), name("SAMPLE HOMEWARE GMB工"), name("SAMPLE店")
    (None, None, None, 'SAMPLE店')
    """
    whole = text(printed)
    plain = fold(whole or "")
    return None if _BROKEN_OFF.search(plain) or _NAMELESS.fullmatch(plain) or _MIXED.fullmatch(plain) else whole


def person(printed: str) -> str | None:
    """A person's name: two letters or more, and nothing but letters; no firm.

    >>> person("样 立春"), person("样例有限公司"), person("13900000000")
    ('样立春', None, None)
    """
    kept = compact(printed)
    fits = kept and _PERSON.fullmatch(fold(kept)) and not re.search(r"公司|合作社|服务部|经营部", kept)
    return kept if fits else None


def number(printed: str) -> Decimal | None:
    """A plain number as printed: thousands separators, currency signs and units fall away.

    A comma that recognition took for a point is still a separator where only that makes a number: ``5.903.25``, and a
    point that it took for a comma a point: no group has two figures. None for what begins with a separator or has a
    group of less than three: figures were lost.

    >>> number("￥1,234.50"), number("***"), number("-0.5"), number("(3.00)"), number("5.903.25"), number(",234.50")
    (Decimal('1234.50'), None, Decimal('-0.5'), Decimal('-3.00'), Decimal('5903.25'), None)
    >>> number("4,844,79"), number("665、32"), number("4,84.79"), number("1,23,456.00")
    (Decimal('4844.79'), Decimal('665.32'), None, None)
    """
    grouped = _SIGNS.sub("", fold(printed)).replace("−", "-").replace("—", "-")
    grouped = _COMMA_FOR_POINT.sub(".", grouped.replace("、", ","))
    if grouped.lstrip("-").startswith(",") or _SHORT_GROUP.search(grouped):
        return None
    squeezed = grouped.replace(",", "")
    if _POINTED.fullmatch(squeezed):
        squeezed = squeezed.replace(".", "", squeezed.count(".") - 1)
    if not _NUMBER.fullmatch(squeezed):
        return None
    with suppress(InvalidOperation):
        amount = Decimal(squeezed.strip("+-()"))
        if amount < _ABSURD:
            return -amount if squeezed[0] in "-(" else amount
    return None


def money(printed: str) -> Decimal | None:
    """An amount in CNY to the 分; figures, or a figure with 万元 or 亿元, or an amount in words.

    >>> money("¥ 1,130.00"), money("45.5万元"), money("壹仟元整"), money("免税")
    (Decimal('1130.00'), Decimal('455000.00'), Decimal('1000.00'), None)
    """
    squeezed = re.sub(r"[\s:：]", "", fold(printed))
    scaled = re.fullmatch(r"(.*\d)(万|亿)元?", re.sub(r"^(人民币)?[¥]?", "", squeezed))
    factor = {"万": 10_000, "亿": 100_000_000}[scaled[2]] if scaled else 1
    amount = number(scaled[1] if scaled else squeezed)
    return amount_in_words(squeezed) if amount is None else _cents(amount * factor)


def _cents(amount: Decimal) -> Decimal | None:
    return amount.quantize(CENT) if abs(amount) < _ABSURD else None


def amount_in_words(printed: str) -> Decimal | None:
    """A Chinese amount in words (大写金额) in CNY; None when any sign does not belong to one.

    >>> amount_in_words("柒元零捌分"), amount_in_words("贰拾亿零柒仟叁佰万元整"), amount_in_words("壹佰")
    (Decimal('7.08'), Decimal('2073000000.00'), None)
    >>> amount_in_words("百十万千百十元"), amount_in_words("拾元整"), amount_in_words("零万壹仟零佰伍拾零元")
    (None, Decimal('10.00'), Decimal('1050.00'))
    >>> amount_in_words("贰x元"), amount_in_words("佰元整")
    (None, None)
    >>> amount_in_words("肆仟伍伯元整")
    Decimal('4500.00')
    >>> amount_in_words("壹贰元"), amount_in_words("伍拾伍佰元")  # a unit was lost, or taken for another
    (None, None)
    >>> amount_in_words("（负数）贰仟捌佰圆整")
    Decimal('-2800.00')
    """
    squeezed = re.sub(r"[\s:：()⊗ⓧ®×〤]|人民币|大写", "", fold(printed))
    match = re.fullmatch(r"(负数?)?(?:([^元圆角分整正]+)[元圆])?(?:零?(.)角)?(?:零?(.)分)?[整正]?", squeezed)
    if not match or not any(match.group(2, 3, 4)):
        return None
    sign, whole, tenths, cents = match.groups()
    try:
        total = Decimal(_integer(whole) if whole else 0)
        total += Decimal(DIGITS[tenths] if tenths else 0) / 10 + Decimal(DIGITS[cents] if cents else 0) / 100
    except (KeyError, ValueError):
        return None
    return _cents(-total if sign else total)


def _integer(words: str) -> int:
    """ValueError where a unit counts nothing, as the headings 百十万千百十元 of a form do; a first 拾 alone is ten.

    So it is where two figures share a unit, and where units do not fall.
    """
    total = section = 0
    digit: int | None = None
    last = _HIGHEST
    for char in words:
        if char in DIGITS:
            if digit:
                raise ValueError(words)
            digit = DIGITS[char]
            continue
        ten = char in "拾十" and not section
        if (digit is None and not (ten or (section and char in _MYRIADS))) or UNITS.get(char, 0) >= last:
            raise ValueError(words)
        if char in UNITS:
            last = UNITS[char]
            section += (1 if digit is None else digit) * last
        else:
            last = _HIGHEST
            scaled, kept = (total, 0) if char == "亿" else (0, total)
            total, section = kept + (scaled + section + (digit or 0)) * _MYRIADS[char], 0
        digit = None
    return total + section + (digit or 0)


def in_words(amount: Decimal) -> str:
    """The amount as it is written in words on Chinese invoices, 支付结算办法 annex 1.

    >>> in_words(Decimal("7.08")), in_words(Decimal("10052000.50"))
    ('柒元零捌分', '壹仟零伍万贰仟元伍角整')
    """
    whole, cents = divmod(int((abs(amount) * 100).to_integral_value()), 100)
    words = (_spell(whole) + "元") if whole else ""
    tenths, cents = divmod(cents, 10)
    words += f"{_figure(tenths)}角" if tenths else ("零" if words and cents else "")
    words += f"{_figure(cents)}分" if cents else ("整" if words else "零元整")
    return ("负" if amount < 0 else "") + words


def _figure(digit: int) -> str:
    return "零壹贰叁肆伍陆柒捌玖"[digit]


def _spell(whole: int) -> str:
    for size, unit in ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾")):
        if whole >= size:
            head, rest = divmod(whole, size)
            gap = "零" if rest and rest < size // 10 else ""
            return _spell(head) + unit + gap + (_spell(rest) if rest else "")
    return _figure(whole)


def day(printed: str) -> date | None:
    """A calendar day: figures with any separator, eight figures, or Chinese numerals.

    >>> day("2019 05 08"), day("二〇一六年三月廿一日"), day("20260301"), day("2026年13月1日")
    (datetime.date(2019, 5, 8), datetime.date(2016, 3, 21), datetime.date(2026, 3, 1), None)
    >>> day("贰零贰伍年壹拾贰月零叁日"), day("二二六年五月十日")  # of recognised years the round sign is lost first
    (datetime.date(2025, 12, 3), datetime.date(2026, 5, 10))
    >>> day("2009年1 0月 27 日"), day("2024.11,12"), day("3011年01月30日"), day("2,024.11,12")
    (datetime.date(2009, 10, 27), datetime.date(2024, 11, 12), None, None)
    """
    plain = fold(printed)
    parted = _PARTED_DAY.search(plain) if "年" in plain else None
    match = parted or _DAY.search(plain) or _COMPACT_DAY.search(plain) or _COMMA_DAY.search(plain)
    parts = [int("".join(part.split())) for part in match.groups() if part] if match else _chinese_day(plain)
    with suppress(ValueError, TypeError):
        return date(*parts) if parts and parts[0] in _YEARS else None
    return None


def _chinese_day(plain: str) -> list[int] | None:
    match = _CHINESE_DAY.search(plain)
    if match is None:
        return None
    figures = "".join(str(DIGITS.get(char, 0)) for char in match[1])
    year = int(figures if len(figures) > 3 else f"{figures[0]}0{figures[1:]}")  # noqa: PLR2004  figures of a year
    return [year, _small(match[2]), _small(match[3])]


def _small(numeral: str) -> int:
    spelled = (
        numeral.replace("初", "").replace("廿", "二十").replace("卅", "三十").replace("元", "一").replace("正", "一")
    )
    return _integer(spelled)


def tax_id(printed: str) -> str | None:
    """A tax or social-credit code of a known length (15, 17, 18 or 20 signs), upper case; the check digit is a check's.

    >>> tax_id("9199 0000 MA00 0000 1x"), tax_id("12345")
    ('91990000MA0000001X', None)
    """
    squeezed = re.sub(r"[\s\-:：]", "", fold(printed)).upper()
    return squeezed if len(squeezed) in TAX_ID_LENGTHS and re.fullmatch(r"[0-9A-Z]+", squeezed) else None


def digits(printed: str) -> str | None:
    """A run of figures (invoice numbers, check codes), separators dropped.

    >>> digits("00000 11111 22222 33333"), digits("No.123")
    ('00000111112222233333', None)
    """
    squeezed = re.sub(r"[\s\-]", "", fold(printed))
    return squeezed if squeezed.isdigit() else None


def code(printed: str) -> str | None:
    """A reference as printed, without white space: contract numbers, account numbers.

    >>> code("HT-2026 / 018")
    'HT-2026/018'
    """
    kept = text(fold(printed))
    return re.sub(r"\s+", "", kept) if kept else None


def numbered(printed: str) -> str | None:
    """A reference that has a figure in it: what stands where none was filled in has none.

    >>> numbered("HT-2026 / 018"), numbered("序号")
    ('HT-2026/018', None)
    """
    kept = code(printed)
    return kept if kept and re.search(r"\d", kept) else None


def rate(printed: str) -> str | None:
    """A tax rate in one form: a percentage, 免税 or 不征税.

    >>> rate("0.130000"), rate("13 %"), rate("免税"), rate("***")
    ('13%', '13%', '免税', None)
    """
    squeezed = re.sub(r"\s+", "", fold(printed))
    if squeezed in ("免税", "不征税"):
        return squeezed
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(%?)", squeezed)
    if match is None:
        return None
    share = Decimal(match[1]) * (1 if match[2] else 100)
    return f"{share.normalize():f}%" if share <= 100 else None  # noqa: PLR2004  a rate above the whole is no rate


def count(printed: str) -> int | None:
    """A whole number.

    >>> count("12 笔"), count("6,820"), count("6,82"), count("x")
    (12, 6820, None, None)
    """
    match = re.fullmatch(r"(\d+|\d{1,3}(?:,\d{3})+)\s*[笔条人张个]?", fold(printed).strip())
    return int(match[1].replace(",", "")) if match else None
