//! Making a failing run smaller.

use crate::plan::Plan;
use crate::world::{Outcome, run};

/// The smallest run found that still breaks the same promise as `failing`: fewer commands, fewer
/// faults.
#[must_use]
pub fn minimise(failing: Outcome) -> Outcome {
    let mut smallest = failing;
    loop {
        let before = (smallest.plan.commands, smallest.plan.faults);
        smallest = with_fewer_faults(with_fewer_commands(smallest));
        if (smallest.plan.commands, smallest.plan.faults) == before {
            return smallest;
        }
    }
}

fn with_fewer_commands(mut smallest: Outcome) -> Outcome {
    let mut less = smallest.plan.commands / 2;
    while less > 0 {
        let plan = Plan { commands: smallest.plan.commands - less, ..smallest.plan };
        match same(&smallest, &plan) {
            Some(smaller) => {
                smallest = smaller;
                less = less.min(smallest.plan.commands / 2);
            }
            None => less /= 2,
        }
    }
    smallest
}

fn with_fewer_faults(mut smallest: Outcome) -> Outcome {
    for fault in smallest.plan.faults.iter() {
        let plan = Plan { faults: smallest.plan.faults.without(fault), ..smallest.plan };
        if let Some(smaller) = same(&smallest, &plan) {
            smallest = smaller;
        }
    }
    smallest
}

fn same(failing: &Outcome, plan: &Plan) -> Option<Outcome> {
    let outcome = run(plan, false);
    let promise = |outcome: &Outcome| outcome.violation.as_ref().map(|broken| broken.promise);
    (promise(&outcome) == promise(failing)).then_some(outcome)
}
