//! One session: the receiving half, and what time brings (FIX 4.4, volume 2).

use crate::dictionary::Dictionary;
use crate::frame::{Frame, split};
use crate::link::Link;
use crate::message::{Fields, Message, Parsed, parse};
use crate::store::Store;
use crate::time::read_timestamp;
use crate::validate::{Problem, Reject, validate};
use std::collections::BTreeMap;

const SECOND: u64 = 1_000_000_000;
/// How far a message's time may be from ours.
const LATENCY: u64 = 120 * SECOND;
/// How long a peer may take to answer a logout.
const LOGOUT: u64 = 2 * SECOND;
/// Messages kept that came too early; what finds no room is asked for again.
const EARLY: usize = 4_096;
const EARLY_BYTES: usize = 4 << 20;

/// Who talks to whom, and how.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Our `CompID`.
    pub sender: Vec<u8>,
    /// The peer's.
    pub target: Vec<u8>,
    /// Whether each logon begins with number 1.
    pub reset_on_logon: bool,
}

/// What became of an application message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handled {
    Done,
    /// Refused at the session's level.
    Reject(Reject),
    /// Refused with a `BusinessMessageReject`: a number of tag 380 and a sentence.
    Business(u8, &'static str),
}

/// What a session serves.
pub trait Application<S> {
    /// A message passed every check of the session and is next in its sequence. Answers may be
    /// sent over `link` at once or later.
    fn received(&mut self, message: &Message<'_>, link: &mut Link<S>, now: u64) -> Handled;
}

/// How far the checks of a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Go,
    Stop,
}

/// One session. The owner hands in what is received and the time, sends what [`Session::output`]
/// gives, and ends the connection when [`Session::is_over`] says so.
#[derive(Debug)]
pub struct Session<S> {
    pub(crate) link: Link<S>,
    connected: bool,
    over: bool,
    /// Why the connection ended, for the log.
    reason: &'static str,
    heartbeat: u64,
    last_received: u64,
    test_requests: u64,
    logout_sent: Option<u64>,
    /// What was asked for again.
    asked: Option<(u64, u64)>,
    early: BTreeMap<u64, Vec<u8>>,
    early_bytes: usize,
    input: Vec<u8>,
    fields: Fields,
}

impl<S: Store> Session<S> {
    #[must_use]
    pub fn new(profile: Profile, store: S) -> Self {
        Self {
            link: Link::new(profile, store),
            connected: false,
            over: false,
            reason: "",
            heartbeat: 0,
            last_received: 0,
            test_requests: 0,
            logout_sent: None,
            asked: None,
            early: BTreeMap::new(),
            early_bytes: 0,
            input: Vec::new(),
            fields: Fields::new(),
        }
    }

    /// A peer is there, whose logon comes next.
    pub fn connect(&mut self, now: u64) {
        self.disconnect();
        self.connected = true;
        (self.over, self.reason) = (false, "");
        self.last_received = now;
    }

    /// The peer is gone; numbers and messages stay.
    pub fn disconnect(&mut self) {
        self.connected = false;
        self.link.logged_on = false;
        self.link.out.clear();
        self.logout_sent = None;
        self.asked = None;
        self.test_requests = 0;
        self.early.clear();
        self.early_bytes = 0;
        self.input.clear();
    }

    #[must_use]
    pub const fn is_logged_on(&self) -> bool {
        self.link.logged_on
    }

    /// Whether the connection is to be closed, after what is to be sent.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// Why it is over.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }

    /// The sending half.
    pub fn link(&mut self) -> &mut Link<S> {
        &mut self.link
    }

    /// Takes what is to be sent. The store must be durable first.
    pub fn output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.link.out)
    }

    /// Both numbers begin with 1 again, as at the start of a session's day.
    pub fn reset(&mut self) {
        self.link.store.reset();
    }

    /// Ends the session's connection politely.
    pub fn log_out(&mut self, text: &str, now: u64) {
        if self.link.logged_on && self.logout_sent.is_none() {
            self.send_logout(text, now);
        }
    }

    /// Takes in what was received.
    pub fn receive(&mut self, bytes: &[u8], now: u64, application: &mut dyn Application<S>) {
        let mut input = std::mem::take(&mut self.input);
        let whole: &[u8] = if input.is_empty() {
            bytes
        } else {
            input.extend_from_slice(bytes);
            &input
        };
        let mut at = 0;
        while !self.over && at < whole.len() {
            match split(&whole[at..]) {
                Frame::Whole(length) => {
                    self.frame(&whole[at..at + length], now, application);
                    at += length;
                }
                Frame::Garbled(length) => {
                    at += length;
                    self.garbled();
                }
                Frame::Partial => break,
                Frame::TooLong => self.end("a message is too long"),
            }
        }
        let rest = whole[at..].to_vec();
        self.input = if self.over { Vec::new() } else { rest };
    }

    /// Lets time pass: heartbeats, test requests, time-outs.
    pub fn tick(&mut self, now: u64) {
        if !self.connected || !self.link.logged_on {
            return;
        }
        if self.logout_sent.is_some_and(|sent| now.saturating_sub(sent) >= LOGOUT) {
            return self.end("the logout was not answered");
        }
        if self.heartbeat == 0 {
            return;
        }
        let silent = now.saturating_sub(self.last_received);
        if silent * 10 >= self.heartbeat * 24 {
            self.end("no heartbeat");
        } else if silent * 10 >= self.heartbeat * 12 * (self.test_requests + 1) {
            self.test_requests += 1;
            self.admin(b"1", now, |body| {
                body.text(112, b"TEST");
            });
        } else if self.test_requests == 0
            && now.saturating_sub(self.link.last_sent) >= self.heartbeat
        {
            self.admin(b"0", now, |_| {});
        }
    }

    fn end(&mut self, reason: &'static str) {
        if !self.over {
            (self.over, self.reason) = (true, reason);
        }
    }

    fn admin(&mut self, kind: &[u8], now: u64, write: impl FnOnce(&mut crate::Body)) {
        let mut body = std::mem::take(&mut self.link.body);
        body.clear();
        write(&mut body);
        self.link.send_admin(kind, now, body.bytes());
        self.link.body = body;
    }

    fn send_logout(&mut self, text: &str, now: u64) {
        self.admin(b"5", now, |body| {
            if !text.is_empty() {
                body.text(58, text.as_bytes());
            }
        });
        self.logout_sent = Some(now);
    }

    fn garbled(&mut self) {
        if !self.link.logged_on {
            self.end("no FIX message");
        }
    }

    fn frame(&mut self, bytes: &[u8], now: u64, application: &mut dyn Application<S>) {
        let mut fields = std::mem::take(&mut self.fields);
        if parse(bytes, &mut fields) == Parsed::Good {
            self.last_received = now;
            self.message(&Message { bytes, fields: &fields }, now, application);
            self.fields = fields;
            self.take_early(now, application);
        } else {
            self.fields = fields;
            self.garbled();
        }
    }

    /// Goes on with the messages that came before their turn.
    fn take_early(&mut self, now: u64, application: &mut dyn Application<S>) {
        while !self.over {
            let next = self.link.store.next_in();
            while let Some(entry) = self.early.first_entry().filter(|entry| *entry.key() < next) {
                self.early_bytes -= entry.remove().len();
            }
            let Some(bytes) = self.early.remove(&next) else { return };
            self.early_bytes -= bytes.len();
            let mut fields = Fields::new();
            parse(&bytes, &mut fields);
            let message = Message { bytes: &bytes, fields: &fields };
            if matches!(message.kind(), b"A" | b"2") {
                // Answered when it came.
                self.link.store.set_next_in(next + 1);
            } else {
                self.message(&message, now, application);
            }
            if self.link.store.next_in() == next {
                return;
            }
        }
    }

    fn message(&mut self, message: &Message<'_>, now: u64, application: &mut dyn Application<S>) {
        if !self.link.logged_on && message.kind() != b"A" {
            return self.end("the first message is no logon");
        }
        if message.get(8) != Some(b"FIX.4.4") {
            return self.wrong_version(message, now);
        }
        if message.integer(34).is_none() {
            return self.unnumbered(now);
        }
        if let Err(reject) = validate(Dictionary::fix44(), message) {
            return self.reject(message, &reject, now);
        }
        match message.kind() {
            b"A" => self.logon(message, now),
            b"0" | b"3" => self.heartbeat(message, now),
            b"1" => self.test_request(message, now),
            b"2" => self.resend_request(message, now),
            b"4" => self.sequence_reset(message, now),
            b"5" => self.logout(message, now),
            _ => self.application(message, now, application),
        }
    }

    fn wrong_version(&mut self, message: &Message<'_>, now: u64) {
        if !self.link.logged_on {
            self.end("not FIX.4.4");
        } else if message.kind() == b"5" {
            self.logout(message, now);
        } else {
            self.send_logout("Incorrect BeginString", now);
            self.advance();
        }
    }

    /// Without a number nothing can be said about a message (FIX 4.4, volume 2).
    fn unnumbered(&mut self, now: u64) {
        if self.link.logged_on {
            self.send_logout("MsgSeqNum missing", now);
        }
        self.end("MsgSeqNum missing");
    }

    fn advance(&mut self) {
        let next = self.link.store.next_in() + 1;
        self.link.store.set_next_in(next);
    }

    /// Rejects a message; it counts all the same when it was next.
    fn reject(&mut self, message: &Message<'_>, reject: &Reject, now: u64) {
        if !self.link.logged_on {
            return self.end(reject.problem.text());
        }
        let sequence = message.integer(34);
        let counts = !matches!(message.kind(), b"A" | b"4");
        if counts && sequence == Some(self.link.store.next_in()) {
            self.advance();
        }
        let mut further = Vec::new();
        reverse_route(message, &mut further);
        let mut body = std::mem::take(&mut self.link.body);
        body.clear();
        if let Some(sequence) = sequence {
            body.integer(45, sequence);
        }
        body.text(58, reject.problem.text().as_bytes());
        if let Some(tag) = &reject.tag {
            body.text(371, tag);
        }
        if !message.kind().is_empty() {
            body.text(372, message.kind());
        }
        body.integer(373, reject.problem as u64);
        self.link.send_routed(b"3", now, &further, body.bytes());
        self.link.body = body;
    }

    /// The checks that every message has to pass; `high` and `low` say which numbers matter.
    fn verify(&mut self, message: &Message<'_>, high: bool, low: bool, now: u64) -> Verdict {
        let time = message.get(52).and_then(read_timestamp).unwrap_or(0);
        if time.abs_diff(now) > LATENCY {
            return self.turn_away(message, Problem::SendingTime, now);
        }
        let profile = &self.link.profile;
        let right = message.get(49) == Some(&profile.target[..])
            && message.get(56) == Some(&profile.sender[..]);
        if !right {
            return self.turn_away(message, Problem::CompId, now);
        }
        let sequence = message.integer(34).unwrap_or(0);
        let next = self.link.store.next_in();
        if high && sequence > next {
            self.too_early(message, sequence, now);
            return Verdict::Stop;
        }
        if low && sequence < next {
            self.too_late(message, sequence, now);
            return Verdict::Stop;
        }
        if (high || low) && self.asked.is_some_and(|(_, last)| sequence >= last) {
            self.asked = None;
        }
        self.test_requests = 0;
        Verdict::Go
    }

    fn turn_away(&mut self, message: &Message<'_>, problem: Problem, now: u64) -> Verdict {
        self.reject(message, &Reject::of_message(problem), now);
        if self.link.logged_on {
            self.send_logout("", now);
        }
        Verdict::Stop
    }

    /// Keeps a message that came before its turn, and asks for those between.
    fn too_early(&mut self, message: &Message<'_>, sequence: u64, now: u64) {
        let room =
            self.early.len() < EARLY && self.early_bytes + message.bytes.len() <= EARLY_BYTES;
        if room && !self.early.contains_key(&sequence) {
            self.early_bytes += message.bytes.len();
            self.early.insert(sequence, message.bytes.to_vec());
        }
        if self.asked.is_some_and(|(first, _)| sequence >= first) {
            return;
        }
        let next = self.link.store.next_in();
        self.asked = Some((next, sequence - 1));
        self.admin(b"2", now, |body| {
            body.integer(7, next).integer(16, 0);
        });
    }

    fn too_late(&mut self, message: &Message<'_>, sequence: u64, now: u64) {
        if !message.flag(43) {
            let next = self.link.store.next_in();
            let text = format!("MsgSeqNum too low, expecting {next} but received {sequence}");
            self.send_logout(&text, now);
            return self.end("MsgSeqNum too low");
        }
        if message.kind() == b"4" {
            return;
        }
        let Some(original) = message.get(122).and_then(read_timestamp) else {
            return self.reject(message, &Reject::of_tag(Problem::RequiredTagMissing, 122), now);
        };
        let sent = message.get(52).and_then(read_timestamp).unwrap_or(0);
        if original > sent {
            self.turn_away(message, Problem::SendingTime, now);
        }
    }

    fn logon(&mut self, message: &Message<'_>, now: u64) {
        let reset = message.flag(141);
        if self.link.logged_on && !reset {
            return self.end("a second logon");
        }
        if message.get(98) != Some(b"0") {
            return self.end("encryption is asked for");
        }
        let Some(heartbeat) = message.integer(108).filter(|seconds| *seconds <= 3_600) else {
            return self.end("the heartbeat's interval is out of range");
        };
        if reset || self.link.profile.reset_on_logon {
            self.link.store.reset();
        }
        if self.verify(message, false, true, now) == Verdict::Stop {
            return self.end("the logon is not valid");
        }
        let missed = message.integer(789).filter(|next| *next < self.link.store.next_out());
        let sent = self.link.store.next_out() - 1;
        self.heartbeat = heartbeat * SECOND;
        self.link.logged_on = true;
        self.admin(b"A", now, |body| {
            body.integer(98, 0).integer(108, heartbeat);
            if reset {
                body.char(141, b'Y');
            }
        });
        let sequence = message.integer(34).unwrap_or(0);
        if sequence > self.link.store.next_in() {
            self.too_early(message, sequence, now);
        } else {
            self.advance();
        }
        if let Some(next) = missed.filter(|next| *next > 0) {
            self.link.resend(next, sent, now);
        }
    }

    fn heartbeat(&mut self, message: &Message<'_>, now: u64) {
        let high = message.kind() == b"0";
        if self.verify(message, high, true, now) == Verdict::Go {
            self.advance();
        }
    }

    fn test_request(&mut self, message: &Message<'_>, now: u64) {
        if self.verify(message, true, true, now) == Verdict::Go {
            let id = message.get(112).unwrap_or_default().to_vec();
            self.admin(b"0", now, |body| {
                body.text(112, &id);
            });
            self.advance();
        }
    }

    fn resend_request(&mut self, message: &Message<'_>, now: u64) {
        if self.verify(message, false, false, now) == Verdict::Stop {
            return;
        }
        let first = message.integer(7).unwrap_or(0).max(1);
        let newest = self.link.store.next_out() - 1;
        let last = match message.integer(16) {
            Some(0) | None => newest,
            Some(last) => last.min(newest),
        };
        if first <= last {
            self.link.resend(first, last, now);
        }
        if message.integer(34) == Some(self.link.store.next_in()) {
            self.advance();
        }
    }

    fn sequence_reset(&mut self, message: &Message<'_>, now: u64) {
        let fills = message.flag(123);
        if self.verify(message, fills, fills, now) == Verdict::Stop {
            return;
        }
        let next = message.integer(36).unwrap_or(0);
        let expected = self.link.store.next_in();
        if next > expected {
            self.link.store.set_next_in(next);
        } else if next < expected {
            self.reject(message, &Reject::of_message(Problem::WrongValue), now);
        }
    }

    fn logout(&mut self, message: &Message<'_>, now: u64) {
        if self.verify(message, false, false, now) == Verdict::Stop {
            return;
        }
        if self.logout_sent.is_none() {
            self.send_logout("", now);
        }
        if message.integer(34) == Some(self.link.store.next_in()) {
            self.advance();
        }
        self.end("logout");
    }

    fn application(
        &mut self,
        message: &Message<'_>,
        now: u64,
        application: &mut dyn Application<S>,
    ) {
        if self.verify(message, true, true, now) == Verdict::Stop {
            return;
        }
        // Counted first: what is sent in answer may be kept together with it.
        match application.received(message, &mut self.link, now) {
            Handled::Done => self.advance(),
            Handled::Reject(reject) => self.reject(message, &reject, now),
            Handled::Business(reason, text) => {
                self.business_reject(message, reason, text, now);
                self.advance();
            }
        }
    }

    fn business_reject(&mut self, message: &Message<'_>, reason: u8, text: &str, now: u64) {
        let mut body = std::mem::take(&mut self.link.body);
        body.clear();
        body.integer(45, message.integer(34).unwrap_or(0)).text(58, text.as_bytes());
        body.text(372, message.kind()).integer(380, u64::from(reason));
        self.link.send(b"j", now, body.bytes());
        self.link.body = body;
    }
}

/// The header's routing, turned around, in the order of its tags.
fn reverse_route(message: &Message<'_>, further: &mut Vec<u8>) {
    const TURNED: [(u32, u32); 6] =
        [(128, 115), (129, 116), (115, 128), (116, 129), (145, 144), (144, 145)];
    for (from, to) in TURNED {
        if let Some(value) = message.get(from).filter(|value| !value.is_empty()) {
            crate::number::push_integer(further, u64::from(to));
            further.push(b'=');
            further.extend_from_slice(value);
            further.push(1);
        }
    }
}
