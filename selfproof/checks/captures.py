"""What photos say of where, when and with what they were taken (Exif 3.0, CIPA DC-008).

Their owner can edit all of it: what fits corroborates little, and what does not is a question for a person, no proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import combinations
from typing import Final

from selfproof import places
from selfproof.model import Message, Outcome
from selfproof.places import Spot
from selfproof.verify import Case, Verdict, View, check, fail

_ROVING: Final = frozenset({"vehicle", "other", "unsure"})  # a truck is on the road, and nobody knows where the rest is
_SITES: Final = (frozenset({"storefront", "interior", "shelf"}), frozenset({"factory", "factory_ext"}))
_MONTH: Final = 30.44  # days


def _spots(views: Sequence[View]) -> list[tuple[View, Spot]]:
    told = [(view, places.spot(view.text("capture_place"))) for view in views]
    return [(view, spot) for view, spot in told if spot is not None]


def _times(case: Case) -> list[tuple[View, datetime]]:
    """When photos were taken by the clock of their camera, the first first; the zone is often not told."""
    told = [(view, view.get("capture_time", datetime)) for view in case.of("photo")]
    clock = [(view, time.replace(tzinfo=None)) for view, time in told if time is not None]
    return sorted(clock, key=lambda pair: (pair[1], pair[0].id))


@check(per="application", uses=("photo_waves",))
def not_off_a_screen(case: Case) -> Iterator[Verdict]:
    """A picture shows no coloured waves, as where a camera takes the grid of a screen."""
    for view in case.documents:
        measured = view.text("document.shot.waves")
        if measured and Decimal(measured) > case.threshold("photo_waves"):
            yield replace(fail("not_off_a_screen_fail", view.ids("document.shot.waves")), document=view.id)
        elif measured:
            yield Verdict(Outcome.PASS, document=view.id)


@check(per="application", uses=("photo_far_km", "photo_near_km"))
def capture_near_address(case: Case) -> Iterator[Verdict]:
    """Photos of the premises were taken near the declared address, as far as its city tells."""
    declared = places.seats(case.application.applicant.address)
    for view, spot in _spots([view for view in case.of("photo") if view.text("scene") not in _ROVING]):
        if not declared:
            yield Verdict(Outcome.UNKNOWN, document=view.id)
            continue
        beyond = places.beyond(spot, declared)
        away = f"{min(places.distance(spot, seat) for seat in declared):.0f}"
        ids = (*view.ids("capture_place"), *case.declared("address"))
        if beyond > case.threshold("photo_far_km"):
            yield replace(fail("capture_near_address_fail", ids, km=away), document=view.id)
        elif beyond <= case.threshold("photo_near_km"):
            remark = Message("checks.capture_near_address_pass", {"km": away})
            yield Verdict(Outcome.PASS, remark, ids, document=view.id)
        else:
            yield Verdict(Outcome.UNKNOWN, facts=ids, document=view.id)


@check(per="application", uses=("photo_site_km",))
def captures_of_one_site(case: Case) -> Iterator[Verdict]:
    """Photos of one shop, or of one factory, were taken in one place."""
    for site in _SITES:
        taken = _spots([view for view in case.of("photo") if view.text("scene") in site])
        pairs = [(places.distance(spot, other), view, to) for (view, spot), (to, other) in combinations(taken, 2)]
        if not pairs:
            continue
        far, view, other = max(pairs, key=lambda pair: (pair[0], pair[1].id, pair[2].id))
        if far > case.threshold("photo_site_km"):
            ids = (*view.ids("capture_place"), *other.ids("capture_place"))
            found = fail("captures_of_one_site_fail", ids, documents=(other.id,), km=f"{far:.0f}")
            yield replace(found, document=view.id)
        else:
            yield Verdict(Outcome.PASS, documents=(other.id,), document=view.id)


@check(per="application", uses=("photo_months",))
def capture_recent(case: Case) -> Iterator[Verdict]:
    """Photos show the business as it is, not as it was."""
    for view, time in _times(case):
        months = (case.as_of - time.date()).days / _MONTH
        if months > case.threshold("photo_months"):
            yield replace(fail("capture_recent_fail", view.ids("capture_time"), date=time.date()), document=view.id)
        else:
            yield Verdict(Outcome.PASS, document=view.id)


@check(per="application", uses=("photo_apart_days",))
def captures_close_in_time(case: Case) -> Iterator[Verdict]:
    """The photos were taken for one application, not collected over a long time."""
    times = _times(case)
    if len(times) > 1:
        (first, begun), (last, ended) = times[0], times[-1]
        if (ended - begun).days > case.threshold("photo_apart_days"):
            ids = (*first.ids("capture_time"), *last.ids("capture_time"))
            days = (ended - begun).days
            yield replace(fail("captures_close_in_time_fail", ids, documents=(first.id,), days=days), document=last.id)
        else:
            yield Verdict(Outcome.PASS, documents=(first.id,), document=last.id)


@check(per="application", uses=("photo_devices",))
def captures_by_few_devices(case: Case) -> Iterator[Verdict]:
    """The photos were taken with few devices: many may have been gathered from many people."""
    views = [view for view in case.of("photo") if view.text("device")]
    devices = {view.text("device") for view in views}
    if len(devices) > case.threshold("photo_devices"):
        ids = tuple(fact for view in views for fact in view.ids("device"))
        yield fail("captures_by_few_devices_fail", ids, count=len(devices))
    elif views:
        yield Verdict(Outcome.PASS, document=views[0].id)
