//! Whether a message is what the dictionary says (FIX 4.4, volume 2, "Message format").

use crate::dictionary::{Dictionary, Kind, Rule, Shape, TagSet};
use crate::message::{Field, Message};
use crate::time;

/// Why a message is rejected: the numbers of `SessionRejectReason`, tag 373.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Problem {
    InvalidTag = 0,
    RequiredTagMissing = 1,
    TagNotInMessage = 2,
    NoValue = 4,
    WrongValue = 5,
    WrongFormat = 6,
    CompId = 9,
    SendingTime = 10,
    InvalidType = 11,
    RepeatedTag = 13,
    OutOfOrder = 14,
    GroupCount = 16,
}

impl Problem {
    /// One sentence for a person, in the words of the specification's table.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvalidTag => "Invalid tag number",
            Self::RequiredTagMissing => "Required tag missing",
            Self::TagNotInMessage => "Tag not defined for this message type",
            Self::NoValue => "Tag specified without a value",
            Self::WrongValue => "Value is incorrect (out of range) for this tag",
            Self::WrongFormat => "Incorrect data format for value",
            Self::CompId => "CompID problem",
            Self::SendingTime => "SendingTime accuracy problem",
            Self::InvalidType => "Invalid MsgType",
            Self::RepeatedTag => "Tag appears more than once",
            Self::OutOfOrder => "Tag specified out of required order",
            Self::GroupCount => "Incorrect NumInGroup count for repeating group",
        }
    }
}

/// A session-level reject: the problem and the tag that has it, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub problem: Problem,
    pub tag: Option<Vec<u8>>,
}

impl Reject {
    #[must_use]
    pub fn of_tag(problem: Problem, tag: u32) -> Self {
        Self { problem, tag: Some(tag.to_string().into_bytes()) }
    }

    #[must_use]
    pub const fn of_message(problem: Problem) -> Self {
        Self { problem, tag: None }
    }
}

/// Checks a whole message. Of a type that FIX 4.4 knows and the dictionary does not describe, the
/// header alone is checked.
///
/// # Errors
/// The first problem.
pub fn validate(dictionary: &Dictionary, message: &Message<'_>) -> Result<(), Reject> {
    let mut seen = TagSet::default();
    let fields = message.fields;
    let body = check_order(dictionary, fields, &mut seen)?;
    if !dictionary.knows(message.kind()) {
        return Err(Reject::of_message(Problem::InvalidType));
    }
    let shape = dictionary.message(message.kind());
    let required = [&dictionary.header.required, &dictionary.trailer.required];
    for required in required.into_iter().chain(shape.map(|shape| &shape.required)) {
        if let Some(tag) = required.first_missing(&seen) {
            return Err(Reject::of_tag(Problem::RequiredTagMissing, tag));
        }
    }
    let mut checker = Checker { dictionary, message, at: 0 };
    checker.section(&dictionary.header, body)?;
    match shape {
        Some(shape) => checker.body(shape),
        None => Ok(()),
    }
}

/// Header, body, trailer: nothing of one stands in another. Returns where the body begins.
fn check_order(
    dictionary: &Dictionary,
    fields: &[Field],
    seen: &mut TagSet,
) -> Result<usize, Reject> {
    let (header, trailer) = (&dictionary.header.tags, &dictionary.trailer.tags);
    let mut body = None;
    let mut ended = false;
    for (at, field) in fields.iter().enumerate() {
        seen.insert(field.tag);
        let of_header = header.has(field.tag) || group_member(&dictionary.header, field.tag);
        let of_trailer = trailer.has(field.tag);
        let misplaced = (of_header && body.is_some()) || (ended && !of_trailer);
        if misplaced {
            return Err(Reject::of_tag(Problem::OutOfOrder, field.tag));
        }
        ended |= of_trailer;
        if !of_header && body.is_none() {
            body = Some(at);
        }
    }
    Ok(body.unwrap_or(fields.len()))
}

/// Whether a tag belongs to the header's one group, hops.
fn group_member(header: &Shape, tag: u32) -> bool {
    header.groups.values().any(|group| group.tags.has(tag))
}

struct Checker<'a> {
    dictionary: &'a Dictionary,
    message: &'a Message<'a>,
    at: usize,
}

impl Checker<'_> {
    fn peek(&self) -> Option<Field> {
        self.message.fields.get(self.at).copied()
    }

    /// The fields up to `end`, all of this shape.
    fn section(&mut self, shape: &Shape, end: usize) -> Result<(), Reject> {
        let mut seen = TagSet::default();
        while self.at < end {
            self.field(shape, &mut seen)?;
        }
        Ok(())
    }

    /// Body and trailer.
    fn body(&mut self, shape: &Shape) -> Result<(), Reject> {
        let mut seen = TagSet::default();
        while let Some(field) = self.peek() {
            let trailer = self.dictionary.trailer.tags.has(field.tag);
            self.field(if trailer { &self.dictionary.trailer } else { shape }, &mut seen)?;
        }
        Ok(())
    }

    /// One field, with the entries behind it when it counts some.
    fn field(&mut self, shape: &Shape, seen: &mut TagSet) -> Result<(), Reject> {
        let field = self.message.fields[self.at];
        let reject = |problem| {
            let tag = self.message.tag_text(field).to_vec();
            Err(Reject { problem, tag: Some(tag) })
        };
        if seen.insert(field.tag) {
            return reject(Problem::RepeatedTag);
        }
        let value = self.message.value(field);
        if value.is_empty() {
            return reject(Problem::NoValue);
        }
        let Some(rule) = self.dictionary.rule(field.tag) else {
            return reject(Problem::InvalidTag);
        };
        if let Err(problem) = check_value(rule, value) {
            return reject(problem);
        }
        if !shape.tags.has(field.tag) {
            return reject(Problem::TagNotInMessage);
        }
        self.at += 1;
        match shape.groups.get(&field.tag) {
            Some(group) => self.group(field, group),
            None => Ok(()),
        }
    }

    /// The entries of a group, as many as its count says.
    fn group(&mut self, counter: Field, group: &Shape) -> Result<(), Reject> {
        let told = crate::number::read_integer(self.message.value(counter)).unwrap_or(0);
        let mut count = 0;
        while let Some(field) = self.peek().filter(|field| group.tags.has(field.tag)) {
            if field.tag != group.first {
                break;
            }
            count += 1;
            self.entry(group)?;
        }
        let astray = self.peek().is_some_and(|field| group.tags.has(field.tag) && count == 0);
        if count != told || astray {
            return Err(Reject::of_tag(Problem::GroupCount, counter.tag));
        }
        Ok(())
    }

    fn entry(&mut self, group: &Shape) -> Result<(), Reject> {
        let mut seen = TagSet::default();
        loop {
            self.field(group, &mut seen)?;
            match self.peek() {
                Some(field) if group.tags.has(field.tag) && field.tag != group.first => {}
                _ => break,
            }
        }
        match group.required.first_missing(&seen) {
            Some(tag) => Err(Reject::of_tag(Problem::RequiredTagMissing, tag)),
            None => Ok(()),
        }
    }
}

/// Whether a value has the field's format, and is one of those allowed.
fn check_value(rule: &Rule, value: &[u8]) -> Result<(), Problem> {
    if !has_format(rule.kind, value) {
        return Err(Problem::WrongFormat);
    }
    let allowed = |value: &[u8]| rule.values.contains(&value);
    let good = match rule.kind {
        _ if rule.values.is_empty() => true,
        Kind::Words => value.split(|byte| *byte == b' ').all(allowed),
        _ => allowed(value),
    };
    if good { Ok(()) } else { Err(Problem::WrongValue) }
}

fn has_format(kind: Kind, value: &[u8]) -> bool {
    let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
    let unsigned = value.strip_prefix(b"-").unwrap_or(value);
    match kind {
        Kind::String | Kind::Data | Kind::Words => true,
        Kind::Char => value.len() == 1,
        Kind::Boolean => matches!(value, b"Y" | b"N"),
        Kind::Int => digits(unsigned),
        Kind::Count => digits(value),
        Kind::Decimal => {
            let point = unsigned.iter().position(|byte| *byte == b'.');
            let (whole, fraction) = unsigned.split_at(point.unwrap_or(unsigned.len()));
            let fraction = fraction.strip_prefix(b".").unwrap_or_default();
            let all = whole.iter().chain(fraction);
            all.clone().count() > 0 && all.clone().all(u8::is_ascii_digit)
        }
        Kind::Timestamp => time::read_timestamp(value).is_some(),
        Kind::Time => time::read_time(value).is_some(),
        Kind::Date => time::read_date(value).is_some(),
        // YYYYMM, YYYYMMDD or YYYYMMwN.
        Kind::MonthYear => (6..=8).contains(&value.len()) && digits(&value[..6]),
    }
}
