//! Peers that break every rule, by seeds: the session answers with well-made messages, numbers
//! without gaps, and nothing is ever taken twice.
//!
//! `OPENOUTCRY_FUZZ_SECONDS=120 cargo test -p openoutcry-fix --release --test hostile` goes on for
//! that long; `OPENOUTCRY_FUZZ_SEED=N` runs one seed.

mod lossy;
mod stream;

use std::time::{Duration, Instant};

/// Pseudo-random numbers by `SplitMix64`.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Runs seeds: a few hundred, one, or as many as fit the time asked for.
fn seeds(run: impl Fn(u64)) {
    let variable = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    if let Some(seed) = variable("OPENOUTCRY_FUZZ_SEED") {
        return run(seed);
    }
    let seconds = variable("OPENOUTCRY_FUZZ_SECONDS");
    let began = Instant::now();
    for seed in 0.. {
        let enough = match seconds {
            Some(seconds) => began.elapsed() >= Duration::from_secs(seconds),
            None => seed == 300,
        };
        if enough {
            return;
        }
        // Shown when the test fails.
        println!("seed {seed}");
        run(seed);
    }
}

/// A whole message.
fn sealed(inner: &[u8]) -> Vec<u8> {
    let mut message = format!("8=FIX.4.4\x019={}\x01", inner.len()).into_bytes();
    message.extend_from_slice(inner);
    let sum: u32 = message.iter().map(|byte| u32::from(*byte)).sum();
    message.extend_from_slice(format!("10={:03}\x01", sum % 256).as_bytes());
    message
}
