//! Accounts, what they have, what their open orders hold, and transfers between them.

use super::{Exchange, Refusal, content};
use openoutcry_wire::command::{OpenAccount, SetAccountStatus, SetLimits, Transfer};
use openoutcry_wire::{Name, Reason, event};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) active: bool,
    pub(crate) cash: i128,
    pub(crate) shares: BTreeMap<u32, i128>,
    /// 0: 100,000.
    pub(crate) most_orders: u32,
    /// 0: no bound but the range of money.
    pub(crate) most_value: i64,
}

impl Account {
    pub(crate) fn outside() -> Self {
        let shares = BTreeMap::new();
        Self { active: true, cash: 0, shares, most_orders: 0, most_value: 0 }
    }
}

impl Exchange {
    /// An account of the venue; the outside is none.
    pub(crate) fn account(&self, number: u32) -> Option<&Account> {
        if number == 0 { None } else { self.accounts.get(number as usize) }
    }

    pub(crate) fn account_count(&self) -> u32 {
        u32::try_from(self.accounts.len() - 1).unwrap()
    }

    pub(crate) fn open_orders_of(&self, account: u32) -> usize {
        self.orders.iter().filter(|order| order.account == account).count()
    }

    /// Cash that open buy orders may need.
    pub(crate) fn held_cash(&self, account: u32) -> i128 {
        let buys = self.orders.iter().filter(|order| order.account == account && order.buy);
        buys.map(|order| i128::from(self.dearest(order)) * 100 * i128::from(order.leaves)).sum()
    }

    /// Shares that open sell orders may need.
    pub(crate) fn held_shares(&self, account: u32, symbol: u32) -> i128 {
        let of_it = |order: &&super::Order| {
            order.account == account && order.symbol == symbol && !order.buy
        };
        self.orders.iter().filter(of_it).map(|order| i128::from(order.leaves)).sum()
    }

    pub(crate) fn shares(&self, account: u32, symbol: u32) -> i128 {
        self.accounts[account as usize].shares.get(&symbol).copied().unwrap_or(0)
    }

    pub(crate) fn available_cash(&self, account: u32) -> i128 {
        self.accounts[account as usize].cash - self.held_cash(account)
    }

    pub(crate) fn available_shares(&self, account: u32, symbol: u32) -> i128 {
        self.shares(account, symbol) - self.held_shares(account, symbol)
    }

    pub(crate) fn move_cash(&mut self, from: u32, to: u32, amount: i128) {
        self.accounts[from as usize].cash -= amount;
        self.accounts[to as usize].cash += amount;
    }

    pub(crate) fn move_shares(&mut self, from: u32, to: u32, symbol: u32, quantity: i128) {
        *self.accounts[from as usize].shares.entry(symbol).or_default() -= quantity;
        *self.accounts[to as usize].shares.entry(symbol).or_default() += quantity;
    }

    pub(crate) fn open_account(&mut self, command: &OpenAccount, name: Option<&Name>) {
        let OpenAccount { owner, group, kind, .. } = *command;
        let scope = (OpenAccount::KIND, owner, 0);
        if self.repeats(scope, name, content(command), Reason::DuplicateReference) {
            return;
        }
        if kind != 1 && kind != 2 {
            return self.refuse(OpenAccount::KIND, 0, 0, (Reason::Malformed, 0, 0));
        }
        self.accounts.push(Account::outside());
        let account = self.account_count();
        self.remember(OpenAccount::KIND, owner, name, content(command), u64::from(account));
        let opened = event::AccountOpened { account, owner, group, kind, ..Default::default() };
        self.say_named(0, Reason::None, opened, name);
    }

    pub(crate) fn transfer(&mut self, command: &Transfer, name: Option<&Name>) {
        let Transfer { from, to, asset, amount, .. } = *command;
        let subject = if to == 0 { from } else { to };
        let scope = (Transfer::KIND, subject, subject);
        if self.repeats(scope, name, content(command), Reason::DuplicateReference) {
            return;
        }
        if let Err(refusal) = self.check_transfer(command) {
            return self.refuse(Transfer::KIND, subject, 0, refusal);
        }
        if asset == 0 {
            self.move_cash(from, to, i128::from(amount));
        } else {
            self.move_shares(from, to, asset - 1, i128::from(amount));
        }
        self.transfers_seen += 1;
        let transfer = self.transfers_seen;
        self.remember(Transfer::KIND, subject, name, content(command), transfer);
        let done = event::Transferred { transfer, from, to, asset, amount, ..Default::default() };
        self.say_named(0, Reason::None, done, name);
    }

    fn check_transfer(&self, command: &Transfer) -> Result<(), Refusal> {
        let Transfer { from, to, asset, amount, .. } = *command;
        let amount = i128::from(amount);
        if [from, to].into_iter().any(|account| account as usize >= self.accounts.len()) {
            return Err((Reason::UnknownAccount, amount, 0));
        }
        if from == to || amount <= 0 {
            return Err((Reason::InvalidAmount, amount, 0));
        }
        if asset as usize > self.symbols.len() {
            return Err((Reason::UnknownSymbol, amount, 0));
        }
        let (available, lacking) = if asset == 0 {
            (self.available_cash(from), Reason::InsufficientFunds)
        } else {
            (self.available_shares(from, asset - 1), Reason::InsufficientShares)
        };
        if from == 0 {
            // All that ever came in fits 64 bits, and so does every sum of it.
            let came_in = -available;
            if came_in + amount > i128::from(i64::MAX) {
                return Err((Reason::InvalidAmount, amount, 0));
            }
        } else if amount > available {
            return Err((lacking, amount, available));
        }
        Ok(())
    }

    pub(crate) fn set_account_status(&mut self, command: &SetAccountStatus) {
        let SetAccountStatus { account, status, .. } = *command;
        let reason = if status != 1 && status != 2 {
            Reason::Malformed
        } else if self.account(account).is_none() {
            Reason::UnknownAccount
        } else {
            self.accounts[account as usize].active = status == 1;
            let set = event::AccountStatusSet { account, status, ..Default::default() };
            return self.say(0, Reason::None, set);
        };
        self.refuse(SetAccountStatus::KIND, account, 0, (reason, 0, 0));
    }

    pub(crate) fn set_limits(&mut self, command: &SetLimits) {
        let SetLimits { account, maximum_open_orders, maximum_order_value, .. } = *command;
        let reason = if self.account(account).is_none() {
            Reason::UnknownAccount
        } else if maximum_order_value < 0 {
            Reason::InvalidAmount
        } else {
            self.accounts[account as usize].most_orders = maximum_open_orders;
            self.accounts[account as usize].most_value = maximum_order_value;
            let set = event::LimitsSet {
                account,
                maximum_open_orders,
                maximum_order_value,
                ..Default::default()
            };
            return self.say(0, Reason::None, set);
        };
        self.refuse(SetLimits::KIND, account, 0, (reason, 0, 0));
    }
}
