"""Parts of a policy that describe the world: industries with their peers, and the scorecard."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from selfproof.credit.policy_problems import Misplaced

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
DayKind = Literal["inventory", "receivable", "payable", "prepaid", "advance"]


def unset(value: object) -> bool:
    """A field that came later and is not used leaves no trace: older policies keep their version."""
    return value is None or value is False or value in ((), {}, "")


class Part(BaseModel):
    """Frozen, and refuses words that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Band(Part):
    """Points below a bound; the last band has none."""

    below: float | None = None
    points: float


class Row(Part):
    """One row of the scorecard: bands of a number, or values."""

    unknown: Annotated[float, Field(le=0)]
    bands: tuple[Band, ...] = ()
    values: dict[str, Annotated[float, Field(le=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        bounds = [band.below for band in self.bands[:-1]]
        if None in bounds or (self.bands and self.bands[-1].below is not None):
            raise Misplaced("open_band")
        if any(low >= high for low, high in pairwise(bound for bound in bounds if bound is not None)):
            raise Misplaced("band_order")
        if any(band.points > 0 for band in self.bands):
            raise Misplaced("points_deduct")
        return self


class Scorecard(Part):
    """Points from `start`; the grade is points / 100, never below floor / 100."""

    start: Annotated[float, Field(gt=0, le=100)]
    floor: Annotated[float, Field(gt=0, le=100)]
    tenure_years: Row
    receipts_volatility: Row
    concentration: Row
    bureau_band: Row
    arrears: Row


class PeerBand(Part):
    """A size band of yearly turnover, with its median and P90."""

    up_to: Positive
    median: Positive
    p90: Positive


class Peer(Part):
    """Turnover of an industry: over all sizes, and by band."""

    median: Positive
    p90: Positive
    bands: tuple[PeerBand, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.p90 < self.median:
            raise Misplaced("p90_below", "p90")
        if any(band.p90 < band.median or band.up_to < band.median for band in self.bands):
            raise Misplaced("band_p90_below", "bands")
        if any(low.up_to >= high.up_to for low, high in pairwise(self.bands)):
            raise Misplaced("size_order", "bands")
        return self


class Industry(Part):
    """One registered industry: peers, margin P50, lower-quartile days, season by calendar month, capacity by unit.

    inputs: what a unit of capacity takes in inputs for a year's harvest, CNY; bought evenly over the `ahead` months
    before it.
    """

    names: tuple[str, ...]
    peer: Peer
    margin: Share
    days: dict[DayKind, Annotated[float, Field(ge=0)]]
    season: tuple[Positive, ...] = (1 / 12,) * 12
    capacity: dict[str, Positive] = Field(default_factory=dict)
    inputs: dict[str, Positive] = Field(default_factory=dict, exclude_if=unset)
    ahead: Annotated[int, Field(ge=1, le=12)] | None = Field(default=None, exclude_if=unset)

    def unspent(self, month: int) -> float:
        """The share of a year's inputs that is still to be spent in the middle of this month (0 January).

        Of a harvest half a month away nearly all is spent, of one `ahead` months away nothing: later ones are the next
        season's.
        """
        span = self.ahead or 0
        return sum(self.season[(month + later) % 12] * (later + 0.5) / span for later in range(span))

    @model_validator(mode="after")
    def _year(self) -> Self:
        if len(self.season) != 12 or abs(sum(self.season) - 1) > 1e-6:  # noqa: PLR2004  a year has twelve months
            raise Misplaced("season", "season")
        return self
