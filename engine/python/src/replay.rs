//! Recorded flow.

use crate::commands::padded;
use crate::errors::EngineError;
use crate::rows::{self, Row, Sides};
use openoutcry_wire::itch::NotItch;
use pyo3::prelude::*;
use std::time::{Duration, Instant};

/// Drives recorded ITCH 5.0 (2-byte length before each message) through a machine of its own.
#[pyclass(module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct ItchReplay {
    replay: openoutcry_replay::ItchReplay,
    /// Spent in the engine.
    duration: Duration,
}

impl ItchReplay {
    /// Does something without the interpreter's lock, and counts the time.
    fn timed<T: Send>(
        &mut self,
        py: Python<'_>,
        work: impl FnOnce(&mut openoutcry_replay::ItchReplay) -> Result<T, NotItch> + Send,
    ) -> PyResult<T> {
        let started = Instant::now();
        let done = py.detach(|| work(&mut self.replay));
        self.duration += started.elapsed();
        done.map_err(|error| EngineError::new_err(error.to_string()))
    }
}

#[pymethods]
impl ItchReplay {
    #[new]
    #[pyo3(signature = (symbol = None))]
    fn new(symbol: Option<&str>) -> PyResult<Self> {
        let stock = symbol.map(padded).transpose()?;
        let replay = openoutcry_replay::ItchReplay::new(stock);
        Ok(Self { replay, duration: Duration::ZERO })
    }

    fn feed(&mut self, py: Python<'_>, data: &[u8]) -> PyResult<u64> {
        self.timed(py, |replay| replay.feed(data))
    }

    fn finish<'py>(&mut self, py: Python<'py>) -> Row<'py> {
        let outcome = self.timed(py, openoutcry_replay::ItchReplay::finish)?;
        rows::replayed(py, &outcome, self.duration)
    }

    #[pyo3(signature = (ticker, levels = 10))]
    fn depth<'py>(&self, py: Python<'py>, ticker: &str, levels: usize) -> Row<'py> {
        let symbol = self.replay.symbol(padded(ticker)?).unwrap_or(u32::MAX);
        rows::depth(py, &Sides::of(self.replay.machine(), symbol, levels))
    }

    fn tickers(&self) -> Vec<String> {
        let stocks = self.replay.stocks().iter();
        stocks.map(|stock| String::from_utf8_lossy(stock.trim_ascii_end()).into_owned()).collect()
    }
}
