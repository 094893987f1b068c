"""One question over HTTP: in time, a few times with growing waits, within the budget; never more than was asked for.

Nothing here raises for what the other side does: every end is an `Outcome`, and only an answer that its model takes is
ANSWERED.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, TypeAlias

import httpx2
import stamina

from selfproof.sources.inquiry import Outcome, Question
from selfproof.sources.settings import Source
from selfproof.sources.way import Build, Way

_MOST_BYTES: Final = 1_000_000  # of an answer; a year of monthly figures has a few thousand
_LONGEST_WAIT: Final = 30.0  # seconds between two tries
_ENDS: Final = {
    HTTPStatus.NOT_FOUND: Outcome.UNKNOWN_THERE,
    HTTPStatus.UNAUTHORIZED: Outcome.REFUSED,
    HTTPStatus.FORBIDDEN: Outcome.REFUSED,
}


Spend: TypeAlias = Callable[[Question], Outcome | None]


class _Failed(Exception):  # noqa: N818  never leaves this module
    """A try that may be repeated: no answer in time, no connection, too many at once, an error there."""


class _Spent(Exception):  # noqa: N818  the same
    """No call is left today, on this subject or at all."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Reply:
    """How a question ended. content: the answer's text where there is one; calls: how often the source was called."""

    outcome: Outcome
    content: str = ""
    calls: int = 0


@dataclass(slots=True)
class Line:
    """An open line to one source. spend: takes one call from the day's budgets; SPENT or CLOSED where none is left."""

    source: Source
    client: httpx2.Client
    spend: Spend
    calls: int = 0

    def ask(self, build: Build, question: Question, authorisation: str) -> Reply:
        """Ask, several times if need be."""
        before, way = self.calls, Way(self.client, self.source.key, authorisation)
        outcome, content = self._patiently(question, lambda: build(way, question))
        return Reply(outcome, content, self.calls - before)

    def _patiently(self, question: Question, request: Callable[[], httpx2.Request]) -> tuple[Outcome, str]:
        tries = stamina.retry_context(
            on=_Failed,
            attempts=self.source.attempts,
            timeout=None,
            wait_initial=self.source.wait,
            wait_max=_LONGEST_WAIT,
            wait_jitter=self.source.wait,
        )
        try:
            for attempt in tries:
                with attempt:
                    return self._once(question, request)
        except _Spent as spent:
            return spent.outcome, ""
        except _Failed:
            pass
        return Outcome.DOWN, ""

    def _once(self, question: Question, request: Callable[[], httpx2.Request]) -> tuple[Outcome, str]:
        if (left := self.spend(question)) is not None:
            raise _Spent(left)
        self.calls += 1
        until = time.monotonic() + self.source.timeout
        try:
            with closing(self.client.send(request(), stream=True)) as response:
                return _read(response, until)
        except httpx2.TransportError as error:
            raise _Failed from error
        except httpx2.DecodingError:
            return Outcome.GARBLED, ""


def _read(response: httpx2.Response, until: float) -> tuple[Outcome, str]:
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        raise _Failed
    if status != HTTPStatus.OK:
        return _ENDS.get(HTTPStatus(status), Outcome.GARBLED), ""
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if time.monotonic() > until:  # a line that drips keeps every single read within its time
            raise _Failed
        if len(body) > _MOST_BYTES:
            return Outcome.GARBLED, ""
    try:
        return Outcome.ANSWERED, body.decode("utf-8")
    except UnicodeDecodeError:
        return Outcome.GARBLED, ""


@contextmanager
def line(source: Source, spend: Spend) -> Iterator[Line]:
    """A line that is closed at the end of the block. Redirects are not followed: they would carry the key away."""
    client = httpx2.Client(
        base_url=source.base_url,
        headers={"Accept": "application/json"},
        timeout=source.timeout,
        follow_redirects=False,
        trust_env=False,
        proxy=source.proxy,
    )
    with client:
        yield Line(source, client, spend)
