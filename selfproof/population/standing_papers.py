"""Papers and pictures that state no turnover: licence, meter, staff list, lease, photos with their metadata."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from selfproof.model import Value
from selfproof.population.business import Business
from selfproof.population.chance import Chance, table
from selfproof.population.drafts import Draft, money, signals

_SCENES = {
    "workshop": ("factory", "warehouse"), "truck": ("vehicle",), "shop": ("storefront", "shelf"), "farmer": ("farm",),
    "ecommerce": ("warehouse",), "startup": ("interior",),
}  # fmt: skip
_SIGNED = frozenset({"storefront", "factory_ext"})  # scenes on which a name is to be read
_DEGREE = 0.05  # within a city


def licence(business: Business) -> Draft:
    """Photographed."""
    fields: dict[str, Value] = {
        "name": business.applicant.name, "uscc": business.applicant.uscc, "business_term": "长期",
        "established_date": business.founded, "legal_representative": business.applicant.legal_representative,
        "address": business.applicant.address,
    }  # fmt: skip
    return Draft("business_license", "1", fields, signals("picture"))


def photos(chance: Chance, business: Business) -> Iterator[Draft]:
    """Of the premises, taken there in the last weeks with one phone."""
    city = next(name for name in table()["cities"] if business.applicant.address.startswith(name))
    north, east = table()["cities"][city]
    north, east = north + chance.between(-_DEGREE, _DEGREE), east + chance.between(-_DEGREE, _DEGREE)
    taken = datetime.combine(business.as_of - timedelta(days=chance.whole(1, 60)), time(10, 20))
    for place, scene in enumerate(_SCENES[business.trade]):
        sign: dict[str, Value] = {"sign_text": business.applicant.name[:6]} if scene in _SIGNED else {}
        fields: dict[str, Value] = {
            "scene": scene, **sign, "capture_time": taken + timedelta(minutes=4 * place),
            "capture_place": f"{north:.6f},{east:.6f}", "device": f"TEST PHONE-{business.number % 7}",
        }  # fmt: skip
        pixels = chance.numbers.bytes(32).hex()
        yield Draft("photo", str(place), fields, {**signals("picture"), "pdq": pixels})


def capacity(business: Business, way: str) -> Iterator[Draft]:
    """A meter's bill, a staff list or a lease; trucks and land are known to registers only."""
    own, size = business.applicant, business.size
    if "kwh" in size:
        told: dict[str, Value] = {"holder": own.name, "number": f"33{business.number:011d}"}
        yield Draft("utility_bill", "1", {**told, "annual_kwh": money(size["kwh"])}, signals(way))
    elif "heads" in size:
        told = {"employer": own.name, "employer_id": own.uscc, "headcount": int(size["heads"])}
        yield Draft("social_insurance", "1", told, signals(way))
    elif "area" in size:
        told = {"lessee": own.name, "lessor": "试房东", "address": own.address, "area": money(size["area"])}
        yield Draft("lease", "1", told, signals("picture"))
