//! Shares of one symbol in one account: half a cache line.

use crate::account::NONE;
use hashbrown::HashTable;
use openoutcry_wire::{AccountId, SymbolId};

/// Shares an account has, and how many of them back open sell orders.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Position {
    pub shares: i64,
    pub held: i64,
    pub account: AccountId,
    pub symbol: SymbolId,
    pub(crate) next: u32,
    reserved: u32,
}

const _: () = assert!(size_of::<Position>() == 32);

impl Position {
    /// Shares that back no order.
    #[inline]
    #[must_use]
    pub const fn available(&self) -> i64 {
        self.shares - self.held
    }
}

/// All positions in a flat pool, found by account and symbol; only looked up, never walked.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    pool: Vec<Position>,
    table: HashTable<u32>,
}

impl Positions {
    #[inline]
    pub(crate) fn find(&self, account: AccountId, symbol: SymbolId) -> Option<u32> {
        let is_it = |&slot: &u32| {
            let position = &self.pool[slot as usize];
            position.account == account && position.symbol == symbol
        };
        self.table.find(hash(account, symbol), is_it).copied()
    }

    /// Adds an empty position that is not there yet, in front of `next` in the account's chain.
    pub(crate) fn insert(&mut self, account: AccountId, symbol: SymbolId, next: u32) -> u32 {
        let slot = u32::try_from(self.pool.len())
            .ok()
            .filter(|&slot| slot != NONE)
            .expect("positions fit 32 bits");
        self.pool.push(Position { shares: 0, held: 0, account, symbol, next, reserved: 0 });
        let pool = &self.pool;
        self.table.insert_unique(hash(account, symbol), slot, |&slot| {
            let position = &pool[slot as usize];
            hash(position.account, position.symbol)
        });
        slot
    }

    #[inline]
    pub(crate) fn get(&self, slot: u32) -> &Position {
        &self.pool[slot as usize]
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, slot: u32) -> &mut Position {
        &mut self.pool[slot as usize]
    }

    pub(crate) fn all(&self) -> &[Position] {
        &self.pool
    }
}

/// Mixes the two dense numbers over all 64 bits (the finaliser of `SplitMix64`). Both are given by
/// the machine, so nobody outside can choose colliding ones at will.
#[inline]
fn hash(account: AccountId, symbol: SymbolId) -> u64 {
    let mut mixed = u64::from(account) << 32 | u64::from(symbol);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}
