"""Bank slips whose labels had no room for one line, and several papers of one kind in one file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from selfproof import extract
from selfproof.model import Carrier, Document, Page, Value, Word, box_quad

PAYER, PAYEE = "云岭样例木耳合作社", "东川样例山珍贸易有限公司"
LINE = 0.02  # height of a line of print


def at(x: float, y: float, text: str) -> Word:
    return Word(text, box_quad((x, y, x + LINE * len(text), y + LINE)))


def slip(labels: Sequence[tuple[str, str]], step: float = 1.4) -> list[Word]:
    """A slip whose labels stand in two lines, the values at half their height."""
    values = ((PAYER, PAYEE), ("6999990000001101", "6999990000002202"))
    words = [at(0.3, 0.05, "样例银行业务回单"), at(0.1, 0.12, "交易日期"), at(0.25, 0.12, "2026-03-05")]
    for row, (pair, told) in enumerate(zip(labels, values, strict=True)):
        top = 0.2 + 0.12 * row
        for x, side, value in zip((0.05, 0.5), ("付款", "收款"), told, strict=True):
            upper, lower = (part.replace("付款", side) for part in pair)
            words += [at(x, top, upper), at(x, top + step * LINE, lower), at(x + 0.12, top + step / 2 * LINE, value)]
    return [
        *words,
        at(0.1, 0.5, "金额（小写）"),
        at(0.3, 0.5, "￥12,860.50"),
        at(0.1, 0.6, "用途"),
        at(0.3, 0.6, "货款"),
    ]


def read(*pages: Sequence[Word]) -> list[dict[str, Value]]:
    made = tuple(
        Page(number, 1000, 1000, tuple(Word(word.text, word.quad, page=number) for word in words))
        for number, words in enumerate(pages, 1)
    )
    found = extract.extract(Document("0" * 64, "application/pdf", Carrier.PDF_TEXT, made))
    return [{fact.field: fact.value for fact in one.facts if fact.kind == one.kind} for one in found]


@pytest.mark.parametrize(
    "labels",
    [
        (("付款", "人"), ("付款账", "号")),
        (("付款人", "名称"), ("付款人", "账号")),
        (("付款人", "户名"), ("付款", "账号")),
    ],
)
def test_a_label_over_two_lines_names_the_value_beside_both(labels: Sequence[tuple[str, str]]) -> None:
    (told,) = read(slip(labels))
    assert (told["payer"], told["payee"]) == (PAYER, PAYEE)
    assert (told["payer_account"], told["payee_account"]) == ("6999990000001101", "6999990000002202")
    assert not {"payer_bank", "payee_bank"} & told.keys()


def note(number: str, goods: str, amount: str) -> list[Word]:
    head = zip((0.1, 0.4, 0.6, 0.8), ("品名", "数量", "单价", "金额"), strict=True)
    row = zip((0.1, 0.4, 0.6, 0.8), (goods, "10", f"{int(amount) / 10:.2f}", f"{amount}.00"), strict=True)
    return [
        at(0.4, 0.05, "送货单"), at(0.6, 0.1, f"No.{number}"), at(0.1, 0.15, f"收货单位：{PAYER}"),
        at(0.1, 0.2, f"送货单位：{PAYEE}"), at(0.6, 0.2, "日期：2026-03-05"),
        *(at(x, 0.3, text) for x, text in head), *(at(x, 0.35, text) for x, text in row),
        at(0.1, 0.45, f"合计金额：{amount}.00"),
    ]  # fmt: skip


def test_notes_of_different_numbers_in_one_file_are_notes_of_their_own() -> None:
    told = read(note("SH0091", "纸箱", "900"), note("SH0107", "胶带", "180"))
    assert [(one["number"], str(one["total_amount"]), one["items[0].name"]) for one in told] == [
        ("SH0091", "900.00", "纸箱"), ("SH0107", "180.00", "胶带"),
    ]  # fmt: skip
    (one,) = read(note("SH0091", "纸箱", "900"), note("SH0091", "胶带", "180"))
    assert (one["items[0].name"], one["items[1].name"]) == ("纸箱", "胶带")


def stacked(place: int, number: str, amount: str) -> list[Word]:
    """A third of a page with a slip on it."""
    rows = [("回单编号", number), ("交易日期", "2026-03-05"), ("付款人户名", PAYER), ("付款人账号", "6999990000001101")]
    rows += [("收款人户名", PAYEE), ("收款人账号", "6999990000002202"), ("金额（小写）", amount), ("用途", "货款")]
    top = 0.02 + 0.33 * place
    lines = [
        (at(0.1, top + 0.028 * row, label), at(0.4, top + 0.028 * row, told))
        for row, (label, told) in enumerate(rows, 1)
    ]
    return [at(0.3, top, "样例银行业务回单"), *(word for line in lines for word in line)]


def test_slips_below_each_other_on_a_page_are_slips_of_their_own() -> None:
    numbers, amounts = ("2026030500018", "2026030500026", "2026030500034"), ("￥12.50", "￥860.00", "￥3,000.00")
    slips = [stacked(place, *one) for place, one in enumerate(zip(numbers, amounts, strict=True))]
    told = read([word for one in slips for word in one], [*slips[0][1:], *slips[1]])
    assert [str(one["amount"]) for one in told] == ["12.50", "860.00", "3000.00", "12.50", "860.00"]
    twice = [*stacked(0, numbers[0], amounts[0]), *stacked(1, numbers[0], amounts[0])]
    assert len(read(twice)) == 1


def test_slips_without_numbers_below_each_other_are_told_apart_by_what_they_say() -> None:
    days, amounts = ("2026-03-05", "2026-03-09", "2026-03-11"), ("￥12.50", "￥860.00", "￥3,000.00")
    slips = [unnumbered(place, *one) for place, one in enumerate(zip(days, amounts, strict=True))]
    told = read([word for slip in slips for word in slip])
    assert [str(one["amount"]) for one in told] == ["12.50", "860.00", "3000.00"]
    assert len(read([*slips[0], *unnumbered(1, days[0], amounts[0])])) == 1


def test_slips_of_many_labels_below_each_other_need_no_title_that_is_known() -> None:
    numbers, amounts = ("2026030500018", "2026030500026"), ("￥12.50", "￥860.00")
    slips = [stacked(place, *one)[1:] for place, one in enumerate(zip(numbers, amounts, strict=True))]
    told = read([word for one in slips for word in one])
    assert [str(one["amount"]) for one in told] == ["12.50", "860.00"]


def test_slips_whose_labels_and_values_are_one_run_of_print_are_slips_of_their_own() -> None:
    slips = [stacked(place, f"202603050001{place}", f"￥{place}.50") for place in (0, 1)]
    runs = [
        [slip[0], *(replace(label, text=f"{label.text} {told.text}") for label, told in pairs(slip[1:]))]
        for slip in slips
    ]
    assert [str(one["amount"]) for one in read([word for run in runs for word in run])] == ["0.50", "1.50"]


def pairs(words: Sequence[Word]) -> list[tuple[Word, Word]]:
    return list(zip(words[::2], words[1::2], strict=True))


def test_days_without_labels_beside_other_numbers_are_those_of_slips_below_each_other() -> None:
    slips = [unnumbered(place, f"2026-03-0{place + 5}", f"￥{place}.50") for place in range(3)]
    dated = [
        [slip[0], replace(slip[2], text=f"{slip[2].text}第67947{place}号"), *slip[3:-1], replace(slip[-1], text=goods)]
        for place, (slip, goods) in enumerate(zip(slips, ("鱼款", "饲料", "虾款"), strict=True))
    ]
    told = read([word for slip in dated for word in slip])
    assert [(str(one["date"]), str(one["amount"])) for one in told] == [
        ("2026-03-05", "0.50"), ("2026-03-06", "1.50"), ("2026-03-07", "2.50"),
    ]  # fmt: skip


def unnumbered(place: int, day: str, amount: str) -> list[Word]:
    head, label, _, *rest = stacked(place, day, amount)
    return [head, at(label.box[0], label.box[1], "入账日期"), at(0.4, label.box[1], day), *rest[2:]]


def plain(place: int, number: str, amount: str) -> list[Word]:
    """Half a page with a slip of few labels."""
    top = 0.02 + 0.48 * place
    lines = [
        [(0.35, "样例银行单位客户专用回单")],
        [(0.05, "币别：人民币"), (0.4, "2026年03月05日"), (0.7, f"流水号：{number}")],
        [(0.05, "付款人"), (0.15, "户名"), (0.22, PAYER), (0.5, "收款人"), (0.6, "户名"), (0.68, PAYEE)],
        [(0.15, "账号"), (0.22, "6999990000001101"), (0.6, "账号"), (0.68, "6999990000002202")],
        [(0.05, "金额"), (0.6, amount)],
        [(0.05, "用途"), (0.22, "货款")],
    ]
    words = [at(x, top + 0.04 * row, text) for row, line in enumerate(lines) for x, text in line]
    return [
        replace(word, quad=box_quad((*word.box[:2], word.box[0] + 0.012 * len(word.text), word.box[3])))
        for word in words
    ]


def test_slips_of_few_labels_below_each_other_are_slips_of_their_own() -> None:
    slips = [plain(0, "28682297328052", "￥12.50"), plain(1, "76452695588925", "￥860.00")]
    assert [str(one["amount"]) for one in read([word for one in slips for word in one])] == ["12.50", "860.00"]


@pytest.mark.parametrize(("payer", "payee", "purpose"), [("借方", "贷方", "摘要"), ("付款", "收款", "转账附言")])
def test_a_slip_names_its_sides_by_debit_and_credit_or_by_who_pays(payer: str, payee: str, purpose: str) -> None:
    rows = [("日期", "2026-03-05"), (f"{payer}户名", PAYER), (f"{payer}账号", "6999990000001101")]
    rows += [
        (f"{payee}户名", PAYEE),
        (f"{payee}账号", "6999990000002202"),
        ("交易金额", "860.00"),
        (purpose, "代扣电费"),
    ]
    lines = [
        (at(0.1, 0.1 + 0.06 * row, label), at(0.4, 0.1 + 0.06 * row, told)) for row, (label, told) in enumerate(rows)
    ]
    (told,) = read([at(0.3, 0.02, "样例银行借记通知"), *(word for line in lines for word in line)])
    assert (told["payer"], told["payee"], told["purpose"]) == (PAYER, PAYEE, "代扣电费")
    assert (told["payer_account"], told["payee_account"]) == ("6999990000001101", "6999990000002202")
