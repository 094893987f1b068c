"""Reasons that help: evidence that would raise the limit, other cases decided by the engine, and letters on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from selfproof import cli, fonts
from selfproof.access import Role, letters
from selfproof.access.standing import Standing, standing
from selfproof.credit import waterfall
from selfproof.credit.counterfactual import Counterfactual, counterfactuals
from selfproof.credit.reasons import money
from selfproof.errors import Denied
from selfproof.explaining import paper, technical
from selfproof.model import Decision
from selfproof.store import Store
from tests import credit_cases as cases
from tests import rescore_samples as samples
from tests.people_samples import about, desk

COUNT = 3


@dataclass(frozen=True)
class Book:
    store: Store
    decisions: dict[str, str]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    folder = tmp_path_factory.mktemp("book")
    with Store.open(sa.URL.create("sqlite", database=str(folder / "selfproof.db")), folder) as store:
        made = samples.portfolio(store, COUNT)
        yield Book(store, {item.application.id: item.decision_id for item in made})


def _text(data: bytes) -> tuple[str, int]:
    """What stands in a PDF without white space, and on how many pages."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages = [document[number].get_textpage().get_text_bounded() for number in range(len(document))]
    finally:
        document.close()
    return "".join("".join(pages).split()), len(pages)


def _advised(*papers: cases.Paper | list[cases.Paper], trade: str = "workshop") -> dict[str, Decimal]:
    decision = cases.run(cases.application(cases.PLATFORM, *cases.STANDING, trade=trade), *papers)
    return {item.kind: item.gain for item in decision.advice}


def test_signed_invoices_are_suggested_where_only_photographed_ones_are_there_and_not_where_they_are() -> None:
    weak, strong = _advised(cases.photographed(2_000_000, 6)), _advised(cases.invoices(2_000_000, 6))
    assert weak["invoicing"] > 0
    assert "invoicing" not in strong


def test_what_is_suggested_raises_the_limit_when_it_comes() -> None:
    photographed = cases.photographed(2_000_000, 6)
    before = cases.run(cases.application(cases.PLATFORM, *cases.STANDING), photographed)
    after = cases.run(cases.application(cases.PLATFORM, *cases.STANDING), cases.invoices(2_000_000, 6))
    gain = next(item.gain for item in before.advice if item.kind == "invoicing")
    assert after.recommended - before.recommended >= gain / 2 > 0


def test_nothing_is_suggested_that_would_not_help() -> None:
    everything = (cases.invoices(9_000_000, 12), cases.statement(9_000_000, 12))
    decision = cases.run(
        cases.workshop(cases.third("tax.annual_sales", 9_000_000, "tax"), existing=3_000_000), *everything
    )
    assert decision.recommended == 3_000_000
    assert decision.advice == ()


def test_the_size_of_a_business_is_asked_for_only_where_it_is_what_holds_the_limit_down() -> None:
    papers = (cases.invoices(30_000_000, 12), cases.statement(30_000_000, 12))
    held = cases.run(cases.application(*cases.STANDING, existing=1_000_000), *papers)
    assert held.trace["v_all"] == held.trace["p90"]
    assert "capacity" in [item.kind for item in held.advice]
    assert "capacity" not in _advised(*papers), "there the ladder holds it down"
    assert "capacity" not in _advised(cases.invoices(600_000, 12))


def test_a_licence_is_suggested_while_nobody_knows_the_age_and_gains_what_was_computed() -> None:
    papers = cases.invoices(2_000_000, 6)
    before = cases.run(cases.application(cases.PLATFORM), papers)
    gain = next(item.gain for item in before.advice if item.kind == "licence")
    born = cases.fact("business_license.established_date", date(2023, 10, 1), "licence")
    licence = cases.Paper((born, *cases.signals("licence", "pdf_text")))
    after = cases.run(cases.application(cases.PLATFORM), papers, licence)
    assert after.recommended - before.recommended == gain > 0
    assert "licence" not in [item.kind for item in after.advice]


def test_contracts_are_suggested_to_a_start_up_and_not_to_whom_they_would_not_help() -> None:
    young = cases.run(cases.application(trade="startup", existing=0))
    assert "orders" in [item.kind for item in young.advice]
    assert "orders" not in _advised(cases.invoices(2_000_000, 6))


def test_suggestions_come_by_gain_for_the_effort() -> None:
    decision = cases.run(cases.application(cases.PLATFORM, *cases.STANDING), cases.photographed(2_000_000, 6))
    rules = cases.policy().advice.kinds
    ranks = [float(item.gain) / rules[item.kind].effort for item in decision.advice]
    assert ranks == sorted(ranks, reverse=True)
    assert len(ranks) > 2


def test_another_case_is_what_the_engine_decides_on_it() -> None:
    case_ = _case()
    found = {(item.step, item.text.key.removeprefix("reasons.if_")): item for item in _otherwise(case_)}
    without = waterfall.assess(_only(case_, "receipts"))
    assert found["invoicing", "without"].limit == money(without.recommended)
    assert found["grade", "full_grade"].effect > 0
    assert all(item.effect for item in found.values())
    effects = [abs(item.effect) for item in _otherwise(case_)]
    assert effects == sorted(effects, reverse=True)


def _case() -> waterfall.Case:
    shown = cases.Shown(
        (cases.invoicing(), cases.receipts()), (cases.PLATFORM_FEED,), 3e6, 9e6, photos=True, part=("invoicing",)
    )
    terms = cases.Terms(margin=0.15, cycle=90.0, own_funds=50_000.0, grade=0.9)
    account = cases.Account(100_000.0, 100_000.0)
    return waterfall.Case(shown, terms, account, cases.policy().trades["workshop"], cases.policy())


def _only(case: waterfall.Case, *names: str) -> waterfall.Case:
    kept = tuple(kind for kind in case.shown.kinds if kind.name in names)
    return replace(case, shown=replace(case.shown, kinds=kept))


def _otherwise(case: waterfall.Case) -> list[Counterfactual]:
    return list(counterfactuals(case, waterfall.assess(case)))


def test_the_owners_letter_is_one_page_with_the_limit_the_reasons_and_the_right_to_a_person(book: Book) -> None:
    owner = desk(book.store, "anna", Role.OWNER)
    book.store.people.give("A-0002", owner.session.account, owner.session.act("give"))
    text, pages = _text(owner.letter("A-0002"))
    now = standing(book.store, "A-0002")
    assert now is not None
    assert pages == 1
    for amount in (now.decision.base, now.decision.recommended, now.effective):
        assert f"¥{amount:,.0f}" in text
    assert "您可以随时请工作人员重新看您的情况" in text
    assert "第二十四条" in text
    for hidden in (*(f"{value:.6g}" for value in (now.decision.trace["c"], now.decision.trace["se"])), "P1", "E8"):
        assert hidden not in text
    assert owner.letter("A-0002") == owner.letter("A-0002"), "the same letter is the same file"
    english, pages = _text(owner.letter("A-0002", "en"))
    assert pages == 1
    assert "article24" in english


def _standing(decision: Decision) -> Standing:
    return Standing("d" * 32, decision, decision.effective, 0, ())


def test_a_letter_on_a_stopped_case_tells_of_a_person_and_not_of_what_was_noticed() -> None:
    papers = cases.invoices(2_000_000, 5)
    number = next(item.value for item in papers[0].facts if item.field == "invoice_number")
    decision = cases.run(cases.application(cases.third(f"tax.invoices[{number}].status", "作废")), papers)
    assert decision.binding == "stop"
    text, pages = _text(paper.pdf(letters.sheet("试例<b>甲</b>" * 40, _standing(decision)), one_page=True))
    assert pages == 1
    assert str(number) not in text
    assert "S3" not in text
    assert "<b>" in text, "a name is shown as it is"
    assert "您可以随时请工作人员" in text


def test_a_letter_carries_its_chinese_along_where_the_machine_has_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "样例乙商行，额度 58 万元"
    sheet = paper.Sheet(said, (), "")
    made = paper.pdf(sheet)
    assert (b"FontFile2" in made) is (fonts.found() is not None)
    assert said.replace(" ", "") in _text(made)[0]
    assert paper.pdf(sheet) == made
    monkeypatch.setattr(fonts, "PLACES", ())
    plain = paper.pdf(sheet)
    assert b"FontFile2" not in plain
    assert b"STSong-Light" in plain


def test_under_the_kill_switch_a_letter_says_what_holds_now() -> None:
    decision = cases.run(cases.application(cases.PLATFORM, *cases.STANDING), cases.invoices(2_000_000, 6))
    held = replace(_standing(decision), effective=decision.base, suspended=True)
    text, _ = _text(paper.pdf(letters.sheet(cases.NAME, held), one_page=True))
    assert "现在暂停提高额度" in text
    assert f"目前可用额度¥{decision.base:,.0f}" in text


def test_a_letter_goes_to_nobody_else(book: Book) -> None:
    stranger = desk(book.store, "bert", Role.OWNER)
    for name in ("A-0001", "A-9999"):
        with pytest.raises(Denied):
            stranger.letter(name)
    with pytest.raises(Denied):
        stranger.letter(stranger.create(about()).id)
    with pytest.raises(Denied):
        stranger.audit_report("A-0001")


def test_the_auditors_report_has_formulas_values_places_versions_and_other_cases(book: Book) -> None:
    text, pages = _text(desk(book.store, "rita", Role.RISK).audit_report("A-0002"))
    decision: Decision = book.store.decision(book.decisions["A-0002"])
    assert pages > 1
    for told in (decision.policy, decision.engine, book.decisions["A-0002"], "V=max(V3+c", "逐字节一致"):
        assert told in text
    assert f"{decision.trace['v']:,.6g}" in text
    named = {name for reason in decision.reasons for name in reason.facts}
    assert all(name[:8] in text for name in named)
    assert "p.1" in text
    assert len(technical.otherwise(book.store.replay_inputs(book.decisions["A-0002"]))) > 2


def test_the_command_writes_both_and_refuses_a_letter_on_an_old_decision(book: Book, tmp_path: Path) -> None:
    where = {"SELFPROOF_HOME": str(book.store.home)}
    for option, pages in (([], 1), (["--english"], 1), (["--audit"], 2)):
        path = tmp_path / f"out{len(option)}.pdf"
        result = CliRunner().invoke(cli.app, ["letter", book.decisions["A-0001"], str(path), *option], env=where)
        assert result.exit_code == 0, result.output
        assert _text(path.read_bytes())[1] >= pages
    told = CliRunner().invoke(cli.app, ["explain", book.decisions["A-0002"], "--replay"], env=where)
    assert told.exit_code == 0
    assert "如果没有“发票证明的销售”这类资料" in told.output
    missing = CliRunner().invoke(cli.app, ["letter", "0" * 32, str(tmp_path / "no.pdf")], env=where)
    assert missing.exit_code == 1
    assert not (tmp_path / "no.pdf").exists()


def test_months_without_a_paper_are_asked_for_by_name_and_gain_no_less_than_was_told() -> None:
    papers = cases.invoices(2_000_000, 8)
    shown = [*papers[:3], *papers[5:]]
    before = cases.run(cases.application(cases.PLATFORM, *cases.STANDING), shown)
    asked = next(item for item in before.advice if item.kind == "invoicing_months")
    assert asked.text.values["months"] == "2025-10 – 2026-01, 2026-05 – 2026-06"
    after = cases.run(cases.application(cases.PLATFORM, *cases.STANDING), cases.invoices(2_000_000, 12))
    assert after.recommended - before.recommended >= asked.gain > 0
    assert "invoicing_months" not in [item.kind for item in after.advice]


def test_no_month_is_asked_for_that_a_statement_covers_or_in_which_there_was_no_business_yet() -> None:
    paper = cases.statement(2_000_000, 12)
    quiet = cases.Paper(tuple(fact for fact in paper.facts if "[2026-03]" not in fact.name), paper.findings)
    assert "receipts_months" not in _advised(quiet)
    young = cases.third("registry.established_date", date(2026, 3, 20))
    decision = cases.run(cases.application(young, *cases.STANDING[1:]), cases.invoices(9_000_000, 3))
    (asked,) = (item.text.values["months"] for item in decision.advice if item.kind == "invoicing_months")
    assert asked == "2026-04 – 2026-06"


def test_other_accounts_are_asked_for_where_less_came_in_than_was_invoiced_and_only_there() -> None:
    invoiced = cases.invoices(2_000_000, 12)
    assert "accounts" in _advised(invoiced, [cases.statement(1_600_000, 12)])
    assert "accounts" not in _advised(invoiced, [cases.statement(2_000_000, 12)])
    assert "accounts" not in _advised([cases.statement(1_600_000, 12)])


def test_a_paper_that_counts_less_for_a_misread_figure_leaves_advice_and_one_that_waits_for_a_person_does_not() -> None:
    papers = cases.photographed(2_000_000, 6)
    document = papers[0].facts[0].provenance.document
    assert cases.policy().checks["words_equal_figures"].cap_level == 1
    misread = [cases.with_finding(papers[0], cases.failed(document, "words_equal_figures")), *papers[1:]]
    assert "invoicing" in _advised(misread)
    contradicted = [cases.with_finding(papers[0], cases.failed(document, "qr_equals_print")), *papers[1:]]
    assert _advised(contradicted) == {}
