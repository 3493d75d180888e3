//! Every message of a session can be had again, from wherever a reader begins.

use openoutcry_binary::itch::mold;
use openoutcry_binary::{Cursor, Store};
use proptest::prelude::*;

fn framed(messages: &[Vec<u8>]) -> Vec<u8> {
    let frame = |message: &Vec<u8>| {
        [&u16::try_from(message.len()).unwrap().to_be_bytes()[..], message].concat()
    };
    messages.iter().flat_map(frame).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_was_appended_is_read_from_anywhere(
        sizes in prop::collection::vec(1usize..60, 1..4_000),
        pieces in prop::collection::vec(1usize..200, 1..20),
        from in 1u64..4_000,
        room in 1usize..5_000,
    ) {
        let directory = tempfile::tempdir().unwrap();
        let mut store = Store::create(directory.path()).unwrap();
        let messages: Vec<Vec<u8>> =
            sizes.iter().enumerate().map(|(at, size)| vec![u8::try_from(at % 251).unwrap(); *size]).collect();
        let mut rest = &messages[..];
        for piece in pieces.iter().cycle() {
            let (now, after) = rest.split_at((*piece).min(rest.len()));
            store.append(&framed(now)).unwrap();
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(store.next(), messages.len() as u64 + 1);
        let found = store.find(from).unwrap();
        prop_assert_eq!(found.is_some(), from <= store.next());
        let Some(mut cursor) = found else { return Ok(()) };
        let (mut read, mut packet) = (Vec::new(), Vec::new());
        while cursor.next < store.next() {
            let before = read.len();
            let after = store.read(cursor, u64::MAX, room, &mut read).unwrap();
            prop_assert!(after.next > cursor.next && read.len() > before);
            let most = u16::try_from(room % 7).unwrap() + 1;
            let sent = mold::packet(b"SESSION001", &store, cursor, most, &mut packet).unwrap();
            prop_assert!(sent.next - cursor.next <= u64::from(most) && packet.len() <= 1_400);
            let first = usize::try_from(cursor.next - 1).unwrap();
            for (got, wanted) in mold::messages(&packet).zip(&messages[first..]) {
                prop_assert_eq!(got, &wanted[..]);
            }
            cursor = after;
        }
        let wanted = &messages[usize::try_from(from - 1).unwrap()..];
        prop_assert_eq!(read, framed(wanted));
    }
}

#[test]
fn a_session_larger_than_memory_keeps_is_read_from_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = Store::create(directory.path()).unwrap();
    for number in 0..200_000_u64 {
        store.append(&framed(&[number.to_be_bytes().to_vec()])).unwrap();
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "its file has no name");
    for from in [1, 2, 256, 257, 100_000, 199_999, 200_000] {
        let cursor = store.find(from).unwrap().unwrap();
        let mut read = Vec::new();
        let after = store.read(cursor, 1, 64, &mut read).unwrap();
        assert_eq!((after.next, &read[2..]), (from + 1, &(from - 1).to_be_bytes()[..]));
    }
    assert_eq!(store.find(200_001).unwrap().unwrap().next, 200_001);
    assert_eq!(store.find(200_002).unwrap(), None);
    assert_eq!(store.find(1).unwrap(), Some(Cursor::default()));
}
