//! The engine's benchmark cases as a table: `cargo run --release --example throughput [PART]`.

use openoutcry_workload::CASES;

fn main() {
    let part = std::env::args().nth(1).unwrap_or_default();
    println!(
        "{:34} {:>12} {:>9} {:>9} {:>9}",
        "case", "messages/s", "p50 ns", "p99 ns", "p99.9 ns"
    );
    for case in CASES.iter().filter(|case| case.name.contains(&part)) {
        let run = case.run(false);
        let rate = run.messages * 1_000_000_000 / run.nanoseconds;
        println!(
            "{:34} {rate:>12} {:>9} {:>9} {:>9}",
            case.name, run.p50_ns, run.p99_ns, run.p999_ns
        );
    }
}
