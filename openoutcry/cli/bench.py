"""`openoutcry bench`: the benchmarks."""

from pathlib import Path
from typing import Annotated

import typer


def command(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[engine|journal|gateway|fix|itch|fanout|recovery|snapshot|projector]",
            help="What to measure.",
            show_default="all of them",
        ),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="End within 30 seconds; the figures are less sure.")
    ] = False,
    itch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A recorded ITCH 5.0 file, as one more case of the engine."
        ),
    ] = None,
) -> None:
    """Measure the venue on this machine, in a temporary directory."""
    from openoutcry.bench.report import print_json, print_table
    from openoutcry.bench.suite import Subject, run

    if subject is not None and subject not in list(Subject):
        raise typer.BadParameter(f"{subject!r} is none of {', '.join(Subject)}")
    if itch is not None and subject not in (None, Subject.ENGINE):
        raise typer.BadParameter("--itch is a case of the engine", param_hint="--itch")
    subjects = [Subject(subject)] if subject else list(Subject)
    machine, cases = run(subjects, quick=quick, itch=itch)
    (print_json if json else print_table)(machine, cases)
