//! The journal as rows for PostgreSQL.

use crate::errors::EngineError;
use crate::rows;
use openoutcry_projection as engine;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::path::PathBuf;
use std::time::Duration;

/// Reads a journal on a thread of its own and hands out rows of what is durable.
#[pyclass(frozen, module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct Follower(engine::Follower);

#[pymethods]
impl Follower {
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "as it comes from Python")]
    fn new(directory: PathBuf, after: u64) -> PyResult<Self> {
        Ok(Self(engine::Follower::start(&directory, after)?))
    }

    fn allow(&self, durable: u64) {
        self.0.allow(durable);
    }

    fn position<'py>(&self, py: Python<'py>) -> (u64, Option<Bound<'py, PyBytes>>) {
        let (sequence, venue) = self.0.position();
        (sequence, venue.map(|venue| PyBytes::new(py, &venue)))
    }

    fn take<'py>(&self, py: Python<'py>, patience_ms: u64) -> PyResult<Option<Bound<'py, PyAny>>> {
        let taken = py.detach(|| self.0.take(Duration::from_millis(patience_ms)));
        let rows = taken.map_err(|why| EngineError::new_err(why.to_string()))?;
        rows.map(|rows| rows::projected(py, rows)).transpose()
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| self.0.close());
    }
}

/// The tables that rows are made for, with their columns in order.
#[pyfunction]
pub(crate) fn projection_tables() -> Vec<(&'static str, &'static [&'static str])> {
    engine::Tables::ALL.iter().map(|table| (table.name, table.columns)).collect()
}
