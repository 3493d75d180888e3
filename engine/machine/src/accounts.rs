//! Commands about accounts: opening them, moving assets, limits, and the switch that stops one.

use crate::machine::Machine;
use crate::names::{self, Use};
use crate::output::Output;
use openoutcry_planted::{Bug, on};
use openoutcry_wire::command::{OpenAccount, SetAccountStatus, SetLimits, Transfer};
use openoutcry_wire::{
    AccountId, AccountKind, AccountStatus, CASH, Money, Name, OUTSIDE, Reason, SymbolId, event,
};

/// The most accounts a venue may have.
const MAXIMUM_ACCOUNTS: usize = 1 << 28;

impl Machine {
    pub(crate) fn open_account(
        &mut self,
        command: &OpenAccount,
        name: Option<&Name>,
        out: &mut Output<'_>,
    ) {
        if self.repeats(OpenAccount::KIND, command.owner, 0, command, name, out) {
            return;
        }
        let kind = AccountKind::try_from(command.kind);
        let Ok(kind) = kind else {
            return out.refuse(OpenAccount::KIND, 0, 0, Reason::Malformed, (0, 0));
        };
        if self.ledger.len() >= MAXIMUM_ACCOUNTS {
            return out.refuse(OpenAccount::KIND, 0, 0, Reason::VenueFull, (0, 0));
        }
        let account = self.ledger.open(command.owner, command.group, kind);
        self.made(OpenAccount::KIND, command.owner, command, name, u64::from(account));
        let opened = event::AccountOpened {
            account,
            owner: command.owner,
            group: command.group,
            kind: command.kind,
            ..Default::default()
        };
        out.say_named(0, Reason::None, opened, name);
    }

    /// Moves an asset between two accounts, of which either may be the outside world.
    pub(crate) fn transfer(
        &mut self,
        command: &Transfer,
        name: Option<&Name>,
        out: &mut Output<'_>,
    ) {
        let subject = if command.to == OUTSIDE { command.from } else { command.to };
        if self.repeats(Transfer::KIND, subject, subject, command, name, out) {
            return;
        }
        if let Err((reason, available)) = self.check_transfer(command) {
            return out.refuse(Transfer::KIND, subject, 0, reason, (command.amount, available));
        }
        if command.asset == CASH {
            self.ledger.move_cash(command.from, command.to, Money(command.amount));
        } else {
            self.ledger.move_shares(command.from, command.to, command.asset - 1, command.amount);
        }
        self.last_transfer += 1;
        self.made(Transfer::KIND, subject, command, name, self.last_transfer);
        let transferred = event::Transferred {
            transfer: self.last_transfer,
            from: command.from,
            to: command.to,
            asset: command.asset,
            amount: command.amount,
            ..Default::default()
        };
        out.say_named(0, Reason::None, transferred, name);
    }

    /// Every check of a transfer; nothing is touched. The figure is what the source could give.
    fn check_transfer(&self, command: &Transfer) -> Result<(), (Reason, i64)> {
        let known = |id: AccountId| id == OUTSIDE || self.ledger.account(id).is_some();
        if !known(command.from) || !known(command.to) {
            return Err((Reason::UnknownAccount, 0));
        }
        if command.from == command.to || command.amount <= 0 {
            return Err((Reason::InvalidAmount, 0));
        }
        if command.asset != CASH && (command.asset - 1) as usize >= self.listings.len() {
            return Err((Reason::UnknownSymbol, 0));
        }
        let (available, lacking) = if command.asset == CASH {
            let account = self.ledger.account(command.from);
            (account.map(|account| account.available().0), Reason::InsufficientFunds)
        } else {
            let shares = self.ledger.available_shares(command.from, command.asset - 1);
            ((command.from != OUTSIDE).then_some(shares), Reason::InsufficientShares)
        };
        match available {
            Some(available) if command.amount > available => Err((lacking, available)),
            Some(_) => Ok(()),
            // From outside: all that ever came in must fit, so that no later sum can overflow.
            None => match self.outside_balance(command.asset).checked_sub(command.amount) {
                Some(owed) if owed >= -i64::MAX => Ok(()),
                _ => Err((Reason::InvalidAmount, 0)),
            },
        }
    }

    fn outside_balance(&self, asset: u32) -> i64 {
        if asset == CASH {
            return self.ledger.outside().cash.0;
        }
        let symbol: SymbolId = asset - 1;
        self.ledger.shares(OUTSIDE, symbol)
    }

    pub(crate) fn set_account_status(&mut self, command: &SetAccountStatus, out: &mut Output<'_>) {
        let refuse = |reason, out: &mut Output<'_>| {
            out.refuse(SetAccountStatus::KIND, command.account, 0, reason, (0, 0));
        };
        let Ok(status) = AccountStatus::try_from(command.status) else {
            return refuse(Reason::Malformed, out);
        };
        if self.ledger.account(command.account).is_none() {
            return refuse(Reason::UnknownAccount, out);
        }
        self.ledger.account_mut(command.account).status = status;
        let set = event::AccountStatusSet {
            account: command.account,
            status: command.status,
            ..Default::default()
        };
        out.say(0, Reason::None, set);
    }

    pub(crate) fn set_limits(&mut self, command: &SetLimits, out: &mut Output<'_>) {
        let reason = match self.ledger.account(command.account) {
            None => Reason::UnknownAccount,
            Some(_) if command.maximum_order_value < 0 => Reason::InvalidAmount,
            Some(_) => Reason::None,
        };
        if reason != Reason::None {
            return out.refuse(SetLimits::KIND, command.account, 0, reason, (0, 0));
        }
        let account = self.ledger.account_mut(command.account);
        account.maximum_open_orders = command.maximum_open_orders;
        account.maximum_order_value = Money(command.maximum_order_value);
        let set = event::LimitsSet {
            account: command.account,
            maximum_open_orders: command.maximum_open_orders,
            maximum_order_value: command.maximum_order_value,
            ..Default::default()
        };
        out.say(0, Reason::None, set);
    }

    /// Answers a command whose name was used before; false when it was not.
    fn repeats(
        &self,
        kind: u8,
        scope: u32,
        account: AccountId,
        command: &impl bytemuck::Pod,
        name: Option<&Name>,
        out: &mut Output<'_>,
    ) -> bool {
        let name = name.filter(|_| !on(Bug::TransferRepeated));
        let Some(first) = name.and_then(|name| self.references.find(names::key(kind, scope, name)))
        else {
            return false;
        };
        let same = first.content == names::content(command);
        out.repeat(
            kind,
            account,
            first.made,
            if same { Reason::None } else { Reason::DuplicateReference },
        );
        true
    }

    fn made(
        &mut self,
        kind: u8,
        scope: u32,
        command: &impl bytemuck::Pod,
        name: Option<&Name>,
        made: u64,
    ) {
        if let Some(name) = name {
            let content = names::content(command);
            self.references.insert(names::key(kind, scope, name), Use { made, content });
        }
    }
}
