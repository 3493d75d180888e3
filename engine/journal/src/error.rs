use std::io;

/// Why a journal cannot be opened, read or appended to; each reads as one line.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Bytes before the tail are not what was written.
    #[error("journal damaged: segment {segment} at byte {offset}: {what}")]
    Damaged { segment: String, offset: u64, what: String },
    /// The segment was written by another version of this format.
    #[error(
        "journal segment {segment} has format version {version}, this engine reads version {}",
        crate::VERSION
    )]
    UnknownVersion { segment: String, version: u32 },
    /// The segment is whole but belongs to another venue's journal.
    #[error("journal segment {segment} belongs to another venue")]
    Foreign { segment: String },
    /// A snapshot is not to be used; the journal has all that it holds.
    #[error("snapshot {snapshot}: {what}")]
    Snapshot { snapshot: String, what: String },
    /// Another process holds the directory.
    #[error("data directory {directory} is in use by process {process}")]
    InUse { directory: String, process: String },
    /// The operating system refused something before anything was appended.
    #[error("cannot {action}: {source}")]
    Io { action: String, source: io::Error },
    /// A write or sync failed: the journal takes nothing more.
    #[error("journal failed: {0}")]
    Failed(String),
}

impl JournalError {
    /// An `Io` error about `action`, for `map_err`.
    pub(crate) fn io(action: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { action: action.into(), source }
    }
}
