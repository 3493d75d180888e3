//! Long lists, read in turns, say the same as when read at once.

mod venue;

use openoutcry_sequencer::OrderFilter;
use openoutcry_views::OrderStatus;
use venue::faulty::Memory;
use venue::{Venue, order, orders};

/// 12,000 orders of two accounts that fill each other, then 3 that stand.
fn busy() -> Venue {
    let venue = Venue::founded(&Memory::default());
    venue.run(&orders(12_000));
    venue.run(&[order(1, None), order(1, None), order(1, None)].concat());
    venue
}

/// Everything that `page` gives from cursor to cursor.
fn all<T>(number: impl Fn(&T) -> u64, page: impl Fn(Option<u64>) -> Vec<T>) -> Vec<u64> {
    let mut numbers = Vec::new();
    loop {
        let rows = page(numbers.last().copied());
        if rows.is_empty() {
            return numbers;
        }
        numbers.extend(rows.iter().map(&number));
    }
}

#[test]
fn pages_join_without_gap_or_overlap() {
    let venue = busy();
    let engine = &venue.engine;
    for limit in [999, 4_096, 20_000] {
        let orders = all(
            |order: &openoutcry_views::Order| order.order,
            |before| {
                engine.orders(1, &OrderFilter { before, ..Default::default() }, limit).unwrap()
            },
        );
        let odd = (1..12_000).rev().filter(|order| order % 2 == 1);
        let expected = [12_003, 12_002, 12_001].into_iter().chain(odd);
        assert!(orders.iter().copied().eq(expected));
        let trades = all(
            |t: &openoutcry_views::Trade| t.trade,
            |before| engine.trades(0, before, limit).unwrap(),
        );
        assert!(trades.iter().copied().eq((1..=6_000).rev()));
        let own = all(
            |t: &openoutcry_views::Trade| t.trade,
            |before| engine.account_trades(2, before, limit).unwrap(),
        );
        assert_eq!(own, trades);
        let entries = all(
            |e: &openoutcry_views::Entry| e.entry,
            |before| engine.entries(2, before, limit).unwrap(),
        );
        // Four transfers first, of which the last two are this account's.
        assert!(entries.iter().copied().eq((3..=12_004).rev()));
    }
}

#[test]
fn a_cursor_that_is_nobodys_counts_as_a_number() {
    let venue = busy();
    let engine = &venue.engine;
    let filter = OrderFilter { before: Some(2), ..Default::default() };
    assert_eq!(engine.orders(1, &filter, 10).unwrap().len(), 1);
    let filter = OrderFilter { before: Some(u64::MAX), ..Default::default() };
    assert_eq!(engine.orders(1, &filter, 10).unwrap()[0].order, 12_003);
    assert_eq!(engine.entries(1, Some(4), 10).unwrap().len(), 2);
    assert_eq!(engine.entries(1, Some(u64::MAX), 1).unwrap()[0].entry, 12_004);
    assert_eq!(engine.trades(0, Some(0), 10).unwrap().len(), 0);
    assert_eq!(engine.account_trades(77, Some(5), 10).unwrap().len(), 0);
    assert_eq!(engine.orders(1, &OrderFilter::default(), 0).unwrap().len(), 0);
}

#[test]
fn open_orders_are_found_however_many_are_done() {
    let venue = busy();
    let open = vec![OrderStatus::New, OrderStatus::Partial];
    let filter = OrderFilter { statuses: open.clone(), ..Default::default() };
    let orders = venue.engine.orders(1, &filter, 10).unwrap();
    assert!(orders.iter().map(|order| order.order).eq([12_003, 12_002, 12_001]));
    let filter = OrderFilter { statuses: open, before: Some(12_002), ..Default::default() };
    assert_eq!(venue.engine.orders(1, &filter, 10).unwrap().len(), 1);
    let filled = OrderFilter { statuses: vec![OrderStatus::Filled], ..Default::default() };
    assert_eq!(venue.engine.orders(1, &filled, 2).unwrap()[0].order, 11_999);
    let elsewhere = OrderFilter { symbol: Some(1), ..Default::default() };
    assert_eq!(venue.engine.orders(1, &elsewhere, 10).unwrap(), []);
}

#[test]
fn fills_of_one_order_come_newest_first() {
    let venue = busy();
    let fills = venue.engine.fills(7).unwrap();
    assert!(fills.iter().map(|trade| trade.trade).eq([4]));
    assert_eq!(venue.engine.fills(12_003).unwrap(), []);
    let after = venue.engine.read(|state| state.views.trades_after(5_998).count());
    assert_eq!(after, Ok(2));
}
