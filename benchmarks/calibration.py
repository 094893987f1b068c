"""Whether confidences hold: fitted on generated photographs, measured on others and on a labelled corpus.

    python benchmarks/calibration.py [--documents 200] [--corpus FOLDER] [--rows FILE] [--json] [--plot FILE]
    python benchmarks/calibration.py --fit [--documents 200] [--rows FILE]      writes selfproof/tables/calibration.yaml

The photographs are those of `benchmarks/robustness.py`, as a phone takes them, at seeds that nothing else looks at; of
three one is worse than people send, and one has a single grave fault, for clear ones hold too few errors to learn
from. Those of the fit are not those of the measurement. A field counts when a value was read: right, or wrong (also
when nothing stands there). Expected calibration error: 15 bins of equal width. Straight through: the share of read
fields, and of documents with all their fields, at or above the threshold that was fixed by the fit: the lowest at which
at most 0.33 % of the fit's fields were wrong. Electronic carriers are counted apart. FOLDER holds files/ and
truth/<stem>.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import robustness
import robustness_score as score
import yaml

from selfproof import confidence, intake, kinds, locating, read
from selfproof.errors import SelfproofError
from selfproof.model import Document, Value

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures"))
import varied
from render import photograph

FIT, HELD_BACK = 2_000_000, 3_000_000  # where the seeds begin
ERROR = 0.005
_SAFETY = 1.5  # times fewer errors are asked of the fit: papers that nobody generated hold more surprises
BINS = 15
_WORSE = 1.8  # times as strong
_GRAVE = (0.5, 0.75, 1.0, 1.0, 0.75)  # of a fault's full strength
TABLE = Path(confidence.__file__).parent / "tables" / "calibration.yaml"
HEAD = """# Weights of `selfproof.confidence`: a logistic regression of whether a read value is the printed one.
# Written by `python benchmarks/calibration.py --fit`; never edit by hand.
"""


@dataclass(frozen=True)
class Row:
    """One value that was read. source: photograph, corpus or electronic; features: empty for an exact carrier."""

    source: str
    document: str
    name: str
    right: bool
    confidence: float
    features: dict[str, float]


def main() -> None:
    """Fit, or measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--rows", type=Path, help="JSON lines; photographs that it holds are not read again")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path, help="reliability diagram (matplotlib)")
    given = parser.parse_args()
    start = FIT if given.fit else HELD_BACK
    rows = list(photographs(start, given.documents, given.rows, processes=given.processes))
    if given.fit:
        fit(rows, given.documents)
        return
    rows += corpus(given.corpus) if given.corpus else []
    rows = [row for row in rows if row.confidence >= confidence.FLOOR]  # the others are not told
    told = {source: figures(some) for source, some in by_source(rows).items()}
    print(json.dumps(told, indent=1) if given.json else text(told))
    if given.plot:
        plot(told, given.plot)


def photographs(start: int, count: int, kept: Path | None, *, processes: int = 1) -> Iterator[Row]:
    """The fields of generated photographs, kept ones first; confidences are always those of the present weights."""
    known: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in kept.read_text("utf-8").splitlines() if kept and kept.exists() else ():
        known[json.loads(line)["document"]].append(json.loads(line))
    wanted = [(robustness.MIX[number * 7 % len(robustness.MIX)], start + number) for number in range(count)]
    waiting = [shot for shot in wanted if _name(shot) not in known]
    with ProcessPoolExecutor(processes) as pool:
        for shot, rows in zip(waiting, pool.map(photograph_fields, waiting), strict=True):
            known[_name(shot)] = [asdict(row) for row in rows]
            if kept:
                with kept.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in known[_name(shot)])
    for row in (row for shot in wanted for row in known[_name(shot)]):
        yield Row(**{**row, "confidence": confidence.weighed(row["features"])})


def _name(shot: tuple[str, int]) -> str:
    kind, seed = shot
    return f"{kind} {seed}"


def photograph_fields(shot: tuple[str, int]) -> list[Row]:
    """One photograph, of a kind and a seed, taken, read and compared."""
    kind, seed = shot
    drawn = varied.drawn(kind, seed)
    taken = photograph.photographed(drawn.page, seed, _conditions(seed))
    original = intake.take(taken.data, f"photo.{taken.media_type.partition('/')[2]}")
    return list(fields(read.read(original), drawn.truth, ("photograph", _name(shot))))


def _conditions(seed: int) -> photograph.Conditions:
    usual = photograph.as_a_phone(seed)
    if seed % 3 == 0:
        return usual
    fault = sorted(photograph.STRENGTHS)[seed // 3 % len(photograph.STRENGTHS)]
    return _worse(usual) if seed % 3 == 1 else photograph.Conditions(**{fault: _GRAVE[seed // 3 % len(_GRAVE)]})


def _worse(usual: photograph.Conditions) -> photograph.Conditions:
    """Every fault of a photograph stronger, up to the worst."""
    return replace(usual, **{name: min(1.0, _WORSE * getattr(usual, name)) for name in photograph.STRENGTHS})


def corpus(folder: Path) -> Iterator[Row]:
    """The fields of labelled documents; files that cannot be read have none."""
    for path in sorted((folder / "files").iterdir()):
        truth = folder / "truth" / f"{path.stem}.json"
        if not truth.is_file():
            continue
        try:
            document = read.read(intake.take(path.read_bytes(), path.name))
        except SelfproofError:
            continue
        printed = {name: value for name, value in json.loads(truth.read_text("utf-8")).items() if name[0] != "_"}
        source = "corpus" if document.carrier == "ocr" else "electronic"
        yield from fields(document, printed, (source, path.stem))


def fields(document: Document, truth: Mapping[str, Any], of: tuple[str, str]) -> Iterator[Row]:
    """Each value that was read beside its truth; a field that the truth does not speak of is left out."""
    kind, _ = kinds.identify(document)
    found = dict(_read(document, kind)) if kind in kinds.extractors() else {}
    for name, outcome, _, _ in score.compared(truth, {name: value for name, (value, _, _) in found.items()}):
        if outcome in ("right", "wrong", "made_up"):
            yield Row(*of, name, outcome == "right", found[name][2], dict(found[name][1]))


def _read(document: Document, kind: str) -> Iterator[tuple[str, tuple[Value, Mapping[str, float], float]]]:
    """Values by name with their features and confidence, as `extract` computes them."""
    module, document = kinds.extractors()[kind], read.numbered(document)
    for located, told in locating.weighed(module, document):
        if located.value is not None:
            yield located.name, (located.value, told, confidence.weighed(told))
    for item, told in locating.derived(module, document):
        yield item.name, (item.value, told, confidence.weighed(told))


def by_source(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows by where they are from."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.source].append(row)
    return dict(groups)


def fit(rows: Sequence[Row], documents: int) -> None:
    """Weights and threshold, written to the table."""
    from sklearn.linear_model import LogisticRegression

    seen = [row for row in rows if row.features]
    used = [*seen, *doubted(seen)]
    names = sorted(used[0].features)
    inputs = np.array([[row.features[name] for name in names] for row in used])
    right = np.array([row.right for row in used])
    model = LogisticRegression(C=1.0, max_iter=10_000).fit(inputs, right)
    sure = model.predict_proba(inputs)[:, 1]
    table = {
        "source": f"benchmarks/calibration.py --fit --documents {documents}, seeds from {FIT}",
        "fields": len(seen),
        "right": sum(row.right for row in seen),
        "straight_through": round(threshold(sure[: len(seen)], right[: len(seen)]), 4),
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)},
    }
    TABLE.write_text(HEAD + yaml.safe_dump(table, sort_keys=False), "utf-8")
    print(TABLE.read_text("utf-8"))


def doubted(rows: Sequence[Row]) -> Iterator[Row]:
    """As Laplace's rule has it: without a proof and repaired, or against one, a value is as likely wrong as right."""
    names = rows[0].features
    usual = {name: float(np.median([row.features[name] for row in rows])) for name in names}
    for mark, right in product(("disproved", "repaired"), (True, False) * 2):
        yield Row("assumed", "", "", right, 0.0, {**usual, "proved": 0.0, mark: 1.0})


def threshold(sure: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> float:
    """The lowest confidence at or above which ERROR of the fields, by safety, are wrong; 1 where there is none."""
    order = np.argsort(-sure, kind="stable")
    wrong = np.cumsum(~right[order]) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(wrong <= ERROR / _SAFETY)
    return float(sure[order][fine[-1]]) if len(fine) else 1.0


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Counts, calibration error, bins (mean confidence, share right, fields), and what goes straight through."""
    sure, right = np.array([row.confidence for row in rows]), np.array([row.right for row in rows])
    places = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins = [
        (float(sure[places == at].mean()), float(right[places == at].mean()), int((places == at).sum()))
        for at in sorted(set(places.tolist()))
    ]
    least = confidence.straight_through()
    through, documents = sure >= least, defaultdict(list)
    for row, passes in zip(rows, through.tolist(), strict=True):
        documents[row.document].append(passes)
    return {
        "fields": len(rows), "right": int(right.sum()), "documents": len(documents),
        "ece": sum(count * abs(mean - share) for mean, share, count in bins) / len(rows), "bins": bins,
        "threshold": least, "straight_through": float(through.mean()),
        "error_straight_through": float((~right[through]).mean()) if through.any() else 0.0,
        "documents_straight_through": sum(all(passes) for passes in documents.values()) / len(documents),
    }  # fmt: skip


def text(told: Mapping[str, Mapping[str, Any]]) -> str:
    """A table a source."""
    lines = []
    for source, row in told.items():
        lines.append(f"{source}: {row['right']} of {row['fields']} fields right in {row['documents']} documents,")
        lines.append(f"  calibration error {row['ece']:.4f}; straight through at {row['threshold']:.4f}:")
        lines.append(f"  {row['straight_through']:.3f} of fields with {row['error_straight_through']:.4f} wrong,")
        lines.append(f"  {row['documents_straight_through']:.3f} of documents")
        lines += [f"    said {mean:.3f}  right {share:.3f}  of {count}" for mean, share, count in row["bins"]]
    return "\n".join(lines)


def plot(told: Mapping[str, Mapping[str, Any]], file: Path) -> None:
    """What was said against what was right, a line a source."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, panel = plt.subplots(figsize=(6, 6))
    panel.plot((0, 1), (0, 1), color="grey")
    for source, row in told.items():
        said, right, _ = zip(*row["bins"], strict=True)
        panel.plot(said, right, "o-", label=f"{source} (error {row['ece']:.3f})")
    panel.set(xlabel="confidence", ylabel="share right")
    panel.legend()
    figure.savefig(file)


if __name__ == "__main__":
    main()
