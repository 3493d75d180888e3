//! What clients call their orders and transfers, so that nothing is done twice.

use openoutcry_canonical::canonical;
use openoutcry_wire::Name;
use std::collections::{BTreeMap, VecDeque};

/// How many client order ids the venue remembers; the oldest is forgotten first.
const REMEMBERED: usize = 1 << 21;

/// What a name was used for: the number of what it made, and a digest of the command's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Use {
    pub made: u64,
    pub content: u64,
}

canonical!(Use { made, content });

/// Names within scopes (an account, a user), as 128-bit digests. An ordered map, so that no choice
/// of names makes it slow.
#[derive(Debug)]
pub(crate) struct Names {
    uses: BTreeMap<u128, Use>,
    recent: Option<VecDeque<u128>>,
}

canonical!(Names { uses, recent });

impl Names {
    /// Names that are forgotten when [`REMEMBERED`] newer ones exist.
    pub(crate) fn forgetting() -> Self {
        Self { uses: BTreeMap::new(), recent: Some(VecDeque::new()) }
    }

    /// Names that are never forgotten.
    pub(crate) fn lasting() -> Self {
        Self { uses: BTreeMap::new(), recent: None }
    }

    pub(crate) fn find(&self, key: u128) -> Option<Use> {
        self.uses.get(&key).copied()
    }

    /// Remembers the first use of a name.
    pub(crate) fn insert(&mut self, key: u128, first: Use) {
        self.uses.insert(key, first);
        if let Some(recent) = &mut self.recent {
            recent.push_back(key);
            if recent.len() > REMEMBERED {
                let oldest = recent.pop_front().expect("more are remembered than may be");
                self.uses.remove(&oldest);
            }
        }
    }
}

/// The digest of a name within its scope.
pub(crate) fn key(kind: u8, scope: u32, name: &Name) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[kind]);
    hasher.update(&scope.to_le_bytes());
    hasher.update(name.text());
    let digest = hasher.finalize();
    let (first, _) = digest.as_bytes().split_first_chunk().expect("a digest has 32 bytes");
    u128::from_le_bytes(*first)
}

/// The digest of what a command says, its header left out.
pub(crate) fn content(command: &impl bytemuck::Pod) -> u64 {
    let body = &bytemuck::bytes_of(command)[16..];
    let digest = blake3::hash(body);
    let (first, _) = digest.as_bytes().split_first_chunk().expect("a digest has 32 bytes");
    u64::from_le_bytes(*first)
}
