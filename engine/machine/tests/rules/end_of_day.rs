//! The end of the trading day.

use crate::order::{buy, sell};
use crate::venue::{AAPL, MSFT, Venue};
use openoutcry_wire::ALL_SYMBOLS;

#[test]
fn day_orders_expire_and_others_stay() {
    let mut venue = Venue::open();
    venue.send("alice", buy(10).at("149.00"));
    venue.send("alice", buy(10).at("149.00").gtc());
    venue.send("bob", sell(10).at("151.00"));
    venue.send("bob", sell(10).at("151.00").gtc());
    venue.send("carol", buy(10).stop("160.00"));
    venue.send("carol", buy(10).stop("160.00").gtc());
    venue.end_day(AAPL);
    assert_eq!(
        venue.said(),
        [
            "symbol 0 closes at 150.00",
            "1 cancelled with 10 left: EXPIRED_AT_CLOSE",
            "3 cancelled with 10 left: EXPIRED_AT_CLOSE",
            "5 cancelled with 10 left: EXPIRED_AT_CLOSE"
        ]
    );
    assert_eq!(
        (venue.bids(), venue.offers()),
        (vec!["10 at 149.00".into()], vec!["10 at 151.00".into()])
    );
    assert_eq!(venue.held("alice"), "1490.00");
    assert_eq!(venue.held("carol"), "1760.00");
}

#[test]
fn bids_expire_before_offers_and_stops_last_each_in_their_priority() {
    let mut venue = Venue::open();
    venue.send("carol", buy(1).stop("160.00"));
    venue.sells("bob", 1, "152.00");
    venue.sells("bob", 1, "151.00");
    venue.buys("alice", 1, "148.00");
    venue.buys("alice", 1, "149.00");
    venue.end_day(AAPL);
    let order: Vec<String> = venue.said()[1..].iter().map(|said| said[..1].to_owned()).collect();
    assert_eq!(order, ["5", "4", "3", "2", "1"]);
}

#[test]
fn the_last_sale_is_the_close() {
    let mut venue = Venue::open();
    venue.sale_at("151.00");
    venue.sale_at("152.00");
    venue.end_day(AAPL);
    assert_eq!(venue.said(), ["symbol 0 closes at 152.00"]);
    assert_eq!(venue.last_sale(), None);
    assert_eq!(venue.machine.symbol(AAPL).unwrap().previous_close.0, 1_520_000);
}

#[test]
fn a_day_without_a_sale_keeps_the_close_before() {
    let mut venue = Venue::open();
    venue.end_day(AAPL);
    assert_eq!(venue.said(), ["symbol 0 closes at 150.00"]);
    venue.end_day(AAPL);
    assert_eq!(venue.said(), ["symbol 0 closes at 150.00"]);
}

#[test]
fn yesterdays_sales_trigger_no_stop_today() {
    let mut venue = Venue::open();
    venue.sale_at("151.00");
    venue.end_day(AAPL);
    venue.send("alice", buy(10).stop("151.00"));
    assert_eq!(venue.said(), ["3 accepted"]);
}

#[test]
fn the_day_of_one_symbol_or_of_all_can_end() {
    let mut venue = Venue::open();
    venue.send("alice", buy(1).at("150.00"));
    venue.send("alice", buy(1).at("150.00").in_symbol(MSFT));
    venue.end_day(MSFT);
    assert_eq!(
        venue.said(),
        ["symbol 1 closes at 150.00", "2 cancelled with 1 left: EXPIRED_AT_CLOSE"]
    );
    venue.end_day(ALL_SYMBOLS);
    assert_eq!(
        venue.said(),
        [
            "symbol 0 closes at 150.00",
            "1 cancelled with 1 left: EXPIRED_AT_CLOSE",
            "symbol 1 closes at 150.00"
        ]
    );
    venue.end_day(2);
    assert_eq!(venue.said(), ["refused: UNKNOWN_SYMBOL"]);
}
