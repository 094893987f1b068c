"""The study's plots as SVG, the same bytes for the same figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _SOFT, _BAD = "#1f4e79", "#9fb8cf", "#b4532a"
_STYLE: Any = {
    "svg.hashsalt": "selfproof",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_MOST = 16  # numbers in the tornado
NAMES = {"third_party_only": "third party only", "believe_everything": "believe everything", "ours": "ours"}


def write(found: Mapping[str, Any], folder: Path) -> tuple[str, ...]:
    """Draw all plots into a folder; returns their names."""
    import matplotlib as mpl

    mpl.use("svg")
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_STYLE):
        names = [
            _one(name, draw, found, folder)
            for name, draw in PLOTS.items()
            if name != "sensitivity" or found["sensitivity"]
        ]
    return tuple(names)


def _one(name: str, draw: Callable[[Axes, Mapping[str, Any]], None], found: Mapping[str, Any], folder: Path) -> str:
    from matplotlib.figure import Figure

    sheet = Figure(figsize=(8, 4.2 if name not in ("lies", "sensitivity") else 5.4), layout="constrained")
    draw(sheet.add_subplot(), found)
    sheet.savefig(folder / f"{name}.svg", metadata={"Date": None})
    return name


def _uplift(axes: Axes, found: Mapping[str, Any]) -> None:
    values = [min(value, 4.0) for value in found["samples"]["uplift"]]
    axes.hist(values, bins=[step / 10 for step in range(41)], color=_SOFT)
    axes.axvline(found["mean_uplift"], color=_INK, label=f"mean {found['mean_uplift']:+.0%}")
    axes.axvline(
        found["marks"]["mean_uplift"], color=_BAD, linestyle="--", label=f"mark {found['marks']['mean_uplift']:+.0%}"
    )
    axes.set(
        xlabel="uplift over the limit on third-party data alone (4 = 400 % or more)", ylabel="applicants", yscale="log"
    )
    axes.legend(frameon=False)


def _credited(axes: Axes, found: Mapping[str, Any]) -> None:
    parts = [[min(value, 4.0) for value in found["samples"][name]] for name in NAMES]
    axes.boxplot(parts, orientation="horizontal", widths=0.6, whis=(10, 90), showfliers=False)
    axes.set_yticks(range(1, len(parts) + 1), list(NAMES.values()))
    axes.axvline(1, color=_BAD, linestyle="--")
    axes.set(xlabel="turnover credited over true turnover, honest applicants (box: quarters, whiskers: tenths)")


def _evidence(axes: Axes, found: Mapping[str, Any]) -> None:
    groups = found["credited_share"]
    names = sorted(groups, key=lambda name: groups[name]["median"])
    middle = [groups[name]["median"] for name in names]
    around = [
        [groups[name]["median"] - groups[name]["p10"] for name in names],
        [groups[name]["p90"] - groups[name]["median"] for name in names],
    ]
    axes.barh(
        [f"{name} ({groups[name]['applicants']})" for name in names], middle, xerr=around, color=_SOFT, ecolor=_INK
    )
    axes.set(xlabel="share of true turnover credited: median, with tenths")


def _lies(axes: Axes, found: Mapping[str, Any]) -> None:
    kinds = sorted(found["lies"], key=lambda kind: found["lies"][kind]["gain"])
    gains = [found["lies"][kind]["gain"] / 1000 for kind in kinds]
    axes.barh([kind.replace("_", " ") for kind in kinds], gains, color=[_BAD if gain > 0 else _SOFT for gain in gains])
    axes.axvline(0, color=_INK, linewidth=0.8)
    axes.set(xlabel="what the lie brings beside the same business honest, mean, thousand CNY of limit")


def _loss(axes: Axes, found: Mapping[str, Any]) -> None:
    for name, label in NAMES.items():
        one = found["methods"][name]
        axes.scatter(one["expected_loss"] / 1e6, one["lent"] / 1e6, color=_INK)
        axes.annotate(label, (one["expected_loss"] / 1e6, one["lent"] / 1e6), xytext=(6, 4), textcoords="offset points")
    axes.set(xlabel="expected loss a year, million CNY", ylabel="limits, million CNY", xlim=(0, None), ylim=(0, None))


def _sensitivity(axes: Axes, found: Mapping[str, Any]) -> None:
    moved = {
        row["name"]: [row[side]["mean_uplift"] - row["usual"]["mean_uplift"] for side in ("low", "high")]
        for row in found["sensitivity"]
    }
    names = sorted(moved, key=lambda name: max(map(abs, moved[name])))[-_MOST:]
    axes.barh(names, [moved[name][0] for name in names], color=_SOFT, label="half")
    axes.barh(names, [moved[name][1] for name in names], color=_INK, label="one and a half", height=0.4)
    axes.set(xlabel="change of the mean uplift")
    axes.legend(frameon=False)


PLOTS: Mapping[str, Callable[[Axes, Mapping[str, Any]], None]] = {
    "uplift": _uplift, "credited": _credited, "evidence": _evidence, "loss": _loss, "lies": _lies,
    "sensitivity": _sensitivity,
}  # fmt: skip
