//! Runs seeds and prints what came of them.

mod arguments;
#[cfg(feature = "planted")]
mod planted;
mod table;

use arguments::Arguments;
use openoutcry_sim::{Outcome, Plan, minimise, run, sweep};
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    // A run that panics is caught and reported as a broken promise.
    std::panic::set_hook(Box::new(|_| {}));
    let whole = asked(&arguments);
    if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn asked(arguments: &Arguments) -> bool {
    #[cfg(feature = "planted")]
    if arguments.planted {
        return planted::all_are_caught(arguments);
    }
    match arguments.seed {
        Some(seed) => one(arguments, seed),
        None => many(arguments),
    }
}

/// One run as it is asked for, its trace printed when asked for.
fn one(arguments: &Arguments, seed: u64) -> bool {
    let mut plan = Plan::of(seed, arguments.commands);
    plan.faults = arguments.faults.unwrap_or(plan.faults);
    let outcome = run(&plan, arguments.trace);
    println!("seed {seed}, {} commands in the log, faults {}", outcome.commands, plan.faults);
    println!("trace {}", outcome.trace);
    if let Some(broken) = &outcome.violation {
        println!("broken: {}: {}", broken.promise, broken.what);
    }
    outcome.violation.is_none()
}

/// Many seeds; the first that fails is made smaller.
fn many(arguments: &Arguments) -> bool {
    let seeds = arguments.first..arguments.first + arguments.seeds;
    let plans: Vec<Plan> = seeds
        .map(|seed| {
            let plan = Plan::of(seed, arguments.commands);
            Plan { faults: arguments.faults.unwrap_or(plan.faults), ..plan }
        })
        .collect();
    let started = Instant::now();
    let sum = sweep(&plans, true);
    table::print(&sum, started.elapsed());
    let Some(first) = sum.broken.into_iter().next() else { return true };
    show("fails", &first);
    show("smaller", &minimise(first));
    false
}

fn show(what: &str, outcome: &Outcome) {
    let Plan { seed, commands, faults } = outcome.plan;
    if let Some(broken) = &outcome.violation {
        println!("{what}: {}: {}", broken.promise, broken.what);
    }
    println!("  make simulate SEED={seed} COMMANDS={commands} FAULTS={faults} TRACE=1");
}
