"""A licence as an app shows it: each label on a line of its own, its value on the lines below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractors import _license_table as table
from selfproof import layout
from selfproof.model import Page, Word

_FEWEST = 4  # labels that stand so: on a printed form one may lose the value beside it
_NEAR = 1.6  # heights of white between a label and its value, or two lines of one
_EDGE = 2.0  # heights by which they may begin apart


def values(page: Page) -> Iterator[tuple[str, tuple[Word, ...]]]:
    """What stands below each label that is alone on its line, where enough of them do."""
    lines = layout.rows(page.words)
    named = [_field(line) for line in lines]
    found = [(field, _below(page, lines, named, at)) for at, field in enumerate(named) if field]
    whole = [(field, words) for field, words in found if words]
    yield from whole if len(whole) >= _FEWEST else ()


def _field(line: Sequence[Word]) -> str | None:
    """The field of a line that is a label and nothing else."""
    return table.labels().get(layout.squash(line[0].text).rstrip(":")) if len(line) == 1 else None


def _below(page: Page, lines: Sequence[Sequence[Word]], named: Sequence[str | None], at: int) -> tuple[Word, ...]:
    above, kept = lines[at][0], list[Word]()
    height = above.height
    edge = _EDGE * height * page.height / (page.width or 1.0)
    for line, field in zip(lines[at + 1 :], named[at + 1 :], strict=True):
        first = line[0]
        apart = first.box[1] - above.box[3] > _NEAR * height or abs(first.box[0] - above.box[0]) > edge
        if field or apart or len(line) > 1:
            break
        kept.append(first)
        above = first
    return tuple(kept)
