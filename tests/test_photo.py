from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import pytest

from extractors import photo
from selfproof import extract, kinds
from selfproof.model import Carrier, Document, Method, Page, Quad, Value, Word, box_quad

SHOP = {
    "scene.label": "storefront",
    "scene.confidence": "0.9100",
    "scene.first": "storefront",
    "scene.second": "interior",
    "scene.second_confidence": "0.0500",
}
OTHER = {**SHOP, "scene.label": "other", "scene.first": "other"}


def line(text: str, *, at: tuple[float, float], high: float, confidence: float = 0.99) -> Word:
    """A line whose glyphs are as wide as high on a page of 1200 x 900."""
    left, top = at
    right = left + high * 0.75 * sum(1.0 if ord(char) > 0x2E80 else 0.5 for char in text)
    return Word(text, box_quad((left, top, right, top + high)), confidence, page=1)


def picture(
    *words: Word, signals: Mapping[str, str] = SHOP, carrier: Carrier = Carrier.OCR, pages: int = 1
) -> Document:
    made = tuple(Page(number + 1, 1200, 900, words if number == 0 else ()) for number in range(pages))
    return Document("0" * 64, "image/jpeg", carrier, made, signals=dict(signals))


def values(document: Document) -> dict[str, Value]:
    (found,) = extract.extract(document)
    assert found.kind == "photo"
    return {fact.field: fact.value for fact in found.facts if fact.kind == "photo"}


def test_a_shop_front_is_a_photo_with_scene_and_sign() -> None:
    found = values(picture(line("蓝舟水果", at=(0.2, 0.1), high=0.12), line("新鲜 每天", at=(0.2, 0.6), high=0.05)))
    assert found["scene"] == "storefront"
    assert found["scene_confidence"] == Decimal("0.9100")
    assert found["scene_second"] == "interior"
    assert found["sign_text"] == "蓝舟水果"
    assert "capture_time" not in found


def test_the_sign_carries_its_own_place_and_the_scene_the_whole_picture() -> None:
    (found,) = extract.extract(picture(line("蓝舟水果", at=(0.2, 0.1), high=0.12)))
    facts = {fact.field: fact.provenance for fact in found.facts if fact.kind == "photo"}
    assert facts["sign_text"].method is Method.OCR
    assert facts["sign_text"].place.box == pytest.approx((0.2, 0.1, 0.56, 0.22))
    assert facts["scene"].method is Method.VISION
    assert facts["scene"].place.box == (0.0, 0.0, 1.0, 1.0)
    assert facts["scene"].confidence == 0.91
    assert facts["scene_second"].confidence == 0.05


def test_a_deed_of_a_few_lines_is_no_photo_and_a_board_of_words_is_one() -> None:
    deed = (
        "借条",
        "今借到样立春人民币贰万元整，用于进货周转，",
        "还，月息一分。",
        "样小满",
    )
    board = ("招租", "旺铺出租面议请拨打下方电话联系", "本店招聘服务员数名待遇从优包吃住", "样小满")
    heights = (0.1, 0.04, 0.04, 0.06)
    for lines, kind in ((deed, "unknown"), (board, "photo")):
        words = [
            line(text, at=(0.05, 0.1 + 0.2 * place), high=high)
            for place, (text, high) in enumerate(zip(lines, heights, strict=True))
        ]
        assert extract.extract(picture(*words, signals=OTHER))[0].kind == kind


def test_a_sign_of_two_lines_is_read_in_order() -> None:
    words = (line("母婴生活馆", at=(0.25, 0.26), high=0.1), line("蓝舟", at=(0.2, 0.1), high=0.14))
    assert values(picture(*words))["sign_text"] == "蓝舟母婴生活馆"


def test_a_latin_sign_is_read_where_there_is_no_chinese_one() -> None:
    words = (line("BLUE", at=(0.1, 0.1), high=0.1), line("BOAT", at=(0.28, 0.1), high=0.1))
    assert values(picture(*words))["sign_text"] == "BLUE BOAT"


def test_chinese_names_the_shop_where_latin_stands_above_it_only_a_little_larger() -> None:
    words = (line("BOAT CAFE", at=(0.1, 0.1), high=0.14), line("蓝舟咖啡", at=(0.1, 0.7), high=0.1))
    assert values(picture(*words))["sign_text"] == "蓝舟咖啡"


def test_a_sign_that_runs_downwards_is_measured_across() -> None:
    quad: Quad = ((0.8, 0.1), (0.8, 0.7), (0.74, 0.7), (0.74, 0.1))
    words = (Word("蓝舟茶叶行", quad, 0.99, page=1), line("营业时间", at=(0.1, 0.8), high=0.05))
    assert values(picture(*words))["sign_text"] == "蓝舟茶叶行"


@pytest.mark.parametrize(
    "word",
    [
        line("蓝舟水果", at=(0.2, 0.1), high=0.12, confidence=0.6),
        line("蓝舟水果", at=(0.2, 0.1), high=0.02),
        line("13000000000", at=(0.2, 0.1), high=0.12),
        line("店", at=(0.2, 0.1), high=0.12),
    ],
    ids=["uncertain", "small", "a telephone number", "one sign"],
)
def test_what_is_no_certain_large_line_of_letters_is_no_sign(word: Word) -> None:
    assert "sign_text" not in values(picture(word))


def test_inside_a_shop_large_words_are_no_sign() -> None:
    inside = {**SHOP, "scene.label": "interior"}
    assert "sign_text" not in values(picture(line("全场特价", at=(0.2, 0.1), high=0.12), signals=inside))


def test_when_the_model_is_unsure_no_sign_is_claimed() -> None:
    unsure = {**SHOP, "scene.label": "unsure", "scene.confidence": "0.4100"}
    found = values(picture(line("蓝舟水果", at=(0.2, 0.1), high=0.12), signals=unsure))
    assert found["scene"] == "unsure"
    assert "sign_text" not in found


def test_time_place_device_and_software_are_what_the_file_says() -> None:
    told = {
        "exif.time": "2026-03-01T10:20:30+08:00",
        "exif.gps": "30.500000,104.100000",
        "exif.device": "Maker M1",
        "exif.software": "Editor 2",
    }
    found = values(picture(signals={**SHOP, **told}))
    assert found["capture_time"] == datetime.fromisoformat("2026-03-01T10:20:30+08:00")
    assert (found["capture_place"], found["device"], found["software"]) == (
        "30.500000,104.100000",
        "Maker M1",
        "Editor 2",
    )


def test_how_full_shelves_look_is_an_estimate_with_a_confidence_of_its_own() -> None:
    shelf = {**SHOP, "scene.label": "shelf", "scene.goods": "medium", "scene.goods_confidence": "0.6"}
    (found,) = extract.extract(picture(signals=shelf))
    fact = next(fact for fact in found.facts if fact.name == "photo.goods_density")
    assert (fact.value, fact.provenance.method, fact.provenance.confidence) == ("medium", Method.VISION, 0.6)


def test_a_time_that_is_none_is_absent() -> None:
    assert "capture_time" not in values(picture(signals={**SHOP, "exif.time": "yesterday"}))


def rows_of(count: int) -> list[Word]:
    return [line("项目金额合计数量单价", at=(0.1, 0.01 + 0.98 * row / count), high=0.01) for row in range(count)]


@pytest.mark.parametrize(
    "document",
    [
        picture(*rows_of(60)),
        picture(*rows_of(11), signals=OTHER),
        picture(*(line("价", at=(0.1, 0.05 * row), high=0.01, confidence=0.3) for row in range(15)), signals=OTHER),
        picture(signals={}),
        picture(signals={**SHOP, "qr": "01,10,011001900111,12345678,88.50,20260301,1234,"}),
        picture(carrier=Carrier.PDF_TEXT),
        picture(pages=2),
    ],
    ids=[
        "full of text", "a receipt", "many illegible lines", "without a scene", "an invoice's code", "electronic",
        "two pages",
    ],
)  # fmt: skip
def test_documents_are_no_photos(document: Document) -> None:
    assert photo.identify(document) == 0


def test_a_note_of_a_few_even_lines_is_no_photo_and_a_sign_is_one() -> None:
    note = [line("下班前切断电源", at=(0.1, 0.2 + 0.1 * row), high=0.04) for row in range(5)]
    sign = [
        line(text, at=(0.1, 0.2 + 0.2 * row), high=0.04 + 0.05 * row)
        for row, text in enumerate(("西东", "青石路", "QS"))
    ]
    assert photo.identify(picture(*note, signals=OTHER)) == 0
    assert photo.identify(picture(*sign, signals=OTHER)) >= kinds.THRESHOLD
    assert photo.identify(picture(*note)) >= kinds.THRESHOLD  # a shop has notes on its wall


def test_a_picture_without_any_text_is_a_photo_whatever_it_shows() -> None:
    assert photo.identify(picture(signals=OTHER)) == photo.identify(picture()) == 0.9


def test_packed_shelves_may_carry_more_text_than_a_picture_of_nothing_in_particular() -> None:
    shelf = {**SHOP, "scene.label": "shelf"}
    assert photo.identify(picture(*rows_of(25), signals=shelf)) >= kinds.THRESHOLD
    assert photo.identify(picture(*rows_of(25), signals=OTHER)) == 0
