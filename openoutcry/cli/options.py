"""The options that several commands share. Their texts are parsed by openoutcry.settings."""

from typing import Annotated

import typer

DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="Where the venue keeps everything; created if absent. Variable OPENOUTCRY_DATA.",
        show_default="the user's data folder",
    ),
]
HttpOption = Annotated[
    str | None,
    typer.Option(
        "--http",
        metavar="HOST:PORT",
        help="Where the API, the WebSocket and the terminal listen. Variable OPENOUTCRY_HTTP.",
        show_default="127.0.0.1:8080",
    ),
]
FixOption = Annotated[
    str | None,
    typer.Option(
        "--fix",
        metavar="HOST:PORT",
        help="Where FIX 4.4 sessions log on; `off` for nowhere. Variable OPENOUTCRY_FIX.",
        show_default="127.0.0.1:9878",
    ),
]
OuchOption = Annotated[
    str | None,
    typer.Option(
        "--ouch",
        metavar="HOST:PORT",
        help="Where OUCH 5.0 sessions log in, or `off`. Variable OPENOUTCRY_OUCH.",
        show_default="127.0.0.1:9879",
    ),
]
ItchOption = Annotated[
    str | None,
    typer.Option(
        "--itch",
        metavar="HOST:PORT",
        help="Where ITCH 5.0 is had over SoupBinTCP, or `off`. Variable OPENOUTCRY_ITCH.",
        show_default="127.0.0.1:9881",
    ),
]
GlimpseOption = Annotated[
    str | None,
    typer.Option(
        "--glimpse",
        metavar="HOST:PORT",
        help="Where snapshots of the market are had, or `off`. Variable OPENOUTCRY_GLIMPSE.",
        show_default="127.0.0.1:9882",
    ),
]
MulticastOption = Annotated[
    str | None,
    typer.Option(
        "--multicast",
        metavar="HOST:PORT",
        help="Where ITCH 5.0 is sent as MoldUDP64, or `off`. Variable OPENOUTCRY_MULTICAST.",
        show_default="239.192.0.1:30001",
    ),
]
MulticastInterfaceOption = Annotated[
    str | None,
    typer.Option(
        "--multicast-interface",
        metavar="ADDRESS",
        help="Address that multicast leaves by. Variable OPENOUTCRY_MULTICAST_INTERFACE.",
        show_default="127.0.0.1",
    ),
]
RerequestOption = Annotated[
    str | None,
    typer.Option(
        "--rerequest",
        metavar="HOST:PORT",
        help="Where packets are asked for again, or `off`. Variable OPENOUTCRY_REREQUEST.",
        show_default="127.0.0.1:30002",
    ),
]
DatabaseUrlOption = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        metavar="URL",
        help="Your own PostgreSQL. Variable OPENOUTCRY_DATABASE_URL.",
        show_default="an embedded server under the data directory",
    ),
]
OrderRateOption = Annotated[
    str | None,
    typer.Option(
        "--order-rate",
        metavar="N",
        help="Orders a second that one user may send. Variable OPENOUTCRY_ORDER_RATE.",
        show_default="1000",
    ),
]
LogLevelOption = Annotated[
    str | None,
    typer.Option(
        "--log-level",
        metavar="LEVEL",
        help="Log from this level up: debug, info, warning, error. Variable OPENOUTCRY_LOG_LEVEL.",
        show_default="info",
    ),
]
ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="TOML file with any of these settings. Variable OPENOUTCRY_CONFIG.",
        show_default="none",
    ),
]
