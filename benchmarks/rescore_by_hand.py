"""The standard policy written by hand as a Polars query, for workshops whose kinds were each shown at one level.

What an engineer would write who knows the method and Polars and has one policy to run: the same columns as
`selfproof.batch.compiled` gives, to measure what compiling costs. Numbers are taken from the policy, formulas are not.
"""
# ruff: noqa: PLR2004  the numbers of one policy are written out: that is the point

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

import polars as pl

from selfproof.credit.limit import annuity, cycle_days
from selfproof.credit.policy import Policy

KINDS = ("invoicing", "receipts", "tax", "operations")
ALL = ("declared", *KINDS)
PARTIAL, FULL = ("platform", "acquirer", "bank"), ("tax",)
c, when, lit = pl.col, pl.when, pl.lit


def table(policy: Policy, names: Iterable[str]) -> pl.DataFrame:
    """One row for each industry and last month: its numbers, and the season's shares of the window."""
    rows = []
    for name in sorted(set(names)):
        row = policy.industry(name)[1]
        own = {"i_margin": row.margin, "i_cycle": cycle_days(row.days, policy.trades["workshop"])}
        for place in range(3):
            band = row.peer.bands[place] if place < len(row.peer.bands) else None
            own |= {
                f"to{place}": band and band.up_to,
                f"med{place}": band and band.median,
                f"p{place}": band and band.p90,
            }
        own |= {"med": row.peer.median, "p": row.peer.p90}
        own |= {f"cap_{unit}": row.capacity.get(unit) for unit in ("per_kwh", "per_head", "per_machine")}
        for phase in range(12):
            season = {f"s{month}": row.season[(phase - month) % 12] for month in range(12)}
            rows.append({"industry": name, "phase": phase} | own | season)
    return pl.DataFrame(rows, schema_overrides={"phase": pl.Int8}, infer_schema_length=None)


def query(frame: pl.LazyFrame, policy: Policy, names: Iterable[str]) -> pl.LazyFrame:
    """The limits and every link of the waterfall for each row."""
    found = frame.join(table(policy, names).lazy(), on=["industry", "phase"], how="left", maintain_order="left")
    found = _readings(_third_party(found, policy), policy)
    found = _links(_fused(_pairs(found, policy), policy), policy)
    return _chain(_ceilings(found, policy), policy)


def _third_party(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    full = [c(f"feed.{name}.{place}") for name in FULL for place in (0, 1)]
    part = [c(f"feed.{name}.{place}").fill_null(0.0) for name in PARTIAL for place in (0, 1)]
    r = policy.levels[5]
    listed, banks = part[0] + part[1] + part[2] + part[3], part[4] + part[5]  # a bank receives what the others pay out
    total = listed + pl.max_horizontal(banks - listed, lit(0.0))
    top = pl.max_horizontal(*full)
    median, p90 = c("med"), c("p")
    for place in (2, 1, 0):
        fits = top <= c(f"to{place}")
        median, p90 = (
            when(fits).then(c(f"med{place}")).otherwise(median),
            when(fits).then(c(f"p{place}")).otherwise(p90),
        )
    logs = full[0].log().fill_null(0.0) + full[1].log().fill_null(0.0)
    count = full[0].is_not_null().cast(pl.Float64) + full[1].is_not_null().cast(pl.Float64)
    mean = when(count > 0).then((logs / count).exp()).otherwise(0.0)
    found = found.with_columns(part=total, peer=median, p90=p90)
    return found.with_columns(v3=pl.max_horizontal(mean * r, c("part") * r))


def _readings(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Window, seasonality, new invoices and completeness of each kind."""
    rules = policy.fusion
    for kind in KINDS:
        m = [c(f"{kind}.0.m{back}") for back in range(12)]
        last = [when(m[back].is_not_null()).then(lit(back + 1, pl.Int32)) for back in range(12)]
        shown = pl.sum_horizontal(*(amount.is_not_null().cast(pl.Int32) for amount in m))
        found = found.with_columns(pl.max_horizontal(*last).fill_null(0).alias("n"), shown.alias("shown"))
        if kind in ("invoicing", "operations"):
            found = _filled(found, kind)
            amounts = [c(f"x{back}") if back < 4 else m[back].fill_null(0.0) for back in range(12)]
        else:
            amounts = [amount.fill_null(0.0) for amount in m]
        inside = [c("n") > back for back in range(12)]
        flat = [when(inside[back]).then(amounts[back] / c(f"s{back}")).alias(f"y{back}") for back in range(12)]
        found = found.with_columns(*flat)
        middle = pl.concat_arr(*(c(f"y{back}") for back in range(12))).arr.median()
        found = found.with_columns((rules.month_cap * middle).alias("most"))
        capped, shares, seen = lit(0.0), lit(0.0), lit(0.0)
        for back in range(11, -1, -1):
            capped = capped + when(inside[back]).then(
                pl.min_horizontal(c(f"y{back}"), c("most")) * c(f"s{back}")
            ).otherwise(0.0)
            shares = shares + when(inside[back]).then(c(f"s{back}")).otherwise(0.0)
            seen = seen + when(inside[back]).then(amounts[back]).otherwise(0.0)
        few = (c("n") < rules.min_months) | (c("shown") < rules.min_coverage * c("n"))
        found = found.with_columns(
            when(c("n") > 0).then(pl.max_horizontal(capped / shares, lit(0.0))).otherwise(0.0).alias(f"raw.{kind}"),
            seen.alias("sum"), (c("n") > 0).alias(f"ok.{kind}"), few.alias(f"few.{kind}"),
        )  # fmt: skip
        found = _believed(found, kind, policy)
    return _others(found, policy)


def _filled(found: pl.LazyFrame, kind: str) -> pl.LazyFrame:
    total = lit(0.0)
    for back in range(11, -1, -1):
        old = c(f"{kind}.0.m{back}").fill_null(0.0)
        total = total + when((c("n") > back) & (c("older") <= back)).then(old).otherwise(0.0)
    size = c("n") - c("older")
    found = found.with_columns(when(size > 0).then(total / size).otherwise(0.0).alias("mean"))
    old = [c(f"{kind}.0.m{back}").fill_null(0.0) for back in range(4)]
    new = [c(f"{kind}.0.f{back}").fill_null(0.0) for back in range(4)]
    room = [pl.max_horizontal(c("mean") - old[back], lit(0.0)) for back in range(4)]
    return found.with_columns(
        (old[back] + pl.min_horizontal(new[back], room[back])).alias(f"x{back}") for back in range(4)
    )


def _believed(found: pl.LazyFrame, kind: str, policy: Policy) -> pl.LazyFrame:
    """Credibility, spread, and the figure drawn towards the industry."""
    rules, raw, n = policy.fusion, c(f"raw.{kind}"), c("n")
    sigma = policy.sigma.kind[kind]
    r = lit(0.0)
    for level in range(1, 6):
        r = when(c(f"{kind}.0.level") == level).then(lit(policy.levels[level])).otherwise(r)
    z = n / (n + rules.prior_months)
    x = z * raw + (1 - z) * pl.min_horizontal(c("peer"), rules.peer_multiple * raw)
    x = when(n >= rules.full_months).then(raw).otherwise(x)
    seen, total = pl.max_horizontal(c("sum"), lit(0.0)), c(f"{kind}.0.total").fill_null(0.0)
    total = when(total == 0).then(1.0).otherwise(total)
    absent = pl.max_horizontal(c("sum") * c(f"{kind}.0.missing").fill_null(0.0) / total, lit(0.0))
    found = found.with_columns(
        when(c(f"{kind}.0.weight") > 0).then(r).otherwise(0.0).alias(f"r.{kind}"),
        when(c(f"{kind}.0.picture")).then(max(sigma, policy.sigma.image)).otherwise(sigma).alias(f"sigma.{kind}"),
        x.alias(f"x.{kind}"), seen.alias(f"seen.{kind}"),
        when(c("covered_none")).then(seen).otherwise(absent).alias(f"absent.{kind}"),
    )  # fmt: skip
    few, ok = c(f"few.{kind}"), c(f"ok.{kind}")
    value = when(ok).then(when(few).then(c(f"seen.{kind}")).otherwise(c(f"x.{kind}"))).otherwise(0.0)
    return found.with_columns((ok & ~few & (raw > 0)).alias(f"full.{kind}"), value.alias(f"value.{kind}"))


def _others(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """The declaration, where no kind states an amount; logarithms, once for each figure."""
    alone = ~pl.any_horizontal(*(c(f"ok.{kind}") for kind in KINDS)) & (c("declared") > 0).fill_null(value=False)
    amount = when(alone).then(c("declared")).otherwise(0.0)
    found = found.with_columns(
        alone.alias("full.declared"), amount.alias("x.declared"), amount.alias("raw.declared"),
        amount.alias("value.declared"), lit(policy.levels[1]).alias("r.declared"),
        lit(policy.sigma.kind["declared"]).alias("sigma.declared"), lit(value=False).alias("few.declared"),
    )  # fmt: skip
    return found.with_columns(
        *(c(f"x.{kind}").log().alias(f"lx.{kind}") for kind in ALL),
        *(c(f"raw.{kind}").log().alias(f"lr.{kind}") for kind in ALL),
    )


def _pairs(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """The contradiction between every two figures, then the worst of each leading part of the chain."""
    figures = [(kind, c(f"value.{kind}"), policy.sigma.kind[kind], ~c(f"few.{kind}")) for kind in ALL]
    third = policy.sigma.third_party
    figures += [(f"feed{place}", c(f"feed.tax.{place}").fill_null(0.0), third, lit(value=True)) for place in (0, 1)]
    figures.append(("part", c("part"), third, lit(value=False)))
    pairs = list(combinations(figures, 2))
    found = found.with_columns((one[1] / two[1]).log().alias(f"d.{one[0]}.{two[0]}") for one, two in pairs)
    columns = []
    for one, two in pairs:
        d = c(f"d.{one[0]}.{two[0]}")
        counts = (one[3] & two[3]) | (one[3] & (d < 0)) | (two[3] & (d > 0))
        scale = math.sqrt((one[2] ** 2 + two[2] ** 2) / policy.fusion.correlation)
        there = (one[1] > 0) & (two[1] > 0) & counts
        columns.append(when(there).then(d.abs() / scale).otherwise(0.0).alias(f"b.{one[0]}.{two[0]}"))
    return found.with_columns(columns).with_columns(
        *(_worst(ALL[:count]).alias(f"b{count}") for count in range(len(ALL) + 1)),
        _worst(("declared", "receipts", "tax", "operations")).alias("b_others"),
    )


def _worst(kinds: tuple[str, ...]) -> pl.Expr:
    names = [*kinds, "feed0", "feed1", "part"]
    return pl.max_horizontal(lit(1.0), *(c(f"b.{one}.{two}") for one, two in combinations(names, 2)))


def _fused(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    sets = {f"{count}": ALL[:count] for count in range(1, len(ALL) + 1)} | {
        "_others": tuple(k for k in ALL if k != "invoicing")
    }
    columns = []
    for name, kinds in sets.items():
        w, x, raw, told, strong, weak = lit(0.0), lit(0.0), lit(0.0), lit(0.0), lit(1.0), lit(0.0)
        for kind in kinds:
            weight, full, r, sigma = (
                1 / policy.sigma.kind[kind] ** 2,
                c(f"full.{kind}"),
                c(f"r.{kind}"),
                c(f"sigma.{kind}"),
            )
            w = w + when(full).then(weight).otherwise(0.0)
            x = x + when(full).then(weight * c(f"lx.{kind}")).otherwise(0.0)
            raw = raw + when(full).then(weight * c(f"lr.{kind}")).otherwise(0.0)
            told = told + when(full).then(r / (sigma * sigma)).otherwise(0.0)
            high = r >= policy.fusion.strong
            strong = strong * when(full & high).then(1 - r).otherwise(1.0)
            weak = pl.max_horizontal(weak, when(full & ~high).then(r).otherwise(0.0))
        anyone = pl.any_horizontal(*(c(f"full.{kind}") for kind in kinds))
        columns += [
            anyone.alias(f"any{name}"), w.alias(f"w{name}"), x.alias(f"mu{name}"), raw.alias(f"mr{name}"),
            told.alias(f"told{name}"), (strong * (1 - weak)).alias(f"doubt{name}"),
        ]  # fmt: skip
        columns.append(_stage(kinds).alias(f"part{name}"))
    found = found.with_columns(columns)
    return found.with_columns(expression for name in sets for expression in _centres(name))


def _stage(kinds: tuple[str, ...]) -> pl.Expr:
    stages = [
        when(c(f"ok.{kind}") & (c(f"few.{kind}") | (c("v3") > 0)) & (c(f"r.{kind}") > 0))
        .then(c(f"r.{kind}") * c(f"absent.{kind}") * (-c(f"sigma.{kind}") / c(f"r.{kind}").sqrt()).exp())
        .otherwise(0.0)
        for kind in kinds
        if kind in ("invoicing", "receipts")
    ]
    return pl.max_horizontal(lit(0.0), *stages)


def _centres(name: str) -> list[pl.Expr]:
    se = when(c(f"told{name}") > 0).then(c(f"b{name}") / c(f"told{name}").sqrt()).otherwise(math.inf)
    centre = (c(f"mu{name}") / c(f"w{name}")).exp() * (-se).exp()
    there = c(f"any{name}")
    return [
        when(there).then(centre).otherwise(0.0).alias(f"low{name}"),
        when(there).then((c(f"mr{name}") / c(f"w{name}")).exp()).otherwise(0.0).alias(f"top{name}"),
    ]


def _v(name: str, policy: Policy, *, photos: bool = False, ceiling: pl.Expr | None = None) -> pl.Expr:
    v3, vote = c("v3"), when(c("photos")).then(1 - policy.photo_credibility).otherwise(1.0) if photos else lit(1.0)
    trust = pl.min_horizontal(1 - c(f"doubt{name}") * vote, lit(policy.fusion.corroboration_max))
    trust = when(c(f"any{name}")).then(trust).otherwise(0.0) / c(f"b{name}")
    v_all = pl.min_horizontal(c(f"low{name}"), c(f"top{name}"))
    part = v3 + c(f"part{name}")
    if ceiling is not None:
        v_all, part = pl.min_horizontal(v_all, ceiling), pl.min_horizontal(part, pl.max_horizontal(v3, ceiling))
    return pl.max_horizontal(v3 + trust * pl.max_horizontal(v_all - v3, lit(0.0)), part)


def _links(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """V after each kind, with the photos, and under the ceiling."""
    trade, scale = policy.trades["workshop"], policy.limit.turnover_cap
    told = [
        when((c(f"capacity.{name}") > 0) & c(f"cap_{unit}").is_not_null()).then(
            c(f"capacity.{name}") * c(f"cap_{unit}")
        )
        for name, unit in trade.ceilings.items()
    ]
    machines = c("seen.machines").fill_null(0.0)
    seen = pl.min_horizontal(c("cap_per_machine") * machines / policy.photo_shows, c("p90"))
    seen = when((machines != 0) & c("cap_per_machine").is_not_null()).then(seen)
    found = found.with_columns(ceiling=pl.coalesce(pl.min_horizontal(*told), seen, c("p90")))
    columns = [_v(f"{count}", policy).alias(f"after{count}") for count in range(1, len(ALL) + 1)]
    columns += [_v("5", policy, photos=True).alias("v_photos")]
    columns += [_v("5", policy, photos=True, ceiling=c("ceiling")).alias("v")]
    columns += [_v("_others", policy, photos=True, ceiling=c("ceiling")).alias("v_others")]
    steps = {"third_party": "v3", **{kind: f"after{count}" for count, kind in enumerate(ALL, 1)}}
    steps |= {"photos": "v_photos", "ceiling": "v"}
    return found.with_columns(columns).with_columns((scale * c(v)).alias(f"step.{name}") for name, v in steps.items())


def _ceilings(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Margin, days, grade; then need, cash flow and turnover cap for the three turnovers that count."""
    rules = policy.limit
    observed = when((c("margin.months") >= policy.fusion.min_months) & (c("margin.sales") > 0)).then(
        1 - c("margin.costs") / c("margin.sales")
    )
    margin = pl.min_horizontal(c("i_margin"), c("margin.declared"), observed).clip(0.0, 1.0)
    shorter = pl.min_horizontal(c("i_cycle"), c("cycle.declared").clip(lower_bound=0.0))
    grown = [
        when((c(f"growth.{kind}.months") >= rules.growth_months) & (c(f"growth.{kind}.before") > 0))
        .then(c(f"growth.{kind}.now") / c(f"growth.{kind}.before") - 1)
        for kind in ("invoicing", "receipts")
    ]  # fmt: skip
    worth = lit(0.0)
    for level in range(rules.order_level, 6):
        worth = worth + rules.order_share * policy.levels[level] * c(f"orders.unpaid.{level}").fill_null(0.0)
    found = found.with_columns(margin=margin, cycle=shorter, worth=worth, grade=_grade(policy))
    for name, v in (("", c("v")), ("_others", c("v_others")), ("_alone", c("v3"))):
        ordered = when(v > 0).then(c("worth") / v).otherwise(0.0)
        growth = pl.min_horizontal(pl.max_horizontal(lit(0.0), *grown, ordered), lit(rules.growth_max))
        found = found.with_columns(growth.alias(f"g{name}"))
        gross = v * (1 - c("margin")) * (1 + c(f"g{name}")) * c("cycle") / rules.days * policy.trades["workshop"].peak
        found = found.with_columns(gross.alias("gross"))
        usual, own = rules.own_funds_share * c("gross"), c("own_funds").clip(lower_bound=0.0)
        told = (c("declared") > 0) & pl.any_horizontal(c(f"{kind}.0.level").is_not_null() for kind in policy.kinds)
        part = when(told).then((v / c("declared")).clip(rules.funds_least, 1.0)).otherwise(1.0)
        own = pl.coalesce(pl.min_horizontal(own, pl.max_horizontal(usual, part * own)), usual)
        surplus = pl.max_horizontal(v * c("margin") / rules.dscr - c("debt_service"), lit(0.0))
        found = found.with_columns(
            pl.max_horizontal(c("gross") - own - part * c("loans"), lit(0.0)).alias(f"need{name}"),
            (surplus / annuity(rules.annual_rate, rules.months)).alias(f"cash{name}"),
            (rules.turnover_cap * v).alias(f"cap{name}"),
        )
        lowest = pl.min_horizontal(c(f"need{name}"), c(f"cash{name}"), c(f"cap{name}"))
        found = found.with_columns(lowest.alias(f"lowest{name}"))
    return found


def _grade(policy: Policy) -> pl.Expr:
    card, least = policy.scorecard, policy.fusion.min_months
    swing = pl.min_horizontal(
        *(when(c(f"volatility.{place}.months") >= least).then(c(f"volatility.{place}")) for place in (0, 1))
    )
    tenure = c("tenure_years")
    points = when(c("arrears") == "yes").then(-30.0).otherwise(0.0)
    points = points + c("bureau_band").replace_strict(
        {"A": 0.0, "B": -5.0, "C": -15.0, "D": -30.0, "E": -50.0}, default=-5.0
    )
    points = points + when(c("concentration") >= 0.8).then(-6.0).when(c("concentration") >= 0.5).then(-3.0).otherwise(
        0.0
    )
    points = points + when(swing >= 1.0).then(-10.0).when(swing >= 0.5).then(-5.0).otherwise(0.0)
    points = points + when(tenure < 1).then(-20.0).when(tenure < 3).then(-10.0).when(tenure < 10).then(-5.0).when(
        tenure >= 10).then(0.0).otherwise(-10.0)  # fmt: skip
    return pl.max_horizontal(card.start + points, lit(float(card.floor))) / 100


def _chain(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    """Grade, caps, rounding, what binds, and the reason codes."""
    rules, existing = policy.limit, c("existing")
    star = pl.max_horizontal(existing, lit(rules.entry))
    strong = pl.any_horizontal(*(c(f"ok.{kind}") & (c(f"{kind}.0.level") >= 2) for kind in KINDS))
    share = when(c("photos")).then(rules.caps.photo).otherwise(rules.caps.declaration)
    weak = pl.max_horizontal(existing + share * star, c("grade") * c("lowest_alone"))
    yearly = c("r.invoicing") * when(c("few.invoicing")).then(c("seen.invoicing")).otherwise(c("raw.invoicing"))
    invoiced = pl.max_horizontal(existing, c("grade") * c("lowest_others")) + rules.caps.invoicing * yearly
    lowest = pl.max_horizontal(c("lowest_base").fill_null(math.inf), lit(rules.entry))
    caps = {
        "weak_evidence": when(strong).then(math.inf).otherwise(weak),
        "invoicing_cap": when(c("ok.invoicing")).then(invoiced).otherwise(math.inf),
        "entry": None,
        "policy_max": lit(rules.policy_max),
        "exposure": pl.max_horizontal(rules.exposure_max - c("exposure"), lit(0.0)),
        "ladder": rules.ladder * pl.min_horizontal(star, lowest),
        "adverse": when(c("adverse")).then(existing).otherwise(math.inf),
    }
    need, cash, cap = c("need"), c("cash"), c("cap")
    formula = when((need <= cash) & (need <= cap)).then(lit("need")).when(cash <= cap).then(lit("cash_flow"))
    formula = formula.otherwise(lit("turnover_cap"))
    found = found.with_columns(existing.alias("step.base"), c("lowest").alias("step.binding"), formula.alias("formula"))
    found = found.with_columns((c("step.binding") * c("grade")).alias("step.grade"), c("formula").alias("free"))
    last = "step.grade"
    for name, top in caps.items():
        value = c(last) if top is None else pl.min_horizontal(c(last), top)
        found = found.with_columns(value.alias(f"step.{name}"))
        label = lit("ladder" if name == "ladder" else "policy")
        found = found.with_columns(when(c(f"step.{name}") == c(last)).then(c("free")).otherwise(label).alias("free"))
        last = f"step.{name}"
    return _outcome(
        found.with_columns(((c(last) / rules.rounding + 1e-6).floor() * rules.rounding).alias("step.rounding")), policy
    )


def _outcome(found: pl.LazyFrame, policy: Policy) -> pl.LazyFrame:
    rules, existing = policy.limit, c("existing")
    stops = "|".join(name for name, effect in policy.checks.items() if effect.stop)
    kept = when(c("adverse")).then(c("step.rounding")).otherwise(pl.max_horizontal(c("step.rounding"), existing))
    found = found.with_columns(
        kept.alias("step.kept"), existing.round(2).alias("base"), c("b5").alias("b"), (c("g") == 0).alias("no_growth"),
        (c("failed").str.contains(rf"(^| )({stops})( |$)") | (c("void") > 0)).alias("stopped"),
    )  # fmt: skip
    binding = when(c("step.kept") > c("step.rounding")).then(lit("base")).otherwise(c("free"))
    found = found.with_columns(
        when(c("stopped")).then(c("base")).otherwise(c("step.kept").round(2)).alias("recommended"),
        when(c("stopped")).then(lit("stop")).otherwise(binding).alias("binding"),
        (c("step.kept") / pl.max_horizontal(existing, lit(rules.entry))).alias("uplift"),
        *(_code(count, kind) for count, kind in enumerate(ALL, 1)),
    )
    held = c("b") > policy.fusion.review_contradiction
    lower = pl.min_horizontal(c("base"), c("recommended"))
    return found.with_columns(when(held).then(lower).otherwise(c("recommended")).alias("effective"))


def _code(count: int, kind: str) -> pl.Expr:
    if kind == "declared":
        return (
            when((c("step.declared") < c("step.third_party")) & (c("b1") > c("b0")))
            .then(lit("X1"))
            .otherwise(lit("E1"))
            .alias("code.declared")
        )
    level = c(f"{kind}.0.level")
    worth = when(c(f"few.{kind}")).then(lit("E9")).when((level <= 2) & (c(f"{kind}.0.rank") >= 5)).then(lit("E2"))
    worth = worth.when(level <= 2).then(lit("E3")).when(level == 3).then(lit("E4")).otherwise(lit("E5"))
    falls = c(f"step.{kind}") < c(f"step.{ALL[count - 2]}")
    return when(falls & (c(f"b{count}") > c(f"b{count - 1}"))).then(lit("X1")).otherwise(worth).alias(f"code.{kind}")
