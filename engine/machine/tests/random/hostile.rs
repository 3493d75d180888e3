//! Commands that no honest client would send: the machine answers each, keeps every invariant, and
//! says what its twin says.

use crate::dice::Dice;
use crate::duel::{Said, Step, minimise, play};
use crate::scenario::{Scenario, deposit, units};
use crate::stream::nonsense;
use openoutcry_machine::Machine;
use openoutcry_wire::command::{ListSymbol, NewOrder, OpenAccount};
use openoutcry_wire::{OrderType, Side, TimeInForce, Unit};

fn survives(scenario: &Scenario, seed: u64, steps: &[Step]) {
    if let Err(parted) = play(scenario, steps, &mut Said::default()) {
        let parted = minimise(scenario, steps, *parted);
        panic!("seed {seed}\n  {}\n{}", parted.commands.join("\n  "), parted.how);
    }
}

#[test]
fn commands_without_sense_are_answered() {
    for seed in 0..40 {
        let scenario = Scenario::new(seed);
        let dice = &mut Dice::new(seed);
        let setup = scenario.setup.iter().cloned();
        let commands = setup.chain((0..250).map(|_| nonsense(dice)));
        let steps: Vec<Step> = commands.map(Step::Setup).collect();
        survives(&scenario, seed, &steps);
    }
}

#[test]
fn commands_to_a_venue_with_nothing_in_it_are_answered() {
    let scenario = Scenario::new(0);
    for seed in 0..20 {
        let dice = &mut Dice::new(seed);
        let steps: Vec<Step> = (0..100).map(|_| Step::Setup(nonsense(dice))).collect();
        survives(&scenario, seed, &steps);
    }
}

/// A symbol with the finest tick and the largest orders, and two accounts that have all the cash
/// and all the shares there can be.
fn filled_to_the_brim() -> Vec<Vec<Unit>> {
    let list = ListSymbol {
        ticker: *b"DEAR    ",
        tick: 1,
        maximum_quantity: u32::MAX,
        ..Default::default()
    };
    let open = |owner| OpenAccount { owner, kind: 1, ..Default::default() };
    vec![
        units(&list),
        units(&open(1)),
        units(&open(2)),
        units(&deposit(1, 0, i64::MAX)),
        units(&deposit(2, 1, i64::MAX)),
    ]
}

fn limit(account: u32, side: Side, quantity: u32, price: u32) -> NewOrder {
    NewOrder {
        account,
        side: side as u8,
        order_type: OrderType::Limit as u8,
        time_in_force: TimeInForce::Gtc as u8,
        quantity,
        price,
        ..Default::default()
    }
}

#[test]
fn the_largest_orders_trade_at_the_highest_prices() {
    // The largest quantity whose value fits 64 bits, at the highest price and around it.
    let most = u32::try_from(i64::MAX / 100 / i64::from(u32::MAX)).unwrap();
    let mut steps = filled_to_the_brim();
    for (quantity, price) in [(most, u32::MAX), (most + 1, u32::MAX), (u32::MAX, most), (1, 1)] {
        steps.push(units(&limit(2, Side::Sell, quantity, price)));
        steps.push(units(&limit(1, Side::Buy, quantity, price)));
        steps.push(units(&limit(2, Side::Buy, quantity, price)));
        steps.push(units(&limit(1, Side::Sell, quantity, price)));
    }
    let steps: Vec<Step> = steps.into_iter().map(Step::Setup).collect();
    survives(&Scenario::new(0), 0, &steps);
}

#[test]
fn a_level_holds_more_shares_than_fit_32_bits() {
    let mut machine = Machine::new();
    let mut commands: Vec<Unit> = filled_to_the_brim().concat();
    for _ in 0..5 {
        commands.extend(units(&limit(2, Side::Sell, u32::MAX, 1)));
    }
    machine.apply(1, &commands, &mut Vec::new());
    machine.audit().unwrap();
    let level = machine.depth(0, Side::Sell, 1)[0];
    assert_eq!((level.quantity, level.orders), (5 * u64::from(u32::MAX), 5));
    let market =
        NewOrder { order_type: OrderType::Market as u8, ..limit(1, Side::Buy, u32::MAX, 0) };
    machine.apply(1, &units(&market), &mut Vec::new());
    machine.audit().unwrap();
    let level = machine.depth(0, Side::Sell, 1)[0];
    assert_eq!((level.quantity, level.orders), (4 * u64::from(u32::MAX), 4));
}

#[test]
fn orders_of_extreme_size_and_price() {
    let extremes = [1, 2, 100, 0x7fff_ffff, 0x8000_0000, u32::MAX - 1, u32::MAX];
    for seed in 0..30 {
        let dice = &mut Dice::new(seed);
        let mut steps = filled_to_the_brim();
        for _ in 0..150 {
            let order = NewOrder {
                order_type: dice.one_of(&[1, 2, 2, 2, 3, 4]),
                time_in_force: dice.one_of(&[1, 2, 3, 4]),
                self_trade: dice.one_of(&[0, 1, 2, 3, 4]),
                ..limit(
                    dice.one_of(&[1, 2]),
                    dice.one_of(&[Side::Buy, Side::Sell]),
                    dice.one_of(&extremes),
                    dice.one_of(&extremes),
                )
            };
            let has_limit = matches!(order.order_type, 2 | 4);
            let stop_price = if order.order_type > 2 { dice.one_of(&extremes) } else { 0 };
            let price = if has_limit { order.price } else { 0 };
            steps.push(units(&NewOrder { price, stop_price, ..order }));
        }
        let steps: Vec<Step> = steps.into_iter().map(Step::Setup).collect();
        survives(&Scenario::new(0), seed, &steps);
    }
}
