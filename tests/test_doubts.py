"""A decision that asks for nobody comes to a person all the same when it rests on faint print or lacks a key field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from selfproof.access import Desk, Role
from selfproof.access.sieve import ORDERS, View
from selfproof.credit import policy as policies
from selfproof.credit.doubts import BLANK, FAINT, key_fields, marks
from selfproof.model import Decision, Fact, Ledger, Method, Place, Provenance
from selfproof.store import Store, queue
from tests import store_samples
from tests.people_samples import about, desk, following

INVOICE = dict.fromkeys(key_fields()["vat_invoice"], "样例") | {"total_amount": Decimal(11300)}


def read(sure: float = 0.999, without: str = "", method: Method = Method.OCR) -> tuple[Fact, ...]:
    """The key fields of one invoice as they were read."""
    where = Provenance(method, "vat_invoice", "doc", Place(1, (0.1, 0.2, 0.3, 0.25)), "v1", sure)
    return tuple(
        Fact(f"vat_invoice.{name}", value, str(value), Ledger.SELF, where)
        for name, value in INVOICE.items()
        if name != without
    )


def decided(facts: tuple[Fact, ...], *, level: int = 3, effect: int = 200_000) -> Decision:
    """A decision whose one step rests on the first of the facts."""
    plain = store_samples.decision(facts)
    step = replace(plain.reasons[0], effect=Decimal(effect), facts=(facts[0].id,))
    return replace(plain, reasons=(step,), levels={"doc": level}, review=())


def test_faint_print_counts_where_a_limit_was_moved_by_it_and_no_person_has_said_it() -> None:
    assert marks(decided(read()), read()) == ()
    faint = read(0.7)
    assert marks(decided(faint), faint) == (FAINT,)
    assert marks(decided(faint, effect=0), faint) == ()
    said = read(0.7, method=Method.HUMAN)
    assert marks(decided(said), said) == ()


def test_a_key_field_is_missed_on_papers_that_count_until_somebody_fills_it_in() -> None:
    facts = read(without="total_amount")
    assert marks(decided(facts), facts) == (BLANK,)
    assert marks(decided(facts, level=0), facts) == ()
    filled = (*facts, *(fact for fact in read(method=Method.HUMAN) if fact.name == "vat_invoice.total_amount"))
    assert marks(decided(facts), filled) == ()


def waits(store: Store, owner: Desk, amount: int, *given: str) -> str:
    """An application whose limit holds, decided so high and marked so."""
    name = owner.create(about()).id
    made = store_samples.decision(read(), recommended=str(amount), key=name)
    store.save_decision(made, fact_ids=(), finding_ids=(), policy_text=policies.text("standard"), marks=given)
    return name


def test_a_marked_case_waits_with_its_reason_until_it_is_closed(quick: Store) -> None:
    owner, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    name = waits(quick, owner, 300_000, FAINT, BLANK)
    (row,) = rui.review.queue(view=View("faint")).rows
    assert [why.kind for why in row.why] == [FAINT, BLANK]
    assert rui.review.queue(view=View("blank")).wanted == 1
    assert rui.review.queue(view=View("contradiction")).wanted == 0
    rui.review.close(name)
    assert rui.review.queue().total == 0


def test_the_queue_and_the_next_case_follow_amount_or_waiting_and_one_reason(quick: Store) -> None:
    owner, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    amounts = {"middle": 500_000, "large": 900_000, "small": 100_000}
    names = {waits(quick, owner, amount, FAINT if said == "large" else BLANK): said for said, amount in amounts.items()}
    wanted = {
        "": "middle large small", "amount_down": "large middle small", "amount_up": "small middle large",
        "age_down": "middle large small", "age_up": "small large middle",
    }  # fmt: skip
    assert set(wanted) == set(ORDERS)
    for order, said in wanted.items():
        rows = rui.review.queue(view=View(order=order)).rows
        assert " ".join(names[row.waiting.application] for row in rows) == said, order
    by_name = {said: name for name, said in names.items()}
    assert following(rui, by_name["large"], View(order="amount_down")) == by_name["middle"]
    assert rui.review.upcoming(by_name["middle"], View("blank", "amount_down")) == (by_name["small"],)


def test_reasons_that_are_no_longer_kept_are_read_once_more(quick: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    for _ in range(3):
        waits(quick, owner, 300_000, FAINT)
    decided = [row.waiting.decision for row in rui.review.queue().rows]
    monkeypatch.setattr(queue, "_KEPT", 1)
    assert set(quick.people.asks(decided)) == set(quick.people.asks(decided)) == set(decided)
    assert len(queue._asks_of(quick.engine)) == 1


def test_a_case_that_is_left_untouched_is_free_for_a_colleague_and_one_with_a_draft_is_not(quick: Store) -> None:
    owner, rui, shan = desk(quick, "anna", Role.OWNER), *(desk(quick, who, Role.REVIEWER) for who in ("rui", "shan"))
    first, second = (waits(quick, owner, 300_000, FAINT) for _ in range(2))
    for name in (first, second):
        rui.review.claim(name)
    rui.review.keep_draft(second, '{"drafts": {"f": "1"}}')
    for name in (first, second):
        rui.review.let_go(name)
    assert [row.waiting.claimed for row in shan.review.queue().rows] == ["", "rui"]
    rui.review.put_off(first, datetime.now(UTC) + timedelta(days=1), "等对账单")
    assert shan.review.take_next("") == ""
