"""Market makers stand on both sides of the fair value, and lean against what they hold."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from openoutcry.client.order import Order
from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.maker import MarketMaker
from openoutcry.simulation.seed import seeded
from openoutcry.simulation.strategy import Action, Floor, Move, Place, Withdraw

Make = Callable[..., Order]


def round_of(maker: MarketMaker, floor: Floor, blotter: Blotter) -> list[Action]:
    """One turn of every symbol."""
    return [action for _ in floor.instruments for action in maker.decide(0.0, floor, blotter)]


def answer(actions: list[Action], blotter: Blotter, make_order: Make, *, turn: int = 1) -> None:
    """Confirm what the maker sent, as a venue does where nothing trades."""
    for number, action in enumerate(actions):
        match action:
            case Place():
                blotter.take(
                    make_order(
                        f"ORD-{turn}-{number}",
                        symbol=action.instrument.symbol,
                        side="BUY" if action.is_buy else "SELL",
                        price=action.instrument.dollars(action.price),
                        quantity=action.quantity,
                    )
                )
            case Move(order=order):
                blotter.take(
                    make_order(
                        order.order_id,
                        symbol=order.symbol,
                        side="BUY" if order.is_buy else "SELL",
                        price=action.instrument.dollars(action.price),
                        quantity=action.leaves,
                        version=order.version + 1,
                    )
                )
            case Withdraw(order=order):
                blotter.drop(order.symbol, order.order_id)


@pytest.fixture
def maker() -> MarketMaker:
    return MarketMaker(seeded(1, "maker-1"), 0)


def test_book_is_opened_with_several_levels_on_each_side(maker: MarketMaker, floor: Floor) -> None:
    actions = round_of(maker, floor, Blotter(floor.instruments))
    for one in floor.instruments.values():
        placed = [
            action for action in actions if isinstance(action, Place) and action.instrument is one
        ]
        bids = sorted({action.price for action in placed if action.is_buy})
        asks = sorted({action.price for action in placed if not action.is_buy})
        assert len(bids) >= 5
        assert len(asks) >= 5
        assert bids[-1] < one.fair < asks[0]
        assert asks[0] - bids[-1] <= 4


def test_three_makers_fill_the_prices_between_one_another(floor: Floor) -> None:
    prices = set()
    for number in range(3):
        maker = MarketMaker(seeded(1, f"maker-{number}"), number)
        for action in round_of(maker, floor, Blotter(floor.instruments)):
            if isinstance(action, Place) and action.instrument.symbol == "XOM" and action.is_buy:
                prices.add(action.price)
    assert len(prices) >= 8


def test_still_market_needs_few_messages(
    maker: MarketMaker, floor: Floor, make_order: Make
) -> None:
    blotter = Blotter(floor.instruments)
    first = round_of(maker, floor, blotter)
    answer(first, blotter, make_order)
    second = round_of(maker, floor, blotter)
    assert len(second) < len(first) / 2


def test_moved_fair_value_moves_orders_without_growing_the_book(
    maker: MarketMaker, floor: Floor, make_order: Make
) -> None:
    blotter = Blotter(floor.instruments)
    for turn in range(30):
        for one in floor.instruments.values():
            one.fair += 2 if turn % 10 < 6 else -3
            one.bid, one.ask = int(one.fair) - 1, int(one.fair) + 2
        answer(round_of(maker, floor, blotter), blotter, make_order, turn=turn)
        for one in floor.instruments.values():
            own = blotter.open(one.symbol)
            assert len(own) <= 12
            bids = [order.price for order in own if order.is_buy]
            asks = [order.price for order in own if not order.is_buy]
            assert max(bids) < min(asks)


def test_long_maker_leans_down_and_short_maker_up(floor: Floor, make_order: Make) -> None:
    middles = {}
    for side in ("BUY", "SELL"):
        blotter = Blotter(floor.instruments)
        blotter.take(
            make_order(
                side=side,
                quantity=20_000,
                filled_quantity=20_000,
                status="FILLED",
                price=Decimal("270.00"),
            )
        )
        for one in floor.instruments.values():
            one.bid = one.ask = None
        placed = [
            action
            for action in round_of(MarketMaker(seeded(1, "maker-1"), 0), floor, blotter)
            if isinstance(action, Place) and action.instrument.symbol == "AAPL"
        ]
        bid = max(action.price for action in placed if action.is_buy)
        ask = min(action.price for action in placed if not action.is_buy)
        middles[side] = (bid + ask) / 2
    assert middles["BUY"] < floor.instruments["AAPL"].fair < middles["SELL"]


def test_nothing_is_sent_during_a_halt(maker: MarketMaker, floor: Floor) -> None:
    for one in floor.instruments.values():
        one.halted = True
    assert round_of(maker, floor, Blotter(floor.instruments)) == []


def test_offers_of_others_are_never_taken(maker: MarketMaker, floor: Floor) -> None:
    for one in floor.instruments.values():
        one.bid, one.ask = int(one.fair) - 40, int(one.fair) - 30
    for action in round_of(maker, floor, Blotter(floor.instruments)):
        if isinstance(action, Place) and action.is_buy:
            assert action.instrument.ask is not None
            assert action.price < action.instrument.ask
