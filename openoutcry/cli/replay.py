"""`openoutcry replay`: recorded order flow through the engine."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What a recording is written in."""

    ITCH50 = "itch50"
    LOBSTER = "lobster"
    COMMANDS = "commands"


def command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The recording, plain or gzip; for commands, a data directory."
        ),
    ],
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format",
            help="itch50: Nasdaq's daily files; lobster: a message file; commands: a venue's "
            "journal.",
            show_default="by the file: a directory is commands, .csv is lobster, else itch50",
        ),
    ] = None,
    symbol: Annotated[
        str | None,
        typer.Option("--symbol", metavar="S", help="This symbol alone; names a LOBSTER file's."),
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Drive recorded order flow through the engine; print rate, trades, depth and state hash."""
    from openoutcry.replay.report import print_json, print_table
    from openoutcry.replay.run import replay_commands, replay_itch, replay_lobster

    match format_ or _format_of(file):
        case Format.ITCH50:
            outcome = replay_itch(file, symbol)
        case Format.LOBSTER:
            outcome = replay_lobster(file, symbol)
        case Format.COMMANDS:
            outcome = replay_commands(file, symbol)
    (print_json if json else print_table)(outcome)


def _format_of(file: Path) -> Format:
    if file.is_dir():
        return Format.COMMANDS
    return Format.LOBSTER if ".csv" in file.suffixes[-2:] else Format.ITCH50
