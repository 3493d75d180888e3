//! What travels over the network.

use openoutcry_journal::Outputs;
use openoutcry_machine::OrderState;
use openoutcry_sequencer::Answer;
use openoutcry_wire::{AccountId, Nanoseconds, Sequence, Unit};
use std::rc::Rc;

/// Number of a client's request, its own.
pub(crate) type RequestId = u64;

/// Whose command, and whether it names itself, so that it is carried out once however often it
/// arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) client: usize,
    pub(crate) request: RequestId,
    pub(crate) once: bool,
}

/// A frame of the leader's durable log.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Shipped {
    pub(crate) first: Sequence,
    pub(crate) time: Nanoseconds,
    pub(crate) commands: Vec<Unit>,
    pub(crate) count: u32,
    pub(crate) epoch: u32,
    pub(crate) outputs: Outputs,
}

/// What a read shows of an account, and as of which command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Balance {
    pub(crate) account: AccountId,
    pub(crate) sequence: Sequence,
    pub(crate) cash: i64,
    pub(crate) held: i64,
    pub(crate) open_orders: u32,
}

/// One message.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// A client's command.
    Command { route: Route, command: Rc<Vec<Unit>> },
    /// A client asks for an account.
    Read { client: usize, request: RequestId, account: AccountId },
    /// The venue did not take the command: nothing of it will happen.
    NotTaken { route: Route },
    /// A command's answer, and the order that it is about as it stands then.
    Answered { route: Route, answer: Answer, order: Option<OrderState> },
    /// A read's answer.
    Shown { request: RequestId, balance: Balance },
    /// A follower asks for the log from a command on.
    Ask { follower: usize, from: Sequence },
    /// Frames for a follower.
    Ship { follower: usize, frames: Vec<Rc<Shipped>> },
}
