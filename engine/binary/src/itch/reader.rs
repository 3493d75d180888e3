//! One reader of the feed or of a snapshot over `SoupBinTCP`.

use crate::soup::connection::Connection;
use crate::soup::packet::{self, Login, Packet};
use crate::store::{Cursor, Store, split};
use std::io;
use std::time::Instant;

/// Bytes of messages that are turned into packets at once.
const PIECE: usize = 1 << 15;

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Itch,
    Glimpse,
}

/// How far a reader is.
#[derive(Debug)]
enum Progress {
    Unknown,
    /// Follows the session.
    Following(Cursor),
    /// Is given a snapshot: its messages, and where the rest starts.
    Snapshot(Vec<u8>, usize),
}

/// Why a connection ends; `None` in place of it for ends that are nobody's fault.
pub(super) type End = Option<String>;

/// A reader's connection.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) connection: Connection,
    kind: Kind,
    progress: Progress,
}

/// What the session offers.
pub(super) struct Session<'a> {
    pub(super) name: &'a str,
    pub(super) store: &'a Store,
    pub(super) snapshot: &'a dyn Fn() -> Vec<u8>,
}

fn over(error: &io::Error) -> End {
    match error.kind() {
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::BrokenPipe => None,
        _ => Some(error.to_string()),
    }
}

impl Reader {
    pub(super) const fn new(connection: Connection, kind: Kind) -> Self {
        Self { connection, kind, progress: Progress::Unknown }
    }

    pub(super) const fn kind(&self) -> Kind {
        self.kind
    }

    pub(super) const fn is_logged_in(&self) -> bool {
        !matches!(self.progress, Progress::Unknown)
    }

    /// Reads and obeys.
    ///
    /// # Errors
    /// When the connection ends.
    pub(super) fn hear(&mut self, session: &Session<'_>, now: Instant) -> Result<(), End> {
        loop {
            let more = self.connection.receive(now).map_err(|error| over(&error))?;
            let mut used = 0;
            let input = std::mem::take(self.connection.input_mut());
            while let Some((packet, length)) =
                packet::next(&input[used..]).map_err(|error| Some(error.to_string()))?
            {
                used += length;
                match packet {
                    Packet::Debug | Packet::Heartbeat => {}
                    Packet::Logout => return Err(None),
                    Packet::Unsequenced(_) => {
                        return Err(Some("a reader has nothing to say".to_owned()));
                    }
                    Packet::Login(login) => self.log_in(login, session)?,
                }
            }
            *self.connection.input_mut() = input;
            self.connection.consume(used);
            if !more {
                return Ok(());
            }
        }
    }

    /// Market data is public: every name and password is let in.
    fn log_in(&mut self, login: Login<'_>, session: &Session<'_>) -> Result<(), End> {
        if self.is_logged_in() {
            return Err(Some("logged in twice".to_owned()));
        }
        let from = if login.sequence == 0 { session.store.next() } else { login.sequence };
        let known = login.session.is_empty() || login.session == session.name;
        let found =
            if known { session.store.find(from).map_err(|error| over(&error))? } else { None };
        let Some(cursor) = found else {
            packet::write(b'J', b"S", self.connection.output());
            self.connection.ending = true;
            return Ok(());
        };
        let first = match self.kind {
            Kind::Itch => from,
            Kind::Glimpse => 1,
        };
        packet::accept(session.name, first, self.connection.output());
        self.progress = match self.kind {
            Kind::Itch => Progress::Following(cursor),
            Kind::Glimpse => Progress::Snapshot((session.snapshot)(), 0),
        };
        Ok(())
    }

    /// Makes packets of what the reader has not had, as far as it takes them, and writes them.
    ///
    /// # Errors
    /// When the connection ends.
    pub(super) fn feed(
        &mut self,
        store: &Store,
        scratch: &mut Vec<u8>,
        now: Instant,
    ) -> Result<(), End> {
        loop {
            let made = self.connection.has_room() && self.make(store, scratch)?;
            self.connection.flush(now).map_err(|error| over(&error))?;
            if self.connection.ending && self.connection.is_flushed() {
                return Err(None);
            }
            if !made || !self.connection.is_flushed() {
                return Ok(());
            }
        }
    }

    fn make(&mut self, store: &Store, scratch: &mut Vec<u8>) -> Result<bool, End> {
        scratch.clear();
        let mut rest: &[u8] = match &mut self.progress {
            Progress::Unknown => return Ok(false),
            Progress::Following(cursor) => {
                *cursor =
                    store.read(*cursor, u64::MAX, PIECE, scratch).map_err(|error| over(&error))?;
                scratch
            }
            Progress::Snapshot(messages, at) => {
                let rest = &messages[*at..];
                let mut taken = 0;
                while let Some((message, _)) = split(&rest[taken..]).filter(|_| taken < PIECE) {
                    taken += 2 + message.len();
                }
                *at += taken;
                &rest[..taken]
            }
        };
        let made = !rest.is_empty();
        let output = self.connection.output();
        while let Some((message, after)) = split(rest) {
            packet::write(b'S', message, output);
            rest = after;
        }
        Ok(made)
    }

    /// The session is over.
    pub(super) fn end_session(&mut self) {
        if self.is_logged_in() {
            packet::write(b'Z', &[], self.connection.output());
        }
        self.connection.ending = true;
    }
}
