"""银行流水: a bank's statement of an account or a credit card, as exported or printed.

A line for every transaction with its day, amount and mostly the balance after it: receipts and debt service as a third
party recorded them. Every bank has its own columns, known by their headings (``tables/statement_columns.yaml``).
Bills of wallets and platforms, and the holder's own ledgers, are other kinds.

Source: 人民币银行结算账户管理办法 (PBC order 2003/5), articles on reconciliation; banks' own export formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile

from extractors import _statement_head as head
from selfproof import layout, repair_fields, values
from selfproof.layout import squash
from selfproof.model import Carrier, Derived, Document, Payment, Value, Word
from selfproof.statements import headings, labels, sides, statement
from selfproof.statements.entries import Table, fees
from selfproof.statements.headings import Row
from selfproof.statements.payments import of_statement
from selfproof.statements.sheets import Sheet
from selfproof.statements.statement import Statement
from selfproof.statements.words import words

FIELDS: Mapping[str, Callable[[str], Value | None]] = {
    "institution": values.compact,
    "account": values.code,
    "account_name": values.spaced,
    "n_transactions": values.count,
    "total_in": values.money,
    "total_out": values.money,
    "first_date": values.day,
    "last_date": values.day,
    "chain_breaks": values.count,
}
CONSTRAINTS = (repair_fields.standard_signs("account_name"), repair_fields.undoubted("account_name"))
LABELS: Mapping[str, tuple[str, ...]] = {
    "account": (
        "账号",
        "卡号",
        "账户号码",
        "账户号",
        "客户账号",
        "系统账号",
        "账/卡号",
        "账号/卡号",
        "账(卡)号",
        "账（卡）号",
        "银行账号",
        "借记卡号",
        "账户：",
        "账户:",
        "Account No",
        "Account Number",
    ),
}
_BOOKED = "系统账号"  # the number in the bank's own books, beside the one that its customer knows
_NATIONAL = (
    r"中国(?:工商|农业|建设|邮政储蓄|民生|光大|进出口)?银行|(?:交通|招商|兴业|平安|华夏|浙商|渤海|恒丰|广发|中信|中国光大|邮政储蓄)银行"
    r"|上海浦东发展银行|浦发银行|广东发展银行"
)
WHOLE = {"institution": _NATIONAL}
_BANK = re.compile(
    rf"{_NATIONAL}"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,12}?(?:农村商业|农村合作|村镇|农商)?银行(?:股份有限公司)?"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,10}农村信用(?:合作)?(?:联)?社"
)
_CARD_UNIT = re.compile(r"(?:股份有限公司)?信用卡(?:中心)?")
_NUMBER = re.compile(
    r"(?<![A-Za-z])(?:OSA|NRA|FT[EFINU])\d{8,}"  # accounts of firms abroad and of free trade zones
    r"|(?!20\d{2}-\d{1,2}-\d{1,2}(?!\d))[\d*xX•＊]{4,}[\d*xX•＊\s-]{2,}[\d*xX]|[\d*]{8,}"
    r"|(?<![\d-])\d{3}(?:-\d{3,}){2,3}(?![\d-])"
)
_TWIN = r"(?:\s*[A-Za-z][A-Za-z. ]{1,20})?"  # a label in English behind it
_CALLED = re.compile(
    r"(?:电话|热线|手机|传真|客服|tel|phone|fax)[^\d:：]{0,8}[:：]?\s*$", re.IGNORECASE
)  # before its number
_GROUP = re.compile(r"[\d*]{3,4}")  # of a card's number, set apart in fours
_OTHER = re.compile(
    r"[\u4e00-\u9fff]{0,4}(?:号码|编号|代码|电话|手机号?|证号|热线|传真|客户号)\s*[:：]?"
)  # another number's label
_FEWEST_GROUPS = 3  # behind the first
_FEWEST_LINES = 3  # that name one holder
_FIRM = re.compile(r"[\u4e00-\u9fff()（）]{4,30}(?:公司|厂|店|行|中心|部|合作社)")
_ISSUES = re.compile(  # no holder of an account
    r"银行|信用社|信用卡|支付|银联|对账|账单|结单|明细|支行|分行|营业|客户|客服|(?:业务|金融|零售|公司)部$|财务(?:有限)?(?:责任)?公司|证券"
)
_PERSON = re.compile(rf"\s*((?!{head.SURNAME})[\u4e00-\u9fff·]{{2,6}})\s*(?:先生|女士)\s*")
_PLACED = re.compile(r"[省市区县镇乡].{0,24}[路街道巷村园号幢栋楼室座]")
_HEADED = re.compile(
    r"(?:客户|银行|单位|账户)?(?:(账\s*号|账户号码)|卡号|账/卡号|账号/卡号)\s*[:：]\s*(?P<number>[\d-]{8,})"
)
_HEAD_WORDS = 40  # of a page, that may tell whose it is
_WHOLE_NUMBER = re.compile(r"\d[\d-]{7,}")
_OWN_NAME = re.compile(r"(?P<own>本方|我方|账户|账号)?(?:客户|单位)?(?:户名|名称)")
_DIRECTED = {"direction", "income", "balance"}  # columns that tell which way money went
_GLOSSES = 4  # words that an English label may take
_SURE, _LIKELY, _POSSIBLE = 0.95, 0.85, 0.6
_PAGE_HINTS = re.compile(r"余\s{0,3}额|结\s{0,3}余|存折|信用卡|账单|流水|交易明细|(?:账户|存款|活期|卡)明细|对账单")


def identify(document: Document) -> float:
    """By a heading of dated amounts with a transaction below it, and by what only a bank prints around it."""
    if document.carrier is not Carrier.TABLE and not _PAGE_HINTS.search(document.text):
        return 0.0
    found = statement.parse(document)
    if found is None or _other_kind(found):
        return 0.0
    table = found.parts[0][1]
    named = _BANK.search(found.preamble) or re.search(r"流水|对账单|交易明细|明细查询", found.preamble)
    if table.card or (named and "balance" in table.columns.at):
        return _SURE
    if "balance" in table.columns.at or (named and len(table.columns.at) > 3):  # noqa: PLR2004  more than date, amount, text
        return _LIKELY
    return _POSSIBLE if "direction" in table.columns.at or "income" in table.columns.at or named else 0.3


def _other_kind(found: Statement) -> bool:
    if any(_is_foreign(table) for _, table in found.parts):
        return True
    return bool(words()["other_kind"].search(found.preamble)) and not _BANK.search(found.preamble)


def _is_foreign(table: Table) -> bool:
    """Whether columns are another kind's; what a bank took for a transfer stands beside its account and balance."""
    at = table.columns.at
    charged = list(at.get("foreign", ())) == fees(table.columns) and {"balance", "counter_account"} <= at.keys()
    return "foreign" in at and not charged


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """The institution and the account above the table, else the account's own column."""
    found = statement.parse(document)
    if found is None:
        return
    sheet, table = found.parts[0]
    above = head.above(found)
    yield from (("institution", [place]) for word in above if (place := _institution(word)))
    wide = head.set_wide(above, _BANK)
    yield from (("institution", place) for place in wide if not labels.is_label(layout.join(place)))
    yield from (("account", place) for place in _accounts(above))
    yield from (("account_name", place) for place in _holders(above))
    yield from (("account", cell) for cell in _same(sheet, table, "account") if _NUMBER.fullmatch(cell[0].text))
    yield from (("account_name", cell) for cell in _own_names(sheet, table) if cell)
    yield from (("account_name", cell) for cell in _own(sheet, table, "name"))
    yield from (("account", cell) for cell in _own(sheet, table, "account") if _NUMBER.fullmatch(cell[0].text))
    yield from (("institution", [bank]) for cell in _own(sheet, table, "bank") if (bank := _institution(cell[0])))
    yield from (("account_name", [word]) for word in _addressed(above))


def _institution(word: Word) -> Word | None:
    match = next((match for match in _BANK.finditer(word.text) if not labels.is_label(match[0])), None)
    if match is None:
        return None
    unit = _CARD_UNIT.match(word.text, match.end())
    return word.slice(match.start(), unit.end() if unit else match.end())


def _addressed(above: Sequence[Word]) -> Iterator[Word]:
    """The one firm that stands on a line of its own above its address, or a person, where banks print no label."""
    firms = [word for word in above if _FIRM.fullmatch(word.text) and not _ISSUES.search(word.text)]
    alone = [word for word in firms if not _left_of(word, above) and not layout.right_of(word, above)]
    if len({word.text for word in firms}) == 1:
        yield from (word for word in alone if any(_PLACED.search(o.text) for o in layout.below(word, above)[:2]))
    lines = (
        (word, word.text + layout.join(layout.right_of(word, above))) for word in above if not _left_of(word, above)
    )
    people = ((word, _PERSON.fullmatch(line)) for word, line in lines)
    yield from (word.slice(*match.span(1)) for word, match in people if match and match.end(1) <= len(word.text))


def _set_apart(above: Sequence[Word], label: str) -> Iterator[Word]:
    """What follows a label of two signs that are set so far apart that they are two words, its English one a third."""
    for place, word in enumerate(above[:-1]):
        alone = above[place + 1].text.strip() == label[1]
        rest = above[min(place + 1 + alone, len(above) - 1)]
        found = re.match(rf"{'' if alone else label[1]}{_TWIN}\s*[:：]\s*", rest.text)
        if word.text.strip() == label[0] and found:
            yield rest.slice(found.end(), len(rest.text))


def _accounts(above: Sequence[Word]) -> Iterator[Sequence[Word]]:
    for rest in (rest for label in ("账号", "卡号") for rest in _set_apart(above, label)):
        yield from ([rest.slice(*match.span())] for match in _NUMBER.finditer(rest.text))
    found = layout.find(above, LABELS["account"])
    for label, rest in sorted(found, key=lambda told: layout.squash(told[0].text) == _BOOKED):
        if said := _unglossed(rest):
            match = _NUMBER.search(rest.text)
            if match and not _CALLED.search(rest.text, 0, match.start()):
                yield [rest.slice(*match.span())]
            elif _GROUP.fullmatch(said[0].text):
                groups = list(takewhile(lambda word: _GROUP.fullmatch(word.text), layout.right_of(rest, above)))
                yield from [[*said, *groups]] if len(groups) >= _FEWEST_GROUPS else []
        else:
            told = [word for word in (*_beside(label, above), *_below(label, above)) if not labels.is_label(word.text)]
            yield from ([word] for word in told[:1] if _NUMBER.fullmatch(word.text.strip()))


def _holders(above: Sequence[Word]) -> Iterator[Sequence[Word]]:
    yield from ([rest.slice(0, len(labels.name(rest.text)))] for rest in _set_apart(above, "户名"))
    for word in sorted(above, key=lambda word: word.text.lstrip().startswith("商户")):  # a shop may be one of several
        begin = labels.holder(word.text)
        if begin is not None:
            rest = [word.slice(begin, len(word.text))] if begin < len(word.text) else _beside(word, above)
            rest = rest if not any(labels.is_label(part.text) for part in rest) else _under_a_heading(word, above)
            yield [part.slice(0, len(labels.name(part.text))) for part in rest]
        yield from head.certified(word, above)


def _beside(label: Word, above: Sequence[Word]) -> list[Word]:
    """The first word right of a label that does not only say the label again."""
    said = (_unglossed(word) for word in layout.right_of(label, above)[:_GLOSSES])
    return next((found for found in said if found), [])


def _under_a_heading(label: Word, above: Sequence[Word]) -> list[Word]:
    """What stands under a label beside which only labels stand; beside an empty place the next line is another's."""
    beside = (part for word in layout.right_of(label, above) for part in _unglossed(word))
    return _below(label, above) if all(labels.is_label(part.text) for part in beside) else []


def _below(label: Word, above: Sequence[Word]) -> list[Word]:
    """The first word under a label that does not only say the label again, and is no value of a label left of it."""
    under = [word for word in layout.below(label, above) if _unglossed(word)][:1]
    return [word for word in under if not any(_OTHER.fullmatch(other.text) for other in _left_of(word, above))]


def _left_of(word: Word, above: Sequence[Word]) -> list[Word]:
    """The nearest word left of one in its row, if there is one."""
    return sorted((other for other in above if layout.right_of(other, [word])), key=lambda other: other.box[2])[-1:]


def _unglossed(word: Word) -> list[Word]:
    """What a word says behind a label's signs and its English twin, if anything."""
    start = labels.holder(word.text) or labels.said_from(word.text)
    return [word.slice(start, len(word.text))] if start < len(word.text) else []


def _same(sheet: Sheet, table: Table, role: str) -> Iterator[Sequence[Word]]:
    """The cell of a column in which every line says the same."""
    yield from _agreed(sheet, [(entry.row, at) for entry in table.entries for at in table.columns.at.get(role, ())[:1]])


def _own(sheet: Sheet, table: Table, what: str) -> Iterator[Sequence[Word]]:
    """What every line says of the account that it is kept for, where it names who paid and who was paid."""
    both, moved = sides.places(table.columns, what), [entry for entry in table.entries if entry.inflow or entry.outflow]
    if both and (_DIRECTED & table.columns.at.keys() or any(entry.outflow for entry in moved)):
        yield from _agreed(sheet, [(entry.row, both[not entry.outflow]) for entry in moved])


def _agreed(sheet: Sheet, places: Sequence[tuple[int, int]]) -> Iterator[Sequence[Word]]:
    """The first of cells that all say the same."""
    said = {"".join(sheet.rows[row][column : column + 1]).strip() for row, column in places}
    yield from (sheet.words[place] for place in places[:1] if len(said) == 1 and any(said) and place in sheet.words)


def _own_names(sheet: Sheet, table: Table) -> Iterator[Sequence[Word]]:
    """The holder's column, where every line names the same one beside the same account; 户名 alone may be another's."""
    beside = {at + step for at in table.columns.at.get("account", ())[:1] for step in (-1, 1)}
    if not beside or len(table.entries) < _FEWEST_LINES:
        return
    for column, heading in enumerate(table.columns.headings):
        own = _OWN_NAME.fullmatch(headings.plain(heading))
        if (
            own
            and (own["own"] or column in beside)
            and len({squash("".join(entry.cells[column : column + 1])) for entry in table.entries}) == 1
        ):
            yield sheet.words.get((table.entries[0].row, column), ())


def whose(part: Document) -> str | None:
    """The number of the account that the head of a page or a sheet names, where it is printed whole; a card's less."""
    if part.carrier is Carrier.TABLE:
        found = statement.parse(part)
        above = head.above(found) if found else []
        told = layout.join(next(_accounts(above), ())) or (found.entries[0].account if found else "")
    else:
        labelled = filter(None, (_HEADED.match(word.text) for word in part.pages[0].words[:_HEAD_WORDS]))
        told = next((match["number"] for match in sorted(labelled, key=lambda match: match[1] is None)), "")
    return told.replace("-", "") if _WHOLE_NUMBER.fullmatch(told) else None


def derive(document: Document) -> Iterator[Derived]:
    """The sums over all printed transactions."""
    return statement.summary(document)


def rows(document: Document) -> Iterator[Row]:
    """The headings and transactions as printed."""
    return statement.printed(document)


def payments(document: Document) -> Iterator[Payment]:
    """What each line moved."""
    return of_statement(document)
