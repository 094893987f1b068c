"""What people say, as facts: who and when stand in the provenance (origin ``role:account``, version the instant).

An owner's word on a document is a declaration (origin ``declaration:account``): `selfproof.credit` believes the
document no further than one until a reviewer accepts it. What is said about the case and not about the business
(``request.*``, ``release.*``) never reaches the checks or the decision (`selfproof.pipeline.known_facts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from selfproof.access.rules import Role
from selfproof.access.session import Session
from selfproof.model import Fact, Ledger, Method, Place, Provenance, Value

REVIEW, NEW_UPLOAD, RELEASE = "document.review", "request.new_upload", "release.amount"
NOTE = "request.note"


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who says something now."""

    session: Session
    at: datetime

    def say(
        self, name: str, value: Value, *, document: str = "", place: Place | None = None, original: str = ""
    ) -> Fact:
        """One fact. original: what was read where it is corrected, the decision that is meant, or a reason."""
        role = "declaration" if self.session.role is Role.OWNER else self.session.role
        where = Provenance(
            Method.HUMAN, f"{role}:{self.session.account}", document, place or Place(), self.at.isoformat()
        )
        return Fact(name, value, original, Ledger.SELF, where)

    def correct(self, read: Fact, value: Value) -> Fact:
        """Another value for a fact, at the same place; the printed text stays beside it."""
        where = read.provenance
        return self.say(read.name, value, document=where.document, place=where.place, original=read.original)

    def declare(self, values: Mapping[str, Value]) -> tuple[Fact, ...]:
        """Declarations by field, without ``declaration.``."""
        return tuple(self.say(f"declaration.{name}", value, original=str(value)) for name, value in values.items())


def released(facts: Iterable[Fact], decision_id: str) -> tuple[set[str], Decimal]:
    """Who released the limit of a decision, and the amount."""
    found = [fact for fact in facts if fact.name == RELEASE and fact.original == decision_id]
    amounts = [fact.value for fact in found if isinstance(fact.value, Decimal)]
    return {fact.provenance.origin for fact in found}, min(amounts, default=Decimal(0))
