"""The crowd, the momentum trader and the institution: seeded, bounded, and turning back."""

from collections.abc import Callable

import pytest

from openoutcry.client.order import Order
from openoutcry.simulation.blotter import Blotter
from openoutcry.simulation.institution import Institution
from openoutcry.simulation.momentum import Momentum
from openoutcry.simulation.retail import Retail
from openoutcry.simulation.seed import seeded
from openoutcry.simulation.strategy import Floor, Place, Strategy, Withdraw

Make = Callable[..., Order]


def placed(strategy: Strategy, floor: Floor, blotter: Blotter, decisions: int) -> list[Place]:
    now, orders = 0.0, []
    for _ in range(decisions):
        now += strategy.wait()
        orders += [
            action for action in strategy.decide(now, floor, blotter) if isinstance(action, Place)
        ]
    return orders


@pytest.mark.parametrize("kind", [Retail, Momentum, Institution])
def test_same_seed_makes_the_same_decisions(
    kind: type[Retail | Momentum | Institution], floor: Floor
) -> None:
    first, second = (
        placed(kind(seeded(4, "one")), floor, Blotter(floor.instruments), 200) for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("kind", [Retail, Momentum, Institution])
def test_nobody_trades_where_a_side_of_the_book_is_empty(
    kind: type[Retail | Momentum | Institution], floor: Floor
) -> None:
    for one in floor.instruments.values():
        one.ask = None
    assert placed(kind(seeded(4, "one")), floor, Blotter(floor.instruments), 100) == []


def test_crowd_buys_and_sells_alike_and_mostly_takes(floor: Floor) -> None:
    orders = placed(Retail(seeded(1, "retail-1")), floor, Blotter(floor.instruments), 2_000)
    buys = sum(order.is_buy for order in orders) / len(orders)
    takes = sum(order.time_in_force == "IOC" for order in orders) / len(orders)
    assert 0.4 < buys < 0.6
    assert takes > 0.6
    assert all(order.quantity >= 1 for order in orders)


def test_crowd_that_has_bought_too_much_sells(floor: Floor, make_order: Make) -> None:
    blotter = Blotter(floor.instruments)
    for symbol in floor.instruments:
        blotter.take(
            make_order(
                f"ORD-{symbol}",
                symbol=symbol,
                quantity=20_000,
                filled_quantity=20_000,
                status="FILLED",
            )
        )
    orders = placed(Retail(seeded(1, "retail-1")), floor, blotter, 500)
    assert sum(order.is_buy for order in orders) / len(orders) < 0.2


def test_crowd_gives_up_on_what_waits_too_long(floor: Floor, make_order: Make) -> None:
    blotter = Blotter(floor.instruments)
    retail = Retail(seeded(1, "retail-1"))
    blotter.take(make_order())
    retail.decide(0.0, floor, blotter)
    (given_up,) = [
        action for action in retail.decide(600.0, floor, blotter) if isinstance(action, Withdraw)
    ]
    assert given_up.order.order_id == "ORD-1"


def test_momentum_follows_a_rise_and_rests_in_a_still_market(floor: Floor) -> None:
    still = placed(Momentum(seeded(1, "momentum-1")), floor, Blotter(floor.instruments), 200)
    assert still == []
    momentum, now, orders = Momentum(seeded(1, "momentum-1")), 0.0, []
    for _ in range(200):
        now += momentum.wait()
        for one in floor.instruments.values():
            assert one.bid is not None
            assert one.ask is not None
            one.bid, one.ask = one.bid + 1, one.ask + 1
        orders += momentum.decide(now, floor, Blotter(floor.instruments))
    assert orders
    assert all(isinstance(order, Place) and order.is_buy for order in orders)


def test_institution_works_one_symbol_in_one_direction_at_a_time(floor: Floor) -> None:
    institution = Institution(seeded(1, "institution-1"))
    orders = placed(institution, floor, Blotter(floor.instruments), 20)
    assert len({(order.instrument.symbol, order.is_buy) for order in orders}) == 1
    worth = sum(order.quantity * order.instrument.fair for order in orders) / 100
    assert worth > 100_000
