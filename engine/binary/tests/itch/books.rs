//! Whoever reads the feed has the venue's books, order by order, on the random streams that the
//! machine is tested with. A failure prints its seed; `OPENOUTCRY_FEED_SEED=42` plays it again, and
//! `OPENOUTCRY_FEED_STREAMS=10000` makes it long.

use crate::dice::Dice;
use crate::reader::Books;
use crate::scenario::Scenario;
use crate::stream::Stream;
use openoutcry_binary::itch::Translator;
use openoutcry_machine::Machine;
use openoutcry_wire::Price;

const STREAMS: u64 = 60;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

/// The books of the machine itself: reference, shares and price of each order, as they queue.
fn books(machine: &Machine) -> Books {
    let mut books = Books::default();
    for symbol in 0..u32::try_from(machine.symbol_count()).unwrap() {
        for id in machine.queue(symbol) {
            let order = machine.order(id).unwrap();
            if order.stop_price == Price(0) {
                let locate = u16::try_from(symbol + 1).unwrap();
                books.add(locate, id, order.side.is_buy(), order.leaves, order.price);
            }
        }
    }
    books
}

fn play(seed: u64) -> usize {
    println!("seed {seed}");
    let scenario = Scenario::new(seed);
    let (mut machine, mut events) = (Machine::new(), Vec::new());
    let mut dice = Dice::new(seed ^ 0xfeed);
    let mut messages = Vec::new();
    // Some readers are there from the first command, others come when the books are full.
    let joins = dice.below(2) * dice.below(200);
    let mut feed = None;
    let mut read = Books::default();
    let mut stream = Stream::new(&scenario);
    let mut time = 1_700_000_000_000_000_000;
    let steps = scenario.setup.len() + scenario.length;
    for step in 0..steps {
        if feed.is_none() && step as u64 >= joins {
            feed = Some(Translator::begin(&machine, &mut messages));
        }
        let command = match scenario.setup.get(step) {
            Some(command) => command.clone(),
            None => stream.command(dice.roll(), &machine),
        };
        time += dice.below(1_000_000_000);
        events.clear();
        machine.apply(time, &command, &mut events);
        if let Some(feed) = &mut feed {
            feed.follow(machine.time(), &events, &mut messages);
            if dice.chance(30) {
                read.take(&std::mem::take(&mut messages));
                assert_eq!(read.levels(), books(&machine).levels(), "seed {seed}, step {step}");
            }
        }
    }
    let mut feed = feed.expect("the feed began");
    read.take(&messages);
    assert_eq!(read.levels(), books(&machine).levels(), "seed {seed} at its end");
    let mut snapshot = Vec::new();
    feed.snapshot(7, &mut snapshot);
    let mut joined = Books::default();
    joined.take(&snapshot);
    assert_eq!(joined.levels(), read.levels(), "seed {seed}: the snapshot");
    assert_eq!(joined.next, Some(7));
    feed.follow(machine.time(), &[], &mut Vec::new());
    read.messages
}

#[test]
fn readers_have_the_venues_books() {
    if let Some(seed) = number("OPENOUTCRY_FEED_SEED") {
        play(seed);
        return;
    }
    let streams = number("OPENOUTCRY_FEED_STREAMS").unwrap_or(STREAMS);
    let messages: usize = (0..streams).map(play).sum();
    assert!(messages > 10_000, "{messages} messages prove little");
}
