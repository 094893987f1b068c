"""What an owner is told: plain words for everything, and nothing that only staff may know."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from selfproof.access import Role, plain
from selfproof.credit import policy as policies
from selfproof.credit.reasons import BINDING, CODES
from selfproof.model import Advice, Finding, Message, Outcome, Reason
from selfproof.store import Store
from selfproof.texts import say, table
from tests.people_samples import case, desk

STAFF = re.compile(
    r"\b[LESNXPCRU]\d\b|[a-z]_[a-z]|%|第 \d 级|系数|请人工|校验|模型|检测器|置信度|按 .* 计入"
    r"|credited|credibility|contradiction|quartile|uplift|please review"
)


class Filled(dict[str, str]):
    """A value for every blank."""

    def __missing__(self, key: str) -> str:
        return "7"


def every_reason() -> Iterator[Reason]:
    """Each sentence of the credit part, with the step and the code that come with it."""
    values: Mapping[str, str] = {
        name: "7" for sentence in table() if sentence.startswith("reasons.")
        for name in re.findall(r"\{(\w+)\}", table()[sentence][0])
    }  # fmt: skip
    kinds = tuple(policies.load("standard").kinds)
    yield from (
        Reason(code, kind, Decimal(1), Message(f"reasons.{code}", values))
        for kind in (*kinds, "declared", "orders")
        for code in ("E1", "E2", "E3", "E4", "E5", "E9", "X1")
    )
    yield from (Reason(code, "binding", Decimal(1), Message(f"reasons.{code}", values)) for code in BINDING.values())
    yield from (Reason(code, step, Decimal(1), Message(f"reasons.{step}", values)) for step, code in CODES.items())
    yield Reason("E6", "third_party", Decimal(1), Message("reasons.no_third_party", values))
    yield Reason("X1", "tax", Decimal(-1), Message("reasons.withdrawn", {"kind": "tax"}))
    yield from (Reason(f"S{n}", "some_check", Decimal(0), Message(f"reasons.S{n}", values)) for n in range(1, 10))
    yield from (Reason(f"X{n}", "some_check", Decimal(0), Message(f"reasons.X{n}", values)) for n in range(2, 6))
    for step in ("days", "own_funds", "growth", "related", "debts"):
        key = step if step in ("related", "debts") else f"assumed_{step}"
        yield Reason("E8", step, Decimal(0), Message(f"reasons.{key}", values))
    yield Reason("E8", "some_check", Decimal(0), Message("reasons.lowered", {"level": "2"}))
    yield Reason("P9", "never heard of", Decimal(0), Message("reasons.policy_max", {}))


def test_every_reason_has_a_sentence_for_owners_that_says_no_more_than_they_may_know() -> None:
    for reason in every_reason():
        told = plain.why(reason)
        assert told.key.startswith("steps.why_"), reason
        for lang in ("zh", "en"):
            sentence = say(told, lang)  # type: ignore[arg-type]
            assert not STAFF.search(sentence), (reason.text.key, sentence)
        assert "r" not in told.values, "the share that is believed"
        assert plain.why(replace(reason, text=told, code="")) == told, "told once is told"


def test_every_call_for_a_person_is_said_in_an_owner_s_words() -> None:
    calls = [key for key in table() if key.startswith("reasons.review_")]
    assert len(calls) >= 5
    for key in calls:
        told = plain.review(Message(key, {"b": "2.4", "times": "3.1"}))
        assert told.key == f"owner.{key.removeprefix('reasons.')}"
        assert told.values == {}
    assert plain.review(Message("reasons.never_heard_of")).key == "owner.review_other"


def test_no_sentence_that_an_owner_can_see_holds_codes_shares_or_the_language_of_staff() -> None:
    areas = {"owner", "ui", "steps", "kinds", "levels", "fields", "words", "errors", "access"}
    seen = {key: pair for key, pair in table().items() if key.partition(".")[0] in areas}
    seen |= {key: pair for key, pair in table().items() if key.startswith("reasons.advice_")}
    seen |= {key: pair for key, pair in table().items() if key.endswith("_fail") and f"owner.{key[7:]}" not in table()}
    codes = re.compile(r"\b[LESNXPCRU]\d\b|[a-z]_[a-z]|%|矛盾系数|置信度|四眼|policy|threshold|confidence of")
    told = {key: [codes.search(re.sub(r"\{\w+\}", "", sentence)) for sentence in pair] for key, pair in seen.items()}
    assert [key for key, found in told.items() if any(found) and not key.startswith("levels.L")] == []


def test_what_concerns_another_applicant_is_not_told() -> None:
    for check in ("same_invoice_elsewhere", "photo_reused"):
        message = Message(f"checks.{check}_fail", {"number": "42"})
        (told,) = plain.findings([Finding(check, Outcome.FAIL, "d", message)])
        assert told.check == ""
        assert told.message is not None
        for lang in ("zh", "en"):
            sentence = say(told.message, lang)  # type: ignore[arg-type]
            assert not re.search("别的申请|他人|another|elsewhere", sentence)


def test_an_owner_s_desk_hands_out_no_more_than_the_page_shows_and_staff_see_everything(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    whole = quick.decision(sample.decision)
    rich = replace(
        whole,
        trace={"v": 1.0, "c": 0.4},
        advice=(Advice("tax", Decimal(0), Decimal(10000), Decimal(7777), Message("reasons.advice_photos")),),
    )
    decision = quick.save_decision(
        replace(rich, as_of=rich.as_of), fact_ids=(), finding_ids=(), policy_text=policies.text("standard")
    )
    message = Message("checks.photo_reused_fail")
    quick.save_findings(sample.application, [Finding("photo_reused", Outcome.FAIL, sample.document, message)])
    found, now = anna.current(sample.application), anna.standing(sample.application)
    assert found is not None
    assert now is not None
    for told in (found.decision, now.decision, anna.decision(sample.application, decision)):
        assert (told.trace, told.binding) == ({}, "")
        assert {item.gain for item in told.advice} == {Decimal(0)}
        assert {reason.code for reason in told.reasons} == {""}
        assert {message.key.partition(".")[0] for message in told.review} == {"owner"}
        assert (told.effective, told.recommended) == (rich.effective, rich.recommended)
        assert sum(reason.effect for reason in told.reasons) == sum(reason.effect for reason in rich.reasons)
    for item in (*found.findings, *anna.findings(sample.application)):
        assert (item.check, item.message) == ("", Message("owner.photo_reused_fail"))
    seen = rui.current(sample.application)
    assert seen is not None
    assert seen.decision == quick.decision(decision)
    assert seen.findings[0].check == "photo_reused"


def test_an_owner_does_not_learn_which_reviewer_released_the_limit(quick: Store) -> None:
    anna, rui = desk(quick, "anna", Role.OWNER), desk(quick, "rui", Role.REVIEWER)
    sample = case(quick, anna)
    rui.review.release(sample.application, sample.decision)
    now = anna.standing(sample.application)
    assert now is not None
    assert (now.paused, len(now.by)) == (False, 1)
    assert rui.session.account not in "".join(now.by)


def test_the_copy_of_everything_says_why_in_an_owner_s_words(quick: Store) -> None:
    anna = desk(quick, "anna", Role.OWNER)
    sample = case(quick, anna)
    into = io.BytesIO()
    anna.export(sample.application, into)
    with zipfile.ZipFile(into) as bundle:
        text = bundle.read(next(name for name in bundle.namelist() if name.startswith("decisions/"))).decode()
    assert "按产品规定作了调整" in text
    assert "kill_switch" not in text
    assert "自动提额" not in text
