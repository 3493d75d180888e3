//! A market for one random stream: its symbols, its accounts, and how they trade.

use crate::dice::Dice;
use openoutcry_wire::command::{ListSymbol, OpenAccount, SetLimits, Transfer, encode};
use openoutcry_wire::{ALL_SYMBOLS, OUTSIDE, Unit};

/// Most streams are short, so that many characters are met; some run until books are deep.
pub(crate) const LENGTH: usize = 400;

/// What makes one stream differ from another: chosen once, so that each has a character.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    /// How many commands follow the setup.
    pub(crate) length: usize,
    pub(crate) setup: Vec<Vec<Unit>>,
    pub(crate) places: Vec<Place>,
    pub(crate) accounts: u32,
    /// The largest quantity that orders usually have.
    pub(crate) quantity: u32,
    /// How many in a hundred orders are priced so as to rest, and are left alone.
    pub(crate) patience: u64,
    /// How many in a hundred orders have terms that few orders have.
    pub(crate) rare: u64,
    /// How many in a hundred commands are bytes without sense.
    pub(crate) nonsense: u64,
    /// How many in a hundred commands are numbered by a session.
    pub(crate) numbered: u64,
}

/// Where a symbol is traded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) tick: u32,
    pub(crate) centre: u32,
    /// How many ticks prices usually lie away from the centre, at most.
    pub(crate) width: u32,
}

impl Scenario {
    pub(crate) fn new(seed: u64) -> Self {
        let dice = &mut Dice::new(seed);
        let deep = seed % 16 == 15;
        let mut scenario = Self {
            length: if deep { 10 * LENGTH } else { LENGTH },
            setup: Vec::new(),
            places: Vec::new(),
            accounts: 2 + dice.number_below(5),
            quantity: dice.one_of(&[3, 10, 100, 1_000, 3_000_000]),
            patience: if deep { 99 } else { dice.one_of(&[10, 40, 80]) },
            nonsense: if deep { 0 } else { dice.one_of(&[0, 1, 20]) },
            rare: dice.one_of(&[0, 10, 60]),
            numbered: dice.one_of(&[0, 0, 10, 100]),
        };
        for number in 0..=dice.number_below(3) {
            scenario.list(number, dice);
        }
        for account in 1..=scenario.accounts {
            scenario.open(account, dice);
        }
        scenario
    }

    fn list(&mut self, number: u32, dice: &mut Dice) {
        let tick = dice.one_of(&[0, 0, 0, 0, 1, 5, 100, 1_000_000]);
        let centre = match tick {
            0 => dice.one_of(&[7, 10_000, 10_000, 1_500_000, 1_500_000, 4_294_960_000]),
            1 => dice.one_of(&[3, 4_000, u32::MAX - 2, u32::MAX - 70_000]),
            tick => tick * dice.one_of(&[1, 3, 40, 4_000]),
        };
        let place = Place {
            tick,
            centre,
            width: dice.one_of(&[1, 1, 4, 4, 12, 12, 60, 60, 3_000, u32::MAX]),
        };
        let collars = [0, 0, 50, 1_000, 5_000, 10_000, 1_000_000];
        let list = ListSymbol {
            ticker: ticker(number),
            previous_close: if dice.chance(80) { place.on_tick(centre) } else { 0 },
            tick,
            maximum_quantity: dice.one_of(&[0, 0, 0, self.quantity * 2, u32::MAX]),
            sweep_collar: dice.one_of(&collars),
            limit_collar: dice.one_of(&collars),
            ..Default::default()
        };
        self.setup.push(units(&list));
        self.places.push(place);
    }

    fn open(&mut self, account: u32, dice: &mut Dice) {
        let kind = dice.one_of(&[1, 1, 2]);
        self.setup.push(units(&OpenAccount { owner: account, kind, ..Default::default() }));
        // Enough for a few orders, for many, or for more than there ever are.
        let plenty = if self.patience == 99 { [1_000_000; 4] } else { [1, 3, 30, 1_000_000] };
        let price = self.places.iter().map(|place| place.centre).max().unwrap();
        let order = i64::from(price) * 100 * i64::from(self.quantity.min(1_000));
        let cash = order.saturating_mul(dice.one_of(&plenty)).min(i64::MAX / 8);
        self.setup.push(units(&deposit(account, 0, cash)));
        for symbol in 0..u32::try_from(self.places.len()).unwrap() {
            let shares = i64::from(self.quantity) * dice.one_of(&plenty);
            self.setup.push(units(&deposit(account, symbol + 1, shares)));
        }
        if dice.chance(30) && self.patience != 99 {
            let maximum_order_value = dice.one_of(&[0, order / 2 + 1]);
            let maximum_open_orders = dice.one_of(&[0, 1, 4]);
            let limits = SetLimits {
                account,
                maximum_open_orders,
                maximum_order_value,
                ..Default::default()
            };
            self.setup.push(units(&limits));
        }
    }

    /// A listed symbol, now and then one that is not.
    pub(crate) fn symbol(&self, dice: &mut Dice) -> u32 {
        let listed = u32::try_from(self.places.len()).unwrap();
        if dice.chance(99) {
            dice.number_below(listed)
        } else {
            dice.one_of(&[listed, ALL_SYMBOLS])
        }
    }

    /// An open account, now and then one that is not.
    pub(crate) fn account(&self, dice: &mut Dice) -> u32 {
        if dice.chance(99) {
            1 + dice.number_below(self.accounts)
        } else {
            dice.one_of(&[OUTSIDE, self.accounts + 1, u32::MAX])
        }
    }

    /// A price near the centre of a symbol; `lean` in ticks away from it.
    pub(crate) fn price(&self, symbol: u32, lean: i64, dice: &mut Dice) -> u32 {
        let Some(place) = self.places.get(symbol as usize) else { return dice.word() };
        match dice.below(100) {
            0 => 0,
            1 => dice.word(),
            2 => place.on_tick(dice.word()),
            3 => place.centre.wrapping_add(1),
            _ if place.width == u32::MAX => place.on_tick(dice.word() >> dice.below(32)),
            _ => place.near(
                lean + i64::from(dice.number_below(2 * place.width + 1)) - i64::from(place.width),
            ),
        }
    }

    pub(crate) fn quantity(&self, dice: &mut Dice) -> u32 {
        match dice.below(100) {
            0 => dice.one_of(&[0, u32::MAX, 10_000_001]),
            1..8 => dice.number_below(self.quantity * 20) + 1,
            _ => dice.number_below(self.quantity) + 1,
        }
    }
}

impl Place {
    fn step(self, price: u32) -> u32 {
        match self.tick {
            0 if price < 10_000 => 1,
            0 => 100,
            tick => tick,
        }
    }

    fn on_tick(self, price: u32) -> u32 {
        price - price % self.step(price)
    }

    fn near(self, ticks: i64) -> u32 {
        let price = i64::from(self.centre) + ticks * i64::from(self.step(self.centre));
        let bounded = u32::try_from(price.clamp(1, i64::from(u32::MAX))).unwrap();
        self.on_tick(bounded).max(self.step(1))
    }
}

pub(crate) fn deposit(to: u32, asset: u32, amount: i64) -> Transfer {
    Transfer { from: OUTSIDE, to, asset, amount, ..Default::default() }
}

pub(crate) fn units(command: &impl bytemuck::Pod) -> Vec<Unit> {
    let mut units = Vec::new();
    encode(command, None, &mut units);
    units
}

fn ticker(number: u32) -> [u8; 8] {
    let letter = b'A' + u8::try_from(number % 26).unwrap();
    [letter, letter, b' ', b' ', b' ', b' ', b' ', b' ']
}
