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
from pydantic import Field, ValidationError, model_validator

from selfproof.credit.policy_parts import DayKind, Industry, Part, Peer, Positive, Row, Scorecard, Share, unset
from selfproof.credit.policy_problems import Misplaced, problems, repeated, unreadable
from selfproof.errors import PolicyError
from selfproof.tagged import content_id
from selfproof.texts import both, refused

__all__ = ["DayKind", "Industry", "Peer", "Policy", "Row", "Scorecard", "Share", "load", "parse", "text"]

Level = Annotated[int, Field(ge=0, le=5)]
Months = Annotated[int, Field(ge=1, le=60)]
Stop = Literal["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"]
Contradiction = Literal["X1", "X2", "X3", "X4", "X5"]
_LONGEST = 400_000  # characters; the shipped one has 20,000


class Sigma(Part):
    """Standard deviations of ln(shown / true) by kind, for any image, and for a third party."""

    kind: dict[str, Positive]
    image: Positive
    third_party: Positive


class Fusion(Part):
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
            raise Misplaced("months", "min_months")
        return self


class Invoices(Part):
    """Rules for new and void invoices."""

    new_days: Annotated[int, Field(ge=0)]
    void_words: tuple[str, ...]


class Dated(Part):
    """Single papers: the first of the amounts that is there counts."""

    amount: tuple[str, ...]
    day: str
    payer: str
    key: str


class KindSource(Part):
    """Where a kind's amounts come from.

    customers: of lists that are of one customer each, the field that names it; two customers' lists are no copies.
    channels: lists of one channel of payment, which never tell what came in by others: alone they contradict a yearly
    figure only where they exceed it.
    """

    months: dict[str, str] = Field(default_factory=dict)
    customers: dict[str, str] = Field(default_factory=dict, exclude_if=unset)
    channels: tuple[str, ...] = Field(default=(), exclude_if=unset)
    dated: dict[str, Dated] = Field(default_factory=dict)


class Source(Part):
    """A third-party source: yearly field, monthly field, scope, and the field that names store or account.

    receives: sources whose money arrives here once more, as a platform's pay-outs do on a bank account.
    """

    annual: str
    months: str
    scope: Literal["full", "partial"]
    name: str = "name"
    receives: tuple[str, ...] = Field(default=(), exclude_if=unset)


class EvidenceCaps(Part):
    """Caps on an evidence's own effect."""

    declaration: Share
    photo: Share
    invoicing: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.declaration > self.photo:
            raise Misplaced("bare_declaration", "declaration")
        return self


class LimitRules(Part):
    """Numbers of the limit (credit-method, section 3).

    funds_least: own funds and loans count on the credited part in proportion, by at least this share; None: in full.
    stop_lowers: an adverse third-party fact may lower the limit that a fraud stop freezes.
    """

    turnover_cap: Share
    dscr: Annotated[float, Field(ge=1)]
    annual_rate: Share
    months: Months
    days: Literal[360, 365]
    own_funds_share: Share
    funds_least: Share | None = Field(default=None, exclude_if=unset)
    stop_lowers: bool = Field(default=False, exclude_if=unset)
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
            raise Misplaced("max_below_entry", "policy_max")
        if self.exposure_max < self.policy_max:
            raise Misplaced("exposure_below_max", "exposure_max")
        if self.four_eyes > self.policy_max:
            raise Misplaced("four_eyes_above_max", "four_eyes")
        if self.rounding > self.entry:
            raise Misplaced("rounding_above_entry", "rounding")
        return self


class Trade(Part):
    """A trade: kinds that vote, kinds that give V_part, days that do not arise, ceilings by fact, needs.

    seen: ceilings by what was counted on photos, by the photo's field; they count where nothing else tells a capacity.
    """

    kinds: tuple[str, ...]
    part: tuple[str, ...]
    zero_days: tuple[DayKind, ...] = ()
    ceilings: dict[str, str] = Field(default_factory=dict)
    seen: dict[str, str] = Field(default_factory=dict)
    needs: tuple[Literal["cycle", "order", "season"], ...]
    peak: Annotated[float, Field(ge=1)] = 1.0
    entry_only: bool = False


class Effect(Part):
    """What a failed check does. every: its cap is on all papers that it names, not on the first alone."""

    stop: Stop | None = None
    cap_level: Level | None = None
    contradiction: Contradiction | None = None
    advisory: bool = False
    every: bool | None = Field(default=None, exclude_if=unset)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        acts = self.stop or self.contradiction or self.cap_level is not None
        if bool(acts) == self.advisory:
            raise Misplaced("acts_or_advises")
        if self.stop and (self.cap_level or self.contradiction):
            raise Misplaced("stop_alone")
        return self


class Typical(Part):
    """The instance of a kind that advice tries.

    adds: the kind, already there, to which this adds what it lacks: months without a paper, or other accounts.
    """

    level: Level = 4
    months: Months = 6
    scope: Literal["full"] | None = None
    photos: bool = False
    capacity: bool = False
    orders: bool = False
    tenure_years: Positive | None = None
    adds: str = Field(default="", exclude_if=unset)
    lacks: Literal["months", "accounts"] = Field(default="months", exclude_if=lambda value: value == "months")
    effort: Positive


class AdviceRules(Part):
    """Gain bands in CNY, and what is tried."""

    bands: tuple[Annotated[float, Field(ge=0)], ...]
    kinds: dict[str, Typical]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if any(low >= high for low, high in pairwise(self.bands)):
            raise Misplaced("gain_order", "bands")
        return self


class Tries(Part):
    """How often an owner's papers are counted anew (credit-method, section 2): so many times in so many days.

    hours: what is sent within so many hours of a try's first file belongs to it.
    """

    most: Annotated[int, Field(ge=1)]
    days: Annotated[int, Field(ge=1)]
    hours: Annotated[int, Field(ge=1)]


class Policy(Part):
    """A whole policy."""

    name: str
    kill_switch: bool
    levels: tuple[Share, Share, Share, Share, Share, Share]
    photo_credibility: Share
    photo_scenes: tuple[str, ...]
    photo_shows: Annotated[float, Field(gt=0, le=1)] = 1.0
    withdrawn_days: Annotated[int, Field(ge=0)]
    tries: Tries | None = Field(default=None, exclude_if=unset)
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
    def _believes_in_order(self) -> Self:
        if any(low >= high for low, high in pairwise(self.levels)):
            raise Misplaced("level_order", "levels")
        if self.levels[0] > 0:
            raise Misplaced("level_zero", "levels")
        return self

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        if "general" not in self.industries:
            raise Misplaced("general", "industries")
        for name, trade in self.trades.items():
            unknown = set(trade.kinds) - set(self.kinds)
            if unknown:
                raise Misplaced("unknown_kinds", "trades", name, "kinds", names=unknown)
            unknown = set(trade.part) - set(self.kinds) - {"orders"}
            if unknown:
                raise Misplaced("unknown_kinds", "trades", name, "part", names=unknown)
        missing = (set(self.kinds) | {"declared", "orders"}) - set(self.sigma.kind)
        if missing:
            raise Misplaced("sigma_lacks", "sigma", "kind", names=missing)
        for name, typical in self.advice.kinds.items():
            if typical.adds and typical.adds not in self.kinds:
                raise Misplaced("unknown_advice", "advice", "kinds", name, names=[typical.adds])
        return self

    @model_validator(mode="after")
    def _knows_its_capacities(self) -> Self:
        known = {unit for industry in self.industries.values() for unit in industry.capacity}
        for name, trade in self.trades.items():
            for part, rows in (("ceilings", trade.ceilings), ("seen", trade.seen)):
                if set(rows.values()) - known:
                    raise Misplaced("no_capacity", "trades", name, part, names=set(rows.values()) - known)
        return self

    @model_validator(mode="after")
    def _names_its_checks(self) -> Self:
        named = {check for rows in self.consistency.values() for checks in rows.values() for check in checks}
        named |= {self.trusted_signature, *self.match.values(), *self.copies}
        if named - set(self.checks):
            raise Misplaced("checks_lack", "checks", names=named - set(self.checks))
        return self

    @property
    def version(self) -> str:
        """A hash of the content: the same numbers are the same version."""
        return content_id(self.model_dump(mode="json"))

    def trade(self, name: str) -> Trade:
        """The row of a trade; raises PolicyError when the policy has none of this name."""
        if name not in self.trades:
            message = f"{self.name}: no trade '{name}', only {', '.join(self.trades)}"
            raise PolicyError(message, code=f"no_trade {name}")
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
        raise refused(name, both("policies.too_long", count=f"{_LONGEST}"))
    try:
        tree = yaml.compose(content, Loader=yaml.SafeLoader)
        twice = list(repeated(tree))
        if twice:
            raise refused(name, *twice)
        return Policy.model_validate(yaml.safe_load(content))
    except yaml.YAMLError as error:
        raise refused(name, unreadable(error)) from error
    except RecursionError as error:
        raise refused(name, both("policies.too_deep")) from error
    except ValidationError as error:
        raise refused(name, *problems(error, tree)) from error
    except ValueError as error:  # what YAML takes for a number or a day and Python cannot hold
        raise refused(name, both("policies.unreadable", said=str(error))) from error


def text(source: str | Path = "standard") -> str:
    """The YAML text of a shipped policy by name, or of a file by path; raises PolicyError when there is none."""
    if isinstance(source, str) and not source.endswith((".yaml", ".yml")):
        folder = files("selfproof.credit").joinpath("policies")
        shipped = folder.joinpath(f"{source}.yaml")
        if not shipped.is_file():
            named = sorted(item.name.removesuffix(".yaml") for item in folder.iterdir())
            raise refused(source, both("policies.no_name", shipped=", ".join(named)))
        return shipped.read_text("utf-8")
    try:
        return Path(source).read_text("utf-8")
    except FileNotFoundError as error:
        raise refused(f"{source}", both("policies.no_file")) from error
    except UnicodeDecodeError as error:
        raise refused(f"{source}", both("policies.no_text")) from error
    except OSError as error:
        raise PolicyError(f"{source}: {error.strerror}") from error
