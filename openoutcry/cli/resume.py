"""`openoutcry resume`: trade again."""

from typing import TYPE_CHECKING

from openoutcry.cli.halt import SymbolArgument, show_status
from openoutcry.cli.operator import DEFAULT_URL, JsonOption, UrlOption, UsernameOption, act

if TYPE_CHECKING:
    from openoutcry.client import Client
    from openoutcry.client.administration import TradingStatus


def command(
    symbol: SymbolArgument = None,
    url: UrlOption = DEFAULT_URL,
    username: UsernameOption = None,
    *,
    json: JsonOption = False,
) -> None:
    """Let a symbol, or all, trade again."""

    async def work(client: "Client") -> "TradingStatus":
        return await client.administration.resume(symbol)

    show_status(act(url, username, work), json=json)
