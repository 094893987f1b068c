"""How well printed forms are read in layouts that were not there before: `fixtures/relaid.py`, clean and photographed.

    python benchmarks/layouts.py [--kinds lease,payroll] [--seeds 1] [--first 0] [--clean] [--misses] [--processes 1]

Of every field it is counted whether it was right, lost (null), wrong, or made up: read though nothing stands there.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import robustness_score as score

from selfproof import extract

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
import forms
import relaid
from render import canvas

MARK = 0.95


@dataclass(frozen=True)
class Row:
    """What came of one file. misses: field, what happened, what is printed, what was read."""

    kind: str
    layout: str
    ending: str
    case: str
    read_as: str
    counts: Counter[str]
    misses: tuple[score.Compared, ...]


def main() -> None:
    """Draw, read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default="", help="all without it")
    parser.add_argument("--seeds", type=int, default=1, help="how many drawings of every layout")
    parser.add_argument("--first", type=int, default=0, help="the first seed; looked at: 0-16, 30-74")
    parser.add_argument("--clean", action="store_true", help="no photographs")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args()
    wanted = [
        case for family in forms.FAMILIES for case in family if not given.kinds or case.kind in given.kinds.split(",")
    ]
    made = [
        each
        for case in wanted
        for seed in range(given.first, given.first + given.seeds)
        for each in relaid.variants(case, seed)
    ]
    files = [(each, ending) for each in made for ending in (("pdf",) if given.clean else ("pdf", "jpg"))]
    rows = list(_read(files, given.processes))
    print(text(rows))
    if given.misses:
        for row in rows:
            for miss in row.misses:
                print(row.kind, row.case, row.layout, row.ending, *miss)


def _read(files: Sequence[tuple[relaid.Relaid, str]], processes: int) -> Iterator[Row]:
    if processes == 1:
        yield from map(outcome, files)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(outcome, files)


def outcome(file: tuple[relaid.Relaid, str]) -> Row:
    """One file drawn, read and compared with its truth."""
    made, ending = file
    with canvas.on_paper(made.faces):
        data = forms.made(made.case, ending)
    found = extract.from_bytes(data, f"form.{ending}")
    kind = made.case.kind
    best = next((each for each in found if each.kind == kind), found[0])
    read = {fact.field: fact.value for fact in best.facts if fact.kind == kind}
    compared = tuple(score.compared(dict(made.case.truth), read))
    counts = Counter(what for _, what, _, _ in compared)
    missed = tuple(each for each in compared if each[1] not in ("right", "empty"))
    return Row(kind, made.layout, ending, made.case.name, best.kind, counts, missed)


def text(rows: Sequence[Row]) -> str:
    """A line for each kind and layout; below the mark it is starred."""
    groups: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts = row.counts + Counter(lost=int(row.read_as != row.kind))
        for key in ((row.kind, row.layout, row.ending), ("all", "", row.ending)):
            groups[key] += counts
    lines = [
        f"{'kind':<24}{'layout':<12}{'file':<6}{'right':>6}{'printed':>9}{'share':>8}{'made up':>9}{'kind lost':>11}"
    ]
    for (kind, layout, ending), counts in groups.items():
        printed = counts["right"] + counts["null"] + counts["wrong"]
        share = counts["right"] / printed if printed else 1.0
        lines.append(
            f"{kind:<24}{layout:<12}{ending:<6}{counts['right']:>6}{printed:>9}{share:>8.3f}{counts['made_up']:>9}"
            f"{counts['lost']:>11}{' *' if share < MARK or counts['made_up'] else ''}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
