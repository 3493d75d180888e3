//! The journal's figures on this machine: a single order's round trip beside a bare sync, commands
//! a second in large batches, and a start with all of them to replay.
//!
//! `cargo run --release -p openoutcry-sequencer --example figures -- DIRECTORY [COMMANDS [SYMBOLS]]`

use openoutcry_journal::{Disk, Sizes};
use openoutcry_sequencer::{CAPACITY, Environment, Refusal, Sequencer};
use openoutcry_wire::Unit;
use openoutcry_workload::{Regime, Shape, Workload};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread::Thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Units handed over at once, as by a busy gateway.
const BATCH: usize = 4_096;
const SINGLES: usize = 4_000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().expect("a directory to write to"));
    let messages = arguments.next().map_or(10_000_000, |text| text.parse().expect("a number"));
    let symbols: u32 = arguments.next().map_or(100, |text| text.parse().expect("a number"));
    let shape = Shape {
        symbols,
        accounts: 100 * symbols,
        standing: 1_000 * symbols,
        messages,
        regime: Regime::Normal,
        seed: 23,
    };
    bare_sync(&directory.join("bare"));
    let data = directory.join("data");
    let workload = Workload::new(&shape);
    let engine = open(&data);
    feed(&engine, &workload.setup);
    let started = Instant::now();
    feed(&engine, &workload.messages);
    let spent = started.elapsed();
    let rate = u128::from(messages) * 1_000_000_000 / spent.as_nanos();
    let status = engine.status();
    println!("{messages} commands durable, applied and answered: {rate} a second");
    println!("  in {} frames, sync p50 {} us", status.batches, status.sync_p50 / 1000);
    singles(&engine, &workload.messages[..1]);
    engine.close();
    let started = Instant::now();
    let engine = open(&data);
    let recovered = engine.status().recovered;
    println!(
        "started in {} ms: {} commands replayed",
        started.elapsed().as_millis(),
        recovered.commands
    );
}

fn open(directory: &Path) -> Sequencer {
    let waiter: Thread = std::thread::current();
    let environment = Environment {
        clock: Box::new(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            u64::try_from(now.as_nanos()).expect("before the year 2554")
        }),
        wake: Box::new(move || waiter.unpark()),
    };
    let disk = Disk::lock(directory).expect("a directory of our own");
    Sequencer::open(disk, Sizes::default(), || [7; 16], None, environment, &mut |_, _| true)
        .expect("a journal of our own")
}

/// Submits all commands, none of which has a name, and takes all answers.
fn feed(engine: &Sequencer, commands: &[Unit]) {
    let mut answered = 0;
    for batch in commands.chunks(BATCH) {
        while let Err(refusal) = engine.submit(batch) {
            assert!(matches!(refusal, Refusal::Overloaded(_)), "{refusal}");
            std::thread::park_timeout(Duration::from_millis(1));
            answered += engine.answers().len();
        }
        if engine.status().queued > CAPACITY / 4 {
            answered += engine.answers().len();
        }
    }
    while answered < commands.len() {
        std::thread::park_timeout(Duration::from_millis(1));
        answered += engine.answers().len();
    }
}

fn singles(engine: &Sequencer, command: &[Unit]) {
    let mut times = Vec::with_capacity(SINGLES);
    for _ in 0..SINGLES {
        let started = Instant::now();
        engine.submit(command).expect("an idle engine");
        while engine.answers().is_empty() {
            std::thread::park();
        }
        times.push(started.elapsed().as_nanos());
    }
    print("single order, submitted to answered", &mut times);
}

/// What the disk alone takes for a frame of one order.
fn bare_sync(path: &Path) {
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    let file = File::create(path).expect("a file");
    file.write_all_at(&vec![0; 16 << 20], 0).expect("room");
    file.sync_all().expect("a disk");
    let mut times = Vec::with_capacity(SINGLES);
    for place in 0..SINGLES as u64 {
        let started = Instant::now();
        file.write_all_at(&[1; 192], place * 192).expect("room");
        file.sync_data().expect("a disk");
        times.push(started.elapsed().as_nanos());
    }
    print("bare write and sync of 192 bytes", &mut times);
    std::fs::remove_file(path).expect("our own file");
}

fn print(name: &str, times: &mut [u128]) {
    times.sort_unstable();
    let at = |percent: usize| times[times.len() * percent / 100] / 1000;
    println!("{name}: p50 {} us, p99 {} us", at(50), at(99));
}
