"""A sample of papers as files that the reader really reads: e-invoice XML, tables (XLSX, CSV) and a Word contract.

Only carriers are rendered that need no font: pictures and PDF of invented papers are the fixtures' part. A file shows
what its draft says, so that the same applicant can go both ways, by facts directly and over the whole road.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import docx
import xlsxwriter
from lxml import etree

from selfproof.population.drafts import Draft, money, words

File = tuple[str, bytes]
Grid = Sequence[Sequence[str | float]]
_RECEIPTS = ".receipts"
_OUT = Decimal("0.6")  # of what came in is paid out again within the month
_FEE = Decimal(10)  # something moves in every month that a statement covers
_LINES = 4  # payments of one month by payers whom nobody names
_RATE = Decimal("0.006")
_CENT = Decimal("0.01")
_SAID = {"from_acquirers": "收单清算款", "from_platforms": "货款结算"}
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001  the formats know no zone


def files(papers: Sequence[Draft]) -> Iterator[File]:
    """Name and content of every paper that can be rendered."""
    for place, paper in enumerate(papers):
        make = _MAKERS.get((paper.kind, paper.carrier))
        if make is not None:
            end, content = make(paper)
            yield f"{place:03d}_{paper.kind}.{end}", content


def renderable(paper: Draft) -> bool:
    """Whether this paper has a file."""
    return (paper.kind, paper.carrier) in _MAKERS


WAYS: Mapping[str, str] = {
    "invoices": "xml", "purchases": "xml", "bank": "sheet", "wallet": "sheet", "acquirer": "sheet", "platform": "sheet",
    "settlement": "sheet", "contract": "sheet", "capacity": "sheet",
}  # fmt: skip
"""Papers that can be rendered, and the way in which they come then."""


def _text(paper: Draft, name: str) -> str:
    return str(paper.fields.get(name, ""))


def _months(paper: Draft, field: str) -> dict[str, Decimal]:
    """Amounts by month, ``2026-03`` → CNY."""
    end = f"].{field}"
    return {name[len("months[") : -len(end)]: Decimal(str(value)) for name, value in paper.fields.items()
            if name.startswith("months[") and name.endswith(end)}  # fmt: skip


def _invoice(paper: Draft) -> tuple[str, bytes]:
    """As the tax bureau's EInvoice XML."""
    root = etree.Element("EInvoice")
    head = etree.SubElement(root, "Header")
    _leaves(head, EIid=_text(paper, "invoice_number"), EInvoiceTag="SWEI3300", Version="0.32")
    labels = etree.SubElement(head, "InherentLabel")
    for name, code, said in (
        ("InIssuType", "Y", "是"),
        ("EInvoiceType", "01", "电子发票"),
        ("GeneralOrSpecialVAT", "02", "普通发票"),
    ):
        _leaves(etree.SubElement(labels, name), LabelCode=code, LabelName=said)
    data = etree.SubElement(root, "EInvoiceData")
    for side in ("Seller", "Buyer"):
        known = {
            f"{side}IdNum": _text(paper, f"{side.lower()}_tax_id"),
            f"{side}Name": _text(paper, f"{side.lower()}_name"),
        }
        _leaves(etree.SubElement(data, f"{side}Information"), **known)
    _leaves(etree.SubElement(data, "BasicInformation"), **_sums(paper))
    _leaves(etree.SubElement(data, "IssuItemInformation"), **_item(paper))
    _leaves(
        etree.SubElement(root, "TaxSupervisionInfo"),
        InvoiceNumber=_text(paper, "invoice_number"), IssueTime=_text(paper, "issue_date"),
        TaxBureauCode="13300000000", TaxBureauName="国家税务总局试例税务局",
    )  # fmt: skip
    return "xml", etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _leaves(parent: etree._Element, **texts: str) -> None:
    for name, text in texts.items():
        etree.SubElement(parent, name.replace("__", "-")).text = text


def _sums(paper: Draft) -> dict[str, str]:
    total = Decimal(_text(paper, "total_amount"))
    return {
        "TotalAmWithoutTax": _text(paper, "amount_excl_tax"), "TotalTaxAm": _text(paper, "tax_amount"),
        "TotalTax__includedAmount": f"{total:.2f}", "TotalTax__includedAmountInChinese": words(total),
        "Drawer": "试开票", "RequestTime": f"{_text(paper, 'issue_date')} 10:15:00",
    }  # fmt: skip


def _item(paper: Draft) -> dict[str, str]:
    rate = _text(paper, "items[0].tax_rate")
    share = Decimal(rate.rstrip("%")) / 100 if rate.endswith("%") else Decimal(0)
    return {
        "ItemName": "*货物*试例商品", "MeaUnits": "批", "Quantity": "1", "UnPrice": _text(paper, "items[0].amount"),
        "Amount": _text(paper, "items[0].amount"), "TaxRate": f"{share:.6f}", "ComTaxAm": _text(paper, "tax_amount"),
        "TotaltaxIncludedAmount": _text(paper, "total_amount"),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Move:
    """A line of a statement; amount: CNY, negative when paid out."""

    day: date
    amount: Decimal
    party: str
    summary: str


def _moves(paper: Draft) -> list[_Move]:
    """Lines whose sums by month, by payer and by who paid out are the draft's."""
    left = dict(_payers(paper))
    outs = {"from_acquirers": "试例收单服务有限公司", "from_platforms": "抖店试例结算服务有限公司"}
    paid_out = {sort: _months(paper, sort) for sort in outs}
    found: list[_Move] = []
    sums = _months(paper, "receipts")
    for month in _calendar(_text(paper, "first_date"), _text(paper, "last_date")):
        total = sums.get(month, Decimal(0))
        first = date.fromisoformat(f"{month}-01")
        parts = [(outs[sort], _SAID[sort], paid[month]) for sort, paid in paid_out.items() if paid.get(month)]
        rest = total - sum((amount for _, _, amount in parts), Decimal(0))
        for name in list(left):
            amount = min(left[name], max(Decimal(0), rest))
            left[name], rest = left[name] - amount, rest - amount
            parts.append((name, "货款", amount))
        parts += [("试例客户", "货款", amount) for amount in _split(rest)]
        found += _spread(first, [part for part in parts if part[2] > 0])
        found.append(_Move(first, -_FEE, "试例银行", "手续费"))
        end = first + timedelta(days=_length(first) - 1)
        found.append(_Move(end, -max(_FEE, (total * _OUT).quantize(_CENT)), "试例供货商行", "采购付款"))
    return found


def _calendar(first: str, last: str) -> list[str]:
    """The months from a day to another."""
    start, end = (date.fromisoformat(day) for day in (first, last))
    count = (end.year - start.year) * 12 + end.month - start.month + 1
    months = (start.year * 12 + start.month - 1 + step for step in range(count))
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months]


def _payers(paper: Draft) -> Iterator[tuple[str, Decimal]]:
    for name, value in paper.fields.items():
        if name.startswith("counterparties["):
            yield name[len("counterparties[") : -len("].total_in")], Decimal(str(value))


def _split(amount: Decimal) -> list[Decimal]:
    """In a few lines."""
    if amount <= 0:
        return []
    part = (amount / _LINES).quantize(_CENT)
    return [part] * (_LINES - 1) + [amount - part * (_LINES - 1)]


def _spread(first: date, parts: Sequence[tuple[str, str, Decimal]]) -> Iterator[_Move]:
    """From the first day of the month to its last."""
    days, steps = _length(first) - 1, max(1, len(parts) - 1)
    for place, (party, summary, amount) in enumerate(parts):
        yield _Move(first + timedelta(days=place * days // steps), amount, party, summary)


def _length(first: date) -> int:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1).toordinal() - first.toordinal()


def _bank(paper: Draft) -> tuple[str, bytes]:
    """An export of an account's lines with balances."""
    balance, rows = Decimal(20000), []
    for number, move in enumerate(_moves(paper), 1):
        balance += move.amount
        into, out = (move.amount, "") if move.amount > 0 else ("", -move.amount)
        when = f"{move.day:%Y/%m/%d} 10:20:30"
        rows.append((str(number), when, move.summary, _cell(into), _cell(out), float(balance), move.party, ""))
    head: Grid = (
        (f"{_text(paper, 'institution')}账户明细查询结果",),
        ("账号", _text(paper, "account"), "户名", _text(paper, "account_name")),
        ("起始日期", _text(paper, "first_date"), "终止日期", _text(paper, "last_date")),
        (),
        ("序号", "交易时间", "交易类型", "收入金额", "支出金额", "余额", "对方户名", "用途"),
    )
    return "xlsx", _workbook((*head, *rows))


def _cell(amount: Decimal | str) -> float | str:
    return float(amount) if isinstance(amount, Decimal) else amount


_WALLET_HEADS = (
    "交易时间", "交易分类", "交易对方", "商品说明", "收/支", "金额", "收/付款方式", "交易状态", "交易订单号", "备注",
)  # fmt: skip


def _wallet(paper: Draft) -> tuple[str, bytes]:
    """As a wallet's own copy."""
    first, last = _text(paper, "first_date"), _text(paper, "last_date")
    head: Grid = (
        ("-" * 60,), ("导出信息：",), (f"姓名：{_text(paper, 'account_name')}",),
        (f"支付宝账户：{_text(paper, 'account')}",),
        (f"起始时间：[{first} 00:00:00]    终止时间：[{last} 23:59:59]",),
        (),
        _WALLET_HEADS,
    )  # fmt: skip
    rows = []
    for number, move in enumerate(_moves(paper)):
        way, amount = ("收入", move.amount) if move.amount > 0 else ("支出", -move.amount)
        kind = "商业服务" if move.amount > 0 else "采购"
        order = f"202603990000{number:09d}\t"
        said = (move.party, "货款", way, f"{amount:.2f}", "余额", "交易成功", order, "")
        rows.append((f"{move.day:%Y-%m-%d} 09:30:05", kind, *said))
    return "csv", _separated((*head, *rows))


def _acquirer(paper: Draft) -> tuple[str, bytes]:
    """Payments by day."""
    head: Grid = (
        ("收钱吧商户收款日汇总",), ("商户号", _text(paper, "merchant_id")), ("商户名称", _text(paper, "merchant_name")),
        ("交易日期", "交易笔数", "交易金额（元）", "退款金额（元）", "手续费（元）", "结算金额（元）"),
    )  # fmt: skip
    rows = []
    for move in _moves(paper):
        if move.amount > 0:
            fee = (move.amount * _RATE).quantize(_CENT)
            sums = (float(move.amount), 0.0, float(fee), float(move.amount - fee))
            rows.append((f"{move.day:%Y/%m/%d}", "30", *sums))
    return "xlsx", _workbook((*head, *rows))


def _platform(paper: Draft) -> tuple[str, bytes]:
    """A line for every order, its fees beside it."""
    first, last = _text(paper, "first_date"), _text(paper, "last_date")
    head: Grid = (
        ("抖店结算账单明细",), (f"店铺名称：{_text(paper, 'store')}",), (f"结算周期：{first} 至 {last}",), (),
        ("结算时间", "订单编号", "商品名称", "订单实付金额", "退款金额", "平台服务费", "佣金", "结算金额", "备注"),
    )  # fmt: skip
    rows = []
    for number, move in enumerate(_moves(paper)):
        if move.amount > 0:
            fee = (move.amount * _RATE).quantize(_CENT)
            sums = (f"{move.amount:.2f}", "0.00", f"{-fee:.2f}", "0.00", f"{move.amount - fee:.2f}")
            rows.append((f"{move.day:%Y-%m-%d} 09:30:00", f"'6800{number:010d}", "试例商品", *sums, ""))
    return "csv", _separated((*head, *rows))


def _settlement(paper: Draft) -> tuple[str, bytes]:
    """Deliveries to one customer, and their sum."""
    months = _months(paper, "total")
    days = [date.fromisoformat(f"{month}-15") for month in months]
    span = f"{days[0]:%Y年%m月}1日至{days[-1]:%Y年%m月%d日}"
    head: Grid = (
        ("货款对账单", "", "", "", "", ""),
        (f"客户名称：{_text(paper, 'customer')}", f"对账日期：{days[-1]}", "", "", "", ""),
        (f"供方：{_text(paper, 'supplier')}", f"对账期间：{span}", "", "", "", ""),
        ("送货日期", "送货单号", "产品名称", "数量", "单价（元）", "金额（元）"),
    )
    rows = [
        (f"{day}", f"SH{day:%Y%m%d}", "试例商品", "1", float(amount), float(amount))
        for day, amount in zip(days, months.values(), strict=True)
    ]
    return "xlsx", _workbook((*head, *rows, ("合计", "", "", "", "", float(sum(months.values(), Decimal(0))))))


def _contract(paper: Draft) -> tuple[str, bytes]:
    """A short sales contract in Word."""
    total = Decimal(_text(paper, "total_amount"))
    sheet = docx.Document()
    for line in (
        "产品购销合同",
        f"合同编号：{_text(paper, 'contract_number')}",
        f"甲方（需方）：{_text(paper, 'party_a')}",
        f"乙方（供方）：{_text(paper, 'party_b')}",
        "经甲乙双方协商一致，订立本合同，以资共同遵守。",
        f"一、合同总金额：人民币{total:.2f}元（大写：{words(total)}）。",
        "二、交货：乙方按甲方订单分批送货。",
        f"签订日期：{_text(paper, 'sign_date')}",
    ):
        sheet.add_paragraph(line)
    sheet.core_properties.created = sheet.core_properties.modified = _MADE
    buffer = io.BytesIO()
    sheet.save(buffer)
    return "docx", buffer.getvalue()


def _power(paper: Draft) -> tuple[str, bytes]:
    """A year of a meter."""
    total = Decimal(_text(paper, "annual_kwh"))
    month = (total / 12).quantize(Decimal(1))
    head: Grid = (
        ("客户用电电费明细表", "", "", ""),
        (f"客户名称：{_text(paper, 'holder')}", f"户号：{_text(paper, 'number')}", "", ""),
        ("序号", "电费年月", "用电量（千瓦时）", "应收电费（元）"),
    )
    used = [month] * 11 + [total.quantize(Decimal(1)) - 11 * month]
    rows = [
        (str(place), f"2025年{place:02d}月", float(kwh), float(money(0.72 * float(kwh))))
        for place, kwh in enumerate(used, 1)
    ]
    return "xlsx", _workbook((*head, *rows))


def _workbook(rows: Grid) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _MADE})
    sheet, amount = book.add_worksheet("明细"), book.add_format({"num_format": "#,##0.00"})
    sheet.set_column(0, 8, 22)
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(line, column, value, amount if isinstance(value, float) else None)
    book.close()
    return buffer.getvalue()


def _separated(rows: Grid) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("gb18030")


_MAKERS: Mapping[tuple[str, str], Callable[[Draft], tuple[str, bytes]]] = {
    ("vat_invoice", "xml"): _invoice,
    ("bank_statement", "table"): _bank,
    ("wallet_statement", "table"): _wallet,
    ("acquirer_statement", "table"): _acquirer,
    ("platform_statement", "table"): _platform,
    ("settlement_sheet", "table"): _settlement,
    ("contract", "docx"): _contract,
    ("utility_bill", "table"): _power,
}
