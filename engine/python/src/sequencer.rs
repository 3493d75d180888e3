//! The running venue.

use crate::errors::{EngineError, MalformedCommands, of_broken, of_open, of_refusal};
use crate::rows::{self, Row, Sides, Touch};
use crate::wake::Wake;
use openoutcry_journal::{Disk, Sizes};
use openoutcry_sequencer::Sequencer as Engine;
use openoutcry_sequencer::{Environment, Known, OpenError, OrderFilter, State};
use openoutcry_views::OrderStatus;
use openoutcry_wire::units_of;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use std::os::fd::RawFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Commands of at least this many bytes are copied without the interpreter's lock.
const LARGE: usize = 1 << 16;
/// Answers whose orders are looked up at once, before the writer gets a turn.
const TURN: usize = 1024;
const NANOSECONDS: u64 = 1_000_000_000;

type Rows<'py> = PyResult<Vec<Bound<'py, PyAny>>>;

/// One writer: takes what waits, stamps time, writes, syncs, applies, answers.
#[pyclass(frozen, module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct Sequencer {
    engine: Arc<Engine>,
    wake: Arc<Wake>,
}

impl Sequencer {
    /// The engine, for those who follow it.
    pub(crate) fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.engine)
    }

    /// Looks at the state; waits for it without the interpreter's lock.
    fn read<T: Send>(
        &self,
        py: Python<'_>,
        look: impl FnOnce(&mut State) -> T + Send,
    ) -> PyResult<T> {
        match self.engine.try_read(look) {
            Ok(seen) => seen.map_err(of_broken),
            Err(look) => py.detach(|| self.engine.read(look)).map_err(of_broken),
        }
    }
}

pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).expect("the clock stands before the year 2554")
}

/// Runs `work` without the interpreter's lock, taking it to tell `progress`; an exception there
/// (or Ctrl-C) ends the work.
pub(crate) fn with_progress<T: Send>(
    py: Python<'_>,
    progress: Option<&Py<PyAny>>,
    work: impl FnOnce(&mut dyn FnMut(u64, u64) -> bool) -> Result<T, OpenError> + Send,
) -> PyResult<T> {
    let mut raised = None;
    let done = py.detach(|| {
        work(&mut |done, total| {
            let told = Python::attach(|py| {
                py.check_signals()?;
                progress.map(|progress| progress.call1(py, (done, total))).transpose()
            });
            raised = told.err();
            raised.is_none()
        })
    });
    match raised {
        Some(error) => Err(error),
        None => done.map_err(|error| of_open(&error)),
    }
}

#[pymethods]
impl Sequencer {
    #[staticmethod]
    #[pyo3(signature = (directory, progress = None, known = None))]
    fn open(
        py: Python<'_>,
        directory: PathBuf,
        progress: Option<Bound<'_, PyAny>>,
        known: Option<([u8; 16], u64)>,
    ) -> PyResult<Self> {
        let known = known.map(|(venue, sequence)| Known { venue, sequence });
        let progress = progress.map(Bound::unbind);
        let venue: [u8; 16] = py.import("os")?.call_method1("urandom", (16,))?.extract()?;
        let wake = Arc::new(Wake::new()?);
        let waker = Arc::clone(&wake);
        let environment =
            Environment { clock: Box::new(now), wake: Box::new(move || waker.wake()) };
        let engine = with_progress(py, progress.as_ref(), move |progress| {
            let disk = Disk::lock(&directory)?;
            Engine::open(disk, Sizes::default(), || venue, known, environment, progress)
        })?;
        Ok(Self { engine: Arc::new(engine), wake })
    }

    fn venue<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.engine.venue())
    }

    fn submit(&self, py: Python<'_>, commands: &[u8]) -> PyResult<u64> {
        let submit = || match units_of(commands) {
            Some(units) if !units.is_empty() => Some(self.engine.submit(&units)),
            _ => None,
        };
        let taken = if commands.len() < LARGE { submit() } else { py.detach(submit) };
        let text = || format!("{} bytes are no whole number of commands", commands.len());
        taken.ok_or_else(|| MalformedCommands::new_err(text()))?.map_err(|why| of_refusal(&why))
    }

    fn fileno(&self) -> RawFd {
        self.wake.fileno()
    }

    fn answers<'py>(&self, py: Python<'py>) -> Rows<'py> {
        self.wake.clear();
        let answers = self.engine.answers();
        let mut rows = Vec::with_capacity(answers.len());
        for turn in answers.chunks(TURN) {
            // An answer given before an invariant broke is true; its order can be seen no more.
            let orders: Vec<_> = self
                .read(py, |state| {
                    turn.iter().map(|answer| state.order_of(answer).cloned()).collect()
                })
                .unwrap_or_else(|_| vec![None; turn.len()]);
            for (answer, order) in turn.iter().zip(&orders) {
                rows.push(rows::answer(py, answer, order.as_ref())?);
            }
        }
        Ok(rows)
    }

    fn ask_for_snapshot(&self) {
        self.engine.ask_for_snapshot();
    }

    fn discard_answers(&self) -> usize {
        self.wake.clear();
        self.engine.answers().len()
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| self.engine.close());
    }

    fn status<'py>(&self, py: Python<'py>) -> Row<'py> {
        rows::status(py, &py.detach(|| self.engine.status()))
    }

    fn sequence(&self, py: Python<'_>) -> PyResult<u64> {
        self.read(py, |state| state.machine.sequence())
    }

    fn state_hash(&self, py: Python<'_>) -> PyResult<String> {
        let hash = py.detach(|| self.engine.read(|state| state.machine.state_hash()));
        hash.map(|hash| rows::hexadecimal(&hash)).map_err(of_broken)
    }

    fn order<'py>(&self, py: Python<'py>, order: u64) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = self.read(py, |state| state.views.order(order).cloned())?;
        found.map(|order| rows::order(py, &order)).transpose()
    }

    #[pyo3(signature = (account, statuses = None, symbol = None, before = None, limit = 100))]
    fn orders<'py>(
        &self,
        py: Python<'py>,
        account: u32,
        statuses: Option<Vec<Bound<'py, PyString>>>,
        symbol: Option<u32>,
        before: Option<u64>,
        limit: usize,
    ) -> Rows<'py> {
        let statuses = statuses.unwrap_or_default();
        let statuses = statuses.iter().map(status_of).collect::<PyResult<Vec<_>>>()?;
        let filter = OrderFilter { statuses, symbol, before };
        let orders = py.detach(|| self.engine.orders(account, &filter, limit));
        orders.map_err(of_broken)?.iter().map(|order| rows::order(py, order)).collect()
    }

    fn order_named<'py>(
        &self,
        py: Python<'py>,
        account: u32,
        name: &[u8],
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found = self.read(py, |state| state.views.order_named(account, name).cloned())?;
        found.map(|order| rows::order(py, &order)).transpose()
    }

    fn fills<'py>(&self, py: Python<'py>, order: u64) -> Rows<'py> {
        let fills = py.detach(|| self.engine.fills(order)).map_err(of_broken)?;
        fills.iter().rev().map(|trade| rows::trade(py, trade)).collect()
    }

    fn account<'py>(&self, py: Python<'py>, account: u32) -> PyResult<Option<Bound<'py, PyAny>>> {
        let found =
            self.read(py, |state| state.machine.account(account).zip(state.views.opened(account)))?;
        found.map(|(state, opened)| rows::account(py, account, &state, opened)).transpose()
    }

    fn accounts_of(&self, py: Python<'_>, owner: u32) -> PyResult<Vec<u32>> {
        let mut accounts: Vec<_> =
            self.read(py, |state| state.views.accounts_of(owner).collect())?;
        accounts.reverse();
        Ok(accounts)
    }

    fn positions<'py>(&self, py: Python<'py>, account: u32) -> Rows<'py> {
        let positions: Vec<_> = self.read(py, |state| {
            let held = state.machine.positions(account).into_iter();
            held.map(|held| (held, state.views.position(account, held.symbol))).collect()
        })?;
        positions.iter().map(|(held, figures)| rows::position(py, held, figures)).collect()
    }

    #[pyo3(signature = (account, before = None, limit = 100))]
    fn entries<'py>(
        &self,
        py: Python<'py>,
        account: u32,
        before: Option<u64>,
        limit: usize,
    ) -> Rows<'py> {
        let entries = py.detach(|| self.engine.entries(account, before, limit));
        entries.map_err(of_broken)?.iter().map(|entry| rows::entry(py, entry)).collect()
    }

    #[pyo3(signature = (account, before = None, limit = 100))]
    fn account_trades<'py>(
        &self,
        py: Python<'py>,
        account: u32,
        before: Option<u64>,
        limit: usize,
    ) -> Rows<'py> {
        let trades = py.detach(|| self.engine.account_trades(account, before, limit));
        trades.map_err(of_broken)?.iter().map(|trade| rows::trade(py, trade)).collect()
    }

    fn symbols<'py>(&self, py: Python<'py>) -> Rows<'py> {
        let symbols: Vec<_> = self.read(py, |state| {
            let all = 0..u32::try_from(state.machine.symbol_count()).unwrap_or(u32::MAX);
            all.filter_map(|id| state.machine.symbol(id).map(|symbol| (id, symbol))).collect()
        })?;
        symbols.iter().map(|(id, symbol)| rows::symbol(py, *id, symbol)).collect()
    }

    #[pyo3(signature = (symbol, levels = 10))]
    fn depth<'py>(&self, py: Python<'py>, symbol: u32, levels: usize) -> Row<'py> {
        let sides = self.read(py, |State { machine, .. }| {
            machine.symbol(symbol).map(|_| Sides::of(machine, symbol, levels))
        })?;
        rows::depth(py, &sides.ok_or_else(|| unknown(symbol))?)
    }

    fn quote<'py>(&self, py: Python<'py>, symbol: u32) -> Row<'py> {
        let touch = self.read(py, |State { machine, views, .. }| {
            views.session(symbol).map(|session| Touch::of(machine, symbol, session))
        })?;
        rows::quote(py, symbol, &touch.ok_or_else(|| unknown(symbol))?)
    }

    #[pyo3(signature = (symbol, before = None, limit = 100))]
    fn trades<'py>(
        &self,
        py: Python<'py>,
        symbol: u32,
        before: Option<u64>,
        limit: usize,
    ) -> Rows<'py> {
        let trades = py.detach(|| self.engine.trades(symbol, before, limit));
        trades.map_err(of_broken)?.iter().map(|trade| rows::trade(py, trade)).collect()
    }

    #[pyo3(signature = (symbol, interval_s, from_ns, to_ns, limit = 500))]
    fn candles<'py>(
        &self,
        py: Python<'py>,
        symbol: u32,
        interval_s: u32,
        from_ns: u64,
        to_ns: u64,
        limit: usize,
    ) -> Rows<'py> {
        if interval_s == 0 {
            return Err(PyValueError::new_err("an interval is at least one second"));
        }
        let interval = u64::from(interval_s) * NANOSECONDS;
        let candles =
            self.read(py, |state| state.views.candles(symbol, interval, from_ns, to_ns, limit))?;
        candles.iter().map(|candle| rows::candle(py, candle)).collect()
    }

    #[pyo3(signature = (trade, limit = 10_000))]
    fn trades_after<'py>(&self, py: Python<'py>, trade: u64, limit: usize) -> Rows<'py> {
        let trades: Vec<_> =
            self.read(py, |state| state.views.trades_after(trade).take(limit).cloned().collect())?;
        trades.iter().map(|trade| rows::trade(py, trade)).collect()
    }

    fn watch(&self, py: Python<'_>, accounts: Vec<u32>) -> PyResult<()> {
        self.read(py, |state| state.views.watch(accounts))
    }

    fn order_updates<'py>(&self, py: Python<'py>) -> PyResult<(Vec<Bound<'py, PyAny>>, bool)> {
        let (updates, dropped) = self.read(py, |state| state.views.take_updates())?;
        let rows = updates.iter().map(|update| rows::update(py, update));
        Ok((rows.collect::<PyResult<_>>()?, dropped))
    }
}

fn unknown(symbol: u32) -> PyErr {
    EngineError::new_err(format!("no symbol has the number {symbol}"))
}

fn status_of(text: &Bound<'_, PyString>) -> PyResult<OrderStatus> {
    let text = text.to_str()?;
    let found = OrderStatus::ALL.iter().find(|status| status.text() == text);
    found.copied().ok_or_else(|| PyValueError::new_err(format!("no order status is called {text}")))
}
