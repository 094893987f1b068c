"""The command line."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from selfproof.commands import calibrate, edge, letter, monitor, people, policy, printed, rescore
from selfproof.commands.edge import AnyPort, Edge, Port
from selfproof.errors import IntakeError
from selfproof.findings import command as findings
from selfproof.study import command as study

app = typer.Typer(
    cls=Edge,
    no_args_is_help=True,
    add_completion=False,
    help="selfproof: documents → verified facts → a limit.",
)
app.add_typer(people.user, name="user")
app.add_typer(people.audit, name="audit")
app.add_typer(policy.app, name="policy")
app.command("letter")(letter.run)
app.command("monitor")(monitor.run)
app.command("calibrate")(calibrate.run)
app.command()(rescore.rescore)
app.command()(findings.checks)
app.command()(study.simulate)
app.command()(study.study)
app.command()(rescore.reread)
Json = Annotated[bool, typer.Option("--json", help="one JSON object instead of a text")]
FIXTURES = Path(__file__).parent.parent / "fixtures"


@app.callback()
def main() -> None:
    """selfproof: documents → verified facts → a limit."""


@app.command("read")
def read_files(
    files: Annotated[list[Path], typer.Argument(help="images, short videos, PDF, OFD, XML, docx, CSV, XLS, XLSX")],
    *,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="one JSON object a document instead of tables")] = False,
) -> None:
    """Read files and show what stands in them, with its place; what cannot be read is absent."""
    from selfproof import certificates, pipeline

    certificates.roots()
    failed = False
    for path in files:
        start = time.perf_counter()
        try:
            found, _ = pipeline.taken_apart(path.read_bytes(), path.name)
        except (IntakeError, OSError) as error:
            failed = True
            records = [printed.failure(path, error)]
        else:
            seconds = time.perf_counter() - start
            records = [printed.record(path, extraction, seconds) for extraction in found]
        for record in records:
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n" if jsonl else printed.table(record))
        sys.stdout.flush()
    raise typer.Exit(int(failed))


@app.command()
def assess(
    folder: Annotated[Path, typer.Argument(help="holds application.yaml and documents/")],
    *,
    as_json: Json = False,
    demo: Annotated[bool, typer.Option("--demo", help="trust the fixtures' own certificate authority")] = False,
    policy: Annotated[str, typer.Option(help="a shipped policy's name, a YAML file or a stored version")] = "",
) -> None:
    """Take in an application folder, read, verify and decide; nothing that was read before is read again."""
    from selfproof import certificates, pipeline
    from selfproof.commands import assessment
    from selfproof.sources import settings
    from selfproof.store import Store

    if demo:
        trust_fixtures()
    certificates.roots()
    settings.ready()
    with Store.open() as store:
        found = pipeline.assess(store, folder, policy)
    sys.stdout.write(assessment.as_json(found) if as_json else assessment.as_text(found))


@app.command()
def explain(
    decision: Annotated[str, typer.Argument(help="a decision's id, as assess prints it")],
    *,
    replay: Annotated[bool, typer.Option("--replay", help="decide again from the stored inputs and compare")] = False,
) -> None:
    """Show a stored decision with its reasons and the formulas' values; with --replay prove that it repeats."""
    from selfproof import pipeline
    from selfproof.commands import assessment
    from selfproof.explaining import technical
    from selfproof.store import Store

    with Store.open() as store:
        kept = store.decision(decision)
        sys.stdout.write(assessment.explanation(kept))
        for other in technical.otherwise(store.replay_inputs(decision)):
            sys.stdout.write(f"  {other.effect:>+12,.0f}  {technical.said(other, 'zh')}\n")
        if replay:
            stored, anew = pipeline.replay(store, decision)
            same = stored == anew
            sys.stdout.write(
                "重放一致，逐字节相同 / replayed, byte for byte the same\n" if same else "重放不一致 / DIFFERS\n"
            )
            raise typer.Exit(int(not same))


@app.command()
def worker(
    *,
    processes: Annotated[int, typer.Option(min=1, help="that read at the same time; one for each core at most")] = 1,
    tasks: Annotated[int, typer.Option(min=1, help="after which a reading process is started anew")] = 50,
) -> None:
    """Read what is uploaded, in processes of its own, and decide, until interrupted."""
    from selfproof import worker as work
    from selfproof.sources import settings
    from selfproof.store import Store

    settings.ready()
    with Store.open() as store:
        work.run(store, work.Plan(processes=processes, tasks=tasks))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def serve(context: typer.Context) -> None:
    """Serve the app to people who sign in; options: --port, --address, --certificate, --key."""
    os.execv(sys.executable, [sys.executable, "-m", "ui.server", *context.args])  # noqa: S606  our own module


@app.command()
def sandbox(
    port: AnyPort = 8600,
    seed: Annotated[int, typer.Option(help="of the invented world")] = 1,
    world: Annotated[Path | None, typer.Option(help="a YAML file of more firms and invoices")] = None,
) -> None:
    """Play the third parties on this machine: an invented world, slow, failing or lying on request."""
    from selfproof.sandbox import serving

    shipped = FIXTURES / "sandbox" / "world.yaml"
    serving.run(port, seed, world or (shipped if shipped.is_file() else None))


@app.command()
def demo(
    port: Port = 8501,
    *,
    others: Annotated[bool, typer.Option("--others", help="play third parties, too, to be asked")] = False,
) -> None:
    """Load the plastics workshop and open the page on it, with a worker beside; then cases for reviewers."""
    from selfproof import demo as show

    edge.need_port(show.HOST, port)
    trust_fixtures()
    applications = FIXTURES / "applications"
    show.run(applications / "workshop", port, beside=[applications / "forged", applications / "large"], others=others)


def trust_fixtures() -> None:
    """Trust the fixtures' own certificate authority, in this process and its children only."""
    os.environ["SELFPROOF_TRUST_ROOTS"] = str(FIXTURES / "ca" / "roots")


if __name__ == "__main__":
    app()
