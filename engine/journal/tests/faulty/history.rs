//! Small journals, written and read back.

use super::Memory;
use openoutcry_journal::{Batch, Journal, JournalError, Outputs, Reader, Sizes, Storage, Tail};
use openoutcry_wire::command::{self, CancelOrder, NewOrder};
use openoutcry_wire::{Name, Unit};

pub const VENUE: [u8; 16] = *b"a venue's number";

/// Files so small that a few dozen commands fill several.
pub const SMALL: Sizes =
    Sizes { segment: 8192, chunk: 4096, ahead: 512, read: 1024, snapshot: 1 << 40 };

/// What is told of one frame: its first sequence, time, commands.
pub type Told = (u64, u64, Vec<Unit>);

/// `count` commands, some with names, none equal to another.
pub fn commands(first: u64, count: u32) -> Vec<Unit> {
    let mut units = Vec::new();
    for number in first..first + u64::from(count) {
        if number % 3 == 0 {
            let order = CancelOrder { account: 1, order: number, ..CancelOrder::default() };
            command::encode(&order, None, &mut units);
        } else {
            let name = Name::new(format!("order {number}").as_bytes());
            let quantity = u32::try_from(number % 1000).expect("small") + 1;
            let order = NewOrder { account: 7, quantity, price: 15_000, ..NewOrder::default() };
            command::encode(&order, name.as_ref(), &mut units);
        }
    }
    units
}

pub fn append<S: Storage>(journal: &mut Journal<S>, count: u32) -> Result<Told, JournalError> {
    let first = journal.next_sequence();
    let units = commands(first, count);
    let time = first * 1000;
    let outputs = Outputs { sequence: first - 1, digest: [9; 32] };
    journal.append(time, &units, count, outputs)?;
    Ok((first, time, units))
}

/// Everything up to the tail.
pub fn read<S: Storage>(
    storage: &S,
    sizes: Sizes,
) -> Result<(Vec<Told>, Option<Tail>), JournalError> {
    let mut told = Vec::new();
    let tail = read_into(storage, sizes, &mut told)?;
    Ok((told, tail))
}

/// The same, keeping what was read before an error.
pub fn read_into<S: Storage>(
    storage: &S,
    sizes: Sizes,
    told: &mut Vec<Told>,
) -> Result<Option<Tail>, JournalError> {
    let mut reader = Reader::new(storage, sizes)?;
    let mut batch = Batch::default();
    while reader.next(&mut batch)? {
        told.extend(batch.frames().map(|frame| {
            (frame.header.first_sequence, frame.header.time, frame.commands.to_vec())
        }));
    }
    Ok(reader.tail())
}

/// A journal of frames with these counts of commands, and what it was told.
pub fn written(disk: &Memory, sizes: Sizes, counts: &[u32]) -> Vec<Told> {
    let mut journal = Journal::create(disk.clone(), sizes, VENUE).expect("an empty disk");
    let told = counts.iter().map(|count| append(&mut journal, *count).expect("a good disk"));
    let told = told.collect();
    drop(journal);
    told
}

/// Opens for appending what is on the disk.
pub fn resume(disk: &Memory, sizes: Sizes) -> Result<Journal<Memory>, JournalError> {
    let (_, tail) = read(disk, sizes)?;
    Journal::resume(disk.clone(), sizes, &tail.expect("a journal"))
}
