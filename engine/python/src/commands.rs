//! Commands as bytes.

use openoutcry_wire::{ALL_SYMBOLS, Name, Unit, command};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// One whole record.
fn record<'py>(
    py: Python<'py>,
    command: &impl bytemuck::Pod,
    name: Option<&[u8]>,
) -> PyResult<Bound<'py, PyBytes>> {
    let name = name.map(name_of).transpose()?;
    let mut units = Vec::with_capacity(2);
    command::encode(command, name.as_ref(), &mut units);
    Ok(PyBytes::new(py, bytemuck::cast_slice::<Unit, u8>(&units)))
}

fn name_of(text: &[u8]) -> PyResult<Name> {
    if std::str::from_utf8(text).is_err() {
        return Err(PyValueError::new_err("a name is UTF-8"));
    }
    Name::new(text).ok_or_else(|| PyValueError::new_err("a name is 1 to 63 bytes long"))
}

/// A ticker padded with spaces.
pub(crate) fn padded(ticker: &str) -> PyResult<[u8; 8]> {
    if !ticker.is_ascii() || ticker.is_empty() || ticker.len() > 8 {
        return Err(PyValueError::new_err("a ticker is 1 to 8 ASCII characters long"));
    }
    let mut padded = [b' '; 8];
    padded[..ticker.len()].copy_from_slice(ticker.as_bytes());
    Ok(padded)
}

#[pyfunction]
#[pyo3(signature = (account, symbol, side, order_type, time_in_force, quantity, price = 0,
    stop_price = 0, self_trade = 0, name = None, session = 0, session_sequence = 0,
    instructions = 0, minimum_quantity = 0, expires_at = 0))]
#[expect(clippy::too_many_arguments, reason = "an order has that many")]
pub(crate) fn new_order<'py>(
    py: Python<'py>,
    account: u32,
    symbol: u32,
    side: u8,
    order_type: u8,
    time_in_force: u8,
    quantity: u32,
    price: u32,
    stop_price: u32,
    self_trade: u8,
    name: Option<&[u8]>,
    session: u32,
    session_sequence: u64,
    instructions: u8,
    minimum_quantity: u32,
    expires_at: u64,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut order = command::NewOrder {
        account,
        symbol,
        side,
        order_type,
        time_in_force,
        self_trade: self_trade | instructions,
        quantity,
        price,
        stop_price,
        minimum_quantity,
        expires_at,
        ..Default::default()
    };
    order.header.session = session;
    order.header.session_sequence = session_sequence;
    record(py, &order, name)
}

#[pyfunction]
pub(crate) fn cancel_order(
    py: Python<'_>,
    account: u32,
    order: u64,
) -> PyResult<Bound<'_, PyBytes>> {
    record(py, &command::CancelOrder { account, order, ..Default::default() }, None)
}

#[pyfunction]
#[pyo3(signature = (account, order, quantity = 0, price = 0, stop_price = 0, expected_version = 0))]
pub(crate) fn replace_order(
    py: Python<'_>,
    account: u32,
    order: u64,
    quantity: u32,
    price: u32,
    stop_price: u32,
    expected_version: u32,
) -> PyResult<Bound<'_, PyBytes>> {
    let replace = command::ReplaceOrder {
        account,
        order,
        quantity,
        price,
        stop_price,
        expected_version,
        ..Default::default()
    };
    record(py, &replace, None)
}

#[pyfunction]
#[pyo3(signature = (account, symbol = None, side = 0, by_operator = false))]
pub(crate) fn cancel_all(
    py: Python<'_>,
    account: u32,
    symbol: Option<u32>,
    side: u8,
    by_operator: bool,
) -> PyResult<Bound<'_, PyBytes>> {
    let (symbol, by_operator) = (symbol.unwrap_or(ALL_SYMBOLS), u8::from(by_operator));
    record(
        py,
        &command::CancelAll { account, symbol, side, by_operator, ..Default::default() },
        None,
    )
}

/// Account 0 is the outside world; asset 0 is cash, asset `symbol + 1` that symbol's shares.
#[pyfunction]
#[pyo3(signature = (source, target, asset, amount, reference = None))]
pub(crate) fn transfer<'py>(
    py: Python<'py>,
    source: u32,
    target: u32,
    asset: u32,
    amount: i64,
    reference: Option<&[u8]>,
) -> PyResult<Bound<'py, PyBytes>> {
    let (from, to) = (source, target);
    record(py, &command::Transfer { from, to, asset, amount, ..Default::default() }, reference)
}

#[pyfunction]
#[pyo3(signature = (owner, kind, group = 0, name = None))]
pub(crate) fn open_account<'py>(
    py: Python<'py>,
    owner: u32,
    kind: u8,
    group: u32,
    name: Option<&[u8]>,
) -> PyResult<Bound<'py, PyBytes>> {
    record(py, &command::OpenAccount { owner, group, kind, ..Default::default() }, name)
}

#[pyfunction]
#[pyo3(signature = (ticker, previous_close, tick = 0, maximum_quantity = 0, sweep_collar = 0,
    limit_collar = 0))]
pub(crate) fn list_symbol<'py>(
    py: Python<'py>,
    ticker: &str,
    previous_close: u32,
    tick: u32,
    maximum_quantity: u32,
    sweep_collar: u32,
    limit_collar: u32,
) -> PyResult<Bound<'py, PyBytes>> {
    let listing = command::ListSymbol {
        ticker: padded(ticker)?,
        previous_close,
        tick,
        maximum_quantity,
        sweep_collar,
        limit_collar,
        ..Default::default()
    };
    record(py, &listing, None)
}

#[pyfunction]
#[pyo3(signature = (symbol, cause = 0))]
pub(crate) fn halt(
    py: Python<'_>,
    symbol: Option<u32>,
    cause: u32,
) -> PyResult<Bound<'_, PyBytes>> {
    let symbol = symbol.unwrap_or(ALL_SYMBOLS);
    record(py, &command::Halt { symbol, cause, ..Default::default() }, None)
}

#[pyfunction]
#[pyo3(signature = (symbol, cause = 0))]
pub(crate) fn resume(
    py: Python<'_>,
    symbol: Option<u32>,
    cause: u32,
) -> PyResult<Bound<'_, PyBytes>> {
    let symbol = symbol.unwrap_or(ALL_SYMBOLS);
    record(py, &command::Resume { symbol, cause, ..Default::default() }, None)
}

#[pyfunction]
pub(crate) fn set_account_status(
    py: Python<'_>,
    account: u32,
    status: u8,
) -> PyResult<Bound<'_, PyBytes>> {
    record(py, &command::SetAccountStatus { account, status, ..Default::default() }, None)
}

#[pyfunction]
#[pyo3(signature = (account, maximum_open_orders = 0, maximum_order_value = 0))]
pub(crate) fn set_limits(
    py: Python<'_>,
    account: u32,
    maximum_open_orders: u32,
    maximum_order_value: i64,
) -> PyResult<Bound<'_, PyBytes>> {
    let limits = command::SetLimits {
        account,
        maximum_open_orders,
        maximum_order_value,
        ..Default::default()
    };
    record(py, &limits, None)
}

#[pyfunction]
#[pyo3(signature = (symbol = None))]
pub(crate) fn end_day(py: Python<'_>, symbol: Option<u32>) -> PyResult<Bound<'_, PyBytes>> {
    let symbol = symbol.unwrap_or(ALL_SYMBOLS);
    record(py, &command::EndDay { symbol, ..Default::default() }, None)
}
