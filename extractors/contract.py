"""采购、购销、技术、服务、工程、加工、承揽、运输、设备租赁合同: who delivers what to whom, for how much.

A contract read as prose: its parties (甲方, else the side that pays, is party A), number, day of signing, period and
total. Penalties, advances, shares of the total and sub-items are not the total; blanks and placeholders give nothing.
Leases of premises, loans and employment contracts are other kinds.

Source: 民法典 book three, article 470 (what a contract holds); SAMR model contracts (合同示范文本库).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from extractors import _contract_units
from extractors._contract_names import whole
from extractors._contract_terms import clause, compiled, party, pattern, reference, table, title
from extractors._contract_totals import totals
from extractors._flow import Flow, flow, lines
from selfproof import read, units, values
from selfproof.geometry import union
from selfproof.layout import join
from selfproof.model import Carrier, Document, Value, Word

FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "title": title,
    "contract_number": reference,
    "party_a": party,
    "party_b": party,
    "sign_date": values.day,
    "period": clause,
    "total_amount": units.money,
    "goods": clause,
    "payment_terms": clause,
}
LABELS: Mapping[str, tuple[str, ...]] = {
    "contract_number": ("合同编号", "合同号", "协议编号", "编号", "Contract No"),
    "party_a": ("甲方", "需方", "买方", "买受人", "委托方", "发包人", "定作人", "托运人"),
    "party_b": ("乙方", "供方", "卖方", "出卖人", "受托方", "承包人", "承揽人", "承运人"),
    "sign_date": ("签订日期", "签署日期", "签约日期", "日期"),
    "total_amount": ("合同总价", "合同金额", "总金额", "合计"),
}
SIDES = True
ANNEXES = True
_CARRIERS = (Carrier.DOCX, Carrier.PDF_TEXT, Carrier.OCR, Carrier.OFD)
_HEAD_LINES = 30
_HEAD = 600  # characters above the clauses
_NEAR = 120  # characters in which a sentence names another contract
_FIRM = re.compile(  # whose name may say what is no matter of this contract
    r"(?:投资|保险|融资|租赁|担保|股份)(?:[()]|投资|租赁|担保|管理|控股|发展|集团|咨询|服务|经纪|代理|股份|有限|责任)*公司"
)
_SIDE = r"\s*(?:[甲乙买卖供需]\s*方|(?:出租|承租)[方人])(?:\([^()\n]{1,6}\))?\s*:"
_SIDES = re.compile(rf"{_SIDE}[^\n\t]*\t{_SIDE}")  # side by side at the end, as people sign
_SUPPLEMENT = re.compile(r"补\s*充|变\s*更|续[签租订]|解除|终止")  # of another contract, which it names with its day
_COLUMNS = re.compile(r"规格|型号|数量|单位|单价|金额|小计|总价|阶段|比例|时间")  # of a table below a heading: no value
_CLEAR = 0.9  # of the least certain sign of a day
_LONGEST_TITLE = 60
_TRANSLATED = re.compile(r"(?<=[\u4e00-\u9fff)])[A-Za-z][A-Za-z&.()]{5,}$")  # behind a title
_GLOSS = (
    r"(?:[ \t]{0,4}(?:The[ ])?(?:Seller|Buyer|Supplier|Purchaser|Party[ ]?[AB])s?(?=[ \t]{0,4}(?::|\n)))?"  # of a party
)
_BARE_TITLE = 6  # characters, of which what is built or bought says nothing: 施工合同, 采购合同书
_DAY = re.compile(
    r"(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?|(?<!\d)20\d{6}(?!\d)"
    rf"|{values.DAY_IN_WORDS}"
)
_DATE = r"(?:\s*[(/]?\s*Date\b\)?)?"  # what a label of a day says again
_TWIN = r"(?:[(（/]?\s*(?:(?:Contract|Agreement|Order)\s*)?(?:No|Number)\b(?!-)\.?\s*[)）]?\s*)?"  # of a number's label
_NUMBER = re.compile(
    rf"(?:合\s*同|协\s*议|订\s*单)\s*(?:编\s*号|编\s*码|号\s*码?|编)\s*{_TWIN}[.:：]?\s*(?P<value>[^\n\t:：]{{2,40}})|(?i:contract\s*no)[.:：\s]*(?P<latin>[^\n\t]{{2,40}})"
)
_REGISTERED = re.compile(r"合\s*同\s*(?:登\s*记|备\s*案)\s*(?:编\s*号|号)\s*[:：]?\s*(?P<value>[^\n\t:：]{2,40})")
_BARE_NUMBER = re.compile(
    r"(?m)(?:^|\t)\s*(?:(?:编\s*号(?:[ ]*No\.?)?|No\.?)\s*[:：]|(?:No\.|№)(?=\s*[A-Z\d]{2,}[-/]\S*\d))"
    r"\s*(?P<value>[^\n\t]{2,40})"
)
_CLAUSE = r"(?:第[一二三四五六七八九十]{1,3}条|[一二三四五六七八九十]{1,3}、)"  # the next one: nothing stands here
_NUMBERED = re.compile(r"\t[ ]*(?:No\b\.?|№|(?:合[ ]*同|协[ ]*议)?[ ]*编[ ]*号)[ .:：]*[\w(][^\t]*$")  # by a title
_BESIDE = re.compile(rf"\t\s*{_CLAUSE}.*")  # on the other page, of two that lie side by side
_NAMED = re.compile(  # behind a day of signing: it is that of another contract
    r"的\s*《|了?\s*《[^》\n]{2,60}》(?=[^\n。]{0,60}(?:原(?:合同|协议)|补充(?:合同|协议|约定)))|了\s*《[^》\n]{2,60}》(?![^\n。]{0,20}[称为“\"「]本(?:合同|协议))"
)
_OF_ANOTHER = re.compile(  # contract, whose number follows; a title alone on its line is the own one
    r"[^\s:本《]《[^》\n]{2,60}》[ ]?\([ ]?$|签[订署定](?:的|了)?《[^》\n]{2,60}》[^\n。]{0,20}$"
)
_NUMBER_END = re.compile(
    r"\s{2,}|\s(?=[\u4e00-\u9fff]{2,}\s*[::])|\s*[|,，。;；]|签[订约]|甲方|乙方|需方|供方|买方|卖方|日期"
)


def identify(document: Document) -> float:
    """By the title; else, for inner pages, by what only contracts say."""
    if document.carrier not in _CARRIERS:
        return 0.0
    if not re.search(r"合\s*同|协\s*议|确认书", document.text):
        return 0.0
    text = flow(document).text
    heading = next((text[start:stop] for start, stop in titles(text)), "")
    squeezed = re.sub(r"\s", "", heading)
    if compiled("other_contract").search(squeezed):
        return 0.0
    said = len(set(compiled("clauses").findall(re.sub(r"[ \t]", "", text))))
    sides = bool(compiled("party_a").search(text)) + bool(compiled("party_b").search(text))
    if squeezed and sides and (compiled("business").search(squeezed) or said > 1):
        return 0.95
    other = compiled("other_contract").search(_FIRM.sub("", text[:400]))
    return 0.6 if sides == 2 and said >= 3 and not other else 0.0  # noqa: PLR2004  both parties and three clauses


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Candidates in the order of their worth; the first that parses is taken."""
    prose = flow(document)
    text = prose.text
    finders: tuple[tuple[str, Callable[[str], Iterator[tuple[int, int]]]], ...] = (
        ("title", titles),
        ("contract_number", numbers),
        ("period", _periods),
        ("goods", _goods_rows),
        ("goods", lambda whole: _clauses(whole, "goods")),
        ("payment_terms", lambda whole: _clauses(whole, "payment_terms")),
    )
    for field, finder in finders:
        yield from ((field, prose.cut(*span)) for span in finder(text))
    for start, stop in totals(text):
        unit = _contract_units.of(text, start)
        yield "total_amount", [*prose.cut(*unit), *prose.cut(start, stop)]
    yield from (("sign_date", words) for words in _signed(document, prose))
    for field, other in (("party_a", r"乙\s*方"), ("party_b", r"甲\s*方")):
        for names in table()[field]:
            for span in parties(text, names, other):
                yield from ((field, words) for words in whole(document, prose, *span))


def titles(text: str) -> Iterator[tuple[int, int]]:
    """Lines near the top that end like a title; a bare 合同 takes the line above it along."""
    above: tuple[int, str] | None = None
    for start, printed in list(lines(text))[:_HEAD_LINES]:
        line = _NUMBERED.sub("", _BESIDE.sub("", printed))
        squeezed = re.sub(_TRANSLATED, "", re.sub(r"\s", "", line))
        fits = re.search(rf"{pattern('title')}$", squeezed) and len(squeezed) <= _LONGEST_TITLE
        if fits and not re.search(r"[:,。;]|本合同|本协议|签订|订立|根据", squeezed):
            bare = re.fullmatch(r"合同书?|协议书?", squeezed) or (above and _heads(above[1], squeezed))
            begin = above[0] if bare and above and len(above[1]) <= _LONGEST_TITLE else start
            yield begin, start + len(line)
        if squeezed:
            above = start, squeezed


def _heads(above: str, bare: str) -> bool:
    """Whether a short title only goes on with the line above: 厂房维修工程 over 施工合同."""
    return (
        len(bare) <= _BARE_TITLE and re.search(r"^[^:,。;《》]{4,40}(?:工程|项目|系统|生产线|标段)$", above) is not None
    )


def numbers(text: str) -> Iterator[tuple[int, int]]:
    """What stands behind a label of the contract's number, the fuller labels first."""
    for expression in (_NUMBER, _BARE_NUMBER, _REGISTERED):
        for match in expression.finditer(text):
            if _OF_ANOTHER.search(text, max(0, match.start() - _NEAR), match.start()):
                continue
            start, stop = match.span("latin" if match.groupdict().get("latin") else "value")
            end = _NUMBER_END.search(text, start, stop)
            yield start, _inside(text, start, end.start() if end else stop)


def _inside(text: str, start: int, stop: int) -> int:
    """Where a bracket closes that opened before `start`, else `stop`: （合同编号：HT-01）."""
    said = text[start:stop]
    closing = (
        place
        for place, sign in enumerate(said)
        if sign == ")" and said.count("(", 0, place) <= said.count(")", 0, place)
    )
    return start + next(closing, stop - start)


def parties(text: str, names: str, other: str = "(?!)") -> Iterator[tuple[int, int]]:
    """What follows 甲方 and its like, what the lines below such a heading name, and who is called so.

    other: what the other side is called: 供方(甲方) is not the one who delivers where 乙方 does.
    """
    role = r"(?:\s{0,4}\([^()\n]{1,14}\)|\s{0,4}(?:名称|全称|单位名称|单位|公司名称|公司)){0,3}"
    aside = rf"[\"”'」』]?\)?{role}{_GLOSS}"
    inline = re.compile(rf"(?:{names}){aside}[ \t]{{0,9}}:?[ \t_]{{0,40}}(?P<name>[^\n\t]{{2,80}})")
    heading = rf"(?:{names}){aside}\s{{0,4}}:?[ \t]{{0,9}}\n[^\n]{{0,4}}?"
    below = re.compile(rf"{heading}(?:{pattern('name_label')})\s{{0,4}}[:\t][ \t_]{{0,40}}(?P<name>[^\n\t]{{2,80}})")
    short = r"(?:以下|下称|以下统称)"
    said = rf"(?:\s{{0,4}}\(\s{{0,4}}{short}?|\s{{0,4}}{short})(?:简称|称)?(?:为)?:?\s{{0,4}}[\"“'「『]?"
    name = r"(?P<name>[^)、与和及\s:,。;\"“”][^\n\t:,。;\"“”]{3,59}?)"
    called = re.compile(rf"[)、与和及\s]{{0,4}}(?:鉴于|兹有)?{name}{said}(?:{names})")
    matches = [match for expression in (inline, below, called) for match in expression.finditer(text)]
    found = [
        match.span("name")
        for match in matches
        if not (
            _in_a_sentence(match, names)
            or _in_columns(match)
            or re.search(other, text[match.start() : match.start("name")])
        )
    ]
    yield from (_name_span(text, *span) for span in sorted([*found, *_under(text, rf"(?:{names}){aside}")]))


def _in_a_sentence(match: re.Match[str], names: str) -> bool:
    """Whether a clause goes on behind a party: 甲方所在地人民法院, 交货地点:乙方冷库."""
    bare = re.fullmatch(names, match.string[match.start() : match.start("name")])
    return bare is not None and re.search(r"[^\s(]$", match.string[: match.start()]) is not None


def _in_columns(match: re.Match[str]) -> bool:
    """Whether a heading stands right of another one over columns: what the line below begins with is not its own."""
    text, (start, name) = match.string, (match.start(), match.start("name"))
    beside = "\t" in text[text.rfind("\n", 0, start) + 1 : start]
    below = text[text.rfind("\n", 0, name) + 1 : (text + "\n").index("\n", name)]
    return beside and "\n" in text[start:name] and "\t" in below


def _under(text: str, label: str) -> Iterator[tuple[int, int]]:
    """The names on the line under labels that stand beside each other, as both sides sign."""
    for (_, upper), (below, lower) in pairwise(lines(text)):
        labels, told = upper.split("\t"), lower.split("\t")
        for place in range(len(labels)) if len(labels) == len(told) > 1 else ():
            if re.fullmatch(rf"\s*{label}\s*:?[\s_]*", labels[place]):
                begin = below + sum(len(cell) + 1 for cell in told[:place])
                called = re.match(rf"\s*(?:{pattern('name_label')})\s*:", told[place])
                yield begin + (called.end() if called else 0), begin + len(told[place])


def _name_span(text: str, start: int, stop: int) -> tuple[int, int]:
    """The name without what is printed behind it."""
    aside = r"\(\s*(?:以下|下称|简称|身份证|证件|联系|电话|盖章|公章|签章|签字|签名|[甲乙供需买卖]\s*方)"
    end = re.compile(
        rf"[,。;:]|{aside}|\s(?=[\u4e00-\u9fff]{{2,8}}\([甲乙丙]\s?方\))|\s*{pattern('name_end')}|\s{{2,}}|_{{2,}}"
    ).search(text, start + 2, stop)
    return start, end.start() if end else stop


def _signed(document: Document, prose: Flow) -> list[Sequence[Word]]:
    """Days of signing: where the first is doubtful a sure one is believed, and none where doubtful ones disagree.

    Both sides print the day, mostly under their seals.
    """
    days: list[Sequence[Word]] = [prose.cut(*span) for span in sign_dates(prose.text)]
    days += _days_under_seals(document, prose)
    days = [words for words in days if not _broken(words)]
    if not days or _least(days[0]) >= _CLEAR:
        return days
    sure = [words for words in days if _least(words) >= _CLEAR]
    read_as = {values.day(join(words)) for words in days}
    return sure or (days if len(read_as) == 1 else [])


def _broken(words: Sequence[Word]) -> bool:
    """Whether recognition lost a part of a day: no 日 after 年 and 月, or one figure where the month has its zero."""
    text = re.sub(r"\s", "", join(words))
    cut = "月" in text and (not text.endswith("日") or re.search(r"年0\d月\d日", text) is not None)
    return cut and any(word.alternatives for word in words)


def _least(words: Sequence[Word]) -> float:
    """The least certain sign; exact carriers are certain."""
    return min((options[0][1] for word in words for options in word.alternatives), default=1.0)


def sign_dates(text: str) -> Iterator[tuple[int, int]]:
    """The sentence that says it, the signature block, a label anywhere, in this order."""
    said = re.compile(
        rf"(?:本?(?:合同|协议)书?|双方)[^\n。]{{0,16}}?于\s*(?P<day>{_DAY.pattern})[^\n。]{{0,30}}?(?:签订|签署|订立|签定|签约)"
    )
    of_another = any(_SUPPLEMENT.search(text, *span) for span in list(titles(text))[:1])
    named = re.compile(r"[的了]?\s*《") if of_another else _NAMED
    yield from (match.span("day") for match in said.finditer(text) if not named.match(text, match.end()))
    yield from _block_days(text)
    labelled = re.compile(rf"{pattern('signed')}{_DATE}\s*[:：]?\s*(?P<day>{_DAY.pattern})")
    yield from (match.span("day") for match in labelled.finditer(text))
    placed = re.compile(
        rf"(?m)(?:^|\t)\s*(?P<day>{_DAY.pattern})\s*[于在](?:(?![交付验收货仓])[\u4e00-\u9fff]){{2,10}}[ ]*(?=\t|$)"
    )
    first = re.search(rf"(?m)^\s*{_CLAUSE}", text)  # above it, in the heading, a day stands with the place of signing
    head = first.start() if first else len(text)
    yield from (match.span("day") for match in placed.finditer(text, 0, head))
    beside = re.compile(rf"\t\s*日\s*期{_DATE}\s*[:：]\s*(?P<day>{_DAY.pattern})[ ]*(?=\n)")
    yield from (match.span("day") for match in beside.finditer(text, 0, min(head, _HEAD)))


def _block(text: str) -> Iterator[tuple[int, str]]:
    """The lines to sign or seal on, and those close below them, behind the first third of the text."""
    near = 0
    for start, line in lines(text):
        if re.search(r"盖\s*章|签\s*[字章名]|公\s*章|\(\s*章\s*\)|代表人?|代理人", line) and len(line) < 120:  # noqa: PLR2004  a clause, not a line to sign on
            near = 7
        elif start > len(text) / 2 and _SIDES.match(line):
            near = 3
        near -= 1
        if near > 0 and start > len(text) * 0.3:
            yield start, line


def _block_days(text: str) -> Iterator[tuple[int, int]]:
    for start, line in _block(text):
        match = re.search(rf"(?:^|{pattern('block_day')}{_DATE})[\s:\t]*(?P<day>{_DAY.pattern})", line)
        if match:
            yield start + match.start("day"), start + match.end("day")


def _days_under_seals(document: Document, prose: Flow) -> Iterator[list[Word]]:
    """A second look at days that begin in the block and are not whole: a seal may lie on them."""
    for start, line in _block(prose.text) if document.carrier is Carrier.OCR else ():
        for part in re.finditer(rf"{pattern('block_day')}\s*:?\s*(?:19|20)\d{{2}}[^\t]*", line):
            words = prose.cut(start + part.start(), start + part.end())
            seen = read.again(document, words[0].page, union([word.box for word in words]))
            found = ((word, _DAY.search(values.fold(word.text))) for word in seen)
            yield from ([word.slice(*match.span())] for word, match in found if match)


def _goods_rows(text: str) -> Iterator[tuple[int, int]]:
    """The first row below the headings of a table of goods, in the column of their names."""
    for (_, head), (start, row) in pairwise(lines(text)):
        cells, below = head.split("\t"), row.split("\t")
        named = [index for index, cell in enumerate(cells) if compiled("goods").fullmatch(cell.strip())]
        if named and len(cells) > 2 and _holds(below, named[0], len(cells)):  # noqa: PLR2004  a label beside its value is no table
            if _COLUMNS.fullmatch(below[named[0]].strip()):  # the rest of a heading of two lines
                continue
            begin = start + sum(len(cell) + 1 for cell in below[: named[0]])
            yield begin, begin + len(below[named[0]])


def _holds(row: Sequence[str], place: int, columns: int) -> bool:
    """Whether a row has its name in the column of names: what is empty behind it may be left out, its number not."""
    if len(row) >= columns:
        return True
    numbered = place == 0 or re.fullmatch(r"\s*\d{1,3}\s*", row[0]) is not None
    return numbered and place < 2 and len(row) > columns // 2 and re.search(r"[\u4e00-\u9fff]", row[place]) is not None  # noqa: PLR2004  behind the row's number


def _periods(text: str) -> Iterator[tuple[int, int]]:
    """A span of time or its two ends, behind a label in the same clause."""
    begun = rf"(?:自|从)\s*(?:{_DAY.pattern})[^\n,。;\d]{{0,6}},\s*至[^\n,。;]{{4,30}}"  # 自…开工，至…竣工
    count = r"\d+\n(?:个?月|[天日年])"
    found = re.compile(
        rf"{pattern('period')}[^\n,。;\d]{{0,8}}?(?P<value>{begun}|{count}|(?:自|从)?\s*\d[^\n,。;]{{0,60}})"
    )
    for match in found.finditer(text):
        if re.search(r"顺延|延[长期误后]|逾期|提前", text[match.start() : match.start("value")]):
            continue
        end = re.search(r"\s\d+(?:\.\d+)+\s|[一二三四五六七八九十]、", match["value"])
        yield match.start("value"), match.start("value") + end.start() if end else match.end("value")


def _clauses(text: str, name: str) -> Iterator[tuple[int, int]]:
    """What stands behind a label up to the end of the clause; below a heading, the first line that is no heading."""
    below = r"\s*\n(?:[^\n]{0,12}\n)*"
    found = re.compile(rf"{pattern(name)}\s*(?:[:\t]\s*|为\s*|{below})(?P<value>[^\n。;]{{2,120}})")
    for match in found.finditer(text):
        if re.match(rf"\s*(?:规格|型号|单位|数量|单价|金额|品牌|材质|{_CLAUSE})", match["value"]):
            continue
        if len(_COLUMNS.findall(match["value"])) > 1 and not re.search(r"\d", match["value"]):
            continue
        end = re.search(r"\s\d+(?:\.\d+)+\s", match["value"])
        yield match.start("value"), match.start("value") + end.start() if end else match.end("value")
