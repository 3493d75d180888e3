//! The engine's own benchmark cases, run without the interpreter's lock.

use crate::errors::EngineError;
use crate::rows::{self, Row};
use openoutcry_workload::CASES;
use pyo3::prelude::*;

/// The names of the cases, in the order of the table.
#[pyfunction]
pub(crate) fn engine_cases() -> Vec<&'static str> {
    CASES.iter().map(|case| case.name).collect()
}

/// Runs one case.
#[pyfunction]
#[pyo3(signature = (name, quick = false))]
pub(crate) fn measure_engine<'py>(py: Python<'py>, name: &str, quick: bool) -> Row<'py> {
    let case = CASES.iter().find(|case| case.name == name);
    let case =
        case.ok_or_else(|| EngineError::new_err(format!("no benchmark case named {name}")))?;
    let figures = py.detach(|| case.run(quick));
    rows::measured(py, &figures)
}
