"""Bank slip (银行回单): one payment, who paid whom how much, when and what for.

支付结算办法 (银发〔1997〕393号) says what a settlement slip states; every bank words it in its own way. The parties
stand in labels of their own (付款人户名) or as headings beside or above rows of 户名, 账号, 开户行. The amount in
words decides between readings of the figures, and stands for figures that cannot be read. A list of payments is a
statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractors import _form_cells as cells
from extractors import _form_parties as parties
from extractors._form import form
from extractors._form_cells import Sheet
from extractors._form_wrapped import unwrapped
from selfproof import layout, repair, values
from selfproof.model import Document, Word

KEY = "number"
_HEADINGS = ("_payer", "_payee")
_BRANCH = re.compile(
    r"(.{4,}?(?:支行|分行|营业部|分理处|储蓄所))(?:[\u4e00-\u9fff]{2,12}银行(?:股[\u4e00-\u9fff]*)?|.*专用章)"
)
_AMOUNT = re.compile(  # on the line below
    r"(?:(?:人民币|CNY|RMB|[¥￥])[\d,]*\d|(?:人民币)?[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{2,}[元圆]).*$"
)
_TITLE = re.compile(r"(?:回单|回执|凭证|通知书?|签章)$")
_PARTS = {"_name": "", "_account": "_account", "_bank": "_bank"}
_ENTERED = re.compile(r"借贷(?:标[志识]|方向):?([借贷])(?!贷)|([借贷])[方记](?:回单|通知|凭证)")
_OTHER = {"_other": "", "_other_account": "_account"}
_ONE_SIDED = {  # whose title tells which side of it the one account that it names is
    "payee": re.compile(r"现金[存缴交送]款|存款凭[证条]|利息|结息"),
    "payer": re.compile(r"取款凭[证条]|取款回[单执]|[收扣]费|手续费"),
}
_TOLL, _KEPT = re.compile(r"[缴收扣]费"), re.compile(r"银行|信用(?:合作)?(?:联)?社|农商|[账帐][号户]|卡号")
_LENT = re.compile(r"[贷借欠还]款|[还付欠罚]息|透支|逾期|利息[扣支收]")  # its interest is paid by the account


def _account(printed: str) -> str | None:
    """An account's signs as printed, stars of a masked one too.

    >>> _account("6999 9900 0000 1101"), _account("6999****1101"), _account("人民币")
    ('6999990000001101', '6999****1101', None)
    """
    kept = (values.code(printed) or "").replace("-", "")
    return kept if re.fullmatch(r"[\d*A-Z]{4,34}", kept) and re.search(r"\d{3}", kept) else None


def _bank(printed: str) -> str | None:
    """A bank's branch; another bank's name behind it is a seal's that lies below.

    >>> _bank("样例银行云岭支行样例银行股份"), _bank("样例银行云岭分行样例银行大厦支行")
    ('样例银行云岭支行', '样例银行云岭分行样例银行大厦支行')
    >>> _bank("样例银行云岭营业部壹拾贰万元整"), _bank("样例农行云岭支行人民币4,300.00")
    ('样例银行云岭营业部', '样例农行云岭支行')
    >>> _bank("样例银行云岭支行银行街储蓄所"), _bank("样例银行云岭支行电子回单专用章")
    ('样例银行云岭支行银行街储蓄所', '样例银行云岭支行')
    >>> _bank("客户专用回单"), _bank("行签章")  # the end of the title, and of what is to be sealed
    (None, None)
    """
    whole = _AMOUNT.sub("", values.compact(printed) or "") or None
    if whole and _TITLE.search(whole):
        return None
    sealed = _BRANCH.fullmatch(whole) if whole else None
    return sealed[1] if sealed else whole


_FORM = form("bank_slip")
FIELDS = {
    **_FORM.fields,
    "payer_account": _account,
    "payee_account": _account,
    "payer_bank": _bank,
    "payee_bank": _bank,
}
LABELS = _FORM.labels
CONSTRAINTS = (repair.words_equal_figures("total_in_words", "amount"),)


def identify(document: Document) -> float:
    """By its title and labels; where the title stands with too few, by labels over two lines as well.

    Schools and hospitals give 收费凭证, too, which name neither a bank nor an account.
    """
    said = layout.squash(document.text)
    if _TOLL.search(said) and not _KEPT.search(said):
        return 0.0
    score = _FORM.identify(document)
    sought = not score and document.carrier in _FORM.carriers and _FORM.titled(document)
    return _FORM.identify(_unwrapped(document)) if sought else score


def _unwrapped(document: Document) -> Document:
    return unwrapped(document, [label for group in LABELS.values() for label in group])


def locate(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    """Labels that name their party, then rows under headings, then a party right beside its heading; words last."""
    document = _unwrapped(document)
    found = list(_FORM.locate(document))
    yield from (spot for spot in found if not spot[0].startswith("_"))
    for sheet in _FORM.sheets(document):
        heads = parties.headings(sheet, _HEADINGS, _FORM.uprights)
        yield from parties.spots(sheet, _PARTS, heads, _FORM.many)
        for mark in sheet.marks:
            if mark.field in _HEADINGS:
                yield from ((mark.field.removeprefix("_"), words) for words in cells.beside(sheet, mark))
        if not heads:
            yield from _one_sided(sheet, found)
    yield from _other_side(found, layout.squash(document.text))
    instead = {"total_in_words": "amount", "_summary": "purpose"}
    yield from ((instead[name], words) for name, words in found if name in instead)


def _other_side(found: Sequence[tuple[str, Sequence[Word]]], said: str) -> Iterator[tuple[str, Sequence[Word]]]:
    """Both sides of a slip that calls the one 对方: its own pays or is paid by its label, or as it is entered."""
    told = {"payer", "payee"} & {name.removesuffix("_account") for name, _ in found}
    entered = {match[1] or match[2] for match in _ENTERED.finditer(said)} if not told else set()
    if len(entered) == 1 and any(name in _OTHER for name, _ in found):
        told = {"payee" if entered == {"贷"} else "payer"}
        yield from (
            (side + _PARTS[name], words) for side in told for name, words in found if name in ("_name", "_account")
        )
    for side in {"payer", "payee"} - told if len(told) == 1 else ():
        yield from ((side + _OTHER[name], words) for name, words in found if name in _OTHER)


def _one_sided(sheet: Sheet, found: Sequence[tuple[str, Sequence[Word]]]) -> Iterator[tuple[str, Sequence[Word]]]:
    """The one account of a slip of interest, cash or a fee, which is nobody's by its labels alone."""
    titles = "\n".join(layout.squash(layout.join(words)) for words in _FORM.title_words(sheet))
    sides = [side for side, said in _ONE_SIDED.items() if said.search(titles)]
    if "息" in titles and any(_LENT.search(layout.squash(line.text)) for line in sheet.lines):
        return
    names = [spot for spot in found if spot[0] in _PARTS]
    for side in sides if len(sides) == 1 else ():
        yield from ((side + _PARTS[name], words) for name, words in names)
