"""Every command of the README, run as a newcomer would, on the fixtures' three applications."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from selfproof import cli
from selfproof.model import Decision
from selfproof.store import Store
from tests import homes

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
APPLICATIONS = FIXTURES / "applications"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all commands of this file, so that nothing is read twice."""
    return homes.sharing(tmp_path_factory.mktemp("home"))


def started(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, which takes longer to begin than most take to end."""
    command = [sys.executable, "-m", "selfproof.cli", *map(str, arguments)]
    environment = {**os.environ, "SELFPROOF_HOME": str(home), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT)


def selfproof(home: Path, *arguments: str | Path, roots: Path | None = None) -> Result:
    """A command in this process. roots: the folder of trusted certificates, which `--demo` sets by itself."""
    places = {"SELFPROOF_HOME": str(home), "SELFPROOF_TRUST_ROOTS": str(roots) if roots else None}
    return CliRunner(env=places).invoke(cli.app, [str(argument) for argument in arguments])


def assessed(home: Path, folder: Path, *options: str) -> dict[str, Any]:
    """What ``assess --json`` says of an application."""
    result = selfproof(home, "assess", folder, "--json", *options)
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def workshop(home: Path) -> dict[str, Any]:
    """The first of the fixtures' applications, its signatures trusted."""
    return assessed(home, APPLICATIONS / "workshop", "--demo")


def test_the_readme_names_exactly_the_commands_that_there_are() -> None:
    printed = re.findall(r"^    selfproof (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    registered = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    assert sorted(set(printed)) == sorted(registered)


def test_the_workshop_goes_from_100000_to_about_580000_and_every_yuan_has_a_reason(workshop: dict[str, Any]) -> None:
    found = workshop
    assert found["base"] == 100_000
    assert 560_000 <= found["effective"] == found["limit"] == found["recommended"] <= 600_000
    assert sum(reason["effect"] for reason in found["reasons"]) == found["recommended"] - found["base"]
    assert found["binding"] == "need"
    assert found["not_read"] == []
    total = next(fact for fact in found["facts"] if fact["name"] == "vat_invoice.total_amount")
    assert total["level"] == 4
    assert total["provenance"]["page"] == 1
    assert len(total["provenance"]["box"]) == 4
    assert total["provenance"]["file"].endswith((".pdf", ".ofd", ".xml"))


def test_a_decision_replays_byte_for_byte_in_another_process(home: Path, workshop: dict[str, Any]) -> None:
    result = started(home, "explain", workshop["decision"], "--replay")
    assert result.returncode == 0, result.stderr
    assert "replayed, byte for byte the same" in result.stdout


def test_without_its_signatures_trusted_the_workshop_gets_less(tmp_path: Path) -> None:
    documents = tmp_path / "part" / "documents"
    documents.mkdir(parents=True)
    shutil.copy(APPLICATIONS / "workshop" / "application.yaml", tmp_path / "part")
    for name in ("银行流水_2026年4月至9月.pdf", *(f"发票_{of}.pdf" for of in ("20260506_959861", "20260513_654995"))):
        shutil.copy(APPLICATIONS / "workshop" / "documents" / name, documents)
    home = homes.sharing(tmp_path / "home")
    trusted, untrusted = assessed(home, tmp_path / "part", "--demo"), assessed(home, tmp_path / "part")
    levels = [
        {fact["level"] for fact in found["facts"] if fact["name"] == "vat_invoice.total_amount"}
        for found in (trusted, untrusted)
    ]
    assert levels == [{4}, {3}]
    assert untrusted["effective"] < trusted["effective"]


def test_the_truck_owner_gets_more_than_before(home: Path) -> None:
    found = assessed(home, APPLICATIONS / "truck", "--demo")
    assert found["base"] < found["effective"]


def test_a_planted_forgery_stops_the_limit_at_its_base(home: Path) -> None:
    found = assessed(home, APPLICATIONS / "forged", "--demo")
    assert found["effective"] == found["recommended"] == found["base"]
    assert {"S2", "S4"} <= {reason["code"] for reason in found["reasons"]}
    assert found["review"]
    assert found["advice"] == []
    assert {item["check"] for item in found["findings"] if item["outcome"] == "fail"} >= {
        "signature_intact",
        "applicant_is_party",
    }


def test_read_prints_one_json_object_a_document_and_says_why_a_file_cannot_be_used(home: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pdf"
    empty.touch()
    result = selfproof(home, "read", FIXTURES / "vat_invoice" / "einvoice.xml", empty, "--jsonl")
    sound, broken = (json.loads(line) for line in result.stdout.splitlines())
    assert sound["kind"] == "vat_invoice"
    assert set(sound["fields"]["total_amount"]) >= {"value", "confidence", "page", "box"}
    assert sound["items"][0]["amount"]["value"]
    assert (broken["kind"], broken["error"]) == (None, "empty")
    assert result.exit_code == 1


def test_read_prints_a_table_for_people(home: Path) -> None:
    result = started(home, "read", FIXTURES / "bank_statement" / "gb18030.csv")
    assert result.returncode == 0
    assert "bank_statement" in result.stdout
    assert "n_transactions" in result.stdout


def test_assess_says_what_is_wrong_with_a_folder(home: Path, tmp_path: Path) -> None:
    result = selfproof(home, "assess", tmp_path)
    assert result.exit_code == 1
    assert "application.yaml" in result.stderr


def test_a_trust_folder_that_is_not_there_is_named_before_anything_is_read(home: Path, tmp_path: Path) -> None:
    for command in (
        ["read", FIXTURES / "vat_invoice" / "einvoice.xml"],
        ["assess", APPLICATIONS / "truck"],
    ):
        result = selfproof(home, *command, roots=tmp_path / "none")
        assert result.exit_code == 1
        assert "SELFPROOF_TRUST_ROOTS" in result.stderr
        assert isinstance(result.exception, SystemExit)


def test_explain_says_when_there_is_no_such_decision(home: Path) -> None:
    result = selfproof(home, "explain", "0" * 32)
    assert result.exit_code == 1
    assert result.stderr


def _decided(store: Store, application: str) -> Decision | None:
    decided = store.decisions(application)
    return store.decision(decided[-1]) if decided else None


def test_the_worker_reads_an_upload_and_decides(tmp_path: Path) -> None:
    environment = {**os.environ, "SELFPROOF_HOME": str(tmp_path)}
    with Store.open(home=tmp_path) as store:
        from selfproof.sources import folder

        application = folder.load(APPLICATIONS / "truck")
        store.save_application(application)
        path = FIXTURES / "vat_invoice" / "einvoice.xml"
        store.receive(application.id, path.read_bytes(), path.name)
        worker = subprocess.Popen([sys.executable, "-m", "selfproof.cli", "worker"], env=environment, cwd=ROOT)
        try:
            deadline = time.monotonic() + 300
            while _decided(store, application.id) is None and time.monotonic() < deadline:
                time.sleep(0.2)
        finally:
            worker.send_signal(signal.SIGINT)
            worker.wait(timeout=300)
        assert _decided(store, application.id) is not None
