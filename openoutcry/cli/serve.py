"""`openoutcry serve`: the venue on a directory."""

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
) -> None:
    """Run the venue on a directory until it is told to stop."""
    from openoutcry.settings import Settings, load_settings

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
    }
    settings = load_settings(Settings, flags, config=config)

    from openoutcry.cli.welcome import show_welcome
    from openoutcry.run import run

    run(settings, show_welcome)
