"""A venue as its users reach it."""

from types import TracebackType
from typing import Self

from openoutcry.client.accounts import Accounts
from openoutcry.client.administration import Administration
from openoutcry.client.keys import Keys
from openoutcry.client.market import Market
from openoutcry.client.orders import Orders
from openoutcry.client.session import Session
from openoutcry.client.stream import Stream, Subscription


class Client:
    """One user's way to one venue.

        async with Client("http://127.0.0.1:8080") as client:
            await client.log_in("alice", "alice-demo")
            order = await client.orders.place(OrderRequest(...))

    Every call raises a ClientError: Refused with the venue's code, Unreachable, or BadAnswer.
    """

    def __init__(self, url: str, *, connections: int = 8, timeout: float = 15.0) -> None:
        self.session = Session(url, connections=connections, timeout=timeout)
        self.orders = Orders(self.session)
        self.accounts = Accounts(self.session)
        self.market = Market(self.session)
        self.keys = Keys(self.session)
        self.administration = Administration(self.session)

    async def log_in(self, username: str, password: str) -> None:
        """Act as this user from now on."""
        await self.session.log_in(username, password)

    async def log_in_with_key(self, client_id: str, client_secret: str) -> None:
        """Act as the owner of this API key from now on."""
        await self.session.log_in_with_key(client_id, client_secret)

    def stream(self, *subscriptions: Subscription) -> Stream:
        """Messages of these channels, for as long as they are read."""
        return Stream(self.session, *subscriptions)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.session.close()
