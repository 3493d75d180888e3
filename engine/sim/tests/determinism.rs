//! A seed is a run: whatever happened, happens again.

use openoutcry_sim::{Fault, Faults, Plan, run};

const COMMANDS: u32 = 300;

#[test]
fn the_same_seed_gives_the_same_trace_and_another_seed_another() {
    let trace = |seed| run(&Plan::of(seed, COMMANDS), false).trace;
    let traces: Vec<String> = (1..=16).map(trace).collect();
    assert_eq!(traces, (1..=16).map(trace).collect::<Vec<_>>());
    let mut different = traces.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(different.len(), traces.len());
}

#[test]
fn the_same_seed_gives_the_same_trace_on_any_thread() {
    let plan = Plan::of(5, COMMANDS);
    let here = run(&plan, false).trace;
    let there = std::thread::spawn(move || run(&plan, false).trace);
    assert_eq!(there.join().unwrap(), here);
}

#[test]
fn every_fault_alone_and_all_together_break_nothing() {
    let alone = Fault::ALL.iter().map(|fault| Faults::default().with(*fault));
    let together = [Faults::all().without(Fault::LyingSync), Faults::all(), Faults::default()];
    for faults in alone.chain(together) {
        for seed in 1..=3 {
            let outcome = run(&Plan { seed, commands: COMMANDS, faults }, false);
            assert_eq!(outcome.violation, None, "seed {seed}, faults {faults}");
        }
    }
}

#[test]
fn faults_are_named_on_the_command_line_as_in_the_tables() {
    for faults in [Faults::default(), Faults::all(), Plan::of(3, COMMANDS).faults] {
        assert_eq!(Faults::parse(&faults.to_string()), Ok(faults));
    }
    assert_eq!(Faults::parse("loss,flood"), Err("flood".to_owned()));
}
