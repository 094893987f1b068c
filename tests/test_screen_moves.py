"""A month's list of movements on a phone's page, proved by the sums that its head says."""

from __future__ import annotations

import pytest

from extractors import _moves
from selfproof.model import Value, Word, box_quad


def _told(*lines: tuple[str, str]) -> dict[str, Value]:
    """What the list tells; each line's left and right text, from above."""
    words = [
        Word(text, box_quad((left, 0.05 * (place + 1), left + 0.3, 0.05 * (place + 1) + 0.03)), 0.97)
        for place, line in enumerate(lines)
        for left, text in zip((0.05, 0.6), line, strict=True)
        if text
    ]
    return {item.name: item.value for item in _moves.derive(words, {})}


_MONTH = ("2025年10月", "")
_LINES = (
    ("青禾菜场", "-46.50"),
    ("10-29 18:20 二维码", ""),
    ("样*", "+1,550.00"),
    ("10-02 11:15 转账收款", ""),
)


def test_two_figures_without_names_are_the_sums_that_the_movements_add_up_to() -> None:
    told = _told(_MONTH, ("¥46.50", "入¥1.550.00"), *_LINES)
    assert (told["n_transactions"], str(told["total_in"]), str(told["total_out"])) == (2, "1550.00", "46.50")
    assert (str(told["first_date"]), str(told["last_date"])) == ("2025-10-02", "2025-10-29")


@pytest.mark.parametrize(
    "head", [("¥46.50", "入¥1,560.00"), ("入¥46.50", "出¥1,550.00"), ("¥46.50", "¥46.50"), ("¥46.50", "")]
)
def test_figures_that_the_movements_do_not_add_up_to_tell_nothing(head: tuple[str, str]) -> None:
    assert _told(_MONTH, head, *_LINES) == {}


def test_a_list_that_is_cut_off_tells_nothing() -> None:
    assert _told(_MONTH, ("¥46.50", "入¥1,550.00"), *_LINES[:2]) == {}


_HEAD = (("10月 2025", ""), ("支出 ¥46.50", "收入 ¥1,550.00"))


def test_a_line_that_moves_nothing_is_none_of_the_sums_and_leaves_their_number_open() -> None:
    still = (("余额宝转入", "500.00"), ("投资理财·不计收支", ""), ("10-12 21:40", ""))
    told = _told(*_HEAD, *_LINES[:2], *still, *_LINES[2:])
    assert {name: str(day) for name, day in told.items()} == {"first_date": "2025-10-02", "last_date": "2025-10-29"}


def test_a_line_that_moves_nothing_on_the_last_day_leaves_that_open() -> None:
    still = (("余额宝转入", "500.00"), ("投资理财·不计收支", ""), ("10-30 21:40", ""))
    assert {*_told(*_HEAD, *still, *_LINES)} == {"first_date"}
    assert _told(*_HEAD, still[0], still[2], *_LINES) == {}
