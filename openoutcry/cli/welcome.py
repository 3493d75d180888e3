"""What a venue says when it is ready."""

from typing import TYPE_CHECKING

from openoutcry import __version__

if TYPE_CHECKING:
    from openoutcry.venue import Venue


_WAYS = {
    "itch": "ITCH 5.0",
    "glimpse": "GLIMPSE",
    "rerequest": "re-requests",
    "multicast": "MoldUDP64",
}


def show_welcome(venue: "Venue") -> None:
    """Print where the venue is and, of a demo, who may log in."""
    from rich.console import Console
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("terminal", Text(f"{venue.url}/", style="bold cyan"))
    facts.add_row("API", Text(f"{venue.url}/docs", style="cyan"))
    facts.add_row("WebSocket", Text(f"{venue.url.replace('http', 'ws', 1)}/ws/v1", style="cyan"))
    if venue.fix_address is not None:
        facts.add_row("FIX 4.4", Text(venue.fix_address, style="cyan"))
    if venue.ouch_address is not None:
        facts.add_row("OUCH 5.0", Text(venue.ouch_address, style="cyan"))
    for way, address in venue.feeds.items():
        facts.add_row(_WAYS[way], Text(address, style="cyan"))
    facts.add_row("data", Text(str(venue.directory)))
    for number, (name, password) in enumerate(venue.logins.items()):
        facts.add_row("log in as" if number == 0 else "", f"{name} / {password}")
    if venue.seed is not None:
        facts.add_row("traders", f"simulated, seed {venue.seed}")
    facts.add_row("", Text("Ctrl-C stops; the next start goes on from here.", style="dim"))
    title = Text(f"Open Outcry {__version__}", style="bold")
    Console().print(Panel(facts, title=title, title_align="left", expand=False, padding=(1, 2)))
