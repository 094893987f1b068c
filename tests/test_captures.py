"""Where, when and with what photos say they were taken, against the address and against each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from selfproof import places
from selfproof.checks.duplicates import capture_key, keys
from selfproof.credit.policy import load
from selfproof.model import Application, Fact, Outcome, Value
from selfproof.texts import say
from selfproof.verify import case
from tests.builders import application, document, findings
from tests.serving import ROOT

PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
TAIZHOU, HUZHOU, HANGZHOU = "28.662660,121.433120", "30.870000,120.090000", "30.290000,120.160000"
TOLD = datetime.fromisoformat("2026-09-30T10:15:42+08:00")


def photo(id_: str = "p", scene: str = "storefront", **fields: Value) -> list[Fact]:
    return document(id_, "photo", scene=scene, signal_carrier="ocr", **fields)


def living(address: str) -> Application:
    known = application()
    return replace(known, applicant=replace(known.applicant, address=address))


def outcomes(check: str, facts: list[Fact], address: str = "浙江省台州市黄岩区样例路1号") -> list[Outcome]:
    return [finding.outcome for finding in findings(check, facts, application=living(address))]


@pytest.mark.parametrize(
    ("place", "address", "expected"),
    [
        (TAIZHOU, "浙江省台州市黄岩区样例路1号", PASS),
        (TAIZHOU, "台州市黄岩区样例路1号", PASS),
        (TAIZHOU, "江苏省泰州市海陵区样例路1号", FAIL),
        (HANGZHOU, "浙江省台州市黄岩区样例路1号", FAIL),
        (HUZHOU, "浙江省嘉兴市样例路1号", UNKNOWN),
        (TAIZHOU, "浙江省样例县样例路1号", PASS),
        (TAIZHOU, "云泽市临江路1号", UNKNOWN),
        ("48.856600,2.352200", "上海市样例路1号", FAIL),
    ],
    ids=["there", "without province", "another city of that sound", "far", "next city", "province only", "unknown",
        "abroad"],
)  # fmt: skip
def test_the_place_of_a_photo_is_compared_with_the_city_of_the_address(
    place: str, address: str, expected: Outcome
) -> None:
    assert outcomes("capture_near_address", photo(capture_place=place), address) == [expected]


def test_a_photo_taken_near_says_so_and_that_such_data_can_be_edited() -> None:
    (found,) = findings(
        "capture_near_address", photo(capture_place=TAIZHOU), application=living("浙江省台州市样例路1号")
    )
    assert found.message is not None
    assert ("约 0 公里" in say(found.message, "zh"), "位置信息可以改" in say(found.message, "zh")) == (True, True)


def test_a_truck_may_be_anywhere() -> None:
    assert outcomes("capture_near_address", photo(scene="vehicle", capture_place=HANGZHOU)) == []


def test_far_places_lower_no_document_and_stop_nothing() -> None:
    acts = load().checks["capture_near_address"]
    assert (acts.stop, acts.cap_level, acts.contradiction) == (None, None, "X4")


def test_photos_of_one_shop_lie_together_and_a_warehouse_may_lie_elsewhere() -> None:
    near, far = (
        photo("a", capture_place="28.660000,121.430000"),
        photo("b", "shelf", capture_place="28.700000,121.430000"),
    )
    assert outcomes("captures_of_one_site", [*near, *photo("b", "interior", capture_place="28.661,121.431")]) == [PASS]
    assert outcomes("captures_of_one_site", [*near, *far]) == [FAIL]
    assert outcomes("captures_of_one_site", [*near, *photo("b", "warehouse", capture_place=HANGZHOU)]) == []
    (found,) = findings("captures_of_one_site", [*near, *far])
    assert {found.document, *found.documents} == {"a", "b"}
    assert found.message is not None
    assert found.message.values == {"km": "4"}


def test_an_old_photo_and_photos_far_apart_in_time_are_noticed() -> None:
    new, old = photo("a", capture_time=TOLD), photo("b", capture_time=TOLD.replace(year=2025, tzinfo=None))
    assert outcomes("capture_recent", new) == [PASS]
    assert sorted(outcomes("capture_recent", [*new, *old])) == [FAIL, PASS]
    assert outcomes("captures_close_in_time", [*new, *old]) == [FAIL]
    assert outcomes("captures_close_in_time", [*new, *photo("b", capture_time=TOLD.replace(day=1))]) == [PASS]
    assert outcomes("captures_close_in_time", new) == []


def test_four_phones_are_many() -> None:
    four = [fact for name in "abcd" for fact in photo(name, device=f"Maker {name}")]
    assert outcomes("captures_by_few_devices", four) == [FAIL]
    assert outcomes("captures_by_few_devices", [fact for fact in four if fact.provenance.document != "d"]) == [PASS]


class Elsewhere:
    """Another applicant's photos by their keys."""

    def __init__(self, *known: str) -> None:
        self.known = known

    def others(self, key: str) -> tuple[str, ...]:
        return ("theirs",) if key in self.known else ()

    def photos(self) -> tuple[tuple[str, str], ...]:
        return ()


def test_the_same_second_place_and_device_in_another_application_is_noticed() -> None:
    facts = photo(capture_time=TOLD, capture_place=TAIZHOU, device="Maker M1")
    known = case(application(), facts)
    (view,) = known.documents
    (key,) = keys(view, known)
    assert key == capture_key(view) != ""
    (found,) = findings("capture_elsewhere", facts, lookup=Elsewhere(key))
    assert found.outcome is FAIL
    assert [one.outcome for one in findings("capture_elsewhere", facts, lookup=Elsewhere("photo:other"))] == []


def test_a_capture_without_a_place_is_no_mark_of_one_photo() -> None:
    known = case(application(), photo(capture_time=TOLD, device="Maker M1"))
    assert keys(known.documents[0], known) == ()


def test_a_road_or_a_district_named_like_a_city_is_no_city() -> None:
    assert places.seats("朝阳区样例路1号") == places.seats("北京路1号") == ()
    assert places.seats("北京市朝阳区样例路1号") == places.seats("北京市") != ()


@given(st.text(max_size=30))
def test_no_address_breaks_the_look_for_its_city(address: str) -> None:
    assert all(-90 <= north <= 90 and -180 <= east <= 180 for north, east in places.seats(address))


def test_every_city_of_the_table_is_one_of_the_known_regions() -> None:
    regions = yaml.safe_load((ROOT / "selfproof" / "tables" / "regions.yaml").read_text("utf-8"))
    listed = {province: set(cities or [province]) for province, cities in regions.items()}
    kept = places._table()
    assert [province for province, cities in kept.items() if not set(cities) <= listed[province]] == []
    assert sum(map(len, kept.values())) > 0.95 * sum(map(len, listed.values()))
