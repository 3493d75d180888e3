//! What is refused changes nothing.

use crate::order::{Order, buy, sell, to, to_limit};
use crate::venue::{AAPL, Venue};
use openoutcry_machine::Machine;
use openoutcry_wire::command::{ListSymbol, Transfer};
use openoutcry_wire::{AccountStatus, Side};

/// Everything that can be seen of a venue but the number of its last command.
fn seen(machine: &Machine) -> String {
    let accounts = 0..=u32::try_from(machine.account_count()).unwrap();
    let symbols = 0..u32::try_from(machine.symbol_count()).unwrap();
    let of_account = |id| {
        let orders: Vec<_> = machine.live(id).iter().map(|&order| machine.order(order)).collect();
        format!("{:?} {:?} {orders:?}", machine.account(id), machine.positions(id))
    };
    let of_symbol = |id| {
        let depth = [Side::Buy, Side::Sell].map(|side| machine.depth(id, side, usize::MAX));
        format!("{:?} {depth:?}", machine.symbol(id))
    };
    let accounts: Vec<String> = accounts.map(of_account).collect();
    let symbols: Vec<String> = symbols.map(of_symbol).collect();
    format!("{accounts:?} {symbols:?} {}", machine.outside_cash())
}

#[test]
fn refusal_changes_nothing_but_the_numbers() {
    let mut venue = Venue::with_collars(500, 1_000);
    venue.buys("alice", 100, "149.00");
    venue.sells("bob", 100, "151.00");
    venue.send("carol", buy(10).stop("155.00"));
    venue.set_limits("carol", 1, "100000.00");
    let refusals: [&dyn Fn(&mut Venue); 18] = [
        &|venue| {
            venue.send("4", buy(1).at("150.00"));
        },
        &|venue| {
            venue.send("alice", buy(1).at("150.00").in_symbol(9));
        },
        &|venue| {
            venue.buys("alice", 0, "150.00");
        },
        &|venue| {
            venue.buys("alice", 100, "150.005");
        },
        &|venue| {
            venue.buys("alice", 100, "170.00");
        },
        &|venue| {
            venue.buys("alice", 100_000, "150.00");
        },
        &|venue| {
            venue.send("alice", buy(1_000_000).fok().at("151.00").with(|o| o.group = 1));
        },
        &|venue| {
            venue.sells("alice", 10_001, "150.00");
        },
        &|venue| {
            venue.send("carol", sell(1).at("150.00"));
        },
        &|venue| {
            venue.send("carol", sell(1_000));
        },
        &|venue| venue.cancel("bob", 1),
        &|venue| venue.cancel("bob", 99),
        &|venue| venue.replace("alice", 1, to(0).at("149.005")),
        &|venue| venue.replace("alice", 1, to_limit("200.00")),
        &|venue| venue.replace("alice", 1, to(100_000)),
        &|venue| venue.cancel_all("9"),
        &|venue| {
            let amount = 1_000_001_000_000;
            venue.apply(&Transfer { from: 1, to: 2, amount, ..Default::default() });
        },
        &|venue| venue.apply(&ListSymbol { ticker: *b"AAPL    ", ..Default::default() }),
    ];
    for (number, refused) in refusals.iter().enumerate() {
        let before = seen(&venue.machine);
        refused(&mut venue);
        let said = venue.said();
        let refused = said[0].contains("rejected:") || said[0].starts_with("refused:");
        assert!(refused && said.len() == 1, "refusal {number}: {said:?}");
        assert_eq!(seen(&venue.machine), before, "refusal {number}: {said:?}");
    }
}

#[test]
fn of_several_reasons_the_first_in_the_order_of_the_checks_is_given() {
    let mut venue = Venue::with_collars(0, 1_000);
    venue.halt(AAPL);
    venue.set_status("alice", AccountStatus::Suspended);
    // Each line leaves one of the faults of the line before out.
    let faulty = [
        (sell(0).at("100.005").in_symbol(9).with(|o| o.side = 9), "UNKNOWN_SYMBOL"),
        (sell(0).at("100.005").with(|o| o.side = 9), "MALFORMED"),
        (sell(0).at("100.005").with(|o| o.side = 3), "SHORT_SALE_NOT_PERMITTED"),
        (sell(0).at("100.005").fok().stop("100.00"), "INVALID_QUANTITY"),
        (sell(10_001).at("100.005").fok().stop("100.00"), "OFF_TICK"),
        (sell(10_001).at("80.00").fok().stop("100.00"), "INVALID_TIME_IN_FORCE"),
        (sell(10_001).at("80.00").stop("100.00"), "HALTED"),
    ];
    for (order, reason) in faulty {
        sent_is_refused(&mut venue, order, reason);
    }
    venue.resume(AAPL);
    venue.set_limits("alice", 0, "1.00");
    let order = sell(10_001).at("90.00").stop("100.00");
    sent_is_refused(&mut venue, order.at("80.00"), "PRICE_COLLAR");
    sent_is_refused(&mut venue, order, "ACCOUNT_SUSPENDED");
    venue.set_status("alice", AccountStatus::Active);
    sent_is_refused(&mut venue, order, "ORDER_TOO_LARGE");
    venue.set_limits("alice", 0, "0");
    sent_is_refused(&mut venue, order, "INSUFFICIENT_SHARES");
}

fn sent_is_refused(venue: &mut Venue, order: Order, reason: &str) {
    venue.send("alice", order);
    let said = venue.said();
    assert!(said[0].contains(reason), "{reason}: {said:?}");
}
