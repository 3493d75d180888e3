//! Buffers of records: whatever bytes they hold, walking them ends without harm.

use openoutcry_wire::command::{self, CancelOrder, NewOrder, Transfer};
use openoutcry_wire::{Command, Event, Name, UNIT, Unit, event, units_of};
use proptest::prelude::*;

/// Units of random bytes, most of which start like a record.
fn units() -> impl Strategy<Value = Vec<Unit>> {
    let start = prop_oneof![
        3 => (0_u8..16, 1_u8..3),
        1 => (any::<u8>(), any::<u8>()),
    ];
    let unit = (start, prop::array::uniform32(any::<u8>())).prop_map(|((kind, units), rest)| {
        let mut unit = Unit([0; UNIT]);
        unit.0[..2].copy_from_slice(&[kind, units]);
        unit.0[2..34].copy_from_slice(&rest);
        unit
    });
    prop::collection::vec(unit, 0..12)
}

proptest! {
    #[test]
    fn counting_agrees_with_walking(units in units()) {
        let (mut rest, mut walked) = (&units[..], 0);
        let outcome = loop {
            match command::next(rest) {
                Ok(None) => break Ok(walked),
                Ok(Some((command, after))) => {
                    prop_assert!(after.len() < rest.len());
                    prop_assert_eq!(command.header().kind, rest[0].0[0]);
                    prop_assert_eq!(usize::from(rest[0].0[1]), rest.len() - after.len());
                    (rest, walked) = (after, walked + 1);
                }
                Err(_) => break Err(units.len() - rest.len()),
            }
        };
        prop_assert_eq!(command::count(&units).map_err(|malformed| malformed.unit), outcome);
    }

    #[test]
    fn events_of_any_bytes_are_walked_or_refused(units in units()) {
        let mut rest = &units[..];
        while let Ok(Some((event, after))) = event::next(rest) {
            let _ = (event.subject(), format!("{event:?}"));
            rest = after;
        }
    }

    #[test]
    fn what_is_written_is_read_again(
        account: u32,
        order: u64,
        amount: i64,
        text in prop::collection::vec(any::<u8>(), 1..=Name::CAPACITY),
    ) {
        let mut units = Vec::new();
        let name = Name::new(&text);
        let cancel = CancelOrder { account, order, ..Default::default() };
        let transfer = Transfer { to: account, amount, ..Default::default() };
        command::encode(&cancel, None, &mut units);
        command::encode(&transfer, name.as_ref(), &mut units);
        prop_assert_eq!(command::count(&units), Ok(2));
        let (first, rest) = command::next(&units).unwrap().unwrap();
        let (second, rest) = command::next(rest).unwrap().unwrap();
        prop_assert!(rest.is_empty());
        let Command::CancelOrder(read, None) = first else { panic!("{first:?}") };
        prop_assert_eq!(*read, cancel);
        let Command::Transfer(read, Some(label)) = second else { panic!("{second:?}") };
        prop_assert_eq!((read.to, read.amount, label.text()), (account, amount, &text[..]));
    }

    #[test]
    fn bytes_are_units_when_they_are_whole_ones(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let units = units_of(&bytes);
        prop_assert_eq!(units.is_some(), bytes.len() % UNIT == 0);
        if let Some(units) = units {
            let again: Vec<u8> = units.iter().flat_map(|unit| unit.0).collect();
            prop_assert_eq!(again, bytes);
        }
    }

    #[test]
    fn a_name_of_any_bytes_has_a_text_that_lies_within_it(bytes in prop::array::uniform32(any::<u8>())) {
        let mut unit = Unit([7; UNIT]);
        unit.0[..32].copy_from_slice(&bytes);
        let name: Name = bytemuck::cast(unit);
        prop_assert_eq!(name.text().len(), usize::from(bytes[0]).min(Name::CAPACITY));
        prop_assert!(unit.0[1..].starts_with(name.text()));
    }
}

#[test]
fn a_record_cut_off_is_malformed() {
    let mut units = Vec::new();
    command::encode(&NewOrder::default(), Name::new(b"a").as_ref(), &mut units);
    assert_eq!(command::count(&units), Ok(1));
    assert_eq!(command::count(&units[..1]).unwrap_err().unit, 0);
    let mut twice = units.clone();
    twice.extend(&units[..1]);
    assert_eq!(command::count(&twice).unwrap_err().unit, 2);
    assert_eq!(twice.len(), 3);
}

#[test]
fn a_record_of_no_units_or_of_more_than_a_name_is_malformed() {
    for count in [0, 3, 255] {
        let mut units = vec![Unit([0; UNIT]); 255];
        units[0].0[..2].copy_from_slice(&[NewOrder::KIND, count]);
        assert!(command::next(&units).is_err(), "{count} units");
    }
}

#[test]
fn a_kind_that_does_not_exist_is_malformed() {
    for kind in [0, 14, 255] {
        let mut unit = Unit([0; UNIT]);
        unit.0[..2].copy_from_slice(&[kind, 1]);
        assert!(command::next(&[unit]).is_err(), "kind {kind}");
    }
    let mut unit = Unit([0; UNIT]);
    unit.0[..2].copy_from_slice(&[19, 1]);
    assert!(event::next(&[unit]).is_err());
}

#[test]
fn every_event_reads_as_what_it_was_written() {
    let mut units = Vec::new();
    event::encode(&event::Accepted { order: 7, ..Default::default() }, None, &mut units);
    let name = Name::new(b"deposit");
    event::encode(&event::Transferred { to: 3, ..Default::default() }, name.as_ref(), &mut units);
    let read: Vec<Event<'_>> = event::walk(&units).collect();
    assert!(matches!(read[0], Event::Accepted(accepted, None) if accepted.order == 7));
    assert!(matches!(read[1], Event::Transferred(_, Some(label)) if label.text() == b"deposit"));
    assert_eq!(read.len(), 2);
}
