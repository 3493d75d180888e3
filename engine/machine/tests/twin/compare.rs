//! Whether the machine holds what its twin does.

use super::Exchange;
use openoutcry_machine::{LevelState, Machine};
use openoutcry_wire::{Money, Price, Side};
use std::fmt::Debug;

impl Exchange {
    /// # Errors
    /// The first thing that the two say differently.
    pub(crate) fn same_state(&self, machine: &Machine) -> Result<(), String> {
        same("commands", machine.sequence(), self.commands)?;
        same("open orders", machine.open_orders(), self.orders.len())?;
        same("accounts", machine.account_count(), self.accounts.len() - 1)?;
        same("symbols", machine.symbol_count(), self.symbols.len())?;
        same("cash outside", i128::from(machine.outside_cash()), self.accounts[0].cash)?;
        for account in 0..=self.account_count() {
            self.same_account(machine, account)?;
        }
        for symbol in 0..self.symbol_count() {
            self.same_symbol(machine, symbol)?;
        }
        self.orders.iter().try_for_each(|order| same_order(machine, order))
    }

    fn same_account(&self, machine: &Machine, number: u32) -> Result<(), String> {
        let what = |what: &str| format!("{what} of account {number}");
        for symbol in 0..self.symbol_count() {
            let position = machine.positions(number).into_iter().find(|p| p.symbol == symbol);
            let (shares, held) = position.map_or((0, 0), |p| (p.shares.into(), p.held.into()));
            same(&what("shares"), shares, self.shares(number, symbol))?;
            same(&what("held shares"), held, self.held_shares(number, symbol))?;
        }
        let (Some(account), Some(state)) = (self.account(number), machine.account(number)) else {
            return same(&what("existence"), number == 0, self.account(number).is_none());
        };
        same(&what("cash"), i128::from(state.cash), account.cash)?;
        same(&what("held cash"), i128::from(state.held), self.held_cash(number))?;
        same(&what("open orders"), state.open_orders as usize, self.open_orders_of(number))?;
        let of_it = self.orders.iter().filter(|order| order.account == number);
        let mut orders: Vec<u64> = of_it.map(|order| order.number).collect();
        orders.sort_unstable();
        same(&what("orders"), machine.live(number), orders)
    }

    fn same_symbol(&self, machine: &Machine, number: u32) -> Result<(), String> {
        let what = |what: &str| format!("{what} of symbol {number}");
        let symbol = self.symbol(number).expect("a listed symbol");
        let state = machine.symbol(number).ok_or(what("absence"))?;
        same(&what("number"), machine.symbol_of(&symbol.ticker), Some(number))?;
        same(&what("close"), state.previous_close.0, symbol.previous_close)?;
        same(&what("halt"), state.halted, symbol.halted)?;
        let last = symbol.last.map(|last| Money(i64::from(last) * 100));
        same(&what("last sale"), state.last, last)?;
        for side in [Side::Buy, Side::Sell] {
            let depth = machine.depth(number, side, usize::MAX);
            same(&what("depth"), depth, self.depth(number, side))?;
        }
        Ok(())
    }

    fn depth(&self, symbol: u32, side: Side) -> Vec<LevelState> {
        let buy = side == Side::Buy;
        let rests =
            |order: &&super::Order| order.symbol == symbol && order.buy == buy && !order.waits();
        let mut levels: Vec<LevelState> = Vec::new();
        for order in self.orders.iter().filter(rests) {
            let price = Price(order.limit.expect("what rests has a limit"));
            let quantity = u64::from(order.leaves);
            match levels.iter_mut().find(|level| level.price == price) {
                Some(level) => {
                    level.quantity += quantity;
                    level.orders += 1;
                }
                None => levels.push(LevelState { price, quantity, orders: 1 }),
            }
        }
        levels.sort_by_key(|level| level.price);
        if buy {
            levels.reverse();
        }
        levels
    }
}

fn same_order(machine: &Machine, order: &super::Order) -> Result<(), String> {
    let what = |what: &str| format!("{what} of order {}", order.number);
    let state = machine.order(order.number).ok_or(what("absence"))?;
    same(&what("side"), state.side == Side::Buy, order.buy)?;
    same(&what("limit"), state.price.0, order.limit.unwrap_or(0))?;
    same(&what("stop price"), state.stop_price.0, order.stop.unwrap_or(0))?;
    same(&what("quantity"), (state.quantity, state.leaves), (order.total, order.leaves))?;
    same(&what("version"), state.version, order.version())
}

#[expect(clippy::needless_pass_by_value, reason = "every caller has just made both")]
fn same<T: PartialEq + Debug>(what: &str, machine: T, twin: T) -> Result<(), String> {
    if machine == twin {
        Ok(())
    } else {
        Err(format!("{what}: the machine says {machine:?}, its twin {twin:?}"))
    }
}
