//! The engine as the Python module `openoutcry._engine`; `openoutcry/_engine.pyi` is its contract.
//!
//! Whatever may take long releases the interpreter's lock, and the sequencer's thread never asks
//! for it.

mod bench;
mod commands;
mod copy;
mod errors;
mod feed;
mod fix;
mod journal_replay;
mod offline;
mod ouch;
mod projection;
mod replay;
mod rows;
mod sequencer;
mod tables;
mod wake;

use pyo3::prelude::*;

/// The compiled engine: journal, machine and read views behind one sequencer thread.
#[pymodule]
mod _engine {
    #[pymodule_export]
    use crate::bench::{engine_cases, measure_engine, measure_feed, workload, write_journal};
    #[pymodule_export]
    use crate::commands::{
        cancel_all, cancel_order, end_day, halt, list_symbol, new_order, open_account,
        replace_order, resume, set_account_status, set_limits, transfer,
    };
    #[pymodule_export]
    use crate::copy::copy_journal;
    #[pymodule_export]
    use crate::errors::{
        DirectoryInUse, EngineError, JournalDamaged, JournalFailed, MalformedCommands, Overloaded,
    };
    #[pymodule_export]
    use crate::feed::ItchFeed;
    #[pymodule_export]
    use crate::fix::{FixDesk, fix_peer};
    #[pymodule_export]
    use crate::journal_replay::JournalReplay;
    #[pymodule_export]
    use crate::offline::verify;
    #[pymodule_export]
    use crate::ouch::OuchDoor;
    #[pymodule_export]
    use crate::projection::{Follower, projection_tables};
    #[pymodule_export]
    use crate::replay::ItchReplay;
    #[pymodule_export]
    use crate::sequencer::Sequencer;
    #[pymodule_export]
    use crate::tables::{reasons, terms};

    use super::{Bound, PyModule, PyModuleMethods, PyResult};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        crate::rows::add_types(module)
    }
}
