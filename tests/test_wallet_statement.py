"""Bills of invented wallets' holders in the forms that wallets and platforms export."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from selfproof import extract
from selfproof.intake import take
from selfproof.model import Extraction, Value
from selfproof.read import read


def _read(data: bytes, name: str = "bill.csv") -> Extraction:
    (extraction,) = extract.extract(read(take(data, name)))
    return extraction


def _facts(data: bytes, name: str = "bill.csv") -> dict[str, Value]:
    extraction = _read(data, name)
    assert extraction.kind == "wallet_statement"
    return {fact.field: fact.value for fact in extraction.facts if fact.kind == "wallet_statement"}


CHAT = """微信支付账单明细,,,,,,,,
微信昵称：[样某],,,,,,,,
起始时间：[2026-03-01 00:00:00] 终止时间：[2026-03-31 23:59:59],,,,,,,,
共5笔记录,,,,,,,,
注：,,,,,,,,
{note},,,,,,,,
----------------------微信支付账单明细列表--------------------,,,,,,,,
交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注
2026-03-28 20:11:05,商户消费,晨星超市,"水果,两斤",支出,¥35.60,零钱,支付成功,"10001\t","20001\t",/
2026-03-27 09:00:00,零钱提现,样例银行,/,/,¥500.00,样例银行(1234),提现已到账,"10002\t",/,服务费¥0.50
2026-03-26 12:30:00,二维码收款,顾客,收款方备注:二维码收款,收入,¥88.00,/,已收钱,"10003\t",/,/
2026-03-25 12:30:00,微信红包,样小满,/,收入,¥6.66,/,已存入零钱,"10004\t",/,/
2026-03-24 18:30:00,晨星超市-退款,晨星超市,/,收入,¥8.00,零钱,已退款￥8.00,"10005\t",/,/
"""
OWN, PROOF = "3. 本明细仅供个人对账使用", "用途：用作证明材料"
EXPECTED = {
    "n_transactions": 5,
    "stated_transactions": 5,
    "total_in": Decimal("102.66"),
    "total_out": Decimal("35.60"),
    "first_date": date(2026, 3, 24),
    "last_date": date(2026, 3, 28),
    "period": "2026-03-01/2026-03-31",
    "institution": "微信支付",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_bill_is_read_to_the_cent_in_any_encoding(encoding: str) -> None:
    facts = _facts(CHAT.format(note=OWN).encode(encoding))
    assert {name: facts[name] for name in EXPECTED} == EXPECTED


def test_a_payment_that_failed_is_a_line_that_moves_no_sum() -> None:
    bill = CHAT.format(note=OWN)
    failed = '2026-03-28 21:00:00,商户消费,晨星超市,/,支出,¥88.00,零钱,{},"10006\t",/,/\n'
    facts = [_facts((bill + failed.format(state)).encode()) for state in ("支付失败", "支付成功", "退款失败")]
    assert [one["total_out"] for one in facts] == [Decimal("35.60"), Decimal("123.60"), Decimal("123.60")]


def test_a_merchant_s_account_with_a_wallet_is_told_by_the_wallet_s_own_numbers() -> None:
    export = """记账时间,{}业务单号,业务名称,收支类型,收支金额(元),账户结余(元),备注
`2026-03-01 06:09:04,`10001,`退款,`支出,`11.79,`88.21,`
`2026-03-02 11:58:22,`10002,`交易,`收入,`34.74,`122.95,`
"""
    facts = _facts(export.format("微信支付").encode())
    assert (facts["institution"], facts["total_in"], facts["total_out"]) == (
        "微信支付",
        Decimal("34.74"),
        Decimal("11.79"),
    )
    assert _read(export.format("").encode()).kind != "wallet_statement"


def test_a_merchant_s_account_with_a_wallet_stays_the_wallet_s_where_its_shop_is_named() -> None:
    export = """微信支付商户平台资金账单
商户号：1650000156
商户名称：样例果行
账单日期：2026-03-01 00:00:00至2026-03-0223:59:59
记账时间,微信支付业务单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),备注
`2026-03-01 06:09:04,`10001,`退款,`退款,`支出,`11.79,`88.21,`
`2026-03-02 11:58:22,`10002,`交易,`交易,`收入,`34.74,`122.95,`
`2026-03-02 11:58:23,`10002,`扣除交易手续费,`扣除交易手续费,`支出,`0.21,`122.74,`
"""
    facts = _facts(export.encode())
    assert (facts["account"], facts["account_name"]) == ("1650000156", "样例果行")
    assert facts["period"] == "2026-03-01/2026-03-02"
    assert "months[2026-03].receipts" in facts  # 账单日期 is no card's 账单日
    assert (facts["total_in"], facts["total_out"]) == (Decimal("34.74"), Decimal("12.00"))


def test_what_is_neither_in_nor_out_is_a_transaction_that_moves_no_sum() -> None:
    assert _facts(CHAT.format(note=OWN).encode())["n_transactions"] == 5


def test_a_bill_for_ones_own_reconciliation_shows_no_receipts() -> None:
    facts = _facts(CHAT.format(note=OWN).encode())
    assert [name for name in facts if name.endswith(".receipts") or name.startswith("counterparties")] == []


@pytest.mark.parametrize("code", ["二维码收款", "维码收款"])
def test_a_bill_as_proof_counts_what_was_paid_to_the_merchants_code_and_nothing_else(code: str) -> None:
    facts = _facts(CHAT.format(note=PROOF).replace("二维码收款", code).encode())
    assert facts["months[2026-03].receipts"] == Decimal("88.00")
    assert facts["counterparties[顾客].total_in"] == Decimal("88.00")


def test_a_missing_line_shows_in_the_number_that_the_bill_states() -> None:
    text = CHAT.format(note=OWN)
    facts = _facts(
        text.replace('2026-03-25 12:30:00,微信红包,样小满,/,收入,¥6.66,/,已存入零钱,"10004\t",/,/\n', "").encode()
    )
    assert (facts["stated_transactions"], facts["n_transactions"]) == (5, 4)


def test_a_formula_in_an_amount_is_no_amount() -> None:
    facts = _facts(CHAT.format(note=OWN).replace("¥35.60", "=35+0.6").encode())
    assert facts["n_transactions"] == 5
    assert "total_out" not in facts


LAYOUTS = {
    "amounts with a note of a later refund": (
        (
            "京东账号名：sample_01\n日期区间：2026-01-01 至 2026-01-31\n导出信息：账单明细\n"
            "交易时间,商户名称,交易说明,金额,收/付款方式,交易状态,收/支,交易分类,备注\n"
            "2026-01-05 10:00:00\t,样例商户,塑料筐,61.50(已退款20.00),样例银行(1111),交易成功,支出,网购, \n"
            "2026-01-06 10:00:00\t,样例商户,退款-塑料筐,20.00,样例银行(1111),退款成功,不计收支,网购, \n"
            "2026-01-09 10:00:00\t,样例商户,袋子,8.00(已全额退款),钱包,交易成功,不计收支,网购, \n"
        ),
        (3, "0.00", "61.50"),
    ),
    "what was paid beside what was ordered": (
        (
            "美团交易账单明细\n美团用户名：[SAMPLE77]\n"
            "交易创建时间,交易成功时间,交易类型,订单标题,收/支,支付方式,订单金额,实付金额,交易单号\n"
            '2026-01-05 10:00:00,2026-01-05 10:00:09,支付,面馆,支出,月付,¥22.30,¥21.17,"25\t"\n'
            '2026-01-06 10:00:00,2026-01-06 10:00:09,退款,面馆,收入,月付,¥22.30,¥21.17,"26\t"\n'
        ),
        (2, "21.17", "21.17"),
    ),
    "the older form with a fee and a refund of its own beside the amount": (
        (
            "支付宝交易记录明细查询\n账号:[sample@sample.test]\n"
            "交易号 ,交易创建时间 ,付款时间 ,最近修改时间 ,类型 ,交易对方 ,商品名称 ,金额（元） ,收/支 ,"
            "交易状态 ,"
            "服务费（元） ,成功退款（元） ,资金状态 ,\n"
            "2026\t,2026-01-05 10:00:00 ,2026-01-05 10:00:02 ,2026-01-08 10:00:00 ,即时到账 ,样例商户 ,"
            "筐 ,45.00 ,支出 ,交易成功 ,0.10 ,5.00 ,已支出 ,\n"
            "2027\t,2026-01-06 10:00:00 , ,2026-01-06 10:00:00 ,转账 ,样某 ,筐 ,70.00 , ,"
            "交易成功 ,0.00 ,0.00 ,资金转移 ,\n"
            "共2笔记录\n"
        ),
        (2, "0.00", "45.00"),
    ),
    "signed amounts": (
        (
            "云闪付交易明细\n交易时间,交易名称,交易金额,付款卡,交易状态\n"
            "2026-01-05 10:00:00,样例超市,-23.50,样例银行(1111),交易成功\n"
            "2026-01-06 10:00:00,红包奖励,+1.20,/,交易成功\n"
        ),
        (2, "1.20", "23.50"),
    ),
    "two columns and a balance": (
        (
            "#支付宝账务明细查询\n#账号：[2088000000000000]\n"
            "账务流水号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型\n"
            "1\t,筐,2026-01-05 10:00:00,a@sample.test,200.00,0.00,1200.00,支付宝,在线支付\n"
            "2\t,手续费,2026-01-05 10:00:01,,0.00,-1.20,1198.80,支付宝,收费\n"
            "#支出合计：1笔，共-1.20元\n"
        ),
        (2, "200.00", "1.20"),
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_its_own_sums(layout: str) -> None:
    text, (count, into, out) = LAYOUTS[layout]
    facts = _facts(text.encode("gb18030"))
    assert (facts["n_transactions"], facts["total_in"], facts["total_out"]) == (count, Decimal(into), Decimal(out))


def test_a_workbook_with_real_times_and_numbers_reads_as_its_csv() -> None:
    lines = [line.split(",") for line in CHAT.format(note=OWN).replace('"水果,两斤"', "水果").splitlines()]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, stamp = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate(lines):
            sheet.write_row(number, 0, [cell.strip('"\t') for cell in row])
            if row[0].startswith("2026"):
                sheet.write_datetime(number, 0, datetime.fromisoformat(row[0]), stamp)
                sheet.write_number(number, 5, float(row[5].strip("¥")))
    facts = _facts(buffer.getvalue(), "bill.xlsx")
    assert {name: facts[name] for name in EXPECTED} == EXPECTED


def test_half_a_file_gives_the_lines_that_are_there() -> None:
    whole = CHAT.format(note=OWN).encode()
    facts = _facts(whole[: whole.index(b"2026-03-25")])
    assert facts["n_transactions"] == 3


def test_a_long_bill_is_read_whole() -> None:
    head = CHAT.format(note=OWN).partition("2026-03-28")[0]
    rows = (
        f"2026-03-{1 + n % 28:02d} 10:00:00,商户消费,店{n % 7},货,支出,¥1.10,零钱,支付成功,{n}\t,/,/\n"
        for n in range(2000)
    )
    facts = _facts((head + "".join(rows)).encode())
    assert (facts["n_transactions"], facts["total_out"]) == (2000, Decimal("2200.00"))


OTHERS = {
    "a bank's statement": (
        "样例商业银行交易明细\n"
        "交易日期,收/支,金额,余额,摘要\n"
        "2026-01-03,收入,8.00,8.00,货款\n"
        "2026-01-05,支出,3.00,5.00,纸箱\n"
    ),
    "a list of orders": (
        "订单编号,下单时间,商品名称,数量,单价,订单金额\n1,2026-03-01,箱,1,5.00,5.00\n2,2026-03-01,箱,1,5.00,5.00\n"
    ),
    "a heading without lines": CHAT.format(note=OWN).partition("2026-03-28")[0],
}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_no_wallets_bill_is_not_called_one(other: str) -> None:
    assert _read(OTHERS[other].encode()).kind != "wallet_statement"


def test_the_account_of_a_certified_bill_stands_in_its_sentence() -> None:
    said = "兹证明:样某(证件号码:1)在其支付宝账号138****0000中明细信息如下:"
    facts = _facts(CHAT.format(note=PROOF).replace("微信昵称：[样某]", said).encode())
    assert (facts["account"], facts["account_name"]) == ("138****0000", "样某")


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("微信支付交易明细证明", "wallet_statement"),
        ("微信支付 微信支付交易明细证明", "wallet_statement"),
        ("微信支付交易明细", "unknown"),
        ("本行不受理微信支付交易明细证明", "unknown"),
    ],
)
def test_a_wallets_own_proof_is_one_though_its_columns_of_means_are_cut_away(title: str, kind: str) -> None:
    bill = f"""{title}
兹证明：赵小满，在其微信号：sample 中的交易明细信息如下：
交易时间,交易类型,收/支/其他,金额(元),交易对方
2026-03-02 09:10:00,商户消费,支出,24.00,样例咖啡
2026-03-03 10:00:00,转账,收入,150.00,钱小满
2026-03-05 08:00:00,信用卡还款,其他,200.00,样例银行
"""
    (found,) = extract.from_bytes(bill.encode(), "bill.csv")
    assert found.kind == kind
