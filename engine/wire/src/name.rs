//! A client's own identifier for an order or a transfer, as one 64-byte unit.

use bytemuck::{Pod, Zeroable};

/// Up to 63 bytes of UTF-8 chosen by a client; the machine stores it and never reads it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Pod, Zeroable)]
#[repr(C)]
pub struct Name {
    length: u8,
    bytes: [u8; 63],
}

impl Name {
    pub const CAPACITY: usize = 63;

    /// The name holding `text`; `None` when it is empty or too long.
    #[must_use]
    pub fn new(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > Self::CAPACITY {
            return None;
        }
        let mut bytes = [0; 63];
        bytes[..text.len()].copy_from_slice(text);
        Some(Self { length: u8::try_from(text.len()).ok()?, bytes })
    }

    /// The text; a length no constructor gives reads as the whole field.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length).min(Self::CAPACITY)]
    }
}

impl std::fmt::Debug for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(self.text()))
    }
}
