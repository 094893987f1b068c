"""The nouns of asking: a question, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from selfproof.tagged import content_id


class Outcome(StrEnum):
    """How a question ended. Only ANSWERED gives facts; all others confirm nothing."""

    ANSWERED = "answered"
    UNKNOWN_THERE = "unknown_there"  # the source does not know whom or what we asked about
    DOWN = "down"  # no answer in time, or none at all, after all tries
    GARBLED = "garbled"  # an answer that cannot be, or about somebody else
    REFUSED = "refused"  # our key or the authorisation was not accepted
    AGAIN = "again"  # not asked: a person wants it asked anew, and until then the last answer stands
    SPENT = "spent"  # no call on this subject is left today, by our count or the source's
    CLOSED = "closed"  # all the calls to this source that a day may have are used up


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask one source. subject: what it is about, "" for the applicant as a whole.

    asked: the body to send, by field; documents: ids of the papers that stand or fall with the answer.
    """

    source: str
    subject: str
    asked: Mapping[str, str]
    documents: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """A hash of what is asked: another reading of the same paper is another question."""
        return content_id(self.source, self.subject, dict(self.asked))
