//! Views made of others' bytes are those views: they have the same bytes, and go on alike.

mod history;

use history::{ACCOUNTS, Day, wishes};
use openoutcry_canonical::{Canonical, Corrupt, Reader, Writer};
use openoutcry_views::{Retention, Views};
use openoutcry_wire::{Unit, event};
use proptest::prelude::*;

const FEW: Retention = Retention { orders: 8, trades: 5, transfers: 3, updates: 4 };

fn bytes_of(views: &Views) -> Vec<u8> {
    let mut bytes = Vec::new();
    views.write(&mut Writer::new(&mut |chunk| bytes.extend_from_slice(chunk)));
    bytes
}

fn views_of(bytes: &[u8]) -> Result<Views, Corrupt> {
    let mut reader = Reader::new(bytes);
    let views = Views::read(&mut reader)?;
    reader.finish().map(|()| views)
}

fn apply(views: &mut Views, time: u64, units: &[Unit]) {
    event::walk(units).for_each(|event| views.apply(time, &event));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn restored_views_go_on_as_those_they_were_made_of(
        wishes in wishes(150),
        cut in 0..150_usize,
        few in any::<bool>(),
    ) {
        let retention = if few { FEW } else { Retention::default() };
        let day = Day::new(&wishes, retention, &[]);
        let mut original = Views::new(retention);
        let (before, after) = day.events.split_at(cut.min(day.events.len()));
        for (time, units) in before {
            apply(&mut original, *time, units);
        }
        let bytes = bytes_of(&original);
        let mut restored = views_of(&bytes).unwrap();
        prop_assert!(bytes_of(&restored) == bytes);
        for (time, units) in after {
            apply(&mut original, *time, units);
            apply(&mut restored, *time, units);
        }
        prop_assert!(bytes_of(&restored) == bytes_of(&original));
        for account in 1..=ACCOUNTS {
            for number in 0..20 {
                let name = format!("n{number}");
                let named = |views: &Views| views.order_named(account, name.as_bytes()).cloned();
                prop_assert_eq!(named(&restored), named(&original));
            }
        }
    }

    #[test]
    fn bytes_that_were_cut_make_no_views(wishes in wishes(20)) {
        let bytes = bytes_of(&Day::new(&wishes, FEW, &[]).views);
        for length in 0..bytes.len() {
            prop_assert!(views_of(&bytes[..length]).is_err());
        }
    }
}
