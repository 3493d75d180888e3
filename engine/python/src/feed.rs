//! Market data in ITCH 5.0.

use crate::errors::EngineError;
use crate::sequencer::{Sequencer, now};
use crate::wake::Wake;
use openoutcry_binary::itch::{Feed as Running, Ports};
use openoutcry_binary::{Multicast, Notices, datagrams, listen};
use parking_lot::Mutex;
use pyo3::prelude::*;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::RawFd;
use std::path::Path;
use std::sync::Arc;

/// Nanoseconds in the unit that tells two starts apart.
const MILLISECOND: u64 = 1_000_000;

/// The feed of one venue: its ports from the beginning, its session once the venue is recovered.
#[pyclass(frozen, module = "openoutcry._engine")]
#[derive(Debug)]
pub(crate) struct ItchFeed {
    ports: Mutex<Option<Ports>>,
    addresses: Vec<(String, String)>,
    running: Mutex<Option<Running>>,
    wake: Arc<Wake>,
    notices: Arc<Notices>,
}

fn one_line(error: &io::Error) -> PyErr {
    EngineError::new_err(error.to_string())
}

/// Ten letters and digits that no earlier start had, from the time of this one.
pub(crate) fn session_name(now: u64) -> [u8; 10] {
    const DIGITS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let (mut name, mut rest) = (*b"OO00000000", now / MILLISECOND);
    for place in name[2..].iter_mut().rev() {
        *place = DIGITS[usize::try_from(rest % 36).expect("a digit")];
        rest /= 36;
    }
    name
}

fn open(
    itch: Option<&str>,
    glimpse: Option<&str>,
    rerequest: Option<&str>,
    multicast: Option<(&str, Ipv4Addr)>,
) -> io::Result<(Ports, Vec<(String, String)>)> {
    let ports = Ports {
        itch: itch.map(listen).transpose()?,
        glimpse: glimpse.map(listen).transpose()?,
        rerequest: rerequest.map(datagrams).transpose()?,
        multicast: multicast.map(|(group, by)| Multicast::open(group, by)).transpose()?,
    };
    let mut addresses = Vec::new();
    let mut add = |name: &str, address: io::Result<std::net::SocketAddr>| {
        address.map(|address| addresses.push((name.to_owned(), address.to_string())))
    };
    if let Some(listener) = &ports.itch {
        add("itch", listener.local_addr())?;
    }
    if let Some(listener) = &ports.glimpse {
        add("glimpse", listener.local_addr())?;
    }
    if let Some(socket) = &ports.rerequest {
        add("rerequest", socket.local_addr())?;
    }
    if let Some((group, _)) = multicast {
        addresses.push(("multicast".to_owned(), group.to_owned()));
    }
    Ok((ports, addresses))
}

#[pymethods]
impl ItchFeed {
    #[new]
    #[pyo3(signature = (itch, glimpse, rerequest, multicast, interface))]
    fn new(
        itch: Option<&str>,
        glimpse: Option<&str>,
        rerequest: Option<&str>,
        multicast: Option<&str>,
        interface: &str,
    ) -> PyResult<Self> {
        let interface =
            interface.parse().map_err(|_| one_line(&io::Error::other("no IPv4 address")))?;
        let group = multicast.map(|group| (group, interface));
        let opened = open(itch, glimpse, rerequest, group);
        let (ports, addresses) = opened.map_err(|error| one_line(&error))?;
        let wake = Arc::new(Wake::new()?);
        let waker = Arc::clone(&wake);
        Ok(Self {
            ports: Mutex::new(Some(ports)),
            addresses,
            running: Mutex::default(),
            notices: Arc::new(Notices::new(Box::new(move || waker.wake()))),
            wake,
        })
    }

    #[getter]
    fn addresses(&self) -> Vec<(String, String)> {
        self.addresses.clone()
    }

    fn begin(&self, py: Python<'_>, sequencer: &Sequencer, directory: &str) -> PyResult<String> {
        let ports = self.ports.lock().take();
        let ports = ports.ok_or_else(|| EngineError::new_err("the feed has begun already"))?;
        let session = session_name(now());
        let (engine, notices) = (sequencer.engine(), Arc::clone(&self.notices));
        let begun =
            py.detach(|| Running::begin(&engine, ports, session, Path::new(directory), notices));
        *self.running.lock() = Some(begun.map_err(|error| one_line(&error))?);
        Ok(String::from_utf8_lossy(&session).into_owned())
    }

    fn fileno(&self) -> RawFd {
        self.wake.fileno()
    }

    fn notices(&self) -> Vec<String> {
        self.wake.clear();
        self.notices.take()
    }

    fn close(&self, py: Python<'_>) {
        py.detach(|| {
            self.ports.lock().take();
            self.running.lock().take();
        });
    }
}
