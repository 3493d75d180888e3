//! A whole venue's flow: symbols and accounts opened and funded, orders standing, messages to come.

use crate::flow::{Standing, Step};
use crate::{Flow, Random, Regime};
use openoutcry_wire::{OrderType, Side, TimeInForce, Unit, command};

/// The price that flows start around: $167.52, in ticks of a cent.
const START_TICKS: u32 = 16_752;
/// A cent in 1/10000 dollar.
const TICK: u32 = 100;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub symbols: u32,
    pub accounts: u32,
    /// Orders that stand before the messages begin, spread over the symbols behind the touch.
    pub standing: u32,
    pub messages: u64,
    pub regime: Regime,
    pub seed: u64,
}

/// Commands to apply before the clock starts, and those to measure.
#[derive(Debug)]
pub struct Workload {
    pub setup: Vec<Unit>,
    pub messages: Vec<Unit>,
}

impl Workload {
    /// Lets one more account put `orders` orders at as many prices, behind all others: a bid at
    /// every tick below half the price, then offers at every tick above twice the price.
    pub fn spread(&mut self, shape: &Shape, orders: u32) {
        if orders == 0 {
            return;
        }
        let account = shape.accounts + 1;
        let mut spread = Vec::new();
        let cash = command::Transfer { to: account, amount: 1 << 61, ..Default::default() };
        let shares = command::Transfer { asset: 1, amount: 1 << 40, ..cash };
        let limits =
            command::SetLimits { account, maximum_open_orders: u32::MAX, ..Default::default() };
        let open = command::OpenAccount { owner: account, kind: 1, ..Default::default() };
        command::encode(&open, None, &mut spread);
        command::encode(&limits, None, &mut spread);
        command::encode(&cash, None, &mut spread);
        command::encode(&shares, None, &mut spread);
        for order in 0..orders {
            let bid = order < START_TICKS / 2 - 100;
            let ticks = if bid { order + 100 } else { 2 * START_TICKS + order };
            limit(0, account, (bid, ticks, 1, false), &mut spread);
        }
        self.setup.extend(spread);
        shift(&mut self.messages, u64::from(orders));
    }

    /// Makes the flow: new orders, cancels and replaces in the proportions of the crate's text.
    #[must_use]
    pub fn new(shape: &Shape) -> Self {
        let mut random = Random::new(shape.seed);
        let mut setup = Vec::new();
        fund(shape, &mut setup);
        let mut orders = stand(shape, &mut random, &mut setup);
        let mut flows: Vec<_> =
            (0..shape.symbols).map(|_| Flow::new(shape.regime, START_TICKS)).collect();
        let mut messages = Vec::with_capacity(usize::try_from(shape.messages).unwrap_or_default());
        let steps = shape.messages / u64::from(shape.symbols);
        for message in 0..shape.messages {
            let symbol =
                u32::try_from(random.below(u64::from(shape.symbols))).expect("symbols are few");
            let step = message / u64::from(shape.symbols);
            let flow = &mut flows[symbol as usize];
            match flow.next(step, steps, &mut random) {
                Step::New { buy, ticks, quantity, ioc } => {
                    orders += 1;
                    let account = account(shape, &mut random);
                    limit(symbol, account, (buy, ticks, quantity, ioc), &mut messages);
                    if !ioc {
                        let standing = Standing { order: orders, account, ticks, quantity };
                        flow.sent(step, standing, &mut random);
                    }
                }
                Step::Cancel(Standing { order, account, .. }) => {
                    let cancel = command::CancelOrder { account, order, ..Default::default() };
                    command::encode(&cancel, None, &mut messages);
                }
                Step::Replace(Standing { order, account, ticks, quantity }, shift) => {
                    let price = ticks.saturating_add_signed(shift).max(1) * TICK;
                    let quantity = quantity + 1;
                    let replace = command::ReplaceOrder {
                        account,
                        order,
                        quantity,
                        price,
                        ..Default::default()
                    };
                    command::encode(&replace, None, &mut messages);
                }
            }
        }
        Self { setup, messages }
    }
}

fn account(shape: &Shape, random: &mut Random) -> u32 {
    1 + u32::try_from(random.below(u64::from(shape.accounts))).expect("accounts fit 32 bits")
}

/// Lists the symbols and opens accounts that can pay for all that comes.
fn fund(shape: &Shape, out: &mut Vec<Unit>) {
    for symbol in 0..shape.symbols {
        let listing = command::ListSymbol {
            ticker: ticker(symbol),
            previous_close: START_TICKS * TICK,
            ..Default::default()
        };
        command::encode(&listing, None, out);
    }
    let cash = 2_000_000_000_000_000_000 / i64::from(shape.accounts);
    for account in 1..=shape.accounts {
        let open = command::OpenAccount { owner: account, kind: 1, ..Default::default() };
        let limits =
            command::SetLimits { account, maximum_open_orders: u32::MAX, ..Default::default() };
        let deposit = command::Transfer { to: account, amount: cash, ..Default::default() };
        command::encode(&open, None, out);
        command::encode(&limits, None, out);
        command::encode(&deposit, None, out);
        // With many accounts and symbols each account trades a few symbols, as people do.
        if u64::from(shape.accounts) * u64::from(shape.symbols) <= 1 << 20 {
            for symbol in 0..shape.symbols {
                let shares = command::Transfer {
                    to: account,
                    asset: symbol + 1,
                    amount: 1 << 40,
                    ..Default::default()
                };
                command::encode(&shares, None, out);
            }
        }
    }
}

/// Puts orders far enough behind the touch that the flow leaves most of them alone.
fn stand(shape: &Shape, random: &mut Random, out: &mut Vec<Unit>) -> u64 {
    for _ in 0..shape.standing {
        let symbol =
            u32::try_from(random.below(u64::from(shape.symbols))).expect("symbols are few");
        let distance = 5 + u32::try_from(random.below(400)).expect("small");
        let account = account(shape, random);
        let quantity = 1 + u32::try_from(random.below(100)).expect("small");
        limit(symbol, account, (true, START_TICKS - distance, quantity, false), out);
    }
    u64::from(shape.standing)
}

fn limit(symbol: u32, account: u32, order: (bool, u32, u32, bool), out: &mut Vec<Unit>) {
    let (buy, ticks, quantity, ioc) = order;
    let new = command::NewOrder {
        account,
        symbol,
        side: if buy { Side::Buy } else { Side::Sell } as u8,
        order_type: OrderType::Limit as u8,
        time_in_force: if ioc { TimeInForce::Ioc } else { TimeInForce::Gtc } as u8,
        quantity,
        price: ticks * TICK,
        ..Default::default()
    };
    command::encode(&new, None, out);
}

/// `S00000` and so on.
fn ticker(symbol: u32) -> [u8; 8] {
    let mut ticker = *b"S00000  ";
    let mut rest = symbol;
    for digit in ticker[1..6].iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).expect("a digit");
        rest /= 10;
    }
    ticker
}

/// Adds to the order numbers that cancels and replaces name: so many came before.
fn shift(messages: &mut [Unit], by: u64) {
    for unit in messages {
        match unit.0[0] {
            command::CancelOrder::KIND => {
                bytemuck::cast_mut::<Unit, command::CancelOrder>(unit).order += by;
            }
            command::ReplaceOrder::KIND => {
                bytemuck::cast_mut::<Unit, command::ReplaceOrder>(unit).order += by;
            }
            _ => {}
        }
    }
}
