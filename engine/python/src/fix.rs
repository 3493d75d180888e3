//! The desk of FIX sessions, and who knocks at its door.

use crate::errors::EngineError;
use crate::rows::{self, Row};
use crate::sequencer::{Sequencer, now};
use openoutcry_fix::{Fields, Knock, Message, Peer, Profile, parse};
use openoutcry_gateways::fix::{Codes, Desk, Step, Terms};
use parking_lot::{Mutex, MutexGuard};
use pyo3::prelude::*;
use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

/// What the first bytes of a connection are: None while more has to come, why it is to be closed,
/// or the logon.
#[pyfunction]
pub(crate) fn fix_peer<'py>(py: Python<'py>, received: &[u8]) -> Row<'py> {
    match Peer::read(received) {
        Knock::Partial => Ok(py.None().into_bound(py)),
        Knock::Refused(why) => Ok(why.into_pyobject(py)?.into_any()),
        Knock::Logon(peer) => rows::peer(py, &peer),
    }
}

/// Every FIX session of the venue, by number.
#[pyclass(frozen, module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct FixDesk {
    desk: Mutex<Desk>,
}

fn failed(error: &io::Error) -> PyErr {
    EngineError::new_err(format!("a session's file cannot be written: {error}"))
}

/// Messages as tags and values.
fn fields_of(messages: &[Vec<u8>]) -> Vec<Vec<(u32, Vec<u8>)>> {
    let mut fields = Fields::new();
    let mut read = |bytes: &Vec<u8>| {
        parse(bytes, &mut fields);
        let message = Message { bytes, fields: &fields };
        fields.iter().map(|field| (field.tag, message.value(*field).to_vec())).collect()
    };
    messages.iter().map(&mut read).collect()
}

fn step<'py>(py: Python<'py>, step: &Step) -> Row<'py> {
    rows::step(py, step, &fields_of(&step.others))
}

impl FixDesk {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock()
    }

    /// Steps of several sessions.
    fn steps(
        py: Python<'_>,
        steps: io::Result<Vec<(usize, Step)>>,
    ) -> PyResult<Vec<(usize, Bound<'_, PyAny>)>> {
        let steps = steps.map_err(|error| failed(&error))?;
        steps.iter().map(|(seat, made)| Ok((*seat, step(py, made)?))).collect()
    }
}

#[pymethods]
impl FixDesk {
    #[new]
    fn new(sequencer: &Sequencer, codes: Vec<(u16, u32, u32, String)>) -> Self {
        let codes: HashMap<_, _> = codes
            .into_iter()
            .map(|(reason, order, cancel, text)| (reason, Codes { order, cancel, text }))
            .collect();
        Self { desk: Mutex::new(Desk::new(sequencer.engine(), codes)) }
    }

    #[pyo3(signature = (path, sender, target, accounts, drop_copy, cancel_on_disconnect, rate))]
    #[expect(clippy::too_many_arguments, reason = "a session's terms")]
    #[expect(clippy::needless_pass_by_value, reason = "what Python gives is made for the call")]
    fn open(
        &self,
        py: Python<'_>,
        path: PathBuf,
        sender: &str,
        target: &str,
        accounts: Vec<u32>,
        drop_copy: bool,
        cancel_on_disconnect: bool,
        rate: u32,
    ) -> PyResult<usize> {
        let profile = Profile {
            sender: sender.as_bytes().to_vec(),
            target: target.as_bytes().to_vec(),
            reset_on_logon: false,
        };
        let terms = Terms { accounts, drop_copy, cancel_on_disconnect, rate };
        let opened = py.detach(|| self.desk().open(profile, terms, &path, now()));
        opened.map_err(|error| failed(&error))
    }

    fn connect(&self, py: Python<'_>, seat: usize) {
        py.detach(|| self.desk().connect(seat, now()));
    }

    fn disconnect(&self, py: Python<'_>, seat: usize) -> PyResult<()> {
        py.detach(|| self.desk().disconnect(seat)).map_err(|error| failed(&error))
    }

    fn receive<'py>(&self, py: Python<'py>, seat: usize, received: &[u8]) -> Row<'py> {
        let made = py.detach(|| self.desk().receive(seat, received, now()));
        step(py, &made.map_err(|error| failed(&error))?)
    }

    fn follow<'py>(&self, py: Python<'py>) -> PyResult<Vec<(usize, Bound<'py, PyAny>)>> {
        let steps = py.detach(|| self.desk().follow());
        Self::steps(py, steps)
    }

    fn tick<'py>(&self, py: Python<'py>) -> PyResult<Vec<(usize, Bound<'py, PyAny>)>> {
        let steps = py.detach(|| self.desk().tick(now()));
        Self::steps(py, steps)
    }

    #[expect(clippy::needless_pass_by_value, reason = "what Python gives is made for the call")]
    fn send(&self, py: Python<'_>, seat: usize, kind: &[u8], fields: Vec<(u32, Vec<u8>)>) {
        py.detach(|| self.desk().send(seat, kind, &fields, now()));
    }

    fn flush<'py>(&self, py: Python<'py>, seat: usize) -> Row<'py> {
        let made = py.detach(|| self.desk().flush(seat));
        step(py, &made.map_err(|error| failed(&error))?)
    }

    fn log_out(&self, py: Python<'_>, seat: usize, text: &str) {
        py.detach(|| self.desk().log_out(seat, text, now()));
    }

    fn reset(&self, py: Python<'_>, seat: usize) {
        py.detach(|| self.desk().reset(seat));
    }

    fn is_logged_on(&self, py: Python<'_>, seat: usize) -> bool {
        py.detach(|| self.desk().is_logged_on(seat))
    }
}
