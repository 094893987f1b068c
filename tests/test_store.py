"""The store keeps and gives back, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from selfproof.access import people
from selfproof.errors import NotFound, StoreError
from selfproof.model import Extraction
from selfproof.store import Record, State, Store, decision_json
from tests import store_samples as samples


def test_the_newest_version_of_an_application_comes_back_as_it_was_given(store: Store) -> None:
    first = samples.application()
    store.save_application(first)
    store.save_application(first)
    later = replace(first, existing_limit=Decimal("120000.50"))
    store.save_application(later)
    assert store.application("A-1") == later
    assert store.applications() == ("A-1",)
    assert _count(store, "application_versions") == 2


def test_an_unknown_application_is_not_found_by_any_method(store: Store) -> None:
    asks = [store.application, store.uploads, store.facts, store.findings, store.records, store.decisions, store.erase]
    for ask in asks:
        with pytest.raises(NotFound, match="no application ghost"):
            ask("ghost")
    with pytest.raises(NotFound):
        store.receive("ghost", b"data", "a.pdf")
    with pytest.raises(NotFound):
        store.add_facts("ghost", samples.facts())
    assert not list((store.home / "originals").iterdir()), "nothing is kept for nobody"


def test_an_upload_is_on_disk_under_its_hash_and_waits_to_be_read(store: Store) -> None:
    store.save_application(samples.application())
    receipt = store.receive("A-1", b"bytes", "../营业\x00执照.jpg")
    document = hashlib.sha256(b"bytes").hexdigest()
    path = store.home / "originals" / document[:2] / document
    assert (receipt.document, receipt.duplicate, path.read_bytes()) == (document, False, b"bytes")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600, "only its owner may look"
    upload = store.upload("A-1", receipt.upload)
    assert (upload.name, upload.size, upload.state) == ("../营业执照.jpg", 5, State.RECEIVED)
    assert store.waiting() == store.uploads("A-1") == (upload,)
    assert store.original("A-1", receipt.upload) == b"bytes"


def test_the_same_file_twice_in_an_application_is_one_upload_and_no_error(store: Store) -> None:
    store.save_application(samples.application())
    first = store.receive("A-1", b"bytes", "a.jpg")
    second = store.receive("A-1", b"bytes", "again.jpg")
    assert second == replace(first, duplicate=True)
    assert len(store.uploads("A-1")) == 1


def test_an_upload_is_reached_only_through_its_own_application(store: Store) -> None:
    for key in ("A-1", "A-2"):
        store.save_application(samples.application(key))
    mine, theirs = store.receive("A-1", b"shared", "a.pdf"), store.receive("A-2", b"shared", "b.pdf")
    assert (mine.document, mine.upload != theirs.upload) == (theirs.document, True)
    for stranger in (theirs.upload, mine.document, ""):
        with pytest.raises(NotFound):
            store.original("A-1", stranger)
        with pytest.raises(NotFound):
            store.extractions("A-1", stranger, "v1")


def test_a_damaged_original_is_reported_and_mended_by_uploading_it_again(store: Store) -> None:
    store.save_application(samples.application())
    receipt = store.receive("A-1", b"whole", "a.pdf")
    path = store.home / "originals" / receipt.document[:2] / receipt.document
    path.write_bytes(b"who")
    with pytest.raises(StoreError, match="damaged"):
        store.original("A-1", receipt.upload)
    path.unlink()
    with pytest.raises(NotFound):
        store.original("A-1", receipt.upload)
    assert store.receive("A-1", b"whole", "a.pdf").duplicate
    assert store.original("A-1", receipt.upload) == b"whole"


def test_facts_come_back_equal_in_order_and_once(store: Store) -> None:
    store.save_application(samples.application())
    kept = samples.facts()
    store.add_facts("A-1", kept)
    unsure = samples.fact("vat_invoice.total_amount", Decimal("11300.00"), confidence=0.5)
    new = samples.fact("vat_invoice.net_amount", Decimal("10000.00"))
    assert store.add_facts("A-1", (new, unsure, kept[2], new)) == (new, kept[0], kept[2])
    assert store.facts("A-1") == (*kept, new), "the first reading of equal facts stays"


def test_a_document_is_looked_at_once_for_all_who_hold_it(store: Store) -> None:
    for key in ("A-1", "A-2"):
        store.save_application(samples.application(key))
    mine, theirs = (store.receive(key, b"csv", "a.csv") for key in ("A-1", "A-2"))
    rows = (("日期", "金额"), (), ("2026-03-01",), ("", "1.00", "x"))
    found = (
        Extraction(mine.document, "bank_statement", 0.875, samples.facts(), 0, rows),
        Extraction(mine.document, "unknown", 0.1, (), 1),
        Extraction(mine.document, "unknown", 0.1, (), 2, ((),)),
    )
    assert store.extractions("A-1", mine.upload, "v1") is None
    store.save_extractions("A-1", mine.upload, "v1", found)
    store.save_extractions("A-2", theirs.upload, "v1", ())
    assert store.extractions("A-2", theirs.upload, "v1") == found
    assert store.extractions("A-2", theirs.upload, "v2") is None


def test_pictures_of_pages_are_reached_only_through_their_own_upload(store: Store) -> None:
    samples.fill(store)
    samples.fill(store, "A-2", data=b"other")
    (upload,) = store.uploads("A-1")
    store.save_page_image("A-1", upload.id, 1, b"RIFF newer")
    assert store.page_image("A-1", upload.id, 1) == b"RIFF newer"
    for application, number in (("A-1", 2), ("A-2", 1)):
        with pytest.raises(NotFound):
            store.page_image(application, upload.id, number)


def test_missing_statement_rows_are_an_error_and_not_an_empty_statement(store: Store) -> None:
    samples.fill(store)
    (upload,) = store.uploads("A-1")
    (path,) = (store.home / "rows").glob("*/*.parquet")
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(StoreError, match="statement rows"):
        store.extractions("A-1", upload.id, "v1")


def test_third_party_records_are_kept_verbatim(store: Store) -> None:
    store.save_application(samples.application())
    text = '{"b": 1.0,\n "a": "\\u0000", "金额": 1e3}'
    record = Record("platform", "licence", "authorisation", samples.application().as_of, text)
    assert store.save_record("A-1", record) == store.save_record("A-1", record)
    assert store.records("A-1") == (record,)


def test_the_last_run_of_the_checks_counts_and_older_findings_stay(store: Store) -> None:
    store.save_application(samples.application())
    assert store.findings("A-1") == ()
    first = samples.findings(samples.facts())
    old = store.save_findings("A-1", first)
    assert store.save_findings("A-1", first) == old
    assert _count(store, "verifications") == 1, "nothing new was found"
    store.save_findings("A-1", ())
    assert store.findings("A-1") == ()
    assert store.save_findings("A-1", first[::-1]) == old[::-1]
    assert store.findings("A-1") == first[::-1]


def test_a_decision_replays_from_what_it_rested_on_then(store: Store) -> None:
    key = samples.fill(store)
    kept, found = samples.facts(), samples.findings(samples.facts())
    store.save_application(replace(samples.application(), industry="别的行业"))
    store.add_facts("A-1", [samples.fact("vat_invoice.net_amount", Decimal(1))])
    store.save_findings("A-1", ())
    replay = store.replay_inputs(key)
    assert replay[:4] == (samples.application(), kept, found, samples.POLICY)
    assert replay.decision == decision_json(samples.decision(kept)) == decision_json(store.decision(key))
    assert store.decision(key) == samples.decision(kept)


def test_facts_and_findings_of_a_decision_keep_the_order_in_which_they_were_used(store: Store) -> None:
    samples.fill(store)
    kept = samples.facts()
    ids = [fact.id for fact in kept][::-1]
    findings = store.save_findings("A-1", samples.findings(kept))[::-1]
    key = store.save_decision(samples.decision(kept), fact_ids=ids, finding_ids=findings, policy_text=samples.POLICY)
    replay = store.replay_inputs(key)
    assert replay.facts == kept[::-1]
    assert replay.findings == samples.findings(kept)[::-1]


def test_the_same_decision_made_again_is_one_decision_until_another_comes_between(store: Store) -> None:
    first = samples.fill(store)
    assert samples.fill(store) == first
    kept = samples.facts()
    ids = [fact.id for fact in kept]
    other = samples.decision(kept, recommended="400000")
    second = store.save_decision(other, fact_ids=ids, finding_ids=(), policy_text=samples.POLICY)
    assert samples.fill(store) == first
    assert store.decisions("A-1") == (first, second, first)


def test_a_decision_cannot_rest_on_what_is_not_kept(store: Store) -> None:
    samples.fill(store)
    made = samples.decision(samples.facts())
    with pytest.raises(NotFound, match="no fact nothing"):
        store.save_decision(made, fact_ids=["nothing"], finding_ids=(), policy_text="x")
    with pytest.raises(NotFound, match="no finding nothing"):
        store.save_decision(made, fact_ids=(), finding_ids=["nothing"], policy_text="x")
    with pytest.raises(NotFound):
        store.decision("nothing")
    with pytest.raises(NotFound):
        store.replay_inputs("nothing")
    assert len(store.decisions("A-1")) == 1


def test_checks_see_marks_of_other_applicants_but_not_of_the_same_one(store: Store) -> None:
    store.save_application(samples.application("mine"))
    store.save_application(samples.application("renewal"))
    store.save_application(samples.application("theirs", uscc="", name="另一家样例商行"))
    for key, document in (("mine", "d1"), ("renewal", "d2"), ("theirs", "d3")):
        store.add_fingerprints(key, [(document, "vat_invoice:42")] * 2)
        store.likeness.add(key, [(document, f"{document:0>64}")])
    assert store.lookup("mine").others("vat_invoice:42") == ("d3",)
    assert store.lookup("mine").others("vat_invoice:43") == ()
    assert store.lookup("theirs").others("vat_invoice:42") == ("d1", "d2")
    assert store.lookup("renewal").photos() == (("d3", f"{'d3':0>64}"),)


def test_no_key_is_kept_in_the_clear(store: Store) -> None:
    samples.fill(store)
    with store.engine.begin() as connection:
        marks = connection.execute(sa.text("SELECT mark FROM fingerprints")).scalars().all()
    assert [len(mark) for mark in marks] == [64]
    assert hashlib.sha256(b"vat_invoice:00000042").hexdigest() not in marks


def test_the_key_is_made_once_for_its_owner_only(store: Store, database_url: sa.URL) -> None:
    path = store.home / "fingerprint.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with Store.open(database_url, store.home) as again:
        assert again.key == store.key == path.read_bytes()
    assert store.key.hex() not in repr(store)
    assert str(store.key) not in repr(store) + repr(store.lookup("A-1"))


def test_a_key_that_is_lost_is_not_quietly_replaced_by_another(store: Store, database_url: sa.URL) -> None:
    samples.fill(store)
    store.people.note(people.by_system("look", "anything"))
    (store.home / "fingerprint.key").rename(store.home / "kept.key")
    with pytest.raises(StoreError, match="put it back"), Store.open(database_url, store.home):
        pass
    (store.home / "kept.key").rename(store.home / "fingerprint.key")
    with Store.open(database_url, store.home) as again:
        assert again.key == store.key


def test_by_default_the_store_lives_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELFPROOF_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("SELFPROOF_DATABASE", raising=False)
    with Store.open() as store:
        store.save_application(samples.application())
    database = tmp_path / "data" / "selfproof.db"
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    monkeypatch.setenv("SELFPROOF_DATABASE", f"sqlite:///{database}")
    with Store.open() as store:
        assert store.applications() == ("A-1",)


def _count(store: Store, table: str) -> int:
    with store.engine.begin() as connection:
        return connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608  our own names
