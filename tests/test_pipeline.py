"""The road of a folder: kept before read, records with their papers, refusals before any work."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from selfproof import kept, pipeline
from selfproof.errors import PolicyError
from selfproof.store import State, Store
from selfproof.store.files import document_id

FIXTURES = Path(__file__).parent.parent / "fixtures"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The truck owner with two documents: one sound, one empty."""
    folder = tmp_path / "folder"
    (folder / "documents").mkdir(parents=True)
    shutil.copy(FIXTURES / "applications" / "truck" / "application.yaml", folder)
    shutil.copy(FIXTURES / "vat_invoice" / "einvoice.xml", folder / "documents" / "a.xml")
    (folder / "documents" / "b.pdf").touch()
    return folder


def test_a_file_that_cannot_be_used_is_kept_and_named_and_the_others_are_decided_on(store: Store, small: Path) -> None:
    found = pipeline.assess(store, small)
    assert [(upload.name, upload.state, upload.note) for upload in found.uploads] == [
        ("a.xml", State.READ, ""),
        ("b.pdf", State.FAILED, "empty"),
    ]
    assert store.original(found.application.id, found.uploads[1].id) == b""
    assert found.decision.reasons


def test_third_party_records_are_kept_with_licence_and_authorisation(store: Store, small: Path) -> None:
    application = pipeline.receive_folder(store, small)
    kept = store.records(application.id)
    assert kept
    assert all(record.licence and record.authorisation and record.content for record in kept)


@pytest.mark.parametrize(("paper", "remains"), [("id_card/both_sides.pdf", False), ("lease/shop.pdf", True)])
def test_what_was_recognised_of_an_identity_card_is_kept_nowhere(
    store: Store, small: Path, paper: str, *, remains: bool
) -> None:
    shutil.copy(FIXTURES / paper, small / "documents" / "c.pdf")
    name = document_id((FIXTURES / paper).read_bytes())
    kept.once(name, "line", lambda: "样族")
    pipeline.assess(store, small)
    assert kept.once(name, "line", lambda: "") == ("样族" if remains else "")


def test_assessing_twice_reads_nothing_again_and_decides_the_same(store: Store, small: Path) -> None:
    first, second = pipeline.assess(store, small), pipeline.assess(store, small)
    assert first.decision_id == second.decision_id
    assert store.decisions(first.application.id) == (first.decision_id,)


def test_a_policy_that_does_not_hold_together_is_refused_before_anything_is_taken_in(store: Store, small: Path) -> None:
    (small / "policy.yaml").write_text("levels: [1, 0]", "utf-8")
    with pytest.raises(PolicyError):
        pipeline.assess(store, small, str(small / "policy.yaml"))
    assert store.applications() == ()


def test_a_stored_decision_replays_to_the_same_text(store: Store, small: Path) -> None:
    found = pipeline.assess(store, small)
    kept, anew = pipeline.replay(store, found.decision_id)
    assert kept == anew
