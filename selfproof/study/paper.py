"""The study as text: a few lines for the terminal, and a report in Markdown (``report.md``) with its plots."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from selfproof.population.chance import table
from selfproof.study import causes, choice, plots, world
from selfproof.study.steps import STEPS

Found = Mapping[str, Any]
_SAID = {True: "met", False: "**not met**"}
_MARKS = {
    "mean_uplift": "mean uplift, at least",
    "honest_over_credit": "honest with V above the truth, at most",
    "agreement": "agreement with the careful reviewer, at least",
}
_FIGURES = ("mean_uplift", "honest_over_credit", "liar_over_credit", "agreement", "loss_rate")
_SHARES = ("mean", "median", "p10", "p90", "third_party", "over", "uplift")
_SHARE_HEADS = (
    "applicants", "mean", "median", "p10", "p90", "third party alone, median", "V above truth",
    "mean uplift",
)  # fmt: skip
_BRIEF = """\
{applicants} applicants, {liars} of them lie; policy {policy[version]:.12}
{synthetic}

{marks_lines}
at the first upload: uplift {first[mean_uplift]:.1%}, agreement {first[agreement]:.1%}, before any advice was followed
after a reviewer's work: uplift {after_review[mean_uplift]:.1%}, agreement {after_review[agreement]:.1%}, \
honest held {after_review[held_honest]:.1%}
uplift median {median:+.0%}, tenths {p10:+.0%} and {p90:+.0%}, of the sums {sum_uplift:+.0%}
liars lent to on more than they turn over {liar_over_credit:.1%}, noticed {liars_noticed:.0%}
honest stopped {wrongly_stopped:.1%}, held {held_honest:.1%}; straight through {straight_through:.0%}
loss rate: third party only {methods[third_party_only][loss_rate]:.2%}, \
believing everything {methods[believe_everything][loss_rate]:.2%}, ours {methods[ours][loss_rate]:.2%}
lies that pay: {paying}
"""


def brief(found: Found) -> str:
    """For the terminal."""
    marks = "\n".join(" ".join(row).replace("*", "") for row in _marks(found))
    return _BRIEF.format(**found, marks_lines=marks, paying=_paying(found), first=found["visits"][0])


def write(found: Found, folder: Path) -> Path:
    """``study.md`` with its plots beside it in ``study/``; returns the file."""
    plots.write(found, folder / "study")
    grids = {
        "marks_grid": _grid(_HEADS, _marks(found)),
        "asked_grid": _grid(_ASKED, _asked(found)),
        "visits_grid": _grid(_VISITS, _visits(found)),
        "evidence_grid": _grid(("papers brought", *_SHARE_HEADS), _shares(found["credited_share"])),
        "best_grid": _grid(("strongest carrier", *_SHARE_HEADS), _shares(found["credited_share_by_best"])),
        "trade_grid": _grid(("trade", *_SHARE_HEADS), _shares(found["credited_share_by_trade"])),
        "mistakes_grid": _grid(("mistake", "applicants", "stopped", "held", "V above truth"), _mistakes(found)),
        "lies_grid": _grid(_LIES, _lies(found)),
        "methods_grid": _grid(_METHODS, _methods(found)),
        "numbers_grid": _grid(_NUMBERS, map(_number, found["sensitivity"])),
        "causes_grid": _grid(_CAUSES, _causes(found)),
        "ceilings_grid": _grid(_CEILINGS, _ceilings(found)),
        "left_grid": _grid(("papers brought", "applicants", *STEPS.values()), _left(found)),
        "choice_grid": _grid(_CHOICE, map(_choice, found["choice"])),
        "choice_why": "\n".join(f"- {one.name}: {one.why}." for one in choice.chosen()),
        "worlds_grid": _grid(_WORLDS, map(_world, found["world"])),
    }
    template = files("selfproof.study").joinpath("report.md").read_text("utf-8")
    path = folder / "study.md"
    limits = {name: amount / 1e6 for name, amount in found["limits_honest"].items()}
    lists = {"paying": _paying(found), "proposals": _proposals(found)}
    world_rules = {name: table()[name] for name in ("asked", "review")}
    path.write_text(template.format(**found, **grids, **lists, **world_rules, limits=limits), "utf-8")
    return path


def _grid(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---" + "|---:" * (len(head) - 1) + "|", *lines[1:], ""])


_HEADS = (
    "what",
    "mark",
    "first upload",
    "after advice",
    "after review",
    "the same of the next seed",
    "met on both",
)


def _marks(found: Found) -> Iterator[tuple[str, ...]]:
    """Side by side: the first upload, after advice, after a reviewer's work; then of the next seed."""
    for name, words in _MARKS.items():
        yield words, f"{found['marks'][name]:.0%}", *_stages(found, name), _met(found, name)


def _stages(found: Found, name: str) -> tuple[str, ...]:
    unseen = found["unseen"]
    mine, others = ((side["visits"][0][name], side[name], side["after_review"][name]) for side in (found, unseen))
    return *(f"{value:.1%}" for value in mine), " / ".join(f"{value:.1%}" for value in others)


def _met(found: Found, name: str) -> str:
    """Which of the later stages meets the mark, on both seeds."""
    advised = found["met"][name] and found["unseen"]["met"][name]
    seen = found["after_review"]["met"][name] and found["unseen"]["after_review"]["met"][name]
    return f"after advice: {_SAID[advised]}; after review: {_SAID[seen]}"


_VISITS = (
    "after", "brought more", "mean uplift", "honest with V above the truth", "agreement", "raised", "straight through",
    "honest stopped", "honest held", "mean uplift of liars", "liars lent to on too much", "the reviewer raises",
    "his mean uplift",
)  # fmt: skip
_AFTER = ("mean_uplift", "honest_over_credit", "agreement", "raised", "straight_through", "wrongly_stopped",
          "held_honest", "liar_uplift", "liar_over_credit", "reviewer_raised", "reviewer_uplift")  # fmt: skip


def _visits(found: Found) -> Iterator[tuple[str, ...]]:
    """By try, of both seeds."""
    for seed, tries in (
        (found["sizes"]["seed"], found["visits"]),
        (found["unseen"]["seed"], found["unseen"]["visits"]),
    ):
        for number, row in enumerate(tries):
            after = "a reviewer's work" if number == len(tries) - 1 else f"advice, try {number + 1}"
            after = after if number else "the first upload"
            brought = f"{row['brought']:.1%}" if number else "–"
            shares = {name: f"{row[name]:.1%}" for name in _AFTER} | (
                {"straight_through": "–"} if row is tries[-1] else {}
            )
            yield f"{after}, seed {seed}", brought, *shares.values()


_ASKED = ("the tax bureau", *(_VISITS[place] for place in (0, 2, 3, 4, 7, 8, 9, 10)))
_ANSWERED = ("mean_uplift", "honest_over_credit", "agreement", "wrongly_stopped", "held_honest", "liar_uplift",
             "liar_over_credit")  # fmt: skip


def _asked(found: Found) -> Iterator[tuple[str, ...]]:
    """The last two moments with nobody asked and with the tax bureau asked about each invoice."""
    for said, stages in (("is not asked", found["visits"][-2:]), ("is asked", found["asked_issuer"])):
        for when, row in zip(("advice", "a reviewer's work"), stages, strict=True):
            yield said, when, *(f"{row[name]:.1%}" for name in _ANSWERED)


def _left(found: Found) -> Iterator[tuple[str, ...]]:
    for name, row in found["left"].items():
        yield name, str(row["applicants"]), *(f"{row[step]:.0%}" for step in STEPS)


_CAUSES = (
    "cause", "after advice", "after review", "uplift if his limit were given", "a trifle apart", "mostly", "papers",
)  # fmt: skip


def _causes(found: Found) -> Iterator[tuple[str, ...]]:
    """Points of agreement at two moments; the rest after review."""
    for before, row in zip(*found["causes"], strict=True):
        mostly = (", ".join(f"{name} {count}" for name, count in row[key]) or "–" for key in ("trades", "papers"))
        shares = (f"{one['share']:.1%}" for one in (before, row))
        yield causes.CAUSES[row["cause"]], *shares, f"{row['uplift']:+.1%}", str(row["near"]), *mostly


_CEILINGS = ("reader of the same papers", "agreement", "mean uplift", "agreement of the next seed", "mean uplift of it")


def _ceilings(found: Found) -> Iterator[tuple[str, ...]]:
    for mine, other in zip(*found["ceilings"], strict=True):
        yield mine[0], *(f"{value:.1%}" for value in (*mine[1:], *other[1:]))


_WORLDS = ("assumption", "values", "mean uplift", "honest over-credit", "agreement", "the reviewer's mean uplift")


def _world(row: Found) -> tuple[str, ...]:
    return row["name"], *_sides(row, world.SHOWN)


_CHOICE = (
    "numbers", "seed", "mean uplift", "agreement", "honest with V above the truth", "uplift of liars",
    "uplift of each lie three times", "lent at equal loss, million CNY", "of which lost to liars a year, CNY",
)  # fmt: skip


def _choice(row: Found) -> tuple[str, ...]:
    *shares, lent, lost = (row[name] for name in choice.SHOWN)
    return row["name"], str(row["seed"]), *(f"{share:.1%}" for share in shares), f"{lent:.1f}", f"{lost:,.0f}"


def _paying(found: Found) -> str:
    """Lies that bring more than their own standard error, the dearest first."""
    rows = found["lies"]
    kinds = sorted(rows, key=lambda kind: -rows[kind]["gain"])
    paying = [kind.replace("_", " ") for kind in kinds if rows[kind]["gain"] > rows[kind]["gain_error"]]
    return ", ".join(paying) or "none"


def _proposals(found: Found) -> str:
    """Numbers that would serve better otherwise, as far as this sample shows."""
    rows = ((row["name"], row["verdict"].partition(" would")) for row in found["sensitivity"])
    return "; ".join(f"{name}: {way}" for name, (way, would, _) in rows if would) or "none"


def _shares(groups: Mapping[str, Found]) -> Iterator[tuple[str, ...]]:
    for name, row in groups.items():
        yield name, str(row["applicants"]), *(f"{row[key]:.0%}" for key in _SHARES)


def _mistakes(found: Found) -> Iterator[tuple[str, ...]]:
    for name, row in found["mistakes"].items():
        shares = (f"{row[key]:.0%}" for key in ("stopped", "held", "over"))
        yield name.replace("_", " "), str(row["applicants"]), *shares


_LIES = (
    "lie", "what", "stopped", "noticed", "pays", "gain", "standard error", "of the honest limit", "lent on too much",
    "gain after review", "the same where the tax bureau is asked",
)  # fmt: skip


def _lies(found: Found) -> Iterator[tuple[str, ...]]:
    said = table()["lies"]["kinds"]
    for kind, row in sorted(found["lies"].items(), key=lambda pair: -pair[1]["gain"]):
        shares = (f"{row[key]:.0%}" for key in ("stopped", "noticed", "pays"))
        gain = (f"{row['gain']:+,.0f}", f"{row['gain_error']:,.0f}", f"{row['gain_share']:+.0%}")
        after = (f"{found[name][kind]['gain']:+,.0f}" for name in ("lies_after_review", "lies_asked"))
        yield kind.replace("_", " "), said[kind], *shares, *gain, f"{row['over_credit']:.0%}", *after


_METHODS = ("method", "limits, million CNY", "expected loss a year", "loss rate", "limits at equal loss")


def _methods(found: Found) -> Iterator[tuple[str, ...]]:
    for name, way in found["methods"].items():
        equal = found["equal_loss"][name]["lent"] / 1e6
        sums = (f"{way['lent'] / 1e6:.1f}", f"{way['expected_loss'] / 1e6:.2f}")
        yield plots.NAMES[name], *sums, f"{way['loss_rate']:.2%}", f"{equal:.1f}"


_NUMBERS = (
    "number", "(P)", "values", "mean uplift", "honest over-credit", "lent on lies", "agreement", "loss rate", "verdict",
)  # fmt: skip


def _number(row: Found) -> tuple[str, ...]:
    values, *moved = _sides(row, _FIGURES)
    return row["name"], row["p"], values, *moved, row["verdict"]


def _sides(row: Found, keys: Sequence[str]) -> tuple[str, ...]:
    """Half, usual, one and a half: of the number itself, then of each figure in per cent."""
    sides = (row["low"], row["usual"], row["high"])
    known = (row["low"]["value"], row["value"], row["high"]["value"])
    values = "by row" if row["value"] is None else " → ".join(f"{value:g}" for value in known)
    return values, *(" → ".join(f"{100 * side[key]:.1f}" for side in sides) for key in keys)
