//! The packets of `SoupBinTCP` 4.00: a length of two bytes, a type, and what it carries.

/// The longest packet a client may send: a login's 47 bytes, or an order's with all its extras.
pub const LONGEST: usize = 512;

/// Bytes of a login behind its type.
const LOGIN: usize = 46;

/// What a client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    Debug,
    Login(Login<'a>),
    Unsequenced(&'a [u8]),
    Heartbeat,
    Logout,
}

/// Who logs in, and from where on it wants to hear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Login<'a> {
    pub username: &'a str,
    pub password: &'a str,
    /// Blank for the present one.
    pub session: &'a str,
    /// 0 for the newest.
    pub sequence: u64,
}

impl std::fmt::Debug for Login<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The password stays where it is.
        f.debug_struct("Login").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Why the bytes of a client are no packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("a packet of {0} bytes is too long")]
    TooLong(usize),
    #[error("an empty packet")]
    Empty,
    #[error("no packet is called 0x{0:02x}")]
    Unknown(u8),
    #[error("a login of {0} bytes, or with fields that make no sense")]
    Login(usize),
}

/// Cuts the first packet off: it, and how many bytes it took; `None` while it is not whole.
///
/// # Errors
/// When this is none and nothing behind it can be.
pub fn next(bytes: &[u8]) -> Result<Option<(Packet<'_>, usize)>, Malformed> {
    let Some((length, rest)) = bytes.split_first_chunk() else { return Ok(None) };
    let length = usize::from(u16::from_be_bytes(*length));
    if length > LONGEST {
        return Err(Malformed::TooLong(length));
    }
    let Some(packet) = rest.get(..length) else { return Ok(None) };
    let (kind, body) = packet.split_first().ok_or(Malformed::Empty)?;
    let packet = match kind {
        b'+' => Packet::Debug,
        b'L' => Packet::Login(login(body).ok_or(Malformed::Login(length))?),
        b'U' => Packet::Unsequenced(body),
        b'R' => Packet::Heartbeat,
        b'O' => Packet::Logout,
        kind => return Err(Malformed::Unknown(*kind)),
    };
    Ok(Some((packet, 2 + length)))
}

fn login(body: &[u8]) -> Option<Login<'_>> {
    if body.len() != LOGIN {
        return None;
    }
    let text = std::str::from_utf8(body).ok().filter(|text| text.is_ascii())?;
    let sequence = text[26..].trim();
    let sequence = if sequence.is_empty() { 0 } else { decimal(sequence)? };
    Some(Login {
        username: text[..6].trim_end(),
        password: text[6..16].trim_end(),
        session: text[16..26].trim(),
        sequence,
    })
}

fn decimal(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Writes one packet.
pub fn write(kind: u8, body: &[u8], out: &mut Vec<u8>) {
    let length = u16::try_from(1 + body.len()).expect("packets are short");
    out.extend_from_slice(&length.to_be_bytes());
    out.push(kind);
    out.extend_from_slice(body);
}

/// The answer to a login that is good: `sequence` is the number of the next sequenced packet.
pub fn accept(session: &str, sequence: u64, out: &mut Vec<u8>) {
    write(b'A', format!("{session:>10}{sequence:>20}").as_bytes(), out);
}
