"""What an owner types: kept once it is understood, and complained of where it was typed otherwise."""

from __future__ import annotations

from decimal import Decimal

from streamlit.testing.v1 import AppTest

from selfproof import pipeline
from selfproof.access import Role
from selfproof.store import State, Store
from selfproof.store.engine import writing
from selfproof.store.states import note
from selfproof.texts import say
from tests.people_samples import Sample, case, desk

DAY, NET = (say(f"fields.{name}", "zh") for name in ("issue_date", "amount_excl_tax"))


def _paper() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import fill, frame, mend
    from ui.papers import Look

    frame.dress()
    with Store.open() as store:
        desk = Desk.of(store, enter(store, os.environ["TEST_TOKEN"]))
        (name,) = desk.applications()
        found = desk.current(name)
        assert found is not None
        look = Look(desk, found, desk.extractions(name))
        fill.offer(look, found.uploads[0])
        mend.offer(look, found.uploads[0])


def _steps() -> None:
    import os

    from selfproof.access import Desk, enter
    from selfproof.store import Store
    from ui import frame, owner

    frame.dress()
    with Store.open() as store:
        owner.run(Desk.of(store, enter(store, os.environ["TEST_TOKEN"])))


def _said(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def _read(store: Store) -> Sample:
    sample = case(store, desk(store, "anna", Role.OWNER))
    with writing(store.engine) as connection:
        note(connection, sample.upload, State.READ)
    pipeline.reassess(store, sample.application)
    return sample


def _opened(page: AppTest, label: str) -> AppTest:
    next(toggle for toggle in page.toggle if toggle.label == label).set_value(True).run()
    return page


def _typed(page: AppTest, label: str, text: str) -> AppTest:
    next(field for field in page.text_input if field.label == label).input(text)
    page.button[-1].click().run()
    return page


def test_a_correction_is_kept_when_all_of_it_is_understood_and_told_also_after_the_page_is_drawn_anew(
    at_home: Store,
) -> None:
    sample = _read(at_home)
    page = _opened(AppTest.from_function(_paper, default_timeout=300).run(), "有读错的地方？点这里改正")
    page.button[-1].click().run()
    assert "没有改动" in _said(page)
    _typed(page, DAY, "某一天")
    assert f"“{DAY}”没看懂" in _said(page)
    assert "没有改动" not in _said(page)
    before = len(at_home.facts(sample.application))
    _typed(page, DAY, "2026年4月2日")
    assert not page.exception
    assert "改正已保存" in _said(page)
    assert "改正已保存" in _said(page.run())
    assert not [field.label for field in page.text_input], "the form is folded"
    assert [str(fact.value) for fact in at_home.facts(sample.application)[before:]] == ["2026-04-02"]


def test_what_was_not_read_is_filled_in_or_complained_of(at_home: Store) -> None:
    sample = _read(at_home)
    page = _opened(AppTest.from_function(_paper, default_timeout=300).run(), "补上没有读到的内容")
    page.button[-1].click().run()
    assert "还没有填写" in _said(page)
    _typed(page, NET, "很多")
    assert f"“{NET}”没看懂" in _said(page)
    before = len(at_home.facts(sample.application))
    _typed(page, NET, "10000")
    assert not page.exception
    assert "改正已保存" in _said(page)
    assert [fact.field for fact in at_home.facts(sample.application)[before:]] == ["amount_excl_tax"]


def test_the_first_step_keeps_a_business_once_nothing_is_to_be_complained_of(at_home: Store) -> None:
    page = AppTest.from_function(_steps, default_timeout=300).run()
    assert "关于您" in _said(page)
    page.button[-1].click().run()
    assert "请填写店名或公司名" in _said(page)
    assert "请从列表里选一种生意" in _said(page), "nothing stands chosen that nobody has chosen"
    assert at_home.applications() == ()
    page.selectbox[0].set_value("shop")
    _typed(page, "统一社会信用代码", "91330100MA00000X1")
    assert "统一社会信用代码看起来不完整" in _said(page), "of 18 signs, one is missing"
    _typed(page, "统一社会信用代码", "91330100MA00000X1Y")
    _typed(page, "年收入", "一百二十万")
    _typed(page, "店名或公司名（和营业执照一样）", "青禾样例塑料制品厂")
    assert not page.exception
    (name,) = at_home.applications()
    declared = {fact.field: fact.value for fact in at_home.application(name).facts if fact.kind == "declaration"}
    assert declared == {"annual_turnover": Decimal(1_200_000)}
    assert at_home.application(name).applicant.name == "青禾样例塑料制品厂"
    assert desk(at_home, "anna", Role.OWNER).applications() == (name,)


def test_a_business_is_made_once_though_its_form_is_sent_twice_or_from_two_windows(at_home: Store) -> None:
    windows = [AppTest.from_function(_steps, default_timeout=300).run() for _ in range(2)]
    for page in windows:
        page.selectbox[0].set_value("shop")
        _typed(page, "店名或公司名（和营业执照一样）", "青禾样例小卖部")
        assert not page.exception
    assert len(desk(at_home, "anna", Role.OWNER).applications()) == 1
