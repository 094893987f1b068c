"""An owner whose first paper is a neighbour's: the business is asked about it, and has a better one at hand."""

from __future__ import annotations

from pathlib import Path

from selfproof import pipeline
from selfproof.access import Role, people
from selfproof.store import Store
from tests.people_samples import desk
from tests.test_review_page import APPLICATION, statement

NAME = "样例小满塑料厂"
OWN = statement(NAME, 60_000)
"""A year of the business's own receipts."""


def talk(store: Store, folder: Path, owner: str) -> str:
    """The application, decided on the neighbour's statement alone; its owner's account is made if missing."""
    (folder / "documents").mkdir(parents=True)
    text = APPLICATION.format(id="A-talk", name=NAME, base=30_000, receipts=680_000)
    (folder / "application.yaml").write_text(text, "utf-8")
    (folder / "documents" / "朋友的流水.csv").write_bytes(statement("样例隔壁五金店", 20_000))
    application = pipeline.assess(store, folder).application.id
    account = desk(store, owner, Role.OWNER).session.account
    store.people.give(application, account, people.by_system("give", application))
    return application
