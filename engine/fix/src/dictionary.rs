//! The data dictionary: which fields exist, what they may hold, and where they may stand.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

const TEXT: &str = include_str!("fix44.txt");

/// Tags of FIX 4.4 are below this.
pub(crate) const TAGS: usize = 1024;

/// A set of tags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TagSet([u64; TAGS / 64]);

impl TagSet {
    #[inline]
    pub(crate) fn has(&self, tag: u32) -> bool {
        let tag = tag as usize;
        tag < TAGS && self.0[tag / 64] & (1 << (tag % 64)) != 0
    }

    /// Adds a tag; whether it was there before.
    #[inline]
    pub(crate) fn insert(&mut self, tag: u32) -> bool {
        let had = self.has(tag);
        if (tag as usize) < TAGS {
            self.0[tag as usize / 64] |= 1 << (tag % 64);
        }
        had
    }

    /// The first tag that is here and not in `other`.
    pub(crate) fn first_missing(&self, other: &Self) -> Option<u32> {
        self.0.iter().zip(&other.0).enumerate().find_map(|(word, (here, there))| {
            let missing = here & !there;
            let word = u32::try_from(word).expect("few words");
            (missing != 0).then(|| word * 64 + missing.trailing_zeros())
        })
    }
}

/// What a field's value looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    String,
    Char,
    Boolean,
    /// May be negative.
    Int,
    /// May not.
    Count,
    Decimal,
    /// Several words, separated by blanks.
    Words,
    Timestamp,
    Time,
    Date,
    MonthYear,
    Data,
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) kind: Kind,
    /// Empty: any.
    pub(crate) values: Vec<&'static [u8]>,
}

/// The fields of a message, or of each entry of a group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) first: u32,
    pub(crate) tags: TagSet,
    pub(crate) required: TagSet,
    pub(crate) groups: HashMap<u32, Shape>,
}

/// FIX 4.4 as this library reads it.
#[derive(Debug)]
pub struct Dictionary {
    rules: Vec<Option<Rule>>,
    pub(crate) header: Shape,
    pub(crate) trailer: Shape,
    messages: HashMap<&'static [u8], Shape>,
    types: HashSet<&'static [u8]>,
}

impl Dictionary {
    /// The one dictionary.
    ///
    /// # Panics
    /// When its text, which is part of the program, is wrong.
    pub fn fix44() -> &'static Self {
        static FIX44: OnceLock<Dictionary> = OnceLock::new();
        FIX44.get_or_init(|| Self::read(TEXT))
    }

    pub(crate) fn rule(&self, tag: u32) -> Option<&Rule> {
        self.rules.get(tag as usize)?.as_ref()
    }

    pub(crate) fn message(&self, kind: &[u8]) -> Option<&Shape> {
        self.messages.get(kind)
    }

    /// Whether FIX 4.4 knows this type of message.
    #[must_use]
    pub fn knows(&self, kind: &[u8]) -> bool {
        self.types.contains(kind)
    }

    fn read(text: &'static str) -> Self {
        let mut dictionary = Self {
            rules: vec![None; TAGS],
            header: Shape::default(),
            trailer: Shape::default(),
            messages: HashMap::new(),
            types: HashSet::new(),
        };
        for entry in entries(text) {
            let mut words = entry.into_iter();
            match words.next().expect("an entry has a word") {
                "header" => dictionary.header = shape(&mut words),
                "trailer" => dictionary.trailer = shape(&mut words),
                "message" => {
                    let kind = words.next().expect("a message has a type").as_bytes();
                    dictionary.messages.insert(kind, shape(&mut words));
                }
                "types" => dictionary.types = words.map(str::as_bytes).collect(),
                "field" => {
                    let tag: usize = words.next().and_then(|tag| tag.parse().ok()).expect("a tag");
                    let kind = kind_of(words.nth(1).expect("a field has a kind"));
                    let values = words.map(str::as_bytes).collect();
                    dictionary.rules[tag] = Some(Rule { kind, values });
                }
                other => panic!("the dictionary has an entry {other}"),
            }
        }
        dictionary
    }
}

/// The words of each entry; lines that are deeper go on the one above.
fn entries(text: &'static str) -> Vec<Vec<&'static str>> {
    let mut entries: Vec<Vec<_>> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let words = line.split_whitespace();
        match entries.last_mut().filter(|_| line.starts_with(' ')) {
            Some(entry) => entry.extend(words),
            None => entries.push(words.collect()),
        }
    }
    entries
}

/// Reads tags up to the end of the entry or of the group.
fn shape(words: &mut impl Iterator<Item = &'static str>) -> Shape {
    let mut shape = Shape::default();
    while let Some(word) = words.next() {
        if word == "}" {
            break;
        }
        let bare = word.trim_end_matches('{');
        let tag: u32 = bare.trim_end_matches('!').parse().expect("a tag");
        if shape.first == 0 {
            shape.first = tag;
        }
        shape.tags.insert(tag);
        if bare.ends_with('!') {
            shape.required.insert(tag);
        }
        if word.ends_with('{') {
            shape.groups.insert(tag, self::shape(words));
        }
    }
    shape
}

fn kind_of(word: &str) -> Kind {
    match word {
        "string" => Kind::String,
        "char" => Kind::Char,
        "boolean" => Kind::Boolean,
        "int" => Kind::Int,
        "count" => Kind::Count,
        "decimal" => Kind::Decimal,
        "words" => Kind::Words,
        "timestamp" => Kind::Timestamp,
        "time" => Kind::Time,
        "date" => Kind::Date,
        "monthyear" => Kind::MonthYear,
        "data" => Kind::Data,
        other => panic!("the dictionary has a kind {other}"),
    }
}
