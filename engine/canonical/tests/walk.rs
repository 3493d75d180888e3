//! The walk over state: bytes that give the same state back, and nothing else.

use openoutcry_canonical::{Canonical, Corrupt, Layout, Reader, Writer, canonical};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Colour {
    Red = 1,
    Green = 2,
}

impl TryFrom<u8> for Colour {
    type Error = ();
    fn try_from(byte: u8) -> Result<Self, ()> {
        match byte {
            1 => Ok(Self::Red),
            2 => Ok(Self::Green),
            _ => Err(()),
        }
    }
}

canonical!(Colour as u8);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Metres(i64);

canonical!(Metres.0);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    colour: Colour,
    length: Option<Metres>,
    text: Box<[u8]>,
}

canonical!(Part { colour, length, text });

#[derive(Clone, Debug, PartialEq, Eq)]
struct Whole {
    parts: Vec<Part>,
    queue: VecDeque<u16>,
    set: BTreeSet<(u32, u64)>,
    map: BTreeMap<u128, [u8; 3]>,
    flag: bool,
    count: usize,
}

canonical!(Whole { parts, queue, set, map, flag } derived { count = parts.len() + queue.len() });

fn whole() -> Whole {
    let part = |length| Part { colour: Colour::Green, length, text: b"abc"[..].into() };
    Whole {
        parts: vec![part(None), part(Some(Metres(-5)))],
        queue: VecDeque::from([7, 8, 9]),
        set: BTreeSet::from([(1, 2), (1, 3)]),
        map: BTreeMap::from([(u128::MAX, [1, 2, 3])]),
        flag: true,
        count: 5,
    }
}

fn bytes_of(state: &impl Canonical) -> Vec<u8> {
    let mut bytes = Vec::new();
    state.write(&mut Writer::new(&mut |chunk| bytes.extend_from_slice(chunk)));
    bytes
}

#[test]
fn what_was_written_is_read_back_with_what_derives_from_it() {
    let bytes = bytes_of(&whole());
    let mut reader = Reader::new(&bytes);
    assert_eq!(Whole::read(&mut reader), Ok(whole()));
    assert_eq!(reader.finish(), Ok(()));
}

#[test]
fn bytes_cut_anywhere_are_no_state() {
    let bytes = bytes_of(&whole());
    for length in 0..bytes.len() {
        assert_eq!(Whole::read(&mut Reader::new(&bytes[..length])), Err(Corrupt), "{length}");
    }
}

#[test]
fn any_byte_may_be_wrong_without_harm() {
    let bytes = bytes_of(&whole());
    for place in 0..bytes.len() {
        for wrong in [0, 1, 0x7f, 0xff] {
            let mut bytes = bytes.clone();
            bytes[place] = wrong;
            // It may be another state, or none; it is no crash, and no endless memory.
            let _ = Whole::read(&mut Reader::new(&bytes));
        }
    }
}

#[test]
fn sets_out_of_order_and_unknown_words_are_refused() {
    assert!(BTreeSet::<u8>::read(&mut Reader::new(&[2, 0, 0, 0, 0, 0, 0, 0, 5, 5])).is_err());
    assert!(Colour::read(&mut Reader::new(&[3])).is_err());
    assert!(bool::read(&mut Reader::new(&[2])).is_err());
}

#[test]
fn a_layout_names_every_field_and_type() {
    assert_eq!(
        Layout::of::<Part>().text(),
        "Part { colour Colour as u8 length maybe { Metres { 0 i64 } } text bytes } "
    );
}

#[test]
fn long_states_come_in_chunks() {
    let numbers: Vec<u64> = (0..1_000_000).collect();
    let bytes = bytes_of(&numbers);
    assert_eq!(bytes.len(), 8 * 1_000_001);
    assert_eq!(Vec::read(&mut Reader::new(&bytes)), Ok(numbers));
}
