//! A venue small enough to talk about: alice, bob and carol trade AAPL and MSFT.

use crate::order::{Change, Order, buy, sell};
use crate::words::{dollars, in_words, money, price};
use bytemuck::Pod;
use openoutcry_machine::{Machine, PositionState};
use openoutcry_wire::command::{
    CancelAll, CancelOrder, EndDay, Halt, Header, ListSymbol, OpenAccount, Resume,
    SetAccountStatus, SetLimits, Transfer, encode,
};
use openoutcry_wire::{
    ALL_SYMBOLS, AccountKind, AccountStatus, CASH, Event, Name, OUTSIDE, Reason, Side, Unit, event,
};

pub(crate) const AAPL: u32 = 0;
pub(crate) const MSFT: u32 = 1;
const PEOPLE: [&str; 3] = ["alice", "bob", "carol"];

#[derive(Debug)]
pub(crate) struct Venue {
    pub(crate) machine: Machine,
    events: Vec<Unit>,
    /// The logged time of what comes next.
    now: u64,
}

impl Venue {
    /// AAPL and MSFT closed at 150.00 and have no collars; each of the three has 1,000,000.00 and
    /// 10,000 shares of both.
    pub(crate) fn open() -> Self {
        Self::with_collars(0, 0)
    }

    /// The same, with collars in basis points of the reference price.
    pub(crate) fn with_collars(sweep_collar: u32, limit_collar: u32) -> Self {
        let mut venue = Self::empty();
        for ticker in [*b"AAPL    ", *b"MSFT    "] {
            let previous_close = price("150.00");
            venue.apply(&ListSymbol {
                ticker,
                previous_close,
                sweep_collar,
                limit_collar,
                ..Default::default()
            });
        }
        for who in PEOPLE {
            venue.open_account(who);
            venue.deposit(who, "1000000.00");
            venue.deliver(who, AAPL, 10_000);
            venue.deliver(who, MSFT, 10_000);
        }
        venue
    }

    /// No symbols, no accounts.
    pub(crate) fn empty() -> Self {
        Self { machine: Machine::new(), events: Vec::new(), now: 1 }
    }

    /// Applies a command; every invariant holds afterwards.
    pub(crate) fn apply(&mut self, command: &impl Pod) {
        self.apply_named(command, None);
    }

    pub(crate) fn apply_named(&mut self, command: &impl Pod, name: Option<&Name>) {
        let mut units = Vec::new();
        encode(command, name, &mut units);
        self.apply_units(&units);
        self.machine.audit().expect("every invariant holds");
    }

    /// The same venue at a later time.
    pub(crate) fn at(&mut self, time: u64) -> &mut Self {
        self.now = time;
        self
    }

    /// Applies commands, to be seen as one.
    pub(crate) fn apply_units(&mut self, units: &[Unit]) {
        self.events.clear();
        self.machine.apply(self.now, units, &mut self.events);
    }

    /// The same command as one of a session that numbers them.
    pub(crate) fn apply_numbered(&mut self, session: u32, number: u64, command: &impl Pod) {
        let mut unit: Unit = bytemuck::cast(*command);
        let header: &mut Header = bytemuck::from_bytes_mut(&mut unit.0[..16]);
        (header.session, header.session_sequence) = (session, number);
        self.apply(&unit);
    }

    /// What the last command caused.
    pub(crate) fn said(&self) -> Vec<String> {
        event::walk(&self.events).map(|event| in_words(&event)).collect()
    }

    /// The answer to the last command.
    pub(crate) fn answer(&self) -> Event<'_> {
        event::walk(&self.events).next().expect("every command is answered")
    }

    /// Why the last command was refused, or its last order ended.
    pub(crate) fn reasons(&self) -> Vec<Reason> {
        let reasons = event::walk(&self.events).map(|event| event.header().reason);
        reasons.map(|reason| Reason::try_from(reason).expect("a known reason")).collect()
    }

    /// Sends an order and gives its number: the first is 1.
    pub(crate) fn send(&mut self, who: &str, order: Order) -> u64 {
        let command = openoutcry_wire::command::NewOrder { account: account(who), ..order.command };
        self.apply_named(&command, order.name.as_ref());
        self.answer().subject().1
    }

    /// A day order with a limit, for AAPL.
    pub(crate) fn buys(&mut self, who: &str, quantity: u32, limit: &str) -> u64 {
        self.send(who, buy(quantity).at(limit))
    }

    /// A day order with a limit, for AAPL.
    pub(crate) fn sells(&mut self, who: &str, quantity: u32, limit: &str) -> u64 {
        self.send(who, sell(quantity).at(limit))
    }

    /// Lets bob and carol trade one share of AAPL, so that this is the last sale.
    pub(crate) fn sale_at(&mut self, price: &str) {
        self.sells("bob", 1, price);
        self.buys("carol", 1, price);
    }

    pub(crate) fn cancel(&mut self, who: &str, order: u64) {
        self.apply(&CancelOrder { account: account(who), order, ..Default::default() });
    }

    pub(crate) fn cancel_all(&mut self, who: &str) {
        self.cancel_all_of(who, ALL_SYMBOLS, None);
    }

    pub(crate) fn cancel_all_of(&mut self, who: &str, symbol: u32, side: Option<Side>) {
        let side = side.map_or(0, |side| side as u8);
        self.apply(&CancelAll { account: account(who), symbol, side, ..Default::default() });
    }

    pub(crate) fn replace(&mut self, who: &str, order: u64, change: Change) {
        let account = account(who);
        self.apply(&openoutcry_wire::command::ReplaceOrder { account, order, ..change.0 });
    }

    pub(crate) fn open_account(&mut self, who: &str) {
        let kind = AccountKind::Cash as u8;
        self.apply(&OpenAccount { owner: account(who), kind, ..Default::default() });
    }

    pub(crate) fn deposit(&mut self, who: &str, amount: &str) {
        let (to, amount) = (account(who), money(amount));
        self.apply(&Transfer { from: OUTSIDE, to, asset: CASH, amount, ..Default::default() });
    }

    pub(crate) fn withdraw(&mut self, who: &str, amount: &str) {
        let (from, amount) = (account(who), money(amount));
        self.apply(&Transfer { from, to: OUTSIDE, asset: CASH, amount, ..Default::default() });
    }

    /// Shares from outside.
    pub(crate) fn deliver(&mut self, who: &str, symbol: u32, amount: i64) {
        let (to, asset) = (account(who), symbol + 1);
        self.apply(&Transfer { from: OUTSIDE, to, asset, amount, ..Default::default() });
    }

    pub(crate) fn set_status(&mut self, who: &str, status: AccountStatus) {
        let (account, status) = (account(who), status as u8);
        self.apply(&SetAccountStatus { account, status, ..Default::default() });
    }

    /// 0 for the venue's own limits.
    pub(crate) fn set_limits(&mut self, who: &str, open_orders: u32, order_value: &str) {
        self.apply(&SetLimits {
            account: account(who),
            maximum_open_orders: open_orders,
            maximum_order_value: money(order_value),
            ..Default::default()
        });
    }

    pub(crate) fn halt(&mut self, symbol: u32) {
        self.apply(&Halt { symbol, ..Default::default() });
    }

    pub(crate) fn resume(&mut self, symbol: u32) {
        self.apply(&Resume { symbol, ..Default::default() });
    }

    pub(crate) fn end_day(&mut self, symbol: u32) {
        self.apply(&EndDay { symbol, ..Default::default() });
    }

    pub(crate) fn cash(&self, who: &str) -> String {
        dollars(self.machine.account(account(who)).expect("an account").cash)
    }

    pub(crate) fn held(&self, who: &str) -> String {
        dollars(self.machine.account(account(who)).expect("an account").held)
    }

    pub(crate) fn shares(&self, who: &str, symbol: u32) -> i64 {
        self.position(who, symbol).map_or(0, |position| position.shares)
    }

    pub(crate) fn held_shares(&self, who: &str, symbol: u32) -> i64 {
        self.position(who, symbol).map_or(0, |position| position.held)
    }

    fn position(&self, who: &str, symbol: u32) -> Option<PositionState> {
        let positions = self.machine.positions(account(who));
        positions.into_iter().find(|position| position.symbol == symbol)
    }

    /// The bids of AAPL as `100 at 150.00`, the best first.
    pub(crate) fn bids(&self) -> Vec<String> {
        self.depth(Side::Buy)
    }

    /// The offers of AAPL, the best first.
    pub(crate) fn offers(&self) -> Vec<String> {
        self.depth(Side::Sell)
    }

    fn depth(&self, side: Side) -> Vec<String> {
        let levels = self.machine.depth(AAPL, side, usize::MAX);
        let words = levels
            .iter()
            .map(|level| format!("{} at {}", level.quantity, dollars(level.price.money().0)));
        words.collect()
    }

    pub(crate) fn version(&self, order: u64) -> u32 {
        self.machine.order(order).expect("an open order").version
    }

    pub(crate) fn last_sale(&self) -> Option<String> {
        self.machine.symbol(AAPL).expect("a symbol").last.map(|last| dollars(last.0))
    }
}

/// The number of somebody's account; a number stands for itself.
pub(crate) fn account(who: &str) -> u32 {
    match PEOPLE.iter().position(|&name| name == who) {
        Some(place) => u32::try_from(place).expect("three people") + 1,
        None => who.parse().expect("alice, bob, carol or a number"),
    }
}
