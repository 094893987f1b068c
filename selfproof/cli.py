"""The command line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from selfproof import report
from selfproof.errors import IntakeError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="selfproof: documents → verified facts → a limit.")


@app.callback()
def main() -> None:
    """selfproof: documents → verified facts → a limit."""


@app.command("read")
def read_files(
    files: Annotated[list[Path], typer.Argument(help="images, PDF, OFD, XML, docx, CSV, XLS, XLSX")],
    jsonl: Annotated[bool, typer.Option("--jsonl", help="one JSON object a document instead of tables")] = False,  # noqa: FBT002  typer's flags are booleans
) -> None:
    """Read files and show what stands in them, with its place; what cannot be read is absent."""
    from selfproof import pipeline

    failed = False
    for path in files:
        start = time.perf_counter()
        try:
            reading = pipeline.read_file(path)
        except (IntakeError, OSError) as error:
            failed = True
            records = [report.failure(path, error)]
        else:
            seconds = time.perf_counter() - start
            records = [report.record(path, extraction, seconds) for extraction in reading.extractions]
        for record in records:
            sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n" if jsonl else report.table(record))
        sys.stdout.flush()
    raise typer.Exit(int(failed))


if __name__ == "__main__":
    app()
