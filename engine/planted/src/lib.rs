//! Bugs on purpose: the simulator must catch each of them, or it would miss one made by mistake.
//!
//! The places ask `planted::on(Bug::…)`. Without the feature `planted` the answer is a constant,
//! and the compiler leaves nothing of it in the product.

/// Declares the bugs with what each does.
macro_rules! bugs {
    ($($variant:ident $text:literal),+ $(,)?) => {
        /// One planted bug.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Bug { $($variant),+ }

        #[cfg(feature = "planted")]
        impl Bug {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// What it does.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

bugs! {
    SkippedSync "a frame is not synced",
    AnswerBeforeSync "the sync comes before the write that it should cover",
    FailureAnswered "commands are answered although their frame could not be written",
    FailedSyncForgotten "the journal goes on after a failed sync",
    UnsettledTail "what a start reads is not made durable before it is built upon",
    UnsyncedSegment "a segment gets its name before its header is on the disk",
    TornTailApplied "the checksum of a frame's commands is not looked at",
    TailScanOffByOne "the search behind a break misses headers on the seam of two reads",
    ChainUnchecked "the digest of the frame before is not looked at",
    EpochUnchecked "a frame of an earlier epoch is accepted",
    OutputsUnchecked "replay into other events is accepted",
    SnapshotUnchecked "a snapshot's bytes are not compared with their digest",
    UnsyncedSnapshot "a snapshot gets its name before it is on the disk",
    SnapshotIncomplete "a snapshot forgets which events came before it",
    TimeStepsBack "logged time follows a clock that steps back",
    MissingHoldRelease "a cancelled order keeps its hold",
    PriorityLostByLess "an order that shrinks goes to the tail of its level",
    LostDedupe "a client order id is forgotten",
    SessionForgotten "a session does not remember its last answer",
    TransferRepeated "a transfer's reference is forgotten",
    HalfMovement "the buyer of a trade pays, the seller gets nothing",
    StopsOutOfOrder "stops are elected by price, not by number",
    SelfTradeIgnored "an order trades with its own account's",
    HaltIgnored "orders are taken in a halted symbol",
    StaleVersionAccepted "a replace does not look at the version",
    NakedShort "shares that are not there are sold",
    SuspendedTrades "a suspended account trades",
    FokInPart "a fill-or-kill order is filled in part",
}

#[cfg(feature = "planted")]
static ON: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(u8::MAX);

/// Switches one bug on and all others off.
#[cfg(feature = "planted")]
pub fn plant(bug: Option<Bug>) {
    let number = bug.map_or(u8::MAX, |bug| bug as u8);
    ON.store(number, std::sync::atomic::Ordering::SeqCst);
}

/// Whether a bug is switched on.
#[cfg(feature = "planted")]
#[inline]
pub fn on(bug: Bug) -> bool {
    ON.load(std::sync::atomic::Ordering::Relaxed) == bug as u8
}

/// Whether a bug is switched on: never, in this build.
#[cfg(not(feature = "planted"))]
#[inline]
#[must_use]
pub const fn on(_bug: Bug) -> bool {
    false
}
