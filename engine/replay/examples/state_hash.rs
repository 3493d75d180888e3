//! The state hash that a recorded ITCH 5.0 file comes to: `cargo run --example state_hash -- FILE`.
//! Debug and release builds must print the same.

use openoutcry_replay::ItchReplay;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("a file is missing")?;
    let mut replay = ItchReplay::new(None);
    replay.feed(&std::fs::read(path)?)?;
    for byte in replay.finish()?.state_hash {
        print!("{byte:02x}");
    }
    println!();
    Ok(())
}
