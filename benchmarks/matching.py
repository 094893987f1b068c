"""How well payments are put to bills on generated books, and what it costs: precision, recall, CPU seconds by size.

    python -m benchmarks.matching [--rows 1000 10000 100000] [--seed 7] [--errors 5] [--habit cut]

The books are those of `benchmarks.books`: everybody in them is invented, and who paid what is known.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from benchmarks.books import HABITS, Books, books, score
from selfproof.matching.match import match
from selfproof.matching.nouns import Matched


def main() -> None:
    """Print the figures of each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--seed", type=int, nargs="+", default=[7])
    parser.add_argument("--errors", type=int, default=0, help="wrong and missing pairs to print, by kind")
    parser.add_argument("--habit", help="only parties that pay in this way, also those of which nobody could tell: cut")
    options = parser.parse_args()
    first = 0.0
    for rows in options.rows:
        for seed in options.seed:
            made = books(rows, seed, ((options.habit, 1),) if options.habit else HABITS)
            start = time.process_time()
            found = match(made.bills, made.receipts)
            seconds = time.process_time() - start
            first = first or seconds / len(made.receipts)
            _print(made, found, seconds, first)
            _errors(made, found, options.errors)


def _print(made: Books, found: Matched, seconds: float, first: float) -> None:
    right, told, there = score(made.truth, ((link.bill, link.receipt) for link in found.links))
    cost = seconds / len(made.receipts)
    print(
        f"{len(made.receipts):7,} rows, {len(made.bills):6,} bills: precision {right / told:.4f} ({right:,}/{told:,}), "
        f"recall {right / there:.4f} ({right:,}/{there:,}), {seconds:.2f} s, {cost * 1e6:.0f} µs a row "
        f"({cost / first:.2f} of the smallest)"
    )
    for name, group in (("why", lambda link: link.why), ("kind", lambda link: link.kind)):
        all_of, good = (
            Counter(map(group, found.links)),
            Counter(group(link) for link in found.links if (link.bill, link.receipt) in made.truth),
        )
        print(f"    {name}: " + ", ".join(f"{key} {good[key]}/{all_of[key]}" for key in sorted(all_of)))
    pairs = {(link.bill, link.receipt) for link in found.links}
    there_by, found_by = (
        Counter(made.habits[bill] for bill, _ in made.truth),
        Counter(made.habits[bill] for bill, receipt in made.truth if (bill, receipt) in pairs),
    )
    print("    recall by habit: " + ", ".join(f"{key} {found_by[key]}/{there_by[key]}" for key in sorted(there_by)))


def _errors(made: Books, found: Matched, most: int) -> None:
    bills, rows = {bill.id: bill for bill in made.bills}, {row.id: row for row in made.receipts}
    wrong = [link for link in found.links if (link.bill, link.receipt) not in made.truth]
    for link in wrong[:most]:
        print("    wrong", link.why, link.cents, bills[link.bill], rows[link.receipt])
    pairs = {(link.bill, link.receipt) for link in found.links}
    for bill, receipt in sorted(made.truth - pairs)[:most]:
        print("    missed", made.habits[bill], bills[bill], rows[receipt])


if __name__ == "__main__":
    main()
