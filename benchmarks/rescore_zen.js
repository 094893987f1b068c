// The standard policy for a workshop whose kinds were each shown at one level, as a function of zen-engine.
// The same rule as benchmarks/rescore_by_hand.py; numbers come in under `p`, the row under `x`.
const months = Array.from({ length: 12 }, (_, i) => i);
const or0 = (v) => v ?? 0;
function reading(x, p, kind) {
  const at = (name) => x[`${kind}.0.${name}`];
  const there = months.filter((m) => at(`m${m}`) != null);
  if (!there.length) return null;
  const n = there[there.length - 1] + 1;
  const range = months.slice(0, n).reverse();
  const amounts = months.map((m) => or0(at(`m${m}`)));
  if (p.dated[kind]) {
    const older = range.filter((m) => m >= x.older);
    const mean = older.length ? older.reduce((s, m) => s + amounts[m], 0) / older.length : 0;
    for (let m = 0; m < 4; m++) amounts[m] += Math.min(or0(at(`f${m}`)), Math.max(0, mean - amounts[m]));
  }
  const flat = range.map((m) => amounts[m] / x.share[m]);
  const sorted = [...flat].sort((a, b) => a - b);
  const most = (p.cap * (sorted[(n - 1) >> 1] + sorted[n >> 1])) / 2;
  const shares = range.reduce((s, m) => s + x.share[m], 0);
  const raw = Math.max(0, range.reduce((s, m, i) => s + Math.min(flat[i], most) * x.share[m], 0) / shares);
  const sum = range.reduce((s, m) => s + amounts[m], 0);
  const partial = n < p.min_months || there.length < p.min_coverage * n;
  const level = at("level"), z = n / (n + p.k), seen = Math.max(0, sum);
  const grown = n >= p.full_months ? raw : z * raw + (1 - z) * Math.min(x.peer, p.multiple * raw);
  return {
    kind, level, raw, partial, seen, x: grown, rank: at("rank"), r: at("weight") > 0 ? p.levels[level] : 0,
    s: at("picture") ? Math.max(p.sigma[kind], p.image) : p.sigma[kind], sk: p.sigma[kind],
    absent: x.covered_none ? seen : Math.max(0, (sum * or0(at("missing"))) / (at("total") || 1)),
    full: !partial && raw > 0, value: partial ? seen : grown,
  };
}
function worst(reads, x, p) {
  const claims = reads.filter((r) => r.value > 0).map((r) => ({ v: r.value, s: r.sk, full: !r.partial }));
  for (const v of x.full) claims.push({ v, s: p.third, full: true });
  if (x.part > 0) claims.push({ v: x.part, s: p.third, full: false });
  let b = 1;
  for (let i = 0; i < claims.length; i++)
    for (let j = i + 1; j < claims.length; j++) {
      const a = claims[i], c = claims[j], d = Math.log(a.v / c.v);
      if ((a.full && c.full) || (a.full && d < 0) || (c.full && d > 0))
        b = Math.max(b, Math.abs(d) / Math.sqrt((a.s * a.s + c.s * c.s) / p.rho));
    }
  return b;
}
function credit(reads, x, p, photos, ceiling) {
  const b = worst(reads, x, p), full = reads.filter((r) => r.full);
  let all = 0, trust = 0;
  if (full.length) {
    let w = 0, mu = 0, raw = 0, told = 0, strong = 1, weak = 0;
    for (const r of full) {
      const o = 1 / (r.sk * r.sk);
      w += o; mu += o * Math.log(r.x); raw += o * Math.log(r.raw); told += r.r / (r.s * r.s);
      if (r.r >= p.strong) strong *= 1 - r.r; else weak = Math.max(weak, r.r);
    }
    const se = told > 0 ? b / Math.sqrt(told) : Infinity;
    all = Math.min(Math.exp(mu / w) * Math.exp(-se), Math.exp(raw / w), ceiling);
    trust = Math.min(p.most, 1 - strong * (1 - weak) * (photos ? 1 - p.photo : 1)) / b;
  }
  let part = 0;
  for (const r of reads)
    if ((r.kind === "invoicing" || r.kind === "receipts") && (r.partial || x.v3 > 0) && r.r > 0)
      part = Math.max(part, r.r * r.absent * Math.exp(-r.s / Math.sqrt(r.r)));
  const v = Math.max(x.v3 + trust * Math.max(0, all - x.v3), Math.min(x.v3 + part, Math.max(x.v3, ceiling)));
  return { v, b };
}
function ceilings(v, x, p) {
  const growth = Math.min(p.growth_max, Math.max(0, ...x.grown, v > 0 ? x.worth / v : 0));
  const gross = (v * (1 - x.m) * (1 + growth) * x.cycle) / p.days;
  const usual = p.own_share * gross, told = Math.max(0, x.own_funds ?? 0);
  const beside = p.all_kinds.some((k) => x[`${k}.0.level`] != null);
  const f = x.declared > 0 && beside ? Math.max(p.funds_least, Math.min(1, v / x.declared)) : 1;
  const own = x.own_funds == null ? usual : Math.min(told, Math.max(usual, f * told));
  const need = Math.max(0, gross - own - f * x.loans);
  const cash = Math.max(0, (v * x.m) / p.dscr - x.debt_service) / p.annuity;
  const cap = p.psi * v, lowest = Math.min(need, cash, cap);
  const formula = lowest === need ? "need" : lowest === cash ? "cash_flow" : "turnover_cap";
  return { lowest, growth, formula };
}
function points(x, p) {
  const swings = [0, 1].filter((i) => x[`volatility.${i}.months`] >= p.min_months).map((i) => x[`volatility.${i}`]);
  const swing = swings.length ? Math.min(...swings) : null, t = x.tenure_years, h = x.concentration;
  let all = 100 + (x.arrears === "yes" ? -30 : 0) + ({ A: 0, B: -5, C: -15, D: -30, E: -50 }[x.bureau_band] ?? -5);
  all += h == null ? 0 : h >= 0.8 ? -6 : h >= 0.5 ? -3 : 0;
  all += swing == null ? 0 : swing >= 1 ? -10 : swing >= 0.5 ? -5 : 0;
  all += t == null ? -10 : t < 1 ? -20 : t < 3 ? -10 : t < 10 ? -5 : 0;
  return Math.max(30, all) / 100;
}
export const handler = async ({ x, p }) => {
  const feeds = (names) => names.flatMap((n) => [x[`feed.${n}.0`], x[`feed.${n}.1`]]).filter((v) => v > 0);
  x.full = feeds(["tax"]);
  const sum = (names) => feeds(names).reduce((s, v) => s + v, 0), listed = sum(["platform", "acquirer"]);
  x.part = listed + Math.max(0, sum(["bank"]) - listed);
  const mean = x.full.length ? Math.exp(x.full.reduce((s, v) => s + Math.log(v), 0) / x.full.length) : 0;
  x.v3 = Math.max(mean * p.levels[5], x.part * p.levels[5]);
  const band = x.full.length ? x.bands.find((b) => Math.max(...x.full) <= b[0]) : null;
  [x.peer, x.p90] = band ? [band[1], band[2]] : x.all;
  let reads = p.kinds.map((kind) => reading(x, p, kind)).filter((r) => r);
  if (!reads.length && x.declared > 0)
    reads = [{ kind: "declared", level: 1, raw: x.declared, x: x.declared, value: x.declared, full: true, seen: 0,
      absent: 0, partial: false, r: p.levels[1], s: p.sigma.declared, sk: p.sigma.declared }];
  const told = Object.entries(p.ceilings).map(([name, unit]) => or0(x[`capacity.${name}`]) * or0(x.cap[unit])).filter((v) => v > 0);
  const seen = or0(x["seen.machines"]) * or0(x.cap.per_machine);
  const ceiling = told.length ? Math.min(...told) : seen ? Math.min(seen / p.shows, x.p90) : x.p90;
  const steps = { base: x.existing }, chain = [[], ...reads.map((_, i) => reads.slice(0, i + 1))];
  const codes = {};
  let before = null;
  for (const some of chain) {
    const found = credit(some, x, p, false, Infinity), last = some[some.length - 1], name = last ? last.kind : "third_party";
    steps[name] = p.psi * found.v;
    if (last) codes[name] = found.v < before.v && found.b > before.b ? "X1" : name === "declared" ? "E1" : last.partial
      ? "E9" : last.level <= 2 ? (last.rank >= 5 ? "E2" : "E3") : last.level === 3 ? "E4" : "E5";
    before = found;
  }
  steps.photos = p.psi * credit(reads, x, p, x.photos, Infinity).v;
  const found = credit(reads, x, p, x.photos, ceiling);
  steps.ceiling = p.psi * found.v;
  const margins = [x.margin, x["margin.declared"],
    x["margin.months"] >= p.min_months && x["margin.sales"] > 0 ? 1 - x["margin.costs"] / x["margin.sales"] : null];
  x.m = Math.min(1, Math.max(0, Math.min(...margins.filter((v) => v != null))));
  x.cycle = x["cycle.declared"] == null ? x.days : Math.min(x.days, Math.max(0, x["cycle.declared"]));
  x.worth = [4, 5].reduce((s, l) => s + p.order_share * p.levels[l] * or0(x[`orders.unpaid.${l}`]), 0);
  x.grown = ["invoicing", "receipts"].map((k) => x[`growth.${k}.months`] >= p.growth_months && x[`growth.${k}.before`] > 0
    ? x[`growth.${k}.now`] / x[`growth.${k}.before`] - 1 : 0);
  const grade = points(x, p), final = ceilings(found.v, x, p), star = Math.max(x.existing, p.entry);
  steps.binding = final.lowest;
  steps.grade = final.lowest * grade;
  const strong = reads.some((r) => r.level >= 2), mine = reads.find((r) => r.kind === "invoicing");
  const alone = ceilings(x.v3, x, p).lowest * grade;
  const others = mine ? ceilings(credit(reads.filter((r) => r !== mine), x, p, x.photos, ceiling).v, x, p).lowest * grade : 0;
  const caps = {
    weak_evidence: strong ? Infinity : Math.max(x.existing + (x.photos ? p.cap_photo : p.cap_declared) * star, alone),
    invoicing_cap: mine ? Math.max(x.existing, others) + p.cap_invoicing * mine.r * (mine.partial ? mine.seen : mine.raw) : Infinity,
    entry: Infinity, policy_max: p.policy_max, exposure: Math.max(0, p.exposure_max - x.exposure),
    ladder: p.ladder * Math.min(star, Math.max(x.lowest_base ?? Infinity, p.entry)),
    adverse: x.adverse ? x.existing : Infinity,
  };
  let value = steps.grade, binding = final.formula;
  for (const [name, cap] of Object.entries(caps)) {
    if (cap < value) [value, binding] = [cap, name === "ladder" ? "ladder" : "policy"];
    steps[name] = value;
  }
  steps.rounding = Math.floor(value / p.rounding + 1e-6) * p.rounding;
  steps.kept = x.adverse ? steps.rounding : Math.max(steps.rounding, x.existing);
  const stopped = x.failed.split(" ").some((check) => p.stops[check]) || x.void > 0;
  const recommended = stopped ? x.existing : steps.kept;
  const effective = found.b > p.review ? Math.min(x.existing, recommended) : recommended;
  return { recommended, effective, base: x.existing, b: found.b, uplift: steps.kept / star, stopped, steps, codes,
    binding: stopped ? "stop" : steps.kept > steps.rounding ? "base" : binding, no_growth: final.growth === 0 };
};
