//! The views against a model that keeps nothing: each answer recomputed from all events.

mod history;

use history::{ACCOUNTS, Day, SYMBOLS, Wish, wishes};
use openoutcry_views::{Candle, Movement, OrderStatus, Retention};
use openoutcry_wire::{Event, Reason, event};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// A trade in plain words.
#[derive(Clone, Copy, Debug)]
struct Sale {
    number: u64,
    time: u64,
    symbol: u32,
    price: i64,
    quantity: u32,
    buyer: (u32, u64),
    seller: (u32, u64),
}

/// Gives each event with its time.
fn told(day: &Day) -> impl Iterator<Item = (u64, Event<'_>)> {
    day.events.iter().flat_map(|(time, units)| event::walk(units).map(|event| (*time, event)))
}

fn sales(day: &Day) -> Vec<Sale> {
    let sale = |(time, event): (u64, Event<'_>)| match event {
        Event::Trade(t, _) => {
            let (maker, taker) =
                ((t.maker_account, t.maker_order), (t.taker_account, t.taker_order));
            let (buyer, seller) = if t.taker_side == 1 { (taker, maker) } else { (maker, taker) };
            let (number, symbol) = (t.trade, t.header.symbol);
            Some(Sale { number, time, symbol, price: t.price, quantity: t.quantity, buyer, seller })
        }
        _ => None,
    };
    told(day).filter_map(sale).collect()
}

/// What an order's own events make of it: account, quantity, filled, value, status, reason.
type Plain = (u32, u32, u32, i128, OrderStatus, u16);

fn orders(day: &Day) -> BTreeMap<u64, Plain> {
    let mut orders: BTreeMap<u64, Plain> = BTreeMap::new();
    let fill = |order: &mut Plain, t: &event::Trade| {
        order.2 += t.quantity;
        order.3 += i128::from(t.price) * i128::from(t.quantity);
        let whole = order.2 == order.1;
        order.4 = if whole { OrderStatus::Filled } else { OrderStatus::Partial };
    };
    for (_, event) in told(day) {
        match event {
            Event::Accepted(a, _) => {
                let waits = a.order_type > 2;
                let status = if waits { OrderStatus::PendingTrigger } else { OrderStatus::New };
                orders.insert(a.order, (a.account, a.quantity, 0, 0, status, 0));
            }
            Event::Rejected(r, _) => {
                let rejected =
                    (r.account, r.quantity, 0, 0, OrderStatus::Rejected, r.header.reason);
                orders.insert(r.order, rejected);
            }
            Event::Trade(t, _) => {
                fill(orders.get_mut(&t.maker_order).unwrap(), t);
                fill(orders.get_mut(&t.taker_order).unwrap(), t);
            }
            Event::Triggered(t, _) => orders.get_mut(&t.order).unwrap().4 = OrderStatus::New,
            Event::Replaced(r, _) => {
                let order = orders.get_mut(&r.order).unwrap();
                order.1 = r.quantity;
                if order.2 == order.1 {
                    order.4 = OrderStatus::Filled;
                }
            }
            Event::Cancelled(c, _) => {
                let order = orders.get_mut(&c.order).unwrap();
                let ends = [Reason::ExpiredAtClose as u16, Reason::ExpiredAtTime as u16];
                let expired = ends.contains(&c.header.reason);
                order.4 = if expired { OrderStatus::Expired } else { OrderStatus::Cancelled };
                order.5 = c.header.reason;
            }
            _ => {}
        }
    }
    orders
}

fn check_orders(day: &Day) {
    let plain = orders(day);
    for (id, expected) in &plain {
        let order = day.views.order(*id).expect("kept");
        let found =
            (order.account, order.quantity, order.filled, order.value, order.status, order.reason);
        assert_eq!(found, *expected, "order {id}");
        let open = day.machine.order(*id);
        assert_eq!(open.is_some(), order.status.is_open(), "order {id}");
        if let Some(open) = open {
            assert_eq!((open.quantity, open.version), (order.quantity, order.version()));
            assert_eq!(open.leaves, order.quantity - order.filled);
        }
    }
    assert!(day.views.order(plain.len() as u64 + 1).is_none());
    for account in 0..=ACCOUNTS + 1 {
        let expected: Vec<u64> =
            plain.iter().rev().filter(|(_, o)| o.0 == account).map(|(id, _)| *id).collect();
        let listed: Vec<u64> = day.views.orders(account, None).map(|order| order.order).collect();
        assert_eq!(listed, expected);
        if let Some(middle) = expected.get(expected.len() / 2) {
            let rest = day.views.orders(account, Some(*middle)).map(|order| order.order);
            assert!(rest.eq(expected.iter().copied().filter(|id| id <= middle)));
            assert_eq!(day.views.orders(account + 1, Some(*middle)).count(), 0);
        }
    }
}

fn check_names(day: &Day) {
    let mut newest: BTreeMap<(u32, Vec<u8>), u64> = BTreeMap::new();
    for (_, event) in told(day) {
        match event {
            Event::Accepted(a, Some(name)) => {
                newest.insert((a.account, name.text().into()), a.order)
            }
            Event::Rejected(r, Some(name)) => {
                newest.insert((r.account, name.text().into()), r.order)
            }
            _ => None,
        };
    }
    for ((account, name), order) in &newest {
        assert_eq!(day.views.order_named(*account, name).map(|order| order.order), Some(*order));
        assert!(day.views.order_named(*account, b"other").is_none());
    }
}

fn check_trades(day: &Day) {
    let sales = sales(day);
    let newest_first = |wanted: &dyn Fn(&Sale) -> bool| -> Vec<u64> {
        sales.iter().rev().filter(|sale| wanted(sale)).map(|sale| sale.number).collect()
    };
    for order in orders(day).keys() {
        let fills: Vec<u64> = day.views.fills(*order, None).map(|trade| trade.trade).collect();
        assert_eq!(fills, newest_first(&|sale| sale.buyer.1 == *order || sale.seller.1 == *order));
    }
    for symbol in 0..SYMBOLS {
        let trades: Vec<u64> = day.views.trades(symbol, None).map(|trade| trade.trade).collect();
        assert_eq!(trades, newest_first(&|sale| sale.symbol == symbol));
    }
    let half = sales.len() as u64 / 2;
    let after: Vec<u64> = day.views.trades_after(half).map(|trade| trade.trade).collect();
    assert!(after.into_iter().eq(half + 1..=sales.len() as u64));
    for account in 1..=ACCOUNTS {
        let movements = day.views.movements(account, None);
        let trades: Vec<u64> =
            movements.filter_map(Movement::trade).map(|trade| trade.trade).collect();
        let own = |sale: &Sale| sale.buyer.0 == account || sale.seller.0 == account;
        assert_eq!(trades, newest_first(&own));
    }
}

/// An entry in plain words: number, source, target, asset, amount.
type Line = (u64, u32, u32, u32, i64);

fn check_entries(day: &Day) {
    let mut lines: Vec<Line> = Vec::new();
    for (_, event) in told(day) {
        let next = lines.len() as u64 + 1;
        match event {
            Event::Transferred(t, _) => lines.push((next, t.from, t.to, t.asset, t.amount)),
            Event::Trade(t, _) => {
                let (taker, maker) = (t.taker_account, t.maker_account);
                let (buyer, seller) =
                    if t.taker_side == 1 { (taker, maker) } else { (maker, taker) };
                let value = t.price * i64::from(t.quantity);
                lines.push((next, buyer, seller, 0, value));
                let asset = t.header.symbol + 1;
                lines.push((next + 1, seller, buyer, asset, i64::from(t.quantity)));
            }
            _ => {}
        }
    }
    let mut balances: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    for (_, source, target, asset, amount) in &lines {
        *balances.entry((*source, *asset)).or_default() -= amount;
        *balances.entry((*target, *asset)).or_default() += amount;
    }
    for account in 0..=ACCOUNTS {
        let entries = day.views.movements(account, None).flat_map(Movement::entries);
        let entries: Vec<Line> =
            entries.map(|e| (e.entry, e.source, e.target, e.asset, e.amount)).collect();
        let own = |line: &&Line| line.1 == account || line.2 == account;
        let expected: Vec<Line> = lines.iter().rev().filter(own).copied().collect();
        assert_eq!(entries, expected, "account {account}");
        for line in &expected {
            let number = day.views.movement_of(account, line.0).expect("its own");
            let first = day.views.movements(account, Some(number)).next().expect("kept");
            assert!(first.entries().iter().any(|entry| entry.entry == line.0));
        }
        let cash = day.machine.account(account).map(|account| account.cash);
        if let Some(cash) = cash {
            assert_eq!(balances.get(&(account, 0)).copied().unwrap_or(0), cash);
        }
    }
}

/// Average cost in fractions of whole lots, step by step: shares, cost, realised.
fn check_positions(day: &Day) {
    let mut plain: BTreeMap<(u32, u32), (i64, i128, i128)> = BTreeMap::new();
    let mut last: BTreeMap<u32, i64> = BTreeMap::new();
    for (_, event) in told(day) {
        match event {
            Event::SymbolListed(s, _) => {
                last.insert(s.header.symbol, i64::from(s.previous_close) * 100);
            }
            Event::Transferred(t, _) if t.asset > 0 => {
                let symbol = t.asset - 1;
                let mut cost = i128::from(last[&symbol]) * i128::from(t.amount);
                if t.from != 0 {
                    let from = plain.get_mut(&(t.from, symbol)).unwrap();
                    cost = from.1 * i128::from(t.amount) / i128::from(from.0);
                    *from = (from.0 - t.amount, from.1 - cost, from.2);
                }
                if t.to != 0 {
                    let to = plain.entry((t.to, symbol)).or_default();
                    *to = (to.0 + t.amount, to.1 + cost, to.2);
                }
            }
            Event::Trade(t, _) => {
                last.insert(t.header.symbol, t.price);
                let (taker, maker) = (t.taker_account, t.maker_account);
                let (buyer, seller) =
                    if t.taker_side == 1 { (taker, maker) } else { (maker, taker) };
                let value = i128::from(t.price) * i128::from(t.quantity);
                let quantity = i64::from(t.quantity);
                // In the order of the views: the taker's side first.
                let buy = |plain: &mut BTreeMap<(u32, u32), (i64, i128, i128)>| {
                    let to = plain.entry((buyer, t.header.symbol)).or_default();
                    *to = (to.0 + quantity, to.1 + value, to.2);
                };
                let sell = |plain: &mut BTreeMap<(u32, u32), (i64, i128, i128)>| {
                    let from = plain.get_mut(&(seller, t.header.symbol)).unwrap();
                    let cost = from.1 * i128::from(quantity) / i128::from(from.0);
                    *from = (from.0 - quantity, from.1 - cost, from.2 + value - cost);
                };
                if t.taker_side == 1 {
                    buy(&mut plain);
                    sell(&mut plain);
                } else {
                    sell(&mut plain);
                    buy(&mut plain);
                }
            }
            _ => {}
        }
    }
    for account in 1..=ACCOUNTS {
        for held in day.machine.positions(account) {
            let position = day.views.position(account, held.symbol);
            let expected = plain.get(&(account, held.symbol)).copied().unwrap_or_default();
            assert_eq!((position.shares, position.cost, position.realised), expected);
            assert_eq!(position.shares, held.shares);
            assert!(held.shares != 0 || position.cost == 0, "nothing held costs nothing");
        }
    }
}

fn check_sessions(day: &Day) {
    for symbol in 0..SYMBOLS {
        let (mut prices, mut volume, mut turnover) = (Vec::new(), 0, 0);
        let (mut last, mut close) = (0, 0);
        for (_, event) in told(day).filter(|(_, event)| event.header().symbol == symbol) {
            match event {
                Event::SymbolListed(s, _) => {
                    close = i64::from(s.previous_close) * 100;
                    last = close;
                }
                Event::Trade(t, _) => {
                    prices.push(t.price);
                    volume += u64::from(t.quantity);
                    turnover += i128::from(t.price) * i128::from(t.quantity);
                    last = t.price;
                }
                Event::DayEnded(d, _) => {
                    assert_eq!(d.close, last);
                    (prices, volume, turnover, close) = (Vec::new(), 0, 0, d.close);
                }
                _ => {}
            }
        }
        let session = day.views.session(symbol).unwrap();
        assert_eq!((session.last, session.previous_close), (last, close));
        assert_eq!((session.volume, session.turnover), (volume, turnover));
        assert_eq!(session.open, prices.first().copied().unwrap_or(0));
        assert_eq!(session.high, prices.iter().max().copied().unwrap_or(0));
        assert_eq!(session.low, prices.iter().min().copied().unwrap_or(0));
    }
}

fn check_candles(day: &Day, interval: u64, from: u64, to: u64, limit: usize) {
    let sales = sales(day);
    for symbol in 0..SYMBOLS {
        let mut candles: BTreeMap<u64, Candle> = BTreeMap::new();
        for sale in sales.iter().filter(|sale| sale.symbol == symbol) {
            let (time, price) = (sale.time / interval * interval, sale.price);
            let new = Candle {
                time,
                open: price,
                high: price,
                low: price,
                close: price,
                volume: 0,
                trades: 0,
            };
            let candle = candles.entry(time).or_insert(new);
            candle.high = candle.high.max(price);
            candle.low = candle.low.min(price);
            candle.close = price;
            candle.volume += u64::from(sale.quantity);
            candle.trades += 1;
        }
        let wanted = candles.into_values().filter(|candle| (from..to).contains(&candle.time));
        let mut wanted: Vec<Candle> = wanted.collect();
        wanted.drain(..wanted.len().saturating_sub(limit));
        assert_eq!(day.views.candles(symbol, interval, from, to, limit), wanted);
    }
}

fn check_accounts(day: &Day) {
    for owner in 0..3 {
        let owned = |account: &u32| day.machine.account(*account).unwrap().owner == owner;
        let expected: Vec<u32> = (1..=ACCOUNTS).rev().filter(owned).collect();
        assert!(day.views.accounts_of(owner).eq(expected));
    }
    assert_eq!(day.views.opened(ACCOUNTS), Some(1_000_000_000));
    assert_eq!(day.views.opened(ACCOUNTS + 1), None);
}

fn check_everything(wishes: &[Wish]) {
    let day = Day::new(wishes, Retention::default(), &[]);
    day.machine.audit().unwrap();
    check_orders(&day);
    check_names(&day);
    check_trades(&day);
    check_entries(&day);
    check_positions(&day);
    check_sessions(&day);
    check_accounts(&day);
    let end = day.machine.time();
    for interval in [1, 5, 15, 60, 300, 3600, 86_400].map(|seconds| seconds * 1_000_000_000) {
        check_candles(&day, interval, 0, u64::MAX, 1000);
        check_candles(&day, interval, end / 3, end / 3 * 2, 7);
        check_candles(&day, interval, end, 0, 7);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn views_say_what_the_events_say(wishes in wishes(400)) {
        check_everything(&wishes);
    }
}
