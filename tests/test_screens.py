"""What is a picture of a screen and what is not, and what a screenshot is worth."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

from selfproof import extract, screens
from selfproof.credit.evidence import gather
from selfproof.model import Carrier, Document, Outcome, Page, Word, box_quad
from selfproof.verify import verify
from tests.credit_cases import application, policy

FIXTURES = Path(__file__).parent.parent / "fixtures"
Printed = tuple[str, float, float]  # text, and where its middle stands: 0..1 of width and height
PHONE, DESKTOP, PAPER = (1080, 2400), (1920, 1080), (960, 1350)
BAR: tuple[Printed, ...] = (("9:41", 0.1, 0.02), ("5G", 0.85, 0.02), ("86", 0.93, 0.02))
TABS: tuple[Printed, ...] = (("首页", 0.1, 0.97), ("理财", 0.3, 0.97), ("生活", 0.5, 0.97), ("我的", 0.9, 0.97))
MENUS: tuple[Printed, ...] = (("文件", 0.02, 0.02), ("编辑 查看", 0.06, 0.02), ("帮助", 0.1, 0.02))
SITE: tuple[Printed, ...] = (("全量发票查询>发票详情", 0.2, 0.2), ("打印下载PDF", 0.7, 0.2), ("导出", 0.9, 0.2))
SHEET: tuple[Printed, ...] = (
    *((letter, 0.1 + 0.1 * place, 0.02) for place, letter in enumerate("ABDE")),
    *((f"{row}", 0.02, 0.05 + 0.05 * row) for row in range(1, 12)),
)
LIST: tuple[Printed, ...] = (
    ("序号", 0.02, 0.02), ("品名", 0.2, 0.02), *((f"{row}", 0.02, 0.05 + 0.05 * row) for row in range(1, 12)),
)  # fmt: skip
SIDE: tuple[Printed, ...] = tuple(
    (name, 0.05, 0.2 + 0.05 * place) for place, name in enumerate(("商品", "订单", "售后", "资金", "数据中心"))
)
INVOICE: tuple[Printed, ...] = (("电子发票（普通发票）", 0.5, 0.05), ("发票号码：26990000000000000000", 0.8, 0.05))
SLIP: tuple[Printed, ...] = (("样例超市", 0.5, 0.02), ("2026-05-06 18:22", 0.3, 0.05), ("合计 25.80", 0.3, 0.5))
OFFICE: tuple[Printed, ...] = (("实时概况", 0.1, 0.2), ("今日 较昨日 访客数 客单价", 0.3, 0.3), ("支付金额", 0.3, 0.4))


def _page(words: Sequence[Printed], size: tuple[int, int]) -> Page:
    def word(text: str, x: float, y: float) -> Word:
        wide, high = 0.008 * len(text), 0.006
        return Word(text, box_quad((x - wide, y - high, x + wide, y + high)))

    return Page(1, *size, tuple(word(*each) for each in words))


def _pixels(size: tuple[int, int], grain: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    light = np.full((size[1], size[0], 3), 240, np.uint8)
    return light - np.random.default_rng(5).integers(0, grain + 1, light.shape, dtype=np.uint8)


def _file(**tags: object) -> Image.Image:
    """A small picture file with EXIF tags by their names."""
    exif, stream = Image.Exif(), io.BytesIO()
    for name, value in tags.items():
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base[name]] = value
    Image.new("RGB", (8, 8)).save(stream, "JPEG", exif=exif)
    return Image.open(stream)


def _signs(words: Sequence[Printed], size: tuple[int, int], grain: int = 0, **tags: object) -> set[str]:
    told = screens.signals(_pixels(size, grain), _page(words, size), _file(**tags))
    return set(told.get("screenshot", "").split())


DONE = (("支付成功", 0.5, 0.2), ("支付时间", 0.2, 0.5), ("交易单号", 0.2, 0.6), ("支付方式", 0.2, 0.7))
MOVES = tuple(
    (text, x, 0.3 + 0.1 * place)
    for place, moved in enumerate(("+5,800.00", "-67.73", "-9.00"))
    for text, x in (("08-21 00:51 货款", 0.3), (moved, 0.9))
)
SCREENS = {
    "a cut page that says a payment was made": (DONE, (1008, 1085), {"done"}),
    "a cut list of movements": (MOVES, (1032, 1400), {"moves"}),
    "a phone's page under a status bar": ((*BAR, *INVOICE), PHONE, {"status_bar", "network", "size"}),
    "marks of a status bar that touch": (
        (*BAR[:1], ("5G 86%", 0.85, 0.02), *INVOICE), (886, 1970),
        {"status_bar", "network"},
    ),
    "a page that a messenger made smaller": ((*BAR, *INVOICE), (886, 1970), {"status_bar", "network"}),
    "a page that was scrolled and joined": (
        (("9:41", 0.1, 0.004), ("5G", 0.85, 0.004), *OFFICE), (1080, 9000),
        {"status_bar", "network", "office", "office_page"},
    ),
    "a phone's page that was cut off below": (
        (("9:41", 0.1, 0.03), ("4G 63%", 0.6, 0.03), ("营业额(元)", 0.2, 0.5)), (860, 720),
        {"status_bar", "network"},
    ),
    "an application without its status bar": ((*OFFICE, *TABS), (1080, 2100), {"tabs", "office", "office_page"}),
    "a window with menus": ((*MENUS, *INVOICE), DESKTOP, {"menus", "controls", "size"}),
    "a site for invoicing": ((*SITE, *INVOICE), (1500, 900), {"controls"}),
    "a program for sheets": (SHEET, DESKTOP, {"grid", "size"}),
    "a shop's back office in a browser": (
        (("https://seller.example/home", 0.2, 0.05), *OFFICE), (1500, 900), {"address", "office", "office_page"},
    ),
    "a shop's back office with its menu along the head": (
        (("千牛商家工作台 首页 交易 财务 数据 营销", 0.2, 0.05), *OFFICE[2:]), (1200, 268),
        {"side", "office"},
    ),
    "a shop's back office in a window of its own": ((*SIDE, *OFFICE[:1]), (1500, 900), {"side", "office"}),
}  # fmt: skip
PAPERS = {
    "a form with boxes to tick and a foot to sign": (
        (("□查询 □登录", 0.2, 0.2), ("打印日期", 0.5, 0.2), ("导出", 0.1, 0.5), ("打印：样某", 0.4, 0.9)),
        PAPER,
    ),
    "a list of goods with some of a menu's words": ((*SIDE[:3], *LIST), (1500, 900)),
    "an exported invoice": (INVOICE, PAPER),
    "an exported invoice as wide as a screen": (INVOICE, DESKTOP),
    "a till slip with its time": (SLIP, (528, 1192)),
    "a printed list with numbered lines": (LIST, PAPER),
    "a statement's page that names its kind": ((("账户交易明细", 0.5, 0.05), ("账户余额", 0.8, 0.1)), PAPER),
    "a clock alone": (BAR[:1], (900, 1500)),
    "a time and a number at the head of a paper": ((("18:22", 0.1, 0.03), ("63", 0.8, 0.03), *SLIP[2:]), (860, 720)),
    "a slip that says that it went through": ((*DONE[:2], *SLIP), (528, 1192)),
}


@pytest.mark.parametrize("case", SCREENS)
def test_a_screen_is_known_by_what_screens_show(case: str) -> None:
    words, size, expected = SCREENS[case]
    assert _signs(words, size) == expected


@pytest.mark.parametrize("case", SCREENS)
def test_of_the_same_print_with_the_grain_of_a_lens_buttons_or_movements_under_a_phones_bar_tell_a_screen(
    case: str,
) -> None:
    words, size, signs = SCREENS[case]
    held = {"status_bar", "network", "moves", "done"} if "status_bar" in signs and signs & {"moves", "done"} else set()
    assert _signs(words, size, grain=9) == signs & {"controls", *held}
    assert _signs(words, size, grain=9, FNumber=1.8) == signs & {"controls", *held}


def test_a_phone_that_a_camera_took_is_a_screen_by_movements_under_its_bar_and_by_neither_alone() -> None:
    assert _signs((*BAR, *MOVES), PHONE, grain=9, FNumber=1.8) == {"status_bar", "network", "moves"}
    assert _signs(MOVES, PHONE, grain=9) == _signs((*BAR, *SLIP), PHONE, grain=9) == set()


@pytest.mark.parametrize("case", PAPERS)
def test_a_clean_picture_of_a_paper_is_no_screenshot(case: str) -> None:
    assert _signs(*PAPERS[case]) == set()


@pytest.mark.parametrize(("off", "signs"), [(6.0, {"side", "office"}), (60.0, set())])
def test_a_screen_whose_boxes_were_taken_for_a_papers_edges_is_one_where_the_page_is_the_whole_of_it(
    off: float, signs: set[str]
) -> None:
    words, size, _ = SCREENS["a shop's back office in a window of its own"]
    page = replace(_page(words, size), transform=(1.0, 0.0, -off, 0.0, 1.0, -off, 0.0, 0.0, 1.0))
    assert set(screens.signals(_pixels(size), page).get("screenshot", "").split()) == signs


def test_what_a_camera_took_is_none_whatever_the_file_says() -> None:
    assert _signs(BAR, PHONE, FNumber=1.8, UserComment=b"ASCII\0\0\0Screenshot") == set()


def test_a_file_that_says_so_of_itself_is_a_screenshot_whatever_it_shows() -> None:
    assert _signs(SLIP, PAPER, grain=9, UserComment=b"ASCII\0\0\0Screenshot") == {"told"}
    stream, info = io.BytesIO(), PngInfo()
    info.add_text("Software", "gnome-screenshot")
    Image.new("RGB", (8, 8)).save(stream, "PNG", pnginfo=info)
    told = screens.signals(_pixels(PAPER), _page(INVOICE, PAPER), Image.open(stream))
    assert told == {"screenshot": "told"}


HEADS = ("结算时间", "订单编号", "订单实付金额", "退款金额", "平台服务费", "结算金额")
AT = (0.22, 0.34, 0.48, 0.6, 0.72, 0.86)
ROWS = tuple((f"2026-08-0{day}10:20", f"6920000{day}", "100.00", "0.00", "5.00", "95.00") for day in range(3, 9))
MENU = tuple((name, 0.04, 0.2 + 0.06 * place) for place, name in enumerate(("首页", "商品", "订单", "资金", "数据")))
ABOVE: tuple[Printed, ...] = (("资金流水-商家后台", 0.1, 0.02), ("抖店结算账单明细", 0.3, 0.12))


def _office(*words: Printed) -> dict[str, object]:
    """What is told of a page of a shop's back office."""
    page = _page((*ABOVE, *words), (1440, 900))
    signals = {"screenshot": "address office size"}
    (found,) = extract.extract(Document("0" * 64, "image/png", Carrier.OCR, (page,), signals=signals))
    assert found.kind == "backoffice_screenshot"
    return {fact.field: str(fact.value) for fact in found.facts if fact.kind == found.kind}


def _phone(*words: Printed) -> dict[str, object]:
    """What is told of a page of an application on a phone."""
    page = _page((*BAR, *words), PHONE)
    signals = screens.signals(_pixels(PHONE), page)
    (found,) = extract.extract(Document("0" * 64, "image/png", Carrier.OCR, (page,), signals=signals))
    assert found.kind == "backoffice_screenshot"
    return {fact.field: str(fact.value) for fact in found.facts if fact.kind == found.kind}


def test_sums_of_a_bill_on_a_phone_that_add_up_are_told_and_not_those_of_its_movements() -> None:
    bill = (
        ("订单收入(62单)", "¥8,000.00"),
        ("信息费", "-¥1,040.00"),
        ("退款/退还", "-¥100.00"),
        ("本月净收入", "¥6,860.00"),
    )
    lines = (("订单收入", "+200.00"), ("信息费", "-26.00"), ("订单收入", "+300.00"), ("信息费", "-39.00"))
    rows = [(name, figure, 0.2 + 0.05 * place) for place, (name, figure) in enumerate((*bill, *lines))]
    words = [word for name, figure, down in rows for word in ((name, 0.2, down), (figure, 0.8, down))]
    told = _phone(("收支明细", 0.5, 0.1), ("货拉拉司机版·我的钱包", 0.5, 0.14), ("2026年10月", 0.2, 0.16), *words)
    assert {name: told[name] for name in ("gross", "refunds", "fees", "net")} == {
        "gross": "8000.00", "refunds": "100.00", "fees": "1040.00", "net": "6860.00",
    }  # fmt: skip


_PAID = (("二维码收款-来自*明", 0.3, 0.3), ("+26.50", 0.9, 0.3), ("5月28日 18:22", 0.3, 0.33), ("-49.50", 0.9, 0.4))


@pytest.mark.parametrize("month", [
    (("2026年5月", 0.2, 0.2), ("支出¥4,832.30", 0.2, 0.24), ("收入¥8,289.16", 0.5, 0.24)),
    (("2026年5月", 0.2, 0.2), ("支出￥4,832.30收入￥8,289.16", 0.3, 0.24)),
    (("2026年5月", 0.2, 0.2), ("收入 ¥8,289.16 支出 ¥4,832.30", 0.3, 0.24)),
])  # fmt: skip
@pytest.mark.parametrize("head", ["全部账单查找交易收支统计", "交易记录", "账单收支分析"])
def test_a_wallets_list_on_a_phone_gives_the_months_sums_that_stand_on_it(head: str, month: Sequence[Printed]) -> None:
    told = _phone((head, 0.5, 0.1), *month, *_PAID)
    assert told == {
        "shows": "wallet_statement", "total_in": "8289.16", "total_out": "4832.30",
        "period": "2026-05-01/2026-05-31",
    }  # fmt: skip


def test_a_list_of_movements_without_a_name_is_a_page_of_an_application() -> None:
    moves = (
        ("青禾布行", "10月16日 22:44", "+5,800.00"),
        ("云岭纸业", "10月15日 09:55", "-67.73"),
        ("水费", "昨天 08:10", "-9.00"),
    )
    lines = [
        (text, x, 0.3 + 0.1 * place)
        for place, move in enumerate(moves)
        for text, x in zip(move, (0.2, 0.45, 0.9), strict=True)
    ]
    assert "total_in" not in _phone(("明细", 0.5, 0.1), *lines)


def test_a_list_of_movements_is_one_page_and_no_line_of_it_tells_whose_account_it_is() -> None:
    head = (("样例银行 储蓄卡(尾号4471) 2026年8月", 0.4, 0.05), ("支出¥6,836.49 收入¥7,942.64", 0.4, 0.08))
    blocks = (
        (0.1, "支付宝-样某", ("10,106.15", "9,379.90", "6,727.25")),
        (0.55, "云岭银行", ("5,082.52", "6,645.94", "6,069.75")),
    )
    lines: list[Printed] = []
    for block, name, left in blocks:
        for place, (amount, balance) in enumerate(zip(("+726.25", "-2,652.65", "-1,644.73"), left, strict=True)):
            at = block + 0.045 * place
            lines += [(name, 0.2, at), (amount, 0.85, at), ("08-21 00:51 货款", 0.25, at + 0.015)]
            lines += [(f"余额{balance}", 0.85, at + 0.015)]
    told = _phone(*head, *lines)
    assert (told["institution"], told["account"], told["total_in"]) == ("样例银行", "4471", "7942.64")
    assert "account_balance" not in told
    assert told["shows"] == "bank_statement"  # whoever its lines name
    purse = _phone(("数字人民币交易记录 样例银行(0618)钱包", 0.4, 0.05), *lines, ("收款-银联商务", 0.2, 0.9))
    assert purse["shows"] == "wallet_statement"
    numbered = _phone(("样例银行 二类钱包", 0.3, 0.05), ("钱包编号 0052103077462918", 0.4, 0.07), *lines)
    assert (numbered["shows"], numbered["account"]) == ("wallet_statement", "0052103077462918")


def test_a_page_that_says_a_payment_was_made_is_a_screenshot_and_gives_no_sum() -> None:
    told = _phone(
        ("支付成功", 0.5, 0.2), ("¥328.00", 0.5, 0.3), ("收款方", 0.2, 0.5), ("青禾渔具店", 0.8, 0.5),
        ("支付方式", 0.2, 0.55), ("零钱", 0.8, 0.55), ("支付时间", 0.2, 0.6), ("2026年8月30日 16:04:51", 0.7, 0.6),
    )  # fmt: skip
    assert told == {"shows": "wallet_statement"}
    sent = (("√转账成功", 0.5, 0.2), ("收款银行", 0.2, 0.5), ("云岭银行", 0.4, 0.5), ("付款卡", 0.2, 0.55))
    more = (("完成时间", 0.2, 0.6), ("交易流水号", 0.2, 0.65), ("4362588886596830", 0.7, 0.65))
    assert _phone(*sent, *more) == {"shows": "bank_statement"}
    paper = _page((("收款成功后请当面点清", 0.5, 0.1), ("收款方", 0.2, 0.5), ("支付方式", 0.2, 0.55)), PHONE)
    assert screens.signals(_pixels(PHONE, grain=6), paper) == {}


def test_the_tabs_at_the_foot_of_a_phones_page_name_no_shop() -> None:
    tabs = tuple((name, 0.1 + 0.2 * place, 0.975) for place, name in enumerate(("店铺", "消息", "商品", "推广")))
    assert "store" not in _phone(*OFFICE[:2], ("支付金额", 0.3, 0.4), ("8,652.30", 0.3, 0.43), *tabs)


def test_a_page_of_a_back_office_tells_its_span_and_counts_with_commas() -> None:
    told = _office(
        *MENU, ("2026-05-01~2026-05-31", 0.5, 0.2), ("用户支付金额(元)", 0.3, 0.3), ("356,820.40", 0.3, 0.33),
        ("成交订单数", 0.6, 0.3), ("6,820", 0.6, 0.33), ("成交退款金额(元)", 0.85, 0.3), ("12,300.00", 0.85, 0.33),
    )  # fmt: skip
    assert (told["gross"], told["n_transactions"], told["refunds"]) == ("356820.40", "6820", "12300.00")
    assert told["period"] == "2026-05-01/2026-05-31"


def _table(rows: Sequence[Sequence[str]]) -> tuple[Printed, ...]:
    lines = (HEADS, *rows)
    return tuple(
        (cell, x, 0.25 + 0.05 * number)
        for number, line in enumerate(lines)
        for x, cell in zip(AT, line, strict=True)
        if cell
    )


def test_a_table_in_a_back_office_gives_the_sums_of_its_lines_beside_the_menu() -> None:
    told = _office(*MENU, *_table(ROWS))
    expected = {"shows": "platform_statement", "n_transactions": "6", "gross": "600.00", "refunds": "0.00"}
    assert {name: told.get(name) for name in expected} == expected


def test_no_line_of_a_table_is_taken_for_its_sum_where_another_line_was_lost() -> None:
    told = _office(*MENU, *_table((*ROWS[:2], ("", *ROWS[2][1:]), *ROWS[3:])))
    assert {"gross", "n_transactions"} & told.keys() == set()


def test_the_first_figure_of_a_column_is_no_total() -> None:
    column = (
        ("成交金额", 0.3, 0.3),
        *((f"{amount}.00", 0.3, 0.3 + 0.02 * row) for row, amount in enumerate((5, 7), 1)),
    )
    assert "gross" not in _office(*column, ("退款金额", 0.6, 0.3), ("20.00", 0.6, 0.33))
    assert _office(*column[:2], ("退款金额", 0.6, 0.3), ("20.00", 0.6, 0.33))["gross"] == "5.00"


def test_a_figure_beside_its_own_name_is_none_of_a_column_and_one_beside_a_name_that_comes_again_is() -> None:
    named = tuple(
        (text, x, 0.3 + 0.02 * row)
        for row, line in enumerate((("营业额(元)", "28,640.50"), ("有效订单", "812"), ("退款金额(元)", "420.00")))
        for text, x in zip(line, (0.2, 0.8), strict=True)
    )
    told = _office(("灶台老鹅汤(样例路店)", 0.5, 0.2), *named)
    assert (told["gross"], told["n_transactions"], told["refunds"]) == ("28640.50", "812", "420.00")
    assert told["store"] == "灶台老鹅汤(样例路店)"
    lines = tuple(
        (text, x, 0.3 + 0.02 * row)
        for row, paid in enumerate(("5.00", "7.00", "9.00"))
        for text, x in (("订单金额", 0.2), (paid, 0.8))
    )
    assert "gross" not in _office(*lines, ("退款金额", 0.6, 0.5), ("20.00", 0.6, 0.53))


@pytest.mark.parametrize("line", ["2026年5月 收入 26,160.00 支出 15,600.00", "收入￥26,160.00"])
def test_a_months_sums_need_their_currency_or_each_other(line: str) -> None:
    told = _phone(("账户明细", 0.5, 0.1), ("样例银行企业掌银", 0.3, 0.15), (line, 0.3, 0.2))
    assert told["total_in"] == "26160.00"
    alone = _phone(
        ("账户明细", 0.5, 0.1), ("账户余额", 0.3, 0.15), ("1.00", 0.8, 0.15), ("利息收入 26,160.00", 0.3, 0.3)
    )
    assert "total_in" not in alone


def test_the_balance_of_a_line_and_what_it_moved_are_not_the_accounts_balance() -> None:
    listed = tuple(
        (text, 0.7, 0.3 + 0.05 * row + 0.022 * below)
        for row, (moved, left) in enumerate((("+30.00", "余额 150.00"), ("+20.00", "余额 120.00")))
        for below, text in enumerate((moved, left))
    )
    assert "account_balance" not in _office(*listed)
    assert _office(("账户余额", 0.3, 0.3), ("150.00", 0.3, 0.33))["account_balance"] == "150.00"


def test_a_licence_on_a_phones_screen_is_read_as_one_marked_and_believed_as_its_owners_word() -> None:
    (found,) = extract.from_bytes((FIXTURES / "business_license" / "screen.png").read_bytes(), "screen.png")
    assert found.kind == "business_license"
    assert "document.screenshot" in {fact.name for fact in found.facts}
    case = application()
    findings = verify(case, found.facts, thresholds=policy().thresholds)
    told = next(item for item in findings if item.check == "not_a_screenshot")
    assert (told.outcome, told.message and told.message.key) == (Outcome.FAIL, "checks.not_a_screenshot_fail")
    assert gather(case, found.facts, findings, policy()).levels[found.document] <= 1


def _movements(top: float, month: int, *lines: tuple[str, str]) -> list[Printed]:
    found: list[Printed] = []
    for place, (day, amount) in enumerate(lines):
        at = top + 0.06 * place
        found += [("扫二维码付款", 0.2, at), (amount, 0.85, at), (f"{month}月{day}日 13:21", 0.25, at + 0.02)]
    return found


def test_a_list_whose_month_adds_up_tells_how_many_movements_it_has_and_from_when_to_when() -> None:
    head = [("账单", 0.5, 0.05), ("查找交易", 0.8, 0.08), ("2026年10月", 0.2, 0.12)]
    lines = _movements(0.2, 10, ("31", "-20.00"), ("20", "+50.00"), ("3", "-5.50"))
    told = _phone(*head, ("支出¥25.50 收入¥50.00", 0.3, 0.15), *lines)
    assert (told["n_transactions"], told["first_date"], told["last_date"]) == ("3", "2026-10-03", "2026-10-31")
    cut_off = _phone(*head, ("支出¥45.50 收入¥50.00", 0.3, 0.15), *lines)
    assert "n_transactions" not in cut_off
    assert cut_off["total_out"] == "45.50"


def test_of_two_months_the_sums_are_both_s_where_both_add_up() -> None:
    head = [("账单", 0.5, 0.05), ("查找交易", 0.8, 0.08), ("2026年10月", 0.2, 0.12)]
    head += [("支出¥25.50 收入¥50.00", 0.3, 0.15)]
    first = _movements(0.2, 10, ("31", "-20.00"), ("20", "+50.00"), ("3", "-5.50"))
    second = [("2026年9月", 0.2, 0.42), ("支出¥{} 收入¥8.00", 0.3, 0.45)]
    second += _movements(0.5, 9, ("30", "-7.00"), ("9", "+8.00"))
    told = _phone(*head, *first, *((text.format("7.00"), *at) for text, *at in second))
    assert (told["n_transactions"], told["first_date"]) == ("5", "2026-09-09")
    assert (told["total_out"], told["total_in"]) == ("32.50", "58.00")
    torn = _phone(*head, *first, *((text.format("9.00"), *at) for text, *at in second))
    assert not {"n_transactions", "total_out", "total_in"} & set(torn)


def test_icons_that_are_read_as_letters_leave_a_status_bar_one() -> None:
    assert screens.shape("beside_clock").fullmatch("HD4GII")
    assert screens.shape("network").search("HD4GII")
    assert not screens.shape("beside_clock").fullmatch("4G使用说明")
