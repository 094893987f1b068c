"""How a question goes out: the ordinary way, and what a vendor needs to go another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import httpx2

from selfproof.sources.inquiry import Question

AUTHORISATION: Final = "X-Authorisation"
"""The header that names the applicant's consent, for the source's own records: a reference, since headers are ASCII."""


@dataclass(frozen=True, slots=True)
class Way:
    """An open line to a source. client: with its base URL and timeout; authorisation: a reference of the consent."""

    client: httpx2.Client
    key: str = field(repr=False)
    authorisation: str


Build: TypeAlias = Callable[[Way, Question], httpx2.Request]
"""Makes the request of one try anew, so that a vendor may sign it with the time."""


def posted(path: str) -> Build:
    """The ordinary way: what is asked as a JSON body, the key as a bearer token."""

    def build(way: Way, question: Question) -> httpx2.Request:
        headers = {"Authorization": f"Bearer {way.key}", AUTHORISATION: way.authorisation}
        return way.client.build_request("POST", path, json=dict(question.asked), headers=headers)

    return build
