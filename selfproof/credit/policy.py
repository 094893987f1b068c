"""The policy: every number that moves money, read from one YAML file and refused when it does not hold together.

`load` takes the name of a shipped policy or a path. A policy's `version` is a hash of its content, so comments and
layout do not change it. Units: CNY, fractions, days, months.
"""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from selfproof.credit.policy_problems import problems
from selfproof.errors import PolicyError
from selfproof.tagged import content_id

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Level = Annotated[int, Field(ge=0, le=5)]
Months = Annotated[int, Field(ge=1, le=60)]
Stop = Literal["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"]
Contradiction = Literal["X1", "X2", "X3", "X4", "X5"]
_LONGEST = 400_000  # characters; the shipped one has 20,000
DayKind = Literal["inventory", "receivable", "payable", "prepaid", "advance"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Sigma(_Part):
    """Standard deviations of ln(shown / true) by kind, for any image, and for a third party."""

    kind: dict[str, Positive]
    image: Positive
    third_party: Positive


class Fusion(_Part):
    """Numbers of credited turnover (credit-method, section 2)."""

    prior_months: Positive
    full_months: Months
    min_months: Months
    window_months: Months
    min_coverage: Share
    month_cap: Annotated[float, Field(ge=1)]
    peer_multiple: Annotated[float, Field(ge=1)]
    correlation: Annotated[float, Field(gt=0, le=1)]
    strong: Share
    corroboration_max: Share
    review_contradiction: Annotated[float, Field(ge=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.min_months <= self.full_months <= self.window_months:
            raise ValueError("min_months <= full_months <= window_months does not hold")
        return self


class Invoices(_Part):
    """Rules for new and void invoices."""

    new_days: Annotated[int, Field(ge=0)]
    void_words: tuple[str, ...]


class Dated(_Part):
    """Single papers: the first of the amounts that is there counts."""

    amount: tuple[str, ...]
    day: str
    payer: str
    key: str


class KindSource(_Part):
    """Where a kind's amounts come from."""

    months: dict[str, str] = Field(default_factory=dict)
    dated: dict[str, Dated] = Field(default_factory=dict)


class Source(_Part):
    """A third-party source: yearly field, monthly field, scope, and the field that names store or account."""

    annual: str
    months: str
    scope: Literal["full", "partial"]
    name: str = "name"


class EvidenceCaps(_Part):
    """Caps on an evidence's own effect."""

    declaration: Share
    photo: Share
    invoicing: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.declaration > self.photo:
            raise ValueError("a bare declaration may not carry more than a photo")
        return self


class LimitRules(_Part):
    """Numbers of the limit (credit-method, section 3)."""

    turnover_cap: Share
    dscr: Annotated[float, Field(ge=1)]
    annual_rate: Share
    months: Months
    days: Literal[360, 365]
    own_funds_share: Share
    growth_max: Share
    order_share: Share
    order_days: Annotated[int, Field(ge=1)]
    order_level: Level
    growth_months: Months
    policy_max: Positive
    exposure_max: Positive
    entry: Positive
    ladder: Annotated[float, Field(ge=1)]
    rounding: Positive
    review_uplift: Annotated[float, Field(ge=1)]
    four_eyes: Positive
    caps: EvidenceCaps

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.policy_max < self.entry:
            raise ValueError("policy_max is below the entry amount")
        if self.exposure_max < self.policy_max:
            raise ValueError("exposure_max is below policy_max")
        return self


class Band(_Part):
    """Points below a bound; the last band has none."""

    below: float | None = None
    points: float


class Row(_Part):
    """One row of the scorecard: bands of a number, or values."""

    unknown: Annotated[float, Field(le=0)]
    bands: tuple[Band, ...] = ()
    values: dict[str, Annotated[float, Field(le=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        bounds = [band.below for band in self.bands[:-1]]
        if None in bounds or (self.bands and self.bands[-1].below is not None):
            raise ValueError("only the last band is open")
        if any(low >= high for low, high in pairwise(bound for bound in bounds if bound is not None)):
            raise ValueError("bands are not in rising order")
        if any(band.points > 0 for band in self.bands):
            raise ValueError("points only deduct")
        return self


class Scorecard(_Part):
    """Points from `start`; the grade is points / 100, never below floor / 100."""

    start: Annotated[float, Field(gt=0, le=100)]
    floor: Annotated[float, Field(gt=0, le=100)]
    tenure_years: Row
    receipts_volatility: Row
    concentration: Row
    bureau_band: Row
    arrears: Row


class Trade(_Part):
    """A trade: kinds that vote, kinds that give V_part, days that do not arise, ceilings by fact, needs.

    seen: ceilings by what was counted on photos, by the photo's field; they count where nothing else tells a capacity.
    """

    kinds: tuple[str, ...]
    part: tuple[str, ...]
    zero_days: tuple[DayKind, ...] = ()
    ceilings: dict[str, str] = Field(default_factory=dict)
    seen: dict[str, str] = Field(default_factory=dict)
    needs: tuple[Literal["cycle", "order"], ...]
    peak: Annotated[float, Field(ge=1)] = 1.0
    entry_only: bool = False


class PeerBand(_Part):
    """A size band of yearly turnover, with its median and P90."""

    up_to: Positive
    median: Positive
    p90: Positive


class Peer(_Part):
    """Turnover of an industry: over all sizes, and by band."""

    median: Positive
    p90: Positive
    bands: tuple[PeerBand, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.p90 < self.median or any(band.p90 < band.median or band.up_to < band.median for band in self.bands):
            raise ValueError("a P90 or bound is below its median")
        if any(low.up_to >= high.up_to for low, high in pairwise(self.bands)):
            raise ValueError("size bands are not in rising order")
        return self


class Industry(_Part):
    """One registered industry: peers, margin P50, lower-quartile days, season by calendar month, capacity by unit."""

    names: tuple[str, ...]
    peer: Peer
    margin: Share
    days: dict[DayKind, Annotated[float, Field(ge=0)]]
    season: tuple[Positive, ...] = (1 / 12,) * 12
    capacity: dict[str, Positive] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _year(self) -> Self:
        if len(self.season) != 12 or abs(sum(self.season) - 1) > 1e-6:  # noqa: PLR2004  a year has twelve months
            raise ValueError("season needs twelve shares that sum to 1")
        return self


class Effect(_Part):
    """What a failed check does."""

    stop: Stop | None = None
    cap_level: Level | None = None
    contradiction: Contradiction | None = None
    advisory: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        acts = self.stop or self.contradiction or self.cap_level is not None
        if bool(acts) == self.advisory:
            raise ValueError("a check either acts or is advisory")
        return self


class Typical(_Part):
    """The instance of a kind that advice tries."""

    level: Level = 4
    months: Months = 6
    scope: Literal["full"] | None = None
    photos: bool = False
    effort: Positive


class AdviceRules(_Part):
    """Gain bands in CNY, and what is tried."""

    bands: tuple[Annotated[float, Field(ge=0)], ...]
    kinds: dict[str, Typical]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if any(low >= high for low, high in pairwise(self.bands)):
            raise ValueError("gain bands are not in rising order")
        return self


class Policy(_Part):
    """A whole policy."""

    name: str
    kill_switch: bool
    levels: tuple[Share, Share, Share, Share, Share, Share]
    photo_credibility: Share
    photo_scenes: tuple[str, ...]
    photo_shows: Annotated[float, Field(gt=0, le=1)] = 1.0
    withdrawn_days: Annotated[int, Field(ge=0)]
    sigma: Sigma
    fusion: Fusion
    invoices: Invoices
    kinds: dict[str, KindSource]
    third_party: dict[str, Source]
    adverse: dict[str, tuple[str, ...]]
    limit: LimitRules
    scorecard: Scorecard
    trades: dict[str, Trade]
    industries: dict[str, Industry]
    thresholds: dict[str, Positive]
    checks: dict[str, Effect]
    consistency: dict[str, dict[str, tuple[str, ...]]]
    trusted_signature: str
    match: dict[str, str]
    copies: tuple[str, ...] = ()
    top: dict[str, Level]
    advice: AdviceRules

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if any(low >= high for low, high in pairwise(self.levels)):
            raise ValueError("levels are not in rising order of credibility")
        if "general" not in self.industries:
            raise ValueError("industries needs a row 'general'")
        unknown = {kind for trade in self.trades.values() for kind in trade.kinds} - set(self.kinds)
        if unknown:
            raise ValueError(f"trades name kinds that are not there: {sorted(unknown)}")
        missing = (set(self.kinds) | {"declared", "orders"}) - set(self.sigma.kind)
        if missing:
            raise ValueError(f"sigma.kind lacks {sorted(missing)}")
        named = {check for rows in self.consistency.values() for checks in rows.values() for check in checks}
        named |= {self.trusted_signature, *self.match.values(), *self.copies}
        if named - set(self.checks):
            raise ValueError(f"checks lacks {sorted(named - set(self.checks))}")
        return self

    @property
    def version(self) -> str:
        """A hash of the content: the same numbers are the same version."""
        return content_id(self.model_dump(mode="json"))

    def trade(self, name: str) -> Trade:
        """The row of a trade; raises PolicyError when the policy has none of this name."""
        if name not in self.trades:
            raise PolicyError(f"{self.name}: no trade '{name}', only {', '.join(self.trades)}")
        return self.trades[name]

    def industry(self, registered: str) -> tuple[str, Industry]:
        """The row of a registered industry by key, name or part of a name; ``general`` for any other."""
        if registered in self.industries:
            return registered, self.industries[registered]
        for key, row in self.industries.items():
            if any(name in registered for name in row.names):
                return key, row
        return "general", self.industries["general"]


def load(source: str | Path = "standard") -> Policy:
    """The policy of a shipped name or a path.

    Raises PolicyError with line and reason when the file cannot be read or does not hold together.
    """
    return parse(text(source), name=str(source))


def parse(content: str, *, name: str = "policy") -> Policy:
    """The policy of a YAML text; raises PolicyError with line and reason when it does not hold together."""
    if len(content) > _LONGEST:
        raise PolicyError(f"{name}: longer than {_LONGEST} characters")
    try:
        tree = yaml.compose(content, Loader=yaml.SafeLoader)
        return Policy.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise PolicyError(f"{name}: {error}") from error
    except RecursionError as error:
        raise PolicyError(f"{name}: nested too deeply") from error
    except ValidationError as error:
        raise PolicyError(f"{name}: " + "; ".join(problems(error, tree))) from error
    except ValueError as error:  # what YAML takes for a number or a day and Python cannot hold
        raise PolicyError(f"{name}: {error}") from error


def text(source: str | Path = "standard") -> str:
    """The YAML text of a shipped policy by name, or of a file by path; raises PolicyError when there is none."""
    if isinstance(source, str) and not source.endswith((".yaml", ".yml")):
        shipped = files("selfproof.credit").joinpath("policies", f"{source}.yaml")
        if not shipped.is_file():
            raise PolicyError(f"{source}: no shipped policy has this name")
        return shipped.read_text("utf-8")
    try:
        return Path(source).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{source}: {error}") from error
