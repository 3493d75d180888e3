//! The words and codes of the wire, from which gateways take theirs.

use crate::rows;
use openoutcry_views::OrderStatus;
use openoutcry_wire::{
    AccountKind, AccountStatus, Instructions, OrderType, Reason, SelfTrade, Side, TimeInForce,
    event,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// All reasons for refusals and ends.
#[pyfunction]
pub(crate) fn reasons(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    let rows = Reason::ALL.iter();
    rows.map(|reason| rows::reason(py, *reason as u16, reason.code(), reason.text())).collect()
}

/// The numbers of all words.
#[pyfunction]
pub(crate) fn terms(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let tables = PyDict::new(py);
    macro_rules! table {
        ($name:literal, $($type:ident),+) => {
            $(
                let table = PyDict::new(py);
                for term in $type::ALL {
                    table.set_item(term.text(), *term as u8)?;
                }
                tables.set_item($name, table)?;
            )+
        };
    }
    table!("side", Side);
    table!("order_type", OrderType);
    table!("time_in_force", TimeInForce);
    table!("self_trade", SelfTrade);
    table!("account_kind", AccountKind);
    table!("account_status", AccountStatus);
    table!("order_status", OrderStatus);
    tables.set_item("instruction", instructions(py)?)?;
    tables.set_item("event", events(py)?)?;
    Ok(tables)
}

/// The bits that stand beside the self-trade mode.
fn instructions(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let table = PyDict::new(py);
    for (text, one) in Instructions::ALL {
        table.set_item(text, one.bits())?;
    }
    Ok(table)
}

fn events(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let table = PyDict::new(py);
    macro_rules! kinds {
        ($($name:ident),+ $(,)?) => {
            $(table.set_item(stringify!($name), event::$name::KIND)?;)+
        };
    }
    kinds!(
        Accepted,
        Rejected,
        Trade,
        Cancelled,
        Replaced,
        Triggered,
        Refused,
        Repeated,
        Transferred,
        AccountOpened,
        SymbolListed,
        Halted,
        Resumed,
        AccountStatusSet,
        DayEnded,
        Activated,
        LimitsSet,
        AllCancelled,
    );
    Ok(table)
}
