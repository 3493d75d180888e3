//! Commands in, rows out.

use crate::bars::{Bar, Bars};
use crate::lots::AllLots;
use crate::tables::{self, Tables};
use openoutcry_machine::{AccountState, Machine};
use openoutcry_views::{Entry, Movement, Order, Retention, Views};
use openoutcry_wire::{
    AccountId, AccountKind, CASH, Event, Nanoseconds, OUTSIDE, OrderId, OrderType, Reason,
    Sequence, Side, SymbolId, TimeInForce, Unit, event,
};
use std::collections::{BTreeMap, BTreeSet};

/// Open orders are kept however many there are; of what is done and past nothing is asked again.
const RETENTION: Retention = Retention { orders: 1 << 10, trades: 4, transfers: 4, updates: 1 };

/// How an account that is the world outside is called.
const OUTSIDE_KIND: &str = "OUTSIDE";

/// The rows of the commands `first..=last`, and the logged time of the last.
#[derive(Debug)]
pub struct Rows {
    pub first: Sequence,
    pub last: Sequence,
    pub time: Nanoseconds,
    pub events: u64,
    pub tables: Tables,
}

/// A machine of its own, and what changed in it since rows were last taken.
#[derive(Debug)]
pub struct Projection {
    machine: Machine,
    views: Views,
    lots: AllLots,
    bars: Bars,
    tickers: Vec<String>,
    buffer: Vec<Unit>,
    changes: Changes,
}

/// What is to become rows. Ordered maps, so that the same commands give the same bytes.
#[derive(Debug, Default)]
struct Changes {
    events: u64,
    accounts: BTreeSet<AccountId>,
    positions: BTreeSet<(AccountId, SymbolId)>,
    /// As each stands, and whether it was entered since.
    orders: BTreeMap<OrderId, (Order, bool)>,
    tables: Tables,
}

impl Default for Projection {
    fn default() -> Self {
        let mut projection = Self {
            machine: Machine::new(),
            views: Views::new(RETENTION),
            lots: AllLots::default(),
            bars: Bars::default(),
            tickers: Vec::new(),
            buffer: Vec::new(),
            changes: Changes::default(),
        };
        projection.changes.accounts.insert(OUTSIDE);
        projection
    }
}

impl Projection {
    /// The last command applied.
    #[must_use]
    pub const fn sequence(&self) -> Sequence {
        self.machine.sequence()
    }

    /// Events taken in since rows were last taken.
    #[must_use]
    pub const fn waiting(&self) -> u64 {
        self.changes.events
    }

    /// Applies whole commands at their logged time.
    pub fn apply(&mut self, time: Nanoseconds, commands: &[Unit]) {
        if let Some((minute, bars)) = self.bars.come_to(time) {
            self.end_minute(minute, &bars);
        }
        let mut events = std::mem::take(&mut self.buffer);
        events.clear();
        self.machine.apply(time, commands, &mut events);
        for event in event::walk(&events) {
            self.changes.events += 1;
            self.take_in(time, &event);
        }
        self.buffer = events;
    }

    /// Forgets what changed: it is in the database already.
    pub fn skip(&mut self) {
        self.changes = Changes::default();
    }

    /// What changed since `first`, as rows.
    pub fn take_rows(&mut self, first: Sequence) -> Rows {
        let Changes { events, accounts, positions, orders, mut tables } =
            std::mem::take(&mut self.changes);
        for account in accounts {
            self.write_account(account, &mut tables);
        }
        for (account, symbol) in positions {
            self.write_position(account, symbol, &mut tables);
        }
        for (order, is_new) in orders.values() {
            if *is_new {
                self.write_order(order, &mut tables);
            } else {
                self.write_order_change(order, &mut tables);
            }
        }
        Rows { first, last: self.machine.sequence(), time: self.machine.time(), events, tables }
    }

    fn take_in(&mut self, time: Nanoseconds, event: &Event<'_>) {
        if let Event::Transferred(moved, _) = event {
            self.move_lots(moved);
        }
        self.views.apply(time, event);
        match event {
            Event::Accepted(accepted, _) => self.order_changed(accepted.order, true),
            Event::Rejected(rejected, _) => self.order_changed(rejected.order, true),
            Event::Cancelled(cancelled, _) => self.order_changed(cancelled.order, false),
            Event::Replaced(replaced, _) => self.order_changed(replaced.order, false),
            Event::Triggered(triggered, _) => self.order_changed(triggered.order, false),
            Event::Trade(trade, _) => self.add_trade(trade, time),
            Event::Transferred(moved, _) => self.add_transfer(moved),
            Event::AccountOpened(opened, _) => {
                self.changes.accounts.insert(opened.account);
            }
            Event::AccountStatusSet(set, _) => {
                self.changes.accounts.insert(set.account);
            }
            Event::SymbolListed(listed, _) => self.add_symbol(listed, time),
            _ => {}
        }
    }

    fn order_changed(&mut self, order: OrderId, is_new: bool) {
        let now = self.views.order(order).expect("an order just changed is kept").clone();
        let known = self.changes.orders.entry(order);
        known.and_modify(|known| known.0 = now.clone()).or_insert((now, is_new));
    }

    fn add_trade(&mut self, trade: &event::Trade, time: Nanoseconds) {
        let symbol = trade.header.symbol;
        let (maker, taker) = (trade.maker_account, trade.taker_account);
        for account in [maker, taker] {
            self.changes.accounts.insert(account);
            self.changes.positions.insert((account, symbol));
        }
        self.order_changed(trade.maker_order, false);
        self.order_changed(trade.taker_order, false);
        self.bars.add(symbol, trade.price, trade.quantity);
        let bought = i64::from(trade.quantity) * if is_buy(trade.taker_side) { 1 } else { -1 };
        // In the order of the views: it decides what is left of a trade with oneself.
        self.lots.of(taker, symbol).trade(bought, trade.price);
        self.lots.of(maker, symbol).trade(-bought, trade.price);
        let ticker = &self.tickers[symbol as usize];
        let row = self.changes.tables.trades.row(tables::trades);
        row.number(trade.trade)
            .number(trade.header.sequence)
            .timestamp(time)
            .text(ticker)
            .money(i128::from(trade.price))
            .bigint(i64::from(trade.quantity))
            .text(side(trade.taker_side))
            .number(trade.maker_order)
            .number(trade.taker_order)
            .bigint(i64::from(maker))
            .bigint(i64::from(taker));
        let kept = self.views.trade(trade.trade).expect("the newest trade is kept");
        let entries = Movement::Trade(kept).entries();
        self.add_entries(&entries);
    }

    fn add_transfer(&mut self, moved: &event::Transferred) {
        for account in [moved.from, moved.to] {
            self.changes.accounts.insert(account);
            if moved.asset != CASH {
                self.changes.positions.insert((account, moved.asset - 1));
            }
        }
        let entries = self.views.movements(moved.to, None).next().map(Movement::entries);
        self.add_entries(&entries.expect("the newest movement is kept"));
    }

    /// Shares that move keep their cost; those from outside come in at the last sale.
    fn move_lots(&mut self, moved: &event::Transferred) {
        if moved.asset == CASH {
            return;
        }
        let symbol = moved.asset - 1;
        let cost = if moved.from == OUTSIDE {
            let last = self.views.session(symbol).map_or(0, |session| session.last);
            i128::from(last) * i128::from(moved.amount)
        } else {
            self.lots.of(moved.from, symbol).release(moved.amount)
        };
        if moved.to != OUTSIDE {
            self.lots.of(moved.to, symbol).receive(moved.amount, cost);
        }
    }

    fn add_symbol(&mut self, listed: &event::SymbolListed, time: Nanoseconds) {
        let ticker = String::from_utf8_lossy(listed.ticker.trim_ascii_end()).into_owned();
        let state = self.machine.symbol(listed.header.symbol).expect("it was just listed");
        let row = self.changes.tables.symbols.row(tables::symbols);
        row.text(&ticker)
            .bigint(i64::from(listed.header.symbol))
            .numeric(i128::from(listed.previous_close), 4)
            .numeric(i128::from(state.tick), 4)
            .bigint(i64::from(state.maximum_quantity))
            .timestamp(time);
        self.tickers.push(ticker);
    }

    /// Two lines an entry, the older entry first.
    fn add_entries(&mut self, entries: &[Entry]) {
        for entry in entries.iter().rev() {
            let asset =
                if entry.asset == CASH { "USD" } else { &self.tickers[entry.asset as usize - 1] };
            // Money counts in millionths, shares in whole ones.
            let scale = if entry.asset == CASH { 1 } else { 1_000_000 };
            let amount = i128::from(entry.amount) * scale;
            let lines = [
                (1, entry.source, -amount, entry.source_order),
                (2, entry.target, amount, entry.target_order),
            ];
            for (line, account, amount, order) in lines {
                let row = self.changes.tables.ledger_entries.row(tables::ledger_entries);
                row.number(entry.entry)
                    .smallint(line)
                    .number(entry.sequence)
                    .timestamp(entry.time)
                    .bigint(i64::from(account))
                    .text(asset)
                    .money(amount)
                    .number_or_null(entry.trade)
                    .number_or_null(order)
                    .client_text(entry.reference.as_deref());
            }
        }
    }

    fn end_minute(&mut self, minute: Nanoseconds, bars: &BTreeMap<SymbolId, Bar>) {
        for (symbol, bar) in bars {
            let touch = |side| {
                let best = self.machine.depth(*symbol, side, 1).first().copied();
                best.map_or(0, |level| level.price.0)
            };
            let (bid, ask) = (touch(Side::Buy), touch(Side::Sell));
            let row = self.changes.tables.market_data.row(tables::market_data);
            row.text(&self.tickers[*symbol as usize]).timestamp(minute);
            for price in [bar.open, bar.high, bar.low, bar.close] {
                row.money(i128::from(price));
            }
            row.number(bar.volume).number(bar.trades).price(bid).price(ask);
        }
    }

    fn write_account(&self, id: AccountId, tables: &mut Tables) {
        let row = tables.accounts.row(tables::accounts).bigint(i64::from(id));
        let Some(account) = self.machine.account(id) else {
            let cash = i128::from(self.machine.outside_cash());
            row.bigint(0).bigint(0).text(OUTSIDE_KIND).text("ACTIVE").money(cash).timestamp(0);
            return;
        };
        let AccountState { owner, group, kind, status, cash, .. } = account;
        row.bigint(i64::from(owner))
            .bigint(i64::from(group))
            .text(AccountKind::text(kind))
            .text(status.text())
            .money(i128::from(cash))
            .timestamp(self.views.opened(id).unwrap_or(0));
    }

    fn write_position(&self, account: AccountId, symbol: SymbolId, tables: &mut Tables) {
        let figures = self.views.position(account, symbol);
        let shares = if account == OUTSIDE {
            let outside = self.machine.positions(OUTSIDE);
            outside.iter().find(|position| position.symbol == symbol).map_or(0, |p| p.shares)
        } else {
            figures.shares
        };
        let lots = self.lots.get(account, symbol).cloned().unwrap_or_default();
        let row = tables.positions.row(tables::positions);
        row.bigint(i64::from(account))
            .text(&self.tickers[symbol as usize])
            .bigint(shares)
            .money(figures.cost)
            .money(figures.realised)
            .money(lots.cost())
            .money(lots.realised());
    }

    /// An order may name a symbol that nobody listed; it was refused, and is kept.
    fn ticker(&self, symbol: SymbolId) -> &str {
        self.tickers.get(symbol as usize).map_or("-", String::as_str)
    }

    fn write_order(&self, order: &Order, tables: &mut Tables) {
        let row = tables.orders.row(tables::orders);
        row.number(order.order)
            .text(self.ticker(order.symbol))
            .bigint(i64::from(order.account))
            .text(side(order.side))
            .text(word(OrderType::try_from(order.order_type).ok().map(OrderType::text)))
            .text(word(TimeInForce::try_from(order.time_in_force).ok().map(TimeInForce::text)))
            .text(order.status.text());
        reason(row, order.reason)
            .bigint(i64::from(order.quantity))
            .bigint(i64::from(order.filled))
            .price(order.price)
            .price(order.stop_price)
            .money(order.value)
            .client_text(order.name.as_deref())
            .timestamp(order.created)
            .timestamp(order.updated)
            .bigint(i64::from(order.version()));
    }

    fn write_order_change(&self, order: &Order, tables: &mut Tables) {
        let row = tables.order_changes.row(tables::order_changes);
        row.number(order.order).text(self.ticker(order.symbol)).text(order.status.text());
        reason(row, order.reason)
            .bigint(i64::from(order.quantity))
            .bigint(i64::from(order.filled))
            .price(order.price)
            .price(order.stop_price)
            .money(order.value)
            .timestamp(order.updated)
            .bigint(i64::from(order.version()));
    }
}

fn is_buy(side: u8) -> bool {
    Side::try_from(side).is_ok_and(Side::is_buy)
}

fn side(side: u8) -> &'static str {
    word(Side::try_from(side).ok().map(Side::text))
}

/// The machine refuses words that it does not know, and keeps the order: it reads as `-`.
fn word(text: Option<&'static str>) -> &'static str {
    text.unwrap_or("-")
}

fn reason(row: &mut crate::Copy, number: u16) -> &mut crate::Copy {
    match Reason::try_from(number) {
        Ok(Reason::None) | Err(()) => row.null(),
        Ok(reason) => row.text(reason.code()),
    }
}
