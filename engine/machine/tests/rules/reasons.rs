//! Each reason there is, and the shortest way to it.

use crate::listing::as_many_as_orders_can_name;
use crate::order::{Order, buy, sell, to};
use crate::venue::{AAPL, Venue};
use openoutcry_wire::command::{Activate, ListSymbol, OpenAccount};
use openoutcry_wire::{ALL_SYMBOLS, AccountStatus, Name, Reason, SelfTrade, Side};

/// Does what is answered with `reason`.
#[expect(clippy::too_many_lines, reason = "a table, one entry for each reason")]
fn provoke(reason: Reason, venue: &mut Venue) {
    let order = || buy(10).at("150.00");
    match reason {
        Reason::None => {
            venue.send("alice", order());
        }
        Reason::Malformed => {
            venue.send("alice", order().with(|order| order.side = 0));
        }
        Reason::UnknownSymbol => {
            venue.send("alice", order().in_symbol(2));
        }
        Reason::UnknownAccount => {
            venue.send("4", order());
        }
        Reason::UnknownOrder => venue.cancel("alice", 1),
        Reason::InvalidQuantity => {
            venue.buys("alice", 0, "150.00");
        }
        Reason::InvalidPrice => {
            venue.send("alice", order().with(|order| order.price = 0));
        }
        Reason::OffTick => {
            venue.buys("alice", 10, "150.001");
        }
        Reason::InvalidTimeInForce => {
            venue.send("alice", buy(10).stop("151.00").ioc());
        }
        Reason::InsufficientFunds => {
            venue.buys("alice", 10_000, "150.00");
        }
        Reason::InsufficientShares => {
            venue.sells("alice", 10_001, "150.00");
        }
        Reason::ShortSaleNotPermitted => {
            venue.send("alice", Order::new(Side::SellShort, 1).at("150.00"));
        }
        Reason::Halted => {
            venue.halt(AAPL);
            venue.send("alice", order());
        }
        Reason::PriceCollar => {
            venue.buys("alice", 10, "170.00");
        }
        Reason::OrderTooLarge => {
            venue.set_limits("alice", 0, "1.00");
            venue.send("alice", order());
        }
        Reason::TooManyOrders => {
            venue.set_limits("alice", 1, "0");
            venue.send("alice", order());
            venue.send("alice", order());
        }
        Reason::DuplicateClientOrderId => {
            venue.send("alice", buy(10).at("150.00").named("a"));
            venue.send("alice", buy(11).at("150.00").named("a"));
        }
        Reason::AccountSuspended => {
            venue.set_status("alice", AccountStatus::Suspended);
            venue.send("alice", order());
        }
        Reason::VersionMismatch => {
            venue.send("alice", order());
            venue.replace("alice", 1, to(5).if_version(2));
        }
        Reason::AlreadyDone => {
            venue.send("alice", order().ioc());
            venue.cancel("alice", 1);
        }
        Reason::NotReplaceable => {
            venue.send("alice", order());
            venue.sells("bob", 5, "150.00");
            venue.replace("alice", 1, to(5));
        }
        Reason::DuplicateReference => {
            for group in [0, 1] {
                let open = OpenAccount { owner: 1, group, kind: 1, ..Default::default() };
                venue.apply_named(&open, Name::new(b"a").as_ref());
            }
        }
        Reason::InvalidAmount => venue.deposit("alice", "0"),
        Reason::AlreadyListed => {
            venue.apply(&ListSymbol { ticker: *b"AAPL    ", ..Default::default() });
        }
        Reason::StaleSession => venue.apply_numbered(1, 2, &order().command),
        Reason::VenueFull => venue.apply_units(&as_many_as_orders_can_name()),
        Reason::UnknownVersion => venue.apply(&Activate { version: 2, ..Default::default() }),
        Reason::PostOnlyWouldTake => {
            venue.sells("bob", 10, "150.00");
            venue.send("alice", order().post_only());
        }
        Reason::InvalidInstruction => {
            venue.send("alice", buy(10).post_only());
        }
        Reason::InvalidExpiry => {
            venue.send("alice", order().good_till(1));
        }
        Reason::CancelledByUser => {
            venue.send("alice", order());
            venue.cancel("alice", 1);
        }
        Reason::CancelledUnfilled => {
            venue.send("alice", buy(10));
        }
        Reason::CancelledNoLiquidity => {
            venue.send("alice", order().fok());
        }
        Reason::CancelledAtCollar => {
            venue.sells("bob", 10, "200.00");
            venue.send("alice", buy(10));
        }
        Reason::CancelledSelfTrade => {
            venue.send("alice", order());
            venue.send("alice", sell(10).at("150.00").preventing(SelfTrade::CancelNewest));
        }
        Reason::CancelledByOperator => {
            venue.send("alice", order());
            venue.apply(&openoutcry_wire::command::CancelAll {
                account: 1,
                symbol: ALL_SYMBOLS,
                by_operator: 1,
                ..Default::default()
            });
        }
        Reason::ExpiredAtClose => {
            venue.send("alice", order());
            venue.end_day(AAPL);
        }
        Reason::ExpiredAtTime => {
            venue.send("alice", order().good_till(2));
            venue.at(2).deposit("alice", "1.00");
        }
    }
}

#[test]
fn every_reason_can_be_given() {
    for &reason in Reason::ALL {
        let mut venue = Venue::with_collars(500, 1_000);
        provoke(reason, &mut venue);
        assert!(venue.reasons().contains(&reason), "{}: {:?}", reason.code(), venue.said());
    }
}

#[test]
fn every_reason_has_a_number_a_code_and_a_sentence_of_its_own() {
    for (place, &reason) in Reason::ALL.iter().enumerate() {
        assert_eq!(Reason::try_from(reason as u16), Ok(reason));
        assert!(reason.text().ends_with('.'));
        for other in &Reason::ALL[..place] {
            assert_ne!(other.code(), reason.code());
            assert_ne!(*other as u16, reason as u16);
        }
    }
    assert_eq!(Reason::try_from(63), Err(()));
}
