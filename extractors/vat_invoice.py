"""VAT invoice (增值税发票): paper special and normal, roll, electronic, fully digital, toll, red-letter.

What a seller billed a buyer, with the tax on it. Forms: 增值税发票开具指南 (税总货便函〔2017〕127号), 国家税务总局公告
2020年第22号 (electronic), 2024年第11号 (fully digital). Structured carriers are believed before print: elements of the
invoice's XML, attachments of an OFD, its custom tags; then print by its labels and its table; then the QR code
(``01,type,code,number,amount,date,check``: types 01, 04 and 10 give the amount without tax, 31, 32 and 51 the total).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from stdnum.cn import uscc

from extractors import _vat_again, _vat_cells, _vat_header, _vat_items, _vat_parties, _vat_sheet, _vat_structured
from extractors._vat_sheet import Sheet
from extractors._vat_structured import Spot
from selfproof import layout, proofs, repair, repair_cut, repair_fields, values
from selfproof.model import Carrier, Document, Located, Word, box_quad

KEY = "invoice_number"
ANNEXES = True
LABELS: dict[str, tuple[str, ...]] = {
    field: tuple(patterns) for field, patterns in _vat_sheet.labels()["labels"].items()
}
_QR = re.compile(r"0[12],(\d{2}),(\d{10}|\d{12})?,(\d{8}|\d{20}),([\d.]+),(\d{4}-?\d{2}-?\d{2}),(\d{20})?")
_ITEM_RATE = re.compile(r"items\[\d+\]\.tax_rate")
_ITEM_NAME = re.compile(r"items\[\d+\]\.name")
_TORN_TITLE = re.compile(r"([\u4e00-\u9fff]{1,2})(增值税(?:电子)?(?:专用|普通)发票)")
_LONG_CODE = 12  # figures of a code, the first of which is 0: of what is no 专用发票 on paper
_BARE_TITLE = re.compile("(.*增值税)普通发票")
_FORM = re.compile(r"0\d{9}(\d\d)")
_ONE_MARK = re.compile(r"[\u4e00-\u9fff、]{2,}\*[^*]+$")
_NET_TYPES = ("01", "04", "10")
_ANCHORS = (
    "发票号码|№|N[oº°]", "开票日期", "纳税人识别号|统一社会信用代码", "价税合计", "名称", "金额", "税率|征收率", "税额",
    "合计", r"[(（]小写", "规格型号", "开票人", "发票代码|校验码|密码区", "购买方|购货单位|销售方|销货单位",
)  # fmt: skip
_FEWEST = 4  # of the form's words: fewer are no invoice, whatever their places
_FIRST_PAGES = 3
_VOID = re.compile("已?(?:作废|红冲|冲红)")  # set across the form, a word of its own: notes speak of 涂改作废
_UNNAMED = 0.45  # at most, without number, code or title: goods with tax stand in contracts too
_CROWD = 0.2  # of the words
_CLAUSE = re.compile(r"[\u4e00-\u9fff\d][,;。][\u4e00-\u9fff]|。$")
_LISTED = re.compile(r"发票号码[^:\d]{0,24}开票日期|开票日期[^:\d]{0,24}发票号码")  # headings beside each other
_SENTENCES = 0.25  # of the lines
_FISCAL = re.compile(
    "(?:收费|结算|收入|捐赠|会费|医疗|收款)(?:统一|专用|通用)?票据"
)  # of public bodies: no tax is on them
_FOREIGN = re.compile(r"翻译件|译文|Translation|电子发票[(（](?:铁路电子客票|航空运输电子客票行程单)", re.IGNORECASE)


def _tax_id(printed: str) -> str | None:
    """A tax id of 15 to 20 signs: temporary taxpayers' ids have odd lengths; check digits are a check's."""
    squeezed = re.sub(r"[\s:-]", "", values.fold(printed)).upper()
    return squeezed if re.fullmatch(r"[0-9A-Z]{15,20}", squeezed) else None


def _title(printed: str) -> str | None:
    kept = values.compact(printed)
    return _vat_sheet.plain(kept) if kept else None


def _day(printed: str) -> date | None:
    """A day whose figures recognition may have set apart or joined: ``2019 0508``."""
    return values.day(printed) or values.day(re.sub(r"\s+", "", printed))


FIELDS = {
    "invoice_type": _title,
    "invoice_code": values.digits,
    "invoice_number": values.digits,
    "issue_date": _day,
    "check_code": values.digits,
    "buyer_name": values.name,
    "buyer_tax_id": _tax_id,
    "seller_name": values.name,
    "seller_tax_id": _tax_id,
    "amount_excl_tax": values.money,
    "tax_amount": values.money,
    "total_amount": values.money,
    "total_in_words": values.compact,
    "remarks": values.text,
    "status": values.compact,
    "items.name": values.text,
    "items.spec": values.text,
    "items.unit": values.text,
    "items.quantity": values.number,
    "items.unit_price": values.number,
    "items.amount": values.money,
    "items.tax_rate": values.rate,
    "items.tax": values.money,
    "_title": _title,
    "_qr_invoice_code": values.digits,
    "_qr_invoice_number": values.digits,
    "_qr_issue_date": _day,
    "_qr_check_code": values.digits,
    "_qr_amount_excl_tax": values.money,
    "_qr_total_amount": values.money,
}


@cache
def known_rates() -> frozenset[str]:
    """Every rate that was ever in force (tables/vat_rates.yaml)."""
    table = yaml.safe_load(files("selfproof").joinpath("tables", "vat_rates.yaml").read_text("utf-8"))
    return frozenset(table["rates"])


def _category_marks(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A goods category stands between two stars; recognition loses the first at the line's edge."""
    return {
        name: replace(item, value=f"*{item.value}", repaired="category_marks")
        for name, item in found.items()
        if _ITEM_NAME.fullmatch(name) and _ONE_MARK.match(str(item.value)) and any(w.alternatives for w in item.words)
    }


def _form_of_its_code(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A recognised 增值税普通发票 whose code is that of an electronic invoice or of a roll: the title lost signs."""
    title, code = found.get("invoice_type"), found.get("invoice_code")
    if title is None or code is None or not any(word.alternatives for word in title.words):
        return {}
    bare, kind = _BARE_TITLE.fullmatch(str(title.value)), _FORM.fullmatch(str(code.value))
    form = _vat_header.titles()["forms"].get(kind[1]) if bare and kind else None
    return repair.mended(title, f"{bare[1]}{form}", "invoice_code") if bare and form else {}


def _region_of_its_code(found: Mapping[str, Located]) -> Mapping[str, Located]:
    """A recognised title of which a part of the region's name is left has the region that its code begins with."""
    title, code = found.get("_title"), found.get("invoice_code")
    if title is None or code is None or "invoice_type" in found or not any(word.alternatives for word in title.words):
        return {}
    part, told = _TORN_TITLE.fullmatch(layout.squash(str(title.value or title.text))), str(code.value)
    begun = told[1:5] if len(told) == _LONG_CODE else told[:4]
    region = next((name for name, digits in _vat_header.titles()["regions"].items() if digits == begun), None)
    if part is None or region is None or not set(part[1]) & set(region):
        return {}
    return repair.mended(replace(title, name="invoice_type"), f"{region}{part[2]}", "invoice_code")


CONSTRAINTS = (
    *(repair.as_printed_twice(name.removeprefix("_qr_"), name) for name in FIELDS if name.startswith("_qr_")),
    *(
        constraint
        for field in ("buyer_tax_id", "seller_tax_id")
        for constraint in (
            repair_fields.unglued(field, uscc.is_valid),
            repair.check_digits(field, uscc.is_valid, _tax_id),
            repair_fields.credible(field, uscc.is_valid),
        )
    ),
    *(repair_fields.legal_form(field) for field in ("buyer_name", "seller_name")),
    repair_fields.standard_signs("buyer_name", "seller_name"),
    *(repair_fields.place_of_its_code(f"{side}_name", f"{side}_tax_id") for side in ("buyer", "seller")),
    repair_fields.likely_standard(re.compile(r"items\[\d+\]\.name")),
    repair_fields.measures(re.compile(r"items\[\d+\]\.unit")),
    repair_fields.legal_day("issue_date", _day),
    repair_fields.number_of_its_day("invoice_number", "issue_date", _vat_header.regions),
    repair_fields.surely_read("check_code", "_qr_check_code"),
    repair_cut.sums_cut_off("amount_excl_tax", "tax_amount", "total_amount", "total_in_words"),
    repair_fields.lost_point("amount_excl_tax", "tax_amount", "total_amount", "total_in_words"),
    repair.words_equal_figures("total_in_words", "total_amount"),
    repair.adds_up("amount_excl_tax", "tax_amount", "total_amount"),
    repair_cut.undoubted_sums("amount_excl_tax", "tax_amount", "total_amount", "total_in_words"),
    repair.parted_product,
    repair.quantity_times_price,
    repair_fields.items_add_up("amount_excl_tax"),
    repair_cut.undoubted_amounts("amount_excl_tax"),
    repair_fields.one_of(_ITEM_RATE, known_rates, values.rate),
    repair_cut.taxes_cut_off,
    repair_fields.legal_taxes("amount_excl_tax", "tax_amount", known_rates),
    _category_marks,
    _region_of_its_code,
    repair.vocabulary("_title", "invoice_type", _vat_header.known_titles),
    _form_of_its_code,
)

PROOFS = (
    *(proofs.printed_twice(name.removeprefix("_qr_"), name) for name in FIELDS if name.startswith("_qr_")),
    proofs.check_digits("buyer_tax_id", "seller_tax_id", valid=uscc.is_valid),
    proofs.adds_up("amount_excl_tax", "tax_amount", "total_amount"),
    proofs.words_equal_figures("total_in_words", "total_amount"),
    proofs.items_add_up("amount_excl_tax"),
    proofs.quantity_times_price,
    proofs.rate_times_amount,
)


def identify(document: Document) -> float:
    """1 for the invoice's own elements; else the weight of what one page shows of the form.

    Neither a title in running text nor a table of goods makes an invoice: contracts have both. A seal may hide the
    title.
    """
    if {spot[0] for spot in _vat_structured.locate(document)} >= {"seller_name", "invoice_number"}:
        return 1.0
    text = layout.squash(document.text)
    if _FOREIGN.search(text) or sum(bool(re.search(anchor, text)) for anchor in _ANCHORS) < _FEWEST:
        return 0.0
    pages = _vat_sheet.sheets(replace(document, pages=document.pages[:_FIRST_PAGES]))
    if document.carrier is Carrier.OCR and any(sheet.crowd > _CROWD for sheet in pages):
        return 0.0  # a picture of an invoice beside other things to read: a screen with windows, two papers at once
    if any(_is_list(sheet) for sheet in pages):
        return 0.0
    return min(1.0, max((_weight(sheet) for sheet in pages), default=0.0))


def _weight(sheet: Sheet) -> float:
    """Number or code, title, total and date in their places; buyer's and seller's blocks; the table's headings."""
    numbered = any(spot[0] in ("invoice_number", "invoice_code") for spot in _vat_header.locate(sheet))
    titled = _vat_header.titled(sheet)
    columns = {column.name for column in sheet.columns}
    shown = (
        (0.3, numbered),
        (0.25, titled),
        (0.2, sheet.gross is not None),
        (0.15, "tax" in columns),
        (0.12, any(True for _ in _vat_parties.locate(sheet))),
        (0.1, any(True for _ in sheet.hits("issue_date"))),
        (0.08, any(stack.text != "备注" for stack in sheet.stacks)),
    )
    total = sum(weight for weight, seen in shown if seen)
    if not titled and any(_FISCAL.search(layout.squash(line.text)) for line in sheet.above):
        return 0.0
    return total if (numbered or titled) and not _is_letter(sheet) else min(total, _UNNAMED)


def _is_list(sheet: Sheet) -> bool:
    """Whether a page lists invoices, one a line, as programs and registers do."""
    return any(
        _LISTED.search(line.text) and "金额" in line.text and not re.search(r"\d", line.text) for line in sheet.lines
    )


def _is_letter(sheet: Sheet) -> bool:
    """Whether a page without a table is made of sentences: one that cites an invoice is none."""
    said = sum(bool(_CLAUSE.search(line.text)) for line in sheet.lines)
    return sheet.head is None and said > _SENTENCES * len(sheet.lines)


def locate(document: Document) -> Iterator[Spot]:
    """Structured values, then print page by page, then the QR code for what is still missing."""
    structured = list(_vat_structured.locate(document))
    yield from structured
    complete = {spot[0] for spot in structured} >= {"invoice_number", "seller_name", "total_amount"}
    pages = _vat_sheet.sheets(document)
    coded = list(_qr(document))
    for sheet in pages:
        printed = [*_vat_header.locate(sheet), *_vat_parties.locate(sheet)]
        if sheet.gross is not None:
            found = {spot[0] for spot in (*printed, *coded)}
            printed = [*_vat_again.corrected(document, sheet, printed), *printed]
            closer = _vat_again.locate(document, sheet, found)
            printed += [spot for spot in closer if not _vat_header.shorter(spot, printed)]
        yield from (spot for spot in printed if not complete or spot[0] in ("invoice_type", "total_in_words"))
    if not any(spot[0] == "amount" for spot in structured):
        for row, columns in enumerate(_vat_cells.completed(document, pages, _vat_items.items(pages))):
            yield from ((name, row, words) for name, words in columns.items() if name != "_other")
    yield from coded
    yield from (("status", (word,)) for word in document.words if _VOID.fullmatch(layout.squash(word.text)))


def _qr(document: Document) -> Iterator[tuple[str, Sequence[Word]]]:
    match = _QR.search(document.signals.get("qr", ""))
    if match is None:
        return
    kind, code, number, amount, day, check = match.groups()
    total = "amount_excl_tax" if kind in _NET_TYPES else "total_amount"
    found = {"invoice_code": code, "invoice_number": number, total: amount, "issue_date": day, "check_code": check}
    for field, printed in found.items():
        if printed:
            yield from ((name, _coded(printed)) for name in (field, f"_qr_{field}"))
    yield from (("invoice_type", _coded(title)) for title in [_vat_header.titles()["coded"].get(kind)] if title)


def _coded(text: str) -> tuple[Word]:
    return (Word(text, box_quad((0.0, 0.0, 1.0, 1.0)), path="qr"),)
