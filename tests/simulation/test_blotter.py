"""The blotter holds what the venue confirmed last, whichever way the news came."""

from collections.abc import Callable

import pytest

from openoutcry.client.order import Order
from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.instrument import Instrument

Make = Callable[..., Order]


@pytest.fixture
def blotter(instruments: dict[str, Instrument]) -> Blotter:
    return Blotter(instruments)


def test_accepted_order_is_open_at_its_price_in_ticks(blotter: Blotter, make_order: Make) -> None:
    blotter.take(make_order())
    (order,) = blotter.open("AAPL")
    assert (order.price, order.leaves, order.is_buy) == (26999, 100, True)


def test_older_version_does_not_undo_a_newer_one(blotter: Blotter, make_order: Make) -> None:
    blotter.take(make_order(version=2, filled_quantity=40, status="PARTIAL"))
    blotter.take(make_order(version=1))
    (order,) = blotter.open("AAPL")
    assert order.leaves == 60


def test_answer_after_the_news_of_the_end_opens_nothing(blotter: Blotter, make_order: Make) -> None:
    blotter.take(make_order(version=2, filled_quantity=100, status="FILLED"))
    blotter.take(make_order(version=1))
    assert blotter.open("AAPL") == []


def test_fills_are_counted_once_and_by_side(blotter: Blotter, make_order: Make) -> None:
    for _ in range(2):
        blotter.take(make_order("ORD-1", version=2, filled_quantity=40, status="PARTIAL"))
        blotter.take(
            make_order("ORD-2", side="SELL", version=2, filled_quantity=10, status="PARTIAL")
        )
    assert blotter.leaning("AAPL") == pytest.approx(30, rel=0.01)


def test_snapshot_replaces_what_was_open(blotter: Blotter, make_order: Make) -> None:
    blotter.take(make_order("ORD-1"))
    blotter.replace_all([make_order("ORD-2", quantity=50)])
    assert [order.order_id for order in blotter.open("AAPL")] == ["ORD-2"]


def test_fills_of_an_earlier_life_are_not_this_traders_doing(
    blotter: Blotter, make_order: Make
) -> None:
    blotter.replace_all([make_order(filled_quantity=40, status="PARTIAL", version=2)])
    assert blotter.leaning("AAPL") == 0
    blotter.take(make_order(filled_quantity=60, status="PARTIAL", version=3))
    assert blotter.leaning("AAPL") == 20
