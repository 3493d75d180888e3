//! The exceptions, and which of the engine's errors becomes which.

use openoutcry_journal::JournalError;
use openoutcry_sequencer::{OpenError, Refusal};
use pyo3::exceptions::PyException;
use pyo3::{PyErr, create_exception};

create_exception!(
    openoutcry._engine,
    EngineError,
    PyException,
    "Base of everything the engine raises; its text is one line for a person."
);
create_exception!(
    openoutcry._engine,
    JournalDamaged,
    EngineError,
    "The journal is damaged before its tail; the text names segment and offset."
);
create_exception!(
    openoutcry._engine,
    DirectoryInUse,
    EngineError,
    "Another process holds the data directory."
);
create_exception!(
    openoutcry._engine,
    JournalFailed,
    EngineError,
    "A write or sync failed, or the engine stopped: nothing more is accepted until a restart."
);
create_exception!(
    openoutcry._engine,
    Overloaded,
    EngineError,
    "More commands wait than the queue may hold; nothing of this call was taken."
);
create_exception!(
    openoutcry._engine,
    MalformedCommands,
    EngineError,
    "The submitted bytes are not whole commands; nothing of this call was taken."
);

/// The exception for a venue that cannot start.
pub(crate) fn of_open(error: &OpenError) -> PyErr {
    let text = error.to_string();
    match error {
        OpenError::Journal(JournalError::Damaged { .. }) => JournalDamaged::new_err(text),
        OpenError::Journal(JournalError::InUse { .. }) => DirectoryInUse::new_err(text),
        OpenError::Journal(JournalError::Failed(_)) => JournalFailed::new_err(text),
        _ => EngineError::new_err(text),
    }
}

/// The exception for commands that were not taken.
pub(crate) fn of_refusal(refusal: &Refusal) -> PyErr {
    let text = refusal.to_string();
    match refusal {
        Refusal::Malformed(_) => MalformedCommands::new_err(text),
        Refusal::Overloaded(_) => Overloaded::new_err(text),
        Refusal::Stopped(_) => JournalFailed::new_err(text),
    }
}

/// The exception for a read of a state that cannot be trusted any more.
pub(crate) fn of_broken(why: String) -> PyErr {
    EngineError::new_err(why)
}
