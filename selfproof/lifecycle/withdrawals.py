"""Files that their owner has taken back: kept, and used no more from then on.

What an owner says is an event beside the file (`WITHDRAWN`, `RESTORED`); each decision takes from the last word what it
says of every document in the file (``document.withdrawn``), as far as it was read by then. A paper that was withdrawn
proves nothing and bears out no other; what speaks against its owner goes on doing so (credit-method, section 2): stops,
contradictions and debts stay until a reviewer has looked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from selfproof.model import Fact
from selfproof.store import Store, Upload
from selfproof.store.queue import RESTORED, WITHDRAWN

SIGNAL: Final = "document.withdrawn"
"""What a decision is told of a document, with the day as its value."""


def said(store: Store, application: str) -> tuple[Fact, ...]:
    """What its owner said of withdrawals, in order; cheap enough to be asked every second."""
    return store.facts(application, WITHDRAWN, RESTORED)


def standing(said: Iterable[Fact], still: Collection[str] = ()) -> dict[str, Fact]:
    """The word that holds of each file that is withdrawn, by the file's own hash.

    still: files whose return has to wait (`selfproof.lifecycle.tries`), so that the word before holds.
    """
    last: dict[str, Fact] = {}
    for fact in said:
        document = fact.provenance.document
        if fact.name == WITHDRAWN:
            last[document] = fact
        elif fact.name == RESTORED and document not in still:
            last.pop(document, None)
    return last


def since(said: Iterable[Fact], uploads: Iterable[Upload]) -> dict[str, datetime]:
    """Since when each upload that is withdrawn is so, by its id."""
    gone = standing(said)
    return {
        item.id: datetime.fromisoformat(gone[item.document].provenance.version)
        for item in uploads
        if item.document in gone
    }


def signals(gone: dict[str, Fact], documents: Iterable[str]) -> Iterator[Fact]:
    """What a decision is told of these documents. gone: of `standing`."""
    for document in dict.fromkeys(documents):
        word = gone.get(file_of(document))
        if word is not None:
            yield replace(word, name=SIGNAL, provenance=replace(word.provenance, document=document))


def used(facts: Collection[Fact]) -> list[Fact]:
    """The facts but for those of documents that are withdrawn: third parties are not asked about these."""
    gone = {fact.provenance.document for fact in facts if fact.name == SIGNAL}
    return [fact for fact in facts if fact.provenance.document not in gone]


def file_of(document: str) -> str:
    """The file that a document lies in."""
    return document.partition("#")[0]
