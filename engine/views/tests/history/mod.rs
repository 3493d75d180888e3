//! Random days of a small venue: what the machine said, to be told again to views and models.

#![allow(dead_code, unreachable_pub)]

use openoutcry_machine::Machine;
use openoutcry_views::{Retention, Views};
use openoutcry_wire::command::{
    CancelAll, CancelOrder, EndDay, ListSymbol, NewOrder, OpenAccount, ReplaceOrder, Transfer,
};
use openoutcry_wire::{ALL_SYMBOLS, Instructions, Name, Unit, command, event};
use proptest::prelude::*;

pub const ACCOUNTS: u32 = 4;
pub const SYMBOLS: u32 = 2;

/// One thing that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub enum Wish {
    Order {
        account: u32,
        symbol: u32,
        side: u8,
        kind: u8,
        life: u8,
        quantity: u32,
        ticks: u32,
        self_trade: u8,
        name: u8,
    },
    Cancel {
        account: u32,
        order: u64,
    },
    Replace {
        account: u32,
        order: u64,
        quantity: u32,
        ticks: u32,
    },
    CancelAll {
        account: u32,
    },
    Move {
        from: u32,
        to: u32,
        asset: u32,
        amount: i64,
    },
    EndDay,
}

pub fn wishes(count: usize) -> impl Strategy<Value = Vec<Wish>> {
    let account = 1..=ACCOUNTS;
    let order = (
        (
            account.clone(),
            0..SYMBOLS,
            1u8..3,
            prop_oneof![8 => Just(2u8), 1 => Just(1), 1 => Just(3), 1 => Just(4)],
        ),
        (1u8..6, 1u32..30, 990u32..1010, 0u8..5, 0u8..120),
    );
    let order =
        order.prop_map(
            |((account, symbol, side, kind), (life, quantity, ticks, self_trade, name))| {
                Wish::Order { account, symbol, side, kind, life, quantity, ticks, self_trade, name }
            },
        );
    let wish = prop_oneof![
        12 => order,
        2 => (account.clone(), 1u64..200).prop_map(|(account, order)| Wish::Cancel { account, order }),
        3 => (account.clone(), 1u64..200, 0u32..40, 985u32..1015).prop_map(|(account, order, quantity, ticks)| Wish::Replace { account, order, quantity, ticks }),
        1 => account.clone().prop_map(|account| Wish::CancelAll { account }),
        2 => (0..=ACCOUNTS, 0..=ACCOUNTS, 0..=SYMBOLS, 1i64..50).prop_map(|(from, to, asset, amount)| Wish::Move { from, to, asset, amount }),
        1 => Just(Wish::EndDay),
    ];
    prop::collection::vec(wish, count)
}

impl Wish {
    fn encode(self, out: &mut Vec<Unit>) {
        match self {
            Self::Order {
                account,
                symbol,
                side,
                kind,
                life,
                quantity,
                ticks,
                self_trade,
                name,
            } => {
                // Now and then an order that few send.
                let good_till = life == 5;
                let instructions = match ticks % 8 {
                    0 => Instructions::POST_ONLY.bits(),
                    1 => Instructions::POST_ONLY.bits() | Instructions::REPRICE.bits(),
                    _ => 0,
                };
                let order = NewOrder {
                    account,
                    symbol,
                    side,
                    order_type: kind,
                    time_in_force: life,
                    self_trade: self_trade | instructions,
                    expires_at: if good_till { 1_000_000_000 * u64::from(ticks) } else { 0 },
                    quantity,
                    price: if kind == 2 || kind == 4 { ticks * 100 } else { 0 },
                    stop_price: if kind > 2 { (2000 - ticks) * 100 } else { 0 },
                    ..NewOrder::default()
                };
                // Some orders have names, some of them used before.
                let name = (name < 20).then(|| Name::new(format!("n{name}").as_bytes())).flatten();
                command::encode(&order, name.as_ref(), out);
            }
            Self::Cancel { account, order } => {
                command::encode(
                    &CancelOrder { account, order, ..CancelOrder::default() },
                    None,
                    out,
                );
            }
            Self::Replace { account, order, quantity, ticks } => {
                let price = ticks * 100;
                let replace =
                    ReplaceOrder { account, order, quantity, price, ..ReplaceOrder::default() };
                command::encode(&replace, None, out);
            }
            Self::CancelAll { account } => {
                let all = CancelAll { account, symbol: ALL_SYMBOLS, ..CancelAll::default() };
                command::encode(&all, None, out);
            }
            Self::Move { from, to, asset, amount } => {
                let transfer = Transfer { from, to, asset, amount, ..Transfer::default() };
                let name = Name::new(format!("{from}-{to}-{amount}").as_bytes());
                command::encode(&transfer, name.as_ref(), out);
            }
            Self::EndDay => {
                command::encode(&EndDay { symbol: ALL_SYMBOLS, ..EndDay::default() }, None, out);
            }
        }
    }
}

/// A venue that all the wishes came to, and the events of each command with their times.
pub struct Day {
    pub machine: Machine,
    pub views: Views,
    pub events: Vec<(u64, Vec<Unit>)>,
}

impl Day {
    pub fn new(wishes: &[Wish], retention: Retention, watched: &[u32]) -> Self {
        let mut views = Views::new(retention);
        views.watch(watched.iter().copied());
        let mut day = Self { machine: Machine::new(), views, events: Vec::new() };
        let mut setup = Vec::new();
        for symbol in 0..SYMBOLS {
            let mut ticker = *b"SYM     ";
            ticker[3] = b'A' + u8::try_from(symbol).expect("few");
            let previous_close = 100_000;
            command::encode(
                &ListSymbol { ticker, previous_close, ..ListSymbol::default() },
                None,
                &mut setup,
            );
        }
        for account in 1..=ACCOUNTS {
            let owner = account % 2;
            command::encode(
                &OpenAccount { owner, kind: 1, ..OpenAccount::default() },
                None,
                &mut setup,
            );
            for asset in 0..=SYMBOLS {
                let amount = if asset == 0 { 5_000_000_000 } else { 300 };
                command::encode(
                    &Transfer { to: account, asset, amount, ..Transfer::default() },
                    None,
                    &mut setup,
                );
            }
        }
        day.apply(1_000_000_000, &setup);
        for (place, wish) in wishes.iter().enumerate() {
            let mut units = Vec::new();
            wish.encode(&mut units);
            day.apply(1_000_000_000 * (10 + 7 * place as u64), &units);
        }
        day
    }

    fn apply(&mut self, time: u64, commands: &[Unit]) {
        let mut events = Vec::new();
        self.machine.apply(time, commands, &mut events);
        for event in event::walk(&events) {
            self.views.apply(time, &event);
        }
        self.events.push((time, events));
    }
}
