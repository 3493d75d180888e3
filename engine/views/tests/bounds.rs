//! What is kept when not everything is.

mod history;

use history::{ACCOUNTS, Day, wishes};
use openoutcry_views::{Movement, OrderStatus, Retention};
use openoutcry_wire::{Event, event};
use proptest::prelude::*;

const FEW: Retention = Retention { orders: 8, trades: 5, transfers: 3, updates: 4 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn open_orders_and_the_newest_are_kept(wishes in wishes(150)) {
        let all = Day::new(&wishes, Retention::default(), &[]);
        let few = Day::new(&wishes, FEW, &[]);
        let orders = (1..=1_000).filter(|id| all.views.order(*id).is_some()).count() as u64;
        for id in 1..=orders {
            let order = all.views.order(id).unwrap();
            match few.views.order(id) {
                Some(kept) => prop_assert_eq!(kept, order),
                None => prop_assert!(!order.status.is_open() && id + 8 <= orders),
            }
        }
        for account in 1..=ACCOUNTS {
            // Lists end where the past is forgotten.
            let listed: Vec<_> = few.views.orders(account, None).cloned().collect();
            let full: Vec<_> = all.views.orders(account, None).cloned().collect();
            prop_assert!(full.starts_with(&listed));
            let listed = few.views.movements(account, None).map(Movement::number);
            let full = all.views.movements(account, None).map(Movement::number);
            let (listed, full): (Vec<_>, Vec<_>) = (listed.collect(), full.collect());
            prop_assert!(full.starts_with(&listed));
        }
        prop_assert!(few.views.trades_after(0).count() <= 10);
    }

    #[test]
    fn a_forgotten_orders_name_is_free_again(wishes in wishes(150)) {
        let few = Day::new(&wishes, FEW, &[]);
        for account in 1..=ACCOUNTS {
            for number in 0..20 {
                let name = format!("n{number}");
                if let Some(order) = few.views.order_named(account, name.as_bytes()) {
                    prop_assert_eq!(order.account, account);
                    prop_assert_eq!(order.name.as_deref(), Some(name.as_bytes()));
                }
            }
        }
    }

    #[test]
    fn watchers_see_each_event_of_their_orders_once(wishes in wishes(80)) {
        let room = Retention { updates: 10_000, ..Retention::default() };
        let mut day = Day::new(&wishes, room, &[1, 3]);
        let mut expected = Vec::new();
        for (_, units) in &day.events {
            for event in event::walk(units) {
                let header = event.header();
                let orders = match event {
                    Event::Trade(t, _) => vec![t.maker_order, t.taker_order],
                    Event::Accepted(..) | Event::Rejected(..) | Event::Cancelled(..)
                    | Event::Replaced(..) | Event::Triggered(..) => vec![event.subject().1],
                    _ => vec![],
                };
                let watched = |order: &u64| {
                    day.views.order(*order).is_some_and(|o| o.account == 1 || o.account == 3)
                };
                let seen = orders.into_iter().filter(watched);
                expected.extend(seen.map(|order| (header.kind, header.reason, order)));
            }
        }
        let (updates, dropped) = day.views.take_updates();
        let seen = updates.iter().map(|update| (update.event, update.reason, update.order.order));
        prop_assert!(seen.eq(expected));
        prop_assert!(!dropped);
        // The last update of an order shows it as it stands.
        for update in updates.iter().rev() {
            let newest = updates.iter().rfind(|other| other.order.order == update.order.order);
            prop_assert_eq!(Some(&newest.unwrap().order), day.views.order(update.order.order));
        }
        prop_assert_eq!(day.views.take_updates(), (Vec::new(), false));
    }
}

#[test]
fn updates_that_find_no_room_are_missed_aloud() {
    let order = history::Wish::Order {
        account: 1,
        symbol: 0,
        side: 1,
        kind: 2,
        life: 2,
        quantity: 1,
        ticks: 1000,
        self_trade: 0,
        name: 39,
    };
    let mut day = Day::new(&[order; 6], FEW, &[1]);
    let (updates, dropped) = day.views.take_updates();
    let orders: Vec<u64> = updates.iter().map(|update| update.order.order).collect();
    assert_eq!(orders, [3, 4, 5, 6]);
    assert!(dropped);
    assert!(updates.iter().all(|update| update.order.status == OrderStatus::New));
}
