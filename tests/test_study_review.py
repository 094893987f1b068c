"""The study's own reviewer: he does what the product lets him do, by what he sees, and takes back no lie."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.population import Simulated, one
from selfproof.population.applicants import told_by
from selfproof.population.chance import table
from selfproof.population.drafts import Draft
from selfproof.population.lies import answered
from selfproof.population.mistakes import strangers
from selfproof.study import casework, flow
from selfproof.study.flow import Visit

SEED = 5
_SEED_OF_BOTH = 9  # some held limits here are released, and others are not
_BOUND = 2.0  # of B, above which a person releases


@cache
def standard() -> Policy:
    return policies.load("standard")


def first(simulated: Simulated) -> Visit:
    return next(flow.visits(simulated, standard()))


def seen(simulated: Simulated) -> casework.Seen:
    visit = first(simulated)
    return casework.Seen(visit.simulated, visit.findings, visit.decision, standard())


def worked(simulated: Simulated) -> Simulated:
    return casework.worked(seen(simulated), 0)


def with_papers(simulated: Simulated, *papers: Draft) -> Simulated:
    return told_by(simulated, replace(simulated.file, papers=papers))


@cache
def seller() -> Simulated:
    """Somebody honest who shows photographed invoices, with nothing wrong in them."""
    found = (one(SEED, number, lie="") for number in range(400))
    good = (item for item in found if item.file.plan.get("invoices") == "picture" and not item.truth.mistakes)
    return next(item for item in good if len(item.file.sales) > 4 and first(item).decision.binding != "stop")


def foreign(simulated: Simulated, count: int) -> list[Draft]:
    sold = [paper for paper in simulated.file.sales if paper.carrier == "ocr"][:count]
    return [
        replace(strangers(simulated.file, paper), name=f"foreign-{place}", page={}) for place, paper in enumerate(sold)
    ]


def test_a_paper_of_somebody_else_is_set_aside_and_the_case_goes_on() -> None:
    papers = (*seller().file.papers, *foreign(seller(), 1))
    stopped = with_papers(seller(), *papers)
    assert first(stopped).decision.binding == "stop"
    after = worked(stopped)
    assert [paper.judged for paper in after.file.papers if paper.name == "foreign-0"] == ["aside"]
    assert first(after).decision.binding != "stop"


def test_many_papers_of_others_are_no_slip_and_stay_a_stop() -> None:
    many = foreign(seller(), int(table()["review"]["foreign_most"]) + 1)
    after = worked(with_papers(seller(), *seller().file.papers, *many))
    assert "aside" not in {paper.judged for paper in after.file.papers}
    assert first(after).decision.binding == "stop"


def test_a_slip_of_the_reader_is_put_right_where_the_product_points_at_the_paper_and_nowhere_else() -> None:
    whole, *others = (
        paper for paper in seller().file.papers if paper.kind == "vat_invoice" and "total_amount" in paper.fields
    )
    blank = {name: value for name, value in whole.fields.items() if name != "total_amount"}
    other = {**others[0].fields, "buyer_name": "试例看错食品有限公司"}
    lost, misread = (
        replace(whole, fields=blank, page=whole.fields),
        replace(others[0], fields=other, page=others[0].fields),
    )
    after = worked(with_papers(seller(), lost, misread, *others[1:]))
    mended, left, *_ = after.file.papers
    assert mended.fields == whole.fields
    assert left.fields["buyer_name"] == "试例看错食品有限公司"


def test_a_statement_with_one_gap_is_set_aside_and_asked_for_anew_and_one_that_was_patched_is_not() -> None:
    found = (one(SEED, number, lie="") for number in range(400))
    item = next(who for who in found if who.file.plan.get("bank") == "original" and not who.truth.mistakes)
    for breaks, word in ((1, "aside"), (3, "")):
        papers = item.file.every(
            "bank_statement", lambda paper, breaks=breaks: paper.changed(chain_breaks=breaks)
        ).papers
        stopped = with_papers(item, *papers)
        assert first(stopped).decision.binding == "stop"
        after = worked(stopped)
        assert {paper.judged for paper in after.file.papers[: len(papers)] if paper.kind == "bank_statement"} == {word}
        assert (first(after).decision.binding == "stop") == (word == "")


def test_a_forged_page_reads_as_it_was_forged() -> None:
    liar = one(SEED, 3, lie="invoices_photographed")
    forged = answered("invoices_photographed", liar.file)
    before = [dict(paper.page or paper.fields) for paper in forged.papers]
    after = worked(with_papers(liar, *forged.papers))
    assert [dict(paper.page or paper.fields) for paper in after.file.papers[: len(before)]] == before


@cache
def clashing() -> tuple[Visit, ...]:
    """Whose papers contradict each other, and who are held for it: limits that the reviewer releases, and others."""
    plain = flow.quick(standard())
    visits = (next(flow.visits(one(_SEED_OF_BOTH, number), plain)) for number in range(60))
    return tuple(visit for visit in visits if visit.decision.trace["b"] > _BOUND and not visit.stopped)


def test_what_is_brought_against_a_contradiction_counts_only_when_somebody_else_signed_it() -> None:
    brought: list[Draft] = []
    for visit in clashing():
        case = casework.Seen(visit.simulated, visit.findings, visit.decision, standard())
        after = casework.worked(case, 0).file.papers[len(case.simulated.file.papers) :]
        assert case.clashes != casework.releases(visit.decision, standard())
        brought += after if case.clashes else ()
    assert brought
    assert all((paper.judged == "rejected") != (paper.signals.get("signature.status") == "valid") for paper in brought)


def test_a_held_limit_is_released_only_where_each_kind_shows_as_much_by_itself() -> None:
    found = [visit.decision for visit in clashing()]
    assert {casework.releases(decision, standard()) for decision in found} == {True, False}
    for decision in found:
        raw = [value for name, value in decision.trace.items() if name.endswith(".raw")]
        if casework.releases(decision, standard()) and decision.trace["v"] > decision.trace["v3"]:
            assert decision.trace["v"] <= max(raw)


def test_the_study_has_as_many_tries_as_the_policy_gives() -> None:
    rules = standard().tries
    assert rules is not None
    assert flow.tries() == rules.most


def test_who_waits_for_nobody_is_left_as_he_is_and_a_stop_for_an_altered_paper_stays() -> None:
    alone = first(next(item for number in range(60) if not first(item := one(SEED, number, lie="")).waits))
    assert flow.reviewed(alone, 1, standard()) is not None
    assert flow.reviewed(alone, 1, standard()).simulated is alone.simulated
    edited = first(one(SEED, 2, lie="signed_edited"))
    assert edited.decision.binding == "stop"
    assert flow.reviewed(edited, 1, standard()).decision.binding == "stop"
