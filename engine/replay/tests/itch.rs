//! What ITCH messages do to the book.

use openoutcry_replay::{ItchReplay, Outcome};
use openoutcry_wire::Side;
use proptest::prelude::*;

const AAPL: [u8; 8] = *b"AAPL    ";

/// Writes messages with their lengths.
#[derive(Clone, Debug, Default)]
struct Tape {
    bytes: Vec<u8>,
    time: u64,
}

impl Tape {
    fn message(mut self, kind: u8, locate: u16, fields: &[&[u8]]) -> Self {
        self.time += 1_000;
        let mut body = vec![kind];
        body.extend(locate.to_be_bytes());
        body.extend([0, 0]);
        body.extend(&self.time.to_be_bytes()[2..]);
        body.extend(fields.concat());
        self.bytes.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        self.bytes.extend(body);
        self
    }

    fn directory(self, locate: u16, stock: [u8; 8]) -> Self {
        self.message(b'R', locate, &[&stock, &[0; 20]])
    }

    fn add(self, reference: u64, side: u8, shares: u32, price: u32) -> Self {
        self.add_in((1, AAPL), reference, side, shares, price)
    }

    fn add_in(
        self,
        stock: (u16, [u8; 8]),
        reference: u64,
        side: u8,
        shares: u32,
        price: u32,
    ) -> Self {
        let (shares, price) = (shares.to_be_bytes(), price.to_be_bytes());
        self.message(b'A', stock.0, &[&reference.to_be_bytes(), &[side], &shares, &stock.1, &price])
    }

    fn execute(self, reference: u64, shares: u32) -> Self {
        let fields = [&reference.to_be_bytes()[..], &shares.to_be_bytes(), &[0; 8]];
        self.message(b'E', 1, &fields)
    }

    fn execute_at(self, reference: u64, shares: u32, price: u32) -> Self {
        let (reference, shares) = (reference.to_be_bytes(), shares.to_be_bytes());
        self.message(b'C', 1, &[&reference, &shares, &[0; 8], b"Y", &price.to_be_bytes()])
    }

    fn reduce(self, reference: u64, shares: u32) -> Self {
        self.message(b'X', 1, &[&reference.to_be_bytes(), &shares.to_be_bytes()])
    }

    fn delete(self, reference: u64) -> Self {
        self.message(b'D', 1, &[&reference.to_be_bytes()])
    }

    fn replace(self, reference: u64, new: u64, shares: u32, price: u32) -> Self {
        let (reference, new) = (reference.to_be_bytes(), new.to_be_bytes());
        self.message(b'U', 1, &[&reference, &new, &shares.to_be_bytes(), &price.to_be_bytes()])
    }

    fn replay(&self) -> (ItchReplay, Outcome) {
        let mut replay = ItchReplay::new(None);
        replay.feed(&self.bytes).unwrap();
        let outcome = replay.finish().unwrap();
        replay.machine().audit().unwrap();
        (replay, outcome)
    }

    /// The levels of one side at the end: price, shares, orders.
    fn levels(&self, side: Side) -> Vec<(u32, u64, u32)> {
        let (replay, _) = self.replay();
        let symbol = replay.symbol(AAPL).unwrap();
        let levels = replay.machine().depth(symbol, side, 9).into_iter();
        levels.map(|level| (level.price.0, level.quantity, level.orders)).collect()
    }
}

#[test]
fn adds_rest_by_price_and_time() {
    let tape = Tape::default()
        .add(1, b'B', 100, 999_900)
        .add(2, b'B', 50, 999_900)
        .add(3, b'B', 10, 999_800)
        .add(4, b'S', 70, 1_000_100);
    assert_eq!(tape.levels(Side::Buy), [(999_900, 150, 2), (999_800, 10, 1)]);
    assert_eq!(tape.levels(Side::Sell), [(1_000_100, 70, 1)]);
}

#[test]
fn an_execution_trades_at_the_orders_price() {
    let tape = Tape::default().add(1, b'B', 100, 999_900).add(2, b'B', 50, 999_900).execute(1, 60);
    assert_eq!(tape.levels(Side::Buy), [(999_900, 90, 2)]);
    let (_, outcome) = tape.replay();
    assert_eq!((outcome.trades, outcome.volume, outcome.orders, outcome.unknown), (1, 60, 3, 0));
    let (_, outcome) = tape.execute(1, 40).execute(1, 1).replay();
    assert_eq!((outcome.trades, outcome.volume, outcome.unknown), (2, 100, 1));
}

#[test]
fn an_execution_at_another_price_trades_no_worse_than_that() {
    let tape = Tape::default().add(1, b'S', 100, 1_000_000).execute_at(1, 30, 1_000_500);
    assert_eq!(tape.levels(Side::Sell), [(1_000_000, 70, 1)]);
    let tape = Tape::default().add(1, b'S', 100, 1_000_000).execute_at(1, 30, 999_900);
    assert_eq!(tape.levels(Side::Sell), [(1_000_000, 100, 1)]);
}

#[test]
fn a_reduction_keeps_priority_and_a_replace_loses_it() {
    let two = Tape::default().add(1, b'S', 100, 1_000_000).add(2, b'S', 100, 1_000_000);
    // Order 1 is first still: order 2 stands whole behind the 40 that are left of it.
    let tape = two.clone().reduce(1, 60).execute(1, 40).delete(2);
    assert_eq!(tape.levels(Side::Sell), []);
    assert_eq!(tape.replay().1.volume, 40);
    // Order 1 became 3 and stands behind order 2, which is executed first.
    let tape = two.replace(1, 3, 100, 1_000_000).execute(2, 100).reduce(3, 10);
    assert_eq!(tape.levels(Side::Sell), [(1_000_000, 90, 1)]);
}

#[test]
fn a_reduction_to_nothing_and_a_delete_take_the_order_out() {
    let tape = Tape::default().add(1, b'B', 100, 999_900).add(2, b'B', 1, 999_900).reduce(1, 100);
    assert_eq!(tape.clone().levels(Side::Buy), [(999_900, 1, 1)]);
    assert_eq!(tape.delete(2).levels(Side::Buy), []);
}

#[test]
fn a_replace_moves_the_order() {
    let tape = Tape::default().add(1, b'B', 100, 999_900).replace(1, 2, 30, 999_800).delete(1);
    assert_eq!(tape.levels(Side::Buy), [(999_800, 30, 1)]);
    assert_eq!(tape.replay().1.unknown, 1);
}

#[test]
fn unknown_references_are_counted_and_skipped() {
    let tape = Tape::default().execute(9, 1).execute_at(9, 1, 1).reduce(9, 1).delete(9);
    let (_, outcome) = tape.replace(9, 10, 1, 1).replay();
    assert_eq!((outcome.messages, outcome.unknown, outcome.orders), (5, 5, 0));
}

#[test]
fn one_stock_can_be_taken_out_of_many() {
    let (msft, warrant) = ((2, *b"MSFT    "), (3, *b"XYZ+    "));
    let tape = Tape::default()
        .directory(1, AAPL)
        .directory(2, msft.1)
        .add(1, b'B', 10, 999_900)
        .add_in(msft, 2, b'B', 20, 999_900)
        .add_in(warrant, 3, b'B', 30, 12_345);
    let (replay, outcome) = tape.replay();
    assert_eq!(replay.stocks(), [AAPL, msft.1, warrant.1]);
    assert_eq!((outcome.messages, outcome.orders), (5, 3));
    let symbol = replay.symbol(warrant.1).unwrap();
    assert_eq!(replay.machine().symbol(symbol).unwrap().ticker, *b"-3      ");
    let mut one = ItchReplay::new(Some(msft.1));
    assert_eq!(one.feed(&tape.bytes), Ok(5));
    assert_eq!((one.finish().unwrap().orders, one.stocks()), (1, &[msft.1][..]));
    assert_eq!(one.symbol(AAPL), None);
}

#[test]
fn what_is_no_itch_is_named_by_message_and_byte() {
    let good = Tape::default().add(1, b'B', 100, 999_900);
    let wrong = |bytes: &[u8]| {
        let mut replay = ItchReplay::new(None);
        let fed = replay.feed(&[&good.bytes, bytes].concat()).map(|_| ());
        let error = fed.and_then(|()| replay.finish().map(|_| ())).unwrap_err();
        let again = replay.feed(&good.bytes);
        assert!(again.is_err() || error.what.contains("file ends"), "nothing more is taken");
        error.to_string()
    };
    let at = good.bytes.len();
    let text = |what: &str| format!("no ITCH 5.0: message 2 at byte {at}: {what}");
    assert_eq!(wrong(&[0, 1, b'z']), text("no type is called 0x7a"));
    assert_eq!(wrong(&[0, 2, b'D', 0]), text("type D has 19 bytes, not 2"));
    assert_eq!(wrong(&[0, 19, b'D', 0]), text("the file ends after 4 of its bytes"));
    let sideless = Tape::default().add(1, b'X', 1, 1);
    assert_eq!(wrong(&sideless.bytes), text("the side is 0x58, neither B nor S"));
}

#[test]
fn a_length_of_zero_ends_the_session_and_is_no_message() {
    let mut tape = Tape::default().add(1, b'B', 100, 999_900);
    tape.bytes.extend([0, 0]);
    assert_eq!(tape.replay().1.messages, 1);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Add(u64, bool, u32, u32),
    Execute(u64, u32),
    Reduce(u64, u32),
    Delete(u64),
    Replace(u64, u64, u32, u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (reference, shares, ticks) = (0u64..40, 0u32..300, 9_950u32..10_050);
    let step = prop_oneof![
        4 => (reference.clone(), any::<bool>(), shares.clone(), ticks.clone())
            .prop_map(|(r, buy, s, t)| Step::Add(r, buy, s, t * 100)),
        2 => (reference.clone(), shares.clone()).prop_map(|(r, s)| Step::Execute(r, s)),
        1 => (reference.clone(), shares.clone()).prop_map(|(r, s)| Step::Reduce(r, s)),
        1 => reference.clone().prop_map(Step::Delete),
        1 => (reference.clone(), reference, shares, ticks)
            .prop_map(|(r, n, s, t)| Step::Replace(r, n, s, t * 100)),
    ];
    prop::collection::vec(step, 0..300)
}

fn tape(steps: &[Step]) -> Tape {
    steps.iter().fold(Tape::default(), |tape, step| match *step {
        Step::Add(reference, buy, shares, price) => {
            tape.add(reference, if buy { b'B' } else { b'S' }, shares, price)
        }
        Step::Execute(reference, shares) => tape.execute(reference, shares),
        Step::Reduce(reference, shares) => tape.reduce(reference, shares),
        Step::Delete(reference) => tape.delete(reference),
        Step::Replace(reference, new, shares, price) => tape.replace(reference, new, shares, price),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn how_a_file_is_cut_makes_no_difference(
        steps in steps(),
        cuts in prop::collection::vec(1usize..200, 1..50),
    ) {
        let tape = tape(&steps);
        let (_, whole) = tape.replay();
        let mut replay = ItchReplay::new(None);
        let mut rest = &tape.bytes[..];
        for cut in cuts.into_iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            replay.feed(piece).unwrap();
            rest = after;
        }
        prop_assert_eq!(replay.finish().unwrap(), whole);
    }

    #[test]
    fn any_bytes_are_taken_or_refused_and_never_crash(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut replay = ItchReplay::new(None);
        if replay.feed(&bytes).is_ok() {
            let _ = replay.finish();
        }
    }

    #[test]
    fn a_message_with_any_fields_never_crashes(
        steps in steps(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut tape = tape(&steps);
        if !tape.bytes.is_empty() {
            for (index, byte) in changes {
                let at = index.index(tape.bytes.len());
                tape.bytes[at] = byte;
            }
        }
        let mut replay = ItchReplay::new(None);
        if replay.feed(&tape.bytes).is_ok() {
            let _ = replay.finish();
        }
        replay.machine().audit().unwrap();
    }
}
