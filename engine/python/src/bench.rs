//! The engine's own benchmark cases, run without the interpreter's lock.

use crate::errors::EngineError;
use crate::rows::{self, Row};
use openoutcry_binary::Multicast;
use openoutcry_binary::itch::publish;
use openoutcry_journal::{Disk, Journal, JournalError, MAXIMUM_COMMANDS, Outputs, Sizes};
use openoutcry_machine::Machine;
use openoutcry_wire::units_of;
use openoutcry_workload::{CASES, Regime, Shape, Workload};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

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

/// A venue's flow: the commands that set it up, and those to measure.
#[pyfunction]
#[pyo3(signature = (symbols, messages, accounts = None, standing = None, seed = 23))]
pub(crate) fn workload(
    py: Python<'_>,
    symbols: u32,
    messages: u64,
    accounts: Option<u32>,
    standing: Option<u32>,
    seed: u64,
) -> (Bound<'_, PyBytes>, Bound<'_, PyBytes>) {
    let accounts = accounts.unwrap_or(100 * symbols);
    let standing = standing.unwrap_or(1_000 * symbols);
    let shape = Shape { symbols, accounts, standing, messages, regime: Regime::Normal, seed };
    let made = py.detach(|| Workload::new(&shape));
    let bytes = |units| PyBytes::new(py, bytemuck::cast_slice(units));
    (bytes(&made.setup), bytes(&made.messages))
}

/// Commands whose events are published at once, as by a busy sequencer.
const TURN: usize = 256;

/// Publishes the events of a flow to a group on this machine: messages, packets, nanoseconds.
#[pyfunction]
pub(crate) fn measure_feed(
    py: Python<'_>,
    symbols: u32,
    messages: u64,
    group: &str,
    directory: &str,
) -> PyResult<(u64, u64, u128)> {
    let shape = Shape {
        symbols,
        accounts: 100 * symbols,
        standing: 1_000 * symbols,
        messages,
        regime: Regime::Normal,
        seed: 23,
    };
    let published = py.detach(|| {
        let flow = Workload::new(&shape);
        let (mut machine, mut events) = (Machine::new(), Vec::new());
        machine.apply(1, &flow.setup, &mut events);
        drop(events);
        let turns: Vec<_> = flow.messages.chunks(TURN).collect();
        let to = Multicast::open(group, Ipv4Addr::LOCALHOST)?;
        publish(machine, &turns, 2, &to, Path::new(directory))
    });
    let published = published.map_err(|error| EngineError::new_err(error.to_string()))?;
    Ok((published.messages, published.packets, published.duration.as_nanos()))
}

/// Frames and writes commands of 64 bytes as a venue's journal does, on this thread; how many.
#[pyfunction]
#[pyo3(signature = (directory, commands, frame = 4096))]
pub(crate) fn write_journal(
    py: Python<'_>,
    directory: PathBuf,
    commands: &[u8],
    frame: usize,
) -> PyResult<u64> {
    let units = units_of(commands).unwrap_or_default();
    py.detach(move || {
        let disk = Disk::lock(&directory)?;
        let mut journal = Journal::create(disk, Sizes::default(), [7; 16])?;
        for commands in units.chunks(frame.clamp(1, MAXIMUM_COMMANDS)) {
            let count = u32::try_from(commands.len()).unwrap_or(u32::MAX);
            journal.append(1, commands, count, Outputs::default())?;
        }
        journal.close()?;
        Ok(units.len() as u64)
    })
    .map_err(|error: JournalError| EngineError::new_err(error.to_string()))
}
