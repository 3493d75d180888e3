use openoutcry_sim::{Fault, Sweep};
use std::time::Duration;

/// Prints faults against seeds, and how fast it went.
pub(crate) fn print(sum: &Sweep, took: Duration) {
    println!("{:<20} {:>8} {:>10} {:>8}", "fault", "seeds", "injected", "broken");
    for fault in Fault::ALL {
        let place = *fault as usize;
        let broken = sum.broken.iter().filter(|outcome| outcome.plan.faults.has(*fault)).count();
        let (seeds, injected) = (sum.seeds_with[place], sum.injected[place]);
        println!("{:<20} {seeds:>8} {injected:>10} {broken:>8}", fault.text());
    }
    let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX).max(1);
    let per_second = sum.seeds * 100_000 / milliseconds;
    println!(
        "{} seeds, {} commands, {} snapshots, {} starts, {} starts refused after a lying disk, {} broken",
        sum.seeds,
        sum.commands,
        sum.snapshots,
        sum.starts,
        sum.refused,
        sum.broken.len()
    );
    println!("{}.{:02} seeds/s", per_second / 100, per_second % 100);
}
