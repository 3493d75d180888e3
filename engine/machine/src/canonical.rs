//! The whole state of the machine as bytes, and their digest, the state hash: two machines with the
//! same one will do the same for ever. Pools, slots and how the state came about leave no trace.
//!
//! Every part writes itself (see `openoutcry_canonical` for how to add one). Here is what belongs
//! to several parts: an open order is written with its account's chain, which holds all of them,
//! wherever they stand; the queues of the books are lists of order numbers behind that.

use crate::listing::Listing;
use crate::machine::Machine;
use crate::open;
use openoutcry_book::{Arena, Order, OrderIndex, Tail};
use openoutcry_canonical::{Canonical, Corrupt, Layout, Reader, Writer};
use openoutcry_ledger::Ledger;
use openoutcry_wire::OrderId;

impl Machine {
    /// BLAKE3 of everything that decides what the machine does next.
    #[must_use]
    pub fn state_hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        self.write(&mut Writer::new(&mut |bytes| {
            hasher.update(bytes);
        }));
        *hasher.finalize().as_bytes()
    }

    /// The open orders of all accounts, each account's in the order of its chain: that is the order
    /// in which a mass cancel cancels.
    fn write_orders(&self, to: &mut Writer<'_>) {
        self.open_orders().write(to);
        for id in 0..=u32::try_from(self.ledger.len()).expect("accounts fit 32 bits") {
            let Some(account) = self.ledger.account(id) else { continue };
            for slot in self.chain(account.first_order) {
                self.arena.orders.get(slot).write(to);
                self.arena.orders.tail(slot).write(to);
            }
        }
    }

    /// The queues of every book, bids and then offers, as order numbers from the best outwards.
    fn write_queues(&self, to: &mut Writer<'_>) {
        for listing in &self.listings {
            for buy in [true, false] {
                let queue = listing.book.side(buy).queue(&self.arena);
                let orders: Vec<OrderId> =
                    queue.map(|slot| self.arena.orders.get(slot).id).collect();
                orders.write(to);
            }
        }
    }
}

fn read_orders(
    from: &mut Reader<'_>,
    last: OrderId,
    (arena, ledger, index): (&mut Arena, &mut Ledger, &mut OrderIndex),
) -> Result<(), Corrupt> {
    for count in 0..usize::read(from)? {
        if count % 4096 == 0 {
            from.pause();
        }
        let order = Order::read(from)?;
        let Tail { quantity, version, account_next: _, account_previous: _ } = Tail::read(from)?;
        let fits = order.id != 0 && order.id <= last && index.get(order.id).is_none();
        if !fits || ledger.account(order.account).is_none() {
            return Err(Corrupt);
        }
        open::open(arena, ledger, index, order, (quantity, version));
    }
    Ok(())
}

fn read_queues(
    from: &mut Reader<'_>,
    listings: &mut [Listing],
    arena: &mut Arena,
    index: &OrderIndex,
) -> Result<(), Corrupt> {
    for listing in listings {
        listing.reference_moved();
        for buy in [true, false] {
            for order in Vec::<OrderId>::read(from)? {
                let slot = index.get(order).ok_or(Corrupt)?;
                if arena.orders.get(slot).flags.is_buy() != buy {
                    return Err(Corrupt);
                }
                listing.book.rest(arena, slot);
            }
        }
    }
    Ok(())
}

impl Canonical for Machine {
    fn write(&self, to: &mut Writer<'_>) {
        let Self {
            time,
            sequence,
            rules,
            last_order,
            last_trade,
            last_transfer,
            ledger,
            arena: _,
            index: _,
            listings,
            specials,
            order_names,
            references,
            sessions,
        } = self;
        (*time, *sequence, *rules).write(to);
        (*last_order, *last_trade, *last_transfer).write(to);
        ledger.write(to);
        listings.write(to);
        self.write_orders(to);
        self.write_queues(to);
        specials.write(to);
        order_names.write(to);
        references.write(to);
        sessions.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (time, sequence, rules) = Canonical::read(from)?;
        let (last_order, last_trade, last_transfer) = Canonical::read(from)?;
        let mut ledger = Ledger::read(from)?;
        let mut listings = Vec::<Listing>::read(from)?;
        let (mut arena, mut index) = (Arena::default(), OrderIndex::default());
        read_orders(from, last_order, (&mut arena, &mut ledger, &mut index))?;
        read_queues(from, &mut listings, &mut arena, &index)?;
        Ok(Self {
            time,
            sequence,
            rules,
            last_order,
            last_trade,
            last_transfer,
            ledger,
            arena,
            index,
            listings,
            specials: Canonical::read(from)?,
            order_names: Canonical::read(from)?,
            references: Canonical::read(from)?,
            sessions: Canonical::read(from)?,
        })
    }

    fn layout(layout: &mut Layout) {
        layout.begin("Machine");
        layout.field("time", |of: &Self| &of.time);
        layout.field("sequence", |of: &Self| &of.sequence);
        layout.field("rules", |of: &Self| &of.rules);
        layout.field("last_order", |of: &Self| &of.last_order);
        layout.field("last_trade", |of: &Self| &of.last_trade);
        layout.field("last_transfer", |of: &Self| &of.last_transfer);
        layout.field("ledger", |of: &Self| &of.ledger);
        layout.field("listings", |of: &Self| &of.listings);
        layout.word("orders");
        Order::layout(layout);
        Tail::layout(layout);
        layout.word("queues");
        layout.field("specials", |of: &Self| &of.specials);
        layout.field("order_names", |of: &Self| &of.order_names);
        layout.field("references", |of: &Self| &of.references);
        layout.field("sessions", |of: &Self| &of.sessions);
        layout.end();
    }
}
