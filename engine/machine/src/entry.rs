//! A new order: checked, accepted or rejected, matched, and what is left of it rested or cancelled.

use crate::machine::Machine;
use crate::matching::{Matching, Sales};
use crate::names::{self, Use};
use crate::open;
use crate::output::Output;
use crate::special::Particulars;
use crate::stops::StopTerms;
use openoutcry_book::{Flags, Order, Orders, Outcome, Special, Taker};
use openoutcry_ledger::Account;
use openoutcry_planted::{Bug, on};
use openoutcry_risk::{Instrument, Refusal, Terms, check_account, check_value};
use openoutcry_wire::command::NewOrder;
use openoutcry_wire::{
    AccountId, Instructions, Name, OrderId, OrderType, Price, Quantity, Reason, SelfTrade,
    SymbolId, TimeInForce, event,
};

/// An order on its way into the book: new, triggered, or replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Incoming {
    pub id: OrderId,
    pub account: AccountId,
    pub symbol: u16,
    pub buy: bool,
    pub time_in_force: TimeInForce,
    pub self_trade: SelfTrade,
    /// The worst price it may trade at; for an order that rests, its own limit.
    pub limit: Price,
    pub total: Quantity,
    pub leaves: Quantity,
    pub version: u32,
    pub rests: bool,
    /// Whether clients see the limit: that of a market or stop order is the venue's own bound.
    pub has_limit: bool,
    pub special: Special,
}

impl Incoming {
    fn taker(&self) -> Taker {
        let Self { buy, limit, leaves, account, mut self_trade, .. } = *self;
        if on(Bug::SelfTradeIgnored) {
            self_trade = SelfTrade::Allow;
        }
        Taker { buy, limit, leaves, account, self_trade }
    }

    /// The price that clients know it by, 0 when it names none.
    fn shown_price(&self) -> Price {
        if self.has_limit { self.limit } else { Price(0) }
    }

    fn order(&self, leaves: Quantity) -> Order {
        let flags = Flags::new(self.buy, self.time_in_force, self.self_trade);
        Order::new(self.id, self.account, self.symbol, self.limit, leaves, flags)
            .specially(self.special)
    }

    /// Says that what is left of it is gone.
    fn cancelled(&self, leaves: Quantity, reason: Reason, out: &mut Output<'_>) {
        let mut order = self.order(leaves);
        order.price = self.shown_price();
        out.cancelled(&order, reason);
    }
}

impl Machine {
    #[inline]
    pub(crate) fn new_order(
        &mut self,
        command: &NewOrder,
        name: Option<&Name>,
        out: &mut Output<'_>,
    ) {
        if name.is_some_and(|name| self.is_repeated(command, name, out)) {
            return;
        }
        if !self.take_plain(command, name, out) {
            self.take_any(command, name, out);
        }
    }

    /// Answers an order whose name its account used before; else remembers the name.
    fn is_repeated(&mut self, command: &NewOrder, name: &Name, out: &mut Output<'_>) -> bool {
        let key = names::key(NewOrder::KIND, command.account, name);
        let content = names::content(command);
        if let Some(first) = self.order_names.find(key).filter(|_| !on(Bug::LostDedupe)) {
            let same = first.content == content;
            let reason = if same { Reason::None } else { Reason::DuplicateClientOrderId };
            out.repeat(NewOrder::KIND, command.account, first.made, reason);
            return true;
        }
        if self.ledger.account(command.account).is_some() {
            self.order_names.insert(key, Use { made: self.last_order + 1, content });
        }
        false
    }

    /// Takes an order of whatever type: all checks, each with its own refusal.
    #[inline(never)]
    fn take_any(&mut self, command: &NewOrder, name: Option<&Name>, out: &mut Output<'_>) {
        self.last_order += 1;
        match self.admit(command) {
            Ok((terms, instrument)) => self.accept(command, &terms, &instrument, name, out),
            Err(refusal) => reject(self.last_order, command, refusal, name, out),
        }
    }

    /// Every check an order must pass; nothing is touched.
    pub(crate) fn admit(&self, command: &NewOrder) -> Result<(Terms, Instrument), Refusal> {
        let account = self.ledger.account(command.account).ok_or(Reason::UnknownAccount)?;
        let listing = self.listings.get(command.symbol as usize).ok_or(Reason::UnknownSymbol)?;
        let mut terms = Terms::read(command)?;
        let instrument = listing.instrument();
        terms.check(&instrument, self.time)?;
        if !on(Bug::SuspendedTrades) {
            check_account(account, terms.may_stay())?;
        }
        if self.arena.orders.len() >= Orders::CAPACITY {
            return Err(Reason::VenueFull.into());
        }
        if terms.instructions.has(Instructions::POST_ONLY) {
            let reprices = terms.instructions.has(Instructions::REPRICE);
            terms.price = listing.posted(terms.side.is_buy(), terms.price, reprices)?;
        }
        let worst = worst_price(&terms, &instrument);
        check_value(account, valued_at(&terms, &instrument), terms.quantity)?;
        self.check_cover(command, account, &terms, worst)?;
        Ok((terms, instrument))
    }

    /// Whether the account can pay for the order, or has the shares it sells.
    fn check_cover(
        &self,
        command: &NewOrder,
        account: &Account,
        terms: &Terms,
        worst: Price,
    ) -> Result<(), Refusal> {
        if !terms.side.is_buy() {
            return self.check_shares(command.account, command.symbol, terms.quantity);
        }
        let available = account.available().0;
        let mut required = i128::from(worst.money().0) * i128::from(terms.quantity);
        if required > i128::from(available) && !terms.may_stay() {
            // What cannot rest costs what the book asks for it now, which may be far less.
            let taker = Taker {
                buy: true,
                limit: worst,
                leaves: terms.quantity,
                account: command.account,
                self_trade: terms.self_trade,
            };
            required = self.listings[command.symbol as usize].book.sweep(&self.arena, &taker).1;
        }
        if required > i128::from(available) {
            let required = i64::try_from(required).unwrap_or(i64::MAX);
            return Err(Refusal::figures(Reason::InsufficientFunds, required, available));
        }
        Ok(())
    }

    pub(crate) fn check_shares(
        &self,
        account: AccountId,
        symbol: SymbolId,
        quantity: Quantity,
    ) -> Result<(), Refusal> {
        let available = self.ledger.available_shares(account, symbol);
        if i64::from(quantity) > available && !on(Bug::NakedShort) {
            return Err(Refusal::figures(
                Reason::InsufficientShares,
                i64::from(quantity),
                available,
            ));
        }
        Ok(())
    }

    fn accept(
        &mut self,
        command: &NewOrder,
        terms: &Terms,
        instrument: &Instrument,
        name: Option<&Name>,
        out: &mut Output<'_>,
    ) {
        let id = self.last_order;
        let mut answer = accepted(id, command);
        answer.price = terms.price.0;
        answer.minimum_quantity = command.minimum_quantity;
        answer.expires_at = command.expires_at;
        out.say_named(command.symbol, Reason::None, answer, name);
        let special = special(terms);
        if special.is_any() {
            self.specials.insert(id, Particulars { expires_at: terms.expires_at });
        }
        let incoming = Incoming {
            id,
            account: command.account,
            symbol: u16::try_from(command.symbol).expect("listed symbols fit 16 bits"),
            buy: terms.side.is_buy(),
            time_in_force: terms.time_in_force,
            self_trade: terms.self_trade,
            limit: worst_price(terms, instrument),
            total: terms.quantity,
            leaves: terms.quantity,
            version: 1,
            rests: terms.rests(),
            has_limit: terms.order_type.has_limit(),
            special,
        };
        if terms.order_type.waits_for_trigger() {
            let stop = StopTerms { limit: incoming.limit, order_type: terms.order_type };
            self.wait_or_trigger(&incoming, terms.stop_price, stop, out);
        } else if !self.fills_enough(&incoming, terms) && !on(Bug::FokInPart) {
            incoming.cancelled(incoming.leaves, Reason::CancelledNoLiquidity, out);
        } else {
            self.enter(&incoming, out);
        }
    }

    /// Whether as much would trade at once as the order insists on.
    fn fills_enough(&self, incoming: &Incoming, terms: &Terms) -> bool {
        let least =
            if terms.time_in_force == TimeInForce::Fok { incoming.leaves } else { terms.minimum };
        let book = &self.listings[usize::from(incoming.symbol)].book;
        least == 0 || book.sweep(&self.arena, &incoming.taker()).0 >= least
    }

    /// Matches an order and all the stop orders that its sales trigger, to the last.
    #[inline]
    pub(crate) fn enter(&mut self, incoming: &Incoming, out: &mut Output<'_>) {
        let sales = self.enter_alone(incoming, out);
        if let Some((low, high)) = sales.range {
            self.elect(usize::from(incoming.symbol), low, high, out);
        }
    }

    /// Matches an order; what is left rests or is cancelled. Stops are left to the caller.
    #[inline]
    pub(crate) fn enter_alone(&mut self, incoming: &Incoming, out: &mut Output<'_>) -> Sales {
        let listing = &mut self.listings[usize::from(incoming.symbol)];
        let mut matching = Matching {
            ledger: &mut self.ledger,
            index: &mut self.index,
            specials: &mut self.specials,
            out,
            last_trade: &mut self.last_trade,
            symbol: SymbolId::from(incoming.symbol),
            taker: incoming.id,
            taker_account: incoming.account,
            buy: incoming.buy,
            total: incoming.total,
            version: incoming.version,
            shown_price: incoming.shown_price(),
            sales: Sales::default(),
        };
        let outcome = listing.book.cross(&mut self.arena, &incoming.taker(), &mut matching);
        let (sales, total, version) = (matching.sales, matching.total, matching.version);
        if let Some(last) = sales.last {
            listing.sold(last);
        }
        let stays = incoming.rests && matches!(outcome, Outcome::Open(1..));
        if incoming.special.is_any() && !stays {
            self.specials.remove(incoming.id);
        }
        match outcome {
            Outcome::Open(0) => {}
            Outcome::Open(leaves) if incoming.rests => {
                let order = incoming.order(leaves);
                open::hold(&mut self.ledger, &order, order.price, leaves);
                let slot = open::open(
                    &mut self.arena,
                    &mut self.ledger,
                    &mut self.index,
                    order,
                    (total, version),
                );
                listing.book.rest(&mut self.arena, slot);
            }
            Outcome::Open(leaves) => {
                let beyond = listing.book.side(!incoming.buy).best().is_some();
                let at_collar = !incoming.has_limit && beyond;
                let reason =
                    if at_collar { Reason::CancelledAtCollar } else { Reason::CancelledUnfilled };
                incoming.cancelled(leaves, reason, out);
            }
            Outcome::Prevented(leaves) => {
                incoming.cancelled(leaves, Reason::CancelledSelfTrade, out);
            }
        }
        sales
    }
}

/// What is unusual about an order with these terms while it is open; one that leaves nothing behind
/// never is.
fn special(terms: &Terms) -> Special {
    if !terms.may_stay() {
        return Special::NONE;
    }
    Special::NONE
        .and(Special::EXPIRES, terms.expires_at != 0)
        .and(Special::POST_ONLY, terms.instructions.has(Instructions::POST_ONLY))
        .and(Special::REPRICES, terms.instructions.has(Instructions::REPRICE))
}

/// The worst price an order may come to trade at, which is what a buy must be able to pay.
#[inline]
fn worst_price(terms: &Terms, instrument: &Instrument) -> Price {
    match terms.order_type {
        OrderType::Limit | OrderType::StopLimit => terms.price,
        OrderType::Market => instrument.sweep_limit(terms.side.is_buy()),
        OrderType::Stop if terms.side.is_buy() => instrument.stop_limit(terms.stop_price),
        OrderType::Stop => Price(0),
    }
}

/// The price at which the size of an order is judged: its own, or the reference where it has none.
#[inline]
fn valued_at(terms: &Terms, instrument: &Instrument) -> Price {
    match terms.order_type {
        OrderType::Limit | OrderType::StopLimit => terms.price,
        OrderType::Stop => terms.stop_price,
        OrderType::Market => instrument.reference_price(),
    }
}

pub(crate) fn accepted(id: OrderId, command: &NewOrder) -> event::Accepted {
    event::Accepted {
        order: id,
        account: command.account,
        quantity: command.quantity,
        price: command.price,
        stop_price: command.stop_price,
        side: command.side,
        order_type: command.order_type,
        time_in_force: command.time_in_force,
        self_trade: command.self_trade,
        ..Default::default()
    }
}

#[cold]
fn reject(
    id: OrderId,
    command: &NewOrder,
    refusal: Refusal,
    name: Option<&Name>,
    out: &mut Output<'_>,
) {
    let rejected = event::Rejected {
        order: id,
        account: command.account,
        quantity: command.quantity,
        price: command.price,
        stop_price: command.stop_price,
        side: command.side,
        order_type: command.order_type,
        time_in_force: command.time_in_force,
        self_trade: command.self_trade,
        required: refusal.required,
        available: refusal.available,
        ..Default::default()
    };
    out.say_named(command.symbol, refusal.reason, rejected, name);
}
