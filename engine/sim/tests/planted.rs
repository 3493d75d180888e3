//! A planted bug is caught, and the run that shows it is made smaller. Built with the feature
//! `planted` alone: without it there are no bugs to switch on.
#![cfg(feature = "planted")]

use openoutcry_planted::{Bug, plant};
use openoutcry_sim::{Plan, minimise, run};

#[test]
fn a_failing_run_is_made_smaller_and_fails_again() {
    plant(Some(Bug::MissingHoldRelease));
    let failing = run(&Plan::of(3, 1_000), false);
    let broken = failing.violation.clone().expect("the bug is caught");
    let smallest = minimise(failing);
    assert!(smallest.plan.commands < 200, "{:?}", smallest.plan);
    assert_eq!(smallest.plan.faults.iter().count(), 0, "no fault is needed for it");
    let again = run(&smallest.plan, false);
    plant(None);
    assert_eq!(again.violation.map(|again| again.promise), Some(broken.promise));
    assert_eq!(again.trace, smallest.trace);
}
