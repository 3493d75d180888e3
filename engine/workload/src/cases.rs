//! The engine's benchmark cases, by name.

use crate::measure::{Delivery, Figures, run};
use crate::{Regime, Shape, Workload};

/// Messages a second at which open-loop latency is measured.
const OPEN_RATE: u64 = 1_000_000;

/// One benchmark case.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub name: &'static str,
    shape: Shape,
    /// Orders at as many prices, placed by somebody else before the flow that is measured.
    spread: u32,
    delivery: Delivery,
}

const ONE: Shape = Shape {
    symbols: 1,
    accounts: 512,
    standing: 0,
    messages: 2_000_000,
    regime: Regime::Normal,
    seed: 23,
};
const HUNDRED: Shape = Shape { symbols: 100, accounts: 10_000, standing: 100_000, ..ONE };
const FIVE_THOUSAND: Shape =
    Shape { symbols: 5_000, accounts: 1_000_000, standing: 1_000_000, messages: 4_000_000, ..ONE };

const fn one(regime: Regime) -> Shape {
    Shape { regime, ..ONE }
}

const fn case(name: &'static str, shape: Shape, delivery: Delivery) -> Case {
    Case { name, shape, spread: 0, delivery }
}

/// All cases, in the order of the table.
pub const CASES: &[Case] = &[
    case("one-symbol/static/batched", one(Regime::Static), Delivery::Batched),
    case("one-symbol/static/single", one(Regime::Static), Delivery::Single),
    case("one-symbol/normal/batched", one(Regime::Normal), Delivery::Batched),
    case("one-symbol/normal/single", one(Regime::Normal), Delivery::Single),
    case("one-symbol/swing-25/batched", one(Regime::Swing25), Delivery::Batched),
    case("one-symbol/swing-25/single", one(Regime::Swing25), Delivery::Single),
    case("one-symbol/swing-40/batched", one(Regime::Swing40), Delivery::Batched),
    case("one-symbol/swing-40/single", one(Regime::Swing40), Delivery::Single),
    case("one-symbol/flash-crash/batched", one(Regime::FlashCrash), Delivery::Batched),
    case("one-symbol/flash-crash/single", one(Regime::FlashCrash), Delivery::Single),
    case("hundred-symbols/batched", HUNDRED, Delivery::Batched),
    case("hundred-symbols/single", HUNDRED, Delivery::Single),
    case("five-thousand-symbols/batched", FIVE_THOUSAND, Delivery::Batched),
    case("five-thousand-symbols/single", FIVE_THOUSAND, Delivery::Single),
    case("adversary/before", ONE, Delivery::Open(OPEN_RATE)),
    Case {
        name: "adversary/million-prices",
        shape: ONE,
        spread: 1_000_000,
        delivery: Delivery::Open(OPEN_RATE),
    },
    case("latency/one-symbol", ONE, Delivery::Open(OPEN_RATE)),
];

impl Case {
    /// Makes the workload and runs it; `quick` takes a twentieth of everything.
    #[must_use]
    pub fn run(&self, quick: bool) -> Figures {
        let part = if quick { 20 } else { 1 };
        let shape = Shape {
            accounts: self.shape.accounts.div_ceil(part),
            standing: self.shape.standing / part,
            messages: self.shape.messages / u64::from(part),
            ..self.shape
        };
        let mut workload = Workload::new(&shape);
        workload.spread(&shape, self.spread / part);
        run(&workload, self.delivery)
    }
}
