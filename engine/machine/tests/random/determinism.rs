//! The same commands give the same bytes, whoever applies them, however they are cut into batches,
//! in debug and in release builds.

use crate::dice::Dice;
use crate::scenario::{Scenario, units};
use crate::stream::Stream;
use openoutcry_machine::Machine;
use openoutcry_wire::command::{
    CancelAll, CancelOrder, Halt, Header, ListSymbol, NewOrder, OpenAccount, ReplaceOrder,
    SetAccountStatus, SetLimits, Transfer, encode,
};
use openoutcry_wire::{Name, Side, Unit};
use std::collections::BTreeMap;

/// The commands of a scenario, made against a machine of their own.
pub(crate) fn stream(seed: u64) -> Vec<Unit> {
    let scenario = Scenario::new(seed);
    let mut commands: Vec<Unit> = scenario.setup.concat();
    let mut machine = Machine::new();
    machine.apply(1, &commands, &mut Vec::new());
    let (mut stream, mut dice) = (Stream::new(&scenario), Dice::new(seed));
    for _ in 0..scenario.length {
        let command = stream.command(dice.roll(), &machine);
        machine.apply(1, &command, &mut Vec::new());
        commands.extend(command);
    }
    commands
}

fn hash_of(events: &[Unit]) -> String {
    blake3::hash(bytemuck::cast_slice(events)).to_hex()[..16].to_owned()
}

/// What a fresh machine says to `commands` in one batch, and its state afterwards.
pub(crate) fn applied(commands: &[Unit]) -> (Vec<Unit>, Machine) {
    let (mut machine, mut events) = (Machine::new(), Vec::new());
    machine.apply(1, commands, &mut events);
    (events, machine)
}

/// The same, in a batch for each command.
fn applied_singly(commands: &[Unit]) -> (Vec<Unit>, Machine) {
    let (mut machine, mut events) = (Machine::new(), Vec::new());
    let mut rest = commands;
    while let Some(first) = rest.first() {
        let (command, after) = rest.split_at(first.0[1].into());
        machine.apply(1, command, &mut events);
        rest = after;
    }
    (events, machine)
}

/// When events or state change on purpose so do these: the test prints the new ones.
const EVENTS: &str = "e86f8b8bef9da1aa";
const STATE: &str = "8f69dc85da1454c2";

#[test]
fn every_build_says_the_same_bytes_and_comes_to_the_same_state() {
    let (mut events, mut states) = (Vec::new(), Vec::new());
    for seed in 0..48 {
        let (said, machine) = applied(&stream(seed));
        events.extend(said);
        states.extend(machine.state_hash());
    }
    let state = blake3::hash(&states).to_hex()[..16].to_owned();
    assert_eq!((hash_of(&events).as_str(), state.as_str()), (EVENTS, STATE));
}

#[test]
fn batches_change_nothing() {
    for seed in 0..24 {
        let commands = stream(seed);
        let (whole, batched) = applied(&commands);
        let (events, single) = applied_singly(&commands);
        assert!(events == whole, "seed {seed}");
        assert_eq!(single.state_hash(), batched.state_hash(), "seed {seed}");
    }
}

/// Orders enough for a batch to be looked at ahead, then cancels, replaces and named orders.
pub(crate) fn large_book() -> Vec<Unit> {
    let mut commands = Vec::new();
    let list = ListSymbol { ticker: *b"BIG     ", ..Default::default() };
    encode(&list, None, &mut commands);
    for owner in 1..=10 {
        encode(&OpenAccount { owner, kind: 1, ..Default::default() }, None, &mut commands);
        for asset in [0, 1] {
            let to = owner;
            let amount = 1_000_000_000_000;
            encode(&Transfer { to, asset, amount, ..Default::default() }, None, &mut commands);
        }
    }
    let dice = &mut Dice::new(7);
    for number in 0..60_000_u32 {
        let account = 1 + dice.number_below(10);
        let side = dice.one_of(&[Side::Buy, Side::Sell]);
        let away = (1 + dice.number_below(200)) * 100;
        let price = if side == Side::Buy { 100_000 - away } else { 100_000 + away };
        let order = NewOrder {
            account,
            side: side as u8,
            order_type: 2,
            time_in_force: 2,
            quantity: 10,
            price,
            ..Default::default()
        };
        let order_number = 1 + dice.below(u64::from(number) + 1);
        match dice.below(if number < 40_000 { 1 } else { 5 }) {
            0 => encode(&order, None, &mut commands),
            // A name may look like the start of any command.
            1 => encode(&order, Name::new(&number.to_le_bytes()[..3]).as_ref(), &mut commands),
            2 => encode(&NewOrder { price: 100_000, ..order }, None, &mut commands),
            3 => {
                let cancel = CancelOrder { account, order: order_number, ..Default::default() };
                encode(&cancel, None, &mut commands);
            }
            _ => {
                let order = order_number;
                let replace = ReplaceOrder { account, order, price, ..Default::default() };
                encode(&replace, None, &mut commands);
            }
        }
    }
    commands
}

#[test]
fn batches_change_nothing_where_the_machine_looks_ahead() {
    let commands = large_book();
    let (whole, batched) = applied(&commands);
    batched.audit().unwrap();
    assert!(batched.open_orders() > 1 << 15);
    let (events, single) = applied_singly(&commands);
    assert!(events == whole);
    assert_eq!(single.state_hash(), batched.state_hash());
}

/// Commands of which each leaves another state behind than all others.
#[expect(clippy::too_many_lines, reason = "a table, one entry for each state")]
fn variations() -> Vec<(&'static str, Vec<Unit>)> {
    let order = NewOrder {
        account: 1,
        symbol: 0,
        side: 1,
        order_type: 2,
        time_in_force: 1,
        quantity: 10,
        price: 1_500_000,
        ..Default::default()
    };
    let stop = NewOrder { order_type: 3, price: 0, stop_price: 1_600_000, ..order };
    let deposit = Transfer { from: 0, to: 1, amount: 5, ..Default::default() };
    let replace = ReplaceOrder { account: 1, order: 1, ..Default::default() };
    let mut named = Vec::new();
    encode(&order, Name::new(b"a").as_ref(), &mut named);
    let mut renamed = Vec::new();
    encode(&order, Name::new(b"b").as_ref(), &mut renamed);
    let numbered = |session, command: &NewOrder| {
        let header = Header { session, session_sequence: 1, ..command.header };
        units(&NewOrder { header, ..*command })
    };
    vec![
        ("an order", units(&order)),
        ("its quantity", units(&NewOrder { quantity: 11, ..order })),
        ("its price", units(&NewOrder { price: 1_500_100, ..order })),
        ("its account", units(&NewOrder { account: 2, ..order })),
        ("its symbol", units(&NewOrder { symbol: 1, ..order })),
        ("its side", units(&NewOrder { side: 2, price: 1_700_000, ..order })),
        ("how long it lives", units(&NewOrder { time_in_force: 2, ..order })),
        ("whom it trades with", units(&NewOrder { self_trade: 1, ..order })),
        ("its name", named),
        ("another name", renamed),
        ("its session", numbered(1, &order)),
        ("another session", numbered(2, &order)),
        ("a stop order", units(&stop)),
        ("its stop price", units(&NewOrder { stop_price: 1_600_100, ..stop })),
        ("its limit", units(&NewOrder { order_type: 4, price: 1_600_000, ..stop })),
        ("a trade", units(&NewOrder { side: 2, price: 1_490_000, quantity: 1, ..order })),
        ("a refused order", units(&NewOrder { quantity: 0, ..order })),
        ("a refused command", units(&CancelOrder { account: 1, order: 99, ..Default::default() })),
        ("a cancel", units(&CancelOrder { account: 1, order: 1, ..Default::default() })),
        ("another cancel", units(&CancelOrder { account: 1, order: 2, ..Default::default() })),
        ("all cancelled", units(&CancelAll { account: 1, symbol: u32::MAX, ..Default::default() })),
        ("a replace", units(&ReplaceOrder { quantity: 4, ..replace })),
        ("less", units(&ReplaceOrder { quantity: 3, ..replace })),
        ("more", units(&ReplaceOrder { quantity: 50, ..replace })),
        ("cash", units(&deposit)),
        ("more cash", units(&Transfer { amount: 6, ..deposit })),
        ("whose cash", units(&Transfer { to: 2, ..deposit })),
        ("shares", units(&Transfer { asset: 1, ..deposit })),
        ("of another symbol", units(&Transfer { asset: 2, ..deposit })),
        ("an account", units(&OpenAccount { owner: 3, kind: 1, ..Default::default() })),
        ("its owner", units(&OpenAccount { owner: 4, kind: 1, ..Default::default() })),
        ("its kind", units(&OpenAccount { owner: 3, kind: 2, ..Default::default() })),
        ("its group", units(&OpenAccount { owner: 3, kind: 1, group: 1, ..Default::default() })),
        ("its status", units(&SetAccountStatus { account: 1, status: 2, ..Default::default() })),
        (
            "its limits",
            units(&SetLimits { account: 1, maximum_open_orders: 9, ..Default::default() }),
        ),
        (
            "its other limit",
            units(&SetLimits { account: 1, maximum_order_value: 9, ..Default::default() }),
        ),
        ("a halt", units(&Halt { symbol: 0, cause: 1, ..Default::default() })),
        ("its cause", units(&Halt { symbol: 0, cause: 2, ..Default::default() })),
        ("of another symbol", units(&Halt { symbol: 1, cause: 1, ..Default::default() })),
        ("a symbol", units(&ListSymbol { ticker: *b"NEW     ", ..Default::default() })),
        ("its name", units(&ListSymbol { ticker: *b"OTHER   ", ..Default::default() })),
        ("its tick", units(&ListSymbol { ticker: *b"NEW     ", tick: 1, ..Default::default() })),
    ]
}

#[test]
fn the_hash_tells_every_state_from_every_other() {
    let order = |price| NewOrder {
        account: 1,
        side: 1,
        order_type: 2,
        time_in_force: 1,
        quantity: 5,
        price,
        ..Default::default()
    };
    let cash = |to| Transfer { from: 0, to, amount: 1_000_000_000_000, ..Default::default() };
    let setup: Vec<Vec<Unit>> = vec![
        units(&ListSymbol { ticker: *b"ONE     ", ..Default::default() }),
        units(&ListSymbol { ticker: *b"TWO     ", ..Default::default() }),
        units(&OpenAccount { owner: 1, kind: 1, ..Default::default() }),
        units(&OpenAccount { owner: 2, kind: 1, ..Default::default() }),
        units(&cash(1)),
        units(&cash(2)),
        units(&Transfer { asset: 1, ..cash(1) }),
        units(&order(1_490_000)),
        units(&order(1_480_000)),
    ];
    let mut states = BTreeMap::new();
    for (what, command) in variations() {
        let mut commands = setup.concat();
        commands.extend(command);
        let (_, machine) = applied(&commands);
        machine.audit().unwrap();
        if let Some(other) = states.insert(machine.state_hash(), what) {
            panic!("{what} and {other} leave the same state behind");
        }
    }
}

#[test]
fn the_hash_tells_the_order_of_a_queue() {
    let order = NewOrder { side: 2, order_type: 2, time_in_force: 2, ..Default::default() };
    let order = NewOrder { quantity: 5, price: 100, ..order };
    let states = [[1, 2], [2, 1]].map(|[first, second]| {
        let mut commands = units(&ListSymbol { ticker: *b"ONE     ", ..Default::default() });
        for owner in [1, 2] {
            commands.extend(units(&OpenAccount { owner, kind: 1, ..Default::default() }));
            let to = owner;
            commands.extend(units(&Transfer { to, asset: 1, amount: 9, ..Default::default() }));
        }
        commands.extend(units(&NewOrder { account: first, ..order }));
        commands.extend(units(&NewOrder { account: second, ..order }));
        applied(&commands).1.state_hash()
    });
    assert_ne!(states[0], states[1]);
}

#[test]
fn the_logged_time_never_runs_backwards_and_is_part_of_the_state() {
    let mut machine = Machine::new();
    let list = units(&ListSymbol { ticker: *b"ONE     ", ..Default::default() });
    let mut later = Machine::new();
    machine.apply(5, &list, &mut Vec::new());
    later.apply(6, &list, &mut Vec::new());
    assert_ne!(machine.state_hash(), later.state_hash());
    machine.apply(3, &[], &mut Vec::new());
    assert_eq!(machine.time(), 5);
}
