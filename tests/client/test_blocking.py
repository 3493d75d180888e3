"""The client for programs that wait does what the asynchronous one does."""

import inspect
import itertools
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from venue_process import VenueProcess, venue_on_disk

from openoutcry.client import Client as AsynchronousClient
from openoutcry.client import OrderRequest, Refused, Subscription, Unreachable, blocking
from openoutcry.client.errors import ClientError
from openoutcry.client.messages import BookDelta, BookSnapshot, Connected

PARTS = ("orders", "accounts", "market", "keys", "administration")


@pytest.fixture(scope="module")
def venue() -> Iterator[VenueProcess]:
    with venue_on_disk("--quiet") as process:
        process.start()
        yield process


@pytest.fixture
def alice(venue: VenueProcess) -> Iterator[blocking.Client]:
    with blocking.Client(venue.url) as client:
        client.log_in("alice", "alice-demo")
        yield client
        client.orders.cancel_all()


def limit(price: str, quantity: int = 10, symbol: str = "AAPL") -> OrderRequest:
    return OrderRequest(
        symbol=symbol, side="BUY", type="LIMIT", quantity=quantity, price=Decimal(price)
    )


def public(thing: Any) -> set[str]:
    return {name for name, _ in inspect.getmembers(thing, callable) if not name.startswith("_")}


@pytest.mark.parametrize("part", PARTS)
def test_every_call_is_there_with_its_words(part: str) -> None:
    ours = getattr(blocking, part.capitalize())
    (theirs,) = [
        kind
        for kind in vars(
            inspect.getmodule(inspect.unwrap(ours.__dict__[min(public(ours))]))
        ).values()
        if inspect.isclass(kind) and kind.__name__ == part.capitalize()
    ]
    assert public(ours) == public(theirs)
    for name in public(ours):
        assert getattr(ours, name).__doc__ == getattr(theirs, name).__doc__


def test_both_clients_have_the_same_parts() -> None:
    asynchronous = AsynchronousClient("http://127.0.0.1:1")
    with blocking.Client("http://127.0.0.1:1") as client:
        for part in PARTS:
            assert hasattr(client, part)
            assert hasattr(asynchronous, part)


def test_order_is_placed_listed_and_cancelled(alice: blocking.Client) -> None:
    order = alice.orders.place(limit("140.25", 100))
    assert order.status == "NEW"
    assert next(alice.orders.all(symbol="AAPL")).order_id == order.order_id
    changed = alice.orders.replace(order.order_id, quantity=60)
    assert changed.quantity == 60
    assert alice.orders.cancel_all(symbol="AAPL").order_ids == [order.order_id]
    with pytest.raises(Refused) as refusal:
        alice.orders.cancel(order.order_id)
    assert refusal.value.status == 409


def test_stream_is_read_in_a_loop(alice: blocking.Client) -> None:
    stream = alice.stream(Subscription("book", ("TSLA",), depth=5))
    assert isinstance(next(stream), Connected)
    assert isinstance(next(stream), BookSnapshot)
    alice.orders.place(limit("240", 3, "TSLA"))
    delta = next(stream)
    assert isinstance(delta, BookDelta)
    assert [(level.price, level.quantity) for level in delta.bids] == [(Decimal(240), 3)]


def test_threads_share_a_client(alice: blocking.Client) -> None:
    placed: list[str] = []

    def place() -> None:
        placed.extend(alice.orders.place(limit("139", 1)).order_id for _ in range(5))

    threads = [threading.Thread(target=place) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(placed)) == 20


def test_keys_are_made_used_and_revoked(venue: VenueProcess, alice: blocking.Client) -> None:
    assert alice.keys.me().username == "alice"
    key = alice.keys.create("a test", scopes=["read"])
    assert key.client_id in {one.client_id for one in alice.keys.all()}
    with blocking.Client(venue.url) as program:
        program.log_in_with_key(key.client_id, key.client_secret)
        assert program.accounts.all() == alice.accounts.all()
        with pytest.raises(Refused) as refusal:
            program.orders.place(limit("139"))
        assert refusal.value.status == 403
    assert alice.keys.revoke(key.key_id).revoked_at is not None


def test_password_is_changed(venue: VenueProcess) -> None:
    with blocking.Client(venue.url) as carol:
        carol.log_in("carol", "carol-demo")
        carol.keys.change_password("carol-demo", "another-password")
        carol.log_in("carol", "another-password")
        carol.keys.change_password("another-password", "carol-demo")


def test_nobody_answers() -> None:
    with (
        blocking.Client("http://127.0.0.1:1") as client,
        pytest.raises(Unreachable, match="no venue answers"),
    ):
        client.market.symbols()


def test_address_that_is_none() -> None:
    before = threading.active_count()
    with pytest.raises(ClientError, match="expected a URL"):
        blocking.Client("ftp://venue")
    assert threading.active_count() == before


def test_lists_are_read_only_as_far_as_asked(alice: blocking.Client) -> None:
    for _ in range(3):
        alice.orders.place(limit("138", 1))
    assert len(list(itertools.islice(alice.orders.all(), 2))) == 2
