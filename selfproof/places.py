"""Where an address lies, as far as its city tells, and how far from it a point is. No map is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

import yaml

Spot: TypeAlias = tuple[float, float]  # latitude and longitude in degrees (WGS 84)
_EARTH: Final = 6371.0  # kilometres
_SPACE: Final = re.compile(r"\s")
_PROVINCE_ENDS: Final = r"(?:省|市|特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区)?"
_NO_CITY: Final = r"(?![区县镇乡路街])"  # 朝阳区 is no Chaoyang, and 北京路 no Beijing
_POSITION: Final = re.compile(r"(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)")


@cache
def _table() -> Mapping[str, Mapping[str, Sequence[Spot]]]:
    """Province → city → points."""
    kept = yaml.load(files("selfproof").joinpath("tables", "places.yaml").read_text("utf-8"), yaml.CSafeLoader)
    return {
        province: {city: [(point[0], point[1]) for point in points] for city, points in cities.items()}
        for province, cities in kept.items()
    }


def spot(printed: str) -> Spot | None:
    """The point of "latitude,longitude"; None for anything else.

    >>> spot("30.5,104.1"), spot("here")
    ((30.5, 104.1), None)
    """
    match = _POSITION.fullmatch(printed)
    return (float(match[1]), float(match[2])) if match else None


def distance(one: Spot, other: Spot) -> float:
    """Kilometres along the earth.

    >>> round(distance((39.9, 116.4), (31.2, 121.5)))
    1071
    """
    (north, east), (to_north, to_east) = (map(math.radians, point) for point in (one, other))
    across = math.cos(north) * math.cos(to_north) * math.sin((to_east - east) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(math.sin((to_north - north) / 2) ** 2 + across))


def seats(address: str) -> tuple[Spot, ...]:
    """Where the city lies that an address begins with, all cities of its province if only that is known; else nothing.

    >>> seats("江苏省苏州市样例路1号") == seats("苏州市样例路1号"), seats("样例路1号")
    (True, ())
    """
    rest = _SPACE.sub("", address)
    province = next((name for name in _table() if re.match(name + _NO_CITY, rest)), "")
    inner = re.sub(rf"^{province}{_PROVINCE_ENDS}", "", rest) if province else rest
    known = [_table()[province]] if province else list(_table().values())
    named = [points for cities in known for city, points in cities.items() if re.match(city + _NO_CITY, inner)]
    if named:
        return tuple(named[0])
    return tuple(point for points in _table()[province].values() for point in points) if province else ()


def beyond(point: Spot, declared: Sequence[Spot]) -> float:
    """How many kilometres farther the declared city is than the nearest city of all; 0 where it is the nearest.

    A wide prefecture's edge is far from its seat but no nearer to another's, so plain distance would accuse the wide.
    """
    nearest = min(distance(point, seat) for cities in _table().values() for seats in cities.values() for seat in seats)
    return min(distance(point, seat) for seat in declared) - nearest
