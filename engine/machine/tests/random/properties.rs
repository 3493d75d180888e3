//! The machine says and holds what its twin does, command by command, on streams of every
//! character. `OPENOUTCRY_TWIN_COMMANDS=10000000` makes it long, `OPENOUTCRY_TWIN_SEED=42` plays
//! one stream again, and a failure prints the seed and the shortest stream that still fails.

use crate::duel::{Said, minimise, play, steps};
use crate::scenario::{LENGTH, Scenario};
use openoutcry_wire::Reason;

const COMMANDS: usize = 40_000;

fn from_environment(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Plays the stream of a seed.
fn duel(seed: u64, said: &mut Said) {
    let scenario = Scenario::new(seed);
    let steps = steps(&scenario, seed);
    if let Err(parted) = play(&scenario, &steps, said) {
        let parted = minimise(&scenario, &steps, *parted);
        panic!(
            "seed {seed}: the machine and its twin differ after these commands\n  {}\n{}\n\
             OPENOUTCRY_TWIN_SEED={seed} cargo test -p openoutcry-machine --test random twin",
            parted.commands.join("\n  "),
            parted.how
        );
    }
}

#[test]
fn the_machine_does_what_its_twin_does() {
    let mut said = Said::default();
    if let Some(seed) = from_environment("OPENOUTCRY_TWIN_SEED") {
        return duel(seed, &mut said);
    }
    let first = from_environment("OPENOUTCRY_TWIN_FIRST").unwrap_or(0);
    let commands = from_environment("OPENOUTCRY_TWIN_COMMANDS").unwrap_or(COMMANDS as u64);
    let streams = commands.div_ceil(LENGTH as u64);
    for seed in first..first + streams {
        duel(seed, &mut said);
    }
    println!("{} commands compared", said.commands);
    for (&(kind, reason), count) in &said.events {
        let reason = Reason::try_from(reason).unwrap().code();
        println!("event {kind:2} {reason:28} {count}");
    }
    assert_every_branch(&said);
}

/// Streams that never reach a rule would compare nothing about it.
fn assert_every_branch(said: &Said) {
    for kind in 1..=18 {
        assert!(
            said.events.keys().any(|&(said, _)| said == kind),
            "no event of kind {kind} was compared"
        );
    }
    for &reason in Reason::ALL.iter().filter(|&&reason| reason != Reason::VenueFull) {
        let code = reason.code();
        assert!(
            said.events.keys().any(|&(_, said)| said == reason as u16),
            "{code} was never compared"
        );
    }
}
