//! The venue as it begins: symbols, accounts, what they have, and who trades for them.

use crate::client::{Client, Habit};
use crate::fault::Fault;
use crate::plan::Plan;
use openoutcry_wire::command::{ListSymbol, OpenAccount, Transfer, encode};
use openoutcry_wire::{AccountId, Unit};

/// Symbols that are traded.
pub(crate) const SYMBOLS: u32 = 2;

/// Where they trade, in 1/10000 dollar.
pub(crate) const CENTRE: u32 = 1_000_000;

/// Accounts that have something.
const ACCOUNTS: AccountId = 8;

/// Clients: four with two accounts each, and an operator.
pub(crate) const CLIENTS: usize = 5;

/// The commands that found the venue: one submission, so that it is there whole or not at all.
#[must_use]
pub(crate) fn founding(plan: &Plan) -> Vec<Unit> {
    let mut dice = plan.dice(2);
    let mut units = Vec::new();
    for ticker in [*b"AAPL    ", *b"MSFT    "] {
        let listing = ListSymbol {
            ticker,
            previous_close: CENTRE,
            sweep_collar: [0, 5, 500][usize::try_from(dice.below(3)).expect("small")],
            limit_collar: [0, 6, 1_000][usize::try_from(dice.below(3)).expect("small")],
            ..ListSymbol::default()
        };
        encode(&listing, None, &mut units);
    }
    for account in 1..=ACCOUNTS {
        let opening = OpenAccount { owner: account, kind: 1, ..OpenAccount::default() };
        encode(&opening, None, &mut units);
        for asset in 0..=SYMBOLS {
            let orders = i64::try_from(1 + dice.below(40)).expect("small");
            let amount = orders * if asset == 0 { 1_000_000_000 } else { 20 };
            let deposit = Transfer { to: account, asset, amount, ..Transfer::default() };
            encode(&deposit, None, &mut units);
        }
    }
    units
}

/// The clients, numbered from 1.
#[must_use]
pub(crate) fn clients(plan: &Plan) -> Vec<Client> {
    let lies = plan.faults.has(Fault::LyingSync);
    let operated = plan.commands / 25;
    (1..=CLIENTS)
        .map(|number| {
            // A session whose past was lost by a lying disk would never go on.
            let habit = match number {
                CLIENTS => Habit::Operates,
                _ if number % 2 == 0 && !lies => Habit::Numbers,
                _ => Habit::Names,
            };
            let first = AccountId::try_from(2 * number - 1).expect("few clients");
            let accounts = match habit {
                Habit::Operates => (1..=ACCOUNTS).collect(),
                _ => vec![first, first + 1],
            };
            let traded = plan.commands - operated;
            let traders = u32::try_from(CLIENTS - 1).expect("few clients");
            let left = match number {
                CLIENTS => operated,
                1 => traded - traded / traders * (traders - 1),
                _ => traded / traders,
            };
            Client::new(number, habit, accounts, left, plan.dice(100 + number as u64))
        })
        .collect()
}
