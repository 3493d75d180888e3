//! Commands and answers in words, for a trace that a person reads.

use crate::message::{Message, Route};
use openoutcry_wire::{Command, Name, OrderType, Reason, Side, TimeInForce, command, event};
use std::fmt::{Formatter, Result};

/// Writes a message.
pub(crate) fn message(message: &Message, f: &mut Formatter<'_>) -> Result {
    match message {
        Message::Command { route: Route { request, .. }, command } => {
            write!(f, "#{request} ")?;
            match command::next(command) {
                Ok(Some((one, _))) => words(&one, f),
                _ => f.write_str("something else"),
            }
        }
        Message::Read { request, account, .. } => write!(f, "#{request} show account {account}"),
        Message::NotTaken { route } => write!(f, "#{} not taken", route.request),
        Message::Answered { route, answer, .. } => {
            let reason = Reason::try_from(answer.reason).map_or("?", Reason::code);
            let (sequence, made) = (answer.sequence, answer.made);
            let event = event_name(answer.event);
            write!(f, "#{} of client {}: ", route.request, route.client)?;
            write!(f, "command {sequence} {event} {made} {reason}")
        }
        Message::Shown { request, balance, .. } => {
            let (cash, held) = (balance.cash, balance.held);
            let (account, sequence) = (balance.account, balance.sequence);
            write!(f, "#{request} account {account} as of {sequence}: cash {cash} held {held}")
        }
        Message::Ask { follower, from } => write!(f, "follower {follower} asks from {from}"),
        Message::Ship { follower, frames } => {
            write!(f, "{} frames for follower {follower}", frames.len())
        }
    }
}

fn words(command: &Command<'_>, f: &mut Formatter<'_>) -> Result {
    let header = command.header();
    if header.session != 0 {
        write!(f, "[{}] ", header.session_sequence)?;
    }
    match command {
        Command::NewOrder(order, name) => {
            let side = Side::try_from(order.side).map_or("?", Side::text);
            let kind = OrderType::try_from(order.order_type).map_or("?", OrderType::text);
            let lasts = TimeInForce::try_from(order.time_in_force).map_or("?", TimeInForce::text);
            let (account, quantity, symbol) = (order.account, order.quantity, order.symbol);
            let (price, stop) = (order.price, order.stop_price);
            write!(f, "account {account} {side} {quantity} of {symbol} {kind} {price} {stop}")?;
            write!(f, " {lasts}")?;
            called(*name, f)
        }
        Command::CancelOrder(cancel, _) => write!(f, "cancel order {}", cancel.order),
        Command::ReplaceOrder(replace, _) => {
            let (order, quantity) = (replace.order, replace.quantity);
            let (price, stop) = (replace.price, replace.stop_price);
            write!(f, "replace order {order} by {quantity} at {price} {stop}")?;
            write!(f, " if version {}", replace.expected_version)
        }
        Command::CancelAll(cancel, _) => write!(f, "cancel all of account {}", cancel.account),
        Command::Transfer(transfer, name) => {
            let (from, to, asset) = (transfer.from, transfer.to, transfer.asset);
            write!(f, "move {} of asset {asset} from {from} to {to}", transfer.amount)?;
            called(*name, f)
        }
        Command::OpenAccount(_, name) => {
            f.write_str("open an account")?;
            called(*name, f)
        }
        Command::ListSymbol(..) => f.write_str("list a symbol"),
        Command::Halt(halt, _) => write!(f, "halt {}", halt.symbol.cast_signed()),
        Command::Resume(resume, _) => write!(f, "resume {}", resume.symbol.cast_signed()),
        Command::SetAccountStatus(set, _) => {
            write!(f, "account {} gets status {}", set.account, set.status)
        }
        Command::EndDay(day, _) => write!(f, "end the day of {}", day.symbol.cast_signed()),
        Command::Activate(..) => f.write_str("activate the rules"),
        Command::SetLimits(limits, _) => write!(f, "limits for account {}", limits.account),
    }
}

fn called(name: Option<&Name>, f: &mut Formatter<'_>) -> Result {
    name.map_or(Ok(()), |name| write!(f, " {name:?}"))
}

fn event_name(kind: u8) -> &'static str {
    match kind {
        event::Accepted::KIND => "accepted",
        event::Rejected::KIND => "rejected",
        event::Cancelled::KIND => "cancelled",
        event::Replaced::KIND => "replaced",
        event::Refused::KIND => "refused",
        event::Repeated::KIND => "repeated",
        event::Transferred::KIND => "transferred",
        event::AllCancelled::KIND => "all cancelled",
        _ => "done",
    }
}
