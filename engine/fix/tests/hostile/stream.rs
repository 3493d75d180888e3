//! Streams of messages that are whole, wrong, cut, repeated, or no messages at all.

use crate::{Dice, sealed, seeds};
use std::fmt::Write;

use openoutcry_fix::{
    Application, Dictionary, Fields, Frame, Handled, Link, Memory, Message, Profile, Session,
    Store, TimeText, parse, split, validate,
};

const START: u64 = 1_767_323_045_000_000_000;

/// Takes what comes and sends one message for each.
#[derive(Default)]
struct Counting {
    taken: Vec<u64>,
}

impl Application<Memory> for Counting {
    fn received(&mut self, message: &Message<'_>, link: &mut Link<Memory>, now: u64) -> Handled {
        self.taken.push(message.integer(34).expect("it was checked"));
        link.send(b"B", now, b"148=taken\x01");
        Handled::Done
    }
}

fn time(dice: &mut Dice, now: u64) -> String {
    let shift = if dice.one_in(20) { 900_000_000_000 } else { 0 };
    let mut text = Vec::new();
    TimeText::default().push(&mut text, now - shift);
    String::from_utf8(text).expect("a time is text")
}

/// A message that is mostly what it should be.
fn message(dice: &mut Dice, next: u64, now: u64) -> Vec<u8> {
    let kind = *dice.pick(&["0", "1", "2", "3", "4", "5", "A", "D", "D", "D", "D", "8", "zz", ""]);
    let sequence = match dice.below(8) {
        0 => next + dice.next() % 20,
        1 => next.saturating_sub(dice.next() % 20),
        2 => dice.next() % 5,
        _ => next,
    };
    let sent = time(dice, now);
    let (sender, target) = if dice.one_in(30) { ("X", "US") } else { ("THEM", "US") };
    let mut inner =
        format!("35={kind}\x0134={sequence}\x0149={sender}\x0152={sent}\x0156={target}\x01");
    if dice.one_in(6) {
        write!(inner, "43=Y\x01122={sent}\x01").expect("a string takes it");
    }
    inner += match kind {
        "1" => "112=x\x01",
        "2" => "7=1\x0116=0\x01",
        "3" => "45=1\x01",
        "4" if dice.one_in(2) => "123=Y\x0136=9\x01",
        "4" => "36=30\x01",
        "A" => "98=0\x01108=30\x01",
        "D" => "11=a\x0154=1\x0160=20260102-03:04:05\x0140=2\x01",
        _ => "",
    };
    if dice.one_in(10) {
        let odd = ["58=\x01", "9999=x\x01", "=\x01", "x", "453=7\x01", "10=000\x01", "8=FIX\x01"];
        let odd: &str = odd[dice.below(odd.len())];
        inner += odd;
    }
    sealed(inner.as_bytes())
}

fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) {
    match dice.below(40) {
        0 => bytes.truncate(dice.below(bytes.len())),
        1 => {
            let at = dice.below(bytes.len());
            bytes[at] = dice.next().to_le_bytes()[0];
        }
        2 => *bytes = bytes.repeat(2),
        3 => *bytes = (0..dice.below(300)).map(|_| dice.next().to_le_bytes()[0]).collect(),
        _ => {}
    }
}

/// All that was sent: whole, valid where the dictionary knows the type, numbered without a gap.
fn check_output(output: &[u8], next: &mut u64) {
    let mut rest = output;
    let mut fields = Fields::new();
    while !rest.is_empty() {
        let Frame::Whole(length) = split(rest) else { panic!("what was sent is no message") };
        parse(&rest[..length], &mut fields);
        let message = Message { bytes: &rest[..length], fields: &fields };
        if message.kind() != b"B" {
            assert_eq!(validate(Dictionary::fix44(), &message), Ok(()));
        }
        let number = message.integer(34).expect("a number");
        if !message.flag(43) {
            let anew = message.kind() == b"A" && number == 1;
            assert!(number == *next || anew, "number {number} where {next} was next");
            *next = number + 1;
        }
        rest = &rest[length..];
    }
}

fn run(seed: u64) {
    let mut dice = Dice(seed);
    let profile =
        Profile { sender: b"US".to_vec(), target: b"THEM".to_vec(), reset_on_logon: false };
    let mut session = Session::new(profile, Memory::default());
    let mut application = Counting::default();
    let (mut now, mut next_out) = (START, 1);
    for _ in 0..20 {
        session.connect(now);
        let logon = format!(
            "35=A\x0134={}\x0149=THEM\x0152={}\x0156=US\x0198=0\x01108=30\x01",
            session.link().store().next_in(),
            time(&mut Dice(1), now),
        );
        session.receive(&sealed(logon.as_bytes()), now, &mut application);
        check_output(&session.output(), &mut next_out);
        for _ in 0..dice.below(40) {
            let next = session.link().store().next_in();
            let mut bytes = message(&mut dice, next, now);
            damage(&mut dice, &mut bytes);
            while !bytes.is_empty() {
                let cut = 1 + dice.below(bytes.len());
                let rest = bytes.split_off(cut);
                session.receive(&bytes, now, &mut application);
                bytes = rest;
            }
            check_output(&session.output(), &mut next_out);
            assert_eq!(session.link().store().next_out(), next_out);
            now += dice.next() % 3_000_000_000;
            session.tick(now);
            check_output(&session.output(), &mut next_out);
            if session.is_over() {
                break;
            }
        }
        session.disconnect();
    }
    let increasing = application.taken.windows(2).all(|pair| pair[0] < pair[1]);
    assert!(increasing, "taken twice, or out of order: {:?}", application.taken);
}

#[test]
fn hostile_streams_are_answered_by_the_book() {
    seeds(run);
}
