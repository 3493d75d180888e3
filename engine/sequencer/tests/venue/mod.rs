//! A small venue on a disk in memory.

#![allow(dead_code, unreachable_pub)]

#[path = "../../../journal/tests/faulty/mod.rs"]
pub mod faulty;

use faulty::Memory;
use openoutcry_journal::Sizes;
use openoutcry_sequencer::{Answer, Environment, OpenError, Sequencer, State, Status};
use openoutcry_views::Order;
use openoutcry_wire::command::{ListSymbol, NewOrder, OpenAccount, Transfer};
use openoutcry_wire::{Name, Unit, command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

pub const SIZES: Sizes =
    Sizes { segment: 1 << 20, chunk: 1 << 16, ahead: 4096, read: 1 << 14, snapshot: 1 << 40 };

/// Tells that answers came.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<(Mutex<u64>, Condvar)>);

impl Bell {
    pub fn ring(&self) {
        *self.0.0.lock().unwrap() += 1;
        self.0.1.notify_all();
    }

    /// Waits until `done` says so, looking again whenever the bell rings.
    pub fn until(&self, mut done: impl FnMut() -> bool) {
        let mut heard = *self.0.0.lock().unwrap();
        // The writer rings while it holds the state, which `done` may look at: not both at once.
        while !done() {
            let rung = self.0.0.lock().unwrap();
            let waiting = Duration::from_secs(30);
            let (rung, waited) =
                self.0.1.wait_timeout_while(rung, waiting, |rung| *rung == heard).unwrap();
            assert!(!waited.timed_out(), "nothing happened for half a minute");
            heard = *rung;
        }
    }
}

/// A venue, and how to wait for it.
#[derive(Debug)]
pub struct Venue {
    pub engine: Sequencer,
    pub bell: Bell,
    /// What its clock says.
    pub clock: Arc<AtomicU64>,
}

impl Venue {
    pub fn open(disk: &Memory) -> Result<Self, OpenError> {
        Self::open_with(disk, SIZES)
    }

    pub fn open_with(disk: &Memory, sizes: Sizes) -> Result<Self, OpenError> {
        let (bell, clock) = (Bell::default(), Arc::new(AtomicU64::new(1_000)));
        let (ringing, ticking) = (bell.clone(), Arc::clone(&clock));
        let environment = Environment {
            clock: Box::new(move || match ticking.load(Ordering::SeqCst) {
                0 => panic!("the clock stopped"),
                time => time,
            }),
            wake: Box::new(move || ringing.ring()),
        };
        let engine =
            Sequencer::open(disk.clone(), sizes, || [7; 16], None, environment, &mut |_, _| true)?;
        Ok(Self { engine, bell, clock })
    }

    /// A new venue with one symbol and two rich accounts.
    pub fn founded(disk: &Memory) -> Self {
        let venue = Self::open(disk).unwrap();
        venue.run(&founding());
        venue
    }

    /// Waits until the keeper has nothing to do, and says that nothing failed.
    pub fn until_kept(&self, done: impl Fn(&Status) -> bool) {
        for _ in 0..3_000 {
            let status = self.engine.status();
            assert_eq!(status.upkeep_failure, None);
            if done(&status) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the keeper does not come to its end");
    }

    /// Submits commands and waits for all their answers.
    pub fn run(&self, commands: &[Unit]) -> Vec<(Answer, Option<Order>)> {
        let count = command::count(commands).unwrap();
        self.engine.submit(commands).unwrap();
        self.answers(count)
    }

    /// So many answers, each with the order it is about as that stands once all are there.
    pub fn answers(&self, count: usize) -> Vec<(Answer, Option<Order>)> {
        let mut answers = Vec::new();
        self.bell.until(|| {
            answers.extend(self.engine.answers());
            answers.len() >= count
        });
        let with_order = |state: &mut State| {
            answers.iter().map(|answer| (*answer, state.order_of(answer).cloned())).collect()
        };
        self.engine.read(with_order).unwrap()
    }

    pub fn hash(&self) -> [u8; 32] {
        self.engine.read(|state| state.machine.state_hash()).unwrap()
    }
}

/// How many commands found a venue.
pub const FOUNDING: u64 = 7;

pub fn founding() -> Vec<Unit> {
    let mut units = Vec::new();
    let listing =
        ListSymbol { ticker: *b"AAPL    ", previous_close: 100_000, ..ListSymbol::default() };
    command::encode(&listing, None, &mut units);
    for account in [1, 2] {
        command::encode(
            &OpenAccount { owner: account, kind: 1, ..OpenAccount::default() },
            None,
            &mut units,
        );
        for asset in [0, 1] {
            let amount = 1_000_000_000_000_000;
            command::encode(
                &Transfer { to: account, asset, amount, ..Transfer::default() },
                None,
                &mut units,
            );
        }
    }
    units
}

/// A limit order for one share: account 1 buys, account 2 sells, at one price.
pub fn order(account: u32, name: Option<&str>) -> Vec<Unit> {
    let order = NewOrder {
        account,
        side: u8::try_from(account).unwrap(),
        order_type: 2,
        time_in_force: 2,
        quantity: 1,
        price: 100_000,
        ..NewOrder::default()
    };
    let mut units = Vec::new();
    let name = name.and_then(|name| Name::new(name.as_bytes()));
    command::encode(&order, name.as_ref(), &mut units);
    units
}

/// So many orders of both accounts in turn, each filling the one before.
pub fn orders(count: usize) -> Vec<Unit> {
    [order(1, None), order(2, None)].concat().into_iter().cycle().take(count).collect()
}
