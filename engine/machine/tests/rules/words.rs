//! Events and money in words, for tests that say what they expect as a person would.

use openoutcry_wire::{Event, Reason, Side};

/// A price such as `150.25` in 1/10000 dollar.
pub(crate) fn price(text: &str) -> u32 {
    u32::try_from(decimal(text, 4)).expect("a price in range")
}

/// An amount such as `1000.00` in 1/1,000,000 dollar.
pub(crate) fn money(text: &str) -> i64 {
    decimal(text, 6)
}

fn decimal(text: &str, places: usize) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.len() <= places, "{text} has more than {places} places");
    format!("{whole}{fraction:0<places$}").parse().expect("a decimal number")
}

/// Millionths of a dollar with two places or as many more as it takes.
pub(crate) fn dollars(money: i64) -> String {
    let sign = if money < 0 { "-" } else { "" };
    let (whole, fraction) = (money.unsigned_abs() / 1_000_000, money.unsigned_abs() % 1_000_000);
    let digits = format!("{fraction:06}");
    let (cents, rest) = digits.split_at(2);
    format!("{sign}{whole}.{cents}{}", rest.trim_end_matches('0'))
}

/// An order price.
fn at(price: u32) -> String {
    dollars(i64::from(price) * 100)
}

/// An event as `2 buys 100 at 150.00 from 1`.
pub(crate) fn in_words(event: &Event<'_>) -> String {
    let reason = Reason::try_from(event.header().reason).expect("a known reason");
    let symbol = event.header().symbol;
    match event {
        Event::Accepted(e, _) => format!("{} accepted", e.order),
        Event::Rejected(e, _) => {
            format!("{} rejected: {}", e.order, why(reason, e.required, e.available))
        }
        Event::Trade(e, _) if e.taker_side == Side::Buy as u8 => format!(
            "{} buys {} at {} from {}",
            e.taker_order,
            e.quantity,
            dollars(e.price),
            e.maker_order
        ),
        Event::Trade(e, _) => format!(
            "{} sells {} at {} to {}",
            e.taker_order,
            e.quantity,
            dollars(e.price),
            e.maker_order
        ),
        Event::Cancelled(e, _) => {
            format!("{} cancelled with {} left: {}", e.order, e.quantity, reason.code())
        }
        Event::Replaced(e, _) => {
            let limit = if e.price == 0 { String::new() } else { format!(" at {}", at(e.price)) };
            let stop = match e.stop_price {
                0 => String::new(),
                stop => format!(" stop {}", at(stop)),
            };
            let place = if e.kept_priority == 1 { "in its place" } else { "anew" };
            let why = if reason == Reason::None { "" } else { ": CANCELLED_SELF_TRADE" };
            format!(
                "{} is {}{limit}{stop} {place}, version {}{why}",
                e.order, e.quantity, e.version
            )
        }
        Event::Triggered(e, _) => {
            format!("{} with stop {} triggered at {}", e.order, at(e.stop_price), dollars(e.last))
        }
        Event::Refused(e, _) => format!("refused: {}", why(reason, e.required, e.available)),
        Event::Repeated(e, _) if reason == Reason::None => format!("repeats {}", e.made),
        Event::Repeated(e, _) => format!("repeats {}: {}", e.made, reason.code()),
        Event::Transferred(e, _) => format!("transfer {}", e.transfer),
        Event::AccountOpened(e, _) => format!("account {} opened", e.account),
        Event::SymbolListed(..) => format!("symbol {symbol} listed"),
        Event::Halted(..) => format!("symbol {symbol} halted"),
        Event::Resumed(..) => format!("symbol {symbol} resumed"),
        Event::AccountStatusSet(e, _) => format!("account {} has status {}", e.account, e.status),
        Event::DayEnded(e, _) => format!("symbol {symbol} closes at {}", dollars(e.close)),
        Event::Activated(e, _) => format!("rules {} hold", e.version),
        Event::LimitsSet(e, _) => format!("account {} has limits", e.account),
        Event::AllCancelled(e, _) => format!("{} orders cancelled", e.orders),
    }
}

/// A reason and its figures, in its own unit: `OFF_TICK, 150.005 against 150.00`.
fn why(reason: Reason, required: i64, available: i64) -> String {
    let code = reason.code();
    let figures =
        |unit: fn(i64) -> String| format!("{code}, {} against {}", unit(required), unit(available));
    match reason {
        _ if required == 0 && available == 0 => code.into(),
        Reason::InsufficientFunds | Reason::OrderTooLarge => figures(dollars),
        Reason::PriceCollar | Reason::OffTick | Reason::PostOnlyWouldTake => {
            figures(|price| dollars(price * 100))
        }
        _ => figures(|number| number.to_string()),
    }
}
