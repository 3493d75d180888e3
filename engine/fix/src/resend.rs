//! Sending again what a peer missed (FIX 4.4, volume 2, "Resend request").

use crate::encode::{Header, encode};
use crate::link::Link;
use crate::message::{Fields, Message, Parsed, parse};
use crate::store::Store;

/// What one request may make us send; a peer that misses more asks again from where this ends.
const ROOM: usize = 8 << 20;

impl<S: Store> Link<S> {
    /// Sends the kept messages with numbers in `first..=last` again, and fills the gaps between
    /// them.
    pub(crate) fn resend(&mut self, first: u64, last: u64, time: u64) {
        let (kept, complete) = self.store.range(first, last, ROOM);
        let mut next = first;
        let mut fields = Fields::new();
        for sent in kept {
            if sent.sequence > next {
                self.fill_gap(next, sent.sequence, time);
            }
            self.again(&sent.bytes, sent.sequence, time, &mut fields);
            next = sent.sequence + 1;
        }
        if next <= complete {
            self.fill_gap(next, complete + 1, time);
        }
    }

    fn fill_gap(&mut self, from: u64, to: u64, time: u64) {
        self.body.clear();
        self.body.integer(36, to).char(123, b'Y');
        let body = std::mem::take(&mut self.body);
        let mut now = Vec::new();
        self.times.push(&mut now, time);
        self.encode_again(b"4", from, time, &now, body.bytes());
        self.body = body;
    }

    /// Writes a kept message once more, with its own number and as a possible duplicate.
    fn again(&mut self, bytes: &[u8], sequence: u64, time: u64, fields: &mut Fields) {
        let good = parse(bytes, fields) == Parsed::Good;
        assert!(good, "a message that was sent can be read");
        let message = Message { bytes, fields };
        let original = message.get(52).expect("a message that was sent has a time");
        let target = fields.iter().position(|field| field.tag == 56);
        let target = fields[target.expect("a message that was sent has a target")];
        // Behind the target begin the further fields and the body; the checksum is 7 bytes.
        let start = message.value(target).as_ptr_range().end as usize - bytes.as_ptr() as usize + 1;
        let body = bytes[start..bytes.len() - 7].to_vec();
        let (kind, original) = (message.kind().to_vec(), original.to_vec());
        self.encode_again(&kind, sequence, time, &original, &body);
    }

    fn encode_again(
        &mut self,
        kind: &[u8],
        sequence: u64,
        time: u64,
        original: &[u8],
        body: &[u8],
    ) {
        let header = Header {
            kind,
            sequence,
            sender: &self.profile.sender,
            target: &self.profile.target,
            time,
            original_time: Some(original),
            further: &[],
        };
        encode(&header, body, &mut self.times, &mut self.scratch, &mut self.out);
        self.last_sent = time;
    }
}
