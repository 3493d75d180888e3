//! A venue's own journal, applied to a machine of its own.

use crate::commands::padded;
use crate::rows::{self, Row, Sides};
use crate::sequencer::with_progress;
use openoutcry_journal::{Batch, Disk, Reader, Sizes};
use openoutcry_machine::Machine;
use openoutcry_replay::Outcome;
use openoutcry_sequencer::OpenError;
use openoutcry_wire::{Event, Unit, event};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Applies all commands of a journal to a machine of its own, up to a torn tail.
#[pyclass(frozen, module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct JournalReplay {
    machine: Machine,
    outcome: Outcome,
    duration: Duration,
}

/// What happened, counted.
fn count(outcome: &mut Outcome, events: &[Unit]) {
    for event in event::walk(events) {
        match event {
            Event::Accepted(..) | Event::Rejected(..) => outcome.orders += 1,
            Event::Trade(trade, _) => {
                outcome.trades += 1;
                outcome.volume += u64::from(trade.quantity);
            }
            _ => {}
        }
    }
}

fn replay(
    disk: &Disk,
    progress: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<JournalReplay, OpenError> {
    let (mut machine, mut outcome) = (Machine::new(), Outcome::default());
    let (mut batch, mut events) = (Batch::default(), Vec::new());
    let mut duration = Duration::ZERO;
    let mut reader = Reader::new(disk, Sizes::default())?;
    while reader.next(&mut batch)? {
        let started = Instant::now();
        for frame in batch.frames() {
            events.clear();
            machine.apply(frame.header.time, frame.commands, &mut events);
            count(&mut outcome, &events);
        }
        duration += started.elapsed();
        if !progress(batch.done, reader.total()) {
            return Err(OpenError::Interrupted);
        }
    }
    outcome.messages = machine.sequence();
    outcome.commands = machine.sequence();
    outcome.state_hash = machine.state_hash();
    Ok(JournalReplay { machine, outcome, duration })
}

#[pymethods]
impl JournalReplay {
    #[new]
    #[pyo3(signature = (directory, progress = None))]
    fn new(
        py: Python<'_>,
        directory: PathBuf,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let progress = progress.map(Bound::unbind);
        with_progress(py, progress.as_ref(), move |progress| {
            replay(&Disk::read_only(&directory), progress)
        })
    }

    fn finish<'py>(&self, py: Python<'py>) -> Row<'py> {
        rows::replayed(py, &self.outcome, self.duration)
    }

    #[pyo3(signature = (ticker, levels = 10))]
    fn depth<'py>(&self, py: Python<'py>, ticker: &str, levels: usize) -> Row<'py> {
        let symbol = self.machine.symbol_of(&padded(ticker)?).unwrap_or(u32::MAX);
        rows::depth(py, &Sides::of(&self.machine, symbol, levels))
    }

    fn tickers(&self) -> Vec<String> {
        let count = u32::try_from(self.machine.symbol_count()).unwrap_or(u32::MAX);
        let symbols = (0..count).filter_map(|symbol| self.machine.symbol(symbol));
        symbols
            .map(|symbol| String::from_utf8_lossy(symbol.ticker.trim_ascii_end()).into_owned())
            .collect()
    }
}
