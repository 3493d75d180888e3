//! Shares of one symbol in one account: half a cache line, found by one look.

use crate::Account;
use crate::account::NONE;
use openoutcry_canonical::{Canonical, Corrupt, Layout, Reader, Writer, canonical};
use openoutcry_wire::{AccountId, SymbolId};

/// Shares an account has, and how many of them back open sell orders.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(32))]
pub struct Position {
    pub shares: i64,
    pub held: i64,
    pub account: AccountId,
    pub symbol: SymbolId,
    pub(crate) next: u32,
    reserved: u32,
}

canonical!(Position { shares, held, account, symbol } derived { next = NONE, reserved = 0 });

const _: () = assert!(size_of::<Position>() == 32);

impl Position {
    /// What a free place of the table holds: no account has this number.
    const FREE: Self =
        Self { shares: 0, held: 0, account: AccountId::MAX, symbol: 0, next: NONE, reserved: 0 };

    /// Shares that back no order.
    #[inline]
    #[must_use]
    pub const fn available(&self) -> i64 {
        self.shares - self.held
    }

    const fn is_free(&self) -> bool {
        self.account == AccountId::MAX
    }
}

/// All positions, in an open-addressed table that holds them in place: a look-up is one cache
/// miss, and the next place is in the same line as often as not. Positions are never removed.
#[derive(Debug)]
pub(crate) struct Positions {
    places: Vec<Position>,
    used: usize,
}

impl Positions {
    /// A table that takes so many positions before it grows.
    pub(crate) fn with_room(positions: usize) -> Self {
        let places = (positions * 2).next_power_of_two().max(1 << 10);
        Self { places: vec![Position::FREE; places], used: 0 }
    }

    /// The place of a position, or where to put it.
    #[inline(always)]
    fn place(&self, account: AccountId, symbol: SymbolId) -> usize {
        let mask = self.places.len() - 1;
        let mut place = hash(account, symbol) & mask;
        loop {
            let position = &self.places[place];
            if position.is_free() || (position.account == account && position.symbol == symbol) {
                return place;
            }
            place = (place + 1) & mask;
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.used
    }

    /// Where a look-up would begin, to be brought near before it is needed.
    #[inline]
    pub(crate) fn first_look(&self, account: AccountId, symbol: SymbolId) -> &Position {
        &self.places[hash(account, symbol) & (self.places.len() - 1)]
    }

    /// The place of a position that is there.
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "a larger table would not fit memory")]
    pub(crate) fn find(&self, account: AccountId, symbol: SymbolId) -> Option<u32> {
        let place = self.place(account, symbol);
        (!self.places[place].is_free()).then_some(place as u32)
    }

    /// Whether one more position wants a larger table: look-ups stay short below 5/8.
    pub(crate) fn is_full(&self) -> bool {
        self.used * 8 >= self.places.len() * 5
    }

    /// Doubles the table. All places change, and with them all links.
    pub(crate) fn grow(&mut self) {
        let grown = vec![Position::FREE; self.places.len() * 2];
        for position in std::mem::replace(&mut self.places, grown) {
            if !position.is_free() {
                let place = self.place(position.account, position.symbol);
                self.places[place] = position;
            }
        }
    }

    /// Adds an empty position that is not there yet; gives its place.
    pub(crate) fn insert(&mut self, account: AccountId, symbol: SymbolId) -> u32 {
        let place = self.place(account, symbol);
        self.places[place] = Position { account, symbol, ..Position::FREE };
        self.used += 1;
        u32::try_from(place).expect("positions fit 32 bits")
    }

    /// Lays the accounts' chains of positions anew.
    pub(crate) fn chain(&mut self, accounts: &mut [Account]) {
        for account in accounts.iter_mut() {
            account.first_position = NONE;
        }
        for (place, position) in self.places.iter_mut().enumerate() {
            if !position.is_free() {
                let place = u32::try_from(place).expect("positions fit 32 bits");
                let first = &mut accounts[position.account as usize].first_position;
                position.next = std::mem::replace(first, place);
            }
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, place: u32) -> &mut Position {
        &mut self.places[place as usize]
    }

    #[inline]
    pub(crate) fn get(&self, place: u32) -> &Position {
        &self.places[place as usize]
    }

    /// Every position there is.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Position> {
        self.places.iter().filter(|position| !position.is_free())
    }
}

/// The positions by account, then by symbol: their places depend on how the table grew.
impl Canonical for Positions {
    fn write(&self, to: &mut Writer<'_>) {
        let Self { places: _, used: _ } = self;
        let mut all: Vec<Position> = self.all().copied().collect();
        all.sort_unstable_by_key(|position| (position.account, position.symbol));
        all.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let all = Vec::<Position>::read(from)?;
        let mut positions = Self::with_room(all.len());
        for position in all {
            let place = positions.place(position.account, position.symbol);
            positions.places[place] = position;
            positions.used += 1;
        }
        Ok(positions)
    }

    fn layout(layout: &mut Layout) {
        Vec::<Position>::layout(layout);
    }
}

/// Spreads the two dense numbers over the low bits: each by an odd factor whose multiples lie
/// apart from one another, then the high half onto the low one. Both numbers are given by the
/// machine, so nobody outside can choose colliding ones at will.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a table uses the low bits alone")]
fn hash(account: AccountId, symbol: SymbolId) -> usize {
    let mixed = u64::from(account)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(u64::from(symbol).wrapping_mul(0xd1b5_4a32_d192_ed03));
    (mixed >> 32 ^ mixed) as usize
}
