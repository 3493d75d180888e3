//! Copies of journals: backups, and their return.

use crate::errors::EngineError;
use crate::rows::{self, Row};
use crate::sequencer::with_progress;
use openoutcry_journal::{CopyError, Disk, Sizes, Until, copy};
use openoutcry_sequencer::OpenError;
use pyo3::prelude::*;
use std::path::PathBuf;

/// Copies the journal under `source`, of a running venue too, into the empty directory `target`.
#[pyfunction]
#[pyo3(signature = (source, target, sequence = None, time_ns = None, progress = None))]
pub(crate) fn copy_journal<'py>(
    py: Python<'py>,
    source: PathBuf,
    target: PathBuf,
    sequence: Option<u64>,
    time_ns: Option<u64>,
    progress: Option<Bound<'py, PyAny>>,
) -> Row<'py> {
    let progress = progress.map(Bound::unbind);
    let until = match (sequence, time_ns) {
        (Some(sequence), _) => Until::Sequence(sequence),
        (None, Some(time)) => Until::Time(time),
        (None, None) => Until::End,
    };
    let copied = with_progress(py, progress.as_ref(), move |progress| {
        let from = Disk::read_only(&source);
        let to = Disk::lock(&target)?;
        match copy(&from, &to, Sizes::default(), until, progress) {
            Ok(copied) => Ok(Ok(copied)),
            Err(CopyError::Journal(error)) => Err(OpenError::Journal(error)),
            Err(CopyError::Interrupted) => Err(OpenError::Interrupted),
            Err(error) => Ok(Err(error.to_string())),
        }
    })?;
    rows::copied(py, &copied.map_err(EngineError::new_err)?)
}
