"""A typed client of the venue's public HTTP and WebSocket API."""

from openoutcry.client.client import Client
from openoutcry.client.errors import BadAnswer, ClientError, Refused, Unreachable
from openoutcry.client.order import Order, OrderRequest
from openoutcry.client.stream import Stream, Subscription

__all__ = [
    "BadAnswer",
    "Client",
    "ClientError",
    "Order",
    "OrderRequest",
    "Refused",
    "Stream",
    "Subscription",
    "Unreachable",
]
