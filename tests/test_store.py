"""The store keeps and gives back, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from selfproof.model import Applicant, Application
from selfproof.store import Store


@pytest.fixture
def store(database_url: sa.URL, tmp_path: Path) -> Iterator[Store]:
    with Store.open(database_url, tmp_path / "home") as opened:
        yield opened


def test_x(store: Store) -> None:
    app = Application("a1", Applicant("甲", "1"), date(2026, 1, 1), "shop", "x", Decimal("1.50"))
    store.save_application(app)
    assert store.application("a1") == app
    r = store.receive("a1", b"abc", "x.pdf")
    assert not r.duplicate
    assert store.receive("a1", b"abc", "x.pdf").duplicate
    assert store.original("a1", r.upload) == b"abc"
    store.erase("a1")
