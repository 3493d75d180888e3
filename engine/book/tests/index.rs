//! The index against an ordered map.

use openoutcry_book::OrderIndex;
use proptest::prelude::*;
use std::collections::BTreeMap;

proptest! {
    #[test]
    fn an_order_is_found_from_its_opening_to_its_end(
        steps in prop::collection::vec((any::<prop::sample::Index>(), 0_u64..5_000), 1..400),
    ) {
        let (mut index, mut open) = (OrderIndex::default(), BTreeMap::new());
        let mut next = 1;
        for (slot, (which, ahead)) in (1_u32..).zip(steps) {
            if slot % 3 == 2 && !open.is_empty() {
                let done = *open.keys().nth(which.index(open.len())).unwrap();
                index.remove(done);
                open.remove(&done);
                prop_assert_eq!(index.get(done), None);
            } else {
                // Numbers rise, and those of refused orders are never seen here.
                next += ahead;
                index.insert(next, slot);
                open.insert(next, slot);
                next += 1;
            }
            for (&order, &slot) in &open {
                prop_assert_eq!(index.get(order), Some(slot));
            }
        }
    }
}

#[test]
fn a_number_that_was_never_given_is_no_order() {
    let mut index = OrderIndex::default();
    index.insert(5_000, 7);
    for order in [0, 1, 4_999, 5_001, 1 << 32, u64::MAX] {
        assert_eq!(index.get(order), None);
    }
}

#[test]
fn memory_for_orders_that_are_done_is_used_again() {
    let mut index = OrderIndex::default();
    for order in 1..100_000 {
        index.insert(order, 7);
        index.remove(order);
    }
    // All it holds is in its debug form: one page in use or to spare, not twenty-five.
    assert!(format!("{index:?}").len() < 50_000);
}
