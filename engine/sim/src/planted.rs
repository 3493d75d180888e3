//! The table of planted bugs: each is switched on alone and must be caught.

use crate::arguments::Arguments;
use openoutcry_planted::{Bug, plant};
use openoutcry_sim::{Outcome, Plan, run};

/// Tries seeds in turn for each bug until one breaks a promise; whether all bugs were caught.
pub(crate) fn all_are_caught(arguments: &Arguments) -> bool {
    println!("{:<70} {:>5} {:>9}  caught by", "planted bug", "seed", "commands");
    let mut missed = 0;
    for bug in Bug::ALL {
        plant(Some(*bug));
        let text = bug.text();
        if let Some(Outcome { plan, commands, violation: Some(broken), .. }) =
            first_caught(arguments)
        {
            println!("{text:<70} {:>5} {commands:>9}  {}", plan.seed, broken.promise);
        } else {
            missed += 1;
            println!("{text:<70} MISSED in {} seeds", arguments.seeds);
        }
    }
    plant(None);
    println!("{} of {} planted bugs caught", Bug::ALL.len() - missed, Bug::ALL.len());
    missed == 0
}

fn first_caught(arguments: &Arguments) -> Option<Outcome> {
    let seeds = arguments.first..arguments.first + arguments.seeds;
    let mut outcomes = seeds.map(|seed| run(&Plan::of(seed, arguments.commands), false));
    outcomes.find(|outcome| outcome.violation.is_some())
}
