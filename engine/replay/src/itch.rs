use crate::listings::Listings;
use crate::venue::{Outcome, Venue};
use openoutcry_machine::Machine;
use openoutcry_wire::itch::{Body, Header, NotItch, Splitter, Stock};
use openoutcry_wire::{OrderId, Price, Quantity, Side, SymbolId};
use std::collections::HashMap;

/// An order that stands in the recorded book.
#[derive(Clone, Copy, Debug)]
struct Standing {
    order: OrderId,
    symbol: SymbolId,
    side: Side,
    price: Price,
    /// What is left of it there.
    leaves: Quantity,
    /// What our order's total quantity is.
    total: Quantity,
}

/// Drives ITCH 5.0 through a machine: an add becomes a limit order, an execution an
/// immediate-or-cancel order of the other side at its price and quantity, a reduction a replace
/// downwards, which keeps its place, and a replace a cancel and a new order, which does not.
///
/// How the file is cut into pieces makes no difference to the outcome.
#[derive(Debug)]
pub struct ItchReplay {
    splitter: Splitter,
    flow: Flow,
    failed: Option<NotItch>,
}

#[derive(Debug)]
struct Flow {
    venue: Venue,
    listings: Listings,
    standing: HashMap<u64, Standing>,
    unknown: u64,
}

impl ItchReplay {
    /// Of one stock, or of all.
    #[must_use]
    pub fn new(stock: Option<Stock>) -> Self {
        let flow = Flow {
            venue: Venue::new(),
            listings: Listings::new(stock),
            standing: HashMap::new(),
            unknown: 0,
        };
        Self { splitter: Splitter::default(), flow, failed: None }
    }

    /// Takes the next bytes of the file; the messages read so far.
    ///
    /// # Errors
    /// At the first message that is no ITCH; what came before it is applied, and nothing more is
    /// taken.
    pub fn feed(&mut self, data: &[u8]) -> Result<u64, NotItch> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        let flow = &mut self.flow;
        let fed = self.splitter.feed(data, |header, body| flow.take(header, body));
        self.failed = fed.err();
        self.failed.clone().map_or_else(|| Ok(self.splitter.messages()), Err)
    }

    /// The file ended.
    ///
    /// # Errors
    /// When it ended inside a message, or `feed` failed.
    pub fn finish(&mut self) -> Result<Outcome, NotItch> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.splitter.finish()?;
        self.flow.venue.apply();
        Ok(self.flow.venue.outcome(self.splitter.messages(), self.flow.unknown))
    }

    /// The stocks seen, in the order of their listing.
    #[must_use]
    pub fn stocks(&self) -> &[Stock] {
        self.flow.listings.listed()
    }

    /// The symbol that a stock became; `None` when no order of it was seen.
    #[must_use]
    pub fn symbol(&self, stock: Stock) -> Option<SymbolId> {
        let place = self.stocks().iter().position(|listed| *listed == stock)?;
        SymbolId::try_from(place).ok()
    }

    /// The machine as of the last batch applied; of everything once finished.
    #[must_use]
    pub const fn machine(&self) -> &Machine {
        self.flow.venue.machine()
    }
}

impl Flow {
    fn take(&mut self, header: Header, body: Body) {
        self.venue.at(header.time);
        match body {
            Body::Directory { stock } | Body::Add { stock, .. } => {
                self.listings.name(header.locate, stock);
            }
            _ => {}
        }
        if !self.listings.wants(header.locate) {
            return;
        }
        match body {
            Body::Add { reference, side, shares, stock, price } => {
                let symbol = self.symbol(header.locate, stock, price);
                self.add(reference, symbol, side, shares, price);
            }
            Body::Executed { reference, shares } => self.execute(reference, shares, None),
            Body::ExecutedAt { reference, shares, price } => {
                self.execute(reference, shares, Some(price));
            }
            Body::Reduced { reference, shares } => self.reduce(reference, shares),
            Body::Deleted { reference } => {
                if let Some(standing) = self.remove(reference) {
                    self.venue.cancel(standing.order);
                }
            }
            Body::Replaced { reference, new_reference, shares, price } => {
                if let Some(standing) = self.remove(reference) {
                    self.venue.cancel(standing.order);
                    self.add(new_reference, standing.symbol, standing.side, shares, price);
                }
            }
            Body::Directory { .. } | Body::Other => {}
        }
    }

    /// The symbol of a locate, listed when its first order comes: at that order's price, in whole
    /// cents from a dollar on, as a close would be.
    fn symbol(&mut self, locate: u16, stock: Stock, price: Price) -> SymbolId {
        if let Some(symbol) = self.listings.symbol(locate) {
            return symbol;
        }
        let step = if price.0 < 10_000 { 1 } else { 100 };
        let ticker = self.listings.ticker(locate, stock);
        let symbol = self.venue.list(ticker, Price(price.0 - price.0 % step));
        self.listings.list(locate, symbol, stock);
        symbol
    }

    fn add(
        &mut self,
        reference: u64,
        symbol: SymbolId,
        side: Side,
        shares: Quantity,
        price: Price,
    ) {
        let order = self.venue.make(symbol, side, shares, price);
        let standing = Standing { order, symbol, side, price, leaves: shares, total: shares };
        self.standing.insert(reference, standing);
    }

    fn execute(&mut self, reference: u64, shares: Quantity, price: Option<Price>) {
        let Some(standing) = self.standing.get_mut(&reference) else {
            self.unknown += 1;
            return;
        };
        standing.leaves = standing.leaves.saturating_sub(shares);
        let Standing { symbol, side, leaves, .. } = *standing;
        let price = price.unwrap_or(standing.price);
        if leaves == 0 {
            self.standing.remove(&reference);
        }
        let other = if side.is_buy() { Side::Sell } else { Side::Buy };
        self.venue.take(symbol, other, shares, price);
    }

    fn reduce(&mut self, reference: u64, shares: Quantity) {
        let Some(standing) = self.standing.get_mut(&reference) else {
            self.unknown += 1;
            return;
        };
        if shares < standing.leaves {
            standing.leaves -= shares;
            standing.total -= shares;
            self.venue.reduce(standing.order, standing.total);
        } else {
            let order = standing.order;
            self.standing.remove(&reference);
            self.venue.cancel(order);
        }
    }

    fn remove(&mut self, reference: u64) -> Option<Standing> {
        let standing = self.standing.remove(&reference);
        self.unknown += u64::from(standing.is_none());
        standing
    }
}
