"""The command line's part for back-tests."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from selfproof.access import people
from selfproof.lifecycle import compare, force
from selfproof.monitoring.backtest import Backtest, Fate, backtest
from selfproof.rescoring import runs
from selfproof.store import Store
from selfproof.store.rescores import Run, Stage

Json = Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")]


def run(
    policy: Annotated[str, typer.Argument(help="a stored version, a shipped policy's name or a YAML file")],
    *,
    as_json: Json = False,
) -> None:
    """Decide on all stored applications under a policy and compare, with outcomes where there are any.

    A version needs one to be published. Interrupted, it goes on where it was when it is started again.
    """
    with Store.open() as store:
        chosen = force.kept(store, policy)
        compare.sound(chosen)
        begun = runs.begin(store, chosen.text, chosen.name)
        store.people.note(people.by_system("rescore", f"back-test {chosen.name} {begun.policy[:12]} {begun.id}"))
        if runs.carry_out(store, begun.id) is Stage.ASIDE:
            sys.stderr.write(
                "部分申请没能核实，再次运行会重试 / some could not be verified; run it again to try them again\n"
            )
        found = backtest(store.rescores.results(begun.id).ask, store.switches.outcomes())
    sys.stdout.write(_as_json(begun, found) if as_json else _as_text(begun, found))


def _as_json(begun: Run, found: Backtest) -> str:
    rest = found.unknown
    counts = {"applications": rest.total, "up": rest.up, "down": rest.down, "same": rest.same, "refused": rest.refused}
    told = {
        "rescore": begun.id,
        "policy": begun.policy,
        "engine": begun.engine,
        "with_outcome": [_fate(fate) for fate in found.known],
        "without_outcome": counts | {"before": str(rest.before), "after": str(rest.after)},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _fate(fate: Fate) -> dict[str, object]:
    amounts = {name: str(getattr(fate, name)) for name in ("before", "after", "loss", "loss_after")}
    return {"state": fate.state, "applications": fate.applications, **amounts}


def _as_text(begun: Run, found: Backtest) -> str:
    lines = [f"{begun.name} {begun.policy[:12]} · {begun.id}", "有结果的申请 / with an outcome:"]
    lines += [
        f"  {fate.state}: {fate.applications} · {fate.before:,.0f} → {fate.after:,.0f} CNY"
        f" · 损失 loss {fate.loss:,.0f} → {fate.loss_after:,.0f}（按额度比例 in proportion to the limit）"
        for fate in found.known
    ] or ["  无 none"]
    rest = found.unknown
    lines += [
        f"无结果的申请只说会怎样变化 / without one, what would change: {rest.total}",
        f"  升 up {rest.up} · 降 down {rest.down} · 不变 same {rest.same} · 无法评分 refused {rest.refused}",
        f"  仅建议 recommended only {rest.other} · {rest.before:,.0f} → {rest.after:,.0f} CNY",
    ]
    return "\n".join(lines) + "\n"
