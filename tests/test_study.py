"""The study: measures that mean what they say, sensitivity that moves one number, a report of the present policy."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from statistics import median

import pytest
from typer.testing import CliRunner

from selfproof.cli import app
from selfproof.credit import policy as policies
from selfproof.credit.policy import Policy
from selfproof.population import Simulated, applications, one, population
from selfproof.population.chance import assuming, table
from selfproof.population.lies import LIES
from selfproof.sources import folder as file_drop
from selfproof.study import choice, figures, flow, loss, methods, paper, reviewer, run, sensitivity, trial, world
from selfproof.study.steps import STEPS
from selfproof.study.trial import Pair, Trial

ROOT = Path(__file__).parent.parent
SEED = 5
TRACED = ("statement_patched", "speaks_to_machine")


@cache
def standard() -> Policy:
    return policies.load("standard")


@cache
def rows() -> tuple[Trial, ...]:
    return trial.drawn(40, SEED, standard()).advised


def ended(simulated: Simulated) -> Trial:
    return trial.trial(flow.at_the_end(simulated, standard()), standard())


@cache
def pairs(kind: str) -> tuple[Pair, ...]:
    both = ((one(SEED, number, lie=kind), one(SEED, number, lie="")) for number in range(4))
    return tuple(Pair(ended(liar), ended(honest)) for liar, honest in both)


def test_third_party_data_alone_knows_nothing_that_the_owner_said() -> None:
    simulated = one(SEED, 3)
    kinds = {fact.kind for fact in methods.outsiders(simulated.application).facts}
    assert "declaration" in {fact.kind for fact in simulated.application.facts}
    assert "declaration" not in kinds


def test_believing_everything_credits_most_and_third_parties_least() -> None:
    for row in rows():
        assert row.limits["believe_everything"].turnover >= row.third.turnover * 0.99
    assert sum(row.third.turnover for row in rows()) < sum(row.ours.turnover for row in rows())
    assert sum(row.ours.turnover for row in rows()) < sum(row.limits["believe_everything"].turnover for row in rows())


def test_the_reviewer_gives_no_raise_to_who_lies_and_lowers_nobody() -> None:
    for row in rows():
        assert row.reviewed >= row.base
        if not row.truth.honest:
            assert row.reviewed == row.base


def test_the_reviewer_counts_true_turnover_and_not_what_the_papers_add_up_to() -> None:
    shown = next(item for item in population(60, SEED) if item.truth.honest and item.truth.genuine_months >= 3)
    assert reviewer.counted(shown) == pytest.approx(table()["reviewer"]["haircut"] * shown.truth.turnover)


def test_agreement_needs_the_same_answer_and_no_much_larger_raise() -> None:
    assert reviewer.agrees(100_000, 104_000, base=100_000)
    assert reviewer.agrees(60_000, 200_000, base=50_000)
    assert not reviewer.agrees(200_000, 100_000, base=50_000)
    assert not reviewer.agrees(50_000, 100_000, base=50_000)
    assert not reviewer.agrees(100_000, 50_000, base=50_000)


def test_a_lie_that_leaves_a_trace_pays_for_nobody_who_had_something_to_gain() -> None:
    for kind in TRACED:
        assert all(pair.noticed and pair.liar.ours.amount == pair.liar.base for pair in pairs(kind))
        assert all(pair.liar.truth.turnover == pair.honest.truth.turnover for pair in pairs(kind))


def test_a_heavier_limit_and_a_lie_make_default_likelier() -> None:
    honest, liar = one(SEED, 1, lie="").truth, one(SEED, 1, lie="whole_set").truth
    assert loss.default(0.1 * honest.turnover, honest) < loss.default(0.6 * honest.turnover, honest)
    assert loss.default(0.1 * honest.turnover, honest) < loss.default(0.1 * honest.turnover, liar)


def test_scaled_to_equal_loss_a_portfolio_loses_as_much() -> None:
    truths = [row.truth for row in rows()]
    limits = [row.limits["believe_everything"].amount for row in rows()]
    aim = 0.4 * loss.total(limits, truths)
    scale = loss.scale_for(limits, truths, aim)
    assert loss.total(limits, truths, scale) == pytest.approx(aim, rel=1e-6)
    assert 0 < scale < 1


def test_every_number_of_the_table_can_be_moved_both_ways_and_only_that_number_moves() -> None:
    before = standard().model_dump()
    for number in sensitivity.numbers():
        for factor in sensitivity.FACTORS:
            after = sensitivity.varied(standard(), number, factor).model_dump()
            tops = {path.split(".")[0] for path in number.at}
            assert {name for name in before if before[name] != after[name]} == tops, number.name


def test_every_number_that_the_method_marks_is_in_the_table() -> None:
    marked = {path for number in sensitivity.numbers() if number.p for path in number.at}
    assert {f"levels.{level}" for level in range(1, 6)} <= marked
    assert {"fusion.correlation", "fusion.prior_months", "fusion.min_months", "fusion.review_contradiction"} <= marked
    assert {"limit.turnover_cap", "limit.dscr", "limit.entry", "limit.ladder", "limit.order_share"} <= marked
    assert {"limit.caps.declaration", "limit.caps.photo", "limit.caps.invoicing", "industries.*.peer"} <= marked


def test_a_lower_turnover_cap_never_lends_more() -> None:
    known = sensitivity.sample((tuple(population(12, SEED)), (one(SEED, 2, lie="round_trip"),)), standard())
    cap = next(number for number in sensitivity.numbers() if number.at == ("limit.turnover_cap",))
    (row,) = sensitivity.run(known, standard(), (cap,))
    assert row["low"]["value"] == pytest.approx(0.125)
    assert row["low"]["lent"] <= row["usual"]["lent"] <= row["high"]["lent"]


USUAL = {"mean_uplift": 0.2, "honest_over_credit": 0.02, "liar_over_credit": 0.05, "agreement": 0.8, "loss_rate": 0.02}


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        ({}, {"mean_uplift": 0.25}, "one and a half would raise more"),
        ({"mean_uplift": 0.25}, {}, "half would raise more"),
        ({"mean_uplift": 0.1}, {"mean_uplift": 0.25, "liar_over_credit": 0.09}, "kept"),
        ({"mean_uplift": 0.1}, {"mean_uplift": 0.25, "honest_over_credit": 0.07}, "kept"),
        ({"mean_uplift": 0.199}, {"mean_uplift": 0.201}, "hardly matters"),
    ],
)
def test_a_number_is_proposed_otherwise_only_where_nothing_that_it_guards_gets_worse(
    low: dict[str, float], high: dict[str, float], says: str
) -> None:
    assert sensitivity.verdict({"usual": USUAL, "low": USUAL | low, "high": USUAL | high}).startswith(says)


@cache
def found() -> dict[str, object]:
    """The whole study, on few applicants and without the sensitivity."""
    return run.study(standard(), run.Sizes(applicants=25, pairs=1, sensitivity=0, road=1, seed=SEED))


def test_the_study_has_the_figures_by_their_names() -> None:
    names = {"mean_uplift", "median", "p10", "p90", "credited_share", "honest_over_credit", "liar_over_credit",
             "wrongly_stopped", "straight_through", "agreement", "equal_loss", "lies", "sensitivity"}  # fmt: skip
    assert names <= set(found())
    assert set(found()["lies"]) == set(LIES)
    assert "synthetic" in str(found()["synthetic"])
    json.dumps(found())


def test_every_raise_that_is_missed_has_its_reason() -> None:
    missed, way = found()["missed"], found()["disagreement"]
    assert isinstance(missed, dict)
    assert isinstance(way, dict)
    assert sum(missed.values()) == pytest.approx(way["no_raise_he_raises"])


def test_the_report_says_that_the_world_is_synthetic_and_shows_its_plots(tmp_path: Path) -> None:
    path = paper.write(found(), tmp_path)
    text = path.read_text("utf-8")
    assert "The world is synthetic" in text
    assert standard().version in text
    drawn = {file.stem for file in (tmp_path / "study").glob("*.svg")}
    assert drawn == {"uplift", "credited", "evidence", "lies", "loss"}
    again = paper.write(found(), tmp_path / "again")
    assert again.read_text("utf-8") == text
    assert (tmp_path / "again/study/lies.svg").read_bytes() == (tmp_path / "study/lies.svg").read_bytes()


def test_the_kept_report_was_made_with_the_policys_present_numbers() -> None:
    text = (ROOT / "docs/study.md").read_text("utf-8")
    assert run.numbers_of(standard()) in text, "run `selfproof study --report docs` again"
    assert run.world_of() in text, "the same: the world is another"
    assert all(kind.replace("_", " ") in text for kind in LIES)
    assert all(number.name in text for number in (*sensitivity.numbers(), *world.assumptions(), *choice.chosen()))


def test_each_number_that_was_chosen_stands_otherwise_now_and_can_be_put_back_alone() -> None:
    tops = {number.name: number.at.split(".")[0] for number in choice.chosen()}
    now = standard().model_dump(mode="json")
    for number in choice.chosen():
        before = choice.put_back(standard(), (number,)).model_dump(mode="json")
        assert {name for name in now if now[name] != before[name]} == {tops[number.name]}, number.name


def test_every_assumption_of_the_world_can_be_moved_both_ways_and_the_world_stays_as_it_was() -> None:
    before = table()
    for number in world.assumptions():
        for factor in sensitivity.FACTORS:
            with assuming(sensitivity.moved(before, number, factor)):
                assert table() != before, number.name
                assert one(SEED, 4).application.id
    assert table() is before


def test_a_world_with_more_months_at_hand_shows_more() -> None:
    (span,) = (number for number in world.assumptions() if "span.mean" in number.at)
    with assuming(sensitivity.moved(table(), span, 1.5)):
        more = sum(len(item.file.shown) for item in population(12, SEED))
    assert more > sum(len(item.file.shown) for item in population(12, SEED))


def test_each_step_towards_v_is_told_and_the_last_is_v() -> None:
    for row in rows():
        assert set(row.steps) == set(STEPS)
        assert row.steps["credited"] == pytest.approx(row.ours.turnover)
        assert row.steps["doubt"] <= row.steps["read"] + 1
        assert row.steps["agreed"] <= row.steps["believed"] + 1


def test_third_parties_see_a_third_of_most_trades() -> None:
    seen = [
        sum(float(str(value)) for record in item.file.records for name, value in record.fields.items() if name == field)
        / max(item.truth.turnover, 1)
        for item in population(60, SEED)
        for field in ("annual_receipts",)
        if any(record.source != "tax" and field in record.fields for record in item.file.records)
    ]
    assert len(seen) > 35
    assert 0.2 < median(seen) < 0.5


def test_simulate_tells_what_it_drew_and_writes_truth_and_facts(tmp_path: Path) -> None:
    import polars as pl

    result = CliRunner().invoke(app, ["simulate", "8", "--seed", "5", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "synthetic" in result.output
    heads, facts = pl.read_parquet(tmp_path / "applicants.parquet"), pl.read_parquet(tmp_path / "facts-0000.parquet")
    assert heads["application"].to_list() == [item.application.id for item in population(8, 5)]
    assert set(facts["application"]) == set(heads["application"])


def test_rendered_papers_go_the_whole_road_and_give_the_same_turnover_as_their_facts() -> None:
    told = found()["road"]
    assert isinstance(told, dict)
    assert told["files"] > 0
    assert told["values_read"] > 0.98
    assert told["same_turnover"] == told["applicants"] == 1


def test_a_sample_is_written_as_folders_that_hold_together(tmp_path: Path) -> None:
    for simulated in applications.sample(3, SEED):
        loaded = file_drop.load(applications.write(simulated, tmp_path))
        assert loaded.applicant == simulated.application.applicant
        assert {(fact.name, fact.ledger) for fact in loaded.facts} == {
            (fact.name, fact.ledger) for fact in simulated.application.facts
        }
        names = [path.name for path in file_drop.documents(tmp_path / simulated.application.id)]
        assert len(names) == len(simulated.file.papers)


def test_the_study_is_a_command_that_prints_one_json_object() -> None:
    result = CliRunner().invoke(app, ["study", "--applicants", "20", "--seed", "5", "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["applicants"] == 20
    assert told["policy"]["version"] == standard().version
    assert "samples" not in told


def test_an_unknown_policy_is_refused_before_anything_is_drawn() -> None:
    result = CliRunner().invoke(app, ["study", "--policy", "nowhere"])
    assert result.exit_code == 1
    assert "nowhere" in result.output


def test_uplift_is_measured_from_the_entry_amount_where_third_parties_give_less() -> None:
    row = rows()[0]
    assert figures.uplift(row, 1e9) == pytest.approx((row.ours.amount - row.third.amount) / 1e9)
