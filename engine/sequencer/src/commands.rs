//! Cutting a buffer of commands between commands.

use openoutcry_wire::{Name, Unit};

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

/// Whether what follows a command's first unit is a name as [`Name::new`] makes it of some text.
pub(crate) fn is_name(unit: &Unit) -> bool {
    let length = usize::from(unit.0[0]);
    (1..=Name::CAPACITY).contains(&length)
        && unit.0[1 + length..].iter().all(|byte| *byte == 0)
        && std::str::from_utf8(&unit.0[1..=length]).is_ok()
}
