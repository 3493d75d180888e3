"""Orders through the compiled module: what they answer, and what reads say afterwards."""

import pytest
from engine_venue import (
    BUY,
    DAY,
    DOLLAR,
    EVENTS,
    GTC,
    IOC,
    LIMIT,
    MARKET,
    REASONS,
    SELL,
    STOP,
    TERMS,
    Venue,
)

from openoutcry import _engine


def test_an_order_is_answered_with_itself(venue: Venue) -> None:
    answer = venue.order(1, BUY, 10, 149, name=b"mine")
    assert EVENTS[answer.event] == "Accepted"
    assert (answer.made, answer.account, answer.reason) == (1, 1, 0)
    order = answer.order
    assert order is not None
    assert order == venue.engine.order(1) == venue.engine.order_named(1, b"mine")
    assert (order.status, order.quantity, order.filled, order.version) == ("NEW", 10, 0, 1)
    assert (order.price, order.name, order.created_ns) == (149 * DOLLAR, b"mine", answer.time_ns)
    assert venue.engine.order_named(2, b"mine") is None


def test_a_trade_moves_cash_and_shares_and_is_in_both_ledgers(venue: Venue) -> None:
    venue.order(2, SELL, 100, 150)
    answer = venue.order(1, BUY, 40, 151)
    assert answer.order is not None
    assert (answer.order.status, answer.order.value) == ("FILLED", 40 * 150_000_000)
    maker = venue.engine.order(1)
    assert maker is not None
    assert (maker.status, maker.filled, maker.version) == ("PARTIAL", 40, 41)
    (trade,) = venue.engine.trades(0)
    assert (trade.price, trade.quantity, trade.taker_side) == (150_000_000, 40, BUY)
    assert (trade.maker_order, trade.taker_order) == (1, 2)
    assert (trade.maker_account, trade.taker_account) == (2, 1)
    assert venue.engine.fills(1) == venue.engine.fills(2) == [trade]
    assert venue.engine.account_trades(1) == venue.engine.account_trades(2) == [trade]
    shares, cash = venue.engine.entries(1)[:2]
    assert (cash.source, cash.target, cash.asset, cash.amount) == (1, 2, 0, 6_000_000_000)
    assert (shares.source, shares.target, shares.asset, shares.amount) == (2, 1, 1, 40)
    assert cash.trade == shares.trade == trade.trade
    assert (cash.source_order, cash.target_order) == (2, 1)
    buyer, seller = venue.engine.account(1), venue.engine.account(2)
    assert buyer is not None
    assert seller is not None
    assert (buyer.cash, buyer.held) == (10**12 - 6_000_000_000, 0)
    assert (seller.cash, seller.open_orders) == (10**12 + 6_000_000_000, 1)
    (position,) = venue.engine.positions(2)
    assert (position.shares, position.held, position.realised) == (9_960, 60, 0)


def test_profit_is_realised_at_average_cost(venue: Venue) -> None:
    # 10,000 shares came in at the previous close of $150; 10,000 more cost $160.
    venue.run(_engine.transfer(0, 2, 1, 10_000), _engine.transfer(0, 1, 0, 10**13))
    for _ in range(2):
        venue.order(2, SELL, 5_000, 160)
        venue.order(1, BUY, 5_000, 160)
    venue.order(1, SELL, 1_000, 170)
    venue.order(2, BUY, 1_000, 170)
    (position,) = venue.engine.positions(1)
    assert (position.shares, position.cost) == (19_000, 19_000 * 155_000_000)
    assert position.realised == 1_000 * (170 - 155) * 1_000_000


def test_an_entry_carries_the_reference_of_its_transfer(venue: Venue) -> None:
    deposit = venue.engine.entries(1)[-1]
    assert (deposit.source, deposit.target, deposit.reference) == (0, 1, b"deposit-1")
    again = venue.run(_engine.transfer(0, 1, 0, 10**12, b"deposit-1"))[0]
    assert (EVENTS[again.event], again.made) == ("Repeated", 1)


def test_a_refusal_names_its_figures(venue: Venue) -> None:
    answer = venue.order(1, BUY, 100_000, 150)
    assert (EVENTS[answer.event], REASONS[answer.reason]) == ("Rejected", "INSUFFICIENT_FUNDS")
    assert (answer.required, answer.available) == (15 * 10**12, 10**12)
    assert answer.order is not None
    assert (answer.order.status, answer.order.reason) == ("REJECTED", answer.reason)


def test_a_stop_waits_then_trades(venue: Venue) -> None:
    venue.order(2, SELL, 10, 151)
    stop = venue.run(_engine.new_order(1, 0, BUY, STOP, DAY, 5, stop_price=151 * DOLLAR))[0].order
    assert stop is not None
    assert stop.status == "PENDING_TRIGGER"
    venue.engine.watch([1])
    venue.order(1, BUY, 1, 151)
    filled = venue.engine.order(stop.order)
    assert filled is not None
    assert (filled.status, filled.filled) == ("FILLED", 5)
    updates, dropped = venue.engine.order_updates()
    events = [(EVENTS[update.event], update.order.order) for update in updates]
    assert events == [("Accepted", 3), ("Trade", 3), ("Triggered", 2), ("Trade", 2)]
    assert not dropped
    assert updates[1].trade == venue.engine.fills(3)[0]
    assert venue.engine.order_updates() == ([], False)


def test_replace_cancel_and_mass_cancel(venue: Venue) -> None:
    venue.order(1, BUY, 10, 149)
    replaced = venue.run(_engine.replace_order(1, 1, quantity=4, expected_version=1))[0].order
    assert replaced is not None
    assert (replaced.quantity, replaced.version, replaced.status) == (4, 2, "NEW")
    stale = venue.run(_engine.replace_order(1, 1, quantity=3, expected_version=1))[0]
    assert REASONS[stale.reason] == "VERSION_MISMATCH"
    foreign = venue.run(_engine.cancel_order(2, 1))[0]
    assert (REASONS[foreign.reason], foreign.order) == ("UNKNOWN_ORDER", None)
    cancelled = venue.run(_engine.cancel_order(1, 1))[0]
    assert cancelled.order is not None
    assert (EVENTS[cancelled.event], cancelled.order.status) == ("Cancelled", "CANCELLED")
    for dollars in (140, 141, 142):
        venue.order(1, BUY, 1, dollars)
    everything = venue.run(_engine.cancel_all(1))[0]
    assert (EVENTS[everything.event], everything.made) == ("AllCancelled", 3)
    assert venue.engine.depth(0).bids == []


def test_quote_depth_and_candles_agree(venue: Venue) -> None:
    quote = venue.engine.quote(0)
    assert (quote.bid, quote.ask, quote.last, quote.last_size) == (0, 0, 150_000_000, 0)
    for dollars in (149, 149, 148):
        venue.order(1, BUY, 10, dollars)
    venue.order(2, SELL, 15, 149)
    depth = venue.engine.depth(0, 5)
    assert [tuple(level) for level in depth.bids] == [
        (149 * DOLLAR, 5, 1),
        (148 * DOLLAR, 10, 1),
    ]
    assert depth.asks == []
    quote = venue.engine.quote(0)
    assert (quote.bid, quote.bid_size, quote.ask, quote.ask_size) == (149 * DOLLAR, 5, 0, 0)
    assert (quote.last, quote.last_size, quote.volume) == (149_000_000, 5, 15)
    assert (quote.open, quote.high, quote.low) == (149_000_000,) * 3
    assert quote.previous_close == 150_000_000
    day = 86_400
    (candle,) = venue.engine.candles(0, day, 0, 2**64 - 1)
    assert (candle.close, candle.volume, candle.trades) == (149_000_000, 15, 2)
    assert candle.time_ns == quote.last_time_ns // (day * 10**9) * (day * 10**9)


def test_the_day_ends_and_the_close_is_taken(venue: Venue) -> None:
    venue.order(2, SELL, 1, 152)
    venue.order(1, BUY, 1, 152)
    day_order = venue.run(_engine.new_order(1, 0, BUY, LIMIT, DAY, 1, 140 * DOLLAR))[0]
    venue.run(_engine.end_day())
    expired = venue.engine.order(day_order.made)
    assert expired is not None
    assert (expired.status, REASONS[expired.reason]) == ("EXPIRED", "EXPIRED_AT_CLOSE")
    quote = venue.engine.quote(0)
    assert (quote.previous_close, quote.volume, quote.open) == (152_000_000, 0, 0)
    assert venue.engine.symbols()[0].previous_close == 152 * DOLLAR


def test_a_halt_stops_trading(venue: Venue) -> None:
    answer = venue.run(_engine.halt(0, 5))[0]
    assert (EVENTS[answer.event], answer.made) == ("Halted", 0)
    symbol = venue.engine.symbols()[0]
    assert (symbol.ticker, symbol.halted, symbol.halt_cause) == ("AAPL", True, 5)
    assert REASONS[venue.order(1, BUY, 1, 150).reason] == "HALTED"
    venue.run(_engine.resume(None))
    assert venue.order(1, BUY, 1, 150).reason == 0


def test_a_suspended_account_and_one_with_limits(venue: Venue) -> None:
    venue.run(_engine.set_account_status(1, TERMS["account_status"]["SUSPENDED"]))
    assert REASONS[venue.order(1, BUY, 1, 150).reason] == "ACCOUNT_SUSPENDED"
    venue.run(_engine.set_limits(2, maximum_order_value=1_000_000))
    assert REASONS[venue.order(2, SELL, 1, 150).reason] == "ORDER_TOO_LARGE"


def test_lists_page_by_cursor(venue: Venue) -> None:
    for dollars in range(100, 110):
        venue.order(1, BUY, 1, dollars)
    venue.run(_engine.cancel_order(1, 10))
    engine = venue.engine
    first = engine.orders(1, limit=4)
    assert [order.order for order in first] == [10, 9, 8, 7]
    assert [order.order for order in engine.orders(1, before=7, limit=4)] == [6, 5, 4, 3]
    assert [order.order for order in engine.orders(1, statuses=["CANCELLED"])] == [10]
    assert len(engine.orders(1, statuses=["NEW", "PARTIAL"])) == 9
    assert engine.orders(1, symbol=1) == engine.orders(3) == []
    with pytest.raises(ValueError, match="no order status is called OPEN"):
        engine.orders(1, statuses=["OPEN"])


def test_trades_of_all_symbols_are_fed_in_order(venue: Venue) -> None:
    venue.run(_engine.list_symbol("MSFT", 400 * DOLLAR), _engine.transfer(0, 2, 2, 100))
    for symbol in (0, 1, 0):
        venue.run(
            _engine.new_order(2, symbol, SELL, LIMIT, GTC, 1, 100 * DOLLAR),
            _engine.new_order(1, symbol, BUY, MARKET, IOC, 1),
        )
    fed = venue.engine.trades_after(1)
    assert [(trade.trade, trade.symbol) for trade in fed] == [(2, 1), (3, 0)]
    assert [trade.trade for trade in venue.engine.trades(0)] == [3, 1]
    assert len(venue.engine.trades_after(0, limit=2)) == 2


def test_accounts_are_found_by_owner(venue: Venue) -> None:
    venue.run(_engine.open_account(7, TERMS["account_kind"]["MARGIN"], group=3))
    assert venue.engine.accounts_of(7) == [1, 3]
    assert venue.engine.accounts_of(99) == []
    account = venue.engine.account(3)
    assert account is not None
    assert (account.owner, account.group, account.kind, account.cash) == (7, 3, 2, 0)
    assert account.opened_ns > 0
    assert venue.engine.account(4) is None


def test_rows_are_named_tuples(venue: Venue) -> None:
    quote = venue.engine.quote(0)
    assert quote._asdict()["last"] == quote[7] == quote.last
    assert type(quote) is _engine.Quote
    assert _engine.Order.__module__ == "openoutcry._engine"


def test_an_unknown_symbol_has_no_quote(venue: Venue) -> None:
    with pytest.raises(_engine.EngineError, match="no symbol has the number 9"):
        venue.engine.quote(9)
    with pytest.raises(_engine.EngineError, match="no symbol has the number 9"):
        venue.engine.depth(9)
    with pytest.raises(ValueError, match="at least one second"):
        venue.engine.candles(0, 0, 0, 1)
