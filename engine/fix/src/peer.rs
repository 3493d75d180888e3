//! Who is knocking: the first message of a connection, before it belongs to a session.

use crate::frame::{Frame, split};
use crate::message::{Fields, Message, Parsed, parse};

/// What the first bytes of a connection are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knock {
    /// More has to be received first.
    Partial,
    /// The connection is to be closed without an answer (FIX 4.4, volume 2, "Logon").
    Refused(&'static str),
    Logon(Peer),
}

/// What a logon claims.
#[derive(Clone, PartialEq, Eq)]
pub struct Peer {
    pub sender: Vec<u8>,
    pub target: Vec<u8>,
    pub username: Vec<u8>,
    pub password: Vec<u8>,
}

impl std::fmt::Debug for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Never the password.
        f.debug_struct("Peer")
            .field("sender", &String::from_utf8_lossy(&self.sender))
            .finish_non_exhaustive()
    }
}

impl Peer {
    /// Looks at what a connection has sent so far.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Knock {
        let length = match split(bytes) {
            Frame::Partial => return Knock::Partial,
            Frame::Garbled(_) | Frame::TooLong => return Knock::Refused("no FIX message"),
            Frame::Whole(length) => length,
        };
        let mut fields = Fields::new();
        if parse(&bytes[..length], &mut fields) == Parsed::Garbled {
            return Knock::Refused("no FIX message");
        }
        let message = Message { bytes: &bytes[..length], fields: &fields };
        if message.get(8) != Some(b"FIX.4.4") {
            return Knock::Refused("not FIX.4.4");
        }
        if message.kind() != b"A" {
            return Knock::Refused("the first message is no logon");
        }
        let text = |tag| message.get(tag).unwrap_or_default().to_vec();
        Knock::Logon(Self {
            sender: text(49),
            target: text(56),
            username: text(553),
            password: text(554),
        })
    }
}
