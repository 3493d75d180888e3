//! The machine's state and the way of a command through it.

use crate::listing::Listing;
use crate::names::Names;
use crate::output::Output;
use crate::sessions::Sessions;
use crate::special::Specials;
use openoutcry_book::{Arena, OrderIndex};
use openoutcry_ledger::Ledger;
use openoutcry_wire::{
    AccountId, Command, Nanoseconds, OrderId, Reason, Sequence, TradeId, Unit, command, event,
};

/// The version of the rules that a new machine starts with, and the newest it knows.
pub(crate) const RULES: u32 = 1;

/// Books, ledger and limits of the whole venue.
#[derive(Debug)]
pub struct Machine {
    pub(crate) time: Nanoseconds,
    pub(crate) sequence: Sequence,
    pub(crate) rules: u32,
    pub(crate) last_order: OrderId,
    pub(crate) last_trade: TradeId,
    pub(crate) last_transfer: u64,
    pub(crate) ledger: Ledger,
    pub(crate) arena: Arena,
    pub(crate) index: OrderIndex,
    pub(crate) listings: Vec<Listing>,
    pub(crate) specials: Specials,
    pub(crate) order_names: Names,
    pub(crate) references: Names,
    pub(crate) sessions: Sessions,
}

/// Memory to set aside before the first command, so that the system gives it before trading and
/// not during it. A machine that outgrows it works on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Room {
    /// Orders open at once.
    pub orders: usize,
    /// Order numbers.
    pub numbers: usize,
    /// Accounts' holdings of a symbol.
    pub positions: usize,
}

impl Default for Machine {
    fn default() -> Self {
        Self::new()
    }
}

impl Machine {
    /// An empty venue, before its first command.
    #[must_use]
    pub fn new() -> Self {
        Self::with_room(&Room::default())
    }

    /// An empty venue with memory set aside.
    #[must_use]
    pub fn with_room(room: &Room) -> Self {
        Self {
            time: 0,
            sequence: 0,
            rules: RULES,
            last_order: 0,
            last_trade: 0,
            last_transfer: 0,
            ledger: Ledger::with_room(room.positions),
            arena: Arena::with_room(room.orders),
            index: OrderIndex::with_room(room.numbers),
            listings: Vec::new(),
            specials: Specials::default(),
            order_names: Names::forgetting(),
            references: Names::lasting(),
            sessions: Sessions::default(),
        }
    }

    /// Applies whole commands in their order, all at one logged time, and appends what happened to
    /// `events`: for each command one event or more, of which the first is its answer.
    ///
    /// # Panics
    /// When `commands` are not whole commands (the log checks them before), or an invariant broke.
    pub fn apply(&mut self, time: Nanoseconds, commands: &[Unit], events: &mut Vec<Unit>) {
        self.time = self.time.max(time);
        if self.specials.are_due(self.time) {
            return self.apply_with_expiries(commands, events);
        }
        let far = commands.len() > 1 && self.is_far();
        let mut rest = commands;
        let mut seen = 0;
        while let Some((command, after)) =
            command::next(rest).expect("the log holds whole commands")
        {
            if far {
                if seen == 0 {
                    seen = self.look_ahead(rest);
                }
                seen = seen.saturating_sub(rest.len() - after.len());
            }
            self.sequence += 1;
            self.apply_one(&command, &mut Output::new(self.sequence, events));
            rest = after;
        }
    }

    /// The same when orders end by themselves now: the first of the commands finds them gone.
    #[cold]
    fn apply_with_expiries(&mut self, commands: &[Unit], events: &mut Vec<Unit>) {
        let next = command::next(commands).expect("the log holds whole commands");
        let Some((command, after)) = next else { return };
        self.sequence += 1;
        let sequence = self.sequence;
        let one = |machine: &mut Self, events: &mut Vec<Unit>| {
            machine.apply_one(&command, &mut Output::new(sequence, events));
        };
        self.expire_before(one, events);
        self.apply(self.time, after, events);
    }

    #[inline(always)]
    fn apply_one(&mut self, command: &Command<'_>, out: &mut Output<'_>) {
        let header = command.header();
        let numbered = header.session != 0;
        if numbered && !self.sessions.is_next(header, out) {
            return;
        }
        let answer = out.next_answer();
        self.dispatch(command, out);
        if numbered {
            self.sessions.remember(header, out.answer_at(answer));
        }
    }

    #[inline(always)]
    fn dispatch(&mut self, command: &Command<'_>, out: &mut Output<'_>) {
        match command {
            Command::NewOrder(command, name) => self.new_order(command, *name, out),
            Command::CancelOrder(command, _) => self.cancel_order(command, out),
            Command::ReplaceOrder(command, _) => self.replace_order(command, out),
            _ => self.dispatch_rare(command, out),
        }
    }

    /// The commands that are not orders.
    #[inline(never)]
    fn dispatch_rare(&mut self, command: &Command<'_>, out: &mut Output<'_>) {
        match command {
            Command::NewOrder(..) | Command::CancelOrder(..) | Command::ReplaceOrder(..) => {
                unreachable!("orders are dispatched before")
            }
            Command::CancelAll(command, _) => self.cancel_all(command, out),
            Command::Transfer(command, name) => self.transfer(command, *name, out),
            Command::OpenAccount(command, name) => self.open_account(command, *name, out),
            Command::ListSymbol(command, _) => self.list_symbol(command, out),
            Command::Halt(command, _) => self.halt(command, out),
            Command::Resume(command, _) => self.resume(command, out),
            Command::SetAccountStatus(command, _) => self.set_account_status(command, out),
            Command::EndDay(command, _) => self.end_day(command, out),
            Command::Activate(command, _) => self.activate(command, out),
            Command::SetLimits(command, _) => self.set_limits(command, out),
        }
    }

    fn activate(&mut self, command: &command::Activate, out: &mut Output<'_>) {
        if command.version < self.rules || command.version > RULES {
            let figures = (i64::from(command.version), i64::from(RULES));
            return out.refuse(command::Activate::KIND, 0, 0, Reason::UnknownVersion, figures);
        }
        self.rules = command.version;
        out.say(
            0,
            Reason::None,
            event::Activated { version: command.version, ..Default::default() },
        );
    }

    /// Whether an order of that number was ever looked at.
    pub(crate) const fn is_past(&self, order: OrderId) -> bool {
        order != 0 && order <= self.last_order
    }

    /// The slot of an open order of that account, or why there is none.
    pub(crate) fn open_order(&self, account: AccountId, order: OrderId) -> Result<u32, Reason> {
        let missing = if self.is_past(order) { Reason::AlreadyDone } else { Reason::UnknownOrder };
        let slot = self.index.get(order).ok_or(missing)?;
        if self.arena.orders.get(slot).account == account {
            Ok(slot)
        } else {
            Err(Reason::UnknownOrder)
        }
    }
}
