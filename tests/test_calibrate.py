"""Calibration: a Beta posterior of r and a spread σ from re-verified cases, and the courage to say "too few"."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from scipy import stats
from typer.testing import CliRunner

from selfproof import cli, pipeline
from selfproof.access import Role
from selfproof.credit.policy import load
from selfproof.errors import SourceError
from selfproof.monitoring import calibrate
from selfproof.monitoring.calibrate import Case
from selfproof.store import Store
from tests import rescore_samples as samples
from tests.credit_cases import third
from tests.people_samples import desk

RULES = load("standard")


def _papers(held: int, refuted: int) -> list[Case]:
    return [Case("vat_invoice", 3, "pdf_text", number < held) for number in range(held + refuted)]


def test_the_posterior_is_the_beta_of_what_held_and_what_did_not_with_the_policys_r_as_prior() -> None:
    (found,) = calibrate.beliefs(_papers(90, 10), RULES)
    right = stats.beta(90 + 4 * 0.62, 10 + 4 * 0.38)
    assert (found.cases, found.held, found.policy) == (100, 90, 0.62)
    assert found.mean == pytest.approx(right.mean())
    assert (found.low, found.high) == pytest.approx(right.interval(0.90))
    assert found.enough
    assert found.contradicts, "nine in ten held, and the policy believes six in ten"


def test_a_handful_of_cases_moves_nothing_and_says_so() -> None:
    (found,) = calibrate.beliefs(_papers(5, 0), RULES)
    assert not found.enough
    assert not found.contradicts
    assert calibrate.beliefs([], RULES) == ()


def test_kinds_levels_and_carriers_are_told_apart_and_a_photo_has_its_own_prior() -> None:
    cases = [*_papers(1, 0), Case("vat_invoice", 2, "ocr", held=True), Case("photo", 2, "ocr", held=False)]
    found = {(item.kind, item.level, item.carrier): item.policy for item in calibrate.beliefs(cases, RULES)}
    assert found == {("photo", 2, "ocr"): 0.30, ("vat_invoice", 2, "ocr"): 0.35, ("vat_invoice", 3, "pdf_text"): 0.62}


def test_the_spread_is_that_of_the_logarithms_around_the_truth() -> None:
    logs = [0.16 * stats.norm.ppf((number + 0.5) / 40) for number in range(40)]
    cases = [Case("invoicing", 0, "*", None, math.exp(log) * 1e6, 1e6) for log in logs]
    (found,) = calibrate.spreads(cases, RULES)
    assert found.sigma == pytest.approx(0.16, rel=0.03)
    assert found.low < 0.16 < found.high
    assert found.enough
    assert not found.contradicts
    doubled = [replace(case, shown=(case.shown or 1) * 2) for case in cases]
    assert calibrate.spreads(doubled, RULES)[0].contradicts, "what shows twice the truth is no small spread"


def test_a_store_gives_what_reviewers_judged_at_the_level_before_they_looked(tmp_path: Path) -> None:
    with Store.open(sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db")), tmp_path) as store:
        samples.portfolio(store, 2)
        review = desk(store, "ruth", Role.REVIEWER).review
        (upload,) = store.uploads("A-0001")
        review.reject("A-0001", upload.id, "样例")
        made = pipeline.reassess(store, "A-0001")
        assert 0 in made.decision.levels.values()
        assert [case for case in calibrate.from_store(store, sample=0.0) if case.held is not None] == []
        found = list(calibrate.from_store(store, sample=1.0))
        judged = {(case.kind, case.level > 0) for case in found if case.held is False}
        assert judged == {("vat_invoice", True), ("bank_statement", True)}
        assert list(calibrate.from_store(store, sample=0.0, every=True)) == found


def test_a_series_beside_a_full_third_party_figure_gives_a_pair(tmp_path: Path) -> None:
    with Store.open(sa.URL.create("sqlite", database=str(tmp_path / "selfproof.db")), tmp_path) as store:
        samples.portfolio(store, 2)
        told = store.application("A-0001")
        store.people.bring(
            replace(told, facts=(*told.facts, third("tax.annual_sales", 500_000, "tax"))), {"tax": "signed"}
        )
        trace = pipeline.reassess(store, "A-0001").decision.trace
        pairs = {case.kind: (case.shown, case.true) for case in calibrate.from_store(store, sample=0.0)}
    assert pairs == {kind: (trace[f"{kind}.raw"], 500_000.0) for kind in ("invoicing", "receipts")}


def test_the_command_reads_cases_from_a_file_and_refuses_a_wrong_line(tmp_path: Path) -> None:
    path, where = tmp_path / "cases.csv", {"SELFPROOF_HOME": str(tmp_path / "home")}
    lines = ["kind,level,carrier,held,shown,true", *["vat_invoice,3,pdf_text,yes,110,100"] * 40]
    path.write_text("\n".join(lines), "utf-8")
    result = CliRunner().invoke(cli.app, ["calibrate", "--cases", str(path), "--json"], env=where)
    told = json.loads(result.output)
    assert (told["r"][0]["cases"], told["r"][0]["enough"]) == (40, True)
    assert told["sigma"][0]["sigma"] == pytest.approx(math.log(1.1))
    text = CliRunner().invoke(cli.app, ["calibrate"], env=where).output
    assert "no re-verified cases" in text
    path.write_text("\n".join([*lines[:2], "vat_invoice,9,pdf_text,yes,,"]), "utf-8")
    with pytest.raises(SourceError, match="line 3: no level 9"):
        list(calibrate.from_file(path))
