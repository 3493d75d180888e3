//! OUCH 5.0: who may log in is Python's to say, all else the engine's.

use crate::errors::EngineError;
use crate::feed::session_name;
use crate::sequencer::{Sequencer, now};
use crate::wake::Wake;
use openoutcry_binary::ouch::{Door, Terms};
use openoutcry_binary::{Notices, listen};
use parking_lot::Mutex;
use pyo3::prelude::*;
use std::io;
use std::net::TcpListener;
use std::os::fd::RawFd;
use std::path::Path;
use std::sync::Arc;

/// The gateway: its port from the beginning, its sessions once the venue is recovered.
#[pyclass(frozen, module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct OuchDoor {
    listener: Mutex<Option<TcpListener>>,
    address: String,
    door: Mutex<Option<Door>>,
    wake: Arc<Wake>,
    notices: Arc<Notices>,
}

fn one_line(error: &io::Error) -> PyErr {
    EngineError::new_err(error.to_string())
}

/// Connection, user name, password, address.
type Knock = (usize, String, String, String);

#[pymethods]
impl OuchDoor {
    #[new]
    fn new(address: &str) -> PyResult<Self> {
        let listener = listen(address).map_err(|error| one_line(&error))?;
        let address = listener.local_addr().map_err(|error| one_line(&error))?.to_string();
        let wake = Arc::new(Wake::new()?);
        let waker = Arc::clone(&wake);
        Ok(Self {
            listener: Mutex::new(Some(listener)),
            address,
            door: Mutex::default(),
            notices: Arc::new(Notices::new(Box::new(move || waker.wake()))),
            wake,
        })
    }

    #[getter]
    fn address(&self) -> &str {
        &self.address
    }

    fn begin(
        &self,
        py: Python<'_>,
        sequencer: &Sequencer,
        directory: &str,
        rate: u32,
        cancel_on_disconnect: bool,
    ) -> PyResult<()> {
        let listener = self.listener.lock().take();
        let listener = listener.ok_or_else(|| EngineError::new_err("the door is open already"))?;
        let terms = Terms { session: session_name(now()), rate, cancel_on_disconnect };
        let (engine, notices) = (sequencer.engine(), Arc::clone(&self.notices));
        let opened =
            py.detach(|| Door::open(engine, listener, Path::new(directory), terms, now, notices));
        *self.door.lock() = Some(opened.map_err(|error| one_line(&error))?);
        Ok(())
    }

    fn fileno(&self) -> RawFd {
        self.wake.fileno()
    }

    fn notices(&self) -> Vec<String> {
        self.wake.clear();
        self.notices.take()
    }

    fn knocks(&self) -> Vec<Knock> {
        let knocks = self.door.lock().as_ref().map(Door::knocks).unwrap_or_default();
        let row = |knock: openoutcry_binary::ouch::Knock| {
            (knock.connection, knock.username, knock.password, knock.address)
        };
        knocks.into_iter().map(row).collect()
    }

    #[pyo3(signature = (connection, account))]
    fn answer(&self, connection: usize, account: Option<u32>) {
        if let Some(door) = self.door.lock().as_ref() {
            door.answer(connection, account);
        }
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| {
            self.listener.lock().take();
            self.door.lock().take();
        });
    }
}
