//! Hostile bytes are told from packets, whatever they are.

use openoutcry_binary::itch::mold;
use openoutcry_binary::soup::packet::{self, Malformed, Packet};
use proptest::prelude::*;

fn login(session: &str, sequence: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    packet::write(
        b'L',
        format!("alice secret    {session:>10}{sequence:>20}").as_bytes(),
        &mut bytes,
    );
    bytes
}

#[test]
fn a_login_is_read_field_by_field() {
    let bytes = login("S1", "42");
    let Ok(Some((Packet::Login(login), 49))) = packet::next(&bytes) else { panic!("{bytes:?}") };
    assert_eq!((login.username, login.password), ("alice", "secret"));
    assert_eq!((login.session, login.sequence), ("S1", 42));
    assert!(!format!("{login:?}").contains("secret"), "no password reaches a log");
}

#[test]
fn a_blank_sequence_is_the_newest_and_nonsense_is_none() {
    let blank = login("", "");
    assert!(
        matches!(packet::next(&blank), Ok(Some((Packet::Login(login), _))) if login.sequence == 0)
    );
    assert_eq!(packet::next(&login("", "-1")), Err(Malformed::Login(47)));
    assert_eq!(packet::next(&login("", "99999999999999999999")), Err(Malformed::Login(47)));
    assert_eq!(packet::next(b"\0\0"), Err(Malformed::Empty));
    assert_eq!(packet::next(b"\0\x01?"), Err(Malformed::Unknown(b'?')));
    assert_eq!(packet::next(b"\xff\xff"), Err(Malformed::TooLong(65_535)));
    assert_eq!(packet::next(b"\0\x03L"), Ok(None));
}

#[test]
fn a_request_names_the_session_a_sequence_and_a_count() {
    let mut packet = Vec::new();
    mold::heartbeat(b"SESSION001", 7, &mut packet);
    assert_eq!(mold::request(b"SESSION001", &packet), None, "it asks for nothing");
    packet[19] = 3;
    let request = mold::request(b"SESSION001", &packet).unwrap();
    assert_eq!((request.sequence, request.count), (7, 3));
    assert_eq!(mold::request(b"SESSION002", &packet), None);
    assert_eq!(mold::request(b"SESSION001", &packet[..19]), None);
    assert_eq!(mold::request(b"SESSION001", &[&packet[..], b"x"].concat()), None);
}

proptest! {
    #[test]
    fn no_bytes_are_read_beyond_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut rest = &bytes[..];
        while let Ok(Some((_, used))) = packet::next(rest) {
            prop_assert!((2..=rest.len()).contains(&used));
            rest = &rest[used..];
        }
        let _ = mold::request(b"SESSION001", &bytes);
        prop_assert!(mold::messages(&bytes).map(<[u8]>::len).sum::<usize>() <= bytes.len());
    }
}
