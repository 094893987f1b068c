"""Nouns survive the store exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfproof.model import (
    Advice,
    Applicant,
    Application,
    Decision,
    Extraction,
    Fact,
    Finding,
    Ledger,
    Message,
    Method,
    Outcome,
    Place,
    Provenance,
    Reason,
)
from selfproof.store.codec import decision_json, dump, load
from tests import store_samples as samples

_texts = st.text(max_size=20)
_money = st.decimals(allow_nan=False, allow_infinity=False)
_shares = st.floats(0, 1)
_instants = st.datetimes(timezones=st.none() | st.just(UTC))
_values = _texts | _money | st.dates() | _instants | st.integers() | st.booleans()
_boxes = st.none() | st.tuples(_shares, _shares, _shares, _shares)
_places = st.builds(Place, st.none() | st.integers(1, 99), _boxes, _texts)
_provenances = st.builds(Provenance, st.sampled_from(Method), _texts, _texts, _places, _texts, _shares, _texts)
_facts = st.builds(Fact, _texts, _values, _texts, st.sampled_from(Ledger), _provenances)
_messages = st.builds(Message, _texts, st.dictionaries(_texts, _texts, max_size=3))
_ids = st.lists(_texts, max_size=3).map(tuple)


def _several(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(tuple)


_findings = st.builds(Finding, _texts, st.sampled_from(Outcome), _texts, st.none() | _messages, _ids, _ids)
_rows = _several(_several(_texts))
_extractions = st.builds(Extraction, _texts, _texts, _shares, _several(_facts), st.integers(0, 9), _rows)
_applicants = st.builds(Applicant, _texts, _texts, _texts, _texts)
_applications = st.builds(
    Application, _texts, _applicants, st.dates(), _texts, _texts, _money.map(abs), _several(_facts)
)
_reasons = st.builds(Reason, _texts, _texts, _money, _messages, _ids)
_advice = st.builds(Advice, _texts, _money, _money, _money, _messages)
_decisions = st.builds(
    Decision,
    application=_texts,
    as_of=st.dates(),
    base=_money,
    recommended=_money,
    effective=_money,
    binding=_texts,
    policy=_texts,
    engine=_texts,
    levels=st.dictionaries(_texts, st.integers(0, 5), max_size=3),
    trace=st.dictionaries(_texts, st.floats(allow_nan=False), max_size=3),
    reasons=_several(_reasons),
    advice=_several(_advice),
    review=_several(_messages),
)


@given(_facts | _findings | _extractions | _applications | _decisions)
def test_every_noun_comes_back_equal_and_is_written_the_same_again(noun: object) -> None:
    text = dump(noun)
    back = load(type(noun), text)
    assert back == noun
    assert dump(back) == text


@given(_facts)
def test_a_fact_keeps_its_id_and_the_type_and_digits_of_its_value(fact: Fact) -> None:
    back = load(Fact, dump(fact))
    assert (back.id, type(back.value), str(back.value)) == (fact.id, type(fact.value), str(fact.value))


@pytest.mark.parametrize("value", ["5", Decimal(5), 5, True, "true", "2026-03-01", date(2026, 3, 1), "decimal:5"])
def test_values_that_look_alike_stay_apart(value: object) -> None:
    fact = samples.fact("a.b", value)  # type: ignore[arg-type]
    back = load(Fact, dump(fact)).value
    assert (type(back), back) == (type(value), value)


def test_one_decision_has_one_spelling() -> None:
    made = samples.decision(samples.facts())
    other = replace(made, levels=dict(reversed(made.levels.items())), trace=MappingProxyType(dict(made.trace)))
    assert decision_json(other) == decision_json(made)
    assert decision_json(replace(made, trace={"x": 1})) == decision_json(replace(made, trace={"x": 1.0}))
    assert decision_json(replace(made, base=Decimal("100000.00"))) != decision_json(made)


def test_a_decision_is_written_without_losing_a_bit_of_a_float() -> None:
    text = decision_json(samples.decision(samples.facts()))
    assert '"credibility":0.30000000000000004' in text
    assert '"recommended":"580000"' in text
