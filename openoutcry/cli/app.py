"""The command `openoutcry`: one table of commands, one place that turns failures into a line."""

import os
import sys
import traceback
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from openoutcry import __version__
from openoutcry.errors import OpenOutcryError

# Each command is the function `command`, or the typer app `app`, of its module. The module
# imports what is heavy inside the function: `--help` loads all of these.
COMMANDS = {
    "serve": "openoutcry.cli.serve",
    "demo": "openoutcry.cli.demo",
    "replay": "openoutcry.cli.replay",
    "verify": "openoutcry.cli.verify",
    "backup": "openoutcry.cli.backup",
    "restore": "openoutcry.cli.restore",
    "rebuild": "openoutcry.cli.rebuild",
    "report": "openoutcry.cli.report",
    "bench": "openoutcry.cli.bench",
    "login": "openoutcry.cli.login",
    "logout": "openoutcry.cli.logout",
    "order": "openoutcry.cli.order",
    "positions": "openoutcry.cli.positions",
    "book": "openoutcry.cli.book",
    "user": "openoutcry.cli.user",
    "symbol": "openoutcry.cli.symbol",
    "account": "openoutcry.cli.account",
    "halt": "openoutcry.cli.halt",
    "resume": "openoutcry.cli.resume",
}


def main() -> NoReturn:
    """Run one command and exit: 0 on success, 1 on failure, 2 on bad usage."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code, having printed at most one line of error."""
    try:
        result = build(arguments)(arguments, prog_name="openoutcry", standalone_mode=False)
    except typer.TyperException as error:
        return fail(error.format_message(), error.exit_code)
    except OpenOutcryError as error:
        return fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        # The reader went away, as `| head` does. Nothing more can be said on standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - the last stop before the person at the keyboard
        return fail(_explain(error), 1)
    return result if isinstance(result, int) else 0


def _explain(error: Exception) -> str:
    """Return the engine's own words, or say that this is a defect, with a traceback on request."""
    # Not imported here: a command that never loaded the engine cannot have an error of it.
    engine = sys.modules.get("openoutcry._engine")
    if engine is not None and isinstance(error, engine.EngineError):
        return str(error)
    if os.environ.get("OPENOUTCRY_TRACEBACK"):
        traceback.print_exception(error)
    return f"internal error: {type(error).__name__}: {error}"


def fail(message: str, exit_code: int) -> int:
    """Print `message` as one line on standard error and return `exit_code`."""
    line = " ".join(message.split())
    print(f"openoutcry: {line}", file=sys.stderr)
    return exit_code


def build(arguments: list[str]) -> typer.Typer:
    """Assemble the application: of the command that is asked for, else of all of them."""
    app = typer.Typer(
        help="A stock exchange in a box.",
        add_completion=False,
        no_args_is_help=False,
        pretty_exceptions_enable=False,
    )
    app.callback(invoke_without_command=True)(_options)
    asked = arguments[0] if arguments else ""
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module = import_module(COMMANDS[name])
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)
    return app


def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        print(f"openoutcry {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
