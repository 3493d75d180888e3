//! Orders on their way in: checked, matched, rested, triggered.

use super::book::{Meeting, Order, meet};
use super::{Exchange, Refusal, content, prices};
use openoutcry_wire::command::NewOrder;
use openoutcry_wire::{Name, OrderType, Reason, SelfTrade, Side, TimeInForce, event};

impl Exchange {
    pub(crate) fn new_order(&mut self, command: &NewOrder, name: Option<&Name>) {
        let scope = (NewOrder::KIND, command.account, command.account);
        if self.repeats(scope, name, content(command), Reason::DuplicateClientOrderId) {
            return;
        }
        self.orders_seen += 1;
        let number = self.orders_seen;
        if self.account(command.account).is_some() {
            self.remember(NewOrder::KIND, command.account, name, content(command), number);
        }
        let order = match self.check_new(command, number) {
            Ok(order) => order,
            Err(refusal) => return self.say_rejected(command, number, refusal, name),
        };
        self.say_accepted(command, &order, name);
        if let Some(stop) = order.stop {
            self.wait(order, stop);
        } else if self.would_trade(&order).0 < least(&order) {
            self.say_cancelled(&order, Reason::CancelledNoLiquidity);
        } else {
            let sales = self.enter(order);
            self.trigger_stops(order.symbol, sales);
        }
    }

    /// Every check of a new order, in the order in which the first that fails is the reason.
    fn check_new(&self, command: &NewOrder, number: u64) -> Result<Order, Refusal> {
        let bad = |reason| (reason, 0, 0);
        if self.account(command.account).is_none() {
            return Err(bad(Reason::UnknownAccount));
        }
        if self.symbol(command.symbol).is_none() {
            return Err(bad(Reason::UnknownSymbol));
        }
        let (side, mut order) = read(command, number).ok_or(bad(Reason::Malformed))?;
        if side == Side::SellShort {
            return Err(bad(Reason::ShortSaleNotPermitted));
        }
        self.check_quantity(&order)?;
        if command.self_trade & 128 != 0 {
            return Err(bad(Reason::OffTick));
        }
        let has_limit = order.kind.has_limit();
        let has_stop = order.kind.waits_for_trigger();
        self.check_price(&order, command.price, has_limit)?;
        self.check_price(&order, command.stop_price, has_stop)?;
        order.limit = has_limit.then_some(command.price);
        order.stop = has_stop.then_some(command.stop_price);
        let at_once = matches!(order.time_in_force, TimeInForce::Ioc | TimeInForce::Fok);
        if has_stop && at_once {
            return Err(bad(Reason::InvalidTimeInForce));
        }
        self.check_instructions(&order)?;
        if self.symbols[order.symbol as usize].halted {
            return Err(bad(Reason::Halted));
        }
        self.check_collar(&order)?;
        self.check_active(&order)?;
        self.check_count(&order)?;
        self.post(&mut order)?;
        self.check_value(&order)?;
        self.check_cover(&order)?;
        Ok(order)
    }

    fn check_instructions(&self, order: &Order) -> Result<(), Refusal> {
        let Order { post_only, reprices, minimum, expires_at, total, .. } = *order;
        let rests = may_stay_open(order) && !order.waits();
        let patient = minimum > 0 && may_stay_open(order);
        if (post_only && !rests) || (reprices && !post_only) || patient {
            return Err((Reason::InvalidInstruction, 0, 0));
        }
        if minimum > total {
            return Err((Reason::InvalidQuantity, i128::from(minimum), i128::from(total)));
        }
        let good_till = order.time_in_force == TimeInForce::Gtd;
        if good_till != (expires_at != 0) || (good_till && expires_at <= self.time) {
            let figures = (i128::from(expires_at), i128::from(self.time));
            return Err((Reason::InvalidExpiry, figures.0, figures.1));
        }
        Ok(())
    }

    /// An order that must not take goes one tick short of the other side, if it may; else it is
    /// refused.
    pub(crate) fn post(&self, order: &mut Order) -> Result<(), Refusal> {
        let others = self.orders.iter().filter(|other| {
            other.symbol == order.symbol && other.buy != order.buy && !other.waits()
        });
        let prices = others.filter_map(|other| other.limit);
        let best = if order.buy { prices.min() } else { prices.max() };
        let (Some(best), Some(limit), true) = (best, order.limit, order.post_only) else {
            return Ok(());
        };
        if if order.buy { limit < best } else { limit > best } {
            return Ok(());
        }
        let tick = self.symbols[order.symbol as usize].tick;
        match prices::beside(tick, best, !order.buy) {
            Some(short) if order.reprices => {
                order.limit = Some(short);
                Ok(())
            }
            _ => Err((Reason::PostOnlyWouldTake, i128::from(limit), i128::from(best))),
        }
    }

    pub(crate) fn check_quantity(&self, order: &Order) -> Result<(), Refusal> {
        let most = match self.symbols[order.symbol as usize].maximum_quantity {
            0 => 10_000_000,
            most => most,
        };
        if order.total == 0 || order.total > most {
            return Err((Reason::InvalidQuantity, i128::from(order.total), i128::from(most)));
        }
        Ok(())
    }

    /// A price that the type asks for is there and on a tick; one that it has no use for is 0.
    pub(crate) fn check_price(
        &self,
        order: &Order,
        price: u32,
        wanted: bool,
    ) -> Result<(), Refusal> {
        let tick = self.symbols[order.symbol as usize].tick;
        if wanted == (price == 0) {
            return Err((Reason::InvalidPrice, i128::from(price), 0));
        }
        if !prices::is_on_tick(tick, price) {
            let nearest = prices::floor(tick, i128::from(price));
            return Err((Reason::OffTick, i128::from(price), i128::from(nearest)));
        }
        Ok(())
    }

    /// A limit may not be too far through the reference price; that of an order that waits, not
    /// too far through its stop price, which is where the market will be when it is triggered.
    pub(crate) fn check_collar(&self, order: &Order) -> Result<(), Refusal> {
        let Some(limit) = order.limit else { return Ok(()) };
        let symbol = &self.symbols[order.symbol as usize];
        let reference = order.stop.map_or(symbol.reference(), |stop| i128::from(stop) * 100);
        let collar = symbol.limit_collar;
        let Some(furthest) = prices::furthest(symbol.tick, order.buy, reference, collar) else {
            return Ok(());
        };
        if if order.buy { limit > furthest } else { limit < furthest } {
            return Err((Reason::PriceCollar, i128::from(limit), i128::from(furthest)));
        }
        Ok(())
    }

    pub(crate) fn check_active(&self, order: &Order) -> Result<(), Refusal> {
        if self.accounts[order.account as usize].active {
            Ok(())
        } else {
            Err((Reason::AccountSuspended, 0, 0))
        }
    }

    /// An order that may stay open is one more.
    fn check_count(&self, order: &Order) -> Result<(), Refusal> {
        let most = match self.accounts[order.account as usize].most_orders {
            0 => 100_000,
            most => most,
        };
        let open = self.open_orders_of(order.account);
        if may_stay_open(order) && open >= most as usize {
            return Err((Reason::TooManyOrders, open as i128 + 1, i128::from(most)));
        }
        Ok(())
    }

    /// What an order is worth: at its limit, else its stop price, else the reference price.
    pub(crate) fn check_value(&self, order: &Order) -> Result<(), Refusal> {
        let reference = self.symbols[order.symbol as usize].reference() / 100;
        let price = order.limit.or(order.stop).map_or(reference, i128::from);
        let most = match self.accounts[order.account as usize].most_value {
            0 => i64::MAX,
            most => most,
        };
        let value = price * 100 * i128::from(order.total);
        if value > i128::from(most) {
            return Err((Reason::OrderTooLarge, value, i128::from(most)));
        }
        Ok(())
    }

    /// A sale needs its shares. A purchase needs what it may come to cost; where it cannot rest,
    /// what it costs now will do.
    fn check_cover(&self, order: &Order) -> Result<(), Refusal> {
        let wanted = i128::from(order.leaves);
        if !order.buy {
            let available = self.available_shares(order.account, order.symbol);
            let covered = wanted <= available;
            return if covered {
                Ok(())
            } else {
                Err((Reason::InsufficientShares, wanted, available))
            };
        }
        let available = self.available_cash(order.account);
        let mut required = i128::from(self.dearest(order)) * 100 * wanted;
        if required > available && !may_stay_open(order) {
            required = self.would_trade(order).1;
        }
        if required > available {
            return Err((Reason::InsufficientFunds, required, available));
        }
        Ok(())
    }

    /// The worst price that an order may trade at. A stop order without a limit sweeps as far as
    /// a market order, but pays no more than it held cash for.
    fn worst(&self, order: &Order) -> u32 {
        let sweep = self.symbols[order.symbol as usize].sweep_bound(order.buy);
        order.limit.unwrap_or(sweep)
    }

    /// The most that a purchase may pay a share, which is what it holds while it is open.
    pub(crate) fn dearest(&self, order: &Order) -> u32 {
        let symbol = &self.symbols[order.symbol as usize];
        match (order.limit, order.stop) {
            (Some(limit), _) => limit,
            (None, Some(stop)) => symbol.dearest_stop(stop),
            (None, None) => symbol.sweep_bound(true),
        }
    }

    /// How many shares an order would trade at once, and what they would cost; that the venue looks
    /// at no more than 1,024 levels or orders for this is left to the tests of the rules, for no
    /// random book is so deep.
    fn would_trade(&self, order: &Order) -> (u32, i128) {
        let (mut orders, mut taker) = (self.orders.clone(), *order);
        let (mut traded, mut cost) = (0, 0);
        for meeting in meet(&mut orders, &mut taker, self.worst(order)) {
            if let Meeting::Trade { maker, quantity } = meeting {
                traded += quantity;
                cost += i128::from(maker.limit.unwrap()) * 100 * i128::from(quantity);
            }
        }
        (traded, cost)
    }

    /// Matches an order at its worst price, rests or cancels what is left, and gives the prices
    /// that it traded at.
    pub(crate) fn enter(&mut self, order: Order) -> Vec<u32> {
        let worst = self.worst(&order);
        self.enter_up_to(order, worst)
    }

    fn enter_up_to(&mut self, mut taker: Order, worst: u32) -> Vec<u32> {
        let mut sales = Vec::new();
        let meetings = meet(&mut self.orders, &mut taker, worst);
        for meeting in &meetings {
            match meeting {
                Meeting::Trade { maker, quantity } => {
                    sales.push(maker.limit.unwrap());
                    self.trade(maker, &taker, *quantity);
                }
                Meeting::MakerCancelled(maker) => {
                    self.say_cancelled(maker, Reason::CancelledSelfTrade);
                }
                Meeting::MakerReduced(maker) => {
                    self.say_replaced(maker, Reason::CancelledSelfTrade, true);
                }
                Meeting::TakerReduced(taker) => {
                    self.say_replaced(taker, Reason::CancelledSelfTrade, false);
                }
                Meeting::TakerStopped => {}
            }
        }
        if let Some(last) = sales.last() {
            self.symbols[taker.symbol as usize].last = Some(*last);
        }
        if matches!(meetings.last(), Some(Meeting::TakerStopped)) {
            self.say_cancelled(&taker, Reason::CancelledSelfTrade);
        } else if taker.leaves > 0 {
            self.rest_or_cancel(taker);
        }
        sales
    }

    fn rest_or_cancel(&mut self, mut order: Order) {
        if may_stay_open(&order) {
            self.clock += 1;
            order.time = self.clock;
            return self.orders.push(order);
        }
        let others = |other: &Order| {
            other.symbol == order.symbol && other.buy != order.buy && !other.waits()
        };
        let more = self.orders.iter().any(others);
        let stopped_by_collar = order.limit.is_none() && more;
        let reason =
            if stopped_by_collar { Reason::CancelledAtCollar } else { Reason::CancelledUnfilled };
        self.say_cancelled(&order, reason);
    }

    fn trade(&mut self, maker: &Order, taker: &Order, quantity: u32) {
        let (buyer, seller) =
            if taker.buy { (taker.account, maker.account) } else { (maker.account, taker.account) };
        let price = i64::from(maker.limit.unwrap()) * 100;
        self.move_cash(buyer, seller, i128::from(price) * i128::from(quantity));
        self.move_shares(seller, buyer, taker.symbol, i128::from(quantity));
        self.trades_seen += 1;
        let trade = event::Trade {
            trade: self.trades_seen,
            maker_order: maker.number,
            taker_order: taker.number,
            price,
            quantity,
            maker_account: maker.account,
            taker_account: taker.account,
            taker_side: side_byte(taker),
            ..Default::default()
        };
        self.say(taker.symbol, Reason::None, trade);
    }

    /// Lets a stop order wait; when the last sale is already through its price, only that long.
    pub(crate) fn wait(&mut self, mut order: Order, stop: u32) {
        self.clock += 1;
        order.time = self.clock;
        order.stop = Some(stop);
        self.orders.push(order);
        let last = self.symbols[order.symbol as usize].last;
        self.trigger_stops(order.symbol, last.into_iter().collect());
    }

    /// Triggers the stops that a sale reached, in the order of their numbers; when all have
    /// entered, those that their sales reached; and so on.
    pub(crate) fn trigger_stops(&mut self, symbol: u32, mut sales: Vec<u32>) {
        loop {
            let reached = |order: &&Order| {
                let through = |stop: u32, sale: u32| {
                    if order.buy { sale >= stop } else { sale <= stop }
                };
                order.symbol == symbol
                    && order.stop.is_some_and(|stop| sales.iter().any(|&sale| through(stop, sale)))
            };
            let mut round: Vec<Order> = self.orders.iter().filter(reached).copied().collect();
            if round.is_empty() {
                return;
            }
            round.sort_by_key(|order| order.number);
            for order in &round {
                self.orders.retain(|other| other.number != order.number);
                self.say_triggered(order);
            }
            sales = round.into_iter().flat_map(|order| self.enter_triggered(order)).collect();
        }
    }

    fn enter_triggered(&mut self, mut order: Order) -> Vec<u32> {
        let dearest = self.dearest(&order);
        order.stop = None;
        let worst = self.worst(&order);
        self.enter_up_to(order, if order.buy { worst.min(dearest) } else { worst })
    }

    fn say_triggered(&mut self, order: &Order) {
        let last = self.symbols[order.symbol as usize].last.expect("a sale triggered it");
        let triggered = event::Triggered {
            order: order.number,
            account: order.account,
            stop_price: order.stop.unwrap(),
            last: i64::from(last) * 100,
            ..Default::default()
        };
        self.say(order.symbol, Reason::None, triggered);
    }

    pub(crate) fn say_cancelled(&mut self, order: &Order, reason: Reason) {
        let cancelled = event::Cancelled {
            order: order.number,
            account: order.account,
            quantity: order.leaves,
            price: order.stop.or(order.limit).unwrap_or(0),
            side: side_byte(order),
            ..Default::default()
        };
        self.say(order.symbol, reason, cancelled);
    }

    pub(crate) fn say_replaced(&mut self, order: &Order, reason: Reason, kept_priority: bool) {
        let replaced = event::Replaced {
            order: order.number,
            account: order.account,
            quantity: order.total,
            price: order.limit.unwrap_or(0),
            stop_price: order.stop.unwrap_or(0),
            version: 1 + order.changes,
            kept_priority: u8::from(kept_priority),
            side: side_byte(order),
            ..Default::default()
        };
        self.say(order.symbol, reason, replaced);
    }

    fn say_accepted(&mut self, command: &NewOrder, order: &Order, name: Option<&Name>) {
        let accepted = event::Accepted {
            order: order.number,
            account: command.account,
            quantity: command.quantity,
            price: order.limit.unwrap_or(0),
            stop_price: command.stop_price,
            side: command.side,
            order_type: command.order_type,
            time_in_force: command.time_in_force,
            self_trade: command.self_trade,
            minimum_quantity: command.minimum_quantity,
            expires_at: command.expires_at,
            ..Default::default()
        };
        self.say_named(command.symbol, Reason::None, accepted, name);
    }

    fn say_rejected(
        &mut self,
        command: &NewOrder,
        number: u64,
        (reason, required, available): Refusal,
        name: Option<&Name>,
    ) {
        let rejected = event::Rejected {
            order: number,
            account: command.account,
            quantity: command.quantity,
            price: command.price,
            stop_price: command.stop_price,
            side: command.side,
            order_type: command.order_type,
            time_in_force: command.time_in_force,
            self_trade: command.self_trade,
            required: super::figure(required),
            available: super::figure(available),
            ..Default::default()
        };
        self.say_named(command.symbol, reason, rejected, name);
    }
}

/// The words of a command; none when one does not exist, or a field not in use is used.
fn read(command: &NewOrder, number: u64) -> Option<(Side, Order)> {
    let side = Side::try_from(command.side).ok()?;
    let time_in_force = TimeInForce::try_from(command.time_in_force).ok()?;
    let instructions = command.self_trade / 8;
    if instructions & !(3 | 16) != 0 {
        return None;
    }
    let order = Order {
        number,
        account: command.account,
        symbol: command.symbol,
        buy: side == Side::Buy,
        kind: OrderType::try_from(command.order_type).ok()?,
        time_in_force,
        self_trade: SelfTrade::try_from(command.self_trade % 8).ok()?,
        total: command.quantity,
        leaves: command.quantity,
        limit: None,
        stop: None,
        changes: 0,
        post_only: instructions & 1 != 0,
        reprices: instructions & 2 != 0,
        minimum: command.minimum_quantity,
        expires_at: command.expires_at,
        time: 0,
    };
    let used = command.display_quantity != 0 || command.group != 0 || command.offset != 0;
    (!used).then_some((side, order))
}

/// How much of an order must trade at once.
fn least(order: &Order) -> u32 {
    if order.time_in_force == TimeInForce::Fok { order.total } else { order.minimum }
}

/// Whether an order stays until it is filled or cancelled, in the book or waiting for a trigger.
fn may_stay_open(order: &Order) -> bool {
    let at_once = matches!(order.time_in_force, TimeInForce::Ioc | TimeInForce::Fok);
    order.waits() || (order.limit.is_some() && !at_once)
}

fn side_byte(order: &Order) -> u8 {
    if order.buy { Side::Buy as u8 } else { Side::Sell as u8 }
}
