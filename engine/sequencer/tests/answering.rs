//! Commands in, answers out: in order, once each, durable.

mod venue;

use openoutcry_journal::{Journal, Outputs};
use openoutcry_sequencer::{CAPACITY, OpenError, OrderFilter, Refusal, Sequencer};
use openoutcry_wire::event::{Accepted, Cancelled, Halted, Refused, Rejected, Repeated};
use openoutcry_wire::{Reason, Unit, command};
use proptest::prelude::*;
use std::sync::atomic::Ordering;
use venue::faulty::history::VENUE;
use venue::faulty::{Faults, Memory};
use venue::{FOUNDING, SIZES, Venue, founding, order, orders};

#[test]
fn answers_come_in_the_order_of_tickets_from_many_threads() {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    let sizes = [1, 7, 300, 3_000, 70_000];
    let total: usize = sizes.iter().sum::<usize>() * 4;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for size in sizes {
                    venue.engine.submit(&orders(size)).unwrap();
                }
            });
        }
    });
    let answers = venue.answers(total);
    for (place, (answer, order)) in answers.iter().enumerate() {
        let place = place as u64;
        assert_eq!((answer.ticket, answer.sequence), (FOUNDING + place, FOUNDING + 1 + place));
        assert_eq!((answer.event, answer.made), (Accepted::KIND, place + 1));
        let order = order.as_ref().unwrap();
        assert_eq!((order.order, order.account), (place + 1, answer.account));
    }
    let status = venue.engine.status();
    assert_eq!((status.commands, status.queued), (total as u64 + FOUNDING, 0));
    let hash = venue.hash();
    venue.engine.close();
    assert_eq!(Venue::open(&disk).unwrap().hash(), hash);
}

#[test]
fn an_answer_says_what_became_of_its_command() {
    let venue = Venue::founded(&Memory::default());
    let mut units = [order(1, Some("a")), order(1, Some("a")), order(2, None)].concat();
    let cancel = |account, order| {
        let mut units = Vec::new();
        let cancel = command::CancelOrder { account, order, ..Default::default() };
        command::encode(&cancel, None, &mut units);
        units
    };
    units.extend([cancel(1, 1), cancel(2, 1), order(1, None), cancel(2, 3), cancel(1, 3)].concat());
    let mut large = command::NewOrder { account: 1, side: 1, ..Default::default() };
    (large.order_type, large.time_in_force) = (2, 2);
    (large.quantity, large.price) = (10_000_000, 4_000_000_000);
    command::encode(&large, None, &mut units);
    let halt = command::Halt { symbol: 0, cause: 3, ..Default::default() };
    command::encode(&halt, None, &mut units);
    let answers = venue.run(&units);
    let told: Vec<_> = answers.iter().map(|(a, o)| (a.event, a.made, o.is_some())).collect();
    let expected = [
        (Accepted::KIND, 1, true),
        (Repeated::KIND, 1, true),
        (Accepted::KIND, 2, true),
        (Refused::KIND, 1, true),
        // Another account's order is not shown.
        (Refused::KIND, 1, false),
        (Accepted::KIND, 3, true),
        (Refused::KIND, 3, false),
        (Cancelled::KIND, 3, true),
        (Rejected::KIND, 4, true),
        (Halted::KIND, 0, false),
    ];
    assert_eq!(told, expected);
    assert_eq!(answers[3].0.reason, Reason::AlreadyDone as u16);
    assert_eq!(answers[7].0.reason, Reason::CancelledByUser as u16);
    assert!(answers[8].0.required > answers[8].0.available);
}

#[test]
fn what_is_no_whole_command_is_not_taken() {
    let venue = Venue::founded(&Memory::default());
    let named = order(1, Some("name"));
    let refused = |units: &[Unit], byte| {
        assert_eq!(venue.engine.submit(units), Err(Refusal::Malformed(byte)), "{units:?}");
    };
    refused(&named[..1], 0);
    refused(&[order(1, None), vec![Unit([0; 64])]].concat(), 64);
    refused(&[order(1, None), vec![Unit([255; 64])]].concat(), 64);
    for (at, byte) in [(0, 0), (0, 64), (0, 3), (1, 0xFF), (63, 1)] {
        let mut units = [order(2, None), named.clone()].concat();
        units[2].0[at] = byte;
        refused(&units, 128);
    }
    assert_eq!(venue.engine.status().sequence, FOUNDING, "nothing of it was taken");
    venue.run(&named);
}

#[test]
fn more_than_the_queue_holds_is_refused_until_answers_are_taken() {
    let venue = Venue::founded(&Memory::default());
    let half = orders(CAPACITY / 2);
    venue.engine.submit(&half).unwrap();
    venue.engine.submit(&half).unwrap();
    assert_eq!(venue.engine.submit(&orders(1)), Err(Refusal::Overloaded(CAPACITY)));
    let first = venue.answers(1);
    venue.run(&orders(1));
    assert!(!first.is_empty());
}

#[test]
fn logged_time_stands_still_when_the_clock_steps_back() {
    let venue = Venue::founded(&Memory::default());
    let mut times = Vec::new();
    for now in [5_000, 4_000, 4_999, 5_001, 1] {
        venue.clock.store(now, Ordering::SeqCst);
        times.push(venue.run(&orders(1))[0].0.time);
    }
    assert_eq!(times, [5_000, 5_000, 5_000, 5_001, 5_001]);
}

#[test]
fn closing_finishes_what_waits() {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    let stalled = disk.stall();
    venue.engine.submit(&orders(10)).unwrap();
    venue.engine.submit(&orders(9_000)).unwrap();
    std::thread::scope(|scope| {
        let closing = scope.spawn(|| venue.engine.close());
        drop(stalled);
        closing.join().unwrap();
    });
    assert_eq!(venue.engine.answers().len(), 9_010);
    assert!(matches!(venue.engine.submit(&orders(1)), Err(Refusal::Stopped(_))));
    assert_eq!(Venue::open(&disk).unwrap().engine.status().recovered.commands, FOUNDING + 9_010);
}

#[test]
fn readers_do_not_wait_for_the_disk_and_see_nothing_that_is_not_durable() {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    let stalled = disk.stall();
    venue.engine.submit(&orders(2)).unwrap();
    let seen =
        venue.engine.read(|state| (state.machine.sequence(), state.views.order(1).is_some()));
    assert_eq!(seen, Ok((FOUNDING, false)));
    assert!(venue.engine.answers().is_empty());
    drop(stalled);
    assert_eq!(venue.answers(2).len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The power fails at some sync: everything answered is there at the next start, whole frames
    /// only, and the venue goes on.
    #[test]
    fn nothing_answered_is_lost_when_the_disk_fails(
        sizes in prop::collection::vec(1usize..5_000, 1..12),
        syncs in 0usize..12,
        survivors in prop::collection::vec(any::<bool>(), 64),
    ) {
        let disk = Memory::default();
        let venue = Venue::founded(&disk);
        disk.fail(Faults { syncs: Some(syncs), ..Faults::default() });
        let mut taken = 0;
        for size in &sizes {
            if venue.engine.submit(&orders(*size)).is_ok() {
                taken += size;
            }
        }
        let mut answered = Vec::new();
        venue.bell.until(|| {
            answered.extend(venue.engine.answers());
            answered.len() == taken || venue.engine.status().failure.is_some()
        });
        answered.extend(venue.engine.answers());
        let hash = venue.hash();
        let sequence = FOUNDING + answered.len() as u64;
        prop_assert_eq!(venue.engine.status().sequence, sequence);
        if answered.len() < taken {
            prop_assert!(matches!(venue.engine.submit(&orders(1)), Err(Refusal::Stopped(_))));
        }
        venue.engine.close();
        disk.fail(Faults::default());
        disk.crash(|sector| survivors[sector % survivors.len()]);
        let venue = Venue::open(&disk).unwrap();
        let recovered = venue.engine.status().sequence;
        prop_assert!(recovered >= sequence);
        if recovered == sequence {
            prop_assert_eq!(venue.hash(), hash);
        }
        let next = venue.run(&orders(1));
        prop_assert_eq!(next[0].0.sequence, recovered + 1);
    }
}

#[test]
fn a_broken_invariant_stops_the_venue_and_nothing_hangs() {
    let disk = Memory::default();
    let venue = Venue::founded(&disk);
    venue.clock.store(0, Ordering::SeqCst);
    venue.engine.submit(&orders(1)).unwrap();
    venue.bell.until(|| venue.engine.status().failure.is_some());
    let why = "the engine stopped: the clock stopped".to_owned();
    assert_eq!(venue.engine.status().failure, Some(why.clone()));
    assert_eq!(venue.engine.submit(&orders(1)), Err(Refusal::Stopped(why.clone())));
    assert_eq!(venue.engine.read(|state| state.machine.sequence()), Err(why.clone()));
    assert_eq!(venue.engine.orders(1, &OrderFilter::default(), 1).unwrap_err(), why);
    venue.engine.close();
    assert_eq!(Venue::open(&disk).unwrap().engine.status().recovered.commands, FOUNDING);
}

#[test]
fn a_log_that_replays_into_other_events_is_refused() {
    let disk = Memory::default();
    let mut journal = Journal::create(disk.clone(), SIZES, VENUE).unwrap();
    journal.append(1, &founding(), 7, Outputs::default()).unwrap();
    let other = Outputs { sequence: FOUNDING, digest: [1; 32] };
    journal.append(2, &orders(1), 1, other).unwrap();
    drop(journal);
    let before = disk.everything();
    let error = Venue::open(&disk).unwrap_err();
    assert!(matches!(error, OpenError::Differs(FOUNDING)), "{error}");
    assert_eq!(disk.everything(), before, "nothing is changed");
}

#[test]
fn a_start_can_be_interrupted() {
    let disk = Memory::default();
    drop(Venue::founded(&disk));
    let environment =
        openoutcry_sequencer::Environment { clock: Box::new(|| 1), wake: Box::new(|| {}) };
    let opened = Sequencer::open(disk, SIZES, || [0; 16], None, environment, &mut |_, _| false);
    assert!(matches!(opened, Err(OpenError::Interrupted)));
}
