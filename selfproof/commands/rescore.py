"""The command line's part for re-scoring."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from selfproof.access import people
from selfproof.batch import ordered, tally
from selfproof.errors import StoreError
from selfproof.lifecycle import force
from selfproof.rescoring import runs, table, tabular
from selfproof.rescoring.report import html
from selfproof.store import Store
from selfproof.store.rescored import Rescored
from selfproof.store.rescores import Run, Stage
from selfproof.store.results import Results, noun

_INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended
_MOST = 40  # applications that are printed
Cluster = Annotated[str, typer.Option(help="the address of a Ray cluster that does it, or `local` for one here")]
Out = Annotated[Path | None, typer.Option(help="also write all results to this file")]


def rescore(  # noqa: PLR0913  every option of a command is a parameter
    *,
    policy: Annotated[str, typer.Option(help="a stored version or name, a shipped policy's name or a YAML file")],
    csv: Out = None,
    xlsx: Out = None,
    report: Annotated[Path | None, typer.Option(help="also write a report with charts to this HTML file")] = None,
    cluster: Cluster = "",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")] = False,
) -> None:
    """Decide on all stored applications under another policy, beside the standing decisions; nothing is read again.

    Interrupted, it goes on where it was when it is started again.
    """
    _check_folders(csv, xlsx, report)
    with Store.open() as store:
        try:
            chosen = force.kept(store, policy)
            run = runs.begin(store, chosen.text, chosen.name)
            store.people.note(people.by_system("rescore", f"{run.name} {run.policy[:12]} {run.id}"))
            _carry_out(store, run, cluster)
            found = store.rescores.results(run.id)
            _write(found, csv, xlsx)
            if report is not None:
                report.write_text(html(run, found), "utf-8")
            sys.stdout.writelines(_as_json(run, found) if as_json else _as_text(run, found))
        except KeyboardInterrupt:
            sys.stderr.write("已中断，再次运行将继续 / interrupted; run it again to go on\n")
            raise typer.Exit(_INTERRUPTED) from None


def _check_folders(*files: Path | None) -> None:
    """Before hours of work whose results nobody could keep."""
    for file in files:
        if file is not None and not os.access(file.parent, os.W_OK):
            raise StoreError(f"{file}: 写不进这个文件夹 / cannot write into this folder")


def _carry_out(store: Store, run: Run, cluster: str) -> None:
    """With a progress bar; exits with 1 when somebody cancelled it elsewhere."""
    with _bar("重新评分 / re-scoring", run.total) as tell:
        stage = runs.carry_out(store, run.id, tell, address=cluster)
    if stage is Stage.CANCELLED:
        sys.stderr.write("已取消 / cancelled\n")
        raise typer.Exit(1)


@contextmanager
def _bar(title: str, total: int) -> Iterator[Callable[..., None]]:
    """A bar on the error stream with an estimate; what it yields is told how many are done, and of how many."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of, refresh=True)


def _write(found: Results, csv: Path | None, xlsx: Path | None) -> None:
    if csv is not None:
        with csv.open("wb") as out:
            tabular.write_csv(out, table.header(), table.rows(found))
    if xlsx is not None:
        if found.count() > tabular.MOST:
            raise StoreError(f"a sheet holds at most {tabular.MOST:,} applications: use --csv")
        with xlsx.open("wb") as out:
            tabular.write_xlsx(out, table.header(), table.rows(found))


def reread(
    *,
    cluster: Cluster = "",
    workers: Annotated[int, typer.Option(min=0, help="that read at the same time; 0: one, on a cluster all")] = 0,
    originals: Annotated[str, typer.Option(help="where a cluster finds the originals: s3://bucket/originals")] = "",
) -> None:
    """Read what this version of the reader has not read, and decide anew; ends when nothing is left."""
    from selfproof import worker
    from selfproof.batch import rereading

    with Store.open() as store:
        before = rereading.begin(store)
        with _bar("重新读取 / re-reading", before) as tell:

            def left() -> int:
                waiting = store.left()
                tell(before - waiting, before)
                return waiting

            if cluster:
                told = partial(tell, of=before)
                for _ in rereading.reread(store, cluster, workers=workers, originals=originals, tell=told):
                    pass
            else:
                worker.run(store, worker.Plan(processes=workers or 1), until=lambda: not left())
        sys.stdout.write(f"{before} 份待读，剩余 {store.left()} / {before} to read, {store.left()} left\n")


def _as_json(run: Run, found: Results) -> Iterator[str]:
    """One object; those who change come last, one after the other."""
    total = tally.summary(found.ask)
    bands = [{"up_to": band.up_to, "before": band.before, "after": band.after} for band in total.bands]
    content: dict[str, Any] = {
        "rescore": run.id,
        "policy": {"name": run.name, "hash": run.policy},
        "engine": run.engine,
        "applications": total.total,
        "up": total.up,
        "down": total.down,
        "same": total.same,
        "recommended_only": total.other,
        "refused": total.refused,
        "evidence_changed": total.evidence,
        "before": str(total.before),
        "after": str(total.after),
        "bands": bands,
        "reasons": [{"code": code, "step": step, "applications": count} for code, step, count in total.reasons],
        "refusals": [{"error": error, "applications": count} for error, count in total.refusals],
        "set_aside": [{"error": error, "applications": count} for error, count in tally.set_aside(found)],
        "singly": [{"error": error, "applications": count} for error, count in tally.singly(found)],
    }
    yield json.dumps(content, ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "changed": ['
    between = "\n  "
    for rows in ordered.changed(found):
        for row in rows.iter_rows(named=True):
            yield between + json.dumps(_record(noun(row)), ensure_ascii=False)
            between = ",\n  "
    yield "\n ]\n}\n"


def _record(item: Rescored) -> dict[str, Any]:
    named = dict(zip(table.COLUMNS, table.row(item), strict=True))
    plain = {name: value if isinstance(value, str | int) else str(value) for name, value in named.items()}
    return plain | dict.fromkeys(("after", "change", "recommended_after")) if item.after is None else plain


def _as_text(run: Run, found: Results) -> Iterator[str]:
    total = tally.summary(found.ask)
    lines = [
        f"{run.name} {run.policy[:12]} · {run.id} · {total.total} 份申请 / applications",
        f"升 up {total.up} · 降 down {total.down} · 不变 same {total.same}",
        f"仅建议额度变动 recommended only {total.other} · 无法评分 refused {total.refused}",
        f"合计额度 sum of limits {total.before:,.0f} → {total.after:,.0f} CNY",
        "",
        *(f"  {_name(band):>12}  {band.before:>7} → {band.after:<7}" for band in total.bands),
        "",
    ]
    lines += [f"{code} {step}: {count}" for code, step, count in total.reasons]
    lines += [f"无法评分 / refused: {count} · {_refusal(error)}" for error, count in total.refusals]
    lines += [
        f"批量出错，已逐份算好 / bulk failed, done one by one: {n} · {_fault(why)}" for why, n in tally.singly(found)
    ]
    aside = tally.set_aside(found)
    lines += [f"暂放，再次运行会重试 / set aside until the next run: {n} · {_fault(why)}" for why, n in aside]
    first = tally.largest(found.ask, "all", 0, _MOST)
    lines += ["", *(_line(noun(row)) for row in first.iter_rows(named=True))]
    if total.moved > len(first):
        lines.append(f"… {total.moved - len(first)} 份未列出，请用 --csv 或 --xlsx / more: --csv or --xlsx")
    yield "\n".join(lines).rstrip() + "\n"


def _refusal(error: str) -> str:
    return " / ".join(dict.fromkeys((table.refusal(error, "zh"), table.refusal(error, "en"))))


def _fault(reason: str) -> str:
    return " / ".join(table.fault(reason, lang) for lang in ("zh", "en"))


def _name(band: tally.Band) -> str:
    return "更高 above" if band.up_to is None else f"≤ {band.up_to:,}"


def _line(item: Rescored) -> str:
    after = f"{item.after.effective:,.0f}" if item.after else f"无法评分 refused: {_refusal(item.error)}"
    binding = f"{item.before.binding} → {item.after.binding}" if item.after else item.before.binding
    return f"{item.application}  {item.before.effective:,.0f} → {after}  [{binding}]  {table.why(item)}".rstrip()
