//! What can go wrong, by name, so that each can be left out when a failing run is made smaller.

/// Declares the faults with the name that the command line and the tables know them by.
macro_rules! faults {
    ($($(#[$meta:meta])* $variant:ident $text:literal),+ $(,)?) => {
        /// One kind of trouble.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fault { $($(#[$meta])* $variant),+ }

        impl Fault {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

faults! {
    /// The machine stops at any point: of what was not synced each sector may be lost, kept or
    /// cut, in any order.
    PowerFailure "power-failure",
    /// The process ends at any point, in the middle of a write too; the kernel lives.
    KilledProcess "killed-process",
    /// The process stands still for a while and goes on.
    PausedProcess "paused-process",
    /// A write ends early with an error.
    FailedWrite "failed-write",
    /// A sync fails: what it should have written is counted as clean and may be gone.
    FailedSync "failed-sync",
    /// A sync says that it was done and was not: beyond what the venue can promise.
    LyingSync "lying-sync",
    /// No room for a while; writes end early.
    FullDisk "full-disk",
    /// Syncs take a hundred times as long.
    SlowDisk "slow-disk",
    /// Reading at a start fails.
    UnreadableDisk "unreadable-disk",
    /// A bit of a file is another one at the next start.
    FlippedBit "flipped-bit",
    /// A write went to another place than it was sent to.
    MisdirectedWrite "misdirected-write",
    /// A write that later ones followed never reached the disk.
    LostWrite "lost-write",
    /// A segment is gone.
    MissingSegment "missing-segment",
    /// A frame of the past was rewritten with matching checksums.
    EditedHistory "edited-history",
    /// A process with an earlier epoch appended a frame.
    StaleWriter "stale-writer",
    /// An engine with other rules appended a frame.
    OtherRules "other-rules",
    /// A snapshot at rest was harmed: flipped, zeroed, cut, or overwritten by another.
    HarmedSnapshot "harmed-snapshot",
    /// Messages vanish.
    Loss "loss",
    /// Messages take long.
    Delay "delay",
    /// Messages arrive twice.
    Duplication "duplication",
    /// Messages overtake each other.
    Reordering "reordering",
    /// Parts of the network do not reach each other for a while.
    Partition "partition",
    /// The venue's clock steps back.
    ClockBack "clock-back",
    /// The venue's clock steps ahead.
    ClockAhead "clock-ahead",
    /// A follower forgets all and begins anew.
    FollowerRestart "follower-restart",
}

/// How often each fault was injected.
pub type Counts = [u64; Fault::ALL.len()];

/// A set of faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults(u32);

impl Faults {
    /// All of them.
    #[must_use]
    pub fn all() -> Self {
        Fault::ALL.iter().copied().fold(Self::default(), Self::with)
    }

    #[must_use]
    pub const fn with(self, fault: Fault) -> Self {
        Self(self.0 | 1 << fault as u32)
    }

    #[must_use]
    pub const fn without(self, fault: Fault) -> Self {
        Self(self.0 & !(1 << fault as u32))
    }

    #[must_use]
    pub const fn has(self, fault: Fault) -> bool {
        self.0 & 1 << fault as u32 != 0
    }

    /// The faults in it.
    pub fn iter(self) -> impl Iterator<Item = Fault> {
        Fault::ALL.iter().copied().filter(move |fault| self.has(*fault))
    }

    /// Reads names with commas between them; `none` for the empty set.
    ///
    /// # Errors
    /// The name that no fault has.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Self::default());
        }
        text.split(',').try_fold(Self::default(), |faults, name| {
            let fault = Fault::ALL.iter().find(|fault| fault.text() == name);
            fault.map(|fault| faults.with(*fault)).ok_or_else(|| name.to_owned())
        })
    }
}

impl std::fmt::Display for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.iter().map(Fault::text).collect();
        f.write_str(if names.is_empty() { "none" } else { "" })?;
        f.write_str(&names.join(","))
    }
}
