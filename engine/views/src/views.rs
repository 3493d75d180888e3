use crate::account::Account;
use crate::candle::Candle;
use crate::entry::Movement;
use crate::order::{Order, OrderStatus, Terms};
use crate::orders::Orders;
use crate::position::{Position, Positions};
use crate::session::{Session, Symbol};
use crate::trade::{Before, Trade, back};
use crate::transfer::Transfer;
use crate::update::{OrderUpdate, Updates};
use crate::window::Window;
use openoutcry_canonical::canonical;
use openoutcry_wire::{
    AccountId, CASH, Event, Name, Nanoseconds, OUTSIDE, OrderId, SymbolId, TradeId, event,
};
use std::collections::HashMap;

/// How much of the past is kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Orders; open ones are kept beyond it.
    pub orders: usize,
    pub trades: usize,
    pub transfers: usize,
    /// Updates that wait for whoever watches.
    pub updates: usize,
}

impl Default for Retention {
    fn default() -> Self {
        Self { orders: 2_000_000, trades: 2_000_000, transfers: 1_000_000, updates: 1 << 16 }
    }
}

/// Everything readers ask for, as of the last event applied.
#[derive(Debug)]
pub struct Views {
    orders: Orders,
    trades: Window<Trade>,
    transfers: Window<Transfer>,
    /// By number; 0 is the outside world.
    accounts: Vec<Account>,
    /// The newest account of each owner.
    owners: HashMap<u32, AccountId>,
    positions: Positions,
    symbols: Vec<Symbol>,
    updates: Updates,
    next_entry: u64,
}

// Whoever watches says so again after a start.
canonical!(Views {
    orders,
    trades,
    transfers,
    accounts,
    owners,
    positions,
    symbols,
    next_entry,
} derived {
    updates = Updates::new(Retention::default().updates),
});

impl Default for Views {
    fn default() -> Self {
        Self::new(Retention::default())
    }
}

impl Views {
    /// The views of a venue before its first command.
    #[must_use]
    pub fn new(retention: Retention) -> Self {
        Self {
            orders: Orders::new(retention.orders),
            trades: Window::new(retention.trades),
            transfers: Window::new(retention.transfers),
            accounts: vec![Account::default()],
            owners: HashMap::new(),
            positions: Positions::default(),
            symbols: Vec::new(),
            updates: Updates::new(retention.updates),
            next_entry: 1,
        }
    }

    /// Takes in the next event, which happened at a logged time.
    ///
    /// # Panics
    /// When it cannot follow the events before it.
    pub fn apply(&mut self, time: Nanoseconds, event: &Event<'_>) {
        match event {
            Event::Accepted(accepted, name) => {
                self.add_order(Order::accepted(accepted, *name, time), event);
            }
            Event::Rejected(rejected, name) => {
                let (terms, reason) = (Terms::from(*rejected), rejected.header.reason);
                let order = Order::new(&terms, OrderStatus::Rejected, reason, *name, time);
                self.add_order(order, event);
            }
            Event::Trade(trade, _) => self.add_trade(trade, time),
            Event::Cancelled(cancelled, _) => {
                let reason = cancelled.header.reason;
                self.change(cancelled.order, event, |order| order.end(reason, time));
            }
            Event::Replaced(replaced, _) => {
                self.change(replaced.order, event, |order| order.replace(replaced, time));
            }
            Event::Triggered(triggered, _) => {
                self.change(triggered.order, event, |order| order.trigger(time));
            }
            Event::Transferred(transferred, name) => self.transfer(transferred, *name, time),
            Event::AccountOpened(opened, _) => self.open_account(opened, time),
            Event::SymbolListed(listed, _) => self.list_symbol(listed),
            Event::DayEnded(ended, _) => {
                self.symbols[ended.header.symbol as usize].session.end(ended.close);
            }
            Event::Refused(..)
            | Event::Repeated(..)
            | Event::Halted(..)
            | Event::Resumed(..)
            | Event::AccountStatusSet(..)
            | Event::Activated(..)
            | Event::LimitsSet(..)
            | Event::AllCancelled(..) => {}
        }
    }

    fn add_order(&mut self, mut order: Order, event: &Event<'_>) {
        // An order for an account that does not exist belongs to none.
        if let Some(account) = self.accounts.get_mut(order.account as usize) {
            order.previous = account.last_order;
            account.last_order = order.order;
        }
        if self.updates.is_watched(order.account) {
            self.updates.push(update(event, &order, None));
        }
        self.orders.push(order);
    }

    fn change(&mut self, id: OrderId, event: &Event<'_>, change: impl FnOnce(&mut Order)) {
        let order = self.orders.change(id, change);
        if self.updates.is_watched(order.account) {
            self.updates.push(update(event, order, None));
        }
    }

    fn add_trade(&mut self, event: &event::Trade, time: Nanoseconds) {
        let (maker, taker) = (event.maker_account, event.taker_account);
        let before = Before {
            maker_order: self.last_trade_of(event.maker_order),
            taker_order: self.last_trade_of(event.taker_order),
            maker_account: self.accounts[maker as usize].last_entry,
            taker_account: self.accounts[taker as usize].last_entry,
            symbol: self.symbols[event.header.symbol as usize].last_trade,
        };
        let trade = Trade::new(event, time, self.next_entry, &before);
        assert_eq!(trade.trade, self.trades.next(), "trades are numbered without gaps");
        self.next_entry += 2;
        self.accounts[maker as usize].last_entry = trade.entry;
        self.accounts[taker as usize].last_entry = trade.entry;
        let symbol = &mut self.symbols[trade.symbol as usize];
        symbol.last_trade = trade.trade;
        symbol.session.add(time, trade.price, trade.quantity);
        symbol.candles.add(time, trade.price, trade.quantity);
        let bought = i64::from(trade.quantity) * if trade.taker_bought() { 1 } else { -1 };
        self.positions.of(taker, trade.symbol).trade(bought, trade.price);
        self.positions.of(maker, trade.symbol).trade(-bought, trade.price);
        for order in [trade.maker_order, trade.taker_order] {
            let fill =
                |order: &mut Order| order.fill(trade.trade, trade.quantity, trade.value(), time);
            let order = self.orders.change(order, fill);
            if self.updates.is_watched(order.account) {
                self.updates.push(update(&Event::Trade(event, None), order, Some(&trade)));
            }
        }
        self.trades.push(trade);
    }

    fn last_trade_of(&self, order: OrderId) -> TradeId {
        self.orders.get(order).map_or(0, |order| order.last_trade)
    }

    fn transfer(&mut self, event: &event::Transferred, name: Option<&Name>, time: Nanoseconds) {
        let (from, to) = (event.from as usize, event.to as usize);
        assert_eq!(event.transfer, self.transfers.next(), "transfers are numbered without gaps");
        let entry = self.next_entry;
        let transfer = Transfer {
            entry,
            sequence: event.header.sequence,
            time,
            from: event.from,
            to: event.to,
            asset: event.asset,
            amount: event.amount,
            back_of_from: back(entry, self.accounts[from].last_entry),
            back_of_to: back(entry, self.accounts[to].last_entry),
            reference: name.map(|name| name.text().into()),
        };
        self.next_entry += 1;
        self.accounts[from].last_entry = entry;
        self.accounts[to].last_entry = entry;
        self.transfers.push(transfer);
        if event.asset != CASH {
            self.move_shares(event);
        }
    }

    /// Shares keep their average cost when they move between accounts; those from outside come in
    /// at the last sale, so that they show no profit before the price moves.
    fn move_shares(&mut self, event: &event::Transferred) {
        let symbol = event.asset - 1;
        let cost = if event.from == OUTSIDE {
            i128::from(self.symbols[symbol as usize].session.last) * i128::from(event.amount)
        } else {
            self.positions.of(event.from, symbol).release(event.amount)
        };
        if event.to != OUTSIDE {
            self.positions.of(event.to, symbol).receive(event.amount, cost);
        }
    }

    fn open_account(&mut self, event: &event::AccountOpened, opened: Nanoseconds) {
        assert_eq!(event.account as usize, self.accounts.len(), "accounts have no gaps");
        let previous_of_owner = self.owners.insert(event.owner, event.account).unwrap_or(OUTSIDE);
        self.accounts.push(Account { opened, previous_of_owner, ..Account::default() });
    }

    fn list_symbol(&mut self, event: &event::SymbolListed) {
        assert_eq!(event.header.symbol as usize, self.symbols.len(), "symbols have no gaps");
        let close = openoutcry_wire::Price(event.previous_close).money().0;
        let session = Session { last: close, previous_close: close, ..Session::default() };
        self.symbols.push(Symbol { session, ..Symbol::default() });
    }
}

fn update(event: &Event<'_>, order: &Order, trade: Option<&Trade>) -> OrderUpdate {
    let header = event.header();
    let (event, reason) = (header.kind, header.reason);
    OrderUpdate { event, reason, order: order.clone(), trade: trade.cloned() }
}

/// Reading. Iterators go from the newest to the oldest that is kept; `from` is the number of a
/// record that they gave before and start with again, if it is still kept.
impl Views {
    /// An order that is open, or not too long done.
    #[must_use]
    pub fn order(&self, id: OrderId) -> Option<&Order> {
        self.orders.get(id)
    }

    /// The newest order of an account with that name.
    #[must_use]
    pub fn order_named(&self, account: AccountId, name: &[u8]) -> Option<&Order> {
        self.orders.named(account, name)
    }

    /// An account's orders.
    pub fn orders(
        &self,
        account: AccountId,
        from: Option<OrderId>,
    ) -> impl Iterator<Item = &Order> {
        let newest = self.accounts.get(account as usize).map(|account| account.last_order);
        let from = from.or(newest).and_then(|from| self.orders.get(from));
        let own = from.filter(|order| order.account == account);
        std::iter::successors(own, |order| self.orders.get(order.previous))
    }

    /// A trade that is kept.
    #[must_use]
    pub fn trade(&self, id: TradeId) -> Option<&Trade> {
        self.trades.get(id)
    }

    /// An order's trades.
    pub fn fills(&self, order: OrderId, from: Option<TradeId>) -> impl Iterator<Item = &Trade> {
        let newest = self.last_trade_of(order);
        let own = move |trade: &Trade| trade.maker_order == order || trade.taker_order == order;
        self.chained(from.unwrap_or(newest), own, move |trade| trade.back_of_order(order))
    }

    /// A symbol's trades.
    pub fn trades(&self, symbol: SymbolId, from: Option<TradeId>) -> impl Iterator<Item = &Trade> {
        let newest = self.symbols.get(symbol as usize).map_or(0, |symbol| symbol.last_trade);
        let own = move |trade: &Trade| trade.symbol == symbol;
        self.chained(from.unwrap_or(newest), own, Trade::back_of_symbol)
    }

    /// All trades after a number, oldest first.
    pub fn trades_after(&self, trade: TradeId) -> impl Iterator<Item = &Trade> {
        self.trades.from(trade.saturating_add(1))
    }

    fn chained(
        &self,
        from: TradeId,
        own: impl Fn(&Trade) -> bool,
        back: impl Fn(&Trade) -> u32,
    ) -> impl Iterator<Item = &Trade> {
        let first = self.trades.get(from).filter(|trade| own(trade));
        std::iter::successors(first, move |trade| match back(trade) {
            0 => None,
            distance => self.trades.get(trade.trade - u64::from(distance)),
        })
    }

    /// An account's trades and transfers.
    pub fn movements(
        &self,
        account: AccountId,
        from: Option<u64>,
    ) -> impl Iterator<Item = Movement<'_>> {
        let newest = self.accounts.get(account as usize).map_or(0, |account| account.last_entry);
        let first = self.movement(from.unwrap_or(newest));
        let own = first.filter(|movement| movement.is_of(account));
        std::iter::successors(own, move |movement| match movement.back_of(account) {
            0 => None,
            distance => self.movement(movement.number() - u64::from(distance)),
        })
    }

    /// The number of the account's trade or transfer that an entry belongs to.
    #[must_use]
    pub fn movement_of(&self, account: AccountId, entry: u64) -> Option<u64> {
        let movement = self.movement(entry)?;
        movement.is_of(account).then(|| movement.number())
    }

    /// The trade or transfer that an entry belongs to.
    fn movement(&self, entry: u64) -> Option<Movement<'_>> {
        let trade = self.trades.get(self.trades.last_where(|trade| trade.entry <= entry));
        if let Some(trade) = trade.filter(|trade| entry - trade.entry < 2) {
            return Some(Movement::Trade(trade));
        }
        let transfer = self.transfers.last_where(|transfer| transfer.entry <= entry);
        let transfer = self.transfers.get(transfer).filter(|transfer| transfer.entry == entry);
        transfer.map(Movement::Transfer)
    }

    /// When an account was opened.
    #[must_use]
    pub fn opened(&self, account: AccountId) -> Option<Nanoseconds> {
        self.accounts.get(account as usize).map(|account| account.opened)
    }

    /// An owner's accounts.
    pub fn accounts_of(&self, owner: u32) -> impl Iterator<Item = AccountId> {
        let newest = self.owners.get(&owner).copied();
        std::iter::successors(newest, |account| {
            let previous = self.accounts[*account as usize].previous_of_owner;
            (previous != OUTSIDE).then_some(previous)
        })
    }

    /// What an account's shares in a symbol cost and earned; nothing when it never had any.
    #[must_use]
    pub fn position(&self, account: AccountId, symbol: SymbolId) -> Position {
        self.positions.get(account, symbol).copied().unwrap_or_default()
    }

    /// A symbol's trading day.
    #[must_use]
    pub fn session(&self, symbol: SymbolId) -> Option<Session> {
        self.symbols.get(symbol as usize).map(|symbol| symbol.session)
    }

    /// A symbol's newest `limit` candles that start within `from..to`, oldest first. Intervals of
    /// whole minutes reach back weeks, others hours.
    ///
    /// # Panics
    /// When the interval is 0.
    #[must_use]
    pub fn candles(
        &self,
        symbol: SymbolId,
        interval: Nanoseconds,
        from: Nanoseconds,
        to: Nanoseconds,
        limit: usize,
    ) -> Vec<Candle> {
        let symbol = self.symbols.get(symbol as usize);
        symbol.map_or_else(Vec::new, |symbol| symbol.candles.between(interval, from, to, limit))
    }

    /// From now on keeps updates of these accounts' orders, and of no others.
    pub fn watch(&mut self, accounts: impl IntoIterator<Item = AccountId>) {
        self.updates.watch(accounts);
    }

    /// Takes the updates that wait; true when some were dropped for lack of room.
    pub fn take_updates(&mut self) -> (Vec<OrderUpdate>, bool) {
        self.updates.take()
    }
}
