//! Frames, fields, numbers and times, each beside an obvious twin.

use openoutcry_fix::{
    Body, Dictionary, Fields, Frame, Header, Message, Parsed, Problem, TimeText, Unreadable,
    encode, parse, push_decimal, read_decimal, read_timestamp, split, validate,
};
use proptest::prelude::*;
use std::fmt::Write;

/// A whole message, sealed the slow way.
fn sealed(inner: &str) -> Vec<u8> {
    let inner = inner.replace('|', "\x01");
    let mut message = format!("8=FIX.4.4\x019={}\x01{inner}", inner.len());
    let sum: u32 = message.bytes().map(u32::from).sum();
    write!(message, "10={:03}\x01", sum % 256).expect("a string takes it");
    message.into_bytes()
}

fn order(fields: &str) -> Vec<u8> {
    sealed(&format!("35=D|34=2|49=A|52=20260102-03:04:05|56=B|{fields}"))
}

fn problem(message: &[u8]) -> Option<(Problem, Option<String>)> {
    let mut fields = Fields::new();
    assert_eq!(parse(message, &mut fields), Parsed::Good);
    let checked = validate(Dictionary::fix44(), &Message { bytes: message, fields: &fields });
    checked.err().map(|reject| {
        (reject.problem, reject.tag.map(|tag| String::from_utf8(tag).expect("a tag is text")))
    })
}

const GOOD: &str = "11=a|54=1|60=20260102-03:04:05|40=2|";

#[test]
fn what_is_encoded_is_a_frame_with_the_fields_in_their_order() {
    let mut body = Body::default();
    body.text(11, b"a").integer(38, 100).decimal(44, 1_505_000, 4).char(54, b'1');
    let header = Header {
        kind: b"D",
        sequence: 7,
        sender: b"US",
        target: b"THEM",
        time: 1_767_323_045_006_000_000,
        original_time: None,
        further: b"",
    };
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    encode(&header, body.bytes(), &mut TimeText::default(), &mut scratch, &mut out);
    let inner = "35=D|34=7|49=US|52=20260102-03:04:05.006|56=THEM|11=a|38=100|44=150.5|54=1|";
    assert_eq!(out, sealed(inner));
    assert_eq!(split(&out), Frame::Whole(out.len()));
}

#[test]
fn a_delimiter_in_a_value_cannot_make_a_field() {
    let mut body = Body::default();
    body.text(58, b"a\x0135=5\x01b");
    assert_eq!(body.bytes(), b"58=a35=5b\x01");
}

#[test]
fn raw_data_may_hold_the_delimiter() {
    let message = sealed("35=A|34=1|49=A|52=20260102-03:04:05|56=B|98=0|108=30|95=5|96=a|b|c|");
    let mut fields = Fields::new();
    assert_eq!(parse(&message, &mut fields), Parsed::Good);
    let message = Message { bytes: &message, fields: &fields };
    assert_eq!(message.get(96), Some(&b"a\x01b\x01c"[..]));
    assert_eq!(problem(message.bytes), None);
}

#[test]
fn each_problem_is_found() {
    let cases = [
        ("11=a|54=1|60=20260102-03:04:05|", Problem::RequiredTagMissing, "40"),
        ("11=a|54=1|60=yesterday|40=2|", Problem::WrongFormat, "60"),
        ("11=a|54=1|60=20260230-03:04:05|40=2|", Problem::WrongFormat, "60"),
        ("11=a|54=x|60=20260102-03:04:05|40=2|", Problem::WrongValue, "54"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|38=1e5|", Problem::WrongFormat, "38"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|38=|", Problem::NoValue, "38"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|40=2|", Problem::RepeatedTag, "40"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|112=x|", Problem::TagNotInMessage, "112"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|6000=x|", Problem::InvalidTag, "6000"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|010=x|", Problem::InvalidTag, "010"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|50=x|", Problem::OutOfOrder, "50"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|386=2|336=x|", Problem::GroupCount, "386"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|386=1|625=x|", Problem::GroupCount, "386"),
        ("11=a|54=1|60=20260102-03:04:05|40=2|18=1 z|", Problem::WrongValue, "18"),
    ];
    for (fields, wanted, tag) in cases {
        assert_eq!(problem(&order(fields)), Some((wanted, Some(tag.to_owned()))), "{fields}");
    }
    assert_eq!(problem(&order(GOOD)), None);
}

#[test]
fn groups_may_hold_groups() {
    let parties = "453=2|448=a|447=D|452=1|802=1|523=x|803=1|448=b|447=D|452=3|";
    assert_eq!(problem(&order(&format!("{GOOD}{parties}"))), None);
    let short = "453=2|448=a|447=D|452=1|802=2|523=x|803=1|448=b|447=D|452=3|";
    let wanted = Some((Problem::GroupCount, Some("802".to_owned())));
    assert_eq!(problem(&order(&format!("{GOOD}{short}"))), wanted);
}

#[test]
fn decimals_are_exact() {
    assert_eq!(read_decimal(b"150.5", 4), Ok(1_505_000));
    assert_eq!(read_decimal(b"150.50000", 4), Ok(1_505_000));
    assert_eq!(read_decimal(b"0150", 4), Ok(1_500_000));
    assert_eq!(read_decimal(b".5", 4), Ok(5_000));
    assert_eq!(read_decimal(b"150.50001", 4), Err(Unreadable::Range));
    assert_eq!(read_decimal(b"99999999999999999999", 4), Err(Unreadable::Range));
    for text in [&b""[..], b".", b"-1", b"1e5", b"1.2.3", b" 1", b"NaN"] {
        assert_eq!(read_decimal(text, 4), Err(Unreadable::Format), "{text:?}");
    }
}

#[test]
fn times_are_exact() {
    assert_eq!(read_timestamp(b"19700101-00:00:01"), Some(1_000_000_000));
    assert_eq!(read_timestamp(b"20240229-23:59:59.999999999"), Some(1_709_251_199_999_999_999));
    for text in [&b"20230229-00:00:00"[..], b"20261301-00:00:00", b"20260101 00:00:00", b"2026"] {
        assert_eq!(read_timestamp(text), None, "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_decimal_that_is_written_is_read_again(number in 0u64..1 << 50, places in 0u32..7) {
        let mut text = Vec::new();
        push_decimal(&mut text, number, places);
        prop_assert_eq!(read_decimal(&text, places), Ok(number));
    }

    #[test]
    fn a_time_that_is_written_is_read_again(milliseconds in 0u64..7_000_000_000_000) {
        let mut text = Vec::new();
        TimeText::default().push(&mut text, milliseconds * 1_000_000);
        prop_assert_eq!(read_timestamp(&text), Some(milliseconds * 1_000_000));
    }

    #[test]
    fn any_bytes_are_cut_without_standing_still(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut rest = &bytes[..];
        while let Frame::Whole(length) | Frame::Garbled(length) = split(rest) {
            prop_assert!(length > 0 && length <= rest.len());
            rest = &rest[length..];
        }
    }
}
