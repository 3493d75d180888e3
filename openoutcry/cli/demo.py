"""`openoutcry demo`: a venue with symbols, users and simulated traders."""

from typing import Annotated

import typer

from openoutcry.cli.options import (
    ConfigOption,
    DatabaseUrlOption,
    DataOption,
    FixOption,
    GlimpseOption,
    HttpOption,
    ItchOption,
    LogLevelOption,
    MulticastInterfaceOption,
    MulticastOption,
    OrderRateOption,
    OuchOption,
    RerequestOption,
)

QuietOption = Annotated[
    bool | None,
    typer.Option(
        "--quiet/--no-quiet",
        help="Leave the simulated traders out: the books start empty. Variable OPENOUTCRY_QUIET.",
        show_default="no",
    ),
]
SeedOption = Annotated[
    str | None,
    typer.Option(
        "--seed",
        metavar="N",
        help="Make the simulated traders repeatable. Variable OPENOUTCRY_SEED.",
        show_default="a new one each time",
    ),
]


def command(
    data: DataOption = None,
    http: HttpOption = None,
    *,
    fix: FixOption = None,
    ouch: OuchOption = None,
    itch: ItchOption = None,
    glimpse: GlimpseOption = None,
    multicast: MulticastOption = None,
    multicast_interface: MulticastInterfaceOption = None,
    rerequest: RerequestOption = None,
    database_url: DatabaseUrlOption = None,
    order_rate: OrderRateOption = None,
    log_level: LogLevelOption = None,
    config: ConfigOption = None,
    quiet: QuietOption = None,
    seed: SeedOption = None,
) -> None:
    """Run a demo venue with a dozen symbols, demo users and simulated traders."""
    from openoutcry.settings import DemoSettings, load_settings

    flags = {
        "data": data,
        "http": http,
        "fix": fix,
        "ouch": ouch,
        "itch": itch,
        "glimpse": glimpse,
        "multicast": multicast,
        "multicast_interface": multicast_interface,
        "rerequest": rerequest,
        "database_url": database_url,
        "order_rate": order_rate,
        "log_level": log_level,
        "quiet": None if quiet is None else str(quiet),
        "seed": seed,
    }
    settings = load_settings(DemoSettings, flags, config=config)

    from openoutcry.cli.welcome import show_welcome
    from openoutcry.run import run

    run(settings, show_welcome)
