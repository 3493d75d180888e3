//! The sending half of a session: numbers, headers, what is kept.

use crate::encode::{Body, Header, encode};
use crate::session::Profile;
use crate::store::Store;
use crate::time::TimeText;

/// Gives messages their number and keeps them.
#[derive(Debug)]
pub struct Link<S> {
    pub(crate) profile: Profile,
    pub(crate) store: S,
    /// Bytes for the peer, who is there.
    pub(crate) out: Vec<u8>,
    pub(crate) logged_on: bool,
    pub(crate) last_sent: u64,
    pub(crate) times: TimeText,
    pub(crate) scratch: Vec<u8>,
    pub(crate) body: Body,
}

impl<S: Store> Link<S> {
    pub(crate) fn new(profile: Profile, store: S) -> Self {
        Self {
            profile,
            store,
            out: Vec::new(),
            logged_on: false,
            last_sent: 0,
            times: TimeText::default(),
            scratch: Vec::new(),
            body: Body::default(),
        }
    }

    /// Sends an application message, now or, when nobody is there, as soon as the peer asks for it.
    pub fn send(&mut self, kind: &[u8], time: u64, body: &[u8]) {
        self.send_routed(kind, time, &[], body);
    }

    /// The same with further fields of the header.
    pub fn send_routed(&mut self, kind: &[u8], time: u64, further: &[u8], body: &[u8]) {
        let start = self.write(kind, time, self.store.next_out(), further, body);
        self.store.append(&self.out[start..]);
        if self.logged_on {
            self.last_sent = time;
        } else {
            self.out.truncate(start);
        }
    }

    /// The store, for whoever makes it durable.
    pub fn store(&mut self) -> &mut S {
        &mut self.store
    }

    /// Sends a message of the session's own, which is never sent again.
    pub(crate) fn send_admin(&mut self, kind: &[u8], time: u64, body: &[u8]) {
        self.write(kind, time, self.store.next_out(), &[], body);
        self.store.skip_out();
        self.last_sent = time;
    }

    fn write(&mut self, kind: &[u8], time: u64, sequence: u64, more: &[u8], body: &[u8]) -> usize {
        let start = self.out.len();
        let header = Header {
            kind,
            sequence,
            sender: &self.profile.sender,
            target: &self.profile.target,
            time,
            original_time: None,
            further: more,
        };
        encode(&header, body, &mut self.times, &mut self.scratch, &mut self.out);
        start
    }
}
