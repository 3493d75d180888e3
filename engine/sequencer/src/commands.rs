//! Buffers of commands: are they whole, and where may they be cut?

use crate::queue::Refusal;
use openoutcry_wire::{Name, Unit, command};

/// The first `limit` commands of a buffer, how many they are, and the rest.
pub(crate) fn split(units: &[Unit], limit: usize) -> (&[Unit], usize, &[Unit]) {
    let mut at = 0;
    let mut count = 0;
    while count < limit && at < units.len() {
        at += usize::from(units[at].0[1]);
        count += 1;
    }
    let (first, rest) = units.split_at(at);
    (first, count, rest)
}

/// How many commands these units are.
pub(crate) fn check(commands: &[Unit]) -> Result<usize, Refusal> {
    let malformed = |unit: usize| Refusal::Malformed(unit * size_of::<Unit>());
    let count = command::count(commands).map_err(|error| malformed(error.unit))?;
    let mut at = 0;
    while at < commands.len() {
        let units = usize::from(commands[at].0[1]);
        if units == 2 && !is_name(&commands[at + 1]) {
            return Err(malformed(at + 1));
        }
        at += units;
    }
    Ok(count)
}

/// Whether what follows a command's first unit is a name as [`Name::new`] makes it of some text.
fn is_name(unit: &Unit) -> bool {
    let length = usize::from(unit.0[0]);
    (1..=Name::CAPACITY).contains(&length)
        && unit.0[1 + length..].iter().all(|byte| *byte == 0)
        && std::str::from_utf8(&unit.0[1..=length]).is_ok()
}
