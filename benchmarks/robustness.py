"""How well photographs are read: generated documents, photographed by the generator, through the real reading path.

    python benchmarks/robustness.py [--documents 300] [--each 2] [--kinds vat_invoice,contract] [--tuning]
                                    [--rows FILE] [--json] [--plot FILE] [--misses]

Two sets. *As a phone*: `--documents` photographs with a moderate mix of everything (`photograph.as_a_phone`).
*Sweep*: `--each` documents of every kind at each strength of each fault alone. Of every field it is counted whether
it was right, lost (null), wrong, or made up: read although nothing stands there on paper. Texts are compared without
width, white space and light punctuation; scopes and remarks may differ in one character of twenty.

Seeds are fixed. Whoever improves reading looks at `--tuning` seeds only; without it the held-back ones are read.
`--rows FILE` keeps each photograph's outcome and goes on from there: an interrupted run is not lost.
Seconds are those of reading and extraction; they say nothing where SELFPROOF_HOME holds what was read before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import robustness_score as score

from selfproof import extract
from selfproof.model import Extraction

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
import varied
from render import photograph
from render.photograph import Conditions

TUNING, HELD_BACK = 0, 1_000_000  # where the seeds begin
SWEEP = 500_000  # how much later those of the sweep begin
STRENGTHS = (0.25, 0.5, 0.75, 1.0)
SHARES = (("vat_invoice", 8), ("business_license", 3), ("contract", 5), ("bank_statement", 2), ("wallet_statement", 1))
MIX = tuple(kind for kind, share in (*SHARES, ("platform_statement", 1)) for _ in range(share))
OUTCOMES = ("right", "null", "wrong", "empty", "made_up")  # empty: rightly not read


@dataclass(frozen=True)
class Shot:
    """One photograph to be read. fault: what is swept, "" in the set as a phone takes them."""

    kind: str
    seed: int
    fault: str = ""
    strength: float = 0.0

    @property
    def conditions(self) -> Conditions:
        """How it is taken."""
        if not self.fault:
            return photograph.as_a_phone(self.seed)
        return Conditions(**{self.fault: self.strength}) if self.strength else Conditions()  # type: ignore[arg-type]


@dataclass(frozen=True)
class Row:
    """What came of one photograph. misses: field, what happened, what is printed, what was read."""

    kind: str
    seed: int
    fault: str
    strength: float
    form: str
    read_as: str
    seconds: float
    counts: dict[str, int]
    misses: list[list[str | None]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int, str, float]:
        """Which photograph it is."""
        return self.kind, self.seed, self.fault, self.strength


def main() -> None:
    """Take, read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=300, help="photographs as a phone takes them")
    parser.add_argument("--each", type=int, default=2, help="documents of every kind at each strength of each fault")
    parser.add_argument("--kinds", default=",".join(varied.KINDS))
    parser.add_argument("--faults", default=",".join(photograph.STRENGTHS), help="those that are swept")
    parser.add_argument("--tuning", action="store_true", help="the seeds that may be looked at")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--rows", type=Path, help="JSON lines, one a photograph; what it holds is not read again")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path, help="picture of accuracy, null and wrong against strength (matplotlib)")
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    rows = list(measured(list(shots(given)), given.rows, given.processes))
    print(json.dumps(report(rows), ensure_ascii=False, indent=1) if given.json else text(rows))
    if given.misses:
        print(*(f"{row.kind} {row.seed} {row.fault} {miss}" for row in rows for miss in row.misses), sep="\n")
    if given.plot:
        plot(rows, given.plot)


def shots(given: argparse.Namespace) -> Iterator[Shot]:
    """Every photograph of the run: those as a phone takes them first."""
    kinds, start = given.kinds.split(","), TUNING if given.tuning else HELD_BACK
    mix = [kind for kind in MIX if kind in kinds]
    for number in range(given.documents):
        yield Shot(mix[number * 7 % len(mix)], start + number)
    for fault, strength, kind, number in product(given.faults.split(","), STRENGTHS, kinds, range(given.each)):
        yield Shot(kind, start + SWEEP + number, fault, strength)
    for kind, number in product(kinds, range(given.each)):
        yield Shot(kind, start + SWEEP + number, photograph.STRENGTHS[0], 0.0)


def measured(wanted: Sequence[Shot], kept: Path | None, processes: int) -> Iterator[Row]:
    """The rows of all photographs, kept ones first."""
    rows = [Row(**json.loads(line)) for line in kept.read_text("utf-8").splitlines()] if kept and kept.exists() else []
    known = {row.key: row for row in rows}
    keys = [(shot.kind, shot.seed, shot.fault, shot.strength) for shot in wanted]
    yield from (known[key] for key in keys if key in known)
    waiting = [shot for shot, key in zip(wanted, keys, strict=True) if key not in known]
    for number, row in enumerate(_read(waiting, processes), 1):
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
        print(f"\r{number} of {len(waiting)}", end="", file=sys.stderr, flush=True)
        yield row


def _read(waiting: Sequence[Shot], processes: int) -> Iterator[Row]:
    if processes == 1:
        yield from map(outcome, waiting)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(outcome, waiting)


def outcome(shot: Shot) -> Row:
    """One photograph taken, read and compared with its truth."""
    drawn = varied.drawn(shot.kind, shot.seed)
    taken = photograph.photographed(drawn.page, shot.seed, shot.conditions)
    start = time.perf_counter()
    found = extract.from_bytes(taken.data, f"photo.{taken.media_type.partition('/')[2]}")
    seconds = time.perf_counter() - start
    best = next((each for each in found if each.kind == shot.kind), found[0])
    compared = list(score.compared(drawn.truth, facts(best) if best.kind == shot.kind else {}))
    counts = Counter(what for _, what, _, _ in compared)
    misses = [[name, what, printed, read] for name, what, printed, read in compared if what not in ("right", "empty")]
    return Row(
        shot.kind, shot.seed, shot.fault, shot.strength, drawn.form, best.kind, round(seconds, 2), dict(counts), misses
    )


def facts(found: Extraction) -> dict[str, Any]:
    """The values of a document's own fields."""
    return {fact.field: fact.value for fact in found.facts if fact.kind == found.kind}


def summed(rows: Iterable[Row]) -> dict[str, int]:
    """All outcomes together."""
    total = Counter[str]()
    for row in rows:
        total.update(row.counts)
    return {name: total[name] for name in OUTCOMES}


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Right, null and wrong of what is printed; made up of what is not."""
    printed = sum(counts[name] for name in ("right", "null", "wrong")) or 1
    empty = (counts["empty"] + counts["made_up"]) or 1
    of = {name: counts[name] / printed for name in ("right", "null", "wrong")}
    return {**of, "made_up": counts["made_up"] / empty}


def grouped(rows: Iterable[Row]) -> dict[tuple[str, float], dict[str, list[Row]]]:
    """Swept rows by fault and strength, then by kind; strength 0 belongs to every fault."""
    groups: dict[tuple[str, float], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.fault:
            for fault in photograph.STRENGTHS if row.strength == 0 else (row.fault,):
                groups[fault, row.strength][row.kind].append(row)
    return dict(sorted(groups.items()))


def report(rows: Sequence[Row]) -> dict[str, Any]:
    """Everything as plain data."""
    phone = [row for row in rows if not row.fault]
    kinds = sorted({row.kind for row in rows})
    return {
        "as_a_phone": {
            name: {"photographs": len(some), **summed(some), "seconds": _median(some), "misclassified": _strange(some)}
            for name, some in [("all", phone), *((kind, [row for row in phone if row.kind == kind]) for kind in kinds)]
        },
        "sweep": [
            {"fault": fault, "strength": strength, "kind": kind, "photographs": len(some), **summed(some)}
            for (fault, strength), by_kind in grouped(rows).items()
            for kind, some in by_kind.items()
        ],
    }


def _median(rows: Sequence[Row]) -> float:
    return round(statistics.median([row.seconds for row in rows] or [0.0]), 2)


def _strange(rows: Sequence[Row]) -> int:
    return sum(row.read_as != row.kind for row in rows)


def text(rows: Sequence[Row]) -> str:
    """Both sets as tables."""
    told = report(rows)
    head = f"{'as a phone':<18}{'photos':>7}{'right':>8}{'null':>7}{'wrong':>7}{'accuracy':>10}{'made up':>9}"
    lines = [f"{head}{'of empty':>9}{'share':>8}{'kind lost':>10}{'median s':>10}"]
    for name, row in told["as_a_phone"].items():
        share = shares(row)
        lines.append(
            f"{name:<18}{row['photographs']:>7}{row['right']:>8}{row['null']:>7}{row['wrong']:>7}{share['right']:>10.4f}"
            f"{row['made_up']:>9}{row['empty'] + row['made_up']:>9}{share['made_up']:>8.4f}{row['misclassified']:>10}"
            f"{row['seconds']:>10.2f}"
        )
    lines.append(f"\n{'fault':<14}{'strength':>9}{'right':>9}{'null':>8}{'wrong':>8}  right by kind")
    for (fault, strength), by_kind in grouped(rows).items():
        share = shares(summed(row for some in by_kind.values() for row in some))
        each = "  ".join(f"{kind} {shares(summed(some))['right']:.3f}" for kind, some in sorted(by_kind.items()))
        line = f"{fault:<14}{strength:>9.2f}{share['right']:>9.4f}{share['null']:>8.4f}{share['wrong']:>8.4f}  {each}"
        lines.append(line)
    return "\n".join(lines)


def plot(rows: Sequence[Row], file: Path) -> None:
    """A panel a fault, a colour a kind: what is right drawn through, null dashed, wrong dotted."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    groups = grouped(rows)
    faults = sorted({fault for fault, _ in groups})
    figure, panels = plt.subplots(-(-len(faults) // 4), 4, figsize=(16, 10), sharey=True, squeeze=False)
    for fault, panel in zip(faults, panels.flat, strict=False):
        for colour, kind in enumerate(sorted({row.kind for row in rows})):
            places = [strength for name, strength in groups if name == fault and kind in groups[name, strength]]
            for outcome_of, style in (("right", "-"), ("null", "--"), ("wrong", ":")):
                heights = [shares(summed(groups[fault, place][kind]))[outcome_of] for place in places]
                panel.plot(places, heights, style, color=f"C{colour}", label=f"{kind} {outcome_of}")
        panel.set_title(fault)
        panel.grid(alpha=0.3)
    panels.flat[0].legend(fontsize=6)
    figure.supxlabel("strength")
    figure.tight_layout()
    figure.savefig(file)


if __name__ == "__main__":
    main()
