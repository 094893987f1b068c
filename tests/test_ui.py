"""Words and parts of the pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from streamlit.testing.v1 import AppTest

from selfproof import demo, kinds, pipeline
from selfproof.access import Desk, Role, enter, sign_in
from selfproof.credit import policy
from selfproof.errors import Denied
from selfproof.model import Fact, Ledger, Message, Method, Place, Provenance, Reason, Value
from selfproof.store import State, Store, Upload
from selfproof.texts import table
from selfproof.vision import models
from tests.people_samples import token
from ui import login, mend, owner_about, papers, progress, sender, server, story, words

ROOT = Path(__file__).parent.parent
CHAIN = (
    "third_party", "photos", "ceiling", "binding", "grade", "weak_evidence", "invoicing_cap", "entry", "policy_max",
    "exposure", "ladder", "adverse", "rounding", "kept", "declared", "orders",
)  # fmt: skip
BOX = (0.1, 0.1, 0.2, 0.2)


def _fact(name: str, value: Value = "x", *, page: int | None = 1, box: tuple[float, ...] | None = BOX) -> Fact:
    where = Provenance(Method.OCR, "test", "doc", Place(page, box))  # type: ignore[arg-type]
    return Fact(name, value, str(value), Ledger.SELF, where)


def test_importing_the_pages_loads_neither_ocr_nor_torch() -> None:
    code = (
        "import sys; import ui.owner, ui.admin, ui.server; from selfproof import extract; extract.version();"
        "print(sorted({'paddleocr', 'paddlex', 'torch', 'transformers', 'onnxruntime'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", kinds.extractors())
def test_every_kind_and_every_field_that_an_extractor_gives_has_a_name(kind: str) -> None:
    assert f"kinds.{kind}" in table()
    fields = [field for field in kinds.extractors()[kind].FIELDS if not field.startswith("_")]
    assert [field for field in fields if f"fields.{field.rpartition('.')[2]}" not in table()] == []


def test_lists_within_a_statement_have_names() -> None:
    for name in ("months", "counterparties", "items", "receipts", "total_in", "total_out"):
        assert f"fields.{name}" in table()


def test_what_the_shipped_applications_state_has_a_name() -> None:
    for path in sorted((ROOT / "fixtures" / "applications").glob("*/application.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        records = [content.get("declared", {}), *(entry["record"] for entry in content.get("third_party", ()))]
        assert [key for record in records for key in record if f"fields.{key}" not in table()] == []
        assert all(f"kinds.{entry['source']}" in table() for entry in content.get("third_party", ()))


def test_every_step_of_the_waterfall_has_a_name() -> None:
    kinds = policy.load("standard").kinds
    assert [step for step in (*CHAIN, *kinds) if f"steps.{step}" not in table()] == []


def test_every_reason_why_a_file_fails_tells_the_owner_what_to_do() -> None:
    shown_elsewhere = {"errors.duplicate", "errors.no_picture"}
    codes = {key.partition(".")[2] for key in table() if key.startswith("errors.") and key not in shown_elsewhere}
    assert [code for code in sorted(codes) if f"ui.failed_{code}" not in table()] == []


def test_every_scene_has_a_word_in_both_languages() -> None:
    scenes = "storefront interior shelf warehouse factory factory_ext vehicle farm other unsure".split()  # noqa: SIM905  shorter
    assert [scene for scene in scenes if f"words.scene_{scene}" not in table()] == []


def test_everything_that_a_detector_may_count_has_a_word_in_both_languages() -> None:
    groups = models.table()["detector"]["groups"]
    labels = [label for group in groups.values() for label in group["labels"]]
    assert [label for label in labels if f"words.object_{label}" not in table()] == []
    assert [name for name in groups if not {f"fields.{name}", f"models.group_{name}"} <= set(table())] == []


def test_an_owner_meets_no_code_in_the_texts_of_the_page() -> None:
    for key, pair in table().items():
        if key.partition(".")[0] in {"ui", "owner", "admin", "steps", "kinds", "levels", "fields", "words"}:
            for sentence in pair:
                blanks_gone = re.sub(r"\{\w+\}", "", sentence)
                assert not re.search(r"\b[LESNXP]\d\b|[a-z]_[a-z]|%|置信度|OCR", blanks_gone), key


@pytest.mark.parametrize(
    ("amount", "printed"),
    [("580000", "¥580,000"), ("0", "¥0"), ("-1234.6", "−¥1,235"), ("1e6", "¥1,000,000")],
)
def test_amounts_are_printed_in_whole_yuan(amount: str, printed: str) -> None:
    assert words.money(Decimal(amount)) == printed


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("vat_invoice.total_amount", Decimal("99064.00"), "¥99,064"),
        ("vat_invoice.tax_amount", Decimal("10217.7"), "¥10,217.70"),
        ("vat_invoice.items[0].quantity", Decimal("3300.0"), "3,300"),
        ("vat_invoice.issue_date", date(2026, 5, 6), "2026年5月6日"),
        ("photo.capture_time", datetime(2026, 10, 6, 9, 5), "2026年10月6日 09:05"),  # noqa: DTZ001  a photo's own clock
        ("photo.scene", "factory_ext", "厂区外观"),
        ("photo.scene", "never heard of", "never heard of"),
        ("photo.capture_place", "28.6,121.2", "照片里带有位置信息"),
        ("bank_statement.n_transactions", 95, "95"),
        ("registry.status", "active", "正常经营"),
    ],
)
def test_values_are_shown_as_people_write_them(name: str, value: Value, printed: str) -> None:
    assert words.value(_fact(name, value)) == printed


def test_a_field_or_kind_without_a_name_is_shown_without_its_code() -> None:
    assert words.field_name(_fact("waybill.secret_code")) == "其他内容"
    assert words.kind_name("waybill") == "暂时认不出的资料"


def test_rows_of_lists_are_told_apart() -> None:
    payer = _fact("bank_statement.counterparties[样例(甲)公司].total_in")
    assert words.nested(payer) == ("counterparties", "样例(甲)公司")
    assert words.field_name(payer) == "收入合计"
    assert words.row_name("months", "2026-03") == "2026年3月"
    assert words.row_name("items", "0") == "第 1 行"


def test_hostile_text_cannot_become_markup() -> None:
    hostile = "<script>alert('1')</script> & \"quoted\""
    assert "<" not in words.safe(hostile)
    assert '"' not in words.safe(hostile)
    assert "<script" not in papers._row(_fact("vat_invoice.seller_name", hostile), {})


def test_facts_of_one_place_share_a_number_and_a_whole_page_is_no_place() -> None:
    one, two = _fact("bank_statement.total_in"), _fact("bank_statement.total_out")
    other = _fact("bank_statement.account", box=(0.5, 0.5, 0.6, 0.6))
    whole = _fact("photo.scene", box=(0.0, 0.0, 1.0, 1.0))
    nowhere = _fact("contract.title", page=None, box=None)
    assert papers.numbered([one, two, other, whole, nowhere]) == {(1, BOX): 1, (1, (0.5, 0.5, 0.6, 0.6)): 2}


def test_data_that_a_file_carries_beside_its_print_stands_on_no_page() -> None:
    """An OFD of one page has it on a second, which nobody has ever seen."""
    printed = _fact("vat_invoice.buyer_name")
    inside = replace(printed, provenance=replace(printed.provenance, method=Method.XML, place=Place(2, BOX)))
    assert (papers.page(printed), papers.page(inside), papers.spot(inside)) == (1, None, None)
    assert papers.pages_of([printed, inside]) == [1]


def test_a_file_that_has_waited_long_is_not_promised_within_a_minute() -> None:
    came = datetime(2026, 5, 6, 9, 0, tzinfo=UTC)
    waiting = Upload("u", "a", "d", "a.pdf", 1, came, State.RECEIVED)
    assert progress.waits(waiting, came + timedelta(minutes=1)) == "reading_now"
    assert progress.waits(waiting, came + timedelta(minutes=5)) == "reading_late"
    assert progress.waits(replace(waiting, state=State.READ), came + timedelta(minutes=5)) == "counting"


def test_a_reason_is_said_in_an_owners_words() -> None:
    own = Message("reasons.rounding", {"step": "1000"})
    assert story.why_of(Reason("P1", "rounding", Decimal(-1), own)) == "额度取整到 1000 元。"
    unknown = Message("reasons.policy_max", {"anything": "for staff"})
    assert story.why_of(Reason("P1", "policy_max", Decimal(-1), unknown)) == "已经到了这个产品的最高额度。"


def _guarded_page() -> None:
    from ui import widgets

    def broken() -> None:
        raise ValueError("secret detail")

    widgets.guarded(broken)()


def test_a_page_that_fails_says_so_without_a_traceback() -> None:
    shown = AppTest.from_function(_guarded_page, default_timeout=300).run()
    assert not shown.exception
    said = "".join(element.proto.body for element in shown.get("html"))
    assert "页面出了点问题" in said
    assert "secret detail" not in said


def test_loading_the_workshop_a_second_time_finds_everything_and_adds_nothing(tmp_path: Path) -> None:
    folder = ROOT / "fixtures" / "applications" / "workshop"
    with Store.open(home=tmp_path) as store:
        application = pipeline.receive_folder(store, folder)
        first = store.uploads(application.id)
        assert pipeline.receive_folder(store, folder) == application
        assert store.uploads(application.id) == first


def test_what_an_owner_types_over_a_value_becomes_a_value_of_the_same_type() -> None:
    assert mend.parsed("1.2 万元", Decimal(1)) == Decimal(12000)
    assert mend.parsed("2026年3月1日", date(2026, 1, 1)) == date(2026, 3, 1)
    assert mend.parsed("many", 3) is None
    assert mend.parsed("  ", "样例厂") is None


@pytest.mark.parametrize(
    ("fact", "offered"),
    [
        (_fact("vat_invoice.total_amount", Decimal(5)), True),
        (_fact("vat_invoice.items[0].amount", Decimal(5)), False),
        (_fact("document.carrier", "ocr"), False),
        (_fact("photo.scene", "factory"), False),
    ],
)
def test_only_a_paper_s_own_fields_are_offered_for_correction(fact: Fact, offered: bool) -> None:  # noqa: FBT001
    assert mend.can_mend(fact) is offered


def test_a_corrected_value_is_shown_with_what_was_read_and_who_changed_it() -> None:
    read = _fact("vat_invoice.seller_name", "样例塑料广")
    where = Provenance(Method.HUMAN, "declaration:anna", "doc", read.provenance.place)
    shown = papers._row(read, {}, Fact(read.name, "样例塑料厂", "样例塑料广", Ledger.SELF, where))
    assert "样例塑料厂" in shown
    assert "您改过；原来读到的是 样例塑料广" in shown


def test_only_the_demo_on_this_machine_offers_its_accounts_with_one_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(demo.SWITCH, raising=False)
    assert server.demo_password("127.0.0.1") == ""
    monkeypatch.setenv(demo.SWITCH, "not for others")
    assert server.demo_password("127.0.0.1") == "not for others"
    for address in ("0.0.0.0", "::", "192.0.2.7", "localhost", ""):  # noqa: S104  an address to be refused
        assert server.demo_password(address) == ""


def test_the_sign_in_page_shows_the_demo_s_password_only_in_the_demo() -> None:
    plain = bytes(login.page("zh", "/", login.Doors()).body).decode()
    offered = bytes(login.page("zh", "/", login.Doors(demo="p<ss"), status=200).body).decode()
    assert "演示" not in plain
    assert "demo-" not in plain
    assert offered.count('value="p&lt;ss"') == len(demo.NAMES)
    assert "以店主身份看演示" in offered


def test_the_demo_makes_accounts_of_all_roles_and_its_owner_owns_the_workshop(tmp_path: Path) -> None:
    with Store.open(home=tmp_path) as store:
        for password in ("the first of the starts", "the second of the starts"):
            accounts = {name: demo._account(store, name, role, password) for name, role in demo.NAMES.items()}
        application = pipeline.receive_folder(store, ROOT / "fixtures" / "applications" / "workshop").id
        demo._hand_over(store, application, accounts["demo-owner"])
        demo._hand_over(store, application, accounts["demo-owner"])
        roles = [account.role for account in store.people.accounts()]
        assert set(roles) == set(Role)
        assert (roles.count(Role.REVIEWER), roles.count(Role.RISK)) == (2, 2), "acts that take four eyes can be shown"
        session = enter(store, sign_in(store, "demo-owner", "the second of the starts"))
        assert Desk.of(store, session).applications() == (application,)
        with pytest.raises(Denied):
            sign_in(store, "demo-owner", "the first of the starts")


def test_the_demo_loads_the_case_for_reviewers_once_the_workshop_is_decided_on(tmp_path: Path) -> None:
    folders = [ROOT / "fixtures" / "applications" / name for name in ("workshop", "forged")]
    with Store.open(home=tmp_path) as store:
        first = pipeline.receive_folder(store, folders[0]).id
        look = demo._afterwards(store, first, folders[1:])
        look()
        assert store.applications() == (first,), "the workshop is read first"
        with store.present() as name:
            while job := store.claim(name, lease=60):
                store.finish(job)
        look()
        assert store.applications() == (first, "demo-forged")
        assert len(store.uploads("demo-forged")) == 6
        look()
        assert len(store.uploads("demo-forged")) == 6


def test_a_second_start_of_the_demo_keeps_what_was_said_of_its_applications_since(tmp_path: Path) -> None:
    folder = ROOT / "fixtures" / "applications" / "large"
    with Store.open(home=tmp_path) as store:
        name = demo._load(store, folder)
        pipeline.reassess(store, name)
        said = store.inquiries.settle(name, lambda newest: replace(newest, facts=newest.facts[:-1]))
        assert demo._load(store, folder) == name
        assert store.application(name) == said


def test_every_word_of_the_uploading_part_is_in_the_table() -> None:
    script = (ROOT / "ui" / "upload.js").read_text("utf-8")
    used = set(re.findall(r"texts\.(\w+)", script))
    assert used <= set(sender._TEXTS)
    assert [name for name in sender._TEXTS if f"owner.send_{name}" not in table()] == []


def _script() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import frame, owner

    frame.dress()
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        frame.bar(desk)
        owner.run(desk)


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The owner's pages for somebody without an application."""
    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as store:
        monkeypatch.setenv("TEST_TOKEN", token(store, "anna", Role.OWNER))
    return AppTest.from_function(_script, default_timeout=300).run()


def _said(shown: AppTest) -> str:
    return "".join(element.proto.body for element in shown.get("html"))


def test_a_newcomer_begins_with_the_business_and_goes_on_to_the_proof(newcomer: AppTest, tmp_path: Path) -> None:
    assert "关于您" in _said(newcomer)
    newcomer.button[0].click().run()
    assert "请填写店名或公司名" in _said(newcomer)
    labels = {field.label: field for field in newcomer.text_input}
    labels["店名或公司名（和营业执照一样）"].input("样例小作坊")
    labels["统一社会信用代码"].input("123")
    labels["年收入"].input("很多")
    newcomer.selectbox[0].set_value("shop")
    newcomer.button[0].click().run()
    assert "统一社会信用代码看起来不完整" in _said(newcomer)
    assert "“年收入”没看懂" in _said(newcomer)
    labels = {field.label: field for field in newcomer.text_input}
    labels["统一社会信用代码"].input("")
    labels["年收入"].input("80 万元")
    newcomer.button[0].click().run()
    assert not newcomer.exception
    assert "您的证明" in _said(newcomer)
    assert "最多重新计算" not in _said(newcomer), "who has sent nothing is not told how often he may"
    with Store.open(home=tmp_path) as store:
        kept = store.application(store.applications()[0])
        store.receive(kept.id, b"%PDF-1.7 sample", "a.pdf")
    assert "30天里最多重新计算3次，之后还剩2次" in _said(newcomer.run())
    assert kept.applicant.name == "样例小作坊"
    assert {fact.name: fact.value for fact in kept.facts} == {"declaration.annual_turnover": Decimal(800000)}


@pytest.fixture
def owner_of_the_workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The owner's pages for somebody whose documents have not been read yet."""
    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as store:
        application = pipeline.receive_folder(store, ROOT / "fixtures" / "applications" / "workshop").id
        monkeypatch.setenv("TEST_TOKEN", token(store, "anna", Role.OWNER))
        account = store.people.account("anna")
        assert account is not None
        demo._hand_over(store, application, account)
    return AppTest.from_function(_script, default_timeout=300).run()


def test_an_owner_withdraws_a_consent_and_removes_everything(owner_of_the_workshop: AppTest, tmp_path: Path) -> None:
    shown = owner_of_the_workshop
    assert "正在读取资料" in _said(shown) or "资料都收好了" in _said(shown), "as long as no worker has come yet"
    toggles = {toggle.label: toggle for toggle in shown.toggle}
    toggles["征信记录"].set_value(False).run()
    with Store.open(home=tmp_path) as store:
        assert store.people.consents("demo-workshop")[-1].given is False
        assert "bureau" not in {fact.kind for fact in store.application("demo-workshop").facts}
    assert shown.button[-1].disabled
    shown.checkbox[0].check().run()
    shown.button[-1].click().run()
    assert not shown.exception
    assert "关于您" in _said(shown)
    with Store.open(home=tmp_path) as store:
        assert store.applications() == ()


def test_a_declaration_that_is_emptied_is_taken_back(owner_of_the_workshop: AppTest, tmp_path: Path) -> None:
    with Store.open(home=tmp_path) as store:
        session = enter(store, os.environ["TEST_TOKEN"])
        kept = store.application("demo-workshop")
        typed = owner_about.Typed(
            kept.applicant, kept.trade, kept.industry, {"annual_turnover": "90 万元", "own_funds": ""}
        )
        Desk.of(store, session).describe("demo-workshop", owner_about._about(typed))
        facts = {fact.name: fact.value for fact in store.application("demo-workshop").facts}
    assert facts["declaration.annual_turnover"] == Decimal(900000)
    assert "declaration.own_funds" not in facts
    assert "platform.annual_receipts" in facts
    assert not owner_of_the_workshop.exception


def _accounts() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import admin, frame, widgets

    frame.dress()
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        widgets.guarded(lambda: admin.work(desk))()


def _accounts_page(monkeypatch: pytest.MonkeyPatch, home: Path, role: Role) -> AppTest:
    monkeypatch.setenv("SELFPROOF_HOME", str(home))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as store:
        monkeypatch.setenv("TEST_TOKEN", token(store, "anna", role))
    return AppTest.from_function(_accounts, default_timeout=300).run()


def test_an_administrator_adds_an_account_and_shuts_it_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SELFPROOF_VLM", str(tmp_path / "no such folder"))
    page = _accounts_page(monkeypatch, tmp_path, Role.ADMIN)
    assert _said(page).count("没有配置</td>") == 2
    assert f"不能用：找不到文件夹 {tmp_path}/no such folder。" in _said(page)
    page.text_input[0].input("Bo")
    page.text_input[1].input("short")
    page.button[0].click().run()
    assert "密码至少要 12 个字符" in _said(page).replace("，", ",")
    page.text_input[0].input("Bo")
    page.text_input[1].input("a quiet blue heron")
    page.button[0].click().run()
    assert "已新增：bo" in _said(page)
    page.run()
    next(button for button in page.button if button.label == "停用").click().run()
    assert not page.exception
    with Store.open(home=tmp_path) as store:
        assert [(item.name, item.enabled) for item in store.people.accounts()] == [("anna", True), ("bo", False)]


def test_the_accounts_page_shows_nothing_to_an_owner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = _accounts_page(monkeypatch, tmp_path, Role.OWNER)
    assert "页面出了点问题" in _said(page)
    assert "anna" not in _said(page)
