//! Walking a buffer of records without copying it.

use bytemuck::{Pod, Zeroable};

/// Bytes in one unit.
pub const UNIT: usize = 64;

/// What every record is made of: one cache line, aligned as one, so that records are read in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Pod, Zeroable)]
#[repr(C, align(64))]
pub struct Unit(pub [u8; UNIT]);

/// Why a buffer is not a sequence of records: the index of the first unit that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    pub unit: usize,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "malformed record at unit {}", self.unit)
    }
}

impl std::error::Error for Malformed {}

/// Copies bytes from anywhere into units; `None` when they are not a whole number of them.
#[must_use]
pub fn units_of(bytes: &[u8]) -> Option<Vec<Unit>> {
    if !bytes.len().is_multiple_of(UNIT) {
        return None;
    }
    let mut units = vec![Unit::zeroed(); bytes.len() / UNIT];
    bytemuck::cast_slice_mut::<Unit, u8>(&mut units).copy_from_slice(bytes);
    Some(units)
}

/// The first record of a buffer: its fixed unit, the units that belong to it, and all after it.
pub(crate) type Record<'a> = (&'a Unit, &'a [Unit], &'a [Unit]);

/// Splits the first record off; `None` when there is none left.
///
/// # Errors
/// `Malformed` when the buffer ends inside the record or the record claims no units.
#[inline]
pub(crate) fn split(units: &[Unit]) -> Result<Option<Record<'_>>, Malformed> {
    let Some((first, after)) = units.split_first() else { return Ok(None) };
    let malformed = Malformed { unit: 0 };
    let extra = usize::from(first.0[1]).checked_sub(1).ok_or(malformed)?;
    let (own, after) = after.split_at_checked(extra).ok_or(malformed)?;
    Ok(Some((first, own, after)))
}

/// The name behind a record, if there is one.
///
/// # Errors
/// `Malformed` when what is behind it is no name.
#[inline]
pub(crate) fn name_of<T: Pod>(own: &[Unit]) -> Result<Option<&T>, Malformed> {
    match own {
        [] => Ok(None),
        [name] => Ok(Some(bytemuck::cast_ref(name))),
        _ => Err(Malformed { unit: 1 }),
    }
}
