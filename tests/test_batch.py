"""The compiled policy decides what the scalar engine decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import rescore, rescore_rows
from selfproof.batch.row import reading_key, row
from selfproof.credit.decide import decide
from selfproof.credit.policy import Policy
from selfproof.lifecycle.shadow import side
from tests import batch_cases as batch
from tests import credit_cases as cases
from tests.batch_cases import Filed
from tests.credit_cases import policy

BOOK = st.tuples(*(batch.filed(number) for number in range(7)))


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(BOOK, batch.numbers())
def test_rows_read_under_one_policy_decide_under_any_numbers_as_the_scalar_engine(
    book: tuple[Filed, ...], other: Policy
) -> None:
    assert reading_key(other) == reading_key(policy()), "only numbers differ, so that the same rows serve"
    rows = batch.frame([row(*case, policy()) for case in book], policy())
    found = batch.scored(rows, other)
    for case in book:
        truth = decide(*case, other)
        if truth.application in found:
            mine, told = found[truth.application]
            assert told == side(truth), "limits, every reason with its effect to the cent, and why a person must look"
            steps = {name[8:]: value for name, value in truth.trace.items() if name.startswith("step.")}
            assert all(abs(mine[f"step.{name}"] - value) <= abs(value) * 1e-9 for name, value in steps.items())


def test_a_stop_beside_an_adverse_fact_lowers_alike_in_bulk() -> None:
    papers = cases.invoices(9e5, 5)
    findings = [cases.failed(_id(papers[0]), "same_invoice_elsewhere")]
    facts = [fact for paper in papers for fact in paper.facts]
    words = (cases.PLATFORM, cases.third("registry.status", "吊销"), cases.declared("own_funds", 30_000))
    case = cases.application(*words, existing=250_000.5)
    truth = decide(case, facts, findings, policy())
    rows = batch.frame([row(case, facts, findings, policy())], policy())
    assert batch.scored(rows, policy())[case.id][1] == side(truth)
    assert truth.recommended < 250_000
    assert sum(reason.effect for reason in truth.reasons) == truth.recommended - truth.base


def test_another_meaning_of_a_check_or_a_source_is_another_reading() -> None:
    def changed(part: str, name: str, value: object) -> Policy:
        found = policy().model_dump(mode="json")
        found[part][name] = value
        return Policy.model_validate(found)

    for other in (
        changed("checks", "balance_chain", {"cap_level": 1}),
        changed("top", "contract", 3),
        changed("thresholds", "matched_share", 0.7),
        changed("invoices", "new_days", 30),
        changed("fusion", "window_months", 18),
    ):
        assert reading_key(other) != reading_key(policy())
    assert reading_key(changed("limit", "turnover_cap", 0.1)) == reading_key(policy())


def test_the_benchmark_compares_three_that_decide_alike(tmp_path: Path) -> None:
    rescore_rows.write(tmp_path, 400, policy(), different=60)
    rescore._agree(tmp_path / "workshop=.0000.parquet", policy())


def test_what_columns_cannot_hold_has_no_shape_and_stays_with_the_scalar_engine() -> None:
    found = policy().model_dump(mode="json")
    found["trades"]["a/b"] = found["trades"]["workshop"]
    other = Policy.model_validate(found)
    signed, plain, pictures = (
        cases.invoices(9e5, 5),
        cases.invoices(9e5, 4, signed=False, tag="p"),
        cases.photographed(9e5),
    )
    gone = replace(signed[0], facts=(*signed[0].facts, cases.fact("document.withdrawn", cases.AS_OF, _id(signed[0]))))
    feeds = [cases.third("bank.annual_receipts", 9e5, record=f"{number}") for number in range(3)]
    feeds += [cases.third("bank.account", f"{number}", record=f"{number}") for number in range(3)]
    for case, papers, shape in (
        (cases.workshop(), [*signed, *_numbered(pictures)], "workshop/invoicing"),
        (cases.workshop(trade="a/b"), signed, ""),
        (cases.workshop(), [*_numbered(signed), *_numbered(plain, "p"), *_numbered(pictures, "i")], ""),
        (cases.workshop(), [gone], ""),
        (cases.workshop(*feeds), signed, ""),
    ):
        facts = [fact for paper in papers for fact in paper.facts]
        findings = [finding for paper in papers for finding in paper.findings]
        assert row(case, facts, findings, other)["shape"] == shape


def _id(paper: cases.Paper) -> str:
    return paper.facts[0].provenance.document


def _numbered(papers: Sequence[cases.Paper], tag: str = "s") -> list[cases.Paper]:
    """With invoice numbers of their own, so that none is a copy of another."""
    name = "vat_invoice.invoice_number"
    return [
        replace(
            paper,
            facts=tuple(replace(item, value=f"{tag}{place}") if item.name == name else item for item in paper.facts),
        )
        for place, paper in enumerate(papers)
    ]
