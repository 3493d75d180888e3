//! A peer that keeps to the rules on a wire that breaks: everything arrives once, in order, both
//! ways.

use crate::{Dice, sealed, seeds};
use openoutcry_fix::{
    Application, Fields, Frame, Handled, Link, Memory, Message, Profile, Session, Store, TimeText,
    parse, split,
};
use std::collections::BTreeMap;

const NOW: u64 = 1_767_323_045_000_000_000;

/// Acknowledges each order by its id.
#[derive(Default)]
struct Acknowledging {
    taken: Vec<Vec<u8>>,
}

impl Application<Memory> for Acknowledging {
    fn received(&mut self, message: &Message<'_>, link: &mut Link<Memory>, now: u64) -> Handled {
        let id = message.get(11).expect("an order has an id").to_vec();
        let body = [b"148=", &id[..], b"\x01"].concat();
        self.taken.push(id);
        link.send(b"B", now, &body);
        Handled::Done
    }
}

/// The client: what it sent, by number, and what it still expects.
struct Client {
    sent: BTreeMap<u64, (String, String)>,
    next_out: u64,
    next_in: u64,
    told: Vec<Vec<u8>>,
    asked: bool,
}

fn time() -> String {
    let mut text = Vec::new();
    TimeText::default().push(&mut text, NOW);
    String::from_utf8(text).expect("a time is text")
}

fn whole(kind: &str, number: u64, body: &str, again: bool) -> Vec<u8> {
    let now = time();
    let (flag, original) =
        if again { ("43=Y\x01", format!("122={now}\x01")) } else { ("", String::new()) };
    let head = format!("35={kind}\x0134={number}\x01{flag}49=THEM\x0152={now}\x0156=US\x01");
    sealed(format!("{head}{original}{body}").as_bytes())
}

impl Client {
    fn say(&mut self, kind: &str, body: &str) -> Vec<u8> {
        let number = self.next_out;
        self.next_out += 1;
        if kind == "D" {
            self.sent.insert(number, (kind.to_owned(), body.to_owned()));
        }
        whole(kind, number, body, false)
    }

    fn again(&self, first: u64) -> Vec<u8> {
        let mut out = Vec::new();
        for number in first..self.next_out {
            if let Some((kind, body)) = self.sent.get(&number) {
                out.extend(whole(kind, number, body, true));
            } else {
                let gap = format!("123=Y\x0136={}\x01", number + 1);
                out.extend(whole("4", number, &gap, true));
            }
        }
        out
    }

    /// Takes what came; what it says to that.
    fn hear(&mut self, bytes: &[u8]) -> Vec<u8> {
        let (mut rest, mut out, mut fields) = (bytes, Vec::new(), Fields::new());
        while let Frame::Whole(length) = split(rest) {
            parse(&rest[..length], &mut fields);
            let message = Message { bytes: &rest[..length], fields: &fields };
            let number = message.integer(34).expect("a number");
            if message.kind() == b"2" {
                out.extend(self.again(message.integer(7).expect("a number")));
            }
            if number > self.next_in {
                if !self.asked {
                    self.asked = true;
                    let body = format!("7={}\x0116=0\x01", self.next_in);
                    out.extend(self.say("2", &body));
                }
            } else if number == self.next_in {
                match message.kind() {
                    b"4" => self.next_in = message.integer(36).expect("a number"),
                    b"B" => {
                        self.told.push(message.get(148).expect("a text").to_vec());
                        self.next_in += 1;
                    }
                    _ => self.next_in += 1,
                }
            }
            rest = &rest[length..];
        }
        out
    }
}

fn run(seed: u64) {
    let mut dice = Dice(seed);
    let profile =
        Profile { sender: b"US".to_vec(), target: b"THEM".to_vec(), reset_on_logon: false };
    let mut session = Session::new(profile, Memory::default());
    let mut application = Acknowledging::default();
    let mut client =
        Client { sent: BTreeMap::new(), next_out: 1, next_in: 1, told: Vec::new(), asked: false };
    let mut ids = Vec::new();
    for connection in 0..12 {
        let last = connection == 11;
        session.connect(NOW);
        client.asked = false;
        let mut wire = client.say("A", "98=0\x01108=30\x01");
        for round in 0..6 {
            for _ in 0..dice.below(5) {
                let id = format!("{connection}-{round}-{}", ids.len());
                let body = format!("11={id}\x0154=1\x0160=20260102-03:04:05\x0140=2\x01");
                wire.extend(client.say("D", &body));
                ids.push(id.into_bytes());
            }
            // The wire may break anywhere, in either direction.
            if !last && dice.one_in(5) {
                wire.truncate(dice.below(wire.len() + 1));
                session.receive(&wire, NOW, &mut application);
                let mut output = session.output();
                output.truncate(dice.below(output.len() + 1));
                client.hear(&output);
                break;
            }
            session.receive(&wire, NOW, &mut application);
            wire = client.hear(&session.output());
        }
        while last && !wire.is_empty() {
            session.receive(&wire, NOW, &mut application);
            client.asked = false;
            wire = client.hear(&session.output());
        }
        assert!(!session.is_over(), "{}", session.reason());
        session.disconnect();
    }
    assert_eq!(application.taken, ids, "what the client said");
    assert_eq!(client.told, ids, "what the venue said");
    assert_eq!(client.next_out, session.link().store().next_in());
}

#[test]
fn everything_arrives_once_over_a_wire_that_breaks() {
    seeds(run);
}
