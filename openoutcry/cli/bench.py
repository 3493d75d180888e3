"""`openoutcry bench`: the benchmarks."""

from typing import Annotated

import typer


def command(
    subject: Annotated[
        str | None,
        typer.Argument(
            metavar="[engine|journal|gateway|recovery]",
            help="What to measure.",
            show_default="all of them",
        ),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="End within 30 seconds; the figures are less sure.")
    ] = False,
) -> None:
    """Measure the venue on this machine, in a temporary directory."""
    from openoutcry.bench.report import print_json, print_table
    from openoutcry.bench.suite import Subject, run

    if subject is not None and subject not in list(Subject):
        raise typer.BadParameter(f"{subject!r} is none of {', '.join(Subject)}")
    subjects = [Subject(subject)] if subject else list(Subject)
    machine, cases = run(subjects, quick=quick)
    (print_json if json else print_table)(machine, cases)
