//! What happened to the accounts that sessions trade for, on its way from the sequencer's thread.

use openoutcry_sequencer::{Follower, Turn};
use openoutcry_wire::{AccountId, Event, Nanoseconds, Unit, event};
use parking_lot::Mutex;
use std::collections::HashSet;

/// One turn's events of these accounts.
#[derive(Debug)]
pub struct Received {
    pub time: Nanoseconds,
    /// What turns an event's sequence into its command's ticket.
    first_ticket: u64,
    first_sequence: u64,
    pub events: Vec<Unit>,
}

impl Received {
    /// The ticket of the command that caused an event.
    #[must_use]
    pub fn ticket(&self, event: &Event<'_>) -> u64 {
        event.header().sequence - self.first_sequence + self.first_ticket
    }
}

#[derive(Debug, Default)]
struct Waiting {
    accounts: HashSet<AccountId>,
    turns: Vec<Received>,
}

/// Takes a copy of the events that concern some accounts.
#[derive(Debug, Default)]
pub struct Inbox {
    waiting: Mutex<Waiting>,
}

impl Inbox {
    /// From now on takes this account's events too.
    pub fn watch(&self, account: AccountId) {
        self.waiting.lock().accounts.insert(account);
    }

    /// Takes what waits, in order.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.waiting.lock().turns)
    }
}

impl Follower for Inbox {
    fn follow(&self, turn: &Turn<'_>) {
        let mut waiting = self.waiting.lock();
        if waiting.accounts.is_empty() {
            return;
        }
        let mut events = Vec::new();
        let mut at = 0;
        for event in event::walk(turn.events) {
            let units = usize::from(event.header().units);
            if concerns(&event, &waiting.accounts) {
                events.extend_from_slice(&turn.events[at..at + units]);
            }
            at += units;
        }
        if !events.is_empty() {
            let Turn { time, first_ticket, first_sequence, .. } = *turn;
            waiting.turns.push(Received { time, first_ticket, first_sequence, events });
        }
    }
}

fn concerns(event: &Event<'_>, accounts: &HashSet<AccountId>) -> bool {
    match event {
        Event::Trade(trade, _) => {
            accounts.contains(&trade.taker_account) || accounts.contains(&trade.maker_account)
        }
        _ => accounts.contains(&event.subject().0),
    }
}
