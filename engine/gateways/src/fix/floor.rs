//! What all sessions share: the orders, the commands on their way, the symbols.

use crate::fix::order::Order;
use crate::inbox::Inbox;
use openoutcry_fix::Body;
use openoutcry_sequencer::{Refusal, Sequencer};
use openoutcry_wire::{AccountId, OrderId, SymbolId, Unit, command};
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// A symbol number that no venue lists: orders for others are refused, and kept, under it.
pub(crate) const UNLISTED: SymbolId = u32::MAX - 1;

/// Ids of done orders that are known.
const DONE: usize = 65_536;

/// A seat, and an id of its client's.
type Named = (usize, Box<[u8]>);

/// How the machine's reasons leave: `OrdRejReason` 103, `CxlRejReason` 102, and words.
#[derive(Clone, Debug)]
pub struct Codes {
    pub order: u32,
    pub cancel: u32,
    pub text: String,
}

/// What waits for an answer of the machine.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) ticket: u64,
    pub(crate) seat: usize,
    pub(crate) what: Asked,
}

#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// A new order; `again` when the client says that it may have sent it before.
    New {
        id: Box<[u8]>,
        again: bool,
    },
    Cancel {
        id: Box<[u8]>,
        original: Box<[u8]>,
        order: OrderId,
    },
    Replace {
        id: Box<[u8]>,
        original: Box<[u8]>,
        order: OrderId,
    },
    /// A mass cancel, as the request's number of tag 530 asked.
    CancelAll {
        id: Box<[u8]>,
        kind: u8,
    },
    /// The orders of a session that is gone.
    Disconnect,
}

#[derive(Debug)]
pub(crate) struct Floor {
    pub(crate) engine: Arc<Sequencer>,
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) codes: HashMap<u16, Codes>,
    pub(crate) orders: HashMap<OrderId, Order>,
    /// Orders by seat and the ids that their client gave them: open ones, and the latest done.
    names: HashMap<Named, (AccountId, OrderId)>,
    done: VecDeque<Named>,
    pub(crate) pending: VecDeque<Pending>,
    pub(crate) copies: HashMap<AccountId, Vec<usize>>,
    tickers: Vec<Box<[u8]>>,
    symbols: HashMap<Box<[u8]>, SymbolId>,
    /// Commands of the buffer that is being read, and what each is.
    pub(crate) commands: Vec<Unit>,
    pub(crate) asked: Vec<(usize, Asked)>,
    /// Messages for the venue's own code: the seat, and the whole message.
    pub(crate) others: Vec<Vec<u8>>,
    pub(crate) body: Body,
}

impl Floor {
    pub(crate) fn new(
        engine: Arc<Sequencer>,
        inbox: Arc<Inbox>,
        codes: HashMap<u16, Codes>,
    ) -> Self {
        Self {
            engine,
            inbox,
            codes,
            orders: HashMap::new(),
            names: HashMap::new(),
            done: VecDeque::new(),
            pending: VecDeque::new(),
            copies: HashMap::new(),
            tickers: Vec::new(),
            symbols: HashMap::new(),
            commands: Vec::new(),
            asked: Vec::new(),
            others: Vec::new(),
            body: Body::default(),
        }
    }

    /// The number of a ticker, looked up in the machine where it is new to us.
    pub(crate) fn symbol(&mut self, ticker: &[u8]) -> Option<SymbolId> {
        if let Some(symbol) = self.symbols.get(ticker) {
            return Some(*symbol);
        }
        self.refresh();
        self.symbols.get(ticker).copied()
    }

    pub(crate) fn ticker(&self, symbol: SymbolId) -> &[u8] {
        self.tickers.get(symbol as usize).map_or(b"-", |ticker| ticker)
    }

    pub(crate) fn refresh(&mut self) {
        let known = self.tickers.len();
        let listed = self.engine.read(|state| {
            let count = state.machine.symbol_count();
            let new = (known..count).filter_map(|number| {
                let number = SymbolId::try_from(number).ok()?;
                state.machine.symbol(number).map(|symbol| symbol.ticker)
            });
            new.collect::<Vec<_>>()
        });
        for ticker in listed.unwrap_or_default() {
            let ticker: Box<[u8]> = ticker.trim_ascii_end().into();
            let number = SymbolId::try_from(self.tickers.len()).expect("symbols are few");
            self.symbols.insert(ticker.clone(), number);
            self.tickers.push(ticker);
        }
    }

    pub(crate) fn code(&self, reason: u16) -> (u32, u32, &str) {
        let codes = self.codes.get(&reason);
        codes.map_or((99, 99, ""), |codes| (codes.order, codes.cancel, &codes.text))
    }

    /// Adds a command of a seat to those that are submitted together.
    pub(crate) fn ask<T: bytemuck::Pod>(
        &mut self,
        seat: usize,
        command: T,
        name: Option<&openoutcry_wire::Name>,
        asked: Asked,
    ) {
        let at = self.commands.len();
        command::encode(&command, name, &mut self.commands);
        let flags = command::Header::FOLLOWED.to_le_bytes();
        self.commands[at].0[2..4].copy_from_slice(&flags);
        self.asked.push((seat, asked));
    }

    /// Submits what was added; gives it back when the venue takes nothing.
    pub(crate) fn submit(&mut self) -> Result<(), (Refusal, Vec<(usize, Asked)>)> {
        if self.asked.is_empty() {
            return Ok(());
        }
        let asked = std::mem::take(&mut self.asked);
        let submitted = self.engine.submit(&self.commands);
        self.commands.clear();
        let first = match submitted {
            Ok(ticket) => ticket,
            Err(refusal) => return Err((refusal, asked)),
        };
        for (ticket, (seat, what)) in (first..).zip(asked) {
            self.pending.push_back(Pending { ticket, seat, what });
        }
        Ok(())
    }

    /// Remembers an open order.
    pub(crate) fn track(&mut self, order: Order) {
        self.name(&order);
        self.orders.insert(order.order, order);
    }

    /// Remembers the id that an order's client gave it last.
    pub(crate) fn name(&mut self, order: &Order) {
        if let Some(seat) = order.seat {
            self.names.insert((seat, order.id.clone()), (order.account, order.order));
        }
    }

    /// The order that a session's client knows by an id.
    pub(crate) fn named(&self, seat: usize, id: &[u8]) -> Option<(AccountId, OrderId)> {
        self.names.get(&(seat, id.into())).copied()
    }

    /// Forgets an order that is done; its last id is known for a while.
    pub(crate) fn forget(&mut self, order: OrderId) {
        let Some(order) = self.orders.remove(&order) else { return };
        let Some(seat) = order.seat else { return };
        self.done.push_back((seat, order.id));
        if self.done.len() > DONE
            && let Some(oldest) = self.done.pop_front()
        {
            self.names.remove(&oldest);
        }
    }
}
