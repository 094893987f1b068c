"""What is still open between an owner and the reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from selfproof.access.facts import NEW_UPLOAD
from selfproof.lifecycle import withdrawals
from selfproof.model import Fact
from selfproof.store import Upload
from selfproof.store.queue import ASKED, CLOSED


def asked(facts: Sequence[Fact]) -> str:
    """The words with which a person was asked for after the case was last closed; empty when nobody asks."""
    said = [fact for fact in facts if fact.name in {ASKED, CLOSED}]
    return str(said[-1].value) if said and said[-1].name == ASKED else ""


def wanted(facts: Sequence[Fact], uploads: Sequence[Upload]) -> tuple[Fact, ...]:
    """The requests for a better copy that no upload has followed, one for each document that was not withdrawn."""
    gone = withdrawals.standing(facts)
    asks = [
        fact for fact in facts if fact.name == NEW_UPLOAD and withdrawals.file_of(fact.provenance.document) not in gone
    ]
    newest = max((upload.received for upload in uploads), default=None)
    late = [ask for ask in asks if newest is None or datetime.fromisoformat(ask.provenance.version) > newest]
    return tuple({ask.provenance.document: ask for ask in late}.values())
