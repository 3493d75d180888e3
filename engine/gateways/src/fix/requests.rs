//! What clients ask: new orders, cancels, replaces, mass cancels.

use crate::fix::floor::{Asked, Floor, UNLISTED};
use crate::fix::kept::Kept;
use crate::fix::order::Order;
use crate::fix::reports::Report;
use crate::fix::seat::Trader;
use openoutcry_fix::{
    Application, Handled, Link, Message, Problem, Reject, Unreadable, read_decimal, read_timestamp,
};
use openoutcry_wire::{
    AccountId, Instructions, Name, OrderId, OrderType, Side, TimeInForce, command,
};

/// Decimals of an order's price.
const PRICE_PLACES: u32 = 4;
/// `OrdRejReason`: broker's option, unknown account, unsupported order characteristic, other.
const UNKNOWN_ACCOUNT: u32 = 15;
const UNSUPPORTED: u32 = 11;
const OTHER: u32 = 99;

/// One session at work.
pub(crate) struct Desktop<'a> {
    pub(crate) floor: &'a mut Floor,
    pub(crate) trader: &'a mut Trader,
}

/// Why a request never reaches the machine.
pub(crate) enum Problematic {
    /// `OrdRejReason`, and a sentence.
    Refused(u32, &'static str),
    /// A field that the message lacks, or holds wrongly.
    Field(Problem, u32),
}

impl Application<Kept> for Desktop<'_> {
    fn received(&mut self, message: &Message<'_>, link: &mut Link<Kept>, now: u64) -> Handled {
        let asked = self.floor.asked.len();
        let handled = match message.kind() {
            b"D" | b"F" | b"G" | b"q" if self.trader.terms.drop_copy => {
                Handled::Business(6, "This session only listens")
            }
            b"D" => self.new_order(message, link, now),
            b"F" => self.cancel(message, link, now),
            b"G" => self.replace(message, link, now),
            b"q" => self.cancel_all(message, link, now),
            b"H" => self.status(message, link, now),
            b"AF" => self.mass_status(message, link, now),
            b"V" | b"x" | b"g" => {
                self.floor.others.push(message.bytes.to_vec());
                Handled::Done
            }
            _ => Handled::Business(3, "Unsupported Message Type"),
        };
        if self.floor.asked.len() > asked {
            let sequence = message.integer(34).unwrap_or(0);
            link.store().under_way.push_back(sequence);
        }
        handled
    }
}

impl Desktop<'_> {
    fn new_order(&mut self, message: &Message<'_>, link: &mut Link<Kept>, now: u64) -> Handled {
        let read = self.read_order(message);
        let (order, name) = match read {
            Ok(read) => read,
            Err(problem) => return self.reject_order(message, link, now, &problem),
        };
        if !self.trader.rate.take(now) {
            let slow = Problematic::Refused(OTHER, "RATE_LIMITED: too many orders a second.");
            return self.reject_order(message, link, now, &slow);
        }
        let id = message.get(11).unwrap_or_default().into();
        let again = message.flag(43) || message.flag(97);
        let asked = Asked::New { id, again };
        self.floor.ask(self.trader.number, order, Some(&name), asked);
        Handled::Done
    }

    fn read_order(
        &mut self,
        message: &Message<'_>,
    ) -> Result<(command::NewOrder, Name), Problematic> {
        let name = name(message)?;
        let ticker = message.get(55).ok_or(missing(55))?;
        let order_type = order_type(message)?;
        let time_in_force = time_in_force(message)?;
        let mut order = command::NewOrder {
            account: self.account(message)?,
            symbol: self.floor.symbol(ticker).unwrap_or(UNLISTED),
            side: side(message)? as u8,
            order_type: order_type as u8,
            time_in_force: time_in_force as u8,
            self_trade: instructions(message)?.bits(),
            quantity: quantity(message, 38)?.ok_or(missing(38))?,
            price: price(message, 44)?.unwrap_or(0),
            stop_price: price(message, 99)?.unwrap_or(0),
            display_quantity: quantity(message, 111)?.unwrap_or(0),
            minimum_quantity: quantity(message, 110)?.unwrap_or(0),
            ..Default::default()
        };
        if order_type.has_limit() && message.get(44).is_none() {
            return Err(missing(44));
        }
        if order_type.waits_for_trigger() && message.get(99).is_none() {
            return Err(missing(99));
        }
        if time_in_force == TimeInForce::Gtd {
            let until = message.get(126).ok_or(missing(126))?;
            order.expires_at = read_timestamp(until).ok_or(missing(126))?;
        }
        Ok((order, name))
    }

    /// The account that an order names, else the session's first.
    fn account(&self, message: &Message<'_>) -> Result<AccountId, Problematic> {
        let unknown =
            Problematic::Refused(UNKNOWN_ACCOUNT, "UNKNOWN_ACCOUNT: not an account of yours.");
        let own = &self.trader.terms.accounts;
        let Some(text) = message.get(1) else { return own.first().copied().ok_or(unknown) };
        let digits = text.strip_prefix(b"ACC-").unwrap_or_default();
        let number = openoutcry_fix::read_integer(digits);
        let number = number.and_then(|number| AccountId::try_from(number).ok());
        number.filter(|number| own.contains(number)).ok_or(unknown)
    }

    /// Answers an order that the machine never sees.
    fn reject_order(
        &mut self,
        message: &Message<'_>,
        link: &mut Link<Kept>,
        now: u64,
        problem: &Problematic,
    ) -> Handled {
        let (reason, text) = match problem {
            Problematic::Field(problem, tag) => {
                return Handled::Reject(Reject::of_tag(*problem, *tag));
            }
            Problematic::Refused(reason, text) => (*reason, *text),
        };
        self.trader.answers += 1;
        let sequence = message.integer(34).unwrap_or(0);
        let report = Report::new(b'8', b'8').reason(reason, text);
        report.of_request(message, sequence, link, &mut self.floor.body, now);
        Handled::Done
    }

    fn cancel(&mut self, message: &Message<'_>, link: &mut Link<Kept>, now: u64) -> Handled {
        let (id, original) = ids(message);
        let Some((account, order)) = self.find(message) else {
            return self.unknown_order(message, link, now);
        };
        let command = command::CancelOrder { account, order, ..Default::default() };
        self.floor.ask(self.trader.number, command, None, Asked::Cancel { id, original, order });
        Handled::Done
    }

    fn replace(&mut self, message: &Message<'_>, link: &mut Link<Kept>, now: u64) -> Handled {
        let (id, original) = ids(message);
        let Some((account, order)) = self.find(message) else {
            return self.unknown_order(message, link, now);
        };
        let read = (|| {
            let command = command::ReplaceOrder {
                account,
                order,
                quantity: quantity(message, 38)?.ok_or(missing(38))?,
                price: price(message, 44)?.unwrap_or(0),
                stop_price: price(message, 99)?.unwrap_or(0),
                display_quantity: quantity(message, 111)?.unwrap_or(0),
                ..Default::default()
            };
            name(message)?;
            self.check_same(message, order)?;
            Ok(command)
        })();
        match read {
            Ok(command) => {
                let asked = Asked::Replace { id, original, order };
                self.floor.ask(self.trader.number, command, None, asked);
                Handled::Done
            }
            Err(Problematic::Field(problem, tag)) => Handled::Reject(Reject::of_tag(problem, tag)),
            Err(Problematic::Refused(_, text)) => {
                let known = self.floor.orders.get(&order).cloned();
                self.cancel_reject(message, known.as_ref(), OTHER, text, link, now);
                Handled::Done
            }
        }
    }

    /// Side and type of an order cannot be replaced.
    fn check_same(&self, message: &Message<'_>, order: OrderId) -> Result<(), Problematic> {
        let Some(order) = self.floor.orders.get(&order) else { return Ok(()) };
        let same = side(message)? as u8 == order.side
            && order_type(message)? as u8 == order.order_type
            && (message.get(59).is_none() || time_in_force(message)? as u8 == order.time_in_force);
        if same {
            return Ok(());
        }
        let text = "INVALID_INSTRUCTION: side, type and time in force stay; cancel the order.";
        Err(Problematic::Refused(OTHER, text))
    }

    /// The order that a request is about: by the client's id, else by ours.
    pub(crate) fn find(&self, message: &Message<'_>) -> Option<(AccountId, OrderId)> {
        let original = message.get(41).or_else(|| message.get(11)).unwrap_or_default();
        let seat = self.trader.number;
        if let Some(found) = self.floor.named(seat, original) {
            return Some(found);
        }
        let own = &self.trader.terms.accounts;
        if let Some(number) = message.get(37).and_then(order_number)
            && let Some(order) = self.floor.orders.get(&number)
            && own.contains(&order.account)
        {
            return Some((order.account, number));
        }
        let found = self.floor.engine.read(|state| {
            own.iter().find_map(|account| {
                state.views.order_named(*account, original).map(|order| (*account, order.order))
            })
        });
        found.ok().flatten()
    }

    fn unknown_order(&mut self, message: &Message<'_>, link: &mut Link<Kept>, now: u64) -> Handled {
        // CxlRejReason 1: unknown order.
        let text = "UNKNOWN_ORDER: No such order of this account exists.";
        self.cancel_reject(message, None, 1, text, link, now);
        Handled::Done
    }

    fn cancel_reject(
        &mut self,
        message: &Message<'_>,
        order: Option<&Order>,
        reason: u32,
        text: &str,
        link: &mut Link<Kept>,
        now: u64,
    ) {
        let (id, original) = ids(message);
        let replace = message.kind() == b"G";
        let body = &mut self.floor.body;
        super::reports::cancel_reject(
            order,
            &id,
            &original,
            replace,
            (reason, text),
            body,
            link,
            now,
        );
    }

    fn cancel_all(&mut self, message: &Message<'_>, link: &mut Link<Kept>, now: u64) -> Handled {
        let kind = message.get(530).and_then(|kind| kind.first()).copied().unwrap_or(0);
        let symbol = match kind {
            b'1' => {
                let Some(ticker) = message.get(55) else {
                    return Handled::Reject(Reject::of_tag(Problem::RequiredTagMissing, 55));
                };
                self.floor.symbol(ticker)
            }
            b'7' => Some(openoutcry_wire::ALL_SYMBOLS),
            _ => None,
        };
        let side = match message.get(54).map(|_| side(message)) {
            None => 0,
            Some(Ok(side)) => side as u8,
            Some(Err(_)) => {
                return Handled::Reject(Reject::of_tag(Problem::WrongValue, 54));
            }
        };
        let account = self.trader.terms.accounts.first().copied();
        let id: Box<[u8]> = message.get(11).unwrap_or_default().into();
        let (Some(symbol), Some(account)) = (symbol, account) else {
            // MassCancelRejectReason 0: not supported; 1: unknown security.
            let reason = u64::from(kind == b'1');
            super::reports::mass_cancel(&id, kind, Err(reason), &mut self.floor.body, link, now);
            return Handled::Done;
        };
        let command = command::CancelAll { account, symbol, side, ..Default::default() };
        self.floor.ask(self.trader.number, command, None, Asked::CancelAll { id, kind });
        Handled::Done
    }
}

fn ids(message: &Message<'_>) -> (Box<[u8]>, Box<[u8]>) {
    let text = |tag| message.get(tag).unwrap_or_default().into();
    (text(11), text(41))
}

/// Our number of an order, from `ORD-123`.
pub(crate) fn order_number(text: &[u8]) -> Option<OrderId> {
    openoutcry_fix::read_integer(text.strip_prefix(b"ORD-")?)
}

const fn missing(tag: u32) -> Problematic {
    Problematic::Field(Problem::RequiredTagMissing, tag)
}

const fn wrong(tag: u32) -> Problematic {
    Problematic::Field(Problem::WrongValue, tag)
}

fn name(message: &Message<'_>) -> Result<Name, Problematic> {
    let id = message.get(11).unwrap_or_default();
    let printable = std::str::from_utf8(id).is_ok_and(|id| !id.chars().any(char::is_control));
    Name::new(id).filter(|_| printable).ok_or(wrong(11))
}

fn side(message: &Message<'_>) -> Result<Side, Problematic> {
    match message.get(54) {
        Some(b"1") => Ok(Side::Buy),
        Some(b"2") => Ok(Side::Sell),
        Some(b"5") => Ok(Side::SellShort),
        _ => Err(Problematic::Refused(UNSUPPORTED, "INVALID_INSTRUCTION: no such side here.")),
    }
}

fn order_type(message: &Message<'_>) -> Result<OrderType, Problematic> {
    match message.get(40) {
        Some(b"1") => Ok(OrderType::Market),
        Some(b"2") => Ok(OrderType::Limit),
        Some(b"3") => Ok(OrderType::Stop),
        Some(b"4") => Ok(OrderType::StopLimit),
        _ => Err(Problematic::Refused(UNSUPPORTED, "INVALID_INSTRUCTION: no such type here.")),
    }
}

fn time_in_force(message: &Message<'_>) -> Result<TimeInForce, Problematic> {
    match message.get(59) {
        None | Some(b"0") => Ok(TimeInForce::Day),
        Some(b"1") => Ok(TimeInForce::Gtc),
        Some(b"3") => Ok(TimeInForce::Ioc),
        Some(b"4") => Ok(TimeInForce::Fok),
        Some(b"6") => Ok(TimeInForce::Gtd),
        _ => {
            let text = "INVALID_TIME_IN_FORCE: no such time in force here.";
            Err(Problematic::Refused(UNSUPPORTED, text))
        }
    }
}

/// `ExecInst` 6, participate don't initiate, is post-only; others are refused.
fn instructions(message: &Message<'_>) -> Result<Instructions, Problematic> {
    match message.get(18) {
        None => Ok(Instructions::default()),
        Some(b"6") => Ok(Instructions::POST_ONLY),
        Some(_) => Err(Problematic::Refused(
            UNSUPPORTED,
            "INVALID_INSTRUCTION: ExecInst 6 alone is known.",
        )),
    }
}

fn quantity(message: &Message<'_>, tag: u32) -> Result<Option<u32>, Problematic> {
    let Some(text) = message.get(tag) else { return Ok(None) };
    let whole = read_decimal(text, 0).ok().and_then(|quantity| u32::try_from(quantity).ok());
    let whole = whole.filter(|quantity| *quantity > 0);
    let text = "INVALID_QUANTITY: whole shares, at least one.";
    whole.map(Some).ok_or(Problematic::Refused(OTHER, text))
}

/// A price in 1/10000 dollar.
fn price(message: &Message<'_>, tag: u32) -> Result<Option<u32>, Problematic> {
    let Some(text) = message.get(tag) else { return Ok(None) };
    match read_decimal(text, PRICE_PLACES).map(u32::try_from) {
        Ok(Ok(price)) if price > 0 => Ok(Some(price)),
        Err(Unreadable::Range) if !text.contains(&b'e') => {
            Err(Problematic::Refused(OTHER, "OFF_TICK: at most four decimals."))
        }
        _ => Err(Problematic::Refused(OTHER, "INVALID_PRICE: above zero, in dollars.")),
    }
}
