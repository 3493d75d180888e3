//! The state hash: two machines with the same one will do the same for ever.

use crate::listing::Listing;
use crate::machine::Machine;
use crate::names::Names;
use blake3::Hasher;
use openoutcry_book::Book;

impl Machine {
    /// BLAKE3 of everything that decides what the machine does next, in an order that depends on
    /// nothing but the state: not on slots, pools or how it came about.
    #[must_use]
    pub fn state_hash(&self) -> [u8; 32] {
        let mut hash = Hasher::new();
        for number in
            [self.sequence, self.time, self.last_order, self.last_trade, self.last_transfer]
        {
            hash.update(&number.to_le_bytes());
        }
        hash.update(&self.rules.to_le_bytes());
        self.hash_accounts(&mut hash);
        for listing in &self.listings {
            self.hash_listing(listing, &mut hash);
        }
        for (order, particulars) in self.specials.iter() {
            hash.update(&order.to_le_bytes());
            hash.update(&particulars.expires_at.to_le_bytes());
        }
        hash_names(&self.order_names, &mut hash);
        hash_names(&self.references, &mut hash);
        self.hash_sessions(&mut hash);
        *hash.finalize().as_bytes()
    }

    fn hash_accounts(&self, hash: &mut Hasher) {
        hash.update(&self.ledger.outside().cash.0.to_le_bytes());
        let last = u32::try_from(self.ledger.len()).expect("accounts fit 32 bits");
        for id in 0..=last {
            if let Some(account) = self.ledger.account(id) {
                let money = [account.cash, account.held, account.maximum_order_value];
                for money in money {
                    hash.update(&money.0.to_le_bytes());
                }
                let numbers = [
                    account.owner,
                    account.group,
                    account.maximum_open_orders,
                    account.open_orders,
                ];
                for number in numbers {
                    hash.update(&number.to_le_bytes());
                }
                hash.update(&[account.kind as u8, account.status as u8]);
            }
            for position in self.positions(id) {
                hash.update(&position.symbol.to_le_bytes());
                hash.update(&position.shares.to_le_bytes());
                hash.update(&position.held.to_le_bytes());
            }
            // The chain decides in which order a mass cancel cancels.
            if let Some(account) = self.ledger.account(id) {
                for slot in self.chain(account.first_order) {
                    hash.update(&self.arena.orders.get(slot).id.to_le_bytes());
                }
            }
        }
    }

    fn hash_listing(&self, listing: &Listing, hash: &mut Hasher) {
        hash.update(&listing.ticker);
        let collars = listing.collars;
        let numbers = [
            listing.previous_close.0,
            listing.tick,
            listing.maximum_quantity,
            collars.sweep,
            collars.limit,
            u32::from(listing.halted),
            listing.halt_cause,
        ];
        for number in numbers {
            hash.update(&number.to_le_bytes());
        }
        hash.update(&listing.last.map_or(-1, |last| last.0).to_le_bytes());
        self.hash_book(&listing.book, hash);
        for id in listing.stops.iter() {
            let slot = self.index.get(id).expect("a waiting stop is open");
            let terms = listing.stops.terms(id);
            self.hash_order(slot, hash);
            hash.update(&terms.limit.0.to_le_bytes());
            hash.update(&[terms.order_type as u8]);
        }
    }

    fn hash_book(&self, book: &Book, hash: &mut Hasher) {
        for ladder in [book.side(true), book.side(false)] {
            for slot in ladder.queue(&self.arena) {
                self.hash_order(slot, hash);
            }
        }
    }

    fn hash_order(&self, slot: u32, hash: &mut Hasher) {
        let order = self.arena.orders.get(slot);
        let tail = self.arena.orders.tail(slot);
        hash.update(&order.id.to_le_bytes());
        let numbers = [order.account, order.price.0, order.leaves, tail.quantity, tail.version];
        for number in numbers {
            hash.update(&number.to_le_bytes());
        }
        hash.update(&[order.flags.bits(), order.special.bits()]);
    }

    fn hash_sessions(&self, hash: &mut Hasher) {
        for (id, session) in &self.sessions.all {
            hash.update(&id.to_le_bytes());
            hash.update(&session.last.to_le_bytes());
            for answer in &session.answers {
                hash.update(&[answer.kind]);
                hash.update(&answer.reason.to_le_bytes());
                hash.update(&answer.account.to_le_bytes());
                hash.update(&answer.made.to_le_bytes());
            }
        }
    }
}

fn hash_names(names: &Names, hash: &mut Hasher) {
    for (key, first) in names.iter() {
        hash.update(&key.to_le_bytes());
        hash.update(&first.made.to_le_bytes());
        hash.update(&first.content.to_le_bytes());
    }
    for key in names.recent() {
        hash.update(&key.to_le_bytes());
    }
}
