//! All sessions: what they ask becomes commands, what happens becomes reports to those whom it
//! concerns. No sockets here.

use super::report::{Cancel, Reports};
use super::request::{Echo, Enter, Reject, Request};
use crate::inbox::{Mark, Waiting};
use crate::store::Store;
use openoutcry_machine::Machine;
use openoutcry_wire::command::{CancelOrder, Header, NewOrder, ReplaceOrder};
use openoutcry_wire::{
    AccountId, Event, Instructions, MONEY_PER_PRICE, Nanoseconds, OrderId, OrderType, Reason,
    SymbolId, Unit, event,
};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io;
use std::path::{Path, PathBuf};

const SECOND: Nanoseconds = 1_000_000_000;
const DAY: Nanoseconds = 86_400 * SECOND;
/// Commands of one session that may be on their way: past it nothing is read of it.
pub(super) const UNDER_WAY: usize = 20_000;

/// One account's session.
#[derive(Debug)]
pub(super) struct Session {
    account: AccountId,
    pub(super) store: Store,
    /// The highest reference that was used.
    last: u32,
    /// References of orders that are open, or on their way.
    orders: BTreeMap<u32, Option<OrderId>>,
    /// What was asked of orders before the venue had answered them.
    later: Vec<Request>,
    under_way: usize,
    rate: Rate,
}

/// The generic cell rate algorithm.
#[derive(Debug)]
struct Rate {
    interval: u64,
    due: u64,
}

impl Rate {
    const fn take(&mut self, now: Nanoseconds) -> bool {
        let due = if self.due > now { self.due } else { now };
        if due - now >= SECOND {
            return false;
        }
        self.due = due + self.interval;
        true
    }
}

/// An open order of a session.
#[derive(Clone, Copy, Debug)]
struct Own {
    session: usize,
    reference: u32,
    echo: Echo,
    leaves: u32,
    filled: u32,
}

/// What a command that is on its way was asked by.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Enter { reference: u32, echo: Echo },
    Replace { old: u32, reference: u32, client_order_id: [u8; 14] },
    Cancel { reference: u32 },
}

#[derive(Debug)]
pub(super) struct Desk {
    pub(super) sessions: Vec<Session>,
    directory: PathBuf,
    by_account: HashMap<AccountId, usize>,
    symbols: HashMap<[u8; 8], SymbolId>,
    own: HashMap<OrderId, Own>,
    asked: VecDeque<(u64, usize, Ask)>,
    /// Commands that were made and not handed in.
    commands: Vec<Unit>,
    made: Vec<(usize, Ask)>,
    scratch: Vec<u8>,
    interval: u64,
}

impl Desk {
    pub(super) fn new(machine: &Machine, directory: &Path, rate: u32) -> Self {
        let symbols = 0..SymbolId::try_from(machine.symbol_count()).expect("symbols fit 32 bits");
        let listed = symbols.filter_map(|id| Some((machine.symbol(id)?.ticker, id)));
        Self {
            sessions: Vec::new(),
            directory: directory.to_owned(),
            by_account: HashMap::new(),
            symbols: listed.collect(),
            own: HashMap::new(),
            asked: VecDeque::new(),
            commands: Vec::new(),
            made: Vec::new(),
            scratch: Vec::new(),
            interval: SECOND / u64::from(rate.max(1)),
        }
    }

    /// The session of an account, which begins with its first log-in.
    pub(super) fn session(&mut self, account: AccountId, now: Nanoseconds) -> io::Result<usize> {
        if let Some(session) = self.by_account.get(&account) {
            return Ok(*session);
        }
        let mut store = Store::create(&self.directory)?;
        let mut first = Vec::new();
        Reports::new(&mut first, now).system_event(b'S');
        store.append(&first)?;
        let rate = Rate { interval: self.interval, due: 0 };
        self.sessions.push(Session {
            account,
            store,
            last: 0,
            orders: BTreeMap::new(),
            later: Vec::new(),
            under_way: 0,
            rate,
        });
        self.by_account.insert(account, self.sessions.len() - 1);
        Ok(self.sessions.len() - 1)
    }

    /// Whether a session may be read on.
    pub(super) fn has_room(&self, session: usize) -> bool {
        self.sessions[session].under_way < UNDER_WAY
    }

    fn report(&mut self, session: usize, now: Nanoseconds, say: impl FnOnce(&mut Reports<'_>)) {
        self.scratch.clear();
        say(&mut Reports::new(&mut self.scratch, now));
        // What cannot be written to the file stays in memory.
        let _ = self.sessions[session].store.append(&self.scratch);
    }

    /// Takes one request.
    pub(super) fn ask(&mut self, session: usize, request: Request, now: Nanoseconds) {
        match request {
            Request::Query => {
                let next = self.sessions[session].last.saturating_add(1);
                self.report(session, now, |reports| reports.account(next));
            }
            Request::Enter { reference, echo, terms } => {
                if self.is_new(session, reference) {
                    self.enter(session, reference, &echo, terms, now);
                }
            }
            Request::Replace { reference, client_order_id, .. } => {
                if self.is_new(session, reference)
                    && let Err(why) = self.replace(session, request, now)
                {
                    self.report(session, now, |reports| {
                        reports.rejected(reference, why, &client_order_id);
                    });
                }
            }
            Request::Cancel { reference, quantity } => {
                self.cancel(session, reference, quantity, now);
            }
        }
    }

    /// References only grow: one that was used is a repeat, and was answered.
    fn is_new(&mut self, session: usize, reference: u32) -> bool {
        let last = &mut self.sessions[session].last;
        let new = reference > *last;
        *last = (*last).max(reference);
        new
    }

    fn enter(
        &mut self,
        session: usize,
        reference: u32,
        echo: &Echo,
        terms: Result<Enter, Reject>,
        now: Nanoseconds,
    ) {
        let taken = self.sessions[session].rate.take(now);
        let terms = if taken { terms } else { Err(Reject::MessageRate) };
        let symbol = self.symbols.get(&echo.symbol).copied().ok_or(Reject::InvalidSymbol);
        let (terms, symbol) = match (terms, symbol) {
            (Ok(terms), Ok(symbol)) => (terms, symbol),
            (Err(why), _) | (_, Err(why)) => {
                let id = echo.client_order_id;
                return self.report(session, now, |reports| reports.rejected(reference, why, &id));
            }
        };
        let expires = terms.expires.map(|seconds| now - now % DAY + u64::from(seconds) * SECOND);
        let command = NewOrder {
            account: self.sessions[session].account,
            symbol,
            side: terms.side as u8,
            order_type: if terms.price == 0 { OrderType::Market } else { OrderType::Limit } as u8,
            time_in_force: terms.time_in_force as u8,
            self_trade: if terms.post_only { Instructions::POST_ONLY.bits() } else { 0 },
            quantity: echo.quantity,
            price: terms.price,
            minimum_quantity: terms.minimum_quantity,
            expires_at: expires.unwrap_or(0),
            ..Default::default()
        };
        self.sessions[session].orders.insert(reference, None);
        self.make(session, command, Ask::Enter { reference, echo: *echo });
    }

    /// The order of a reference: `Err` when there is none, `None` when it is on its way.
    fn order(&self, session: usize, reference: u32) -> Result<Option<OrderId>, ()> {
        self.sessions[session].orders.get(&reference).copied().ok_or(())
    }

    fn replace(
        &mut self,
        session: usize,
        request: Request,
        now: Nanoseconds,
    ) -> Result<(), Reject> {
        let Request::Replace { old, reference, quantity, price, client_order_id, .. } = request
        else {
            unreachable!("only replaces come here")
        };
        let order = self.order(session, old).map_err(|()| Reject::ReplaceNotAllowed)?;
        if !self.sessions[session].rate.take(now) {
            return Err(Reject::MessageRate);
        }
        let price = price?;
        if quantity == 0 || quantity >= 1_000_000 {
            return Err(Reject::InvalidQuantity);
        }
        let Some(order) = order else {
            self.sessions[session].later.push(request);
            return Ok(());
        };
        let account = self.sessions[session].account;
        let command = ReplaceOrder { account, order, quantity, price, ..Default::default() };
        self.make(session, command, Ask::Replace { old, reference, client_order_id });
        Ok(())
    }

    fn cancel(&mut self, session: usize, reference: u32, quantity: u32, now: Nanoseconds) {
        match self.order(session, reference) {
            // What is gone was told of; a cancel too many is passed over.
            Err(()) => {}
            Ok(None) => {
                let request = Request::Cancel { reference, quantity };
                self.sessions[session].later.push(request);
            }
            Ok(Some(order)) => {
                let account = self.sessions[session].account;
                let own = self.own[&order];
                if quantity > own.filled && quantity < own.filled + own.leaves {
                    let less = ReplaceOrder { account, order, quantity, ..Default::default() };
                    self.make(session, less, Ask::Cancel { reference });
                } else if quantity <= own.filled {
                    let command = CancelOrder { account, order, ..Default::default() };
                    self.make(session, command, Ask::Cancel { reference });
                } else {
                    self.report(session, now, |reports| reports.cancel_rejected(reference));
                }
            }
        }
    }

    /// Cancels what a session has open: its client is gone.
    pub(super) fn leave(&mut self, session: usize, now: Nanoseconds) {
        let references: Vec<_> = self.sessions[session].orders.keys().copied().collect();
        for reference in references {
            self.cancel(session, reference, 0, now);
        }
    }

    fn make<T: bytemuck::Pod>(&mut self, session: usize, command: T, ask: Ask) {
        let mut unit: Unit = bytemuck::cast(command);
        bytemuck::bytes_of_mut(&mut unit)[2..4].copy_from_slice(&Header::FOLLOWED.to_le_bytes());
        self.commands.push(unit);
        self.made.push((session, ask));
        self.sessions[session].under_way += 1;
    }

    /// Hands in what was made; `submit` gives the first one's ticket, or nothing was taken.
    pub(super) fn hand_in(
        &mut self,
        submit: impl FnOnce(&[Unit]) -> Option<u64>,
        now: Nanoseconds,
    ) {
        if self.commands.is_empty() {
            return;
        }
        let ticket = submit(&self.commands);
        self.commands.clear();
        let made = std::mem::take(&mut self.made);
        match ticket {
            Some(first) => {
                let asks = (first..).zip(made);
                self.asked.extend(asks.map(|(ticket, (session, ask))| (ticket, session, ask)));
            }
            None => {
                for (session, ask) in made {
                    self.sessions[session].under_way -= 1;
                    self.refuse(session, ask, Reject::ProcessingError, now);
                }
            }
        }
    }

    fn refuse(&mut self, session: usize, ask: Ask, why: Reject, now: Nanoseconds) {
        match ask {
            Ask::Enter { reference, echo } => {
                self.sessions[session].orders.remove(&reference);
                let id = echo.client_order_id;
                self.report(session, now, |reports| reports.rejected(reference, why, &id));
            }
            Ask::Replace { reference, client_order_id, .. } => {
                self.report(session, now, |reports| {
                    reports.rejected(reference, why, &client_order_id);
                });
            }
            Ask::Cancel { reference } => {
                self.report(session, now, |reports| reports.cancel_rejected(reference));
            }
        }
    }

    /// Tells what happened.
    pub(super) fn follow(&mut self, waiting: &Waiting) {
        let mut rest = &waiting.events[..];
        for mark in &waiting.turns {
            let (events, after) = rest.split_at(mark.units);
            rest = after;
            self.turn(mark, events);
        }
    }

    fn turn(&mut self, mark: &Mark, events: &[Unit]) {
        let (mut answered, mut ask) = (0, None);
        for event in event::walk(events) {
            let sequence = event.header().sequence;
            let first = sequence != answered;
            if first {
                answered = sequence;
                ask = self.take_ask(mark.first_ticket + (sequence - mark.first_sequence));
            }
            self.tell(&event, ask.filter(|_| first), mark.time);
        }
    }

    fn take_ask(&mut self, ticket: u64) -> Option<(usize, Ask)> {
        let &(waiting, session, ask) = self.asked.front()?;
        if waiting != ticket {
            return None;
        }
        self.asked.pop_front();
        self.sessions[session].under_way -= 1;
        Some((session, ask))
    }

    fn tell(&mut self, event: &Event<'_>, ask: Option<(usize, Ask)>, now: Nanoseconds) {
        match event {
            Event::Accepted(accepted, _) => {
                if let Some((session, Ask::Enter { reference, echo })) = ask {
                    self.accepted(session, reference, accepted, echo, now);
                }
            }
            Event::Rejected(rejected, _) => {
                if let Some((session, ask)) = ask {
                    self.refuse(session, ask, reject_of(rejected.header.reason), now);
                }
            }
            Event::Refused(refused, _) => {
                if let Some((session, ask)) = ask {
                    self.refuse(session, ask, reject_of(refused.header.reason), now);
                }
            }
            Event::Trade(trade, _) => self.traded(trade, now),
            Event::Cancelled(gone, _) => {
                self.less(gone.order, gone.quantity, cancel_of(gone.header.reason), now);
            }
            Event::Replaced(replaced, _) => self.replaced(replaced, ask, now),
            Event::SymbolListed(listed, _) => {
                self.symbols.insert(listed.ticker, listed.header.symbol);
            }
            _ => {}
        }
    }

    fn accepted(
        &mut self,
        session: usize,
        reference: u32,
        accepted: &event::Accepted,
        mut echo: Echo,
        now: Nanoseconds,
    ) {
        if accepted.price != 0 {
            // A post-only order may have been priced anew.
            echo.price = accepted.price.into();
        }
        let order = accepted.order;
        let own = Own { session, reference, echo, leaves: echo.quantity, filled: 0 };
        self.own.insert(order, own);
        self.sessions[session].orders.insert(reference, Some(order));
        self.report(session, now, |reports| reports.accepted(reference, order, &echo));
        let later = std::mem::take(&mut self.sessions[session].later);
        for request in later {
            match request {
                Request::Cancel { reference, quantity } => {
                    self.cancel(session, reference, quantity, now);
                }
                Request::Replace { reference, client_order_id, .. } => {
                    if let Err(why) = self.replace(session, request, now) {
                        self.report(session, now, |reports| {
                            reports.rejected(reference, why, &client_order_id);
                        });
                    }
                }
                Request::Enter { .. } | Request::Query => {}
            }
        }
    }

    fn traded(&mut self, trade: &event::Trade, now: Nanoseconds) {
        let price = u64::try_from(trade.price / MONEY_PER_PRICE).unwrap_or(0);
        for (order, added) in [(trade.maker_order, true), (trade.taker_order, false)] {
            let Some(own) = self.own.get_mut(&order) else { continue };
            own.leaves -= trade.quantity;
            own.filled += trade.quantity;
            let own = *own;
            self.report(own.session, now, |reports| {
                reports.executed(own.reference, trade.quantity, (price, added), trade.trade);
            });
            if own.leaves == 0 {
                self.forget(order);
            }
        }
    }

    fn forget(&mut self, order: OrderId) {
        if let Some(own) = self.own.remove(&order) {
            self.sessions[own.session].orders.remove(&own.reference);
        }
    }

    /// An order is smaller or gone.
    fn less(&mut self, order: OrderId, less: u32, why: Cancel, now: Nanoseconds) {
        let Some(own) = self.own.get_mut(&order) else { return };
        own.leaves -= less;
        let own = *own;
        self.report(own.session, now, |reports| reports.cancelled(own.reference, less, why));
        if own.leaves == 0 {
            self.forget(order);
        }
    }

    fn replaced(
        &mut self,
        replaced: &event::Replaced,
        ask: Option<(usize, Ask)>,
        now: Nanoseconds,
    ) {
        let order = replaced.order;
        let Some(own) = self.own.get_mut(&order) else { return };
        let leaves = replaced.quantity - own.filled;
        match ask {
            Some((session, Ask::Replace { old, reference, client_order_id })) => {
                own.leaves = leaves;
                own.reference = reference;
                own.echo.client_order_id = client_order_id;
                own.echo.price = replaced.price.into();
                let echo = Echo { quantity: leaves, ..own.echo };
                self.sessions[session].orders.remove(&old);
                self.sessions[session].orders.insert(reference, Some(order));
                self.report(session, now, |reports| reports.replaced(old, reference, order, &echo));
            }
            _ if leaves < own.leaves => {
                let less = own.leaves - leaves;
                let self_match = replaced.header.reason == Reason::CancelledSelfTrade as u16;
                let why = if self_match { Cancel::SelfMatch } else { Cancel::ByUser };
                self.less(order, less, why, now);
            }
            // Changed by other ways than this session.
            _ => {
                own.leaves = leaves;
                own.echo.price = replaced.price.into();
                let own = *own;
                self.report(own.session, now, |reports| {
                    reports.priority(own.reference, order, &own.echo);
                });
            }
        }
    }
}

fn cancel_of(reason: u16) -> Cancel {
    match Reason::try_from(reason) {
        Ok(Reason::CancelledByUser) => Cancel::ByUser,
        Ok(Reason::CancelledSelfTrade) => Cancel::SelfMatch,
        Ok(Reason::CancelledByOperator) => Cancel::BySupervisor,
        Ok(Reason::ExpiredAtClose | Reason::ExpiredAtTime) => Cancel::Timeout,
        _ => Cancel::Immediate,
    }
}

/// OUCH's code for a refusal of the machine.
fn reject_of(reason: u16) -> Reject {
    match Reason::try_from(reason) {
        Ok(Reason::UnknownSymbol) => Reject::InvalidSymbol,
        Ok(Reason::InvalidQuantity) => Reject::InvalidQuantity,
        Ok(Reason::InvalidPrice | Reason::OffTick) => Reject::InvalidPrice,
        Ok(Reason::InsufficientFunds | Reason::InsufficientShares | Reason::TooManyOrders) => {
            Reject::ExposureExceeded
        }
        Ok(Reason::ShortSaleNotPermitted) => Reject::ShortSellNotAllowed,
        Ok(Reason::Halted) => Reject::Halted,
        Ok(Reason::PriceCollar) => Reject::FatFinger,
        Ok(Reason::OrderTooLarge) => Reject::NotionalExceeded,
        Ok(Reason::AlreadyDone | Reason::NotReplaceable | Reason::UnknownOrder) => {
            Reject::ReplaceNotAllowed
        }
        Ok(Reason::VenueFull) => Reject::ProcessingError,
        _ => Reject::Other,
    }
}
