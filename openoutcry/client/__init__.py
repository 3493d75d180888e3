"""A typed client of the venue's public HTTP and WebSocket API.

`Client` is for asyncio, `openoutcry.client.blocking.Client` the same for programs that wait.
"""

from openoutcry.client.client import Client
from openoutcry.client.errors import BadAnswer, ClientError, Refused, Unreachable
from openoutcry.client.live_book import LiveBook
from openoutcry.client.order import Order, OrderRequest
from openoutcry.client.stream import Stream, Subscription

__all__ = [
    "BadAnswer",
    "Client",
    "ClientError",
    "LiveBook",
    "Order",
    "OrderRequest",
    "Refused",
    "Stream",
    "Subscription",
    "Unreachable",
]
