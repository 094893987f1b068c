"""Photos are compared once, when they come; what others show stays unread unless it is like one's own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from selfproof.matching.likeness import BITS, apart, prints
from selfproof.store import Store, portfolio
from selfproof.store.engine import writing
from selfproof.store.schema import photo_likes
from tests import store_samples as samples

_PLAIN, _TURNED, _OTHER = "0f" * 32, "3c" * 32, "c3a5" * 16


def _bits(text: str, count: int) -> str:
    """The hash with so many of its first bits turned over."""
    return f"{int(text, 16) ^ ((1 << 256) - (1 << (256 - count))):064x}"


@pytest.fixture
def shown(quick: Store) -> Store:
    """Three applicants with a photo each, of which none is like another."""
    for place, (key, pdq) in enumerate({"A-1": _PLAIN, "A-2": _OTHER, "A-3": "00" * 32}.items()):
        quick.save_application(samples.application(key, uscc=f"91330000TEST{place:06}", name=f"样例{place}"))
        quick.likeness.add(key, [(f"{key}.jpg", pdq)], [(f"{key}.jpg", _TURNED if key == "A-1" else "")])
    return quick


def _told(store: Store) -> dict[str, str]:
    return portfolio.told(store.rescores.portfolio())


def test_bits_are_counted_to_the_nearest_hash_of_one() -> None:
    others = prints(_PLAIN + _bits(_PLAIN, 5) + _OTHER)
    assert apart(prints(_bits(_PLAIN, 7) + _OTHER), others).tolist() == [7, 2, 0]
    assert apart(prints(""), others).tolist() == [BITS] * 3


def test_a_new_photo_concerns_only_those_that_show_one_like_it(shown: Store) -> None:
    before = _told(shown)
    assert before == {}
    shown.save_application(samples.application("A-4", uscc="91330000TEST000009", name="样例九"))
    shown.likeness.add("A-4", [("new.jpg", _bits("ff" * 32, 3))])
    assert _told(shown) == before, "like none"
    shown.likeness.add("A-4", [("same.jpg", _bits(_OTHER, 64))])
    assert set(_told(shown)) == {"A-2", "A-4"}
    assert shown.lookup("A-2").photos() == (("same.jpg", _bits(_OTHER, 64)),)
    assert shown.lookup("A-1").photos() == ()
    shown.erase("A-4")
    assert _told(shown) == before


def test_a_photo_is_known_again_by_the_orientations_of_the_one_that_was_there(shown: Store) -> None:
    shown.save_application(samples.application("A-4", uscc="91330000TEST000009", name="样例九"))
    shown.likeness.add("A-4", [("turned.jpg", _bits(_TURNED, 30))])
    for key in ("A-1", "A-4"):
        beside = shown.rescores.portfolio().beside(shown.application(key))
        assert beside.photos() == shown.lookup(key).photos() != ()


def test_a_renewal_by_the_same_applicant_is_like_it_and_no_other(shown: Store) -> None:
    shown.save_application(samples.application("A-5", uscc="91330000TEST000001", name="样例1"))
    shown.likeness.add("A-5", [("again.jpg", _OTHER)])
    assert shown.lookup("A-5").photos() == ()
    assert shown.rescores.portfolio().beside(shown.application("A-5")).photos() == ()


def test_photos_of_an_older_store_are_compared_by_the_first_who_asks(shown: Store) -> None:
    shown.likeness.add("A-3", [("same.jpg", _OTHER)])
    found = _told(shown)
    assert shown.likeness.waiting() == ()
    with writing(shown.engine) as connection:
        connection.execute(sa.delete(photo_likes))
    assert shown.lookup("A-2").photos() == (
        ("A-1.jpg", _PLAIN),
        ("A-3.jpg", "00" * 32),
        ("same.jpg", _OTHER),
    ), "until then a check is told of all"
    assert sorted(shown.likeness.waiting()) == ["A-1", "A-2", "A-3"]
    for key in shown.likeness.waiting():
        shown.likeness.compare(key)
    assert _told(shown) == found


def test_a_photo_with_another_hash_is_compared_once_more(shown: Store) -> None:
    shown.likeness.add("A-1", [("A-1.jpg", _OTHER)])
    assert set(_told(shown)) == {"A-1", "A-2"}
