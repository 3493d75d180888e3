//! A venue with two accounts, rich enough for any flow: one makes, one takes.

use openoutcry_machine::Machine;
use openoutcry_wire::command::{self, ListSymbol, NewOrder, OpenAccount, SetLimits, Transfer};
use openoutcry_wire::{
    AccountId, AccountKind, CASH, Event, Nanoseconds, OUTSIDE, OrderId, OrderType, Price, Quantity,
    Side, SymbolId, TimeInForce, Unit, event,
};

/// Commands are applied this many units at a time, at the time of the last.
const BATCH: usize = 4096;

const MAKER: AccountId = 1;
const TAKER: AccountId = 2;
/// What each account gets of everything; both together stay within 64 bits.
const WEALTH: i64 = 4_000_000_000_000_000_000;

/// What a replay came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub messages: u64,
    /// Commands that the messages became, the accounts' own set-up included.
    pub commands: u64,
    /// References to orders never added, or gone: skipped.
    pub unknown: u64,
    pub orders: u64,
    pub trades: u64,
    /// Shares traded.
    pub volume: u64,
    pub state_hash: [u8; 32],
}

/// The machine, and the commands that wait to be applied to it.
#[derive(Debug)]
pub(crate) struct Venue {
    machine: Machine,
    commands: Vec<Unit>,
    events: Vec<Unit>,
    time: Nanoseconds,
    last_order: OrderId,
    symbols: SymbolId,
    trades: u64,
    volume: u64,
}

impl Venue {
    pub(crate) fn new() -> Self {
        let mut venue = Self {
            machine: Machine::new(),
            commands: Vec::with_capacity(BATCH + 16),
            events: Vec::new(),
            time: 0,
            last_order: 0,
            symbols: 0,
            trades: 0,
            volume: 0,
        };
        for account in [MAKER, TAKER] {
            let kind = AccountKind::Cash as u8;
            venue.push(&OpenAccount { owner: account, kind, ..OpenAccount::default() });
            venue.push(&SetLimits {
                account,
                maximum_open_orders: u32::MAX,
                maximum_order_value: i64::MAX,
                ..SetLimits::default()
            });
            venue.fund(account, CASH);
        }
        venue
    }

    /// Later commands happen at this time.
    pub(crate) fn at(&mut self, time: Nanoseconds) {
        self.time = time;
    }

    pub(crate) fn list(&mut self, ticker: [u8; 8], previous_close: Price) -> SymbolId {
        self.push(&ListSymbol {
            ticker,
            previous_close: previous_close.0,
            maximum_quantity: Quantity::MAX,
            ..ListSymbol::default()
        });
        self.symbols += 1;
        for account in [MAKER, TAKER] {
            self.fund(account, self.symbols);
        }
        self.symbols - 1
    }

    fn fund(&mut self, to: AccountId, asset: u32) {
        self.push(&Transfer { from: OUTSIDE, to, asset, amount: WEALTH, ..Transfer::default() });
    }

    /// An order that rests.
    pub(crate) fn make(
        &mut self,
        symbol: SymbolId,
        side: Side,
        quantity: Quantity,
        price: Price,
    ) -> OrderId {
        self.order(MAKER, symbol, side, quantity, price, TimeInForce::Gtc)
    }

    /// An order that trades at once or not at all.
    pub(crate) fn take(&mut self, symbol: SymbolId, side: Side, quantity: Quantity, price: Price) {
        self.order(TAKER, symbol, side, quantity, price, TimeInForce::Ioc);
    }

    fn order(
        &mut self,
        account: AccountId,
        symbol: SymbolId,
        side: Side,
        quantity: Quantity,
        price: Price,
        time_in_force: TimeInForce,
    ) -> OrderId {
        self.push(&NewOrder {
            account,
            symbol,
            side: side as u8,
            order_type: OrderType::Limit as u8,
            time_in_force: time_in_force as u8,
            quantity,
            price: price.0,
            ..NewOrder::default()
        });
        // The machine numbers every order it looks at, also one that it refuses.
        self.last_order += 1;
        self.last_order
    }

    pub(crate) fn cancel(&mut self, order: OrderId) {
        self.push(&command::CancelOrder {
            account: MAKER,
            order,
            ..command::CancelOrder::default()
        });
    }

    pub(crate) fn reduce(&mut self, order: OrderId, quantity: Quantity) {
        self.push(&command::ReplaceOrder {
            account: MAKER,
            order,
            quantity,
            ..command::ReplaceOrder::default()
        });
    }

    fn push(&mut self, command: &impl bytemuck::Pod) {
        command::encode(command, None, &mut self.commands);
        if self.commands.len() >= BATCH {
            self.apply();
        }
    }

    /// Applies what waits.
    pub(crate) fn apply(&mut self) {
        self.events.clear();
        self.machine.apply(self.time, &self.commands, &mut self.events);
        self.commands.clear();
        for event in event::walk(&self.events) {
            if let Event::Trade(trade, _) = event {
                self.trades += 1;
                self.volume += u64::from(trade.quantity);
            }
        }
    }

    pub(crate) const fn machine(&self) -> &Machine {
        &self.machine
    }

    pub(crate) fn outcome(&self, messages: u64, unknown: u64) -> Outcome {
        Outcome {
            messages,
            commands: self.machine.sequence(),
            unknown,
            orders: self.last_order,
            trades: self.trades,
            volume: self.volume,
            state_hash: self.machine.state_hash(),
        }
    }
}
