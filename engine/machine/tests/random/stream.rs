//! Random commands for a scenario. Each is made from a seed of its own and what the venue holds at
//! the time, so that a stream with parts left out stays a meaningful one.

use crate::dice::Dice;
use crate::scenario::{Scenario, deposit, units};
use bytemuck::Zeroable;
use openoutcry_machine::Machine;
use openoutcry_wire::command::{
    Activate, CancelAll, CancelOrder, EndDay, Halt, Header, ListSymbol, NewOrder, OpenAccount,
    ReplaceOrder, Resume, SetAccountStatus, SetLimits, Transfer,
};
use openoutcry_wire::{ALL_SYMBOLS, Instructions, Name, OUTSIDE, OrderType, TimeInForce, Unit};
use std::collections::BTreeMap;

/// What the clients of the venue know.
#[derive(Debug)]
pub(crate) struct Stream<'a> {
    scenario: &'a Scenario,
    /// The last number of each session.
    sessions: BTreeMap<u32, u64>,
    /// Commands that were sent with a name, to be sent again.
    named: Vec<Vec<Unit>>,
}

const NAMED: usize = 8;

impl<'a> Stream<'a> {
    pub(crate) fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, sessions: BTreeMap::new(), named: Vec::new() }
    }

    /// The command that `seed` stands for now.
    pub(crate) fn command(&mut self, seed: u64, venue: &Machine) -> Vec<Unit> {
        let dice = &mut Dice::new(seed);
        let mut command = self.choose(dice, venue);
        if dice.chance(8) {
            self.name(&mut command, dice);
        }
        if dice.chance(self.scenario.numbered) {
            self.number(&mut command, dice);
        }
        command
    }

    fn choose(&self, dice: &mut Dice, venue: &Machine) -> Vec<Unit> {
        if dice.chance(self.scenario.nonsense) {
            return nonsense(dice);
        }
        match dice.below(1_000) {
            0..660 => units(&self.new_order(venue, dice)),
            // In a patient market orders stay, and the book grows deep.
            660..984 if dice.chance(self.scenario.patience) => units(&self.new_order(venue, dice)),
            660..780 => units(&self.cancel(dice, venue)),
            780..930 => units(&self.replace(dice, venue)),
            930..940 => units(&self.cancel_all(dice)),
            940..960 => units(&self.transfer(dice)),
            960..963 => units(&Halt {
                symbol: self.one_or_all(dice),
                cause: dice.word(),
                ..Default::default()
            }),
            963..982 => units(&Resume {
                symbol: self.mostly_all(dice),
                cause: dice.word(),
                ..Default::default()
            }),
            982..984 => units(&EndDay { symbol: self.one_or_all(dice), ..Default::default() }),
            984..995 => self.about_an_account(dice),
            _ => Self::about_the_venue(dice),
        }
    }

    fn new_order(&self, venue: &Machine, dice: &mut Dice) -> NewOrder {
        let symbol = self.scenario.symbol(dice);
        let side = if dice.chance(99) { 1 + dice.number_below(2) } else { dice.number_below(6) };
        let order_type = if dice.chance(99) {
            dice.one_of(&[1, 2, 2, 2, 2, 2, 2, 3, 4])
        } else {
            dice.number_below(7)
        };
        let lasts = if dice.chance(99) {
            let stop = order_type >= OrderType::Stop as u32;
            dice.one_of(if stop { &[1, 2] } else { &[1, 1, 1, 2, 2, 2, 3, 4] })
        } else {
            dice.number_below(6)
        };
        let has_limit =
            order_type == OrderType::Limit as u32 || order_type == OrderType::StopLimit as u32;
        let has_stop = order_type >= OrderType::Stop as u32;
        // Bids lie below the centre and offers above it as far as clients are patient.
        let patient = dice.chance(self.scenario.patience);
        let away = if side == 1 { -2 } else { 2 };
        let lean = if patient { away } else { -away };
        let price = self.scenario.price(symbol, lean, dice);
        let stop_price = self.scenario.price(symbol, -away, dice);
        let mut order = NewOrder {
            account: self.scenario.account(dice),
            symbol,
            side: byte(side),
            order_type: byte(order_type),
            time_in_force: byte(lasts),
            self_trade: byte(dice.number_below(5)),
            quantity: self.scenario.quantity(dice),
            price: if has_limit == dice.chance(99) { price } else { 0 },
            stop_price: if has_stop == dice.chance(99) { stop_price } else { 0 },
            ..Default::default()
        };
        if dice.chance(1) {
            order.self_trade = 5;
        }
        if dice.below(1_000) == 0 {
            order.display_quantity = order.quantity;
        }
        if dice.chance(self.scenario.rare) {
            Self::make_rare(&mut order, venue, dice);
        }
        order
    }

    /// Gives an order terms that few have, mostly such as go together.
    fn make_rare(order: &mut NewOrder, venue: &Machine, dice: &mut Dice) {
        match dice.below(3) {
            0 => {
                order.time_in_force = TimeInForce::Gtd as u8;
                order.expires_at = venue.time() + dice.below(60) + u64::from(dice.chance(95));
            }
            1 => {
                let post_only = Instructions::POST_ONLY.bits();
                let reprice = if dice.chance(50) { Instructions::REPRICE.bits() } else { 0 };
                order.self_trade |= post_only | reprice;
            }
            _ => {
                if dice.chance(90) {
                    order.time_in_force = TimeInForce::Ioc as u8;
                }
                order.minimum_quantity = 1 + dice.number_below(order.quantity.clamp(1, 1 << 30));
            }
        }
        if dice.chance(1) {
            order.minimum_quantity = order.minimum_quantity.wrapping_add(order.quantity);
        }
        if dice.chance(1) {
            order.self_trade ^= Instructions::REPRICE.bits();
        }
    }

    /// An open order and its account; now and then one that is done, foreign or unknown.
    fn target(&self, dice: &mut Dice, venue: &Machine) -> (u32, u64) {
        let mut account = self.scenario.account(dice);
        for _ in 0..4 {
            if venue.live(account).is_empty() {
                account = self.scenario.account(dice);
            }
        }
        let live = venue.live(account);
        match dice.below(50) {
            0 => (account, dice.below(2_000)),
            1 => (account, dice.roll()),
            2 => (self.scenario.account(dice), live.last().copied().unwrap_or(1)),
            _ if live.is_empty() => (account, dice.below(100)),
            _ => (account, dice.one_of(&live)),
        }
    }

    fn cancel(&self, dice: &mut Dice, venue: &Machine) -> CancelOrder {
        let (account, order) = self.target(dice, venue);
        CancelOrder { account, order, ..Default::default() }
    }

    fn replace(&self, dice: &mut Dice, venue: &Machine) -> ReplaceOrder {
        let (account, order) = self.target(dice, venue);
        let is = venue.order(order);
        let version = is.map_or(0, |is| is.version);
        let symbol = is.map_or(0, |is| is.symbol);
        let waits = is.is_some_and(|is| is.stop_price.0 != 0);
        let has_limit = is.is_some_and(|is| is.price.0 != 0);
        let price = self.scenario.price(symbol, 0, dice);
        let stop_price = self.scenario.price(symbol, 0, dice);
        let less = is.map_or(1, |is| 1 + dice.number_below(is.quantity));
        ReplaceOrder {
            account,
            order,
            quantity: match dice.below(4) {
                0 => 0,
                1 => self.scenario.quantity(dice),
                _ => less,
            },
            price: if has_limit == dice.chance(97) && dice.chance(40) { price } else { 0 },
            stop_price: if waits == dice.chance(97) && dice.chance(40) { stop_price } else { 0 },
            expected_version: if dice.chance(70) { 0 } else { version + u32::from(dice.chance(9)) },
            display_quantity: u32::from(dice.below(500) == 0),
            of_leaves: if dice.below(300) == 0 { 2 } else { u8::from(dice.chance(30)) },
            ..Default::default()
        }
    }

    fn cancel_all(&self, dice: &mut Dice) -> CancelAll {
        CancelAll {
            account: self.scenario.account(dice),
            symbol: self.one_or_all(dice),
            side: if dice.chance(95) {
                byte(dice.number_below(3))
            } else {
                byte(dice.number_below(256))
            },
            by_operator: byte(dice.number_below(2)),
            ..Default::default()
        }
    }

    fn transfer(&self, dice: &mut Dice) -> Transfer {
        let [one, other] = [(); 2].map(|()| match dice.below(3) {
            0 => OUTSIDE,
            _ => self.scenario.account(dice),
        });
        let asset = dice.number_below(2) * (self.scenario.symbol(dice).wrapping_add(1));
        let amount = match dice.below(20) {
            0 => 0,
            1 => -1,
            2 => i64::MAX,
            3 => i64::MAX / 2,
            _ => i64::from(self.scenario.quantity(dice)) << dice.below(24),
        };
        Transfer { from: one, ..deposit(other, asset, amount) }
    }

    fn about_an_account(&self, dice: &mut Dice) -> Vec<Unit> {
        let account = self.scenario.account(dice);
        match dice.below(10) {
            0 => units(&OpenAccount {
                owner: account,
                group: dice.number_below(3),
                kind: byte(dice.number_below(4)),
                ..Default::default()
            }),
            1..4 => units(&SetLimits {
                account,
                maximum_open_orders: if dice.chance(80) { 0 } else { dice.number_below(6) },
                maximum_order_value: dice.one_of(&[-1, 0, 0, 1_000_000_000, i64::MAX]),
                ..Default::default()
            }),
            _ => units(&SetAccountStatus {
                account,
                status: if dice.chance(10) { dice.one_of(&[0, 2]) } else { 1 },
                ..Default::default()
            }),
        }
    }

    fn about_the_venue(dice: &mut Dice) -> Vec<Unit> {
        if dice.chance(30) {
            return units(&Activate { version: dice.number_below(3), ..Default::default() });
        }
        let ticker =
            dice.one_of(&[*b"AA      ", *b"Z.Z-9999", *b"a       ", *b"Z  Z    ", [b' '; 8]]);
        units(&ListSymbol {
            ticker,
            previous_close: dice.one_of(&[0, 150, 10_000, 10_001]),
            tick: dice.one_of(&[0, 0, 25, 1_000_001]),
            sweep_collar: dice.one_of(&[0, 100, 1_000_001]),
            ..Default::default()
        })
    }

    fn one_or_all(&self, dice: &mut Dice) -> u32 {
        let one = self.scenario.symbol(dice);
        dice.one_of(&[one, ALL_SYMBOLS])
    }

    fn mostly_all(&self, dice: &mut Dice) -> u32 {
        if dice.chance(25) { self.scenario.symbol(dice) } else { ALL_SYMBOLS }
    }

    /// Gives a command a name, or sends a named one again, as it was or a little different.
    fn name(&mut self, command: &mut Vec<Unit>, dice: &mut Dice) {
        if !self.named.is_empty() && dice.chance(60) {
            let again = usize::try_from(dice.below(self.named.len() as u64)).unwrap();
            command.clone_from(&self.named[again]);
            if dice.chance(40) {
                // The account or owner stays, or most would be about another.
                command[0].0[16 + 4 + usize::try_from(dice.below(28)).unwrap()] ^= 1;
            }
            return;
        }
        command[0].0[1] = 2;
        command.truncate(1);
        let text = [b'a' + byte(dice.number_below(26)), b'0' + byte(dice.number_below(10))];
        command.push(bytemuck::cast(Name::new(&text).unwrap()));
        if self.named.len() < NAMED {
            self.named.push(command.clone());
        } else {
            let place = usize::try_from(dice.below(NAMED as u64)).unwrap();
            self.named[place].clone_from(command);
        }
    }

    /// Numbers a command within a session; now and then with a number that is not the next.
    fn number(&mut self, command: &mut [Unit], dice: &mut Dice) {
        let session = 1 + dice.number_below(2);
        let last = self.sessions.entry(session).or_default();
        let number = match dice.below(25) {
            0 => dice.roll(),
            1 | 2 => dice.below(*last + 1),
            3 => last.saturating_sub(dice.below(4)),
            4 => last.saturating_sub(1_022 + dice.below(4)),
            _ => *last + 1,
        };
        if number == *last + 1 {
            *last = number;
        }
        let header: &mut Header = bytemuck::from_bytes_mut(&mut command[0].0[..16]);
        header.session = session;
        header.session_sequence = number;
    }
}

/// A command of any kind whose fields mean nothing, extremes more often than not.
pub(crate) fn nonsense(dice: &mut Dice) -> Vec<Unit> {
    let mut unit = Unit::zeroed();
    for word in unit.0.chunks_exact_mut(4).skip(4) {
        let number = match dice.below(8) {
            0 => dice.word(),
            1 => dice.number_below(0x0404_0404),
            2 => 0x7fff_ffff,
            3 => u32::MAX,
            4 => 0x8000_0000,
            5 => 0,
            _ => dice.number_below(8),
        };
        word.copy_from_slice(&number.to_le_bytes());
    }
    unit.0[0] = 1 + byte(dice.number_below(13));
    unit.0[1] = 1;
    unit.0[2] = byte(dice.number_below(256));
    if unit.0[0] == NewOrder::KIND && dice.chance(70) {
        // Words that exist and fields that are not in use left alone, or it would be refused
        // before anything else is looked at.
        for (place, words) in [(24, 3), (25, 4), (26, 4), (27, 5)] {
            unit.0[place] = byte(dice.number_below(words)) + u8::from(place != 27);
        }
        unit.0[40..].fill(0);
    }
    vec![unit]
}

fn byte(number: u32) -> u8 {
    u8::try_from(number).unwrap()
}
