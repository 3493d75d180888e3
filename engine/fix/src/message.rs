//! One message, read in place.

use memchr::memchr;

/// One field: its tag, and where its value lies in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    pub tag: u32,
    start: u32,
    end: u32,
}

/// Fields of a message, kept between messages so that nothing is allocated for each.
pub type Fields = Vec<Field>;

/// How reading a message's fields ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    Good,
    /// What is no `tag=value`, or a third field that is not the type: the message is ignored.
    Garbled,
}

/// A message whose frame holds, field by field.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub bytes: &'a [u8],
    pub fields: &'a [Field],
}

/// What stands for a tag that is no number between 1 and [`Field::LARGEST`].
const NO_TAG: u32 = 0;

impl Field {
    /// Tags above are all the same to us: unknown.
    pub const LARGEST: u32 = 99_999;
}

/// The tag whose value holds the length of that raw data field.
const fn length_of_data(tag: u32) -> Option<u32> {
    match tag {
        91 => Some(90),
        96 => Some(95),
        89 => Some(93),
        213 => Some(212),
        349 | 351 | 353 | 355 | 357 | 359 | 361 | 363 | 365 => Some(tag - 1),
        446 => Some(445),
        619 => Some(618),
        622 => Some(621),
        _ => None,
    }
}

/// Finds the fields of one whole frame.
pub fn parse(bytes: &[u8], fields: &mut Fields) -> Parsed {
    fields.clear();
    let mut at = 0;
    while at < bytes.len() {
        let Some((tag, start)) = read_tag(bytes, at) else { return Parsed::Garbled };
        let end =
            match length_of_data(tag).and_then(|length| data_end(bytes, fields, length, start)) {
                Some(end) => end,
                None => match memchr(1, &bytes[start..]) {
                    Some(length) => start + length,
                    None => return Parsed::Garbled,
                },
            };
        let offset = |at: usize| u32::try_from(at).expect("a message is short");
        fields.push(Field { tag, start: offset(start), end: offset(end) });
        at = end + 1;
    }
    let head = fields.iter().take(3).map(|field| field.tag);
    if head.eq([8, 9, 35]) { Parsed::Good } else { Parsed::Garbled }
}

/// The tag at `at` and where its value starts. A negative or a leading zero makes a tag that no
/// dictionary knows.
fn read_tag(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let window = &bytes[at..bytes.len().min(at + 12)];
    let equals = memchr(b'=', window)?;
    let digits = window[..equals].strip_prefix(b"-").unwrap_or(&window[..equals]);
    if digits.is_empty() {
        return None;
    }
    let mut tag = 0u32;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        tag = tag.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
    }
    let odd = window[0] == b'-' || digits[0] == b'0';
    Some((if odd { NO_TAG } else { tag.min(Field::LARGEST + 1) }, at + equals + 1))
}

/// Where raw data ends whose length the field before it gave.
fn data_end(bytes: &[u8], fields: &[Field], length_tag: u32, start: usize) -> Option<usize> {
    let field = fields.last().filter(|field| field.tag == length_tag)?;
    let length = crate::number::read_integer(&bytes[field.start as usize..field.end as usize])?;
    let end = start.checked_add(usize::try_from(length).ok()?)?;
    (bytes.get(end) == Some(&1)).then_some(end)
}

impl<'a> Message<'a> {
    /// The first value of a tag.
    #[inline]
    #[must_use]
    pub fn get(&self, tag: u32) -> Option<&'a [u8]> {
        self.fields.iter().find(|field| field.tag == tag).map(|field| self.value(*field))
    }

    /// A field's value.
    #[inline]
    #[must_use]
    pub fn value(&self, field: Field) -> &'a [u8] {
        &self.bytes[field.start as usize..field.end as usize]
    }

    /// A field's tag as it was written.
    #[must_use]
    pub fn tag_text(&self, field: Field) -> &'a [u8] {
        let end = field.start as usize - 1;
        let start = self.bytes[..end].iter().rposition(|byte| *byte == 1).map_or(0, |at| at + 1);
        &self.bytes[start..end]
    }

    /// The message's type.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> &'a [u8] {
        self.value(self.fields[2])
    }

    /// An integer, when it is there and is one.
    #[must_use]
    pub fn integer(&self, tag: u32) -> Option<u64> {
        self.get(tag).and_then(crate::number::read_integer)
    }

    /// Whether a boolean is there and true.
    #[must_use]
    pub fn flag(&self, tag: u32) -> bool {
        self.get(tag) == Some(b"Y")
    }

    /// The entries of a group: the values of `first`, each with the fields up to the next.
    pub fn values(&self, tag: u32) -> impl Iterator<Item = &'a [u8]> {
        let message = *self;
        self.fields.iter().filter(move |field| field.tag == tag).map(move |f| message.value(*f))
    }
}
