"""The file drop: an application folder becomes an Application, and third-party records need their papers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from selfproof import pipeline
from selfproof.errors import SourceError
from selfproof.model import Ledger, Method
from selfproof.sources import folder
from selfproof.store import Store, Task

RECORD = {
    "source": "platform",
    "licence": "数据服务协议 2026-01",
    "authorisation": "客户授权书 2026-10-01",
    "retrieved": date(2026, 10, 1),
    "record": {
        "annual_receipts": 680000,
        "months": {"2026-09": {"receipts": 50000.5}},
        "stores": {"甲店": 1},
        "note": None,
    },
}


def write(path: Path, **changes: object) -> Path:
    """An application folder."""
    content = {
        "id": "w1",
        "applicant": {"name": "云泽市青禾塑料制品有限公司"},
        "trade": "workshop",
        "industry": "plastics",
        "as_of": date(2026, 10, 8),
        "existing_limit": 100000,
        "declared": {"annual_turnover": 4000000, "hires": True},
        "third_party": [RECORD],
        **changes,
    }
    (path / "application.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


def test_declarations_and_records_become_facts_of_their_ledgers(tmp_path: Path) -> None:
    application = folder.load(write(tmp_path))
    values = {fact.name: fact.value for fact in application.facts}
    assert values == {
        "declaration.annual_turnover": Decimal(4000000),
        "declaration.hires": True,
        "platform.annual_receipts": Decimal(680000),
        "platform.months[2026-09].receipts": Decimal("50000.5"),
        "platform.stores[甲店]": Decimal(1),
    }
    by_name = {fact.name: fact for fact in application.facts}
    assert by_name["declaration.annual_turnover"].ledger is Ledger.SELF
    assert by_name["platform.annual_receipts"].ledger is Ledger.THIRD_PARTY
    assert by_name["platform.annual_receipts"].provenance.method is Method.SOURCE


@pytest.mark.parametrize("missing", ["licence", "authorisation"])
def test_a_record_without_its_papers_is_refused(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SourceError, match="licence"):
        folder.load(write(tmp_path, third_party=[{**RECORD, missing: " "}]))


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": "soon"},
        {"as_of": date(1900, 1, 1)},
        {"existing_limit": "much"},
        {"existing_limit": -5},
        {"existing_limit": float("inf")},
        {"secret": 1},
    ],
)
def test_a_file_that_does_not_hold_together_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    with pytest.raises(SourceError, match=r"application\.yaml"):
        folder.load(write(tmp_path, **changes))


def test_a_folder_without_an_application_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        folder.load(tmp_path)


def test_documents_come_in_the_order_of_their_names_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    for name in ("b.pdf", "a.xml", ".DS_Store"):
        (tmp_path / "documents" / name).write_bytes(b"x")
    assert [path.name for path in folder.documents(tmp_path)] == ["a.xml", "b.pdf"]


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e30, [1, 2]])
def test_a_declaration_that_is_no_value_is_refused_by_name(tmp_path: Path, value: object) -> None:
    with pytest.raises(SourceError, match="annual_turnover"):
        folder.load(write(tmp_path, declared={"annual_turnover": value}))


@pytest.mark.parametrize("about", [{"name": "云泽市白露家电有限公司"}, {"uscc": "91990100MA0QH0002X"}])
def test_a_record_about_somebody_else_is_refused(tmp_path: Path, about: dict[str, str]) -> None:
    applicant = {"name": "云泽市青禾塑料制品有限公司", "uscc": "91990100MA0QH0001X"}
    with pytest.raises(SourceError, match="not about"):
        folder.load(write(tmp_path, applicant=applicant, third_party=[{**RECORD, "record": about}]))


def test_a_record_from_after_the_application_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="after the day"):
        folder.load(write(tmp_path, third_party=[{**RECORD, "retrieved": date(2026, 10, 9)}]))


def test_a_file_in_another_encoding_is_refused_with_its_name(tmp_path: Path) -> None:
    path = write(tmp_path) / "application.yaml"
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    with pytest.raises(SourceError, match=r"application\.yaml"):
        folder.load(tmp_path)


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/selfproof.db", tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    """A drop folder in which one application lies."""
    (tmp_path / "drop" / "case" / "documents").mkdir(parents=True)
    write(tmp_path / "drop" / "case")
    (tmp_path / "drop" / "case" / "documents" / "a.xml").write_bytes(b"<EInvoice/>")
    return tmp_path / "drop"


def _drop(place: Path, name: str, **changes: object) -> None:
    content = {**RECORD, "source": "tax", "record": {"annual_sales": 3}, "application": "w1", **changes}
    (place / name).write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def test_an_application_that_is_dropped_is_taken_in_with_its_documents(local: Store, dropped: Path) -> None:
    assert pipeline.take_drop(local, dropped) == 1
    assert [upload.name for upload in local.uploads("w1")] == ["a.xml"]
    assert {job.task for job in local.open_jobs("w1")} == {Task.READ, Task.DECIDE}
    assert [path.name for path in (dropped / "done").iterdir()] == ["case"]
    assert pipeline.take_drop(local, dropped) == 0


def test_a_record_that_is_dropped_stands_for_what_its_source_said_before(local: Store, dropped: Path) -> None:
    pipeline.take_drop(local, dropped)
    for day, sales in ((1, 100), (8, 200)):
        _drop(dropped, f"tax-{day}.json", retrieved=date(2026, 10, day), record={"annual_sales": sales})
    assert pipeline.take_drop(local, dropped) == 2
    values = [fact.value for fact in local.people.with_consent("w1").facts if fact.name == "tax.annual_sales"]
    assert values == [Decimal(200)]
    assert [record.source for record in local.records("w1")] == ["platform", "tax", "tax"]
    assert local.people.consents("w1")[-1].source == "tax", "its authorisation is a consent"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"application": "nobody"}, "nobody"),
        ({"licence": ""}, "licence"),
        ({"retrieved": date(2027, 1, 1)}, "after the day"),
        ({"record": {"name": "云泽市白露家电有限公司"}}, "not about"),
        ({"record": "all of it"}, "dictionary"),
    ],
)
def test_a_record_that_may_not_be_used_is_set_aside_with_the_reason(
    local: Store, dropped: Path, changes: dict[str, object], reason: str
) -> None:
    pipeline.take_drop(local, dropped)
    _drop(dropped, "tax.yaml", **changes)
    assert pipeline.take_drop(local, dropped) == 1
    assert reason in (dropped / "refused" / "tax.yaml.reason.txt").read_text("utf-8")
    assert "tax" not in {record.source for record in local.records("w1")}


def test_what_is_still_being_written_is_left_alone(local: Store, dropped: Path) -> None:
    (dropped / "case").rename(dropped / "case.part")
    _drop(dropped, ".tax.yaml")
    (dropped / "notes.txt").touch()
    assert pipeline.take_drop(local, dropped) == 0
    assert pipeline.take_drop(local, dropped / "missing") == 0


def test_two_of_one_name_both_stay(local: Store, dropped: Path) -> None:
    pipeline.take_drop(local, dropped)
    for _ in range(2):
        _drop(dropped, "tax.yaml")
        pipeline.take_drop(local, dropped)
    assert {path.name for path in (dropped / "done").iterdir()} == {"case", "tax.yaml", "tax-1.yaml"}
