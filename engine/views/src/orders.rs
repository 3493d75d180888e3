//! All orders that are open, and the newest of those that are done.

use crate::order::Order;
use crate::window::Window;
use openoutcry_canonical::{Canonical, Corrupt, Layout, Reader, Writer};
use openoutcry_wire::{AccountId, OrderId};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash, Hasher};

/// How many orders that outlived the window are kept once they are done.
const OUTLIVED: usize = 1 << 16;

/// Orders by their number, and by the name that their account gave them.
#[derive(Debug)]
pub(crate) struct Orders {
    window: Window<Order>,
    /// Orders older than the window: open, or done lately.
    old: BTreeMap<OrderId, Order>,
    /// The done ones among them, in the order in which they ended.
    outlived: VecDeque<OrderId>,
    /// Digests of account and name, and the newest order of that name.
    names: HashMap<u64, OrderId>,
    hasher: RandomState,
}

impl Orders {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            window: Window::new(limit),
            old: BTreeMap::new(),
            outlived: VecDeque::new(),
            names: HashMap::new(),
            hasher: RandomState::new(),
        }
    }

    /// Adds the order with the next number.
    ///
    /// # Panics
    /// When it has another number.
    pub(crate) fn push(&mut self, order: Order) {
        assert_eq!(order.order, self.window.next(), "orders are numbered without gaps");
        if let Some(name) = &order.name {
            self.names.insert(self.digest(order.account, name), order.order);
        }
        for oldest in self.window.push(order) {
            if oldest.status.is_open() {
                self.old.insert(oldest.order, oldest);
            } else {
                self.forget(&oldest);
            }
        }
    }

    pub(crate) fn get(&self, id: OrderId) -> Option<&Order> {
        self.window.get(id).or_else(|| self.old.get(&id))
    }

    /// Changes an order that is open.
    ///
    /// # Panics
    /// When there is no such order.
    pub(crate) fn change(&mut self, id: OrderId, change: impl FnOnce(&mut Order)) -> &Order {
        if self.window.get(id).is_some() {
            let order = self.window.get_mut(id).expect("looked up above");
            change(order);
            return order;
        }
        self.change_old(id, change)
    }

    #[cold]
    fn change_old(&mut self, id: OrderId, change: impl FnOnce(&mut Order)) -> &Order {
        let order = self.old.get_mut(&id).expect("an open order is kept");
        change(order);
        if !order.status.is_open() {
            self.outlived.push_back(id);
            if self.outlived.len() > OUTLIVED {
                let oldest = self.outlived.pop_front().expect("more are kept than may be");
                if let Some(oldest) = self.old.remove(&oldest) {
                    self.forget(&oldest);
                }
            }
        }
        &self.old[&id]
    }

    /// The newest order of an account with that name.
    pub(crate) fn named(&self, account: AccountId, name: &[u8]) -> Option<&Order> {
        let order = self.get(*self.names.get(&self.digest(account, name))?)?;
        (order.account == account && order.name.as_deref() == Some(name)).then_some(order)
    }

    fn forget(&mut self, order: &Order) {
        let Some(name) = &order.name else { return };
        let digest = self.digest(order.account, name);
        if self.names.get(&digest) == Some(&order.order) {
            self.names.remove(&digest);
        }
    }

    /// Keyed by chance, so that no choice of names makes the map slow. Two names with one digest
    /// would hide the older one.
    fn digest(&self, account: AccountId, name: &[u8]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        account.hash(&mut hasher);
        name.hash(&mut hasher);
        hasher.finish()
    }
}

impl Canonical for Orders {
    fn write(&self, to: &mut Writer<'_>) {
        let Self { window, old, outlived, names, hasher: _ } = self;
        window.write(to);
        old.write(to);
        outlived.write(to);
        // Their digests are keyed by chance.
        let mut named: Vec<OrderId> = names.values().copied().collect();
        named.sort_unstable();
        named.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Corrupt> {
        let (window, old, outlived) = Canonical::read(from)?;
        let named = Vec::<OrderId>::read(from)?;
        let (names, hasher) = (HashMap::with_capacity(named.len()), RandomState::new());
        let mut orders = Self { window, old, outlived, names, hasher };
        for id in named {
            let order = orders.get(id).ok_or(Corrupt)?;
            let name = order.name.as_deref().ok_or(Corrupt)?;
            let digest = orders.digest(order.account, name);
            orders.names.insert(digest, id);
        }
        Ok(orders)
    }

    fn layout(layout: &mut Layout) {
        layout.begin("Orders");
        layout.field("window", |of: &Self| &of.window);
        layout.field("old", |of: &Self| &of.old);
        layout.field("outlived", |of: &Self| &of.outlived);
        layout.word("names");
        layout.end();
    }
}
