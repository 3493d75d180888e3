//! The desk: every session of the venue, by number.

use crate::fix::floor::{Asked, Codes, Floor};
use crate::fix::follow::Teller;
use crate::fix::kept::Kept;
use crate::fix::requests::Desktop;
use crate::fix::seat::{Seat, Terms, Trader};
use crate::inbox::Inbox;
use crate::rate::Rate;
use openoutcry_fix::{Profile, Session, Store};
use openoutcry_journal::SentLog;
use openoutcry_sequencer::Sequencer;
use openoutcry_wire::command;
use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What a session's connection has to do next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub output: Vec<u8>,
    /// Close it after the output, for this reason.
    pub over: Option<&'static str>,
    /// Messages that the venue's own code answers.
    pub others: Vec<Vec<u8>>,
    /// Commands on their way: with too many the connection is not read.
    pub under_way: usize,
}

/// All sessions.
#[derive(Debug)]
pub struct Desk {
    floor: Floor,
    seats: Vec<Seat>,
}

impl Desk {
    /// A desk without sessions, which follows `engine` from now on.
    #[must_use]
    pub fn new(engine: Arc<Sequencer>, codes: HashMap<u16, Codes>) -> Self {
        let inbox = Arc::new(Inbox::default());
        engine.follow(Arc::clone(&inbox) as Arc<_>);
        Self { floor: Floor::new(engine, inbox, codes), seats: Vec::new() }
    }

    /// Seats a session, whose numbers and messages are kept in the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(
        &mut self,
        profile: Profile,
        terms: Terms,
        path: &Path,
        now: u64,
    ) -> io::Result<usize> {
        let number = self.seats.len();
        let session = Session::new(profile, Kept::new(SentLog::open(path)?));
        let rate = Rate::new(terms.rate);
        let trader = Trader { number, terms, rate, answers: now };
        let mut seat = Seat { session, trader };
        self.floor.take_up(&mut seat, now)?;
        if seat.trader.terms.drop_copy {
            for account in &seat.trader.terms.accounts {
                self.floor.copies.entry(*account).or_default().push(number);
            }
        }
        self.seats.push(seat);
        Ok(number)
    }

    /// A session's peer is there.
    pub fn connect(&mut self, seat: usize, now: u64) {
        self.seats[seat].session.connect(now);
    }

    /// A session's connection is gone.
    ///
    /// # Errors
    /// When the session's file cannot be written.
    pub fn disconnect(&mut self, seat: usize) -> io::Result<()> {
        let place = &mut self.seats[seat];
        place.session.disconnect();
        place.session.link().store().flush()?;
        if place.trader.terms.cancel_on_disconnect {
            self.cancel_orders(seat);
        }
        Ok(())
    }

    fn cancel_orders(&mut self, seat: usize) {
        let floor = &mut self.floor;
        let own = floor.orders.values().filter(|order| order.seat == Some(seat));
        let mut orders: Vec<_> = own.map(|order| (order.account, order.order)).collect();
        orders.sort_unstable();
        for (account, order) in orders {
            let command = command::CancelOrder { account, order, ..Default::default() };
            floor.ask(seat, command, None, Asked::Disconnect);
        }
        // A venue that takes nothing more keeps them: it says so at the next start.
        drop(floor.submit());
    }

    /// Takes in what a session's peer sent.
    ///
    /// # Errors
    /// When the session's file cannot be written: the connection must end without its output.
    pub fn receive(&mut self, seat: usize, bytes: &[u8], now: u64) -> io::Result<Step> {
        let Seat { session, trader } = &mut self.seats[seat];
        let mut application = Desktop { floor: &mut self.floor, trader };
        session.receive(bytes, now, &mut application);
        if let Err((refusal, asked)) = self.floor.submit() {
            self.turn_away(&refusal.to_string(), asked, now);
        }
        self.step(seat)
    }

    /// Ends the sessions whose commands the venue does not take: what became of them is not known
    /// to be nothing until they are sent again.
    fn turn_away(&mut self, why: &str, asked: Vec<(usize, Asked)>, now: u64) {
        for (seat, _) in asked {
            let session = &mut self.seats[seat].session;
            session.link().store().under_way.pop_back();
            session.log_out(why, now);
        }
    }

    /// Tells the sessions what happened since the last time: each with something to send.
    ///
    /// # Errors
    /// As [`Desk::receive`].
    pub fn follow(&mut self) -> io::Result<Vec<(usize, Step)>> {
        let received = self.floor.inbox.take();
        let mut teller = Teller::new(&mut self.floor, &mut self.seats);
        for turn in &received {
            teller.tell(turn);
        }
        self.steps()
    }

    /// Lets time pass.
    ///
    /// # Errors
    /// As [`Desk::receive`].
    pub fn tick(&mut self, now: u64) -> io::Result<Vec<(usize, Step)>> {
        for seat in &mut self.seats {
            seat.session.tick(now);
        }
        self.steps()
    }

    fn steps(&mut self) -> io::Result<Vec<(usize, Step)>> {
        let mut steps = Vec::new();
        for seat in 0..self.seats.len() {
            let place = &mut self.seats[seat];
            let moved = place.session.link().store().log().is_dirty();
            if moved || place.session.is_over() {
                steps.push((seat, self.step(seat)?));
            }
        }
        Ok(steps)
    }

    fn step(&mut self, seat: usize) -> io::Result<Step> {
        let Seat { session, .. } = &mut self.seats[seat];
        let output = session.output();
        let store = session.link().store();
        let under_way = store.under_way.len();
        if !output.is_empty() || under_way == 0 {
            store.flush()?;
        }
        let over = session.is_over().then(|| session.reason());
        let others = std::mem::take(&mut self.floor.others);
        Ok(Step { output, over, others, under_way })
    }

    /// Sends a message of the venue's own code.
    pub fn send(&mut self, seat: usize, kind: &[u8], fields: &[(u32, Vec<u8>)], now: u64) {
        let mut body = std::mem::take(&mut self.floor.body);
        body.clear();
        for (tag, value) in fields {
            body.text(*tag, value);
        }
        self.seats[seat].session.link().send(kind, now, body.bytes());
        self.floor.body = body;
    }

    /// What a session has to send by now.
    ///
    /// # Errors
    /// As [`Desk::receive`].
    pub fn flush(&mut self, seat: usize) -> io::Result<Step> {
        self.step(seat)
    }

    /// Asks a session's peer to go.
    pub fn log_out(&mut self, seat: usize, text: &str, now: u64) {
        self.seats[seat].session.log_out(text, now);
    }

    /// A session's day begins: both numbers are 1 again.
    pub fn reset(&mut self, seat: usize) {
        self.seats[seat].session.reset();
    }

    #[must_use]
    pub fn is_logged_on(&self, seat: usize) -> bool {
        self.seats[seat].session.is_logged_on()
    }
}
