//! What clients want: orders around one price, changes of them, and what an operator does.

use super::{Client, Habit};
use crate::scenario::{CENTRE, SYMBOLS};
use bytemuck::Pod;
use openoutcry_machine::OrderState;
use openoutcry_wire::command::{
    Activate, CancelAll, CancelOrder, EndDay, Halt, Header, ListSymbol, NewOrder, OpenAccount,
    ReplaceOrder, Resume, SetAccountStatus, SetLimits, Transfer, encode,
};
use openoutcry_wire::{
    ALL_SYMBOLS, AccountId, AccountStatus, CASH, Name, OUTSIDE, OrderId, OrderType, SelfTrade,
    Side, TimeInForce, Unit,
};

/// How many orders a client leaves open before it rather cancels.
const MOST_OPEN: usize = 10;

fn units(command: &impl Pod, name: Option<&Name>) -> Vec<Unit> {
    let mut units = Vec::new();
    encode(command, name, &mut units);
    units
}

impl Client {
    fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.dice.below(u64::from(end))).expect("below 32 bits")
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.dice.below(choices.len() as u64)).expect("few")]
    }

    /// A command that a name makes safe to send again, where the client gives it one.
    pub(super) fn named(&mut self) -> (Vec<Unit>, bool, bool) {
        if self.orders.len() < MOST_OPEN && self.dice.chance(70) {
            let order = self.new_order();
            return match self.below(20) {
                // Not to be sent again: it would be another order.
                0 => (units(&order, None), false, false),
                // A name used before, for something else.
                1 if !self.names.is_empty() => {
                    let place = self.below(u32::try_from(self.names.len()).expect("few"));
                    let name = self.names[place as usize];
                    (units(&order, Some(&name)), false, true)
                }
                _ => (units(&order, Some(&self.name())), true, true),
            };
        }
        if self.dice.chance(10) {
            let transfer = self.transfer();
            return (units(&transfer, Some(&self.name())), true, true);
        }
        (self.change(), false, true)
    }

    /// The same commands with the next number of a session.
    pub(super) fn numbered(&mut self) -> Vec<Unit> {
        let mut command = match self.below(10) {
            0..6 if self.orders.len() < MOST_OPEN => units(&self.new_order(), None),
            6 => units(&self.transfer(), None),
            _ => self.change(),
        };
        self.session += 1;
        let header: &mut Header = bytemuck::from_bytes_mut(&mut command[0].0[..16]);
        header.session = u32::try_from(self.number).expect("few clients");
        header.session_sequence = self.session;
        command
    }

    fn name(&mut self) -> Name {
        let text = format!("client {} request {}", self.number, self.last);
        let name = Name::new(text.as_bytes()).expect("a short text");
        if self.names.len() < 8 {
            self.names.push(name);
        }
        name
    }

    fn new_order(&mut self) -> NewOrder {
        let kind = self.one_of(&[
            OrderType::Limit,
            OrderType::Limit,
            OrderType::Limit,
            OrderType::Limit,
            OrderType::Market,
            OrderType::Stop,
            OrderType::StopLimit,
        ]);
        let (day, gtc) = (TimeInForce::Day, TimeInForce::Gtc);
        let lasts = if kind.waits_for_trigger() {
            self.one_of(&[day, gtc])
        } else {
            self.one_of(&[day, gtc, gtc, gtc, TimeInForce::Ioc, TimeInForce::Fok])
        };
        let side = self.one_of(&[Side::Buy, Side::Sell]);
        let (price, stop_price) = (self.price(), self.price());
        NewOrder {
            account: self.account(),
            symbol: self.below(SYMBOLS),
            side: side as u8,
            order_type: kind as u8,
            time_in_force: lasts as u8,
            self_trade: self.one_of(SelfTrade::ALL) as u8,
            quantity: 1 + self.below(60),
            price: if kind.has_limit() { price } else { 0 },
            stop_price: if kind.waits_for_trigger() { stop_price } else { 0 },
            ..NewOrder::default()
        }
    }

    /// Near the centre, now and then off the tick.
    fn price(&mut self) -> u32 {
        let away = self.below(17) * 100;
        CENTRE - 800 + away + u32::from(self.below(100) == 0)
    }

    fn open_order(&mut self) -> Option<(OrderId, OrderState)> {
        let place = self.below(u32::try_from(self.orders.len().max(1)).expect("few"));
        self.orders.iter().nth(place as usize).map(|(order, state)| (*order, *state))
    }

    /// A cancel or a replace of an order that it knows, or a mass cancel.
    fn change(&mut self) -> Vec<Unit> {
        let account = self.account();
        let Some((order, known)) = self.open_order().filter(|_| self.below(12) > 0) else {
            self.orders.retain(|_, order| order.account != account);
            let symbol = self.one_of(&[0, 1, ALL_SYMBOLS]);
            let side = u8::try_from(self.below(3)).expect("small");
            return units(&CancelAll { account, symbol, side, ..CancelAll::default() }, None);
        };
        if self.orders.len() >= MOST_OPEN || self.dice.chance(50) {
            self.orders.remove(&order);
            let cancel = CancelOrder { account: known.account, order, ..CancelOrder::default() };
            return units(&cancel, None);
        }
        let less = 1 + self.below(known.quantity);
        let more = known.quantity + self.below(20);
        let (price, stop_price) = (self.price(), self.price());
        let guarded = self.dice.chance(40);
        let replace = ReplaceOrder {
            account: known.account,
            order,
            quantity: self.one_of(&[0, less, less, less, more]),
            price: if known.price.0 != 0 && self.dice.chance(35) { price } else { 0 },
            stop_price: if known.stop_price.0 != 0 && self.dice.chance(35) {
                stop_price
            } else {
                0
            },
            expected_version: if guarded { known.version } else { 0 },
            ..ReplaceOrder::default()
        };
        units(&replace, None)
    }

    /// Between two of its own accounts.
    fn transfer(&mut self) -> Transfer {
        let (from, to) = (self.account(), self.account());
        let asset = self.below(SYMBOLS + 1);
        let amount = i64::from(1 + self.below(200));
        let amount = if asset == CASH { amount * 10_000_000 } else { amount };
        Transfer { from, to, asset, amount, ..Transfer::default() }
    }

    /// What only an operator does.
    pub(super) fn operation(&mut self) -> (Vec<Unit>, bool, bool) {
        debug_assert_eq!(self.habit, Habit::Operates);
        let account = self.account();
        match self.below(100) {
            0..40 => {
                let transfer = self.across_the_edge(account);
                return (units(&transfer, Some(&self.name())), true, true);
            }
            40..43 => {
                let account = OpenAccount { owner: account, kind: 1, ..OpenAccount::default() };
                return (units(&account, Some(&self.name())), true, true);
            }
            _ => {}
        }
        (self.switch(account), false, true)
    }

    fn across_the_edge(&mut self, account: AccountId) -> Transfer {
        let mut transfer = self.transfer();
        if self.dice.chance(60) {
            (transfer.from, transfer.to) = (OUTSIDE, account);
        } else {
            (transfer.from, transfer.to) = (account, OUTSIDE);
        }
        transfer
    }

    /// Halts, suspensions and the like, mostly taken back.
    fn switch(&mut self, account: AccountId) -> Vec<Unit> {
        let symbol = self.one_of(&[0, 1, ALL_SYMBOLS]);
        match self.below(60) {
            0..6 => units(&Halt { symbol, cause: 1, ..Halt::default() }, None),
            6..26 => {
                let symbol = ALL_SYMBOLS;
                units(&Resume { symbol, cause: 1, ..Resume::default() }, None)
            }
            26..44 => {
                let status = if self.dice.chance(20) {
                    AccountStatus::Suspended
                } else {
                    AccountStatus::Active
                } as u8;
                units(&SetAccountStatus { account, status, ..SetAccountStatus::default() }, None)
            }
            44..50 => {
                let maximum_open_orders = self.one_of(&[0, 0, 3]);
                let maximum_order_value = self.one_of(&[0, 0, 2_000_000_000]);
                let limits = SetLimits {
                    account,
                    maximum_open_orders,
                    maximum_order_value,
                    ..SetLimits::default()
                };
                units(&limits, None)
            }
            50..54 => units(&EndDay { symbol, ..EndDay::default() }, None),
            54..57 => units(&Activate { version: 1, ..Activate::default() }, None),
            _ => {
                let ticker = self.one_of(&[*b"NEW     ", *b"NEWER   "]);
                units(&ListSymbol { ticker, ..ListSymbol::default() }, None)
            }
        }
    }
}
