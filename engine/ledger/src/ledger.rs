//! Movements between accounts, each in two halves that cancel.

use crate::account::NONE;
use crate::position::Positions;
use crate::{Account, Position};
use openoutcry_canonical::{Canonical, Corrupt, Layout, Reader, Writer};
use openoutcry_wire::{AccountId, AccountKind, Money, OUTSIDE, Quantity, SymbolId};

/// All accounts and positions. Account 0 is the outside world, which may owe without end.
#[derive(Debug)]
pub struct Ledger {
    accounts: Vec<Account>,
    positions: Positions,
}

/// What one match moves.
#[derive(Clone, Copy, Debug)]
pub struct Exchange {
    pub buyer: AccountId,
    pub seller: AccountId,
    /// Whether the buyer's is the order that rested.
    pub maker_buys: bool,
    pub symbol: SymbolId,
    pub quantity: Quantity,
    pub value: Money,
}

impl Default for Ledger {
    fn default() -> Self {
        Self::with_room(0)
    }
}

impl Ledger {
    /// An empty ledger with memory for so many positions.
    #[must_use]
    pub fn with_room(positions: usize) -> Self {
        Self {
            accounts: vec![Account::new(0, 0, AccountKind::Cash)],
            positions: Positions::with_room(positions),
        }
    }

    /// Opens the next account and gives its number, from 1 upwards.
    pub fn open(&mut self, owner: u32, group: u32, kind: AccountKind) -> AccountId {
        self.accounts.push(Account::new(owner, group, kind));
        AccountId::try_from(self.accounts.len() - 1).expect("accounts fit 32 bits")
    }

    /// The number of accounts, the outside not counted.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.accounts.len() - 1
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An account of the venue; the outside is none.
    #[inline]
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        if id == OUTSIDE { None } else { self.accounts.get(id as usize) }
    }

    /// The outside account, whose balances mirror all others.
    #[must_use]
    pub fn outside(&self) -> &Account {
        &self.accounts[0]
    }

    /// # Panics
    /// When there is no such account.
    #[inline]
    pub fn account_mut(&mut self, id: AccountId) -> &mut Account {
        &mut self.accounts[id as usize]
    }

    /// Shares of a symbol that back no order.
    #[inline]
    #[must_use]
    pub fn available_shares(&self, account: AccountId, symbol: SymbolId) -> i64 {
        self.position(account, symbol).map_or(0, Position::available)
    }

    /// Reads where the look-up of a position will begin, so that it need not wait; the figure
    /// means nothing.
    #[inline]
    #[must_use]
    pub fn first_look(&self, account: AccountId, symbol: SymbolId) -> u32 {
        self.positions.first_look(account, symbol).account
    }

    /// The number of positions, the outside's too.
    #[must_use]
    pub const fn position_count(&self) -> usize {
        self.positions.len()
    }

    #[inline]
    fn position(&self, account: AccountId, symbol: SymbolId) -> Option<&Position> {
        self.positions.find(account, symbol).map(|place| self.positions.get(place))
    }

    /// Where an account keeps its shares of a symbol, if it ever had any: good until another
    /// position is made.
    #[inline]
    #[must_use]
    pub fn place(&self, account: AccountId, symbol: SymbolId) -> Option<u32> {
        self.positions.find(account, symbol)
    }

    /// The position at a place that [`Ledger::place`] gave.
    #[inline]
    #[must_use]
    pub fn position_at(&self, place: u32) -> &Position {
        self.positions.get(place)
    }

    /// Sets shares aside for an order, at a place that [`Ledger::place`] gave.
    ///
    /// # Panics
    /// When fewer than `quantity` are available.
    #[inline]
    pub fn hold_at(&mut self, place: u32, quantity: Quantity) {
        let position = self.positions.get_mut(place);
        assert!(i64::from(quantity) <= position.available(), "held shares are available");
        position.held += i64::from(quantity);
    }

    /// All shares of a symbol in an account.
    #[must_use]
    pub fn shares(&self, account: AccountId, symbol: SymbolId) -> i64 {
        self.position(account, symbol).map_or(0, |position| position.shares)
    }

    /// An account's positions, in no order that means anything.
    pub fn positions(&self, account: AccountId) -> impl Iterator<Item = &Position> {
        let first = self.accounts.get(account as usize).map_or(NONE, |a| a.first_position);
        let get = |slot: u32| (slot != NONE).then(|| self.positions.get(slot));
        std::iter::successors(get(first), move |position| get(position.next))
    }

    /// Every position of every account, the outside too, in no order that means anything.
    pub fn all_positions(&self) -> impl Iterator<Item = &Position> {
        self.positions.all()
    }

    /// Sets cash aside for an order.
    ///
    /// # Panics
    /// When less than `amount` is available.
    #[inline]
    pub fn hold_cash(&mut self, account: AccountId, amount: Money) {
        let account = &mut self.accounts[account as usize];
        assert!(amount.0 >= 0 && amount <= account.available(), "held cash is available");
        account.held.0 += amount.0;
    }

    /// Takes cash back that an order no longer needs.
    ///
    /// # Panics
    /// When less than `amount` is held.
    #[inline]
    pub fn release_cash(&mut self, account: AccountId, amount: Money) {
        let account = &mut self.accounts[account as usize];
        assert!(amount.0 >= 0 && amount <= account.held, "released cash was held");
        account.held.0 -= amount.0;
    }

    /// Sets shares aside for an order.
    ///
    /// # Panics
    /// When fewer than `quantity` are available.
    #[inline]
    pub fn hold_shares(&mut self, account: AccountId, symbol: SymbolId, quantity: Quantity) {
        let position = self.position_mut(account, symbol);
        assert!(i64::from(quantity) <= position.available(), "held shares are available");
        position.held += i64::from(quantity);
    }

    /// Takes shares back that an order no longer needs.
    ///
    /// # Panics
    /// When fewer than `quantity` are held.
    #[inline]
    pub fn release_shares(&mut self, account: AccountId, symbol: SymbolId, quantity: Quantity) {
        let position = self.position_mut(account, symbol);
        assert!(i64::from(quantity) <= position.held, "released shares were held");
        position.held -= i64::from(quantity);
    }

    /// Moves cash that backs no order from one account to another.
    ///
    /// # Panics
    /// When a venue's account has less than `amount` available, or a balance leaves 64 bits.
    #[inline]
    pub fn move_cash(&mut self, from: AccountId, to: AccountId, amount: Money) {
        let source = &mut self.accounts[from as usize];
        assert!(from == OUTSIDE || amount <= source.available(), "moved cash is available");
        source.cash.0 = source.cash.0.checked_sub(amount.0).expect("cash fits 64 bits");
        let target = &mut self.accounts[to as usize];
        target.cash.0 = target.cash.0.checked_add(amount.0).expect("cash fits 64 bits");
    }

    /// Moves shares that back no order from one account to another.
    ///
    /// # Panics
    /// When a venue's account has fewer than `quantity` available, or a balance leaves 64 bits.
    #[inline]
    pub fn move_shares(&mut self, from: AccountId, to: AccountId, symbol: SymbolId, quantity: i64) {
        let source = self.position_mut(from, symbol);
        assert!(from == OUTSIDE || quantity <= source.available(), "moved shares are available");
        source.shares = source.shares.checked_sub(quantity).expect("shares fit 64 bits");
        let target = self.position_mut(to, symbol);
        target.shares = target.shares.checked_add(quantity).expect("shares fit 64 bits");
    }

    /// Carries a match out: `value` goes from buyer to seller and `quantity` shares go the other
    /// way. The maker gives what its order holds for this, the taker what backs no order.
    ///
    /// # Panics
    /// When the maker holds too little, the taker has too little available, or a balance leaves
    /// 64 bits.
    #[inline]
    pub fn exchange(&mut self, trade: &Exchange) {
        let Exchange { buyer, seller, maker_buys, symbol, quantity, value } = *trade;
        let quantity = i64::from(quantity);
        let source = &mut self.accounts[buyer as usize];
        if maker_buys {
            assert!(value <= source.held, "a resting buy order holds its price");
            source.held.0 -= value.0;
        } else {
            assert!(value <= source.available(), "a buyer can pay");
        }
        source.cash.0 -= value.0;
        self.accounts[seller as usize].cash.0 += value.0;
        let source = self.position_mut(seller, symbol);
        if maker_buys {
            assert!(quantity <= source.available(), "a seller has the shares");
        } else {
            assert!(quantity <= source.held, "a resting sell order holds its shares");
            source.held -= quantity;
        }
        source.shares -= quantity;
        self.position_mut(buyer, symbol).shares += quantity;
    }

    /// A position, made when it is not there yet.
    #[inline]
    fn position_mut(&mut self, account: AccountId, symbol: SymbolId) -> &mut Position {
        let place = match self.positions.find(account, symbol) {
            Some(place) => place,
            None => self.add_position(account, symbol),
        };
        self.positions.get_mut(place)
    }

    #[cold]
    fn add_position(&mut self, account: AccountId, symbol: SymbolId) -> u32 {
        let accounts = &mut self.accounts;
        if self.positions.is_full() {
            self.positions.grow();
            self.positions.chain(accounts);
        }
        let place = self.positions.insert(account, symbol);
        let first = &mut accounts[account as usize].first_position;
        self.positions.get_mut(place).next = std::mem::replace(first, place);
        place
    }
}

impl Canonical for Ledger {
    fn write(&self, to: &mut Writer<'_>) {
        let Self { accounts, positions } = self;
        accounts.write(to);
        positions.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let mut accounts = Vec::<Account>::read(from)?;
        let mut positions = Positions::read(from)?;
        let known = |position: &Position| (position.account as usize) < accounts.len();
        if accounts.is_empty() || !positions.all().all(known) {
            return Err(Corrupt);
        }
        positions.chain(&mut accounts);
        Ok(Self { accounts, positions })
    }

    fn layout(layout: &mut Layout) {
        layout.begin("Ledger");
        layout.field("accounts", |of: &Self| &of.accounts);
        layout.field("positions", |of: &Self| &of.positions);
        layout.end();
    }
}
