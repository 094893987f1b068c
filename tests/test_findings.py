"""What the checks are called, what a policy makes of them, and what would clear them."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from selfproof import cli, verify
from selfproof.credit.policy import load, parse, text
from selfproof.findings.catalogue import Severity, catalogue
from selfproof.texts import say, table

LISTED = {entry.check.id: entry for entry in catalogue(load())}


def test_every_check_is_named_by_a_row_of_the_policy_or_marked_advisory() -> None:
    assert [name for name, entry in LISTED.items() if entry.severity is Severity.UNNAMED] == []
    advisory = {name for name, entry in LISTED.items() if entry.severity is Severity.ADVISORY}
    assert advisory == {name for name, row in load().checks.items() if row.advisory}


def test_every_check_says_in_both_languages_what_would_clear_it_and_nothing_else_does() -> None:
    assert {key.removeprefix("clear.") for key in table() if key.startswith("clear.")} == set(verify.checks())
    assert all(entry.clears and say(entry.clears, lang) for entry in LISTED.values() for lang in ("zh", "en"))


def test_every_complaint_and_every_way_out_is_a_whole_sentence_in_both_languages() -> None:
    said = {
        key: pair
        for key, pair in table().items()
        if key.startswith(("clear.", "questions.ask")) or key.endswith("_fail")
    }
    assert len(said) > 150
    assert [key for key, (chinese, _) in said.items() if not chinese.endswith(("。", "？"))] == []
    assert [
        key
        for key, (_, english) in said.items()
        if not english.endswith((".", "?", ".)")) or (not english[0].isupper() and english[0] not in '"{')
    ] == []


def test_no_complaint_is_without_its_check() -> None:
    failing = {key.removeprefix("checks.").removesuffix("_fail") for key in table() if key.endswith("_fail")}
    assert {name for name in failing if f"checks.{name}" in table()} <= set(verify.checks())


@pytest.mark.parametrize(
    ("check", "severity", "said"),
    [
        ("same_invoice_elsewhere", Severity.STOP, ["effect_stop", "effect_refused"]),
        ("qr_equals_print", Severity.CONTRADICTION, ["effect_contradiction", "effect_cap"]),
        ("contract_against_invoices", Severity.CONTRADICTION, ["effect_contradiction"]),
        ("paper_is_applicants", Severity.CONTRADICTION, ["effect_contradiction", "effect_refused"]),
        ("words_equal_figures", Severity.CAP, ["effect_cap"]),
        ("editable_file", Severity.ADVISORY, ["effect_advisory"]),
    ],
)
def test_the_weight_of_a_check_is_what_the_policy_makes_of_it(check: str, severity: Severity, said: list[str]) -> None:
    entry = LISTED[check]
    assert (entry.severity, [message.key for message in entry.effects]) == (
        severity,
        [f"findings.{key}" for key in said],
    )


def test_another_policy_makes_another_weight_of_the_same_check_and_a_check_without_a_row_moves_nothing() -> None:
    changed = text().replace("balance_chain: {stop: S5}", "balance_chain: {cap_level: 2}", 1)
    lacking = changed.replace("  figures_not_painted_over: {cap_level: 1, contradiction: X5}\n", "")
    entries = {entry.check.id: entry for entry in catalogue(parse(lacking))}
    assert [say(message, "en") for message in entries["balance_chain"].effects] == [
        "The document counts as L2 at most, at 35%."
    ]
    assert entries["figures_not_painted_over"].severity is Severity.UNNAMED


def test_what_passing_lifts_is_told_too() -> None:
    assert [message.key for message in LISTED["signature_trusted"].lifts] == ["findings.lifts_signature"]
    assert [message.key for message in LISTED["invoice_matched_to_receipts"].lifts] == ["findings.lifts_match"]


def test_the_command_lists_every_check_as_text_and_as_json() -> None:
    run = CliRunner()
    shown = run.invoke(cli.app, ["checks"])
    assert shown.exit_code == 0
    assert all(f"\n{name} · " in f"\n{shown.stdout}" for name in verify.checks())
    listed = json.loads(run.invoke(cli.app, ["checks", "--json"]).stdout)
    assert [item["id"] for item in listed["checks"]] == list(verify.checks())
    assert all(item["title"]["zh"] and item["effect"] and item["clears"]["en"] for item in listed["checks"])
    known = next(item for item in listed["checks"] if item["id"] == "balance_chain")
    assert (known["needs"], known["severity"], known["policy"]) == (
        ["bank_statement.chain_breaks"],
        "stop",
        {"stop": "S5"},
    )


def test_a_policy_that_is_not_there_is_refused_with_its_reason() -> None:
    refused = CliRunner().invoke(cli.app, ["checks", "--policy", "nowhere"])
    assert refused.exit_code == 1
    assert "no shipped policy" in refused.stderr
