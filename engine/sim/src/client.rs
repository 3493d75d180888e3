//! Clients: they know what they were told and nothing else, and ask again when no answer comes.

mod wishes;

use crate::auditor::{Auditor, Violation};
use crate::message::{Message, RequestId, Route};
use openoutcry_machine::OrderState;
use openoutcry_sequencer::Answer;
use openoutcry_wire::event::{Cancelled, Refused, Repeated};
use openoutcry_wire::{AccountId, Name, Nanoseconds, OrderId, Reason, Sequence, Unit};
use openoutcry_workload::Random;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How long a client waits before it first asks again; then twice as long, up to a bound.
const PATIENCE: Nanoseconds = 3_000_000;
const LONGEST_PATIENCE: Nanoseconds = 48_000_000;

/// How a client makes sure that a command is carried out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// Orders and transfers have names.
    Names,
    /// Commands are numbered in a session.
    Numbers,
    /// Runs the venue: deposits, halts, suspensions.
    Operates,
}

/// A request without an answer.
#[derive(Debug)]
struct Request {
    message: Message,
    sent: Nanoseconds,
    patience: Nanoseconds,
    /// Whether it may be sent again.
    repeats: bool,
    /// What the client knew when it first asked.
    known: Sequence,
}

/// One client.
#[derive(Debug)]
pub(crate) struct Client {
    number: usize,
    habit: Habit,
    dice: Random,
    accounts: Vec<AccountId>,
    requests: BTreeMap<RequestId, Request>,
    orders: BTreeMap<OrderId, OrderState>,
    names: Vec<Name>,
    last: RequestId,
    session: u64,
    /// Commands that it still wants to send.
    left: u32,
    /// The latest command that it heard of.
    known: Sequence,
}

impl Client {
    /// A client that will send so many commands about these accounts.
    #[must_use]
    pub(crate) fn new(
        number: usize,
        habit: Habit,
        accounts: Vec<AccountId>,
        left: u32,
        dice: Random,
    ) -> Self {
        Self {
            number,
            habit,
            dice,
            accounts,
            requests: BTreeMap::new(),
            orders: BTreeMap::new(),
            names: Vec::new(),
            last: 0,
            session: 0,
            left,
            known: 0,
        }
    }

    /// Whether all that it wanted was answered.
    #[must_use]
    pub(crate) fn is_done(&self) -> bool {
        self.left == 0 && self.requests.is_empty()
    }

    /// Commands that it still wants to send.
    #[must_use]
    pub(crate) const fn left(&self) -> u32 {
        self.left
    }

    /// Requests that wait for an answer.
    #[must_use]
    pub(crate) fn waiting(&self) -> usize {
        self.requests.len()
    }

    /// What it sends now: what it was not answered in time, and perhaps something new.
    pub(crate) fn act(&mut self, now: Nanoseconds) -> Vec<Message> {
        let mut messages = Vec::new();
        self.requests.retain(|_, request| {
            if now < request.sent + request.patience {
                return true;
            }
            request.sent = now;
            request.patience = LONGEST_PATIENCE.min(request.patience * 2);
            messages.extend(request.repeats.then(|| request.message.clone()));
            // What cannot be sent again stays unknown.
            request.repeats
        });
        if self.left > 0 && self.requests.len() < 4 {
            messages.push(self.wish(now));
        }
        messages
    }

    /// How long it waits before it acts again.
    pub(crate) fn pause(&mut self) -> Nanoseconds {
        if self.left > 0 { 20_000 + self.dice.below(400_000) } else { 1_000_000 }
    }

    fn wish(&mut self, now: Nanoseconds) -> Message {
        self.last += 1;
        let (message, repeats) = if self.dice.chance(6) {
            let account = self.account();
            (Message::Read { client: self.number, request: self.last, account }, true)
        } else {
            self.left -= 1;
            let (command, once, repeats) = self.command();
            let route = Route { client: self.number, request: self.last, once };
            (Message::Command { route, command: Rc::new(command) }, repeats)
        };
        let (sent, known) = (now, self.known);
        let request =
            Request { message: message.clone(), sent, patience: PATIENCE, repeats, known };
        self.requests.insert(self.last, request);
        message
    }

    /// A command, whether it is carried out once however often it arrives, and whether it may be
    /// sent again.
    fn command(&mut self) -> (Vec<Unit>, bool, bool) {
        match self.habit {
            Habit::Names => self.named(),
            Habit::Numbers => (self.numbered(), true, true),
            Habit::Operates => self.operation(),
        }
    }

    fn account(&mut self) -> AccountId {
        self.accounts[usize::try_from(self.dice.below(self.accounts.len() as u64)).expect("few")]
    }

    /// Hears a message for it.
    ///
    /// # Errors
    /// What it hears breaks a promise.
    pub(crate) fn hear(
        &mut self,
        message: &Message,
        auditor: &mut Auditor,
    ) -> Result<(), Violation> {
        match message {
            Message::NotTaken { route } => {
                // It will ask again when its patience ends.
                let _ = route;
            }
            Message::Shown { request, balance, .. } => {
                if let Some(asked) = self.requests.remove(request) {
                    auditor.shown(balance, asked.known)?;
                    self.known = self.known.max(balance.sequence);
                }
            }
            Message::Answered { route, answer, order } => {
                auditor.told(*route, answer)?;
                self.known = self.known.max(answer.sequence);
                self.learn(route.request, answer, order.as_ref());
            }
            _ => unreachable!("nobody sends this to a client"),
        }
        Ok(())
    }

    fn learn(&mut self, request: RequestId, answer: &Answer, order: Option<&OrderState>) {
        let out_of_turn =
            answer.event == Refused::KIND && answer.reason == Reason::StaleSession as u16;
        // A number out of turn was not looked at: the command will be sent again.
        if self.habit == Habit::Numbers && out_of_turn {
            if let Some(early) = self.requests.get_mut(&request) {
                early.patience = early.patience.min(PATIENCE / 4);
            }
            return;
        }
        self.requests.remove(&request);
        let gone = answer.event == Cancelled::KIND
            || (answer.event == Refused::KIND && answer.reason != Reason::VersionMismatch as u16);
        match order {
            Some(order) if self.accounts.contains(&order.account) => {
                self.orders.insert(answer.order, *order);
            }
            _ if gone || answer.event == Repeated::KIND => {
                self.orders.remove(&answer.order);
            }
            _ => {}
        }
    }
}
