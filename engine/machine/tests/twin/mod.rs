//! A slow exchange that is obviously right: the rules of the market in the plainest words, as the
//! oracle of the fast one. Orders lie in one list and are searched for; money is 128 bits wide;
//! holds are added up from the open orders each time they are asked for.
//!
//! It takes the commands of the wire and says the same events, byte for byte.

mod accounts;
mod book;
mod changes;
mod compare;
mod entry;
mod prices;
mod symbols;

use accounts::Account;
use book::Order;
use bytemuck::Pod;
use openoutcry_wire::{Command, Name, Reason, Unit, command, event};
use std::collections::BTreeMap;
use symbols::Symbol;

/// A refusal: why, what was required, what was there.
type Refusal = (Reason, i128, i128);

/// What a name was used for.
#[derive(Debug)]
struct Use {
    kind: u8,
    scope: u32,
    text: Vec<u8>,
    content: Vec<u8>,
    made: u64,
}

/// The answer to a numbered command.
#[derive(Debug)]
struct Answer {
    kind: u8,
    reason: u16,
    account: u32,
    made: u64,
}

/// The whole venue.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// Account 0 is the outside world.
    accounts: Vec<Account>,
    symbols: Vec<Symbol>,
    /// Open orders, in no order that matters.
    orders: Vec<Order>,
    names: Vec<Use>,
    sessions: BTreeMap<u32, Vec<Answer>>,
    commands: u64,
    /// When the command came.
    time: u64,
    orders_seen: u64,
    trades_seen: u64,
    transfers_seen: u64,
    /// Counts entries into the market: the order's time.
    clock: u64,
    out: Vec<Unit>,
}

impl Exchange {
    pub(crate) fn new() -> Self {
        Self { accounts: vec![Account::outside()], ..Self::default() }
    }

    /// Carries one command out and gives the events that it caused.
    pub(crate) fn apply(&mut self, time: u64, units: &[Unit]) -> Vec<Unit> {
        let (command, rest) = command::next(units).expect("well formed").expect("a command");
        assert!(rest.is_empty(), "one command at a time");
        self.commands += 1;
        self.time = time;
        self.expire();
        let expired = std::mem::take(&mut self.out);
        if command.header().session == 0 {
            self.carry_out(&command);
        } else {
            self.carry_out_once(&command);
        }
        // The answer comes first, although those orders were gone before the command.
        let behind = usize::from(self.out[0].0[1]);
        self.out.splice(behind..behind, expired);
        std::mem::take(&mut self.out)
    }

    /// Orders whose time has come end, the earliest first, then by number.
    fn expire(&mut self) {
        let due = |order: &&Order| order.expires_at != 0 && order.expires_at <= self.time;
        let mut due: Vec<Order> = self.orders.iter().filter(due).copied().collect();
        due.sort_by_key(|order| (order.expires_at, order.number));
        for order in due {
            self.orders.retain(|other| other.number != order.number);
            self.say_cancelled(&order, Reason::ExpiredAtTime);
        }
    }

    /// A session numbers its commands from 1: the next number is carried out, one of the latest
    /// 1,024 is answered as it was the first time, any other is refused.
    fn carry_out_once(&mut self, command: &Command<'_>) {
        let header = command.header();
        let answers = self.sessions.entry(header.session).or_default();
        let last = answers.len() as u64;
        let number = header.session_sequence;
        if number == last + 1 {
            self.carry_out(command);
            let first = event::walk(&self.out).next().expect("every command is answered");
            let (account, made) = first.subject();
            let answer = Answer { kind: header.kind, reason: first.header().reason, account, made };
            self.sessions.entry(header.session).or_default().push(answer);
        } else if (1..=last).contains(&number) && number + 1_024 > last {
            let first = &answers[usize::try_from(number - 1).unwrap()];
            let reason = Reason::try_from(first.reason).unwrap();
            let (account, made, kind) = (first.account, first.made, first.kind);
            self.say(0, reason, event::Repeated { made, account, kind, ..Default::default() });
        } else {
            let refusal = (Reason::StaleSession, i128::from(number), i128::from(last));
            self.refuse(header.kind, 0, 0, refusal);
        }
    }

    fn carry_out(&mut self, command: &Command<'_>) {
        match command {
            Command::NewOrder(command, name) => self.new_order(command, *name),
            Command::CancelOrder(command, _) => self.cancel_order(command),
            Command::ReplaceOrder(command, _) => self.replace_order(command),
            Command::CancelAll(command, _) => self.cancel_all(command),
            Command::Transfer(command, name) => self.transfer(command, *name),
            Command::OpenAccount(command, name) => self.open_account(command, *name),
            Command::ListSymbol(command, _) => self.list_symbol(command),
            Command::Halt(command, _) => self.halt(command),
            Command::Resume(command, _) => self.resume(command),
            Command::SetAccountStatus(command, _) => self.set_account_status(command),
            Command::EndDay(command, _) => self.end_day(command),
            Command::Activate(command, _) => self.activate(command),
            Command::SetLimits(command, _) => self.set_limits(command),
        }
    }

    fn activate(&mut self, command: &command::Activate) {
        let version = command.version;
        if version == 1 {
            self.say(0, Reason::None, event::Activated { version, ..Default::default() });
        } else {
            let refusal = (Reason::UnknownVersion, i128::from(version), 1);
            self.refuse(command::Activate::KIND, 0, 0, refusal);
        }
    }

    fn say(&mut self, symbol: u32, reason: Reason, event: impl Pod) {
        self.say_named(symbol, reason, event, None);
    }

    fn say_named(&mut self, symbol: u32, reason: Reason, event: impl Pod, name: Option<&Name>) {
        let mut unit: Unit = bytemuck::cast(event);
        let header: &mut event::Header = bytemuck::from_bytes_mut(&mut unit.0[..16]);
        header.symbol = symbol;
        header.reason = reason as u16;
        header.sequence = self.commands;
        event::encode(&unit, name, &mut self.out);
    }

    fn refuse(&mut self, kind: u8, account: u32, order: u64, refusal: Refusal) {
        let (reason, required, available) = refusal;
        let refused = event::Refused {
            order,
            account,
            kind,
            required: figure(required),
            available: figure(available),
            ..Default::default()
        };
        self.say(0, reason, refused);
    }

    /// Answers a command whose name was used before, and says whether it was: with other content
    /// than then, `differs` is the reason.
    fn repeats(
        &mut self,
        (kind, scope, account): (u8, u32, u32),
        name: Option<&Name>,
        content: &[u8],
        differs: Reason,
    ) -> bool {
        let Some(name) = name else { return false };
        let used = |used: &&Use| (used.kind, used.scope, &*used.text) == (kind, scope, name.text());
        let Some(first) = self.names.iter().find(used) else { return false };
        let reason = if first.content == content { Reason::None } else { differs };
        let made = first.made;
        self.say(0, reason, event::Repeated { made, account, kind, ..Default::default() });
        true
    }

    fn remember(&mut self, kind: u8, scope: u32, name: Option<&Name>, content: &[u8], made: u64) {
        if let Some(name) = name {
            let (text, content) = (name.text().to_vec(), content.to_vec());
            self.names.push(Use { kind, scope, text, content, made });
        }
    }
}

/// A figure of a refusal: the largest there is stands for all beyond.
fn figure(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// What a command says, its header left out.
fn content(command: &impl Pod) -> &[u8] {
    &bytemuck::bytes_of(command)[16..]
}
