//! What needs no running venue.

use crate::rows::{self, Row};
use crate::sequencer::with_progress;
use openoutcry_journal::{Disk, Sizes};
use pyo3::prelude::*;
use std::path::PathBuf;

/// Re-reads a whole journal, changing nothing; works beside a running venue too.
#[pyfunction]
#[pyo3(signature = (directory, progress = None))]
pub(crate) fn verify<'py>(
    py: Python<'py>,
    directory: PathBuf,
    progress: Option<Bound<'py, PyAny>>,
) -> Row<'py> {
    let progress = progress.map(Bound::unbind);
    let verified = with_progress(py, progress.as_ref(), move |progress| {
        let disk = Disk::read_only(&directory);
        let is_running = || Disk::is_held(&directory);
        openoutcry_sequencer::verify(&disk, Sizes::default(), is_running, progress)
    })?;
    rows::verified(py, &verified)
}
