//! Rows as named tuples: real ones, made once when the module is imported.

use openoutcry_machine::{AccountState, LevelState, Machine, PositionState, SymbolState};
use openoutcry_sequencer as engine;
use openoutcry_views as views;
use openoutcry_wire::Side;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString, PyTuple, PyType};
use std::time::Duration;

/// Declares the named tuples: how each is called in Python, and its fields in their order.
macro_rules! rows {
    ($($field:ident $name:literal [$($column:literal)+])+) => {
        struct Types {
            $($field: Py<PyType>,)+
            /// `tuple.__new__`, which makes a named tuple from its values without interpreted code.
            new: Py<PyAny>,
        }

        static TYPES: PyOnceLock<Types> = PyOnceLock::new();

        impl Types {
            fn make(py: Python<'_>) -> PyResult<Self> {
                let namedtuple = py.import("collections")?.getattr("namedtuple")?;
                let make = |name: &str, columns: &[&str]| -> PyResult<Py<PyType>> {
                    let row = namedtuple.call1((name, PyTuple::new(py, columns)?))?;
                    row.setattr("__module__", "openoutcry._engine")?;
                    Ok(row.cast_into::<PyType>()?.unbind())
                };
                Ok(Self {
                    $($field: make($name, &[$($column),+])?,)+
                    new: py.get_type::<PyTuple>().getattr("__new__")?.unbind(),
                })
            }

            fn add(&self, module: &Bound<'_, PyModule>) -> PyResult<()> {
                $(module.add($name, &self.$field)?;)+
                Ok(())
            }
        }
    };
}

rows! {
    reason "ReasonRow" ["number" "code" "text"]
    order "Order" [
        "order" "account" "symbol" "side" "order_type" "time_in_force" "status" "quantity" "filled"
        "price" "stop_price" "value" "created_ns" "updated_ns" "version" "reason" "name" "special"
    ]
    special "Special" ["instructions" "minimum_quantity" "expires_at_ns"]
    answer "Answer" [
        "ticket" "event" "reason" "sequence" "time_ns" "made" "account" "required" "available"
        "order"
    ]
    trade "Trade" [
        "trade" "sequence" "time_ns" "symbol" "price" "quantity" "maker_order" "taker_order"
        "maker_account" "taker_account" "taker_side"
    ]
    account "Account" [
        "account" "owner" "group" "kind" "status" "cash" "held" "open_orders" "opened_ns"
    ]
    position "Position" ["symbol" "shares" "held" "cost" "realised"]
    entry "Entry" [
        "entry" "sequence" "time_ns" "source" "target" "asset" "amount" "trade" "source_order"
        "target_order" "reference"
    ]
    symbol "Symbol" [
        "symbol" "ticker" "previous_close" "tick" "maximum_quantity" "halted" "halt_cause"
    ]
    quote "Quote" [
        "symbol" "sequence" "time_ns" "bid" "bid_size" "ask" "ask_size" "last" "last_size"
        "last_time_ns" "volume" "open" "high" "low" "previous_close"
    ]
    level "Level" ["price" "quantity" "orders"]
    depth "Depth" ["sequence" "time_ns" "bids" "asks"]
    candle "Candle" ["time_ns" "open" "high" "low" "close" "volume" "trades"]
    update "OrderUpdate" ["event" "reason" "order" "trade"]
    step "FixStep" ["output" "over" "others" "under_way"]
    peer "FixPeer" ["sender" "target" "username" "password"]
    status "Status" [
        "sequence" "time_ns" "accepting" "failure" "queued" "commands" "batches" "journal_bytes"
        "sync_p50_ns" "sync_p99_ns" "recovered" "recovery_seconds" "truncated_bytes"
        "recovered_snapshot" "recovery_notices" "snapshot" "upkeep_failure" "orders" "accounts"
    ]
    copied "Copied" ["sequence" "time_ns" "bytes" "snapshots"]
    verified "Verified" [
        "commands" "frames" "segments" "bytes" "snapshots" "state_hash" "chain" "seconds" "discrepancies"
    ]
    replayed "Replayed" [
        "messages" "commands" "unknown" "orders" "trades" "volume" "seconds" "state_hash"
    ]
    projected "Projected" ["first" "last" "time_ns" "events" "tables"]
    measured "Measured" [
        "messages" "nanoseconds" "p50_ns" "p99_ns" "p999_ns" "open_orders" "state_hash"
    ]
}

/// A row, or the exception that kept it from being made.
pub(crate) type Row<'py> = PyResult<Bound<'py, PyAny>>;

/// Makes the types and adds them to the module.
pub(crate) fn add_types(module: &Bound<'_, PyModule>) -> PyResult<()> {
    types(module.py())?.add(module)
}

fn types(py: Python<'_>) -> PyResult<&Types> {
    TYPES.get_or_try_init(py, || Types::make(py))
}

/// Makes a named tuple of one type from its values.
macro_rules! row {
    ($py:ident, $field:ident, $($value:expr),+ $(,)?) => {{
        let types = types($py)?;
        let values = PyTuple::new($py, [$($value.into_bound_py_any($py)?),+])?;
        types.new.bind($py).call1((&types.$field, values))
    }};
}

fn bytes<'py>(py: Python<'py>, text: Option<&[u8]>) -> Option<Bound<'py, PyBytes>> {
    text.map(|text| PyBytes::new(py, text))
}

pub(crate) fn reason<'py>(py: Python<'py>, number: u16, code: &str, text: &str) -> Row<'py> {
    row!(py, reason, number, code, text)
}

/// A message's fields: tags and values.
type FixFields = Vec<(u32, Vec<u8>)>;

pub(crate) fn step<'py>(
    py: Python<'py>,
    step: &openoutcry_gateways::fix::Step,
    others: &[FixFields],
) -> Row<'py> {
    let others: Vec<Vec<_>> = others
        .iter()
        .map(|fields| fields.iter().map(|(tag, value)| (*tag, PyBytes::new(py, value))).collect())
        .collect();
    row!(py, step, PyBytes::new(py, &step.output), step.over, others, step.under_way)
}

pub(crate) fn peer<'py>(py: Python<'py>, peer: &openoutcry_fix::Peer) -> Row<'py> {
    row!(
        py,
        peer,
        PyBytes::new(py, &peer.sender),
        PyBytes::new(py, &peer.target),
        PyBytes::new(py, &peer.username),
        PyBytes::new(py, &peer.password),
    )
}

pub(crate) fn order<'py>(py: Python<'py>, order: &views::Order) -> Row<'py> {
    row!(
        py,
        order,
        order.order,
        order.account,
        order.symbol,
        order.side,
        order.order_type,
        order.time_in_force,
        PyString::intern(py, order.status.text()),
        order.quantity,
        order.filled,
        order.price,
        order.stop_price,
        order.value,
        order.created,
        order.updated,
        order.version(),
        order.reason,
        bytes(py, order.name.as_deref()),
        optional(py, order.special.as_deref(), special)?,
    )
}

fn special<'py>(py: Python<'py>, special: &views::Special) -> Row<'py> {
    row!(py, special, special.instructions, special.minimum_quantity, special.expires_at)
}

fn optional<'py, T>(
    py: Python<'py>,
    value: Option<&T>,
    row: impl Fn(Python<'py>, &T) -> Row<'py>,
) -> Row<'py> {
    value.map_or_else(|| Ok(py.None().into_bound(py)), |value| row(py, value))
}

pub(crate) fn answer<'py>(
    py: Python<'py>,
    answer: &engine::Answer,
    about: Option<&views::Order>,
) -> Row<'py> {
    row!(
        py,
        answer,
        answer.ticket,
        answer.event,
        answer.reason,
        answer.sequence,
        answer.time,
        answer.made,
        answer.account,
        answer.required,
        answer.available,
        optional(py, about, order)?,
    )
}

pub(crate) fn trade<'py>(py: Python<'py>, trade: &views::Trade) -> Row<'py> {
    row!(
        py,
        trade,
        trade.trade,
        trade.sequence,
        trade.time,
        trade.symbol,
        trade.price,
        trade.quantity,
        trade.maker_order,
        trade.taker_order,
        trade.maker_account,
        trade.taker_account,
        trade.taker_side,
    )
}

pub(crate) fn account<'py>(
    py: Python<'py>,
    id: u32,
    account: &AccountState,
    opened: u64,
) -> Row<'py> {
    row!(
        py,
        account,
        id,
        account.owner,
        account.group,
        account.kind as u8,
        account.status as u8,
        account.cash,
        account.held,
        account.open_orders,
        opened,
    )
}

pub(crate) fn position<'py>(
    py: Python<'py>,
    position: &PositionState,
    figures: &views::Position,
) -> Row<'py> {
    row!(
        py,
        position,
        position.symbol,
        position.shares,
        position.held,
        figures.cost,
        figures.realised,
    )
}

pub(crate) fn entry<'py>(py: Python<'py>, entry: &views::Entry) -> Row<'py> {
    row!(
        py,
        entry,
        entry.entry,
        entry.sequence,
        entry.time,
        entry.source,
        entry.target,
        entry.asset,
        entry.amount,
        entry.trade,
        entry.source_order,
        entry.target_order,
        bytes(py, entry.reference.as_deref()),
    )
}

pub(crate) fn symbol<'py>(py: Python<'py>, id: u32, symbol: &SymbolState) -> Row<'py> {
    let ticker = String::from_utf8_lossy(&symbol.ticker);
    row!(
        py,
        symbol,
        id,
        ticker.trim_end(),
        symbol.previous_close.0,
        symbol.tick,
        symbol.maximum_quantity,
        symbol.halted,
        symbol.halt_cause,
    )
}

/// What a quote is made of.
pub(crate) struct Touch {
    sequence: u64,
    time: u64,
    bid: Option<LevelState>,
    ask: Option<LevelState>,
    session: views::Session,
}

impl Touch {
    pub(crate) fn of(machine: &Machine, symbol: u32, session: views::Session) -> Self {
        let best = |side| machine.depth(symbol, side, 1).first().copied();
        let (sequence, time) = (machine.sequence(), machine.time());
        Self { sequence, time, bid: best(Side::Buy), ask: best(Side::Sell), session }
    }
}

pub(crate) fn quote<'py>(py: Python<'py>, symbol: u32, touch: &Touch) -> Row<'py> {
    let session = &touch.session;
    let figures = |level: Option<LevelState>| level.map_or((0, 0), |l| (l.price.0, l.quantity));
    let ((bid, bid_size), (ask, ask_size)) = (figures(touch.bid), figures(touch.ask));
    row!(
        py,
        quote,
        symbol,
        touch.sequence,
        touch.time,
        bid,
        bid_size,
        ask,
        ask_size,
        session.last,
        session.last_size,
        session.last_time,
        session.volume,
        session.open,
        session.high,
        session.low,
        session.previous_close,
    )
}

/// What a depth is made of.
pub(crate) struct Sides {
    sequence: u64,
    time: u64,
    bids: Vec<LevelState>,
    asks: Vec<LevelState>,
}

impl Sides {
    /// The book of a symbol; empty when the machine does not list it.
    pub(crate) fn of(machine: &Machine, symbol: u32, levels: usize) -> Self {
        Self {
            sequence: machine.sequence(),
            time: machine.time(),
            bids: machine.depth(symbol, Side::Buy, levels),
            asks: machine.depth(symbol, Side::Sell, levels),
        }
    }
}

pub(crate) fn depth<'py>(py: Python<'py>, sides: &Sides) -> Row<'py> {
    row!(py, depth, sides.sequence, sides.time, levels(py, &sides.bids)?, levels(py, &sides.asks)?)
}

fn levels<'py>(py: Python<'py>, levels: &[LevelState]) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let rows = levels.iter();
    rows.map(|level| row!(py, level, level.price.0, level.quantity, level.orders)).collect()
}

pub(crate) fn candle<'py>(py: Python<'py>, candle: &views::Candle) -> Row<'py> {
    row!(
        py,
        candle,
        candle.time,
        candle.open,
        candle.high,
        candle.low,
        candle.close,
        candle.volume,
        candle.trades,
    )
}

pub(crate) fn update<'py>(py: Python<'py>, update: &views::OrderUpdate) -> Row<'py> {
    let about = order(py, &update.order)?;
    row!(
        py,
        update,
        update.event,
        update.reason,
        about,
        optional(py, update.trade.as_ref(), trade)?
    )
}

pub(crate) fn status<'py>(py: Python<'py>, status: &engine::Status) -> Row<'py> {
    row!(
        py,
        status,
        status.sequence,
        status.time,
        status.failure.is_none(),
        status.failure.as_deref(),
        status.queued,
        status.commands,
        status.batches,
        status.journal_bytes,
        status.sync_p50,
        status.sync_p99,
        status.recovered.commands,
        status.recovered.duration.as_secs_f64(),
        status.recovered.truncated,
        status.recovered.snapshot,
        status.recovered.notices.as_slice(),
        status.snapshot,
        status.upkeep_failure.as_deref(),
        status.open_orders,
        status.accounts,
    )
}

pub(crate) fn copied<'py>(py: Python<'py>, copied: &openoutcry_journal::Copied) -> Row<'py> {
    row!(py, copied, copied.sequence, copied.time, copied.bytes, copied.snapshots)
}

pub(crate) fn verified<'py>(py: Python<'py>, verified: &engine::Verified) -> Row<'py> {
    row!(
        py,
        verified,
        verified.commands,
        verified.frames,
        verified.segments,
        verified.bytes,
        verified.snapshots,
        hexadecimal(&verified.state_hash),
        hexadecimal(&verified.chain),
        verified.duration.as_secs_f64(),
        verified.discrepancies.as_slice(),
    )
}

pub(crate) fn replayed<'py>(
    py: Python<'py>,
    outcome: &openoutcry_replay::Outcome,
    duration: Duration,
) -> Row<'py> {
    row!(
        py,
        replayed,
        outcome.messages,
        outcome.commands,
        outcome.unknown,
        outcome.orders,
        outcome.trades,
        outcome.volume,
        duration.as_secs_f64(),
        hexadecimal(&outcome.state_hash),
    )
}

/// The rows of some commands: each table's name, how many, and the bytes that its COPY takes;
/// tables without any are left out.
pub(crate) fn projected(py: Python<'_>, rows: openoutcry_projection::Rows) -> Row<'_> {
    let named = openoutcry_projection::Tables::ALL.iter().zip(rows.tables.into_all());
    let tables: Vec<_> = named
        .filter(|(_, copy)| copy.rows() > 0)
        .map(|(table, copy)| (table.name, copy.rows(), PyBytes::new(py, &copy.finish())))
        .collect();
    row!(py, projected, rows.first, rows.last, rows.time, rows.events, tables)
}

/// A digest as text.
pub(crate) fn hexadecimal(digest: &[u8; 32]) -> String {
    use std::fmt::Write;
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn measured<'py>(py: Python<'py>, figures: &openoutcry_workload::Figures) -> Row<'py> {
    row!(
        py,
        measured,
        figures.messages,
        figures.nanoseconds,
        figures.p50_ns,
        figures.p99_ns,
        figures.p999_ns,
        figures.open_orders,
        hexadecimal(&figures.state_hash),
    )
}
